"""What stands in the way of closing a business day. Apps say it in their ``closing.py``::

    @hinders
    def open_drawers(centre: Centre, date: dt.date) -> list[Hindrance]: ...

A hindrance that ``blocks`` stops a person who closes the day; the others are only shown. The
system, which opens days for the demo and for takeovers, is not stopped.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext

from office.models import Centre


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One sentence in the reader's language, and whether the day stays open because of it."""

    text: str
    blocks: bool = True


class DayHindered(Exception):
    """The business day cannot be closed yet; the message says what is still to be done."""

    def __init__(self, hindrances: list[Hindrance]) -> None:
        self.hindrances = hindrances
        said = " ".join(one.text for one in hindrances)
        super().__init__(gettext("The day cannot be closed yet. %(why)s") % {"why": said})


Finder = Callable[[Centre, dt.date], list[Hindrance]]
_finders: list[Finder] = []


def hinders(finder: Finder) -> Finder:
    """Register a function that looks for hindrances of a centre's day."""
    _finders.append(finder)
    return finder


def list_hindrances(centre: Centre, date: dt.date) -> list[Hindrance]:
    """List what stands in the way of closing the day, the blocking ones first."""
    found = [one for finder in _finders for one in finder(centre, date)]
    return sorted(found, key=lambda one: not one.blocks)


def require_unhindered(centre: Centre, date: dt.date) -> None:
    """Refuse to close a day while something blocks it.

    Raises:
        DayHindered: with every blocking hindrance.
    """
    blocking = [one for one in list_hindrances(centre, date) if one.blocks]
    if blocking:
        raise DayHindered(blocking)
