"""Run the checks and the parts of the tests that `bootstrap.py test` chose; count what passed.

A part passes when its tests ran, none failed and none was skipped: what could not run has failed.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests import servers
from tests.environment import VARIABLES

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
FLOORS = ["kernel", "office", "policy", "ledger", "banking", "accounts", "contributions"]
FLOORS += ["loans", "subsidies", "settlement", "fundcenter"]
CHECKS = {
    "ruff check": [BIN / "ruff", "check", "."],
    "ruff format": [BIN / "ruff", "format", "--check", "."],
    "import-linter": [BIN / "lint-imports"],
    "manage.py check": [sys.executable, "manage.py", "check", "--fail-level", "WARNING"],
    "makemigrations --check": [sys.executable, "manage.py", "makemigrations", "--check"],
    "mypy": [BIN / "mypy", "bootstrap.py", *(name for name in FLOORS if (ROOT / name).is_dir())],
}
NO_SERVER = "not postgres and not redis and not browser"


@dataclass(frozen=True)
class Outcome:
    """What one part of the tests came to."""

    name: str
    passed: int
    fault: str = ""


def main(arguments: list[str]) -> int:
    """Run the parts named; return 0 only when every one of them passed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if arguments[:1] == ["bench"]:
        return run_benchmarks(arguments[1:])
    started = time.monotonic()
    with servers.temporary_folder() as folder:
        failed_checks = run_checks(folder) if "unit" in arguments else []
        outcomes = list(run_parts(arguments, folder))
    for name in failed_checks:
        print(f"FAILED check: {name}")
    for outcome in outcomes:
        if outcome.fault:
            print(f"FAILED {outcome.name}: {outcome.fault}")
    print(f"took {time.monotonic() - started:.0f} s")
    print(", ".join(f"{outcome.name} {outcome.passed}" for outcome in outcomes))
    return 1 if failed_checks or any(outcome.fault for outcome in outcomes) else 0


def run_checks(folder: Path) -> list[str]:
    """Run the checks two at a time; print what a failing one says; return the names of those."""
    environment = environment_for({"DATABASE_URL": f"sqlite:///{folder / 'checks.sqlite3'}"})
    with ThreadPoolExecutor(max_workers=2) as pool:
        running = {
            name: pool.submit(
                subprocess.run,
                command,
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for name, command in CHECKS.items()
        }
        failed = []
        for name, future in running.items():
            done = future.result()
            print(f"{name}: {'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
            if done.returncode != 0:
                print(done.stdout, flush=True)
                failed.append(name)
    return failed


def run_parts(parts: list[str], folder: Path) -> Iterator[Outcome]:
    """Run each chosen part with the servers it needs, in the order of their cost."""
    if "unit" in parts:
        yield run_pytest("sqlite", NO_SERVER, folder, {}, workers=2)
    if not {"postgres", "redis", "browser"} & set(parts):
        return
    with contextlib.ExitStack() as stack:
        try:
            database = {"DATABASE_URL": stack.enter_context(servers.postgresql(folder))}
            broker = {}
            if "redis" in parts:
                broker = {"CELERY_BROKER_URL": stack.enter_context(servers.redis(folder))}
        except servers.ServerFailed as failure:
            yield Outcome("servers", 0, str(failure))
            return
        if "postgres" in parts:
            marks = "not redis and not browser"
            yield run_pytest("postgres", marks, folder, database, workers=2, migrated=True)
        if "redis" in parts:
            yield run_pytest("redis", "redis", folder, {**database, **broker})
        if "browser" in parts:
            chromium = {"CHROMIUM": servers.find_chromium() or ""}
            yield run_pytest("browser", "browser", folder, {**database, **chromium})


def run_pytest(
    name: str,
    marks: str,
    folder: Path,
    variables: dict[str, str],
    *,
    workers: int = 0,
    migrated: bool = False,
) -> Outcome:
    """Run pytest over the tests of some marks and read its report.

    Tables are made from the models, which is quicker, unless the part is to prove the migrations
    too: on PostgreSQL its tests do, on SQLite those of the demo, which found a database of theirs.
    """
    print(f"\n=== {name}", flush=True)
    report = folder / f"{name}.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-m", marks, f"--junitxml={report}"]
    command += ["-n", str(workers)] if workers else []
    command += [] if migrated else ["--nomigrations"]
    done = subprocess.run(command, cwd=ROOT, env=environment_for(variables), check=False)
    return read_report(name, report, done.returncode)


def read_report(name: str, report: Path, returncode: int) -> Outcome:
    """Judge a part by the report that pytest left and the code it ended with."""
    if not report.exists():
        return Outcome(name, 0, f"pytest ended with code {returncode} and no report")
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    counted = [{key: int(suite.get(key, "0")) for key in _COUNTS} for suite in suites]
    tests, failures, errors, skipped = (sum(suite[key] for suite in counted) for key in _COUNTS)
    passed = max(tests - failures - errors - skipped, 0)
    if failures or errors:
        return Outcome(name, passed, f"{failures} failed, {errors} broke")
    if skipped:
        return Outcome(name, passed, f"{skipped} skipped: a test that cannot run has failed")
    if returncode not in (0, 5):
        return Outcome(name, passed, f"pytest ended with code {returncode}")
    return Outcome(name, passed, "" if passed else "no test ran; did the marks change?")


_COUNTS = ("tests", "failures", "errors", "skipped")


def environment_for(variables: dict[str, str]) -> dict[str, str]:
    """Give the tests' settings and nothing of the developer's own database or broker."""
    inherited = {
        key: value
        for key, value in os.environ.items()
        if key not in ("DATABASE_URL", "CELERY_BROKER_URL", "PYTEST_ADDOPTS")
    }
    return {**inherited, **VARIABLES, "DJANGO_SETTINGS_MODULE": "tests.settings", **variables}


def run_benchmarks(names: list[str]) -> int:
    """Run the benchmarks on a PostgreSQL of their own; their JSON lines are the output."""
    with servers.temporary_folder() as folder, servers.postgresql(folder) as url:
        command = [sys.executable, "-m", "bench", *names]
        environment = environment_for({"DATABASE_URL": url})
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("tests: stopped; its servers are down, its folder is gone.")
