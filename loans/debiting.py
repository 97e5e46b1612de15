"""Debits on their way to the bank: how long one is waited for, and which were never answered.

Read only.
"""

import datetime as dt

from django.db.models import Q

from loans.models import DebitLine, Loan
from office.models import Centre
from policy.book import PolicyBook
from policy.queries import open_book
from policy.rules import after_working_days


def last_answer_day(line: DebitLine, book: PolicyBook) -> dt.date:
    """Give the last day on which a debit is still waited for; later it counts as never answered.

    Source: offset.debit_answer_days, calendar.year.
    """
    return after_working_days(
        book, line.batch.business_date, book.count("offset.debit_answer_days")
    )


def waits_for_bank(loan: Loan, on: dt.date, book: PolicyBook) -> bool:
    """Tell whether a debit of a loan was on its way at the end of a day, and waited for.

    Nothing else is taken for the loan meanwhile: the same instalment would be paid twice.
    """
    on_its_way = DebitLine.objects.filter(
        Q(state=DebitLine.State.SENT) | Q(answered_date__gt=on),
        loan=loan,
        batch__business_date__lte=on,
    )
    return any(on <= last_answer_day(line, book) for line in on_its_way.select_related("batch"))


def list_unanswered(centre: Centre, on: dt.date) -> list[tuple[DebitLine, dt.date]]:
    """List the debits that the bank never answered, the oldest first, with their last day.

    They hold back no offset any more, and are not asked for again: finance asks the bank, and
    takes in what it says even now.
    """
    book = open_book(centre.code, on)
    lines = DebitLine.objects.filter(
        batch__centre=centre, state=DebitLine.State.SENT, batch__business_date__lt=on
    ).select_related("batch", "loan__member_account__member")
    found = [(line, last_answer_day(line, book)) for line in lines.order_by("id")]
    return [(line, last) for line, last in found if last < on]
