"""What can stand in the way of a settlement: facts that callers import and word for people."""

import datetime as dt

from django.utils.translation import gettext

from accounts.errors import AccountsRefused, DecisionRefused


class SettlementRefused(AccountsRefused):
    """The year cannot be settled now. ``field`` names the argument that is wrong, if one is."""

    def __init__(self, message: str, *, field: str = "") -> None:
        """Keep the sentence for people and the field it is about."""
        super().__init__(message)
        self.field = field


class YearNotEnded(SettlementRefused):
    """30 June of the year has not come, for the centre's books or at all."""


class YearBeforePolicy(SettlementRefused):
    """The centre's text was not in force on that 30 June."""


class EarlierYearMissing(SettlementRefused):
    """An earlier fund year with accounts has not been settled."""


class PolicyUnset(SettlementRefused):
    """A value without which nothing can be computed is not set."""


class BooksNotClean(SettlementRefused):
    """The books of the centre do not prove."""


class RunUnderWay(SettlementRefused):
    """Another settlement of the centre is being previewed, approved or posted."""


class SettledOtherwise(SettlementRefused):
    """The rules do not give what a year was settled with, so a difference cannot be computed."""

    def __init__(self, number: str, year: int) -> None:
        """Name the account and the fund year."""
        super().__init__(
            gettext(
                "Account %(number)s: today the rules give something else for %(year)s than was "
                "settled. Look at what was entered since; nothing was booked."
            )
            % {"number": number, "year": year}
        )
        self.number = number
        self.year = year


class SurplusRefused(DecisionRefused):
    """The parts of the year's value-added income do not fit; ``decision`` says why."""


class YearNotOver(SettlementRefused):
    """The open business day still belongs to the calendar year, so its books are not complete."""

    def __init__(self, year: int, business_date: dt.date) -> None:
        """Name the year and the open day."""
        super().__init__(
            gettext(
                "year: %(year)s is not over: the open business day is %(day)s. Distribute it on a "
                "business day of the next year."
            )
            % {"year": year, "day": business_date},
            field="year",
        )
        self.year = year
        self.business_date = business_date


class InterestNotAccrued(SettlementRefused):
    """Loans earned interest in the last month of the year, and it is not in the books yet."""

    def __init__(self, year: int) -> None:
        """Name the year."""
        super().__init__(
            gettext(
                "year: the loan interest of %(month)s has not been accrued. Run the day-end of "
                "loans first."
            )
            % {"month": f"{year}-12"},
            field="year",
        )
        self.year = year


class FiguresChanged(SettlementRefused):
    """The books of the year say something else than the document does."""

    def __init__(self, number: str, year: int) -> None:
        """Name the document and the year."""
        super().__init__(
            gettext(
                "%(number)s: the books of %(year)s have changed since it was handed in. Return it, "
                "so that it is handed in anew."
            )
            % {"number": number, "year": year}
        )
        self.number = number
        self.year = year
