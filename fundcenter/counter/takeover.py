"""Taking over a centre at the counter: hand in a workbook, see its trial, submit it, watch it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contributions.models import Takeover
from contributions.services import (
    cancel_takeover,
    hand_in_workbook,
    submit_takeover,
    workbook_of,
)
from fundcenter.counter.access import StaffRequest, own_document, require_day, staff_page
from fundcenter.counter.refusals import REFUSED
from fundcenter.takeover.papers import template, with_errors
from fundcenter.takeover.reading import MOST_BYTES
from fundcenter.takeover.wording import COUNTS, TOTAL_LABELS, describe_problem, total_text
from fundcenter.tasks import BOOK, TRY, enqueue_takeover
from kernel.money import BadAmount, parse_yuan
from office.models import Job
from office.services import audit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN = 100
_LISTED = 50


class HandInForm(forms.Form):
    """A workbook and the control totals of the other system's own report."""

    workbook = forms.FileField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in TOTAL_LABELS.items():
            self.fields[key] = forms.CharField(label=str(label), max_length=16, required=True)

    def clean_workbook(self) -> Any:
        """Refuse a file by name and size before it is read."""
        file = self.cleaned_data["workbook"]
        if not file.name.lower().endswith(".xlsx"):
            raise forms.ValidationError(_("Expected: a file of the form .xlsx."))
        if file.size > MOST_BYTES:
            most = MOST_BYTES // 1_000_000
            raise forms.ValidationError(_("At most %(most)s MB are read.") % {"most": most})
        return file

    def clean(self) -> dict[str, Any]:
        """Read the totals: whole counts, and yuan as fen."""
        claimed = {}
        for key in TOTAL_LABELS:
            text = str(self.cleaned_data.get(key, "")).strip().replace(",", "")
            try:
                if key in COUNTS:
                    claimed[key] = int(text) if text.isascii() and text.isdigit() else -1
                else:
                    claimed[key] = parse_yuan(text)
            except BadAmount:
                claimed[key] = -1
            if text and claimed[key] < 0:
                self.add_error(key, _("Expected: a whole number, or yuan such as 1200.50."))
        self.cleaned_data["claimed"] = claimed
        return self.cleaned_data

    @property
    def totals(self) -> list[Any]:
        """The fields of the control totals, in order."""
        return [self[key] for key in TOTAL_LABELS]


@require_safe
@staff_page("takeover.submit")
def show_list(request: StaffRequest) -> HttpResponse:
    """List the centre's workbooks, with the form for another one."""
    return _list(request, HandInForm())


@require_safe
@staff_page("takeover.submit")
def blank(request: StaffRequest) -> HttpResponse:
    """Give the empty workbook to be filled in."""
    return _file(template(), "takeover-template.xlsx")


@require_POST
@staff_page("takeover.submit")
def hand_in(request: StaffRequest) -> HttpResponse:
    """Keep a workbook and queue its trial."""
    day = require_day(request)
    form = HandInForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, form, status=400)
    file = form.cleaned_data["workbook"]
    try:
        with transaction.atomic():
            document = hand_in_workbook(
                centre=request.centre,
                branch=request.branch,
                file_name=file.name,
                content=file.read(),
                claimed=form.cleaned_data["claimed"],
                business_date=day,
                by=request.user,
            )
            enqueue_takeover(TRY, document)
    except REFUSED as refused:
        return _list(request, form, problem=str(refused), status=409)
    return redirect("takeover", document.number)


@require_safe
@staff_page("takeover.submit")
def show(request: StaffRequest, number: str) -> HttpResponse:
    """Show a workbook: how far its trial or booking is, its totals, its problems."""
    return _page(request, _own(request, number))


@require_safe
@staff_page("takeover.submit")
def errors(request: StaffRequest, number: str) -> HttpResponse:
    """Give the workbook back with its problems beside the rows."""
    document = _own(request, number, whole=True)
    audit(
        actor=request.user,
        action="contributions.takeover_errors",
        target=document,
        centre=request.centre,
        subject=document.number,
        result="SEEN",
    )
    if any(problem["code"] == "unreadable" for problem in document.problems):
        return _page(request, document, _("There are no rows to show the problems beside."))
    content = with_errors(workbook_of(document), document.problems)
    return _file(content, f"{document.number}-errors.xlsx")


@require_POST
@staff_page("takeover.submit")
def send(request: StaffRequest, number: str) -> HttpResponse:
    """Submit a tried workbook to the second person."""
    document = _own(request, number)
    try:
        submit_takeover(document=document, by=request.user)
    except REFUSED as refused:
        return _page(request, document, str(refused))
    return redirect("item", "takeover", document.number)


@require_POST
@staff_page("takeover.submit")
def drop(request: StaffRequest, number: str) -> HttpResponse:
    """Take back one's own workbook, so that a mended one can be handed in."""
    document = _own(request, number)
    try:
        cancel_takeover(document=document, by=request.user)
    except REFUSED as refused:
        return _page(request, document, str(refused))
    messages.success(request, _("%(number)s was taken back.") % {"number": document.number})
    return redirect("takeovers")


def _own(request: StaffRequest, number: str, *, whole: bool = False) -> Takeover:
    rows = Takeover.objects.select_related("centre", "branch", "made_by", "checked_by")
    return own_document(request, rows if whole else rows.defer("workbook"), number)


def _list(
    request: StaffRequest, form: HandInForm, problem: str = "", status: int = 200
) -> HttpResponse:
    rows = Takeover.objects.filter(centre=request.centre).defer("workbook", "problems")
    page = {
        "form": form,
        "problem": problem,
        "documents": rows.select_related("made_by", "checked_by")[:_LISTED],
        "most": MOST_BYTES // 1_000_000,
    }
    return render(request, "counter/takeover/list.html", page, status=status)


def _page(request: StaffRequest, document: Takeover, problem: str = "") -> HttpResponse:
    kind = BOOK if document.state == Takeover.State.APPROVED else TRY
    job = Job.objects.filter(key=f"{kind}:{document.number}").first()
    found = document.found or {}
    draft = document.state == Takeover.State.DRAFT
    totals = [
        (
            label,
            total_text(key, document.claimed.get(key, 0)),
            total_text(key, found[key]) if key in found else "—",
            key in found and found[key] == document.claimed.get(key, 0),
        )
        for key, label in TOTAL_LABELS.items()
    ]
    page = {
        "document": document,
        "job": job,
        "running": job is not None and not job.is_over,
        "totals": totals,
        "problems": [(row, describe_problem(row)) for row in document.problems[:_SHOWN]],
        "more": (document.problem_count or 0) - _SHOWN,
        "draft": draft,
        "own": document.made_by_id == request.user.pk,
        "ready": draft and document.problem_count == 0 and document.found is not None,
        "problem": problem,
    }
    part = request.headers.get("HX-Request") and request.method == "GET"
    name = "counter/takeover/_state.html" if part else "counter/takeover/show.html"
    return render(request, name, page, status=409 if problem else 200)


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
