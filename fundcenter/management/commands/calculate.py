"""Ask a calculator from the command line: one request, or a file of them."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import CommandParser
from django.db import DatabaseError

from fundcenter.calculators.reading import read_json
from fundcenter.calculators.registry import UnknownCalculator, get_calculator
from fundcenter.calculators.run import run
from fundcenter.calculators.sheet import sheet_lines
from kernel.errors import BadValue, seen
from kernel.wire import BadFacts
from office.commands import FAULT, ContractCommand
from policy.queries import PoliciesNotLoaded

STDIN = "-"
NAME = "calculator"


class Command(ContractCommand):
    """Answers from the policies alone; nothing is stored."""

    help = "Ask a calculator. Exit 0: answered; 1: a line of the batch was bad; 2: bad request."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Either one request from arguments and a file of facts, or a batch."""
        parser.add_argument("name", nargs="?", help="the calculator, such as loan-quota")
        parser.add_argument("--centre", help="whose policies")
        parser.add_argument("--on", help="the day whose law is read, such as 2026-01-31")
        parser.add_argument("--facts", metavar="FILE", help="JSON object of facts; - reads stdin")
        parser.add_argument("--batch", metavar="FILE", help="one request per line; - reads stdin")

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer, or refuse with the path of what is wrong."""
        try:
            if options["batch"] is None:
                super().handle(*args, **options)
            else:
                self._batch(options)
        except PoliciesNotLoaded as missing:
            self.fail_bad_input(str(missing))
        except DatabaseError as broken:
            self.fail_bad_input(f"database: run migrate and load_policies first ({broken})")

    def work(self, **options: Any) -> dict[str, Any]:
        """Answer one request."""
        for name in ("name", "centre", "on"):
            if options[name] is None:
                self.fail_bad_input(f"{_ARGUMENTS[name]}: is required")
        try:
            get_calculator(options["name"])
            facts = {} if options["facts"] is None else self._facts(options["facts"])
            request = {"centre": options["centre"], "on": options["on"], "facts": facts}
            return run(options["name"], request)
        except UnknownCalculator as unknown:
            self.fail_bad_input(f"NAME: {unknown}")
        except BadFacts as wrong:
            self.fail_bad_input(str(wrong))

    def say(self, result: Mapping[str, Any]) -> None:
        """Print the answer as a sheet."""
        for line in sheet_lines(result):
            self.stdout.write(line)

    def _batch(self, options: Mapping[str, Any]) -> None:
        for name, argument in _ARGUMENTS.items():
            if options[name] is not None:
                self.fail_bad_input(f"{argument}: belongs to a single request, not to --batch")
        bad_lines = 0
        for line in self._lines(options["batch"]):
            answer = answer_line(line)
            bad_lines += "error" in answer
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        if bad_lines:
            raise SystemExit(FAULT)

    def _facts(self, file: str) -> object:
        text = b"".join(self._read("--facts", file))
        try:
            return read_json(text)
        except BadValue as wrong:
            inner = str(wrong.params.get("path") or "")
            problem = wrong.message.removeprefix(f"{inner}: ")
            self.fail_bad_input(f"facts.{inner}: {problem}" if inner else f"facts: {problem}")

    def _lines(self, file: str) -> Iterator[bytes]:
        return (line.rstrip(b"\r\n") for line in self._read("--batch", file))

    def _read(self, argument: str, file: str) -> Iterator[bytes]:
        try:
            with self._opened(argument, file) as stream:
                yield from stream
        except (OSError, ValueError) as broken:
            why = broken.strerror if isinstance(broken, OSError) else broken
            self.fail_bad_input(f"{argument}: {file!r} cannot be read: {why}")

    def _opened(self, argument: str, file: str) -> BinaryIO:
        if file != STDIN:
            return Path(file).open("rb")
        if sys.stdin is None:
            self.fail_bad_input(f"{argument}: standard input is closed")
        return sys.stdin.buffer


_ARGUMENTS = {"name": "NAME", "centre": "--centre", "on": "--on", "facts": "--facts"}


def answer_line(line: bytes) -> dict[str, Any]:
    """Answer one line of a batch; a bad one is answered by what is wrong with it."""
    try:
        request = read_json(line)
        if not isinstance(request, dict):
            raise BadFacts("", f"the request must be an object, not {seen(request)}")
        if NAME not in request:
            raise BadFacts(NAME, "is required")
        name = request.pop(NAME)
        if not isinstance(name, str):
            raise BadFacts(NAME, f"must be a string, not {seen(name)}")
        return run(name, request)
    except UnknownCalculator as unknown:
        return {"error": f"{NAME}: {unknown}"}
    except BadValue as wrong:
        return {"error": str(wrong)}
