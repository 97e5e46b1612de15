"""Transfers (转移接续): the letter elsewhere, the arrival of its money, a letter that came."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import BadField
from accounts.models import MemberAccount
from contributions.account_information import read_information
from contributions.letters import LetterState
from contributions.models import PlatformMessage, TransferArrival, TransferIn, TransferOut
from contributions.queries import get_holdings
from contributions.services import (
    LetterReceived,
    submit_arrival,
    submit_transfer_in,
    submit_transfer_out,
)
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group, Life
from fundcenter.counter.entry_forms import BusinessForm, YuanField
from kernel.money import grouped_yuan, yuan
from office.inbox import Rows
from office.models import Centre
from policy.book import PolicyBook

_BOOKABLE = (LetterState.FACTS_APPROVED, LetterState.IN_TALKS)


class TransferInForm(BusinessForm):
    """Which centre has the account, and where this one wants the money."""

    other_code = forms.CharField(
        label=gettext_lazy("Code of the other centre"),
        max_length=32,
        help_text=gettext_lazy("as the platform lists it"),
    )
    other_name = forms.CharField(
        label=gettext_lazy("Name of the other centre"), max_length=80, required=False
    )
    other_account = forms.CharField(
        label=gettext_lazy("Account number there"), max_length=32, required=False
    )
    bank = forms.CharField(label=gettext_lazy("Our bank"), max_length=40)
    card = forms.CharField(label=gettext_lazy("Our account at the bank"), max_length=32)


class TransferInBusiness(Business):
    """A second person approves the letter; the platform carries it."""

    name = "transfer-in"
    title = gettext_lazy("Transfer in")
    permission = TransferIn.submit_permission
    kind = "transfer-in"
    group = Group.TAKING
    form_class = TransferInForm

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """One transfer into an account at a time, and only into a running one."""
        if account.state != MemberAccount.State.NORMAL:
            return _("The account is sealed: unseal it first.")
        running = find_running(account)
        if running is not None:
            return _("%(number)s is under way: %(state)s.") % {
                "number": running.number,
                "state": running.get_letter_state_display() or running.get_state_display(),
            }
        return ""

    def initial(self, request: StaffRequest, account: MemberAccount) -> dict[str, Any]:
        """Offer the bank account of the letter before."""
        last = TransferIn.objects.filter(centre=account.centre).order_by("-id").first()
        return {"bank": last.bank, "card": last.card} if last else {}

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> TransferIn:
        """Take it in; the service gives the number."""
        known = Centre.objects.filter(code=data["other_code"].strip()).first()
        return submit_transfer_in(
            member_account=account,
            other_code=data["other_code"],
            other_name=data["other_name"] or (known.name if known else ""),
            other_account=data["other_account"],
            bank=data["bank"],
            card=data["card"],
            business_date=require_day(request),
            by=request.user,
        )


class ArrivalForm(BusinessForm):
    """What the bank says has arrived, by origin."""

    flex = YuanField(label=gettext_lazy("Flexible money (yuan)"))
    unit = YuanField(label=gettext_lazy("Unit money (yuan)"))
    bank_reference = forms.CharField(
        label=gettext_lazy("Number of the bank's receipt"), max_length=64, required=False
    )
    agreed_no = forms.CharField(
        label=gettext_lazy("Paper of the talks"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("only after talks, where the sums differ"),
    )


class ArrivalBusiness(Business):
    """The last step of a transfer in; a second person books it."""

    name = "transfer-arrival"
    title = gettext_lazy("Arrival of a transfer")
    permission = TransferArrival.submit_permission
    life = Life.EITHER
    kind = "transfer-arrival"
    group = Group.TAKING
    form_class = ArrivalForm

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Money is booked once the other centre has sent its information."""
        running = find_running(account)
        if running is None:
            return _("No transfer into this account is under way.")
        if running.letter_state not in _BOOKABLE:
            return _("%(number)s is under way: %(state)s.") % {
                "number": running.number,
                "state": running.get_letter_state_display() or running.get_state_display(),
            }
        return ""

    def initial(self, request: StaffRequest, account: MemberAccount) -> dict[str, Any]:
        """Offer the sums of the account information."""
        running = find_running(account)
        if running is None or not running.facts:
            return {}
        told = read_information(running.facts).amounts
        return {"flex": yuan(told.flex), "unit": yuan(told.unit)}

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what the other centre told, and what its bank has sent."""
        running = find_running(account)
        if running is None or not running.facts:
            return []
        told = read_information(running.facts)
        rows = [
            (_("The other centre"), running.other_name),
            (_("Flexible money (yuan)"), grouped_yuan(told.amounts.flex)),
            (_("Unit money (yuan)"), grouped_yuan(told.amounts.unit)),
        ]
        if running.remitted_fen:
            sent = f"{grouped_yuan(running.remitted_fen)}　{running.remittance}"
            rows.append((_("Remitted (yuan)"), sent))
        return rows

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> TransferArrival:
        """Take it in; the service gives the number."""
        running = find_running(account)
        if running is None:
            raise BadField("flex", _("No transfer into this account is under way."))
        return submit_arrival(
            transfer_in=running,
            flex_fen=data["flex"],
            unit_fen=data["unit"],
            bank_reference=data["bank_reference"],
            agreed_no=data["agreed_no"],
            business_date=require_day(request),
            by=request.user,
        )


class TransferOutForm(BusinessForm):
    """The other centre's letter, filled in where the platform brought it."""

    letter_no = forms.CharField(label=gettext_lazy("Number of the letter"), max_length=64)
    other_code = forms.CharField(label=gettext_lazy("Code of the other centre"), max_length=32)
    other_name = forms.CharField(label=gettext_lazy("Name of the other centre"), max_length=80)
    other_account = forms.CharField(
        label=gettext_lazy("Account number there"), max_length=32, required=False
    )
    payee = forms.CharField(label=gettext_lazy("Payee"), max_length=80)
    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=40)
    card = forms.CharField(label=gettext_lazy("Account at the bank"), max_length=32)


