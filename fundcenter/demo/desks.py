"""What lies on the desks when the demo begins: things done lately, and things that wait.

The people are named members whose published numbers none of this touches.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from accounts.models import HouseholdRecord, MemberAccount
from accounts.services import (
    HouseholdStatement,
    approve_freeze,
    approve_household,
    submit_freeze,
    submit_household,
)
from contributions.facts import Evidence, Ground, Household
from contributions.services import (
    ExitRequest,
    Paper,
    WithdrawalRequest,
    accept_dispute,
    approve_exit,
    approve_transfer_in,
    approve_withdrawal,
    submit_exit,
    submit_transfer_in,
    submit_withdrawal,
)
from fundcenter.demo.data import LAST_DAY
from fundcenter.demo.decisions import decide, decision_steps
from fundcenter.demo.deeds import Deed, Step
from fundcenter.demo.lending import LENDING, lending_steps
from office.models import User

_WAITING = "waiting"


def steps_of(centre: str) -> tuple[Step, ...]:
    """List what a centre has done lately and what waits there, in the order of its days."""
    return (
        *_LATELY.get(centre, ()),
        *lending_steps(centre),
        *decision_steps(centre),
        _waiting_withdrawal(*_ASKS[centre]),
    )


def carry_out(
    step: Step,
    *,
    accounts: Mapping[str, MemberAccount],
    staff: Mapping[str, User],
    clerk: User,
) -> None:
    """Do one of them: by the clerk of the member's branch, and the second person where needed."""
    _BUSINESSES[step.facts["business"]](step, accounts, staff, clerk)


def _step(date: dt.date, business: str, who: str, **facts: Any) -> Step:
    return Step(date, Deed.DESK, who, {"business": business, **facts})


def _waiting_withdrawal(who: str, amount_fen: int, lease: str) -> Step:
    request = WithdrawalRequest(
        ground=Ground.RENT,
        amount_fen=amount_fen,
        papers=(Paper(code=Evidence.LEASE_FILING, document_no=lease),),
    )
    return _step(LAST_DAY, "withdrawal", who, request=request, decided=_WAITING)


def _household(
    step: Step,
    accounts: Mapping[str, MemberAccount],
    staff: Mapping[str, User],
    clerk: User,
) -> None:
    """Record a paper about the household; a spouse with an account here is named by it."""
    facts: dict[str, str] = {}
    if step.facts["spouse"]:
        spouse = accounts[step.facts["spouse"]].member
        paper = spouse.documents.get(is_current=True)
        facts = {
            "spouse_name": spouse.name,
            "spouse_document_type": paper.document_type,
            "spouse_number": paper.number,
        }
    record = submit_household(
        member=accounts[step.who].member,
        statement=HouseholdStatement(
            kind=step.facts["kind"],
            since=step.facts["since"],
            evidence_no=step.facts["paper"],
            **facts,
        ),
        business_date=step.date,
        clerk=clerk,
    )
    approve_household(
        document=record, digest=record.digest, business_date=step.date, by=staff["checker"]
    )


def _withdrawal(
    step: Step,
    accounts: Mapping[str, MemberAccount],
    staff: Mapping[str, User],
    clerk: User,
) -> None:
    """Take a withdrawal in; one that is not to wait is approved, and finance has it to pay."""
    asked = submit_withdrawal(
        member_account=accounts[step.who],
        request=step.facts["request"],
        business_date=step.date,
        clerk=clerk,
    )
    if step.facts["decided"] != _WAITING:
        approve_withdrawal(
            withdrawal=asked, digest=asked.digest, business_date=step.date, by=staff["checker"]
        )


def _exit(
    step: Step,
    accounts: Mapping[str, MemberAccount],
    staff: Mapping[str, User],
    clerk: User,
) -> None:
    left = submit_exit(
        member_account=accounts[step.who],
        request=ExitRequest(),
        business_date=step.date,
        clerk=clerk,
    )
    approve_exit(exit=left, digest=left.digest, business_date=step.date, by=staff["checker"])


