"""From rows to accounts: what rows must say together, and what the books here know already.

The trial run and the booking read the workbook by the same road, so what was tried is what is
booked. Nothing is written here.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from accounts.models import IdentityDocument, MemberAccount
from accounts.services import PastEvent
from contributions.models import TakenOver
from contributions.services import OpeningLot
from fundcenter.takeover.families import check_households, statement_of
from fundcenter.takeover.people import Draft, newcomer_of
from fundcenter.takeover.reading import Problem, Row, open_workbook, read_all
from fundcenter.takeover.sheets import (
    BALANCES,
    EVENT_ROWS,
    MONTHS,
    PEOPLE,
    SUBSIDIES,
    Name,
    Sheet,
)
from kernel.documents import mask_document
from kernel.months import FundYear, Month
from ledger.facts import Component
from office.fields import blind_index
from office.models import Centre, User
from policy.book import PolicyBook
from policy.queries import open_book

_AT_ONCE = 500
# Contributions may be paid ahead for a year.
_MONTHS_AHEAD = 12
_HOUSEHOLDS = {"MARRIED": "marriages", "UNMARRIED": "declarations"}
TOTALS = (
    "accounts",
    "months",
    "FLEX",
    "UNIT",
    *(component.value for component in Component),
    *_HOUSEHOLDS.values(),
)


@dataclass(slots=True)
class Trial:
    """What a workbook holds and what is wrong with it."""

    drafts: dict[str, Draft]
    problems: list[Problem]
    staff: list[int]

    @property
    def totals(self) -> dict[str, int]:
        """Count and sum what the workbook brings, as ``Takeover.found`` keeps it."""
        totals = dict.fromkeys(TOTALS, 0)
        totals["accounts"] = len(self.drafts)
        for draft in self.drafts.values():
            totals["months"] += sum(months_of(first, last) for _, first, last, _ in draft.months)
            for _, lot in draft.lots:
                totals["UNIT" if lot.unit else "FLEX"] += lot.amount_fen
                totals[lot.component.value] += lot.amount_fen
            if draft.told is not None:
                totals[_HOUSEHOLDS[draft.told["kind"]]] += 1
        return totals


def months_of(first: Month, last: Month) -> int:
    """Count the months of a stretch, both ends included."""
    return (last.year - first.year) * 12 + last.month - first.month + 1


def try_workbook(
    content: bytes, *, centre: Centre, business_date: dt.date, claimed: dict[str, int] | None = None
) -> Trial:
    """Read a workbook and check all of it.

    Args:
        business_date: the day on which it would be booked; its fund year is the one whose
            interest is still to be settled.
        claimed: control totals that were typed; each must equal what is found.

    Raises:
        BadWorkbook: the file cannot be read at all.
    """
    problems: list[Problem] = []
    drafts: dict[str, Draft] = {}
    broken: set[str] = set()
    book = open_workbook(content)
    try:
        for sheet, row in read_all(book, problems):
            _place(sheet, row, drafts, broken, problems)
    finally:
        book.close()
    trial = Trial(drafts, problems, [])
    law = open_book(centre.code, business_date)
    for number, draft in drafts.items():
        _check_account(number, draft, law, business_date, problems)
    by_index = _check_papers(trial, centre)
    trial.staff += check_households(by_index, centre, problems)
    _check_totals(trial, claimed)
    return trial


def _place(
    sheet: Sheet,
    row: Row,
    drafts: dict[str, Draft],
    broken: set[str],
    problems: list[Problem],
) -> None:
    """Put a row where it belongs, once the sheet of people has named its account."""
    number = row.values.pop("old_number", "")
    if not row.good:
        broken |= {number} if sheet is PEOPLE else set()
        return
    draft = drafts.get(number)
    if sheet is PEOPLE and draft is None:
        drafts[number] = Draft(row.number, row.values, seen={sheet.name: row.number})
    elif number in broken:
        return
    elif draft is None:
        problems.append(_problem(sheet, row.number, "原账号", number, "unknown_number"))
    elif sheet.once and sheet.name in draft.seen:
        first = draft.seen[sheet.name]
        problems.append(_problem(sheet, row.number, "原账号", number, "twice", first=first))
    else:
        draft.seen[sheet.name] = row.number
        _PLACES[sheet.name](draft, row.number, row.values)


def _place_agreement(draft: Draft, row: int, values: dict[str, Any]) -> None:
    draft.agreement = {**values, "row": row}


def _place_lot(draft: Draft, row: int, values: dict[str, Any]) -> None:
    lot = OpeningLot(
        unit=values["unit"] == "UNIT",
        component=Component(values["component"]),
        value_date=values["value_date"],
        amount_fen=values["amount_fen"],
    )
    draft.lots.append((row, lot))


def _place_months(draft: Draft, row: int, values: dict[str, Any]) -> None:
    draft.months.append((row, values["first"], values["last"], values["amount_fen"]))


def _place_subsidy(draft: Draft, row: int, values: dict[str, Any]) -> None:
    draft.subsidy = (values["credited_fen"], values["credits"], values["opening_fen"])


def _place_event(draft: Draft, row: int, values: dict[str, Any]) -> None:
    draft.events.append(PastEvent(values["kind"], values["date"], values["document_no"]))
    draft.event_rows.append(row)


def _place_household(draft: Draft, row: int, values: dict[str, Any]) -> None:
    draft.told = values


_PLACES: dict[Name, Callable[[Draft, int, dict[str, Any]], None]] = {
    Name.AGREEMENTS: _place_agreement,
    Name.BALANCES: _place_lot,
    Name.MONTHS: _place_months,
    Name.SUBSIDIES: _place_subsidy,
    Name.EVENTS: _place_event,
    Name.HOUSEHOLDS: _place_household,
}


def _check_account(
    number: str, draft: Draft, law: PolicyBook, on: dt.date, problems: list[Problem]
) -> None:
    draft.newcomer = newcomer_of(number, draft, law, on, problems)
    draft.household = statement_of(draft, on, problems)
    settled = FundYear.of(on).previous_settlement
    for row, lot in draft.lots:
        earned = lot.component in (Component.INTEREST, Component.SUBSIDY)
        latest = settled if earned and lot.amount_fen > 0 else on
        if lot.value_date > latest:
            code = "earned_later" if earned else "later_than"
            seen = lot.value_date.isoformat()
            problems.append(
                _problem(BALANCES, row, "起息日", seen, code, latest=latest.isoformat())
            )
    _check_balances(draft, problems)
    _check_months(draft, on, problems)
    _check_events(number, draft, on, problems)
    if draft.subsidy is not None and draft.subsidy[0] and not draft.subsidy[1]:
        row = draft.seen[Name.SUBSIDIES]
        problems.append(_problem(SUBSIDIES, row, "已补贴次数", "0", "no_credits"))


def _check_events(number: str, draft: Draft, on: dt.date, problems: list[Problem]) -> None:
    seen: set[tuple[str, str]] = set()
    for row, event in zip(draft.event_rows, draft.events, strict=True):
        if event.date > on:
            date, latest = event.date.isoformat(), on.isoformat()
            problems.append(
                _problem(EVENT_ROWS, row, "发生日期", date, "later_than", latest=latest)
            )
        elif (event.kind, event.document_no) in seen:
            problems.append(_problem(EVENT_ROWS, row, "凭据编号", event.document_no, "event_twice"))
        seen.add((event.kind, event.document_no))


def _check_balances(draft: Draft, problems: list[Problem]) -> None:
    """Refuse money taken out before it was paid in: by origin and component, day by day."""
    held: dict[tuple[bool, Component], int] = defaultdict(int)
    ordered = sorted(draft.lots, key=lambda one: (one[1].value_date, one[1].amount_fen < 0, one[0]))
    for row, lot in ordered:
        key = (lot.unit, lot.component)
        held[key] += lot.amount_fen
        if held[key] < 0:
            seen = lot.value_date.isoformat()
            problems.append(_problem(BALANCES, row, "金额", seen, "below_zero", fen=-held[key]))
            return


def _check_months(draft: Draft, on: dt.date, problems: list[Problem]) -> None:
    latest = Month.of(on) + _MONTHS_AHEAD
    until: Month | None = None
    for row, first, last, _fen in sorted(draft.months, key=lambda one: one[1:3]):
        if last < first:
            problems.append(_problem(MONTHS, row, "截止月份", str(last), "months_backwards"))
        elif last > latest:
            problems.append(
                _problem(MONTHS, row, "截止月份", str(last), "later_than", latest=str(latest))
            )
        elif until is not None and first <= until:
            problems.append(_problem(MONTHS, row, "起始月份", str(first), "months_twice"))
        until = last if until is None or last > until else until


def _check_papers(trial: Trial, centre: Centre) -> dict[str, Draft]:
    """Refuse persons who stand twice or have an open account here; note which are staff.

    Returns:
        The accounts that can be founded, by the index of the person's number.
    """
    by_index: dict[str, Draft] = {}
    for draft in trial.drafts.values():
        one = draft.newcomer
        if one is None:
            continue
        index = blind_index(one.number)
        first = by_index.setdefault(index, draft)
        if first is not draft:
            seen = mask_document(one.number)
            trial.problems.append(
                _problem(PEOPLE, draft.row, "证件号码", seen, "person_twice", first=first.row)
            )
    for indexes in _chunks(list(by_index)):
        papers = IdentityDocument.objects.filter(centre=centre, number_index__in=indexes)
        held = MemberAccount.objects.exclude(state=MemberAccount.State.CLOSED).filter(
            member__in=papers.values("member")
        )
        for index, number in held.values_list("member__documents__number_index", "number"):
            if index in by_index:
                row = by_index[index].row
                trial.problems.append(_problem(PEOPLE, row, "证件号码", number, "open_here"))
        staff = User.objects.filter(person_index__in=indexes)
        trial.staff += list(staff.values_list("pk", flat=True))
    for numbers in _chunks(list(trial.drafts)):
        taken = TakenOver.objects.filter(centre=centre, old_number__in=numbers)
        for number, account in taken.values_list("old_number", "member_account__number"):
            row = trial.drafts[number].row
            trial.problems.append(
                _problem(PEOPLE, row, "原账号", number, "taken_before", account=account)
            )
    return by_index


def _check_totals(trial: Trial, claimed: dict[str, int] | None) -> None:
    if not trial.drafts and not trial.problems:
        trial.problems.append(_problem(PEOPLE, 0, "", "", "nobody"))
    found = trial.totals
    for key in TOTALS if claimed is not None else ():
        typed = (claimed or {}).get(key, 0)
        if typed != found[key]:
            params = {"typed": typed, "found": found[key], "key": key}
            trial.problems.append(Problem("", 0, key, str(typed), "totals_differ", params))


def _chunks(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]


def _problem(sheet: Sheet, row: int, column: str, seen: str, code: str, **params: Any) -> Problem:
    return Problem(sheet.name.value, row, column, seen, code, params)
