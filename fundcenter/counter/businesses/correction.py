"""Correction (冲正): a wrong voucher is picked, its effect is shown, others decide."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import BadField
from accounts.models import MemberAccount
from accounts.queries import get_member_account
from contributions.models import Correction
from contributions.queries import list_correctable
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group, Life
from fundcenter.counter.entry_forms import BusinessForm, SumField
from kernel.money import grouped_yuan
from office.inbox import Rows
from policy.book import PolicyBook
from settlement.services import submit_correction


class CorrectionForm(BusinessForm):
    """The wrong voucher, what was wrong, and what should have been booked."""

    voucher = forms.ChoiceField(label=gettext_lazy("Wrong voucher"))
    reason = forms.CharField(label=gettext_lazy("What was wrong"), max_length=200)
    right_amount_fen = SumField(
        label=gettext_lazy("Right amount (yuan)"),
        required=False,
        help_text=gettext_lazy("only where a deposit takes the place of the wrong one"),
    )
    right_account = forms.CharField(
        label=gettext_lazy("Account it belongs into"),
        max_length=32,
        required=False,
        help_text=gettext_lazy("only where it was booked into the wrong account"),
    )

    def __init__(self, *args: Any, account: MemberAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["voucher"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (
                str(entry.pk),
                f"{entry.business_date}　{entry.get_kind_display()}　{grouped_yuan(fen)}　"
                f"{entry.document_no}",
            )
            for entry, fen in list_correctable(account)
        ]


class CorrectionBusiness(Business):
    """Needs a second person, and a third one after the day of the wrong voucher."""

    name = "correction"
    title = gettext_lazy("Correction")
    permission = Correction.submit_permission
    life = Life.EITHER
    kind = "correction"
    group = Group.CORRECTION
    form_class = CorrectionForm
    takes_turns = True

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Something that can be undone has to be there."""
        if list_correctable(account):
            return ""
        return _("There is no deposit, transfer in or unpaid withdrawal that could be undone.")

    def form(
        self, request: StaffRequest, account: MemberAccount, data: Any = None, initial: Any = None
    ) -> CorrectionForm:
        """Make the form with the vouchers that can be undone."""
        return CorrectionForm(data, initial=initial, account=account)

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Say who decides it."""
        return [
            (_("On its own day"), _("a checker cancels it")),
            (_("On a later day"), _("a checker reviews it, a supervisor approves it")),
            (_("Settled years"), _("are computed again; only the difference is booked")),
        ]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> Correction:
        """Hand it in; the service gives the number."""
        known = {str(one.pk): one for one, _fen in list_correctable(account)}
        return submit_correction(
            entry=known[data["voucher"]],
            reason=data["reason"],
            business_date=require_day(request),
            by=request.user,
            right_account=self._right_account(request, data["right_account"].strip()),
            right_amount_fen=data["right_amount_fen"],
        )

    def _right_account(self, request: StaffRequest, number: str) -> MemberAccount | None:
        if not number:
            return None
        try:
            return get_member_account(number, request.centre)
        except MemberAccount.DoesNotExist as unknown:
            expected = _("an account of this centre")
            raise BadField("right_account", seen=number, expected=expected) from unknown
