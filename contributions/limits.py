"""Which agreed monthly amounts lie outside the limits of a day: the year roll.

The limits are dated values. A deposit is measured by those of its own day, so an agreement that
fitted when it was signed stops being payable on the day that brings a lower maximum or a higher
minimum. No query reads the clock; amounts are in fen.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    DateField,
    F,
    IntegerField,
    Q,
    QuerySet,
    TextChoices,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _

from accounts.models import Agreement, MemberAccount
from kernel.months import FundYear
from office.models import Centre
from policy.book import PolicyBook
from policy.values import Value as LawValue

_MINIMUM = "contribution.monthly_minimum"
_MAXIMUM = "contribution.monthly_maximum"
_LEAST = "contribution.least_payment"


class Side(TextChoices):
    """Where an amount lies that a limit does not let be."""

    ABOVE = "ABOVE", _("above the maximum")
    BELOW = "BELOW", _("below the minimum")


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit of the agreed monthly amount on a day.

    ``value`` None: nobody has set it. ``known`` is false too where a day to come only has the
    value carried on from the year before. ``any_mode``: it binds free mode as well.
    """

    key: str
    side: Side
    day: dt.date
    value: LawValue | None
    known: bool
    any_mode: bool


def next_limit_year(book: PolicyBook, on: dt.date) -> dt.date:
    """Give the first day of the limit year that comes after a day.

    Source: contribution.limit_year.
    """
    if book.choice("contribution.limit_year") == "CALENDAR_YEAR":
        return dt.date(on.year + 1, 1, 1)
    return dt.date(FundYear.of(on).year, 7, 1)


def list_bounds(book: PolicyBook) -> list[Bound]:
    """List the limits of the book's day, then those of the first day of the next limit year.

    Empty where the centre's text is not in force.

    Source: contribution.monthly_minimum, contribution.monthly_maximum, contribution.limit_year;
    Lianyungang 三(二) limits the single payment and sets no minimum of the month.
    """
    if not book.in_force:
        return []
    coming = book.at(next_limit_year(book, book.on))
    return [bound for page in (book, coming) for bound in _bounds_of(page, book.on)]


def outside_limits(centre: Centre, bounds: Sequence[Bound]) -> QuerySet[Any]:
    """Select the accounts whose signed agreement lies outside a limit that is known.

    Only who contributes is selected: normal accounts of flexible members. Each row carries
    ``monthly_fen``, ``mode``, and of the first limit it breaks its ``place`` in ``bounds``,
    ``side``, ``limit_fen`` and the day ``outside_from``.
    """
    known = [(place, bound) for place, bound in enumerate(bounds) if bound.known]
    rows = (
        MemberAccount.objects.filter(
            centre=centre,
            state=MemberAccount.State.NORMAL,
            identity=MemberAccount.Identity.FLEX,
            agreements__state=Agreement.State.SIGNED,
        )
        .annotate(
            monthly_fen=F("agreements__monthly_amount_fen"),
            mode=F("agreements__mode"),
            agreed_from=F("agreements__effective_month"),
        )
        .annotate(
            place=Case(
                *(When(_broken(bound), then=Value(place)) for place, bound in known),
                output_field=IntegerField(),
            )
        )
    )
    found: QuerySet[Any] = rows.filter(place__isnull=False).annotate(
        side=Case(
            *(When(place=place, then=Value(bound.side.value)) for place, bound in known),
            default=Value(""),
        ),
        limit_fen=Case(
            *(When(place=place, then=Value(_fen(bound))) for place, bound in known),
            output_field=BigIntegerField(),
        ),
        outside_from=Case(
            *(When(place=place, then=Value(bound.day)) for place, bound in known),
            output_field=DateField(),
        ),
    )
    return found.select_related("member", "branch", "centre")


def _bounds_of(book: PolicyBook, today: dt.date) -> list[Bound]:
    """Read the limits of one day as the rule of deposits reads them."""
    sides = [(_MAXIMUM, Side.ABOVE)]
    if book.find(_MINIMUM) is not None or book.find(_LEAST) is None:
        sides.insert(0, (_MINIMUM, Side.BELOW))
    any_mode = book.choice("contribution.free_mode") == "MULTIPLE_OF_MONTHLY"
    found = []
    for key, side in sides:
        value = book.find(key)
        known = value is not None and not (value.carried and book.on > today)
        found.append(Bound(key, side, book.on, value, known, any_mode))
    return found


def _broken(bound: Bound) -> Q:
    """Say in terms of a row that its agreement, in effect by the day, breaks the limit."""
    beyond = "gt" if bound.side is Side.ABOVE else "lt"
    broken = Q(**{f"monthly_fen__{beyond}": _fen(bound)}, agreed_from__lte=bound.day)
    return broken if bound.any_mode else broken & ~Q(mode=Agreement.Mode.FREE)


def _fen(bound: Bound) -> int:
    return int(bound.value.typed) if bound.value is not None else 0
