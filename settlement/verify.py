"""Proofs over settlements, recomputed from the rows; see ``ledger.verify``."""

from django.db.models import Count, F, Max, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Member
from contributions.models import Correction, Payout
from kernel.money import yuan
from kernel.months import FundYear
from ledger.models import Posting
from ledger.verify import Invariant, register
from office.models import Centre
from policy.queries import open_book
from policy.values import Value
from settlement.bulk import BOOKED
from settlement.models import SettlementAdjustment, SettlementItem, SettlementRun
from settlement.queries import POSTED, list_credits, net_amounts, prove
from subsidies.queries import find_earlier_subsidy

_SUBSIDY = SettlementItem.Kind.SUBSIDY


def items_are_given_once(centre: Centre) -> list[str]:
    """S1: an account gets each kind once a year, from a posted run of its own centre."""
    items = SettlementItem.objects.filter(run__centre=centre).order_by()
    twice = (
        items.values("member_account__number", "year", "kind")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
    )
    stray = items.exclude(
        run__state__in=["POSTING", *POSTED],
        year=F("run__year"),
        member_account__centre=centre,
        member=F("member_account__member"),
    )
    return [
        _("account %(number)s: %(kind)s of %(year)s was given %(times)s times")
        % {
            "number": row["member_account__number"],
            "kind": row["kind"],
            "year": row["year"],
            "times": row["times"],
        }
        for row in twice
    ] + [
        _("account %(number)s: %(year)s belongs to no posted settlement")
        % {"number": number, "year": year}
        for number, year in stray.values_list("member_account__number", "year")
    ]


def items_equal_postings_and_expense(centre: Centre) -> list[str]:
    """S2: per run, items, the entries' postings and the expense accounts add up to one sum."""
    found = []
    for run in SettlementRun.objects.filter(centre=centre, state__in=POSTED):
        proof = prove(centre, SettlementRun.objects.filter(pk=run.pk), FundYear(run.year).last_day)
        if not proof.holds or proof.items_fen != run.interest_fen + run.subsidy_fen:
            found.append(
                _("%(number)s: items %(items)s, entries %(postings)s, expense %(expense)s yuan")
                % {"number": run.number, **proof.as_dict()}
            )
    return found


def every_item_is_on_its_line(centre: Centre) -> list[str]:
    """S2: per account and kind, what the item says was credited to the account's own line."""
    found = []
    for kind, (entry_kind, _code, component) in BOOKED.items():
        line = "unit" if kind == SettlementItem.Kind.INTEREST_UNIT else "flex"
        runs = SettlementRun.objects.filter(centre=centre, state__in=["POSTING", *POSTED])
        items = SettlementItem.objects.filter(run__in=runs, kind=kind, amount_fen__gt=0)
        said = {
            (number, line_id): fen
            for number, line_id, fen in items.values_list(
                "run__number", f"member_account__{line}_ledger_account_id", "amount_fen"
            )
        }
        posted = {
            (number, line_id): int(fen)
            for number, line_id, fen in Posting.objects.filter(
                entry__centre=centre,
                entry__document_no__in=runs.values("number"),
                entry__kind=entry_kind,
                entry__key__contains=f":{kind}:",
                component=component.value,
            )
            .order_by()
            .values_list("entry__document_no", "credit_id")
            .annotate(fen=Sum("amount_fen"))
        }
        found += [
            _("%(number)s: line %(line)s has %(seen)s yuan, %(kind)s says %(said)s yuan")
            % {
                "number": key[0],
                "line": key[1],
                "kind": kind,
                "seen": yuan(posted.get(key, 0)),
                "said": yuan(said.get(key, 0)),
            }
            for key in sorted(said.keys() | posted.keys())
            if said.get(key) != posted.get(key)
        ]
    return found


