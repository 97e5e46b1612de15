"""Distributing a year's value-added income: figures from the books, two persons, one voucher."""

import datetime as dt
from fractions import Fraction

import pytest
from django.db import connection

from accounts.errors import BadField
from kernel.money import round_half_up, yuan
from ledger.chart import Code
from ledger.models import Entry
from ledger.postings import Move
from ledger.queries import get_balance_fen, get_ledger_account
from ledger.services import post
from ledger.verify import prove
from loans.models import AccruedInterest
from loans.services import run_day_end
from office.documents import AlreadyDecided, SamePerson
from office.services import NotAllowed, close_day, open_day
from settlement.errors import FiguresChanged, InterestNotAccrued, SurplusRefused, YearNotOver
from settlement.models import SurplusDistribution
from settlement.queries import read_surplus_facts
from settlement.services import (
    SurplusRequest,
    approve_surplus,
    cancel_surplus,
    return_surplus,
    submit_surplus,
)
from tests.append_only import triggers_asleep
from tests.contributions.withdrawals import make_payer
from tests.loans.running import finance_of, make_loan

DAY = dt.date(2026, 12, 30)
NEXT = dt.date(2027, 1, 15)


def make_year(code="kashgar", *, income_fen=10_000, expense_fen=2_000):
    """A centre with one year of income and expense, whose open day lies in the next one."""
    stage, _account = make_payer(code, day=DAY)
    book(stage, "40101", income_fen, income=True)
    book(stage, "41105", expense_fen, income=False)
    go_on(stage, NEXT)
    return stage


def book(stage, code, fen, *, income):
    account, bank = (get_ledger_account(stage.centre, one) for one in (code, Code.BANK))
    move = Move(bank, account, fen, stage.day) if income else Move(account, bank, fen, stage.day)
    post(
        centre=stage.centre,
        key=f"year:{code}:{stage.day}",
        kind=Entry.Kind.ACCRUAL,
        business_date=stage.day,
        document_no="2026",
        maker=stage.system,
        moves=[move],
    )


def go_on(stage, day):
    close_day(centre=stage.centre, by=stage.system)
    open_day(centre=stage.centre, date=day, by=stage.system)
    stage.day = day


def hand_in(stage, *, by=None, **changes):
    asked = {
        "year": 2026,
        "management_fee_fen": 1_000,
        "resolution_no": "管委会〔2027〕1号",
        "resolution_date": dt.date(2027, 1, 10),
        "fee_approval_no": "财审1",
        **changes,
    }
    return submit_surplus(
        centre=stage.centre,
        request=SurplusRequest(**asked),
        business_date=stage.day,
        by=by or finance_of(stage),
    )


def approve(stage, document, by=None):
    return approve_surplus(
        document=document,
        digest=document.digest,
        business_date=stage.day,
        by=by or stage.supervisor,
    )


def held(stage, code):
    return get_balance_fen(get_ledger_account(stage.centre, code))


def test_income_and_expense_are_closed_and_the_surplus_lies_where_it_belongs(db):
    stage = make_year()
    document = hand_in(stage)
    assert not Entry.objects.filter(kind="CLOSING").exists()
    approve(stage, document)
    assert (document.surplus_fen, document.reserve_fen) == (8_000, 4_800)
    assert [held(stage, code) for code in ("40101", "41105", "311", "32104", "32101")] == [0] * 5
    assert held(stage, Code.LOAN_RISK_RESERVE) == 4_800
    assert held(stage, Code.FEE_PAYABLE) == 1_000
    assert held(stage, Code.HOUSING_PAYABLE) == 2_200
    assert held(stage, Code.SURPLUS_BANK) == 8_000
    assert all(proof.holds for proof in prove([stage.centre]))


def test_the_year_reads_the_same_after_it_was_closed(db):
    stage = make_year()
    before = read_surplus_facts(stage.centre, 2026, management_fee_fen=0)
    approve(stage, hand_in(stage))
    after = read_surplus_facts(stage.centre, 2026, management_fee_fen=0)
    assert before == after
    assert before.deposit_income == 10_000
    assert before.average_flexible_contributions == round(500_000 / 12 + 0.5)


