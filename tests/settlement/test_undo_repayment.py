"""An offset undone after its year was settled: as if the account had kept its money, to the fen."""

import datetime as dt

import pytest

from accounts.models import MemberAccount
from contributions.queries import get_holdings
from kernel.months import FundYear
from ledger.verify import prove
from loans.models import Loan, Repayment, RepaymentReversal
from loans.repayment_errors import NotReversible
from loans.services import approve_reversal, offset_due, submit_reversal
from settlement.errors import RunUnderWay
from settlement.models import SettlementAdjustment
from settlement.services import approve_run, open_run, preview_run, settle_year, undo_repayment
from tests.accounts.builders import Stage
from tests.contributions.withdrawals import add_payer, make_payer
from tests.loans.running import make_loan
from tests.loans.test_offset_service import agree, bind_spouse
from tests.loans.test_repayment_service import DUE, OUT

HELD = 200_000  # less than an instalment, so the spouse's account serves too


@pytest.fixture
def couple(db) -> tuple[Stage, Loan, MemberAccount, MemberAccount]:
    """A couple whose accounts served the loan in April, and one like the spouse's that did not."""
    stage, account = make_payer("lianyungang", day=OUT, flex_fen=HELD)
    spouse, twin = (add_payer(stage, flex_fen=300_000) for _ in range(2))
    loan = make_loan(stage, account)
    bind_spouse(stage, loan, spouse)
    agree(stage, loan, sources="BORROWER SPOUSE")
    stage.on(DUE)
    assert offset_due(loan=loan, business_date=DUE, by=stage.system) is not None
    return stage, loan, spouse, twin


def settle(stage: Stage, year: int = 2026) -> None:
    stage.on(FundYear(year).last_day)
    settle_year(centre=stage.centre, year=year, approver=stage.supervisor)


def hand_in(stage: Stage) -> RepaymentReversal:
    return submit_reversal(
        repayment=Repayment.objects.get(),
        reason="入错贷款",
        business_date=stage.day,
        by=stage.clerk,
    )


def undo(stage: Stage, reversal: RepaymentReversal | None = None) -> RepaymentReversal:
    asked = reversal or hand_in(stage)
    return undo_repayment(
        reversal=asked, digest=asked.digest, business_date=stage.day, by=stage.supervisor
    )


def held(account: MemberAccount) -> int:
    return get_holdings(account).total_fen


def test_the_interest_that_the_money_would_have_earned_comes_back_with_it(couple) -> None:
    stage, loan, spouse, twin = couple
    settle(stage)
    assert held(spouse) < held(twin)
    stage.on(dt.date(2026, 7, 2))
    done = undo(stage)
    assert done.state == "APPROVED"
    assert held(spouse) == held(twin)
    assert held(loan.member_account) > HELD
    changed = SettlementAdjustment.objects.filter(reversal=done)
    assert {row.member_account for row in changed} == {loan.member_account, spouse}
    assert {row.entry.postings.get().value_date for row in changed} == {dt.date(2026, 6, 30)}
    assert all(proof.holds for proof in prove([stage.centre]))


def test_before_the_year_is_settled_nothing_has_to_be_adjusted(couple) -> None:
    stage, _loan, spouse, twin = couple
    undo(stage)
    assert held(spouse) == held(twin)
    assert not SettlementAdjustment.objects.exists()
    settle(stage)
    assert held(spouse) == held(twin)


def test_two_settled_years_are_put_right_one_after_the_other(couple) -> None:
    stage, _loan, spouse, twin = couple
    settle(stage, 2026)
    settle(stage, 2027)
    done = undo(stage)
    assert held(spouse) == held(twin)
    rows = SettlementAdjustment.objects.filter(reversal=done, member_account=spouse)
    assert set(rows.values_list("year", flat=True)) == {2026, 2027}
    assert all(proof.holds for proof in prove([stage.centre]))


def test_loans_alone_undo_no_offset_of_a_settled_year(couple) -> None:
    stage, _loan, _spouse, _twin = couple
    settle(stage)
    asked = hand_in(stage)
    with pytest.raises(NotReversible):
        approve_reversal(
            reversal=asked, digest=asked.digest, business_date=stage.day, by=stage.supervisor
        )
    assert not Repayment.objects.get().is_undone


def test_beside_a_settlement_that_is_being_posted_nothing_is_undone(couple) -> None:
    stage, _loan, _spouse, _twin = couple
    stage.on(FundYear(2026).last_day)
    asked = hand_in(stage)
    run = preview_run(open_run(centre=stage.centre, year=2026, by=stage.system))
    approve_run(run=run, by=stage.supervisor, digest=run.digest)
    with pytest.raises(RunUnderWay):
        undo(stage, asked)
