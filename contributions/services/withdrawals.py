"""Withdrawals: taken in by a clerk, approved and booked by a second person, then paid out."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import BadField, WrongState
from accounts.holds import require_not_own
from accounts.households import HouseholdOnRecord, find_household, lock_marriage
from accounts.models import MemberAccount, MemberEvent
from accounts.queries import find_mandate, lock_member_account
from accounts.services import begin_business, end_business, record_event
from contributions.approving import get_approve_permission
from contributions.errors import AllowedLess, WithdrawalRefused
from contributions.facts import Ground, Household, WithdrawalFacts
from contributions.models import Payout, Withdrawal
from contributions.queries import get_holdings
from contributions.rules import decide_withdrawal
from contributions.services.requests import (
    WithdrawalRequest,
    check_household,
    check_request,
)
from contributions.takings import relocation_taken_fen, withdrawal_facts
from ledger.chart import Code
from ledger.models import Entry, LedgerAccount
from ledger.postings import Move, spread, withdrawal_moves
from ledger.queries import get_ledger_account
from ledger.services import post
from office.documents import approve, cancel, return_, submit
from office.fields import blind_index, mask_card
from office.models import User
from office.services import audit, next_number, require_permission
from policy.book import PolicyBook
from policy.facts import DeadlineFacts, DeadlineKind
from policy.models import StoredDecision
from policy.queries import open_book
from policy.rules import decide_deadline
from policy.services import record_decision


@transaction.atomic
def submit_withdrawal(
    *,
    member_account: MemberAccount,
    request: WithdrawalRequest,
    business_date: dt.date,
    clerk: User,
) -> Withdrawal:
    """Take in a withdrawal, decide it, and hand it to a second person. Nothing is booked yet.

    Args:
        business_date: the day of acceptance; its law decides and the deadline counts from it.

    Returns:
        The withdrawal, submitted for ``allowed_fen``, which may be less than was asked.

    Raises:
        NotAllowed, OwnAccount: the person may not take in withdrawals from this account.
        WithdrawalRefused: the law refuses, or evidence is missing; ``.decision`` has the reasons.
            The face calls ``.record()`` after the rollback.
        BusinessWaits: another business of the account is not decided yet.
        WrongState: the account is closed.
        Deceased: the member has died.
        BadField: a field of the form is missing or impossible, or the household claimed is not
            the one on record.

    Source: withdrawal.*, deadline.withdrawal_days; Regulation art. 24, 25, 41.
    """
    require_permission(clerk, Withdrawal.submit_permission, member_account.centre)
    check_request(request)
    # The lock comes first: balance, holds and earlier withdrawals stand still below.
    account = lock_member_account(member_account.pk)
    require_not_own(account, clerk)
    if not account.is_open:
        hint = _("A closed account holds no money.")
        raise WrongState(account.number, account.get_state_display(), hint)
    recorded = find_household(account.member, business_date)
    check_household(request, recorded)
    mandate = find_mandate(account)
    if mandate is None:
        raise BadField("card", _("The member has no card on record. Sign a mandate first."))
    withdrawal = Withdrawal(
        number=next_number(account.centre, "WD", business_date),
        centre=account.centre,
        branch=clerk.branch or account.branch,
        business_date=business_date,
        made_by=clerk,
        member_account=account,
        ground=Ground(request.ground).value,
        asked_fen=request.amount_fen,
        household=Household(request.household).value,
        guarantee=request.guarantee,
        papers=[{"code": p.code, "document_no": p.document_no.strip()} for p in request.papers],
        taken_spouse_fen=request.spouse_taken_fen,
        spouse_document_no=request.spouse_document_no.strip(),
        payee=account.member.name,
        bank=mandate.bank,
        card=mandate.card,
        card_last4=mandate.card_last4,
    )
    return _take_in(withdrawal, recorded)


def _take_in(withdrawal: Withdrawal, recorded: HouseholdOnRecord) -> Withdrawal:
    """Decide the request on its day, note the deadline and the limit, and submit it."""
    on, clerk = withdrawal.business_date, withdrawal.made_by
    book = open_book(withdrawal.centre.code, on)
    _note_taken(withdrawal, book, recorded)
    facts = withdrawal_facts(withdrawal, withdrawal.asked_fen, on)
    withdrawal.decision, allowed_fen = _decide(withdrawal, facts, book.fresh(on), on, clerk)
    withdrawal.allowed_fen = allowed_fen
    deadline = DeadlineFacts(kind=DeadlineKind.WITHDRAWAL, accepted_on=on)
    withdrawal.due_date = decide_deadline(deadline, book.fresh(on)).result.due_on
    withdrawal.is_large = allowed_fen > book.fen("withdrawal.large_amount")
    withdrawal.save(force_insert=True)
    begin_business(withdrawal.member_account, withdrawal)
    return submit(document=withdrawal, by=clerk, shown=shown_withdrawal(withdrawal))


def _note_taken(withdrawal: Withdrawal, book: PolicyBook, recorded: HouseholdOnRecord) -> None:
    """Note what counts against the limits of person and couple: from our books where they know."""
    member = withdrawal.member_account.member
    if withdrawal.household == Household.COUPLE and recorded.marriage and recorded.spouse:
        # Both spouses ask under this lock, so neither misses what the other one is asking for.
        lock_marriage(recorded.marriage)
        withdrawal.taken_spouse_fen = relocation_taken_fen(withdrawal, book, recorded.spouse)
        withdrawal.spouse_document_no = recorded.evidence_no
    withdrawal.taken_self_fen = relocation_taken_fen(withdrawal, book, member)


@transaction.atomic
def approve_withdrawal(
    *, withdrawal: Withdrawal, digest: str, business_date: dt.date, by: User
) -> Payout:
    """Approve a withdrawal, book it out of the account, and make it ready for payment.

    Under the account's lock it is decided once more, by the law of the day of acceptance and by
    what stands now: balance, freezes, bans and loans may have changed. What is paid is what was
    shown, or nothing.

    Args:
        digest: the digest of the page the second person looked at.
        business_date: the open day, on which it is booked.

    Returns:
        The payout, ready; finance confirms it.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``. Above
            withdrawal.large_amount only a supervisor approves.
        OwnAccount: it is the checker's own account.
        WithdrawalRefused: something now stands against it.
        AllowedLess: less can be paid now; return it and take it in anew.
        DayNotOpen: the centre's books are not open for the day.

    Source: withdrawal.*; 财会字〔1999〕33号.
    """
    account = lock_member_account(withdrawal.member_account_id)
    locked = Withdrawal.objects.select_for_update(of=("self",)).get(pk=withdrawal.pk)
    if (locked.state, locked.digest) != (Withdrawal.State.SUBMITTED, digest) or (
        locked.made_by_id == by.pk
    ):
        approve(document=withdrawal, by=by, digest=digest)  # says why not
    require_permission(by, get_approve_permission(locked), locked.centre)
    require_not_own(account, by)
    locked.member_account = account
    book = open_book(locked.centre.code, locked.business_date)
    facts = withdrawal_facts(locked, locked.allowed_fen, business_date)
    decision, allowed_fen = _decide(locked, facts, book, business_date, by)
    if allowed_fen != locked.allowed_fen:
        raise AllowedLess(locked.number, locked.allowed_fen, allowed_fen)
    entry = _book(locked, account, book, business_date, by)
    Withdrawal.objects.filter(pk=locked.pk).update(approval_decision=decision, entry=entry)
    approve(document=withdrawal, by=by, digest=digest)
    end_business(withdrawal)
    payout = Payout.objects.create(
        centre=locked.centre,
        withdrawal=withdrawal,
        number=next_number(locked.centre, "PO", business_date),
        amount_fen=locked.allowed_fen,
        card_last4=locked.card_last4,
        approved_by=by,
        made_date=business_date,
    )
    _tell(locked, payout, by)
    return payout


@transaction.atomic
def return_withdrawal(*, withdrawal: Withdrawal, reason: str, by: User) -> Withdrawal:
    """Give a withdrawal back with the reason. It stops nothing: no event is written.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return_(document=withdrawal, by=by, reason=reason)
    end_business(withdrawal)
    return withdrawal


