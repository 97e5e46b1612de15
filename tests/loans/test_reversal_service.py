"""A repayment that should not be leaves the course, and the books follow to the fen."""

import datetime as dt
from typing import Any

import pytest

from accounts.errors import BadField, BusinessWaits, OwnAccount
from accounts.holds import has_open_loan
from contributions.queries import get_holdings
from ledger.chart import Code
from ledger.models import Entry, LedgerAccount
from ledger.postings import interest_moves
from ledger.queries import get_ledger_account
from ledger.services import post
from ledger.verify import prove
from loans.facts import Channel, PrepaymentOption
from loans.models import Instalment, Loan, LoanParty, Repayment, RepaymentReversal
from loans.queries import get_course
from loans.repayment_errors import EffectChanged, NotReversible, SuspenseShort
from loans.services import (
    approve_reversal,
    cancel_reversal,
    return_reversal,
    submit_reversal,
)
from office.documents import AlreadyDecided, ChangedMeanwhile, SamePerson
from office.fields import blind_index
from office.services import NotAllowed
from tests.accounts.builders import Stage
from tests.contributions.withdrawals import make_payer
from tests.loans.running import make_granted, make_loan
from tests.loans.test_offset_service import agree, run
from tests.loans.test_repayment_service import DUE, OUT, due_fen, lines, pay

MAY, JUNE = dt.date(2026, 5, 10), dt.date(2026, 6, 10)

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def lent(db: None) -> tuple[Stage, Loan]:
    stage, account = make_payer(day=OUT)
    return stage, make_loan(stage, account)


def hand_in(stage: Stage, repayment: Repayment, **changes: Any) -> RepaymentReversal:
    facts = {"reason": "入错贷款", "business_date": stage.day, "by": stage.clerk, **changes}
    return submit_reversal(repayment=repayment, **facts)


def look(stage: Stage, reversal: RepaymentReversal, **changes: Any) -> RepaymentReversal:
    facts = {
        "digest": reversal.digest,
        "business_date": stage.day,
        "by": stage.supervisor,
        **changes,
    }
    return approve_reversal(reversal=reversal, **facts)


def undo(stage: Stage, repayment: Repayment) -> RepaymentReversal:
    return look(stage, hand_in(stage, repayment))


def plan(loan: Loan) -> list[tuple[int, ...]]:
    names = ("number", "principal_fen", "interest_fen", "paid_principal_fen", "paid_interest_fen")
    return list(Instalment.objects.filter(loan=loan).order_by("number").values_list(*names))


def on_lines(loan: Loan) -> int:
    pks = [loan.principal_line_id, loan.overdue_line_id]
    return sum(line.balance_fen for line in LedgerAccount.objects.filter(pk__in=pks))


def agrees(stage: Stage, loan: Loan) -> bool:
    """The books hold what the course says, and every proof stands."""
    return on_lines(loan) == get_course(loan).principal_left_fen and all(
        proof.holds for proof in prove([stage.centre])
    )


def test_the_last_repayment_undone_leaves_loan_and_books_as_before(lent) -> None:
    stage, loan = lent
    stage.on(DUE)
    before = plan(loan)
    paid = pay(stage, loan, due_fen(loan, DUE))
    reversal = undo(stage, paid)
    reversal.refresh_from_db()
    assert plan(loan) == before
    assert reversal.difference_entry is None
    assert reversal.entry.reversal_of_id == paid.entry_id
    assert on_lines(loan) == 30_000_000
    assert agrees(stage, loan)


def test_one_in_the_middle_undone_moves_the_later_ones_and_books_the_difference_once(
    lent,
) -> None:
    stage, loan = lent
    paid = []
    for number, day in enumerate((DUE, MAY, JUNE), start=1):
        stage.on(day)
        paid.append(pay(stage, loan, due_fen(loan, day), f"LR-{number}"))
    first = paid[0]
    reversal = undo(stage, first)
    reversal.refresh_from_db()
    assert reversal.difference_entry is not None
    for later in paid[1:]:
        later.refresh_from_db()
        parts = later.penalty_fen + later.interest_fen + later.principal_fen + later.suspense_fen
        assert parts == later.amount_fen
    assert paid[1].shares[0]["number"] == 1  # the second payment now pays the first instalment
    assert paid[1].penalty_fen > 0
    moved = lines(reversal.difference_entry)
    assert moved["40105"] == paid[1].penalty_fen + paid[2].penalty_fen
    assert sum(moved.values()) == 0
    assert agrees(stage, loan)


