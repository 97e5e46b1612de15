"""Write-offs (呆账核销): proposed, reviewed, resolved, booked; each one by itself."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import AlreadyEntered, BadField
from accounts.holds import require_not_own
from accounts.queries import lock_member_account
from accounts.services.checks import read_text
from kernel.money import MAX_FEN
from ledger.chart import Code
from ledger.models import Entry, LedgerAccount
from ledger.postings import overdue_moves, write_off_moves
from ledger.queries import get_balance_fen, get_ledger_account
from ledger.services import post
from loans.facts import RiskClass
from loans.late import worse_of
from loans.late_errors import AmountsDiffer, ClassTooGood, RecordMissing, ReserveTooSmall
from loans.models import CreditEvent, Loan, WriteOff
from loans.queries import foresee_course, lock_loan
from loans.services.applications import lock_borrowers
from loans.services.courses import move_loan, require_move
from loans.services.credit import record_loan_credit
from loans.services.releases import release_parties
from loans.services.reserves import lock_reserve
from loans.states import Move
from office.documents import AlreadyDecided, SamePerson, approve, cancel, return_, submit
from office.models import User
from office.services import audit, next_number, require_permission
from policy.book import PolicyBook
from policy.queries import open_book

REVIEW = "loans.review_write_off"
_LENGTH, _REASON = 64, 400
_OPEN = (WriteOff.State.DRAFT, WriteOff.State.RETURNED)


@transaction.atomic
def propose_write_off(
    *, loan: Loan, reason: str, document_no: str, business_date: dt.date, by: User
) -> WriteOff:
    """Propose to give up all principal that the books hold of an overdue loan.

    Nothing is booked. The law of the day says which records it waits for.

    Args:
        document_no: the paper that proves the loss, such as the end of an enforcement.

    Raises:
        NotAllowed, OwnAccount: the person may not do this.
        WrongLoanState: the loan is not overdue.
        ClassTooGood: the loan is of a better class than the law asks for.
        BadField: reason or paper are missing.
        AlreadyEntered: a write-off of the loan is entered already.

    Source: reserve.write_off_approvals, risk.write_off_class; Regulation art. 9, Bazhong 二(三)5.
    """
    require_permission(by, WriteOff.submit_permission, loan.centre)
    account = lock_member_account(loan.member_account_id)
    require_not_own(account, by)
    standing = lock_loan(loan.pk)
    require_move(standing, Move.WRITE_OFF)
    book = open_book(standing.centre.code, business_date)
    require_class(standing, book)
    read_text("reason", reason, _REASON)
    read_text("document_no", document_no, _LENGTH)
    owed = foresee_course(standing, business_date).owed_on(business_date)
    needed = book.choices("reserve.write_off_approvals")
    write_off = WriteOff(
        number=next_number(standing.centre, "WO", business_date),
        centre=standing.centre,
        branch=by.branch,
        business_date=business_date,
        made_by=by,
        loan=standing,
        member_account=account,
        reason=reason.strip(),
        document_no=document_no.strip(),
        principal_fen=_held_fen(standing),
        interest_fen=sum(one.interest_fen for one in owed),
        penalty_fen=sum(one.penalty_fen for one in owed),
        needs_review="FINANCE_REVIEW" in needed,
        needs_resolution="COMMITTEE" in needed,
    )
    try:
        with transaction.atomic():
            write_off.save(force_insert=True)
    except IntegrityError as broken:
        raise AlreadyEntered(standing.number) from broken
    _note(write_off, "loans.write_off.propose", by)
    return write_off


@transaction.atomic
def review_write_off(
    *, write_off: WriteOff, document_no: str, reviewed_date: dt.date, amount_fen: int, by: User
) -> WriteOff:
    """Enter the record of the finance review, as somebody of finance who did not propose it.

    Raises:
        NotAllowed: the person is not of the centre's finance.
        SamePerson: the person has proposed it.
        OwnAccount: it is the person's own loan.
        AlreadyDecided: it does not wait for the review.
        BadField: number or day are missing or impossible.
        AmountsDiffer: the review names another sum.

    Source: reserve.write_off_approvals.
    """
    require_permission(by, REVIEW, write_off.centre)
    require_not_own(write_off.member_account, by)
    locked = _locked(write_off)
    if locked.made_by_id == by.pk:
        raise SamePerson(
            _("%(number)s: the maker cannot be the checker. Ask a colleague.")
            % {"number": locked.number}
        )
    if locked.state not in _OPEN or locked.review_date is not None:
        raise _passed(locked)
    read_text("document_no", document_no, _LENGTH)
    _require_sum("amount_fen", amount_fen, locked.principal_fen)
    WriteOff.objects.filter(pk=locked.pk).update(
        review_no=document_no.strip(),
        review_date=reviewed_date,
        review_fen=amount_fen,
        review_by=by,
    )
    _note(locked, "loans.write_off.review", by)
    write_off.refresh_from_db()
    return write_off


@transaction.atomic
def hand_in_write_off(
    *,
    write_off: WriteOff,
    document_no: str,
    resolved_date: dt.date | None,
    amount_fen: int | None,
    business_date: dt.date,
    by: User,
) -> WriteOff:
    """Enter the committee's resolution as the maker, and hand the write-off to a supervisor.

    Raises:
        NotAllowed: somebody other than the maker.
        AlreadyDecided: it was handed in before.
        RecordMissing: the finance review, or the resolution, is missing.
        BadField: the resolution is older than the review, or of a day to come.
        AmountsDiffer: the resolution names another sum.

    Source: reserve.write_off_approvals; Regulation (2026) art. 9(七).
    """
    locked = _locked(write_off)
    if locked.state not in _OPEN:
        raise _passed(locked)
    if locked.waits_for_review:
        raise RecordMissing(locked.number, _("finance review"))
    if locked.needs_resolution or document_no.strip():
        if not document_no.strip() or resolved_date is None or amount_fen is None:
            raise RecordMissing(locked.number, _("resolution of the committee"))
        earliest = locked.review_date or resolved_date
        if not earliest <= resolved_date <= business_date:
            expected = f"{earliest} – {business_date}"
            raise BadField("resolved_date", seen=str(resolved_date), expected=expected)
        _require_sum("amount_fen", amount_fen, locked.principal_fen)
        locked.resolution_no = document_no.strip()[:_LENGTH]
        locked.resolution_date, locked.resolution_fen = resolved_date, amount_fen
        locked.save(update_fields=["resolution_no", "resolution_date", "resolution_fen"])
    return submit(document=locked, by=by, shown=shown_write_off(locked))


@transaction.atomic
def approve_write_off(
    *, document: WriteOff, digest: str, business_date: dt.date, by: User
) -> WriteOff:
    """Book a write-off as the third person: out of the reserve, the loan ends as written off.

    What is not due yet becomes overdue first. The borrower goes on owing; while
    reserve.written_off_binds nobody of the household may borrow before it is recovered.

    Raises:
        SamePerson: the person has proposed or reviewed it.
        NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount: it is the checker's own loan.
        WrongLoanState: the loan is not overdue any more.
        ClassTooGood: its class was decided anew since the proposal.
        AmountsDiffer: the books hold another sum by now.
        ReserveTooSmall: the reserve, or the bank account it lies in, holds less.
        DayNotOpen: the centre's books are not open for the day.

    Source: 财会字〔1999〕33号 (核销); reserve.write_off_approvals, reserve.written_off_binds.
    """
    account = lock_borrowers(document.loan.application)
    require_not_own(account, by)
    loan = lock_loan(document.loan_id)
    locked = _locked(document)
    if locked.review_by_id == by.pk:
        raise SamePerson(
            _("%(number)s: who reviewed it cannot book it. Ask a colleague.")
            % {"number": locked.number}
        )
    if locked.state != WriteOff.State.SUBMITTED or locked.digest != digest:
        approve(document=document, by=by, digest=digest)  # says why not
    require_permission(by, WriteOff.approve_permission, locked.centre)
    require_move(loan, Move.WRITE_OFF)
    require_class(loan, open_book(loan.centre.code, locked.business_date))
    if _held_fen(loan) != locked.principal_fen:
        raise AmountsDiffer("principal_fen", _held_fen(loan), locked.principal_fen)
    reserve, surplus = lock_reserve(loan.centre, locked.principal_fen, ReserveTooSmall)
    entry = _book(locked, loan, reserve, surplus, business_date, by)
    WriteOff.objects.filter(pk=locked.pk).update(entry=entry)
    approve(document=document, by=by, digest=digest)
    move_loan(loan=loan, move=Move.WRITE_OFF, by=by, ended_date=business_date)
    record_loan_credit(
        kind=CreditEvent.Kind.WRITTEN_OFF,
        date=business_date,
        document_no=locked.number,
        business_date=business_date,
        by=by,
        loan=loan,
        amount_fen=locked.principal_fen,
    )
    if not open_book(loan.centre.code, business_date).flag("reserve.written_off_binds"):
        release_parties(loan, business_date, by)
    return document


def return_write_off(
    *, document: WriteOff, reason: str, business_date: dt.date, by: User
) -> WriteOff:
    """Give a write-off back to its maker with the reason; nothing is booked.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return return_(document=document, by=by, reason=reason)


