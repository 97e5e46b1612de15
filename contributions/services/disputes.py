"""Disputes about a balance (余额异议): bank review, the centre's own review, a written answer."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import BadField
from accounts.holds import require_not_own
from accounts.models import MemberAccount
from accounts.queries import lock_member_account
from accounts.services.checks import read_text
from contributions.errors import DisputeWaits, StepMissing
from contributions.models import Correction, Dispute
from contributions.queries import get_holdings
from kernel.money import MAX_FEN
from office.documents import AlreadyDecided, SamePerson, approve, cancel, return_, submit
from office.models import User
from office.services import audit, next_number, require_permission
from policy.facts import DeadlineFacts, DeadlineKind
from policy.queries import open_book
from policy.rules import decide_deadline
from policy.services import record_decision

_TEXT_LENGTH = 400
_OPEN = (Dispute.State.DRAFT, Dispute.State.RETURNED)


@transaction.atomic
def accept_dispute(
    *,
    member_account: MemberAccount,
    claim: str,
    claimed_fen: int | None,
    business_date: dt.date,
    clerk: User,
) -> Dispute:
    """Accept what a member has against the balance; the days to answer count from this one.

    Args:
        claim: what the member says, in words.
        claimed_fen: the balance the member holds right, in fen; None when no sum is named.

    Raises:
        NotAllowed, OwnAccount: the person may not take it in.
        BadField: nothing is said, or the sum is none.
        DisputeWaits: another dispute about the account is not answered yet.

    Source: deadline.balance_dispute_days, deadline.day_type; Regulation art. 37.
    """
    require_permission(clerk, Dispute.submit_permission, member_account.centre)
    account = lock_member_account(member_account.pk)
    require_not_own(account, clerk)
    if claimed_fen is not None and (
        type(claimed_fen) is not int or not 0 <= claimed_fen <= MAX_FEN
    ):
        raise BadField("claimed_fen", seen=repr(claimed_fen), expected=f"0–{MAX_FEN}")
    dispute = Dispute(
        number=next_number(account.centre, "DI", business_date),
        centre=account.centre,
        branch=clerk.branch or account.branch,
        business_date=business_date,
        made_by=clerk,
        member_account=account,
        balance_fen=get_holdings(account).total_fen,
        claimed_fen=claimed_fen,
        claim=read_text("claim", claim, _TEXT_LENGTH),
    )
    _set_deadline(dispute)
    try:
        with transaction.atomic():
            dispute.save(force_insert=True)
    except IntegrityError as broken:
        waiting = Dispute.objects.filter(member_account=account, answered_date__isnull=True)
        other = waiting.exclude(state=Dispute.State.CANCELLED).values_list("number", flat=True)
        raise DisputeWaits(account.number, other.first() or "–") from broken
    _audit(dispute, clerk, "accept")
    return dispute


@transaction.atomic
def enter_bank_review(
    *, dispute: Dispute, finding: str, document_no: str, reviewed_date: dt.date, by: User
) -> Dispute:
    """Enter what the bank's own review found; without it nothing is answered.

    Raises:
        NotAllowed, OwnAccount: the person may not handle this dispute.
        BadField: a field is missing, or the day lies before the dispute.
        AlreadyDecided: the answer was handed in, or the review was entered before.
    """
    require_permission(by, Dispute.submit_permission, dispute.centre)
    locked = _lock(dispute, by)
    said, paper = read_text("finding", finding, _TEXT_LENGTH), document_no.strip()
    if not 0 < len(paper) <= 64:
        raise BadField("document_no")
    if reviewed_date < locked.business_date:
        expected = _("a day from %(first)s on") % {"first": locked.business_date}
        raise BadField("reviewed_date", seen=str(reviewed_date), expected=expected)
    entered = Dispute.objects.filter(pk=locked.pk, state__in=_OPEN, bank_date__isnull=True).update(
        bank_finding=said, bank_document_no=paper, bank_date=reviewed_date, bank_entered_by=by
    )
    return _moved(dispute, entered, by, "bank_review")


@transaction.atomic
def hand_in_answer(
    *,
    dispute: Dispute,
    outcome: str,
    answer: str,
    by: User,
    correction: Correction | None = None,
) -> Dispute:
    """Write the answer and hand it to the second person, who reviews the balance again.

    Args:
        outcome: a code of ``Dispute.Outcome``.
        answer: what the letter says.
        correction: the approved correction by which a wrong balance was put right.

    Raises:
        NotAllowed, OwnAccount: somebody other than who took it in.
        StepMissing: the bank has not reviewed it, or what was wrong is not corrected yet.
        BadField: outcome or answer is none.
        AlreadyDecided: it was handed in before.

    Source: Regulation art. 37.
    """
    locked = _lock(dispute, by)
    if outcome not in Dispute.Outcome.values:
        raise BadField("outcome", seen=outcome or " ", expected=", ".join(Dispute.Outcome.values))
    said = read_text("answer", answer, _TEXT_LENGTH)
    if locked.needs_bank:
        raise StepMissing(locked.number, _("Enter the bank's review first."))
    if outcome == Dispute.Outcome.WRONG and not _puts_right(locked, correction):
        raise StepMissing(
            locked.number, _("Correct what was wrong first, and name the correction.")
        )
    Dispute.objects.filter(pk=locked.pk, state__in=_OPEN).update(
        outcome=outcome,
        answer=said,
        correction=correction if outcome == Dispute.Outcome.WRONG else None,
    )
    dispute.refresh_from_db()
    return submit(document=dispute, by=by, shown=shown_dispute(dispute))


@transaction.atomic
def approve_answer(*, dispute: Dispute, digest: str, business_date: dt.date, by: User) -> Dispute:
    """Sign the answer after reviewing the balance again, as the second person.

    Raises:
        SamePerson, NotAllowed, OwnAccount: who took it in, or entered the bank's review, does not
            review it again.
        ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
    """
    locked = _lock(dispute, by)
    if by.pk == locked.bank_entered_by_id:
        raise SamePerson(
            _("%(number)s: who entered the bank's review does not review again. Ask a colleague.")
            % {"number": locked.number}
        )
    if locked.state == Dispute.State.SUBMITTED and locked.digest == digest:
        Dispute.objects.filter(pk=locked.pk).update(answered_date=business_date)
    return approve(document=dispute, by=by, digest=digest)


def return_answer(*, dispute: Dispute, reason: str, by: User) -> Dispute:
    """Give the answer back to whoever wrote it; the days go on counting.

    Raises:
        ValueError, SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return return_(document=dispute, by=by, reason=reason)