def test_without_the_first_the_course_is_as_if_it_had_never_been(lent) -> None:
    stage, loan = lent
    stage.on(DUE)
    first = pay(stage, loan, due_fen(loan, DUE))
    stage.on(MAY)
    pay(stage, loan, 400_000, "LR-2")
    undo(stage, first)
    twin_stage, twin_account = make_payer("yantai", day=OUT, stranger=True)
    twin = make_loan(twin_stage, twin_account)
    twin_stage.on(MAY)
    pay(twin_stage, twin, 400_000, "LR-twin")
    assert plan(loan) == plan(twin)


@pytest.mark.parametrize("option", list(PrepaymentOption))
def test_a_prepayment_undone_brings_the_old_instalments_back(lent, option) -> None:
    stage, loan = lent
    before = plan(loan)
    stage.on(dt.date(2026, 3, 25))
    paid = pay(stage, loan, 5_000_000, option=option)
    assert plan(loan) != before
    undo(stage, paid)
    assert plan(loan) == before
    assert agrees(stage, loan)


def test_the_last_payment_of_a_loan_undone_lets_it_run_and_bind_again(lent) -> None:
    stage, loan = lent
    stage.on(dt.date(2026, 3, 25))
    settle = get_course(loan).settle_fen(stage.day)
    paid = pay(stage, loan, settle, option=PrepaymentOption.SHORTEN)
    reversal = hand_in(stage, paid)
    assert reversal.reopens
    look(stage, reversal)
    loan.refresh_from_db()
    assert (loan.state, loan.ended_date) == ("RUNNING", None)
    assert has_open_loan(loan.member_account.member)
    assert LoanParty.objects.get().is_active
    assert agrees(stage, loan)
    again = pay(stage, loan, settle, "LR-2", option=PrepaymentOption.SHORTEN)
    loan.refresh_from_db()
    assert loan.state == "SETTLED"
    assert not has_open_loan(loan.member_account.member)
    undo(stage, again)
    assert has_open_loan(loan.member_account.member)


def test_an_earlier_payment_of_a_settled_loan_undone_lets_it_run_again(lent) -> None:
    stage, loan = lent
    stage.on(DUE)
    first = pay(stage, loan, due_fen(loan, DUE))
    settle = get_course(loan).settle_fen(DUE)
    last = pay(stage, loan, settle, "LR-2", option=PrepaymentOption.SHORTEN)
    undo(stage, first)
    loan.refresh_from_db()
    last.refresh_from_db()
    assert loan.state == "RUNNING"
    assert last.shares[0]["number"] == 1
    assert get_course(loan).settle_fen(DUE) == first.amount_fen
    assert agrees(stage, loan)


def test_money_of_the_account_comes_back_on_the_day_it_was_taken(lent) -> None:
    stage, loan = lent
    agree(stage, loan)
    paid = run(stage, loan)
    assert paid is not None
    stage.on(dt.date(2026, 4, 20))
    reversal = undo(stage, paid)
    reversal.refresh_from_db()
    assert get_holdings(loan.member_account).total_fen == 500_000
    assert {one.value_date for one in reversal.entry.postings.all()} == {DUE}
    assert agrees(stage, loan)


def test_money_left_in_suspense_that_was_used_since_must_come_back_first(lent) -> None:
    stage, loan = lent
    stage.on(DUE)
    first = pay(stage, loan, due_fen(loan, DUE) + 50_000)
    stage.on(MAY)
    used = pay(stage, loan, 50_000, "LR-2", channel=Channel.SUSPENSE)
    with pytest.raises(SuspenseShort):
        hand_in(stage, first)
    undo(stage, used)
    undo(stage, first)
    assert agrees(stage, loan)


def test_money_of_later_payments_that_was_left_over_pays_what_is_due_now(lent) -> None:
    stage, loan = lent
    stage.on(DUE)
    first = pay(stage, loan, due_fen(loan, DUE))
    extra = pay(stage, loan, 100_000, "LR-2")
    assert extra.suspense_fen == 100_000
    undo(stage, first)
    extra.refresh_from_db()
    assert extra.suspense_fen == 0
    assert extra.principal_fen + extra.interest_fen == 100_000
    assert agrees(stage, loan)


