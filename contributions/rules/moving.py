"""When an account may leave the centre, or go up in another one of the same person. Pure."""

from dataclasses import dataclass

from contributions.facts import MovingFacts
from contributions.rules.holds import check_not_frozen
from kernel.money import yuan
from policy.book import PolicyBook
from policy.decisions import Decision, Outcome, Sheet

_LOAN = "transfer.open_loan_stays"


@dataclass(frozen=True, slots=True)
class MovingResult:
    """What moves, in fen, and whether its value dates stay; zero when refused."""

    moves_fen: int
    value_dates_kept: bool


def decide_transfer_out(facts: MovingFacts, book: PolicyBook) -> Decision[MovingResult]:
    """Decide whether an account may be transferred to another centre on the book's day.

    All of it goes, of both origins. A ban does not stop it: the ban travels with the facts.

    Source: transfer.national_platform, transfer.open_loan_stays, withdrawal.not_frozen;
    Regulation art. 31, Bazhong 二(二)3, Lianyungang 二(四), Yantai 18.
    """
    sheet = Sheet(book)
    if not sheet.in_force():
        return sheet.decide(MovingResult(0, False))
    key = "transfer.national_platform"
    offered = book.flag(key)
    sheet.test("transfer_is_offered" if offered else "transfer_not_offered", offered, key)
    _test_holds(sheet, facts)
    if facts.banned_until is not None and book.on <= facts.banned_until:
        sheet.warn("ban_travels_along", until=facts.banned_until.isoformat())
    return _result(sheet, facts, "transfer.national_platform", kept=False)


def decide_merge(facts: MovingFacts, book: PolicyBook) -> Decision[MovingResult]:
    """Decide whether an account may go up in another one of the same person.

    A ban stands against it: it is bound to the person under the papers that are given up.

    Source: eligibility.one_open_account, transfer.merge_on_change, transfer.merge_value_dates,
    transfer.open_loan_stays; Regulation art. 13, Lianyungang 三(六)3.
    """
    sheet = Sheet(book)
    if not sheet.in_force():
        return sheet.decide(MovingResult(0, False))
    key = "eligibility.one_open_account"
    if facts.same_person is None:
        sheet.test("one_person_unproven", None, key)
    else:
        code = "one_person_one_account" if facts.same_person else "two_different_persons"
        sheet.test(code, facts.same_person, key)
    _test_holds(sheet, facts)
    if facts.banned_until is not None and book.on <= facts.banned_until:
        sheet.test("banned", False, "withdrawal.not_banned", until=facts.banned_until.isoformat())
    kept = book.choice("transfer.merge_value_dates") == "KEPT"
    code = "value_dates_are_kept" if kept else "value_dates_restart"
    sheet.test(code, True, "transfer.merge_value_dates", on=book.on.isoformat())
    return _result(sheet, facts, "eligibility.one_open_account", kept=kept)


def _test_holds(sheet: Sheet, facts: MovingFacts) -> None:
    check_not_frozen(sheet, facts.frozen, "withdrawal.not_frozen")
    stays = facts.open_loan and sheet.book.flag(_LOAN)
    sheet.test("loan_keeps_the_account" if stays else "no_loan_keeps_it", not stays, _LOAN)


def _result(sheet: Sheet, facts: MovingFacts, key: str, *, kept: bool) -> Decision[MovingResult]:
    refused = sheet.outcome is Outcome.REFUSED
    if not refused:
        sheet.test("all_money_moves", True, key, amount=yuan(facts.balance))
    return sheet.decide(MovingResult(0 if refused else facts.balance, kept))
