"""What may be posted, what is refused, and what the balances say afterwards."""

import datetime as dt
from dataclasses import replace

import pytest

from ledger.chart import CHART, Code
from ledger.errors import (
    AlreadyReversed,
    BadLine,
    BadMove,
    EmptyEntry,
    ForeignCentre,
    InsufficientBalance,
    KeyReused,
    NotAPostingAccount,
    UnknownLedgerAccount,
)
from ledger.facts import Component
from ledger.models import Entry, LedgerAccount, Posting
from ledger.postings import Move
from ledger.queries import get_balance_on_fen, get_ledger_account
from ledger.services import (
    open_books,
    open_detail_account,
    open_member_account,
    open_member_accounts,
    post,
    reverse,
)
from office.models import Centre
from office.services import DayNotOpen, close_day

from .conftest import FIRST_DAY, Books


def test_a_member_can_take_out_what_was_put_in_and_not_one_fen_more(ledger_story):
    ledger_story("""
        # 日期        借方        贷方        元        结果
        2025-07-01   银行        个人:张三   500.00    入账
        2025-07-02   个人:张三   银行        500.01    余额不足
        2025-07-02   个人:张三   银行        0.10      入账
        2025-07-02   个人:张三   银行        0.20      入账
        2025-07-03   个人:张三   银行        499.70    入账
        余额          个人:张三   0.00
        余额          银行        0.00
    """)


def test_identity_may_change_and_the_money_goes_with_it(ledger_story):
    ledger_story("""
        2025-07-01   银行        个人:张三   300.00    入账
        2025-07-02   个人:张三   单位:张三   300.00    入账
        2025-07-02   个人:张三   银行        0.01      余额不足
        2025-07-02   单位:张三   银行        100.00    入账
        余额          个人:张三   0.00
        余额          单位:张三   200.00
    """)


def test_a_loan_can_be_repaid_and_not_one_fen_more(ledger_story):
    ledger_story("""
        2025-07-01   银行        个人:张三   1000.00   入账
        2025-07-01   贷款:张三   银行        800.00    入账
        2025-07-02   个人:张三   贷款:张三   800.01    余额不足
        2025-07-02   个人:张三   贷款:张三   800.00    入账
        余额          贷款:张三   0.00
        余额          个人:张三   200.00
    """)


def test_money_without_an_owner_waits_in_suspense(ledger_story):
    ledger_story("""
        2025-07-01   银行        暂存款      300.00    入账
        2025-07-01   个人:李四   银行        0.01      余额不足
        2025-07-02   暂存款      个人:李四   300.00    入账
        余额          暂存款      0.00
        余额          个人:李四   300.00
    """)


def test_a_refusal_names_account_balance_and_sum_and_writes_nothing(books: Books):
    books.book("银行", "个人:张三", "500.00", key="deposit:1")

    with pytest.raises(InsufficientBalance) as refused:
        books.book("个人:张三", "银行", "500.01", key="withdrawal:1")

    assert (refused.value.balance_fen, refused.value.asked_fen) == (50_000, 50_001)
    assert "20102.000001" in str(refused.value)
    assert "500.01" in str(refused.value)
    assert Entry.objects.count() == 1
    assert Posting.objects.count() == 1


def test_the_same_key_and_content_gives_the_first_entry(books: Books):
    first = books.book("银行", "个人:张三", "500.00", key="deposit:1")

    assert books.book("银行", "个人:张三", "500.00", key="deposit:1") == first
    assert books.balance("个人:张三") == 50_000


def test_a_retry_after_closing_time_still_gets_its_entry(books: Books):
    first = books.book("银行", "个人:张三", "500.00", key="deposit:1")
    close_day(centre=books.centre, by=books.maker)

    assert books.book("银行", "个人:张三", "500.00", key="deposit:1") == first


@pytest.mark.parametrize(
    ("debit", "credit", "yuan"),
    [
        ("银行", "个人:张三", "500.01"),
        ("银行", "个人:李四", "500.00"),
        ("个人:张三", "银行", "500.00"),
    ],
)
def test_the_same_key_with_other_content_is_refused(books: Books, debit, credit, yuan):
    books.book("银行", "个人:张三", "500.00", key="deposit:1")

    with pytest.raises(KeyReused, match="deposit:1"):
        books.book(debit, credit, yuan, key="deposit:1")


@pytest.mark.parametrize(
    "changed", [{"kind": "WITHDRAWAL"}, {"document_no": "other"}, {"memo": "other"}]
)
def test_the_same_key_with_another_head_is_refused(books: Books, changed):
    head = {
        "centre": books.centre,
        "key": "deposit:1",
        "kind": "DEPOSIT",
        "business_date": FIRST_DAY,
        "document_no": "D1",
        "maker": books.maker,
        "moves": [books.move("银行", "个人:张三", "1.00", FIRST_DAY)],
    }
    post(**head)

    with pytest.raises(KeyReused):
        post(**{**head, **changed})


