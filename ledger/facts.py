"""What the books tell the rules. Pure: no Django, no database."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Component(StrEnum):
    """What the money of a member account once was; every posting carries one."""

    PRINCIPAL = "PRINCIPAL"
    TRANSFER_IN = "TRANSFER_IN"
    INTEREST = "INTEREST"
    SUBSIDY = "SUBSIDY"


@dataclass(frozen=True)
class Movement:
    """A posting seen from one account: positive is more of the account's own side, in fen."""

    value_date: dt.date
    amount_fen: int
    component: Component
    business_date: dt.date
    kind: str
    entry_id: int
