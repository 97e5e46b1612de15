"""What an agreement may say about contributions. Pure: no Django, no database."""

from accounts.facts import ContributionMode
from kernel.money import yuan
from kernel.wire import Facts, YuanFen
from policy.book import PolicyBook
from policy.decisions import Decision, Sheet
from policy.records import value_record

_MINIMUM = "contribution.monthly_minimum"
_MAXIMUM = "contribution.monthly_maximum"
_LEAST = "contribution.least_payment"

# What a signed agreement keeps of the law of its day; a key without a value is left out.
CLAUSES = (
    "agreement.contents",
    "agreement.breach_kinds",
    "contribution.modes",
    "contribution.monthly_minimum",
    "contribution.monthly_maximum",
    "contribution.least_payment",
    "contribution.free_mode",
    "contribution.prepay_until",
    "contribution.back_payment",
    "dormancy.seal",
    "dormancy.close",
    "dormancy.months",
    "dormancy.notice_days",
    "exit.no_open_loan",
    "exit.unit_part_waits",
    "loan.cap",
    "loan.minimum_covered_months",
    "loan.minimum_cumulative_months",
    "loan.minimum_span_months",
    "loan.no_open_loan",
    "loan.quota_factors",
    "offset.account_first",
    "offset.agreement_required",
    "offset.keeps_contributing",
    "withdrawal.extra_grounds",
    "withdrawal.grounds",
    "withdrawal.with_open_loan",
)


class TermsFacts(Facts):
    """What member and centre want to agree on; free mode may do without a monthly amount."""

    mode: ContributionMode
    monthly_amount: YuanFen | None = None


def decide_terms(facts: TermsFacts, book: PolicyBook) -> Decision[None]:
    """Decide whether mode and monthly amount may be agreed on, by the law of the book's day.

    Source: contribution.modes, contribution.monthly_minimum, contribution.monthly_maximum.
    """
    sheet = Sheet(book)
    if not sheet.in_force():
        return sheet.decide(None)
    offered = book.choices("contribution.modes")
    met = facts.mode.value in offered
    sheet.test(
        "mode_offered" if met else "mode_not_offered",
        met,
        "contribution.modes",
        mode=facts.mode.value,
        offered=", ".join(offered),
    )
    if facts.monthly_amount is None:
        if (
            facts.mode is not ContributionMode.FREE
            or book.choice("contribution.free_mode") == "MULTIPLE_OF_MONTHLY"
        ):
            sheet.test("monthly_amount_unknown", None, "contribution.modes")
        return sheet.decide(None)
    # A text that limits the single payment sets no lower limit of the month.
    if book.find(_MINIMUM) is not None or book.find(_LEAST) is None:
        _test_limit(sheet, "monthly_minimum", facts.monthly_amount, _MINIMUM, least=True)
    _test_limit(sheet, "monthly_maximum", facts.monthly_amount, _MAXIMUM, least=False)
    return sheet.decide(None)


def clauses_of(book: PolicyBook) -> list[dict[str, object]]:
    """Write down what an agreement signed today keeps of the law, with its citations."""
    found = (book.find(key) for key in CLAUSES)
    return [value_record(value) for value in found if value is not None]


def _test_limit(sheet: Sheet, code: str, amount_fen: int, key: str, *, least: bool) -> None:
    limit = sheet.book.find(key)
    if limit is None:
        sheet.unset(key)
        return
    met = limit.typed <= amount_fen if least else amount_fen <= limit.typed
    sheet.test(code, met, key, amount=yuan(amount_fen), limit=yuan(limit.typed))
