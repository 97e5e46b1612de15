#!/usr/bin/env python3
"""The two commands: `python3 bootstrap.py` runs the product, `python3 bootstrap.py test` tests it.

Standard library only, because it runs before anything is installed. `make help` lists the aliases.
"""

import argparse
import base64
import contextlib
import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path

from tests import servers

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VAR = ROOT / "var"
DEMO_USERS = VAR / "demo-users.txt"
OLDEST_PYTHON = (3, 11)
CENTRES = ("bazhong", "liaoning", "lianyungang", "yantai", "kashgar")
PARTS = ("unit", "postgres", "redis", "browser")


class Stop(Exception):
    """Something a person has to do first; the message is the one line that says what."""


def main() -> int:
    """Do what the command line asks; return the exit code."""
    arguments = parse_arguments()
    try:
        if arguments.command == "test":
            return test(arguments.only)
        if arguments.command == "bench":
            return bench(arguments.rest)
        return run(arguments.port, serve=not arguments.no_serve)
    except Stop as stop:
        print(f"bootstrap: {stop}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nbootstrap: stopped.", file=sys.stderr)
        return 130


def parse_arguments() -> argparse.Namespace:
    """Read the command line; a wrong one ends here with exit code 2."""
    parser = argparse.ArgumentParser(prog="bootstrap.py", description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8000, help="port of the counter (8000)")
    parser.add_argument("--no-serve", action="store_true", help="prepare everything, then stop")
    parser.set_defaults(command="run")
    commands = parser.add_subparsers(metavar="[test | bench]")
    tests = commands.add_parser("test", help="run every test on its own servers")
    tests.add_argument("--only", help=f"a part, or several with commas: {','.join(PARTS)}")
    tests.set_defaults(command="test")
    benchmarks = commands.add_parser("bench", help="run the benchmarks, one JSON line each")
    benchmarks.add_argument("rest", nargs="*", help="names of benchmarks (all)")
    benchmarks.set_defaults(command="bench")
    arguments = parser.parse_args()
    if arguments.command == "test":
        chosen = PARTS if arguments.only is None else tuple(arguments.only.split(","))
        if unknown := [part for part in chosen if part not in PARTS]:
            parser.error(f"--only: {unknown[0]!r} is no part; choose from {','.join(PARTS)}")
        arguments.only = chosen
    elif arguments.command == "run" and not 1 <= arguments.port <= 65535:
        parser.error(f"--port: {arguments.port} is no port; choose one from 1 to 65535")
    return arguments


def say(text: str) -> None:
    """Tell the person what happens, at once."""
    print(f"» {text}", flush=True)


# --- what must be there before anything runs ---------------------------------------------------


def prepare(lock: str) -> None:
    """Make the virtual environment hold exactly what the lock file names."""
    if sys.version_info < OLDEST_PYTHON:
        seen = ".".join(map(str, sys.version_info[:3]))
        raise Stop(f"Python {seen} is too old; start it with Python 3.11 or newer.")
    make_venv()
    install(ROOT / lock)


def make_venv() -> None:
    """Create `.venv`, or make it anew where it does not run here (moved folder, other Python)."""
    if PYTHON.exists():
        probe = [str(PYTHON), "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"]
        if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
            return
        say("The virtual environment does not run here; making it anew")
    try:
        import_ensurepip()
    except ImportError:
        major, minor = sys.version_info[:2]
        install_system_packages("Python's venv module", [f"python{major}.{minor}-venv"])
    say("Creating .venv")
    venv.create(VENV, clear=True, symlinks=True, with_pip=False)
    run_quietly([str(PYTHON), "-m", "ensurepip", "--default-pip"], "Creating .venv")


def import_ensurepip() -> None:
    """Raise ImportError where the system's Python came without the means to make a venv."""
    probe = [sys.executable, "-c", "import ensurepip, venv"]
    if subprocess.run(probe, capture_output=True, check=False).returncode != 0:
        raise ImportError("ensurepip")


