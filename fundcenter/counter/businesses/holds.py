"""Freeze, lifting, ban (冻结、解冻、限制登记): from a paper, decided by a second person."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.holds import find_ban_end, running_freezes
from accounts.models import Ban, Freeze, FreezeLift, MemberAccount
from accounts.queries import ledger_lines
from accounts.services import propose_lift, submit_ban, submit_freeze
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group, Life
from fundcenter.counter.entry_forms import BusinessForm, DayField, SumField
from kernel.money import grouped_yuan
from office.inbox import Rows
from policy.book import PolicyBook
from policy.queries import open_book
from policy.wording import describe_citations, describe_value

_EXTENT = [("whole", gettext_lazy("the whole account")), ("sum", gettext_lazy("a sum"))]


class FreezeForm(BusinessForm):
    """A court's order: what stays in the account, and for how long."""

    kind = forms.ChoiceField(label=gettext_lazy("Frozen"), choices=_EXTENT)
    amount = SumField(label=gettext_lazy("Amount (yuan)"), required=False)
    court = forms.CharField(label=gettext_lazy("Court"), max_length=80)
    order_no = forms.CharField(label=gettext_lazy("Number of the order"), max_length=64)
    from_date = DayField(label=gettext_lazy("Frozen from"))
    until_date = DayField(
        label=gettext_lazy("Frozen until"), help_text=gettext_lazy("the last day, included")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].only_for = "sum"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for the sum where only a sum is frozen."""
        data = super().clean() or {}
        whole = data.get("kind") == "whole"
        if not whole and not data.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _("Say which sum the order names."))
        return {**data, "amount": None if whole else data.get("amount")}


class FreezeBusiness(Business):
    """Blocks what would leave less than the frozen sum; it ends by its last day or by an order."""

    name = "freeze"
    title = gettext_lazy("Freeze")
    group = Group.ACCOUNT
    permission = Freeze.submit_permission
    life = Life.EITHER
    kind = "freeze"
    of_one_role = True
    form_class = FreezeForm

    def initial(self, request: StaffRequest, account: MemberAccount) -> dict[str, Any]:
        """Orders usually begin today."""
        return {"from_date": require_day(request), "kind": "whole"}

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what is there and what is frozen already."""
        held_fen = sum(line.balance_fen for line in ledger_lines(account))
        return [
            (_("Balance"), grouped_yuan(held_fen)),
            *list_holds(account, require_day(request)),
        ]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> Freeze:
        """Hand it in; the service gives the number."""
        names = ("court", "order_no", "from_date", "until_date")
        return submit_freeze(
            member_account=account,
            amount_fen=data["amount"],
            business_date=require_day(request),
            by=request.user,
            **{name: data[name] for name in names},
        )


class LiftForm(BusinessForm):
    """Which freeze is lifted, by which order."""

    freeze = forms.ModelChoiceField(label=gettext_lazy("Freeze"), queryset=Freeze.objects.none())
    order_no = forms.CharField(label=gettext_lazy("Order that lifts it: number"), max_length=64)


class LiftBusiness(Business):
    """The freeze stands until a second person has read the same order."""

    name = "lift"
    title = gettext_lazy("Lift a freeze")
    group = Group.ACCOUNT
    permission = FreezeLift.submit_permission
    life = Life.EITHER
    kind = "lift"
    of_one_role = True

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Something has to be frozen."""
        return "" if running_freezes(account, day).exists() else _("Nothing is frozen.")

    def form(
        self, request: StaffRequest, account: MemberAccount, data: Any = None, initial: Any = None
    ) -> LiftForm:
        """Offer the freezes in force."""
        form = LiftForm(data, initial=initial)
        field = form.fields["freeze"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = running_freezes(account, require_day(request))
        field.empty_label = None
        field.label_from_instance = _describe_freeze  # type: ignore[assignment, method-assign]
        return form

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what is frozen."""
        return list_holds(account, require_day(request))

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> FreezeLift:
        """Hand it in; the service gives the number."""
        return propose_lift(
            freeze=data["freeze"],
            order_no=data["order_no"],
            business_date=require_day(request),
            by=request.user,
        )


class BanForm(BusinessForm):
    """A decision that somebody obtained money by deceit."""

    kind = forms.ChoiceField(label=gettext_lazy("Because of"), choices=Ban.Kind.choices)
    decided_date = DayField(label=gettext_lazy("Decided on"))
    document_no = forms.CharField(label=gettext_lazy("Number of the decision"), max_length=64)


class BanBusiness(Business):
    """No withdrawal and no loan for the years that the law of the day of decision says."""

    name = "ban"
    title = gettext_lazy("Ban")
    group = Group.ACCOUNT
    permission = Ban.submit_permission
    kind = "ban"
    of_one_role = True
    form_class = BanForm

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show the bans that run, and how long the law of today makes one."""
        day = require_day(request)
        rows = list_holds(account, day)
        book = open_book(request.centre.code, day)
        for label, key in (
            (Ban.Kind.FRAUDULENT_WITHDRAWAL.label, "withdrawal.fraud_ban_years"),
            (Ban.Kind.FRAUDULENT_LOAN.label, "withdrawal.loan_fraud_ban_years"),
        ):
            years = book.find(key)
            if years is not None:
                cited = "；".join(describe_citations(years.citations))
                rows.append((str(label), f"{describe_value(years)}　{cited}"))
        return rows

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> Ban:
        """Hand it in; the service gives the number."""
        names = ("kind", "decided_date", "document_no")
        return submit_ban(
            member=account.member,
            business_date=require_day(request),
            by=request.user,
            **{name: data[name] for name in names},
        )


def list_holds(account: MemberAccount, on: dt.date) -> Rows:
    """List what stands against paying out of an account on a day, in words."""
    rows: Rows = []
    for freeze in running_freezes(account, on):
        rows.append((freeze.number, _describe_freeze(freeze)))
    until = find_ban_end(account.member, on)
    if until is not None:
        rows.append((_("Ban"), _("no withdrawal and no loan through %(until)s") % {"until": until}))
    return rows


def _describe_freeze(freeze: Freeze) -> str:
    everything = freeze.amount_fen is None
    what = _("everything") if everything else grouped_yuan(freeze.amount_fen or 0)
    return f"{what}　{freeze.court} {freeze.order_no}　{freeze.from_date} – {freeze.until_date}"
