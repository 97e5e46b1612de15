"""Change of identity (身份转换) and merge of two accounts of one person (合并账户)."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.errors import BadField
from accounts.models import Agreement, MemberAccount
from accounts.queries import find_member_by_number, get_member_account
from contributions.joining import get_contributed_months
from contributions.models import Conversion, Merge
from contributions.queries import get_holdings
from contributions.services import ConversionRequest, submit_conversion, submit_merge
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group
from fundcenter.counter.entry_forms import BusinessForm, DayField, YuanField
from kernel.money import grouped_yuan
from office.inbox import Rows
from policy.book import PolicyBook
from policy.queries import open_book

Identity = MemberAccount.Identity
_FLEX_ONLY = ("amount", "month_count", "first_month", "last_month", "mode", "monthly_amount")


class ConversionForm(BusinessForm):
    """Into which identity, with what paper, and what comes along from the unit."""

    kind = forms.ChoiceField(label=pgettext_lazy("conversion", "Becomes"), choices=Identity.choices)
    unit_name = forms.CharField(label=gettext_lazy("Name of the unit"), max_length=80)
    proof = forms.CharField(
        label=gettext_lazy("Number of the proof"),
        max_length=64,
        help_text=gettext_lazy("end or beginning of the employment"),
    )
    amount = YuanField(
        label=gettext_lazy("Money of the unit's account (yuan)"),
        required=False,
        help_text=gettext_lazy("0.00 where nothing comes along"),
    )
    month_count = forms.IntegerField(
        label=gettext_lazy("Months contributed there"), required=False, min_value=0, max_value=1200
    )
    first_month = DayField(
        label=gettext_lazy("First month there"),
        required=False,
        help_text=gettext_lazy("any day of it"),
    )
    last_month = DayField(
        label=gettext_lazy("Last month there"),
        required=False,
        help_text=gettext_lazy("any day of it"),
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("Mode of contribution"),
        required=False,
        help_text=gettext_lazy("of the agreement that a resting account signs anew"),
        choices=[("", "—"), *Agreement.Mode.choices],
    )
    monthly_amount = YuanField(label=gettext_lazy("Monthly amount (yuan)"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in _FLEX_ONLY:
            self.fields[name].only_for = Identity.FLEX.value  # type: ignore[attr-defined]


class ConversionBusiness(Business):
    """Needs a second person. Which months count together stands in the decision."""

    name = "convert"
    title = gettext_lazy("Change of identity")
    permission = Conversion.submit_permission
    kind = "conversion"
    group = Group.TAKING
    form_class = ConversionForm
    takes_turns = True

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Only a running account changes its identity."""
        if account.state != MemberAccount.State.NORMAL:
            return _("The account is sealed: unseal it first.")
        return ""

    def initial(self, request: StaffRequest, account: MemberAccount) -> dict[str, Any]:
        """Offer the identity the account does not have."""
        flex = account.identity == Identity.FLEX
        return {"kind": Identity.UNIT if flex else Identity.FLEX}

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show as whom the member contributes, what is there and which months count."""
        holdings = get_holdings(account)
        rows = [
            (_("Contributes as"), account.get_identity_display()),
            (_("of this flexible money"), grouped_yuan(holdings.flex_fen)),
            (_("of this money from units"), grouped_yuan(holdings.unit_fen)),
        ]
        book = open_book(request.centre.code, require_day(request))
        if book.in_force:
            joined = get_contributed_months(account, book)
            rows.append((_("Months that count together"), str(len(joined.months))))
        return rows

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> Conversion:
        """Take it in; the service gives the number."""
        flex = data["kind"] == Identity.FLEX
        first, last = data["first_month"], data["last_month"]
        asked = ConversionRequest(
            to_identity=data["kind"],
            unit_name=data["unit_name"],
            proof=data["proof"],
            amount_fen=(data["amount"] or 0) if flex else 0,
            month_count=(data["month_count"] or 0) if flex else 0,
            first_month=first.replace(day=1) if first and flex else None,
            last_month=last.replace(day=1) if last and flex else None,
            mode=data["mode"] if flex else "",
            monthly_amount_fen=data["monthly_amount"] if flex else None,
        )
        return submit_conversion(
            member_account=account,
            request=asked,
            business_date=require_day(request),
            by=request.user,
        )


class MergeForm(BusinessForm):
    """The account that stays, found by its number or by a paper, and the proof."""

    target = forms.CharField(
        label=gettext_lazy("Account that stays"),
        max_length=32,
        help_text=gettext_lazy("its number, or the other number of the person's papers"),
    )
    proof = forms.CharField(
        label=gettext_lazy("Proof that it is one person"),
        max_length=64,
        help_text=gettext_lazy("number of the paper that names both"),
    )


class MergeBusiness(Business):
    """This account goes up in another one of the same person and closes. Needs a second person."""

    name = "merge"
    title = gettext_lazy("Merge into another account")
    permission = Merge.submit_permission
    kind = "merge"
    group = Group.TAKING
    form_class = MergeForm
    takes_turns = True

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what would move."""
        holdings = get_holdings(account)
        return [
            (_("Account that closes"), account.number),
            (_("Balance"), grouped_yuan(holdings.total_fen)),
            (_("of this flexible money"), grouped_yuan(holdings.flex_fen)),
            (_("of this money from units"), grouped_yuan(holdings.unit_fen)),
        ]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> Merge:
        """Take it in; the service gives the number."""
        return submit_merge(
            member_account=account,
            target=find_target(request, data["target"].strip()),
            proof=data["proof"],
            business_date=require_day(request),
            by=request.user,
        )


def find_target(request: StaffRequest, typed: str) -> MemberAccount:
    """Find the account that stays, by account number or by a paper of its member.

    Raises:
        BadField: nothing of this centre goes by that number.
    """
    try:
        return get_member_account(typed, request.centre)
    except MemberAccount.DoesNotExist:
        member = find_member_by_number(request.centre, typed.upper())
        found = member and member.member_accounts.exclude(state=MemberAccount.State.CLOSED).first()
        if not found:
            expected = _("an open account of this centre")
            raise BadField("target", seen=typed, expected=expected) from None
        return found
