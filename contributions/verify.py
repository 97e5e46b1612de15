"""Proofs over contributions, recomputed from the rows; see ``ledger.verify``."""

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contributions.models import Coverage, Deposit, DormancyCandidate
from ledger.chart import Code
from ledger.models import Entry
from ledger.verify import Invariant, register
from office.models import Centre


def deposits_stand_in_the_books(centre: Centre) -> list[str]:
    """C1: a deposit is one line from the bank to its member's flexible line, on its day."""
    right = Q(
        entry__postings__amount_fen=F("amount_fen"),
        entry__postings__debit__code__startswith=Code.BANK,
        entry__postings__credit=F("member_account__flex_ledger_account"),
        entry__business_date=F("business_date"),
        entry__kind=Entry.Kind.DEPOSIT,
        entry__centre=F("centre"),
        member_account__centre=F("centre"),
    )
    deposits = Deposit.objects.filter(centre=centre)
    wrong = deposits.exclude(pk__in=deposits.filter(right).values("pk"))
    stray = Entry.objects.filter(
        centre=centre, kind=Entry.Kind.DEPOSIT, deposit__isnull=True, key__startswith="deposit:"
    )
    return [
        _("deposit %(number)s differs from its voucher") % {"number": number}
        for number in wrong.values_list("number", flat=True)
    ] + [
        _("voucher %(key)s has no deposit") % {"key": key}
        for key in stray.values_list("key", flat=True)
    ]


def cover_adds_up_to_deposits(centre: Centre) -> list[str]:
    """C2: the months of a deposit are as many as it says and add up to its amount."""
    wrong = (
        Deposit.objects.filter(centre=centre)
        .annotate(covered_fen=Sum("coverage__amount_fen"), months=Count("coverage"))
        .exclude(months=F("months_covered"), covered_fen=F("amount_fen"))
        .exclude(months=0, months_covered=0)
    )
    astray = Coverage.objects.filter(deposit__centre=centre).exclude(
        member_account=F("deposit__member_account")
    )
    return [
        _("deposit %(number)s: its months do not add up to its amount") % {"number": number}
        for number in wrong.order_by("number").values_list("number", flat=True)
    ] + [
        _("deposit %(number)s covers a month of somebody else") % {"number": number}
        for number in astray.values_list("deposit__number", flat=True).distinct()
    ]


def months_are_covered_once(centre: Centre) -> list[str]:
    """C3: no active month is paid for twice; a month of a reversed deposit is not active."""
    twice = (
        Coverage.objects.filter(member_account__centre=centre, is_active=True)
        .order_by()
        .values("member_account__number", "month")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
    )
    reversed_rows = Coverage.objects.filter(
        deposit__centre=centre, is_active=True, deposit__entry__reversal__isnull=False
    )
    return [
        _("account %(number)s: %(month)s is paid for twice")
        % {"number": row["member_account__number"], "month": f"{row['month']:%Y-%m}"}
        for row in twice
    ] + [
        _("deposit %(number)s was reversed and still covers months") % {"number": number}
        for number in reversed_rows.values_list("deposit__number", flat=True).distinct()
    ]


def dormant_accounts_were_approved(centre: Centre) -> list[str]:
    """P7: what the dormancy job did stands on an approved list, after the notice had ended."""
    done = DormancyCandidate.objects.filter(
        dormancy_list__centre=centre, outcome__in=["SEALED", "CLOSED"]
    )
    wrong = done.exclude(
        dormancy_list__state="APPROVED",
        dormancy_list__checked_by__isnull=False,
        done_date__gte=F("acts_date"),
    )
    return [
        _("account %(number)s was sealed or closed too early or without approval")
        % {"number": number}
        for number in wrong.values_list("member_account__number", flat=True)
    ]


OWN = tuple(
    register(Invariant(code, title, check))
    for code, title, check in (
        ("C1", gettext_lazy("Deposits equal their vouchers"), deposits_stand_in_the_books),
        ("C2", gettext_lazy("Covered months add up to deposits"), cover_adds_up_to_deposits),
        ("C3", gettext_lazy("No month is paid for twice"), months_are_covered_once),
        (
            "P7",
            gettext_lazy("Nobody is sealed or closed without notice and approval"),
            dormant_accounts_were_approved,
        ),
    )
)
