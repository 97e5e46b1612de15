"""What stands against paying out of an account on a day: freezes, bans, a loan; read only."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Sum

from accounts.errors import OwnAccount
from accounts.households import find_living_marriage
from accounts.models import Ban, Freeze, LoanHold, Member, MemberAccount, MemberEvent
from office.models import User


@dataclass(frozen=True, slots=True)
class Frozen:
    """What courts hold in an account: everything, or a sum in fen."""

    whole: bool
    amount_fen: int

    def left_fen(self, balance_fen: int) -> int:
        """Tell what of a balance may still be paid out, in fen."""
        return 0 if self.whole else max(0, balance_fen - self.amount_fen)


def running_freezes(member_account: MemberAccount, on: dt.date) -> QuerySet[Freeze]:
    """List the freezes in force on a day; each ends by itself after its last day."""
    return Freeze.objects.filter(
        Q(lifted_date__isnull=True) | Q(lifted_date__gt=on),
        member_account=member_account,
        state=Freeze.State.APPROVED,
        from_date__lte=on,
        until_date__gte=on,
    ).order_by("id")


def get_frozen(member_account: MemberAccount, on: dt.date) -> Frozen:
    """Give what is frozen on a day. Orders of several courts stand beside each other: they add."""
    rows = running_freezes(member_account, on)
    total_fen = rows.aggregate(total=Sum("amount_fen"))["total"]
    return Frozen(rows.filter(amount_fen__isnull=True).exists(), int(total_fen or 0))


def get_loan_hold_fen(member_account: MemberAccount) -> int:
    """Give what must stay in an account while its loan runs, in fen."""
    kept = LoanHold.objects.filter(member_account=member_account)
    return kept.values_list("amount_fen", flat=True).first() or 0


def find_ban_end(member: Member, on: dt.date) -> dt.date | None:
    """Find the last day of the bans that run on a day; None when none does."""
    running = Ban.objects.filter(
        member=member, state=Ban.State.APPROVED, decided_date__lte=on, until_date__gte=on
    )
    last: dt.date | None = running.aggregate(last=Max("until_date"))["last"]
    return last


# A loan binds an account from the event on the left to one of those on the right, each under the
# number of the loan application.
_ENDS = {
    MemberEvent.Kind.LOAN_DISBURSED: ("LOAN_SETTLED", "LOAN_DISBURSED_UNDONE"),
    MemberEvent.Kind.LOAN_APPLIED: ("LOAN_SETTLED", "LOAN_APPLIED_UNDONE"),
    MemberEvent.Kind.GUARANTEE_GIVEN: ("GUARANTEE_ENDED",),
}


def standing_ties(kind: MemberEvent.Kind) -> QuerySet[MemberEvent]:
    """Select the events of a kind that bind accounts to a loan and have not come to their end.

    Args:
        kind: LOAN_APPLIED, LOAN_DISBURSED or GUARANTEE_GIVEN.
    """
    ended = MemberEvent.objects.filter(
        member_account=OuterRef("member_account"),
        document_no=OuterRef("document_no"),
        kind__in=_ENDS[kind],
    )
    return MemberEvent.objects.filter(~Exists(ended), kind=kind)


def has_open_loan(member: Member) -> bool:
    """Tell whether a housing fund loan of the member, as one who borrows, is not paid off."""
    ties = standing_ties(MemberEvent.Kind.LOAN_DISBURSED)
    return ties.filter(member_account__member=member).exists()


def has_loan_application(member: Member) -> bool:
    """Tell whether the member has applied for a loan that was neither ended nor paid off."""
    ties = standing_ties(MemberEvent.Kind.LOAN_APPLIED)
    return ties.filter(member_account__member=member).exists()


def has_guarantee(member: Member) -> bool:
    """Tell whether the member stands surety for somebody's housing fund loan."""
    ties = standing_ties(MemberEvent.Kind.GUARANTEE_GIVEN)
    return ties.filter(member_account__member=member).exists()


def require_not_own(member_account: MemberAccount, user: User) -> None:
    """Refuse a person who would handle their own account, or the one of their spouse.

    Raises:
        OwnAccount: the staff member is the person the account belongs to, or married to them.
    """
    index = user.person_index
    if not index:
        return
    own = member_account.member.documents.filter(number_index=index).exists()
    marriage = find_living_marriage(member_account.member)
    if own or (marriage and marriage.spouses.filter(person_index=index).exists()):
        raise OwnAccount(member_account.number)
