"""Inheritance: taken in from heirs, or from a court that found none; approved, booked, paid.

As with an exit, the interest to the day is credited with the approval, so what is shown holds for
the day on which it was taken in.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.deaths import find_death
from accounts.errors import BadField, WrongState
from accounts.holds import require_not_own
from accounts.models import MemberAccount
from accounts.queries import lock_member_account
from accounts.services import begin_business, end_business
from accounts.services.checks import read_text
from contributions.earnings import interest_to
from contributions.errors import ExitChanged, StepMissing
from contributions.heir_errors import InheritanceRefused
from contributions.inheriting import (
    everything,
    find_inheritance,
    inheritance_facts,
    require_no_heir,
)
from contributions.leaving import holdings_with
from contributions.models import Heir, Inheritance, Payout
from contributions.queries import Holdings
from contributions.rules import InheritanceResult, decide_inheritance, decide_unclaimed
from contributions.services.handing_on import book_inheritance, hand_on
from contributions.services.heirs import HeirClaim, new_heirs, shown_heirs
from contributions.services.interest import credit_interest
from contributions.services.merges import require_free
from kernel.posts import Post
from office.documents import approve, cancel, require_approver, return_, submit
from office.models import User
from office.services import next_number, require_open, require_permission
from policy.book import PolicyBook
from policy.facts import DeadlineFacts, DeadlineKind
from policy.limits import Business
from policy.models import StoredDecision
from policy.queries import open_book
from policy.rules import approver_for, decide_deadline
from policy.services import record_decision

GoesTo = Inheritance.GoesTo
_RULES = {GoesTo.HEIRS: decide_inheritance, GoesTo.NOBODY: decide_unclaimed}
_COURT_LENGTH, _NUMBER_LENGTH = 80, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """By which a court has found that nobody inherits."""

    court: str
    number: str
    date: dt.date


@transaction.atomic
def submit_inheritance(
    *,
    member_account: MemberAccount,
    claims: Sequence[HeirClaim],
    guarantee: bool = False,
    business_date: dt.date,
    clerk: User,
) -> Inheritance:
    """Take in what the heirs of a dead member claim, decide it, and hand it to a second person.

    Args:
        claims: every heir, in the order in which the title names them.
        guarantee: the dead stood surety for another's loan.
        business_date: the open day; interest counts up to the day before it.

    Returns:
        The inheritance, submitted with each heir's part to the fen. Nothing is booked yet.

    Raises:
        NotAllowed, OwnAccount, OwnInheritance: the person may not take it in.
        StepMissing: no death is on record.
        InheritanceRefused: the law refuses, or the parts do not make up the whole; ``.decision``
            has the reasons. The face calls ``.record()`` after the rollback.
        BusinessWaits: another business of the account, or a payment out of it, is under way.
        WrongState: the account is closed.
        YearNotSettled: the settlement of an ended fund year comes first.
        BadField: a field of an heir is missing or impossible.

    Source: inheritance.*, deadline.withdrawal_days; Regulation art. 24, 25.
    """
    inheritance = _begin(member_account, GoesTo.HEIRS, business_date, clerk)
    inheritance.guarantee = guarantee
    heirs = new_heirs(inheritance, claims)
    require_no_heir(inheritance, [heir.number_index for heir in heirs], clerk)
    return _take_in(inheritance, heirs)


@transaction.atomic
def submit_unclaimed(
    *,
    member_account: MemberAccount,
    declaration: Declaration,
    guarantee: bool = False,
    business_date: dt.date,
    clerk: User,
) -> Inheritance:
    """Take in that nobody inherits, by a court's declaration; a supervisor approves it.

    Raises:
        BadField: court, number or day of the declaration are missing or impossible.
        NotAllowed, OwnAccount, StepMissing, InheritanceRefused, BusinessWaits, WrongState,
        YearNotSettled: as ``submit_inheritance``.

    Source: inheritance.unclaimed_to; Regulation art. 24.
    """
    inheritance = _begin(member_account, GoesTo.NOBODY, business_date, clerk)
    inheritance.guarantee = guarantee
    read_text("court", declaration.court, _COURT_LENGTH)
    read_text("declaration_no", declaration.number, _NUMBER_LENGTH)
    died = inheritance.death.died_date
    if not died <= declaration.date <= business_date:
        expected = f"{died} – {business_date}"
        raise BadField("declaration_date", seen=str(declaration.date), expected=expected)
    inheritance.court = declaration.court.strip()
    inheritance.declaration_no = declaration.number.strip()
    inheritance.declaration_date = declaration.date
    return _take_in(inheritance, [])


def _begin(
    member_account: MemberAccount, goes_to: GoesTo, business_date: dt.date, clerk: User
) -> Inheritance:
    """Lock the account, and refuse persons and states that cannot have the business."""
    require_permission(clerk, Inheritance.submit_permission, member_account.centre)
    account = lock_member_account(member_account.pk)
    require_not_own(account, clerk)
    death = find_death(account.member)
    if account.is_open and death is None:
        raise StepMissing(account.number, _("Report the death first, with its certificate."))
    require_free(account)
    assert death is not None  # a closed account is refused above
    return Inheritance(
        number=next_number(account.centre, "IH", business_date),
        centre=account.centre,
        branch=clerk.branch or account.branch,
        business_date=business_date,
        made_by=clerk,
        member_account=account,
        death=death,
        goes_to=goes_to.value,
    )


def _take_in(inheritance: Inheritance, heirs: list[Heir]) -> Inheritance:
    """Decide what is claimed on its day, note sums, deadline and limit, and submit it."""
    account, on = inheritance.member_account, inheritance.business_date
    book = open_book(inheritance.centre.code, on)
    holdings, inheritance.interest_fen = _with_interest(account, book)
    inheritance.decision, result = _decide(inheritance, heirs, holdings, book, inheritance.made_by)
    inheritance.total_fen = result.total_fen or 0
    if not inheritance.total_fen and find_inheritance(account) is not None:
        hint = _("What this member left is handed on already.")
        raise WrongState(account.number, account.get_state_display(), hint)
    inheritance.parts = everything(holdings)
    deadline = DeadlineFacts(kind=DeadlineKind.WITHDRAWAL, accepted_on=on)
    inheritance.due_date = decide_deadline(deadline, book.fresh(on)).result.due_on
    inheritance.approver_role = _approver_of(inheritance, book)
    begin_business(account, inheritance)
    inheritance.save(force_insert=True)
    for heir, fen in zip(heirs, result.parts_fen or (), strict=True):
        heir.amount_fen = fen
        heir.inheritance = inheritance
        heir.save(force_insert=True)
    clerk = inheritance.made_by
    return submit(document=inheritance, by=clerk, shown=shown_inheritance(inheritance))


def _approver_of(inheritance: Inheritance, book: PolicyBook) -> Post:
    """Say which post signs: by the amount, and a supervisor where money becomes an income."""
    if inheritance.goes_to == GoesTo.NOBODY:
        return Post.SUPERVISOR
    return approver_for(book, Business.HEIRS, inheritance.total_fen)


def _with_interest(account: MemberAccount, book: PolicyBook) -> tuple[Holdings, int]:
    """Give what the account holds with the interest to the book's day, and that interest."""
    earned = interest_to(account, book.fresh(book.on), book.on)
    holdings = holdings_with(account, earned.flex_fen, earned.unit_fen)
    return holdings, earned.flex_fen + earned.unit_fen


