"""The end of an offset agreement: by the borrower, by the spouse, and with the loan."""

import datetime as dt

import pytest

from accounts.errors import BadField, OwnAccount
from accounts.models import MemberAccount
from loans.errors import AlreadyThere, CourseMoved, LoanRefused
from loans.facts import PrepaymentOption
from loans.models import Loan, LoanChange, OffsetAgreement
from loans.queries import find_offset_agreement, get_course
from loans.repayment_errors import ServesNoLoan
from loans.services import (
    ChangeRequest,
    Offset,
    approve_change,
    approve_reversal,
    offset_due,
    submit_change,
    submit_offset_end,
    submit_reversal,
)
from office.documents import SamePerson
from office.models import User
from office.services import NotAllowed
from tests.accounts.builders import Stage
from tests.contributions.withdrawals import add_payer, make_payer
from tests.loans.running import make_loan
from tests.loans.test_offset_service import agree, bind_spouse
from tests.loans.test_repayment_service import DUE, OUT, pay

LATER = dt.date(2026, 3, 25)


@pytest.fixture
def couple(db: None) -> tuple[Stage, Loan, MemberAccount]:
    """A couple of Lianyungang, which leaves the agreement to them; its loan runs."""
    stage, account = make_payer("lianyungang", day=OUT)
    spouse = add_payer(stage, flex_fen=300_000)
    loan = make_loan(stage, account)
    bind_spouse(stage, loan, spouse)
    return stage, loan, spouse


def ask(stage: Stage, account: MemberAccount, by=None, reason: str = "账户另有用途") -> LoanChange:
    return submit_offset_end(
        account=account, reason=reason, business_date=stage.day, by=by or stage.clerk
    )


def end(stage: Stage, account: MemberAccount) -> LoanChange:
    asked = ask(stage, account)
    return approve_change(
        change=asked, digest=asked.digest, business_date=stage.day, by=stage.checker
    )


def test_the_borrower_ends_it_with_a_second_person_and_nothing_is_taken_any_more(couple) -> None:
    stage, loan, _spouse = couple
    agree(stage, loan)
    asked = ask(stage, loan.member_account)
    assert find_offset_agreement(loan) is not None, "nothing ends before the second person"
    assert asked.preview["agreed"]["mode"] == "MONTHLY"
    approve_change(change=asked, digest=asked.digest, business_date=stage.day, by=stage.checker)
    assert OffsetAgreement.objects.get().ended_date == stage.day
    stage.on(DUE)
    assert offset_due(loan=loan, business_date=DUE, by=stage.system) is None


@pytest.mark.parametrize("sources", ["BORROWER SPOUSE", "SPOUSE BORROWER"])
def test_a_spouse_takes_the_own_account_out_and_the_borrowers_goes_on(couple, sources) -> None:
    stage, loan, spouse = couple
    agree(stage, loan, sources=sources, kept_fen=10_000)
    end(stage, spouse)
    left = find_offset_agreement(loan)
    assert left is not None
    assert (left.source_order, left.spouse_account, left.retained_fen) == ("BORROWER", None, 10_000)


def test_a_spouse_whose_account_serves_alone_ends_all_of_it(couple) -> None:
    stage, loan, spouse = couple
    agree(stage, loan, sources="SPOUSE")
    end(stage, spouse)
    assert find_offset_agreement(loan) is None


def test_the_borrower_ends_the_part_of_both(couple) -> None:
    stage, loan, _spouse = couple
    agree(stage, loan, sources="SPOUSE BORROWER")
    end(stage, loan.member_account)
    assert find_offset_agreement(loan) is None


def test_where_the_centre_wants_the_agreement_it_does_not_end(db) -> None:
    stage, account = make_payer(day=OUT)
    loan = make_loan(stage, account)
    agree(stage, loan)
    with pytest.raises(LoanRefused) as caught:
        ask(stage, account)
    against = [one.code for one in caught.value.decision.reasons if not one.met]
    assert against == ["loan_offset_monthly"]
    assert find_offset_agreement(loan) is not None


def test_without_an_agreement_there_is_none_to_end(couple, english) -> None:
    stage, loan, spouse = couple
    for account in (loan.member_account, spouse, add_payer(stage)):
        with pytest.raises(ServesNoLoan, match="serves no running loan"):
            ask(stage, account)
    agree(stage, loan)
    with pytest.raises(ServesNoLoan):
        ask(stage, spouse)  # the borrower's account alone serves


