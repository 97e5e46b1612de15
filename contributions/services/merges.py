"""Merge (合并账户): one of two accounts of a person goes up in the other one, by two persons."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.errors import BadField, BusinessWaits, WrongState
from accounts.holds import find_ban_end, get_frozen, has_open_loan, require_not_own
from accounts.models import MemberAccount, MemberEvent
from accounts.queries import ledger_lines, lock_member_account
from accounts.services import begin_business, close, end_business, give_papers_to, record_event
from accounts.services.checks import read_text
from contributions.earnings import find_credited, interest_to
from contributions.errors import MoveRefused
from contributions.facts import MovingFacts
from contributions.models import Merge, Payout
from contributions.queries import get_holdings
from contributions.rules import MovingResult, decide_merge
from contributions.services.followers import follow
from kernel.months import FundYear
from ledger.facts import Movement
from ledger.models import Entry, LedgerAccount
from ledger.postings import Move, merge_moves
from ledger.queries import list_lots
from ledger.services import post
from office.documents import approve, cancel, return_, submit
from office.models import User
from office.services import next_number, require_permission
from policy.decisions import Decision
from policy.models import StoredDecision
from policy.queries import open_book
from policy.services import record_decision

_PROOF_LENGTH = 64


@transaction.atomic
def submit_merge(
    *,
    member_account: MemberAccount,
    target: MemberAccount,
    proof: str,
    business_date: dt.date,
    by: User,
) -> Merge:
    """Take in the merge of two accounts of one person and hand it to a second person.

    Args:
        member_account: the account that is given up.
        target: the one that stays.
        proof: number of the paper that shows that it is one person.

    Raises:
        NotAllowed, OwnAccount: the person may not merge these accounts.
        BadField: the proof is missing, or the accounts are one, or of two centres.
        WrongState: one of them is closed.
        BusinessWaits: other business of one of them is not decided or paid yet.
        MoveRefused: a freeze, a loan or a ban stands against it, or it is not proven that it is
            one person; ``.decision`` has the reasons.
        YearNotSettled: an ended fund year is still to be settled.

    Source: eligibility.one_open_account, transfer.merge_on_change; Regulation art. 13,
    Lianyungang 三(六)3.
    """
    require_permission(by, Merge.submit_permission, member_account.centre)
    read_text("proof", proof, _PROOF_LENGTH)
    if member_account.pk == target.pk or member_account.centre_id != target.centre_id:
        expected = _("another account of this centre")
        raise BadField("target", seen=target.number, expected=expected)
    source, target = _lock(member_account.pk, target.pk)
    for account in (source, target):
        require_not_own(account, by)
        require_free(account)
    merge = Merge(
        number=next_number(source.centre, "MG", business_date),
        centre=source.centre,
        branch=by.branch or source.branch,
        business_date=business_date,
        made_by=by,
        member_account=source,
        target=target,
        proof=proof.strip(),
        amount_fen=get_holdings(source).total_fen,
    )
    merge.decision, _result = _decide(merge, business_date, by)
    merge.save(force_insert=True)
    begin_business(source, merge)
    begin_business(target, merge)
    return submit(document=merge, by=by, shown=shown_merge(merge))


@transaction.atomic
def approve_merge(*, merge: Merge, digest: str, business_date: dt.date, by: User) -> Merge:
    """Carry out a merge: money, months, events, records and papers follow, the account closes.

    It is decided once more by what stands now.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount: one of them is the checker's own account.
        MoveRefused, WrongState, BusinessWaits, YearNotSettled: something now stands against it.
        DayNotOpen: the centre's books are not open for the day.
    """
    source, target = _lock(merge.member_account_id, merge.target_id)
    for account in (source, target):
        require_not_own(account, by)
    approve(document=merge, by=by, digest=digest)
    for account in (source, target):
        require_free(account)
    merge.member_account, merge.target = source, target
    _stored, result = _decide(merge, business_date, by)
    entry = _book(merge, kept=result.value_dates_kept, business_date=business_date, by=by)
    joined, double = follow(merge, business_date, by)
    close(
        member_account=source,
        reason=MemberAccount.CloseReason.MERGED,
        business_date=business_date,
        document_no=merge.number,
        by=by,
    )
    record_event(
        member_account=target,
        kind=MemberEvent.Kind.MERGED,
        date=business_date,
        document_no=merge.number,
        by=by,
    )
    give_papers_to(papers_of=source.member, member=target.member, by=by)
    Merge.objects.filter(pk=merge.pk).update(
        entry=entry, months_joined=joined, months_double=double
    )
    end_business(merge)
    merge.refresh_from_db()
    return merge


@transaction.atomic
def return_merge(*, merge: Merge, reason: str, by: User) -> Merge:
    """Give a merge back with the reason; both accounts stay.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return_(document=merge, by=by, reason=reason)
    end_business(merge)
    return merge


