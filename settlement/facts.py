"""What the interest rule is told."""

from typing import Self

from pydantic import model_validator

from kernel.days import DayCount
from kernel.months import FundYear
from kernel.wire import BadFacts, Facts, IsoDate, Rate, SignedYuanFen, YuanFen


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
