"""Late loans at the counter: collection, legal state, risk class, write-off, recovery."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import MemberAccount
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group
from fundcenter.counter.entry_forms import BusinessForm, DayField, SumField
from kernel.money import grouped_yuan
from loans.facts import LoanState, RiskClass
from loans.late_errors import ClassTooGood, NoOwedLoan
from loans.models import (
    ClassDecision,
    CollectionAction,
    LegalRecord,
    Loan,
    Recovery,
    WriteOff,
)
from loans.queries import find_owed_loan, foresee_course
from loans.services import (
    propose_write_off,
    record_collection,
    record_legal,
    recover,
    submit_class,
)
from loans.services.recoveries import find_unrecovered
from loans.services.writeoffs import require_class
from office.inbox import Rows
from policy.book import PolicyBook
from policy.wording import describe_term


def loan_facts(loan: Loan, day: dt.date) -> Rows:
    """List how a late loan stands on a day."""
    rows: Rows = [
        (_("Loan number"), loan.number),
        (_("State"), str(loan.get_state_display())),
        (_("Risk class"), str(loan.get_risk_class_display())),
    ]
    if loan.is_out:
        owed = foresee_course(loan, day).owed_on(day)
        rows += [
            (_("Instalments due and unpaid"), str(len(owed))),
            (_("Principal due (yuan)"), grouped_yuan(sum(one.principal_fen for one in owed))),
            (_("Interest due (yuan)"), grouped_yuan(sum(one.interest_fen for one in owed))),
            (_("Penalty interest (yuan)"), grouped_yuan(sum(one.penalty_fen for one in owed))),
        ]
    legal = LegalRecord.objects.filter(loan=loan).first()
    if legal is not None:
        rows.append((_("Legal state"), f"{legal.get_stage_display()}　{legal.since_date}"))
    action = CollectionAction.objects.filter(loan=loan).first()
    if action is not None:
        said = f"{action.acted_date}　{action.get_way_display()}　{action.get_outcome_display()}"
        rows.append((_("Last reminder"), said))
    return rows


class LateLoanBusiness(Business):
    """About the loan of an account that is owed; nobody is offered it without one."""

    group = Group.LOAN
    of_one_role = True

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Something has to be owed."""
        return "" if find_owed_loan(account) else _("No loan of the account is owed.")

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show how the loan stands."""
        loan = find_owed_loan(account)
        return loan_facts(loan, require_day(request)) if loan else []


def _loan_of(account: MemberAccount) -> Loan:
    loan = find_owed_loan(account)
    if loan is None:
        raise NoOwedLoan(account.number)
    return loan


class CollectionForm(BusinessForm):
    """How the borrower was reminded, and what came of it."""

    way = forms.ChoiceField(
        label=pgettext_lazy("collection", "Way"), choices=CollectionAction.Way.choices
    )
    acted_date = DayField(label=gettext_lazy("Done on"))
    outcome = forms.ChoiceField(
        label=gettext_lazy("What came of it"), choices=CollectionAction.Outcome.choices
    )
    promised_date = DayField(label=gettext_lazy("Promised for"), required=False)
    promised = SumField(label=gettext_lazy("Promised (yuan)"), required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=400, required=False)


class CollectionBusiness(LateLoanBusiness):
    """Written down and never changed; a wrong line is followed by a right one."""

    name = "loan-collection"
    title = gettext_lazy("Collection action")
    permission = "loans.serve"
    kind = "collection"
    form_class = CollectionForm
    fields = {"promised_fen": "promised"}

    def initial(self, request: StaffRequest, account: MemberAccount) -> dict[str, Any]:
        """Usually it was today."""
        return {"acted_date": require_day(request)}

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> CollectionAction:
        """Write it down; the service gives the number."""
        names = ("way", "outcome", "acted_date", "note", "promised_date")
        return record_collection(
            loan=_loan_of(account),
            promised_fen=data["promised"],
            business_date=require_day(request),
            by=request.user,
            **{name: data[name] for name in names},
        )


class LegalForm(BusinessForm):
    """The borrower's death or a step before court, by a paper."""

    stage = forms.ChoiceField(label=gettext_lazy("Legal state"), choices=LegalRecord.Stage.choices)
    since_date = DayField(label=gettext_lazy("Since"))
    document_no = forms.CharField(label=gettext_lazy("Number of the paper"), max_length=64)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=400, required=False)


