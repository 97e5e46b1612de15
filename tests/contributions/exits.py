"""Members who leave: builders for the tests of exits."""

import datetime as dt
from typing import Any

from accounts.models import MemberAccount, MemberEvent
from contributions.models import Exit, Payout
from contributions.services import (
    ExitRequest,
    approve_exit,
    confirm_payout,
    submit_exit,
    submit_unit_part,
)
from ledger.postings import subsidy_moves
from ledger.queries import get_ledger_account
from ledger.services import post
from office.roles import Role
from tests.accounts.builders import Stage

SPRING = dt.date(2027, 3, 20)


def leave(stage: Stage, account: MemberAccount, **changes: Any) -> Exit:
    """Take in an exit."""
    clerk = changes.pop("clerk", stage.clerk)
    return submit_exit(
        member_account=account,
        request=ExitRequest(**changes),
        business_date=stage.day,
        clerk=clerk,
    )


def take_unit_part(stage: Stage, account: MemberAccount, **changes: Any) -> Exit:
    """Take in the waiting unit part."""
    return submit_unit_part(
        member_account=account,
        request=ExitRequest(**changes),
        business_date=stage.day,
        clerk=stage.clerk,
    )


def approve(stage: Stage, left: Exit, by: Any = None) -> Payout | None:
    """Approve as the second person; a supervisor above the limit."""
    person = by or (stage.supervisor if left.approver_role == "SUPERVISOR" else stage.checker)
    return approve_exit(exit=left, digest=left.digest, business_date=stage.day, by=person)


def pay(stage: Stage, payout: Payout | None) -> Payout:
    """Confirm the payment as finance does."""
    assert payout is not None
    finance = stage.colleague(f"finance-{payout.pk}", Role.FINANCE)
    return confirm_payout(
        payout=payout, bank_reference=f"B-{payout.pk}", business_date=stage.day, by=finance
    )


def give_subsidy(stage: Stage, account: MemberAccount, fen: int) -> None:
    """Credit a subsidy, as a settlement of an earlier year has."""
    post(
        centre=stage.centre,
        key=f"subsidy:{account.number}",
        kind="SUBSIDY",
        business_date=stage.day,
        document_no="S-1",
        maker=stage.system,
        moves=subsidy_moves(
            expense=get_ledger_account(stage.centre, "41105"),
            member=account.flex_ledger_account,
            amount_fen=fen,
            value_date=stage.day,
        ),
    )


def happen(stage: Stage, account: MemberAccount, kind: str) -> None:
    """Write an event that other floors would."""
    MemberEvent.objects.create(
        member_account=account,
        kind=kind,
        date=stage.day,
        document_no=f"E-{kind}",
        recorded_by=stage.clerk,
    )
