"""What the rules about inheritance are told, and who of the staff may not handle it."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from accounts.holds import find_ban_end, get_frozen, has_open_loan
from accounts.models import MemberAccount
from contributions.facts import BalanceByOrigin, HeirFacts, InheritanceFacts, Title
from contributions.heir_errors import OwnInheritance
from contributions.leaving import Parts, parts_of
from contributions.models import Heir, Inheritance, Payout
from contributions.queries import Holdings
from office.models import User


def inheritance_facts(
    inheritance: Inheritance, heirs: Sequence[Heir], holdings: Holdings, on: dt.date
) -> InheritanceFacts:
    """Gather the facts as they stand on a day; call it under the account's lock.

    Any frozen sum stands against paying heirs, as it does against leaving.
    """
    account = inheritance.member_account
    frozen = get_frozen(account, on)
    return InheritanceFacts(
        balance_by_origin=BalanceByOrigin(flex=holdings.flex_fen, unit=holdings.unit_fen),
        open_loan=has_open_loan(account.member),
        guarantee=inheritance.guarantee,
        frozen=frozen.whole or frozen.amount_fen > 0,
        banned_until=find_ban_end(account.member, on),
        heirs=tuple(
            HeirFacts(
                numerator=heir.numerator,
                denominator=heir.denominator,
                amount=heir.share_fen,
                title=Title(heir.title),
            )
            for heir in heirs
        ),
    )


def everything(holdings: Holdings) -> Parts:
    """List all that the account holds by origin and by what the money once was."""
    return parts_of("FLEX", holdings.flex) + parts_of("UNIT", holdings.unit)


def require_no_heir(inheritance: Inheritance, indexes: Iterable[str], user: User) -> None:
    """Refuse a person who inherits: nobody handles money of their own.

    Args:
        indexes: blind indexes of the heirs' numbers.

    Raises:
        OwnInheritance: the staff member is one of the heirs.
    """
    if user.person_index and user.person_index in indexes:
        raise OwnInheritance(inheritance.number)


def unpaid_heirs(account: MemberAccount | None = None) -> QuerySet[Heir]:
    """List the heirs whose part was approved and has not arrived; of one account, or of all."""
    of_account = Q() if account is None else Q(inheritance__member_account=account)
    return Heir.objects.filter(
        of_account, inheritance__state=Inheritance.State.APPROVED, amount_fen__gt=0
    ).exclude(payouts__state=Payout.State.CONFIRMED)


def failed_heirs(account: MemberAccount) -> QuerySet[Heir]:
    """List the heirs whom the bank could not pay and who have no payment under way."""
    return unpaid_heirs(account).exclude(payouts__state=Payout.State.READY)


def find_inheritance(account: MemberAccount) -> Inheritance | None:
    """Find the latest inheritance of an account that waits or was approved.

    There is a further one where money came in after the first, like a transfer that was under way.
    """
    states = [Inheritance.State.SUBMITTED, Inheritance.State.APPROVED]
    rows = Inheritance.objects.filter(member_account=account, state__in=states)
    return rows.order_by("-id").first()