@transaction.atomic
def cancel_withdrawal(*, withdrawal: Withdrawal, by: User) -> Withdrawal:
    """Take back a withdrawal that is not decided, as its maker, when the member changes mind.

    Raises:
        NotAllowed: somebody other than the maker.
        AlreadyDecided: it was decided before.
    """
    cancel(document=withdrawal, by=by)
    end_business(withdrawal)
    return withdrawal


def shown_withdrawal(withdrawal: Withdrawal) -> dict[str, Any]:
    """Give what the second person sees of a withdrawal; its digest binds the approval."""
    due = withdrawal.due_date
    return withdrawal.shown_to(
        member_account=withdrawal.member_account_id,
        ground=withdrawal.ground,
        asked_fen=withdrawal.asked_fen,
        allowed_fen=withdrawal.allowed_fen,
        household=withdrawal.household,
        guarantee=withdrawal.guarantee,
        papers=withdrawal.papers,
        taken=[withdrawal.taken_self_fen, withdrawal.taken_spouse_fen],
        spouse_document_no=withdrawal.spouse_document_no,
        payee=withdrawal.payee,
        bank=withdrawal.bank,
        card=blind_index(withdrawal.card),
        masked_card=mask_card(withdrawal.card),
        due_date=due.isoformat() if due else None,
        decision=withdrawal.decision_id,
    )


