"""Loan application (贷款申请): what is asked for and which home; the books know the rest."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts.households import HouseholdState, find_household
from accounts.models import IdentityDocument, MemberAccount, OutsideCheck
from contributions.queries import get_holdings
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group
from fundcenter.counter.businesses.household import describe_household
from fundcenter.counter.entry_forms import BusinessForm, DayField, SumField, YuanField
from fundcenter.counter.papers import item_rows, seal, sealed_as
from kernel.money import grouped_yuan
from loans.facts import PartyRole, Product, Purpose, RepaymentMethod, SecurityKind
from loans.models import LoanApplication
from loans.queries import find_application_of, find_loan
from loans.requests import CreditRecord, GuarantorNamed, LoanRequest
from loans.services import (
    ask_for_loan,
    list_answers,
    resubmit_loan_application,
    submit_loan_application,
)
from loans.states import OUT_STATES
from office.idempotency import digest_of
from office.inbox import Rows
from policy.book import PolicyBook
from policy.queries import open_book
from policy.terms import TERMS
from policy.wording import describe_term

_NO_YES = [("no", gettext_lazy("no")), ("yes", gettext_lazy("yes"))]
_BANKED = (
    Product.COMBINATION,
    Product.COMMERCIAL_CONVERSION,
    Product.COMMERCIAL_REPLACEMENT,
)
_SEEN_LENGTH = 16
State = LoanApplication.State
Kind, Result = OutsideCheck.Kind, OutsideCheck.Result


def _terms(codes: Any) -> list[tuple[str, str]]:
    return [(str(code), describe_term(code)) for code in codes]


class _Number(forms.IntegerField):
    """A whole number typed without arrows."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "numeric"}), **options)


