"""The loan contract: put before the borrower by a clerk, made a loan by a second person."""

import datetime as dt
from fractions import Fraction
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import BadField
from accounts.holds import require_not_own
from accounts.queries import lock_member_account
from accounts.services.checks import read_text
from kernel.rates import BadRate, parse_percent, printed_percent
from loans.agreeing import decide_loan_contract
from loans.clauses import signed_loan_law
from loans.contract_facts import ContractFacts, OffsetMode
from loans.errors import AlreadyContracted, NotGranted
from loans.facts import RepaymentMethod
from loans.models import Loan, LoanApplication, LoanContract
from loans.services.agreed import (
    LENGTH,
    Offset,
    agree_offset,
    check_card,
    check_offset,
    keep_or_refuse,
)
from loans.services.courses import move_loan
from loans.states import Move
from office.documents import approve, cancel, return_, submit
from office.fields import blind_index, mask_card
from office.models import User
from office.services import audit, next_number, require_permission
from policy.queries import open_book

LAST_DAY = 31


@transaction.atomic
def sign_contract(
    *,
    application: LoanApplication,
    contract_no: str,
    due_day: int | None,
    bank: str,
    card: str,
    business_date: dt.date,
    by: User,
    check_no: str = "",
    annual_rate: str = "",
    offset: Offset | None = None,
) -> LoanContract:
    """Enter the contract that the borrower signed and hand it to a second person.

    Sum, term, method and home are those that were granted.

    Args:
        due_day: day of the month from 1 to 28; None where it is the day of the payment.
        check_no: the bank's answer about the card, unless it is that of the debit mandate.
        annual_rate: percent, above the table's for a second home; empty takes the table's.
        offset: the offset agreement signed with it, where there is one.

    Raises:
        NotAllowed, OwnAccount: the person may not do this.
        NotGranted: the application is not granted.
        AlreadyContracted: it has a contract, or the number is taken.
        BadField: number, card, rate or offset cannot be one.
        LoanRefused: the law of the day does not allow the terms; ``.decision`` has the reasons.

    Source: loan_rate.*, loan.due_day_rule, offset.agreement_required; Regulation art. 27.
    """
    require_permission(by, LoanContract.submit_permission, application.centre)
    account = lock_member_account(application.member_account_id)
    require_not_own(account, by)
    granted = _lock_granted(application, contract_no)
    rate = _read_rate(annual_rate)
    _check_due_day(due_day)
    check_card(account, bank, card, check_no)
    check_offset(offset, granted)
    contract = LoanContract(
        number=next_number(granted.centre, "LC", business_date),
        centre=granted.centre,
        branch=by.branch or granted.branch,
        business_date=business_date,
        made_by=by,
        application=granted,
        member_account=account,
        contract_no=read_text("contract_no", contract_no, LENGTH),
        due_day=due_day,
        bank=bank.strip(),
        card=card,
        card_last4=card[-4:],
        check_no=check_no.strip(),
        **_granted_columns(granted),
        **_offset_columns(offset),
    )
    _decide(contract, rate)
    return _hand_in(contract)


def _lock_granted(application: LoanApplication, contract_no: str) -> LoanApplication:
    """Hold an application that is granted and has no loan yet."""
    granted = LoanApplication.objects.select_for_update().get(pk=application.pk)
    if granted.state != LoanApplication.State.APPROVED:
        raise NotGranted(granted.number, str(granted.get_state_display()))
    if hasattr(granted, "loan"):
        raise AlreadyContracted(granted.number, contract_no)
    return granted


def _read_rate(annual_rate: str) -> Fraction | None:
    if not annual_rate:
        return None
    try:
        return parse_percent(annual_rate)
    except BadRate as wrong:
        expected = _("a rate in percent, such as 3.075")
        raise BadField("annual_rate", seen=annual_rate[:20], expected=expected) from wrong


def _check_due_day(due_day: int | None) -> None:
    """Refuse what is no day of a month; whether it may be agreed on, the rule decides."""
    if due_day is not None and (type(due_day) is not int or not 1 <= due_day <= LAST_DAY):
        raise BadField("due_day", seen=str(due_day), expected=f"1–{LAST_DAY}")


