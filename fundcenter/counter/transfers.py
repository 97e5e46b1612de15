"""The page of transfers: where each stands at the platform, and what comes next."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import IdentityDocument, MemberAccount
from contributions.letters import LetterState
from contributions.models import PlatformMessage, TransferIn, TransferOut
from contributions.services import (
    deliver_messages,
    end_transfer_in,
    remit_transfer_out,
    take_in_messages,
)
from fundcenter.counter.access import StaffRequest, own_document, require_day, staff_page
from fundcenter.counter.refusals import REFUSED
from office.models import Centre

_SHOWN = 50
_PERMISSION = "contributions.transfer"
_LOOK = "contributions.view"

# What this centre may still do with a letter of its own, by the state it stands in.
_ENDS = {
    LetterState.LETTER_APPROVED: [LetterState.WITHDRAWN],
    LetterState.LETTER_RECEIVED: [LetterState.WITHDRAWN],
    LetterState.REFUSED: [LetterState.FAILED],
    LetterState.FACTS_APPROVED: [LetterState.IN_TALKS],
}


@dataclass(frozen=True, slots=True)
class Row:
    """A transfer, its next step, and the moves that may be made here."""

    item: TransferIn | TransferOut
    kind: str
    next_step: str
    url: str
    ends: list[tuple[str, str]]
    pays: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that came and that nobody has taken up; the account it asks for, if it is here."""

    message: PlatformMessage
    account: MemberAccount | None


@require_safe
@staff_page(_LOOK)
def show_transfers(request: StaffRequest) -> HttpResponse:
    """Show letters that came, transfers in and transfers out of the centre."""
    return render(request, "counter/transfers.html", _page(request))


@require_POST
@staff_page(_PERMISSION)
def exchange(request: StaffRequest) -> HttpResponse:
    """Ask the platform now, as the minute's task does."""
    require_day(request)
    deliver_messages(centre=request.centre)
    take_in_messages(centre=request.centre)
    return redirect("transfers")


@require_POST
@staff_page(_PERMISSION)
def end(request: StaffRequest, number: str) -> HttpResponse:
    """Withdraw a letter, enter talks, or end it after a refusal."""
    letter = own_document(request, TransferIn.objects.all(), number)
    try:
        end_transfer_in(
            transfer_in=letter,
            to=request.POST.get("to", ""),
            reason=request.POST.get("reason", ""),
            business_date=require_day(request),
            by=request.user,
        )
    except REFUSED as refused:
        return _refused(request, refused)
    return redirect("transfers")


@require_POST
@staff_page("contributions.pay_out")
def pay(request: StaffRequest, number: str) -> HttpResponse:
    """Confirm that the bank has paid the other centre."""
    out = own_document(request, TransferOut.objects.all(), number)
    try:
        remit_transfer_out(
            transfer_out=out,
            bank_reference=request.POST.get("bank_reference", ""),
            business_date=require_day(request),
            by=request.user,
        )
    except REFUSED as refused:
        return _refused(request, refused)
    return redirect("transfers")


def _refused(request: StaffRequest, refused: Exception) -> HttpResponse:
    page = {**_page(request), "problem": str(refused)}
    return render(request, "counter/transfers.html", page, status=409)


def _page(request: StaffRequest) -> dict[str, Any]:
    centre, user = request.centre, request.user
    related = ("member_account__member", "made_by")
    incoming = TransferIn.objects.filter(centre=centre).select_related(*related)
    outgoing = TransferOut.objects.filter(centre=centre).select_related(*related)
    may, pays = user.may(_PERMISSION), user.may("contributions.pay_out")
    unsent = PlatformMessage.objects.filter(
        centre=centre, is_sent=True, state__in=["READY", "SENDING", "UNKNOWN"]
    )
    return {
        "letters": _letters(centre),
        "incoming": [_incoming(one, may) for one in incoming.order_by("-id")[:_SHOWN]],
        "outgoing": [_outgoing(one, pays) for one in outgoing.order_by("-id")[:_SHOWN]],
        "unsent": unsent.count(),
    }


def _letters(centre: Centre) -> list[Letter]:
    waiting = PlatformMessage.objects.filter(
        centre=centre,
        is_sent=False,
        kind=PlatformMessage.Kind.LETTER,
        state=PlatformMessage.State.RECEIVED,
    ).order_by("id")[:_SHOWN]
    indexes = {one.body.get("person", "") for one in waiting}
    papers = IdentityDocument.objects.filter(centre=centre, number_index__in=indexes)
    members = dict(papers.values_list("number_index", "member_id"))
    accounts = MemberAccount.objects.filter(member__in=members.values()).exclude(
        state=MemberAccount.State.CLOSED
    )
    by_member = {one.member_id: one for one in accounts.select_related("member")}
    return [
        Letter(one, by_member.get(members.get(one.body.get("person", ""), 0))) for one in waiting
    ]


def _incoming(one: TransferIn, may: bool) -> Row:
    url = reverse("item", args=["transfer-in", one.number])
    state = one.letter_state
    steps = {
        LetterState.LETTER_APPROVED: _("The other centre confirms receipt."),
        LetterState.LETTER_RECEIVED: _("The other centre reviews the letter."),
        LetterState.REFUSED: _("End it, or send a better letter."),
        LetterState.FACTS_APPROVED: _("Enter what arrives at the bank."),
        LetterState.IN_TALKS: _("Enter what was agreed on in the talks."),
    }
    if not state:
        waits = one.state == TransferIn.State.SUBMITTED
        step = _("A second person approves the letter.") if waits else one.get_state_display()
    else:
        step = steps.get(LetterState(state), "—")
    if state in (LetterState.FACTS_APPROVED, LetterState.IN_TALKS):
        url = reverse("transfer-arrival", args=[one.member_account.number])
    ends = _ENDS.get(LetterState(state), []) if state and may else []
    return Row(one, "transfer-in", str(step), url, [(to.value, str(to.label)) for to in ends])


def _outgoing(one: TransferOut, pays: bool) -> Row:
    url = reverse("item", args=["transfer-out", one.number])
    owed = one.entry_id is not None and not one.bank_reference
    if one.state == TransferOut.State.SUBMITTED:
        withdrawn = one.letter_state == LetterState.WITHDRAWN
        step = (
            _("The letter was withdrawn: take the transfer back.")
            if withdrawn
            else _("A second person reviews it.")
        )
    elif owed:
        step = _("Finance pays the other centre.")
    elif one.state == TransferOut.State.APPROVED and one.letter_state == "08":
        step = _("The other centre books the money.")
    else:
        step = one.get_state_display() if one.state != TransferOut.State.APPROVED else "—"
    return Row(one, "transfer-out", step, url, [], pays=owed and pays)
