"""Taking a recovery back that was booked wrongly (收回冲正), at the counter."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import MemberAccount
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group
from fundcenter.counter.entry_forms import BusinessForm
from kernel.money import grouped_yuan
from loans.facts import LoanState
from loans.models import RecoveryReversal
from loans.queries import find_loan
from loans.services import submit_recovery_reversal
from loans.services.recovery_reversals import list_undoable_recoveries
from office.inbox import Rows
from policy.book import PolicyBook


class RecoveryReversalForm(BusinessForm):
    """The recovery that should not be, and why."""

    recovery = forms.ChoiceField(label=gettext_lazy("Recovery to be undone"))
    reason = forms.CharField(label=gettext_lazy("What was wrong"), max_length=200)

    def __init__(self, *args: Any, account: MemberAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["recovery"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (
                one.number,
                f"{one.business_date}　{grouped_yuan(one.amount_fen)}　{one.bank_reference}　"
                f"{one.number}",
            )
            for one in list_undoable_recoveries(account)
        ]


class RecoveryReversalBusiness(Business):
    """Needs a supervisor as the second person; the right sum is booked anew afterwards."""

    name = "loan-recovery-reversal"
    title = gettext_lazy("Reversal of a recovery")
    permission = RecoveryReversal.submit_permission
    kind = "recovery-reversal"
    group = Group.CORRECTION
    of_one_role = True
    form_class = RecoveryReversalForm

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Something that can be undone has to be there."""
        written_off = find_loan(account, {LoanState.WRITTEN_OFF})
        some = written_off and list_undoable_recoveries(account, 1)
        return "" if some else _("Nothing was recovered for a loan of the account.")

    def form(
        self, request: StaffRequest, account: MemberAccount, data: Any = None, initial: Any = None
    ) -> RecoveryReversalForm:
        """Make the form with the recoveries that stand."""
        return RecoveryReversalForm(data, initial=initial, account=account)

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Say what happens."""
        return [
            (_("Voucher"), _("is undone by its mirror; reserve and surplus bank give it back")),
            (_("Write-off"), _("is open by that sum again")),
            (_("The household"), _("is bound again, if this money had released it")),
            (_("Bank's reference"), _("is free again for the right booking")),
            (_("Decided by"), _("a supervisor")),
        ]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> RecoveryReversal:
        """Hand it in; the service gives the number."""
        known = {one.number: one for one in list_undoable_recoveries(account)}
        return submit_recovery_reversal(
            recovery=known[data["recovery"]],
            reason=data["reason"],
            business_date=require_day(request),
            by=request.user,
        )
