import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from kernel.days import DayCount
from kernel.money import round_half_up
from loans.contract import MethodChanged, Paid, Repriced, TermChanged
from loans.course import Course, replay
from loans.facts import (
    Instalment,
    LoanScheduleFacts,
    PenaltyFacts,
    PrepaymentFacts,
    PrepaymentOption,
    RepaymentMethod,
    Repricing,
)
from loans.rules import decide_loan_schedule, decide_penalty, decide_prepayment
from policy.loader import book_from_packs
from tests.loans.courses import contract, run, with_conventions

BOOK = book_from_packs("kashgar", dt.date(2026, 1, 31))
SHORTEN, REDUCE = PrepaymentOption.SHORTEN, PrepaymentOption.REDUCE
METHODS = list(RepaymentMethod)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def facts(**changed: Any) -> dict[str, Any]:
    """The same loan as ``contract()``, as the calculators are told it."""
    agreed = contract(**changed)
    return {
        "principal": agreed.principal_fen,
        "term_months": agreed.term_months,
        "method": agreed.method,
        "disbursed_on": agreed.disbursed_on,
        "due_day": agreed.due_day,
        "annual_rate": agreed.annual_rate,
    }


def laid(course: Course) -> list[tuple[int, dt.date, int, int, int]]:
    return [
        (line.number, line.due_on, line.principal_fen, line.interest_fen, line.balance_fen)
        for line in course.lines
    ]


def calculated(**told: Any) -> list[tuple[int, dt.date, int, int, int]]:
    rows = decide_loan_schedule(LoanScheduleFacts(**told), BOOK).result.rows
    assert rows is not None
    return [
        (row.number, row.due_on, row.principal_fen, row.interest_fen, row.balance_fen)
        for row in rows
    ]


def pay_all_until(number: int, **changed: Any) -> list[Paid]:
    """Every instalment up to a number, paid on its due date."""
    rows = calculated(**facts(**changed))[:number]
    return [Paid(due, principal + interest, n) for n, due, principal, interest, _left in rows]


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"method": RepaymentMethod.LEVEL_PRINCIPAL},
        {"due_day": 25},
        {"due_day": 31, "disbursed_on": day("2026-01-31")},
        {"due_day": 29, "disbursed_on": day("2027-12-29"), "term_months": 40},
        {"due_day": 30, "disbursed_on": day("2028-01-31")},
        {"term_months": 1},
        {"annual_rate": Fraction(0)},
        {"annual_rate": Fraction(0), "method": RepaymentMethod.LEVEL_PRINCIPAL, "due_day": 3},
        {"principal_fen": 100, "term_months": 120},
        {"principal_fen": 7, "term_months": 12, "method": RepaymentMethod.LEVEL_PRINCIPAL},
    ],
)
def test_an_undisturbed_course_is_the_schedule_of_the_calculator(changed: dict[str, Any]) -> None:
    assert laid(run(**changed)) == calculated(**facts(**changed))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("on", ["2027-01-01", "2027-01-10", "2027-02-10", "2026-02-10"])
def test_a_new_rate_inside_a_period_or_on_a_due_day_comes_out_as_calculated(
    method: RepaymentMethod, on: str
) -> None:
    rate = Fraction(31, 1000)
    told = facts(method=method) | {"repricings": (Repricing(from_=day(on), annual_rate=rate),)}
    assert laid(run(Repriced(day(on), rate), method=method)) == calculated(**told)


def test_two_new_rates_in_one_period_cut_its_interest_twice() -> None:
    rates = [(day("2027-01-01"), Fraction(31, 1000)), (day("2027-01-05"), Fraction(21, 1000))]
    told = facts() | {"repricings": tuple(Repricing(from_=on, annual_rate=r) for on, r in rates)}
    assert laid(run(*(Repriced(on, rate) for on, rate in rates))) == calculated(**told)


def test_a_rate_that_stays_what_it_was_changes_no_instalment() -> None:
    same = Fraction(26, 1000)
    before = run(Paid(day("2026-02-20"), 3_000_000, 1, SHORTEN))
    after = run(
        Paid(day("2026-02-20"), 3_000_000, 1, SHORTEN),
        Repriced(day("2026-03-10"), same),
    )
    assert laid(after) == laid(before)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("option", list(PrepaymentOption))
@pytest.mark.parametrize("paid_on", ["2027-02-10", "2027-02-25", "2027-03-09"])
@pytest.mark.parametrize("due_day", [10, 25])
def test_a_prepayment_comes_out_as_calculated(
    method: RepaymentMethod, option: PrepaymentOption, paid_on: str, due_day: int
) -> None:
    changed = {"method": method, "due_day": due_day}
    paid = 11 if (due_day, paid_on) == (25, "2027-02-10") else 12
    told = PrepaymentFacts(
        **facts(**changed),
        paid_instalments=paid,
        amount=5_000_000,
        paid_on=day(paid_on),
        option=option,
    )
    said = decide_prepayment(told, BOOK).result
    course = run(
        *pay_all_until(paid, **changed), Paid(day(paid_on), 5_000_000, 999, option), **changed
    )
    given = course.allocations[999]
    assert (given.prepaid_principal_fen, given.prepaid_interest_fen) == (
        said.principal_fen,
        said.interest_fen,
    )
    assert course.principal_left_fen == said.balance_fen
    assert len(course.lines) - paid == said.remaining_instalments
    last = course.lines[-1]
    assert last.principal_fen + last.interest_fen == said.last_payment_fen


