"""The demo's loans: from the application that waits to the loan that is paid off.

Only Kashgar's text holds a whole rule for loans, so its people borrow; elsewhere an application
names the value that the centre has not set.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from accounts.models import HouseholdRecord, MemberAccount, OutsideCheck
from accounts.platform import LocalRegisters
from accounts.queries import find_mandate
from accounts.services import (
    HouseholdStatement,
    approve_household,
    ask_register,
    submit_household,
)
from fundcenter.demo.data import LAST_DAY
from fundcenter.demo.deeds import Deed, Step
from kernel.documents import DocumentType
from loans.contract_facts import ChangeKind
from loans.facts import Channel, PrepaymentOption, RefusalCode
from loans.lines import total_owed_fen
from loans.models import Loan, LoanApplication
from loans.queries import get_course
from loans.requests import LoanRequest
from loans.services import (
    ChangeRequest,
    LoanPayee,
    Offset,
    approve_change,
    approve_contract,
    approve_disbursement,
    approve_security,
    pass_review,
    receive_repayment,
    refuse_application,
    register_security,
    return_application,
    run_day_end,
    sign_contract,
    submit_change,
    submit_disbursement,
    submit_loan_application,
)
from office.models import User

Accounts = Mapping[str, MemberAccount]
Staff = Mapping[str, User]

_HOMES = {
    "borrows-and-pays": ("喀什市帕依纳普路12号3幢402", 48_000_000, 9_620),
    "borrows-and-is-late": ("喀什市解放北路88号1幢1101", 42_000_000, 8_840),
    "borrows-and-settles": ("疏勒县新城路5号2幢301", 26_000_000, 7_910),
    "borrows-soon": ("喀什市世纪大道南段20号6幢703", 52_000_000, 10_150),
    "signs-a-contract": ("喀什市克孜都维路66号2幢1501", 40_000_000, 9_050),
    "gives-up-a-contract": ("疏附县文化路17号1幢602", 36_000_000, 8_730),
    "brings-too-little": ("喀什市亚瓦格路9号5幢203", 44_000_000, 9_210),
    "was-refused": ("疏勒县巴仁路40号", 39_000_000, 10_480),
    "granted-a-loan": ("疏附县托克扎克镇胡杨里9号", 38_000_000, 9_930),
    "asks-for-a-loan": ("喀什市多来特巴格路31号4幢502", 45_000_000, 9_480),
}


def lending_steps(centre: str) -> tuple[Step, ...]:
    """List the steps of a centre's loans."""
    if centre != "kashgar":
        return ()
    return (
        *_life("borrows-and-pays", 26_000_000, 240, dt.date(2025, 8, 11), "repaid"),
        *_repayments("borrows-and-pays", dt.date(2025, 10, 15), 9),
        *_life("borrows-and-is-late", 22_000_000, 180, dt.date(2025, 8, 18), "repaid"),
        *_repayments("borrows-and-is-late", dt.date(2025, 10, 15), 5),
        # Without this the account would go on serving the loan.
        _step(
            dt.date(2026, 3, 2),
            "freeze",
            "borrows-and-is-late",
            order={
                "amount_fen": None,
                "court": "喀什市人民法院",
                "order_no": "（2026）新3101执402号",
                "from_date": dt.date(2026, 3, 2),
                "until_date": dt.date(2027, 3, 1),
            },
        ),
        *_life("borrows-and-settles", 9_000_000, 60, dt.date(2025, 8, 12), "repaid"),
        *_repayments("borrows-and-settles", dt.date(2025, 10, 15), 3),
        _step(dt.date(2026, 1, 5), "loan-prepay", "borrows-and-settles", fen=4_000_000),
        # What is due is paid first: inside the days of its debit nothing is prepaid.
        _step(dt.date(2026, 5, 15), "loan-repay", "borrows-and-settles"),
        _step(dt.date(2026, 5, 20), "loan-settle", "borrows-and-settles"),
        *_life("borrows-soon", 30_000_000, 300, dt.date(2026, 6, 3), "secured"),
        *_life("signs-a-contract", 16_000_000, 180, dt.date(2026, 6, 12), "signed"),
        *_life("gives-up-a-contract", 15_000_000, 180, dt.date(2026, 4, 13), "secured"),
        _step(dt.date(2026, 5, 21), "loan-give-up", "gives-up-a-contract"),
        *_life("brings-too-little", 17_000_000, 240, dt.date(2026, 6, 18), "asked"),
        _step(dt.date(2026, 6, 24), "loan-return", "brings-too-little"),
        *_life("was-refused", 19_000_000, 240, dt.date(2026, 6, 8), "asked"),
        _step(dt.date(2026, 6, 15), "loan-refuse", "was-refused"),
        *_life("granted-a-loan", 20_000_000, 240, dt.date(2026, 6, 10), "granted"),
        *_life("asks-for-a-loan", 18_000_000, 240, dt.date(2026, 6, 25), "asked"),
        *(
            _step(dt.date(2026, month, 28), "loan-day-end", "borrows-and-pays")
            for month in (3, 4, 5)
        ),
        _step(LAST_DAY, "loan-day-end", "borrows-and-pays"),
    )


