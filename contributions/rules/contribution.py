"""What may be paid into a member account, and which months it covers. Pure."""

from dataclasses import dataclass

from accounts.facts import ContributionMode
from contributions.facts import ContributionFacts
from kernel.days import LAST_YEAR
from kernel.money import yuan
from kernel.months import FundYear, Month
from policy.book import PolicyBook
from policy.decisions import Decision, Sheet

CYCLE_MONTHS = {
    ContributionMode.MONTHLY: 1,
    ContributionMode.QUARTERLY: 3,
    ContributionMode.HALF_YEARLY: 6,
    ContributionMode.YEARLY: 12,
}

_MINIMUM = "contribution.monthly_minimum"
_MAXIMUM = "contribution.monthly_maximum"
_LEAST = "contribution.least_payment"
_CAP_MONTHS = "contribution.annual_cap_months"
_PREPAY = "contribution.prepay_until"


@dataclass(frozen=True, slots=True)
class ContributionResult:
    """The months that a payment covers; None where it cannot be told."""

    months_covered: int | None
    covered_from: Month | None
    covered_until: Month | None


UNKNOWN_COVER = ContributionResult(None, None, None)


def decide_contribution(facts: ContributionFacts, book: PolicyBook) -> Decision[ContributionResult]:
    """Decide whether a payment may be received on the book's day, and which months it covers.

    Cover starts in the month of the day or after the months already paid, whichever is later.
    A periodic mode pays its whole cycle. Free mode pays a multiple of the monthly amount where
    the centre says so, and covers as many months; elsewhere it covers the month of the day.

    Source: contribution.*; Bazhong 二(二)1, Liaoning (四), Lianyungang 三(二), Yantai 2,
    Kashgar 二.
    """
    sheet = Sheet(book)
    if not sheet.in_force():
        return sheet.decide(UNKNOWN_COVER)
    offered = book.choices("contribution.modes")
    met = facts.mode.value in offered
    sheet.test(
        "mode_offered" if met else "mode_not_offered",
        met,
        "contribution.modes",
        mode=facts.mode.value,
    )
    if facts.mode in CYCLE_MONTHS:
        cover = _decide_periodic(sheet, facts, CYCLE_MONTHS[facts.mode])
    elif book.choice("contribution.free_mode") == "MULTIPLE_OF_MONTHLY":
        cover = _decide_multiple(sheet, facts)
    else:
        cover = _decide_any_amount(sheet, facts)
    _test_prepayment(sheet, cover)
    return sheet.decide(cover)


def _cover(sheet: Sheet, facts: ContributionFacts, months: int) -> ContributionResult:
    """Lay ``months`` months after those already paid; write down that none is paid back."""
    book = sheet.book
    start = this_month = Month.of(book.on)
    if facts.covered_until is not None:
        following = facts.covered_until + 1
        back = following < this_month and book.flag("contribution.back_payment")
        start = following if back else max(this_month, following)
    last = start + (months - 1)
    sheet.test(
        "covers", True, "contribution.back_payment", first=str(start), last=str(last), months=months
    )
    return ContributionResult(months, start, last)


def _decide_periodic(sheet: Sheet, facts: ContributionFacts, months: int) -> ContributionResult:
    if not _test_monthly_amount(sheet, facts):
        return _cover(sheet, facts, months)
    due_fen = (facts.monthly_amount or 0) * months
    sheet.test(
        "payment_of_cycle",
        facts.payment_amount == due_fen,
        "contribution.modes",
        payment=yuan(facts.payment_amount),
        due=yuan(due_fen),
        months=months,
    )
    _test_least_payment(sheet, facts)
    _warn_of_annual_cap(sheet, facts)
    cover = _cover(sheet, facts, months)
    _warn_of_new_limits(sheet, facts, cover)
    return cover


def _decide_multiple(sheet: Sheet, facts: ContributionFacts) -> ContributionResult:
    if not _test_monthly_amount(sheet, facts) or not facts.monthly_amount:
        return UNKNOWN_COVER
    months, rest = divmod(facts.payment_amount, facts.monthly_amount)
    whole = months >= 1 and rest == 0
    sheet.test(
        "payment_is_multiple",
        whole,
        "contribution.free_mode",
        payment=yuan(facts.payment_amount),
        monthly=yuan(facts.monthly_amount),
    )
    _test_least_payment(sheet, facts)
    if not whole:
        return UNKNOWN_COVER
    cover = _cover(sheet, facts, months)
    _warn_of_new_limits(sheet, facts, cover)
    return cover


