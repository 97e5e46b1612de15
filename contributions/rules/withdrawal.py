"""What a member may take out of the account, by ground. Pure."""

from dataclasses import dataclass

from contributions.facts import Ground, Household, WithdrawalFacts
from contributions.rules.holds import check_guarantee, check_not_banned, check_not_frozen
from kernel.money import yuan
from policy.book import PolicyBook
from policy.decisions import Decision, Outcome, Sheet

_OWN_LIMIT = ("relocation_limit", "relocation_limit_used_up")
_COUPLE_LIMIT = ("relocation_couple_limit", "relocation_couple_limit_used_up")


@dataclass(frozen=True, slots=True)
class WithdrawalResult:
    """What may be paid, in fen: 0 when refused, None when a limit is unknown."""

    allowed_fen: int | None


def decide_withdrawal(facts: WithdrawalFacts, book: PolicyBook) -> Decision[WithdrawalResult]:
    """Decide how much of a request may be paid on the book's day.

    The least of what is asked (for rent grounds: the rent proven), the ground's limit and what
    is available. A cut is paid with a warning; with missing evidence the sum is shown and a
    person looks.

    Source: withdrawal.*; Regulation art. 24 and 41, Bazhong 二(二)4, Liaoning (七),
    Lianyungang 三(三), Yantai 6 and 8, Kashgar 三.
    """
    sheet = Sheet(book)
    if not sheet.in_force():
        return sheet.decide(WithdrawalResult(None))
    if _test_ground(sheet, facts.ground):
        _test_evidence(sheet, facts)
    _test_loan_of_withdrawal(sheet, facts)
    check_guarantee(sheet, facts.guarantee, "withdrawal.guarantee")
    check_not_frozen(sheet, facts.frozen, "withdrawal.not_frozen")
    check_not_banned(sheet, facts.banned_until)
    available_fen = _available_fen(sheet, facts)
    limited = facts.ground is Ground.RELOCATION_RENT
    limit_fen = _relocation_left_fen(sheet, facts) if limited else facts.amount
    if sheet.outcome is Outcome.REFUSED:
        return sheet.decide(WithdrawalResult(0))
    if limit_fen is None:
        return sheet.decide(WithdrawalResult(None))
    allowed_fen = min(facts.amount, limit_fen, available_fen)
    if allowed_fen < facts.amount:
        sheet.warn("withdrawal_cut", asked=yuan(facts.amount), allowed=yuan(allowed_fen))
    return sheet.decide(WithdrawalResult(allowed_fen))


def _test_ground(sheet: Sheet, ground: Ground) -> bool:
    keys = ["withdrawal.grounds"]
    known = sheet.book.choices("withdrawal.grounds")
    if ground.value not in known:
        keys.append("withdrawal.extra_grounds")
        known += sheet.book.choices("withdrawal.extra_grounds")
    elif sheet.book.flag("withdrawal.parity"):
        keys.append("withdrawal.parity")
    met = ground.value in known
    code = "ground_in_force" if met else "ground_not_in_force"
    sheet.test(code, met, *keys, ground=ground.value, on=sheet.book.on.isoformat())
    return met


def _test_evidence(sheet: Sheet, facts: WithdrawalFacts) -> None:
    needed = sheet.book.table("withdrawal.evidence").get(facts.ground.value)
    if needed is None:
        sheet.unset("withdrawal.evidence")
        return
    if not needed:
        sheet.test("no_evidence_needed", True, "withdrawal.evidence")
    for code in needed:
        if code in facts.evidence:
            sheet.test("evidence_there", True, "withdrawal.evidence", evidence=code)
        else:
            sheet.test("evidence_missing", None, "withdrawal.evidence", evidence=code)


def _test_loan_of_withdrawal(sheet: Sheet, facts: WithdrawalFacts) -> None:
    key = "withdrawal.with_open_loan"
    grounds = sheet.book.choices(key)
    if not facts.open_loan:
        sheet.test("no_loan_is_open", True, key)
    elif facts.ground.value in grounds:
        sheet.test("open_loan_is_repaid", True, key)
    else:
        sheet.test("open_loan_only_repayment", False, key)


def _available_fen(sheet: Sheet, facts: WithdrawalFacts) -> int:
    """Return the money that the ground reaches; none at all is a refusal."""
    flex_fen, unit_fen = facts.balance_by_origin.flex, facts.balance_by_origin.unit
    available_fen, key = flex_fen + unit_fen, "withdrawal.grounds"
    if facts.ground is Ground.VOLUNTARY:
        origins = sheet.book.find("withdrawal.voluntary_origins")
        if origins is None:  # the ground is not in force here, which is a refusal already
            return 0
        key = "withdrawal.voluntary_origins"
        available_fen = flex_fen * ("FLEX" in origins.typed) + unit_fen * ("UNIT" in origins.typed)
    met = available_fen > 0
    code = "balance_available" if met else "nothing_available"
    sheet.test(code, met, key, available=yuan(available_fen))
    return available_fen


def _relocation_left_fen(sheet: Sheet, facts: WithdrawalFacts) -> int | None:
    """Return what the limits on relocation rent leave: each person's, and the couple's."""
    taken = facts.taken_this_period
    left_fen = _left_fen(sheet, _OWN_LIMIT, "withdrawal.relocation_single", taken.own)
    if facts.single_or_couple is Household.COUPLE:
        taken_fen = taken.own + taken.spouse
        key = "withdrawal.relocation_couple"
        couple_left_fen = _left_fen(sheet, _COUPLE_LIMIT, key, taken_fen)
        if left_fen is None or couple_left_fen is None:
            return None
        left_fen = min(left_fen, couple_left_fen)
    return left_fen


def _left_fen(sheet: Sheet, codes: tuple[str, str], key: str, taken_fen: int) -> int | None:
    limit = sheet.book.find(key)
    if limit is None:
        sheet.unset(key)
        return None
    left_fen: int = max(0, limit.typed - taken_fen)
    open_code, used_up_code = codes
    sheet.test(
        open_code if left_fen else used_up_code,
        left_fen > 0,
        key,
        "withdrawal.relocation_period",
        limit=yuan(limit.typed),
        taken=yuan(taken_fen),
        left=yuan(left_fen),
    )
    if taken_fen:
        sheet.warn("relocation_period_reading")
    return left_fen
