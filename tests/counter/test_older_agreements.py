"""The list of agreements signed on older law: what reads otherwise, what holds, and the way on."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import MemberAccount
from tests.accounts.builders import forget_clauses, make_stage
from tests.contributions.limits import MINIMUM, publish

JULY = dt.date(2026, 7, 1)
ADDRESS = "/counter/lists/older-agreements/"


@pytest.fixture
def changed(stage):
    """Kashgar in July: the minimum and the months of the dormancy clause have changed."""
    account = stage.open_account()
    publish(stage, MINIMUM, "170.00", JULY)
    publish(stage, "dormancy.months", 12, JULY)
    stage.on(JULY)
    return account


def look(client, **query):
    answer = client.get(ADDRESS, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_row_says_what_was_signed_what_reads_now_and_which_of_both_holds(clerk, changed):
    page = look(clerk)

    assert "共1条" in page
    assert "连续未缴月数：6 个月 → 12 个月（关于调整缴存限额的通知 一）" in page
    assert "162.00 元 → 170.00 元" in page
    assert page.index("6 个月 → 12 个月") < page.index("162.00 元 → 170.00 元"), (
        "what goes on as signed stands before what the law binds at once"
    )
    assert reverse("agreement", args=[changed.number]) in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"clause": "dormancy.months"}, 1),
        ({"clause": "dormancy.seal"}, 0),
        ({"holds": "SIGNED"}, 1),
        ({"holds": "LAW"}, 1),
        ({"holds": "LAW", "clause": "loan.cap"}, 0),
        ({"state": "SEALED"}, 0),
        ({"date_from": "2026-03-11"}, 0),
        ({"date_to": "2026-03-10"}, 1),
        ({"sort": "-differing"}, 1),
    ],
)
def test_filters_narrow_the_list(clerk, changed, query, count):
    assert f"共{count}条" in look(clerk, **query)


def test_a_clause_that_no_agreement_keeps_is_no_filter(clerk, changed):
    assert "共0条" in look(clerk, clause="tax.rate")


def test_a_sealed_account_leads_to_the_member_where_unsealing_signs_anew(stage, clerk, changed):
    MemberAccount.objects.update(state="SEALED", sealed_date=stage.day)

    page = look(clerk)

    assert "启封时重签" in page
    assert reverse("agreement", args=[changed.number]) not in page


def test_whoever_changes_no_agreement_gets_no_link_to_it(stage, sign_in, changed):
    page = look(sign_in(stage.supervisor))
    assert changed.number in page
    assert reverse("agreement", args=[changed.number]) not in page


def test_agreements_that_came_without_clauses_are_counted_above_the_list(clerk, changed):
    forget_clauses(changed)
    page = look(clerk)
    assert "共0条" in page
    assert "1份协议由原系统移交，未附条款" in page


def test_without_an_open_day_nothing_is_compared_and_the_page_says_so(stage, clerk, changed):
    stage.centre.business_days.filter(state="OPEN").update(
        state="CLOSED", closed_by=stage.supervisor, closed_at=timezone.now()
    )
    assert "无从比对" in look(clerk)


def test_the_list_is_exported_with_both_readings(stage, sign_in, changed):
    answer = sign_in(stage.supervisor).post(
        reverse("list-export", args=["older-agreements"]), {"form": "csv", "query": ""}
    )
    _head, row = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    assert changed.number in row
    assert any("6 个月 → 12 个月" in cell for cell in row)


def test_another_centre_sees_none_of_them(sign_in, changed):
    assert changed.number not in look(sign_in(make_stage("yantai").clerk))
