"""1 January: which rate a running loan takes, by the published table; once, and caught up."""

import datetime as dt
from functools import cache

import pytest

from kernel.rates import parse_percent
from loans.facts import EventKind
from loans.models import LoanEvent
from loans.pricing import keeps_its_rate, rate_after_change, repricing_days
from loans.queries import get_course
from loans.services import record_loan_event, reprice_loans
from policy.loader import load_packs
from tests.contributions.withdrawals import add_payer, make_payer
from tests.loans.running import make_loan

BEFORE = dt.date(2024, 3, 12)  # before the change of 2024-05-18, in Lianyungang


@cache
def law():
    return load_packs()


def reprice(stage):
    return reprice_loans(centre=stage.centre, business_date=stage.day, by=stage.system)


def events(loan):
    rows = LoanEvent.objects.filter(loan=loan, kind="REPRICED").order_by("value_date")
    return [(row.value_date.isoformat(), row.facts["annual_rate"]) for row in rows]


def make_old_loan(**changes):
    stage, account = make_payer("lianyungang", day=BEFORE)
    return stage, make_loan(stage, account, **{"rate_percent": "3.10", **changes})


# disbursed, months, home, contract's rate, 1 January of, rate then
PUBLISHED = [
    ("2022-09-30", 61, 1, "3.25", 2023, "3.10"),
    ("2022-09-30", 60, 1, "2.75", 2023, "2.60"),
    ("2022-09-30", 61, 2, "3.575", 2023, "3.575"),
    ("2022-10-01", 61, 1, "3.10", 2023, "3.10"),
    ("2024-05-17", 61, 1, "3.10", 2025, "2.85"),
    ("2024-05-17", 60, 1, "2.60", 2025, "2.35"),
    ("2024-05-17", 60, 2, "3.025", 2025, "2.775"),
    ("2024-05-17", 61, 2, "3.575", 2025, "3.325"),
    ("2024-05-18", 61, 1, "2.85", 2025, "2.85"),
    ("2025-05-07", 61, 1, "2.85", 2026, "2.60"),
    ("2025-05-07", 60, 1, "2.35", 2026, "2.10"),
    ("2025-05-07", 60, 2, "2.775", 2026, "2.525"),
    ("2025-05-07", 61, 2, "3.325", 2026, "3.075"),
    ("2025-05-08", 61, 1, "2.60", 2026, "2.60"),
    ("2015-08-26", 61, 1, "3.25", 2026, "2.60"),
]


@pytest.mark.parametrize(("disbursed", "months", "home", "agreed", "year", "rate"), PUBLISHED)
def test_the_published_rates_hold_from_the_first_of_january(
    disbursed, months, home, agreed, year, rate
):
    found = rate_after_change(
        law().book("kashgar", dt.date(year, 1, 1)),
        dt.date(year, 1, 1),
        agreed_on=dt.date.fromisoformat(disbursed),
        agreed=parse_percent(agreed),
        contract_term=months,
        home_number=home,
    )
    assert found == parse_percent(rate)


def test_a_second_home_keeps_its_margin_above_the_floor():
    found = rate_after_change(
        law().book("kashgar", dt.date(2026, 1, 1)),
        dt.date(2026, 1, 1),
        agreed_on=dt.date(2025, 5, 7),
        agreed=parse_percent("3.50"),
        contract_term=120,
        home_number=2,
    )
    assert found == parse_percent("3.25")


@pytest.mark.parametrize(("months", "keeps"), [(12, True), (13, False)])
def test_a_contract_of_a_year_keeps_its_rate(months, keeps):
    assert keeps_its_rate(law().book("kashgar", dt.date(2026, 1, 1)), months) is keeps


def test_the_days_are_the_first_of_january_of_each_year_after_the_payment():
    book = law().book("kashgar", dt.date(2026, 3, 1))
    days = repricing_days(book, dt.date(2024, 1, 1), dt.date(2026, 1, 1))
    assert days == [dt.date(2025, 1, 1), dt.date(2026, 1, 1)]
    assert repricing_days(book, dt.date(2025, 12, 31), dt.date(2025, 12, 31)) == []


