"""Bring a centre's loans through the day; see ``loans.services.dayend``."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext

from kernel.days import BadDate, parse_date
from loans.queries import list_unclosed
from loans.tasks import day_end_now
from office.commands import ContractCommand
from office.models import Job
from office.queries import NoOpenDay, UnknownCentre, get_centre, get_open_day
from policy.queries import PoliciesNotLoaded


class Command(ContractCommand):
    """Overdue, cured, classified, noticed: each running loan up to the open business day."""

    help = "Run the day-end of loans. Exit 0: done; 1: some loans failed; 2: bad argument."

    def add_arguments(self, parser: CommandParser) -> None:
        """Centre and day."""
        parser.add_argument("--centre", required=True, help="code of the centre")
        parser.add_argument("--on", required=True, help="the open business day")

    def work(self, **options: Any) -> dict[str, Any]:
        """Run the centre's day-end and give its figures."""
        try:
            centre = get_centre(options["centre"])
            on = parse_date(options["on"])
            open_day = get_open_day(centre).date
        except UnknownCentre as unknown:
            self.fail_bad_input(f"--centre: {unknown}")
        except (BadDate, NoOpenDay) as bad:
            self.fail_bad_input(f"--on: {bad}")
        if on != open_day:
            message = gettext("%(seen)s is not the open business day, which is %(open)s.")
            self.fail_bad_input(f"--on: {message % {'seen': on, 'open': open_day}}")
        try:
            order = day_end_now(centre, on)
        except PoliciesNotLoaded as missing:
            self.fail_bad_input(str(missing))
        left = list_unclosed(centre, on).count()
        if order.state == Job.State.DONE:
            return {**(order.result or {}), "left": left, "failures": {}, "error": ""}
        failures = dict(order.lines.order_by("ref").values_list("ref", "message"))
        return {"failed": order.failed, "left": left, "failures": failures, "error": order.error}

    def has_fault(self, result: Mapping[str, Any]) -> bool:
        """Exit 1 where the run did not bring every loan through."""
        return bool(result["left"] or result["error"])
