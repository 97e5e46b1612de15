"""What the rule about withdrawals is told: balances less what is frozen, bans, earlier takings."""

import datetime as dt

from django.db.models import Sum

from accounts.holds import (
    find_ban_end,
    get_frozen,
    get_loan_hold_fen,
    has_guarantee,
    has_open_loan,
)
from accounts.models import Member
from contributions.facts import (
    BalanceByOrigin,
    Evidence,
    Ground,
    Household,
    TakenThisPeriod,
    WithdrawalFacts,
)
from contributions.models import Payout, Withdrawal
from contributions.queries import get_holdings
from kernel.days import add_years
from policy.book import PolicyBook


def withdrawal_facts(withdrawal: Withdrawal, amount_fen: int, on: dt.date) -> WithdrawalFacts:
    """Gather the facts of a request as they stand on a day; call it under the account's lock.

    A sum frozen by a court leaves the rest free. It is taken to lie on unit money first: whatever
    the ground reaches, no more than the balance less the frozen sum can leave the account. What
    must stay while a loan runs (loan.retained_ratio) may be the same money.

    Args:
        amount_fen: the sum to be decided: what was asked, or what is to be approved.
        on: the day on which freezes and bans are looked at.
    """
    account = withdrawal.member_account
    holdings, frozen = get_holdings(account), get_frozen(account, on)
    stays_fen = max(frozen.amount_fen, get_loan_hold_fen(account))
    unit_fen = max(0, holdings.unit_fen - stays_fen)
    flex_fen = holdings.flex_fen - max(0, stays_fen - holdings.unit_fen)
    free_fen = frozen.left_fen(holdings.total_fen)
    return WithdrawalFacts(
        ground=Ground(withdrawal.ground),
        amount=amount_fen,
        balance_by_origin=BalanceByOrigin(flex=max(0, flex_fen), unit=unit_fen),
        open_loan=has_open_loan(account.member),
        guarantee=withdrawal.guarantee or has_guarantee(account.member),
        # With nothing left free by the order, it is the freeze that refuses.
        frozen=frozen.whole or (frozen.amount_fen > 0 and free_fen == 0),
        banned_until=find_ban_end(account.member, on),
        single_or_couple=Household(withdrawal.household),
        taken_this_period=TakenThisPeriod(
            own=withdrawal.taken_self_fen, spouse=withdrawal.taken_spouse_fen
        ),
        evidence=tuple(Evidence(paper["code"]) for paper in withdrawal.papers),
    )


def relocation_taken_fen(withdrawal: Withdrawal, book: PolicyBook, member: Member) -> int:
    """Sum what a person took before for relocation rent in the period of its limit, in fen.

    Args:
        member: who asks, or the spouse. Requests of all their accounts count by their day of
            acceptance, those that still wait too; what was returned, cancelled or could not be
            paid does not.

    Source: withdrawal.relocation_period.
    """
    if withdrawal.ground != Ground.RELOCATION_RENT:
        return 0
    period = book.find("withdrawal.relocation_period")
    if period is None:
        return 0
    taken = Withdrawal.objects.filter(
        member_account__member=member,
        ground=Ground.RELOCATION_RENT,
        state__in=[Withdrawal.State.SUBMITTED, Withdrawal.State.APPROVED],
        business_date__gte=_period_start(period.typed, withdrawal.business_date),
        business_date__lte=withdrawal.business_date,
    ).exclude(payouts__state=Payout.State.FAILED)
    return int(taken.aggregate(total=Sum("allowed_fen"))["total"] or 0)


def _period_start(period: str, on: dt.date) -> dt.date:
    if period == "CALENDAR_YEAR":
        return dt.date(on.year, 1, 1)
    if period == "TWELVE_MONTHS":
        return add_years(on, -1) + dt.timedelta(days=1)
    return dt.date.min
