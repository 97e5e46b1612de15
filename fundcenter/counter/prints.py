"""Printing: one page of an account's papers, one address for every paper, one to verify a code."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import OwnAccount
from accounts.holds import require_not_own
from accounts.models import IdentityDocument, MemberAccount
from fundcenter.counter.access import (
    StaffRequest,
    note_foreign,
    own_account,
    require_role,
    staff_page,
)
from fundcenter.prints import sheet
from fundcenter.prints.fonts import BadFont, NoGlyph
from fundcenter.prints.forms import AskForm
from fundcenter.prints.parts import Ask, NothingToPrint
from fundcenter.prints.registry import OF_MEMBERS, Print, find_print, list_loan_papers
from ledger.queries import list_booked_days
from office.models import PrintLog
from office.printing import Printed, log_print
from office.queries import find_last_day, find_printed

# Papers are written in the language of the law, whatever language the clerk reads.
PAPER_LANGUAGE = "zh-hans"
_HISTORY = 20
_DAYS = 30


@dataclass(frozen=True, slots=True)
class Offer:
    """A paper on an account's page: its form, or why this person may not print it."""

    kind: Print
    form: AskForm
    key: int
    why: str


@never_cache
@require_http_methods(["GET", "POST"])
@staff_page()
def make(request: StaffRequest, name: str, number: str) -> HttpResponse:
    """Hand out a paper as PDF; each call is a copy of its own and is registered as one."""
    kind = find_print(name)
    if kind is None:
        raise Http404
    require_role(request, kind.permission)
    row = kind.find(request.centre, number)
    if row is None:
        note_foreign(request, kind.numbered(number), number)
        raise Http404
    day = _day(request)
    form = kind.form(request.POST if request.method == "POST" else request.GET, day=day)
    if not form.is_valid():
        return _not_printed(request, [str(one) for each in form.errors.values() for one in each])
    try:
        log, content = _print(request, kind, row, number, Ask(day, form.cleaned_data))
    except (BadFont, NoGlyph, NothingToPrint, OwnAccount) as refused:
        return _not_printed(request, [str(refused)], status=409)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{log.serial}.pdf"'
    return answer


@require_safe
@staff_page("contributions.view")
def of_member(request: StaffRequest, number: str) -> HttpResponse:
    """Show the papers of an account, each with what may be chosen, and what was printed before."""
    account = own_account(request, number)
    day = _day(request)
    paper = IdentityDocument.objects.filter(member=account.member_id, is_current=True).first()
    page = {
        "account": account,
        "masked": paper.masked if paper else "",
        "offers": [
            Offer(
                kind,
                kind.form(day=day, auto_id=f"{kind.name}_%s"),
                key,
                _why_not(request, kind, account),
            )
            for key, kind in enumerate(OF_MEMBERS, start=1)
        ],
        "loan_papers": list_loan_papers(account, request.user),
        "printed": PrintLog.objects.filter(
            centre=request.centre,
            object_number=number,
            name__in=[kind.name for kind in OF_MEMBERS],
        ).select_related("printed_by")[:_HISTORY],
    }
    return render(request, "counter/prints/of_member.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("members.view")
def verify(request: StaffRequest) -> HttpResponse:
    """Tell by the code on a paper which one it is, who printed it and when; offer the reports."""
    code = request.POST.get("code", "").strip()
    page: dict[str, Any] = {"code": code}
    if code:
        page["log"] = find_printed(request.centre, code)
    if request.user.may("reports.view"):
        page["days"] = list_booked_days(request.centre, _DAYS)
        page["years"] = sorted({day.year for day in page["days"]}, reverse=True)
    return render(request, "counter/prints/verify.html", page)


def _print(
    request: StaffRequest, kind: Print, row: Any, number: str, ask: Ask
) -> tuple[PrintLog, bytes]:
    """Make the paper, register it, lay it out; what cannot be laid out was not registered."""
    account = kind.account(row)
    if kind.issued and account is not None:
        require_not_own(account, request.user)
    with translation.override(PAPER_LANGUAGE), transaction.atomic():
        paper = kind.make(row, ask)
        log = log_print(
            printed=Printed(
                name=kind.name,
                title=paper.title,
                object_number=number,
                scope=paper.scope,
                digest=paper.digest,
                about=row,
                subject=number,
                reveals=kind.reveals,
            ),
            centre=request.centre,
            business_date=ask.day,
            by=request.user,
        )
        stamp = sheet.Stamp(
            centre=request.centre.name,
            branch=request.branch.name,
            serial=log.serial,
            operator=str(request.user),
            at=timezone.localtime(log.at),
            copy=log.copy,
            code=log.code,
        )
        return log, sheet.render(paper, stamp)


def _why_not(request: StaffRequest, kind: Print, account: MemberAccount) -> str:
    if not request.user.may(kind.permission):
        return _("Your role may not print this.")
    if kind.issued:
        try:
            require_not_own(account, request.user)
        except OwnAccount as own:
            return str(own)
    return ""


def _day(request: StaffRequest) -> dt.date:
    """Give the open day; papers are also printed after it was closed, as of the last one."""
    if request.day is not None:
        return request.day
    last = find_last_day(request.centre)
    return last.date if last else timezone.localdate()


def _not_printed(request: StaffRequest, problems: list[str], status: int = 400) -> HttpResponse:
    return render(request, "counter/prints/refused.html", {"problems": problems}, status=status)
