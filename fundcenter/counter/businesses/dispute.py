"""Dispute about a balance (余额异议): accepted here, answered in writing within the legal days."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import MemberAccount
from contributions.models import Dispute
from contributions.queries import get_holdings
from contributions.services import accept_dispute
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group, Life
from fundcenter.counter.entry_forms import BusinessForm, YuanField
from kernel.money import grouped_yuan
from office.inbox import Rows
from policy.book import PolicyBook


class DisputeForm(BusinessForm):
    """What the member says, and the balance they hold right."""

    claim = forms.CharField(label=gettext_lazy("What the member says"), max_length=400)
    claimed_fen = YuanField(
        label=gettext_lazy("Balance the member claims (yuan)"),
        required=False,
        help_text=gettext_lazy("empty when the member names no sum"),
    )


class DisputeBusiness(Business):
    """The bank reviews it, the centre again, and a second person signs the answer."""

    name = "dispute"
    title = gettext_lazy("Dispute about the balance")
    permission = Dispute.submit_permission
    life = Life.EITHER
    kind = "dispute"
    group = Group.CORRECTION
    form_class = DisputeForm

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """One dispute after the other."""
        ended = [Dispute.State.APPROVED, Dispute.State.CANCELLED]
        waiting = Dispute.objects.filter(member_account=account).exclude(state__in=ended).first()
        if waiting is None:
            return ""
        return _("%(number)s is under way; have it decided first.") % {"number": waiting.number}

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what the books say."""
        holdings = get_holdings(account)
        return [
            (_("Balance"), grouped_yuan(holdings.total_fen)),
            (_("of this flexible money"), grouped_yuan(holdings.flex_fen)),
            (_("of this money from units"), grouped_yuan(holdings.unit_fen)),
            (_("What follows"), _("the bank reviews, the centre reviews again, a written answer")),
        ]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> Dispute:
        """Accept it; the service gives the number and the last day."""
        return accept_dispute(
            member_account=account,
            claim=data["claim"],
            claimed_fen=data["claimed_fen"],
            business_date=require_day(request),
            clerk=request.user,
        )
