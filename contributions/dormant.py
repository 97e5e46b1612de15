"""The look at accounts without contributions: one query for a whole centre."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from accounts.contract import as_signed
from accounts.facts import ContributionMode, DormancyFacts
from accounts.holds import standing_ties
from accounts.models import (
    Agreement,
    DeathReport,
    MemberAccount,
    MemberEvent,
    PendingBusiness,
)
from accounts.older_law import list_signed_editions
from accounts.queries import find_signed_agreement
from contributions.models import Coverage, DormancyCandidate, DormancyList, Payout
from kernel.months import Month
from ledger.models import Entry, Posting
from office.models import Centre
from policy.book import PolicyBook
from policy.queries import open_book

_SUBJECT = "dormancy."
_TIES = (
    MemberEvent.Kind.LOAN_APPLIED,
    MemberEvent.Kind.LOAN_DISBURSED,
    MemberEvent.Kind.GUARANTEE_GIVEN,
)


@dataclass(frozen=True, slots=True)
class IdleRow:
    """What the scan reads of one account.

    ``unsettled``: money moved since the last settlement, so interest may still be owed. ``busy``:
    a business waits for its decision, a payment for the bank, or the account for heirs.
    ``edition``: that of the signed agreement, empty where none is kept.
    """

    pk: int
    state: str
    opened_date: dt.date
    mode: str
    edition: str
    last_month: dt.date | None
    balance_fen: int
    loan: bool
    unsettled: bool
    busy: bool


def laws_of(centre: Centre, on: dt.date) -> dict[str, PolicyBook]:
    """Give the law of a day under ``""``, and as each edition of agreements was signed on it.

    Sealing and closing follow the signed version until it is signed anew (C1).

    Source: agreement.signed_version_holds.
    """
    book = open_book(centre.code, on)
    signed = list_signed_editions(centre).items() if book.in_force else ()
    return {"": book} | {edition: as_signed(text, book, _SUBJECT) for edition, text in signed}


def law_of(account: MemberAccount, on: dt.date) -> PolicyBook:
    """Give the law of a day as one account's agreement was signed on it, inside its lock."""
    signed = find_signed_agreement(account)
    return as_signed(signed.clauses if signed else [], open_book(account.centre.code, on), _SUBJECT)


def count_examined(centre: Centre, on: dt.date) -> int:
    """Count the open accounts of flexible members that a run looks at."""
    return _open_accounts(centre).filter(opened_date__lte=on).count()


def list_idle(centre: Centre, on: dt.date, *, months_required: int) -> list[IdleRow]:
    """List accounts without cover for at least so many full months, in the order of their ids.

    Accounts that wait on a list, or stand on one of this month, are left out.
    """
    before = (Month.of(on) - months_required).first_day
    listed = DormancyCandidate.objects.filter(member_account=OuterRef("pk")).filter(
        Q(outcome=DormancyCandidate.Outcome.WAITS)
        | Q(
            dormancy_list__business_date__gte=on.replace(day=1),
            dormancy_list__business_date__lte=on,
        )
        & ~Q(dormancy_list__state=DormancyList.State.CANCELLED)
    )
    rows = (
        _scan(_open_accounts(centre), centre, on)
        .filter(opened_date__lt=before)
        .filter(Q(last_month__isnull=True) | Q(last_month__lt=before))
        .filter(~Exists(listed))
    )
    return _read(rows)


def of_account(account: MemberAccount, on: dt.date) -> IdleRow:
    """Read one account the same way, inside its lock."""
    (row,) = _read(_scan(MemberAccount.objects.filter(pk=account.pk), account.centre, on))
    return row


def dormancy_facts(row: IdleRow) -> DormancyFacts:
    """Tell the rule what the scan has read."""
    return DormancyFacts(
        opened_on=row.opened_date,
        mode=ContributionMode(row.mode),
        last_covered_month=Month.of(row.last_month) if row.last_month else None,
        balance=row.balance_fen,
        open_loan=row.loan,
        pending_business=row.busy,
    )


def _open_accounts(centre: Centre) -> QuerySet[MemberAccount]:
    return MemberAccount.objects.filter(
        centre=centre, identity=MemberAccount.Identity.FLEX
    ).exclude(state=MemberAccount.State.CLOSED)


def _settled_until(centre: Centre, on: dt.date) -> dt.date:
    """Give the last 30 June whose interest has been credited; before all time when none has."""
    last = Posting.objects.filter(
        entry__centre=centre,
        entry__kind=Entry.Kind.INTEREST,
        entry__interest_credit__isnull=True,
        value_date__month=6,
        value_date__day=30,
        value_date__lte=on,
    ).aggregate(last=Max("value_date"))["last"]
    return last or dt.date(1900, 1, 1)


def _scan(
    accounts: QuerySet[MemberAccount], centre: Centre, on: dt.date
) -> QuerySet[MemberAccount]:
    cover = Coverage.objects.filter(member_account=OuterRef("pk"), is_active=True)
    signed = Agreement.objects.filter(member_account=OuterRef("pk"), state=Agreement.State.SIGNED)
    ties = [standing_ties(kind).filter(member_account=OuterRef("pk")) for kind in _TIES]
    waits = PendingBusiness.objects.filter(member_account=OuterRef("pk"), is_open=True)
    ready = Payout.objects.filter(
        Q(withdrawal__member_account=OuterRef("pk")) | Q(exit__member_account=OuterRef("pk")),
        state=Payout.State.READY,
    )
    dead = DeathReport.objects.filter(member_account=OuterRef("pk"), withdrawn_date__isnull=True)
    settled = _settled_until(centre, on)
    lines = [OuterRef("flex_ledger_account"), OuterRef("unit_ledger_account")]
    moved = [
        Exists(Posting.objects.filter(**{side: line}, value_date__gt=settled))
        for side in ("credit", "debit")
        for line in lines
    ]
    return accounts.annotate(
        last_month=Subquery(cover.order_by("-month").values("month")[:1]),
        mode=Subquery(signed.values("mode")[:1]),
        edition=Subquery(signed.values("edition")[:1]),
        loan=Exists(ties[0]) | Exists(ties[1]) | Exists(ties[2]),
        busy=Exists(waits) | Exists(ready) | Exists(dead),
        unsettled=moved[0] | moved[1] | moved[2] | moved[3],
        balance_fen=F("flex_ledger_account__credits_fen")
        - F("flex_ledger_account__debits_fen")
        + F("unit_ledger_account__credits_fen")
        - F("unit_ledger_account__debits_fen"),
    )


def _read(rows: QuerySet[MemberAccount]) -> list[IdleRow]:
    names = (
        "state",
        "opened_date",
        "mode",
        "edition",
        "last_month",
        "balance_fen",
        "loan",
        "unsettled",
        "busy",
    )
    return [
        IdleRow(
            # Without a signed agreement the strictest reading: a month unpaid is a month owed.
            mode=row.pop("mode") or ContributionMode.MONTHLY.value,
            edition=row.pop("edition") or "",
            **row,
        )
        for row in rows.order_by("pk").values("pk", *names)
    ]
