"""Loans that run: builders for the tests of what happens after a loan is paid out."""

import datetime as dt
from typing import Any

from accounts.models import MemberAccount, OutsideCheck
from kernel.rates import parse_percent
from loans.facts import LoanScheduleFacts, PartyRole, RepaymentMethod
from loans.models import Disbursement, Loan, LoanApplication, LoanParty, LoanSecurity
from loans.rules import decide_loan_schedule
from loans.services import LoanPayee, approve_disbursement, submit_disbursement
from office.models import User
from office.roles import Role
from office.services import next_number
from policy.models import StoredDecision
from policy.queries import open_book
from policy.services import record_decision
from tests.accounts.builders import CARD, Stage, make_staff
from tests.contributions.withdrawals import add_payer, bring

SELLER = LoanPayee("SELLER", "喀什某某置业公司", "中国农业银行", "30010101040001234")


def finance_of(stage: Stage) -> User:
    """Give the centre's person of finance."""
    name = f"{stage.centre.code}-finance"
    return User.objects.filter(username=name).first() or make_staff(
        stage.branch, name, Role.FINANCE
    )


def make_loan(stage: Stage, account: MemberAccount, **changes: Any) -> Loan:
    """Lend on the open day of the stage: 300,000 yuan, 120 months, level payments, 2.60 %."""
    loan = make_secured_loan(stage, account, **changes)
    if open_book(stage.centre.code, stage.day).flag("risk.queues_at_stop"):
        # Where lending stops at a line, somebody else's money keeps the fund well below it.
        bring(stage, add_payer(stage), 3 * loan.principal_fen)
    return pay_out(stage, loan)


def pay_out(stage: Stage, loan: Loan) -> Loan:
    """Pay a secured loan out as two persons do."""
    return approve_payment(stage, make_payment(stage, loan))


def make_payment(stage: Stage, loan: Loan, **changes: Any) -> Disbursement:
    """Make the payment of a loan ready, as finance does."""
    told = {"payee": SELLER, "business_date": stage.day, "by": finance_of(stage), **changes}
    return submit_disbursement(loan=loan, **told)


def approve_payment(stage: Stage, payment: Disbursement, by: User | None = None) -> Loan:
    """Approve it, as the supervisor does."""
    return approve_disbursement(
        disbursement=payment,
        digest=payment.digest,
        business_date=stage.day,
        by=by or stage.supervisor,
    )


def ask_platform_again(stage: Stage, application: LoanApplication, result: str = "PASS") -> None:
    """Have the platform answer about everybody of an application, on the open day."""
    for party in application.parties.all():
        OutsideCheck.objects.create(
            centre=stage.centre,
            kind="PLATFORM",
            purpose="LOAN",
            number_index=party.person_index,
            name=party.name,
            asked_date=stage.day,
            result=result,
            channel="ADAPTER",
            made_by=stage.clerk,
        )


def make_secured_loan(stage: Stage, account: MemberAccount, **changes: Any) -> Loan:
    """Bring a loan so far that only its payment is missing."""
    application = make_granted(stage, account, **changes)
    ask_platform_again(stage, application)
    loan = Loan.objects.create(
        number=next_number(stage.centre, "LN", stage.day),
        centre=stage.centre,
        branch=stage.branch,
        application=application,
        member_account=account,
        contract_no=f"借{application.number}",
        contract_date=stage.day,
        state="SECURED",
        principal_fen=application.granted_fen,
        term_months=application.term_months,
        method=application.method,
        home_number=application.home_number,
        rate_percent=changes.get("rate_percent", "2.60"),
        due_day=changes.get("due_day", stage.day.day),
        bank="中国建设银行",
        card=CARD,
        card_last4=CARD[-4:],
    )
    LoanSecurity.objects.create(
        number=next_number(stage.centre, "LS", stage.day),
        centre=stage.centre,
        branch=stage.branch,
        business_date=stage.day,
        state="APPROVED",
        made_by=stage.clerk,
        checked_by=stage.checker,
        checked_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        digest="0" * 64,
        loan=loan,
        kind="MORTGAGE",
        thing="人民路1号",
        register_no=f"不动产证明{loan.number}",
        registered_date=stage.day,
        value_fen=2 * loan.principal_fen,
    )
    return loan


def make_granted(stage: Stage, account: MemberAccount, **changes: Any) -> LoanApplication:
    """Write an application that was granted, with the borrower as its only party."""
    principal_fen = changes.get("principal_fen", 30_000_000)
    stored = _decision(stage, principal_fen)
    number = stored.subject_id
    application = LoanApplication.objects.create(
        number=number,
        centre=stage.centre,
        branch=stage.branch,
        business_date=stage.day,
        state="APPROVED",
        made_by=stage.clerk,
        checked_by=stage.supervisor,
        checked_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        digest="0" * 64,
        member_account=account,
        product=changes.get("product", "FUND"),
        purpose=changes.get("purpose", "NEW_HOME"),
        asked_fen=principal_fen,
        granted_fen=principal_fen,
        quota_fen=principal_fen,
        term_months=changes.get("term_months", 120),
        method=changes.get("method", "LEVEL_PAYMENT"),
        home_number=changes.get("home_number", 1),
        price_fen=2 * principal_fen,
        area_centi=9_000,
        address="人民路1号",
        purchase_date=stage.day,
        purchase_no="购2026-1",
        family_income_fen=1_000_000,
        security="MORTGAGE",
        security_note="人民路1号",
        decision=stored,
        approval_decision=stored,
    )
    paper = account.member.documents.get(is_current=True)
    LoanParty.objects.create(
        application=application,
        centre=stage.centre,
        role=PartyRole.BORROWER.value,
        name=account.member.name,
        document_type=paper.document_type,
        number=paper.number,
        person_index=paper.number_index,
        member=account.member,
    )
    return application


def _decision(stage: Stage, principal_fen: int) -> StoredDecision:
    """Keep a decision, which every application rests on."""
    facts = LoanScheduleFacts(
        principal=principal_fen,
        term_months=120,
        method=RepaymentMethod.LEVEL_PAYMENT,
        disbursed_on=stage.day,
        annual_rate=parse_percent("2.60"),
    )
    return record_decision(
        rule=decide_loan_schedule,
        facts=facts,
        decision=decide_loan_schedule(facts, open_book(stage.centre.code, stage.day)),
        centre=stage.centre,
        business_date=stage.day,
        subject=("loans.application", next_number(stage.centre, "LA", stage.day)),
        by=stage.clerk,
        calculator="loan-schedule",
    )