def cancel_write_off(*, document: WriteOff, by: User) -> WriteOff:
    """Take back a write-off that is not booked, as its maker."""
    return cancel(document=document, by=by)


def shown_write_off(one: WriteOff) -> dict[str, Any]:
    """Give what the supervisor sees of a write-off; its digest binds the booking."""
    reviewed, resolved = one.review_date, one.resolution_date
    return one.shown_to(
        loan=one.loan_id,
        reason=one.reason,
        document_no=one.document_no,
        sums=[one.principal_fen, one.interest_fen, one.penalty_fen],
        review=[one.review_no, str(reviewed) if reviewed else None, one.review_by_id],
        resolution=[one.resolution_no, str(resolved) if resolved else None],
    )


def require_class(loan: Loan, book: PolicyBook) -> None:
    """Refuse a loan whose class is better than the one a write-off asks for.

    Args:
        book: the law of the day of the proposal.

    Raises:
        ClassTooGood: with the class seen and the one asked for.

    Source: risk.write_off_class.
    """
    seen, asked = RiskClass(loan.risk_class), RiskClass(book.choice("risk.write_off_class"))
    if worse_of(seen, asked) != seen:
        raise ClassTooGood(loan.number, seen.value, asked.value)


def _held_fen(loan: Loan) -> int:
    """Return all principal that the books hold of a loan."""
    assert loan.principal_line is not None  # a constraint keeps it so for what is paid out
    assert loan.overdue_line is not None
    return get_balance_fen(loan.principal_line) + get_balance_fen(loan.overdue_line)


