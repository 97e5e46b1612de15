"""Sealing and unsealing (封存、启封) at the member's wish."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import ChangeRecord, MemberAccount
from accounts.queries import find_signed_agreement
from accounts.services import seal, unseal
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group
from fundcenter.counter.businesses.changes import change_of
from fundcenter.counter.entry_forms import UnsealForm
from kernel.money import yuan
from office.inbox import Rows
from policy.book import PolicyBook
from policy.queries import open_book
from policy.wording import describe_citations, describe_key, describe_value

State = MemberAccount.State


class SealBusiness(Business):
    """Nothing is paid in until it is unsealed; the balance goes on earning interest."""

    name = "seal"
    title = pgettext_lazy("account", "Seal")
    group = Group.ACCOUNT
    permission = "accounts.seal"
    serial = "SL"
    kind = "change"
    takes_turns = True

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Only a normal account can be sealed."""
        if account.state == State.NORMAL:
            return ""
        return _("The account is %(state)s.") % {"state": account.get_state_display()}

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Say what sealing means, and what the agreement and the law say of it."""
        book = open_book(request.centre.code, require_day(request))
        rows: Rows = [
            (_("While sealed"), _("Nothing can be paid in; the balance goes on earning interest.")),
            (_("Afterwards"), _("Unsealing confirms the agreement anew, by the law of that day.")),
        ]
        if book.in_force:
            rows += _clauses(book, "dormancy.seal", "subsidy.stop_events")
        return rows

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> ChangeRecord:
        """Seal it."""
        seal(
            member_account=account,
            business_date=require_day(request),
            document_no=number,
            by=request.user,
        )
        return change_of(account, ChangeRecord.Kind.SEALED, number)


class UnsealBusiness(Business):
    """The monthly amount is agreed on anew, within today's limits."""

    name = "unseal"
    title = gettext_lazy("Unseal")
    group = Group.ACCOUNT
    permission = "accounts.unseal"
    serial = "US"
    kind = "change"
    form_class = UnsealForm
    takes_turns = True

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Only a sealed account of a flexible worker is unsealed here."""
        if account.state != State.SEALED:
            return _("The account is not sealed.")
        if account.identity != MemberAccount.Identity.FLEX:
            return _("The member contributes through a unit now.")
        return ""

    def initial(self, request: StaffRequest, account: MemberAccount) -> dict[str, Any]:
        """Begin with the amount of the signed version."""
        signed = find_signed_agreement(account)
        fen = signed.monthly_amount_fen if signed else None
        return {"monthly_amount": yuan(fen) if fen else ""}

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show since when it is sealed, and the limits of today."""
        book = open_book(request.centre.code, require_day(request))
        rows: Rows = [(_("Sealed since"), str(account.sealed_date or "—"))]
        if book.in_force:
            keys = ("contribution.monthly_minimum", "contribution.monthly_maximum")
            rows += _clauses(book, *keys)
        return rows

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> ChangeRecord:
        """Unseal it."""
        unseal(
            member_account=account,
            business_date=require_day(request),
            document_no=number,
            by=request.user,
            monthly_amount_fen=data["monthly_amount"],
        )
        return change_of(account, ChangeRecord.Kind.UNSEALED, number)


def _clauses(book: PolicyBook, *keys: str) -> Rows:
    """Give what the law says of some keys, with the clauses; what it does not know is left out."""
    rows: Rows = []
    for key in keys:
        value = book.find(key)
        if value is not None:
            cited = "；".join(describe_citations(value.citations))
            rows.append((describe_key(key), f"{describe_value(value)}　{cited}"))
    return rows
