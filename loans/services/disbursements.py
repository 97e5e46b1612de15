"""Paying a loan out: finance makes the payment, a supervisor approves it, and the loan runs.

The money goes to whoever sells, builds or is owed. A day's quota, and the fund's own ratios where
the centre wants it, put loans into a queue in the order in which applications were accepted.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import BadField
from accounts.holds import require_not_own
from accounts.models import MemberEvent
from accounts.queries import lock_member_account
from accounts.services import record_event
from accounts.services.checks import read_text
from kernel.money import grouped_yuan
from kernel.rates import printed_percent
from ledger.chart import Code
from ledger.models import Entry, LedgerAccount
from ledger.postings import disbursement_moves
from ledger.queries import get_ledger_account
from ledger.services import open_member_account, post
from loans.contract_facts import PayeeKind
from loans.errors import AlreadyThere, AnotherDay, MustQueue
from loans.facts import EventKind, LoanState, PartyRole
from loans.indicators import STOP, decide_fund_indicators
from loans.models import Disbursement, Loan
from loans.paying import decide_loan_payment
from loans.payment_checks import (
    fund_facts,
    paid_on_fen,
    payment_facts,
    place_in_queue,
    waiting_fen,
)
from loans.pricing import rate_after_change
from loans.queries import lock_loan, tie_number
from loans.services.agreed import LENGTH, keep_or_refuse
from loans.services.courses import move_loan, project, record_loan_event, require_move
from loans.states import Move
from office.documents import approve, cancel, return_, submit
from office.fields import blind_index
from office.models import Centre, User
from office.services import next_number, require_permission
from policy.models import StoredDecision
from policy.queries import open_book

_BORROWERS = (PartyRole.BORROWER, PartyRole.CO_BORROWER)
_BY_PAYMENT = "DISBURSEMENT_DAY"
_ACCOUNT_DIGITS = range(8, 33)


@dataclass(frozen=True, slots=True)
class LoanPayee:
    """Who gets the money; ``kind`` is a code of ``PayeeKind``."""

    kind: str
    name: str
    bank: str
    account_no: str


@transaction.atomic
def submit_disbursement(
    *, loan: Loan, payee: LoanPayee, business_date: dt.date, by: User
) -> Disbursement:
    """Make the payment of a secured loan ready for a supervisor. Nothing is booked yet.

    Raises:
        NotAllowed, OwnAccount: the person is not of the centre's finance, or it is their own loan.
        WrongLoanState: the loan is not secured, is paid out, or ended.
        AlreadyThere: a payment of the loan waits already.
        BadField: the payee is not whole.
        LoanRefused: what was true at the application is true no more; ``.decision`` has why.
        MustQueue: the day's quota is used up, the fund has reached its line, or another loan is
            first; ``queue_loan`` puts it into the queue.

    Source: loan.security_required (Regulation art. 27), no_open_loan, platform_again,
    daily_quota, pays_borrower; risk.stop_ratio, queues_at_stop; loan_rate.new_loan_day.
    """
    require_permission(by, Disbursement.submit_permission, loan.centre)
    account = lock_member_account(loan.member_account_id)
    require_not_own(account, by)
    standing = lock_loan(loan.pk)
    require_move(standing, Move.DISBURSE)
    kind = _check_payee(payee)
    number = next_number(standing.centre, "LD", business_date)
    decision = _decide(standing, kind, number, business_date, by)
    waiting = Disbursement.objects.filter(loan=standing, state=Disbursement.State.SUBMITTED)
    if waiting.exists():
        raise AlreadyThere(standing.number, str(Disbursement._meta.verbose_name))
    require_turn(standing, business_date)
    disbursement = Disbursement(
        number=number,
        centre=standing.centre,
        branch=by.branch or standing.branch,
        business_date=business_date,
        made_by=by,
        loan=standing,
        amount_fen=standing.principal_fen,
        rate_percent=_rate_on(standing, business_date),
        payee_kind=kind.value,
        payee=payee.name.strip(),
        bank=payee.bank.strip(),
        account_no=payee.account_no,
        account_last4=payee.account_no[-4:],
        decision=decision,
    )
    try:
        with transaction.atomic():
            disbursement.save(force_insert=True)
            return submit(document=disbursement, by=by, shown=shown_disbursement(disbursement))
    except IntegrityError as taken:
        raise AlreadyThere(standing.number, str(Disbursement._meta.verbose_name)) from taken


@transaction.atomic
def approve_disbursement(
    *, disbursement: Disbursement, digest: str, business_date: dt.date, by: User
) -> Loan:
    """Approve a payment on its own day, book it and let the loan run.

    Everything is looked at once more under the locks: what stood against it since finance made it
    refuses. Borrowers' accounts carry the loan from this day on, guarantors' accounts the surety.

    Args:
        business_date: the open day; interest runs from it.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount: it is the supervisor's own loan.
        AnotherDay: it was made on another day, by another table and quota.
        WrongLoanState: the loan is not secured any more.
        LoanRefused: something now stands against it.
        DayNotOpen: the centre's books are not open for the day.

    Source: 财会字〔1999〕33号 (loan paid out); loan.security_required.
    """
    account = lock_member_account(disbursement.loan.member_account_id)
    locked = Disbursement.objects.select_for_update(of=("self",)).get(pk=disbursement.pk)
    if (locked.state, locked.digest) != (Disbursement.State.SUBMITTED, digest) or (
        locked.made_by_id == by.pk
    ):
        approve(document=disbursement, by=by, digest=digest)  # says why not
    require_permission(by, Disbursement.approve_permission, locked.centre)
    require_not_own(account, by)
    if locked.business_date != business_date:
        raise AnotherDay(locked.number, locked.business_date, business_date)
    loan = lock_loan(locked.loan_id)
    require_move(loan, Move.DISBURSE)
    decision = _decide(loan, PayeeKind(locked.payee_kind), locked.number, business_date, by)
    loan, entry = _pay(loan, locked, business_date, by)
    Disbursement.objects.filter(pk=locked.pk).update(approval_decision=decision, entry=entry)
    approve(document=disbursement, by=by, digest=digest)
    _tell(loan, business_date, by)
    project(loan)
    return loan


def _pay(
    loan: Loan, disbursement: Disbursement, business_date: dt.date, by: User
) -> tuple[Loan, Entry]:
    """Move the loan, book the money, and write the event from which the course begins."""
    book = open_book(loan.centre.code, loan.contract_date)
    by_payment = book.choice("loan.due_day_rule") == _BY_PAYMENT
    principal_line, overdue_line = _lines_of(loan)
    moved = move_loan(
        loan=loan,
        move=Move.DISBURSE,
        by=by,
        disbursed_date=business_date,
        rate_percent=disbursement.rate_percent,
        due_day=business_date.day if by_payment else loan.due_day,
        principal_line=principal_line,
        overdue_line=overdue_line,
    )
    entry = post(
        centre=moved.centre,
        key=f"disbursement:{disbursement.number}",
        kind=Entry.Kind.DISBURSEMENT,
        business_date=business_date,
        document_no=disbursement.number,
        maker=by,
        moves=disbursement_moves(
            loan=principal_line,
            bank=get_ledger_account(moved.centre, Code.BANK),
            amount_fen=moved.principal_fen,
            value_date=business_date,
        ),
    )
    record_loan_event(
        loan=moved,
        kind=EventKind.DISBURSED,
        value_date=business_date,
        business_date=business_date,
        document_no=disbursement.number,
        amount_fen=moved.principal_fen,
        by=by,
    )
    return moved, entry


@transaction.atomic
def queue_loan(*, loan: Loan, business_date: dt.date, by: User) -> Loan:
    """Put a loan that cannot be paid now into the queue; one that waits there already stays.

    Its place follows from the day its application was accepted, not from the day it is queued.

    Raises:
        NotAllowed, OwnAccount: the person is not of the centre's finance, or it is their own loan.
        WrongLoanState: the loan is not secured.
    """
    require_permission(by, Disbursement.submit_permission, loan.centre)
    account = lock_member_account(loan.member_account_id)
    require_not_own(account, by)
    standing = lock_loan(loan.pk)
    if standing.state == LoanState.QUEUED:
        return standing
    require_move(standing, Move.QUEUE)
    return move_loan(loan=standing, move=Move.QUEUE, by=by)


def require_turn(loan: Loan, business_date: dt.date) -> None:
    """Refuse a payment for which neither the day nor the fund has room, or whose turn it is not.

    Raises:
        MustQueue: with the reason and the place in the queue.
    """
    # Two payments of one moment must not both find room; the lock spares who only refers to it.
    Centre.objects.select_for_update(no_key=True).get(pk=loan.centre_id)
    book = open_book(loan.centre.code, business_date)
    place = place_in_queue(loan)
    if place > 1:
        why = _("loans whose applications were accepted before it are paid first.")
        raise MustQueue(loan.number, why, place)
    quota = book.find("loan.daily_quota")
    if quota is not None:
        left_fen = max(quota.typed - paid_on_fen(loan.centre, business_date), 0)
        if loan.principal_fen > left_fen:
            why = _("%(left)s yuan of the day's quota of %(quota)s yuan are left.") % {
                "left": grouped_yuan(left_fen),
                "quota": grouped_yuan(quota.typed),
            }
            raise MustQueue(loan.number, why, place)
    if book.flag("risk.queues_at_stop"):
        more_fen = loan.principal_fen + waiting_fen(loan.centre)
        facts = fund_facts(loan.centre, more_fen)
        level = decide_fund_indicators(facts, book.fresh(business_date)).result.level
        if level in (STOP, None):
            why = _("with it the fund's loans would reach the line at which lending stops.")
            raise MustQueue(loan.number, why, place)


def return_disbursement(*, disbursement: Disbursement, reason: str, by: User) -> Disbursement:
    """Give a payment back to finance with the reason; the loan stays as it is.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return return_(document=disbursement, by=by, reason=reason)


