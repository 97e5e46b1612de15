"""Refund of what was brought too much for a loan (暂存款退回) at the counter."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import MemberAccount
from contributions.models import SuspenseRefund
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group
from fundcenter.counter.businesses.loan_repayment import standing_rows
from fundcenter.counter.entry_forms import BusinessForm, SumField
from kernel.money import grouped_yuan, yuan
from loans.models import Loan
from loans.queries import list_loans
from loans.repaying import get_suspense_fen
from loans.services import submit_suspense_refund
from office.inbox import Rows
from policy.book import PolicyBook


class RefundForm(BusinessForm):
    """For which loan the money was brought, how much goes back, and why."""

    loan = forms.ChoiceField(label=pgettext_lazy("loan", "Loan"))
    amount = SumField(label=gettext_lazy("Amount (yuan)"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def __init__(self, *args: Any, kept: list[tuple[Loan, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["loan"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (loan.number, f"{loan.contract_no}　{loan.number}　{grouped_yuan(fen)}")
            for loan, fen in kept
        ]


def list_kept(account: MemberAccount) -> list[tuple[Loan, int]]:
    """List the loans of an account for which money is kept in suspense, with the sum in fen."""
    kept = [(loan, get_suspense_fen(loan)) for loan in list_loans(account)]
    return [(loan, fen) for loan, fen in kept if fen]


class RefundBusiness(Business):
    """Needs a second person whom the amount decides; finance pays it like every payout."""

    name = "loan-suspense-refund"
    title = gettext_lazy("Refund from suspense")
    group = Group.LOAN
    permission = SuspenseRefund.submit_permission
    kind = "suspense-refund"
    form_class = RefundForm
    takes_turns = True

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Something has to be kept for a loan of the account."""
        return "" if list_kept(account) else _("Nothing is kept in suspense for a loan.")

    def form(
        self, request: StaffRequest, account: MemberAccount, data: Any = None, initial: Any = None
    ) -> RefundForm:
        """Offer the loans for which something is kept."""
        return RefundForm(data, initial=initial, kept=list_kept(account))

    def initial(self, request: StaffRequest, account: MemberAccount) -> dict[str, Any]:
        """Offer all that is kept."""
        kept = list_kept(account)
        return {"loan": kept[0][0].number, "amount": yuan(kept[0][1])} if kept else {}

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show how the loans stand, where the money goes, and what else it could do."""
        rows: Rows = []
        for loan, fen in list_kept(account):
            rows += (
                standing_rows(loan, require_day(request))
                if loan.is_out
                else [(_("In suspense for the loan (yuan)"), grouped_yuan(fen))]
            )
            rows.append((_("Paid to"), f"{loan.bank}　****{loan.card_last4}"))
        rows.append(
            (_("If it is to repay the loan"), _("take a loan repayment “from suspense” instead"))
        )
        return rows

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> SuspenseRefund:
        """Hand it in; the service gives the number."""
        known = {loan.number: loan for loan, _fen in list_kept(account)}
        return submit_suspense_refund(
            loan=known[data["loan"]],
            amount_fen=data["amount"],
            reason=data["reason"],
            business_date=require_day(request),
            by=request.user,
        )