@pytest.mark.parametrize("brought", [0, 1, 4_000, 10_000, 150_000, 400_000, 9_999_999])
def test_penalties_and_shares_of_a_late_payment_come_out_as_calculated(brought: int) -> None:
    rows = calculated(**facts())[:3]
    told = PenaltyFacts(
        annual_rate=Fraction(26, 1000),
        instalments=tuple(
            Instalment(principal=principal, interest=interest, due_on=due)
            for _n, due, principal, interest, _left in rows
        ),
        paid_on=day("2026-05-31"),
        payment=brought,
    )
    said = decide_penalty(told, BOOK).result
    owed = run().owed_on(day("2026-05-31"))
    assert tuple(one.penalty_fen for one in owed) == said.penalties_fen
    if brought:
        given = run(Paid(day("2026-05-31"), brought, 1)).allocations[1]
        shares = {one.number: one for one in given.shares}
        assert said.allocation is not None
        for number, share in enumerate(said.allocation, start=1):
            taken = shares.get(number)
            seen = (taken.penalty_fen, taken.interest_fen, taken.principal_fen) if taken else None
            wanted = (share.penalty_fen, share.interest_fen, share.principal_fen)
            assert seen == (wanted if any(wanted) else None)
        assert given.unallocated_fen == said.unallocated_fen


def test_penalty_on_what_is_left_of_a_partly_paid_instalment_is_cut_at_payment_and_new_rate() -> (
    None
):
    first = run().lines[0]
    half = (first.principal_fen + first.interest_fen) // 2
    course = run(
        Paid(day("2026-03-20"), half, 1),  # 10 days late
        Repriced(day("2026-04-01"), Fraction(20, 1000)),  # 11 days further
    )
    whole = first.principal_fen + first.interest_fen
    early = whole * Fraction(26, 1000) * Fraction(3, 2) * Fraction(10, 360)
    left = whole - (half - round_half_up(early))
    late = (
        left
        * Fraction(3, 2)
        * (Fraction(26, 1000) * Fraction(11, 360) + Fraction(20, 1000) * Fraction(4, 360))
    )
    owed = course.owed_on(day("2026-04-05"))[0]
    assert owed.penalty_fen == round_half_up(early + late) - round_half_up(early)
    assert owed.interest_fen == 0  # paid before principal


def test_the_penalty_runs_on_principal_alone_where_the_law_says_so() -> None:
    agreed = with_conventions(penalty_on_interest=False)
    owed = replay(agreed, ()).owed_on(day("2026-04-09"))[0]
    base = owed.principal_fen * Fraction(26, 1000) * Fraction(3, 2) * Fraction(29, 360)
    assert owed.penalty_fen == round_half_up(base)


@pytest.mark.parametrize(("on", "free"), [("2026-03-13", True), ("2026-03-14", False)])
def test_what_is_paid_within_the_days_of_grace_never_owes_penalty(on: str, free: bool) -> None:
    agreed = with_conventions(grace_days=3)
    first = replay(agreed, ()).lines[0]
    whole = first.principal_fen + first.interest_fen
    course = replay(agreed, (Paid(day(on), whole, 1),))
    assert (course.lines[0].settled_on == day(on)) is free
    assert (not course.owed_on(day("2026-04-09"))) is free


def test_what_is_left_after_the_days_of_grace_owes_penalty_from_its_due_date() -> None:
    agreed = with_conventions(grace_days=3)
    first = replay(agreed, ()).lines[0]
    whole = first.principal_fen + first.interest_fen
    course = replay(agreed, (Paid(day("2026-03-12"), whole - 10_000, 1),))
    base = 10_000 * Fraction(26, 1000) * Fraction(3, 2) * Fraction(10, 360)
    assert course.owed_on(day("2026-03-20"))[0].penalty_fen == round_half_up(base)


def test_actual_days_count_the_leap_day() -> None:
    agreed = contract(
        disbursed_on=day("2028-01-20"),
        due_day=20,
        conventions=with_conventions(day_count=DayCount.ACT_365).conventions,
    )
    owed = replay(agreed, ()).owed_on(day("2028-03-01"))[0]
    base = (owed.principal_fen + owed.interest_fen) * Fraction(26, 1000) * Fraction(3, 2)
    assert owed.penalty_fen == round_half_up(base * Fraction(10, 365))


