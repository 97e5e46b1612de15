"""Lists the papers whose retention has run out; with two names it destroys them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from kernel.days import BadDate, parse_date
from office import paper_retention, paper_store
from office.commands import ContractCommand
from office.documents import SamePerson
from office.models import User
from office.queries import UnknownCentre, get_centre
from office.services import NotAllowed


class Command(ContractCommand):
    """The list is looked at by two persons; both sign, and each folder leaves its audit line."""

    help = "List papers whose retention has run out; --by and --witness destroy them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the centre, the day, the two persons and what is spared."""
        parser.add_argument("--centre", required=True)
        parser.add_argument("--on", help="day, by default today")
        parser.add_argument("--by", help="user who destroys")
        parser.add_argument("--witness", help="second user, who looked at the list")
        parser.add_argument(
            "--except", dest="spared", action="append", default=[], help="number of a document"
        )

    def work(self, **options: Any) -> dict[str, Any]:
        """List, or destroy and take the files away."""
        try:
            centre = get_centre(options["centre"])
            on = parse_date(options["on"]) if options["on"] else timezone.localdate()
        except (UnknownCentre, BadDate) as wrong:
            self.fail_bad_input(str(wrong))
        spared = options["spared"]
        if not options["by"] and not options["witness"]:
            due = paper_retention.list_due(centre, on).exclude(item_number__in=spared)
            listed = [f"{seal.item_number} {seal.kept_until}" for seal in due]
            return {"due": listed, "destroyed": [], "files": 0}
        by, witness = self._person("by", options), self._person("witness", options)
        try:
            numbers = paper_retention.destroy_due(
                centre=centre, on=on, by=by, witness=witness, spared=spared
            )
        except (NotAllowed, SamePerson) as refused:
            self.fail_bad_input(f"--by, --witness: {refused}")
        files = paper_store.sweep(centre, dt.datetime.now(tz=dt.UTC))
        return {"due": [], "destroyed": numbers, "files": files}

    def say(self, result: Mapping[str, Any]) -> None:
        """Print a line per document."""
        for line in result["due"]:
            self.stdout.write(line)
        for number in result["destroyed"]:
            self.stdout.write(f"destroyed: {number}")

    def _person(self, option: str, options: Mapping[str, Any]) -> User:
        found = User.objects.filter(username=options[option] or "", is_active=True).first()
        if found is None:
            self.fail_bad_input(f"--{option}: two persons sign; {options[option]!r} is no user")
        return found