def install(lock: Path) -> None:
    """Install the lock file with its hashes; skip it where the same content was installed."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = VENV / "locks.json"
    installed = json.loads(stamp.read_text()) if stamp.exists() else {}
    if installed.get(lock.name) == digest:
        return
    say(f"Installing what {lock.name} names")
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-compile"]
    command += ["--disable-pip-version-check", "-r", str(lock)]
    run_quietly(command, f"Installing {lock.name}")
    stamp.write_text(json.dumps({**installed, lock.name: digest}))


def run_quietly(command: list[str], what: str) -> None:
    """Run a command, showing its output only when it fails."""
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0:
        print(done.stdout[-4000:], file=sys.stderr)
        raise Stop(f"{what} failed (see above). Is the network there? Start again once it is.")


def install_system_packages(what: str, packages: list[str]) -> None:
    """Install Debian packages where we may; elsewhere stop with the line that does it."""
    names = " ".join(packages)
    if shutil.which("apt-get") is None:
        raise Stop(f"{what} is missing; install it with your system's packages (Debian: {names}).")
    if os.geteuid() != 0:
        raise Stop(f"{what} is missing. Run: sudo apt-get install -y {names}")
    say(f"Installing {names}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install_line = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    for command in (["apt-get", "update"], install_line):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print((done.stdout + done.stderr)[-4000:], file=sys.stderr)
            raise Stop(f"{what} is missing and could not be installed. Run: {' '.join(command)}")


def write_env() -> None:
    """Write `.env` with random keys, for our eyes only; one that exists is never touched.

    Losing FIELD_KEYS means losing every identity number, so nothing here overwrites a file.
    """
    VAR.mkdir(exist_ok=True)
    lines = [
        "# Written by bootstrap.py for this machine. .env.example explains every variable.",
        "DEBUG=true",
        "DEMO=true",
        f"SECRET_KEY={secrets.token_urlsafe(50)}",
        f"FIELD_KEYS=1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        f"INDEX_KEY={base64.b64encode(secrets.token_bytes(32)).decode()}",
        "SETTLEMENT_APPROVER={centre}-supervisor",
    ]
    with contextlib.suppress(FileExistsError):
        handle = os.open(ROOT / ".env", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        say("Wrote .env with new random keys")


# --- running the product -----------------------------------------------------------------------


def run(port: int, *, serve: bool) -> int:
    """Prepare the product, then serve the counter with a worker beside it."""
    if serve:
        refuse_taken_port(port)
    prepare("requirements.lock")
    write_env()
    say("Bringing the database up to date")
    manage("migrate", "--noinput", "--verbosity", "0")
    manage("load_policies")
    keep_demo()
    if not serve:
        say("Ready. `python3 bootstrap.py` serves it.")
        return 0
    return serve_until_stopped(port)


def refuse_taken_port(port: int) -> None:
    """Stop early and clearly when something else listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as fault:
            raise Stop(
                f"port {port} cannot be used ({fault.strerror}); "
                f"choose another: python3 bootstrap.py --port {port + 1}"
            ) from None


def manage(*arguments: str, keep: bool = False, may_find: bool = False) -> str:
    """Run a management command, passing its lines on; return them where asked to keep them.

    Exit code 1 says that the work ran and found a fault; only some commands may.
    """
    command = [str(PYTHON), "manage.py", *arguments]
    lines = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            lines.append(line)
            if not keep:
                print(f"  {line}", end="", flush=True)
    if process.returncode != 0 and not (may_find and process.returncode == 1):
        raise Stop(f"manage.py {' '.join(arguments)} failed; its message stands above.")
    return "".join(lines)


def keep_demo() -> None:
    """Where this is a demo, fill it once and bring its business days up to today."""
    question = (
        "from django.conf import settings; from accounts.models import Member; "
        "print(settings.DEMO, Member.objects.exists())"
    )
    is_demo, has_members = manage("shell", "--no-imports", "-c", question, keep=True).split()[-2:]
    if is_demo != "True":
        return
    unfinished = VAR / "demo-unfinished"
    if has_members == "False" or unfinished.exists():
        unfinished.touch()
        load_demo()
        unfinished.unlink()
    say("Opening the business days since the last start")
    manage("open_days")


