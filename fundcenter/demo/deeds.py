"""What happens in a demo, as plain data: deeds in the order in which a day does them."""

import datetime as dt
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from accounts.services import Applicant, Terms
from fundcenter.demo.data import RegisterAnswers


class Deed(IntEnum):
    """What is done, in its order within one day."""

    DORMANCY = 0
    OPEN = 1
    UNSEAL = 2
    TRANSFER = 3
    DEPOSIT = 4
    CHANGE = 5
    EVENT = 6
    SEAL = 7
    REFUSED_OPENING = 8
    REFUSED_DEPOSIT = 9
    SETTLE = 10
    DESK = 11


@dataclass(frozen=True, slots=True)
class Step:
    """One deed on a day; ``who`` is the member's reference, empty for the whole centre."""

    date: dt.date
    deed: Deed
    who: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpeningPlan:
    """Who comes to open an account, on what terms, and what the registers say."""

    applicant: Applicant
    terms: Terms
    branch: str
    registers: RegisterAnswers = field(default_factory=dict)
    letter: str = ""
    because: tuple[str, ...] = ()
