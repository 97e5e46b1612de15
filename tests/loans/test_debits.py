"""Debits of repayment cards: asked for once, answered once, whatever comes late."""

import datetime as dt

import pytest

from ledger.verify import prove
from loans.debiting import last_answer_day, list_unanswered
from loans.facts import PrepaymentOption
from loans.models import DebitBatch, DebitLine, Loan, Repayment
from loans.queries import get_course
from loans.repaying import get_suspense_fen
from loans.repayment_errors import BadDebitFile
from loans.services.debits import build_debits, export_debits, take_debit_results
from office.services import DayNotOpen, NotAllowed
from policy.queries import open_book
from tests.accounts.builders import CARD, Stage
from tests.contributions.withdrawals import add_payer, make_payer
from tests.loans.quota_law import change_law
from tests.loans.running import finance_of, make_loan
from tests.loans.test_offset_service import agree, run
from tests.loans.test_repayment_service import DUE, OUT, due_fen, pay

HEAD = "number,amount,result,date,reference,reason"

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def two(db: None) -> tuple[Stage, list[Loan]]:
    stage, account = make_payer(day=OUT)
    loans = [make_loan(stage, account), make_loan(stage, add_payer(stage))]
    return stage, loans


def build(stage: Stage) -> DebitBatch | None:
    return build_debits(centre=stage.centre, business_date=stage.day, by=finance_of(stage))


def take(stage: Stage, *rows: str, total: str = "", count: int = 0, by=None) -> int:
    text = "\r\n".join([HEAD, *rows, f"TOTAL,{total or '0.00'},{count},,,"]) + "\r\n"
    return take_debit_results(
        centre=stage.centre, text=text, business_date=stage.day, by=by or finance_of(stage)
    )


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def paid(line: DebitLine, on: dt.date, reference: str = "B-1", **changes: str) -> str:
    sum_ = changes.get("amount", yuan(line.amount_fen))
    return f"{changes.get('number', line.number)},{sum_},PAID,{on},{reference},"


def lines_of(batch: DebitBatch | None) -> list[DebitLine]:
    assert batch is not None
    return list(batch.lines.order_by("id"))


def test_who_owes_after_the_offsets_of_the_day_is_debited_for_the_rest(two) -> None:
    stage, (first, second) = two
    agree(stage, first)
    run(stage, first)
    batch = build(stage)
    (line,) = lines_of(batch)
    assert (line.loan, line.amount_fen) == (second, due_fen(second, DUE))
    assert batch is not None
    page = export_debits(batch)
    assert page.splitlines()[1] == (
        f"{line.number},{second.contract_no},{second.member_account.member.name},{CARD},"
        f"{yuan(line.amount_fen)}"
    )


def test_building_again_gives_the_same_batch_and_nobody_owing_gives_none(two) -> None:
    stage, _loans = two
    assert build(stage) is None
    stage.on(DUE)
    assert build(stage) == build(stage)
    assert DebitLine.objects.count() == 2


def test_a_debit_that_is_on_its_way_is_not_asked_for_again(two) -> None:
    stage, _loans = two
    stage.on(DUE)
    build(stage)
    stage.on(DUE + dt.timedelta(days=1))
    assert build(stage) is None


def test_what_was_debited_is_booked_from_its_day_and_the_rest_is_asked_for_again(two) -> None:
    stage, (first, second) = two
    stage.on(DUE)
    one, other = lines_of(build(stage))
    stage.on(DUE + dt.timedelta(days=2))
    failed = f"{other.number},{yuan(other.amount_fen)},FAILED,{DUE},,余额不足"
    assert take(stage, paid(one, DUE), failed, total=yuan(one.amount_fen), count=1) == 2
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.state, other.state, other.failure) == ("PAID", "FAILED", "余额不足")
    assert one.repayment is not None
    assert one.repayment.value_date == DUE
    assert due_fen(first, stage.day) == 0
    (again,) = lines_of(build(stage))
    assert again.loan == second
    assert again.amount_fen == due_fen(second, stage.day) > other.amount_fen  # penalty
    assert all(proof.holds for proof in prove([stage.centre]))


def test_the_same_answer_again_books_nothing(two) -> None:
    stage, _loans = two
    stage.on(DUE)
    one, _other = lines_of(build(stage))
    row = paid(one, DUE)
    assert take(stage, row, total=yuan(one.amount_fen), count=1) == 1
    assert take(stage, row, total=yuan(one.amount_fen), count=1) == 0
    assert Repayment.objects.count() == 1