class LoanApplicationForm(BusinessForm):
    """The kind of loan first: the bank's fields appear for those that a bank has a part in."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of loan"))
    purpose = forms.ChoiceField(label=gettext_lazy("Use of the loan"))
    amount = SumField(label=gettext_lazy("Loan asked for (yuan)"))
    term_months = _Number(label=gettext_lazy("Term (months)"), min_value=1, initial=240)
    method = forms.ChoiceField(label=gettext_lazy("Method of repayment"))
    home_number = forms.ChoiceField(
        label=gettext_lazy("Number of the home"),
        choices=[("1", gettext_lazy("first home")), ("2", gettext_lazy("second home"))],
    )
    price = SumField(
        label=gettext_lazy("Price of the home (yuan)"),
        help_text=gettext_lazy("of a relocation home: of the extra area"),
    )
    area = SumField(label=gettext_lazy("Floor area (m²)"))
    address = forms.CharField(label=gettext_lazy("Address of the home"), max_length=160)
    purchase_date = DayField(label=gettext_lazy("Bought or begun on"))
    purchase_no = forms.CharField(
        label=gettext_lazy("Purchase contract or permit: number"), max_length=64
    )
    is_local = forms.ChoiceField(
        label=gettext_lazy("Home in the centre's area"), choices=_NO_YES, initial="yes"
    )
    is_green = forms.ChoiceField(
        label=gettext_lazy("Green building"), choices=_NO_YES, initial="no"
    )
    income = SumField(label=gettext_lazy("Monthly income of the family (yuan)"))
    own_in_a_row = _Number(
        label=gettext_lazy("Borrower: missed instalments in a row"), min_value=0, initial=0
    )
    own_total = _Number(
        label=gettext_lazy("Borrower: missed instalments in all"), min_value=0, initial=0
    )
    spouse_borrows = forms.ChoiceField(
        label=gettext_lazy("Spouse borrows too"), choices=_NO_YES, initial="yes"
    )
    spouse_in_a_row = _Number(
        label=gettext_lazy("Spouse: missed instalments in a row"), min_value=0, initial=0
    )
    spouse_total = _Number(
        label=gettext_lazy("Spouse: missed instalments in all"), min_value=0, initial=0
    )
    security = forms.ChoiceField(label=gettext_lazy("Security"))
    security_note = forms.CharField(label=gettext_lazy("What secures it"), max_length=160)
    is_insured = forms.ChoiceField(
        label=gettext_lazy("Loan insurance"), choices=_NO_YES, initial="no"
    )
    bank = forms.CharField(
        label=gettext_lazy("Bank of the other loan"), max_length=40, required=False
    )
    bank_contract_no = forms.CharField(
        label=gettext_lazy("Bank's loan contract: number"), max_length=64, required=False
    )
    bank_part = YuanField(
        label=gettext_lazy("The bank's part, or still owed to it (yuan)"), required=False
    )
    guarantor_name = forms.CharField(
        label=gettext_lazy("Guarantor: name"), max_length=80, required=False
    )
    guarantor_type = forms.ChoiceField(
        label=gettext_lazy("Guarantor: kind of document"),
        required=False,
        choices=IdentityDocument._meta.get_field("document_type").flatchoices,
    )
    guarantor_number = forms.CharField(
        label=gettext_lazy("Guarantor: ID number"), max_length=24, required=False
    )

    def __init__(self, *args: Any, book: PolicyBook, married: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = book.choices("loan.products") if book.in_force else ()
        self._choices("kind", _terms(offered or Product))
        self._choices("purpose", _terms(Purpose))
        self._choices("method", _terms(RepaymentMethod))
        self._choices("security", _terms(SecurityKind))
        for name in ("bank", "bank_contract_no", "bank_part"):
            self.fields[name].only_for = " ".join(_BANKED)  # type: ignore[attr-defined]
        if not married:
            for name in ("spouse_borrows", "spouse_in_a_row", "spouse_total"):
                del self.fields[name]

    def request(self, data: dict[str, Any]) -> LoanRequest:
        """Give what was typed as the service wants it."""
        banked = data["kind"] in _BANKED
        guarantors: tuple[GuarantorNamed, ...] = ()
        if data["guarantor_number"] or data["guarantor_name"]:
            guarantors = (
                GuarantorNamed(
                    name=data["guarantor_name"],
                    document_type=data["guarantor_type"],
                    number=data["guarantor_number"],
                ),
            )
        return LoanRequest(
            product=data["kind"],
            purpose=data["purpose"],
            asked_fen=data["amount"],
            term_months=data["term_months"],
            method=data["method"],
            home_number=int(data["home_number"]),
            price_fen=data["price"],
            area_centi=data["area"],
            address=data["address"],
            purchase_date=data["purchase_date"],
            purchase_no=data["purchase_no"],
            is_local=data["is_local"] == "yes",
            is_green=data["is_green"] == "yes",
            family_income_fen=data["income"],
            own_record=CreditRecord(
                overdue_in_a_row=data["own_in_a_row"], overdue_total=data["own_total"]
            ),
            spouse_borrows=data.get("spouse_borrows", "yes") == "yes",
            spouse_record=CreditRecord(
                overdue_in_a_row=data.get("spouse_in_a_row", 0),
                overdue_total=data.get("spouse_total", 0),
            ),
            security=data["security"],
            security_note=data["security_note"],
            is_insured=data["is_insured"] == "yes",
            bank=data["bank"] if banked else "",
            bank_contract_no=data["bank_contract_no"] if banked else "",
            bank_part_fen=(data["bank_part"] or 0) if banked else 0,
            guarantors=guarantors,
        )

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class LoanApplicationBusiness(Business):
    """Several people look at it one after the other; a returned one is filled in again here."""

    name = "loan-application"
    title = pgettext_lazy("business", "Loan application")
    permission = LoanApplication.submit_permission
    kind = "loan-application"
    group = Group.LOAN
    form_class = LoanApplicationForm
    template = "counter/business/loan_application.html"
    fields = {
        "product": "kind",
        "asked_fen": "amount",
        "price_fen": "price",
        "area_centi": "area",
        "family_income_fen": "income",
        "bank_part_fen": "bank_part",
        "guarantors": "guarantor_number",
    }

    people = [
        (role.value, TERMS[role.value])
        for role in (PartyRole.BORROWER, PartyRole.SPOUSE, PartyRole.GUARANTOR)
    ]
    registers = [(kind.value, kind.label) for kind in (Kind.PLATFORM, Kind.CREDIT)]
    results = [(one.value, one.label) for one in (Result.PASS, Result.FAIL)]

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """One household has one loan, and somebody must know who the household is."""
        household = find_household(account.member, day)
        if household.state == HouseholdState.UNKNOWN:
            return _("Nothing is on record of the household; record it first.")
        loan = find_loan(account, OUT_STATES)
        if loan is not None:
            return _("Loan %(number)s is not paid off.") % {"number": loan.number}
        standing = find_application_of(account)
        if standing is not None and self._returned(account) is None:
            return _("%(number)s stands already: %(state)s.") % {
                "number": standing.number,
                "state": standing.get_state_display(),
            }
        return ""

    def initial(self, request: StaffRequest, account: MemberAccount) -> dict[str, Any]:
        """Begin with what was typed before, where an application was returned."""
        returned = self._returned(account)
        return typed_before(returned) if returned else {}

    def form(
        self, request: StaffRequest, account: MemberAccount, data: Any = None, initial: Any = None
    ) -> LoanApplicationForm:
        """Make the form with the kinds of loan in force on the open day."""
        day = require_day(request)
        book = open_book(request.centre.code, day)
        married = find_household(account.member, day).marriage is not None
        return LoanApplicationForm(data, initial=initial, book=book, married=married)

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what the books, the register and the registers outside say."""
        day = require_day(request)
        holdings, household = get_holdings(account), find_household(account.member, day)
        rows = [
            (_("Balance"), grouped_yuan(holdings.total_fen)),
            (_("Opened"), account.opened_date.isoformat()),
            (pgettext("person", "Household"), describe_household(household)),
        ]
        for name, register, found in list_answers(account, day):
            said = f"{found.get_result_display()}　{found.asked_date}" if found else _("not asked")
            rows.append((f"{name}　{register}", str(said)))
        returned = self._returned(account)
        if returned is not None:
            said = _("%(number)s was returned") % {"number": returned.number}
            rows.insert(0, (said, returned.return_reason))
        return rows

    def prepare(self, request: StaffRequest, account: MemberAccount, data: dict[str, Any]) -> None:
        """Ask the registers about everybody of whom they have not answered of late."""
        ask_for_loan(
            member_account=account,
            request=self._request(request, account, data),
            business_date=require_day(request),
            by=request.user,
        )

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> LoanApplication:
        """Take it in, or hand in again what was returned; the service gives the number."""
        asked = self._request(request, account, data)
        day, returned = require_day(request), self._returned(account)
        if returned is not None:
            return resubmit_loan_application(
                application=returned, request=asked, business_date=day, clerk=request.user
            )
        return submit_loan_application(
            member_account=account, request=asked, business_date=day, clerk=request.user
        )

    def seen(self, account: MemberAccount) -> str:
        """Notice another application and another household too."""
        standing = find_application_of(account)
        mark = [standing.number, standing.state, standing.round] if standing else []
        return digest_of([super().seen(account), mark])[:_SEEN_LENGTH]

    def _seal_papers(self, request: StaffRequest, form: BusinessForm, item: Any) -> None:
        """Hand in papers once more with an application that was returned: those that were lacking.

        What was handed in before stands, and is not asked for again.
        """
        if item.round == 1:
            super()._seal_papers(request, form, item)
            return
        book = open_book(request.centre.code, require_day(request))
        before = item_rows(request.centre, item.number, item.round - 1)
        there = {row.code for row in before if row.papers}
        asked = [one for one in self.papers(book, form.cleaned_data) if one.code not in there]
        seal(request, form.cleaned_data["token"], sealed_as(item.number, item.round), asked)

    def _request(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any]
    ) -> LoanRequest:
        return self.form(request, account).request(data)

    def _returned(self, account: MemberAccount) -> LoanApplication | None:
        """Find the account's own application that waits to be filled in again."""
        standing = find_application_of(account)
        if standing is None or standing.member_account_id != account.pk:
            return None
        return standing if standing.state == State.RETURNED else None