def _step(date: dt.date, business: str, who: str, **facts: Any) -> Step:
    return Step(date, Deed.DESK, who, {"business": business, **facts})


def _life(who: str, fen: int, months: int, applied: dt.date, until: str) -> Iterator[Step]:
    """Give the steps of a loan up to a stage: asked, granted, signed, secured, or repaid."""
    yield _step(applied, "loan-ask", who, fen=fen, months=months)
    if until == "asked":
        return
    yield _step(applied + dt.timedelta(days=6), "loan-grant", who)
    if until == "granted":
        return
    yield _step(applied + dt.timedelta(days=9), "loan-sign", who)
    if until == "signed":
        return
    yield _step(applied + dt.timedelta(days=16), "loan-secure", who)
    if until == "secured":
        return
    paid = applied.replace(month=applied.month + 1, day=15)
    yield _step(paid, "loan-pay-out", who)


def _repayments(who: str, first: dt.date, count: int) -> Iterator[Step]:
    """Give one repayment on each due date; the last ones lie in the next year."""
    for number in range(count):
        year, month = divmod(first.month - 1 + number, 12)
        yield _step(dt.date(first.year + year, month + 1, first.day), "loan-repay", who)


def _ask(step: Step, accounts: Accounts, staff: Staff, clerk: User) -> None:
    """Declare the household, ask both registers, and hand the application in."""
    account = accounts[step.who]
    _declare_single(step, account, staff, clerk)
    _ask_registers(step, account, clerk)
    address, price_fen, area_centi = _HOMES[step.who]
    submit_loan_application(
        member_account=account,
        request=LoanRequest(
            product="FUND",
            purpose="NEW_HOME",
            asked_fen=step.facts["fen"],
            term_months=step.facts["months"],
            method="LEVEL_PAYMENT",
            home_number=1,
            price_fen=price_fen,
            area_centi=area_centi,
            address=address,
            purchase_date=step.date - dt.timedelta(days=40),
            purchase_no=f"喀购{step.date:%Y-%m%d}",
            family_income_fen=900_000,
            security="MORTGAGE",
            security_note=address,
        ),
        business_date=step.date,
        clerk=clerk,
    )


def _declare_single(step: Step, account: MemberAccount, staff: Staff, clerk: User) -> None:
    record = submit_household(
        member=account.member,
        statement=HouseholdStatement(
            kind=HouseholdRecord.Kind.UNMARRIED,
            since=step.date,
            evidence_no=f"单身声明{step.date:%Y-%m%d}-{account.number[-4:]}",
        ),
        business_date=step.date,
        clerk=clerk,
    )
    approve_household(
        document=record, digest=record.digest, business_date=step.date, by=staff["checker"]
    )


def _ask_registers(step: Step, account: MemberAccount, clerk: User) -> None:
    paper = account.member.documents.get(is_current=True)
    for kind in (OutsideCheck.Kind.PLATFORM, OutsideCheck.Kind.CREDIT):
        ask_register(
            centre=account.centre,
            kind=kind,
            purpose=OutsideCheck.Purpose.LOAN,
            document_type=DocumentType(paper.document_type),
            number=paper.number,
            name=account.member.name,
            business_date=step.date,
            by=clerk,
            registers=LocalRegisters({}),
        )


def _grant(step: Step, accounts: Accounts, staff: Staff, _clerk: User) -> None:
    """Pass every look, each by another person."""
    application = _application(accounts[step.who])
    for post in ("checker", "checker2", "supervisor", "supervisor2"):
        if application.state != LoanApplication.State.SUBMITTED:
            return
        application = pass_review(
            application=application,
            digest=application.digest,
            business_date=step.date,
            by=staff[post],
        )


def _return(step: Step, accounts: Accounts, staff: Staff, _clerk: User) -> None:
    return_application(
        application=_application(accounts[step.who]),
        reason="收入证明未盖章，请补交。",
        business_date=step.date,
        by=staff["checker"],
    )


def _refuse(step: Step, accounts: Accounts, staff: Staff, _clerk: User) -> None:
    application = _application(accounts[step.who])
    refuse_application(
        application=application,
        digest=application.digest,
        code=RefusalCode.INCOME,
        reason="银行流水与所报收入不符。",
        business_date=step.date,
        by=staff["checker"],
    )


