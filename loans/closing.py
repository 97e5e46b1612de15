"""What of loans stands in the way of closing a business day."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kernel.months import Month
from loans.queries import list_months_to_accrue, list_unclosed
from office.hindrances import Hindrance, hinders
from office.models import Centre

_NAMED = 3


@hinders
def loans_before_their_day_end(centre: Centre, date: dt.date) -> list[Hindrance]:
    """Name loans that have not gone through the day-end; what was paid out today needs none yet."""
    waiting = list_unclosed(centre, date).filter(disbursed_date__lt=date)
    count = waiting.count()
    if not count:
        return []
    numbers = "、".join(waiting.order_by("pk").values_list("number", flat=True)[:_NAMED])
    text = ngettext(
        "%(count)s loan has not gone through its day-end: %(numbers)s. Run the day-end of loans.",
        "%(count)s loans have not gone through their day-end, such as %(numbers)s. "
        "Run the day-end of loans.",
        count,
    )
    return [Hindrance(text % {"count": count, "numbers": numbers})]


@hinders
def interest_before_its_accrual(centre: Centre, date: dt.date) -> list[Hindrance]:
    """Name the months that are over and whose loan interest was not accrued."""
    months = list_months_to_accrue(centre, date)
    if not months:
        return []
    text = _("The loan interest of %(months)s has not been accrued. Run the day-end of loans.")
    return [Hindrance(text % {"months": "、".join(str(Month.of(day)) for day in months)})]
