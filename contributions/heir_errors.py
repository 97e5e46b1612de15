"""Why heirs are not paid. Exceptions are facts."""

from django.utils.translation import gettext as _

from accounts.errors import DecisionRefused
from contributions.errors import ContributionsRefused


class InheritanceRefused(DecisionRefused):
    """The law keeps the heirs from being paid, or their parts do not make up the whole."""


class OwnInheritance(ContributionsRefused):
    """Nobody handles an inheritance of which they get a part."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return _("You are an heir in %(number)s. Ask a colleague to handle it.") % {
            "number": self.number
        }
