"""History stays what it was, even for who writes SQL by hand."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from ledger import guards
from ledger.models import Entry, LedgerAccount
from ledger.queries import get_ledger_account
from office.services import close_day

from .conftest import FIRST_DAY, Books

CHANGES = [
    "UPDATE ledger_posting SET amount_fen = 1",
    "UPDATE ledger_posting SET component = 'SUBSIDY'",
    "UPDATE ledger_posting SET value_date = '2020-01-01'",
    "DELETE FROM ledger_posting",
    "UPDATE ledger_entry SET memo = 'x'",
    "UPDATE ledger_entry SET business_date = '2020-01-01'",
    "DELETE FROM ledger_entry",
    "UPDATE ledger_ledgeraccount SET code = code || 'x'",
    "UPDATE ledger_ledgeraccount SET normal_side = 'DEBIT'",
    "DELETE FROM ledger_ledgeraccount WHERE role = 'LINE'",
]


def run(sql: str, parameters: list[object] | None = None) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


@pytest.mark.parametrize("sql", CHANGES)
def test_what_is_posted_can_neither_be_changed_nor_deleted(books: Books, sql):
    books.book("银行", "个人:张三", "5.00", key="deposit:1")

    with pytest.raises(IntegrityError):
        run(sql)


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["ledger_posting", "ledger_entry", "ledger_ledgeraccount"])
def test_no_table_of_the_books_can_be_emptied(books: Books, table):
    with pytest.raises(IntegrityError):
        run(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE")


@pytest.mark.postgres
@pytest.mark.parametrize("sql", ["DELETE FROM ledger_posting", "DELETE FROM ledger_entry"])
def test_the_replica_role_opens_no_back_door(books: Books, sql):
    books.book("银行", "个人:张三", "5.00", key="deposit:1")

    with pytest.raises(IntegrityError):
        run(f"SET LOCAL session_replication_role = replica; {sql}")


def test_no_form_of_insert_replaces_a_row(books: Books):
    entry = books.book("银行", "个人:张三", "5.00", key="deposit:1")
    columns = "id, entry_id, seq, debit_id, credit_id, component, value_date, amount_fen"
    chosen = f"SELECT {columns.replace('amount_fen', '1')} FROM ledger_posting WHERE entry_id = %s"
    replace = (
        f"INSERT OR REPLACE INTO ledger_posting ({columns}) {chosen}"
        if connection.vendor == "sqlite"
        else f"INSERT INTO ledger_posting ({columns}) {chosen}"
        " ON CONFLICT (id) DO UPDATE SET amount_fen = 1"
    )

    with pytest.raises(IntegrityError):
        run(replace, [entry.pk])


def insert_posting(entry: int, debit: int, credit: int, **changed: object) -> None:
    row = {
        "seq": 9,
        "amount_fen": 100,
        "component": "PRINCIPAL",
        "value_date": FIRST_DAY,
        **changed,
    }
    run(
        "INSERT INTO ledger_posting"
        " (entry_id, debit_id, credit_id, seq, amount_fen, component, value_date)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [entry, debit, credit, *row.values()],
    )


def test_a_posting_by_hand_needs_its_entry_and_both_accounts(books: Books):
    entry = books.book("银行", "个人:张三", "5.00", key="deposit:1")
    bank, member = books.ledger_account("银行").pk, books.ledger_account("个人:张三").pk
    insert_posting(entry.pk, bank, member)

    for wrong in [(10**9, bank, member), (entry.pk, 10**9, member), (entry.pk, bank, 10**9)]:
        with pytest.raises(IntegrityError):
            insert_posting(*wrong, seq=10)


@pytest.mark.parametrize("code", ["201", "20102", "101"])
def test_a_posting_by_hand_cannot_stand_on_a_sum(books: Books, code):
    entry = books.book("银行", "个人:张三", "5.00", key="deposit:1")
    total = get_ledger_account(books.centre, code).pk

    with pytest.raises(IntegrityError):
        insert_posting(entry.pk, books.ledger_account("银行").pk, total)


def test_a_posting_by_hand_cannot_reach_another_centre(books: Books, other_books: Books):
    entry = books.book("银行", "个人:张三", "5.00", key="deposit:1")
    bank, member = books.ledger_account("银行").pk, books.ledger_account("个人:张三").pk
    foreign = other_books.ledger_account("个人:李四").pk

    for debit, credit in [(bank, foreign), (foreign, member)]:
        with pytest.raises(IntegrityError):
            insert_posting(entry.pk, debit, credit)


@pytest.mark.parametrize(
    "changed",
    [
        {"amount_fen": 0},
        {"amount_fen": -1},
        {"amount_fen": 10**14},
        {"component": "GIFT"},
        {"seq": 1},
        {"seq": -1},
    ],
)
def test_the_database_itself_refuses_what_is_no_posting(books: Books, changed):
    entry = books.book("银行", "个人:张三", "5.00", key="deposit:1")
    bank, member = books.ledger_account("银行").pk, books.ledger_account("个人:张三").pk

    with pytest.raises(IntegrityError):
        insert_posting(entry.pk, bank, member, **changed)


def test_the_database_itself_refuses_one_account_on_both_sides(books: Books):
    entry = books.book("银行", "个人:张三", "5.00", key="deposit:1")
    bank = books.ledger_account("银行").pk

    with pytest.raises(IntegrityError):
        insert_posting(entry.pk, bank, bank)


def test_the_database_itself_refuses_an_overdraft(books: Books):
    books.book("银行", "个人:张三", "5.00", key="deposit:1")

    with pytest.raises(IntegrityError):
        LedgerAccount.objects.filter(code="20102.000001").update(debits_fen=501)


def test_totals_are_kept_on_lines_only(books: Books):
    with pytest.raises(IntegrityError):
        LedgerAccount.objects.filter(code="10101").update(debits_fen=1)


def test_the_database_itself_refuses_a_second_entry_of_a_key(books: Books):
    entry = books.book("银行", "个人:张三", "5.00", key="deposit:1")
    entry.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save(force_insert=True)


@pytest.mark.parametrize(
    "changed", [{"kind": "REVERSAL"}, {"key": "x" * 121}, {"key": ""}, {"document_no": ""}]
)
def test_the_database_itself_refuses_what_is_no_entry(books: Books, changed):
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.create(
            **{
                "centre": books.centre,
                "business_date": FIRST_DAY,
                "kind": "DEPOSIT",
                "key": "deposit:1",
                "document_no": "D1",
                "maker": books.maker,
                **changed,
            }
        )
    assert not Entry.objects.exists()


@pytest.mark.parametrize("shut", [True, False])
def test_the_database_itself_refuses_a_day_that_is_not_open(books: Books, shut):
    day = FIRST_DAY if shut else FIRST_DAY + dt.timedelta(days=1)
    if shut:
        close_day(centre=books.centre, by=books.maker)

    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(
            centre=books.centre,
            business_date=day,
            kind="DEPOSIT",
            key="deposit:1",
            document_no="D1",
            maker=books.maker,
        )


def test_a_missing_guard_is_noticed(books: Books):
    assert guards.check_guards() == []
    guards.drop_guards()
    assert guards.check_guards() == [f"ledger_posting: {guards.NAME}"]
    guards.install_guards()
    assert guards.check_guards() == []