def cancel_dispute(*, dispute: Dispute, by: User) -> Dispute:
    """Take a dispute back because the member does, as its maker.

    Raises:
        NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return cancel(document=dispute, by=by)


def shown_dispute(dispute: Dispute) -> dict[str, Any]:
    """Give what the second person sees of a dispute; its digest binds the signature."""
    due, bank = dispute.due_date, dispute.bank_date
    return dispute.shown_to(
        member_account=dispute.member_account_id,
        balance_fen=dispute.balance_fen,
        claimed_fen=dispute.claimed_fen,
        claim=dispute.claim,
        due_date=due.isoformat() if due else None,
        bank=[dispute.bank_finding, dispute.bank_document_no, bank.isoformat() if bank else None],
        outcome=dispute.outcome,
        answer=dispute.answer,
        correction=dispute.correction_id,
    )


def _set_deadline(dispute: Dispute) -> None:
    """Count the days to answer by the law of the day of acceptance, and keep the decision."""
    on = dispute.business_date
    book = open_book(dispute.centre.code, on)
    facts = DeadlineFacts(kind=DeadlineKind.BALANCE_DISPUTE, accepted_on=on)
    decision = decide_deadline(facts, book)
    dispute.due_date = decision.result.due_on
    dispute.decision = record_decision(
        rule=decide_deadline,
        facts=facts,
        decision=decision,
        centre=dispute.centre,
        business_date=on,
        subject=("contributions.dispute", dispute.number),
        by=dispute.made_by,
        calculator="deadline",
    )


def _puts_right(dispute: Dispute, correction: Correction | None) -> bool:
    return (
        correction is not None
        and correction.member_account_id == dispute.member_account_id
        and correction.state == Correction.State.APPROVED
    )


def _lock(dispute: Dispute, by: User) -> Dispute:
    require_permission(by, "contributions.view", dispute.centre)
    require_not_own(lock_member_account(dispute.member_account_id), by)
    return Dispute.objects.select_for_update(of=("self",)).get(pk=dispute.pk)


def _moved(dispute: Dispute, moved: int, by: User, step: str) -> Dispute:
    dispute.refresh_from_db()
    if not moved:
        raise AlreadyDecided(
            _("%(number)s is “%(state)s”; this step was done before.")
            % {"number": dispute.number, "state": dispute.get_state_display()}
        )
    _audit(dispute, by, step)
    return dispute


def _audit(dispute: Dispute, by: User, step: str) -> None:
    audit(
        actor=by,
        action=f"contributions.dispute.{step}",
        target=dispute,
        centre=dispute.centre,
        subject=dispute.member_account.number,
        after={"state": dispute.state, "number": dispute.number},
    )
