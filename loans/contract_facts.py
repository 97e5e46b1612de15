"""What the rules of contract, payment and change are told."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kernel.wire import Count, Facts, Flag, IsoDate, Rate, YuanFen
from loans.facts import (
    LONGEST_TERM,
    Applicant,
    PartyRole,
    Product,
    Purpose,
    RepaymentMethod,
    SecurityKind,
    TermMonths,
)

LAST_AGREED_DUE_DAY = 28  # a day that every month has
MOST_PARTIES = 12

HomeNumber = Annotated[int, Field(strict=True, ge=1, le=9)]


class OffsetMode(StrEnum):
    """月对冲: what is due each month. 年对冲: once a year, of the principal."""

    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


class OffsetSource(StrEnum):
    """Whose account serves the loan; the card pays what is missing."""

    BORROWER = "BORROWER"
    SPOUSE = "SPOUSE"


class PayeeKind(StrEnum):
    """Who gets the money of a loan."""

    SELLER = "SELLER"
    BUILDER = "BUILDER"
    BANK = "BANK"
    BORROWER = "BORROWER"


class ChangeKind(StrEnum):
    """What of a loan is changed; CANCEL gives up one that is not paid out."""

    TERM = "TERM"
    METHOD = "METHOD"
    CARD = "CARD"
    OFFSET = "OFFSET"
    CANCEL = "CANCEL"


class ContractFacts(Facts):
    """The terms to be signed; ``principal`` in fen.

    ``annual_rate`` absent = the table's. ``due_day`` absent = the day of the payment.
    """

    principal: YuanFen
    term_months: TermMonths
    method: RepaymentMethod
    home_number: HomeNumber
    annual_rate: Rate | None = None
    due_day: Annotated[int, Field(strict=True, ge=1, le=31)] | None = None
    insured: Flag
    offset: OffsetMode | None = None


class PaymentParty(Facts):
    """A person of the loan as the books and the platform know them on the day of the payment.

    ``platform`` is what the platform answered last, on ``platform_on``: True = nothing stands
    against a loan. Absent = it has never answered.
    """

    role: PartyRole | None = None
    is_guarantor: Flag
    banned_until: IsoDate | None = None
    other_loan: Flag
    platform: Flag | None = None
    platform_on: IsoDate | None = None


class PaymentFacts(Facts):
    """A loan that is to be paid out, and to whom."""

    paid_on: IsoDate
    principal: YuanFen
    product: Product
    purpose: Purpose
    payee: PayeeKind
    security: SecurityKind | None = None
    household_unchanged: Flag
    frozen: Flag
    parties: Annotated[tuple[PaymentParty, ...], Field(min_length=1, max_length=MOST_PARTIES)]


class ChangeFacts(Facts):
    """A running loan and what is to become of it.

    ``behind`` counts the instalments that have fallen due; ``borrower`` is needed for a term.
    """

    kind: ChangeKind
    changed_on: IsoDate
    overdue: Flag
    behind: Count
    contract_term: TermMonths
    term_months: TermMonths
    new_term: Annotated[int, Field(strict=True, ge=1, le=LONGEST_TERM)] | None = None
    method: RepaymentMethod
    new_method: RepaymentMethod | None = None
    borrower: Applicant | None = None
    offset: OffsetMode | None = None