def test_two_centres_may_use_the_same_key(books: Books, other_books: Books):
    books.book("银行", "个人:张三", "1.00", key="settle:2026:1")
    other_books.book("银行", "个人:张三", "2.00", key="settle:2026:1")

    assert (books.balance("个人:张三"), other_books.balance("个人:张三")) == (100, 200)


@pytest.mark.parametrize("amount_fen", [0, -1, 1.0, "100", True, None, 10**14])
def test_an_amount_that_is_no_whole_number_of_fen_above_zero_is_refused(books: Books, amount_fen):
    move = replace(books.move("银行", "个人:张三", "1.00", FIRST_DAY), amount_fen=amount_fen)

    with pytest.raises(BadMove, match="amount_fen"):
        _post(books, [move])


def test_an_amount_of_all_twelve_digits_is_posted(books: Books):
    books.book("银行", "个人:张三", "999999999999.99", key="deposit:1")

    assert books.balance("银行") == 10**14 - 1


@pytest.mark.parametrize(
    "changed",
    [
        {"value_date": "2025-07-01"},
        {"value_date": dt.datetime(2025, 7, 1, tzinfo=dt.UTC)},
        {"component": "INTEREST"},
    ],
)
def test_a_move_of_wrong_types_is_refused(books: Books, changed):
    move = replace(books.move("银行", "个人:张三", "1.00", FIRST_DAY), **changed)

    with pytest.raises(BadMove, match=next(iter(changed))):
        _post(books, [move])


def test_an_empty_entry_is_refused(books: Books):
    with pytest.raises(EmptyEntry):
        _post(books, [])


def test_money_cannot_move_from_an_account_to_itself(books: Books):
    with pytest.raises(BadMove, match="credit"):
        _post(books, [books.move("银行", "银行", "1.00", FIRST_DAY)])


def test_an_account_of_another_centre_is_refused(books: Books, other_books: Books):
    move = replace(
        books.move("银行", "个人:张三", "1.00", FIRST_DAY),
        credit=other_books.ledger_account("个人:张三"),
    )

    with pytest.raises(ForeignCentre, match="kashgar"):
        _post(books, [move])


@pytest.mark.parametrize("code", ["101", "201", "20102", "121", "411"])
def test_a_sum_takes_no_postings(books: Books, code):
    move = replace(
        books.move("银行", "个人:张三", "1.00", FIRST_DAY),
        credit=get_ledger_account(books.centre, code),
    )

    with pytest.raises(NotAPostingAccount, match=code):
        _post(books, [move])


@pytest.mark.parametrize("days", [-1, 1])
def test_nothing_is_posted_into_a_day_that_is_not_open(books: Books, days):
    other_day = FIRST_DAY + dt.timedelta(days=days)

    with pytest.raises(DayNotOpen):
        books.book("银行", "个人:张三", "1.00", key="deposit:1", on=other_day)


def test_nothing_is_posted_into_a_closed_day(books: Books):
    close_day(centre=books.centre, by=books.maker)

    with pytest.raises(DayNotOpen):
        books.book("银行", "个人:张三", "1.00", key="deposit:1")


def test_the_value_date_may_differ_from_the_business_date(books: Books):
    earlier = FIRST_DAY - dt.timedelta(days=30)
    entry = _post(books, [books.move("银行", "个人:张三", "1.00", earlier)])

    posting = entry.postings.get()
    assert (entry.business_date, posting.value_date) == (FIRST_DAY, earlier)


def test_an_entry_of_many_lines_checks_each_member_on_the_whole(books: Books):
    """A line may lend within an entry what the same entry brings in."""
    _post(
        books,
        [
            books.move("个人:张三", "银行", "10.00", FIRST_DAY),
            books.move("银行", "个人:张三", "10.00", FIRST_DAY),
        ],
    )

    assert books.balance("个人:张三") == 0


def test_a_reversal_exchanges_debit_and_credit_and_keeps_the_value_date(books: Books):
    earlier = FIRST_DAY - dt.timedelta(days=30)
    wrong = _post(
        books,
        [
            replace(
                books.move("利息支出", "个人:张三", "5.00", earlier), component=Component.INTEREST
            )
        ],
    )

    undo = _reverse(books, wrong, "R1")

    posting = undo.postings.get()
    assert posting.debit.code == "20102.000001"
    assert posting.credit.code == Code.INTEREST_EXPENSE
    assert (posting.value_date, posting.component) == (earlier, "INTEREST")
    assert books.balance("个人:张三") == 0
    assert undo.reversal_of == wrong