def _freeze(
    step: Step,
    accounts: Mapping[str, MemberAccount],
    staff: Mapping[str, User],
    _clerk: User,
) -> None:
    """Enter a court's order; that is the supervisor's work."""
    freeze = submit_freeze(
        member_account=accounts[step.who],
        business_date=step.date,
        by=staff["supervisor"],
        **step.facts["order"],
    )
    approve_freeze(freeze=freeze, digest=freeze.digest, by=staff["checker"])


def _dispute(
    step: Step,
    accounts: Mapping[str, MemberAccount],
    _staff: Mapping[str, User],
    clerk: User,
) -> None:
    accept_dispute(
        member_account=accounts[step.who],
        claim=step.facts["claim"],
        claimed_fen=step.facts["claimed_fen"],
        business_date=step.date,
        clerk=clerk,
    )


def _transfer_in(
    step: Step,
    accounts: Mapping[str, MemberAccount],
    staff: Mapping[str, User],
    clerk: User,
) -> None:
    """Ask another centre for an account; the letter waits for the platform to carry it."""
    letter = submit_transfer_in(
        member_account=accounts[step.who],
        business_date=step.date,
        by=clerk,
        **step.facts["letter"],
    )
    approve_transfer_in(
        transfer_in=letter, digest=letter.digest, business_date=step.date, by=staff["checker"]
    )


_BUSINESSES: dict[str, Callable[..., None]] = {
    "household": _household,
    "withdrawal": _withdrawal,
    "exit": _exit,
    "freeze": _freeze,
    "dispute": _dispute,
    "transfer-in": _transfer_in,
    **LENDING,
    "loan-law": decide,
}

# Who asks for rent in each centre on the last day, for how many fen, by which lease.
_ASKS = {
    "bazhong": ("manual-check", 200_000, "巴租备2026-0612"),
    "liaoning": ("manual-check", 300_000, "辽租备2026-1188"),
    "lianyungang": ("manual-check", 100_000, "连租备2026-0407"),
    "yantai": ("manual-check", 150_000, "烟租备2026-0923"),
    "kashgar": ("couple-b", 400_000, "喀租备2026-0135"),
}

_LATELY: dict[str, tuple[Step, ...]] = {
    "bazhong": (
        _step(
            dt.date(2026, 6, 23),
            "transfer-in",
            "from-unit",
            letter={
                "other_code": "chengdu",
                "other_name": "成都住房公积金管理中心",
                "other_account": "5101002604417",
                "bank": "中国建设银行",
                "card": "51050188083600000261",
            },
        ),
    ),
    "lianyungang": (
        _step(
            dt.date(2026, 6, 24),
            "dispute",
            "twice-a-month",
            claim="本人称5月存入两笔，只见一笔入账",
            claimed_fen=None,
        ),
    ),
    "yantai": (
        _step(
            dt.date(2026, 6, 16),
            "household",
            "quarterly",
            kind=HouseholdRecord.Kind.MARRIED,
            since=dt.date(2018, 5, 20),
            paper="J370602-2018-001314",
            spouse="one-gap",
        ),
        _step(
            dt.date(2026, 6, 17),
            "household",
            "comes-back",
            kind=HouseholdRecord.Kind.UNMARRIED,
            since=dt.date(2026, 6, 17),
            paper="单身声明2026-0617",
            spouse="",
        ),
        _step(
            dt.date(2026, 6, 18),
            "freeze",
            "second-time",
            order={
                "amount_fen": 500_000,
                "court": "烟台市芝罘区人民法院",
                "order_no": "（2026）鲁0602执1107号",
                "from_date": dt.date(2026, 6, 18),
                "until_date": dt.date(2027, 6, 17),
            },
        ),
        _step(
            dt.date(2026, 6, 25),
            "withdrawal",
            "quarterly",
            request=WithdrawalRequest(
                ground=Ground.RELOCATION_RENT,
                amount_fen=600_000,
                papers=(
                    Paper(code=Evidence.LEASE_FILING, document_no="烟租备2026-0871"),
                    Paper(code=Evidence.TAX_INVOICE, document_no="26372000000118840"),
                ),
                household=Household.COUPLE,
            ),
            decided="approved",
        ),
    ),
    "kashgar": (_step(dt.date(2026, 6, 26), "exit", "moves-away"),),
}