class LegalBusiness(LateLoanBusiness):
    """The latest record counts; lists and notices show it."""

    name = "loan-legal"
    title = gettext_lazy("Death or court case of a borrower")
    permission = "loans.serve"
    kind = "legal-state"
    form_class = LegalForm

    def initial(self, request: StaffRequest, account: MemberAccount) -> dict[str, Any]:
        """Begin with an action brought."""
        return {"stage": LegalRecord.Stage.LAWSUIT}

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> LegalRecord:
        """Write it down; the service gives the number."""
        names = ("stage", "since_date", "document_no", "note")
        return record_legal(
            loan=_loan_of(account),
            business_date=require_day(request),
            by=request.user,
            **{name: data[name] for name in names},
        )


class ClassForm(BusinessForm):
    """A class, or none: then the overdue instalments count alone again."""

    risk_class = forms.ChoiceField(label=gettext_lazy("Risk class"), required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=400)
    document_no = forms.CharField(label=gettext_lazy("Number of the paper"), max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["risk_class"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            *((one.value, describe_term(one.value)) for one in RiskClass),
            ("", _("by overdue instalments alone")),
        ]


class ClassBusiness(LateLoanBusiness):
    """Proposed by a supervisor, decided by a second person; the only way into the class of loss."""

    name = "loan-class"
    title = gettext_lazy("Decide a risk class")
    permission = ClassDecision.submit_permission
    kind = "loan-class"
    form_class = ClassForm

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """The loan has to run."""
        loan = find_owed_loan(account)
        return "" if loan and loan.is_out else _("No loan of the account is running.")

    def initial(self, request: StaffRequest, account: MemberAccount) -> dict[str, Any]:
        """Begin with the class as it is."""
        loan = find_owed_loan(account)
        return {"risk_class": loan.risk_class if loan else ""}

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> ClassDecision:
        """Hand it in; the service gives the number."""
        return submit_class(
            loan=_loan_of(account),
            risk_class=data["risk_class"],
            reason=data["reason"],
            document_no=data["document_no"],
            business_date=require_day(request),
            by=request.user,
        )


class WriteOffForm(BusinessForm):
    """Why nothing more is to be expected, and the paper that proves it."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=400)
    document_no = forms.CharField(label=gettext_lazy("Number of the paper"), max_length=64)


class WriteOffBusiness(LateLoanBusiness):
    """Waits for the finance review and the committee's resolution before a supervisor books it."""

    name = "loan-write-off"
    title = gettext_lazy("Propose a write-off")
    permission = WriteOff.submit_permission
    kind = "write-off"
    form_class = WriteOffForm

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """The loan has to be overdue, and no other proposal may wait."""
        loan = find_owed_loan(account)
        if loan is None or loan.state != LoanState.OVERDUE:
            return _("No loan of the account is overdue.")
        other = WriteOff.objects.filter(loan=loan).exclude(state="CANCELLED").first()
        if other is not None:
            return _("%(number)s is under way.") % {"number": other.number}
        try:
            require_class(loan, book)
        except ClassTooGood as refused:
            return str(refused)
        return ""

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> WriteOff:
        """Propose it; the service gives the number."""
        return propose_write_off(
            loan=_loan_of(account),
            reason=data["reason"],
            document_no=data["document_no"],
            business_date=require_day(request),
            by=request.user,
        )


class RecoveryForm(BusinessForm):
    """How much came in, and the bank's reference of it."""

    amount = SumField(label=gettext_lazy("Amount (yuan)"))
    bank_reference = forms.CharField(label=gettext_lazy("Bank's reference"), max_length=64)


class RecoveryBusiness(LateLoanBusiness):
    """In parts, never more than was written off; the last fen releases the household."""

    name = "loan-recovery"
    title = gettext_lazy("Recovery after a write-off")
    permission = Recovery.submit_permission
    kind = "recovery"
    form_class = RecoveryForm

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Something has to be written off and open."""
        loan = find_owed_loan(account)
        if loan is None or loan.state != LoanState.WRITTEN_OFF:
            return _("Nothing of the account is written off.")
        return "" if find_unrecovered(account) else _("All of it was recovered.")

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what was given up and what came in."""
        one = find_unrecovered(account)
        if one is None:
            return []
        return [
            (_("Write-off"), one.number),
            (_("Written off (yuan)"), grouped_yuan(one.principal_fen)),
            (_("Recovered since (yuan)"), grouped_yuan(one.recovered_fen)),
            (_("Still given up (yuan)"), grouped_yuan(one.left_fen)),
        ]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> Recovery:
        """Book it; the service gives the number."""
        return recover(
            member_account=account,
            amount_fen=data["amount"],
            bank_reference=data["bank_reference"],
            business_date=require_day(request),
            by=request.user,
        )
