"""Load the demo portfolio: five centres with staff, members and history up to 30 June 2026."""

import time
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from fundcenter.demo.data import LAST_DAY
from fundcenter.demo.portfolio import load
from fundcenter.demo.staff import list_demo_users, new_password
from fundcenter.demo.stage import DemoBroken
from office.commands import ContractCommand
from office.services import DayOutOfOrder
from policy.queries import PoliciesNotLoaded

MEMBERS, MOST_MEMBERS = 400, 20_000


class Command(ContractCommand):
    """Everything is made by the services that the counter calls; a second run changes nothing."""

    help = "Load the demo portfolio. Exit 0: it stands; 2: bad arguments or data."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many members in all."""
        parser.add_argument(
            "--members",
            default=str(MEMBERS),
            metavar="N",
            help=f"members in all five centres, {MEMBERS} unless given; named ones always come",
        )

    def work(self, **options: Any) -> dict[str, Any]:
        """Load what is not there yet."""
        members = self._members(options["members"])
        started = time.monotonic()
        password = new_password()
        try:
            report = load(members=members, password=password, say=self._progress)
        except PoliciesNotLoaded as missing:
            self.fail_bad_input(str(missing))
        except (DayOutOfOrder, DemoBroken) as broken:
            self.fail_bad_input(f"database: {broken}")
        seconds = round(time.monotonic() - started)
        self._progress(f"{seconds} s")
        return {
            "loaded": report.loaded,
            "already_there": report.there,
            "business_date": LAST_DAY.isoformat(),
            "users": [
                {
                    "name": user.username,
                    "password": user.password,
                    "role": user.role,
                    "centre": user.centre,
                }
                for user in list_demo_users(password)
            ],
        }

    def say(self, result: Mapping[str, Any]) -> None:
        """Print a line per centre and one per demo user."""
        for code, counts in result["loaded"].items():
            self.stdout.write(
                f"{code}: {counts['members']} members, {counts.get('deposit', 0)} deposits"
            )
        if result["already_there"]:
            there = ", ".join(result["already_there"])
            self.stdout.write(f"already there, left as they are: {there}")
        for user in result["users"]:
            self.stdout.write(
                f"demo user: {user['name']} password: {user['password']} "
                f"role: {user['role']} centre: {user['centre']}"
            )

    def _members(self, typed: str) -> int:
        if not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= MOST_MEMBERS):
            self.fail_bad_input(f"--members: {typed!r} is no number from 1 to {MOST_MEMBERS}")
        return int(typed)

    def _progress(self, line: str) -> None:
        self.stderr.write(f"load_demo: {line}")
        self.stderr.flush()
