"""What a loan contract may say, and what may be changed of it. Pure."""

from dataclasses import dataclass
from fractions import Fraction

from kernel.rates import printed_percent
from loans.contract_facts import (
    LAST_AGREED_DUE_DAY,
    ChangeFacts,
    ChangeKind,
    ContractFacts,
    OffsetMode,
)
from loans.rates import find_table_rate
from loans.terms import MONTHS, find_longest_term
from policy.book import PolicyBook
from policy.decisions import Decision, Sheet

AGREED = "AGREED"


@dataclass(frozen=True, slots=True)
class ContractResult:
    """The contract's rate, and the table's of the day; None where the table has none."""

    annual_rate: Fraction | None
    table_rate: Fraction | None


def decide_loan_contract(facts: ContractFacts, book: PolicyBook) -> Decision[ContractResult]:
    """Decide whether a loan may be agreed on these terms, by the law of the day of signing.

    Source: loan_rate.first_short, first_long, second_short, second_long, short_term_months;
    loan.due_day_rule, insurance; offset.agreement_required, account_first.
    """
    sheet = Sheet(book)
    if not sheet.in_force():
        return sheet.decide(ContractResult(None, None))
    table = find_table_rate(sheet, facts.term_months, home_number=facts.home_number)
    agreed = facts.annual_rate if facts.annual_rate is not None else table
    if table is not None and agreed is not None:
        _test_rate(sheet, facts, table, agreed)
    _test_due_day(sheet, facts)
    if facts.insured:
        sheet.test("loan_insurance_offered", book.flag("loan.insurance"), "loan.insurance")
    check_offset(sheet, facts.offset)
    return sheet.decide(ContractResult(agreed, table))


def _test_rate(sheet: Sheet, facts: ContractFacts, table: Fraction, agreed: Fraction) -> None:
    """A first home takes the table's rate; for a second home the table is a floor."""
    home = "first" if facts.home_number == 1 else "second"
    short = facts.term_months <= sheet.book.count("loan_rate.short_term_months")
    key = f"loan_rate.{home}_{'short' if short else 'long'}"
    sheet.test(
        "loan_rate_of_the_table" if facts.home_number == 1 else "loan_rate_not_below_floor",
        agreed == table if facts.home_number == 1 else agreed >= table,
        key,
        agreed=printed_percent(agreed),
        table=printed_percent(table),
    )


def _test_due_day(sheet: Sheet, facts: ContractFacts) -> None:
    key = "loan.due_day_rule"
    if sheet.book.choice(key) == AGREED:
        met = facts.due_day is not None and facts.due_day <= LAST_AGREED_DUE_DAY
        sheet.test("loan_due_day_agreed", met, key, seen=facts.due_day, last=LAST_AGREED_DUE_DAY)
    else:
        sheet.test("loan_due_day_of_payment", facts.due_day is None, key, seen=facts.due_day)


def check_offset(sheet: Sheet, agreed: OffsetMode | None) -> None:
    """Test that the offset agreement is there where the centre wants one.

    One text asks for the offset of each month; the other lets the account serve the loan first,
    by month or by year.

    Source: offset.agreement_required, offset.account_first.
    """
    key = "offset.agreement_required"
    if sheet.book.flag(key):
        sheet.test("loan_offset_monthly", agreed is OffsetMode.MONTHLY, key)
    elif sheet.book.flag("offset.account_first"):
        sheet.test("loan_offset_agreed", agreed is not None, "offset.account_first")


def decide_loan_change(facts: ChangeFacts, book: PolicyBook) -> Decision[int | None]:
    """Decide whether a running loan may be changed.

    The class of the rate stays that of the contract's term, whatever the term becomes.

    Returns:
        The longest term in all, in months, where a term is asked for and the law names one.

    Source: loan.change_while_overdue, maximum_term_years, term_age_basis; loan_rate.
    short_term_months; offset.agreement_required.
    """
    sheet = Sheet(book)
    if not sheet.in_force():
        return sheet.decide(None)
    # A lost card or an offset is changed all the more when instalments are late.
    moves_course = facts.kind in (ChangeKind.TERM, ChangeKind.METHOD)
    if moves_course and not book.flag("loan.change_while_overdue"):
        sheet.test("loan_change_not_overdue", not facts.overdue, "loan.change_while_overdue")
    longest = None
    if facts.kind is ChangeKind.TERM and facts.new_term is not None:
        longest = _test_term(sheet, facts, facts.new_term)
    if facts.kind is ChangeKind.METHOD:
        different = facts.new_method is not None and facts.new_method is not facts.method
        sheet.test("loan_change_is_one", different)
    if facts.kind is ChangeKind.OFFSET:
        check_offset(sheet, facts.offset)
    return sheet.decide(longest)


def _test_term(sheet: Sheet, facts: ChangeFacts, new_term: int) -> int | None:
    """Test a new term: other than now, instalments left, within age and years."""
    sheet.test("loan_change_is_one", new_term != facts.term_months)
    left = new_term > facts.behind
    sheet.test("loan_change_leaves_instalments", left, asked=new_term, behind=facts.behind)
    key = "loan_rate.short_term_months"
    sheet.test("loan_class_by_contract_term", True, key, months=facts.contract_term)
    if new_term <= facts.term_months:
        # A shorter loan ends sooner, so age and years have been looked at before.
        return None
    years = sheet.book.find("loan.maximum_term_years")
    if years is None or facts.borrower is None:
        sheet.unset("loan.maximum_term_years")
        return None
    whole = MONTHS * years.typed
    sheet.test(
        "loan_term_in_all",
        new_term <= whole,
        "loan.maximum_term_years",
        asked=new_term,
        longest=whole,
    )
    longest = find_longest_term(sheet, facts.borrower, max(new_term - facts.behind, 1))
    return None if longest is None else min(whole, facts.behind + longest)
