"""Who a member is, who may open an account, and when an idle account ends. Pure."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from accounts.facts import ContributionMode, DormancyFacts, EligibilityFacts, IdentityFacts
from kernel.documents import (
    BadDocumentNumber,
    DocumentType,
    Sex,
    mask_document,
    read_document,
)
from kernel.money import yuan
from kernel.months import Month, months_between
from policy.book import PolicyBook
from policy.decisions import Decision, Sheet
from policy.facts import RetirementCategory
from policy.rules import SERIES, retirement_date

_STANDARDS = {
    DocumentType.RESIDENT_ID: "identity.resident_id",
    DocumentType.HMT_RESIDENCE_PERMIT: "identity.hmt_residence_permit",
    DocumentType.FOREIGN_PERMANENT_RESIDENT_ID: "identity.foreign_permanent_resident_id",
}
_WRONG_NUMBERS = {
    "TRAVEL_PERMIT": "number_of_travel_permit",
    "WRONG_LENGTH": "number_wrong_length",
    "WRONG_CHARACTERS": "number_wrong_characters",
    "WRONG_REGION": "number_wrong_region",
    "IMPOSSIBLE_DATE": "number_impossible_date",
    "WRONG_CHECK_DIGIT": "number_wrong_check_digit",
}
_OPEN_TO = {
    DocumentType.HMT_RESIDENCE_PERMIT: (
        "hmt_residents_join",
        "hmt_residents_do_not_join",
        "eligibility.hmt_residents",
    ),
    DocumentType.FOREIGN_PERMANENT_RESIDENT_ID: (
        "foreign_residents_join",
        "foreign_residents_do_not_join",
        "eligibility.foreign_permanent_residents",
    ),
}


# --- identity ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IdentityResult:
    """What a document number tells; None where it does not."""

    birth_date: dt.date | None
    sex: Sex | None


def decide_identity(facts: IdentityFacts, book: PolicyBook) -> Decision[IdentityResult]:
    """Decide whether a document number is a right one of its kind, and read it.

    A text that is no right number is refused, never a bad request. A date of birth after the
    book's day is refused too, with what the number tells.

    Source: identity.*; GB 11643-1999.
    """
    sheet = Sheet(book)
    key = _STANDARDS[facts.document_type]
    if book.find(key) is None:
        sheet.unset(key)
    try:
        document = read_document(facts.document_type, facts.number)
    except BadDocumentNumber as wrong:
        params = {
            name: value if isinstance(value, int) else str(value)
            for name, value in wrong.params.items()
        }
        sheet.test(_WRONG_NUMBERS[wrong.code], False, key, **params)
        return sheet.decide(IdentityResult(None, None))
    sheet.test("document_number", True, key, seen=mask_document(document.number))
    if document.birth_date is not None:
        sheet.test(
            "born_before_today",
            document.birth_date <= book.on,
            key,
            born=document.birth_date.isoformat(),
            on=book.on.isoformat(),
        )
    return sheet.decide(IdentityResult(document.birth_date, document.sex))


# --- eligibility ---------------------------------------------------------------------------------


def age_reached_on(birth_date: dt.date, years: int) -> dt.date:
    """Return the day on which an age is reached; born on 29 February, 1 March of common years."""
    try:
        return birth_date.replace(year=birth_date.year + years)
    except ValueError:
        return dt.date(birth_date.year + years, 3, 1)


def decide_eligibility(facts: EligibilityFacts, book: PolicyBook) -> Decision[None]:
    """Decide whether a person may open a member account on the book's day.

    What is unknown (None) needs a person where the centre's text asks for it; what a text does
    not ask is not tested. There is no result beside the outcome and its reasons.

    Source: eligibility.*, retirement.*; Civil Code art. 18, Regulation art. 13; Bazhong 二(一),
    Liaoning (一)(十四), Lianyungang 三(一), Yantai 1 and 20, Kashgar 一.
    """
    sheet = Sheet(book)
    if not sheet.in_force():
        return sheet.decide(None)
    _test_ages(sheet, facts)
    if _asked(sheet, "eligibility.full_capacity"):
        codes = ("full_capacity", "full_capacity_lacking", "full_capacity_unknown")
        _test_fact(sheet, codes, facts.full_capacity, "eligibility.full_capacity")
    if _asked(sheet, "eligibility.below_retirement"):
        _test_retirement(sheet, facts)
    if _asked(sheet, "eligibility.good_credit"):
        codes = ("good_credit", "dishonest_person", "credit_unknown")
        _test_fact(sheet, codes, _opposite(facts.dishonest_person), "eligibility.good_credit")
    if _asked(sheet, "eligibility.not_in_unit_pension"):
        codes = ("not_in_unit_pension", "in_unit_pension", "unit_pension_unknown")
        key = "eligibility.not_in_unit_pension"
        _test_fact(sheet, codes, _opposite(facts.in_unit_pension), key)
    if _asked(sheet, "eligibility.works_in_area"):
        codes = ("works_in_area", "works_elsewhere", "work_place_unknown")
        _test_fact(sheet, codes, facts.works_in_area, "eligibility.works_in_area")
    _test_document_type(sheet, facts.document_type)
    if _asked(sheet, "eligibility.one_open_account"):
        codes = ("no_open_account", "has_open_account", "open_account_unknown")
        key = "eligibility.one_open_account"
        _test_fact(sheet, codes, _opposite(facts.has_open_account), key)
    if _asked(sheet, "eligibility.platform_check"):
        code = "platform_checked" if facts.platform_checked else "platform_not_checked"
        # Not asked yet, or something was found: either way a person looks, with the evidence.
        sheet.test(code, facts.platform_checked or None, "eligibility.platform_check")
    return sheet.decide(None)


def _opposite(fact: bool | None) -> bool | None:
    return None if fact is None else not fact


def _asked(sheet: Sheet, key: str) -> bool:
    """Tell whether the centre asks; an unset switch is written down and not taken for yes."""
    value = sheet.book.find(key)
    if value is None:
        sheet.unset(key)
        return False
    return bool(value.typed)


def _test_fact(sheet: Sheet, codes: tuple[str, str, str], met: bool | None, key: str) -> None:
    """Write down a yes-or-no fact under its code for yes, no and unknown."""
    yes, no, unknown = codes
    sheet.test(unknown if met is None else yes if met else no, met, key)


def _test_ages(sheet: Sheet, facts: EligibilityFacts) -> None:
    book = sheet.book
    keys = [f"eligibility.{name}" for name in ("minimum_age", "adult_age", "labour_income_age")]
    if missing := [key for key in keys if book.find(key) is None]:
        for key in missing:
            sheet.unset(key)
        return
    minimum_key, adult_key, income_key = keys
    minimum = book.count(minimum_key)
    reached = age_reached_on(facts.birth_date, minimum)
    sheet.test(
        "minimum_age",
        reached <= book.on,
        minimum_key,
        born=facts.birth_date.isoformat(),
        years=minimum,
        reached=reached.isoformat(),
    )
    adult_on = age_reached_on(facts.birth_date, book.count(adult_key))
    if book.on < adult_on and reached <= book.on:
        income_from = age_reached_on(facts.birth_date, book.count(income_key))
        met = facts.own_labour_income if income_from <= book.on else False
        code = "own_labour_income"
        if met is None:
            code = "own_labour_income_unknown"
        elif not met:
            code = "own_labour_income_lacking"
        sheet.test(
            code,
            met,
            income_key,
            adult_key,
            years=book.count(adult_key),
            adult_on=adult_on.isoformat(),
        )


def _test_retirement(sheet: Sheet, facts: EligibilityFacts) -> None:
    book = sheet.book
    keys = ["eligibility.below_retirement"]
    category = facts.category
    if category is None:
        category = RetirementCategory.MEN_60
        if facts.sex is Sex.F:
            keys.append("retirement.women_default")
            default = book.find("retirement.women_default")
            if default is None:
                sheet.unset("retirement.women_default")
                return
            category = RetirementCategory(default.typed)
    if book.find(SERIES[category]) is None:
        sheet.unset(SERIES[category])
        return
    reached = retirement_date(facts.birth_date, category, book)
    sheet.test(
        "below_retirement",
        book.on < reached,
        *keys,
        SERIES[category],
        reached=reached.isoformat(),
        on=book.on.isoformat(),
    )
    if facts.category is None and category is RetirementCategory.WOMEN_55:
        earlier = retirement_date(facts.birth_date, RetirementCategory.WOMEN_50, book)
        if earlier <= book.on < reached:
            sheet.warn("women_50_is_retired", reached=earlier.isoformat())


def _test_document_type(sheet: Sheet, document_type: DocumentType) -> None:
    if document_type not in _OPEN_TO:
        return
    yes, no, key = _OPEN_TO[document_type]
    value = sheet.book.find(key)
    if value is None:
        sheet.unset(key)
        return
    allowed = value.typed == "ALLOWED"
    sheet.test(yes if allowed else no, allowed, key)


# --- dormancy ------------------------------------------------------------------------------------


class DormancyAction(StrEnum):
    """What is due for an idle account. ALERT: closing is due, but a loan or business is open."""

    KEEP = "KEEP"
    SEAL = "SEAL"
    CLOSE = "CLOSE"
    ALERT = "ALERT"


@dataclass(frozen=True, slots=True)
class DormancyResult:
    """What is due, and the full months without cover that lead to it."""

    action: DormancyAction | None
    months_uncovered: int


def months_uncovered(opened_on: dt.date, last_covered_month: Month | None, on: dt.date) -> int:
    """Count the full months after the last covered (or the opening) month that ended by ``on``.

    The month of ``on`` is never counted: it has not ended. An account opened again after its
    last cover counts from its opening.
    """
    since = Month.of(opened_on)
    if last_covered_month is not None and last_covered_month > since:
        since = last_covered_month
    return max(0, months_between(since, Month.of(on)) - 1)


def decide_dormancy(facts: DormancyFacts, book: PolicyBook) -> Decision[DormancyResult]:
    """Decide what is due for an account without contributions on the book's day.

    An answer is always an approval: keeping an account is no refusal. Sealing is for arrears,
    so free mode, which knows none, is never sealed; an open loan or pending business does not
    hold sealing back, but is warned of.

    Source: dormancy.*; Liaoning (十四), Yantai 3.
    """
    sheet = Sheet(book)
    months = months_uncovered(facts.opened_on, facts.last_covered_month, book.on)
    if not sheet.in_force():
        return sheet.decide(DormancyResult(None, months))
    keys = ("dormancy.seal", "dormancy.close", "dormancy.months")
    if missing := [key for key in keys if book.find(key) is None]:
        for key in missing:
            sheet.unset(key)
        return sheet.decide(DormancyResult(None, months))
    if not (book.flag("dormancy.seal") or book.flag("dormancy.close")):
        sheet.test("dormancy_off", True, "dormancy.seal", "dormancy.close")
        return sheet.decide(DormancyResult(DormancyAction.KEEP, months))
    required = book.count("dormancy.months")
    reached = "dormancy_months_reached" if months >= required else "dormancy_months_not_reached"
    basis = ("dormancy.months", "dormancy.count_basis")
    sheet.test(reached, True, *basis, months=months, required=required)
    action = DormancyAction.KEEP
    if months >= required:
        action = _end_of(sheet, facts)
    return sheet.decide(DormancyResult(action, months))


def _end_of(sheet: Sheet, facts: DormancyFacts) -> DormancyAction:
    book = sheet.book
    busy = facts.open_loan or facts.pending_business
    if facts.balance == 0 and _closes(book, facts):
        if busy:
            sheet.test("dormancy_alert", True, "dormancy.close")
            return DormancyAction.ALERT
        sheet.test("dormancy_close", True, "dormancy.close")
        return DormancyAction.CLOSE
    if not book.flag("dormancy.seal"):
        sheet.test("dormancy_keeps", True, "dormancy.close", balance=yuan(facts.balance))
        return DormancyAction.KEEP
    if facts.mode is ContributionMode.FREE:
        sheet.test("free_mode_has_no_arrears", True, "dormancy.seal")
        return DormancyAction.KEEP
    sheet.test("dormancy_seal", True, "dormancy.seal", balance=yuan(facts.balance))
    if busy:
        sheet.warn("sealed_while_busy")
    return DormancyAction.SEAL


def _closes(book: PolicyBook, facts: DormancyFacts) -> bool:
    if not book.flag("dormancy.close"):
        return False
    return facts.last_covered_month is None or not book.flag("dormancy.never_used_only")
