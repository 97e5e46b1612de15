"""冲还贷: accounts of the household serve a loan, month by month or once a year."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import MemberAccount
from accounts.queries import lock_member_account
from contributions.services.offsets import (
    free_for_loan_fen,
    take_back_for_loan,
    take_for_loan,
)
from ledger.facts import Component
from ledger.models import Entry, Posting
from loans.contract_facts import OffsetMode, OffsetSource
from loans.facts import Channel, PrepaymentOption
from loans.lines import total_owed_fen
from loans.models import DebitLine, Loan, Repayment
from loans.queries import find_last_movement, find_offset_agreement, get_course, lock_loan
from loans.repaying import Source
from loans.repayment_errors import NoAgreementToOffset, NotReversible
from loans.services.repayments import book_repayment
from office.models import User
from office.services import next_number, require_permission
from policy.book import PolicyBook
from policy.queries import open_book


@transaction.atomic
def offset_due(*, loan: Loan, business_date: dt.date, by: User) -> Repayment | None:
    """Pay what is due of a loan from the accounts that serve it, in the agreed order.

    Calling again on the day returns the offset of the day. What the accounts do not cover is left
    to the next debit of the card. While the bank has not answered a debit, nothing is taken: the
    same instalment would be paid twice.

    Returns:
        The repayment; None when nothing is due, agreed or available.

    Raises:
        NotAllowed: a person without the permission; the system needs none.
        DayNotOpen: the centre's books are not open for the day.

    Source: offset.*; Kashgar 五 (by agreement), Liaoning (七) (the account serves the loan first).
    """
    if not by.is_system:
        require_permission(by, Repayment.submit_permission, loan.centre)
    return take_due(loan=loan, business_date=business_date, by=by)


@transaction.atomic
def take_due(*, loan: Loan, business_date: dt.date, by: User) -> Repayment | None:
    """Do what ``offset_due`` does, for the day-end: whoever may run that needs no permission here.

    Raises:
        DayNotOpen: the centre's books are not open for the day.
    """
    book = open_book(loan.centre.code, business_date)
    serving = _lock_accounts(loan, book, OffsetMode.MONTHLY)
    standing = lock_loan(loan.pk)
    number = f"OF-{standing.number}-{business_date:%Y%m%d}"
    known = Repayment.objects.filter(number=number).first()
    if known is not None:
        return known
    asked = DebitLine.objects.filter(loan=standing, state=DebitLine.State.SENT).exists()
    if asked or not serving.accounts or not _may_move(standing, business_date):
        return None
    owed_fen = total_owed_fen(get_course(standing).owed_on(business_date))
    return _offset(standing, number, serving, owed_fen, book, by)


@transaction.atomic
def offset_principal(
    *,
    loan: Loan,
    business_date: dt.date,
    by: User,
    option: PrepaymentOption,
    amount_fen: int | None = None,
) -> Repayment | None:
    """Repay principal once a year from the accounts that serve the loan (年冲).

    What is due is paid first; what pays the loan off ends it.

    Args:
        option: what becomes of the instalments, chosen by the borrower each time.
        amount_fen: at most this much, in fen; everything that is free by default.

    Returns:
        The repayment; None when it was done this year, or nothing is free.

    Raises:
        NotAllowed: a person without the permission; the system needs none.
        NoAgreementToOffset: nobody agreed to the yearly offset.
        DayNotOpen: the centre's books are not open for the day.

    Source: offset.*; prepayment.* do not bind: the money is already the centre's to keep.
    """
    if not by.is_system:
        require_permission(by, Repayment.submit_permission, loan.centre)
    book = open_book(loan.centre.code, business_date)
    serving = _lock_accounts(loan, book, OffsetMode.YEARLY)
    standing = lock_loan(loan.pk)
    if not serving.accounts:
        raise NoAgreementToOffset(loan.number)
    done = Repayment.objects.filter(
        loan=standing,
        channel=Channel.OFFSET.value,
        event__undone_date__isnull=True,
        business_date__year=business_date.year,
    ).exclude(option="")
    may = _may_move(standing, business_date)
    if not may or done.count() >= book.count("offset.yearly_times"):
        return None
    most_fen = get_course(standing).settle_fen(business_date)
    if amount_fen is not None:
        most_fen = min(most_fen, amount_fen)
    number = next_number(standing.centre, "OY", business_date)
    return _offset(standing, number, serving, most_fen, book, by, option=option.value)


def accounts_of_offset(repayment: Repayment) -> set[int]:
    """Give the keys of the accounts whose money an offset took; none for other channels."""
    if repayment.channel != Channel.OFFSET:
        return set()
    lines = repayment.entry.postings.values("debit_id")
    found = MemberAccount.objects.filter(
        Q(flex_ledger_account__in=lines) | Q(unit_ledger_account__in=lines)
    )
    return set(found.values_list("pk", flat=True))


def require_returnable(repayment: Repayment) -> None:
    """Refuse to give back money of accounts that are closed, or whose interest was paid since.

    Settling the interest anew is the business of the settlement, which knows nothing of loans.

    Raises:
        NotReversible: saying which account, and why.
    """
    for account in MemberAccount.objects.filter(pk__in=accounts_of_offset(repayment)):
        if not account.is_open:
            reason = _("Account %(number)s is closed.") % {"number": account.number}
            raise NotReversible(repayment.number, reason)
        paid = Posting.objects.filter(
            credit_id__in=[account.flex_ledger_account_id, account.unit_ledger_account_id],
            component=Component.INTEREST.value,
            entry__kind=Entry.Kind.INTEREST,
            entry__reversal__isnull=True,
            value_date__gt=repayment.value_date,
        )
        if paid.exists():
            reason = _(
                "Interest was credited to account %(number)s since, without this money. Pay the "
                "difference with a correction of the account, then repay the loan anew."
            ) % {"number": account.number}
            raise NotReversible(repayment.number, reason)


def take_back_offset_events(repayment: Repayment, business_date: dt.date, by: User) -> None:
    """Take back what other floors were told of an offset."""
    for account in MemberAccount.objects.filter(pk__in=accounts_of_offset(repayment)):
        take_back_for_loan(
            member_account=account,
            document_no=repayment.number,
            business_date=business_date,
            by=by,
        )


@dataclass(frozen=True, slots=True)
class _Serving:
    """The accounts that serve a loan in their order, and what stays in each, in fen."""

    accounts: tuple[MemberAccount, ...]
    retained_fen: int


def _lock_accounts(loan: Loan, book: PolicyBook, mode: OffsetMode) -> _Serving:
    """Hold the accounts that may serve a loan, and give those that do by an agreement of the mode.

    The borrower's account serves every month without agreement, and first, where the text says so.
    """
    for pk in sorted(_accounts_to_hold(loan)):
        lock_member_account(pk)
    agreement = find_offset_agreement(loan)
    found: list[int] = []
    if agreement is not None and agreement.mode == mode and agreement.signed_date <= book.on:
        of_source = {
            OffsetSource.BORROWER: loan.member_account_id,
            OffsetSource.SPOUSE: agreement.spouse_account_id,
        }
        allowed = book.choices("offset.sources")
        keys = [of_source[source] for source in agreement.sources if source in allowed]
        found = [pk for pk in keys if pk is not None]
    by_law = mode == OffsetMode.MONTHLY and book.flag("offset.account_first")
    if by_law and loan.member_account_id not in found:
        found.insert(0, loan.member_account_id)
    rows = MemberAccount.objects.select_related("centre", "member").in_bulk(found)
    retained_fen = agreement.retained_fen if agreement is not None else 0
    return _Serving(tuple(rows[pk] for pk in found), retained_fen)


def _accounts_to_hold(loan: Loan) -> set[int]:
    """Give the borrower's account and the spouse's, whose lock keeps the agreement as it is."""
    agreement = find_offset_agreement(loan)
    spouse = agreement.spouse_account_id if agreement is not None else None
    return {loan.member_account_id, *([spouse] if spouse is not None else [])}


def _may_move(loan: Loan, on: dt.date) -> bool:
    last = find_last_movement(loan)
    return loan.is_out and (last is None or last <= on)


def _offset(
    loan: Loan,
    number: str,
    serving: _Serving,
    most_fen: int,
    book: PolicyBook,
    by: User,
    option: str = "",
) -> Repayment | None:
    """Take up to a sum from the accounts in their order and let it repay the loan."""
    sources: list[Source] = []
    left_fen = most_fen
    for account in serving.accounts:
        part_fen = min(left_fen, free_for_loan_fen(account, book, serving.retained_fen))
        if not part_fen:
            continue
        left_fen -= part_fen
        parts = take_for_loan(
            member_account=account,
            amount_fen=part_fen,
            document_no=number,
            business_date=book.on,
            book=book,
            by=by,
        )
        sources += [Source(line, fen, component) for line, component, fen in parts]
    if not sources:
        return None
    repayment = Repayment(
        number=number,
        centre=loan.centre,
        branch=by.branch or loan.branch,
        loan=loan,
        channel=Channel.OFFSET.value,
        option=option,
        business_date=book.on,
        value_date=book.on,
        amount_fen=most_fen - left_fen,
        made_by=by,
    )
    return book_repayment(repayment, sources)
