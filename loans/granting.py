"""Whether a loan application may go on, and for how much. Pure.

The quota decides the sum; here stand the tests of what is asked for: the kind of loan, the other
bank's part, insurance, security, and the national platform's answers.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kernel.money import yuan
from loans.facts import LoanApplicationFacts, Product, Purpose, Reading, SecurityKind
from loans.quota import LoanQuotaResult, decide_loan_quota
from policy.book import PolicyBook
from policy.decisions import Caution, Decision, Outcome, Reason, Sheet
from policy.values import Value

REFINANCING = (Product.COMMERCIAL_CONVERSION, Product.COMMERCIAL_REPLACEMENT)


@dataclass(frozen=True, slots=True)
class LoanApplicationResult:
    """The quota as computed, the one in the chosen reading, and what can be granted, in fen."""

    quota: LoanQuotaResult
    quota_fen: int | None
    granted_fen: int | None


def decide_loan_application(
    facts: LoanApplicationFacts, book: PolicyBook
) -> Decision[LoanApplicationResult]:
    """Decide an application on its day: all tests of the quota, and those of what is asked.

    More asked than the quota is granted up to the quota, with a warning that names the bound. A
    loan that takes a bank's place is not bound to the time since the purchase.

    Source: loan.*; Regulation art. 27, Yantai 6, 8 and 20, Bazhong 二(三)4, Kashgar 四 and 五.
    """
    applied_on = facts.quota.applied_on
    quota = decide_loan_quota(facts.quota, book.fresh(book.on))
    sheet = Sheet(book.at(applied_on))
    if sheet.book.in_force:
        check_product(sheet, facts)
        check_bank_part(sheet, facts)
        check_insurance(sheet, facts)
        check_platform(sheet, facts)
        check_guarantors(sheet, facts)
    result = quota.result
    quota_fen = chosen_quota_fen(facts, result, sheet.book)
    granted_fen = None if quota_fen is None else min(facts.asked, quota_fen)
    if quota_fen is not None and facts.asked > quota_fen:
        sheet.warn(
            f"asked_above_quota_{result.binding}",
            asked=yuan(facts.asked),
            quota=yuan(quota_fen),
        )
    own = sheet.decide(LoanApplicationResult(result, quota_fen, granted_fen))
    return _joined(own, quota, without_purchase=facts.product in REFINANCING)


def chosen_quota_fen(
    facts: LoanApplicationFacts, result: LoanQuotaResult, book: PolicyBook
) -> int | None:
    """Give the quota in the reading that was chosen; without a choice in the centre's."""
    if facts.reading is None or result.alternative_quota_fen is None:
        return result.quota_fen
    standing = book.find("loan.band_reading")
    other = standing is not None and standing.typed != facts.reading.value
    return result.alternative_quota_fen if other else result.quota_fen


def other_reading(book: PolicyBook) -> Reading:
    """Give the reading that the centre has not taken.

    Source: loan.band_reading.
    """
    taken = book.choice("loan.band_reading")
    return Reading.TEXT if taken == Reading.TABLE else Reading.TABLE


def check_product(sheet: Sheet, facts: LoanApplicationFacts) -> None:
    """Test that the centre offers this kind of loan, and that the use belongs to it."""
    offered = sheet.book.choices("loan.products")
    if not offered:
        sheet.unset("loan.products")
    else:
        sheet.test(
            "loan_product_offered",
            facts.product.value in offered,
            "loan.products",
            product=facts.product.value,
        )
    relocation = facts.product is Product.RELOCATION_HOME
    if relocation or facts.purpose is Purpose.RELOCATION_EXTRA:
        sheet.test(
            "loan_relocation_extra",
            relocation and facts.purpose is Purpose.RELOCATION_EXTRA,
            "loan.products",
        )


def check_bank_part(sheet: Sheet, facts: LoanApplicationFacts) -> None:
    """Test what a bank lends beside the fund, or is still owed, against price and sum asked."""
    price_fen, part_fen = facts.quota.house.price, facts.bank_part
    if facts.product is Product.COMBINATION:
        sheet.test(
            "loan_combination",
            part_fen > 0 and facts.asked + part_fen <= price_fen,
            "loan.products",
            asked=yuan(facts.asked),
            part=yuan(part_fen),
            price=yuan(price_fen),
        )
    elif facts.product in REFINANCING:
        sheet.test(
            "loan_bank_balance",
            part_fen > 0 and facts.asked <= part_fen,
            "loan.products",
            asked=yuan(facts.asked),
            balance=yuan(part_fen),
        )


def check_insurance(sheet: Sheet, facts: LoanApplicationFacts) -> None:
    """Test that a loan insurance is something the centre's text knows; nobody must have one."""
    if facts.insured:
        sheet.test("loan_insurance", sheet.book.flag("loan.insurance"), "loan.insurance")


def check_platform(sheet: Sheet, facts: LoanApplicationFacts) -> None:
    """Test what the national platform says of each person."""
    if not sheet.book.flag("loan.platform_check"):
        return
    applicants = len(facts.quota.applicants)
    for number, against in enumerate(facts.against, start=1):
        surety = number > applicants
        sheet.test(
            "loan_platform_guarantor" if surety else "loan_platform",
            not against,
            "loan.platform_check",
            person=number - applicants if surety else number,
        )


def check_guarantors(sheet: Sheet, facts: LoanApplicationFacts) -> None:
    """Test that a loan on surety names somebody, and that those named are good for it."""
    if facts.security is SecurityKind.GUARANTEE:
        sheet.test("loan_guarantor_named", bool(facts.guarantors), "loan.security_required")
    for number, guarantor in enumerate(facts.guarantors, start=1):
        sheet.test(
            "loan_guarantor_honest",
            not guarantor.dishonest_person,
            "loan.security_required",
            person=number,
        )
        if guarantor.banned_until is not None:
            sheet.test(
                "loan_guarantor_not_banned",
                guarantor.banned_until < facts.quota.applied_on,
                "loan.security_required",
                person=number,
                until=guarantor.banned_until.isoformat(),
            )


def _joined(
    own: Decision[LoanApplicationResult],
    quota: Decision[LoanQuotaResult],
    *,
    without_purchase: bool,
) -> Decision[LoanApplicationResult]:
    """Join both sheets into one decision, in the order in which a person reads them."""
    reasons = tuple(
        reason
        for reason in (*own.reasons, *quota.reasons)
        if not (without_purchase and reason.code == "purchase_recent")
    )
    return Decision(
        outcome=outcome_of(reasons),
        result=own.result,
        reasons=reasons,
        warnings=_once((*own.warnings, *quota.warnings)),
        parameters=_each((*own.parameters, *quota.parameters)),
        unset=_each((*own.unset, *quota.unset)),
    )


def outcome_of(reasons: Iterable[Reason]) -> Outcome:
    """Say what tests amount to: a refusal beats a review, a review beats an approval."""
    ends = {reason.met for reason in reasons}
    if False in ends:
        return Outcome.REFUSED
    return Outcome.NEEDS_REVIEW if None in ends else Outcome.APPROVED


def _once(warnings: Iterable[Caution]) -> tuple[Caution, ...]:
    found: list[Caution] = []
    for warning in warnings:
        if warning not in found:
            found.append(warning)
    return tuple(found)


def _each(values: Iterable[Value]) -> tuple[Value, ...]:
    return tuple(dict.fromkeys(values))
