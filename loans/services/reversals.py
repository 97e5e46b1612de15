"""Taking a repayment back: its event leaves the course, and what comes out differently is booked.

Nothing is edited: the voucher is undone by its mirror, the course is replayed without the event,
and one further voucher holds the difference of all repayments that came after it.
"""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.holds import require_not_own
from accounts.models import MemberAccount
from accounts.queries import lock_member_account
from accounts.services import begin_business, end_business
from accounts.services.checks import read_text
from ledger.chart import Code
from ledger.models import Entry, LedgerAccount
from ledger.postings import Move
from ledger.queries import get_balance_fen, get_ledger_account
from ledger.services import post, reverse
from loans.contract import Event
from loans.course import Course, replay
from loans.facts import Channel, LoanState
from loans.models import Loan, LoanEvent, Repayment, RepaymentReversal
from loans.queries import contract_of, event_of, lock_loan, standing_loan_events
from loans.repaying import (
    differences,
    get_suspense_fen,
    is_paid_off,
    paid_events_after,
    parts_of,
    shares_of,
)
from loans.repayment_errors import EffectChanged, NotReversible, SuspenseShort
from loans.services.courses import project
from loans.services.endings import end_loan, reopen_loan
from loans.services.offsets import (
    accounts_of_offset,
    require_returnable,
    take_back_offset_events,
)
from loans.services.repayments import open_suspense
from loans.states import OUT_STATES
from office.documents import approve, cancel, return_, submit
from office.models import User
from office.services import next_number, require_permission

_REASON_LENGTH = 200
_PARTS = ("penalty_fen", "interest_fen", "principal_fen", "suspense_fen")


@transaction.atomic
def submit_reversal(
    *, repayment: Repayment, reason: str, business_date: dt.date, by: User
) -> RepaymentReversal:
    """Enter that a repayment should not be, with its effect, and hand it to a second person.

    Args:
        reason: what was wrong, in words.
        business_date: the day of entering.

    Raises:
        NotAllowed, OwnAccount: the person may not do this for the loan.
        BadField: the reason is none.
        NotReversible: it was undone before, waits for its decision already, the loan is written
            off, or interest to the day was paid to an account since the offset.
        SuspenseShort: what it left in suspense was used since.
        BusinessWaits: another business of the account is not decided yet.
    """
    account = lock_member_account(repayment.loan.member_account_id)
    require_permission(by, RepaymentReversal.submit_permission, account.centre)
    require_not_own(account, by)
    said = read_text("reason", reason, _REASON_LENGTH)
    loan = lock_loan(repayment.loan_id)
    fresh = Repayment.objects.select_related("event", "entry").get(pk=repayment.pk)
    _require_undoable(fresh, loan, settled=True)
    course = _course_without(loan, fresh.event)
    reversal = RepaymentReversal(
        number=next_number(loan.centre, "RR", business_date),
        centre=loan.centre,
        branch=by.branch or loan.branch,
        business_date=business_date,
        made_by=by,
        member_account=account,
        repayment=fresh,
        reason=said,
        effect=_effect(fresh, course, loan),
        reopens=loan.state == LoanState.SETTLED and not is_paid_off(course, business_date),
    )
    try:
        with transaction.atomic():
            reversal.save(force_insert=True)
    except IntegrityError as broken:
        raise NotReversible(fresh.number, _("Its reversal is entered already.")) from broken
    begin_business(account, reversal)
    return submit(document=reversal, by=by, shown=shown_reversal(reversal))


