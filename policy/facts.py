"""What the rules of the nation are told."""

from enum import StrEnum
from typing import Self

from pydantic import model_validator

from kernel.wire import Facts, IsoDate, IsoMonth


class RetirementCategory(StrEnum):
    """The series of the retirement law in which a person stands, named by sex and old age."""

    MEN_60 = "MEN_60"
    WOMEN_55 = "WOMEN_55"
    WOMEN_50 = "WOMEN_50"


class RetirementFacts(Facts):
    """When somebody was born, to the day or to the month, and the series that applies."""

    birth_date: IsoDate | None = None
    birth_month: IsoMonth | None = None
    category: RetirementCategory

    @model_validator(mode="after")
    def _one_birth_is_given(self) -> Self:
        if (self.birth_date is None) == (self.birth_month is None):
            raise ValueError("give birth_date or birth_month, and not both")
        return self


class DeadlineKind(StrEnum):
    """What the fund has to answer in time."""

    WITHDRAWAL = "WITHDRAWAL"
    LOAN = "LOAN"
    BALANCE_DISPUTE = "BALANCE_DISPUTE"
    CREDIT_CONTEST = "CREDIT_CONTEST"


class DeadlineFacts(Facts):
    """What was accepted, and when."""

    kind: DeadlineKind
    accepted_on: IsoDate