def test_an_entry_is_reversed_at_most_once(books: Books):
    wrong = books.book("银行", "个人:张三", "5.00", key="deposit:1")
    first = _reverse(books, wrong, "R1")

    assert _reverse(books, wrong, "R1") == first
    with pytest.raises(AlreadyReversed, match="R1"):
        _reverse(books, wrong, "R2")
    assert books.balance("个人:张三") == 0


def test_a_reversal_is_not_reversed(books: Books):
    undo = _reverse(books, books.book("银行", "个人:张三", "5.00", key="deposit:1"), "R1")

    with pytest.raises(BadMove):
        _reverse(books, undo, "R2")


def test_money_already_used_cannot_be_reversed_away(books: Books):
    wrong = books.book("银行", "个人:张三", "5.00", key="deposit:1")
    books.book("个人:张三", "银行", "0.01", key="withdrawal:1")

    with pytest.raises(InsufficientBalance):
        _reverse(books, wrong, "R1")
    assert not Entry.objects.filter(reversal_of=wrong).exists()


def test_the_chart_is_opened_once_and_completed_later(books: Books):
    assert LedgerAccount.objects.filter(centre=books.centre).count() == len(CHART)
    assert open_books(centre=books.centre) == 0


@pytest.mark.parametrize("line", CHART, ids=lambda line: line.code)
def test_the_chart_keeps_the_sides_and_sub_trees_of_the_regulation(line):
    assets_and_expenses = line.code[0] == "1" or line.code.startswith("411")
    assert line.side == ("DEBIT" if assets_and_expenses else "CREDIT")
    parents = [other for other in CHART if other.code == line.code[:3] and other != line]
    assert len(parents) == (len(line.code) > 3)
    assert all(parent.role == "SUMMARY" for parent in parents)
    assert line.book == {"20101": "UNIT", "20102": "FLEX"}.get(line.code, "CENTRE")


@pytest.mark.parametrize("code", list(Code))
def test_services_name_only_accounts_that_take_postings_or_lines(code):
    (line,) = [line for line in CHART if line.code == code]
    assert line.role in {"DETAIL", "CONTROL"}


@pytest.mark.parametrize(
    ("control", "code"),
    [("20102", "20101.1"), ("20102", "20102"), ("20102", "2010213"), ("10101", "10101.1")],
)
def test_a_line_stands_below_its_control_account(books: Books, control, code):
    with pytest.raises(BadLine, match=code):
        open_member_account(centre=books.centre, control_code=control, code=code, name="张三")


def test_a_line_is_opened_once(books: Books):
    books.ledger_account("个人:张三")

    with pytest.raises(BadLine, match=r"20102\.000001"):
        open_member_account(
            centre=books.centre, control_code="20102", code="20102.000001", name="张三"
        )


def test_lines_are_opened_all_or_none(books: Books):
    with pytest.raises(BadLine):
        open_member_accounts(
            centre=books.centre, control_code="20102", lines=[("20102.1", "甲"), ("20101.2", "乙")]
        )
    assert not LedgerAccount.objects.filter(role="LINE").exists()


def test_books_that_are_not_open_have_no_lines(books: Books):
    centre = Centre.objects.create(
        code="bazhong", name="巴中", short_name="巴中", jurisdiction="bazhong"
    )
    with pytest.raises(UnknownLedgerAccount, match="bazhong"):
        open_member_account(centre=centre, control_code="20102", code="20102.1", name="张三")


def test_a_bank_account_is_a_detail_below_the_bank(books: Books):
    icbc = open_detail_account(
        centre=books.centre, parent_code="10101", code="10101.01", name="工行"
    )
    again = open_detail_account(
        centre=books.centre, parent_code="10101", code="10101.01", name="工行"
    )
    assert again == icbc
    _post(books, [replace(books.move("银行", "个人:张三", "7.00", FIRST_DAY), debit=icbc)])
    assert get_balance_on_fen(icbc, FIRST_DAY) == 700


@pytest.mark.parametrize(("parent", "code"), [("20102", "20102.x"), ("10101", "10102.01")])
def test_a_detail_account_stands_below_a_detail_or_summary(books: Books, parent, code):
    with pytest.raises(BadLine):
        open_detail_account(centre=books.centre, parent_code=parent, code=code, name="x")


def _post(books: Books, moves: list[Move[LedgerAccount]]) -> Entry:
    return post(
        centre=books.centre,
        key="entry:1",
        kind=Entry.Kind.DEPOSIT,
        business_date=FIRST_DAY,
        document_no="D1",
        maker=books.maker,
        moves=moves,
    )


def _reverse(books: Books, entry: Entry, document_no: str) -> Entry:
    return reverse(
        entry=entry,
        key=f"reversal:{document_no}",
        business_date=FIRST_DAY,
        maker=books.maker,
        document_no=document_no,
    )
