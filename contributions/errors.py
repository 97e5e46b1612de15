"""Why money is not taken in. Exceptions are facts."""

from accounts.errors import AccountsRefused, DecisionRefused


class DepositRefused(DecisionRefused):
    """The law in force refuses the payment; ``decision`` lists every reason with its clause."""


class ContributionsRefused(AccountsRefused):
    """Business with contributions is refused; nothing was written."""
