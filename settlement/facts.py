"""What the rule about the year's value-added income is told."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from kernel.wire import BadFacts, Facts, SignedYuanFen, YuanFen


class SurplusFacts(Facts):
    """A calendar year of a centre's books, in fen.

    ``deposit_income`` and ``deposit_expense`` come of the money paid in (interest of the bank,
    interest to members, fees of collection); ``loan_income`` and ``loan_expense`` of loans,
    penalties included; ``flexible_expense`` are the subsidies, which only flexible members get.
    The averages are those of the twelve month ends. ``flexible_reserve`` is what the committee
    sets aside out of the flexible pool's income beyond the rule; absent = nothing.
    """

    year: Annotated[int, Field(strict=True, ge=1991, le=2199)]
    deposit_income: SignedYuanFen
    deposit_expense: SignedYuanFen
    loan_income: SignedYuanFen
    loan_expense: SignedYuanFen
    flexible_expense: SignedYuanFen
    average_contributions: YuanFen
    average_flexible_contributions: YuanFen
    average_loans: YuanFen
    average_flexible_loans: YuanFen
    loan_balance: YuanFen
    reserve_balance: YuanFen
    management_fee: YuanFen
    flexible_reserve: YuanFen | None = None

    @model_validator(mode="after")
    def _a_part_is_no_more_than_the_whole(self) -> Self:
        for part, whole in (
            ("average_flexible_contributions", self.average_contributions),
            ("average_flexible_loans", self.average_loans),
        ):
            if getattr(self, part) > whole:
                raise BadFacts(part, "must be no more than the whole pool's average")
        return self
