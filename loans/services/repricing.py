"""The first of January: running loans take the rate of their class (利率调整)."""

import datetime as dt
from collections import Counter
from collections.abc import Callable

from django.db import transaction

from kernel.rates import printed_percent
from loans.errors import OutOfOrder
from loans.facts import EventKind
from loans.models import Loan
from loans.queries import list_new_rates, lock_loan
from loans.services.courses import project, record_loan_event
from loans.states import OUT_STATES
from office.models import Centre, User

REPRICED, OUT_OF_ORDER = "repriced", "out_of_order"


def reprice_loans(
    *,
    centre: Centre,
    business_date: dt.date,
    by: User,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, int]:
    """Give every running loan of a centre the rate of its class on each 1 January up to a day.

    One event per loan and year in which the rate moves; years that were missed are caught up, and
    running it again changes nothing. Each loan is done in a transaction of its own. A loan to
    which something later has already happened is left as it is and counted: its later events
    have to be undone and entered anew in their order.

    Args:
        progress: called with loans done and loans in all.

    Returns:
        How many events were written (``repriced``), how many loans were left (``out_of_order``).

    Raises:
        DayNotOpen: the centre's books are not open for the day.

    Source: loan_rate.repricing_date (pboc-2015-08#2, pboc-2024-05#2, pboc-2025-05#2),
    loan_rate.fixed_through_months.
    """
    found: Counter[str] = Counter({REPRICED: 0, OUT_OF_ORDER: 0})
    rows = Loan.objects.filter(centre=centre, state__in=[*OUT_STATES])
    loans = list(rows.select_related("centre").order_by("pk"))
    for done, loan in enumerate(loans, start=1):
        try:
            # Most days have nothing to do; only loans whose rate moves are locked.
            if list_new_rates(loan, business_date):
                found[REPRICED] += reprice_loan(pk=loan.pk, business_date=business_date, by=by)
        except OutOfOrder:
            found[OUT_OF_ORDER] += 1
        if progress is not None:
            progress(done, len(loans))
    return dict(found)


@transaction.atomic
def reprice_loan(
    *, pk: int, business_date: dt.date, by: User, through: dt.date | None = None
) -> int:
    """Reprice one loan for all years up to a day; returns how many events were written.

    Args:
        business_date: the open day, on which it is written down.
        through: the day that is looked at; the open day if left out.

    Raises:
        OutOfOrder: something later has already happened to the loan.
    """
    loan = lock_loan(pk)
    new_rates = list_new_rates(loan, through or business_date)
    for day, rate in new_rates:
        record_loan_event(
            loan=loan,
            kind=EventKind.REPRICED,
            value_date=day,
            business_date=business_date,
            document_no=repricing_no(loan, day),
            facts={"annual_rate": printed_percent(rate)},
            by=by,
        )
    if new_rates:
        project(loan)
    return len(new_rates)


def reprice_before(loan: Loan, on: dt.date, *, business_date: dt.date, by: User) -> None:
    """Give a loan the rates of the years up to a day on which something is about to happen to it.

    What happens on the first open morning of a year comes before the day-end, and no rate could
    be put in front of it any more. A loan that something later has already happened to is left to
    ``reprice_loans``, which counts it. Call it under the loan's lock.
    """
    try:
        reprice_loan(pk=loan.pk, business_date=business_date, by=by, through=on)
    except OutOfOrder:
        return


def repricing_no(loan: Loan, day: dt.date) -> str:
    """Give the number under which a loan is repriced in a year: one event per loan and year."""
    return f"{loan.number}-R{day.year}"
