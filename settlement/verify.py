"""Proofs over settlements, recomputed from the rows; see ``ledger.verify``."""

from django.db.models import Count, F, Max, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.money import yuan
from kernel.months import FundYear
from ledger.models import Posting
from ledger.verify import Invariant, register
from office.models import Centre
from policy.queries import open_book
from settlement.bulk import BOOKED
from settlement.models import SettlementItem, SettlementRun
from settlement.queries import POSTED, prove

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
    return [
        _("member %(member)s: %(yuan)s yuan in %(times)s credits and %(grants)s opening subsidies")
        % {
            "member": row["member"],
            "yuan": yuan(int(row["fen"])),
            "times": row["times"],
            "grants": row["grants"],
        }
        for row in people.filter(wrong)
    ]


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
    )
)