def _decide_any_amount(sheet: Sheet, facts: ContributionFacts) -> ContributionResult:
    book = sheet.book
    if book.find(_LEAST) is None:
        _test_limit(sheet, "least_payment", facts.payment_amount, _MINIMUM, least=True)
    else:
        _test_least_payment(sheet, facts)
    maximum = book.find(_MAXIMUM)
    if maximum is None:
        sheet.unset(_MAXIMUM)
    else:
        limit_fen = maximum.typed * book.count(_CAP_MONTHS)
        keys = (_MAXIMUM, _CAP_MONTHS, "contribution.limit_year")
        _test_room(sheet, "annual_cap", facts, facts.paid_this_year, limit_fen, *keys)
        if book.flag("contribution.free_month_cap"):
            month_keys = ("contribution.free_month_cap", _MAXIMUM)
            paid_fen = facts.paid_this_month
            _test_room(sheet, "month_cap", facts, paid_fen, maximum.typed, *month_keys)
    this_month = Month.of(book.on)
    if facts.covered_until is not None and facts.covered_until >= this_month:
        sheet.test(
            "already_covered", True, "contribution.free_mode", until=str(facts.covered_until)
        )
        return ContributionResult(0, None, None)
    sheet.test(
        "covers",
        True,
        "contribution.back_payment",
        first=str(this_month),
        last=str(this_month),
        months=1,
    )
    return ContributionResult(1, this_month, this_month)


def _test_room(
    sheet: Sheet, code: str, facts: ContributionFacts, paid_fen: int, limit_fen: int, *keys: str
) -> None:
    """Test that what was paid and this payment stay within a limit together."""
    sheet.test(
        code,
        paid_fen + facts.payment_amount <= limit_fen,
        *keys,
        paid=yuan(paid_fen),
        payment=yuan(facts.payment_amount),
        limit=yuan(limit_fen),
        left=yuan(max(0, limit_fen - paid_fen)),
    )


def _test_monthly_amount(sheet: Sheet, facts: ContributionFacts) -> bool:
    """Test the agreed monthly amount against the month's limits; False when it is unknown."""
    if facts.monthly_amount is None:
        sheet.test("monthly_amount_unknown", None, "contribution.modes")
        return False
    # No lower limit of the month stands in a text that limits the single payment instead.
    if sheet.book.find(_MINIMUM) is not None or sheet.book.find(_LEAST) is None:
        _test_limit(sheet, "monthly_minimum", facts.monthly_amount, _MINIMUM, least=True)
    _test_limit(sheet, "monthly_maximum", facts.monthly_amount, _MAXIMUM, least=False)
    return True


def _test_least_payment(sheet: Sheet, facts: ContributionFacts) -> None:
    if sheet.book.find(_LEAST) is not None:
        _test_limit(sheet, "least_payment", facts.payment_amount, _LEAST, least=True)


def _test_limit(sheet: Sheet, code: str, amount_fen: int, key: str, *, least: bool) -> None:
    limit = sheet.book.find(key)
    if limit is None:
        sheet.unset(key)
        return
    met = limit.typed <= amount_fen if least else amount_fen <= limit.typed
    sheet.test(code, met, key, amount=yuan(amount_fen), limit=yuan(limit.typed))


def _test_prepayment(sheet: Sheet, cover: ContributionResult) -> None:
    reading = sheet.book.choice(_PREPAY)
    if cover.covered_until is None or reading == "UNLIMITED":
        return
    fund_year_end = FundYear.of(sheet.book.on).last_month
    next_june = Month(sheet.book.on.year + 1, 6)
    bound = fund_year_end if reading == "FUND_YEAR_END" else next_june
    met = cover.covered_until <= bound
    sheet.test("prepay_until", met, _PREPAY, last=str(cover.covered_until), bound=str(bound))
    if not met and cover.covered_until <= next_june:
        sheet.warn("prepay_reading", bound=str(next_june))


def _warn_of_annual_cap(sheet: Sheet, facts: ContributionFacts) -> None:
    """Periodic modes are bound by the month; a year above twelve maxima deserves a look."""
    maximum = sheet.book.find(_MAXIMUM)
    if maximum is None:
        return
    limit_fen = maximum.typed * sheet.book.count(_CAP_MONTHS)
    if facts.paid_this_year + facts.payment_amount > limit_fen:
        sheet.warn("year_above_cap", limit=yuan(limit_fen))


def _warn_of_new_limits(sheet: Sheet, facts: ContributionFacts, cover: ContributionResult) -> None:
    """The limits are those of the day of payment; warn where a covered month has others."""
    book, amount, last = sheet.book, facts.monthly_amount, cover.covered_until
    if amount is None or last is None or last <= Month.of(book.on):
        return
    # A multiple of a tiny amount may reach beyond any calendar; no law is known that far ahead.
    last_day = min(last, Month(LAST_YEAR, 12)).last_day
    lowest = book.history(_MINIMUM, book.on, last_day)
    highest = book.history(_MAXIMUM, book.on, last_day)
    outside = [value for value in lowest[1:] if amount < value.typed]
    outside += [value for value in highest[1:] if amount > value.typed]
    for value in outside:
        sheet.warn("limit_changes", limit=yuan(value.typed), since=value.effective_from.isoformat())
