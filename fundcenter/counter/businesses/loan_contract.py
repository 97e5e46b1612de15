"""Contract, security and release of a loan at the counter; each needs a second person."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import MemberAccount
from accounts.queries import find_mandate
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group
from fundcenter.counter.entry_forms import BusinessForm, DayField, SumField, YuanField
from kernel.money import grouped_yuan
from loans.contract_facts import OffsetMode
from loans.errors import NoLoan
from loans.facts import SecurityKind
from loans.models import LoanApplication, LoanContract, LoanSecurity, SecurityRelease
from loans.models.contracts import OFFSET_SOURCES
from loans.queries import find_loan, list_loans
from loans.services import Offset, register_security, release_security, sign_contract
from loans.states import OVER_STATES, UNPAID_STATES
from office.inbox import Rows
from policy.book import PolicyBook
from policy.queries import open_book
from policy.wording import describe_term


class OffsetForm(BusinessForm):
    """The fields of an offset agreement."""

    offset_mode = forms.ChoiceField(label=gettext_lazy("Offset agreement"), required=False)
    offset_sources = forms.ChoiceField(label=gettext_lazy("Accounts in order"), required=False)
    retained = YuanField(label=gettext_lazy("Stays in the account (yuan)"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        modes = [(one.value, describe_term(f"OFFSET_{one.value}")) for one in OffsetMode]
        self.choose("offset_mode", [("", _("none")), *modes])
        orders = [
            (code, " → ".join(describe_term(one) for one in code.split()))
            for code in OFFSET_SOURCES
        ]
        self.choose("offset_sources", orders)

    def choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Set what a field offers."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @staticmethod
    def offset(data: dict[str, Any]) -> Offset | None:
        """Give what was typed of the offset as the service wants it."""
        if not data["offset_mode"]:
            return None
        return Offset(
            data["offset_mode"], data["offset_sources"] or "BORROWER", data["retained"] or 0
        )


class ContractForm(OffsetForm):
    """What the signed contract says beyond what was granted."""

    contract_no = forms.CharField(label=gettext_lazy("Contract number"), max_length=64)
    due_day = forms.IntegerField(
        label=gettext_lazy("Due day"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy("1 to 28; empty where it is the day of the payment"),
    )
    annual_rate = forms.RegexField(
        label=gettext_lazy("Annual rate (%)"),
        regex=r"^[0-9]{1,2}(\.[0-9]{1,4})?$",
        required=False,
        help_text=gettext_lazy("only where a second home costs more than the table says"),
    )
    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=40, required=False)
    card = forms.CharField(
        label=gettext_lazy("Repayment card"),
        max_length=23,
        required=False,
        help_text=gettext_lazy("empty: the card of the debit mandate"),
    )
    check_no = forms.CharField(
        label=gettext_lazy("The bank's answer about the card"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("only for another card than that of the debit mandate"),
    )

    field_order = (
        "contract_no", "due_day", "annual_rate", "bank", "card", "check_no", "offset_mode",
        "offset_sources", "retained",
    )  # fmt: skip

    def clean_card(self) -> str:
        """Drop the blanks that cards print between their digits."""
        return str(self.cleaned_data["card"]).replace(" ", "")


def find_granted(account: MemberAccount) -> LoanApplication | None:
    """Find the granted application of an account that has no loan yet."""
    rows = LoanApplication.objects.filter(
        member_account=account, state=LoanApplication.State.APPROVED, loan__isnull=True
    )
    return rows.order_by("-id").first()


class LoanContractBusiness(Business):
    """The contract a borrower signed after the application was granted."""

    name = "loan-contract"
    title = gettext_lazy("Loan contract")
    group = Group.LOAN
    permission = LoanContract.submit_permission
    kind = "loan-contract"
    form_class = ContractForm
    fields = {"retained_fen": "retained"}

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Only a granted application is followed by a contract, and by one."""
        granted = find_granted(account)
        if granted is None:
            return _("No application is granted that has no contract yet.")
        waits = granted.contracts.filter(state=LoanContract.State.SUBMITTED).first()
        if waits is not None:
            return _("%(number)s waits for a second person.") % {"number": waits.number}
        return ""

    def initial(self, request: StaffRequest, account: MemberAccount) -> dict[str, Any]:
        """Begin with the day of the debit mandate; its card is not shown in full."""
        mandate = find_mandate(account)
        book = open_book(request.centre.code, require_day(request))
        wanted = book.flag("offset.agreement_required") or book.flag("offset.account_first")
        begins: dict[str, Any] = {"offset_mode": OffsetMode.MONTHLY.value if wanted else ""}
        if mandate is not None and book.choice("loan.due_day_rule") == "AGREED":
            begins["due_day"] = mandate.debit_day
        return begins

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what was granted."""
        granted, mandate = find_granted(account), find_mandate(account)
        if granted is None:
            return []
        card = f"{mandate.bank}　****{mandate.card_last4}" if mandate else "—"
        return [
            (_("Card of the debit mandate"), card),
            (_("Application"), granted.number),
            (_("Granted (yuan)"), grouped_yuan(granted.granted_fen)),
            (_("Term"), _("%(months)s months") % {"months": granted.term_months}),
            (_("Method of repayment"), describe_term(granted.method)),
            (_("Number of the home"), str(granted.home_number)),
            (_("Security"), f"{describe_term(granted.security)}　{granted.security_note}"),
        ]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> LoanContract:
        """Hand it in; the service gives the number."""
        granted = find_granted(account)
        if granted is None:
            raise NoLoan(account.number)
        mandate = find_mandate(account)
        bank, card = data["bank"], data["card"]
        if mandate is not None and not card:
            bank, card = mandate.bank, mandate.card
        names = ("contract_no", "due_day", "check_no", "annual_rate")
        return sign_contract(
            application=granted,
            bank=bank,
            card=card,
            offset=OffsetForm.offset(data),
            business_date=require_day(request),
            by=request.user,
            **{name: data[name] for name in names},
        )


class SecurityForm(BusinessForm):
    """What the register says."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Security"), choices=[(one.value, one.value) for one in SecurityKind]
    )
    thing = forms.CharField(label=gettext_lazy("What secures it"), max_length=160)
    register_no = forms.CharField(label=gettext_lazy("Number in the register"), max_length=64)
    registered_date = DayField(label=gettext_lazy("Registered on"))
    value = SumField(label=gettext_lazy("Value (yuan)"))
    insurance_no = forms.CharField(
        label=gettext_lazy("Policy of the loan insurance"), max_length=64, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.value, describe_term(one.value)) for one in SecurityKind]