def _decide(
    withdrawal: Withdrawal,
    facts: WithdrawalFacts,
    book: PolicyBook,
    business_date: dt.date,
    by: User,
) -> tuple[StoredDecision, int]:
    """Decide by the law of the day of acceptance and keep the decision.

    Raises:
        WithdrawalRefused: it is refused, or a person has to look first.
    """
    decision = decide_withdrawal(facts, book.fresh(book.on))
    subject = ("contributions.withdrawal", withdrawal.number)
    allowed_fen = decision.result.allowed_fen
    if not decision.approved or not allowed_fen:
        raise WithdrawalRefused(
            rule=decide_withdrawal,
            facts=facts,
            decision=decision,
            centre=withdrawal.centre,
            business_date=business_date,
            subject=subject,
            by=by,
            on=book.on,
        )
    stored = record_decision(
        rule=decide_withdrawal,
        facts=facts,
        decision=decision,
        centre=withdrawal.centre,
        business_date=business_date,
        subject=subject,
        by=by,
        on=book.on,
        calculator="withdrawal",
    )
    return stored, allowed_fen


def _book(
    withdrawal: Withdrawal,
    account: MemberAccount,
    book: PolicyBook,
    business_date: dt.date,
    by: User,
) -> Entry:
    """Book the sum out of the account's lines: by origin in the order of the law, by component."""
    holdings = get_holdings(account)
    lines = {
        "FLEX": (account.flex_ledger_account, holdings.flex),
        "UNIT": (account.unit_ledger_account, holdings.unit),
    }
    reached = ["FLEX", "UNIT"]
    if withdrawal.ground == Ground.VOLUNTARY:
        reached = list(book.choices("withdrawal.voluntary_origins"))
    payable = get_ledger_account(withdrawal.centre, Code.WITHDRAWAL_PAYABLE)
    left_fen = withdrawal.allowed_fen
    moves: list[Move[LedgerAccount]] = []
    for origin in book.choices("withdrawal.origin_order"):
        line, held = lines[origin]
        part_fen = min(left_fen, sum(held.values())) if origin in reached else 0
        left_fen -= part_fen
        moves += withdrawal_moves(
            bank=payable, member=line, parts=spread(held, part_fen), value_date=business_date
        )
    if left_fen:
        raise AllowedLess(
            withdrawal.number, withdrawal.allowed_fen, withdrawal.allowed_fen - left_fen
        )
    return post(
        centre=withdrawal.centre,
        key=f"withdrawal:{withdrawal.number}",
        kind=Entry.Kind.WITHDRAWAL,
        business_date=business_date,
        document_no=withdrawal.number,
        maker=by,
        moves=moves,
    )


def _tell(withdrawal: Withdrawal, payout: Payout, by: User) -> None:
    """Write the event that may stop a subsidy, dated as the request, and the audit line.

    The event waits for the approval because events are never taken back: a request that is
    returned or cancelled must leave the subsidy alone.
    """
    kind = MemberEvent.Kind.WITHDRAWAL
    if withdrawal.ground == Ground.VOLUNTARY:
        kind = MemberEvent.Kind.VOLUNTARY_WITHDRAWAL
    record_event(
        member_account=withdrawal.member_account,
        kind=kind,
        date=withdrawal.business_date,
        document_no=withdrawal.number,
        by=by,
    )
    audit(
        actor=by,
        action="contributions.withdraw",
        target=withdrawal,
        centre=withdrawal.centre,
        subject=withdrawal.member_account.number,
        after={"amount_fen": payout.amount_fen, "payout": payout.number},
    )
