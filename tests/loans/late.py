"""Loans that fall late: builders, payments and what stands in the books afterwards."""

import datetime as dt
from typing import Any

from ledger.chart import Code
from ledger.models import Entry, Posting
from ledger.postings import Move, repayment_moves
from ledger.queries import get_balance_fen, get_ledger_account
from ledger.services import post
from loans.facts import EventKind
from loans.models import ClassChange, Loan, LoanNotice, WriteOff
from loans.services import (
    approve_class,
    approve_write_off,
    hand_in_write_off,
    move_loan,
    project,
    propose_write_off,
    record_collection,
    record_legal,
    record_loan_event,
    recover,
    review_write_off,
    run_day_end,
    submit_class,
    submit_recovery_reversal,
)
from loans.states import Move as LoanMove
from tests.accounts.builders import Stage
from tests.contributions.withdrawals import add_payer, make_payer
from tests.loans.running import finance_of, make_loan
from tests.remembered import remembered

PAID_OUT = dt.date(2026, 3, 10)
FIRST_DUE = dt.date(2026, 4, 10)
# The law lets three days pass before an instalment counts as overdue.
OVERDUE = dt.date(2026, 4, 14)


@remembered
def make_borrower(code: str = "kashgar", **changes: Any) -> tuple[Stage, Loan]:
    """Lend 300,000 yuan over 120 months to the first member of a centre, paid out in March."""
    stage, account = make_payer(code, day=PAID_OUT)
    return stage, make_loan(stage, account, **changes)


def add_borrower(stage: Stage, **changes: Any) -> Loan:
    """Lend to another member of the centre."""
    return make_loan(stage, add_payer(stage), **changes)


def close(stage: Stage, day: dt.date | None = None, **changes: Any) -> dict[str, Any]:
    """Go on to a day and run its day-end; the days between are passed without one."""
    if day is not None and day != stage.day:
        stage.on(day)
    return run_day_end(centre=stage.centre, business_date=stage.day, by=stage.system, **changes)


def close_every_day(stage: Stage, until: dt.date) -> None:
    """Run the day-end of every day from the next one on."""
    while stage.day < until:
        close(stage, stage.day + dt.timedelta(days=1))


def pay(stage: Stage, loan: Loan, amount_fen: int) -> None:
    """Repay on the open day: what the course makes of it is booked, overdue principal first."""
    loan.refresh_from_db()
    finance, number = finance_of(stage), f"P-{loan.loan_events.count()}-{loan.pk}"
    event = record_loan_event(
        loan=loan,
        kind=EventKind.PAID,
        value_date=stage.day,
        business_date=stage.day,
        document_no=number,
        amount_fen=amount_fen,
        by=finance,
    )
    went = project(loan).allocations[event.pk]
    overdue_fen = min(went.principal_fen, held(loan)[1])
    lines = {
        "source": Code.BANK,
        "interest": Code.LOAN_INTEREST_INCOME,
        "penalty": Code.OTHER_INCOME,
    }
    post(
        centre=stage.centre,
        key=f"repayment:{number}",
        kind=Entry.Kind.REPAYMENT,
        business_date=stage.day,
        document_no=number,
        maker=finance,
        moves=repayment_moves(
            principal=loan.principal_line,
            overdue=loan.overdue_line,
            principal_fen=went.principal_fen - overdue_fen,
            overdue_fen=overdue_fen,
            interest_fen=went.interest_fen,
            penalty_fen=went.penalty_fen,
            value_date=stage.day,
            **{name: get_ledger_account(stage.centre, code) for name, code in lines.items()},
        ),
    )


def fill_reserve(stage: Stage, amount_fen: int) -> None:
    """Put money into the risk reserve and into the bank account it lies in."""
    reserve, surplus, bank = (
        get_ledger_account(stage.centre, code)
        for code in (Code.LOAN_RISK_RESERVE, Code.SURPLUS_BANK, Code.BANK)
    )
    post(
        centre=stage.centre,
        key=f"reserve:{stage.day}:{amount_fen}",
        kind=Entry.Kind.CLOSING,
        business_date=stage.day,
        document_no="R-1",
        maker=stage.system,
        moves=[
            Move(bank, reserve, amount_fen, stage.day),
            Move(surplus, bank, amount_fen, stage.day),
        ],
    )


