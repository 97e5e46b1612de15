"""Accounts that have gone quiet: found, notified, approved by a second person, sealed or closed.

A list is filed by the system and approved as a whole. Nothing is done to an account before its
notice has ended, and then everything is looked at again under the account's lock: a deposit that
races the job wins, or is refused with the next step. Each account is judged by the sealing and
closing clauses of its signed agreement, where those hold.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from accounts.errors import AccountsRefused
from accounts.models import MemberAccount
from accounts.queries import lock_member_account
from accounts.rules import DormancyAction, DormancyResult, decide_dormancy
from accounts.services import close, seal
from contributions.dormant import (
    count_examined,
    dormancy_facts,
    law_of,
    laws_of,
    list_idle,
    of_account,
)
from contributions.models import DormancyCandidate, DormancyList
from contributions.services.interest import credit_interest
from office.documents import approve, return_, submit
from office.models import Centre, User
from office.services import DayNotOpen, ensure_system_maker, next_number
from policy.book import PolicyBook
from policy.decisions import Decision
from policy.models import StoredDecision
from policy.services import build_decision, record_decision

Action, Outcome = DormancyCandidate.Action, DormancyCandidate.Outcome


@dataclass(frozen=True, slots=True)
class DormancyReport:
    """What a run came to. ``waiting`` counts candidates whose list nobody has approved yet."""

    examined: int = 0
    candidates: int = 0
    notified: int = 0
    sealed: int = 0
    closed: int = 0
    alerted: int = 0
    waiting: int = 0

    def as_dict(self) -> dict[str, int]:
        """Give the figures of the contract."""
        figures = asdict(self)
        del figures["waiting"]
        return figures


@dataclass(frozen=True, slots=True)
class _Found:
    """An idle account, what the rule says of it, the decision to be stored, and days of notice."""

    member_account_id: int
    notice_days: int
    decision: Decision[DormancyResult]
    stored: StoredDecision


def run_dormancy(
    *, centre: Centre, on: dt.date, approver: User | None = None, preview: bool = False
) -> DormancyReport:
    """File what is idle, then act on what was notified long enough ago. Safe to run again.

    Args:
        on: the day of the run.
        approver: somebody who approves the lists that wait; None leaves them in the inbox.
        preview: find out what would happen and write nothing.

    Returns:
        The figures of the day; a second run on the same day gives the same ones.

    Raises:
        NotAllowed: the approver may not approve lists of this centre.
    """
    with transaction.atomic():
        system = ensure_system_maker()
        file_candidates(centre=centre, on=on, by=system)
        if approver is not None:
            for waiting in _waiting_lists(centre):
                approve_list(dormancy_list=waiting, digest=waiting.digest, by=approver)
        if preview:
            act_on_candidates(centre=centre, on=on, by=system)
            report = report_of(centre=centre, on=on)
            transaction.set_rollback(True)
            return report
    # Outside the transaction: each account is one of its own, so one fault stops no other.
    act_on_candidates(centre=centre, on=on, by=system)
    return report_of(centre=centre, on=on)


@transaction.atomic
def file_candidates(*, centre: Centre, on: dt.date, by: User) -> DormancyList | None:
    """File the accounts that are idle on a day, and with that their notices.

    An account stands on one list a month; those already waiting are not filed again.

    Args:
        by: the system maker.

    Returns:
        The list, waiting for a second person; None when nothing is idle, or neither the centre's
        law nor a signed agreement knows sealing or closing.

    Source: dormancy.*; Liaoning (十四), Yantai 3.
    """
    laws = laws_of(centre, on)
    if not _rule_is_on(laws):
        return None
    standing = DormancyList.objects.filter(centre=centre, business_date=on)
    known = standing.exclude(state=DormancyList.State.CANCELLED).first()
    if known is not None:
        return known
    found = _find_idle(centre, on, laws, by)
    if not found:
        return None
    StoredDecision.objects.bulk_create([one.stored for one in found], batch_size=500)
    dormancy_list = DormancyList.objects.create(
        number=next_number(centre, "DM", on), centre=centre, business_date=on, made_by=by
    )
    candidates = [_candidate(dormancy_list, one, on) for one in found]
    DormancyCandidate.objects.bulk_create(candidates, batch_size=500)
    return submit(document=dormancy_list, by=by, shown=shown_list(dormancy_list))


def approve_list(*, dormancy_list: DormancyList, digest: str, by: User) -> DormancyList:
    """Approve a list as a whole; the accounts on it are acted on once their notice has ended.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
    """
    return approve(document=dormancy_list, by=by, digest=digest)


@transaction.atomic
def return_list(
    *, dormancy_list: DormancyList, reason: str, business_date: dt.date, by: User
) -> DormancyList:
    """Refuse a list. Its accounts are left alone and are looked at again next month.

    Raises:
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    returned = return_(document=dormancy_list, by=by, reason=reason)
    dormancy_list.candidates.filter(outcome=Outcome.WAITS).update(
        outcome=Outcome.DROPPED, done_date=business_date
    )
    return returned


