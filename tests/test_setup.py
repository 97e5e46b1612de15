"""The set-up as files: what they promise to each other."""

import hashlib
import json
import re
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import bootstrap
from tests.environment import VARIABLES

ROOT = Path(__file__).resolve().parent.parent
VENDORED = [ROOT / "static" / "vendor", ROOT / "tests" / "browser" / "vendor"]
LOCKS = ["requirements.lock", "requirements-test.lock", "requirements-browser.lock"]


def settings_variables() -> set[str]:
    source = (ROOT / "fundcenter" / "settings.py").read_text(encoding="utf-8")
    return set(re.findall(r"\benv\.\w+\(\s*\"([A-Z_]+)\"", source))


def compose_variables() -> set[str]:
    return set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text(encoding="utf-8")))


def example_variables() -> list[str]:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return [match[1] for line in lines if (match := re.match(r"#? ?([A-Z_]+)=", line))]


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", text, re.MULTILINE))


def compose() -> dict[str, dict[str, dict[str, object]]]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def test_the_example_lists_every_variable_that_is_read_once_and_no_other():
    assert sorted(example_variables()) == sorted(settings_variables() | compose_variables()), (
        "write the variable into .env.example with a comment, or take it out where nobody reads it"
    )


def test_the_tests_take_no_variable_from_a_developer():
    given = {*VARIABLES, "DATABASE_URL", "CELERY_BROKER_URL"}
    assert settings_variables() == given, "give it a value in tests/environment.py"


def test_every_variable_of_the_example_is_explained_above_it():
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    bare = [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if re.match(r"#? ?[A-Z_]+=", line) and not re.match(r"# (?![A-Z_]+=)\w", before)
    ]
    assert bare == []


def test_compose_runs_five_services_that_all_tell_their_health():
    services = compose()["services"]
    assert sorted(services) == ["beat", "postgres", "redis", "web", "worker"]
    assert [name for name, service in services.items() if "healthcheck" not in service] == []


def test_compose_waits_for_services_that_exist():
    services = compose()["services"]
    waited_for = {name for service in services.values() for name in service.get("depends_on", {})}
    assert waited_for <= set(services)


def test_the_image_does_not_run_as_root_and_installs_only_what_is_locked():
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER (?!root)\w+", dockerfile, re.MULTILINE)
    assert "--require-hashes" in dockerfile


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.parent.name)
def test_what_we_copied_is_what_its_authors_published(folder):
    lines = (folder / "CHECKSUMS").read_text(encoding="utf-8").splitlines()
    expected = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in ("CHECKSUMS", "README.md")
    }
    assert found == expected, "copy the file anew or, if it was renewed on purpose, make checksums"


@pytest.mark.parametrize("folder", ["tabler", "echarts", "fonts"])
def test_what_we_copied_brings_its_licence(folder):
    assert (ROOT / "static" / "vendor" / folder / "LICENSE").stat().st_size > 1000


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_name_no_server_of_their_own_and_hash_every_package(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.findall(r"^[A-Za-z0-9_.-]+==.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_larger_locks_hold_the_same_versions_as_the_smaller_ones():
    runtime, tests, browser = (pins(lock) for lock in LOCKS)
    assert runtime.items() <= tests.items() <= browser.items()


def test_packages_that_the_client_named_are_in_the_product_itself():
    named = {"django", "django-environ", "django-filter", "djangorestframework", "celery", "redis"}
    assert named | {"psycopg"} <= set(pins("requirements.lock"))
    assert "pytest-django" in pins("requirements-test.lock")


def test_the_continuous_integration_runs_the_test_command_and_nothing_else():
    script = ROOT / ".ci" / "run"
    assert "exec python3 bootstrap.py test" in script.read_text(encoding="utf-8")
    assert script.stat().st_mode & stat.S_IXUSR


# --- bootstrap.py ------------------------------------------------------------------------------


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """An empty folder in the place of the repository."""
    for name, path in {"ROOT": ".", "VAR": "var", "VENV": ".venv"}.items():
        monkeypatch.setattr(bootstrap, name, tmp_path / path)
    return tmp_path


def test_the_first_start_writes_random_keys_for_our_eyes_only(clone):
    bootstrap.write_env()
    env = clone / ".env"
    keys = dict(
        line.split("=", 1) for line in env.read_text(encoding="utf-8").splitlines() if "=" in line
    )
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    assert keys["DEBUG"] == keys["DEMO"] == "true"
    assert len(keys["SECRET_KEY"]) >= 50
    assert keys["FIELD_KEYS"].startswith("1:")
    assert len({keys["SECRET_KEY"], keys["FIELD_KEYS"][2:], keys["INDEX_KEY"]}) == 3


def test_an_env_file_that_exists_is_never_overwritten(clone):
    (clone / ".env").write_text("SECRET_KEY=mine\n", encoding="utf-8")
    bootstrap.write_env()
    assert (clone / ".env").read_text(encoding="utf-8") == "SECRET_KEY=mine\n"


def test_a_lock_that_was_installed_is_not_installed_again(clone):
    lock = clone / "requirements.lock"
    lock.write_text("nothing==0\n", encoding="utf-8")
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    bootstrap.VENV.mkdir()
    (bootstrap.VENV / "locks.json").write_text(json.dumps({lock.name: digest}), encoding="utf-8")
    bootstrap.install(lock)  # there is no pip in this folder, so trying would fail


@pytest.fixture
def taken_port():
    """A port that somebody else listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["test", "--only", "sqlite"], "--only"),
        (["test", "--only", ""], "--only"),
        (["--port", "0"], "--port"),
        (["--port", "eighty"], "--port"),
        (["serve"], "serve"),
    ],
)
def test_wrong_arguments_end_with_code_2_and_name_the_argument(arguments, named):
    done = subprocess.run(
        [sys.executable, ROOT / "bootstrap.py", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert named in done.stderr.splitlines()[-1]


def test_a_taken_port_is_refused_with_the_line_that_takes_another(taken_port):
    with pytest.raises(bootstrap.Stop, match=rf"--port {taken_port + 1}"):
        bootstrap.refuse_taken_port(taken_port)


def test_a_missing_package_that_we_may_not_install_is_named_with_the_line_that_does(monkeypatch):
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    with pytest.raises(bootstrap.Stop, match=r"sudo apt-get install -y python3\.11-venv"):
        bootstrap.install_system_packages("Python's venv module", ["python3.11-venv"])