@transaction.atomic
def approve_reversal(
    *,
    reversal: RepaymentReversal,
    digest: str,
    business_date: dt.date,
    by: User,
    settled: bool = False,
) -> RepaymentReversal:
    """Take the repayment out of the loan: mirror, replay, difference, and the loan's state.

    Money of accounts comes back on the value date of the offset, so its interest comes back too.
    Call it through ``settlement.services.undo_repayment``, which sees to the settled years.

    Args:
        digest: the digest of the page the second person looked at.
        business_date: the open day, on which it is booked.
        settled: the caller puts the years right that were settled since.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount: it is the checker's own loan.
        EffectChanged: the loan has moved since it was entered.
        NotReversible, SuspenseShort: something now stands against it.
        DayNotOpen: the centre's books are not open for the day.
    """
    repayment = Repayment.objects.select_related("event", "entry", "loan").get(
        pk=reversal.repayment_id
    )
    for pk in sorted({reversal.member_account_id, *accounts_of_offset(repayment)}):
        require_not_own(lock_member_account(pk), by)
    loan = lock_loan(repayment.loan_id)
    approved = RepaymentReversal.objects.select_for_update(of=("self",)).get(pk=reversal.pk)
    if (approved.state, approved.digest) != (RepaymentReversal.State.SUBMITTED, digest) or (
        approved.made_by_id == by.pk
    ):
        approve(document=reversal, by=by, digest=digest)  # says why not
    require_permission(by, RepaymentReversal.approve_permission, loan.centre)
    _require_undoable(repayment, loan, settled=settled)
    course = _course_without(loan, repayment.event)
    if _effect(repayment, course, loan) != approved.effect:
        raise EffectChanged(approved.number)
    entry, difference = _book(approved, repayment, loan, course, business_date, by)
    RepaymentReversal.objects.filter(pk=approved.pk).update(
        entry=entry, difference_entry=difference
    )
    approve(document=reversal, by=by, digest=digest)
    end_business(reversal)
    project(loan, course)
    paid_off = is_paid_off(course, business_date)
    if loan.state == LoanState.SETTLED and not paid_off:
        reopen_loan(loan=loan, business_date=business_date, by=by)
    elif loan.is_out and paid_off:
        end_loan(loan=loan, business_date=business_date, by=by)
    take_back_offset_events(repayment, business_date, by)
    return reversal


@transaction.atomic
def return_reversal(*, reversal: RepaymentReversal, reason: str, by: User) -> RepaymentReversal:
    """Give a reversal back with the reason; nothing is booked.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    returned = return_(document=reversal, by=by, reason=reason)
    end_business(returned)
    return returned


@transaction.atomic
def cancel_reversal(*, reversal: RepaymentReversal, by: User) -> RepaymentReversal:
    """Take back a reversal that is not decided, as its maker.

    Raises:
        NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    cancelled = cancel(document=reversal, by=by)
    end_business(cancelled)
    return cancelled


def shown_reversal(reversal: RepaymentReversal) -> dict[str, Any]:
    """Give what the second person sees of a reversal; its digest binds the approval."""
    return reversal.shown_to(
        repayment=reversal.repayment_id,
        reason=reversal.reason,
        effect=reversal.effect,
        reopens=reversal.reopens,
    )


def _require_undoable(repayment: Repayment, loan: Loan, *, settled: bool) -> None:
    if repayment.is_undone:
        raise NotReversible(repayment.number, _("It was undone before."))
    if loan.state not in OUT_STATES | {LoanState.SETTLED}:
        reason = _("The loan is “%(state)s”.") % {"state": loan.get_state_display()}
        raise NotReversible(repayment.number, reason)
    require_returnable(repayment, settled=settled)


def _course_without(loan: Loan, event: LoanEvent) -> Course:
    """Replay the loan as if the event had never been."""
    rows = standing_loan_events(loan).exclude(pk=event.pk)
    events: list[Event] = [one for row in rows if (one := event_of(row)) is not None]
    try:
        return replay(contract_of(loan), events)
    except ValueError as broken:
        reason = _("What happened later does not fit without it; undo that first.")
        raise NotReversible(event.document_no, reason) from broken


def _later(repayment: Repayment) -> list[Repayment]:
    events = paid_events_after(repayment.event)
    rows = Repayment.objects.filter(event__in=events).select_related("event")
    return sorted(rows, key=lambda row: (row.event.value_date, row.event_id))