def subsidies_stay_within_their_limits(centre: Centre) -> list[str]:
    """P8: nobody has more than the lifetime cap, more credits than years, or two grants."""
    last = SettlementRun.objects.filter(centre=centre, state__in=POSTED).order_by("-year").first()
    if last is None:
        return []
    book = open_book(centre.code, FundYear(last.year).last_day)
    cap, most = book.find("subsidy.lifetime_cap"), book.find("subsidy.maximum_credits")
    people = (
        SettlementItem.objects.filter(run__centre=centre)
        .order_by()
        .values("member")
        .annotate(
            fen=Sum("amount_fen", filter=Q(kind=_SUBSIDY), default=0),
            times=Count("pk", filter=Q(kind=_SUBSIDY)),
            grants=Count("pk", filter=Q(kind=SettlementItem.Kind.OPENING_SUBSIDY)),
            earlier_fen=Coalesce(Max("member__earlier_subsidy__credited_fen"), 0),
            earlier_times=Coalesce(Max("member__earlier_subsidy__credits"), 0),
            earlier_grant_fen=Coalesce(Max("member__earlier_subsidy__opening_subsidy_fen"), 0),
        )
    )
    wrong = Q(grants__gt=1) | Q(grants__gt=0, earlier_grant_fen__gt=0)
    given = Q(fen__gt=0)
    if cap is not None:
        wrong |= given & Q(fen__gt=cap.typed - F("earlier_fen"))
    # Credits count from the first of them, or from the first money: only then from the items.
    if most is not None and book.choice("subsidy.years_from") == "FIRST_CREDIT":
        wrong |= given & Q(times__gt=most.typed - F("earlier_times"))
    else:
        most = None
    suspects = set(people.filter(wrong).values_list("member", flat=True))
    corrected = SettlementAdjustment.objects.filter(member_account__centre=centre)
    suspects |= set(corrected.values_list("member", flat=True))
    return [
        found
        for member in Member.objects.filter(pk__in=suspects).order_by("pk")
        if (found := _beyond_limits(member, last.year + 1, cap, most))
    ]


def _beyond_limits(member: Member, before: int, cap: Value | None, most: Value | None) -> str:
    """Say what a person has beyond the limits, corrections included; empty when nothing."""
    credits_fen = list_credits(member, _SUBSIDY, before)
    grants = len(list_credits(member, SettlementItem.Kind.OPENING_SUBSIDY, before))
    earlier = find_earlier_subsidy(member)
    granted = 1 if earlier and earlier.opening_subsidy_fen and grants else 0
    fen, times = (earlier.credited_fen, earlier.credits) if earlier else (0, 0)
    within = grants + granted <= 1 and (
        not credits_fen
        or (
            (cap is None or sum(credits_fen) + fen <= cap.typed)
            and (most is None or len(credits_fen) + times <= most.typed)
        )
    )
    if within:
        return ""
    return _(
        "member %(member)s: %(yuan)s yuan in %(times)s credits and %(grants)s opening subsidies"
    ) % {
        "member": member.pk,
        "yuan": yuan(sum(credits_fen)),
        "times": len(credits_fen),
        "grants": grants,
    }


def adjustments_stand_in_the_books(centre: Centre) -> list[str]:
    """S2: what was put right in a settled year is one line of its own, on its 30 June.

    Nobody has less than nothing of a kind and year in the end.
    """
    found = []
    rows = SettlementAdjustment.objects.filter(member_account__centre=centre).select_related(
        "member_account", "correction", "payout", "reversal", "entry"
    )
    for row in rows.prefetch_related("entry__postings__debit", "entry__postings__credit"):
        account, (_kind, code, component) = row.member_account, BOOKED[row.kind]
        unit = row.kind == SettlementItem.Kind.INTEREST_UNIT
        line = account.unit_ledger_account_id if unit else account.flex_ledger_account_id
        sides = [
            (p.debit, p.credit) if row.amount_fen > 0 else (p.credit, p.debit)
            for p in row.entry.postings.all()
            if p.amount_fen == abs(row.amount_fen)
            and p.value_date == FundYear(row.year).last_day
            and p.component == component
        ]
        booked = [expense.code == code and own.pk == line for expense, own in sides]
        left_fen = net_amounts(account, row.year).get(row.kind, 0)
        done = row.cause.state in (Correction.State.APPROVED, Payout.State.FAILED)
        if booked != [True] or left_fen < 0 or not done:
            found.append(
                _("correction %(number)s: %(kind)s of %(year)s differs from its voucher")
                % {"number": row.cause.number, "kind": row.kind, "year": row.year}
            )
    return found


OWN = tuple(
    register(Invariant(code, title, check))
    for code, title, check in (
        ("S1", gettext_lazy("Each account is settled once a year"), items_are_given_once),
        (
            "S2.sums",
            gettext_lazy("Settled amounts equal their vouchers and the expense"),
            items_equal_postings_and_expense,
        ),
        (
            "S2.lines",
            gettext_lazy("Each settled amount stands on its own line"),
            every_item_is_on_its_line,
        ),
        (
            "P8",
            gettext_lazy("Subsidies stay within their limits"),
            subsidies_stay_within_their_limits,
        ),
        (
            "S2.corrections",
            gettext_lazy("Corrections of settled years equal their vouchers"),
            adjustments_stand_in_the_books,
        ),
    )
)
