"""What can stand in the way of a settlement: facts that callers import and word for people."""

from django.utils.translation import gettext

from accounts.errors import AccountsRefused


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