def load_demo() -> None:
    """Load the demo portfolio, settle its last fund year, note its users; safe to repeat."""
    say("Loading the demo portfolio of five centres")
    demo = json.loads(manage("load_demo", "--json", keep=True))
    year = demo["business_date"][:4]
    for centre in CENTRES:
        say(f"Settling the fund year {year} of {centre}")
        manage("settle", "--centre", centre, "--year", year, may_find=True)
    handle = os.open(DEMO_USERS, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        for user in demo["users"]:
            file.write("demo user: {name} password: {password} ".format(**user))
            file.write("role: {role} centre: {centre}\n".format(**user))


def serve_until_stopped(port: int) -> int:
    """Serve until Ctrl-C or SIGTERM; if a process ends by itself, end the other and say so."""
    (VAR / "log").mkdir(exist_ok=True)
    web = [
        *("gunicorn", "fundcenter.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"),
        *("--workers", os.environ.get("WEB_CONCURRENCY", "1"), "--no-control-socket"),
    ]
    # One process each, so that SQLite keeps one writer at a time and the demo stays small.
    worker = ["celery", "-A", "fundcenter", "worker", "--beat", "--pool", "solo", "-l", "INFO"]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with started("web", web) as web_process, started("worker", worker) as worker_process:
        wait_until_healthy(port, web_process)
        print_welcome(port)
        with contextlib.suppress(KeyboardInterrupt):
            while web_process.poll() is None and worker_process.poll() is None:
                time.sleep(0.5)
            ended = "web" if web_process.poll() is not None else "worker"
            print(tail(ended), file=sys.stderr)
            raise Stop(f"the {ended} process ended by itself; its last lines stand above.")
    say("Stopped. Nothing is lost; the next start takes seconds.")
    return 0


@contextlib.contextmanager
def started(name: str, command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Start a process of the venv with its log in `var/log`; end it kindly, then firmly."""
    with (VAR / "log" / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            [str(PYTHON), "-m", *command],
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us alone, and we end them in order
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_until_healthy(port: int, process: subprocess.Popen[bytes], seconds: int = 60) -> None:
    """Return once the counter answers; stop with its log when it does not."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    print(tail("web"), file=sys.stderr)
    raise Stop("the counter did not start; its last lines stand above, all are in var/log/web.log.")


def tail(name: str) -> str:
    """Return the last lines of a process's log."""
    log = VAR / "log" / f"{name}.log"
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])


def print_welcome(port: int) -> None:
    """Show where the counter is and who may sign in."""
    print(f"\nThe counter is open: http://127.0.0.1:{port}    supervisors: /admin/\n")
    if DEMO_USERS.exists():
        print(DEMO_USERS.read_text(encoding="utf-8"))
    print("Ctrl-C stops it. Logs: var/log/", flush=True)


# --- tests and benchmarks ----------------------------------------------------------------------


def test(parts: tuple[str, ...]) -> int:
    """Run the chosen parts of the tests; every one that could not run is a failure."""
    prepare("requirements-browser.lock" if "browser" in parts else "requirements-test.lock")
    find_servers(parts)
    command = [str(PYTHON), "-m", "tests.run", *parts]
    return hand_over(command)


def bench(names: list[str]) -> int:
    """Run the benchmarks on a PostgreSQL of their own."""
    prepare("requirements-test.lock")
    find_servers(("postgres",))
    return hand_over([str(PYTHON), "-m", "tests.run", "bench", *names])


def hand_over(command: list[str]) -> int:
    """Run a command to its end and return its code; Ctrl-C and SIGTERM let it clean up first."""
    process = subprocess.Popen(command, cwd=ROOT)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def find_servers(parts: tuple[str, ...]) -> None:
    """Install the servers that the chosen parts need and the machine lacks."""
    chosen = set(parts)
    missing = []
    if chosen & {"postgres", "redis", "browser"} and servers.find_postgresql() is None:
        missing.append("postgresql")
    if "redis" in chosen and servers.find_redis() is None:
        missing.append("redis-server")
    if "browser" in chosen and servers.find_chromium() is None:
        missing.append("chromium")
    if missing:
        install_system_packages("A server that the tests need", missing)


if __name__ == "__main__":
    sys.exit(main())