def act_on_candidates(*, centre: Centre, on: dt.date, by: User) -> int:
    """Seal or close what stands on approved lists and whose notice has ended.

    Each account is a transaction of its own.

    Args:
        by: the system maker; the second person is the one who approved the list.

    Returns:
        How many candidates were decided.
    """
    due = DormancyCandidate.objects.filter(
        dormancy_list__centre=centre,
        dormancy_list__state=DormancyList.State.APPROVED,
        outcome=Outcome.WAITS,
        acts_date__lte=on,
    ).order_by("id")
    done = 0
    for pk in list(due.values_list("pk", flat=True)):
        try:
            done += _act(pk, centre, on, by)
        except (AccountsRefused, DayNotOpen):
            # A person looks at it; the next account does not wait for that.
            done += _end(pk, Outcome.ALERTED, on)
    return done


def report_of(*, centre: Centre, on: dt.date) -> DormancyReport:
    """Count a centre's day from what stands in the database."""
    if not _rule_is_on(laws_of(centre, on)):
        return DormancyReport(examined=count_examined(centre, on))
    rows = DormancyCandidate.objects.filter(dormancy_list__centre=centre)
    filed = rows.filter(dormancy_list__business_date=on)
    done = rows.filter(done_date=on)
    return DormancyReport(
        examined=count_examined(centre, on),
        candidates=filed.count(),
        notified=filed.filter(notified_date=on).count(),
        sealed=done.filter(outcome=Outcome.SEALED).count(),
        closed=done.filter(outcome=Outcome.CLOSED).count(),
        alerted=done.filter(outcome=Outcome.ALERTED).count(),
        waiting=rows.filter(
            outcome=Outcome.WAITS, dormancy_list__state=DormancyList.State.SUBMITTED
        ).count(),
    )


def shown_list(dormancy_list: DormancyList) -> dict[str, Any]:
    """Give what the second person sees of a list; its digest binds the approval."""
    rows = dormancy_list.candidates.order_by("id")
    names = ("member_account_id", "action", "months_uncovered", "acts_date")
    return dormancy_list.shown_to(
        candidates=[[str(value) for value in row] for row in rows.values_list(*names)]
    )


def _waiting_lists(centre: Centre) -> list[DormancyList]:
    waiting = DormancyList.objects.filter(centre=centre, state=DormancyList.State.SUBMITTED)
    return list(waiting.order_by("id"))


def _rule_is_on(laws: Mapping[str, PolicyBook]) -> bool:
    """Tell whether the law, or an agreement that still holds, seals or closes idle accounts."""
    keys = ("dormancy.seal", "dormancy.close")
    found = [law.find(key) for law in laws.values() if law.in_force for key in keys]
    return any(value is not None and value.typed for value in found)