def typed_before(application: LoanApplication) -> dict[str, Any]:
    """Give what was typed of an application, by the names of the form."""
    yes = {True: "yes", False: "no"}
    found: dict[str, Any] = {
        "kind": application.product,
        "amount": application.asked_fen,
        "price": application.price_fen,
        "area": application.area_centi,
        "income": application.family_income_fen,
        "bank_part": application.bank_part_fen or None,
        "is_local": yes[application.is_local],
        "is_green": yes[application.is_green],
        "is_insured": yes[application.is_insured],
    }
    for name in (
        "purpose", "term_months", "method", "home_number", "address", "purchase_date",
        "purchase_no", "security", "security_note", "bank", "bank_contract_no",
    ):  # fmt: skip
        found[name] = getattr(application, name)
    for party in application.parties.all():
        if party.role == "GUARANTOR":
            found |= {
                "guarantor_name": party.name,
                "guarantor_type": party.document_type,
                "guarantor_number": party.number,
            }
            continue
        whose = "own" if party.role == "BORROWER" else "spouse"
        found[f"{whose}_in_a_row"] = party.overdue_in_a_row
        found[f"{whose}_total"] = party.overdue_total
        if whose == "spouse":
            found["spouse_borrows"] = yes[party.role == "CO_BORROWER"]
    return found
