"""Repayments: money that comes in for a loan, shared out by its course and booked at once."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import BadField
from accounts.holds import require_not_own
from accounts.queries import lock_member_account
from accounts.services.checks import read_text
from kernel.money import MAX_FEN
from ledger.chart import Code
from ledger.models import Entry, LedgerAccount
from ledger.queries import get_ledger_account
from ledger.services import KeyReused, open_detail_account, post
from loans.course import Course
from loans.errors import OutOfOrder, TooMuch, WrongLoanState
from loans.facts import Channel, EventKind, PrepaymentOption
from loans.models import Loan, Repayment
from loans.queries import find_last_movement, get_course, lock_loan
from loans.repaying import (
    Source,
    get_suspense_fen,
    is_paid_off,
    join_moves,
    parts_of,
    prepayment_facts,
    shares_of,
    suspense_code,
    targets_of,
)
from loans.repayment_errors import PrepaymentRefused, ReferenceUsed, SuspenseShort
from loans.rules import decide_prepayment_request
from loans.services.courses import project, record_loan_event
from loans.services.endings import end_loan
from loans.services.repricing import reprice_before
from office.models import User
from office.services import require_open, require_permission
from policy.queries import open_book
from policy.services import record_decision

_NUMBER_LENGTH, _REFERENCE_LENGTH = 48, 64
_TAKEN_IN = (Channel.CARD, Channel.COUNTER, Channel.SUSPENSE)
_SUBJECT = "loans.repayment"


@transaction.atomic
def receive_repayment(
    *,
    loan: Loan,
    amount_fen: int,
    business_date: dt.date,
    value_date: dt.date,
    channel: Channel,
    document_no: str,
    by: User,
    option: PrepaymentOption | None = None,
    bank_reference: str = "",
) -> Repayment:
    """Take in money for a loan: what is due first, the rest as agreed.

    Without an option the rest is kept for the loan below 21901; with one it repays principal, and
    what pays the loan off ends it. The same ``document_no`` and content give the first repayment.

    Args:
        amount_fen: what was brought, in fen, greater than zero.
        value_date: the day it came, from which it counts; not after ``business_date``.
        channel: CARD, COUNTER, or SUSPENSE, which uses what is kept for the loan.
        document_no: number printed on the receipt; also the idempotency key.
        option: what a prepayment does to the instalments that are left.
        bank_reference: the bank's number of the money; it is booked once.

    Raises:
        NotAllowed, OwnAccount: the person may not take in money for this loan.
        BadField: a field cannot be right.
        WrongLoanState: the loan is not paid out, or it has ended.
        OutOfOrder: something later has already happened to the loan.
        PrepaymentRefused: the centre does not let it be prepaid; the face calls ``.record()``.
        SuspenseShort: less than that is kept for the loan.
        TooMuch: from suspense no more is taken than is owed.
        KeyReused, ReferenceUsed: the document or the bank's reference belongs to another payment.
        DayNotOpen: the centre's books are not open for the day.

    Source: loan_rate.*, prepayment.*; Civil Code art. 561, 677; 财会字〔1999〕33号.
    """
    _check_fields(amount_fen, business_date, value_date, channel, document_no, bank_reference)
    standing = _lock(loan, by)
    wanted = Repayment(
        number=document_no,
        centre=standing.centre,
        branch=by.branch or standing.branch,
        loan=standing,
        channel=channel.value,
        option=option.value if option else "",
        business_date=business_date,
        value_date=value_date,
        amount_fen=amount_fen,
        bank_reference=bank_reference.strip(),
        made_by=by,
    )
    if (known := Repayment.objects.filter(number=document_no).first()) is not None:
        return _same_or_refuse(known, wanted)
    _require_possible(wanted)
    reprice_before(standing, value_date, business_date=business_date, by=by)
    if option is not None:
        _decide_prepayment(wanted, option)
    return book_repayment(wanted, [_source_of(wanted)])


def book_repayment(repayment: Repayment, sources: list[Source]) -> Repayment:
    """Let a payment happen to its loan and book it: event, voucher, row, instalments, the end.

    Call it under the locks of the accounts and of the loan, with a row that is not saved yet.

    Raises:
        OutOfOrder, DayNotOpen: see ``receive_repayment``.
        TooMuch: something is left over of money that came from an account or from suspense.
    """
    loan, by = repayment.loan, repayment.made_by
    require_open(loan.centre, repayment.business_date)
    repayment.event = record_loan_event(
        loan=loan,
        kind=EventKind.PAID,
        value_date=repayment.value_date,
        business_date=repayment.business_date,
        document_no=repayment.number,
        amount_fen=repayment.amount_fen,
        facts={"option": repayment.option} if repayment.option else {},
        by=by,
    )
    course = get_course(loan)
    given = course.allocations[repayment.event.pk]
    if given.unallocated_fen and repayment.channel in (Channel.OFFSET, Channel.SUSPENSE):
        owed_fen = repayment.amount_fen - given.unallocated_fen
        raise TooMuch(loan.number, repayment.amount_fen, owed_fen)
    kept = open_suspense(loan) if given.unallocated_fen else None
    offset = repayment.channel == Channel.OFFSET
    repayment.entry = post(
        centre=loan.centre,
        key=f"repayment:{repayment.number}",
        kind=Entry.Kind.OFFSET if offset else Entry.Kind.REPAYMENT,
        business_date=repayment.business_date,
        document_no=repayment.number,
        maker=by,
        moves=join_moves(sources, targets_of(loan, given, kept), repayment.value_date),
    )
    for name, fen in parts_of(given).items():
        setattr(repayment, name, fen)
    repayment.shares = shares_of(given)
    repayment.save(force_insert=True)
    project(loan, course)
    _end_if_paid_off(repayment, course)
    return repayment


def open_suspense(loan: Loan) -> LedgerAccount:
    """Open the detail account of what is kept for a loan, or give the one that is there."""
    return open_detail_account(
        centre=loan.centre,
        parent_code=Code.SUSPENSE,
        code=suspense_code(loan),
        name=loan.member_account.member.name,
    )


def _lock(loan: Loan, by: User) -> Loan:
    """Hold the account, then the loan, for a person who may take in money for it."""
    account = lock_member_account(loan.member_account_id)
    if not by.is_system:
        require_permission(by, Repayment.submit_permission, account.centre)
    require_not_own(account, by)
    return lock_loan(loan.pk)


def _end_if_paid_off(repayment: Repayment, course: Course) -> None:
    if is_paid_off(course, repayment.value_date):
        repayment.loan = end_loan(
            loan=repayment.loan, business_date=repayment.business_date, by=repayment.made_by
        )


def _check_fields(
    amount_fen: int,
    business_date: dt.date,
    value_date: dt.date,
    channel: Channel,
    document_no: str,
    bank_reference: str,
) -> None:
    if type(amount_fen) is not int or not 1 <= amount_fen <= MAX_FEN:
        raise BadField("amount_fen", seen=repr(amount_fen), expected=f"1–{MAX_FEN}")
    if value_date > business_date:
        expected = _("no day after %(day)s") % {"day": business_date}
        raise BadField("value_date", seen=str(value_date), expected=expected)
    if channel not in _TAKEN_IN:
        raise BadField("channel", seen=str(channel), expected=", ".join(_TAKEN_IN))
    read_text("document_no", document_no, _NUMBER_LENGTH)
    read_text("bank_reference", bank_reference, _REFERENCE_LENGTH, needed=False)


def _require_possible(wanted: Repayment) -> None:
    """Refuse what cannot happen to the loan now, before anything is written."""
    loan = wanted.loan
    if not loan.is_out:
        raise WrongLoanState(loan.number, str(loan.get_state_display()))
    last = find_last_movement(loan)
    if last is not None and wanted.value_date < last:
        raise OutOfOrder(loan.number, wanted.value_date, last)
    if wanted.bank_reference:
        other = Repayment.objects.filter(
            centre=loan.centre, bank_reference=wanted.bank_reference
        ).first()
        if other is not None:
            raise ReferenceUsed(wanted.bank_reference, other.number)


def _decide_prepayment(wanted: Repayment, option: PrepaymentOption) -> None:
    """Decide by the law of the day whether principal may be repaid before it is due."""
    loan, on = wanted.loan, wanted.business_date
    facts = prepayment_facts(loan, get_course(loan), wanted.amount_fen, wanted.value_date, option)
    decision = decide_prepayment_request(facts, open_book(loan.centre.code, on))
    subject = (_SUBJECT, wanted.number)
    if not decision.approved:
        raise PrepaymentRefused(
            rule=decide_prepayment_request,
            facts=facts,
            decision=decision,
            centre=loan.centre,
            business_date=on,
            subject=subject,
            by=wanted.made_by,
        )
    record_decision(
        rule=decide_prepayment_request,
        facts=facts,
        decision=decision,
        centre=loan.centre,
        business_date=on,
        subject=subject,
        by=wanted.made_by,
    )


def _source_of(wanted: Repayment) -> Source:
    """Give where the money stands: at the bank, or in suspense for the loan."""
    if wanted.channel != Channel.SUSPENSE:
        return Source(get_ledger_account(wanted.centre, Code.BANK), wanted.amount_fen)
    kept_fen = get_suspense_fen(wanted.loan)
    if wanted.amount_fen > kept_fen:
        raise SuspenseShort(wanted.loan.number, wanted.amount_fen, kept_fen)
    return Source(open_suspense(wanted.loan), wanted.amount_fen)


def _same_or_refuse(known: Repayment, wanted: Repayment) -> Repayment:
    """Return the repayment that is there if the caller means the same, and refuse otherwise."""
    names = ("loan_id", "amount_fen", "business_date", "value_date", "channel", "option")
    if any(getattr(known, name) != getattr(wanted, name) for name in (*names, "bank_reference")):
        raise KeyReused(key=f"repayment:{wanted.number}", document_no=known.number)
    return known
