"""How much a family may borrow, and whether it may borrow at all. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kernel.days import add_months
from kernel.money import round_half_up, yuan
from kernel.months import Month, months_between
from kernel.rates import percent, printed_percent
from loans.facts import LoanQuotaFacts, RepaymentMethod
from loans.formula import Formula, average_monthly, counted, find_formula
from loans.rates import find_table_rate
from loans.terms import MONTHS, find_longest_term
from policy.book import PolicyBook
from policy.decisions import Decision, Sheet

FORMULA, CAP, PRICE_LIMIT, CAPACITY = "formula", "cap", "price_limit", "capacity"


@dataclass(frozen=True, slots=True)
class LoanQuotaResult:
    """The quota and every amount that bounds it, in fen; None where a value is unset.

    ``multiplier`` is a whole number where it can be; ``binding`` names the least bound, the
    first of formula, cap, price_limit, capacity where several are equal.
    """

    average_monthly_fen: int
    multiplier: int | Fraction | None = None
    formula_fen: int | None = None
    cap_fen: int | None = None
    price_limit_fen: int | None = None
    capacity_fen: int | None = None
    quota_fen: int | None = None
    binding: str | None = None
    alternative_quota_fen: int | None = None
    max_term_months: int | None = None
    annual_rate: Fraction | None = None


def decide_loan_quota(facts: LoanQuotaFacts, book: PolicyBook) -> Decision[LoanQuotaResult]:
    """Decide how much the applicants may borrow on the day of their application.

    Waiting months bind the borrower; the record, open loans and bans bind both spouses, and the
    spouse's money counts at once. What cannot be computed for want of a value stays None, and the
    sheet names the key.

    Source: loan.*, loan_rate.*; Kashgar 四 and 五, Lianyungang 三(四), Yantai 6, 7 and 20.
    """
    sheet = Sheet(book.at(facts.applied_on))
    average_fen = round_half_up(average_monthly(facts))
    in_force = sheet.in_force()
    if in_force:
        check_applicants(sheet, facts)
    rate = facts.annual_rate
    if rate is None:
        home = 1 if facts.house.first_home else 2
        rate = find_table_rate(sheet, facts.term_months, home_number=home)
    if not in_force:
        return sheet.decide(LoanQuotaResult(average_fen, annual_rate=rate))
    for date in (item.date for who in facts.applicants for item in who.contributions):
        if date > facts.applied_on:
            sheet.warn("contribution_after_application", date=date.isoformat())

    longest = find_longest_term(sheet, facts.applicants[0], facts.term_months)
    formula = find_formula(sheet, facts)
    raised = find_uplift(sheet, facts, "FORMULA")
    bounds: dict[str, Fraction | None] = {
        FORMULA: None if formula.amount is None else formula.amount * raised,
        CAP: find_cap(sheet, facts),
        PRICE_LIMIT: find_price_limit(sheet, facts),
        CAPACITY: find_capacity(sheet, facts, rate),
    }
    quota_fen, binding = least(sheet, bounds)
    other_fen = None
    if formula.other_amount is not None:
        other_fen, _ = least(sheet, {**bounds, FORMULA: formula.other_amount * raised})
    write_quota(sheet, quota_fen, binding)
    return sheet.decide(
        LoanQuotaResult(
            average_monthly_fen=average_fen,
            multiplier=plain(formula),
            formula_fen=to_fen(bounds[FORMULA]),
            cap_fen=to_fen(bounds[CAP]),
            price_limit_fen=to_fen(bounds[PRICE_LIMIT]),
            capacity_fen=to_fen(bounds[CAPACITY]),
            quota_fen=quota_fen,
            binding=binding,
            alternative_quota_fen=other_fen,
            max_term_months=longest,
            annual_rate=rate,
        )
    )


def to_fen(amount: Fraction | None) -> int | None:
    """Round an amount to fen for showing."""
    return None if amount is None else round_half_up(amount)


def plain(formula: Formula) -> int | Fraction | None:
    """Return the multiplier, as a whole number where it is one."""
    multiplier = formula.multiplier
    if multiplier is not None and multiplier.denominator == 1:
        return int(multiplier)
    return multiplier


def check_applicants(sheet: Sheet, facts: LoanQuotaFacts) -> None:
    """Test bans, the purchase, the record of each applicant, waiting months and open loans."""
    check_bans(sheet, facts)
    check_purchase(sheet, facts)
    check_record(sheet, facts)
    check_waiting(sheet, facts)
    if sheet.book.flag("loan.no_open_loan"):
        for number, applicant in enumerate(facts.applicants, start=1):
            sheet.test(
                "no_open_loan", not applicant.open_loan, "loan.no_open_loan", applicant=number
            )


def check_bans(sheet: Sheet, facts: LoanQuotaFacts) -> None:
    """Test that no applicant is banned; a ban runs through its last day."""
    keys = ["withdrawal.fraud_ban_years", "withdrawal.loan_fraud_ban_years"]
    if sheet.book.find(keys[1]) is None:
        # Before the Regulation of 2026 knew bans, a recorded one spoke against good credit.
        keys = ["loan.not_dishonest"]
    for number, applicant in enumerate(facts.applicants, start=1):
        if applicant.banned_until is not None:
            sheet.test(
                "loan_not_banned",
                applicant.banned_until < facts.applied_on,
                *keys,
                applicant=number,
                until=applicant.banned_until.isoformat(),
            )


def check_purchase(sheet: Sheet, facts: LoanQuotaFacts) -> None:
    """Test that the home was bought or built not too long ago, and not in the future."""
    months = sheet.book.find("loan.purchase_within_months")
    if months is None:
        return
    bought, applied = facts.house.purchased_on, facts.applied_on
    sheet.test(
        "purchase_recent",
        bought <= applied <= add_months(bought, months.typed),
        "loan.purchase_within_months",
        purchased=bought.isoformat(),
        applied=applied.isoformat(),
        months=months.typed,
    )


def check_record(sheet: Sheet, facts: LoanQuotaFacts) -> None:
    """Test each applicant against the list of dishonest debtors and the overdue limits.

    Where a centre has no rule of its own, a clean record passes and another needs a person.
    """
    book = sheet.book
    listed_refuses = book.flag("loan.not_dishonest")
    for number, applicant in enumerate(facts.applicants, start=1):
        if listed_refuses or applicant.dishonest_person:
            met = not applicant.dishonest_person if listed_refuses else None
            sheet.test("loan_not_dishonest", met, "loan.not_dishonest", applicant=number)
        for key, seen in (
            ("loan.overdue_in_a_row", applicant.overdue_in_a_row),
            ("loan.overdue_total", applicant.overdue_total),
        ):
            limit = book.find(key)
            if limit is not None:
                sheet.test(
                    key.replace("loan.", "loan_"),
                    seen < limit.typed,
                    key,
                    "loan.credit_window_months",
                    applicant=number,
                    seen=seen,
                    limit=limit.typed,
                )
            elif seen:
                sheet.unset(key)


def check_waiting(sheet: Sheet, facts: LoanQuotaFacts) -> None:
    """Test how long the borrower has contributed; the spouse need not wait."""
    book, borrower = sheet.book, facts.applicants[0]
    rule = book.find("loan.waiting_rule")
    if rule is None:
        sheet.unset("loan.waiting_rule")
        return
    month = Month.of(facts.applied_on)
    if rule.typed == "CUMULATIVE":
        required = book.count("loan.minimum_cumulative_months")
        # Without a fixed frequency a month counts when something was paid in it.
        paid = {
            Month.of(item.date)
            for item in borrower.contributions
            if item.amount > 0 and item.date <= facts.applied_on
        }
        sheet.test(
            "loan_cumulative_months",
            len(paid) >= required,
            "loan.minimum_cumulative_months",
            "loan.waiting_rule",
            months=len(paid),
            required=required,
        )
        return
    opened, required = borrower.opened_on, book.count("loan.minimum_span_months")
    span = None if opened is None else months_between(Month.of(opened), month)
    sheet.test(
        "loan_opening_unknown" if span is None else "loan_span_months",
        None if span is None else span >= required,
        "loan.minimum_span_months",
        "loan.waiting_rule",
        months=span,
        required=required,
    )
    covered = sum(1 for item in counted(borrower, facts.applied_on) if item <= month)
    required = book.count("loan.minimum_covered_months")
    sheet.test(
        "loan_covered_months",
        covered >= required,
        "loan.minimum_covered_months",
        "loan.waiting_rule",
        months=covered,
        required=required,
    )


def find_uplift(sheet: Sheet, facts: LoanQuotaFacts, raised: str) -> Fraction:
    """Return the factor by which talents and green homes raise the cap, or the formula.

    Source: loan.cap_uplift, uplift_on, uplift_local_only, green_uplift.
    """
    book, house = sheet.book, facts.house
    factor = Fraction(1)
    on = book.find("loan.uplift_on")
    if (on.typed if on else "CAP") != raised:
        return factor
    talent = book.find("loan.cap_uplift") if facts.talent else None
    if talent is not None:
        local_only = book.find("loan.uplift_local_only")
        away = local_only is not None and local_only.typed and not house.local
        if not away:
            factor += talent.typed
        sheet.test(
            "uplift_local_only" if away else "uplift",
            True,
            "loan.cap_uplift",
            "loan.uplift_on",
            *(["loan.uplift_local_only"] if local_only is not None else []),
            uplift=percent(talent.typed),
        )
    green = book.find("loan.green_uplift") if house.green else None
    if green is not None:
        factor += green.typed
        sheet.test("green_uplift", True, "loan.green_uplift", uplift=percent(green.typed))
    elif house.green:
        sheet.warn("green_uplift_without_figure")
    return factor


def find_cap(sheet: Sheet, facts: LoanQuotaFacts) -> Fraction | None:
    """Return the highest loan in fen: the family's for two applicants where one is set."""
    family = sheet.book.find("loan.family_cap") if len(facts.applicants) > 1 else None
    key = "loan.cap" if family is None else "loan.family_cap"
    value = sheet.book.find(key)
    raised = find_uplift(sheet, facts, "CAP")
    if value is None:
        sheet.unset(key)
        return None
    cap: Fraction = value.typed * raised
    sheet.test("cap", True, key, cap=yuan(round_half_up(cap)))
    return cap