def _decide(
    inheritance: Inheritance,
    heirs: Sequence[Heir],
    holdings: Holdings,
    book: PolicyBook,
    by: User,
) -> tuple[StoredDecision, InheritanceResult]:
    """Decide by the law of the day and keep the decision.

    Raises:
        InheritanceRefused: it is refused.
    """
    rule = _RULES[GoesTo(inheritance.goes_to)]
    facts = inheritance_facts(inheritance, heirs, holdings, book.on)
    decision = rule(facts, book.fresh(book.on))
    about: dict[str, Any] = {
        "rule": rule,
        "facts": facts,
        "decision": decision,
        "centre": inheritance.centre,
        "business_date": book.on,
        "subject": ("contributions.inheritance", inheritance.number),
        "by": by,
    }
    if not decision.approved:
        raise InheritanceRefused(**about)
    return record_decision(**about), decision.result


@transaction.atomic
def approve_inheritance(
    *, document: Inheritance, digest: str, business_date: dt.date, by: User
) -> list[Payout]:
    """Approve an inheritance: credit the interest to the day, book everything out of the account.

    Under the account's lock everything is decided once more by what stands now; what is handed on
    is what was shown, or nothing. The account closes with the last heir's money, or at once where
    nobody is to be paid.

    Args:
        digest: the digest of the page the second person looked at.
        business_date: the open day, on which it is booked.

    Returns:
        A payout per heir, ready; none without heirs.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``. By
            approval.limits the amount decides which post approves; without heirs a supervisor.
        OwnAccount, OwnInheritance: it is the checker's own account or part.
        InheritanceRefused: something now stands against it.
        ExitChanged: other sums come out now; return it and take it in anew.
        YearNotSettled, DayNotOpen: as ``credit_interest``.

    Source: inheritance.*, interest.*; 财会字〔1999〕33号.
    """
    require_open(document.centre, business_date)
    account = lock_member_account(document.member_account_id)
    locked = Inheritance.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if (locked.state, locked.digest) != (Inheritance.State.SUBMITTED, digest):
        approve(document=document, by=by, digest=digest)  # says why not
    require_approver(locked, by)
    require_not_own(account, by)
    locked.member_account = account
    heirs = list(locked.heirs.order_by("place"))
    require_no_heir(locked, [heir.number_index for heir in heirs], by)
    book = open_book(locked.centre.code, business_date)
    decision = _decide_again(locked, heirs, book, by)
    credit = credit_interest(
        member_account=account, business_date=business_date, document_no=locked.number, by=by
    )
    entry = book_inheritance(locked, book, by)
    Inheritance.objects.filter(pk=locked.pk).update(
        approval_decision=decision,
        # A credit of another document of the same day is not this one's.
        interest_credit=credit if credit.document_no == locked.number else None,
        entry=entry,
    )
    approve(document=document, by=by, digest=digest)
    end_business(document)
    return hand_on(document, heirs, business_date, by)


