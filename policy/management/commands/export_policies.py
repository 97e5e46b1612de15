"""Database → policy files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from office.commands import ContractCommand
from policy.queries import export_pack, list_subjects


class Command(ContractCommand):
    """Writes what the database holds, amendments included, in the form of the policy files."""

    help = "Write policy values as the YAML pages that load_policies reads."

    def add_arguments(self, parser: CommandParser) -> None:
        """Choose what is written, and where."""
        parser.add_argument("--jurisdiction", required=True, help="such as kashgar or cn")
        parser.add_argument("--subject", help="one page, such as loan or sources; all by default")
        parser.add_argument(
            "--to", type=Path, metavar="FOLDER", help="write FOLDER/<jurisdiction>/<subject>.yaml"
        )

    def work(self, **options: Any) -> dict[str, Any]:
        """Make the pages, by file name."""
        jurisdiction, subject = options["jurisdiction"], options["subject"]
        try:
            subjects = [*list_subjects(jurisdiction), "sources"]
            pages = {
                f"{jurisdiction}/{name}.yaml": export_pack(jurisdiction, name)
                for name in ([subject] if subject else subjects)
            }
        except LookupError as fault:
            self.fail_bad_input(str(fault))
        if options["to"] is not None:
            for name, text in pages.items():
                path = options["to"] / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        return pages

    def say(self, result: Mapping[str, Any]) -> None:
        """Print the pages; several are parted by the name of their file."""
        for name, text in result.items():
            if len(result) > 1:
                self.stdout.write(f"# {name}")
            self.stdout.write(text)
