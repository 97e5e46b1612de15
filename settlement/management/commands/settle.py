"""Settle a fund year; see ``settlement.services.settle_year``."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext

from office.commands import ContractCommand
from office.models import Centre, User
from office.queries import UnknownCentre, get_centre
from office.services import NotAllowed
from policy.queries import PoliciesNotLoaded
from settlement.errors import SettlementRefused
from settlement.services import pass_days_until_settlement, settle_year
from settlement.tasks import JobFailed, post_now, preview_now

FIRST_YEAR, LAST_YEAR = 1901, 2199


class Command(ContractCommand):
    """Preview, approve by a second person, post and prove the interest and subsidies of a year."""

    help = (
        "Settle the fund year that ends on 30 June of the year. Exit 0: done; 1: accounts were "
        "left out, or the preview waits for a second person; 2: bad argument."
    )
    _waits = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Centre and year; who approves; or only the preview."""
        parser.add_argument("--centre", required=True, help="code of the centre")
        parser.add_argument("--year", required=True, help="year whose 30 June ends the fund year")
        parser.add_argument("--preview", action="store_true", help="stop after the preview")
        parser.add_argument("--approved-by", metavar="USER", help="the second person")

    def work(self, **options: Any) -> dict[str, Any]:
        """Settle the year, or report it where that was done before."""
        try:
            centre = get_centre(options["centre"])
        except UnknownCentre as unknown:
            self.fail_bad_input(f"--centre: {unknown}")
        year = self._year(options["year"])
        approver = self._approver(centre, options["approved_by"])
        try:
            pass_days_until_settlement(centre=centre, year=year, today=timezone.localdate())
            report, waiting = settle_year(
                centre=centre,
                year=year,
                approver=approver,
                preview=options["preview"],
                preview_with=preview_now,
                post_with=post_now,
            )
        except UnknownCentre as unknown:
            self.fail_bad_input(f"--centre: {unknown}")
        except NotAllowed as refused:
            self.fail_bad_input(f"--approved-by: {refused}")
        except SettlementRefused as refused:
            self.fail_bad_input(f"--{refused.field}: {refused}" if refused.field else str(refused))
        except (PoliciesNotLoaded, JobFailed) as fault:
            self.fail_bad_input(str(fault))
        self._waits = waiting is not None and not options["preview"]
        return report.as_dict()

    def has_fault(self, result: Mapping[str, Any]) -> bool:
        """Exit 1 where accounts were left out or a second person has to approve."""
        return self._waits or bool(result["failed"])

    def _year(self, text: str) -> int:
        year = int(text) if len(text) == 4 and text.isascii() and text.isdigit() else 0
        if not FIRST_YEAR <= year <= LAST_YEAR:
            message = gettext("“%(seen)s” is no year; write one from %(first)s to %(last)s.")
            self.fail_bad_input(
                "--year: " + message % {"seen": text, "first": FIRST_YEAR, "last": LAST_YEAR}
            )
        return year

    def _approver(self, centre: Centre, named: str | None) -> User | None:
        """Find the second person: the one named, or in a demo the one its setting names."""
        if named is not None:
            user = User.objects.filter(username=named).first()
            if user is None:
                message = gettext("nobody is called “%(name)s”.") % {"name": named}
                self.fail_bad_input(f"--approved-by: {message}")
            return user
        template = str(settings.SETTLEMENT_APPROVER)
        return User.objects.filter(
            username=template.replace("{centre}", centre.code), centre=centre, is_active=True
        ).first()
