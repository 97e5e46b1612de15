"""What the rules about members and their accounts are told."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from kernel.documents import DocumentType, Sex
from kernel.wire import Facts, Flag, IsoDate, IsoMonth, YuanFen
from policy.facts import RetirementCategory


class ContributionMode(StrEnum):
    """How a member has agreed to contribute: 按月、按季、半年、按年、自由."""

    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    HALF_YEARLY = "HALF_YEARLY"
    YEARLY = "YEARLY"
    FREE = "FREE"


class IdentityFacts(Facts):
    """A document as it was typed. Any text is a fact here; the rule says whether it is right."""

    document_type: DocumentType
    number: Annotated[str, Field(repr=False)]


class EligibilityFacts(Facts):
    """Who wants to open a member account. None = unknown, so that a person has to look.

    ``dishonest_person``: on the courts' list of dishonest debtors. ``platform_checked``: the
    national platform was asked and is clean.
    """

    birth_date: IsoDate
    sex: Sex
    document_type: DocumentType
    category: RetirementCategory | None = None
    own_labour_income: Flag | None = None
    full_capacity: Flag | None = None
    in_unit_pension: Flag | None = None
    works_in_area: Flag | None = None
    dishonest_person: Flag | None = None
    has_open_account: Flag | None = None
    platform_checked: Flag | None = None

    @model_validator(mode="after")
    def _category_is_of_the_sex(self) -> Self:
        if self.category is not None:
            of_men = self.category is RetirementCategory.MEN_60
            if of_men != (self.sex is Sex.M):
                raise ValueError(f"category: {self.category} does not go with sex {self.sex}")
        return self


class DormancyFacts(Facts):
    """A member account as the monthly look at idle accounts finds it.

    ``last_covered_month`` None = nothing was ever paid. ``pending_business``: an application or
    a payment of the member is under way.
    """

    opened_on: IsoDate
    mode: ContributionMode
    last_covered_month: IsoMonth | None = None
    balance: YuanFen
    open_loan: Flag
    pending_business: Flag