def _effect(repayment: Repayment, course: Course, loan: Loan) -> list[dict[str, Any]]:
    """Say what later repayments change by, and see to it that suspense covers the whole.

    Raises:
        SuspenseShort: what the repayment left in suspense was used since.
    """
    effect = differences(_later(repayment), course)
    back_fen = repayment.suspense_fen - sum(row["suspense_fen"] for row in effect)
    if repayment.channel == Channel.SUSPENSE:
        back_fen -= repayment.amount_fen
    kept_fen = get_suspense_fen(loan)
    if back_fen > kept_fen:
        raise SuspenseShort(loan.number, back_fen, kept_fen)
    return effect


def _book(
    reversal: RepaymentReversal,
    repayment: Repayment,
    loan: Loan,
    course: Course,
    business_date: dt.date,
    by: User,
) -> tuple[Entry, Entry | None]:
    """Mirror the voucher, note the event as undone, and book the difference of what followed."""
    entry = reverse(
        entry=repayment.entry,
        key=f"repayment-reversal:{reversal.number}",
        business_date=business_date,
        maker=by,
        document_no=reversal.number,
        memo=reversal.reason[:128],
    )
    LoanEvent.objects.filter(pk=repayment.event_id).update(undone_date=business_date)
    sums: dict[str, int] = defaultdict(int)
    for row in reversal.effect:
        for name in _PARTS:
            sums[name] += row[name]
    for later in _later(repayment):
        given = course.allocations[later.event_id]
        Repayment.objects.filter(pk=later.pk).update(**parts_of(given), shares=shares_of(given))
    moves = _difference_moves(loan, sums, business_date)
    if not moves:
        return entry, None
    difference = post(
        centre=loan.centre,
        key=f"repayment-difference:{reversal.number}",
        kind=Entry.Kind.REPAYMENT,
        business_date=business_date,
        document_no=reversal.number,
        maker=by,
        moves=moves,
    )
    return entry, difference


def _difference_moves(
    loan: Loan, sums: dict[str, int], business_date: dt.date
) -> list[Move[LedgerAccount]]:
    """Lead what later repayments give less of to what they give more of; the sums cancel out.

    More principal goes to the overdue line as far as it holds money; less comes back to the
    principal line, and the day-end moves what is overdue.
    """
    assert loan.principal_line is not None  # it is paid out
    assert loan.overdue_line is not None
    principal_fen = sums["principal_fen"]
    overdue_fen = min(max(principal_fen, 0), get_balance_fen(loan.overdue_line))
    changes = [
        (get_ledger_account(loan.centre, Code.OTHER_INCOME), sums["penalty_fen"]),
        (get_ledger_account(loan.centre, Code.LOAN_INTEREST_INCOME), sums["interest_fen"]),
        (loan.overdue_line, overdue_fen),
        (loan.principal_line, principal_fen - overdue_fen),
    ]
    if sums["suspense_fen"]:
        changes.append((open_suspense(loan), sums["suspense_fen"]))
    less = [(line, -fen) for line, fen in changes if fen < 0]
    more = [(line, fen) for line, fen in changes if fen > 0]
    moves = []
    while less and more:
        (debit, out_fen), (credit, in_fen) = less.pop(0), more.pop(0)
        part_fen = min(out_fen, in_fen)
        moves.append(Move(debit, credit, part_fen, business_date))
        if out_fen > part_fen:
            less.insert(0, (debit, out_fen - part_fen))
        if in_fen > part_fen:
            more.insert(0, (credit, in_fen - part_fen))
    return moves


def list_reversible(member_account: MemberAccount, most: int = 60) -> list[Repayment]:
    """List the latest standing repayments of an account's loans: what may be taken back."""
    rows = Repayment.objects.filter(
        loan__member_account=member_account, event__undone_date__isnull=True
    ).select_related("event", "loan")
    return list(rows.order_by("-event__value_date", "-event_id")[:most])