def _book(
    write_off: WriteOff,
    loan: Loan,
    reserve: LedgerAccount,
    surplus: LedgerAccount,
    business_date: dt.date,
    by: User,
) -> Entry:
    assert loan.principal_line is not None  # see ``_held_fen``
    assert loan.overdue_line is not None
    rest_fen, moves = get_balance_fen(loan.principal_line), []
    if rest_fen:
        moves += overdue_moves(
            principal=loan.principal_line,
            overdue=loan.overdue_line,
            amount_fen=rest_fen,
            value_date=business_date,
        )
    moves += write_off_moves(
        reserve=reserve,
        overdue=loan.overdue_line,
        bank=get_ledger_account(write_off.centre, Code.BANK),
        surplus_bank=surplus,
        amount_fen=write_off.principal_fen,
        value_date=business_date,
    )
    return post(
        centre=write_off.centre,
        key=f"write-off:{write_off.number}",
        kind=Entry.Kind.WRITE_OFF,
        business_date=business_date,
        document_no=write_off.number,
        maker=by,
        moves=moves,
    )


def _locked(write_off: WriteOff) -> WriteOff:
    rows = WriteOff.objects.select_related("loan", "member_account", "centre")
    return rows.select_for_update(of=("self",)).get(pk=write_off.pk)


def _passed(write_off: WriteOff) -> AlreadyDecided:
    return AlreadyDecided(
        _("%(number)s is “%(state)s”; this is not possible now.")
        % {"number": write_off.number, "state": write_off.get_state_display()}
    )


def _require_sum(name: str, seen_fen: int, expected_fen: int) -> None:
    if not 1 <= seen_fen <= MAX_FEN or seen_fen != expected_fen:
        raise AmountsDiffer(name, seen_fen, expected_fen)


def _note(write_off: WriteOff, action: str, by: User) -> None:
    audit(
        actor=by,
        action=action,
        target=write_off,
        centre=write_off.centre,
        subject=write_off.loan.number,
        after={"principal_fen": write_off.principal_fen},
    )