def cancel_disbursement(*, disbursement: Disbursement, by: User) -> Disbursement:
    """Take back a payment that is not decided, as its maker."""
    return cancel(document=disbursement, by=by)


def shown_disbursement(disbursement: Disbursement) -> dict[str, Any]:
    """Give what the second person sees of a payment; its digest binds the approval."""
    return disbursement.shown_to(
        loan=disbursement.loan_id,
        amount_fen=disbursement.amount_fen,
        rate_percent=disbursement.rate_percent,
        payee_kind=disbursement.payee_kind,
        payee=disbursement.payee,
        bank=disbursement.bank,
        account=blind_index(disbursement.account_no),
        last4=disbursement.account_last4,
        decision=disbursement.decision_id,
    )


def _check_payee(payee: LoanPayee) -> PayeeKind:
    if payee.kind not in list(PayeeKind):
        raise BadField("payee_kind", seen=payee.kind or " ", expected=", ".join(PayeeKind))
    read_text("payee", payee.name, LENGTH)
    read_text("bank", payee.bank, 40)
    digits = payee.account_no
    if not (digits.isascii() and digits.isdigit() and len(digits) in _ACCOUNT_DIGITS):
        expected = _("8 to 32 digits")
        raise BadField("account_no", seen=f"{len(digits)}", expected=expected)
    return PayeeKind(payee.kind)


