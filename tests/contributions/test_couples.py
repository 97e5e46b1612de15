"""Relocation rent of couples: the register says who is married, our books what the spouse took."""

import datetime as dt

import pytest

from accounts.errors import BadField
from accounts.models import Marriage
from contributions.errors import WithdrawalRefused
from contributions.models import Withdrawal
from contributions.services import WithdrawalRequest, cancel_withdrawal, submit_withdrawal
from ledger.verify import prove
from tests.accounts.households import marry, record_household
from tests.contributions.withdrawals import (
    INVOICE,
    LEASE,
    add_payer,
    approve,
    bring,
    make_payer,
    withdraw,
)

DAY = dt.date(2026, 3, 10)


@pytest.fixture
def couple(db):
    """Two members of Yantai with 45,000 yuan each; nothing is on record of them yet."""
    stage, one = make_payer("yantai", day=DAY)
    other = add_payer(stage)
    for account in (one, other):
        bring(stage, account, 4_000_000)
    return stage, one, other


def claim(stage, account, fen=1_400_000, household="COUPLE", **facts):
    """Ask for relocation rent just as it is typed; the household is what is on record."""
    request = WithdrawalRequest(
        ground="RELOCATION_RENT",
        amount_fen=fen,
        papers=[LEASE, INVOICE],
        household=household,
        **facts,
    )
    return submit_withdrawal(
        member_account=account, request=request, business_date=stage.day, clerk=stage.clerk
    )


def refused_field(caught):
    return caught.value.field


@pytest.mark.parametrize("household", ["SINGLE", "COUPLE"])
def test_nothing_on_record_is_no_answer(couple, household):
    stage, one, _other = couple
    with pytest.raises(BadField) as caught:
        claim(stage, one, household=household, spouse_document_no="婚1")
    assert refused_field(caught) == "household"
    assert "登记" in str(caught.value)


def test_who_is_married_does_not_ask_as_a_single_person(couple):
    stage, one, other = couple
    marry(stage, one.member, other.member)
    for account, spouse in ((one, other), (other, one)):
        with pytest.raises(BadField) as caught:
            claim(stage, account, household="SINGLE")
        assert refused_field(caught) == "household"
        assert spouse.member.name in str(caught.value)


def test_who_declared_to_be_single_does_not_ask_as_a_couple(couple):
    stage, one, _other = couple
    record_household(stage, one.member, "UNMARRIED", evidence_no="声明7")
    with pytest.raises(BadField) as caught:
        claim(stage, one, spouse_document_no="婚1")
    assert "声明7" in str(caught.value)
    assert claim(stage, one, household="SINGLE").allowed_fen == 1_400_000


def test_the_spouses_takings_come_from_our_books_and_are_not_typed(couple):
    stage, one, other = couple
    marry(stage, one.member, other.member)
    withdrawn = approve(stage, claim(stage, other, 1_300_000)).withdrawal
    with pytest.raises(BadField) as caught:
        claim(stage, one, spouse_taken_fen=1_300_000)
    assert refused_field(caught) == "spouse_taken_fen"
    asked = claim(stage, one)
    assert (asked.taken_self_fen, asked.taken_spouse_fen) == (0, withdrawn.allowed_fen)
    assert asked.spouse_document_no == "婚1"
    assert asked.decision.facts["taken_this_period"]["spouse"] == "13000.00"


def test_what_the_spouse_only_asks_for_counts_and_what_came_to_nothing_does_not(couple):
    stage, one, other = couple
    marry(stage, one.member, other.member)
    waiting = claim(stage, other, 900_000)
    asked = claim(stage, one, 100)
    assert asked.taken_spouse_fen == 900_000
    cancel_withdrawal(withdrawal=asked, by=stage.clerk)
    cancel_withdrawal(withdrawal=waiting, by=stage.clerk)
    assert claim(stage, one, 100).taken_spouse_fen == 0


def test_a_couple_takes_28000_together_and_not_one_fen_more(couple):
    stage, one, other = couple
    marry(stage, one.member, other.member)
    approve(stage, claim(stage, one))
    approve(stage, claim(stage, other, 1_500_000))
    assert sum(Withdrawal.objects.values_list("allowed_fen", flat=True)) == 2_800_000
    for account in (one, other):
        with pytest.raises(WithdrawalRefused) as caught:
            claim(stage, account, 1)
        codes = {reason.code for reason in caught.value.decision.refusals}
        assert {"relocation_limit_used_up", "relocation_couple_limit_used_up"} <= codes
    assert all(proof.holds for proof in prove([stage.centre]))


def test_a_spouse_elsewhere_is_typed_with_the_paper_that_proves_it(couple):
    stage, one, _other = couple
    marry(stage, one.member)
    with pytest.raises(BadField) as caught:
        claim(stage, one, spouse_taken_fen=500_000)
    assert refused_field(caught) == "spouse_document_no"
    asked = claim(stage, one, spouse_taken_fen=2_000_000, spouse_document_no="异地证明3")
    assert (asked.allowed_fen, asked.spouse_document_no) == (800_000, "异地证明3")


def test_after_a_divorce_each_counts_alone(couple):
    stage, one, other = couple
    marry(stage, one.member, other.member)
    approve(stage, claim(stage, one))
    record_household(stage, other.member, "DIVORCED", evidence_no="离1")
    assert Marriage.objects.get().ended_date == DAY
    asked = claim(stage, other, household="SINGLE")
    assert (asked.taken_spouse_fen, asked.allowed_fen) == (0, 1_400_000)


def test_other_grounds_do_not_ask_about_the_household(couple):
    stage, one, _other = couple
    assert withdraw(stage, one, 100_000).amount_fen == 100_000
