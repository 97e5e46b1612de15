"""Whatever happens to a loan, its course keeps the sums."""

import datetime as dt
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.days import DayCount
from loans.contract import Contract, Conventions, Event, MethodChanged, Paid, Repriced, TermChanged
from loans.course import Course, replay
from loans.facts import PrepaymentOption, RepaymentMethod

RATES = st.integers(0, 80).map(lambda tenths: Fraction(tenths, 1000))
START = dt.date(2026, 1, 1)


@st.composite
def contracts(draw: Any) -> Contract:
    return Contract(
        principal_fen=draw(st.integers(1, 100_000_000)),
        term_months=draw(st.integers(1, 40)),
        method=draw(st.sampled_from(RepaymentMethod)),
        disbursed_on=START + dt.timedelta(days=draw(st.integers(0, 900))),
        due_day=draw(st.integers(1, 31)),
        annual_rate=draw(RATES),
        conventions=Conventions(
            day_count=draw(st.sampled_from(DayCount)),
            segments=draw(st.booleans()),
            penalty_factor=Fraction(draw(st.integers(100, 200)), 100),
            penalty_on_interest=draw(st.booleans()),
            grace_days=draw(st.integers(0, 5)),
            allocation=tuple(draw(st.permutations(("PENALTY", "INTEREST", "PRINCIPAL")))),
        ),
    )


@st.composite
def lives(draw: Any) -> tuple[Contract, list[Event]]:
    """A loan and what happens to it, in order."""
    agreed = draw(contracts())
    on, events = agreed.disbursed_on, []
    for ref in range(draw(st.integers(0, 8))):
        on += dt.timedelta(days=draw(st.integers(0, 120)))
        kind = draw(st.sampled_from(["PAID", "PAID", "PAID", "RATE", "TERM", "METHOD"]))
        if kind == "PAID":
            fen = draw(st.integers(1, agreed.principal_fen + 1_000))
            events.append(Paid(on, fen, ref, draw(st.sampled_from([None, *PrepaymentOption]))))
        elif kind == "RATE":
            events.append(Repriced(on, draw(RATES)))
        elif kind == "TERM":
            behind = replay(agreed, events).due_by(on)
            events.append(TermChanged(on, behind + draw(st.integers(1, 30))))
        else:
            events.append(MethodChanged(on, draw(st.sampled_from(RepaymentMethod))))
    return agreed, events


def repaid_fen(course: Course) -> int:
    return sum(given.principal_fen for given in course.allocations.values())


@settings(max_examples=150, deadline=None)
@given(lives())
def test_principal_paid_and_principal_left_are_the_principal(
    life: tuple[Contract, list[Event]],
) -> None:
    agreed, events = life
    course = replay(agreed, events)
    assert repaid_fen(course) + course.principal_left_fen == agreed.principal_fen
    planned = sum(line.principal_fen for line in course.lines[course.due_until :])
    assert planned == course.running_fen
    if len(course.lines) > course.due_until:
        assert course.lines[-1].balance_fen == 0


@settings(max_examples=150, deadline=None)
@given(lives())
def test_every_payment_adds_up_and_nothing_is_ever_negative(
    life: tuple[Contract, list[Event]],
) -> None:
    agreed, events = life
    course = replay(agreed, events)
    for event in events:
        if isinstance(event, Paid):
            given = course.allocations[event.ref]
            parts = (given.penalty_fen, given.interest_fen, given.principal_fen)
            assert sum(parts) + given.unallocated_fen == event.amount_fen
            assert min(*parts, given.unallocated_fen) >= 0
    for line in course.lines:
        assert line.principal_fen >= 0
        assert line.interest_fen >= 0
        assert 0 <= line.paid_principal_fen <= line.principal_fen
        assert 0 <= line.paid_interest_fen <= line.interest_fen
    balances = [agreed.principal_fen, *(line.balance_fen for line in course.lines)]
    assert all(before >= after >= 0 for before, after in pairwise(balances))


