"""Seal or close what has gone quiet; see ``contributions.services.dormancy``."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils.translation import gettext

from contributions.services import run_dormancy
from kernel.days import BadDate, parse_date
from office.commands import ContractCommand
from office.models import Centre, User
from office.queries import UnknownCentre, get_centre
from office.services import NotAllowed
from policy.queries import PoliciesNotLoaded


class Command(ContractCommand):
    """File idle accounts with their notices, then act where notice and approval are there."""

    help = (
        "Seal or close idle accounts. Exit 0: done; 1: a list waits for a second person; "
        "2: bad argument."
    )
    _waits = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Centre and day; who approves; or only a look."""
        parser.add_argument("--centre", required=True, help="code of the centre")
        parser.add_argument("--on", required=True, help="day of the run, such as 2026-02-01")
        parser.add_argument("--preview", action="store_true", help="write nothing")
        parser.add_argument("--approved-by", metavar="USER", help="who approves waiting lists")

    def work(self, **options: Any) -> dict[str, Any]:
        """Run the centre's day and give its figures."""
        try:
            centre = get_centre(options["centre"])
            on = parse_date(options["on"])
        except UnknownCentre as unknown:
            self.fail_bad_input(f"--centre: {unknown}")
        except BadDate as bad:
            self.fail_bad_input(f"--on: {bad}")
        return self._run(centre, on, self._approver(centre, options["approved_by"]), options)

    def _run(
        self, centre: Centre, on: dt.date, approver: User | None, options: Mapping[str, Any]
    ) -> dict[str, Any]:
        try:
            report = run_dormancy(
                centre=centre, on=on, approver=approver, preview=options["preview"]
            )
        except NotAllowed as refused:
            self.fail_bad_input(f"--approved-by: {refused}")
        except PoliciesNotLoaded as missing:
            self.fail_bad_input(str(missing))
        self._waits = report.waiting > 0 and not options["preview"]
        return report.as_dict()

    def _approver(self, centre: Centre, named: str | None) -> User | None:
        """Find who approves: the person named, or in a demo the one its setting names."""
        if named is not None:
            user = User.objects.filter(username=named, is_active=True).first()
            if user is None:
                message = gettext("no active user is called “%(name)s”.") % {"name": named}
                self.fail_bad_input(f"--approved-by: {message}")
            return user
        template = str(settings.SETTLEMENT_APPROVER)
        return User.objects.filter(
            username=template.replace("{centre}", centre.code), centre=centre, is_active=True
        ).first()

    def has_fault(self, result: Mapping[str, Any]) -> bool:
        """Exit 1 where a list waits for its second person."""
        return self._waits