def _decide_again(
    inheritance: Inheritance, heirs: Sequence[Heir], book: PolicyBook, by: User
) -> StoredDecision:
    """Decide by what stands now, and refuse other sums than were shown.

    Raises:
        InheritanceRefused, ExitChanged: see ``approve_inheritance``.
    """
    account = inheritance.member_account
    require_free(account)
    holdings, _interest_fen = _with_interest(account, book)
    if everything(holdings) != inheritance.parts:
        raise ExitChanged(inheritance.number, inheritance.total_fen, holdings.total_fen)
    decision, result = _decide(inheritance, heirs, holdings, book, by)
    if list(result.parts_fen or ()) != [heir.amount_fen for heir in heirs]:
        raise ExitChanged(inheritance.number, inheritance.total_fen, holdings.total_fen)
    return decision


@transaction.atomic
def return_inheritance(
    *, document: Inheritance, reason: str, business_date: dt.date, by: User
) -> Inheritance:
    """Give an inheritance back with the reason; nothing is booked.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    end_business(document)
    return return_(document=document, by=by, reason=reason)


@transaction.atomic
def cancel_inheritance(*, document: Inheritance, by: User) -> Inheritance:
    """Take back an inheritance that is not decided, as its maker.

    Raises:
        NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    end_business(document)
    return cancel(document=document, by=by)


def shown_inheritance(document: Inheritance) -> dict[str, Any]:
    """Give what the second person sees of an inheritance; its digest binds the approval."""
    due, declared = document.due_date, document.declaration_date
    return document.shown_to(
        member_account=document.member_account_id,
        death=document.death_id,
        goes_to=document.goes_to,
        guarantee=document.guarantee,
        total_fen=document.total_fen,
        interest_fen=document.interest_fen,
        parts=document.parts,
        heirs=shown_heirs(document),
        court=document.court,
        declaration=[document.declaration_no, declared.isoformat() if declared else None],
        due_date=due.isoformat() if due else None,
        decision=document.decision_id,
    )