@settings(max_examples=150, deadline=None)
@given(lives())
def test_what_is_paid_of_the_lines_is_what_the_payments_gave(
    life: tuple[Contract, list[Event]],
) -> None:
    course = replay(*life)
    for line in course.lines:
        shares = [
            share
            for given in course.allocations.values()
            for share in given.shares
            if share.number == line.number
        ]
        assert sum(share.principal_fen for share in shares) == line.paid_principal_fen
        assert sum(share.interest_fen for share in shares) == line.paid_interest_fen
        assert sum(share.penalty_fen for share in shares) == line.paid_penalty_fen


@settings(max_examples=100, deadline=None)
@given(contracts(), st.lists(RATES, max_size=3))
def test_rounding_never_changes_the_number_of_instalments(
    agreed: Contract, rates: list[Fraction]
) -> None:
    on, events = agreed.disbursed_on, []
    for rate in rates:
        on += dt.timedelta(days=190)
        events.append(Repriced(on, rate))
    assert len(replay(agreed, events).lines) == agreed.term_months


@settings(max_examples=100, deadline=None)
@given(contracts())
def test_a_schedule_paid_in_time_ends_at_nought_on_its_last_due_date(agreed: Contract) -> None:
    planned = replay(agreed, ()).lines
    events = [
        Paid(line.due_on, line.principal_fen + line.interest_fen, line.number)
        for line in planned
        if line.principal_fen + line.interest_fen
    ]
    course = replay(agreed, events)
    assert course.principal_left_fen == 0
    assert course.owed_on(planned[-1].due_on + dt.timedelta(days=400)) == ()
    assert all(not given.penalty_fen for given in course.allocations.values())
    assert all(not given.unallocated_fen for given in course.allocations.values())
    if events:
        before = replay(agreed, events[:-1])
        assert before.principal_left_fen > 0 or before.settle_fen(planned[-1].due_on) > 0


@settings(max_examples=100, deadline=None)
@given(lives(), st.integers(2, 1_000), st.data())
def test_paying_in_two_parts_on_one_day_pays_what_is_due_just_as_in_one(
    life: tuple[Contract, list[Event]], thousandth: int, data: Any
) -> None:
    agreed, events = life
    on = max((event.on for event in events), default=agreed.disbursed_on)
    on += dt.timedelta(days=data.draw(st.integers(0, 90)))
    fen = data.draw(st.integers(2, agreed.principal_fen + 10))
    part = max(1, fen * thousandth // 1_001)
    whole = replay(agreed, [*events, Paid(on, fen, 100)])
    split = replay(agreed, [*events, Paid(on, part, 100), Paid(on, fen - part, 101)])
    assert split.lines == whole.lines
    assert split.principal_left_fen == whole.principal_left_fen
    assert split.owed_on(on) == whole.owed_on(on)


@settings(max_examples=100, deadline=None)
@given(lives(), st.data())
def test_what_settles_a_loan_on_any_day_settles_it(
    life: tuple[Contract, list[Event]], data: Any
) -> None:
    agreed, events = life
    course = replay(agreed, events)
    on = max((event.on for event in events), default=agreed.disbursed_on)
    on += dt.timedelta(days=data.draw(st.integers(0, 500)))
    fen = course.settle_fen(on)
    if not fen:
        assert course.principal_left_fen == 0
        return
    option = data.draw(st.sampled_from(PrepaymentOption))
    settled = replay(agreed, [*events, Paid(on, fen, 100, option)])
    assert settled.principal_left_fen == 0
    assert settled.allocations[100].unallocated_fen == 0
    assert settled.settle_fen(on + dt.timedelta(days=900)) == 0


@settings(max_examples=60, deadline=None)
@given(lives())
def test_leaving_the_last_event_out_gives_the_course_before_it(
    life: tuple[Contract, list[Event]],
) -> None:
    agreed, events = life
    if not events:
        return
    before = replay(agreed, events[:-1])
    replay(agreed, events)
    assert replay(agreed, events[:-1]) == before
