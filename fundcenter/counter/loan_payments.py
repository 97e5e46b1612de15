"""Finance's page of loans to be paid out: who is next, the queue, and what was paid today."""

from collections.abc import Callable

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import DecisionRefused
from fundcenter.counter.access import StaffRequest, own_document, require_day, staff_page
from fundcenter.counter.refusals import REFUSED, keep_refusal, sheet_of_refusal
from fundcenter.counter.sheets import SheetView
from kernel.money import grouped_yuan
from loans.contract_facts import PayeeKind
from loans.errors import MustQueue
from loans.facts import LoanState
from loans.models import Disbursement, Loan
from loans.payment_checks import list_queue, list_secured, paid_on_fen
from loans.services import (
    LoanPayee,
    cancel_disbursement,
    queue_loan,
    submit_disbursement,
    submit_undo,
)
from policy.queries import open_book
from policy.wording import describe_term

_PERMISSION = "loans.disburse"
_PAGE = "counter/loan_payments.html"


class PayeeForm(forms.Form):
    """Who gets the money of a loan."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of payee"))
    name = forms.CharField(label=gettext_lazy("Payee"), max_length=64)
    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=40)
    account_no = forms.CharField(label=gettext_lazy("Account of the payee"), max_length=40)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.value, describe_term(one.value)) for one in PayeeKind]

    def payee(self) -> LoanPayee:
        """Give what was typed as the service wants it."""
        data = self.cleaned_data
        digits = data["account_no"].replace(" ", "")
        return LoanPayee(data["kind"], data["name"], data["bank"], digits)


@require_safe
@staff_page(_PERMISSION)
def show_list(request: StaffRequest) -> HttpResponse:
    """Show the queue, what is secured, what waits for the supervisor, and what was paid today."""
    return render(request, _PAGE, _page(request))


@require_POST
@staff_page(_PERMISSION)
def pay(request: StaffRequest, number: str) -> HttpResponse:
    """Make the payment of a loan, or put it into the queue where there is no room for it."""
    loan = own_document(request, Loan.objects.select_related("application", "centre"), number)
    day, form = require_day(request), PayeeForm(request.POST)
    if request.POST.get("step") == "QUEUE":
        user = request.user
        return _done(request, number, lambda: queue_loan(loan=loan, business_date=day, by=user))
    if not form.is_valid():
        missing = "、".join(str(form.fields[name].label) for name in form.errors)
        return _again(request, number, _("Fill in: %(fields)s") % {"fields": missing}, form)
    payee = form.payee()

    def make() -> object:
        return submit_disbursement(loan=loan, payee=payee, business_date=day, by=request.user)

    return _done(request, number, make, form, may_queue=loan.state == LoanState.SECURED)


@require_POST
@staff_page(_PERMISSION)
def take_back(request: StaffRequest, number: str) -> HttpResponse:
    """Ask the supervisor to take a payment of today back; one that waits is withdrawn at once."""
    payment = own_document(request, Disbursement.objects.select_related("loan"), number)
    day, reason = require_day(request), request.POST.get("reason", "")

    def undo() -> object:
        if payment.is_undecided:
            return cancel_disbursement(disbursement=payment, by=request.user)
        return submit_undo(disbursement=payment, reason=reason, business_date=day, by=request.user)

    return _done(request, number, undo)


def _done(
    request: StaffRequest,
    number: str,
    do: Callable[[], object],
    form: PayeeForm | None = None,
    *,
    may_queue: bool = False,
) -> HttpResponse:
    problem, queues, sheet = "", "", None
    try:
        with transaction.atomic():
            do()
    except MustQueue as waits:
        problem, queues = str(waits), number if may_queue else ""
    except DecisionRefused as refused:
        keep_refusal(refused)
        problem, sheet = str(refused), sheet_of_refusal(refused)
    except REFUSED as refused:
        problem = str(refused)
    if problem:
        return _again(request, number, problem, form, queues, sheet)
    return redirect("loan-payments")


def _again(
    request: StaffRequest,
    number: str,
    problem: str,
    form: PayeeForm | None,
    queues: str = "",
    sheet: SheetView | None = None,
) -> HttpResponse:
    """Show the page with the reason and its clauses; what was typed for the loan stays."""
    page = {**_page(request), "problem": problem, "number": number, "queues": queues}
    page |= {"typed": form, "sheet": sheet}
    return render(request, _PAGE, page, status=409)


def _page(request: StaffRequest) -> dict[str, object]:
    centre, day = request.centre, require_day(request)
    rows = Disbursement.objects.filter(centre=centre).select_related(
        "loan__member_account__member", "made_by", "checked_by"
    )
    quota = open_book(centre.code, day).find("loan.daily_quota")
    paid_fen = paid_on_fen(centre, day)
    waiting = list(rows.filter(state=Disbursement.State.SUBMITTED).order_by("id"))
    busy = {one.loan_id for one in waiting}
    return {
        "day": day,
        "form": PayeeForm(),
        "queue": [loan for loan in list_queue(centre) if loan.pk not in busy],
        "secured": [loan for loan in list_secured(centre) if loan.pk not in busy],
        "waiting": waiting,
        "paid": rows.filter(state="APPROVED", business_date=day).order_by("id"),
        "paid_fen": paid_fen,
        "quota": None if quota is None else grouped_yuan(quota.typed),
        "left": None if quota is None else grouped_yuan(max(quota.typed - paid_fen, 0)),
        "returned": rows.filter(state="RETURNED", business_date=day).order_by("id"),
    }
