"""What is taken in at an opening: the form, the facts of the decision, the decision itself."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.errors import BadField, CheckMissing, OpeningRefused, TermsRefused
from accounts.facts import ContributionMode, EligibilityFacts
from accounts.models import Member, OutsideCheck
from accounts.platform import FRESH_DAYS
from accounts.queries import find_check, find_open_account
from accounts.rules import decide_eligibility
from accounts.terms import TermsFacts, decide_terms
from kernel.documents import DocumentType, Sex, read_document
from office.fields import mask_card, mask_phone
from office.models import Centre, User
from policy.book import PolicyBook
from policy.facts import RetirementCategory
from policy.models import StoredDecision
from policy.services import record_decision

_PHONE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)
_CARD = re.compile(r"[0-9]{12,19}", re.ASCII)
LAST_DEBIT_DAY = 28
CHECK_LENGTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Who wants an account, as declared at the counter. None = not known.

    ``birth_date`` and ``sex`` are needed only where the number does not tell them.
    ``first_time``: no earlier provident fund account in this city, of a unit or one's own.
    """

    name: str
    document_type: DocumentType
    number: str
    birth_date: dt.date | None = None
    sex: Sex | None = None
    phone: str = ""
    category: RetirementCategory | None = None
    employment: str = Member.Employment.SELF_EMPLOYED
    occupation: str = ""
    industry_chain: str = ""
    subsidy_category: str = Member.SubsidyCategory.NONE
    left_school_date: dt.date | None = None
    first_time: bool = True
    own_labour_income: bool | None = None
    full_capacity: bool | None = None
    works_in_area: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is agreed on, and the member's own card; amounts in fen."""

    mode: ContributionMode
    monthly_amount_fen: int | None = None
    bank: str
    card: str
    debit_day: int = 10


def check_fields(applicant: Applicant, terms: Terms) -> None:
    """Refuse a form that cannot be right, before anything is asked of the law.

    Raises:
        BadField: naming the first wrong field.
    """
    check_phone(applicant.phone)
    if applicant.employment not in Member.Employment.values:
        expected = ", ".join(Member.Employment.values)
        raise BadField("employment", seen=applicant.employment or " ", expected=expected)
    if applicant.subsidy_category not in Member.SubsidyCategory.values:
        expected = ", ".join(Member.SubsidyCategory.values)
        raise BadField("subsidy_category", seen=applicant.subsidy_category, expected=expected)
    graduate = applicant.subsidy_category == Member.SubsidyCategory.GRADUATE
    if applicant.left_school_date is not None and not graduate:
        expected = _("empty, except for graduates")
        raise BadField("left_school_date", seen=str(applicant.left_school_date), expected=expected)
    check_mandate(terms.bank, terms.card, terms.debit_day)


def check_phone(phone: str) -> None:
    """Refuse a mobile number that cannot be one; none at all is possible.

    Raises:
        BadField: the field and what was expected.
    """
    if phone and not _PHONE.fullmatch(phone):
        raise BadField("phone", seen=mask_phone(phone), expected=_("11 digits"))


def check_mandate(bank: str, card: str, debit_day: int) -> None:
    """Refuse a card or day of debit that cannot be one.

    Raises:
        BadField: naming the field and what was expected.
    """
    if not bank.strip():
        raise BadField("bank")
    if not _CARD.fullmatch(card):
        raise BadField("card", seen=mask_card(card) or " ", expected=_("12 to 19 digits"))
    if not 1 <= debit_day <= LAST_DEBIT_DAY:
        raise BadField("debit_day", seen=str(debit_day), expected=f"1–{LAST_DEBIT_DAY}")


def check_card_answer(check_no: str) -> None:
    """Refuse a card without the bank's answer that person, card and phone go together.

    Raises:
        BadField: the number of the answer is missing or too long.
    """
    if not 0 < len(check_no.strip()) <= CHECK_LENGTH:
        expected = _("the number of the bank's answer on name, identity number, card and phone")
        raise BadField("check_no", seen=check_no.strip()[:20] or " ", expected=expected)


