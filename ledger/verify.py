"""Proofs over the books: what must hold, recomputed from the rows and not from the code.

Every app may ``register`` invariants of its own in a module ``verify``, which is found by itself;
``manage.py verify_books`` runs them all. A check returns its violations as sentences that name
the row, and an empty list when it holds.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Min, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.money import MAX_FEN
from ledger import guards
from ledger.models import Entry, LedgerAccount, Posting
from office.guards import check_guards
from office.models import BusinessDay, Centre, DrawerClosing

# A broken book would otherwise print a line per member.
SHOWN = 50


@dataclass(frozen=True)
class Invariant:
    """One thing that must hold in the books of a centre."""

    code: str
    title: str | Promise
    check: Callable[[Centre], list[str]]


@dataclass(frozen=True)
class Proof:
    """What one invariant's check found."""

    invariant: Invariant
    violations: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """True when nothing was found."""
        return not self.violations


_REGISTRY: dict[str, Invariant] = {}


def register(invariant: Invariant) -> Invariant:
    """Add an invariant; the same code again must be the same invariant."""
    if _REGISTRY.setdefault(invariant.code, invariant) is not invariant:
        raise ValueError(f"invariant {invariant.code} is registered twice")
    return invariant


def list_invariants() -> list[Invariant]:
    """Every registered invariant, in the order of the apps and of their lists."""
    return list(_REGISTRY.values())


def prove(centres: Iterable[Centre]) -> list[Proof]:
    """Run every invariant over the given centres: one proof each."""
    books = list(centres)
    proofs = []
    for invariant in list_invariants():
        found: list[str] = []
        for centre in books:
            found.extend(f"{centre.code}: {text}" for text in invariant.check(centre))
        if len(found) > SHOWN:
            found = [*found[:SHOWN], _("… and %(count)d more") % {"count": len(found) - SHOWN}]
        proofs.append(Proof(invariant, tuple(found)))
    return proofs


def _postings(centre: Centre) -> Q:
    """Choose the postings of one centre."""
    return Q(entry__centre=centre)


def _signed_sums(centre: Centre) -> tuple[dict[int, int], dict[int, int]]:
    """Debits and credits of every account, straight from the postings."""
    debits: dict[int, int] = defaultdict(int)
    credits: dict[int, int] = defaultdict(int)
    for sums, side in ((debits, "debit_id"), (credits, "credit_id")):
        grouped = Posting.objects.filter(_postings(centre)).order_by().values_list(side)
        for account_id, total in grouped.annotate(total=Sum("amount_fen")):
            sums[account_id] = int(total)
    return debits, credits


def books_balance(centre: Centre) -> list[str]:
    """M1: the balances of all accounts add up to nothing, within the centre's own accounts."""
    debits, credits = _signed_sums(centre)
    own = set(LedgerAccount.objects.filter(centre=centre).values_list("pk", flat=True))
    difference_fen = sum(fen for pk, fen in debits.items() if pk in own) - sum(
        fen for pk, fen in credits.items() if pk in own
    )
    found = [
        _("posting to account %(id)d, which is not in these books") % {"id": pk}
        for pk in sorted((debits.keys() | credits.keys()) - own)
    ]
    if difference_fen:
        found.append(_("debits exceed credits by %(fen)d fen") % {"fen": difference_fen})
    return found


def postings_stand_where_they_may(centre: Centre) -> list[str]:
    """M1: no posting stands on a sum, and a line shares side and book with its control."""
    sums = Q(debit__role__in=["SUMMARY", "CONTROL"]) | Q(credit__role__in=["SUMMARY", "CONTROL"])
    found = [
        _("entry %(key)s posts to a sum") % {"key": key}
        for key in Posting.objects.filter(_postings(centre) & sums).values_list(
            "entry__key", flat=True
        )
    ]
    stray = LedgerAccount.objects.filter(centre=centre, control__isnull=False).exclude(
        control__centre=centre,
        control__role="CONTROL",
        control__book=F("book"),
        control__normal_side=F("normal_side"),
    )
    return found + [
        _("line %(code)s does not match its control account") % {"code": code}
        for code in stray.values_list("code", flat=True)
    ]


