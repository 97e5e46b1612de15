"""What is known of a member's household on a day; read only."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q, QuerySet

from accounts.models import HouseholdRecord, IdentityDocument, Marriage, Member, Spouse
from office.models import Centre

Kind = HouseholdRecord.Kind
_AT_ONCE = 300


class HouseholdState(StrEnum):
    """Whether somebody is married. UNKNOWN: nothing was ever recorded."""

    UNKNOWN = "UNKNOWN"
    SINGLE_DECLARED = "SINGLE_DECLARED"
    MARRIED = "MARRIED"


@dataclass(frozen=True, slots=True)
class HouseholdOnRecord:
    """A member's household on a day, and the record it rests on.

    ``spouse`` is the spouse as a member of the centre, None when they have no account here;
    ``spouse_name`` is there for every marriage. SINGLE_DECLARED holds by a signed declaration, or
    by the paper that ended a marriage.
    """

    state: HouseholdState
    since: dt.date | None = None
    record: HouseholdRecord | None = None
    marriage: Marriage | None = None
    spouse: Member | None = None
    spouse_name: str = ""

    @property
    def evidence_no(self) -> str:
        """The number of the paper it rests on."""
        return self.record.evidence_no if self.record else ""


def find_household(member: Member, on: dt.date) -> HouseholdOnRecord:
    """Say what is on record of a member's household on a day."""
    marriages = list(_marriages_of(member).filter(from_date__lte=on))
    for marriage in marriages:
        if marriage.ended_date is None or marriage.ended_date > on:
            return _married(marriage, member)
    declared = (
        _approved(member).filter(kind=Kind.UNMARRIED, since__lte=on).order_by("-since", "-id")
    )
    ends = [one.end_record for one in marriages if one.end_record is not None]
    records = [*declared.order_by("-since", "-id")[:1], *ends]
    if not records:
        return HouseholdOnRecord(HouseholdState.UNKNOWN)
    last = max(records, key=lambda record: (record.since, record.pk))
    return HouseholdOnRecord(HouseholdState.SINGLE_DECLARED, since=last.since, record=last)


def find_living_marriage(member: Member) -> Marriage | None:
    """Find the marriage of a member that has not ended by any record."""
    return _marriages_of(member).filter(ended_date__isnull=True).first()


def find_living_marriages(centre: Centre, indexes: Iterable[str]) -> dict[str, Marriage]:
    """Find the marriages that go on of many persons, each under whichever paper it was recorded.

    Args:
        indexes: indexes of numbers of papers, of members or not.

    Returns:
        The marriage by index; an index without one is left out.
    """
    wanted, found = sorted(set(indexes)), {}
    for start in range(0, len(wanted), _AT_ONCE):
        chunk = wanted[start : start + _AT_ONCE]
        papers = IdentityDocument.objects.filter(centre=centre, number_index__in=chunk)
        member_of = dict(papers.values_list("number_index", "member_id"))
        others = IdentityDocument.objects.filter(member__in=papers.values("member"))
        rows = Spouse.objects.filter(centre=centre, is_living=True).filter(
            Q(person_index__in=chunk)
            | Q(person_index__in=others.values("number_index"))
            | Q(member__in=papers.values("member"))
        )
        owner = dict(others.values_list("number_index", "member_id")) if member_of else {}
        by_person: dict[object, Marriage] = {}
        for row in rows.select_related("marriage__record"):
            by_person[row.person_index] = row.marriage
            by_person[row.member_id or owner.get(row.person_index)] = row.marriage
        by_person.pop(None, None)
        for index in chunk:
            marriage = by_person.get(index) or by_person.get(member_of.get(index))
            if marriage is not None:
                found[index] = marriage
    return found


def stands_already(
    kind: str, since: dt.date, own: Marriage | None, theirs: Marriage | None
) -> bool:
    """Tell whether a stated marriage is the very one in which both spouses already are."""
    married = own is not None and own == theirs and kind == Kind.MARRIED
    return married and own is not None and own.from_date == since


def lock_marriage(marriage: Marriage) -> None:
    """Hold a marriage until the transaction ends, so that the spouses come one after the other."""
    Marriage.objects.select_for_update().get(pk=marriage.pk)


def person_indexes(member: Member) -> list[str]:
    """Give the indexes of every paper a member has held: each of them names this person."""
    return list(member.documents.order_by("id").values_list("number_index", flat=True))


def list_household_records(member: Member) -> list[HouseholdRecord]:
    """List what was recorded of a member's household, by either spouse, the latest first."""
    ids = _marriages_of(member).values_list("record_id", "end_record_id")
    wanted = {pk for pair in ids for pk in pair if pk is not None}
    rows = HouseholdRecord.objects.filter(Q(member=member) | Q(pk__in=wanted))
    return list(rows.select_related("member", "made_by", "checked_by").order_by("-since", "-id"))


def list_households_taken_over(centre: Centre, document_no: str) -> QuerySet[HouseholdRecord]:
    """Select the records that came with a takeover: their numbers begin with its own."""
    return HouseholdRecord.objects.filter(centre=centre, number__startswith=f"{document_no}-")


def _approved(member: Member) -> QuerySet[HouseholdRecord]:
    return HouseholdRecord.objects.filter(member=member, state=HouseholdRecord.State.APPROVED)


def _marriages_of(member: Member) -> QuerySet[Marriage]:
    rows = Spouse.objects.filter(centre=member.centre_id).filter(
        Q(member=member) | Q(person_index__in=person_indexes(member))
    )
    return (
        Marriage.objects.filter(pk__in=rows.values("marriage"))
        .select_related("record__member", "end_record")
        .order_by("-from_date", "-id")
    )


def _married(marriage: Marriage, member: Member) -> HouseholdOnRecord:
    """Name the other one: the recorded spouse, or who recorded it when that was the spouse."""
    record = marriage.record
    if record.member_id == member.pk:
        paper = (
            IdentityDocument.objects.filter(
                centre=member.centre_id, number_index=record.spouse_index
            )
            .select_related("member")
            .first()
        )
        spouse = paper.member if paper else None
        name = spouse.name if spouse else record.spouse_name
    else:
        spouse, name = record.member, record.member.name
    return HouseholdOnRecord(
        HouseholdState.MARRIED,
        since=marriage.from_date,
        record=record,
        marriage=marriage,
        spouse=spouse,
        spouse_name=name,
    )
