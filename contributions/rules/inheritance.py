"""What heirs are paid from the account of a member who has died, to the fen. Pure."""

from dataclasses import dataclass
from fractions import Fraction

from contributions.facts import HeirFacts, InheritanceFacts
from contributions.rules.holds import check_guarantee, check_not_banned, check_not_frozen
from kernel.money import yuan
from policy.book import PolicyBook
from policy.decisions import Decision, Outcome, Sheet


@dataclass(frozen=True, slots=True)
class InheritanceResult:
    """What leaves the account in fen, and each heir's part in the order in which they are named.

    A refused inheritance pays nothing. All None before the text is in force.
    """

    total_fen: int | None
    parts_fen: tuple[int, ...] | None


def decide_inheritance(facts: InheritanceFacts, book: PolicyBook) -> Decision[InheritanceResult]:
    """Decide whether heirs may be paid on the book's day, and how much each of them gets.

    Everything in the account is paid: flexible and unit money, interest and subsidies; sealed
    months bind who leaves, not heirs. The parts have to make up the whole exactly. What rounding
    down to whole fen leaves goes to one heir, by inheritance.rounding_to.

    Source: inheritance.*; Regulation art. 24.
    """
    sheet = Sheet(book)
    if not sheet.in_force():
        return sheet.decide(InheritanceResult(None, None))
    _check_hindrances(sheet, facts)
    for place, heir in enumerate(facts.heirs, start=1):
        accepted = heir.title.value in book.choices("inheritance.titles")
        sheet.test(
            "title_accepted" if accepted else "title_not_accepted",
            accepted,
            "inheritance.titles",
            place=place,
            title=heir.title.value,
        )
    total_fen = facts.balance_by_origin.flex + facts.balance_by_origin.unit
    claimed = sum((_claimed(heir, total_fen) for heir in facts.heirs), Fraction(0))
    whole = claimed == total_fen and bool(facts.heirs)
    sheet.test(
        "shares_make_the_whole" if whole else "shares_do_not_make_the_whole",
        whole,
        "inheritance.rounding_to",
        part=str(claimed / total_fen) if total_fen else "1",
        claimed=yuan(int(claimed)),
        total=yuan(total_fen),
    )
    if sheet.outcome is Outcome.REFUSED:
        return sheet.decide(InheritanceResult(0, tuple(0 for _ in facts.heirs)))
    parts = _divide(facts.heirs, total_fen, book.choice("inheritance.rounding_to"))
    return sheet.decide(InheritanceResult(total_fen, parts))


def decide_unclaimed(facts: InheritanceFacts, book: PolicyBook) -> Decision[InheritanceResult]:
    """Decide whether money nobody inherits may go to the value-added income on the book's day.

    Source: inheritance.*; Regulation art. 24.
    """
    sheet = Sheet(book)
    if not sheet.in_force():
        return sheet.decide(InheritanceResult(None, None))
    _check_hindrances(sheet, facts)
    if sheet.outcome is Outcome.REFUSED:
        return sheet.decide(InheritanceResult(0, ()))
    total_fen = facts.balance_by_origin.flex + facts.balance_by_origin.unit
    goes_to = book.choice("inheritance.unclaimed_to")
    sheet.test(
        "unclaimed_goes_to",
        True,
        "inheritance.unclaimed_to",
        amount=yuan(total_fen),
        goes_to=goes_to,
    )
    return sheet.decide(InheritanceResult(total_fen, ()))


def _check_hindrances(sheet: Sheet, facts: InheritanceFacts) -> None:
    """Test what keeps the money of a dead member in the account."""
    if sheet.book.flag("inheritance.no_open_loan"):
        code = "open_loan_before_heirs" if facts.open_loan else "no_loan_is_open"
        sheet.test(code, not facts.open_loan, "inheritance.no_open_loan")
    check_guarantee(sheet, facts.guarantee, "inheritance.guarantee")
    check_not_frozen(sheet, facts.frozen, "inheritance.not_frozen")
    if sheet.book.choice("inheritance.ban") == "BLOCKS":
        check_not_banned(sheet, facts.banned_until)


def _claimed(heir: HeirFacts, total_fen: int) -> Fraction:
    """Give what an heir claims in fen, exactly."""
    if heir.numerator is None or heir.denominator is None:
        return Fraction(heir.amount or 0)
    return Fraction(heir.numerator, heir.denominator) * total_fen


def _divide(heirs: tuple[HeirFacts, ...], total_fen: int, rounding_to: str) -> tuple[int, ...]:
    """Round every part down to whole fen; one heir gets what that leaves."""
    parts = [int(_claimed(heir, total_fen)) for heir in heirs]
    parts[0 if rounding_to == "FIRST_HEIR" else -1] += total_fen - sum(parts)
    return tuple(parts)
