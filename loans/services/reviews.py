"""The looks at a loan application: each by another person, the last one grants it."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.errors import BadField
from accounts.households import find_household
from accounts.services.checks import read_text
from loans.applying import find_other_spouse
from loans.chain import CHECKER, PERMISSIONS, SUPERVISOR, next_look, read_chain
from loans.errors import HouseholdChanged, LookedBefore, OneReading, QuotaFell
from loans.facts import PartyRole, RefusalCode, ReviewStep
from loans.granting import other_reading
from loans.models import LoanApplication, LoanParty, LoanReview
from loans.parties import require_no_own
from loans.services.applications import (
    decide_application,
    first_look,
    keep_decision,
    list_parties,
    lock_application,
    lock_borrowers,
    read_book,
    release_household,
    shown_application,
)
from office.documents import approve, refuse, return_
from office.idempotency import digest_of
from office.models import User
from office.services import audit, require_permission

_REASON_LENGTH, _READING_LENGTH = 400, 200
Outcome = LoanReview.Outcome
State = LoanApplication.State


@transaction.atomic
def pass_review(
    *, application: LoanApplication, digest: str, business_date: dt.date, by: User
) -> LoanApplication:
    """Pass an application on to the next look; after the last one it is granted.

    The last look decides it once more under the account's lock, by the law of the day of
    acceptance and by what stands now: household, loans, bans, record and money may have changed.

    Args:
        digest: the digest of the page the reviewer looked at.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``; each
            step takes the role that the chain names.
        LookedBefore: the person has looked in this round already.
        OwnAccount: the person belongs to the application or is married to somebody who does.
        LoanRefused, HouseholdChanged, QuotaFell: something now stands against it.

    Source: loan.approval_chain; Regulation art. 26.
    """
    locked, parties = _begin(application, digest, by)
    chain = read_chain(read_book(locked), locked.granted_fen)
    following = next_look(chain, locked.next_step)
    _write_down(locked, Outcome.PASSED, "", digest, business_date, by)
    if following is None:
        return _grant(application, locked, parties, digest, business_date, by)
    LoanApplication.objects.filter(pk=locked.pk).update(
        next_step=following.step.value, next_role=following.role
    )
    application.refresh_from_db()
    return application


@transaction.atomic
def return_application(
    *, application: LoanApplication, reason: str, business_date: dt.date, by: User
) -> LoanApplication:
    """Give an application back to its clerk with the reason; the household stays bound.

    Raises:
        ValueError: the reason is empty.
        And as for ``pass_review``.
    """
    locked, _parties = _begin(application, application.digest, by)
    if not reason.strip():
        raise ValueError(_("reason: a return needs its reason."))
    _write_down(locked, Outcome.RETURNED, reason, locked.digest, business_date, by)
    return return_(document=application, by=by, reason=reason, next_step="", next_role="")


@transaction.atomic
def refuse_application(
    *,
    application: LoanApplication,
    digest: str,
    code: str,
    reason: str,
    business_date: dt.date,
    by: User,
) -> LoanApplication:
    """Refuse an application for good, with a code and a text; the household is free again.

    Args:
        code: a code of ``RefusalCode``.
        reason: what the notice says beside it.

    Raises:
        BadField: the code is unknown, or nothing is said.
        And as for ``pass_review``.

    Source: Regulation art. 26.
    """
    if code not in list(RefusalCode):
        raise BadField("code", seen=code or " ", expected=", ".join(RefusalCode))
    locked, _parties = _begin(application, digest, by)
    _write_down(locked, Outcome.REFUSED, reason, digest, business_date, by)
    refuse(
        document=application, by=by, digest=digest, next_step="", next_role="", refusal_code=code
    )
    release_household(application, business_date, by)
    return application


@transaction.atomic
def choose_reading(
    *, application: LoanApplication, reason: str, business_date: dt.date, by: User
) -> LoanApplication:
    """Take the other reading of a clause whose text and table differ, as a supervisor.

    Sum and digest change with it, so all looks begin anew. A second choice takes the centre's own
    reading back.

    Raises:
        BadField: the reason is missing.
        OneReading: the application lies on no edge.
        And as for ``pass_review``.

    Source: loan.band_reading; Kashgar 五.
    """
    said = read_text("reading_reason", reason, _READING_LENGTH)
    require_permission(by, PERMISSIONS[SUPERVISOR], application.centre)
    locked, parties = _begin(application, application.digest, by, looks=False)
    book = read_book(locked)
    if other_quota_fen(locked) is None:
        raise OneReading(locked.number)
    locked.reading = "" if locked.reading else other_reading(book).value
    locked.reading_reason = said if locked.reading else ""
    stored, result = decide_application(locked, parties, book, business_date, by)
    keep_decision(locked, stored, result)
    locked.round += 1
    look = first_look(locked)
    locked.next_step, locked.next_role = look.step.value, look.role
    locked.digest = digest_of(shown_application(locked))
    locked.save()
    audit(
        actor=by,
        action="loans.reading",
        target=locked,
        centre=locked.centre,
        subject=locked.number,
        reason=reason.strip(),
        after={"reading": locked.reading, "granted_fen": locked.granted_fen},
    )
    application.refresh_from_db()
    return application


def other_quota_fen(application: LoanApplication) -> int | None:
    """Give the quota in the reading that the centre has not taken; None where both agree."""
    result: dict[str, Any] = application.decision.result or {}
    found = result.get("quota", {}).get("alternative_quota_fen")
    return None if found is None else int(found)


def has_looked(application: LoanApplication, user: User) -> bool:
    """Tell whether a person has looked at an application in its running round."""
    return LoanReview.objects.filter(
        application=application, round=application.round, reviewed_by=user
    ).exists()


def list_reviewable(rows: QuerySet[LoanApplication], user: User) -> QuerySet[LoanApplication]:
    """Narrow applications to those whose awaited look this person may take."""
    roles = [role for role, permission in PERMISSIONS.items() if user.may(permission)]
    looked = [
        pk
        for pk, current, seen in rows.filter(reviews__reviewed_by=user).values_list(
            "pk", "round", "reviews__round"
        )
        if current == seen
    ]
    return rows.filter(next_role__in=roles).exclude(pk__in=looked)


def review_permission(application: LoanApplication) -> str:
    """Give the permission that the awaited look takes."""
    return PERMISSIONS.get(application.next_role, PERMISSIONS[CHECKER])


def _begin(
    application: LoanApplication, digest: str, by: User, *, looks: bool = True
) -> tuple[LoanApplication, list[LoanParty]]:
    """Lock account and application, and refuse whoever may not look at it now."""
    account = lock_borrowers(application)
    locked = lock_application(application.pk)
    if (locked.state, locked.digest) != (State.SUBMITTED, digest) or locked.made_by_id == by.pk:
        approve(document=application, by=by, digest=digest)  # says why not
    require_permission(by, review_permission(locked) if looks else "loans.review", locked.centre)
    parties = list_parties(locked)
    require_no_own(parties, account, by)
    if looks and has_looked(locked, by):
        raise LookedBefore(locked.number)
    locked.member_account = account
    return locked, parties


def _write_down(
    application: LoanApplication,
    outcome: str,
    reason: str,
    digest: str,
    business_date: dt.date,
    by: User,
) -> LoanReview:
    """Keep the look for ever, with the line of the audit trail."""
    review = LoanReview.objects.create(
        application=application,
        round=application.round,
        step=application.next_step,
        outcome=outcome,
        reason=read_text("reason", reason, _REASON_LENGTH, needed=outcome != Outcome.PASSED),
        digest=digest,
        reviewed_by=by,
        business_date=business_date,
    )
    after: dict[str, Any] = {"step": review.step, "round": review.round, "digest": digest}
    audit(
        actor=by,
        action=f"loans.review.{outcome.lower()}",
        target=application,
        centre=application.centre,
        subject=application.number,
        reason=review.reason,
        after=after,
    )
    return review


def _grant(
    application: LoanApplication,
    locked: LoanApplication,
    parties: list[LoanParty],
    digest: str,
    business_date: dt.date,
    by: User,
) -> LoanApplication:
    """Decide once more and grant what was looked at, or nothing."""
    _require_same_household(locked, parties, business_date)
    stored, result = decide_application(locked, parties, read_book(locked), business_date, by)
    if (result.granted_fen or 0) < locked.granted_fen:
        raise QuotaFell(locked.number, locked.granted_fen, result.granted_fen or 0)
    return approve(
        document=application,
        by=by,
        digest=digest,
        next_step="",
        next_role="",
        approval_decision=stored,
    )


def _require_same_household(
    application: LoanApplication, parties: list[LoanParty], on: dt.date
) -> None:
    """Refuse when somebody has married, parted or died since it was handed in."""
    member = application.member_account.member
    household = find_household(member, on)
    spouse = next(
        (one for one in parties if one.role in (PartyRole.SPOUSE, PartyRole.CO_BORROWER)), None
    )
    if household.marriage is None:
        if spouse is not None:
            raise HouseholdChanged(application.number)
        return
    other = find_other_spouse(member, household.marriage.pk)
    same = spouse is not None and (
        spouse.person_index == other.person_index
        or (spouse.member_id is not None and spouse.member_id == other.member_id)
    )
    if not same:
        raise HouseholdChanged(application.number)


def describe_step(application: LoanApplication) -> str:
    """Name the look that an application waits for; empty when it waits for none."""
    steps = dict(LoanReview._meta.get_field("step").flatchoices)
    known = application.next_step in list(ReviewStep)
    return str(steps[application.next_step]) if known else ""
