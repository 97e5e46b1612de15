"""Opening an account: taken in by one clerk, turned into an account by a second person."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from accounts.errors import (
    AlreadyOpen,
    AlreadyWaits,
    BadField,
    CheckMissing,
    OpeningRefused,
    TermsRefused,
)
from accounts.facts import ContributionMode, EligibilityFacts
from accounts.models import (
    Agreement,
    DebitMandate,
    IdentityDocument,
    ManagedAccount,
    Member,
    MemberAccount,
    MemberEvent,
    Opening,
    OutsideCheck,
)
from accounts.platform import FRESH_DAYS
from accounts.queries import find_check, find_member_by_number, find_open_account, list_lookalikes
from accounts.rules import decide_eligibility
from accounts.services.checks import read_name, read_number
from accounts.terms import TermsFacts, clauses_of, decide_terms
from kernel.documents import DocumentType, Sex, mask_document, read_document
from kernel.names import full_pinyin, pinyin_keys
from ledger.chart import Code
from ledger.services import open_member_account
from office.documents import approve, submit
from office.fields import blind_index, mask_card
from office.models import Branch, Centre, User
from office.services import audit, next_number, require_permission
from policy.book import PolicyBook
from policy.facts import RetirementCategory
from policy.models import StoredDecision
from policy.queries import open_book
from policy.services import record_decision

_PHONE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)
_CARD = re.compile(r"[0-9]{12,19}", re.ASCII)
LAST_DEBIT_DAY = 28


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


@transaction.atomic
def submit_opening(
    *,
    centre: Centre,
    branch: Branch,
    applicant: Applicant,
    terms: Terms,
    business_date: dt.date,
    clerk: User,
) -> Opening:
    """Take in an opening, decide it, and hand it to a second person.

    The outside registers were asked before (``ask_for_opening``); their latest answers are facts
    of the decision. An answer on paper is entered and confirmed by two persons first: there is no
    other way round a review.

    Args:
        business_date: the day whose law decides and on which the answers have to be fresh.

    Returns:
        The opening, submitted; ``facts["lookalikes"]`` names members who may be the same person.

    Raises:
        OpeningRefused: the law refuses, or a fact is unknown; ``.decision`` has the reasons. The
            face calls ``.record()`` after the rollback.
        TermsRefused: mode or amount do not fit the law of the month.
        BadField: a field of the form is wrong.
        CheckMissing: the national platform has given no unused clean answer of late.
        AlreadyOpen, AlreadyWaits: one person has one account.

    Source: eligibility.*, contribution.modes, contribution.monthly_minimum, …_maximum.
    """
    require_permission(clerk, "accounts.open", centre)
    number = read_number(applicant.document_type, applicant.number)
    name = read_name(applicant.name)
    _check_fields(applicant, terms)
    book = open_book(centre.code, business_date)
    subject = ("accounts.opening", next_number(centre, "OP", business_date))
    facts = _eligibility_facts(centre, applicant, number, business_date)
    stored = _decide(facts, book, centre, business_date, subject, clerk)
    terms_facts = TermsFacts(mode=terms.mode, monthly_amount=terms.monthly_amount_fen)
    decide_or_refuse_terms(
        facts=terms_facts,
        book=book.fresh(business_date),
        centre=centre,
        business_date=business_date,
        subject=subject,
        by=clerk,
    )
    check = require_platform_check(centre, number, business_date)
    lookalikes = list_lookalikes(centre, name, facts.birth_date, facts.sex)
    try:
        with transaction.atomic():
            opening = Opening.objects.create(
                number=subject[1],
                centre=centre,
                branch=branch,
                business_date=business_date,
                made_by=clerk,
                name=applicant.name.strip(),
                document_type=applicant.document_type.value,
                document_number=number,
                number_index=blind_index(number),
                phone=applicant.phone,
                bank=terms.bank.strip(),
                card=terms.card,
                facts=_declared(applicant, terms, facts, [member.pk for member in lookalikes]),
                decision=stored,
                platform_check=_reserve(check),
            )
            return submit(document=opening, by=clerk, shown=shown(opening))
    except IntegrityError as broken:
        raise AlreadyWaits from broken


@transaction.atomic
def approve_opening(
    *, opening: Opening, digest: str, business_date: dt.date, by: User
) -> MemberAccount:
    """Turn an opening into a member account, its lines in the books, agreement and mandate.

    Everything is decided again on the day of approval: what has changed since then counts.

    Args:
        digest: the digest of the page the second person looked at.
        business_date: the day on which the account opens.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OpeningRefused, CheckMissing, AlreadyOpen: something has changed since it was taken in.
    """
    locked = Opening.objects.select_for_update().get(pk=opening.pk)
    centre = locked.centre
    if locked.state != Opening.State.SUBMITTED or locked.made_by_id == by.pk:
        approve(document=opening, by=by, digest=digest)  # says why not
    require_permission(by, Opening.approve_permission, centre)
    book = open_book(centre.code, business_date)
    facts = EligibilityFacts.from_wire(locked.facts["eligibility"])
    subject = ("accounts.opening", locked.number)
    if find_open_account(centre, locked.document_number) is not None:
        facts = facts.model_copy(update={"has_open_account": True})
    _decide(facts, book, centre, business_date, subject, by)
    check = locked.platform_check
    if check is None or check.asked_date < _fresh_since(business_date):
        raise CheckMissing(str(OutsideCheck.Kind.PLATFORM.label), FRESH_DAYS)
    try:
        with transaction.atomic():
            account = _open_account(locked, facts, book.fresh(business_date), business_date)
    except IntegrityError as broken:
        held = find_open_account(centre, locked.document_number)
        raise AlreadyOpen(held.number if held else "–") from broken
    Opening.objects.filter(pk=locked.pk).update(member_account=account)
    approve(document=opening, by=by, digest=digest)
    MemberEvent.objects.create(
        member_account=account,
        kind=MemberEvent.Kind.OPENED,
        date=business_date,
        document_no=locked.number,
        recorded_by=by,
    )
    audit(
        actor=by,
        action="accounts.open",
        target=account,
        centre=centre,
        subject=account.number,
        after={"opening": locked.number, "opened_date": business_date.isoformat()},
    )
    return account


def shown(opening: Opening) -> dict[str, Any]:
    """Give what the second person sees of an opening; its digest binds the approval."""
    return opening.shown_to(
        name=opening.name,
        document=opening.number_index,
        masked=mask_document(opening.document_number),
        card=blind_index(opening.card),
        masked_card=mask_card(opening.card),
        bank=opening.bank,
        facts=opening.facts,
        decision=opening.decision_id,
        platform_check=opening.platform_check_id,
    )


def require_platform_check(centre: Centre, number: str, business_date: dt.date) -> OutsideCheck:
    """Give the clean, fresh, unused answer of the national platform about a person.

    Raises:
        CheckMissing: there is none; whatever the reason, nothing opens.
    """
    kind = OutsideCheck.Kind.PLATFORM
    check = find_check(centre, number, kind, since=_fresh_since(business_date))
    if check is None or check.result != OutsideCheck.Result.PASS:
        raise CheckMissing(str(kind.label), FRESH_DAYS)
    return check


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


def check_mandate(bank: str, card: str, debit_day: int) -> None:
    """Refuse a card or day of debit that cannot be one.

    Raises:
        BadField: naming the field and what was expected.
    """
    if not bank.strip():
        raise BadField("bank", "—")
    if not _CARD.fullmatch(card):
        raise BadField("card", f"{mask_card(card)}; 12–19 × 0–9")
    if not 1 <= debit_day <= LAST_DEBIT_DAY:
        raise BadField("debit_day", f"{debit_day}; 1–{LAST_DEBIT_DAY}")


def _check_fields(applicant: Applicant, terms: Terms) -> None:
    if applicant.phone and not _PHONE.fullmatch(applicant.phone):
        raise BadField("phone", f"{applicant.phone[:3]}…; 11 × 0–9")
    if applicant.employment not in Member.Employment.values:
        raise BadField("employment", applicant.employment)
    if applicant.subsidy_category not in Member.SubsidyCategory.values:
        raise BadField("subsidy_category", applicant.subsidy_category)
    graduate = applicant.subsidy_category == Member.SubsidyCategory.GRADUATE
    if applicant.left_school_date is not None and not graduate:
        raise BadField("left_school_date", f"{applicant.left_school_date}; GRADUATE")
    check_mandate(terms.bank, terms.card, terms.debit_day)


def _fresh_since(business_date: dt.date) -> dt.date:
    return business_date - dt.timedelta(days=FRESH_DAYS - 1)


def _reserve(check: OutsideCheck) -> OutsideCheck:
    """Free the check from an opening that came to nothing, so that this one may use it."""
    ended = [Opening.State.CANCELLED, Opening.State.RETURNED]
    Opening.objects.filter(platform_check=check, state__in=ended).update(platform_check=None)
    if Opening.objects.filter(platform_check=check).exists():
        raise AlreadyWaits
    return check


def _eligibility_facts(
    centre: Centre, applicant: Applicant, number: str, business_date: dt.date
) -> EligibilityFacts:
    """Gather what the rule is told: the declaration, this database, the outside registers."""
    told = read_document(applicant.document_type, number)
    birth_date = told.birth_date or applicant.birth_date
    sex = told.sex or applicant.sex
    if birth_date is None:
        raise BadField("birth_date", "—")
    if sex is None:
        raise BadField("sex", "—")
    if applicant.category and (applicant.category is RetirementCategory.MEN_60) != (sex is Sex.M):
        raise BadField("category", f"{applicant.category.value}, {sex.value}")
    since = _fresh_since(business_date)
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


def _decide(
    facts: EligibilityFacts,
    book: PolicyBook,
    centre: Centre,
    business_date: dt.date,
    subject: tuple[str, str],
    by: User,
) -> StoredDecision:
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


def _declared(
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


def _open_account(
    opening: Opening, facts: EligibilityFacts, book: PolicyBook, business_date: dt.date
) -> MemberAccount:
    centre = opening.centre
    known = find_member_by_number(centre, opening.document_number)
    earlier = known is not None and known.member_accounts.exists()
    member = known or _register_member(opening, facts, book, business_date)
    branch = opening.branch
    if branch is None:
        raise BadField("branch", "—")
    number = _account_number(centre, business_date)
    lines = [
        open_member_account(
            centre=centre, control_code=code, code=f"{code}.{number}", name=member.name
        )
        for code in (Code.FLEX_DEPOSITS, Code.UNIT_DEPOSITS)
    ]
    account = MemberAccount.objects.create(
        centre=centre,
        branch=branch,
        managed_account=get_managed_account(branch),
        member=member,
        number=number,
        first_time=bool(opening.facts["first_time"]) and not earlier,
        opened_date=business_date,
        flex_ledger_account=lines[0],
        unit_ledger_account=lines[1],
    )
    Agreement.objects.create(
        member_account=account,
        version=1,
        mode=opening.facts["mode"],
        monthly_amount_fen=opening.facts["monthly_amount_fen"],
        signed_date=business_date,
        effective_month=business_date.replace(day=1),
        clauses=clauses_of(book),
    )
    DebitMandate.objects.create(
        member_account=account,
        version=1,
        bank=opening.bank,
        card=opening.card,
        card_index=blind_index(opening.card),
        card_last4=opening.card[-4:],
        debit_day=opening.facts["debit_day"],
        signed_date=business_date,
    )
    return account


def _register_member(
    opening: Opening, facts: EligibilityFacts, book: PolicyBook, business_date: dt.date
) -> Member:
    left = opening.facts["left_school_date"]
    member = Member.objects.create(
        centre=opening.centre,
        name=opening.name,
        name_key=read_name(opening.name),
        pinyin=full_pinyin(opening.name),
        initials=f" {' '.join(pinyin_keys(opening.name))} ",
        birth_date=facts.birth_date,
        sex=facts.sex.value,
        retirement_category=_category(facts, book),
        phone=opening.phone,
        phone_index=blind_index(opening.phone) if opening.phone else "",
        employment=opening.facts["employment"],
        occupation=opening.facts["occupation"],
        industry_chain=opening.facts["industry_chain"],
        subsidy_category=opening.facts["subsidy_category"],
        left_school_date=dt.date.fromisoformat(left) if left else None,
    )
    IdentityDocument.objects.create(
        member=member,
        centre=opening.centre,
        document_type=opening.document_type,
        number=opening.document_number,
        number_index=opening.number_index,
        recorded_date=business_date,
    )
    return member


def _category(facts: EligibilityFacts, book: PolicyBook) -> str:
    """Give the declared series of the retirement age, or the one the law takes by default."""
    if facts.category is not None:
        return facts.category.value
    if facts.sex is Sex.M:
        return Member.Category.MEN_60
    return book.choice("retirement.women_default")


def get_managed_account(branch: Branch) -> ManagedAccount:
    """Give the branch's central managed account; it is opened with its first member."""
    account, _created = ManagedAccount.objects.get_or_create(
        branch=branch,
        defaults={
            "centre": branch.centre,
            "number": f"M{branch.centre_id:03d}{branch.pk:05d}",
            "name": branch.name,
        },
    )
    return account


def _account_number(centre: Centre, business_date: dt.date) -> str:
    """Give the next number: three digits of the centre, two of the year, seven counted up."""
    counted = next_number(centre, "AC", business_date).rpartition("-")[2]
    return f"{centre.pk:03d}{business_date:%y}{int(counted):07d}"
