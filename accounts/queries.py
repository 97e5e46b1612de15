"""What is read of members and their accounts. No query reads the clock."""

import datetime as dt
import re
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from accounts.households import find_household as find_household
from accounts.models import (
    Agreement,
    BreachNotice,
    DebitMandate,
    IdentityDocument,
    Member,
    MemberAccount,
    MemberEvent,
    Opening,
    OutsideCheck,
)
from kernel.names import BadName, normal_name
from ledger.models import LedgerAccount
from office.fields import blind_index
from office.models import Centre

_DOCUMENT_NUMBER = re.compile(r"[0-9]{17}[0-9Xx]|[A-Za-z]{3}[0-9]{12}")
_FOUND_AT_MOST = 50


def number_index(number: str) -> str:
    """Give the index of a document number in its one spelling."""
    return blind_index(number)


def find_member_by_number(centre: Centre, number: str) -> Member | None:
    """Find the member a document names, under a present or a former number."""
    found = (
        IdentityDocument.objects.filter(centre=centre, number_index=blind_index(number))
        .select_related("member")
        .first()
    )
    return found.member if found else None


def find_open_account(centre: Centre, number: str) -> MemberAccount | None:
    """Find the open account of the person a document names."""
    member = find_member_by_number(centre, number)
    if member is None:
        return None
    return member.member_accounts.exclude(state=MemberAccount.State.CLOSED).first()


def get_member_account(number: str, centre: Centre | None = None) -> MemberAccount:
    """Return the account of that number, or raise MemberAccount.DoesNotExist."""
    rows = MemberAccount.objects.select_related(
        "member", "centre", "branch", "flex_ledger_account", "unit_ledger_account"
    )
    if centre is not None:
        rows = rows.filter(centre=centre)
    return rows.get(number=number)


def lock_member_account(pk: int) -> MemberAccount:
    """Read an account and hold its row until the transaction ends, so that totals stand still.

    SQLite needs no lock: its only writer is already this transaction.
    """
    return (
        MemberAccount.objects.select_for_update(of=("self",))
        .select_related("member", "centre", "branch", "flex_ledger_account", "unit_ledger_account")
        .get(pk=pk)
    )


def find_agreement(member_account: MemberAccount, on: dt.date) -> Agreement | None:
    """Find the agreement in effect on a day: the latest version that had begun by its month.

    A version that was ended, by closing the account or by a breach, leaves none in effect; an
    earlier version does not come back.
    """
    last = (
        Agreement.objects.filter(
            member_account=member_account, effective_month__lte=on.replace(day=1)
        )
        .order_by("-version")
        .first()
    )
    stands = (Agreement.State.SIGNED, Agreement.State.REPLACED)
    return last if last is not None and last.state in stands else None


def find_signed_agreement(member_account: MemberAccount) -> Agreement | None:
    """Find the version that was signed last and still stands, begun or not."""
    return Agreement.objects.filter(
        member_account=member_account, state=Agreement.State.SIGNED
    ).first()


def find_last_agreement(member_account: MemberAccount) -> Agreement | None:
    """Find the version that was signed last, whether or not it still stands."""
    return Agreement.objects.filter(member_account=member_account).order_by("-version").first()


def list_breaches(member_account: MemberAccount) -> list[BreachNotice]:
    """List the breaches on record of an account's agreements, the latest first."""
    rows = BreachNotice.objects.filter(agreement__member_account=member_account)
    return list(rows.select_related("agreement", "made_by").order_by("-id"))


def find_mandate(member_account: MemberAccount) -> DebitMandate | None:
    """Find the running debit mandate."""
    return DebitMandate.objects.filter(
        member_account=member_account, ended_date__isnull=True
    ).first()


def find_check(
    centre: Centre, number: str, kind: str, *, since: dt.date, purpose: str = "OPENING"
) -> OutsideCheck | None:
    """Find the latest answer of a register about a person that no opening has used up.

    Args:
        since: the first day whose answers are still fresh.
    """
    return (
        OutsideCheck.objects.filter(
            centre=centre,
            number_index=blind_index(number),
            kind=kind,
            purpose=purpose,
            asked_date__gte=since,
        )
        .filter(Q(opening__isnull=True) | ~Q(opening__state=Opening.State.APPROVED))
        .exclude(result=OutsideCheck.Result.PENDING)
        .order_by("-id")
        .first()
    )


def list_lookalikes(centre: Centre, name: str, birth_date: dt.date, sex: str) -> list[Member]:
    """List members of the same name, birth and sex: perhaps one person under another paper."""
    return list(
        Member.objects.filter(
            centre=centre, birth_date=birth_date, sex=sex, name_key=normal_name(name)
        ).order_by("id")
    )


def list_waiting_checks(centre: Centre) -> QuerySet[OutsideCheck]:
    """List entered answers that a second person has still to confirm."""
    return OutsideCheck.objects.filter(
        centre=centre,
        channel=OutsideCheck.Channel.MANUAL,
        result=OutsideCheck.Result.PENDING,
    ).order_by("id")


def list_events(member_account: MemberAccount) -> list[MemberEvent]:
    """List what happened to an account, in order."""
    return list(member_account.events.select_related("recorded_by").order_by("date", "id"))


def search(centre: Centre, text: str) -> list[MemberAccount]:
    """Find accounts by whatever a clerk types, at most fifty.

    A document number, an account number, a phone number, initials or pinyin from their
    beginning, or part of a name. Only the text's own kind is tried.
    """
    typed = text.strip()
    if not typed:
        return []
    rows = MemberAccount.objects.filter(centre=centre).select_related("member", "branch")
    return list(rows.filter(_matching(centre, typed)).order_by("-state", "id")[:_FOUND_AT_MOST])


def _matching(centre: Centre, typed: str) -> Q:
    if _DOCUMENT_NUMBER.fullmatch(typed):
        documents = IdentityDocument.objects.filter(
            centre=centre, number_index=blind_index(typed.upper())
        )
        return Q(member__in=documents.values("member"))
    if typed.isascii() and typed.isdigit():
        by_phone = Q(member__phone_index=blind_index(typed)) if len(typed) == 11 else Q()
        return Q(number=typed) | by_phone if by_phone else Q(number__startswith=typed)
    if typed.isascii() and typed.replace(" ", "").isalpha():
        letters = typed.replace(" ", "").lower()
        return (
            Q(member__pinyin__startswith=letters)
            | Q(member__initials__contains=f" {letters}")
            | Q(member__name_key__icontains=typed)
        )
    try:
        key = normal_name(typed)
    except BadName:
        return Q(pk__in=[])
    return Q(member__name_key__contains=key)


def ledger_lines(member_account: MemberAccount) -> list[LedgerAccount]:
    """Give both lines of an account in the books, flexible money first."""
    return [member_account.flex_ledger_account, member_account.unit_ledger_account]


def list_standing_events(
    member_account: MemberAccount, kinds: Iterable[str], until: dt.date, *, undone_count: bool
) -> list[MemberEvent]:
    """List events of an account up to a day, without those that were taken back.

    Args:
        undone_count: events that were taken back count all the same.
    """
    wanted = list(kinds)
    undoing = {f"{kind}_UNDONE": kind for kind in wanted}
    rows = MemberEvent.objects.filter(
        member_account=member_account, kind__in=[*wanted, *undoing]
    ).order_by("date", "id")
    found = list(rows)
    undone = {(undoing[e.kind], e.document_no) for e in found if e.kind in undoing}
    return [
        event
        for event in found
        if event.kind not in undoing
        and event.date <= until
        and (undone_count or (event.kind, event.document_no) not in undone)
    ]
