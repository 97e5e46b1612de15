"""Breach (违约): noted with a written notice; what follows is what the signed version says."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.contract import breaches_of
from accounts.models import BreachNotice, MemberAccount
from accounts.queries import find_signed_agreement, list_breaches
from accounts.services import submit_breach
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group
from fundcenter.counter.entry_forms import BusinessForm, DayField
from office.inbox import Rows
from policy.book import PolicyBook


class BreachForm(BusinessForm):
    """What was done, when, and the notice that was sent."""

    code = forms.ChoiceField(label=gettext_lazy("Breach"))
    happened_date = DayField(label=gettext_lazy("Happened on"))
    notice_no = forms.CharField(label=gettext_lazy("Number of the notice"), max_length=64)


class BreachBusiness(Business):
    """Needs a second person; a breach that ends the agreement stops deposits until it is signed."""

    name = "breach"
    title = gettext_lazy("Notice of a breach")
    group = Group.PERSON
    permission = BreachNotice.submit_permission
    kind = "breach"

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Only a signed agreement that names breaches can be broken."""
        signed = find_signed_agreement(account)
        if signed is None:
            return _("No agreement is signed.")
        if not breaches_of(signed.clauses):
            return _("The signed version names no breach; sign it anew first.")
        return ""

    def form(
        self, request: StaffRequest, account: MemberAccount, data: Any = None, initial: Any = None
    ) -> BreachForm:
        """Offer the breaches that the signed version names."""
        form = BreachForm(data, initial=initial)
        signed = find_signed_agreement(account)
        field = form.fields["code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (one.code, one.title) for one in breaches_of(signed.clauses if signed else [])
        ]
        return form

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what follows from which breach, and what is on record."""
        signed = find_signed_agreement(account)
        rows = [(one.title, one.measure) for one in breaches_of(signed.clauses if signed else [])]
        return rows + [(one.number, one.title) for one in list_breaches(account)[:5]]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> BreachNotice:
        """Hand it in; the service gives the number."""
        names = ("code", "happened_date", "notice_no")
        return submit_breach(
            member_account=account,
            business_date=require_day(request),
            clerk=request.user,
            **{name: data[name] for name in names},
        )
