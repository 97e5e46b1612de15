"""The page of one document: what it says, why it was decided so, what was booked, what is next.

The maker, the second person and whoever prints the receipt see the same page. The check step of
a business shows the same view of a document that was made and rolled back.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import DecisionRefused
from accounts.models import IdentityDocument, MemberAccount
from fundcenter.counter.access import StaffRequest, own_document, require_day, staff_page
from fundcenter.counter.item_parts import part_of
from fundcenter.counter.papers import Row, item_rows
from fundcenter.counter.refusals import REFUSED, keep_refusal, sheet_of_refusal
from fundcenter.counter.sheets import SheetView, sheet_of_stored
from fundcenter.prints.registry import prints_of
from ledger.models import LedgerAccount
from office.inbox import Kind, Rows, kinds
from office.models import Document, User
from office.papers import VIEW
from office.roles import Role
from office.services import audit_refusal


@dataclass(frozen=True, slots=True)
class BookedLine:
    """A posting of a voucher, in words."""

    debit: str
    credit: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class ItemView:
    """A document as pages show it; made at once, so that it outlives a rollback."""

    kind: Kind
    number: str
    headline: str
    facts: Rows
    amount_fen: int | None
    sheet: SheetView | None
    lines: tuple[BookedLine, ...]
    warnings: tuple[str, ...]
    due_date: dt.date | None
    account: MemberAccount | None
    masked: str
    waits: bool


def view_of(kind: Kind, item: Any) -> ItemView:
    """Describe a document as its kind says."""
    account, decision = kind.account(item), kind.decision(item)
    return ItemView(
        kind=kind,
        number=item.number,
        headline=kind.headline(item),
        facts=kind.facts(item) + _approver(kind, item),
        amount_fen=kind.amount_fen(item),
        sheet=sheet_of_stored(decision) if decision else None,
        lines=tuple(line for entry in kind.entries(item) for line in _lines(entry)),
        warnings=tuple(kind.warnings(item)),
        due_date=kind.due_date(item),
        account=account,
        masked=masked_paper(account) if account else "",
        waits=isinstance(item, Document) and item.is_undecided,
    )


def _approver(kind: Kind, item: Any) -> Rows:
    """Say of what waits which post the amount needs."""
    needed = kind.approver_role(item)
    if not needed or not item.is_undecided:
        return []
    return [(_("Has to be approved by"), str(Role(needed).label))]


def masked_paper(account: MemberAccount) -> str:
    """Give the masked number of the member's paper."""
    paper = IdentityDocument.objects.filter(member=account.member_id, is_current=True).first()
    return paper.masked if paper else ""


def get_kind_or_404(name: str) -> Kind:
    """Give the kind an address names."""
    try:
        return kinds()[name]
    except KeyError as unknown:
        raise Http404 from unknown


@require_safe
@staff_page("members.view")
def show(request: StaffRequest, kind: str, number: str) -> HttpResponse:
    """Show a document: to its maker, to who decides it, and as a receipt to print."""
    found = get_kind_or_404(kind)
    item = own_document(request, found.rows, number)
    return render(request, "counter/item.html", item_page(request, found, item))


@require_POST
@staff_page("members.view")
def approve(request: StaffRequest, kind: str, number: str) -> HttpResponse:
    """Approve as the second person, bound to what the page showed."""
    found = get_kind_or_404(kind)
    item = own_document(request, found.rows, number)
    day = require_day(request)
    _require_decider(request, found, item)
    digest = request.POST.get("digest", "")

    def decide() -> object:
        return found.approve and found.approve(
            document=item, digest=digest, business_date=day, by=request.user
        )

    return decided(request, found, item, decide)


@require_POST
@staff_page("members.view")
def give_back(request: StaffRequest, kind: str, number: str) -> HttpResponse:
    """Return a document to its maker with the reason."""
    found = get_kind_or_404(kind)
    item = own_document(request, found.rows, number)
    day = require_day(request)
    _require_decider(request, found, item)
    reason = request.POST.get("reason", "")

    def decide() -> object:
        return found.return_ and found.return_(
            document=item, reason=reason, business_date=day, by=request.user
        )

    return decided(request, found, item, decide)


