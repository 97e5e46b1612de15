"""Proofs over contributions, recomputed from the rows; see ``ledger.verify``."""

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import MemberAccount
from contributions.earnings import earned_then
from contributions.heir_proofs import inheritances_stand_in_the_books
from contributions.inheriting import unpaid_heirs
from contributions.models import (
    Correction,
    Coverage,
    Deposit,
    DormancyCandidate,
    Exit,
    Inheritance,
    InterestCredit,
    Merge,
    Payout,
    Takeover,
    Withdrawal,
)
from contributions.moves_proofs import (
    conversions_stand_in_the_books,
    letters_moved_along_the_table,
    merges_left_nothing_behind,
    transfers_owed_are_open,
    transfers_stand_in_the_books,
)
from contributions.payout_proofs import ready_payouts_are_owed, refunds_stand_in_the_books
from contributions.queries import totals_booked
from ledger.chart import Code
from ledger.facts import Component
from ledger.models import Entry, Posting
from ledger.verify import Invariant, register
from office.models import Centre
from policy.queries import open_book


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
    """C2: the months of a deposit are as many as it says and add up to its amount.

    They may stand once more in the account in which the deposit's own has gone up.
    """
    own = Q(coverage__member_account=F("member_account"))
    wrong = (
        Deposit.objects.filter(centre=centre)
        .annotate(
            covered_fen=Sum("coverage__amount_fen", filter=own),
            months=Count("coverage", filter=own),
        )
        .exclude(months=F("months_covered"), covered_fen=F("amount_fen"))
        .exclude(months=0, months_covered=0)
    )
    astray = Coverage.objects.filter(deposit__centre=centre).exclude(
        Q(member_account=F("deposit__member_account"))
        | Q(member_account__merges_in__state=Merge.State.APPROVED)
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


def withdrawals_stand_in_the_books(centre: Centre) -> list[str]:
    """C4: an approved withdrawal is booked for its sum and has its payout; no other one is."""
    approved = Withdrawal.objects.filter(centre=centre, state=Withdrawal.State.APPROVED)
    right = approved.filter(
        entry__kind=Entry.Kind.WITHDRAWAL,
        entry__centre=F("centre"),
        payouts__amount_fen=F("allowed_fen"),
        payouts__replaces__isnull=True,
    )
    booked = right.annotate(booked_fen=Sum("entry__postings__amount_fen"))
    good = [
        pk for pk, fen, due in booked.values_list("pk", "booked_fen", "allowed_fen") if fen == due
    ]
    unbooked = approved.exclude(pk__in=good).values_list("number", flat=True)
    stray = Entry.objects.filter(
        centre=centre, kind=Entry.Kind.WITHDRAWAL, key__startswith="withdrawal:"
    ).exclude(withdrawal__state=Withdrawal.State.APPROVED)
    return [
        _("withdrawal %(number)s differs from its voucher") % {"number": number}
        for number in unbooked
    ] + [
        _("voucher %(key)s has no approved withdrawal") % {"key": key}
        for key in stray.values_list("key", flat=True)
    ]


def payouts_end_once_in_the_books(centre: Centre) -> list[str]:
    """M11: a confirmed payout left the bank once; a failed one undid just its document.

    One that was paid again has its like for the same document, and only such a one has.
    """
    ended = Payout.objects.filter(centre=centre).exclude(state__in=Payout.OWED)
    paid = Q(
        state=Payout.State.CONFIRMED,
        entry__kind=Entry.Kind.PAYMENT,
        entry__postings__amount_fen=F("amount_fen"),
        entry__postings__credit__code=Code.BANK,
        withdrawal__entry__reversal__isnull=True,
        exit__entry__reversal__isnull=True,
        refund__entry__reversal__isnull=True,
        heir__inheritance__entry__reversal__isnull=True,
    ) & (
        Q(refund__isnull=True, entry__postings__debit__code=Code.WITHDRAWAL_PAYABLE)
        | Q(refund__isnull=False, entry__postings__debit__code=Code.REFUND_PAYABLE)
    )
    undone = Q(state=Payout.State.FAILED) & (
        Q(entry__reversal_of=F("withdrawal__entry"))
        | Q(entry__reversal_of=F("exit__entry"))
        | Q(entry__reversal_of=F("refund__entry"))
    )
    same = (
        Q(replaced_by__withdrawal=F("withdrawal"))
        | Q(replaced_by__exit=F("exit"))
        | Q(replaced_by__heir=F("heir"))
        | Q(replaced_by__refund=F("refund"))
    )
    again = Q(state=Payout.State.REPLACED, replaced_by__amount_fen=F("amount_fen")) & same
    right = ended.filter(paid | undone | again)
    paid_twice = Payout.objects.filter(centre=centre, replaces__isnull=False).exclude(
        replaces__state=Payout.State.REPLACED
    )
    owed_undone = Payout.objects.filter(
        Q(withdrawal__entry__reversal__isnull=False)
        | Q(exit__entry__reversal__isnull=False)
        | Q(refund__entry__reversal__isnull=False)
        | Q(heir__inheritance__entry__reversal__isnull=False),
        centre=centre,
        state__in=Payout.OWED,
    )
    wrong = ended.exclude(pk__in=right.values("pk")) | owed_undone | paid_twice
    return [
        _("payout %(number)s differs from its voucher") % {"number": number}
        for number in wrong.order_by("number").values_list("number", flat=True).distinct()
    ]


def exits_stand_in_the_books(centre: Centre) -> list[str]:
    """C7: an approved exit is booked for just what it pays, to its payout; no other one is."""
    approved = Exit.objects.filter(centre=centre, state=Exit.State.APPROVED)
    booked = approved.filter(
        entry__kind=Entry.Kind.EXIT,
        entry__centre=F("centre"),
        payouts__amount_fen=F("paid_fen"),
        payouts__replaces__isnull=True,
    ).annotate(booked_fen=Sum("entry__postings__amount_fen"))
    good = [pk for pk, fen, due in booked.values_list("pk", "booked_fen", "paid_fen") if fen == due]
    unpaid = approved.filter(paid_fen=0, entry__isnull=True, payouts__isnull=True)
    wrong = approved.exclude(pk__in=good).exclude(pk__in=unpaid.values("pk"))
    stray = Entry.objects.filter(
        centre=centre, kind=Entry.Kind.EXIT, key__startswith="exit:"
    ).exclude(exit__state=Exit.State.APPROVED)
    return [
        _("exit %(number)s differs from its voucher") % {"number": number}
        for number in wrong.values_list("number", flat=True)
    ] + [
        _("voucher %(key)s has no approved exit") % {"key": key}
        for key in stray.values_list("key", flat=True)
    ]


def interest_credits_equal_the_rule(centre: Centre) -> list[str]:
    """C6: interest credited within a year is what the rule gives, on its own lines, once."""
    wrong = []
    credits = InterestCredit.objects.filter(centre=centre).select_related(
        "member_account__flex_ledger_account", "member_account__unit_ledger_account"
    )
    for credit in credits.order_by("id").iterator():
        account, on = credit.member_account, credit.business_date
        earned = earned_then(credit, open_book(centre.code, on))
        lines = [account.flex_ledger_account_id, account.unit_ledger_account_id]
        booked = dict.fromkeys(lines, 0) | dict(
            Posting.objects.filter(
                entry=credit.entry_id, value_date=on, component=Component.INTEREST.value
            ).values_list("credit_id", "amount_fen")
        )
        said = {lines[0]: credit.flex_fen, lines[1]: credit.unit_fen}
        seen = (credit.from_date, credit.flex_fen, credit.unit_fen)
        if booked != said or seen != (earned.from_date, earned.flex_fen, earned.unit_fen):
            wrong.append(
                _("account %(number)s: the interest credited on %(on)s is not what it earned")
                % {"number": account.number, "on": on}
            )
    return wrong


def nothing_is_under_way_in_closed_accounts(centre: Centre) -> list[str]:
    """P4: no closed account has a document that waits or a payout that is to be paid."""
    under_way = Q(state=Withdrawal.State.SUBMITTED) | Q(payouts__state__in=Payout.OWED)
    closed = Q(centre=centre, member_account__state=MemberAccount.State.CLOSED)
    waits = Q(state=Inheritance.State.SUBMITTED) | Q(heirs__in=unpaid_heirs())
    found = [
        number
        for rows in (Withdrawal.objects.all(), Exit.objects.all())
        for number in rows.filter(closed & under_way).values_list("number", flat=True)
    ]
    heirs = Inheritance.objects.filter(closed & waits)
    found += heirs.values_list("number", flat=True).distinct()
    return [
        _("%(number)s is under way in a closed account") % {"number": number} for number in found
    ]


def takeovers_stand_in_the_books(centre: Centre) -> list[str]:
    """C5: a booked workbook stands in the books as its control totals say; no other one does."""
    found = []
    for document in Takeover.objects.filter(centre=centre).defer("workbook", "problems"):
        booked = totals_booked(document)
        said = document.found or {}
        due = {key: said.get(key, 0) if document.booked_date else 0 for key in booked}
        if booked != due:
            found.append(
                _("takeover %(number)s: the books do not hold what it says")
                % {"number": document.number}
            )
    return found


def corrections_stand_in_the_books(centre: Centre) -> list[str]:
    """C1: an approved correction is the mirror of its voucher, by as many persons as it takes."""
    approved = Correction.objects.filter(centre=centre, state=Correction.State.APPROVED)
    right = approved.filter(
        Q(is_later=False) | (Q(reviewed_by__isnull=False) & ~Q(reviewed_by=F("checked_by"))),
        entry__reversal_of=F("wrong_entry"),
        entry__centre=F("centre"),
        member_account__centre=F("centre"),
    )
    wrong = approved.exclude(pk__in=right.values("pk"))
    stray = Entry.objects.filter(
        centre=centre, kind=Entry.Kind.REVERSAL, key__startswith="correction:"
    ).exclude(correction__state=Correction.State.APPROVED)
    return [
        _("correction %(number)s differs from its voucher") % {"number": number}
        for number in wrong.values_list("number", flat=True)
    ] + [
        _("voucher %(key)s has no approved correction") % {"key": key}
        for key in stray.values_list("key", flat=True)
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
        (
            "M12.payouts",
            gettext_lazy("Ready payouts are what the books owe for withdrawals"),
            ready_payouts_are_owed,
        ),
        (
            "M11.payouts",
            gettext_lazy("Every payout ends once, with its voucher"),
            payouts_end_once_in_the_books,
        ),
        ("C4", gettext_lazy("Withdrawals equal their vouchers"), withdrawals_stand_in_the_books),
        ("C11", gettext_lazy("Refunds equal their vouchers"), refunds_stand_in_the_books),
        (
            "C5",
            gettext_lazy("Takeovers stand in the books with their control totals"),
            takeovers_stand_in_the_books,
        ),
        (
            "C6",
            gettext_lazy("Interest within a year is credited once, as the rule gives it"),
            interest_credits_equal_the_rule,
        ),
        ("C7", gettext_lazy("Exits equal their vouchers"), exits_stand_in_the_books),
        (
            "C10",
            gettext_lazy("The parts of heirs make up what left the account"),
            inheritances_stand_in_the_books,
        ),
        (
            "C1.corrections",
            gettext_lazy("Corrections mirror their vouchers"),
            corrections_stand_in_the_books,
        ),
        (
            "P1.merged",
            gettext_lazy("Accounts that went up in another are empty and closed"),
            merges_left_nothing_behind,
        ),
        (
            "C8",
            gettext_lazy("Conversions equal their vouchers"),
            conversions_stand_in_the_books,
        ),
        (
            "M12.transfers",
            gettext_lazy("Transfers to be paid are what the books owe other centres"),
            transfers_owed_are_open,
        ),
        ("C9", gettext_lazy("Transfers equal their vouchers"), transfers_stand_in_the_books),
        (
            "K3.letters",
            gettext_lazy("Letters moved along the table of the platform"),
            letters_moved_along_the_table,
        ),
        (
            "P4.closed",
            gettext_lazy("Nothing is under way in closed accounts"),
            nothing_is_under_way_in_closed_accounts,
        ),
    )
)
