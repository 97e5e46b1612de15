"""Lists of documents: one per kind, made from the kind's own description, and the payouts."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contributions.models import Payout
from fundcenter.listings.filters import filters_for
from fundcenter.listings.listing import Column, Listing
from office.inbox import Kind
from office.models import Centre, Document

_AMOUNTS = ("amount_fen", "allowed_fen", "payable_now_fen", "total_fen")
# Files and long findings stay where they are; no list shows them.
_HEAVY = ("workbook", "problems", "facts")


def has_field(model: type[Model], name: str) -> bool:
    """Tell whether a model has a column or relation of that name."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return bool(field.concrete)


class KindListing(Listing):
    """The documents of one kind."""

    permission = "members.view"
    default = "-business_date"
    own_day = ("made_by", "business_date")

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.model = kind.model
        self.title = kind.title
        self.about = _("Documents appear here as soon as one was handed in.")
        self.two_persons = issubclass(kind.model, Document)
        self.has_account = has_field(kind.model, "member_account")
        self.has_branch = has_field(kind.model, "branch")
        self.amount = next((one for one in _AMOUNTS if has_field(kind.model, one)), "")
        self.filters = filters_for(
            kind.model,
            numbers=("number", "member_account__number") if self.has_account else ("number",),
            date="business_date",
            amount=self.amount,
            operator="made_by",
            branch="branch" if self.has_branch else "",
            choices=("state",) if self.two_persons else (),
        )

    @property
    def name(self) -> str:  # type: ignore[override]
        """The name of the kind."""
        return self.kind.name

    @property
    def columns(self) -> Sequence[Column]:
        """Number, day, account, what it is about, sum, state and people."""
        found = [
            Column(
                key="number",
                title=_("Document number"),
                value=lambda one: one.number,
                order="number",
                address=lambda one: reverse("item", args=[self.kind.name, one.number]),
            ),
            Column(
                key="date",
                title=_("Date"),
                value=lambda one: one.business_date,
                kind="date",
                order="business_date",
            ),
        ]
        if self.has_account:
            found += _account_columns()
        found.append(Column(key="about", title=_("What it is about"), value=self.kind.headline))
        if self.amount:
            found.append(
                Column(
                    key="amount",
                    title=_("Amount (yuan)"),
                    value=lambda one: getattr(one, self.amount),
                    kind="money",
                    order=self.amount,
                    total=self.amount,
                )
            )
        if self.two_persons:
            found.append(
                Column(
                    key="state",
                    title=_("State"),
                    value=lambda one: one.get_state_display(),
                    order="state",
                )
            )
        if self.has_branch:
            found.append(Column(key="branch", title=_("Branch"), value=lambda one: one.branch))
        found.append(
            Column(
                key="operator", title=_("Made by"), value=lambda one: one.made_by, order="made_by"
            )
        )
        if self.two_persons:
            found.append(
                Column(key="checker", title=_("Checked by"), value=lambda one: one.checked_by or "")
            )
        return found

    def rows(self, centre: Centre) -> QuerySet[Any]:
        """The centre's documents with their people."""
        joined = ["made_by"]
        joined += ["branch"] if self.has_branch else []
        joined += ["checked_by"] if self.two_persons else []
        joined += ["member_account__member"] if self.has_account else []
        heavy = [one for one in _HEAVY if has_field(self.model, one)]
        if self.model.__name__ == "Opening":
            heavy = []
        return self.kind.rows.filter(centre=centre).select_related(*joined).defer(*heavy)


class PayoutListing(Listing):
    """Money on its way to members' cards."""

    name = "payouts"
    title = _("Payouts")
    about = _("A payout is made by approving what pays out. None was made yet.")
    permission = "contributions.view"
    default = "-made_date"
    filters = filters_for(
        Payout,
        numbers=("number",),
        date="made_date",
        amount="amount_fen",
        operator="approved_by",
        choices=("state",),
    )

    @property
    def columns(self) -> Sequence[Column]:
        """Number, day, sum, card, state and people."""
        return [
            Column(
                key="number",
                title=_("Document number"),
                value=lambda one: one.number,
                order="number",
            ),
            Column(
                key="date",
                title=_("Date"),
                value=lambda one: one.made_date,
                kind="date",
                order="made_date",
            ),
            Column(
                key="amount",
                title=_("Amount (yuan)"),
                value=lambda one: one.amount_fen,
                kind="money",
                order="amount_fen",
                total="amount_fen",
            ),
            Column(key="payee", title=_("Payee"), value=lambda one: one.payee),
            Column(key="card", title=_("Card"), value=lambda one: f"**** {one.card_last4}"),
            Column(
                key="state",
                title=_("State"),
                value=lambda one: one.get_state_display(),
                order="state",
            ),
            Column(key="reference", title=_("Bank's reference"), value=lambda o: o.bank_reference),
            Column(key="failure", title=_("Why it failed"), value=lambda one: one.failure),
            Column(key="approved", title=_("Approved by"), value=lambda one: one.approved_by),
            Column(
                key="confirmed", title=_("Confirmed by"), value=lambda one: one.confirmed_by or ""
            ),
            Column(
                key="confirmed_date",
                title=_("Confirmed on"),
                value=lambda one: one.confirmed_date,
                kind="date",
                order="confirmed_date",
            ),
        ]

    def rows(self, centre: Centre) -> QuerySet[Payout]:
        """The centre's payouts with their people."""
        return Payout.objects.filter(centre=centre).select_related(
            "withdrawal", "exit", "heir", "refund", "approved_by", "confirmed_by"
        )


def _account_columns() -> list[Column]:
    return [
        Column(
            key="account",
            title=_("Account"),
            value=lambda one: one.member_account.number if one.member_account else "",
            order="member_account__number",
            address=lambda one: (
                reverse("member", args=[one.member_account.number]) if one.member_account else None
            ),
        ),
        Column(
            key="name",
            title=pgettext_lazy("person", "Name"),
            value=lambda one: one.member_account.member.name if one.member_account else "",
            order="member_account__member__pinyin",
        ),
    ]