def _decide(contract: LoanContract, annual_rate: Fraction | None) -> None:
    """Decide the terms by the law of the day, and keep with them what they rest on."""
    day = contract.business_date
    facts = ContractFacts(
        principal=contract.principal_fen,
        term_months=contract.term_months,
        method=RepaymentMethod(contract.method),
        home_number=contract.home_number,
        annual_rate=annual_rate,
        due_day=contract.due_day,
        insured=contract.application.is_insured,
        offset=OffsetMode(contract.offset_mode) if contract.offset_mode else None,
    )
    book = open_book(contract.centre.code, day)
    decision = decide_loan_contract(facts, book)
    contract.decision = keep_or_refuse(
        rule=decide_loan_contract,
        facts=facts,
        decision=decision,
        book=book,
        centre=contract.centre,
        business_date=day,
        subject=("loans.contract", contract.number),
        by=contract.made_by,
    )
    agreed, table = decision.result.annual_rate, decision.result.table_rate
    assert agreed is not None  # approved decisions have both
    assert table is not None
    contract.rate_percent = printed_percent(agreed)
    contract.table_percent = printed_percent(table)
    law = signed_loan_law(book.fresh(day))
    contract.clauses, contract.document = law["clauses"], law["document"]
    contract.edition = law["edition"]


def _granted_columns(granted: LoanApplication) -> dict[str, Any]:
    """Give what the contract takes over from the application, as it was granted."""
    return {
        "principal_fen": granted.granted_fen,
        "term_months": granted.term_months,
        "method": granted.method,
        "home_number": granted.home_number,
    }


def _offset_columns(offset: Offset | None) -> dict[str, Any]:
    if offset is None:
        return {}
    return {
        "offset_mode": offset.mode,
        "offset_sources": offset.sources,
        "retained_fen": offset.retained_fen,
    }


def _hand_in(contract: LoanContract) -> LoanContract:
    try:
        with transaction.atomic():
            contract.save(force_insert=True)
            return submit(document=contract, by=contract.made_by, shown=shown_contract(contract))
    except IntegrityError as taken:
        raise AlreadyContracted(contract.application.number, contract.contract_no) from taken


@transaction.atomic
def approve_contract(
    *, contract: LoanContract, digest: str, business_date: dt.date, by: User
) -> Loan:
    """Make the loan of a contract that the second person has compared with the signed one.

    Returns:
        The loan, signed and not secured yet.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount: it is the checker's own account.
        NotGranted, AlreadyContracted: the application came to nothing, or has its loan.
    """
    account = lock_member_account(contract.member_account_id)
    require_not_own(account, by)
    _lock_granted(contract.application, contract.contract_no)
    loan = _make_loan(contract)
    LoanContract.objects.filter(pk=contract.pk).update(loan=loan)
    approve(document=contract, by=by, digest=digest)
    if contract.offset_mode:
        agree_offset(
            loan,
            Offset(contract.offset_mode, contract.offset_sources, contract.retained_fen),
            signed_date=contract.business_date,
            document_no=contract.number,
        )
    book = open_book(loan.centre.code, business_date)
    if not book.flag("loan.security_required"):
        move_loan(loan=loan, move=Move.SECURE, by=by)
    audit(
        actor=by,
        action="loans.sign",
        target=loan,
        centre=loan.centre,
        subject=account.number,
        after={"contract": contract.contract_no, "rate": contract.rate_percent},
    )
    return loan


def _make_loan(contract: LoanContract) -> Loan:
    granted = contract.application
    return Loan.objects.create(
        number=next_number(contract.centre, "LN", contract.business_date),
        centre=contract.centre,
        branch=contract.branch,
        application=granted,
        member_account=contract.member_account,
        contract_no=contract.contract_no,
        contract_date=contract.business_date,
        principal_fen=contract.principal_fen,
        term_months=contract.term_months,
        method=contract.method,
        home_number=contract.home_number,
        rate_percent=contract.rate_percent,
        # Where the day of the payment decides, it is written down with the payment.
        due_day=contract.due_day or contract.business_date.day,
        bank=contract.bank,
        card=contract.card,
        card_last4=contract.card_last4,
    )


def return_contract(*, contract: LoanContract, reason: str, by: User) -> LoanContract:
    """Give a contract back to its maker with the reason; nothing is agreed on.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return return_(document=contract, by=by, reason=reason)


def cancel_contract(*, contract: LoanContract, by: User) -> LoanContract:
    """Take back a contract that is not decided, as its maker."""
    return cancel(document=contract, by=by)


def shown_contract(contract: LoanContract) -> dict[str, Any]:
    """Give what the second person sees of a contract; its digest binds the approval."""
    return contract.shown_to(
        application=contract.application_id,
        contract_no=contract.contract_no,
        principal_fen=contract.principal_fen,
        term_months=contract.term_months,
        method=contract.method,
        home_number=contract.home_number,
        rate_percent=contract.rate_percent,
        due_day=contract.due_day,
        bank=contract.bank,
        card=blind_index(contract.card),
        masked_card=mask_card(contract.card),
        check_no=contract.check_no,
        offset=[contract.offset_mode, contract.offset_sources, contract.retained_fen],
        edition=contract.edition,
        decision=contract.decision_id,
    )
