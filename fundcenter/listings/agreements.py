"""The list of agreements signed on older law: what reads otherwise now, and which of both holds."""

from collections.abc import Iterable, Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet, TextChoices
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.contract import Difference
from accounts.models import MemberAccount
from accounts.older_law import (
    OlderEdition,
    clauses_by_edition,
    compare_editions,
    count_without_edition,
    list_older_editions,
    naming_clause,
    signed_on_older_law,
)
from accounts.terms import CLAUSES
from fundcenter.listings.accounts import name_column, number_column
from fundcenter.listings.filters import filters_for
from fundcenter.listings.listing import Column, Listing
from office.models import Centre
from office.queries import find_open_day
from policy.queries import open_book
from policy.values import Value
from policy.wording import Cite, citer, describe_key, describe_value


class Holds(TextChoices):
    """Which of both holds where the law reads otherwise than what was signed."""

    SIGNED = "SIGNED", _("as signed, until signed anew")
    LAW = "LAW", _("the law of today")


class _ClauseFilter(django_filters.ChoiceFilter):  # type: ignore[misc]
    """Finds the agreements in which one clause reads otherwise."""

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        return naming_clause(qs, value) if value else qs


class _HoldsFilter(django_filters.ChoiceFilter):  # type: ignore[misc]
    """Finds the agreements with a clause that goes on as signed, or that the law has overtaken."""

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        column = {Holds.SIGNED.value: "holding", Holds.LAW.value: "binding"}.get(value)
        return qs.filter(**{f"{column}__gt": 0}) if column else qs


class OlderAgreementListing(Listing):
    """Signed agreements of which a clause reads otherwise in the law of the open day (C1)."""

    name = "older-agreements"
    title = _("Agreements signed on older law")
    about = _("Every agreement reads as the law does today.")
    permission = "accounts.view"
    default = "signed_date"
    filters = filters_for(
        MemberAccount,
        numbers=("number",),
        date="signed_date",
        branch="branch",
        choices=("state",),
        clause=_ClauseFilter(
            choices=lambda: [(key, describe_key(key)) for key in CLAUSES],
            label=_("Clause"),
            empty_label=_("all of them"),
        ),
        holds=_HoldsFilter(
            choices=Holds.choices, label=_("What holds"), empty_label=_("all of them")
        ),
    )

    @property
    def columns(self) -> Sequence[Column]:
        """Who signed when, what reads otherwise now, which of both holds, and the way on."""
        return [
            number_column(),
            name_column(),
            Column(key="phone", title=_("Phone"), value=lambda one: one.member.masked_phone,
                   full=lambda one: one.member.phone),
            Column(key="branch", title=_("Branch"), value=lambda one: one.branch),
            Column(key="state", title=_("State"), value=lambda one: one.get_state_display(),
                   order="state"),
            Column(key="signed", title=_("Signed on"), value=lambda one: one.signed_date,
                   kind="date", order="signed_date"),
            Column(key="differing", title=_("Clauses"), value=lambda one: one.differing,
                   kind="count", order="differing"),
            Column(key="holding", title=_("Goes on as signed, until signed anew"),
                   value=lambda one: one.holding_text, order="holding"),
            Column(key="binding", title=_("The law of today binds at once"),
                   value=lambda one: one.binding_text, order="binding"),
            Column(
                key="mend",
                title=_("Next step"),
                value=lambda one: _next_step(one),
                address=_address,
                permission="accounts.amend",
            ),
        ]  # fmt: skip

    def rows(self, centre: Centre) -> QuerySet[Any]:
        """Whose agreement reads otherwise; without an open day, nobody's."""
        return signed_on_older_law(centre, _older(centre))

    def complete(self, rows: list[Any]) -> list[Any]:
        """Add in words what reads otherwise, once for each edition."""
        day = find_open_day(rows[0].centre) if rows else None
        if day is None:
            return rows
        book = open_book(rows[0].centre.code, day.date)
        signed = clauses_by_edition({one.edition: one.agreement_id for one in rows}.values())
        cite = citer()
        texts = {one.edition: _texts(one, cite) for one in compare_editions(signed, book)}
        for one in rows:
            one.holding_text, one.binding_text = texts[one.edition]
        return rows

    def notes(self, centre: Centre) -> list[str]:
        """Say by which law the agreements are read, and how many cannot be read."""
        day = find_open_day(centre)
        if day is None or not open_book(centre.code, day.date).in_force:
            return [
                gettext("No business day is open, or no policy is in force: nothing is compared.")
            ]
        found = [gettext("Compared with the law of %(day)s.") % {"day": day.date.isoformat()}]
        unknown = count_without_edition(centre)
        if unknown:
            found.append(
                gettext(
                    "%(count)s agreements came from another system without their clauses; the law "
                    "of the day applies to them, and signing anew gives them a text."
                )
                % {"count": unknown}
            )
        return found


def _older(centre: Centre) -> list[OlderEdition]:
    day = find_open_day(centre)
    return list_older_editions(centre, open_book(centre.code, day.date)) if day else []


def _texts(one: OlderEdition, cite: Cite) -> tuple[str, str]:
    return _sentences(one.holding, cite), _sentences(one.binding, cite)


def _sentences(found: Iterable[Difference], cite: Cite) -> str:
    return gettext("; ").join(_sentence(one, cite) for one in found)


def _sentence(one: Difference, cite: Cite) -> str:
    """Say a clause as signed and as it reads today, with what today's reading rests on."""
    words = {
        "clause": describe_key(one.key),
        "signed": _reading(one.signed),
        "now": _reading(one.now),
    }
    cited = gettext(", ").join(cite(one.now.citations)) if one.now else ""
    if not cited:
        return gettext("%(clause)s: %(signed)s → %(now)s") % words
    return gettext("%(clause)s: %(signed)s → %(now)s (%(cited)s)") % {**words, "cited": cited}


def _reading(value: Value | None) -> str:
    return describe_value(value) if value is not None else "—"


def _next_step(one: MemberAccount) -> str:
    if one.state == MemberAccount.State.NORMAL:
        return gettext("Sign the agreement anew")
    return gettext("Unsealing signs it anew")


def _address(one: MemberAccount) -> str | None:
    normal = one.state == MemberAccount.State.NORMAL
    return reverse("agreement" if normal else "member", args=[one.number])
