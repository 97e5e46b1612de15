"""The households of a workbook: what a row must say, and what it must not contradict.

A couple of which both have an account may stand there once or twice: both rows are one marriage.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from accounts.households import find_living_marriages, stands_already
from accounts.models import HouseholdRecord, Marriage
from accounts.services import HouseholdStatement
from fundcenter.takeover.people import Draft
from fundcenter.takeover.reading import Problem
from fundcenter.takeover.sheets import Name
from kernel.documents import BadDocumentNumber, DocumentType, mask_document, read_document
from kernel.names import BadName, normal_name
from office.fields import blind_index
from office.models import Centre, User

Kind = HouseholdRecord.Kind
_SPOUSE = {
    "spouse_name": "配偶姓名",
    "spouse_document_type": "配偶证件类型",
    "spouse_number": "配偶证件号码",
}
_AT_ONCE = 500


def statement_of(draft: Draft, on: dt.date, problems: list[Problem]) -> HouseholdStatement | None:
    """Read the row of a household; None where there is none, or it cannot be right."""
    told = draft.told
    if told is None:
        return None
    row, before = draft.seen[Name.HOUSEHOLDS], len(problems)
    if told["since"] > on:
        seen, latest = told["since"].isoformat(), on.isoformat()
        problems.append(_problem(row, "起始日期", seen, "later_than", latest=latest))
    number = _spouse(row, told, problems)
    if len(problems) > before:
        return None
    return HouseholdStatement(
        kind=told["kind"],
        since=told["since"],
        evidence_no=told["evidence_no"],
        spouse_name=told["spouse_name"] or "",
        spouse_document_type=told["spouse_document_type"] or "",
        spouse_number=number,
    )


def _spouse(row: int, told: dict[str, Any], problems: list[Problem]) -> str:
    """Check the spouse's columns; give the number in its one spelling."""
    if told["kind"] != Kind.MARRIED:
        problems += [
            _problem(row, heading, "", "only_marriages")
            for key, heading in _SPOUSE.items()
            if told[key]
        ]
        return ""
    missing = [heading for key, heading in _SPOUSE.items() if not told[key]]
    if missing:
        problems += [_problem(row, heading, "", "spouse_missing") for heading in missing]
        return ""
    try:
        normal_name(told["spouse_name"])
    except BadName:
        problems.append(_problem(row, "配偶姓名", told["spouse_name"], "bad_name"))
    try:
        paper = read_document(DocumentType(told["spouse_document_type"]), told["spouse_number"])
    except BadDocumentNumber as wrong:
        seen = mask_document(told["spouse_number"])
        problems.append(_problem(row, "配偶证件号码", seen, "bad_document", reason=wrong.code))
        return ""
    return paper.number


def check_households(
    by_index: Mapping[str, Draft], centre: Centre, problems: list[Problem]
) -> list[int]:
    """Refuse households that contradict each other or what is on record here.

    Args:
        by_index: the accounts of the workbook, by the index of the person's number.

    Returns:
        The ids of the staff among the spouses: nobody takes over their own household.
    """
    told = {index: draft for index, draft in by_index.items() if draft.household is not None}
    spouses = {
        index: blind_index(draft.household.spouse_number)
        for index, draft in told.items()
        if draft.household is not None and draft.household.spouse_number
    }
    here = find_living_marriages(centre, [*told, *spouses.values()])
    named: dict[str, Draft] = {}
    for index, draft in told.items():
        spouse = spouses.get(index, "")
        _check_pair(index, spouse, by_index, named, problems)
        _check_here(draft, here.get(index), here.get(spouse), problems)
    return list(_staff(spouses.values()))


def _check_pair(
    index: str,
    spouse: str,
    by_index: Mapping[str, Draft],
    named: dict[str, Draft],
    problems: list[Problem],
) -> None:
    draft = by_index[index]
    row, own = draft.seen[Name.HOUSEHOLDS], draft.household
    if own is None or not spouse:
        return
    seen = mask_document(own.spouse_number)
    first = named.setdefault(spouse, draft)
    if first is not draft:
        at = first.seen[Name.HOUSEHOLDS]
        problems.append(_problem(row, "配偶证件号码", seen, "spouse_twice", first=at))
        return
    if spouse == index:
        problems.append(_problem(row, "配偶证件号码", seen, "spouse_self"))
        return
    other = by_index.get(spouse)
    if other is None or other.newcomer is None:
        return
    if normal_name(other.newcomer.name) != normal_name(own.spouse_name):
        problems.append(
            _problem(row, "配偶姓名", own.spouse_name, "spouse_name_differs", first=other.row)
        )
    theirs = other.household
    if theirs is None:
        return
    mutual = theirs.spouse_number and blind_index(theirs.spouse_number) == index
    if not mutual or theirs.since != own.since:
        at = other.seen[Name.HOUSEHOLDS]
        problems.append(_problem(row, "配偶证件号码", seen, "spouse_differs", first=at))


def _check_here(
    draft: Draft, own: Marriage | None, theirs: Marriage | None, problems: list[Problem]
) -> None:
    """Refuse what a marriage on record here does not let be; the very same one is let be."""
    standing = own or theirs
    household = draft.household
    if standing is None or household is None:
        return
    if stands_already(household.kind, household.since, own, theirs):
        return
    problems.append(
        _problem(
            draft.seen[Name.HOUSEHOLDS],
            "起始日期",
            household.since.isoformat(),
            "married_here",
            since=standing.from_date.isoformat(),
            number=standing.record.number,
        )
    )


def _staff(indexes: Iterable[str]) -> Iterable[int]:
    wanted = sorted(set(indexes))
    for start in range(0, len(wanted), _AT_ONCE):
        rows = User.objects.filter(person_index__in=wanted[start : start + _AT_ONCE])
        yield from rows.values_list("pk", flat=True)


def _problem(row: int, column: str, seen: str, code: str, **params: Any) -> Problem:
    return Problem(Name.HOUSEHOLDS.value, row, column, seen, code, params)
