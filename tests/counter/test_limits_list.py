"""The list of the year roll at the counter: whom the limits leave outside, by which clause."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.accounts.builders import make_stage, make_terms
from tests.contributions.limits import MAXIMUM, MINIMUM, publish

JULY = dt.date(2026, 7, 1)
ADDRESS = "/counter/lists/limits/"


@pytest.fixture
def rolled(stage):
    """Kashgar before July: the maximum of the next year is published, one agreement is above."""
    publish(stage, MAXIMUM, "5000.00", JULY)
    stage.open_account()
    return stage.open_account(make_terms(monthly_amount_fen=595_000))


def look(client, **query):
    answer = client.get(ADDRESS, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_row_names_the_limit_its_day_its_clause_and_the_way_to_the_agreement(clerk, rolled):
    page = look(clerk)

    assert "共1条" in page
    for said in (rolled.number, "5,950.00", "5,000.00", "2026-07-01", "高于上限", "调整缴存限额"):
        assert said in page
    assert reverse("agreement", args=[rolled.number]) in page


def test_the_page_says_which_limit_is_not_published_and_which_value_is_assumed(clerk, rolled):
    page = look(clerk)

    assert "2026-07-01适用的月缴存额下限：尚未公布" in page
    assert "2026-03-10适用的月缴存额上限：5,950.00 元（喀什解读 二，设定值）" in page


def test_where_no_limit_is_known_the_page_says_so_and_lists_nobody(stage, clerk):
    for key in (MINIMUM, MAXIMUM):
        publish(stage, key, None, JULY, reason="限额另行公布")
    stage.open_account(make_terms(monthly_amount_fen=595_000))
    stage.on(JULY)

    page = look(clerk)

    assert "2026-07-01适用的月缴存额上限：尚未公布" in page
    assert "没有超限的协议" in page


def test_without_an_open_day_the_page_says_that_the_limits_are_not_known(stage, clerk, rolled):
    stage.centre.business_days.filter(state="OPEN").update(
        state="CLOSED", closed_by=stage.supervisor, closed_at=timezone.now()
    )
    assert "上下限无从确定" in look(clerk)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"side": "ABOVE"}, 1),
        ({"side": "BELOW"}, 0),
        ({"outside_from": "2026-07-01"}, 1),
        ({"outside_from": "2026-03-10"}, 0),
        ({"amount_from": "5950.01"}, 0),
        ({"sort": "-limit"}, 1),
    ],
)
def test_filters_narrow_the_list(clerk, rolled, query, count):
    assert f"共{count}条" in look(clerk, **query)


def test_the_list_is_exported_with_its_clauses(stage, sign_in, rolled):
    answer = sign_in(stage.supervisor).post(
        reverse("list-export", args=["limits"]), {"form": "csv", "query": ""}
    )
    _head, row = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    assert rolled.number in row
    assert any("调整缴存限额" in cell for cell in row)


def test_whoever_changes_no_agreement_gets_no_link_to_it(stage, sign_in, rolled):
    page = look(sign_in(stage.supervisor))
    assert rolled.number in page
    assert reverse("agreement", args=[rolled.number]) not in page


def test_the_supervisors_desk_counts_them_and_the_clerks_does_not(stage, sign_in, clerk, rolled):
    assert ADDRESS in sign_in(stage.supervisor).get(reverse("desk")).content.decode()
    assert ADDRESS not in clerk.get(reverse("desk")).content.decode()


def test_the_desk_is_silent_where_nobody_is_concerned(stage, sign_in):
    stage.open_account()
    assert ADDRESS not in sign_in(stage.supervisor).get(reverse("desk")).content.decode()


def test_another_centre_sees_none_of_them(sign_in, rolled):
    assert rolled.number not in look(sign_in(make_stage("yantai").clerk))
