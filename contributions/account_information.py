"""Account information (账户信息): what one centre tells another of an account."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from accounts.holds import find_ban_end
from accounts.models import MemberAccount, MemberEvent
from contributions.facts import BalanceByOrigin
from contributions.joining import get_given_subsidies, list_stretches
from contributions.queries import get_holdings
from kernel.wire import Count, Facts, Flag, IsoDate, IsoMonth, YuanFen
from ledger.facts import Component

Text = Annotated[str, Field(min_length=1, max_length=80)]


class CarriedStretch(Facts):
    """Months contributed under one identity: listed, or their number up to the last one."""

    identity: Annotated[str, Field(pattern="^(FLEX|UNIT)$")]
    first: IsoMonth | None = None
    last: IsoMonth | None = None
    count: Count
    months: tuple[IsoMonth, ...] = ()


class AccountInformation(Facts):
    """Everything that travels with an account; amounts in yuan, interest included."""

    name: Text
    person: Annotated[str, Field(max_length=64)]
    amounts: BalanceByOrigin
    principal: YuanFen
    interest: YuanFen
    subsidies_held: YuanFen
    stretches: tuple[CarriedStretch, ...]
    subsidy_credited: YuanFen
    subsidy_credits: Count
    opening_subsidy: Flag
    loans: Count
    banned_until: IsoDate | None = None


def gather_information(account: MemberAccount, on: dt.date) -> AccountInformation:
    """Gather what is told of an account on a day, after its interest was credited.

    The person is named by the index of the current paper.
    """
    holdings = get_holdings(account)
    given = get_given_subsidies(account, on)
    paper = account.member.documents.filter(is_current=True).first()
    held = {c: holdings.flex[c] + holdings.unit[c] for c in Component}
    return AccountInformation(
        name=account.member.name,
        person=paper.number_index if paper else "",
        amounts=BalanceByOrigin(flex=holdings.flex_fen, unit=holdings.unit_fen),
        principal=held[Component.PRINCIPAL] + held[Component.TRANSFER_IN],
        interest=held[Component.INTEREST],
        subsidies_held=held[Component.SUBSIDY],
        stretches=tuple(
            CarriedStretch(
                identity=stretch.identity.value,
                first=min(stretch.months),
                last=max(stretch.months),
                count=len(stretch.months),
                months=stretch.months,
            )
            for stretch in list_stretches(account)
            if stretch.months
        ),
        subsidy_credited=given.amount_fen,
        subsidy_credits=given.credits,
        opening_subsidy=given.opening,
        loans=MemberEvent.objects.filter(
            member_account__member=account.member, kind=MemberEvent.Kind.LOAN_DISBURSED
        ).count(),
        banned_until=find_ban_end(account.member, on),
    )


def read_information(told: Mapping[str, Any]) -> AccountInformation:
    """Read account information as it was told; strict, because strangers write it.

    Raises:
        BadFacts: naming the first field that cannot be right.
    """
    return AccountInformation.from_wire(dict(told))


def names_person(told: AccountInformation, account: MemberAccount) -> bool:
    """Tell whether the information is about the person of an account, under any of their papers."""
    return bool(told.person) and account.member.documents.filter(number_index=told.person).exists()
