"""What every answer carries, and what an idle session loses."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import OperationalError, connection, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils import formats, translation

from fundcenter.middleware import BusyMiddleware
from office.models import User
from office.roles import Role
from office.services import save_staff

NOON = dt.datetime(2026, 7, 1, 4, 0, tzinfo=dt.UTC)


@pytest.fixture
def signed_in(db, client):
    """A client of somebody signed in at noon in Shanghai."""
    user = User(username="somebody", display_name="某人", role=Role.SYSTEM_ADMIN)
    save_staff(user=user, by=None)
    with time_machine.travel(NOON, tick=False):
        client.force_login(user)
        client.get("/healthz")
    return client


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_every_answer_forbids_what_is_not_ours(client):
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("given", ["", "short", "a" * 65, "with space in it", "line\x1bescape"])
def test_a_request_number_that_could_harm_a_log_is_replaced(client, given):
    answer = client.get("/healthz", headers={"x-request-id": given})
    assert answer["X-Request-ID"] != given
    assert len(answer["X-Request-ID"]) == 32


def test_a_harmless_request_number_is_kept(client):
    answer = client.get("/healthz", headers={"x-request-id": "gateway-20260701-1"})
    assert answer["X-Request-ID"] == "gateway-20260701-1"


@pytest.mark.parametrize(
    ("browser_says", "cookie", "expected"),
    [
        ("en-US,en", "", "zh-hans"),
        ("zh-CN", "en", "en"),
        ("en-US", "fr", "zh-hans"),
        ("", "../../etc", "zh-hans"),
    ],
)
def test_the_language_is_chinese_unless_the_person_chose(client, browser_says, cookie, expected):
    if cookie:
        client.cookies["django_language"] = cookie
    answer = client.get("/healthz", headers={"accept-language": browser_says})
    assert answer["Content-Language"] == expected


@pytest.mark.parametrize(
    ("seconds", "stays"), [(60, True), (899, True), (900, True), (901, False), (86_400, False)]
)
def test_fifteen_idle_minutes_sign_out(signed_in, seconds, stays):
    with time_machine.travel(NOON + dt.timedelta(seconds=seconds), tick=False):
        signed_in.get("/healthz")
        assert is_signed_in(signed_in) is stays


def test_a_click_every_ten_minutes_stays_signed_in(signed_in):
    for minutes in (10, 20, 30, 40):
        with time_machine.travel(NOON + dt.timedelta(minutes=minutes), tick=False):
            signed_in.get("/healthz")
            assert is_signed_in(signed_in)


def test_pages_of_signed_in_people_stay_out_of_every_cache(signed_in):
    with time_machine.travel(NOON, tick=False):
        answer = signed_in.get("/admin/")
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_money_is_grouped_by_three_and_dates_are_iso(language):
    with translation.override(language):
        assert formats.number_format(1234567, use_l10n=True, force_grouping=True) == "1,234,567"
        assert formats.date_format(dt.date(2026, 6, 30)) == "2026-06-30"


def fault_of(code: str) -> OperationalError:
    """The fault that Django raises for a fault of the driver with this code."""

    class DriverFault(Exception):
        sqlstate = code if connection.vendor == "postgresql" else ""
        sqlite_errorname = code if connection.vendor == "sqlite" else ""

    fault = OperationalError(code)
    fault.__cause__ = DriverFault(code)
    return fault


BUSY = {"postgresql": ["55P03", "40P01", "40001"], "sqlite": ["SQLITE_BUSY", "SQLITE_LOCKED"]}
BROKEN = {"postgresql": ["57P01", "53300"], "sqlite": ["SQLITE_FULL", "SQLITE_IOERR"]}


def answer_to(fault: Exception) -> HttpResponse | None:
    """What a page becomes that ended with this fault."""
    return BusyMiddleware(lambda request: HttpResponse()).process_exception(HttpRequest(), fault)


def test_who_waits_for_another_too_long_reads_that_nothing_was_booked():
    for code in BUSY[connection.vendor]:
        answer = answer_to(fault_of(code))
        assert (answer.status_code, answer["Retry-After"]) == (503, "3")
        assert "其他人正在办理同一账户" in answer.content.decode()


def test_another_fault_is_no_queue():
    for code in BROKEN[connection.vendor]:
        assert answer_to(fault_of(code)) is None
    assert answer_to(ValueError("55P03")) is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_row_that_another_holds_is_such_a_wait():
    user = User(username="somebody", display_name="某人", role=Role.SYSTEM_ADMIN)
    save_staff(user=user, by=None)
    held = User.objects.filter(pk=user.pk)

    def come_second():
        try:
            with transaction.atomic():
                return list(held.select_for_update(nowait=True))
        finally:
            connections.close_all()

    with transaction.atomic():
        list(held.select_for_update())
        with ThreadPoolExecutor(1) as other, pytest.raises(OperationalError) as refused:
            other.submit(come_second).result()
    assert answer_to(refused.value).status_code == 503