def find_price_limit(sheet: Sheet, facts: LoanQuotaFacts) -> Fraction | None:
    """Return the share of the price that may be lent, in fen."""
    share = sheet.book.find("loan.price_share")
    if share is None:
        sheet.unset("loan.price_share")
        return None
    limit: Fraction = facts.house.price * share.typed
    sheet.test(
        "price_limit",
        True,
        "loan.price_share",
        price=yuan(facts.house.price),
        share=percent(share.typed),
        limit=yuan(round_half_up(limit)),
    )
    return limit


def find_capacity(sheet: Sheet, facts: LoanQuotaFacts, rate: Fraction | None) -> Fraction | None:
    """Return what the share of the income repays over the term asked for, in fen."""
    share = sheet.book.find("loan.income_share")
    if share is None:
        sheet.unset("loan.income_share")
    if share is None or rate is None:
        return None
    monthly = facts.family_monthly_income * share.typed
    amount = repayable(monthly, rate, facts.term_months, facts.method)
    sheet.test(
        "capacity",
        True,
        "loan.income_share",
        income=yuan(facts.family_monthly_income),
        share=percent(share.typed),
        rate=printed_percent(rate),
        months=facts.term_months,
        capacity=yuan(round_half_up(amount)),
    )
    return amount


def repayable(
    monthly: Fraction, annual_rate: Fraction, months: int, method: RepaymentMethod
) -> Fraction:
    """Return the principal whose first payment is ``monthly``; exact, in its unit.

    Level payment: monthly·((1+i)^n − 1) ÷ (i·(1+i)^n). Level principal: monthly ÷ (1/n + i).
    """
    interest = annual_rate / MONTHS
    if interest == 0:
        return monthly * months
    if method is RepaymentMethod.LEVEL_PRINCIPAL:
        return monthly / (Fraction(1, months) + interest)
    part, whole = interest.numerator, interest.denominator
    grown, still = (whole + part) ** months, whole**months
    return monthly * Fraction(whole * (grown - still), part * grown)


def least(sheet: Sheet, bounds: Mapping[str, Fraction | None]) -> tuple[int | None, str | None]:
    """Return the least bound rounded down, in fen, and its name; None when one is unknown."""
    step = sheet.book.find("loan.round_down_to")
    known = {name: amount for name, amount in bounds.items() if amount is not None}
    if step is None or len(known) < len(bounds):
        return None, None
    binding = min(known, key=lambda name: known[name])
    return int(known[binding] // step.typed) * step.typed, binding


def write_quota(sheet: Sheet, quota_fen: int | None, binding: str | None) -> None:
    """Write down the quota; nothing to lend is a refusal."""
    if quota_fen is None:
        if sheet.book.find("loan.round_down_to") is None:
            sheet.unset("loan.round_down_to")
        return
    sheet.test("quota", quota_fen > 0, "loan.round_down_to", quota=yuan(quota_fen), binding=binding)
