"""The year roll: who agreed on more, or less, than the limits of today or of the next year."""

import datetime as dt

import pytest

from accounts.services import change_agreement, seal
from contributions.errors import DepositRefused
from contributions.limits import list_bounds, next_limit_year, outside_limits
from contributions.services import receive_deposit
from policy.queries import open_book
from tests.accounts.builders import make_stage, make_terms
from tests.contributions.limits import MAXIMUM, MINIMUM, publish

JULY, JANUARY = dt.date(2026, 7, 1), dt.date(2027, 1, 1)


def outside(stage):
    """Give number, side, limit and first day of everybody outside."""
    bounds = list_bounds(open_book(stage.centre.code, stage.day))
    rows = outside_limits(stage.centre, bounds).order_by("number")
    return [(row.number, row.side, row.limit_fen, row.outside_from) for row in rows]


def unknown(stage):
    bounds = list_bounds(open_book(stage.centre.code, stage.day))
    return [(bound.key, bound.day) for bound in bounds if not bound.known]


def pay(stage, account, fen):
    return receive_deposit(
        member_account=account,
        amount_fen=fen,
        business_date=stage.day,
        document_no=f"D-{account.pk}-{stage.day}",
        clerk=stage.clerk,
    )


@pytest.mark.parametrize(
    ("centre", "day", "begins"),
    [
        ("kashgar", dt.date(2026, 6, 30), JULY),
        ("kashgar", JULY, dt.date(2027, 7, 1)),
        ("yantai", dt.date(2026, 3, 10), JULY),
        ("lianyungang", dt.date(2026, 12, 31), JANUARY),
        ("lianyungang", JANUARY, dt.date(2028, 1, 1)),
    ],
)
def test_the_next_limit_year_begins_in_july_or_january(db, centre, day, begins):
    make_stage(centre)
    assert next_limit_year(open_book(centre, day), day) == begins


def test_on_the_new_maximum_one_stays_inside_and_a_fen_above_lies_outside(stage):
    publish(stage, MAXIMUM, "5900.00", JULY)
    stage.open_account(make_terms(monthly_amount_fen=590_000))
    above = stage.open_account(make_terms(monthly_amount_fen=590_001))
    highest = stage.open_account(make_terms(monthly_amount_fen=595_000))

    assert outside(stage) == [
        (above.number, "ABOVE", 590_000, JULY),
        (highest.number, "ABOVE", 590_000, JULY),
    ]


def test_the_maximum_of_5950_published_again_concerns_nobody(stage):
    publish(stage, MAXIMUM, "5950.00", JULY)
    stage.open_account(make_terms(monthly_amount_fen=595_000))
    assert outside(stage) == []
    assert unknown(stage) == [(MINIMUM, JULY)]


@pytest.mark.parametrize(
    ("key", "printed", "monthly_fen", "found"),
    [
        (MAXIMUM, "6511.99", 651_200, [("ABOVE", 651_199)]),
        (MAXIMUM, "6512.00", 651_200, []),
        (MINIMUM, "201.01", 20_100, [("BELOW", 20_101)]),
        (MINIMUM, "201.00", 20_100, []),
    ],
)
def test_yantais_limits_of_6512_and_201_hold_on_the_fen(db, key, printed, monthly_fen, found):
    town = make_stage("yantai")
    publish(town, key, printed, JULY)
    town.open_account(make_terms("QUARTERLY", monthly_fen))
    assert [row[1:3] for row in outside(town)] == found


def test_lianyungang_rolls_in_january_and_has_no_minimum_of_the_month(db):
    town = make_stage("lianyungang")
    publish(town, MAXIMUM, "7000.00", JANUARY)
    account = town.open_account(make_terms("MONTHLY", 700_001))
    town.open_account(make_terms("MONTHLY", 10_000))
    town.open_account(make_terms("FREE", None))

    assert outside(town) == [(account.number, "ABOVE", 700_000, JANUARY)]
    assert {bound.key for bound in list_bounds(open_book("lianyungang", town.day))} == {MAXIMUM}


def test_free_mode_of_any_amount_is_not_bound_by_the_month(db):
    town = make_stage("bazhong")
    publish(town, MAXIMUM, "5000.00", JULY)
    town.open_account(make_terms("FREE", 600_000))
    monthly = town.open_account(make_terms("MONTHLY", 600_000))
    assert [row[0] for row in outside(town)] == [monthly.number]


def test_free_mode_of_whole_multiples_is_bound_by_the_month(stage):
    publish(stage, MAXIMUM, "5000.00", JULY)
    account = stage.open_account(make_terms("FREE", 595_000))
    assert [row[0] for row in outside(stage)] == [account.number]


def test_a_limit_only_carried_on_into_the_next_year_is_not_published_and_lists_nobody(db):
    town = make_stage("lianyungang")
    town.open_account(make_terms("MONTHLY", 757_080))
    assert unknown(town) == [(MAXIMUM, JANUARY)]
    assert outside(town) == []


def test_a_limit_that_was_taken_back_lists_nobody(stage):
    stage.open_account(make_terms(monthly_amount_fen=595_000))
    publish(stage, MAXIMUM, None, JULY, reason="上限另行公布")
    assert (MAXIMUM, JULY) in unknown(stage)
    assert outside(stage) == []


def test_nobody_is_listed_before_the_centres_text_begins(db):
    make_stage("yantai")
    assert list_bounds(open_book("yantai", dt.date(2025, 1, 21))) == []


def test_whoever_contributes_no_more_is_not_listed(stage):
    publish(stage, MAXIMUM, "5000.00", JULY)
    account = stage.open_account(make_terms(monthly_amount_fen=595_000))
    seal(member_account=account, business_date=stage.day, document_no="S-1", by=stage.clerk)
    assert outside(stage) == []


def test_other_centres_agreements_are_not_listed(stage):
    publish(stage, MAXIMUM, "5000.00", JULY)
    make_stage("yantai").open_account(make_terms(monthly_amount_fen=651_200))
    assert outside(stage) == []


def test_in_the_new_year_such_a_deposit_is_refused_by_the_notices_clause(stage):
    publish(stage, MAXIMUM, "5000.00", JULY)
    account = stage.open_account(make_terms(monthly_amount_fen=595_000))
    stage.on(dt.date(2026, 6, 30))
    pay(stage, account, 595_000)
    stage.on(JULY)

    with pytest.raises(DepositRefused) as caught:
        pay(stage, account, 595_000)

    (reason,) = caught.value.decision.refusals
    assert reason.code == "monthly_maximum"
    assert [str(one.clause) for one in reason.citations] == ["一"]
    assert outside(stage) == [(account.number, "ABOVE", 500_000, JULY)]


def test_a_version_signed_within_the_limits_leaves_the_list_and_is_paid_again(stage):
    publish(stage, MAXIMUM, "5000.00", JULY)
    account = stage.open_account(make_terms(monthly_amount_fen=595_000))
    stage.on(dt.date(2026, 6, 29))
    change_agreement(
        member_account=account,
        mode="MONTHLY",
        monthly_amount_fen=500_000,
        business_date=stage.day,
        document_no="A-1",
        clerk=stage.clerk,
    )
    assert outside(stage) == []
    stage.on(JULY)
    assert pay(stage, account, 500_000).months_covered == 1
