"""The credit record of members: written down once per document, contested and answered in time."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import BadField
from accounts.holds import require_not_own
from accounts.models import MemberAccount
from accounts.queries import lock_member_account
from accounts.services.checks import read_text
from loans.errors import ContestWaits
from loans.models import CreditContest, CreditEvent, Loan
from loans.queries import list_reached
from office.documents import approve, cancel, return_, submit
from office.models import User
from office.services import audit, next_number, require_permission
from policy.facts import DeadlineFacts, DeadlineKind
from policy.queries import open_book
from policy.rules import decide_deadline
from policy.services import record_decision

_TEXT_LENGTH = 400
_NUMBER_LENGTH = 64
State = CreditContest.State


@transaction.atomic
def record_credit_event(
    *,
    member_account: MemberAccount,
    kind: str,
    date: dt.date,
    document_no: str,
    business_date: dt.date,
    by: User,
    loan: Loan | None = None,
    amount_fen: int | None = None,
    in_a_row: int = 0,
    note: str = "",
) -> CreditEvent:
    """Put something on a member's credit record. Called by the services of loans that run.

    Calling again with the same kind and document returns the first one.

    Args:
        kind: a code of ``CreditEvent.Kind``.
        date: the day it happened.
        document_no: the document that proves it, unique per member and kind.
        amount_fen: what it was about, in fen, where a sum belongs to it.
        in_a_row: for OVERDUE, how many instalments running are missed by then.

    Raises:
        BadField: the kind is unknown, the document has no number, or the day lies ahead.

    Source: Yantai 21, Kashgar 四 and 六(6).
    """
    _check_event(kind, date, document_no, business_date)
    event, created = CreditEvent.objects.get_or_create(
        member=member_account.member,
        kind=kind,
        document_no=document_no.strip(),
        defaults={
            "number": next_number(member_account.centre, "CE", business_date),
            "centre": member_account.centre,
            "branch": member_account.branch,
            "member_account": member_account,
            "date": date,
            "business_date": business_date,
            "loan": loan,
            "amount_fen": amount_fen,
            "in_a_row": in_a_row,
            "note": note.strip()[:200],
            "made_by": by,
        },
    )
    if created:
        audit(
            actor=by,
            action="loans.credit",
            target=event,
            centre=event.centre,
            subject=member_account.number,
            after={"kind": kind, "date": date.isoformat(), "document": event.document_no},
        )
    return event


@transaction.atomic
def record_loan_credit(
    *,
    loan: Loan,
    kind: str,
    date: dt.date,
    document_no: str,
    business_date: dt.date,
    by: User,
    amount_fen: int | None = None,
    in_a_row: int = 0,
) -> CreditEvent:
    """Put what happened with a loan on the record of everybody whom it reaches.

    Each has an event of their own, and contests it by themselves. Who has no account with the
    centre has no record here.

    Returns:
        The borrower's event.

    Raises:
        BadField: as for ``record_credit_event``.

    Source: risk.credit_reaches; Yantai 21.
    """
    told: dict[str, Any] = {
        "kind": kind,
        "date": date,
        "document_no": document_no,
        "business_date": business_date,
        "by": by,
        "loan": loan,
        "amount_fen": amount_fen,
        "in_a_row": in_a_row,
    }
    event = record_credit_event(member_account=loan.member_account, **told)
    for account in list_reached([loan.pk], loan.centre, business_date):
        if account.member_id != event.member_id:
            record_credit_event(member_account=account, **told)
    return event


@transaction.atomic
def accept_contest(
    *, event: CreditEvent, claim: str, business_date: dt.date, clerk: User
) -> CreditContest:
    """Accept what a member has against a record; the days to answer count from this one.

    Raises:
        NotAllowed, OwnAccount: the person may not take it in.
        BadField: nothing is said.
        ContestWaits: it is contested already, or was corrected before.

    Source: deadline.credit_contest_days; Yantai 21, Kashgar 六(6).
    """
    require_permission(clerk, CreditContest.submit_permission, event.centre)
    account = lock_member_account(event.member_account_id)
    require_not_own(account, clerk)
    if event.corrected_date is not None:
        done = event.contests.filter(state=State.APPROVED).values_list("number", flat=True).last()
        raise ContestWaits(done or event.number)
    contest = CreditContest(
        number=next_number(account.centre, "CC", business_date),
        centre=account.centre,
        branch=clerk.branch or account.branch,
        business_date=business_date,
        made_by=clerk,
        event=event,
        member_account=account,
        claim=read_text("claim", claim, _TEXT_LENGTH),
    )
    _set_deadline(contest)
    try:
        with transaction.atomic():
            contest.save(force_insert=True)
    except IntegrityError as broken:
        open_ones = event.contests.exclude(state__in=[State.APPROVED, State.CANCELLED])
        raise ContestWaits(open_ones.values_list("number", flat=True).first() or "–") from broken
    audit(
        actor=clerk,
        action="loans.contest",
        target=contest,
        centre=contest.centre,
        subject=account.number,
        after={"event": event.number, "due_date": str(contest.due_date)},
    )
    return contest


@transaction.atomic
def hand_in_contest_answer(
    *, contest: CreditContest, outcome: str, answer: str, by: User
) -> CreditContest:
    """Write the answer and hand it to the second person.

    Args:
        outcome: a code of ``CreditContest.Outcome``.

    Raises:
        NotAllowed, OwnAccount: somebody other than who took it in.
        BadField: outcome or answer is none.
        AlreadyDecided: it was handed in before.
    """
    require_not_own(lock_member_account(contest.member_account_id), by)
    if outcome not in CreditContest.Outcome.values:
        expected = ", ".join(CreditContest.Outcome.values)
        raise BadField("outcome", seen=outcome or " ", expected=expected)
    said = read_text("answer", answer, _TEXT_LENGTH)
    CreditContest.objects.filter(
        pk=contest.pk, made_by=by, state__in=[State.DRAFT, State.RETURNED]
    ).update(outcome=outcome, answer=said)
    contest.refresh_from_db()
    return submit(document=contest, by=by, shown=shown_contest(contest))


@transaction.atomic
def approve_contest(
    *, contest: CreditContest, digest: str, business_date: dt.date, by: User
) -> CreditContest:
    """Sign the answer as the second person; a wrong record counts no more from now on.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount: it is the checker's own record.
    """
    require_not_own(lock_member_account(contest.member_account_id), by)
    approve(document=contest, by=by, digest=digest, answered_date=business_date)
    if contest.outcome == CreditContest.Outcome.CORRECTED:
        CreditEvent.objects.filter(pk=contest.event_id, corrected_date__isnull=True).update(
            corrected_date=business_date
        )
    return contest


def return_contest(*, contest: CreditContest, reason: str, by: User) -> CreditContest:
    """Give the answer back to whoever wrote it; the days go on counting.

    Raises:
        ValueError, SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return return_(document=contest, by=by, reason=reason)