def entries_are_not_empty(centre: Centre) -> list[str]:
    """M2: every entry has postings, numbered from 1 without a gap."""
    entries = Entry.objects.filter(centre=centre).order_by()
    empty = entries.filter(postings__isnull=True).values_list("key", flat=True)
    counted = entries.annotate(lines=Count("postings"), last=Sum("postings__seq")).filter(
        lines__gt=0
    )
    # 1 + 2 + … + n is known, and (entry, seq) is unique: any gap or shift shows in the sum.
    gaps = counted.exclude(last=F("lines") * (F("lines") + 1) / 2).values_list("key", flat=True)
    return [_("entry %(key)s has no postings") % {"key": key} for key in empty] + [
        _("entry %(key)s is not numbered 1, 2, 3 …") % {"key": key} for key in gaps
    ]


def amounts_are_whole_and_positive(centre: Centre) -> list[str]:
    """M3: every amount is a whole number of fen, greater than zero, within range."""
    wrong = Posting.objects.filter(_postings(centre)).exclude(
        amount_fen__gte=1, amount_fen__lte=MAX_FEN
    )
    found = [
        _("entry %(key)s line %(seq)d: amount %(fen)s") % {"key": key, "seq": seq, "fen": fen}
        for key, seq, fen in wrong.values_list("entry__key", "seq", "amount_fen")
    ]
    total = Posting.objects.filter(_postings(centre)).aggregate(total=Sum("amount_fen"))["total"]
    if total is not None and type(total) is not int and int(total) != total:
        found.append(_("the sum of all amounts is %(sum)s, no whole number") % {"sum": total})
    return found


def nobody_is_overdrawn(centre: Centre) -> list[str]:
    """M4: no line stands on the contrary side, by its totals."""
    lines = LedgerAccount.objects.filter(centre=centre, role="LINE", may_overdraw=False)
    below = Q(normal_side="CREDIT", credits_fen__lt=F("debits_fen")) | Q(
        normal_side="DEBIT", debits_fen__lt=F("credits_fen")
    )
    return [
        _("line %(code)s is overdrawn") % {"code": code}
        for code in lines.filter(below).values_list("code", flat=True)
    ]


def totals_are_the_sum_of_postings(centre: Centre) -> list[str]:
    """M6: the running totals of every line equal the sum of its postings."""
    debits, credits = _signed_sums(centre)
    lines = LedgerAccount.objects.filter(centre=centre, role="LINE").order_by("pk")
    return [
        _("line %(code)s: totals %(kept)s, postings %(posted)s (debits, credits; fen)")
        % {"code": code, "kept": (kept_d, kept_c), "posted": (debits[pk], credits[pk])}
        for pk, code, kept_d, kept_c in lines.values_list(
            "pk", "code", "debits_fen", "credits_fen"
        ).iterator()
        if (kept_d, kept_c) != (debits[pk], credits[pk])
    ]


def lines_add_up_to_the_general_ledger(centre: Centre) -> list[str]:
    """M5: per control account, the lines' totals equal the postings booked through them."""
    found = []
    kept = {
        control_id: (int(d), int(c))
        for control_id, d, c in LedgerAccount.objects.filter(centre=centre, role="LINE")
        .order_by()
        .values_list("control_id")
        .annotate(d=Sum("debits_fen"), c=Sum("credits_fen"))
    }
    for control in LedgerAccount.objects.filter(centre=centre, role="CONTROL"):
        posted = [
            Posting.objects.filter(**{f"{side}__control": control}).aggregate(t=Sum("amount_fen"))[
                "t"
            ]
            for side in ("debit", "credit")
        ]
        posted_sums = (int(posted[0] or 0), int(posted[1] or 0))
        if kept.get(control.pk, (0, 0)) != posted_sums:
            found.append(
                _("control %(code)s: lines %(kept)s, postings %(posted)s (debits, credits; fen)")
                % {"code": control.code, "kept": kept.get(control.pk), "posted": posted_sums}
            )
    return found


def history_is_guarded(centre: Centre) -> list[str]:
    """M7: the guards that make history append-only stand in the database."""
    return [
        _("guard missing: %(name)s") % {"name": name}
        for name in [*check_guards(), *guards.check_guards()]
    ]