def gather_facts(
    centre: Centre, applicant: Applicant, number: str, business_date: dt.date
) -> EligibilityFacts:
    """Gather what the rule is told: the declaration, this database, the outside registers."""
    told = read_document(applicant.document_type, number)
    birth_date = told.birth_date or applicant.birth_date
    sex = told.sex or applicant.sex
    if birth_date is None:
        raise BadField("birth_date")
    if sex is None:
        raise BadField("sex")
    if applicant.category and (applicant.category is RetirementCategory.MEN_60) != (sex is Sex.M):
        expected = _("a series of the person's sex")
        raise BadField("category", seen=applicant.category.value, expected=expected)
    since = fresh_since(business_date)
    answers = {
        kind: find_check(centre, number, kind, since=since) for kind in OutsideCheck.Kind.values
    }
    failed = {
        kind: None if check is None else check.result == OutsideCheck.Result.FAIL
        for kind, check in answers.items()
    }
    on_platform = failed[OutsideCheck.Kind.PLATFORM]
    open_here = find_open_account(centre, number) is not None
    return EligibilityFacts(
        birth_date=birth_date,
        sex=sex,
        document_type=applicant.document_type,
        category=applicant.category,
        own_labour_income=applicant.own_labour_income,
        full_capacity=applicant.full_capacity,
        in_unit_pension=failed[OutsideCheck.Kind.UNIT_PENSION],
        works_in_area=applicant.works_in_area,
        dishonest_person=failed[OutsideCheck.Kind.CREDIT],
        has_open_account=True if open_here else on_platform,
        platform_checked=None if on_platform is None else not on_platform,
    )


def declared(
    applicant: Applicant, terms: Terms, facts: EligibilityFacts, lookalikes: list[int]
) -> dict[str, Any]:
    """Write down the declaration without the numbers that stand in encrypted columns."""
    left = applicant.left_school_date
    return {
        "eligibility": facts.to_wire(),
        "employment": str(applicant.employment),
        "occupation": applicant.occupation.strip(),
        "industry_chain": applicant.industry_chain.strip(),
        "subsidy_category": str(applicant.subsidy_category),
        "left_school_date": left.isoformat() if left else None,
        "first_time": applicant.first_time,
        "mode": terms.mode.value,
        "monthly_amount_fen": terms.monthly_amount_fen,
        "debit_day": terms.debit_day,
        "lookalikes": lookalikes,
    }


def decide_or_refuse(
    facts: EligibilityFacts,
    book: PolicyBook,
    centre: Centre,
    business_date: dt.date,
    subject: tuple[str, str],
    by: User,
) -> StoredDecision:
    """Decide whether the person may open an account, and keep the decision.

    Raises:
        OpeningRefused: the law refuses, or a fact is unknown.
    """
    decision = decide_eligibility(facts, book)
    if not decision.approved:
        raise OpeningRefused(
            rule=decide_eligibility,
            facts=facts,
            decision=decision,
            centre=centre,
            business_date=business_date,
            subject=subject,
            by=by,
        )
    return record_decision(
        rule=decide_eligibility,
        facts=facts,
        decision=decision,
        centre=centre,
        business_date=business_date,
        subject=subject,
        by=by,
        calculator="eligibility",
    )


def decide_or_refuse_terms(
    *,
    facts: TermsFacts,
    book: PolicyBook,
    centre: Centre,
    business_date: dt.date,
    subject: tuple[str, str],
    by: User,
) -> StoredDecision:
    """Decide the terms of an agreement and keep the decision.

    Raises:
        TermsRefused: they do not fit the law.
    """
    decision = decide_terms(facts, book)
    on = book.on
    if not decision.approved:
        raise TermsRefused(
            rule=decide_terms,
            facts=facts,
            decision=decision,
            centre=centre,
            business_date=business_date,
            subject=subject,
            by=by,
            on=on,
        )
    return record_decision(
        rule=decide_terms,
        facts=facts,
        decision=decision,
        centre=centre,
        business_date=business_date,
        subject=subject,
        by=by,
        on=on,
    )


def require_platform_check(centre: Centre, number: str, business_date: dt.date) -> OutsideCheck:
    """Give the clean, fresh, unused answer of the national platform about a person.

    Raises:
        CheckMissing: there is none; whatever the reason, nothing opens.
    """
    kind = OutsideCheck.Kind.PLATFORM
    check = find_check(centre, number, kind, since=fresh_since(business_date))
    if check is None or check.result != OutsideCheck.Result.PASS:
        raise CheckMissing(str(kind.label), FRESH_DAYS)
    return check


def fresh_since(business_date: dt.date) -> dt.date:
    """Give the first day whose answers may still be used."""
    return business_date - dt.timedelta(days=FRESH_DAYS - 1)