def test_another_answer_to_the_same_line_is_refused(two) -> None:
    stage, _loans = two
    stage.on(DUE)
    one, _other = lines_of(build(stage))
    take(stage, paid(one, DUE), total=yuan(one.amount_fen), count=1)
    with pytest.raises(BadDebitFile, match="answered otherwise"):
        take(stage, paid(one, DUE, "B-2"), total=yuan(one.amount_fen), count=1)
    with pytest.raises(BadDebitFile, match="answered otherwise"):
        take(stage, f"{one.number},{yuan(one.amount_fen)},FAILED,{DUE},,余额不足")
    assert Repayment.objects.count() == 1


def test_a_late_debit_of_what_was_paid_at_the_counter_waits_in_suspense(two) -> None:
    stage, (first, _second) = two
    stage.on(DUE)
    one, _other = lines_of(build(stage))
    pay(stage, first, one.amount_fen)
    stage.on(DUE + dt.timedelta(days=1))
    take(stage, paid(one, DUE), total=yuan(one.amount_fen), count=1)
    assert get_suspense_fen(first) == one.amount_fen
    assert all(proof.holds for proof in prove([stage.centre]))


def test_a_late_debit_of_a_loan_that_has_ended_is_kept_under_its_number(two) -> None:
    stage, (first, _second) = two
    stage.on(DUE)
    one, _other = lines_of(build(stage))
    pay(stage, first, due_fen(first, DUE), "LR-0")
    settle = get_course(first).settle_fen(DUE)
    pay(stage, first, settle, option=PrepaymentOption.SHORTEN)
    stage.on(DUE + dt.timedelta(days=1))
    take(stage, paid(one, DUE), total=yuan(one.amount_fen), count=1)
    one.refresh_from_db()
    assert one.state == "KEPT"
    assert get_suspense_fen(first) == one.amount_fen
    assert all(proof.holds for proof in prove([stage.centre]))


# Never answered

FRIDAY = DUE  # 10 April 2026; the third working day after it is Wednesday, the 15th
LAST_DAY = dt.date(2026, 4, 15)


def test_a_debit_is_waited_for_three_working_days_and_holds_back_the_offsets(two) -> None:
    stage, (first, second) = two
    agree(stage, first)
    stage.on(FRIDAY)
    line, _other = lines_of(build(stage))
    assert run(stage, first, LAST_DAY) is None
    assert list_unanswered(stage.centre, LAST_DAY) == []
    stage.on(LAST_DAY + dt.timedelta(days=1))
    assert [(one.loan, last) for one, last in list_unanswered(stage.centre, stage.day)] == [
        (first, LAST_DAY),
        (second, LAST_DAY),
    ]
    paid_from_account = run(stage, first, stage.day)
    assert paid_from_account is not None
    assert paid_from_account.amount_fen > line.amount_fen  # penalty of the days it took
    assert build(stage) is None, "it is not asked for again: the bank may still have debited it"


def test_a_holiday_is_no_day_on_which_the_bank_answers(two) -> None:
    stage, _loans = two
    change_law(stage, "calendar.year", {"holidays": ["2026-04-13", "2026-04-14"], "workdays": []})
    stage.on(FRIDAY)
    line, _other = lines_of(build(stage))
    book = open_book(stage.centre.code, stage.day)
    assert last_answer_day(line, book) == dt.date(2026, 4, 17)


def test_the_centre_may_wait_longer(two) -> None:
    stage, (first, _second) = two
    agree(stage, first)
    change_law(stage, "offset.debit_answer_days", 5)
    stage.on(FRIDAY)
    build(stage)
    assert run(stage, first, dt.date(2026, 4, 17)) is None
    assert run(stage, first, dt.date(2026, 4, 18)) is not None


def test_a_debit_answered_late_after_the_offset_paid_waits_in_suspense_once(two) -> None:
    stage, (first, _second) = two
    agree(stage, first)
    stage.on(FRIDAY)
    line, _other = lines_of(build(stage))
    run(stage, first, LAST_DAY + dt.timedelta(days=1))
    stage.on(LAST_DAY + dt.timedelta(days=2))
    row = paid(line, FRIDAY)
    assert take(stage, row, total=yuan(line.amount_fen), count=1) == 1
    assert take(stage, row, total=yuan(line.amount_fen), count=1) == 0
    line.refresh_from_db()
    assert (line.state, get_suspense_fen(first)) == ("PAID", line.amount_fen)
    assert Repayment.objects.filter(loan=first).count() == 2
    assert all(proof.holds for proof in prove([stage.centre]))
    assert [one.loan_id for one, _last in list_unanswered(stage.centre, stage.day)] != [first.pk]


