"""Deposit (缴存): an amount paid in at the window."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import MemberAccount
from accounts.queries import find_agreement
from contributions.models import Deposit, LargeDeposit
from contributions.queries import CYCLE_MONTHS, covered_until, limit_year_start, paid_between
from contributions.services import receive_deposit, submit_large_deposit
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group
from fundcenter.counter.entry_forms import DepositForm
from fundcenter.counter.sheets import SheetView
from kernel.money import grouped_yuan, yuan
from office.inbox import Rows
from policy.book import PolicyBook
from policy.limits import Business as LimitedBusiness
from policy.queries import open_book
from policy.rules import greatest_alone
from policy.wording import describe_citations

State = MemberAccount.State


class DepositBusiness(Business):
    """The agreement offers the amount; the months it covers are shown before it is booked."""

    name = "deposit"
    title = gettext_lazy("Deposit")
    permission = "contributions.deposit"
    serial = "DP"
    kind = "deposit"
    group = Group.SAVING
    form_class = DepositForm

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Only a running account of a flexible worker takes deposits."""
        if account.state == State.SEALED:
            clause = book.cite("dormancy.seal") if book.in_force else ()
            return _("The account is sealed: unseal it first. %(clause)s") % {
                "clause": "；".join(describe_citations(clause))
            }
        if account.identity != MemberAccount.Identity.FLEX:
            return _("The member contributes through a unit now.")
        return ""

    def initial(self, request: StaffRequest, account: MemberAccount) -> dict[str, Any]:
        """Offer what the agreement asks for."""
        due_fen = _due_fen(account, require_day(request))
        return {"amount": yuan(due_fen) if due_fen else ""}

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what was agreed on and what was paid before."""
        day = require_day(request)
        book = open_book(request.centre.code, day)
        agreement, due_fen = find_agreement(account, day), _due_fen(account, day)
        rows: Rows = [(_("Agreement"), _("none in effect today"))]
        if agreement is not None:
            version = _("version %(n)s") % {"n": agreement.version}
            rows = [(_("Agreement"), f"{version}　{agreement.get_mode_display()}")]
        if due_fen:
            rows.append((_("This payment"), grouped_yuan(due_fen)))
        rows.append((_("Covered until"), str(covered_until(account) or "—")))
        if book.in_force:
            month_fen, year_fen = paid_between(account, day, limit_year_start(book, day))
            rows.append((_("Paid this month"), grouped_yuan(month_fen)))
            rows.append((_("Paid this year"), grouped_yuan(year_fen)))
        return rows

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> Deposit | LargeDeposit:
        """Take the deposit in."""
        return receive_deposit(
            member_account=account,
            amount_fen=data["amount"],
            business_date=require_day(request),
            document_no=number,
            clerk=request.user,
        )

    def advice(
        self,
        request: StaffRequest,
        account: MemberAccount,
        data: dict[str, Any],
        sheet: SheetView,
    ) -> str:
        """Name the amount of the agreement where another one was typed."""
        due_fen = _due_fen(account, require_day(request))
        if due_fen and due_fen != data["amount"]:
            return _(
                "By the agreement %(due)s yuan are to be paid. Another amount needs a changed "
                "agreement, in effect from next month."
            ) % {"due": grouped_yuan(due_fen)}
        return super().advice(request, account, data, sheet)


class LargeDepositBusiness(DepositBusiness):
    """Above what one person books alone a second one signs; nothing is booked before."""

    name = "large-deposit"
    title = gettext_lazy("Large deposit")
    permission = LargeDeposit.submit_permission
    serial = ""
    kind = "large-deposit"
    takes_turns = True

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Say up to which sum a second person is not needed."""
        book = open_book(request.centre.code, require_day(request))
        alone_fen = greatest_alone(book, LimitedBusiness.DEPOSIT, request.user.role)
        alone = _("whatever the amount") if alone_fen is None else grouped_yuan(alone_fen)
        return [(_("Booked by one person up to"), alone), *super().aside(request, account)]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> LargeDeposit:
        """Hand it to the second person; the service gives the number."""
        return submit_large_deposit(
            member_account=account,
            amount_fen=data["amount"],
            business_date=require_day(request),
            clerk=request.user,
        )


def _due_fen(account: MemberAccount, day: dt.date) -> int:
    agreement = find_agreement(account, day)
    if agreement is None or not agreement.monthly_amount_fen:
        return 0
    return agreement.monthly_amount_fen * CYCLE_MONTHS.get(agreement.mode, 1)
