"""The test command itself: what it counts, and what it calls a failure."""

import pytest

from tests import run, servers
from tests.environment import VARIABLES

REPORT = """<testsuites><testsuite name="pytest" tests="{}" failures="{}" errors="{}" skipped="{}"/>
</testsuites>"""


@pytest.mark.parametrize(
    ("tests", "failures", "errors", "skipped", "code", "passed", "fault"),
    [
        (12, 0, 0, 0, 0, 12, ""),
        (12, 1, 0, 0, 1, 11, "1 failed"),
        (12, 0, 2, 0, 1, 10, "2 broke"),
        (12, 0, 0, 3, 0, 9, "3 skipped"),
        (0, 0, 0, 0, 5, 0, "no test ran"),
        (12, 0, 0, 0, 3, 12, "code 3"),
    ],
)
def test_a_part_passes_when_all_its_tests_ran_and_passed(
    tmp_path, tests, failures, errors, skipped, code, passed, fault
):
    report = tmp_path / "report.xml"
    report.write_text(REPORT.format(tests, failures, errors, skipped), encoding="utf-8")
    outcome = run.read_report("sqlite", report, code)
    assert outcome.passed == passed
    assert fault in outcome.fault
    assert bool(outcome.fault) is bool(fault)


def test_a_part_that_left_no_report_has_failed(tmp_path):
    outcome = run.read_report("redis", tmp_path / "none.xml", 139)
    assert outcome.passed == 0
    assert "139" in outcome.fault


def test_checks_and_tests_see_no_database_of_the_developer(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/real")
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://somewhere/real")
    monkeypatch.setenv("SECRET_KEY", "a real one")
    environment = run.environment_for({})
    assert not {"DATABASE_URL", "CELERY_BROKER_URL"} & set(environment)
    assert environment["SECRET_KEY"] == VARIABLES["SECRET_KEY"]


def test_a_port_that_was_free_can_be_listened_on():
    assert 1024 <= servers.free_port() <= 65535


def test_the_folder_of_the_tests_goes_also_after_a_fault():
    def fail_inside() -> None:
        with servers.temporary_folder() as folder:
            seen.append(folder)
            raise servers.ServerFailed("on purpose")

    seen = []
    with pytest.raises(servers.ServerFailed):
        fail_inside()
    assert not seen[0].exists()