def _find_idle(
    centre: Centre, on: dt.date, laws: Mapping[str, PolicyBook], by: User
) -> list[_Found]:
    months = [value.typed for law in laws.values() if (value := law.find("dormancy.months"))]
    fewest = min(months) if months else laws[""].count("dormancy.months")
    found = []
    for row in list_idle(centre, on, months_required=fewest):
        facts = dormancy_facts(row)
        law = laws.get(row.edition, laws[""])
        decision = decide_dormancy(facts, law.fresh(on))
        action = decision.result.action
        if action in (None, DormancyAction.KEEP):
            continue
        if action is DormancyAction.SEAL and row.state == MemberAccount.State.SEALED:
            continue
        stored = build_decision(
            rule=decide_dormancy,
            facts=facts,
            decision=decision,
            centre=centre,
            business_date=on,
            subject=("accounts.memberaccount", str(row.pk)),
            by=by,
        )
        notice = law.find("dormancy.notice_days") or laws[""].get("dormancy.notice_days")
        found.append(_Found(row.pk, notice.typed, decision, stored))
    return found


def _candidate(dormancy_list: DormancyList, found: _Found, on: dt.date) -> DormancyCandidate:
    """Write a candidate; one that only needs a look gets no notice and is done with that."""
    result = found.decision.result
    looks = result.action is DormancyAction.ALERT
    return DormancyCandidate(
        dormancy_list=dormancy_list,
        member_account_id=found.member_account_id,
        action=str(result.action),
        months_uncovered=result.months_uncovered,
        notified_date=None if looks else on,
        acts_date=None if looks else on + dt.timedelta(days=found.notice_days),
        done_date=on if looks else None,
        outcome=Outcome.ALERTED if looks else Outcome.WAITS,
        decision=found.stored,
    )


@transaction.atomic
def _act(candidate_pk: int, centre: Centre, on: dt.date, by: User) -> int:
    candidate = DormancyCandidate.objects.get(pk=candidate_pk)
    # Every deposit takes this lock too: either it is seen below, or it comes after the end.
    account = lock_member_account(candidate.member_account_id)
    if not account.is_open:
        return _end(candidate_pk, Outcome.DROPPED, on)
    _credit_cents(candidate, account, on, by)
    facts = dormancy_facts(of_account(account, on))
    decision = decide_dormancy(facts, law_of(account, on))
    record_decision(
        rule=decide_dormancy,
        facts=facts,
        decision=decision,
        centre=centre,
        business_date=on,
        subject=candidate,
        by=by,
    )
    action = str(decision.result.action)
    number = candidate.dormancy_list.number
    if action == Action.ALERT:
        return _end(candidate_pk, Outcome.ALERTED, on)
    # What a member was not told of is not done: another action waits for a notice of its own.
    if action != candidate.action:
        return _end(candidate_pk, Outcome.DROPPED, on)
    if action == Action.SEAL and account.state == MemberAccount.State.SEALED:
        return _end(candidate_pk, Outcome.DROPPED, on)
    ended = _end(candidate_pk, Outcome.SEALED if action == Action.SEAL else Outcome.CLOSED, on)
    if not ended:
        return 0
    if action == Action.SEAL:
        seal(member_account=account, business_date=on, document_no=number, by=by)
    else:
        reason = MemberAccount.CloseReason.DORMANT
        close(member_account=account, reason=reason, business_date=on, document_no=number, by=by)
    return ended


def _credit_cents(
    candidate: DormancyCandidate, account: MemberAccount, on: dt.date, by: User
) -> None:
    """Credit what an emptied account still earned: with cents in it, it is not closed."""
    row = of_account(account, on)
    if candidate.action == Action.CLOSE and row.unsettled and not (row.busy or row.balance_fen):
        number = candidate.dormancy_list.number
        credit_interest(member_account=account, business_date=on, document_no=number, by=by)


def _end(candidate_pk: int, outcome: str, on: dt.date) -> int:
    """Write the end of a candidate once; of two workers one gets 1."""
    waiting = DormancyCandidate.objects.filter(pk=candidate_pk, outcome=Outcome.WAITS)
    return waiting.update(outcome=outcome, done_date=on)