def test_it_ends_once(couple) -> None:
    stage, loan, _spouse = couple
    agree(stage, loan)
    ask(stage, loan.member_account)
    with pytest.raises(AlreadyThere):
        ask(stage, loan.member_account)


def test_who_may_not(couple) -> None:
    stage, loan, spouse = couple
    agree(stage, loan, sources="BORROWER SPOUSE")
    with pytest.raises(NotAllowed):
        ask(stage, loan.member_account, by=stage.checker)
    with pytest.raises(BadField) as caught:
        ask(stage, loan.member_account, reason=" ")
    assert caught.value.field == "reason"
    asked = ask(stage, spouse)
    with pytest.raises(SamePerson):
        approve_change(change=asked, digest=asked.digest, business_date=stage.day, by=stage.clerk)


def test_nobody_ends_what_the_own_account_serves_not_even_as_the_second_person(couple) -> None:
    stage, loan, spouse = couple
    agree(stage, loan, sources="BORROWER SPOUSE")
    mine = spouse.member.documents.get(is_current=True).number_index
    be_the_spouse(stage.clerk, mine)
    with pytest.raises(OwnAccount):
        ask(stage, spouse)
    be_the_spouse(stage.clerk, "")
    be_the_spouse(stage.checker, mine)
    asked = ask(stage, spouse)
    with pytest.raises(OwnAccount):
        approve_change(change=asked, digest=asked.digest, business_date=stage.day, by=stage.checker)


def be_the_spouse(person: User, index: str) -> None:
    person.person_index = index
    person.save()


def test_an_agreement_that_changed_meanwhile_is_not_ended_unseen(couple) -> None:
    stage, loan, _spouse = couple
    agree(stage, loan)
    asked = ask(stage, loan.member_account)
    agree(stage, loan, "YEARLY")
    with pytest.raises(CourseMoved):
        approve_change(change=asked, digest=asked.digest, business_date=stage.day, by=stage.checker)


# With the loan


def settle(stage: Stage, loan: Loan):
    stage.on(LATER)
    fen = get_course(loan).settle_fen(stage.day)
    return pay(stage, loan, fen, option=PrepaymentOption.SHORTEN)


def undo(stage: Stage, repayment) -> None:
    asked = submit_reversal(
        repayment=repayment, reason="入错贷款", business_date=stage.day, by=stage.clerk
    )
    approve_reversal(
        reversal=asked, digest=asked.digest, business_date=stage.day, by=stage.supervisor
    )


def test_it_ends_with_the_loan_and_runs_again_with_it(couple) -> None:
    stage, loan, _spouse = couple
    agree(stage, loan)
    paid = settle(stage, loan)
    assert OffsetAgreement.objects.get().ended_date == LATER
    with pytest.raises(ServesNoLoan):
        ask(stage, loan.member_account)
    undo(stage, paid)
    assert find_offset_agreement(loan) is not None


def test_what_a_person_ended_does_not_run_again_with_the_loan(couple) -> None:
    stage, loan, _spouse = couple
    agree(stage, loan)
    stage.on(LATER)
    end(stage, loan.member_account)
    paid = settle_today(stage, loan)
    undo(stage, paid)
    assert find_offset_agreement(loan) is None


def settle_today(stage: Stage, loan: Loan):
    fen = get_course(loan).settle_fen(stage.day)
    return pay(stage, loan, fen, option=PrepaymentOption.SHORTEN)


def test_what_was_agreed_anew_after_an_end_runs_again_with_the_loan(couple) -> None:
    stage, loan, _spouse = couple
    agree(stage, loan)
    stage.on(LATER)
    end(stage, loan.member_account)
    request = ChangeRequest(kind="OFFSET", reason="借款人申请", offset=Offset("YEARLY"))
    asked = submit_change(loan=loan, request=request, business_date=stage.day, by=stage.clerk)
    approve_change(change=asked, digest=asked.digest, business_date=stage.day, by=stage.checker)
    paid = settle_today(stage, loan)
    assert find_offset_agreement(loan) is None
    undo(stage, paid)
    again = find_offset_agreement(loan)
    assert again is not None
    assert again.mode == "YEARLY"