def test_a_loss_is_closed_and_nothing_is_distributed(db):
    stage = make_year(income_fen=1_000, expense_fen=3_000)
    document = approve(stage, hand_in(stage, management_fee_fen=0, fee_approval_no=""))
    assert (document.surplus_fen, document.reserve_fen, document.housing_fen) == (-2_000, 0, 0)
    assert held(stage, "311") == -2_000
    assert held(stage, "41105") == 0


def test_a_year_is_not_distributed_before_it_is_over(db):
    stage, _account = make_payer(day=DAY)
    with pytest.raises(YearNotOver, match="2026"):
        hand_in(stage)
    assert not SurplusDistribution.objects.exists()


def test_a_year_waits_for_the_interest_its_loans_earned_in_december(db):
    stage, account = make_payer(day=DAY)
    loan = make_loan(stage, account)
    go_on(stage, NEXT)
    with pytest.raises(InterestNotAccrued, match="2026-12"):
        hand_in(stage)
    run_day_end(centre=stage.centre, business_date=stage.day, by=stage.system)
    earned_fen = AccruedInterest.objects.get(loan=loan).interest_fen
    # 30 and 31 December, by 30/360: one day of 360 at 2.60 % on 300,000.00.
    assert earned_fen == round_half_up(Fraction(loan.principal_fen * 26, 1000 * 360))
    document = approve(stage, hand_in(stage, management_fee_fen=0, fee_approval_no=""))
    assert document.figures["loan_income"] == yuan(earned_fen)
    assert held(stage, Code.LOAN_INTEREST_INCOME) == 0
    assert held(stage, Code.INTEREST_RECEIVABLE) == earned_fen


def test_a_year_is_distributed_once(db):
    stage = make_year()
    document = hand_in(stage)
    with pytest.raises(BadField, match=document.number):
        hand_in(stage)
    approve(stage, document)
    with pytest.raises(BadField, match=document.number):
        hand_in(stage)
    with pytest.raises(AlreadyDecided):
        approve(stage, document)


@pytest.mark.parametrize("way", ["return", "cancel"])
def test_what_was_returned_or_taken_back_can_be_handed_in_anew(db, way):
    stage = make_year()
    document = hand_in(stage)
    if way == "return":
        return_surplus(document=document, reason="决议号有误", by=stage.supervisor)
    else:
        cancel_surplus(document=document, by=document.made_by)
    assert hand_in(stage).number != document.number


def test_figures_that_changed_meanwhile_are_not_approved(db):
    stage = make_year()
    document = hand_in(stage)
    # No day of the old year can be opened again, so only force makes books and document differ.
    with triggers_asleep(connection):
        SurplusDistribution.objects.filter(pk=document.pk).update(
            figures={**document.figures, "deposit_income": "1.00"}
        )
    with pytest.raises(FiguresChanged, match="2026"):
        approve(stage, document)
    assert not Entry.objects.filter(kind="CLOSING").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"year": 1990}, "year"),
        ({"resolution_no": " "}, "resolution_no"),
        ({"resolution_no": "长" * 65}, "resolution_no"),
        ({"resolution_date": dt.date(2027, 1, 16)}, "resolution_date"),
        ({"fee_approval_no": ""}, "fee_approval_no"),
        ({"management_fee_fen": -1}, "management_fee_fen"),
        ({"management_fee_fen": True}, "management_fee_fen"),
        ({"flexible_reserve_fen": 10**15}, "flexible_reserve_fen"),
    ],
)
def test_a_form_that_cannot_be_right_is_refused_by_its_field(db, changes, field):
    stage = make_year()
    with pytest.raises(BadField) as refused:
        hand_in(stage, **changes)
    assert refused.value.field == field


def test_a_fee_above_what_is_left_is_refused_with_its_reasons(db):
    stage = make_year()
    with pytest.raises(SurplusRefused) as refused:
        hand_in(stage, management_fee_fen=3_201)
    assert [one.code for one in refused.value.decision.refusals] == ["surplus_fee_fits"]


def test_the_maker_does_not_approve_and_a_clerk_does_nothing(db):
    stage = make_year()
    with pytest.raises(NotAllowed):
        hand_in(stage, by=stage.clerk)
    document = hand_in(stage, by=stage.supervisor)
    with pytest.raises(SamePerson):
        approve(stage, document)
    with pytest.raises(NotAllowed):
        approve(stage, document, by=stage.checker)