def _decide(
    loan: Loan, payee: PayeeKind, number: str, business_date: dt.date, by: User
) -> StoredDecision:
    book = open_book(loan.centre.code, business_date)
    facts = payment_facts(loan, payee, business_date)
    return keep_or_refuse(
        rule=decide_loan_payment,
        facts=facts,
        decision=decide_loan_payment(facts, book),
        book=book,
        centre=loan.centre,
        business_date=business_date,
        subject=("loans.disbursement", number),
        by=by,
    )


def _rate_on(loan: Loan, business_date: dt.date) -> str:
    """Give the rate a loan begins to run at: that of the table of the day that the law names.

    Source: loan_rate.new_loan_day.
    """
    book = open_book(loan.centre.code, business_date)
    if book.choice("loan_rate.new_loan_day") != "DISBURSED":
        return loan.rate_percent
    told = {"contract_term": loan.term_months, "home_number": loan.home_number}
    agreed_on, agreed = loan.contract_date, loan.annual_rate
    then = rate_after_change(book, agreed_on, agreed_on=agreed_on, agreed=agreed, **told)
    now = rate_after_change(book, business_date, agreed_on=agreed_on, agreed=agreed, **told)
    return loan.rate_percent if then == now else printed_percent(now)


def _lines_of(loan: Loan) -> tuple[LedgerAccount, LedgerAccount]:
    """Give the loan's lines in the books: principal (121) and overdue principal (122).

    They are there already when a first payment was taken back.
    """
    found = []
    for code in (Code.TRUST_LOANS, Code.OVERDUE_LOANS):
        line_code = f"{code}.{loan.number}"
        line = LedgerAccount.objects.filter(centre=loan.centre, code=line_code).first()
        found.append(
            line
            or open_member_account(
                centre=loan.centre,
                control_code=code,
                code=line_code,
                name=loan.member_account.member.name,
            )
        )
    principal, overdue = found
    return principal, overdue


def _tell(loan: Loan, business_date: dt.date, by: User) -> None:
    """Write the events that other floors read: at borrowers' accounts, and at guarantors'."""
    number = tie_number(loan)
    parties = loan.application.parties.filter(member__isnull=False).select_related("member")
    for party in parties:
        assert party.member is not None  # the filter keeps it so
        if party.role in _BORROWERS:
            kind = MemberEvent.Kind.LOAN_DISBURSED
        elif party.role == PartyRole.GUARANTOR:
            kind = MemberEvent.Kind.GUARANTEE_GIVEN
        else:
            continue
        for account in party.member.member_accounts.exclude(state="CLOSED"):
            record_event(
                member_account=account,
                kind=kind,
                date=business_date,
                document_no=number,
                by=by,
            )