@require_POST
@staff_page("members.view")
def refuse(request: StaffRequest, kind: str, number: str) -> HttpResponse:
    """Refuse a document for good, with a code and a text, bound to what the page showed."""
    found = get_kind_or_404(kind)
    item = own_document(request, found.rows, number)
    day = require_day(request)
    _require_decider(request, found, item)
    typed = request.POST

    def decide() -> object:
        if found.refuse is None:
            raise ValueError(_("This kind of document is returned, not refused."))
        return found.refuse(
            document=item,
            digest=typed.get("digest", ""),
            code=typed.get("code", ""),
            reason=typed.get("reason", ""),
            business_date=day,
            by=request.user,
        )

    return decided(request, found, item, decide)


@require_POST
@staff_page("members.view")
def take_back(request: StaffRequest, kind: str, number: str) -> HttpResponse:
    """Take back what one has handed in and nobody has decided yet, or what another got back."""
    found = get_kind_or_404(kind)
    item = own_document(request, found.rows, number)
    if found.withdraw is not None and found.may_withdraw(item, request.user):
        told = {"reason": request.POST.get("reason", ""), "business_date": require_day(request)}
        withdraw = found.withdraw
        return decided(
            request, found, item, lambda: withdraw(document=item, by=request.user, **told)
        )
    if found.cancel is None:
        raise Http404
    cancel = found.cancel
    return decided(request, found, item, lambda: cancel(document=item, by=request.user))


def item_page(
    request: StaffRequest,
    kind: Kind,
    item: Any,
    problem: str = "",
    refusal: SheetView | None = None,
) -> dict[str, Any]:
    """Gather the page of a document for the person who looks."""
    user = request.user
    own = item.made_by_id == user.pk
    is_document = isinstance(item, Document)
    return {
        "item": item,
        "view": view_of(kind, item),
        "is_document": is_document,
        "state": item.state if is_document else "",
        "own": own,
        "unchanged": not is_document or not item.is_undecided or kind.is_unchanged(item),
        "may_decide": is_document and kind.may_decide(item, user),
        "may_take_back": is_document and kind.may_cancel(item, user),
        "may_withdraw": is_document and kind.may_withdraw(item, user),
        "step": kind.step(item),
        "part": part_of(kind, item, user),
        "paper_rows": _papers(request, item) if own or user.may(VIEW) else [],
        "prints": prints_of(kind, item, user),
        "problem": problem,
        "refusal": refusal,
    }


def _papers(request: StaffRequest, item: Any) -> list[Row]:
    return item_rows(request.centre, item.number, getattr(item, "round", 1))


def _require_decider(request: StaffRequest, kind: Kind, item: Any) -> None:
    """Let only people of the right role at the services; the services ask again."""
    user: User = request.user
    if kind.approve is None:
        raise Http404
    if not kind.is_for_role_of(item, user):
        action = kind.needed_permission(item)
        audit_refusal(actor=user, action=action, target=item, reason=request.path)
        raise PermissionDenied(
            _("Your role (%(role)s) may not do this. Ask a colleague whose role may.")
            % {"role": user.get_role_display()}
        )


def decided(
    request: StaffRequest, kind: Kind, item: Any, decide: Callable[[], object]
) -> HttpResponse:
    """Carry out a decision; show the page again with the reason where it is not possible."""
    problem, sheet = "", None
    try:
        with transaction.atomic():
            decide()
    except DecisionRefused as refused:
        keep_refusal(refused)
        problem, sheet = str(refused), sheet_of_refusal(refused)
    except (*REFUSED, ValueError) as refused:
        problem = str(refused)
    if not problem:
        return redirect("item", kind=kind.name, number=item.number)
    item = own_document(request, kind.rows, item.number)
    page = item_page(request, kind, item, problem, sheet)
    return render(request, "counter/item.html", page, status=409)


def _lines(entry: Any) -> list[BookedLine]:
    lines = entry.postings.select_related("debit__control", "credit__control")
    return [
        BookedLine(
            debit=_named(line.debit),
            credit=_named(line.credit),
            amount_fen=line.amount_fen,
        )
        for line in lines
    ]


def _named(account: LedgerAccount) -> str:
    """Name a ledger account; a line by the account above it and whose it is."""
    return f"{account.control}（{account.name}）" if account.control else str(account)