def test_nothing_is_undone_twice(lent) -> None:
    stage, loan = lent
    stage.on(DUE)
    paid = pay(stage, loan, 1_000)
    reversal = hand_in(stage, paid)
    with pytest.raises((NotReversible, BusinessWaits)):
        hand_in(stage, paid)
    look(stage, reversal)
    with pytest.raises(NotReversible, match="undone before"):
        hand_in(stage, paid)
    with pytest.raises(AlreadyDecided):
        look(stage, reversal)


def test_the_maker_does_not_approve_and_a_checker_may_not(lent) -> None:
    stage, loan = lent
    stage.on(DUE)
    reversal = hand_in(stage, pay(stage, loan, 1_000))
    with pytest.raises(SamePerson):
        look(stage, reversal, by=stage.clerk)
    with pytest.raises(NotAllowed):
        look(stage, reversal, by=stage.checker)
    with pytest.raises(ChangedMeanwhile):
        look(stage, reversal, digest="0" * 64)
    assert not Repayment.objects.filter(event__undone_date__isnull=False).exists()


def test_nobody_undoes_a_payment_of_their_own_loan(lent) -> None:
    stage, loan = lent
    stage.on(DUE)
    paid = pay(stage, loan, 1_000)
    number = loan.member_account.member.documents.get(is_current=True).number
    stage.clerk.person_index = blind_index(number)
    with pytest.raises(OwnAccount):
        hand_in(stage, paid)


def test_a_reversal_needs_its_reason(lent) -> None:
    stage, loan = lent
    stage.on(DUE)
    paid = pay(stage, loan, 1_000)
    with pytest.raises(BadField, match="reason"):
        hand_in(stage, paid, reason=" ")


def test_what_moved_since_it_was_entered_is_looked_at_anew(lent) -> None:
    stage, loan = lent
    stage.on(DUE)
    paid = pay(stage, loan, due_fen(loan, DUE))
    reversal = hand_in(stage, paid)
    stage.on(MAY)
    pay(stage, loan, due_fen(loan, MAY), "LR-2")
    with pytest.raises(EffectChanged):
        look(stage, reversal)


def test_a_reversal_given_back_or_taken_back_changes_nothing(lent) -> None:
    stage, loan = lent
    stage.on(DUE)
    paid = pay(stage, loan, 1_000)
    back = return_reversal(reversal=hand_in(stage, paid), reason="查清再报", by=stage.supervisor)
    assert back.state == "RETURNED"
    cancelled = cancel_reversal(reversal=hand_in(stage, paid), by=stage.clerk)
    assert cancelled.state == "CANCELLED"
    paid.refresh_from_db()
    assert not paid.is_undone
    assert agrees(stage, loan)


@pytest.mark.parametrize(
    ("credited", "refuses"),
    [(dt.date(2026, 5, 31), "hand in"), (dt.date(2026, 6, 30), "approve")],
)
def test_an_offset_is_not_undone_once_interest_was_credited_without_its_money(
    lent, credited, refuses
) -> None:
    """Interest to the day for good; that of a settled year only with the settlement's help."""
    stage, loan = lent
    agree(stage, loan)
    paid = run(stage, loan)
    assert paid is not None
    stage.on(dt.date(2026, 7, 1))
    post(
        centre=stage.centre,
        key="interest:test",
        kind=Entry.Kind.INTEREST,
        business_date=stage.day,
        document_no="结息2026",
        maker=stage.system,
        moves=interest_moves(
            expense=get_ledger_account(stage.centre, Code.INTEREST_EXPENSE),
            member=loan.member_account.flex_ledger_account,
            amount_fen=100,
            value_date=credited,
        ),
    )
    if refuses == "hand in":
        with pytest.raises(NotReversible, match="Interest was credited"):
            hand_in(stage, paid)
        return
    asked = hand_in(stage, paid)
    with pytest.raises(NotReversible, match="Interest was credited"):
        look(stage, asked)


def test_a_loan_does_not_run_again_while_somebody_it_binds_belongs_to_another(lent) -> None:
    stage, loan = lent
    stage.on(dt.date(2026, 3, 25))
    settle = get_course(loan).settle_fen(stage.day)
    paid = pay(stage, loan, settle, option=PrepaymentOption.SHORTEN)
    make_granted(stage, loan.member_account)
    reversal = hand_in(stage, paid)
    with pytest.raises(NotReversible, match="another loan"):
        look(stage, reversal)
    loan.refresh_from_db()
    assert loan.state == "SETTLED"
