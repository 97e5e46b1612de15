"""What of the office's documents a supervisor should know before a business day is closed."""

import datetime as dt

from django.utils.translation import ngettext

from office.hindrances import Hindrance, hinders
from office.inbox import list_undecided
from office.models import Centre


@hinders
def documents_that_wait(centre: Centre, date: dt.date) -> list[Hindrance]:
    """Count what waits for a second person, and what is due by the day.

    Neither blocks the day: what waits today may be decided tomorrow. What is due is said apart.
    """
    waiting = list_undecided(centre)
    due = [one for one in waiting if one.due_date is not None and one.due_date <= date]
    said = []
    if due:
        text = ngettext(
            "%(count)s document is due by law and not decided: %(numbers)s.",
            "%(count)s documents are due by law and not decided: %(numbers)s.",
            len(due),
        )
        numbers = "、".join(one.item.number for one in due)
        said.append(Hindrance(text % {"count": len(due), "numbers": numbers}, blocks=False))
    if waiting:
        text = ngettext(
            "%(count)s document waits for a second person.",
            "%(count)s documents wait for a second person.",
            len(waiting),
        )
        said.append(Hindrance(text % {"count": len(waiting)}, blocks=False))
    return said