def test_a_running_loan_takes_the_new_rate_on_the_day_and_not_the_day_before(db):
    stage, loan = make_old_loan()
    stage.on(dt.date(2024, 12, 31))
    assert reprice(stage) == {"repriced": 0, "out_of_order": 0}
    stage.on(dt.date(2025, 1, 1))
    assert reprice(stage) == {"repriced": 1, "out_of_order": 0}
    assert events(loan) == [("2025-01-01", "2.85")]
    terms = get_course(loan).terms
    assert terms.rate_on(dt.date(2024, 12, 31)) == parse_percent("3.10")
    assert terms.rate_on(dt.date(2025, 1, 1)) == parse_percent("2.85")


def test_again_and_on_every_later_day_nothing_changes(db):
    stage, loan = make_old_loan()
    stage.on(dt.date(2025, 1, 1))
    reprice(stage)
    laid = list(loan.instalments.values_list("number", "interest_fen", "principal_fen"))
    for day in (dt.date(2025, 1, 1), dt.date(2025, 6, 1)):
        stage.on(day)
        assert reprice(stage) == {"repriced": 0, "out_of_order": 0}
    assert list(loan.instalments.values_list("number", "interest_fen", "principal_fen")) == laid


def test_years_that_were_missed_are_caught_up(db):
    stage, loan = make_old_loan()
    stage.on(dt.date(2026, 2, 3))
    assert reprice(stage)["repriced"] == 2
    assert events(loan) == [("2025-01-01", "2.85"), ("2026-01-01", "2.60")]


def test_a_year_without_a_change_of_the_table_writes_nothing(db):
    stage, account = make_payer("kashgar", day=dt.date(2025, 6, 2))
    loan = make_loan(stage, account)
    stage.on(dt.date(2026, 1, 1))
    assert reprice(stage)["repriced"] == 0
    assert events(loan) == []


def test_the_class_is_that_of_the_contract_whatever_the_term_becomes(db):
    stage, loan = make_old_loan(term_months=60, rate_percent="2.60")
    record_loan_event(
        loan=loan,
        kind=EventKind.TERM_CHANGED,
        value_date=stage.day,
        business_date=stage.day,
        document_no="LG-1",
        facts={"term_months": 120},
        by=stage.clerk,
    )
    stage.on(dt.date(2025, 1, 1))
    reprice(stage)
    assert events(loan) == [("2025-01-01", "2.35")]


def test_a_loan_that_has_moved_on_is_left_and_counted(db):
    stage, loan = make_old_loan()
    stage.on(dt.date(2025, 2, 5))
    record_loan_event(
        loan=loan,
        kind=EventKind.PAID,
        value_date=stage.day,
        business_date=stage.day,
        document_no="RP-1",
        amount_fen=100,
        by=stage.clerk,
    )
    other = make_loan(stage, add_payer(stage), rate_percent="2.85")
    assert reprice(stage) == {"repriced": 0, "out_of_order": 1}
    assert events(loan) == events(other) == []


@pytest.mark.parametrize(("due_day", "segments"), [(1, False), (12, True)])
def test_a_change_on_a_due_day_begins_the_next_period_and_one_inside_it_cuts_it(
    db, due_day, segments
):
    """Due on 1 January: the whole next instalment is at the new rate, and so is its payment."""
    stage, loan = make_old_loan(due_day=due_day)
    stage.on(dt.date(2025, 1, 1))
    before = {line.number: line for line in get_course(loan).lines}
    reprice(stage)
    after = {line.number: line for line in get_course(loan).lines}
    running = get_course(loan).due_by(stage.day) + 1
    old, new = before[running], after[running]
    assert new.interest_fen < old.interest_fen
    same_payment = new.principal_fen + new.interest_fen == old.principal_fen + old.interest_fen
    assert same_payment is segments, "inside a period the payment stays until the next one"
    following = after[running + 1]
    assert following.principal_fen + following.interest_fen < old.principal_fen + old.interest_fen


def test_a_loan_paid_off_or_given_up_is_not_repriced(db):
    stage, loan = make_old_loan()
    type(loan).objects.filter(pk=loan.pk).update(state="SETTLED", ended_date=stage.day)
    stage.on(dt.date(2025, 1, 1))
    assert reprice(stage)["repriced"] == 0
