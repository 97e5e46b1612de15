"""Payment made again (退票重付): the bank sent it back, the payee brings another card."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import MemberAccount
from contributions.models import Payout, Reissue
from contributions.queries import list_bounced
from contributions.reissue_kind import describe_payout
from contributions.services import submit_reissue
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group, Life
from fundcenter.counter.entry_forms import BusinessForm
from kernel.money import grouped_yuan
from office.inbox import Rows
from policy.book import PolicyBook


class ReissueForm(BusinessForm):
    """Which payment came back, the corrected card, and the bank's answer about it."""

    payout = forms.ChoiceField(label=gettext_lazy("Payment sent back"))
    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=40)
    card = forms.CharField(
        label=gettext_lazy("Card number"),
        max_length=23,
        help_text=gettext_lazy("a card of the same payee"),
    )
    check_no = forms.CharField(
        label=gettext_lazy("Check of the card: number"),
        max_length=64,
        help_text=gettext_lazy("the bank's answer on name, ID number, card and phone"),
    )

    def __init__(self, *args: Any, bounced: list[Payout], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["payout"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.number, "　".join(_parts_of(one))) for one in bounced]

    def clean_card(self) -> str:
        """Drop the blanks that cards print between their digits."""
        return str(self.cleaned_data["card"]).replace(" ", "")


def _parts_of(payout: Payout) -> tuple[str, ...]:
    return payout.number, payout.payee, grouped_yuan(payout.amount_fen), payout.failure


class ReissueBusiness(Business):
    """Needs a second person; the money stays owed, nothing is booked."""

    name = "reissue"
    title = gettext_lazy("Payment made again")
    permission = Reissue.submit_permission
    kind = "reissue"
    group = Group.TAKING
    form_class = ReissueForm
    takes_turns = True
    life = Life.EITHER

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """The bank has to have sent a payment back."""
        return "" if list_bounced(account) else _("The bank has sent no payment back.")

    def form(
        self, request: StaffRequest, account: MemberAccount, data: Any = None, initial: Any = None
    ) -> ReissueForm:
        """Make the form with the payments that came back."""
        return ReissueForm(data, initial=initial, bounced=list_bounced(account))

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what came back, and the other way; an heir's part has none."""
        bounced = list_bounced(account)
        rows: Rows = [
            (pgettext("document", "Payout"), f"{describe_payout(one)}　{one.payee}")
            for one in bounced
        ]
        if all(one.heir_id for one in bounced):
            return rows
        return [
            *rows,
            (_("Or"), _("finance books it back into the account, as if it had never left")),
        ]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> Reissue:
        """Hand it in; the service gives the number."""
        known = {one.number: one for one in list_bounced(account)}
        return submit_reissue(
            payout=known[data["payout"]],
            bank=data["bank"],
            card=data["card"],
            check_no=data["check_no"],
            business_date=require_day(request),
            clerk=request.user,
        )