@transaction.atomic
def cancel_merge(*, merge: Merge, by: User) -> Merge:
    """Take back a merge that is not decided, as its maker.

    Raises:
        NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    cancel(document=merge, by=by)
    end_business(merge)
    return merge


def shown_merge(merge: Merge) -> dict[str, Any]:
    """Give what the second person sees of a merge; its digest binds the approval."""
    return merge.shown_to(
        member_account=merge.member_account_id,
        target=merge.target_id,
        proof=merge.proof,
        amount_fen=merge.amount_fen,
        decision=merge.decision_id,
    )


def moving_facts(
    account: MemberAccount, on: dt.date, *, same_person: bool | None = None
) -> MovingFacts:
    """Gather what stands against an account's leaving, and what it holds; under its lock."""
    frozen = get_frozen(account, on)
    return MovingFacts(
        frozen=frozen.whole or frozen.amount_fen > 0,
        open_loan=has_open_loan(account.member),
        banned_until=find_ban_end(account.member, on),
        balance=get_holdings(account).total_fen,
        same_person=same_person,
    )


def _same_person(source: MemberAccount, target: MemberAccount) -> bool | None:
    """Tell whether two members are one person; None where only the names differ."""
    one, other = source.member, target.member
    if (one.birth_date, one.sex) != (other.birth_date, other.sex):
        return False
    return True if one.name_key == other.name_key else None


def _decide(merge: Merge, on: dt.date, by: User) -> tuple[StoredDecision, MovingResult]:
    source, target = merge.member_account, merge.target
    facts = moving_facts(source, on, same_person=_same_person(source, target))
    book = open_book(merge.centre.code, on)
    for account in (source, target):
        interest_to(account, book, on)
    decision: Decision[MovingResult] = decide_merge(facts, book.fresh(on))
    told: dict[str, Any] = {
        "rule": decide_merge,
        "facts": facts,
        "decision": decision,
        "centre": merge.centre,
        "business_date": on,
        "subject": ("contributions.merge", merge.number),
        "by": by,
    }
    if not decision.approved:
        raise MoveRefused(**told)
    return record_decision(**told), decision.result


def _book(merge: Merge, *, kept: bool, business_date: dt.date, by: User) -> Entry | None:
    """Book every lot of both lines over, on its value date or on the day of the merge.

    Where interest was credited within the year, money earns from that day on and not again
    from before it.
    """
    start = FundYear.of(business_date).previous_settlement
    credited = find_credited(merge.member_account, start, business_date)

    def value_date_of(movement: Movement) -> dt.date:
        if not kept:
            return business_date
        if credited is not None and movement.entry_id <= credited.last_entry_id:
            return max(movement.value_date, credited.date)
        return movement.value_date

    moves: list[Move[LedgerAccount]] = []
    lines = zip(ledger_lines(merge.member_account), ledger_lines(merge.target), strict=True)
    for source, target in lines:
        moves += merge_moves(
            source=source, target=target, movements=list_lots(source), value_date_of=value_date_of
        )
    if not moves:
        return None
    return post(
        centre=merge.centre,
        key=f"merge:{merge.number}",
        kind=Entry.Kind.CONVERSION,
        business_date=business_date,
        document_no=merge.number,
        maker=by,
        moves=moves,
    )


def _lock(source_pk: int, target_pk: int) -> tuple[MemberAccount, MemberAccount]:
    """Hold both accounts, always in the order of their ids so that no two merges wait in a ring."""
    locked = {pk: lock_member_account(pk) for pk in sorted((source_pk, target_pk))}
    return locked[source_pk], locked[target_pk]


def require_free(account: MemberAccount) -> None:
    """Refuse an account that is closed, or has money on its way to the bank.

    Raises:
        WrongState: it is closed.
        BusinessWaits: a payment out of it is not confirmed yet.
    """
    if not account.is_open:
        hint = _("A closed account takes part in nothing any more.")
        raise WrongState(account.number, account.get_state_display(), hint)
    unpaid = Payout.objects.filter(
        Q(withdrawal__member_account=account)
        | Q(exit__member_account=account)
        | Q(heir__inheritance__member_account=account)
        | Q(refund__member_account=account),
        state__in=Payout.OWED,
    ).first()
    if unpaid is not None:
        raise BusinessWaits(account.number, unpaid.number)
