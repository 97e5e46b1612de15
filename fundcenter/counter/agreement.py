"""Changing what was agreed on; sealing and unsealing."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import DecisionRefused
from accounts.models import IdentityDocument, MemberAccount
from accounts.queries import find_signed_agreement
from accounts.services import change_agreement, seal, unseal
from fundcenter.counter.access import StaffRequest, own_account, require_day, staff_page
from fundcenter.counter.entry_forms import AgreementForm, BusinessForm, UnsealForm
from fundcenter.counter.refusals import REFUSED, keep_refusal, sheet_of_refusal
from fundcenter.counter.sheets import sheet_of_stored
from kernel.money import yuan
from kernel.months import Month
from office.idempotency import digest_of, once
from office.services import next_number
from policy.models import StoredDecision
from policy.queries import open_book


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("accounts.amend")
def fill(request: StaffRequest, number: str) -> HttpResponse:
    """Show the agreement that stands, ready to be changed."""
    account = own_account(request, number)
    page = _page(request, account)
    if request.method == "POST":
        page["form"] = _form(request, request.POST)
        page["form"].is_valid()
    else:
        signed = page["signed"]
        amount_fen = signed.monthly_amount_fen if signed else None
        initial = {
            "mode": signed.mode if signed else "",
            "monthly_amount": yuan(amount_fen) if amount_fen else "",
        }
        page["form"] = _form(request, initial=initial)
    return render(request, "counter/agreement/fill.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("accounts.amend")
def check(request: StaffRequest, number: str) -> HttpResponse:
    """Decide the new terms and show what would be signed."""
    if request.method != "POST":
        return redirect("agreement", number=number)
    account = own_account(request, number)
    page = _page(request, account)
    form = page["form"] = _form(request, request.POST)
    if not form.is_valid():
        return render(request, "counter/agreement/fill.html", page, status=400)
    page["data"] = form.cleaned_data
    try:
        with transaction.atomic():
            _change(request, account, form, str(form.cleaned_data["token"]))
            stored = StoredDecision.objects.filter(centre=request.centre).order_by("-id").first()
            page["sheet"] = sheet_of_stored(stored) if stored else None
            transaction.set_rollback(True)
    except DecisionRefused as refused:
        keep_refusal(refused)
        page["sheet"] = sheet_of_refusal(refused)
    except REFUSED as refused:
        page["problem"] = str(refused)
    return render(request, "counter/agreement/check.html", page)


@require_POST
@staff_page("accounts.amend")
def sign(request: StaffRequest, number: str) -> HttpResponse:
    """Sign the next version, once per filling-in."""
    account = own_account(request, number)
    page = _page(request, account)
    form = page["form"] = _form(request, request.POST)
    if not form.is_valid():
        return render(request, "counter/agreement/fill.html", page, status=400)
    page["data"] = data = form.cleaned_data
    key = f"agreement:{data['token']}"
    digest = digest_of({"account": number, "typed": form.typed(), "by": request.user.pk})
    try:
        with once(client="counter", key=key, digest=digest) as signing:
            if not signing.is_repeated:
                document_no = next_number(request.centre, "AG", require_day(request))
                _change(request, account, form, document_no)
                signing.keep({"number": document_no})
    except DecisionRefused as refused:
        keep_refusal(refused)
        page["sheet"] = sheet_of_refusal(refused)
        return render(request, "counter/agreement/check.html", page, status=409)
    except REFUSED as refused:
        page["problem"] = str(refused)
        return render(request, "counter/agreement/check.html", page, status=409)
    return redirect("member", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("accounts.seal")
def seal_account(request: StaffRequest, number: str) -> HttpResponse:
    """Seal an account at the member's wish; the page says what that means."""
    account = own_account(request, number)
    form = BusinessForm(request.POST if request.method == "POST" else None)
    page = {**_page(request, account), "form": form, "action": "seal"}
    if request.method != "POST" or not form.is_valid():
        return render(request, "counter/agreement/state.html", page)
    return _once(request, account, page, None)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("accounts.unseal")
def unseal_account(request: StaffRequest, number: str) -> HttpResponse:
    """Unseal an account; the monthly amount is agreed on anew, by the law of today."""
    account = own_account(request, number)
    page = {**_page(request, account), "action": "unseal"}
    if request.method == "POST":
        form = UnsealForm(request.POST)
    else:
        signed = page["signed"]
        amount_fen = signed.monthly_amount_fen if signed else None
        form = UnsealForm(initial={"monthly_amount": yuan(amount_fen) if amount_fen else ""})
    page["form"] = form
    if request.method != "POST" or not form.is_valid():
        return render(request, "counter/agreement/state.html", page)
    return _once(request, account, page, form.cleaned_data["monthly_amount"])


def _once(
    request: StaffRequest, account: MemberAccount, page: dict[str, Any], amount_fen: int | None
) -> HttpResponse:
    """Seal or unseal once per filling-in."""
    action, day = page["action"], require_day(request)
    digest = digest_of({"account": account.number, "amount_fen": amount_fen})
    key = f"{action}:{page['form'].cleaned_data['token']}"
    try:
        with once(client="counter", key=key, digest=digest) as doing:
            if not doing.is_repeated:
                _do(action, request, account, day, amount_fen)
                doing.keep({"done": True})
    except DecisionRefused as refused:
        keep_refusal(refused)
        page["sheet"] = sheet_of_refusal(refused)
        return render(request, "counter/agreement/state.html", page, status=409)
    except REFUSED as refused:
        page["problem"] = str(refused)
        return render(request, "counter/agreement/state.html", page, status=409)
    return redirect("member", number=account.number)


def _do(
    action: str,
    request: StaffRequest,
    account: MemberAccount,
    day: dt.date,
    amount_fen: int | None,
) -> None:
    if action == "seal":
        number = next_number(request.centre, "SL", day)
        seal(member_account=account, business_date=day, document_no=number, by=request.user)
        return
    unseal(
        member_account=account,
        business_date=day,
        document_no=next_number(request.centre, "US", day),
        by=request.user,
        monthly_amount_fen=amount_fen,
    )


def _change(
    request: StaffRequest, account: MemberAccount, form: AgreementForm, document_no: str
) -> None:
    change_agreement(
        member_account=account,
        mode=form.cleaned_data["mode"],
        monthly_amount_fen=form.cleaned_data["monthly_amount"],
        business_date=require_day(request),
        document_no=document_no,
        clerk=request.user,
    )


def _form(request: StaffRequest, data: Any = None, initial: Any = None) -> AgreementForm:
    book = open_book(request.centre.code, require_day(request))
    return AgreementForm(data, initial=initial, book=book)


def _page(request: StaffRequest, account: MemberAccount) -> dict[str, Any]:
    papers = IdentityDocument.objects.filter(member=account.member_id, is_current=True).first()
    return {
        "account": account,
        "signed": find_signed_agreement(account),
        "masked": papers.masked if papers else "",
        "begins": str(Month.of(require_day(request)) + 1),
    }
