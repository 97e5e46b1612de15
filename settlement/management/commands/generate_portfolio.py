"""Write synthetic accounts; see ``settlement.portfolio``."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext

from office.commands import ContractCommand
from office.queries import UnknownCentre
from policy.queries import PoliciesNotLoaded, open_book
from settlement.portfolio import BooksTooLate, generate

MOST_ACCOUNTS, LAST_SEED = 10_000_000, 9_999


class Command(ContractCommand):
    """Write N accounts with a year of movements in the last ended fund year."""

    help = "Synthetic accounts for scale tests. Exit 0: done, or done before; 2: bad argument."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many, which seed, where."""
        parser.add_argument("--accounts", required=True, help="how many member accounts")
        parser.add_argument("--seed", required=True, help="0 to 9999; same seed, same books")
        parser.add_argument("--centre", required=True, help="code of the centre")

    def work(self, **options: Any) -> dict[str, Any]:
        """Write the portfolio, or say that it is there."""
        accounts = self._whole("accounts", options["accounts"], 1, MOST_ACCOUNTS)
        seed = self._whole("seed", options["seed"], 0, LAST_SEED)
        today = timezone.localdate()
        try:
            open_book(options["centre"], today)
            made = generate(
                centre_code=options["centre"], accounts=accounts, seed=seed, today=today
            )
        except UnknownCentre as unknown:
            self.fail_bad_input(f"--centre: {unknown}")
        except (BooksTooLate, PoliciesNotLoaded) as fault:
            self.fail_bad_input(str(fault))
        return made.as_dict()

    def _whole(self, field: str, text: str, least: int, most: int) -> int:
        value = int(text) if text.isascii() and text.isdigit() and len(text) <= 8 else -1
        if not least <= value <= most:
            message = gettext("“%(seen)s”; write a whole number from %(least)s to %(most)s.")
            self.fail_bad_input(
                f"--{field}: " + message % {"seen": text[:40], "least": least, "most": most}
            )
        return value
