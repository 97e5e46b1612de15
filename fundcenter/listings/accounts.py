"""Lists of accounts: all of them with what they hold, and those that owe contributions."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import CharField, F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Agreement, IdentityDocument, MemberAccount
from contributions.queries import owing_accounts, since_of
from fundcenter.listings.filters import filters_for
from fundcenter.listings.listing import Column, Listing
from office.models import Centre
from office.queries import find_open_day

_HOLDS = (
    F("flex_ledger_account__credits_fen")
    - F("flex_ledger_account__debits_fen")
    + F("unit_ledger_account__credits_fen")
    - F("unit_ledger_account__debits_fen")
)


def number_column() -> Column:
    """Give the column of the account number, which leads to the member page."""
    return Column(
        key="number",
        title=_("Account"),
        value=lambda one: one.number,
        order="number",
        address=lambda one: reverse("member", args=[one.number]),
    )


def name_column() -> Column:
    """Give the column of the member's name, sorted by its spelling."""
    return Column(
        key="name",
        title=pgettext_lazy("person", "Name"),
        value=lambda one: one.member.name,
        order="member__pinyin",
    )


class AccountListing(Listing):
    """All accounts of a centre."""

    name = "accounts"
    title = _("Members and accounts")
    about = _("No account was opened yet. The desk opens the first one.")
    permission = "accounts.view"
    default = "-opened_date"
    filters = filters_for(
        MemberAccount,
        numbers=("number",),
        date="opened_date",
        amount="holds_fen",
        branch="branch",
        choices=("state", "identity"),
        mode=django_filters.ChoiceFilter(
            choices=Agreement.Mode.choices,
            field_name="mode",
            label=_("Mode of contribution"),
            empty_label=_("all of them"),
        ),
    )

    @property
    def columns(self) -> Sequence[Column]:
        """Who, where, in what state, with what agreement and money."""
        return [
            number_column(),
            name_column(),
            Column(
                key="document",
                title=_("Document"),
                value=lambda one: one.paper.masked if one.paper else "",
                full=lambda one: one.paper.number if one.paper else "",
            ),
            Column(
                key="phone",
                title=_("Phone"),
                value=lambda one: one.member.masked_phone,
                full=lambda one: one.member.phone,
            ),
            Column(
                key="state",
                title=_("State"),
                value=lambda one: one.get_state_display(),
                order="state",
            ),
            Column(key="identity", title=_("Identity"), value=lambda o: o.get_identity_display()),
            Column(key="branch", title=_("Branch"), value=lambda one: one.branch),
            Column(
                key="opened",
                title=_("Opened on"),
                value=lambda one: one.opened_date,
                kind="date",
                order="opened_date",
            ),
            Column(
                key="mode",
                title=_("Mode of contribution"),
                value=lambda one: Agreement.Mode(one.mode).label if one.mode else "",
                order="mode",
            ),
            Column(
                key="monthly",
                title=_("Monthly amount (yuan)"),
                value=lambda one: one.monthly_fen,
                kind="money",
                order="monthly_fen",
            ),
            Column(
                key="holds",
                title=_("Balance (yuan)"),
                value=lambda one: one.holds_fen,
                kind="money",
                order="holds_fen",
                total="holds_fen",
            ),
        ]

    def rows(self, centre: Centre) -> QuerySet[Any]:
        """The centre's accounts with their balance and the agreement that was signed last."""
        signed = Agreement.objects.filter(
            member_account=OuterRef("pk"), state=Agreement.State.SIGNED
        )
        return (
            MemberAccount.objects.filter(centre=centre)
            .select_related("member", "branch")
            .annotate(
                holds_fen=_HOLDS,
                mode=Subquery(signed.values("mode")[:1], output_field=CharField()),
                monthly_fen=Subquery(signed.values("monthly_amount_fen")[:1]),
            )
        )

    def complete(self, rows: list[Any]) -> list[Any]:
        """Add the current paper of each member."""
        papers = IdentityDocument.objects.filter(
            member_id__in=[one.member_id for one in rows], is_current=True
        )
        by_member = {paper.member_id: paper for paper in papers}
        for one in rows:
            one.paper = by_member.get(one.member_id)
        return rows


class ArrearsListing(Listing):
    """Accounts that owe contributions by their agreement on the open business day."""

    name = "arrears"
    title = _("Arrears")
    about = _("Nobody owes a contribution on the open business day.")
    permission = "contributions.view"
    default = "-owed_fen"
    filters = filters_for(MemberAccount, numbers=("number",), amount="owed_fen", branch="branch")

    @property
    def columns(self) -> Sequence[Column]:
        """Who owes how much since when."""
        return [
            number_column(),
            name_column(),
            Column(key="phone", title=_("Phone"), value=lambda one: one.member.masked_phone,
                   full=lambda one: one.member.phone),
            Column(key="branch", title=_("Branch"), value=lambda one: one.branch),
            Column(key="since", title=_("Owed since"), value=lambda one: str(since_of(one)),
                   order="since_number"),
            Column(
                key="months",
                title=_("Months owed"),
                value=lambda one: one.owed_months,
                kind="count",
                order="owed_months",
                total="owed_months",
            ),
            Column(
                key="owed",
                title=_("Owed (yuan)"),
                value=lambda one: one.owed_fen,
                kind="money",
                order="owed_fen",
                total="owed_fen",
            ),
        ]  # fmt: skip

    def rows(self, centre: Centre) -> QuerySet[Any]:
        """Who owes on the open business day; without one, nothing is due."""
        day = find_open_day(centre)
        if day is None:
            return MemberAccount.objects.none()
        return owing_accounts(centre, day.date).select_related("member", "branch")
