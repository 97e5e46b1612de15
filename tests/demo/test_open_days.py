"""Missing business days of the demo are opened up to today, elsewhere never."""

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from office.models import BusinessDay, Centre
from office.queries import find_open_day
from office.services import create_centre, ensure_system_maker, open_days_until

LAST = dt.date(2026, 6, 30)


@pytest.fixture
def centre(db: None, settings) -> Centre:
    settings.DEMO = True
    centre = create_centre(
        code="kashgar",
        name="喀什中心",
        short_name="喀什",
        jurisdiction="kashgar",
        branches={"hall": "大厅"},
    )
    open_days_until(centre=centre, until=LAST, by=ensure_system_maker())
    return centre


def run(*arguments: str) -> dict[str, dict[str, object]]:
    out = StringIO()
    call_command("open_days", "--json", *arguments, stdout=out)
    answer: dict[str, dict[str, object]] = json.loads(out.getvalue())
    return answer


def test_every_day_up_to_today_becomes_a_business_day(centre: Centre):
    today = timezone.localdate()
    assert run() == {"kashgar": {"opened": (today - LAST).days, "open": today.isoformat()}}
    assert find_open_day(centre).date == today


def test_a_second_run_on_the_same_day_opens_nothing(centre: Centre):
    run()
    assert run()["kashgar"]["opened"] == 0


def test_days_are_opened_up_to_a_day_that_is_named(centre: Centre):
    assert run("--until", "2026-07-03")["kashgar"] == {"opened": 3, "open": "2026-07-03"}
    assert BusinessDay.objects.filter(centre=centre, state="CLOSED").count() == 3


def test_days_never_go_back(centre: Centre):
    assert run("--until", "2026-06-01")["kashgar"] == {"opened": 0, "open": "2026-06-30"}


def test_a_centre_that_never_opened_a_day_is_left_alone(centre: Centre):
    create_centre(
        code="empty", name="空", short_name="空", jurisdiction="kashgar", branches={"hall": "大厅"}
    )
    assert run("--centre", "empty") == {"empty": {"opened": 0, "open": None}}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--centre", "nowhere"], "--centre"),
        (["--until", "2026-02-30"], "--until"),
        (["--until", "2199-01-01"], "--until"),
        (["--until", "yesterday"], "--until"),
    ],
)
def test_wrong_arguments_are_named(centre: Centre, arguments, named):
    with pytest.raises(CommandError, match=named) as refused:
        run(*arguments)
    assert refused.value.returncode == 2


def test_where_this_is_no_demo_nothing_is_opened(centre: Centre, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO") as refused:
        run()
    assert refused.value.returncode == 2
    assert find_open_day(centre).date == LAST