def held(loan: Loan) -> tuple[int, int]:
    """Give what the books hold of a loan: normal principal, and overdue."""
    return get_balance_fen(loan.principal_line), get_balance_fen(loan.overdue_line)


def balance(stage: Stage, code: Code) -> int:
    """Give the balance of an account of the books."""
    return get_balance_fen(get_ledger_account(stage.centre, code))


def traces(stage: Stage) -> list[Any]:
    """List all that a day-end leaves of loans, the open day apart on which it was written."""
    lines = Posting.objects.filter(entry__kind=Entry.Kind.OVERDUE).order_by("entry_id", "seq")
    return [
        list(
            lines.values_list(
                "entry__key", "debit__code", "credit__code", "amount_fen", "value_date"
            )
        ),
        list(
            Loan.objects.order_by("pk").values_list("number", "state", "risk_class", "closed_date")
        ),
        list(
            ClassChange.objects.order_by("pk").values_list(
                "loan__number", "day", "before", "after", "overdue"
            )
        ),
        list(
            LoanNotice.objects.order_by("loan__number", "kind", "since_date").values_list(
                "loan__number", "kind", "since_date", "day", "amount_fen", "ended_date"
            )
        ),
        [held(loan) for loan in Loan.objects.order_by("pk")],
    ]


def make_overdue(stage: Stage) -> Loan:
    """Lend to another member, and call the loan overdue at once."""
    loan = add_borrower(stage)
    return move_loan(loan=loan, move=LoanMove.FALL_LATE, by=stage.system)


def decide_class(stage: Stage, loan: Loan, risk_class: str = "LOSS") -> None:
    """Put a loan into a class, as supervisor and checker do it."""
    document = submit_class(
        loan=loan,
        risk_class=risk_class,
        reason="无财产可供执行",
        document_no="认9",
        business_date=stage.day,
        by=stage.supervisor,
    )
    approve_class(
        document=document, digest=document.digest, business_date=stage.day, by=stage.checker
    )
    loan.refresh_from_db()


def write_off_wholly(stage: Stage, loan: Loan) -> WriteOff:
    """Write a loan off with all its records, as six people do it."""
    day, fen = stage.day, loan.principal_fen
    decide_class(stage, loan)
    fill_reserve(stage, fen)
    document = propose_write_off(
        loan=loan, reason="终结执行", document_no="执9", business_date=day, by=stage.clerk
    )
    if document.needs_review:
        review_write_off(
            write_off=document,
            document_no="财审9",
            reviewed_date=day,
            amount_fen=fen,
            by=finance_of(stage),
        )
    handed_in = hand_in_write_off(
        write_off=document,
        document_no="委9",
        resolved_date=day,
        amount_fen=fen,
        business_date=day,
        by=stage.clerk,
    )
    return approve_write_off(
        document=handed_in, digest=handed_in.digest, business_date=day, by=stage.supervisor
    )


def late_documents(stage: Stage) -> dict[str, Any]:
    """Make a document of every kind about late loans, by the name of its kind."""
    day, clerk = stage.day, stage.clerk
    loan, lost = make_overdue(stage), make_overdue(stage)
    write_off_wholly(stage, lost)
    decide_class(stage, loan)
    brought = [
        recover(
            member_account=lost.member_account,
            amount_fen=100,
            bank_reference=reference,
            business_date=day,
            by=finance_of(stage),
        )
        for reference in ("B-9", "B-10")
    ]
    return {
        "collection": record_collection(
            loan=loan,
            way="CALL",
            outcome="REACHED",
            acted_date=day,
            business_date=day,
            by=clerk,
        ),
        "legal-state": record_legal(
            loan=loan,
            stage="LAWSUIT",
            since_date=day,
            document_no="案1",
            business_date=day,
            by=clerk,
        ),
        "loan-class": submit_class(
            loan=loan,
            risk_class="DOUBTFUL",
            reason="借款人又现身",
            document_no="认1",
            business_date=day,
            by=stage.supervisor,
        ),
        "write-off": propose_write_off(
            loan=loan, reason="终结执行", document_no="执1", business_date=day, by=clerk
        ),
        "recovery": brought[0],
        "recovery-reversal": submit_recovery_reversal(
            recovery=brought[1], reason="重复入账", business_date=day, by=finance_of(stage)
        ),
    }
