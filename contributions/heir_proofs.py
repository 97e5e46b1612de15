"""Proofs over inheritances, recomputed from the rows; see ``ledger.verify``."""

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from accounts.models import DeathReport, MemberAccount
from contributions.models import Inheritance, Payout
from ledger.chart import Code
from ledger.models import Entry
from office.models import Centre

_INCOMES = [Code.OTHER_INCOME.value, Code.SURPLUS.value]


def inheritances_stand_in_the_books(centre: Centre) -> list[str]:
    """C10: what left the account is the heirs' parts, each with its payments; or an income."""
    approved = Inheritance.objects.filter(centre=centre, state=Inheritance.State.APPROVED)
    wrong = [
        document.number
        for document in approved.select_related("member_account").order_by("pk")
        if not _is_sound(document)
    ]
    stray = Entry.objects.filter(
        centre=centre, kind=Entry.Kind.EXIT, key__startswith="inheritance:"
    ).exclude(inheritance__state=Inheritance.State.APPROVED)
    unsealed = DeathReport.objects.filter(
        centre=centre,
        withdrawn_date__isnull=True,
        member_account__state=MemberAccount.State.NORMAL,
    )
    return [
        *(_("inheritance %(number)s differs from its voucher") % {"number": one} for one in wrong),
        *(
            _("voucher %(key)s has no approved inheritance") % {"key": key}
            for key in stray.values_list("key", flat=True)
        ),
        *(
            _("account %(number)s: its member has died, and it is not sealed") % {"number": number}
            for number in unsealed.values_list("member_account__number", flat=True)
        ),
    ]


def _is_sound(document: Inheritance) -> bool:
    """Compare voucher, parts and payments of one inheritance."""
    lines = [
        document.member_account.flex_ledger_account_id,
        document.member_account.unit_ledger_account_id,
    ]
    owed = document.goes_to == Inheritance.GoesTo.HEIRS
    codes = [Code.WITHDRAWAL_PAYABLE.value] if owed else _INCOMES
    booked_fen = 0
    if document.entry is not None:
        postings = document.entry.postings.filter(debit__in=lines, credit__code__in=codes)
        if postings.count() != document.entry.postings.count():
            return False
        booked_fen = int(postings.aggregate(total=Sum("amount_fen"))["total"] or 0)
    heirs = list(document.heirs.all())
    parts_fen = sum(heir.amount_fen for heir in heirs)
    if booked_fen != document.total_fen or parts_fen != (document.total_fen if owed else 0):
        return False
    payouts = Payout.objects.filter(heir__inheritance=document)
    strange = payouts.exclude(amount_fen=F("heir__amount_fen"))
    paid = set(payouts.values_list("heir", flat=True))
    return not strange.exists() and paid == {heir.pk for heir in heirs if heir.amount_fen}
