"""Accounts that another system kept before: their people, papers, lines, agreements, events."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from accounts.errors import AlreadyOpen
from accounts.models import (
    Agreement,
    DebitMandate,
    IdentityDocument,
    ManagedAccount,
    Member,
    MemberAccount,
    MemberEvent,
)
from accounts.services.founding import get_managed_account
from kernel.names import full_pinyin, normal_name, pinyin_keys
from ledger.chart import Code
from ledger.services import open_member_accounts
from office.fields import blind_index
from office.models import Branch, Centre, User
from office.services import next_numbers


@dataclass(frozen=True, slots=True)
class PastEvent:
    """A dated fact that the other system knew: a code of ``MemberEvent.Kind`` and its paper."""

    kind: str
    date: dt.date
    document_no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """One account of the other system with its person, agreement and mandate.

    Codes are those of the models; the number of the paper is in its one spelling, the amount in
    fen, ``effective_month`` its first day. ``bank`` empty means that no mandate runs.
    """

    old_number: str
    name: str
    document_type: str
    number: str
    birth_date: dt.date
    sex: str
    retirement_category: str
    phone: str
    employment: str
    subsidy_category: str
    left_school_date: dt.date | None
    first_time: bool
    opened_date: dt.date
    identity: str
    sealed_date: dt.date | None
    mode: str
    monthly_amount_fen: int | None
    signed_date: dt.date
    effective_month: dt.date
    bank: str
    card: str
    debit_day: int | None
    events: tuple[PastEvent, ...] = ()


@transaction.atomic
def found_accounts_taken_over(
    *,
    centre: Centre,
    branch: Branch,
    newcomers: Sequence[Newcomer],
    document_no: str,
    business_date: dt.date,
    by: User,
) -> list[MemberAccount]:
    """Found many accounts as another system kept them, all or none; nothing is decided anew.

    Who is known here and has no open account keeps their person: it is one member with a further
    account. The agreement goes on as it was signed, and no clause of ours is put into it. Call it
    in the transaction that books the balances.

    Args:
        newcomers: at most some thousands at once; numbers of papers differ among them.
        document_no: the approved takeover, which each account's first event names.

    Returns:
        The accounts, in the order of the newcomers.

    Raises:
        AlreadyOpen: one of them has an open account here.
    """
    managed = get_managed_account(branch)
    members = _members(centre, newcomers, business_date)
    counted = next_numbers(centre, "AC", business_date, len(newcomers))
    numbers = [
        f"{centre.pk:03d}{business_date:%y}{int(one.rpartition('-')[2]):07d}" for one in counted
    ]
    try:
        with transaction.atomic():
            accounts = _accounts(centre, managed, newcomers, members, numbers)
    except IntegrityError as broken:
        held = MemberAccount.objects.filter(member__in=members).exclude(state="CLOSED").first()
        raise AlreadyOpen(held.number if held else "–") from broken
    _agreements(newcomers, accounts)
    _events(newcomers, accounts, document_no, by)
    return accounts


def _members(centre: Centre, newcomers: Sequence[Newcomer], business_date: dt.date) -> list[Member]:
    """Give each newcomer's member: the one the paper names here, or a new one with the paper."""
    indexes = [blind_index(one.number) for one in newcomers]
    papers = IdentityDocument.objects.filter(centre=centre, number_index__in=indexes)
    known = {paper.number_index: paper.member for paper in papers.select_related("member")}
    new = [
        (one, index) for one, index in zip(newcomers, indexes, strict=True) if index not in known
    ]
    made = Member.objects.bulk_create(_member(centre, one) for one, _ in new)
    IdentityDocument.objects.bulk_create(
        IdentityDocument(
            member=member,
            centre=centre,
            document_type=one.document_type,
            number=one.number,
            number_index=index,
            recorded_date=business_date,
        )
        for (one, index), member in zip(new, made, strict=True)
    )
    known |= {index: member for (_, index), member in zip(new, made, strict=True)}
    return [known[index] for index in indexes]


def _member(centre: Centre, one: Newcomer) -> Member:
    return Member(
        centre=centre,
        name=one.name,
        name_key=normal_name(one.name),
        pinyin=full_pinyin(one.name),
        initials=f" {' '.join(pinyin_keys(one.name))} ",
        birth_date=one.birth_date,
        sex=one.sex,
        retirement_category=one.retirement_category,
        phone=one.phone,
        phone_index=blind_index(one.phone) if one.phone else "",
        employment=one.employment,
        subsidy_category=one.subsidy_category,
        left_school_date=one.left_school_date,
    )


def _accounts(
    centre: Centre,
    managed: ManagedAccount,
    newcomers: Sequence[Newcomer],
    members: Sequence[Member],
    numbers: Sequence[str],
) -> list[MemberAccount]:
    flex, unit = (
        open_member_accounts(
            centre=centre,
            control_code=control,
            lines=[
                (f"{control}.{number}", member.name)
                for number, member in zip(numbers, members, strict=True)
            ],
        )
        for control in (Code.FLEX_DEPOSITS, Code.UNIT_DEPOSITS)
    )
    earlier = set(
        MemberAccount.objects.filter(member__in=members).values_list("member_id", flat=True)
    )
    return MemberAccount.objects.bulk_create(
        MemberAccount(
            centre=centre,
            branch_id=managed.branch_id,
            managed_account=managed,
            member=members[place],
            number=numbers[place],
            identity=one.identity,
            state=MemberAccount.State.SEALED if one.sealed_date else MemberAccount.State.NORMAL,
            first_time=one.first_time and members[place].pk not in earlier,
            opened_date=one.opened_date,
            sealed_date=one.sealed_date,
            flex_ledger_account=flex[place],
            unit_ledger_account=unit[place],
        )
        for place, one in enumerate(newcomers)
    )


def _agreements(newcomers: Sequence[Newcomer], accounts: Sequence[MemberAccount]) -> None:
    pairs = list(zip(newcomers, accounts, strict=True))
    Agreement.objects.bulk_create(
        Agreement(
            member_account=account,
            version=1,
            mode=one.mode,
            monthly_amount_fen=one.monthly_amount_fen,
            signed_date=one.signed_date,
            effective_month=one.effective_month,
        )
        for one, account in pairs
    )
    DebitMandate.objects.bulk_create(
        DebitMandate(
            member_account=account,
            version=1,
            bank=one.bank,
            card=one.card,
            card_index=blind_index(one.card),
            card_last4=one.card[-4:],
            debit_day=one.debit_day or 1,
            signed_date=one.signed_date,
        )
        for one, account in pairs
        if one.bank
    )


def _events(
    newcomers: Sequence[Newcomer], accounts: Sequence[MemberAccount], document_no: str, by: User
) -> None:
    def rows() -> Iterable[MemberEvent]:
        for one, account in zip(newcomers, accounts, strict=True):
            opened = PastEvent(MemberEvent.Kind.OPENED, one.opened_date, document_no)
            for event in (opened, *one.events):
                yield MemberEvent(
                    member_account=account,
                    kind=event.kind,
                    date=event.date,
                    document_no=event.document_no,
                    recorded_by=by,
                )

    MemberEvent.objects.bulk_create(rows(), batch_size=2_000)
