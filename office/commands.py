"""What all management commands share: one JSON object on request, and exit codes one can rely on.

Exit 0: done. Exit 1: the work ran and found a fault, or waits for a second person. Exit 2: bad
arguments or data, with one line on standard error that names the field.
"""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

FAULT, BAD_INPUT = 1, 2


class ContractCommand(BaseCommand):
    """A command with ``--json`` and the exit codes of the contract.

    A subclass implements ``work(**options) -> dict`` and, where it wants other words than the
    JSON's, ``say(result)``. ``result`` is one flat or nested JSON object.
    """

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Add ``--json``, and keep a wrong command line's answer to one line."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.print_usage = lambda file=None: None  # type: ignore[method-assign]
        parser.add_argument(
            "--json", action="store_true", help="one JSON object on standard output"
        )
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the work and say what came of it."""
        result = self.work(**options)
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self.say(result)
        if self.has_fault(result):
            raise SystemExit(FAULT)

    def work(self, **options: Any) -> dict[str, Any]:
        """Do what the command is for; the result is what ``--json`` prints."""
        raise NotImplementedError

    def say(self, result: Mapping[str, Any]) -> None:
        """Print the result for people; a line for each key by default."""
        for key, value in result.items():
            self.stdout.write(f"{key}: {value}")

    def has_fault(self, result: Mapping[str, Any]) -> bool:
        """Tell whether the result is a fault, or waits for a second person: exit code 1."""
        return False

    def fail_bad_input(self, message: str) -> NoReturn:
        """Stop with exit code 2 and one line that names the field, what was seen and expected."""
        raise CommandError(" ".join(message.split()), returncode=BAD_INPUT)
