"""Servers of the tests' own: PostgreSQL and Redis on free ports, in a folder that goes afterwards.

Standard library only: `bootstrap.py` asks here what the machine has before anything is installed.
"""

import contextlib
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

OLDEST_POSTGRESQL = 14
_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_POSTGRESQL_FOLDERS = ("/usr/lib/postgresql", "/usr/local/opt", "/opt/homebrew/opt", "/usr")


Command = list[str | Path]


class ServerFailed(Exception):
    """A server did not start; the message holds the last lines of its log."""


def find_postgresql() -> Path | None:
    """Return the folder of `initdb` of the newest PostgreSQL that is new enough."""
    folders = {
        initdb.resolve().parent
        for top in _POSTGRESQL_FOLDERS
        for pattern in ("*/bin/initdb", "bin/initdb")
        for initdb in Path(top).glob(pattern)
    }
    if on_path := shutil.which("initdb"):
        folders.add(Path(on_path).resolve().parent)
    versions = [(_postgresql_version(folder), folder) for folder in folders]
    usable = [found for found in versions if found[0] >= OLDEST_POSTGRESQL]
    return max(usable)[1] if usable else None


def _postgresql_version(folder: Path) -> int:
    """Return the major version, or 0 where a program is missing."""
    programs = ("postgres", "initdb", "createdb", "pg_isready")
    if not all((folder / program).exists() for program in programs):
        return 0
    asked = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    found = re.search(r"\) (\d+)", asked.stdout)
    return int(found[1]) if found else 0


def find_redis() -> str | None:
    """Return the Redis server's program."""
    return shutil.which("redis-server")


def find_chromium() -> str | None:
    """Return the browser's program; CHROMIUM names another one."""
    named = os.environ.get("CHROMIUM")
    return named or next((found for name in _CHROMIUMS if (found := shutil.which(name))), None)


def free_port() -> int:
    """Return a port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give a folder that other users of the machine may pass through, and remove it."""
    folder = Path(tempfile.mkdtemp(prefix="fund-tests-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Run a new PostgreSQL, with fsync and checksums as in production; give its DATABASE_URL."""
    programs = find_postgresql()
    if programs is None:
        raise ServerFailed("PostgreSQL 14 or newer is not installed")
    home = folder / "postgresql"
    home.mkdir()
    user = _user_for_postgresql()
    if user:
        shutil.chown(home, user)
    data, port = home / "data", free_port()
    initdb: Command = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-k"]
    made = subprocess.run(
        [*initdb, "--encoding=UTF8", "--no-locale"],
        **_as_user(user, home),
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise ServerFailed(f"initdb failed: {made.stderr[-2000:]}")
    # TCP only: the path of a socket may be longer than the system allows.
    command: Command = [programs / "postgres", "-D", data, "-h", "127.0.0.1", "-k", ""]
    command += ["-p", str(port)]
    client = ["-h", "127.0.0.1", "-p", str(port), "-U", "postgres"]
    ready: Command = [programs / "pg_isready", *client]
    with _running("PostgreSQL", command, home, lambda: _succeeds(ready), _as_user(user, home)):
        subprocess.run([programs / "createdb", *client, "fund"], check=True)
        yield f"postgres://postgres@127.0.0.1:{port}/fund"


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Run a new Redis that keeps what it was told, as in production; give its URL."""
    program = find_redis()
    if program is None:
        raise ServerFailed("redis-server is not installed")
    home, port = folder / "redis", free_port()
    home.mkdir()
    command: Command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", home]
    command += ["--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"]
    with _running("Redis", command, home, lambda: _answers_ping(port), {"cwd": home}):
        yield f"redis://127.0.0.1:{port}/0"


def _user_for_postgresql() -> str | None:
    """PostgreSQL refuses to run as root, so root lends it the name of somebody else."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _as_user(user: str | None, home: Path) -> dict[str, Any]:
    if user is None:
        return {"cwd": home}
    return {"cwd": home, "user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def _succeeds(command: Command) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _answers_ping(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


@contextlib.contextmanager
def _running(
    name: str,
    command: Command,
    home: Path,
    is_ready: Callable[[], bool],
    how: dict[str, Any],
) -> Iterator[None]:
    """Run a server until the block ends; it has 30 seconds to become ready, 20 to stop."""
    log = home / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True, **how
        )
    try:
        deadline = time.monotonic() + 30
        while not is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
                raise ServerFailed(f"{name} did not start: " + "\n".join(lines[-15:]))
            time.sleep(0.1)
        yield
    finally:
        process.send_signal(2)  # SIGINT: PostgreSQL's fast shutdown, and Redis's too
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