def cancel_contest(*, contest: CreditContest, by: User) -> CreditContest:
    """Take a contest back because the member does, as its maker."""
    return cancel(document=contest, by=by)


def shown_contest(contest: CreditContest) -> dict[str, Any]:
    """Give what the second person sees of a contest; its digest binds the signature."""
    due = contest.due_date
    return contest.shown_to(
        event=contest.event_id,
        claim=contest.claim,
        due_date=due.isoformat() if due else None,
        outcome=contest.outcome,
        answer=contest.answer,
    )


def _set_deadline(contest: CreditContest) -> None:
    on = contest.business_date
    facts = DeadlineFacts(kind=DeadlineKind.CREDIT_CONTEST, accepted_on=on)
    decision = decide_deadline(facts, open_book(contest.centre.code, on))
    contest.due_date = decision.result.due_on
    contest.decision = record_decision(
        rule=decide_deadline,
        facts=facts,
        decision=decision,
        centre=contest.centre,
        business_date=on,
        subject=("loans.creditcontest", contest.number),
        by=contest.made_by,
        calculator="deadline",
    )


def _check_event(kind: str, date: dt.date, document_no: str, business_date: dt.date) -> None:
    if kind not in CreditEvent.Kind.values:
        raise BadField("kind", seen=kind or " ", expected=", ".join(CreditEvent.Kind.values))
    read_text("document_no", document_no, _NUMBER_LENGTH)
    if date > business_date:
        expected = _("a day up to %(last)s") % {"last": business_date}
        raise BadField("date", seen=str(date), expected=expected)
