"""Households: recorded by one person from a paper, in force once a second one has read it too."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.deaths import require_alive
from accounts.errors import (
    AlreadyMarried,
    BadField,
    BusinessWaits,
    NotMarried,
    OwnAccount,
)
from accounts.households import find_household, find_living_marriage, person_indexes
from accounts.models import HouseholdRecord, IdentityDocument, Marriage, Member, Spouse
from accounts.services.checks import read_name, read_number, read_text
from kernel.documents import DocumentType
from office.documents import approve, cancel, return_, submit
from office.fields import blind_index
from office.models import User
from office.services import audit, next_number, require_permission

Kind = HouseholdRecord.Kind
_NUMBER_LENGTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdStatement:
    """What is stated at the window, and the paper that was seen.

    ``since``: the day of the marriage, of the divorce or death, or of the signature. The spouse is
    named for a marriage only, with the number as on the paper.
    """

    kind: str
    since: dt.date
    evidence_no: str
    spouse_name: str = ""
    spouse_document_type: str = ""
    spouse_number: str = ""


@transaction.atomic
def submit_household(
    *, member: Member, statement: HouseholdStatement, business_date: dt.date, clerk: User
) -> HouseholdRecord:
    """Take in what a member's household is, with its evidence, and hand it to a second person.

    Raises:
        NotAllowed, OwnAccount: the person may not record this household; their own, above all.
        BadField: a field is missing or impossible.
        AlreadyMarried: one of the two is in a marriage that has not ended by any record.
        NotMarried: there is no marriage on record that could end.
        BusinessWaits: a record of this household waits already.
        Deceased: the member has died; the spouse's own record says so.

    Source: withdrawal.relocation_couple; 民法典 art. 1042, 1049.
    """
    require_permission(clerk, HouseholdRecord.submit_permission, member.centre)
    number = _check_statement(statement, business_date)
    record = HouseholdRecord(
        number=next_number(member.centre, "HH", business_date),
        centre=member.centre,
        branch=clerk.branch,
        business_date=business_date,
        made_by=clerk,
        member=member,
        kind=statement.kind,
        since=statement.since,
        evidence_no=statement.evidence_no.strip(),
        spouse_name=statement.spouse_name.strip(),
        spouse_document_type=statement.spouse_document_type,
        spouse_number=number,
        spouse_index=blind_index(number) if number else "",
    )
    _require_strangers(record, clerk)
    _lock(record)
    for account in member.member_accounts.all():
        require_alive(account)
    _check_possible(record)
    try:
        with transaction.atomic():
            record.save(force_insert=True)
    except IntegrityError as waiting:
        raise _other_waits(record) from waiting
    return submit(document=record, by=clerk, shown=shown_household(record))


@transaction.atomic
def approve_household(
    *, document: HouseholdRecord, digest: str, business_date: dt.date, by: User
) -> HouseholdRecord:
    """Put a record into force: join the two, end their marriage, or keep the declaration.

    Args:
        digest: the digest of the page the second person looked at.
        business_date: the open day; what the record says counts from its own day.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount: the checker is one of the two.
        AlreadyMarried, NotMarried: another record came in between.
    """
    approve(document=document, by=by, digest=digest)
    _require_strangers(document, by)
    _lock(document)
    _check_possible(document)
    if document.kind == Kind.MARRIED:
        _join(document)
    elif document.kind in (Kind.DIVORCED, Kind.WIDOWED):
        _end(document)
    audit(
        actor=by,
        action="accounts.household",
        target=document,
        centre=document.centre,
        subject=document.number,
        after={
            "kind": document.kind,
            "since": document.since.isoformat(),
            "recorded": business_date.isoformat(),
        },
    )
    return document


def return_household(
    *, document: HouseholdRecord, reason: str, business_date: dt.date, by: User
) -> HouseholdRecord:
    """Give a record back to its maker with the reason.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return return_(document=document, by=by, reason=reason)


def cancel_household(*, document: HouseholdRecord, by: User) -> HouseholdRecord:
    """Take back a record that is not decided, as its maker."""
    return cancel(document=document, by=by)


def shown_household(record: HouseholdRecord) -> dict[str, Any]:
    """Give what the second person sees of a record; its digest binds the approval."""
    return record.shown_to(
        member=record.member_id,
        kind=record.kind,
        since=record.since.isoformat(),
        evidence_no=record.evidence_no,
        spouse_name=record.spouse_name,
        spouse=record.spouse_index,
        masked_spouse=record.masked_spouse,
    )


