"""Leaving (退出): the forecast of what is paid now and later; then the waiting unit part."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import MemberAccount
from contributions.earnings import interest_to
from contributions.errors import YearNotSettled
from contributions.exit_kind import describe_wait
from contributions.leaving import find_left, holdings_with
from contributions.models import Exit
from contributions.services import ExitRequest, submit_exit, submit_unit_part
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group
from fundcenter.counter.entry_forms import BusinessForm, DayField
from kernel.money import grouped_yuan
from office.inbox import Rows
from policy.book import PolicyBook, Unset
from policy.queries import open_book
from policy.wording import describe_citations

_NO_YES = [("no", gettext_lazy("no")), ("yes", gettext_lazy("yes"))]


class CardForm(BusinessForm):
    """What the second part of leaving asks: guarantees, and another card if the old one is gone."""

    guarantee = forms.ChoiceField(
        label=gettext_lazy("Guarantor of somebody's housing fund loan"), choices=_NO_YES
    )
    bank = forms.CharField(
        label=gettext_lazy("Bank"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("only where another card of the member is to be paid"),
    )
    card = forms.CharField(label=gettext_lazy("Card number"), max_length=24, required=False)


class ExitForm(CardForm):
    """As the card form, with the day a unit sealed its part where the law counts from it."""

    unit_sealed_date = DayField(
        label=gettext_lazy("Sealed by the unit on"),
        required=False,
        help_text=gettext_lazy("by the unit's certificate"),
    )
    field_order = ("token", "seen", "guarantee", "unit_sealed_date", "bank", "card")

    def __init__(self, *args: Any, counts_from_unit: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not counts_from_unit:
            del self.fields["unit_sealed_date"]


class ExitBusiness(Business):
    """Needs a second person; the check step forecasts what is paid now and what waits."""

    name = "exit"
    title = pgettext_lazy("business", "Exit")
    permission = Exit.submit_permission
    kind = "exit"
    group = Group.TAKING
    takes_turns = True

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Who has left does not leave again; an employee leaves by other rules."""
        if account.identity != MemberAccount.Identity.FLEX:
            return _("The member contributes through a unit now.")
        left = find_left(account) if account.state == MemberAccount.State.SEALED else None
        if left is None:
            return ""
        return _("Left on %(day)s by %(number)s.") % {
            "day": left.business_date.isoformat(),
            "number": left.number,
        }

    def form(
        self, request: StaffRequest, account: MemberAccount, data: Any = None, initial: Any = None
    ) -> ExitForm:
        """Make the form; the unit's seal is asked only where the law counts from it."""
        book = open_book(request.centre.code, require_day(request))
        counts = book.in_force and book.choice("exit.unit_waits_from") == "UNIT_SEAL"
        return ExitForm(data, initial=initial, counts_from_unit=counts)

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what is there, with the interest to the day."""
        return [*list_standing(request, account), _card_on_record(account)]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> Exit:
        """Take it in; the service gives the number."""
        return submit_exit(
            member_account=account,
            request=_request(data),
            business_date=require_day(request),
            clerk=request.user,
        )


class UnitPartBusiness(Business):
    """The unit part of a member who has left, once its sealed months are over."""

    name = "unit-part"
    title = gettext_lazy("Withdraw the waiting unit part")
    permission = Exit.submit_permission
    kind = "exit"
    group = Group.TAKING
    form_class = CardForm
    takes_turns = True

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Say from when it can be paid, with the clause."""
        left = find_left(account) if account.state == MemberAccount.State.SEALED else None
        if left is None or left.closes:
            return _("No unit part waits: the member has not left.")
        months = book.find("exit.unit_part_waits") if book.in_force else None
        if months is None:
            return _("Paid by the rules for employees: take in a withdrawal on a ground.")
        if left.waits_until is None or day >= left.waits_until:
            return ""
        cited = "；".join(describe_citations(book.cite("exit.unit_part_waits")))
        return _("Sealed until %(day)s. %(clause)s") % {
            "day": left.waits_until.isoformat(),
            "clause": cited,
        }

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what waits, with the interest to the day, and since when."""
        left = find_left(account)
        rows = [*list_standing(request, account), _card_on_record(account)]
        if left is not None:
            rows += [
                (_("Left by"), f"{left.number}　{left.business_date.isoformat()}"),
                (_("Can be paid"), describe_wait(left)),
            ]
        return rows

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> Exit:
        """Take it in; the service gives the number."""
        return submit_unit_part(
            member_account=account,
            request=_request(data),
            business_date=require_day(request),
            clerk=request.user,
        )


def _request(data: dict[str, Any]) -> ExitRequest:
    return ExitRequest(
        guarantee=data["guarantee"] == "yes",
        unit_sealed_date=data.get("unit_sealed_date"),
        bank=data["bank"],
        card=data["card"].replace(" ", ""),
    )


def list_standing(request: StaffRequest, account: MemberAccount) -> Rows:
    """List what the account holds on the open day, interest to it included."""
    day = require_day(request)
    book = open_book(request.centre.code, day)
    flex_fen = unit_fen = 0
    said = ""
    try:
        earned = interest_to(account, book, day)
        flex_fen, unit_fen = earned.flex_fen, earned.unit_fen
    except YearNotSettled as refused:
        said = str(refused)
    except Unset:
        said = _("not known: no deposit rate is set")
    holdings = holdings_with(account, flex_fen, unit_fen)
    return [
        (_("Flexible money"), grouped_yuan(holdings.flex_fen)),
        (_("Money from units"), grouped_yuan(holdings.unit_fen)),
        (
            _("of this interest to the day"),
            said or grouped_yuan(flex_fen + unit_fen),
        ),
        (_("Everything"), grouped_yuan(holdings.total_fen)),
    ]


def _card_on_record(account: MemberAccount) -> tuple[str, str]:
    mandate = account.mandates.order_by("-version").first()
    return _("Card on record"), f"{mandate.bank} ****{mandate.card_last4}" if mandate else "—"