def _give_up(step: Step, accounts: Accounts, staff: Staff, clerk: User) -> None:
    """The buyer steps back from the home before the loan is paid out."""
    request = ChangeRequest(kind=ChangeKind.CANCEL, reason="购房合同已解除")
    change = submit_change(
        loan=_loan(accounts[step.who]), request=request, business_date=step.date, by=clerk
    )
    approve_change(
        change=change, digest=change.digest, business_date=step.date, by=staff["checker"]
    )


def _sign(step: Step, accounts: Accounts, staff: Staff, clerk: User) -> None:
    """Sign the contract with the monthly offset that Kashgar's text asks for."""
    account = accounts[step.who]
    mandate = find_mandate(account)
    assert mandate is not None  # every account of the demo has one
    contract = sign_contract(
        application=_application(account),
        contract_no=f"喀借{step.date:%Y%m%d}-{account.number[-4:]}",
        due_day=15,
        bank=mandate.bank,
        card=mandate.card,
        offset=Offset("MONTHLY"),
        business_date=step.date,
        by=clerk,
    )
    approve_contract(
        contract=contract, digest=contract.digest, business_date=step.date, by=staff["checker"]
    )


def _secure(step: Step, accounts: Accounts, staff: Staff, clerk: User) -> None:
    loan = _loan(accounts[step.who])
    security = register_security(
        loan=loan,
        kind="MORTGAGE",
        thing=loan.application.address,
        register_no=f"新（{step.date.year}）喀什不动产证明第{loan.number[-6:]}号",
        registered_date=step.date,
        value_fen=loan.application.price_fen,
        business_date=step.date,
        by=clerk,
    )
    approve_security(
        security=security, digest=security.digest, business_date=step.date, by=staff["checker"]
    )


def _pay_out(step: Step, accounts: Accounts, staff: Staff, clerk: User) -> None:
    """Ask the platform once more, then finance makes the payment and a supervisor approves it."""
    account = accounts[step.who]
    _ask_registers(step, account, clerk)
    payment = submit_disbursement(
        loan=_loan(account),
        payee=LoanPayee(
            "SELLER", "喀什安居房地产开发有限公司", "中国建设银行", "65050100000000012345"
        ),
        business_date=step.date,
        by=staff["finance"],
    )
    approve_disbursement(
        disbursement=payment,
        digest=payment.digest,
        business_date=step.date,
        by=staff["supervisor"],
    )


def _repay(step: Step, accounts: Accounts, staff: Staff, clerk: User) -> None:
    """Debit the card with everything that is due."""
    loan = _loan(accounts[step.who])
    _receive(step, loan, total_owed_fen(get_course(loan).owed_on(step.date)), clerk)


def _prepay(step: Step, accounts: Accounts, staff: Staff, clerk: User) -> None:
    loan = _loan(accounts[step.who])
    _receive(step, loan, step.facts["fen"], clerk, PrepaymentOption.REDUCE)


def _settle(step: Step, accounts: Accounts, staff: Staff, clerk: User) -> None:
    loan = _loan(accounts[step.who])
    settle_fen = get_course(loan).settle_fen(step.date)
    _receive(step, loan, settle_fen, clerk, PrepaymentOption.SHORTEN)


def _receive(
    step: Step, loan: Loan, fen: int, clerk: User, option: PrepaymentOption | None = None
) -> None:
    receive_repayment(
        loan=loan,
        amount_fen=fen,
        business_date=step.date,
        value_date=step.date,
        channel=Channel.COUNTER if option else Channel.CARD,
        document_no=f"RP-{loan.number}-{step.date:%Y%m%d}",
        by=clerk,
        option=option,
    )


def _day_end(step: Step, accounts: Accounts, staff: Staff, _clerk: User) -> None:
    """Bring the centre's loans through the day."""
    run_day_end(centre=accounts[step.who].centre, business_date=step.date, by=staff["supervisor"])


def _application(account: MemberAccount) -> LoanApplication:
    return LoanApplication.objects.filter(member_account=account).latest("pk")


def _loan(account: MemberAccount) -> Loan:
    return Loan.objects.select_related("application", "centre").get(member_account=account)


LENDING: dict[str, Callable[[Step, Accounts, Staff, User], None]] = {
    "loan-ask": _ask,
    "loan-grant": _grant,
    "loan-return": _return,
    "loan-refuse": _refuse,
    "loan-give-up": _give_up,
    "loan-sign": _sign,
    "loan-secure": _secure,
    "loan-pay-out": _pay_out,
    "loan-repay": _repay,
    "loan-prepay": _prepay,
    "loan-settle": _settle,
    "loan-day-end": _day_end,
}
