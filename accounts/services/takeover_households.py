"""Households that another system kept before: records in force at once, by the takeover's two."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from accounts.errors import AlreadyMarried
from accounts.households import find_living_marriages, stands_already
from accounts.models import HouseholdRecord, IdentityDocument, Marriage, Member, Spouse
from accounts.services.households import HouseholdStatement, shown_household
from office.fields import blind_index
from office.idempotency import digest_of
from office.models import Branch, Centre, Document

Kind = HouseholdRecord.Kind
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class PastHousehold:
    """What the other system knew of a member's household."""

    member: Member
    statement: HouseholdStatement


@transaction.atomic
def record_households_taken_over(
    *,
    document: Document,
    centre: Centre,
    branch: Branch,
    households: Sequence[PastHousehold],
    business_date: dt.date,
) -> list[HouseholdRecord]:
    """Record many households as another system kept them, all or none.

    Each row becomes an approved record, numbered after the takeover; whoever handed the workbook
    in is its maker, whoever let it in its checker. Both spouses' rows, and the row of a couple
    whose marriage stands here already since the same day, are one marriage.

    Args:
        document: the approved takeover.
        households: checked statements, with numbers in their one spelling.

    Raises:
        AlreadyMarried: one of them is in another marriage that goes on.
    """
    records = HouseholdRecord.objects.bulk_create(
        [
            _record(document, centre, branch, one, place, business_date)
            for place, one in enumerate(households, start=1)
        ],
        batch_size=_AT_ONCE,
    )
    current = _current_indexes(record.member_id for record in records)
    married = [record for record in records if record.kind == Kind.MARRIED]
    members = _members(centre, (record.spouse_index for record in married))
    standing = find_living_marriages(
        centre,
        [*current.values(), *(record.spouse_index for record in married)],
    )
    couples: dict[frozenset[object], HouseholdRecord] = {}
    for record in records:
        own, theirs = standing.get(current[record.member_id]), standing.get(record.spouse_index)
        if own or theirs:
            if not stands_already(record.kind, record.since, own, theirs):
                since = (own or theirs).from_date  # type: ignore[union-attr]
                raise AlreadyMarried(record.member.name, "", since)
        elif record.kind == Kind.MARRIED:
            spouse = members.get(record.spouse_index)
            pair = frozenset({record.member_id, spouse.pk if spouse else record.spouse_index})
            if couples.setdefault(pair, record).since != record.since:
                raise AlreadyMarried(record.member.name, "", couples[pair].since)
    _join(centre, list(couples.values()), current, members)
    return records


def _record(
    document: Document,
    centre: Centre,
    branch: Branch,
    one: PastHousehold,
    place: int,
    business_date: dt.date,
) -> HouseholdRecord:
    told = one.statement
    record = HouseholdRecord(
        number=f"{document.number}-{place:06d}",
        centre=centre,
        branch=branch,
        business_date=business_date,
        made_by=document.made_by,
        checked_by=document.checked_by,
        checked_at=document.checked_at,
        state=HouseholdRecord.State.APPROVED,
        member=one.member,
        kind=told.kind,
        since=told.since,
        evidence_no=told.evidence_no,
        spouse_name=told.spouse_name,
        spouse_document_type=told.spouse_document_type,
        spouse_number=told.spouse_number,
        spouse_index=blind_index(told.spouse_number) if told.spouse_number else "",
    )
    record.digest = digest_of(shown_household(record))
    return record


def _join(
    centre: Centre,
    records: Sequence[HouseholdRecord],
    current: dict[int, str],
    members: dict[str, Member],
) -> None:
    """Write one marriage with its two persons for each of the records."""
    try:
        with transaction.atomic():
            marriages = Marriage.objects.bulk_create(
                [Marriage(centre=centre, from_date=one.since, record=one) for one in records],
                batch_size=_AT_ONCE,
            )
            Spouse.objects.bulk_create(
                [
                    Spouse(marriage=marriage, centre=centre, person_index=index, record=record,
                           member=member)
                    for marriage, record in zip(marriages, records, strict=True)
                    for index, member in (
                        (current[record.member_id], record.member),
                        (record.spouse_index, members.get(record.spouse_index)),
                    )
                ],
                batch_size=_AT_ONCE,
            )  # fmt: skip
    except IntegrityError as taken:
        wanted = [current[one.member_id] for one in records] + [one.spouse_index for one in records]
        held = next(iter(find_living_marriages(centre, wanted).values()), None)
        since = held.from_date if held else records[0].since
        name = held.record.spouse_name if held else records[0].spouse_name
        raise AlreadyMarried(name, "", since) from taken


def _current_indexes(member_ids: Iterable[int]) -> dict[int, str]:
    """Give the index of each member's current paper."""
    wanted = sorted(set(member_ids))
    found: dict[int, str] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        rows = IdentityDocument.objects.filter(
            member__in=wanted[start : start + _AT_ONCE], is_current=True
        )
        found |= dict(rows.values_list("member_id", "number_index"))
    return found


def _members(centre: Centre, indexes: Iterable[str]) -> dict[str, Member]:
    """Give the members that numbers of papers name."""
    wanted = sorted(set(indexes))
    found: dict[str, Member] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        rows = IdentityDocument.objects.filter(
            centre=centre, number_index__in=wanted[start : start + _AT_ONCE]
        )
        found |= {paper.number_index: paper.member for paper in rows.select_related("member")}
    return found
