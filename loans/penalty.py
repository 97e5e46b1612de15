"""Penalty interest on overdue instalments, and how a payment is shared out. Pure."""

from dataclasses import dataclass
from fractions import Fraction

from kernel.days import DayCount, days_between, year_fraction
from kernel.money import round_half_up, yuan
from kernel.rates import printed_percent
from loans.facts import Instalment, PenaltyFacts
from policy.book import PolicyBook
from policy.decisions import Decision, Sheet

KEYS = (
    "loan_rate.penalty_factor",
    "loan_rate.penalty_base",
    "loan_rate.penalty_grace_days",
    "loan_rate.day_count",
)


@dataclass(frozen=True, slots=True)
class Share:
    """What of a payment goes to one instalment, in fen."""

    penalty_fen: int
    interest_fen: int
    principal_fen: int


@dataclass(frozen=True, slots=True)
class PenaltyResult:
    """Penalties in the order of the instalments, their sum, and the sharing out, in fen.

    ``allocation`` and ``unallocated_fen`` are None without a payment; everything is None where a
    parameter is unset.
    """

    penalties_fen: tuple[int, ...] | None = None
    total_fen: int | None = None
    allocation: tuple[Share, ...] | None = None
    unallocated_fen: int | None = None


def decide_penalty(facts: PenaltyFacts, book: PolicyBook) -> Decision[PenaltyResult]:
    """Charge penalty interest on wholly unpaid instalments and share out a payment.

    The penalty runs from the due date, each instalment rounded once; one that is not yet due on
    the day of payment owes none and takes nothing of the payment.

    Source: loan_rate.penalty_factor, penalty_base, penalty_grace_days, allocation.
    """
    sheet = Sheet(book)
    missing = [key for key in (*KEYS, "loan_rate.allocation") if book.find(key) is None]
    for key in missing:
        sheet.unset(key)
    if missing:
        return sheet.decide(PenaltyResult())
    penalties_fen = tuple(penalty_fen(facts, instalment, book) for instalment in facts.instalments)
    total_fen = sum(penalties_fen)
    sheet.test(
        "loan_penalty",
        True,
        *KEYS,
        rate=printed_percent(facts.annual_rate),
        factor=book.count("loan_rate.penalty_factor"),
        instalments=len(facts.instalments),
        total=yuan(total_fen),
    )
    if facts.payment is None:
        return sheet.decide(PenaltyResult(penalties_fen, total_fen))
    allocation = share_out(facts, penalties_fen, book.choices("loan_rate.allocation"))
    used_fen = sum(
        share.penalty_fen + share.interest_fen + share.principal_fen for share in allocation
    )
    sheet.test(
        "loan_allocation",
        True,
        "loan_rate.allocation",
        payment=yuan(facts.payment),
        used=yuan(used_fen),
        left=yuan(facts.payment - used_fen),
    )
    left_fen = facts.payment - used_fen
    return sheet.decide(PenaltyResult(penalties_fen, total_fen, allocation, left_fen))


def penalty_fen(facts: PenaltyFacts, instalment: Instalment, book: PolicyBook) -> int:
    """Return the penalty of one instalment in fen: base × rate × factor × days of the year."""
    if instalment.due_on >= facts.paid_on:
        return 0
    day_count = DayCount(book.choice("loan_rate.day_count"))
    days = days_between(instalment.due_on, facts.paid_on, day_count)
    if days <= book.count("loan_rate.penalty_grace_days"):
        return 0
    base_fen = instalment.principal
    if book.choice("loan_rate.penalty_base") == "PRINCIPAL_AND_INTEREST":
        base_fen += instalment.interest
    factor = Fraction(book.count("loan_rate.penalty_factor"), 100)
    years = year_fraction(instalment.due_on, facts.paid_on, day_count)
    return round_half_up(base_fen * facts.annual_rate * factor * years)


def share_out(
    facts: PenaltyFacts, penalties_fen: tuple[int, ...], order: tuple[str, ...]
) -> tuple[Share, ...]:
    """Share a payment out: oldest instalment first, inside it in the agreed order.

    Returns the shares in the order in which the instalments were given.
    """
    left_fen = facts.payment or 0
    shares = [Share(0, 0, 0)] * len(facts.instalments)
    oldest_first = sorted(
        (instalment.due_on, place) for place, instalment in enumerate(facts.instalments)
    )
    for due_on, place in oldest_first:
        if due_on > facts.paid_on:
            break
        instalment = facts.instalments[place]
        owed_fen = {
            "PENALTY": penalties_fen[place],
            "INTEREST": instalment.interest,
            "PRINCIPAL": instalment.principal,
        }
        taken_fen = dict.fromkeys(owed_fen, 0)
        for kind in order:
            taken_fen[kind] = min(owed_fen[kind], left_fen)
            left_fen -= taken_fen[kind]
        shares[place] = Share(taken_fen["PENALTY"], taken_fen["INTEREST"], taken_fen["PRINCIPAL"])
    return tuple(shares)
