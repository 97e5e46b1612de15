"""Proofs over accounts that moved or changed their identity; see ``contributions.verify``."""

from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.models import MemberAccount
from contributions.models import Conversion, Merge
from ledger.models import Entry
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
