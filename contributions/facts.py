"""What the rules about money in and out of a member account are told."""

from enum import StrEnum
from typing import Self

from pydantic import Field, field_validator, model_validator

from accounts.facts import ContributionMode
from kernel.days import DayCount
from kernel.months import FundYear
from kernel.wire import (
    BadFacts,
    Count,
    Facts,
    Flag,
    IsoDate,
    IsoMonth,
    Rate,
    SignedYuanFen,
    YuanFen,
)


class ContributionFacts(Facts):
    """A payment into a member account, and what was paid before it.

    ``paid_this_year`` counts in the limit year of the centre. ``covered_until`` is the last
    month already paid for; None = nothing was ever paid.
    """

    mode: ContributionMode
    monthly_amount: YuanFen | None = None
    payment_amount: YuanFen
    paid_this_month: YuanFen
    paid_this_year: YuanFen
    covered_until: IsoMonth | None = None


class Ground(StrEnum):
    """Grounds of withdrawal: the Regulation's, and two of single cities."""

    RENT = "RENT"
    PURCHASE = "PURCHASE"
    BUILD_OVERHAUL = "BUILD_OVERHAUL"
    REPAY_LOAN = "REPAY_LOAN"
    DECORATION = "DECORATION"
    PROPERTY_FEE = "PROPERTY_FEE"
    RETIREMENT = "RETIREMENT"
    INCAPACITY = "INCAPACITY"
    EMIGRATION = "EMIGRATION"
    DEATH = "DEATH"
    OTHER_APPROVED = "OTHER_APPROVED"
    RELOCATION_RENT = "RELOCATION_RENT"
    VOLUNTARY = "VOLUNTARY"


class Evidence(StrEnum):
    """What proves a ground of withdrawal."""

    LEASE_FILING = "LEASE_FILING"
    PURCHASE_CONTRACT = "PURCHASE_CONTRACT"
    BUILD_PERMIT = "BUILD_PERMIT"
    LOAN_CONTRACT = "LOAN_CONTRACT"
    DECORATION_CONTRACT = "DECORATION_CONTRACT"
    PROPERTY_FEE_INVOICE = "PROPERTY_FEE_INVOICE"
    RETIREMENT_CERTIFICATE = "RETIREMENT_CERTIFICATE"
    INCAPACITY_CERTIFICATE = "INCAPACITY_CERTIFICATE"
    EMIGRATION_PROOF = "EMIGRATION_PROOF"
    DEATH_CERTIFICATE = "DEATH_CERTIFICATE"
    APPROVAL_DOCUMENT = "APPROVAL_DOCUMENT"
    TAX_INVOICE = "TAX_INVOICE"


class Household(StrEnum):
    """Whether somebody takes alone or as one of a married couple."""

    SINGLE = "SINGLE"
    COUPLE = "COUPLE"


class BalanceByOrigin(Facts):
    """A balance in fen by where it came from: paid as flexible worker, or through a unit."""

    flex: YuanFen = Field(alias="FLEX")
    unit: YuanFen = Field(alias="UNIT")


class TakenThisPeriod(Facts):
    """What was withdrawn before, in fen, in the period of the ground's limit."""

    own: YuanFen = Field(alias="self")
    spouse: YuanFen


class WithdrawalFacts(Facts):
    """A request to withdraw. For rent, ``amount`` is the rent proven.

    A ban holds through ``banned_until``.
    """

    ground: Ground
    amount: YuanFen
    balance_by_origin: BalanceByOrigin
    open_loan: Flag
    guarantee: Flag
    frozen: Flag
    banned_until: IsoDate | None = None
    single_or_couple: Household
    taken_this_period: TakenThisPeriod
    evidence: tuple[Evidence, ...]

    @field_validator("amount")
    @classmethod
    def _something_is_asked(cls, amount: int) -> int:
        if amount == 0:
            raise ValueError("must be greater than 0.00: write what is asked for")
        return amount


class ExitFacts(Facts):
    """A member who wants to leave. The balances include interest to the day.

    ``unit_sealed_on`` None = the unit part is sealed by this exit.
    """

    balance_by_origin: BalanceByOrigin
    open_loan: Flag
    loan_applied: Flag
    guarantee: Flag
    frozen: Flag
    converted_from_unit: Flag
    unit_sealed_on: IsoDate | None = None
    banned_until: IsoDate | None = None


class Title(StrEnum):
    """By what an heir may claim: the kind of the document that says so."""

    NOTARISED_DEED = "NOTARISED_DEED"
    COURT_JUDGMENT = "COURT_JUDGMENT"
    WILL = "WILL"
    HEIRS_AGREEMENT = "HEIRS_AGREEMENT"


class HeirFacts(Facts):
    """What one heir claims: an exact part of everything, or a sum in fen; and by which title."""

    numerator: Count | None = None
    denominator: Count | None = None
    amount: YuanFen | None = None
    title: Title

    @model_validator(mode="after")
    def _part_or_sum(self) -> Self:
        written = [one for one in (self.numerator, self.denominator) if one is not None]
        if len(written) != (2 if self.amount is None else 0) or 0 in written:
            raise BadFacts("amount", "write either a numerator and a denominator, or an amount")
        return self


class InheritanceFacts(Facts):
    """What heirs claim from the account of a member who has died.

    The balances include interest to the day. No heirs: a court has declared that there are none.
    """

    balance_by_origin: BalanceByOrigin
    open_loan: Flag
    guarantee: Flag
    frozen: Flag
    banned_until: IsoDate | None = None
    heirs: tuple[HeirFacts, ...]


class Movement(Facts):
    """Money in (positive) or out (negative) of a member account on its value date, in fen."""

    date: IsoDate
    amount: SignedYuanFen


class InterestFacts(Facts):
    """A balance and what moved it since the last 30 June.

    ``opening_balance`` stands after the previous 30 June's settlement; every movement is dated
    after that day and not after ``settled_on``.
    """

    settled_on: IsoDate
    opening_balance: YuanFen
    movements: tuple[Movement, ...]
    annual_rate: Rate | None = None
    day_count: DayCount | None = None

    @model_validator(mode="after")
    def _movements_lie_in_the_period(self) -> Self:
        previous = FundYear.of(self.settled_on).previous_settlement
        for index, movement in enumerate(self.movements):
            if not previous < movement.date <= self.settled_on:
                raise BadFacts(
                    f"movements[{index}].date",
                    f"{movement.date} must be after {previous} and not after {self.settled_on}",
                )
        return self


class Identity(StrEnum):
    """As whom somebody contributes."""

    FLEX = "FLEX"
    UNIT = "UNIT"


class Stretch(Facts):
    """Months contributed under one identity in one place."""

    identity: Identity
    months: tuple[IsoMonth, ...]


class ConversionFacts(Facts):
    """A member who becomes flexible worker or employee; ``goes_on_in`` is the next month paid."""

    to: Identity
    stretches: tuple[Stretch, ...]
    goes_on_in: IsoMonth
    brings_money: Flag


class MovingFacts(Facts):
    """An account that is to leave the centre, or to go up in another one of the same person."""

    frozen: Flag
    open_loan: Flag
    banned_until: IsoDate | None = None
    balance: YuanFen
    same_person: Flag | None = None