class TransferOutBusiness(Business):
    """A second person reviews it; then the money is owed and the account closes."""

    name = "transfer-out"
    title = gettext_lazy("Transfer out")
    permission = TransferOut.submit_permission
    kind = "transfer-out"
    group = Group.TAKING
    form_class = TransferOutForm
    takes_turns = True

    def initial(self, request: StaffRequest, account: MemberAccount) -> dict[str, Any]:
        """Fill in the letter that asks for this person's account."""
        indexes = list(account.member.documents.values_list("number_index", flat=True))
        letters = PlatformMessage.objects.filter(
            centre=account.centre,
            is_sent=False,
            kind=PlatformMessage.Kind.LETTER,
            state=PlatformMessage.State.RECEIVED,
        ).order_by("id")
        for letter in letters:
            if letter.body.get("person") in indexes:
                told = letter.body
                return {
                    "letter_no": letter.letter_no,
                    "other_code": letter.other_code,
                    "other_name": told.get("to_name", ""),
                    "other_account": told.get("to_account", ""),
                    "payee": told.get("to_name", ""),
                    "bank": told.get("bank", ""),
                    "card": told.get("card", ""),
                }
        return {}

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what would go."""
        holdings = get_holdings(account)
        return [
            (_("Balance"), grouped_yuan(holdings.total_fen)),
            (_("of this flexible money"), grouped_yuan(holdings.flex_fen)),
            (_("of this money from units"), grouped_yuan(holdings.unit_fen)),
            (_("Interest"), _("is credited to the day of approval")),
        ]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> TransferOut:
        """Take it up; the service gives the number."""
        names = LetterReceived.__dataclass_fields__
        return submit_transfer_out(
            member_account=account,
            letter=LetterReceived(**{name: data[name] for name in names}),
            business_date=require_day(request),
            by=request.user,
        )


def find_running(account: MemberAccount) -> TransferIn | None:
    """Find the transfer into an account that has not ended."""
    ended = [state for state in LetterState if state.is_end]
    return (
        TransferIn.objects.filter(member_account=account, state__in=["SUBMITTED", "APPROVED"])
        .exclude(letter_state__in=ended)
        .order_by("-id")
        .first()
    )
