"""Whether a borrower may repay before it is due: least sum, times a year, the debit window. Pure.

How such a payment changes the instalments is ``loans.prepayment``.
"""

from dataclasses import dataclass

from kernel.money import yuan
from loans.repayment_facts import PrepaymentRequestFacts
from policy.book import PolicyBook
from policy.decisions import Decision, Sheet

KEYS = (
    "prepayment.minimum",
    "prepayment.times_per_year",
    "prepayment.options",
    "prepayment.debit_window_days",
    "prepayment.debit_window",
)


@dataclass(frozen=True, slots=True)
class PrepaymentRequestResult:
    """What would be repaid before it is due, in fen; None where a value is unset."""

    prepaid_fen: int | None


def decide_prepayment_request(
    facts: PrepaymentRequestFacts, book: PolicyBook
) -> Decision[PrepaymentRequestResult]:
    """Decide whether money may repay principal before it is due.

    What is due comes first, so something must be left after it. A borrower who pays the loan off
    is bound by the debit window only: a debit under way would come on top.

    Source: prepayment.*; Civil Code art. 677 (early repayment, interest for the time it was lent).
    """
    sheet = Sheet(book)
    missing = [key for key in KEYS if book.find(key) is None]
    for key in missing:
        sheet.unset(key)
    if missing:
        return sheet.decide(PrepaymentRequestResult(None))
    sheet.test(
        "prepay_after_due", facts.prepaid > 0, "loan_rate.allocation", left=yuan(facts.prepaid)
    )
    if not facts.settles:
        _test_part(sheet, facts)
    _test_window(sheet, facts)
    return sheet.decide(PrepaymentRequestResult(facts.prepaid))


def _test_part(sheet: Sheet, facts: PrepaymentRequestFacts) -> None:
    book = sheet.book
    minimum = book.fen("prepayment.minimum")
    sheet.test(
        "prepay_minimum",
        facts.prepaid >= minimum,
        "prepayment.minimum",
        amount=yuan(facts.prepaid),
        minimum=yuan(minimum),
    )
    times = book.count("prepayment.times_per_year")
    sheet.test(
        "prepay_times",
        facts.earlier < times,
        "prepayment.times_per_year",
        earlier=facts.earlier,
        times=times,
        year=facts.asked_on.year,
    )
    sheet.test(
        "prepay_option",
        facts.option.value in book.choices("prepayment.options"),
        "prepayment.options",
        option=facts.option.value,
    )


def _test_window(sheet: Sheet, facts: PrepaymentRequestFacts) -> None:
    book = sheet.book
    if facts.due_on is None:
        return
    days = book.count("prepayment.debit_window_days")
    inside = 0 <= (facts.asked_on - facts.due_on).days <= days
    always = book.choice("prepayment.debit_window") == "ALWAYS"
    sheet.test(
        "prepay_window",
        not (inside and (always or facts.due_unpaid)),
        "prepayment.debit_window_days",
        "prepayment.debit_window",
        due=facts.due_on.isoformat(),
        days=days,
    )
