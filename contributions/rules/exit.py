"""How a member leaves, and what is paid when. Pure."""

import datetime as dt
from dataclasses import dataclass

from contributions.facts import ExitFacts
from contributions.rules.holds import check_guarantee, check_not_banned, check_not_frozen
from kernel.days import add_months
from kernel.money import yuan
from policy.book import PolicyBook
from policy.decisions import Decision, Outcome, Sheet


@dataclass(frozen=True, slots=True)
class ExitResult:
    """What an exit pays, in fen, now and later, and whether the account closes with it.

    ``payable_later_on`` None = nothing later, or no date in the text. A refused exit pays
    nothing at all: zero and zero. All None before the text is in force.
    """

    payable_now_fen: int | None
    payable_later_fen: int | None
    payable_later_on: dt.date | None
    account_closes: bool | None


def decide_exit(facts: ExitFacts, book: PolicyBook) -> Decision[ExitResult]:
    """Decide whether a member may leave on the book's day, and what is paid when.

    Money paid as flexible worker is paid now. Money from a unit waits sealed for the months of
    the text, or without a date where the text sets none; until then the account stays.

    Source: exit.*; Bazhong 二(二)4, Liaoning (七), Lianyungang 三(三), Yantai 4, Kashgar 三.
    """
    sheet = Sheet(book)
    if not sheet.in_force():
        return sheet.decide(ExitResult(None, None, None, None))
    _check_hindrances(sheet, facts)
    if sheet.outcome is Outcome.REFUSED:
        return sheet.decide(ExitResult(0, 0, None, False))
    flex_fen, unit_fen = facts.balance_by_origin.flex, facts.balance_by_origin.unit
    sheet.test(
        "flexible_part_is_paid",
        True,
        "exit.includes_interest",
        "exit.includes_subsidy",
        amount=yuan(flex_fen),
    )
    waits, ready_on = _unit_part(sheet, facts)
    if unit_fen and waits:
        return sheet.decide(ExitResult(flex_fen, unit_fen, ready_on, False))
    closes = not (waits and _closes_later(sheet, facts, ready_on))
    return sheet.decide(ExitResult(flex_fen + unit_fen, 0, None, closes))


def decide_unit_part(facts: ExitFacts, book: PolicyBook) -> Decision[ExitResult]:
    """Decide whether the unit part of a member who has left may be paid on the book's day.

    ``facts.unit_sealed_on`` is the day from which the sealed months count. Everything in the
    account is paid, interest included, and the account closes.

    Source: exit.unit_part_waits, exit.unit_waits_from; Liaoning (七), Kashgar 三.
    """
    sheet = Sheet(book)
    if not sheet.in_force():
        return sheet.decide(ExitResult(None, None, None, None))
    _check_hindrances(sheet, facts)
    total_fen = facts.balance_by_origin.flex + facts.balance_by_origin.unit
    months = book.find("exit.unit_part_waits")
    ready_on = None
    if months is None:
        sheet.test("unit_part_by_unit_rules", False, "withdrawal.grounds", amount=yuan(total_fen))
    else:
        ready_on = add_months(facts.unit_sealed_on or book.on, months.typed)
        ready = book.on >= ready_on
        sheet.test(
            "unit_part_is_paid" if ready else "unit_part_not_ready",
            ready,
            "exit.unit_part_waits",
            "exit.unit_waits_from",
            amount=yuan(total_fen),
            months=months.typed,
            ready=ready_on.isoformat(),
        )
    if sheet.outcome is Outcome.REFUSED:
        return sheet.decide(ExitResult(0, total_fen, ready_on, False))
    return sheet.decide(ExitResult(total_fen, 0, None, True))


def _check_hindrances(sheet: Sheet, facts: ExitFacts) -> None:
    """Test what keeps money of a member who leaves in the account."""
    code = "open_loan_blocks" if facts.open_loan else "no_loan_is_open"
    sheet.test(code, not facts.open_loan, "exit.no_open_loan")
    if sheet.book.flag("exit.no_pending_application"):
        code = "loan_applied" if facts.loan_applied else "no_loan_applied"
        sheet.test(code, not facts.loan_applied, "exit.no_pending_application")
    check_guarantee(sheet, facts.guarantee, "exit.guarantee")
    check_not_frozen(sheet, facts.frozen, "exit.not_frozen")
    check_not_banned(sheet, facts.banned_until)


def _unit_part(sheet: Sheet, facts: ExitFacts) -> tuple[bool, dt.date | None]:
    """Tell whether money from a unit still waits, and until when (None = no date in the text)."""
    book, unit_fen = sheet.book, facts.balance_by_origin.unit
    months = book.find("exit.unit_part_waits")
    if months is None:
        if unit_fen:
            sheet.test("unit_part_without_date", True, "withdrawal.grounds", amount=yuan(unit_fen))
            sheet.warn("unit_part_reading", amount=yuan(unit_fen))
        return True, None
    ready_on = add_months(facts.unit_sealed_on or book.on, months.typed)
    waits = book.on < ready_on
    if unit_fen:
        sheet.test(
            "unit_part_waits" if waits else "unit_part_is_paid",
            True,
            "exit.unit_part_waits",
            "exit.unit_waits_from",
            amount=yuan(unit_fen),
            months=months.typed,
            ready=ready_on.isoformat(),
        )
        if waits and facts.unit_sealed_on is None:
            sheet.warn("unit_seal_reading", ready=ready_on.isoformat())
    return waits, ready_on


def _closes_later(sheet: Sheet, facts: ExitFacts, ready_on: dt.date | None) -> bool:
    """Tell whether a converted account stays open for its sealed months, empty as it is."""
    key = "exit.converted_closes_later"
    if ready_on is None or not facts.converted_from_unit or not sheet.book.flag(key):
        return False
    sheet.test("converted_closes_later", True, key, ready=ready_on.isoformat())
    return True
