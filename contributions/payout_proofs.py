"""Proofs about money on its way out: what is owed, and what goes back from suspense."""

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from contributions.models import Payout, SuspenseRefund
from ledger.chart import Code
from ledger.queries import get_balance_fen, get_ledger_account
from office.models import Centre


def ready_payouts_are_owed(centre: Centre) -> list[str]:
    """M12: what the books owe for payouts is to be paid or was sent back, to the fen."""
    ready = Payout.objects.filter(centre=centre, state__in=Payout.OWED)
    found = []
    for code, refund in ((Code.WITHDRAWAL_PAYABLE, False), (Code.REFUND_PAYABLE, True)):
        of_code = ready.filter(refund__isnull=not refund)
        ready_fen = int(of_code.aggregate(total=Sum("amount_fen"))["total"] or 0)
        owed_fen = get_balance_fen(get_ledger_account(centre, code))
        if ready_fen != owed_fen:
            found.append(
                _("payouts of %(ready)d fen stand ready, the books owe %(owed)d fen")
                % {"ready": ready_fen, "owed": owed_fen}
            )
    return found


def refunds_stand_in_the_books(centre: Centre) -> list[str]:
    """C11: an approved refund left the line that kept the money for its sum, and has its payout."""
    approved = SuspenseRefund.objects.filter(centre=centre, state=SuspenseRefund.State.APPROVED)
    right = approved.filter(
        entry__centre=F("centre"),
        entry__postings__amount_fen=F("amount_fen"),
        entry__postings__debit=F("line"),
        entry__postings__credit__code=Code.REFUND_PAYABLE,
        payouts__amount_fen=F("amount_fen"),
        payouts__replaces__isnull=True,
    )
    wrong = approved.exclude(pk__in=right.values("pk"))
    return [
        _("refund %(number)s differs from its voucher") % {"number": number}
        for number in wrong.values_list("number", flat=True)
    ]
