"""What the books say: balances, components, lots, statements, the trial balance."""

import datetime as dt
from dataclasses import replace

import pytest

from ledger.facts import Component
from ledger.models import Entry
from ledger.postings import conversion_moves, interest_moves, reversal_moves, spread, subsidy_moves
from ledger.queries import (
    balances_by_component,
    find_entry,
    find_reversal,
    get_balance_fen,
    get_balance_on_fen,
    get_ledger_account,
    get_statement,
    get_voucher_lines,
    list_lots,
    list_statement,
    trial_balance,
)
from ledger.services import post, reverse

from .conftest import FIRST_DAY, Books

SECOND_DAY = FIRST_DAY + dt.timedelta(days=1)


@pytest.fixture
def told(books: Books) -> Books:
    """Two days in the life of 张三: 500 in, 3.25 interest, 20 subsidy; then 100 out."""
    member, expense = books.ledger_account("个人:张三"), books.ledger_account("利息支出")
    books.book("银行", "个人:张三", "500.00", key="deposit:1")
    moves = [
        *interest_moves(expense=expense, member=member, amount_fen=325, value_date=FIRST_DAY),
        *subsidy_moves(
            expense=books.ledger_account("补贴支出"),
            member=member,
            amount_fen=2_000,
            value_date=FIRST_DAY,
        ),
    ]
    post(
        centre=books.centre,
        key="settle:2025",
        kind=Entry.Kind.INTEREST,
        business_date=FIRST_DAY,
        document_no="S1",
        maker=books.maker,
        moves=moves,
    )
    books.book("个人:张三", "银行", "100.00", key="withdrawal:1", on=books.on(SECOND_DAY))
    return books


def test_a_balance_is_told_for_now_and_for_a_day(told: Books):
    member = told.ledger_account("个人:张三")
    assert get_balance_fen(member) == 42_325
    assert get_balance_on_fen(member, FIRST_DAY) == 52_325
    assert get_balance_on_fen(member, FIRST_DAY - dt.timedelta(days=1)) == 0


@pytest.mark.parametrize(
    ("code", "balance_fen"),
    [
        ("20102", 42_325),
        ("201", 42_325),
        ("20101", 0),
        ("10101", 40_000),
        ("101", 40_000),
        ("411", 2_325),
    ],
)
def test_a_general_account_is_the_sum_of_what_stands_below(told: Books, code, balance_fen):
    assert get_balance_fen(get_ledger_account(told.centre, code)) == balance_fen


def test_a_balance_is_told_by_component(told: Books):
    assert balances_by_component(told.ledger_account("个人:张三")) == {
        Component.PRINCIPAL: 40_000,
        Component.TRANSFER_IN: 0,
        Component.INTEREST: 325,
        Component.SUBSIDY: 2_000,
    }


def test_lots_are_the_postings_signed_and_dated(told: Books):
    lots = list_lots(told.ledger_account("个人:张三"))
    assert [(lot.value_date, lot.amount_fen, lot.component.value) for lot in lots] == [
        (FIRST_DAY, 50_000, "PRINCIPAL"),
        (FIRST_DAY, 325, "INTEREST"),
        (FIRST_DAY, 2_000, "SUBSIDY"),
        (SECOND_DAY, -10_000, "PRINCIPAL"),
    ]


def test_a_reversed_entry_leaves_lots_that_cancel_out_on_the_same_day(told: Books):
    wrong = find_entry(told.centre, "deposit:1")
    assert wrong is not None
    told.book("银行", "个人:张三", "600.00", key="deposit:2", on=SECOND_DAY)
    undo = reverse(
        entry=wrong, key="r:1", business_date=SECOND_DAY, maker=told.maker, document_no="R1"
    )
    lots = [lot for lot in list_lots(told.ledger_account("个人:张三")) if lot.entry_id != 0]
    assert sum(lot.amount_fen for lot in lots if lot.value_date == FIRST_DAY) == 2_325
    assert find_reversal(wrong) == undo


def test_a_statement_runs_from_what_was_there_to_what_is(told: Books):
    statement = get_statement([told.ledger_account("个人:张三")], SECOND_DAY, SECOND_DAY)
    assert (statement.opening_fen, statement.closing_fen) == (52_325, 42_325)
    (line,) = statement.lines
    assert (line.debit_fen, line.credit_fen, line.balance_fen) == (10_000, 0, 42_325)


