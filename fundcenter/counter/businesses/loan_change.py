"""Change of a loan at the counter: term, method, card, offset; or a loan given up unpaid."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts.models import MemberAccount
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group
from fundcenter.counter.businesses.loan_contract import OffsetForm
from kernel.money import grouped_yuan
from loans.contract_facts import ChangeKind
from loans.contract_kinds import describe_offset
from loans.errors import NoLoan
from loans.facts import RepaymentMethod
from loans.models import Loan, LoanChange
from loans.queries import find_loan, find_offset_agreement, foresee_course
from loans.services import ChangeRequest, submit_change
from loans.states import OPEN_STATES
from office.inbox import Rows
from policy.book import PolicyBook
from policy.wording import describe_term


class ChangeForm(OffsetForm):
    """What is to become of the loan; fields appear by the kind of change chosen."""

    kind = forms.ChoiceField(label=pgettext_lazy("loan", "Change"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    term_months = forms.IntegerField(
        label=gettext_lazy("New term in all (months)"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    method = forms.ChoiceField(label=gettext_lazy("New method of repayment"), required=False)
    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=40, required=False)
    card = forms.CharField(label=gettext_lazy("Repayment card"), max_length=23, required=False)
    check_no = forms.CharField(
        label=gettext_lazy("The bank's answer about the card"), max_length=64, required=False
    )

    field_order = (
        "kind", "reason", "term_months", "method", "bank", "card", "check_no", "offset_mode",
        "offset_sources", "retained",
    )  # fmt: skip

    def __init__(self, *args: Any, kinds: list[ChangeKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("kind", [(one.value, describe_term(f"CHANGE_{one.value}")) for one in kinds])
        self.choose("method", [(one.value, describe_term(one.value)) for one in RepaymentMethod])
        for names, kind in (
            (("term_months",), ChangeKind.TERM),
            (("method",), ChangeKind.METHOD),
            (("bank", "card", "check_no"), ChangeKind.CARD),
            (("offset_mode", "offset_sources", "retained"), ChangeKind.OFFSET),
        ):
            for name in names:
                self.fields[name].only_for = kind.value  # type: ignore[attr-defined]

    def request(self, data: dict[str, Any]) -> ChangeRequest:
        """Give what was typed as the service wants it."""
        return ChangeRequest(
            kind=data["kind"],
            reason=data["reason"],
            term_months=data["term_months"],
            method=data["method"],
            bank=data["bank"],
            card=data["card"].replace(" ", ""),
            check_no=data["check_no"],
            offset=self.offset(data),
        )


def kinds_offered(loan: Loan | None) -> list[ChangeKind]:
    """List what may be changed of a loan in its state."""
    if loan is None:
        return []
    if loan.is_out:
        return [ChangeKind.TERM, ChangeKind.METHOD, ChangeKind.CARD, ChangeKind.OFFSET]
    return [ChangeKind.CANCEL, ChangeKind.CARD, ChangeKind.OFFSET]


class LoanChangeBusiness(Business):
    """Needs a second person, who sees the schedule before and after."""

    name = "loan-change"
    title = gettext_lazy("Change of a loan")
    group = Group.LOAN
    permission = LoanChange.submit_permission
    kind = "loan-change"

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Only a loan that has not ended is changed."""
        return "" if find_loan(account, OPEN_STATES) else _("The account has no loan.")

    def form(
        self, request: StaffRequest, account: MemberAccount, data: Any = None, initial: Any = None
    ) -> ChangeForm:
        """Offer what may be changed of the loan as it stands."""
        kinds = kinds_offered(find_loan(account, OPEN_STATES))
        return ChangeForm(data, initial=initial, kinds=kinds)

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show how the loan runs now."""
        loan = find_loan(account, OPEN_STATES)
        if loan is None:
            return []
        agreed = find_offset_agreement(loan)
        offset = (agreed.mode, agreed.source_order, agreed.retained_fen) if agreed else ("", "", 0)
        rows = [
            (pgettext("loan", "Loan"), f"{loan.number}　{loan.get_state_display()}"),
            (_("Repayment card"), f"{loan.bank}　****{loan.card_last4}"),
            (_("Offset agreement"), describe_offset(*offset)),
        ]
        if loan.is_out:
            course = foresee_course(loan, require_day(request))
            rows += [
                (_("Principal left (yuan)"), grouped_yuan(course.principal_left_fen)),
                (_("Instalments in all"), str(len(course.lines))),
                (_("Method of repayment"), describe_term(course.terms.method.value)),
            ]
        return rows

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> LoanChange:
        """Hand it in; the service gives the number."""
        loan = find_loan(account, OPEN_STATES)
        if loan is None:
            raise NoLoan(account.number)
        form = self.form(request, account)
        assert isinstance(form, ChangeForm)
        return submit_change(
            loan=loan,
            request=form.request(data),
            business_date=require_day(request),
            by=request.user,
        )
