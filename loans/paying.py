"""Whether a loan may be paid out now, and to whom. Pure."""

from loans.contract_facts import PayeeKind, PaymentFacts, PaymentParty
from policy.book import PolicyBook
from policy.decisions import Decision, Sheet


def decide_loan_payment(facts: PaymentFacts, book: PolicyBook) -> Decision[None]:
    """Decide whether a loan is paid out: what was true at the application must still be true.

    Source: loan.security_required (Regulation art. 27), no_open_loan, platform_check,
    platform_again, platform_again_days, pays_borrower.
    """
    sheet = Sheet(book)
    if not sheet.in_force():
        return sheet.decide(None)
    if book.flag("loan.security_required"):
        sheet.test("loan_is_secured", facts.security is not None, "loan.security_required")
    _test_payee(sheet, facts)
    sheet.test("loan_household_unchanged", facts.household_unchanged, "loan.no_open_loan")
    sheet.test("loan_account_not_frozen", not facts.frozen)
    again = book.flag("loan.platform_again") and book.flag("loan.platform_check")
    for place, party in enumerate(facts.parties, start=1):
        if party.banned_until is not None:
            sheet.test(
                "loan_not_banned",
                party.banned_until < facts.paid_on,
                applicant=place,
                until=party.banned_until.isoformat(),
            )
        if party.is_guarantor:
            continue
        sheet.test("no_open_loan", not party.other_loan, "loan.no_open_loan", applicant=place)
        if again:
            _test_platform(sheet, facts, party)
    return sheet.decide(None)


def _test_platform(sheet: Sheet, facts: PaymentFacts, party: PaymentParty) -> None:
    """The platform has answered of late, and with nothing against the person."""
    keys = ("loan.platform_check", "loan.platform_again", "loan.platform_again_days")
    person = party.role.value if party.role else None
    if party.platform_on is None:
        sheet.test("loan_platform_asked", None, *keys, person=person)
        return
    age = (facts.paid_on - party.platform_on).days
    limit = sheet.book.count("loan.platform_again_days")
    sheet.test(
        "loan_platform_fresh",
        age <= limit,
        *keys,
        person=person,
        asked=party.platform_on.isoformat(),
        age=age,
        limit=limit,
    )
    sheet.test("loan_platform_again", party.platform, *keys, person=person)


def _test_payee(sheet: Sheet, facts: PaymentFacts) -> None:
    """The money goes to whoever sells, builds or is owed; to the borrower where the law says."""
    if facts.payee is PayeeKind.BORROWER:
        allowed = sheet.book.choices("loan.pays_borrower")
        met = facts.product.value in allowed or facts.purpose.value in allowed
        sheet.test("loan_payee", met, "loan.pays_borrower", payee=facts.payee.value)
