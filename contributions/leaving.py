"""What the rules about leaving are told, and what they make of the account, part by part."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from accounts.holds import (
    find_ban_end,
    get_frozen,
    has_guarantee,
    has_loan_application,
    has_open_loan,
)
from accounts.models import MemberAccount
from contributions.facts import BalanceByOrigin, ExitFacts
from contributions.models import Exit, Payout
from contributions.queries import Holdings, get_holdings
from contributions.rules import ExitResult
from ledger.facts import Component

Parts = list[list[str | int]]


@dataclass(frozen=True, slots=True)
class Figures:
    """What an exit comes to, in fen: what the second person sees is what must come out again."""

    paid_fen: int
    parts: Parts
    waiting_fen: int
    waiting_parts: Parts
    waits_until: dt.date | None
    closes: bool


def holdings_with(account: MemberAccount, flex_fen: int, unit_fen: int) -> Holdings:
    """Give what the account holds, with interest of both lines that is still to be booked."""
    held = get_holdings(account)
    return Holdings(_with_interest(held.flex, flex_fen), _with_interest(held.unit, unit_fen))


def exit_facts(left: Exit, holdings: Holdings, on: dt.date) -> ExitFacts:
    """Gather the facts of leaving as they stand on a day; call it under the account's lock.

    Any frozen sum keeps a member from leaving. Unit money ever held makes it an account that was
    converted from a unit.
    """
    account = left.member_account
    frozen = get_frozen(account, on)
    return ExitFacts(
        balance_by_origin=BalanceByOrigin(flex=holdings.flex_fen, unit=holdings.unit_fen),
        open_loan=has_open_loan(account.member),
        loan_applied=has_loan_application(account.member),
        guarantee=left.guarantee or has_guarantee(account.member),
        frozen=frozen.whole or frozen.amount_fen > 0,
        converted_from_unit=account.unit_ledger_account.credits_fen > 0,
        unit_sealed_on=left.unit_sealed_date,
        banned_until=find_ban_end(account.member, on),
    )


def figures_of(holdings: Holdings, result: ExitResult) -> Figures:
    """Split what the rule decided by origin and by what the money once was."""
    waits = bool(result.payable_later_fen)
    parts, unit = parts_of("FLEX", holdings.flex), parts_of("UNIT", holdings.unit)
    return Figures(
        paid_fen=result.payable_now_fen or 0,
        parts=parts if waits else parts + unit,
        waiting_fen=result.payable_later_fen or 0,
        waiting_parts=unit if waits else [],
        waits_until=result.payable_later_on,
        closes=bool(result.account_closes),
    )


def find_left(member_account: MemberAccount) -> Exit | None:
    """Find the exit by which a member has left; one whose payment failed left nothing."""
    return (
        Exit.objects.filter(
            member_account=member_account, part=Exit.Part.WHOLE, state=Exit.State.APPROVED
        )
        .exclude(payout__state=Payout.State.FAILED)
        .order_by("-id")
        .first()
    )


def _with_interest(held: Mapping[Component, int], fen: int) -> dict[Component, int]:
    return {**held, Component.INTEREST: held[Component.INTEREST] + fen}


def parts_of(origin: str, held: Mapping[Component, int]) -> Parts:
    """List [origin, component, fen] of what a line holds, in the order of the components."""
    return [[origin, one.value, held[one]] for one in Component if held[one]]