class LoanSecurityBusiness(Business):
    """The mortgage, pledge or guarantee, by its number in the register."""

    name = "loan-security"
    title = gettext_lazy("Security of a loan")
    group = Group.LOAN
    permission = LoanSecurity.submit_permission
    kind = "loan-security"
    form_class = SecurityForm
    fields = {"value_fen": "value"}

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Only a loan that is signed and not paid out is secured."""
        loan = find_loan(account, UNPAID_STATES)
        return "" if loan else _("No loan is signed that is not paid out.")

    def initial(self, request: StaffRequest, account: MemberAccount) -> dict[str, Any]:
        """Begin with the security that the application names."""
        loan = find_loan(account, UNPAID_STATES)
        if loan is None:
            return {}
        return {"kind": loan.application.security, "thing": loan.application.security_note}

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show the loan, and what secures it already."""
        loan = find_loan(account, UNPAID_STATES)
        if loan is None:
            return []
        rows = [
            (pgettext("loan", "Loan"), loan.number),
            (_("Principal (yuan)"), grouped_yuan(loan.principal_fen)),
            (_("State"), str(loan.get_state_display())),
        ]
        bound = loan.securities.filter(state="APPROVED")
        return rows + [(describe_term(one.kind), one.register_no) for one in bound]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> LoanSecurity:
        """Hand it in; the service gives the number."""
        loan = find_loan(account, UNPAID_STATES)
        if loan is None:
            raise NoLoan(account.number)
        names = ("kind", "thing", "register_no", "registered_date", "insurance_no")
        return register_security(
            loan=loan,
            value_fen=data["value"],
            business_date=require_day(request),
            by=request.user,
            **{name: data[name] for name in names},
        )


class ReleaseForm(BusinessForm):
    """Which security is given back, by which certificate, to whom."""

    register_no = forms.ChoiceField(label=gettext_lazy("Security"))
    certificate_no = forms.CharField(label=gettext_lazy("Number of the certificate"), max_length=64)
    receiver = forms.CharField(label=gettext_lazy("Handed to"), max_length=64)


def list_releasable(account: MemberAccount) -> list[LoanSecurity]:
    """List the securities of an account's ended loans that were not given back."""
    over = [loan for loan in list_loans(account) if loan.state in OVER_STATES]
    if not over:
        return []
    rows = LoanSecurity.objects.filter(
        loan__in=over, state=LoanSecurity.State.APPROVED, released_date__isnull=True
    )
    return list(rows.select_related("loan").order_by("id"))


class LoanReleaseBusiness(Business):
    """The security given back when the loan is paid off."""

    name = "loan-release"
    title = gettext_lazy("Release of a security")
    group = Group.LOAN
    permission = SecurityRelease.submit_permission
    kind = "loan-release"

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Only what secured a loan that has ended is given back."""
        return "" if list_releasable(account) else _("No ended loan has a security left.")

    def form(
        self, request: StaffRequest, account: MemberAccount, data: Any = None, initial: Any = None
    ) -> ReleaseForm:
        """Offer the securities that may be given back."""
        form = ReleaseForm(data, initial=initial)
        field = form.fields["register_no"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (one.number, f"{describe_term(one.kind)}　{one.register_no}")
            for one in list_releasable(account)
        ]
        return form

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> SecurityRelease:
        """Hand it in; the service gives the number."""
        chosen = [one for one in list_releasable(account) if one.number == data["register_no"]]
        if not chosen:
            raise NoLoan(account.number)
        return release_security(
            security=chosen[0],
            certificate_no=data["certificate_no"],
            receiver=data["receiver"],
            business_date=require_day(request),
            by=request.user,
        )