def test_every_line_of_a_statement_tells_the_balance_after_it(told: Books):
    lines = list_statement([told.ledger_account("个人:张三")], FIRST_DAY, SECOND_DAY)
    assert [line.balance_fen for line in lines] == [50_000, 50_325, 52_325, 42_325]


def test_a_conversion_shows_twice_on_the_statement_of_both_and_changes_nothing(told: Books):
    flex, unit = told.ledger_account("个人:张三"), told.ledger_account("单位:张三")
    post(
        centre=told.centre,
        key="conversion:1",
        kind=Entry.Kind.CONVERSION,
        business_date=SECOND_DAY,
        document_no="C1",
        maker=told.maker,
        moves=conversion_moves(
            source=flex, target=unit, parts=balances_by_component(flex), value_date=SECOND_DAY
        ),
    )
    statement = get_statement([flex, unit], FIRST_DAY, SECOND_DAY)
    assert statement.closing_fen == 42_325
    assert len(statement.lines) == 4 + 2 * 3
    assert balances_by_component(unit)[Component.SUBSIDY] == 2_000


def test_the_trial_balance_agrees_on_both_sides(told: Books):
    table = trial_balance(told.centre, SECOND_DAY)
    assert table.balances
    assert table.debits_fen == table.credits_fen == 62_325
    assert table.debit_balances_fen == table.credit_balances_fen == 42_325
    rows = {row.code: row for row in table.rows}
    assert rows["20102"].closing_fen == rows["201"].closing_fen == -42_325
    assert (rows["20102"].debits_fen, rows["20102"].credits_fen) == (10_000, 52_325)
    assert (rows["101"].level, rows["10101"].level) == (0, 1)


def test_the_trial_balance_carries_forward_what_was_before_its_first_day(told: Books):
    table = trial_balance(told.centre, SECOND_DAY, since=SECOND_DAY)
    rows = {row.code: row for row in table.rows}
    assert table.balances
    assert (rows["20102"].opening_fen, rows["20102"].debits_fen) == (-52_325, 10_000)
    assert rows["10101"].closing_fen == 40_000


def test_the_trial_balance_of_a_day_leaves_out_what_came_after(told: Books):
    assert trial_balance(told.centre, FIRST_DAY).debit_balances_fen == 52_325


def test_books_without_entries_balance(books: Books, other_books: Books):
    other_books.book("银行", "个人:张三", "1.00", key="deposit:1")
    table = trial_balance(books.centre, FIRST_DAY)
    assert table.balances
    assert table.debits_fen == 0


def test_a_voucher_adds_up_the_members_of_a_batch(books: Books):
    entry = post(
        centre=books.centre,
        key="batch:1",
        kind=Entry.Kind.DEPOSIT,
        business_date=FIRST_DAY,
        document_no="B1",
        maker=books.maker,
        moves=[
            books.move("银行", f"个人:{name}", "100.00", FIRST_DAY) for name in ("甲", "乙", "丙")
        ],
    )
    lines = get_voucher_lines(entry)
    assert [(code, debit, credit) for code, _, debit, credit in lines] == [
        ("10101", 30_000, 0),
        ("20102", 0, 30_000),
    ]


@pytest.mark.parametrize(
    ("asked", "parts"),
    [
        (0, {}),
        (50, {"PRINCIPAL": 50}),
        (100, {"PRINCIPAL": 100}),
        (101, {"PRINCIPAL": 100, "INTEREST": 1}),
        (130, {"PRINCIPAL": 100, "INTEREST": 10, "SUBSIDY": 20}),
    ],
)
def test_a_sum_is_spread_over_the_components_that_hold_money(asked, parts):
    held = {Component.PRINCIPAL: 100, Component.INTEREST: 10, Component.SUBSIDY: 20}
    assert spread(held, asked) == parts


@pytest.mark.parametrize("asked", [131, 10**9])
def test_more_than_all_components_hold_cannot_be_spread(asked):
    with pytest.raises(ValueError, match="130 fen held"):
        spread({Component.PRINCIPAL: 100, Component.INTEREST: 30}, asked)


def test_a_component_below_zero_is_left_alone():
    assert spread({Component.PRINCIPAL: -5, Component.INTEREST: 10}, 10) == {Component.INTEREST: 10}


def test_undoing_an_undoing_gives_the_moves_back(books: Books):
    moves = [books.move("银行", "个人:张三", "1.00", FIRST_DAY)]
    moves.append(replace(moves[0], amount_fen=7, component=Component.SUBSIDY))
    assert reversal_moves(reversal_moves(moves)) == moves
