"""冲还贷: accounts of the household serve a loan. ``yearly`` has what is done once a year."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import MemberAccount
from accounts.queries import lock_member_account
from contributions.queries import interest_since, interest_to_the_day_since
from contributions.services.offsets import (
    free_for_loan_fen,
    take_back_for_loan,
    take_for_loan,
)
from kernel.months import FundYear
from loans.contract_facts import OffsetMode, OffsetSource
from loans.debiting import waits_for_bank
from loans.facts import Channel
from loans.lines import total_owed_fen
from loans.models import Loan, Repayment
from loans.queries import find_last_movement, find_offset_agreement, get_course, lock_loan
from loans.repaying import Source
from loans.repayment_errors import NotReversible
from loans.services.repayments import book_repayment
from loans.services.repricing import reprice_before
from office.models import User
from office.services import require_permission
from policy.book import PolicyBook
from policy.queries import open_book


@transaction.atomic
def offset_due(*, loan: Loan, business_date: dt.date, by: User) -> Repayment | None:
    """Pay what is due of a loan from the accounts that serve it, in the agreed order.

    Calling again on the day returns the offset of the day. What the accounts do not cover is left
    to the next debit of the card. While a debit is on its way, nothing is taken: the same
    instalment would be paid twice. One that the bank never answers is not waited for for ever.

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
def take_due(
    *, loan: Loan, business_date: dt.date, by: User, day: dt.date | None = None
) -> Repayment | None:
    """Do what ``offset_due`` does, for the day-end: whoever may run that needs no permission here.

    Args:
        day: a day before ``business_date`` whose day-end was missed. By law the offset counts from
            it, so that no penalty is owed, of money that has been there since; or it is left to
            the open day.

    Raises:
        DayNotOpen: the centre's books are not open for the day.

    Source: offset.missed_day, debit_answer_days.
    """
    on = day or business_date
    book = open_book(loan.centre.code, business_date)
    if on < business_date and book.choice("offset.missed_day") != "AS_ON_DAY":
        return None
    serving = lock_serving(loan, book, OffsetMode.MONTHLY, on)
    standing = lock_loan(loan.pk)
    number = f"OF-{standing.number}-{on:%Y%m%d}"
    known = Repayment.objects.filter(number=number).first()
    if known is not None:
        return known
    if not serving.accounts or not may_move(standing, on):
        return None
    if waits_for_bank(standing, on, book) or waits_for_bank(standing, business_date, book):
        return None
    reprice_before(standing, on, business_date=business_date, by=by)
    owed_fen = total_owed_fen(get_course(standing).owed_on(on))
    return take(standing, Taking(number, owed_fen, on), serving, book, by)


def accounts_of_offset(repayment: Repayment) -> set[int]:
    """Give the keys of the accounts whose money an offset took; none for other channels."""
    if repayment.channel != Channel.OFFSET:
        return set()
    lines = repayment.entry.postings.values("debit_id")
    found = MemberAccount.objects.filter(
        Q(flex_ledger_account__in=lines) | Q(unit_ledger_account__in=lines)
    )
    return set(found.values_list("pk", flat=True))


def require_returnable(repayment: Repayment, *, settled: bool) -> None:
    """Refuse to give back money of accounts that are closed, or whose interest was paid since.

    Args:
        settled: whether the caller puts the years right that were settled since, which is the
            business of the settlement; interest to the day, as at an exit, it does not.

    Raises:
        NotReversible: saying which account, and why.
    """
    for account in MemberAccount.objects.filter(pk__in=accounts_of_offset(repayment)):
        if not account.is_open:
            reason = _("Account %(number)s is closed.") % {"number": account.number}
            raise NotReversible(repayment.number, reason)
        credited = interest_to_the_day_since if settled else interest_since
        if credited(account, repayment.value_date).exists():
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
class Serving:
    """The accounts that serve a loan in their order, and what stays in each, in fen.

    ``since``: the earlier day from which their money is to count; None is the open day.
    """

    accounts: tuple[MemberAccount, ...]
    retained_fen: int
    since: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Taking:
    """What is to be taken: under which number, at most how much in fen, from which day it counts.

    ``option``: what a prepayment does to the instalments; empty for what is due.
    """

    number: str
    most_fen: int
    on: dt.date
    option: str = ""


def lock_serving(loan: Loan, book: PolicyBook, mode: OffsetMode, on: dt.date) -> Serving:
    """Hold the accounts that may serve a loan, and give those that do by an agreement of the mode.

    The borrower's account serves every month without agreement, and first, where the text says so.
    For an earlier day nobody serves whose interest was credited since: it would have to be settled
    anew, which is no business of loans.

    Args:
        book: the law of the open day.
        on: the day from which the money is to count.
    """
    for pk in sorted(_accounts_to_hold(loan)):
        lock_member_account(pk)
    since = on if on < book.on else None
    if since is not None and FundYear.of(since) != FundYear.of(book.on):
        return Serving((), 0)
    agreement = find_offset_agreement(loan)
    found: list[int] = []
    if agreement is not None and agreement.mode == mode and agreement.signed_date <= on:
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
    accounts = tuple(rows[pk] for pk in found)
    if since is not None:
        accounts = tuple(one for one in accounts if not interest_since(one, since).exists())
    retained_fen = agreement.retained_fen if agreement is not None else 0
    return Serving(accounts, retained_fen, since)


def _accounts_to_hold(loan: Loan) -> set[int]:
    """Give the borrower's account and the spouse's, whose lock keeps the agreement as it is."""
    agreement = find_offset_agreement(loan)
    spouse = agreement.spouse_account_id if agreement is not None else None
    return {loan.member_account_id, *([spouse] if spouse is not None else [])}


def may_move(loan: Loan, on: dt.date) -> bool:
    """Tell whether something may happen to a loan on a day: nothing has happened to it later."""
    last = find_last_movement(loan)
    return loan.is_out and (last is None or last <= on)


def take(
    loan: Loan, taking: Taking, serving: Serving, book: PolicyBook, by: User
) -> Repayment | None:
    """Take up to a sum from the accounts in their order and let it repay the loan.

    Call it under the locks of the accounts and of the loan; it is booked on the book's day.

    Returns:
        The repayment; None when nothing is free.

    Raises:
        DayNotOpen: the centre's books are not open for the day.
    """
    sources: list[Source] = []
    left_fen = taking.most_fen
    for account in serving.accounts:
        free_fen = free_for_loan_fen(account, book, serving.retained_fen, serving.since)
        part_fen = min(left_fen, free_fen)
        if not part_fen:
            continue
        left_fen -= part_fen
        parts = take_for_loan(
            member_account=account,
            amount_fen=part_fen,
            document_no=taking.number,
            business_date=book.on,
            book=book,
            by=by,
            since=serving.since,
        )
        sources += [Source(line, fen, component) for line, component, fen in parts]
    if not sources:
        return None
    repayment = Repayment(
        number=taking.number,
        centre=loan.centre,
        branch=by.branch or loan.branch,
        loan=loan,
        channel=Channel.OFFSET.value,
        option=taking.option,
        business_date=book.on,
        value_date=taking.on,
        amount_fen=taking.most_fen - left_fen,
        made_by=by,
    )
    return book_repayment(repayment, sources)
