"""Taking in a contribution: fill in, check, book once, print the receipt."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DecisionRefused
from accounts.models import IdentityDocument, MemberAccount
from accounts.queries import find_agreement
from contributions.models import Deposit
from contributions.queries import (
    CYCLE_MONTHS,
    covered_until,
    find_deposit,
    limit_year_start,
    paid_between,
)
from contributions.services import receive_deposit
from fundcenter.counter.access import StaffRequest, own_account, require_day, staff_page
from fundcenter.counter.entry_forms import DepositForm
from fundcenter.counter.refusals import REFUSED, keep_refusal, sheet_of_refusal
from fundcenter.counter.sheets import sheet_of_stored
from kernel.money import yuan
from kernel.months import Month
from ledger.models import Entry
from office.fields import blind_index
from office.idempotency import digest_of, once
from office.services import next_number
from policy.models import StoredDecision
from policy.queries import open_book

_CODE_LENGTH = 10


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("contributions.deposit")
def fill(request: StaffRequest, number: str) -> HttpResponse:
    """Show the form with what the agreement asks for; POST comes back from the check page."""
    account = own_account(request, number)
    page = _page(request, account)
    if request.method == "POST":
        page["form"] = DepositForm(request.POST)
        page["form"].is_valid()
    else:
        due_fen = page["due_fen"]
        initial = {"amount": yuan(due_fen) if due_fen else "", "seen": _last_deposit(account)}
        page["form"] = DepositForm(initial=initial)
    return render(request, "counter/deposit/fill.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("contributions.deposit")
def check(request: StaffRequest, number: str) -> HttpResponse:
    """Decide and show what would be booked: the real service does it and is rolled back."""
    if request.method != "POST":
        return redirect("deposit", number=number)
    account = own_account(request, number)
    page = _page(request, account)
    form = page["form"] = DepositForm(request.POST)
    if not form.is_valid():
        return render(request, "counter/deposit/fill.html", page, status=400)
    token = str(form.cleaned_data["token"])
    page["amount_fen"] = form.cleaned_data["amount"]
    try:
        with transaction.atomic():
            deposit = receive_deposit(
                member_account=account,
                amount_fen=form.cleaned_data["amount"],
                business_date=require_day(request),
                document_no=token,
                clerk=request.user,
            )
            page.update(_booked(deposit))
            transaction.set_rollback(True)
    except DecisionRefused as refused:
        keep_refusal(refused)
        page["sheet"] = sheet_of_refusal(refused)
    except REFUSED as refused:
        page["problem"] = str(refused)
    return render(request, "counter/deposit/check.html", page)


@require_POST
@staff_page("contributions.deposit")
def book(request: StaffRequest, number: str) -> HttpResponse:
    """Book the deposit once per filling-in, however often the answer was lost."""
    account = own_account(request, number)
    page = _page(request, account)
    form = page["form"] = DepositForm(request.POST)
    if not form.is_valid():
        return render(request, "counter/deposit/fill.html", page, status=400)
    data = form.cleaned_data
    page["amount_fen"] = data["amount"]
    day = require_day(request)
    digest = digest_of({"account": number, "amount_fen": data["amount"], "by": request.user.pk})
    try:
        with once(client="counter", key=f"deposit:{data['token']}", digest=digest) as booking:
            if not booking.is_repeated:
                if data["seen"] != _last_deposit(account):
                    raise ChangedSinceCheck
                document_no = next_number(request.centre, "DP", day)
                receive_deposit(
                    member_account=account,
                    amount_fen=data["amount"],
                    business_date=day,
                    document_no=document_no,
                    clerk=request.user,
                )
                booking.keep({"number": document_no})
            document_no = booking.answer["number"]
    except DecisionRefused as refused:
        refused.subject = (refused.subject[0], str(data["token"]))
        keep_refusal(refused)
        page["sheet"] = sheet_of_refusal(refused)
        return render(request, "counter/deposit/check.html", page, status=409)
    except (*REFUSED, ChangedSinceCheck) as refused:
        page["problem"] = str(refused)
        return render(request, "counter/deposit/check.html", page, status=409)
    return redirect("receipt", number=document_no)


@require_safe
@staff_page("contributions.view")
def receipt(request: StaffRequest, number: str) -> HttpResponse:
    """Show the receipt, ready to print; the focus goes back to the search box."""
    deposit = find_deposit(number, request.centre)
    if deposit is None:
        raise Http404
    account = deposit.member_account
    papers = IdentityDocument.objects.filter(member=account.member_id, is_current=True).first()
    page = {
        "deposit": deposit,
        "account": account,
        "masked": papers.masked if papers else "",
        "code": verification_code(deposit),
        **_booked(deposit),
    }
    return render(request, "counter/deposit/receipt.html", page)


@require_safe
@staff_page("contributions.view")
def decision(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a kept decision as it was made, also as a notice to print."""
    stored = (
        StoredDecision.objects.filter(pk=pk, centre=request.centre)
        .select_related("made_by", "centre")
        .first()
    )
    if stored is None:
        raise Http404
    page = {"stored": stored, "sheet": sheet_of_stored(stored)}
    return render(request, "counter/decision.html", page)


class ChangedSinceCheck(Exception):
    """Another deposit came in after the check page was made."""

    def __str__(self) -> str:
        return _(
            "Meanwhile another deposit was booked into this account, perhaps from another window. "
            "Nothing was booked now. Look at the member's page, then fill in again if needed."
        )


def verification_code(deposit: Deposit) -> str:
    """Give the code printed on a receipt, by which a copy is known to be ours."""
    text = f"receipt:{deposit.number}:{deposit.amount_fen}:{deposit.business_date}"
    return blind_index(text)[:_CODE_LENGTH].upper()


def _page(request: StaffRequest, account: MemberAccount) -> dict[str, Any]:
    """Gather what the clerk needs beside the amount."""
    day = require_day(request)
    book = open_book(request.centre.code, day)
    agreement = find_agreement(account, day)
    page: dict[str, Any] = {"account": account, "agreement": agreement, "day": day, "due_fen": 0}
    papers = IdentityDocument.objects.filter(member=account.member_id, is_current=True).first()
    page["masked"] = papers.masked if papers else ""
    if agreement is not None and agreement.monthly_amount_fen:
        months = CYCLE_MONTHS.get(agreement.mode, 1)
        page["due_fen"] = agreement.monthly_amount_fen * months
    if book.in_force:
        until = covered_until(account)
        page["covered_until"] = until
        page["paid"] = paid_between(account, day, limit_year_start(book, day))
    return page


def _booked(deposit: Deposit) -> dict[str, Any]:
    """Give what a deposit does: the months it pays for, and its lines in the books."""
    months = [Month.of(one.month) for one in deposit.coverage.order_by("month")]
    entry: Entry = deposit.entry
    lines = entry.postings.select_related("debit", "credit__control")
    return {
        "sheet": sheet_of_stored(deposit.decision) if deposit.decision else None,
        "amount_fen": deposit.amount_fen,
        "months": [str(month) for month in months],
        "lines": [
            {
                "debit": str(line.debit),
                "credit": str(line.credit.control or line.credit),
                "owner": line.credit.name,
                "amount_fen": line.amount_fen,
            }
            for line in lines
        ],
    }


def _last_deposit(account: MemberAccount) -> int:
    last = Deposit.objects.filter(member_account=account).order_by("-id")
    return last.values_list("pk", flat=True).first() or 0
