"""Disputes that are not answered yet: whose step is next, and what is overdue."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from contributions.models import Correction, Dispute
from contributions.queries import list_open_disputes
from contributions.services import enter_bank_review, hand_in_answer
from fundcenter.counter.access import StaffRequest, own_document, require_day, staff_page
from fundcenter.counter.entry_forms import BusinessForm, DayField
from fundcenter.counter.items import masked_paper
from fundcenter.counter.refusals import REFUSED
from kernel.money import grouped_yuan


class BankReviewForm(BusinessForm):
    """What the bank's own review found, and its paper."""

    finding = forms.CharField(label=gettext_lazy("What the bank found"), max_length=400)
    document_no = forms.CharField(label=gettext_lazy("Number of the bank's paper"), max_length=64)
    reviewed_date = DayField(label=gettext_lazy("Reviewed on"))


class AnswerForm(BusinessForm):
    """The centre's finding and the words of its letter."""

    outcome = forms.ChoiceField(label=gettext_lazy("Finding"), choices=Dispute.Outcome.choices)
    answer = forms.CharField(label=gettext_lazy("Answer"), max_length=400)
    correction = forms.ModelChoiceField(
        label=gettext_lazy("Corrected by"),
        queryset=Correction.objects.none(),
        required=False,
        help_text=gettext_lazy("the approved correction, where the balance was wrong"),
    )

    def __init__(self, *args: Any, dispute: Dispute, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["correction"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Correction.objects.filter(
            member_account=dispute.member_account, state=Correction.State.APPROVED
        ).order_by("-pk")


@require_safe
@staff_page("contributions.view")
def show_list(request: StaffRequest) -> HttpResponse:
    """List the centre's open disputes, the most urgent first."""
    day = require_day(request)
    rows = list_open_disputes(request.centre)
    overdue = sum(1 for one in rows if one.due_date and one.due_date < day)
    page = {"rows": rows, "day": day, "overdue": overdue}
    return render(request, "counter/disputes/list.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Dispute.submit_permission)
def step(request: StaffRequest, number: str) -> HttpResponse:
    """Do the next step of a dispute: enter the bank's review, then hand in the answer."""
    dispute = own_document(request, Dispute.objects.select_related("member_account"), number)
    if dispute.state not in (Dispute.State.DRAFT, Dispute.State.RETURNED):
        return redirect("item", kind="dispute", number=number)
    data = request.POST if request.method == "POST" else None
    form = _form(dispute, data)
    problem, status = "", 200
    if data is not None and form.is_valid():
        try:
            with transaction.atomic():
                _do(request, dispute, form)
        except REFUSED as refused:
            problem, status = str(refused), 409
        else:
            done = "item" if dispute.state == Dispute.State.SUBMITTED else ""
            if done:
                return redirect("item", kind="dispute", number=number)
            return redirect("dispute-step", number=number)
    elif data is not None:
        status = 400
    account = dispute.member_account
    page = {
        "dispute": dispute,
        "account": account,
        "masked": masked_paper(account),
        "form": form,
        "problem": problem,
        "title": _("Enter the bank's review") if dispute.needs_bank else _("Write the answer"),
        "aside": _aside(dispute),
    }
    return render(request, "counter/disputes/step.html", page, status=status)


def _form(dispute: Dispute, data: Any) -> BusinessForm:
    if dispute.needs_bank:
        return BankReviewForm(data)
    initial = {"outcome": dispute.outcome, "answer": dispute.answer}
    return AnswerForm(data, dispute=dispute, initial=initial)


def _do(request: StaffRequest, dispute: Dispute, form: BusinessForm) -> None:
    data = form.cleaned_data
    if isinstance(form, BankReviewForm):
        enter_bank_review(
            dispute=dispute,
            finding=data["finding"],
            document_no=data["document_no"],
            reviewed_date=data["reviewed_date"],
            by=request.user,
        )
        return
    hand_in_answer(
        dispute=dispute,
        outcome=data["outcome"],
        answer=data["answer"],
        correction=data["correction"],
        by=request.user,
    )


def _aside(dispute: Dispute) -> list[tuple[str, str]]:
    rows = [
        (_("What the member says"), dispute.claim),
        (_("Balance in the books"), grouped_yuan(dispute.balance_fen)),
    ]
    if dispute.claimed_fen is not None:
        rows.append((_("Balance the member claims"), grouped_yuan(dispute.claimed_fen)))
    if dispute.bank_date:
        rows.append((_("The bank's review"), f"{dispute.bank_date}　{dispute.bank_finding}"))
    if dispute.return_reason:
        rows.append((_("Returned"), dispute.return_reason))
    return rows