def reversals_mirror_their_entries(centre: Centre) -> list[str]:
    """M7: an entry is reversed at most once, by the same lines with debit and credit exchanged."""
    undone = (
        Entry.objects.filter(centre=centre, reversal_of__isnull=False)
        .values_list("reversal_of")
        .annotate(times=Count("pk"), first=Min("key"))
        .filter(times__gt=1)
    )
    found = [_("entry %(id)d is reversed %(n)d times") % {"id": i, "n": n} for i, n, _key in undone]
    mirror = ("seq", "amount_fen", "component", "value_date")
    for reversal in Entry.objects.filter(centre=centre, reversal_of__isnull=False).iterator():
        red = reversal.postings.order_by("seq").values_list("credit_id", "debit_id", *mirror)
        black = (
            Posting.objects.filter(entry__reversal=reversal)
            .order_by("seq")
            .values_list("debit_id", "credit_id", *mirror)
        )
        if list(red) != list(black):
            found.append(_("reversal %(key)s does not mirror its entry") % {"key": reversal.key})
    return found


def keys_are_used_once(centre: Centre) -> list[str]:
    """M8: one entry per key."""
    twice = (
        Entry.objects.filter(centre=centre)
        .order_by()
        .values_list("key")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
    )
    return [_("key %(key)s has %(n)d entries") % {"key": key, "n": n} for key, n in twice]


def entries_stand_on_business_days(centre: Centre) -> list[str]:
    """M14: every entry's business date is a business day of its centre."""
    days = BusinessDay.objects.filter(centre=centre).values("date")
    dates = Entry.objects.filter(centre=centre).exclude(business_date__in=days)
    return [
        _("entry %(key)s on %(date)s, which is no business day") % {"key": key, "date": date}
        for key, date in dates.order_by("business_date").values_list("key", "business_date")
    ]


def closed_drawers_hold_what_was_signed(centre: Centre) -> list[str]:
    """K11: whoever closed a drawer booked as many vouchers on that day as the closing says."""
    entries = (
        Entry.objects.filter(maker=OuterRef("teller"), business_date=OuterRef("business_date"))
        .order_by()
        .values("maker")
        .annotate(times=Count("pk"))
        .values("times")
    )
    standing = DrawerClosing.objects.filter(centre=centre, reopened_by__isnull=True)
    wrong = (
        standing.annotate(booked=Coalesce(Subquery(entries), 0))
        .exclude(booked=F("vouchers"))
        .select_related("teller")
    )
    return [
        _("the drawer %(closing)s was closed with %(signed)d vouchers and has %(booked)d")
        % {"closing": one, "signed": one.vouchers, "booked": one.booked}
        for one in wrong
    ]


LEDGER_INVARIANTS = tuple(
    register(Invariant(code, title, check))
    for code, title, check in (
        ("M1.balance", gettext_lazy("The books balance"), books_balance),
        ("M1.places", gettext_lazy("Postings stand where they may"), postings_stand_where_they_may),
        ("M2", gettext_lazy("No entry is empty"), entries_are_not_empty),
        ("M3", gettext_lazy("Amounts are whole fen above zero"), amounts_are_whole_and_positive),
        ("M4", gettext_lazy("Nobody is overdrawn"), nobody_is_overdrawn),
        (
            "M5",
            gettext_lazy("Member lines add up to the general ledger"),
            lines_add_up_to_the_general_ledger,
        ),
        ("M6", gettext_lazy("Running totals equal postings"), totals_are_the_sum_of_postings),
        ("M7.guards", gettext_lazy("History is append-only"), history_is_guarded),
        (
            "M7.reversals",
            gettext_lazy("Reversals mirror their entries, once"),
            reversals_mirror_their_entries,
        ),
        ("M8", gettext_lazy("Every key has one entry"), keys_are_used_once),
        ("M14", gettext_lazy("Entries stand on business days"), entries_stand_on_business_days),
        (
            "K11",
            gettext_lazy("Closed drawers hold what was signed"),
            closed_drawers_hold_what_was_signed,
        ),
    )
)