def test_a_debit_answered_late_serves_what_the_account_could_not(two) -> None:
    stage, (_first, second) = two
    stage.on(FRIDAY)
    _one, line = lines_of(build(stage))
    stage.on(LAST_DAY + dt.timedelta(days=5))
    take(stage, paid(line, FRIDAY), total=yuan(line.amount_fen), count=1)
    assert due_fen(second, stage.day) == 0
    assert get_suspense_fen(second) == 0


def test_a_debit_that_failed_late_is_asked_for_again(two) -> None:
    stage, (first, _second) = two
    stage.on(FRIDAY)
    line, _other = lines_of(build(stage))
    stage.on(LAST_DAY + dt.timedelta(days=5))
    take(stage, f"{line.number},{yuan(line.amount_fen)},FAILED,{FRIDAY},,余额不足")
    assert [one.loan for one in lines_of(build(stage))] == [first]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("X-1,1.00,PAID,2026-04-10,B-1,", "unknown"),
        ("{number},1.00,PAID,2026-04-10,B-1,", "were asked for"),
        ("{number},{amount},MAYBE,2026-04-10,B-1,", "neither PAID nor FAILED"),
        ("{number},{amount},PAID,2026-04-10,,", "bank's reference"),
        ("{number},{amount},FAILED,2026-04-10,,", "its reason"),
        ("{number},{amount},PAID,10.04.2026,B-1,", "no date"),
        ("{number},{amount},PAID,2026-04-11,B-1,", "lies after"),
        ("{number},2 841.76,PAID,2026-04-10,B-1,", "no sum"),
        ("{number},-1.00,PAID,2026-04-10,B-1,", "no sum"),
        ("{number},{amount},PAID,2026-04-10,B-1", "columns"),
        (",{amount},PAID,2026-04-10,B-1,", "number is missing"),
    ],
)
def test_a_line_that_is_no_answer_refuses_the_whole_file(two, row, why) -> None:
    stage, _loans = two
    stage.on(DUE)
    one, other = lines_of(build(stage))
    bad = row.format(number=other.number, amount=yuan(other.amount_fen))
    total = one.amount_fen
    if "PAID,2026" in bad and why in ("unknown", "were asked for", "lies after"):
        total += 100 if why != "lies after" else other.amount_fen
        count = 2
    else:
        count = 1
    with pytest.raises(BadDebitFile, match=why):
        take(stage, paid(one, DUE), bad, total=yuan(total), count=count)
    assert not Repayment.objects.exists()


@pytest.mark.parametrize(
    ("total", "count", "why"), [("1.00", 1, "total 1.00"), ("{right}", 2, "count 2")]
)
def test_totals_that_differ_refuse_the_file(two, total, count, why) -> None:
    stage, _loans = two
    stage.on(DUE)
    one, _other = lines_of(build(stage))
    with pytest.raises(BadDebitFile, match=why):
        take(stage, paid(one, DUE), total=total.format(right=yuan(one.amount_fen)), count=count)


def test_a_number_that_comes_twice_or_another_head_is_refused(two) -> None:
    stage, _loans = two
    stage.on(DUE)
    one, _other = lines_of(build(stage))
    row = paid(one, DUE)
    with pytest.raises(BadDebitFile, match="comes twice"):
        take(stage, row, row, total=yuan(2 * one.amount_fen), count=2)
    for text in ("", "a,b\r\n", HEAD + "\r\n", HEAD + "\r\nTOTALS,0.00,0\r\n"):
        with pytest.raises(BadDebitFile):
            take_debit_results(
                centre=stage.centre, text=text, business_date=DUE, by=finance_of(stage)
            )


def test_only_finance_sends_debits_and_takes_in_their_answers(two) -> None:
    stage, _loans = two
    stage.on(DUE)
    with pytest.raises(NotAllowed):
        build_debits(centre=stage.centre, business_date=DUE, by=stage.clerk)
    with pytest.raises(NotAllowed):
        take(stage, by=stage.clerk)
    with pytest.raises(DayNotOpen):
        build_debits(
            centre=stage.centre,
            business_date=DUE + dt.timedelta(days=1),
            by=finance_of(stage),
        )
