"""Business days go forward, one at a time."""

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, transaction

from office.models import AuditEvent, BusinessDay
from office.queries import NoOpenDay, get_open_day
from office.services import (
    DayNotOpen,
    DayOutOfOrder,
    NotAllowed,
    close_day,
    next_number,
    next_numbers,
    open_day,
    open_days_until,
    require_open,
)
from tests.office.conftest import DAY, at_the_same_moment

NEXT_DAY = DAY + dt.timedelta(days=1)


def test_a_centre_without_an_open_day_says_so(centre):
    with pytest.raises(NoOpenDay, match="喀什"):
        get_open_day(centre)


def test_opening_the_open_day_again_changes_nothing(centre, supervisor):
    first = open_day(centre=centre, date=DAY, by=supervisor)

    assert open_day(centre=centre, date=DAY, by=supervisor) == first
    assert AuditEvent.objects.filter(action="days.open").count() == 1


def test_a_second_day_cannot_be_open(open_centre, supervisor):
    with pytest.raises(DayOutOfOrder, match="2026-07-01"):
        open_day(centre=open_centre, date=NEXT_DAY, by=supervisor)


def test_not_even_in_the_database(open_centre, supervisor):
    with pytest.raises(IntegrityError), transaction.atomic():
        BusinessDay.objects.create(centre=open_centre, date=NEXT_DAY, opened_by=supervisor)


def test_a_day_closes_only_with_its_signature(open_centre):
    with pytest.raises(IntegrityError, match="closed_is_signed"), transaction.atomic():
        BusinessDay.objects.update(state="CLOSED")


@pytest.mark.parametrize("date", [DAY, DAY - dt.timedelta(days=1), dt.date(2020, 1, 1)])
def test_days_go_forward_only(open_centre, supervisor, date):
    close_day(centre=open_centre, by=supervisor)

    with pytest.raises(DayOutOfOrder):
        open_day(centre=open_centre, date=date, by=supervisor)


def test_a_weekend_may_lie_between_two_business_days(open_centre, supervisor):
    close_day(centre=open_centre, by=supervisor)

    assert open_day(centre=open_centre, date=DAY + dt.timedelta(days=3), by=supervisor).is_open


def test_a_clerk_opens_and_closes_no_day(centre, clerk, supervisor):
    with pytest.raises(NotAllowed):
        open_day(centre=centre, date=DAY, by=clerk)
    open_day(centre=centre, date=DAY, by=supervisor)
    with pytest.raises(NotAllowed):
        close_day(centre=centre, by=clerk)


def test_a_supervisor_opens_no_day_of_another_centre(other_centre, supervisor):
    with pytest.raises(NotAllowed):
        open_day(centre=other_centre, date=DAY, by=supervisor)


def test_closing_twice_is_refused(open_centre, supervisor):
    close_day(centre=open_centre, by=supervisor)

    with pytest.raises(DayNotOpen):
        close_day(centre=open_centre, by=supervisor)


def test_days_are_opened_one_after_the_other(open_centre, maker):
    last = open_days_until(centre=open_centre, until=dt.date(2026, 7, 10), by=maker)

    assert last.date == dt.date(2026, 7, 10)
    assert get_open_day(open_centre) == last
    assert BusinessDay.objects.filter(centre=open_centre).count() == 10
    assert open_days_until(centre=open_centre, until=dt.date(2026, 7, 10), by=maker) == last
    with pytest.raises(DayOutOfOrder):
        open_days_until(centre=open_centre, until=dt.date(2026, 7, 9), by=maker)
    passed = AuditEvent.objects.get(action="days.pass")
    assert passed.after == {"from": "2026-07-02", "until": "2026-07-09", "days": 8}


def test_a_clerk_passes_no_days(open_centre, clerk):
    with pytest.raises(NotAllowed):
        open_days_until(centre=open_centre, until=dt.date(2026, 7, 10), by=clerk)
    assert BusinessDay.objects.count() == 1


def test_only_the_open_day_accepts_postings(open_centre, supervisor):
    assert require_open(open_centre, DAY).date == DAY
    for date in (DAY - dt.timedelta(days=1), NEXT_DAY):
        with pytest.raises(DayNotOpen, match="2026-07-01"):
            require_open(open_centre, date)
    close_day(centre=open_centre, by=supervisor)
    with pytest.raises(DayNotOpen):
        require_open(open_centre, DAY)


def test_one_centre_closing_leaves_the_other_open(open_centre, other_centre, maker, supervisor):
    open_day(centre=other_centre, date=DAY, by=maker)
    close_day(centre=open_centre, by=supervisor)

    assert require_open(other_centre, DAY).is_open


def test_numbers_count_by_kind_centre_and_year(centre, other_centre):
    assert next_number(centre, "DP", DAY) == "DP-kashgar-2026-000001"
    assert next_number(centre, "DP", DAY) == "DP-kashgar-2026-000002"
    assert next_number(centre, "WD", DAY) == "WD-kashgar-2026-000001"
    assert next_number(other_centre, "DP", DAY) == "DP-yantai-2026-000001"
    assert next_number(centre, "DP", dt.date(2027, 1, 1)) == "DP-kashgar-2027-000001"
    assert next_numbers(centre, "DP", DAY, 2) == [
        "DP-kashgar-2026-000003",
        "DP-kashgar-2026-000004",
    ]


def test_a_rolled_back_document_gives_its_number_back(centre):
    with transaction.atomic():
        next_number(centre, "DP", DAY)
        transaction.set_rollback(True)

    assert next_number(centre, "DP", DAY) == "DP-kashgar-2026-000001"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_clerks_at_once_get_twenty_numbers(centre):
    numbers = at_the_same_moment(20, lambda _: next_number(centre, "DP", DAY))

    assert sorted(numbers) == [f"DP-kashgar-2026-{n:06d}" for n in range(1, 21)]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_closing_waits_for_a_posting_under_way(open_centre, supervisor):
    order: list[str] = []

    def post_or_close(place: int) -> None:
        if place == 0:
            with transaction.atomic():
                require_open(open_centre, DAY)
                order.append("posting began")
                closing.wait(2)
                order.append("posting ended")
        else:
            while not order:
                closing.wait(0.01)
            close_day(centre=open_centre, by=supervisor)
            order.append("closed")

    closing = threading.Event()
    assert at_the_same_moment(2, post_or_close) == [None, None]
    assert order == ["posting began", "posting ended", "closed"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_ten_supervisors_open_one_day(centre, supervisor):
    opened = at_the_same_moment(10, lambda _: open_day(centre=centre, date=DAY, by=supervisor).pk)

    assert len(set(opened)) == 1
    assert BusinessDay.objects.count() == 1
