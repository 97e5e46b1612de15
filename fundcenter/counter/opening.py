"""Opening an account: fill in, check, hand in; a second person finds it in the inbox."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import DecisionRefused
from accounts.models import Member, Opening, OutsideCheck
from accounts.platform import FRESH_DAYS
from accounts.queries import find_check, find_open_account, list_waiting_checks
from accounts.services import ask_for_opening, submit_opening
from accounts.services.checks import registers_asked_for
from fundcenter.counter.access import StaffRequest, require_day, staff_page
from fundcenter.counter.entry_forms import OpeningForm
from fundcenter.counter.papers import (
    draft_rows,
    papers_asked,
    seal,
    take_papers,
    token_or_new,
    wants_papers,
)
from fundcenter.counter.refusals import REFUSED, keep_refusal, sheet_of_refusal
from fundcenter.counter.sheets import sheet_of_stored
from kernel.documents import mask_document
from office.fields import blind_index, mask_card, mask_phone
from office.idempotency import digest_of, once
from policy.queries import open_book

# Reasons that time alone cures, and the parameter that names the day.
_CURED_BY_TIME = {"minimum_age": "reached", "own_labour_income_lacking": "adult_on"}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("accounts.open")
def fill(request: StaffRequest) -> HttpResponse:
    """Show the form: empty, or as it was typed by whoever comes back from the check page."""
    if request.method == "POST":
        return _fill_again(request)
    return _filled(request, opening_form(request))


def _fill_again(request: StaffRequest) -> HttpResponse:
    """Show the form as it was typed, with the papers that came along."""
    problem = take_papers(request, request.POST.get("token"))
    if wants_papers(request):
        form = opening_form(request, initial=request.POST.dict())
    else:
        form = opening_form(request, request.POST)
        form.is_valid()
    return _filled(request, form, problem, status=409 if problem else 200)


def _filled(
    request: StaffRequest, form: OpeningForm, problem: str = "", status: int = 200
) -> HttpResponse:
    page = {**_papers(request, form), "form": form, "papers_problem": problem}
    return render(request, "counter/opening/fill.html", page, status=status)


def _papers(request: StaffRequest, form: OpeningForm) -> dict[str, Any]:
    """Give the checklist of papers beside the form."""
    token = form["token"].value()
    asked = papers_asked(open_book(request.centre.code, require_day(request)), "opening")
    return {
        "paper_rows": draft_rows(request, token, asked),
        "papers_for": "opening",
        "papers_token": token_or_new(token),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("accounts.open")
def check(request: StaffRequest) -> HttpResponse:
    """Ask the outside registers, decide, and show what would be handed in. Nothing is kept yet.

    What an outside register answered and a refusal are kept, as nobody may ask until it fits.
    """
    if request.method != "POST":
        return redirect("opening")
    if wants_papers(request):
        return _fill_again(request)
    problem = take_papers(request, request.POST.get("token"))
    form = opening_form(request, request.POST)
    if not form.is_valid() or problem:
        return _filled(request, form, problem, status=400)
    return check_page(request, form)


def check_page(request: StaffRequest, form: OpeningForm, problem: str = "") -> HttpResponse:
    """Show what the law says of a form without a fault, and what would be created.

    Args:
        problem: what else stands against it, where a step before this one failed.
    """
    day = require_day(request)
    page = {**_papers(request, form), **_what_was_typed(form)}
    _ask_registers(request, form)
    page["registers"] = _answers(request, form)
    try:
        with transaction.atomic():
            opening = submit_opening(
                centre=request.centre,
                branch=request.branch,
                applicant=form.applicant(),
                terms=form.terms(),
                business_date=day,
                clerk=request.user,
            )
            _seal(request, form, opening)
            page["sheet"] = sheet_of_stored(_decision(opening))
            page["lookalikes"] = Member.objects.filter(pk__in=opening.facts["lookalikes"])
            transaction.set_rollback(True)
    except DecisionRefused as refused:
        refused.subject = (refused.subject[0], str(form.cleaned_data["token"]))
        keep_refusal(refused)
        page["sheet"] = sheet_of_refusal(refused)
        page["held"] = find_open_account(request.centre, form.cleaned_data["number"])
        page["possible_on"] = _possible_on(refused)
    except REFUSED as refused:
        page["problem"] = str(refused)
    page["problem"] = problem or page.get("problem", "")
    page["may_enter"] = request.user.may("accounts.check_platform")
    return render(request, "counter/opening/check.html", page)


@require_POST
@staff_page("accounts.open")
def hand_in(request: StaffRequest) -> HttpResponse:
    """Hand the opening to a second person, once per filling-in."""
    day = require_day(request)
    form = opening_form(request, request.POST)
    if not form.is_valid():
        return _filled(request, form, status=400)
    key = f"opening:{form.cleaned_data['token']}"
    digest = digest_of({"typed": form.typed(), "by": request.user.pk})
    try:
        with once(client="counter", key=key, digest=digest) as handing_in:
            if not handing_in.is_repeated:
                opening = submit_opening(
                    centre=request.centre,
                    branch=request.branch,
                    applicant=form.applicant(),
                    terms=form.terms(),
                    business_date=day,
                    clerk=request.user,
                )
                _seal(request, form, opening)
                handing_in.keep({"number": opening.number})
            number = handing_in.answer["number"]
    except DecisionRefused as refused:
        keep_refusal(refused)
        page = {**_what_was_typed(form), "sheet": sheet_of_refusal(refused)}
        return render(request, "counter/opening/check.html", page, status=409)
    except REFUSED as refused:
        page = {**_what_was_typed(form), "problem": str(refused)}
        return render(request, "counter/opening/check.html", page, status=409)
    return redirect("item", kind="opening", number=number)


def _seal(request: StaffRequest, form: OpeningForm, opening: Opening) -> None:
    """Hand the papers in with the opening, in the same transaction."""
    asked = papers_asked(open_book(request.centre.code, require_day(request)), "opening")
    seal(request, form.cleaned_data["token"], opening.number, asked)


def opening_form(request: StaffRequest, data: Any = None, initial: Any = None) -> OpeningForm:
    """Give the form of an opening, with the modes that the law offers on the open day."""
    book = open_book(request.centre.code, require_day(request))
    return OpeningForm(data, book=book, initial=initial)


def _what_was_typed(form: OpeningForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {
        "form": form,
        "masked": mask_document(data["number"]),
        "card": mask_card(data["card"]),
        "phone": mask_phone(data["phone"]),
        "data": data,
    }


def _ask_registers(request: StaffRequest, form: OpeningForm) -> None:
    """Ask the registers that have not answered of late; an answer of these days still counts."""
    day = require_day(request)
    since = day - dt.timedelta(days=FRESH_DAYS - 1)
    number = form.cleaned_data["number"]
    missing = [
        kind
        for kind in registers_asked_for(request.centre, day)
        if find_check(request.centre, number, kind, since=since) is None
    ]
    if missing:
        ask_for_opening(
            centre=request.centre,
            document_type=form.applicant().document_type,
            number=number,
            name=form.cleaned_data["name"],
            business_date=day,
            by=request.user,
            kinds=missing,
        )


def _answers(request: StaffRequest, form: OpeningForm) -> list[dict[str, Any]]:
    """List what each register said, for the check page."""
    day = require_day(request)
    since = day - dt.timedelta(days=FRESH_DAYS - 1)
    on_paper = set(
        list_waiting_checks(request.centre)
        .filter(number_index=blind_index(form.cleaned_data["number"]))
        .values_list("kind", flat=True)
    )
    rows = []
    for kind in registers_asked_for(request.centre, day):
        found = find_check(request.centre, form.cleaned_data["number"], kind, since=since)
        result = found.result if found else OutsideCheck.Result.PENDING
        rows.append(
            {
                "code": kind.value,
                "on_paper": kind in on_paper and found is None,
                "open": found is None,
                "register": str(kind.label),
                "answer": str(OutsideCheck.Result(result).label),
                "kind": {"PASS": "ok", "FAIL": "no"}.get(result, "wait"),
                "sign": {"PASS": "✓", "FAIL": "✗"}.get(result, "▼"),
                "asked": found.asked_date.isoformat() if found else "",
            }
        )
    return rows


def _decision(opening: Opening) -> Any:
    if opening.decision is None:
        raise AssertionError(_("An opening is never handed in without its decision."))
    return opening.decision


def _possible_on(refused: DecisionRefused) -> str:
    """Give the day from which time alone cures every reason; empty where it cures not all."""
    days = []
    for reason in refused.decision.reasons:
        if reason.met is not False:
            continue
        day = reason.params.get(_CURED_BY_TIME.get(reason.code, ""))
        if day is None:
            return ""
        days.append(str(day))
    return max(days, default="")
