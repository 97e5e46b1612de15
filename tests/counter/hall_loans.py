"""The documents about loans in the hall: one of every kind that two persons handle."""

from typing import Any

from loans.facts import Channel
from loans.models import DebitBatch, Loan
from loans.services import (
    ChangeRequest,
    Offset,
    receive_repayment,
    register_security,
    release_security,
    sign_contract,
    submit_change,
    submit_reversal,
    submit_suspense_refund,
    submit_undo,
)
from tests.accounts.builders import CARD, Stage
from tests.contributions.withdrawals import add_payer
from tests.loans.running import (
    finance_of,
    make_granted,
    make_loan,
    make_payment,
    make_secured_loan,
)


def make_loan_items(stage: Stage) -> dict[str, Any]:
    """Make what waits for a second person: contract, security, payment, change, release."""
    running = make_loan(stage, add_payer(stage))
    return {
        "loan-contract": sign_contract(
            application=make_granted(stage, add_payer(stage)),
            contract_no=f"借1-{stage.centre.code}",
            due_day=15,
            bank="中国建设银行",
            card=CARD,
            offset=Offset("MONTHLY"),
            business_date=stage.day,
            by=stage.clerk,
        ),
        "loan-security": _security(stage),
        "loan-release": _release(stage),
        "loan-payment": make_payment(stage, make_secured_loan(stage, add_payer(stage))),
        "loan-payment-undo": submit_undo(
            disbursement=running.disbursements.get(),
            reason="银行退回",
            business_date=stage.day,
            by=finance_of(stage),
        ),
        "loan-change": submit_change(
            loan=make_loan(stage, add_payer(stage)),
            request=ChangeRequest(kind="METHOD", reason="借款人申请", method="LEVEL_PRINCIPAL"),
            business_date=stage.day,
            by=stage.clerk,
        ),
    }


def _security(stage: Stage) -> Any:
    return register_security(
        loan=make_secured_loan(stage, add_payer(stage)),
        kind="PLEDGE",
        thing="存单",
        register_no=f"质1-{stage.centre.code}",
        registered_date=stage.day,
        value_fen=100_000,
        business_date=stage.day,
        by=stage.clerk,
    )


def _release(stage: Stage) -> Any:
    loan = make_secured_loan(stage, add_payer(stage))
    Loan.objects.filter(pk=loan.pk).update(state="CANCELLED", ended_date=stage.day)
    return release_security(
        security=loan.securities.get(),
        certificate_no=f"解1-{stage.centre.code}",
        receiver="王芳",
        business_date=stage.day,
        by=stage.clerk,
    )


def make_repayment_items(stage: Stage) -> dict[str, Any]:
    """A loan that was repaid in part, and a reversal that waits."""
    loan = make_loan(stage, add_payer(stage))
    repaid = [
        receive_repayment(
            loan=loan,
            amount_fen=1_000,
            business_date=stage.day,
            value_date=stage.day,
            channel=Channel.COUNTER,
            document_no=f"LR-{stage.centre.code}-{place}",
            by=stage.clerk,
        )
        for place in range(2)
    ]
    reversal = submit_reversal(
        repayment=repaid[1], reason="入错贷款", business_date=stage.day, by=stage.clerk
    )
    return {
        "loan-repayment": repaid[0],
        "loan-reversal": reversal,
        "suspense-refund": _refund(stage),
    }


def _refund(stage: Stage) -> Any:
    loan = make_loan(stage, add_payer(stage))
    receive_repayment(
        loan=loan,
        amount_fen=1_000,
        business_date=stage.day,
        value_date=stage.day,
        channel=Channel.COUNTER,
        document_no=f"LR-{stage.centre.code}-R",
        by=stage.clerk,
    )
    return submit_suspense_refund(
        loan=loan, amount_fen=900, reason="多缴退回", business_date=stage.day, by=stage.clerk
    )


def make_debits(stage: Stage) -> DebitBatch:
    """Make a batch of debits with nothing in it."""
    return DebitBatch.objects.create(
        number=f"DB-{stage.centre.code}-1",
        centre=stage.centre,
        business_date=stage.day,
        made_by=stage.clerk,
    )