def test_a_due_day_of_31_falls_on_the_last_day_of_short_months_and_comes_back() -> None:
    course = run(disbursed_on=day("2027-12-31"), due_day=31, term_months=5)
    assert [str(line.due_on) for line in course.lines] == [
        "2028-01-31",
        "2028-02-29",
        "2028-03-31",
        "2028-04-30",
        "2028-05-31",
    ]


def test_money_brought_to_prepay_first_pays_what_is_late_with_its_penalty() -> None:
    due_fen = sum(one.total_fen for one in run().owed_on(day("2026-04-20")))
    course = run(Paid(day("2026-04-20"), due_fen + 1_000_000, 1, REDUCE))
    given = course.allocations[1]
    assert [share.number for share in given.shares] == [1, 2]
    assert given.prepaid_principal_fen + given.prepaid_interest_fen == 1_000_000
    assert course.owed_on(day("2026-04-20")) == ()


def test_money_without_an_option_repays_nothing_before_it_is_due() -> None:
    course = run(Paid(day("2026-02-20"), 1_000_000, 1))
    assert course.allocations[1].unallocated_fen == 1_000_000
    assert course.principal_left_fen == 27_000_000


def test_two_prepayments_in_a_period_each_bring_the_interest_since_its_start() -> None:
    accrued = Fraction(26, 1000) * Fraction(10, 360)
    course = run(
        Paid(day("2026-02-20"), 1_000_000, 1, REDUCE),
        Paid(day("2026-02-20"), 2_000_000, 2, SHORTEN),
    )
    for ref, cash in ((1, 1_000_000), (2, 2_000_000)):
        given = course.allocations[ref]
        assert given.prepaid_principal_fen == round_half_up(cash / (1 + accrued))
        assert given.prepaid_principal_fen + given.prepaid_interest_fen == cash


def test_a_prepayment_on_a_due_day_pays_that_instalment_and_then_principal_without_interest() -> (
    None
):
    first = run().lines[0]
    whole = first.principal_fen + first.interest_fen
    given = run(Paid(day("2026-03-10"), whole + 500_000, 1, REDUCE)).allocations[1]
    assert given.shares[0].principal_fen == first.principal_fen
    assert (given.prepaid_principal_fen, given.prepaid_interest_fen) == (500_000, 0)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("on", ["2026-02-10", "2026-02-24", "2026-03-10", "2026-07-03"])
def test_the_sum_that_settles_leaves_nothing_and_a_fen_less_leaves_the_loan_open(
    method: RepaymentMethod, on: str
) -> None:
    settle = run(method=method).settle_fen(day(on))
    course = run(Paid(day(on), settle, 1, SHORTEN), method=method)
    assert course.principal_left_fen == 0
    assert course.settle_fen(day(on)) == 0
    assert course.allocations[1].unallocated_fen == 0
    short = run(Paid(day(on), settle - 100, 1, SHORTEN), method=method)
    assert short.principal_left_fen > 0


def test_more_than_settles_is_left_over_to_the_fen() -> None:
    settle = run().settle_fen(day("2026-02-24"))
    course = run(Paid(day("2026-02-24"), settle + 3, 1, REDUCE))
    assert course.allocations[1].unallocated_fen == 3


def test_a_payment_rounded_up_never_ends_the_schedule_before_its_term() -> None:
    """One fen a month repays a hundred fen in a hundred months; the contract says 120."""
    course = run(principal_fen=100, term_months=120, annual_rate=Fraction(0))
    assert len(course.lines) == 120
    paid = [Paid(line.due_on, max(line.principal_fen, 1), line.number) for line in course.lines]
    late = replay(course.contract, [*paid[:105], Repriced(day("2035-01-01"), Fraction(1, 100))])
    assert len(late.lines) == 120


def test_a_changed_term_lays_the_rest_anew_and_leaves_what_is_due_alone() -> None:
    course = run(TermChanged(day("2026-05-01"), 120))
    assert len(course.lines) == 120
    assert laid(course)[:2] == laid(run())[:2]
    assert course.lines[-1].balance_fen == 0
    assert course.lines[2].principal_fen > run().lines[2].principal_fen


@pytest.mark.parametrize("term_months", [0, 1, 2])
def test_a_term_that_leaves_no_instalment_is_refused(term_months: int) -> None:
    with pytest.raises(ValueError, match="leave none"):
        run(TermChanged(day("2026-05-01"), term_months))


def test_a_changed_method_lays_the_rest_anew() -> None:
    course = run(MethodChanged(day("2026-05-01"), RepaymentMethod.LEVEL_PRINCIPAL))
    parts = {line.principal_fen for line in course.lines[2:-1]}
    assert len(parts) == 1
    assert course.lines[-1].balance_fen == 0


def test_events_never_go_back() -> None:
    with pytest.raises(ValueError, match="forward only"):
        run(Paid(day("2026-05-01"), 1, 1), Paid(day("2026-04-30"), 1, 2))
    with pytest.raises(ValueError, match="forward only"):
        run(Paid(day("2026-02-09"), 1, 1))
