"""The list of the year roll: agreements outside the limits of today or of the next limit year."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Agreement, MemberAccount
from contributions.limits import Bound, Side, list_bounds, outside_limits
from fundcenter.counter.entry_forms import DayField
from fundcenter.listings.accounts import name_column, number_column
from fundcenter.listings.filters import filters_for
from fundcenter.listings.listing import Column, Listing
from office.models import Centre
from office.queries import find_open_day
from policy.queries import open_book
from policy.wording import Cite, citer, describe_key, describe_value


class _LawOf(django_filters.Filter):  # type: ignore[misc]
    """Filters by the day from which an agreement lies outside."""

    field_class = DayField


class LimitsListing(Listing):
    """Agreements that a limit in force, or the limit of the next limit year, leaves outside."""

    name = "limits"
    title = _("Agreements outside the limits")
    about = _("No agreement lies outside the limits that are known.")
    permission = "contributions.view"
    default = "outside_from"
    filters = filters_for(
        MemberAccount,
        numbers=("number",),
        amount="monthly_fen",
        branch="branch",
        side=django_filters.ChoiceFilter(
            field_name="side",
            choices=Side.choices,
            label=_("Lies"),
            empty_label=_("all of them"),
        ),
        outside_from=_LawOf(field_name="outside_from", label=_("By the limits of")),
    )

    @property
    def columns(self) -> Sequence[Column]:
        """Who agreed on what, which limit it breaks by which clause, and the way to mend it."""
        return [
            number_column(),
            name_column(),
            Column(key="phone", title=_("Phone"), value=lambda one: one.member.masked_phone,
                   full=lambda one: one.member.phone),
            Column(key="branch", title=_("Branch"), value=lambda one: one.branch),
            Column(key="mode", title=_("Mode of contribution"),
                   value=lambda one: Agreement.Mode(one.mode).label, order="mode"),
            Column(key="monthly", title=_("Monthly amount (yuan)"),
                   value=lambda one: one.monthly_fen, kind="money", order="monthly_fen"),
            Column(key="side", title=_("Lies"), value=lambda one: Side(one.side).label,
                   order="side"),
            Column(key="limit", title=_("Limit (yuan)"), value=lambda one: one.limit_fen,
                   kind="money", order="limit_fen"),
            Column(key="from", title=_("By the limits of"), value=lambda one: one.outside_from,
                   kind="date", order="outside_from"),
            Column(key="clause", title=_("Clause"), value=lambda one: one.clause),
            Column(
                key="mend",
                title=_("Next step"),
                value=lambda one: gettext("Change the agreement"),
                address=lambda one: reverse("agreement", args=[one.number]),
                permission="accounts.amend",
            ),
        ]  # fmt: skip

    def rows(self, centre: Centre) -> QuerySet[Any]:
        """Whose agreement lies outside; without an open day, nobody's."""
        return outside_limits(centre, _bounds(centre))

    def complete(self, rows: list[Any]) -> list[Any]:
        """Add the clause of the limit that each row breaks."""
        if not rows:
            return rows
        cite = citer()
        grounds = [_grounds(bound, cite) for bound in _bounds(rows[0].centre)]
        for one in rows:
            one.clause = grounds[one.place]
        return rows

    def notes(self, centre: Centre) -> list[str]:
        """Say each limit with its day and clause, and which one is not known yet."""
        bounds, cite = _bounds(centre), citer()
        return [_said(bound, cite) for bound in bounds] or [
            gettext("No business day is open, or no policy is in force: the limits are not known.")
        ]


def _bounds(centre: Centre) -> list[Bound]:
    day = find_open_day(centre)
    return list_bounds(open_book(centre.code, day.date)) if day else []


def _said(bound: Bound, cite: Cite) -> str:
    words = {"key": describe_key(bound.key), "day": bound.day.isoformat()}
    if not bound.known or bound.value is None:
        return (
            gettext(
                "%(key)s on %(day)s: not published yet. Nobody is listed by it until it is set."
            )
            % words
        )
    return gettext("%(key)s on %(day)s: %(value)s (%(clause)s)") % {
        **words,
        "value": describe_value(bound.value),
        "clause": _grounds(bound, cite),
    }


def _grounds(bound: Bound, cite: Cite) -> str:
    """Name the clause that a limit rests on, and say where its value is assumed."""
    if bound.value is None:
        return ""
    clause = gettext(", ").join(cite(bound.value.citations))
    if not bound.value.assumed:
        return clause
    return gettext("%(clause)s, assumed") % {"clause": clause} if clause else gettext("assumed")
