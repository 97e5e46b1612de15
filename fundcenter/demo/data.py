"""The data files of the demo, read strictly: a slip in a file stops with its path."""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from accounts.facts import ContributionMode
from kernel.documents import DocumentType, Sex
from kernel.wire import Count, Facts, Flag, IsoDate, IsoMonth, YuanFen
from policy.loader import read_yaml

FOLDER = Path(__file__).resolve().parent / "data"
CENTRES = ("bazhong", "liaoning", "lianyungang", "yantai", "kashgar")
LAST_DAY = dt.date(2026, 6, 30)

# What a register says of a person beyond nothing: FAIL, or null where it does not answer.
RegisterAnswers = dict[str, str | None]


class CentreData(Facts):
    """A centre: where it sits, who works there, and what its ordinary members are like."""

    name: str
    short_name: str
    jurisdiction: str
    first_day: IsoDate
    settled_years: tuple[Count, ...]
    share: Count
    areas: tuple[str, ...]
    branches: dict[str, str]
    staff: dict[str, str]
    growth: Count
    amounts: tuple[YuanFen, ...]
    habits: dict[str, Count]
    occupations: tuple[str, ...]
    chains: dict[str, str] = {}


class PeopleData(Facts):
    """Names of one origin."""

    surnames: tuple[str, ...] = ()
    men: tuple[str, ...]
    women: tuple[str, ...]


class NamesData(Facts):
    """What invented persons are made of."""

    han: PeopleData
    uyghur: PeopleData
    others: PeopleData
    areas_abroad: tuple[str, ...]
    units: tuple[str, ...]
    banks: dict[str, str]


class PaymentRow(Facts):
    """Payments on a day of every n-th month; a day a month does not have is its last one."""

    first: IsoMonth = Field(alias="from")
    until: IsoMonth
    day: Count
    amount: YuanFen
    every: Count = 1


class ChangeRow(Facts):
    """A new version of the agreement; what is not named stays."""

    date: IsoDate
    mode: ContributionMode | None = None
    monthly: YuanFen | None = None


class TransferRow(Facts):
    """Money that came from elsewhere, with what its letter says."""

    date: IsoDate
    origin: Literal["FLEX", "UNIT"]
    amount: YuanFen
    source: str = Field(alias="from")
    months: Count
    first_month: IsoMonth
    letter: str


class EventRow(Facts):
    """A dated fact with its document."""

    date: IsoDate
    kind: str = ""
    document: str
    until: IsoDate | None = None


class Expectations(Facts):
    """Published numbers, by fund year or day."""

    interest: dict[str, YuanFen] = {}
    subsidy: dict[str, YuanFen] = {}
    opening_subsidy: dict[str, YuanFen] = {}
    balance: dict[str, YuanFen] = {}
    contributed_until: dict[str, YuanFen] = {}
    state: str = ""


class AgainRow(Facts):
    """A second account after the first was closed."""

    opened: IsoDate
    payments: tuple[PaymentRow, ...]


class PersonRow(Facts):
    """What members and refused applicants have in common; what is not named is invented."""

    name: str
    document_type: DocumentType = DocumentType.RESIDENT_ID
    number: str = ""
    area: str = ""
    born: IsoDate | None = None
    sex: Sex | None = None
    mode: ContributionMode | None = None
    monthly: YuanFen | None = None
    registers: RegisterAnswers = {}
    works_in_area: Flag = True
    own_labour_income: Flag | None = None


class MemberRow(PersonRow):
    """A named member and the life of their account."""

    ref: str
    shows: str
    opened: IsoDate
    branch: str = ""
    bank: str = ""
    debit_day: Count = 10
    employment: str = ""
    occupation: str = ""
    first_time: Flag = True
    subsidy_category: str = "NONE"
    left_school: IsoDate | None = None
    letter: str = ""
    payments: tuple[PaymentRow, ...]
    changes: tuple[ChangeRow, ...] = ()
    transfers: tuple[TransferRow, ...] = ()
    events: tuple[EventRow, ...] = ()
    seals: tuple[EventRow, ...] = ()
    unseals: tuple[EventRow, ...] = ()
    again: AgainRow | None = None
    expects: Expectations = Expectations()


class RefusedRow(PersonRow):
    """Somebody who is refused an account, and by which reasons; ``like`` names a known member."""

    date: IsoDate
    like: str = ""
    because: tuple[str, ...]


class RefusedDeposit(Facts):
    """A payment that the law does not take."""

    who: str
    date: IsoDate
    amount: YuanFen


class Cast(Facts):
    """The named people of one centre."""

    members: tuple[MemberRow, ...]
    refused: tuple[RefusedRow, ...]
    deposits_refused: tuple[RefusedDeposit, ...]
    long_names: tuple[str, ...]
    rare_names: tuple[str, ...]


@cache
def centres() -> dict[str, CentreData]:
    """Give the five centres in the order in which they are built."""
    page = _page("centres")
    return {code: CentreData.from_wire(page[code], at=f"centres.{code}") for code in CENTRES}


@cache
def names() -> NamesData:
    """Give the parts of invented names."""
    return NamesData.from_wire(_page("names"), at="names")


@cache
def cast_of(centre: str) -> Cast:
    """Give the named people of a centre."""
    return Cast.from_wire(_page(centre), at=centre)


def _page(name: str) -> dict[str, Any]:
    page: dict[str, Any] = _as_json(read_yaml(FOLDER / f"{name}.yaml"))
    return page


def _as_json(value: Any) -> Any:
    """Write YAML's dates and keys as JSON has them, so that one strict reader serves."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        keyed = {k.isoformat() if isinstance(k, dt.date) else str(k): v for k, v in value.items()}
        return {key: _as_json(item) for key, item in keyed.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    return value
