"""年冲: the accounts that serve a loan repay principal once a year, asked or not."""

import datetime as dt

from django.db import transaction

from kernel.days import add_years
from loans.contract_facts import OffsetMode
from loans.debiting import waits_for_bank
from loans.facts import Channel, PrepaymentOption
from loans.models import DebitLine, Loan, OffsetAgreement, Repayment
from loans.queries import find_offset_agreement, get_course, lock_loan
from loans.repayment_errors import NoAgreementToOffset
from loans.services.offsets import Taking, lock_serving, may_move, take
from loans.services.repricing import reprice_before
from office.models import User
from office.services import next_number, require_permission
from policy.book import PolicyBook
from policy.queries import open_book


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
    return _take_principal(loan, business_date, business_date, option, by, amount_fen)


@transaction.atomic
def take_yearly(
    *, loan: Loan, business_date: dt.date, by: User, day: dt.date | None = None
) -> Repayment | None:
    """Do the yearly offset of the agreed day, for the day-end: nobody needs a permission here.

    Once for an agreed day: on it, or on the first day after it that the day-end goes through; while
    the bank has not answered a debit it waits. What was done at the window this year is not done
    again.

    Args:
        day: the day the day-end looks at; before ``business_date`` where that was missed.

    Returns:
        The repayment; None when it is not the day, or nothing is agreed or free.

    Raises:
        DayNotOpen: the centre's books are not open for the day.

    Source: offset.yearly_day, yearly_option, missed_day, yearly_times.
    """
    on = day or business_date
    agreement = find_offset_agreement(loan)
    if agreement is None or agreement.mode != OffsetMode.YEARLY:
        return None
    book = open_book(loan.centre.code, business_date)
    if on < business_date and book.choice("offset.missed_day") != "AS_ON_DAY":
        return None
    agreed = find_agreed_day(agreement, on, book)
    if agreed is None or not _is_open(loan, agreed, on, business_date, book):
        return None
    if waits_for_bank(loan, on, book) or waits_for_bank(loan, business_date, book):
        return None
    option = PrepaymentOption(book.choice("offset.yearly_option"))
    try:
        return _take_principal(loan, business_date, on, option, by)
    except NoAgreementToOffset:
        # The agreed accounts may not serve, or not from that day: no fault of the loan's day-end.
        return None


def find_agreed_day(agreement: OffsetAgreement, on: dt.date, book: PolicyBook) -> dt.date | None:
    """Find the latest day up to a day on which the yearly offset is agreed; None in the first year.

    Source: offset.yearly_day.
    """
    begun: dt.date | None = agreement.signed_date
    if book.choice("offset.yearly_day") == "DISBURSED":
        begun = agreement.loan.disbursed_date
    if begun is None:
        return None
    years = on.year - begun.year
    if add_years(begun, years) > on:
        years -= 1
    agreed = add_years(begun, years)
    return agreed if years > 0 and agreed > agreement.signed_date else None


def _is_open(
    loan: Loan, agreed: dt.date, on: dt.date, business_date: dt.date, book: PolicyBook
) -> bool:
    """Tell whether the offset of an agreed day is still to be done on a day.

    A missed day does only what is agreed for it; the open day makes up for what the days since the
    last run could not do, and for what a debit on its way has held back.
    """
    if on < business_date:
        return agreed == on
    closed = loan.closed_date or loan.disbursed_date
    if closed is None or agreed > closed:
        done = Repayment.objects.filter(
            loan=loan, channel=Channel.OFFSET.value, value_date__gte=agreed,
            event__undone_date__isnull=True,
        ).exclude(option="")  # fmt: skip
        return not done.exists()
    asked_before = DebitLine.objects.filter(loan=loan, batch__business_date__lte=agreed)
    return asked_before.exists() and waits_for_bank(loan, closed, book)


def _take_principal(
    loan: Loan,
    business_date: dt.date,
    on: dt.date,
    option: PrepaymentOption,
    by: User,
    amount_fen: int | None = None,
) -> Repayment | None:
    book = open_book(loan.centre.code, business_date)
    serving = lock_serving(loan, book, OffsetMode.YEARLY, on)
    standing = lock_loan(loan.pk)
    if not serving.accounts:
        raise NoAgreementToOffset(loan.number)
    done = Repayment.objects.filter(
        loan=standing,
        channel=Channel.OFFSET.value,
        event__undone_date__isnull=True,
        value_date__year=on.year,
    ).exclude(option="")
    if not may_move(standing, on) or done.count() >= book.count("offset.yearly_times"):
        return None
    reprice_before(standing, on, business_date=business_date, by=by)
    most_fen = get_course(standing).settle_fen(on)
    if amount_fen is not None:
        most_fen = min(most_fen, amount_fen)
    number = next_number(standing.centre, "OY", business_date)
    return take(standing, Taking(number, most_fen, on, option.value), serving, book, by)
