"""Prepayment in part or in full: fewer instalments, or smaller ones. Pure.

The cash brings the interest of the principal it repays, from the last due date to the day of
payment: principal = amount ÷ (1 + rate × days/360). The principal that stays owes its own interest
of the whole period, which falls due with the next instalment as before. So the rows that follow
are those of a fresh schedule on the reduced balance.
"""

from dataclasses import dataclass

from kernel.days import days_between
from kernel.money import round_half_up, yuan
from kernel.rates import printed_percent
from loans.facts import PrepaymentFacts, PrepaymentOption, RepaymentMethod
from loans.schedule import (
    ScheduleRow,
    Terms,
    find_terms,
    first_payment_fen,
    instalment_fen,
    month_interest_fen,
    schedule_rows,
    total_interest_fen,
)
from policy.book import PolicyBook
from policy.decisions import Decision, Sheet


@dataclass(frozen=True, slots=True)
class PrepaymentResult:
    """What a prepayment does, in fen.

    ``principal_fen`` and ``interest_fen`` split the cash; ``balance_fen`` is owed after it.
    ``payment_fen`` is the regular next instalment and ``last_payment_fen`` the last one, both zero
    when nothing is left. ``interest_saved_fen`` may be a fen or two below zero by rounding. All
    None when the payment is refused or a value is unset.
    """

    principal_fen: int | None = None
    interest_fen: int | None = None
    balance_fen: int | None = None
    payment_fen: int | None = None
    remaining_instalments: int | None = None
    last_payment_fen: int | None = None
    interest_saved_fen: int | None = None


def decide_prepayment(facts: PrepaymentFacts, book: PolicyBook) -> Decision[PrepaymentResult]:
    """Decide a prepayment and what is left to repay after it.

    Every instalment up to ``paid_instalments`` counts as paid by its schedule. More than is owed
    on the day is refused.

    Source: loan_rate.*; no centre's own text is needed.
    """
    sheet = Sheet(book.at(facts.disbursed_on))
    terms = find_terms(facts, sheet)
    if terms is None:
        return sheet.decide(PrepaymentResult())
    paid = facts.paid_instalments
    old_rows = schedule_rows(terms, facts.principal)
    owed_fen = old_rows[paid - 1].balance_fen if paid else facts.principal
    accrued = terms.accrued(paid + 1, facts.paid_on)
    settle_fen = round_half_up(owed_fen * (1 + accrued))
    sheet.test(
        "prepayment_within_debt",
        facts.amount <= settle_fen,
        "loan_rate.day_count",
        amount=yuan(facts.amount),
        owed=yuan(settle_fen),
        balance=yuan(owed_fen),
    )
    if facts.amount > settle_fen:
        return sheet.decide(PrepaymentResult())

    principal_fen = min(round_half_up(facts.amount / (1 + accrued)), owed_fen)
    start = terms.due_dates[paid]
    sheet.test(
        "prepayment_split",
        True,
        "loan_rate.day_count",
        principal=yuan(principal_fen),
        interest=yuan(facts.amount - principal_fen),
        days=days_between(start, facts.paid_on, terms.day_count),
        rate=printed_percent(terms.rate_on(start)),
    )
    old_interest_fen = total_interest_fen(old_rows[paid:])
    equal_fen = equal_part_fen(terms, old_rows, facts)
    return sheet.decide(
        _what_is_left(terms, facts, owed_fen, principal_fen, equal_fen, old_interest_fen)
    )


def _what_is_left(
    terms: Terms,
    facts: PrepaymentFacts,
    owed_fen: int,
    principal_fen: int,
    equal_fen: int,
    old_interest_fen: int,
) -> PrepaymentResult:
    """Lay out the instalments after a prepayment of ``principal_fen``.

    ``equal_fen`` is what stayed equal before it, ``old_interest_fen`` the interest then to come.
    """
    paid = facts.paid_instalments
    balance_fen, interest_fen = owed_fen - principal_fen, facts.amount - principal_fen
    rate = terms.rate_on(terms.due_dates[paid])
    if facts.option is PrepaymentOption.REDUCE:
        last = facts.term_months
        equal_fen = instalment_fen(balance_fen, rate, last - paid, terms.method)
    else:
        last = paid + months_to_repay(terms, balance_fen, equal_fen, paid, facts.term_months)
    if terms.method is RepaymentMethod.LEVEL_PRINCIPAL:
        equal_fen = min(equal_fen, balance_fen)
    rows: tuple[ScheduleRow, ...] = ()
    if balance_fen:
        rows = schedule_rows(terms, balance_fen, paid=paid, last=last, equal_fen=equal_fen)
    return PrepaymentResult(
        principal_fen=principal_fen,
        interest_fen=interest_fen,
        balance_fen=balance_fen,
        payment_fen=first_payment_fen(balance_fen, equal_fen, rate, terms.method) if rows else 0,
        remaining_instalments=len(rows),
        last_payment_fen=rows[-1].payment_fen if rows else 0,
        interest_saved_fen=old_interest_fen - total_interest_fen(rows) - interest_fen,
    )


def equal_part_fen(terms: Terms, old_rows: tuple[ScheduleRow, ...], facts: PrepaymentFacts) -> int:
    """Return what stays equal in the schedule before the prepayment, in fen.

    It is what was set at the start or at the last repricing before the running period.
    """
    balance_fen, since = facts.principal, 0
    for row in old_rows[: facts.paid_instalments]:
        after = terms.due_dates[row.number]
        if terms.rate_on(after) != terms.rate_on(terms.due_dates[row.number - 1]):
            balance_fen, since = row.balance_fen, row.number
    rate = terms.rate_on(terms.due_dates[since])
    return instalment_fen(balance_fen, rate, facts.term_months - since, terms.method)


def months_to_repay(terms: Terms, balance_fen: int, equal_fen: int, paid: int, last: int) -> int:
    """Count the instalments that repay the balance when the payment stays as it is.

    Counted at the rate of the running period, the one after instalment ``paid``, and never more
    than were left before, up to number ``last``.
    """
    rate = terms.rate_on(terms.due_dates[paid])
    months = 0
    while balance_fen > 0 and months < last - paid:
        if terms.method is RepaymentMethod.LEVEL_PRINCIPAL:
            balance_fen -= equal_fen
        else:
            balance_fen -= max(equal_fen - month_interest_fen(balance_fen, rate), 0)
        months += 1
    return months
