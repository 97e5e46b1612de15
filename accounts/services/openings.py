"""Opening an account: taken in by one clerk, turned into an account by a second person."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from accounts.errors import AlreadyOpen, AlreadyWaits, CheckMissing, OwnAccount
from accounts.facts import EligibilityFacts
from accounts.models import MemberAccount, MemberEvent, Opening, OutsideCheck
from accounts.platform import FRESH_DAYS
from accounts.queries import find_open_account, list_lookalikes
from accounts.services.checks import read_name, read_number
from accounts.services.founding import found_account
from accounts.services.intake import (
    Applicant,
    Terms,
    check_fields,
    decide_or_refuse,
    decide_or_refuse_terms,
    declared,
    fresh_since,
    gather_facts,
    require_platform_check,
)
from accounts.terms import TermsFacts
from kernel.documents import mask_document
from office.documents import approve, submit
from office.fields import blind_index, mask_card
from office.models import Branch, Centre, User
from office.services import audit, next_number, require_permission
from policy.queries import open_book


@transaction.atomic
def submit_opening(
    *,
    centre: Centre,
    branch: Branch,
    applicant: Applicant,
    terms: Terms,
    business_date: dt.date,
    clerk: User,
) -> Opening:
    """Take in an opening, decide it, and hand it to a second person.

    The outside registers were asked before (``ask_for_opening``); their latest answers are facts
    of the decision. An answer on paper is entered and confirmed by two persons first: there is no
    other way round a review.

    Args:
        business_date: the day whose law decides and on which the answers have to be fresh.

    Returns:
        The opening, submitted; ``facts["lookalikes"]`` names members who may be the same person.

    Raises:
        OpeningRefused: the law refuses, or a fact is unknown; ``.decision`` has the reasons. The
            face calls ``.record()`` after the rollback.
        TermsRefused: mode or amount do not fit the law of the month.
        BadField: a field of the form is wrong.
        CheckMissing: the national platform has given no unused clean answer of late.
        OwnAccount: the clerk is the person who wants the account.
        AlreadyOpen, AlreadyWaits: one person has one account.

    Source: eligibility.*, contribution.modes, contribution.monthly_minimum, …_maximum.
    """
    require_permission(clerk, "accounts.open", centre)
    check_fields(applicant, terms)
    number = read_number(applicant.document_type, applicant.number)
    read_name(applicant.name)
    opening = Opening(
        number=next_number(centre, "OP", business_date),
        centre=centre,
        branch=branch,
        business_date=business_date,
        made_by=clerk,
        name=applicant.name.strip(),
        document_type=applicant.document_type.value,
        document_number=number,
        number_index=blind_index(number),
        phone=applicant.phone,
        bank=terms.bank.strip(),
        card=terms.card,
    )
    _require_other_person(opening, clerk)
    return _take_in(opening, applicant, terms)


def _take_in(opening: Opening, applicant: Applicant, terms: Terms) -> Opening:
    """Decide the opening, tie it to the platform's answer and submit it."""
    centre, on, clerk = opening.centre, opening.business_date, opening.made_by
    subject = ("accounts.opening", opening.number)
    book = open_book(centre.code, on)
    facts = gather_facts(centre, applicant, opening.document_number, on)
    opening.decision = decide_or_refuse(facts, book, centre, on, subject, clerk)
    decide_or_refuse_terms(
        facts=TermsFacts(mode=terms.mode, monthly_amount=terms.monthly_amount_fen),
        book=book.fresh(on),
        centre=centre,
        business_date=on,
        subject=subject,
        by=clerk,
    )
    check = require_platform_check(centre, opening.document_number, on)
    alike = list_lookalikes(centre, applicant.name, facts.birth_date, facts.sex)
    opening.facts = declared(applicant, terms, facts, [member.pk for member in alike])
    try:
        with transaction.atomic():
            opening.platform_check = _reserve(check)
            opening.save(force_insert=True)
            return submit(document=opening, by=clerk, shown=shown(opening))
    except IntegrityError as broken:
        raise AlreadyWaits from broken


@transaction.atomic
def approve_opening(
    *, opening: Opening, digest: str, business_date: dt.date, by: User
) -> MemberAccount:
    """Turn an opening into a member account, its lines in the books, agreement and mandate.

    Everything is decided again on the day of approval: what has changed since then counts.

    Args:
        digest: the digest of the page the second person looked at.
        business_date: the day on which the account opens.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OpeningRefused, CheckMissing, AlreadyOpen: something has changed since it was taken in.
    """
    locked = Opening.objects.select_for_update().get(pk=opening.pk)
    centre = locked.centre
    if locked.state != Opening.State.SUBMITTED or locked.made_by_id == by.pk:
        approve(document=opening, by=by, digest=digest)  # says why not
    require_permission(by, Opening.approve_permission, centre)
    _require_other_person(locked, by)
    book = open_book(centre.code, business_date)
    facts = EligibilityFacts.from_wire(locked.facts["eligibility"])
    subject = ("accounts.opening", locked.number)
    if find_open_account(centre, locked.document_number) is not None:
        facts = facts.model_copy(update={"has_open_account": True})
    decide_or_refuse(facts, book, centre, business_date, subject, by)
    check = locked.platform_check
    if check is None or check.asked_date < fresh_since(business_date):
        raise CheckMissing(str(OutsideCheck.Kind.PLATFORM.label), FRESH_DAYS)
    try:
        with transaction.atomic():
            account = found_account(locked, facts, book.fresh(business_date), business_date)
    except IntegrityError as broken:
        held = find_open_account(centre, locked.document_number)
        raise AlreadyOpen(held.number if held else "–") from broken
    Opening.objects.filter(pk=locked.pk).update(member_account=account)
    approve(document=opening, by=by, digest=digest)
    MemberEvent.objects.create(
        member_account=account,
        kind=MemberEvent.Kind.OPENED,
        date=business_date,
        document_no=locked.number,
        recorded_by=by,
    )
    audit(
        actor=by,
        action="accounts.open",
        target=account,
        centre=centre,
        subject=account.number,
        after={"opening": locked.number, "opened_date": business_date.isoformat()},
    )
    return account


def shown(opening: Opening) -> dict[str, Any]:
    """Give what the second person sees of an opening; its digest binds the approval."""
    return opening.shown_to(
        name=opening.name,
        document=opening.number_index,
        masked=mask_document(opening.document_number),
        card=blind_index(opening.card),
        masked_card=mask_card(opening.card),
        bank=opening.bank,
        facts=opening.facts,
        decision=opening.decision_id,
        platform_check=opening.platform_check_id,
    )


def _require_other_person(opening: Opening, user: User) -> None:
    if user.person_index and user.person_index == opening.number_index:
        raise OwnAccount(opening.number)


def _reserve(check: OutsideCheck) -> OutsideCheck:
    """Free the check from an opening that came to nothing, so that this one may use it."""
    ended = [Opening.State.CANCELLED, Opening.State.RETURNED]
    Opening.objects.filter(platform_check=check, state__in=ended).update(platform_check=None)
    if Opening.objects.filter(platform_check=check).exists():
        raise AlreadyWaits
    return check