def _check_statement(statement: HouseholdStatement, business_date: dt.date) -> str:
    """Refuse a form that cannot be right; give the spouse's number in its one spelling."""
    if statement.kind not in Kind.values:
        raise BadField("kind", seen=statement.kind or " ", expected=", ".join(Kind.values))
    read_text("evidence_no", statement.evidence_no, _NUMBER_LENGTH)
    if statement.since > business_date:
        expected = _("a day up to %(last)s") % {"last": business_date}
        raise BadField("since", seen=str(statement.since), expected=expected)
    named = (statement.spouse_name, statement.spouse_document_type, statement.spouse_number)
    if statement.kind != Kind.MARRIED:
        if any(text.strip() for text in named):
            expected = _("empty, except for a marriage")
            raise BadField("spouse_name", seen=statement.spouse_name or "–", expected=expected)
        return ""
    read_name(statement.spouse_name)
    if statement.spouse_document_type not in list(DocumentType):
        seen = statement.spouse_document_type or " "
        raise BadField("spouse_document_type", seen=seen, expected=", ".join(DocumentType))
    return read_number(DocumentType(statement.spouse_document_type), statement.spouse_number)


def _require_strangers(record: HouseholdRecord, user: User) -> None:
    """Refuse a person who is one of the two."""
    indexes = [*person_indexes(record.member), record.spouse_index]
    if user.person_index and user.person_index in indexes:
        account = record.member.member_accounts.order_by("-id").first()
        raise OwnAccount(account.number if account else record.number)


def _other_waits(record: HouseholdRecord) -> BusinessWaits:
    waiting = HouseholdRecord.objects.filter(
        member=record.member, state=HouseholdRecord.State.SUBMITTED
    ).first()
    account = record.member.member_accounts.order_by("-id").first()
    return BusinessWaits(account.number if account else "–", waiting.number if waiting else "–")


def _spouse_member(record: HouseholdRecord) -> Member | None:
    paper = IdentityDocument.objects.filter(
        centre=record.centre, number_index=record.spouse_index
    ).first()
    return paper.member if paper else None


def _lock(record: HouseholdRecord) -> None:
    """Hold both persons' rows, in one order, so that two windows do not marry one person twice."""
    spouse = _spouse_member(record) if record.spouse_index else None
    wanted = {record.member_id, spouse.pk if spouse else record.member_id}
    list(Member.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))


def _check_possible(record: HouseholdRecord) -> None:
    """Refuse what does not fit what is on record of either of the two.

    Raises:
        BadField, AlreadyMarried, NotMarried: saying what stands against it.
    """
    standing = find_living_marriage(record.member)
    if record.kind in (Kind.DIVORCED, Kind.WIDOWED):
        if standing is None:
            raise NotMarried(record.member.name)
        if record.since < standing.from_date:
            expected = _("a day from %(first)s on") % {"first": standing.from_date}
            raise BadField("since", seen=str(record.since), expected=expected)
        return
    if standing is not None:
        household = find_household(record.member, standing.from_date)
        raise AlreadyMarried(record.member.name, household.spouse_name, standing.from_date)
    if record.kind == Kind.UNMARRIED:
        return
    if record.spouse_index in person_indexes(record.member):
        raise BadField("spouse_number", _("A person cannot be married to themselves."))
    spouse = _spouse_member(record)
    theirs = find_living_marriage(spouse) if spouse else _living_marriage(record)
    if theirs is not None:
        raise AlreadyMarried(record.spouse_name, "", theirs.from_date)


def _living_marriage(record: HouseholdRecord) -> Marriage | None:
    """Find the marriage in which a spouse without an account here is already."""
    row = Spouse.objects.filter(
        centre=record.centre, person_index=record.spouse_index, is_living=True
    ).select_related("marriage")
    found = row.first()
    return found.marriage if found else None


def _join(record: HouseholdRecord) -> None:
    own = record.member.documents.get(is_current=True).number_index
    try:
        with transaction.atomic():
            marriage = Marriage.objects.create(
                centre=record.centre, from_date=record.since, record=record
            )
            Spouse.objects.create(
                marriage=marriage,
                centre=record.centre,
                person_index=own,
                record=record,
                member=record.member,
            )
            Spouse.objects.create(
                marriage=marriage,
                centre=record.centre,
                person_index=record.spouse_index,
                record=record,
                member=_spouse_member(record),
            )
    except IntegrityError as taken:
        raise AlreadyMarried(record.spouse_name, "", record.since) from taken


def _end(record: HouseholdRecord) -> None:
    marriage = find_living_marriage(record.member)
    if marriage is None:
        raise NotMarried(record.member.name)
    Marriage.objects.filter(pk=marriage.pk, ended_date__isnull=True).update(
        ended_date=record.since, end_record=record
    )
    Spouse.objects.filter(marriage=marriage, is_living=True).update(is_living=False)
