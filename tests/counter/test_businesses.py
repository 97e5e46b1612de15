"""The businesses of a member's life at the counter: each has its page and its tests.

The list is that of the people at the window, loans apart. What is not there yet stands in
``MISSING``; the test fails when something of it has come, so that the set only shrinks.
"""

from pathlib import Path

import pytest
from django.urls import NoReverseMatch, reverse

from office.inbox import kinds

TESTS = Path(__file__).resolve().parent.parent
ACCOUNT = ["001260000001"]

# The business → the names of its pages, and the modules that try it.
BUSINESSES: dict[str, tuple[list[str], list[str]]] = {
    "opening and agreement": (
        ["opening", "opening-check", "opening-submit"],
        ["accounts/test_opening_service.py", "counter/test_opening.py"],
    ),
    "deposit in every mode": (
        ["deposit", "deposit-check", "deposit-submit"],
        [
            "contributions/test_contribution_rule.py",
            "contributions/test_deposit_service.py",
            "counter/test_deposit.py",
        ],
    ),
    "deposit above what one person books": (
        ["large-deposit", "large-deposit-check", "large-deposit-submit"],
        ["contributions/test_large_deposit_service.py", "counter/test_deposit.py"],
    ),
    "change of amount and cycle": (
        ["agreement", "agreement-check", "agreement-submit"],
        ["accounts/test_agreement_service.py"],
    ),
    "change of card and debit day": (
        ["mandate", "mandate-check", "mandate-submit"],
        ["accounts/test_agreement_service.py"],
    ),
    "seal": (["seal"], ["contributions/test_dormancy_service.py"]),
    "unseal": (["unseal"], ["contributions/test_dormancy_service.py"]),
    "freeze": (["freeze", "freeze-check", "freeze-submit"], ["accounts/test_freeze_service.py"]),
    "unfreeze": (["lift", "lift-check", "lift-submit"], ["accounts/test_freeze_service.py"]),
    "withdrawal by ground": (
        ["withdrawal", "withdrawal-check", "withdrawal-submit"],
        ["contributions/test_withdrawal_service.py", "counter/test_withdrawal.py"],
    ),
    "exit": (["exit", "exit-check", "exit-submit"], ["contributions/test_exit_service.py"]),
    "transfer in": (
        ["transfer-in", "transfer-in-check", "transfer-in-submit"],
        ["contributions/test_deposit_service.py"],
    ),
    "transfer out": (
        ["transfer-out", "transfer-out-check", "transfer-out-submit"],
        ["contributions/test_transfers.py"],
    ),
    "payment sent back, made again or booked back": (
        ["reissue", "reissue-check", "reissue-submit", "payout-end"],
        [
            "contributions/test_reissue_service.py",
            "contributions/test_inheritance_service.py",
            "settlement/test_take_back_settled.py",
            "counter/test_payouts.py",
        ],
    ),
    "conversion between unit and flexible": (
        ["convert", "convert-check", "convert-submit"],
        ["contributions/test_conversion_service.py"],
    ),
    "merge": (["merge", "merge-check", "merge-submit"], ["contributions/test_merge_service.py"]),
    "correction": (
        ["correction", "correction-check", "correction-submit"],
        ["contributions/test_correction_service.py", "settlement/test_reverse_settled.py"],
    ),
    "report of a death": (
        ["death", "death-check", "death-submit"],
        ["accounts/test_death_service.py", "counter/test_inheritance.py"],
    ),
    "withdrawal of a wrong report": (
        ["death-undone", "death-undone-check", "death-undone-submit"],
        ["accounts/test_death_service.py"],
    ),
    "inheritance by several heirs": (
        ["inheritance", "inheritance-check", "inheritance-submit"],
        [
            "contributions/test_inheritance_rule.py",
            "contributions/test_inheritance_service.py",
            "counter/test_inheritance.py",
        ],
    ),
    "money that nobody inherits": (
        ["no-heirs", "no-heirs-check", "no-heirs-submit"],
        ["contributions/test_inheritance_service.py"],
    ),
    "certificates and statements": (
        ["certificates", "verify-print"],
        ["counter/test_prints.py", "contributions/test_statements.py"],
    ),
    "repayment of a loan": (
        ["loan-repayment", "loan-repayment-check", "loan-repayment-submit"],
        [
            "loans/test_course.py",
            "loans/test_course_properties.py",
            "loans/test_repayment_service.py",
            "counter/test_loan_repayment.py",
        ],
    ),
    "reversal of a repayment": (
        ["loan-reversal", "loan-reversal-check", "loan-reversal-submit"],
        ["loans/test_reversal_service.py"],
    ),
    "offset of a loan from the account": (
        ["loan-yearly-offset", "loan-yearly-offset-submit"],
        ["loans/test_offset_service.py"],
    ),
    "refund of what was brought too much for a loan": (
        ["loan-suspense-refund", "loan-suspense-refund-check", "loan-suspense-refund-submit"],
        ["loans/test_suspense_refund.py", "counter/test_loan_refund.py"],
    ),
    "end of an offset agreement": (
        ["loan-offset-end", "loan-offset-end-check", "loan-offset-end-submit"],
        ["loans/test_offset_end_service.py", "counter/test_loan_offset.py"],
    ),
    "debits of loans": (["debits"], ["loans/test_debits.py"]),
    "loan contract": (
        ["loan-contract", "loan-contract-check", "loan-contract-submit"],
        ["loans/test_contract_service.py", "counter/test_loan_contract.py"],
    ),
    "security of a loan and its release": (
        ["loan-security", "loan-security-submit", "loan-release", "loan-release-submit"],
        ["loans/test_contract_service.py"],
    ),
    "payment of a loan": (
        ["loan-payments"],
        ["loans/test_disbursement_service.py", "loans/test_queue_service.py"],
    ),
    "change of a loan": (
        ["loan-change", "loan-change-check", "loan-change-submit"],
        ["loans/test_change_service.py"],
    ),
    "collection of a late loan": (
        ["loan-collection", "loan-collection-check", "loan-collection-submit"],
        ["loans/test_collection_service.py", "counter/test_late_loans.py"],
    ),
    "death or court case of a borrower": (
        ["loan-legal", "loan-legal-check", "loan-legal-submit"],
        ["loans/test_collection_service.py", "counter/test_late_loans.py"],
    ),
    "risk class of a loan": (
        ["loan-class", "loan-class-check", "loan-class-submit"],
        ["loans/test_risk_class_service.py", "counter/test_late_loans.py"],
    ),
    "write-off of a loan": (
        ["loan-write-off", "loan-write-off-check", "loan-write-off-submit", "write-off-step"],
        ["loans/test_write_off_service.py", "counter/test_late_loans.py"],
    ),
    "recovery after a write-off": (
        ["loan-recovery", "loan-recovery-check", "loan-recovery-submit"],
        ["loans/test_write_off_service.py", "counter/test_late_loans.py"],
    ),
    "reversal of a recovery": (
        [
            "loan-recovery-reversal",
            "loan-recovery-reversal-check",
            "loan-recovery-reversal-submit",
        ],
        ["loans/test_recovery_reversal_service.py", "counter/test_late_loans.py"],
    ),
    "complaint about a balance": (
        ["dispute", "dispute-check", "dispute-submit"],
        ["contributions/test_dispute_service.py"],
    ),
}
MISSING: set[str] = set()


def has_page(name: str) -> bool:
    for arguments in ([], ACCOUNT):
        try:
            reverse(name, args=arguments)
        except NoReverseMatch:
            continue
        return True
    return False


def is_there(business: str) -> bool:
    pages, modules = BUSINESSES[business]
    return all(map(has_page, pages)) and all((TESTS / module).is_file() for module in modules)


def test_every_business_has_its_pages_and_its_tests():
    missing = {business for business in BUSINESSES if not is_there(business)}

    assert missing - MISSING == set(), "its page or its tests are gone"
    assert MISSING - missing == set(), "it has come: take it out of MISSING"


@pytest.mark.parametrize("name", ["opening", "deposit", "withdrawal", "freeze", "ban", "household"])
def test_every_document_of_a_business_has_a_page_of_its_own(name):
    kind = kinds()[name]

    assert reverse("item", args=[kind.name, "X-1"])
    assert kind.facts
    assert kind.headline


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
def test_who_decides_a_kind_is_said_with_how(kind):
    """A kind that is approved can be returned too, and names who approves."""
    if kind.approve is not None:
        assert kind.return_ is not None
        assert kind.model.approve_permission
