"""Proofs over accounts that moved or changed their identity; see ``contributions.verify``."""

from itertools import pairwise

from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from accounts.models import MemberAccount
from contributions.letters import MOVES, LetterState
from contributions.models import (
    Conversion,
    LetterMove,
    Merge,
    Transfer,
    TransferArrival,
    TransferIn,
    TransferOut,
)
from ledger.chart import Code
from ledger.models import Entry, LedgerAccount
from ledger.queries import get_balance_fen
from office.models import Centre


def merges_left_nothing_behind(centre: Centre) -> list[str]:
    """P1: an account that went up in another is empty, closed, and moved what its voucher says."""
    approved = Merge.objects.filter(centre=centre, state=Merge.State.APPROVED)
    right = Q(
        member_account__state=MemberAccount.State.CLOSED,
        member_account__close_reason=MemberAccount.CloseReason.MERGED,
    ) & (Q(amount_fen=0) | Q(entry__kind=Entry.Kind.CONVERSION, entry__centre=F("centre")))
    stray = MemberAccount.objects.filter(
        centre=centre, close_reason=MemberAccount.CloseReason.MERGED
    ).exclude(merges_out__state=Merge.State.APPROVED)
    return [
        _("merge %(number)s is not carried out") % {"number": number}
        for number in approved.exclude(right).values_list("number", flat=True)
    ] + [
        _("account %(number)s was closed by no merge") % {"number": number}
        for number in stray.values_list("number", flat=True)
    ]


def conversions_stand_in_the_books(centre: Centre) -> list[str]:
    """C8: an approved conversion booked what came along on the line of unit money, to the fen."""
    approved = Conversion.objects.filter(
        centre=centre, state=Conversion.State.APPROVED, amount_fen__gt=0
    )
    right = Q(
        entry__kind=Entry.Kind.CONVERSION,
        entry__postings__amount_fen=F("amount_fen"),
        entry__postings__credit=F("member_account__unit_ledger_account"),
    )
    return [
        _("conversion %(number)s differs from its voucher") % {"number": number}
        for number in approved.exclude(pk__in=approved.filter(right).values("pk")).values_list(
            "number", flat=True
        )
    ]


def transfers_owed_are_open(centre: Centre) -> list[str]:
    """M12: what the books owe other centres is what was approved and is not paid, to the fen."""
    line = LedgerAccount.objects.filter(centre=centre, code=Code.TRANSFER_PAYABLE).first()
    open_ones = TransferOut.objects.filter(
        centre=centre, state=TransferOut.State.APPROVED, bank_reference=""
    )
    open_fen = int(open_ones.aggregate(total=Sum("amount_fen"))["total"] or 0)
    owed_fen = get_balance_fen(line) if line else 0
    if open_fen == owed_fen:
        return []
    return [
        _("transfers of %(open)d fen are to be paid, the books owe %(owed)d fen")
        % {"open": open_fen, "owed": owed_fen}
    ]


def transfers_stand_in_the_books(centre: Centre) -> list[str]:
    """C9: an account transferred out is closed and booked; an arrival booked what it says."""
    out = TransferOut.objects.filter(centre=centre, state=TransferOut.State.APPROVED)
    right = Q(
        member_account__close_reason=MemberAccount.CloseReason.TRANSFER_OUT,
        letter_state__in=["08", "00", "06", "20"],
    ) & (Q(amount_fen=0) | Q(entry__kind=Entry.Kind.TRANSFER_OUT))
    wrong = list(out.exclude(right).values_list("number", flat=True))
    arrivals = TransferArrival.objects.filter(centre=centre, state=TransferArrival.State.APPROVED)
    for number, flex_fen, unit_fen in arrivals.values_list("number", "flex_fen", "unit_fen"):
        booked = Transfer.objects.filter(number__in=[f"{number}-FLEX", f"{number}-UNIT"])
        booked_fen = int(booked.aggregate(total=Sum("amount_fen"))["total"] or 0)
        if booked_fen != flex_fen + unit_fen:
            wrong.append(number)
    return [_("transfer %(number)s differs from the books") % {"number": n} for n in wrong]


def letters_moved_along_the_table(centre: Centre) -> list[str]:
    """K3: every state of a letter was reached from the one before, the last being its own."""
    found = []
    for model, inbound in ((TransferIn, True), (TransferOut, False)):
        letters = model.objects.filter(centre=centre).exclude(letter_state="")
        for number, letter_no, state in letters.values_list("number", "letter_no", "letter_state"):
            moves = LetterMove.objects.filter(
                centre=centre, letter_no=letter_no, is_inbound=inbound
            ).order_by("id")
            walked = list(moves.values_list("from_state", "to_state"))
            legal = all(LetterState(after) in MOVES[before] for before, after in walked)
            chained = all(one[1] == next_[0] for one, next_ in pairwise(walked))
            ends = walked[-1][1] == state if walked else not inbound
            if not (legal and chained and ends):
                found.append(_("letter of %(number)s skipped a state") % {"number": number})
    return found
