"""Try or hand in a workbook of accounts from another system; see ``fundcenter.takeover``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext

from accounts.errors import AccountsRefused
from contributions.models import Takeover
from contributions.services import hand_in_workbook, submit_takeover
from fundcenter.takeover.booking import try_takeover
from fundcenter.takeover.checking import TOTALS, try_workbook
from fundcenter.takeover.papers import template
from fundcenter.takeover.reading import BadWorkbook
from fundcenter.takeover.wording import COUNTS, describe_problem, total_text
from kernel.money import BadAmount, parse_yuan
from office.commands import ContractCommand
from office.models import Centre, User
from office.queries import NoOpenDay, UnknownCentre, get_centre, get_open_day
from office.services import NotAllowed

_SAID = 20


class Command(ContractCommand):
    """Take accounts over from a workbook: try it, or hand it to the second person."""

    help = (
        "Try a workbook of accounts (--dry-run), hand it in for approval, or write the template. "
        "Exit 0: the trial found nothing; 1: problems, or it waits for a second person; 2: bad "
        "argument or file."
    )
    _waits = False

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, the centre, who hands it in, and the control totals."""
        parser.add_argument("file", help="the workbook; with --template the file to write")
        parser.add_argument("--centre", help="code of the centre")
        parser.add_argument("--dry-run", action="store_true", help="only try it; write nothing")
        parser.add_argument("--template", action="store_true", help="write the empty workbook")
        parser.add_argument("--made-by", metavar="USER", help="who hands it in")
        parser.add_argument(
            "--total",
            action="append",
            default=[],
            metavar="KEY=VALUE",
            help=f"control total of the old system: {', '.join(TOTALS)}; sums in yuan",
        )

    def work(self, **options: Any) -> dict[str, Any]:
        """Do the one of the three that was asked for."""
        if options["template"]:
            Path(options["file"]).write_bytes(template())
            return {"template": options["file"]}
        try:
            centre = get_centre(options["centre"] or "")
            day = get_open_day(centre).date
            content = Path(options["file"]).read_bytes()
            claimed = self._totals(options["total"])
            if options["dry_run"]:
                trial = try_workbook(
                    content, centre=centre, business_date=day, claimed=claimed or None
                )
                problems = [problem.to_wire() for problem in trial.problems]
                return self._answer(trial.totals, problems, len(problems))
            document = self._hand_in(centre, content, claimed, options)
        except UnknownCentre as unknown:
            self.fail_bad_input(f"--centre: {unknown}")
        except OSError as fault:
            self.fail_bad_input(f"file: {fault.strerror}: {options['file']}")
        except (BadWorkbook, NoOpenDay, AccountsRefused, NotAllowed) as refused:
            self.fail_bad_input(f"file: {refused}")
        answer = self._answer(document.found or {}, document.problems, document.problem_count or 0)
        return {"number": document.number, "state": document.state, **answer}

    def has_fault(self, result: Mapping[str, Any]) -> bool:
        """Exit 1 where there are problems or a second person has to approve."""
        return self._waits or bool(result.get("problem_count"))

    def _hand_in(
        self, centre: Centre, content: bytes, claimed: dict[str, int], options: dict[str, Any]
    ) -> Takeover:
        maker = User.objects.filter(username=options["made_by"] or "").first()
        if maker is None or maker.branch is None:
            self.fail_bad_input(
                "--made-by: "
                + gettext("nobody is called “%(name)s”.") % {"name": options["made_by"] or ""}
            )
        if set(claimed) != set(TOTALS):
            missing = ", ".join(key for key in TOTALS if key not in claimed)
            self.fail_bad_input(
                "--total: " + gettext("these are missing: %(keys)s.") % {"keys": missing}
            )
        document = try_takeover(
            hand_in_workbook(
                centre=centre,
                branch=maker.branch,
                file_name=Path(options["file"]).name,
                content=content,
                claimed=claimed,
                business_date=get_open_day(centre).date,
                by=maker,
            )
        )
        if document.problem_count == 0:
            document = submit_takeover(document=document, by=maker)
            self._waits = True
        return document

    def _totals(self, texts: list[str]) -> dict[str, int]:
        claimed = {}
        for text in texts:
            key, _sign, value = text.partition("=")
            try:
                known = key in TOTALS and (key not in COUNTS or value.isdigit())
                fen = int(value) if known and key in COUNTS else parse_yuan(value)
            except BadAmount:
                known, fen = False, 0
            if not known:
                self.fail_bad_input(
                    "--total: "
                    + gettext("“%(seen)s” is none; write KEY=VALUE with one of: %(keys)s.")
                    % {"seen": text, "keys": ", ".join(TOTALS)}
                )
            claimed[key] = fen
        return claimed

    def _answer(
        self, totals: Mapping[str, Any], problems: list[dict[str, Any]], count: int
    ) -> dict[str, Any]:
        return {
            "totals": {key: total_text(key, totals.get(key, 0)) for key in TOTALS},
            "problem_count": count,
            "problems": [
                {**problem, "text": describe_problem(problem)} for problem in problems[:_SAID]
            ],
        }
