"""One person of a workbook with account, agreement and mandate: what the columns say together."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from accounts.services import HouseholdStatement, Newcomer, PastEvent
from contributions.services import OpeningLot
from fundcenter.takeover.reading import Problem
from fundcenter.takeover.sheets import Name
from kernel.documents import BadDocumentNumber, DocumentType, Sex, mask_document, read_document
from kernel.months import Month
from kernel.names import BadName, normal_name
from policy.book import PolicyBook


@dataclass(slots=True)
class Draft:
    """What the sheets say of one old number; ``told`` is its row of the households."""

    row: int
    person: dict[str, Any]
    agreement: dict[str, Any] | None = None
    lots: list[tuple[int, OpeningLot]] = field(default_factory=list)
    months: list[tuple[int, Month, Month, int]] = field(default_factory=list)
    subsidy: tuple[int, int, int] | None = None
    events: list[PastEvent] = field(default_factory=list)
    event_rows: list[int] = field(default_factory=list)
    seen: dict[Name, int] = field(default_factory=dict)
    told: dict[str, Any] | None = None
    household: HouseholdStatement | None = None
    newcomer: Newcomer | None = None

    def covered(self) -> Iterator[tuple[dt.date, int]]:
        """Give each covered month's first day with its fen."""
        for _row, first, last, fen in sorted(self.months):
            month = first
            while month <= last:
                yield month.first_day, fen
                month += 1


class _Faults:
    """Collects what is wrong with one account."""

    def __init__(self, problems: list[Problem], row: int) -> None:
        self.problems = problems
        self.row = row
        self.before = len(problems)

    def note(self, column: str, seen: object, code: str, **params: Any) -> None:
        self.problems.append(Problem(Name.PEOPLE.value, self.row, column, str(seen), code, params))

    def note_agreement(self, row: int, column: str, seen: object, code: str, **params: Any) -> None:
        self.problems.append(Problem(Name.AGREEMENTS.value, row, column, str(seen), code, params))

    @property
    def any(self) -> bool:
        return len(self.problems) > self.before


def newcomer_of(
    number: str, draft: Draft, law: PolicyBook, on: dt.date, problems: list[Problem]
) -> Newcomer | None:
    """Turn the rows of an account into what is founded; None where they contradict each other."""
    faults = _Faults(problems, draft.row)
    person, agreement = draft.person, draft.agreement
    paper, born, sex = _paper(person, faults)
    _name(person["name"], faults)
    _dates(person, on, faults)
    if agreement is None:
        faults.note("原账号", number, "no_agreement")
    else:
        _agreement(agreement, on, faults)
    if faults.any or agreement is None or born is None or not sex:
        return None
    return Newcomer(
        old_number=number,
        name=person["name"],
        document_type=person["document_type"],
        number=paper,
        birth_date=born,
        sex=sex,
        retirement_category=person["retirement_category"] or _category(sex, law),
        phone=person["phone"] or "",
        employment=person["employment"],
        subsidy_category=person["subsidy_category"],
        left_school_date=person["left_school_date"],
        first_time=bool(person["first_time"]),
        opened_date=person["opened_date"],
        identity=person["identity"],
        sealed_date=person["sealed_date"],
        mode=agreement["mode"],
        monthly_amount_fen=agreement["monthly_amount_fen"],
        signed_date=agreement["signed_date"],
        effective_month=agreement["effective_month"].first_day,
        bank=agreement["bank"] or "",
        card=agreement["card"] or "",
        debit_day=agreement["debit_day"],
        events=tuple(draft.events),
    )


def _paper(person: dict[str, Any], faults: _Faults) -> tuple[str, dt.date | None, str]:
    """Read the number; what it tells must agree with the columns, what it does not they give."""
    born, sex = person["birth_date"], person["sex"] or ""
    try:
        told = read_document(DocumentType(person["document_type"]), person["number"])
    except BadDocumentNumber as wrong:
        faults.note("证件号码", mask_document(person["number"]), "bad_document", reason=wrong.code)
        return "", None, ""
    seen = mask_document(told.number)
    if told.birth_date and born and told.birth_date != born:
        faults.note("出生日期", born, "paper_says_otherwise", number=seen)
    if told.sex and sex and told.sex.value != sex:
        faults.note("性别", sex, "paper_says_otherwise", number=seen)
    born = told.birth_date or born
    sex = told.sex.value if told.sex else sex
    for column, value in (("出生日期", born), ("性别", sex)):
        if not value:
            faults.note(column, "", "paper_does_not_say", number=seen)
    return told.number, born, sex


def _name(name: str, faults: _Faults) -> None:
    try:
        normal_name(name)
    except BadName:
        faults.note("姓名", name, "bad_name")


def _dates(person: dict[str, Any], on: dt.date, faults: _Faults) -> None:
    opened, sealed, left = person["opened_date"], person["sealed_date"], person["left_school_date"]
    if opened > on:
        faults.note("开户日期", opened, "later_than", latest=on.isoformat())
    if (person["state"] == "SEALED") != (sealed is not None):
        faults.note("封存日期", sealed or "", "sealed_with_date")
    elif sealed is not None and not opened <= sealed <= on:
        faults.note("封存日期", sealed, "outside", first=opened.isoformat(), last=on.isoformat())
    if left is not None and person["subsidy_category"] != "GRADUATE":
        faults.note("离校日期", left, "only_graduates")


def _agreement(agreement: dict[str, Any], on: dt.date, faults: _Faults) -> None:
    row = agreement["row"]
    if agreement["mode"] != "FREE" and agreement["monthly_amount_fen"] is None:
        faults.note_agreement(row, "月缴存额", "", "amount_missing")
    if agreement["signed_date"] > on:
        seen = agreement["signed_date"]
        faults.note_agreement(row, "签订日期", seen, "later_than", latest=on.isoformat())
    given = [agreement[key] is not None for key in ("bank", "card", "debit_day")]
    if any(given) and not all(given):
        faults.note_agreement(row, "扣款银行", agreement["bank"] or "", "mandate_in_part")


def _category(sex: str, law: PolicyBook) -> str:
    """Give the series the law takes where the workbook names none."""
    return "MEN_60" if sex == Sex.M.value else law.choice("retirement.women_default")
