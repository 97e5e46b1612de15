"""Members who withdraw: builders for the tests of withdrawals and payouts."""

import datetime as dt
from typing import Any

from accounts.models import MemberAccount
from accounts.queries import find_household
from contributions.models import Payout, Withdrawal
from contributions.services import (
    Paper,
    WithdrawalRequest,
    approve_withdrawal,
    receive_deposit,
    receive_transfer,
    submit_withdrawal,
)
from tests.accounts.builders import Stage, make_stage, make_terms
from tests.accounts.households import marry, record_household
from tests.remembered import remembered

DAY = dt.date(2026, 10, 14)
LEASE = Paper(code="LEASE_FILING", document_no="租备2026-1")
INVOICE = Paper(code="TAX_INVOICE", document_no="票1")
TERMS = {
    "kashgar": ("FREE", 500_000),
    "yantai": ("MONTHLY", 500_000),
    "bazhong": ("FREE", None),
    "lianyungang": ("FREE", None),
    "liaoning": ("YEARLY", 500_000),
}
CYCLE = {"liaoning": 12}


@remembered
def make_payer(
    code: str = "kashgar",
    *,
    day: dt.date = DAY,
    flex_fen: int = 500_000,
    unit_fen: int = 0,
    stranger: bool = False,
) -> tuple[Stage, MemberAccount]:
    """Open a centre with one member who holds the given money.

    ``stranger``: somebody else than the first member of any other centre.
    """
    stage = make_stage(code, day)
    stage.counted = 50 if stranger else 0
    return stage, add_payer(stage, flex_fen=flex_fen, unit_fen=unit_fen)


def add_payer(stage: Stage, *, flex_fen: int = 500_000, unit_fen: int = 0) -> MemberAccount:
    """Open an account and bring money into it: one deposit, the rest transferred in."""
    mode, _monthly = TERMS[stage.centre.code]
    monthly = flex_fen // CYCLE.get(stage.centre.code, 1)
    free = mode == "FREE" and stage.centre.code != "kashgar"
    account = stage.open_account(make_terms(mode, None if free else monthly))
    receive_deposit(
        member_account=account,
        amount_fen=flex_fen,
        business_date=stage.day,
        document_no=f"R-{account.number}",
        clerk=stage.clerk,
    )
    if unit_fen:
        bring(stage, account, unit_fen, "UNIT")
    return account


def bring(stage: Stage, account: MemberAccount, fen: int, origin: str = "FLEX") -> None:
    """Transfer money in from another centre."""
    receive_transfer(
        member_account=account,
        origin=origin,
        amount_fen=fen,
        from_centre="乌鲁木齐",
        contributed_months=12,
        first_month=None,
        their_document_no=f"T-{account.number}-{origin}-{fen}",
        document_no=f"T-{account.number}-{origin}-{fen}",
        business_date=stage.day,
        clerk=stage.clerk,
    )


def ask(stage: Stage, account: MemberAccount, fen: int = 100_000, **changes: Any) -> Withdrawal:
    """Take in a withdrawal for rent, or what the changes say.

    The household is on record as it is claimed, with a spouse who has no account here.
    """
    clerk = changes.pop("clerk", stage.clerk)
    facts: dict[str, Any] = {"ground": "RENT", "amount_fen": fen, "papers": [LEASE], **changes}
    if facts["ground"] == "RELOCATION_RENT":
        put_on_record(stage, account, facts.get("household", "SINGLE"))
    return submit_withdrawal(
        member_account=account,
        request=WithdrawalRequest(**facts),
        business_date=stage.day,
        clerk=clerk,
    )


def put_on_record(stage: Stage, account: MemberAccount, household: str) -> None:
    """Record what is claimed about the household, where nothing is on record yet."""
    state = find_household(account.member, stage.day).state
    if household == "COUPLE" and state != "MARRIED":
        marry(stage, account.member)
    elif state == "UNKNOWN":
        record_household(stage, account.member, "UNMARRIED")


def approve(stage: Stage, withdrawal: Withdrawal, by: Any = None) -> Payout:
    """Approve as the second person."""
    return approve_withdrawal(
        withdrawal=withdrawal,
        digest=withdrawal.digest,
        business_date=stage.day,
        by=by or stage.checker,
    )


def withdraw(stage: Stage, account: MemberAccount, fen: int = 100_000, **changes: Any) -> Payout:
    """Take in and approve."""
    return approve(stage, ask(stage, account, fen, **changes))
