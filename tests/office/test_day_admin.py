"""The supervisor's page of business days, and the audit trail that can be taken along."""

import datetime as dt

import pytest
from django.urls import reverse

from office.hindrances import Hindrance, hinders
from office.models import AuditEvent, BusinessDay
from office.services import audit, close_day
from tests.office.conftest import DAY

TURN = "admin:office_businessday_turn"
LIST = "admin:office_businessday_changelist"


@pytest.fixture
def hindered(monkeypatch):
    monkeypatch.setattr("office.hindrances._finders", [])
    hinders(lambda centre, date: [Hindrance("一笔还在等"), Hindrance("两笔请留意", blocks=False)])


def test_the_page_says_what_hinders_closing(open_centre, supervisor, sign_in, hindered):
    page = sign_in(supervisor).get(reverse(LIST)).content.decode()

    assert "✗ 一笔还在等" in page
    assert "· 两笔请留意" in page


def test_a_hindered_day_stays_open_and_the_try_is_noted(open_centre, supervisor, sign_in, hindered):
    answer = sign_in(supervisor).post(reverse(TURN), {"step": "CLOSE"}, follow=True)

    assert "一笔还在等" in answer.content.decode()
    assert BusinessDay.objects.get().is_open
    assert AuditEvent.objects.filter(action="days.close", result="REFUSED").count() == 1


def test_a_day_is_closed_and_the_next_one_opened(open_centre, supervisor, sign_in):
    client = sign_in(supervisor)

    client.post(reverse(TURN), {"step": "CLOSE"})
    client.post(reverse(TURN), {"step": "OPEN", "date": "2026-07-02"})

    days = list(BusinessDay.objects.order_by("date").values_list("date", "state"))
    assert days == [(DAY, "CLOSED"), (dt.date(2026, 7, 2), "OPEN")]


@pytest.mark.parametrize("typed", ["", "2026-02-30", "2026-06-30", "x"])
def test_a_day_that_cannot_be_opened_is_refused(open_centre, supervisor, sign_in, typed):
    close_day(centre=open_centre, by=supervisor)

    sign_in(supervisor).post(reverse(TURN), {"step": "OPEN", "date": typed})

    assert BusinessDay.objects.count() == 1
    assert AuditEvent.objects.filter(action="days.open", result="REFUSED").count() == 1


@pytest.mark.parametrize("role", ["FINANCE", "AUDITOR"])
def test_who_only_looks_turns_no_day(open_centre, staff, sign_in, role):
    client = sign_in(staff(role))

    assert "日终，关闭营业日" not in client.get(reverse(LIST)).content.decode()
    client.post(reverse(TURN), {"step": "CLOSE"})
    assert BusinessDay.objects.get().is_open


@pytest.mark.parametrize("action", ["save_csv", "save_xlsx"])
def test_the_audit_trail_is_saved_with_before_and_after(supervisor, sign_in, action):
    line = audit(actor=supervisor, action="days.try", before={"a": 1}, after={"a": "=2"})
    form = {"action": action, "_selected_action": [line.pk]}

    answer = sign_in(supervisor).post(reverse("admin:office_auditevent_changelist"), form)

    assert answer["Content-Disposition"].startswith("attachment")
    if action == "save_csv":
        assert '""a"": 1' in answer.content.decode("utf-8-sig")
