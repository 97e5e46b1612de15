"""Open the business days that are missing up to today, so that the demo can be worked with."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone

from kernel.days import BadDate, parse_date
from office.commands import ContractCommand
from office.models import BusinessDay, Centre
from office.queries import find_last_day
from office.services import ensure_system_maker, open_days_until


class Command(ContractCommand):
    """The history of the demo ends on a day; what comes after it are days without business."""

    help = (
        "Open missing business days of the demo up to today. Exit 0: they are open; 2: bad "
        "arguments, or no demo: elsewhere a supervisor opens each day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """One centre or all; another day than today."""
        parser.add_argument("--centre", help="code of one centre; all of them unless given")
        parser.add_argument("--until", metavar="DATE", help="the day to open; today unless given")

    def work(self, **options: Any) -> dict[str, Any]:
        """Bring every centre that has business days to the day."""
        if not settings.DEMO:
            self.fail_bad_input(
                "DEMO: is off; business days are opened by a supervisor, one by one"
            )
        until = self._until(options["until"])
        found = Centre.objects.order_by("code")
        if options["centre"] is not None:
            found = found.filter(code=options["centre"])
            if not found:
                self.fail_bad_input(f"--centre: no centre has the code {options['centre']!r}")
        return {centre.code: self._open(centre, until) for centre in found}

    def say(self, result: Mapping[str, Any]) -> None:
        """Print a line per centre."""
        for code, days in result.items():
            self.stdout.write(f"{code}: {days['opened']} days opened, open: {days['open']}")

    def _until(self, typed: str | None) -> dt.date:
        today = timezone.localdate()
        if typed is None:
            return today
        try:
            until = parse_date(typed)
        except BadDate as wrong:
            self.fail_bad_input(f"--until: {wrong}")
        if until > today:
            self.fail_bad_input(f"--until: {until} has not come yet; today is {today}")
        return until

    def _open(self, centre: Centre, until: dt.date) -> dict[str, Any]:
        last = find_last_day(centre)
        before = BusinessDay.objects.filter(centre=centre).count()
        # A centre whose books are ahead, or that never opened a day, is left as it is.
        if last is not None and last.date < until:
            last = open_days_until(centre=centre, until=until, by=ensure_system_maker())
        opened = BusinessDay.objects.filter(centre=centre).count() - before
        return {"opened": opened, "open": str(last.date) if last and last.is_open else None}
