"""What every answer carries, and what an idle session loses."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import formats, translation

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
