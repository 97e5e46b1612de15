"""The end of an offset agreement (终止冲还贷) at the counter, by whose account serves."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import MemberAccount
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group
from fundcenter.counter.entry_forms import BusinessForm
from loans.contract_kinds import describe_offset
from loans.models import LoanChange
from loans.queries import find_served_agreement
from loans.repayment_errors import ServesNoLoan
from loans.services import submit_offset_end
from loans.services.offset_ends import what_remains
from office.inbox import Rows
from policy.book import PolicyBook


class OffsetEndForm(BusinessForm):
    """Why the account is to serve the loan no more."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class OffsetEndBusiness(Business):
    """Needs a second person, as the agreement did; offered to the borrower and to the spouse."""

    name = "loan-offset-end"
    title = gettext_lazy("End of the offset agreement")
    group = Group.LOAN
    permission = LoanChange.submit_permission
    kind = "loan-change"
    form_class = OffsetEndForm

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Some agreement has to run by which the account serves a loan."""
        return "" if find_served_agreement(account) else str(ServesNoLoan(account.number))

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what is agreed, and what of it goes on."""
        agreement = find_served_agreement(account)
        if agreement is None:
            return []
        loan, left = agreement.loan, what_remains(agreement, account)
        agreed = describe_offset(agreement.mode, agreement.source_order, agreement.retained_fen)
        goes_on = describe_offset(left.mode, left.sources, left.retained_fen) if left else _("none")
        return [
            (pgettext("loan", "Loan"), f"{loan.number}　{loan.get_state_display()}"),
            (_("Offset agreement"), f"{agreement.signed_date}　{agreed}"),
            (_("Goes on after it"), goes_on),
            (_("Instalments"), _("are then debited from the repayment card")),
        ]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> LoanChange:
        """Hand it in; the service gives the number."""
        return submit_offset_end(
            account=account,
            reason=data["reason"],
            business_date=require_day(request),
            by=request.user,
        )
