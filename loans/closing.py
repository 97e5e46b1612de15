"""What of loans stands in the way of closing a business day."""

import datetime as dt

from django.utils.translation import ngettext

from loans.queries import list_unclosed
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
