"""Policy files → database."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from office.commands import ContractCommand
from policy.loader import PACKS
from policy.services import load_policies
from policy.values import BadValue


class Command(ContractCommand):
    """Loads the policy files; loading them again changes nothing."""

    help = "Load the policy files into the database."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take further folders of packs: a new city is a folder."""
        parser.add_argument(
            "--packs",
            action="append",
            type=Path,
            default=[],
            metavar="FOLDER",
            help="a further folder of packs with its own centres.yaml; may be repeated",
        )

    def work(self, **options: Any) -> dict[str, Any]:
        """Load, or name the first fault of the files."""
        for folder in options["packs"]:
            if not (folder / "centres.yaml").is_file():
                self.fail_bad_input(
                    gettext("--packs: %(folder)s has no centres.yaml.") % {"folder": folder}
                )
        try:
            report = load_policies(on=timezone.localdate(), roots=(PACKS, *options["packs"]))
        except BadValue as fault:
            self.fail_bad_input(str(fault))
        return report.as_dict()

    def has_fault(self, result: Mapping[str, Any]) -> bool:
        """Changed rows of a database in use wait for two persons."""
        return bool(result["waiting"])

    def say(self, result: Mapping[str, Any]) -> None:
        """Say it in a line, and in a second one what waits."""
        self.stdout.write(
            gettext("%(values)s values: %(added)s added, %(changed)s changed, %(same)s unchanged.")
            % {**result, "same": result["unchanged"]}
        )
        if result["waiting"]:
            self.stdout.write(
                ngettext(
                    "%(count)s changed row waits for a supervisor's approval.",
                    "%(count)s changed rows wait for a supervisor's approval.",
                    result["waiting"],
                )
                % {"count": result["waiting"]}
            )
        if result["kept"]:
            self.stdout.write(
                ngettext(
                    "%(count)s difference from the files is kept: it concerns the past.",
                    "%(count)s differences from the files are kept: they concern the past.",
                    result["kept"],
                )
                % {"count": result["kept"]}
            )
