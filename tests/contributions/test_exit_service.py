"""Leaving: what is paid and what waits in each centre, to the fen; and what stands against it."""

import datetime as dt

import pytest

from accounts.errors import BadField, BusinessWaits, OwnAccount, WrongState
from accounts.models import MemberAccount
from contributions.errors import ExitChanged, ExitRefused, HasLeft, NothingWaits, YearNotSettled
from contributions.models import Exit, InterestCredit, Payout
from contributions.queries import get_holdings
from contributions.services import cancel_exit, fail_payout, receive_deposit, return_exit
from ledger.verify import prove
from office.documents import AlreadyDecided, ChangedMeanwhile, SamePerson
from office.roles import Role
from office.services import NotAllowed
from policy.services import verify_decisions
from tests.accounts.builders import CARD
from tests.contributions.exits import (
    SPRING,
    approve,
    give_subsidy,
    happen,
    leave,
    pay,
    take_unit_part,
)
from tests.contributions.test_withdrawal_service import freeze
from tests.contributions.withdrawals import ask, bring, make_payer

# 14 October to 20 March are 156 of 360 days at 1.50 %: 65.00 on 10,000.00
FLEX, UNIT, SUBSIDY = 480_000, 300_000, 8_000
FLEX_INTEREST, UNIT_INTEREST = 3_120 + 52, 1_950
FLEX_PARTS = [
    ["FLEX", "PRINCIPAL", FLEX],
    ["FLEX", "INTEREST", FLEX_INTEREST],
    ["FLEX", "SUBSIDY", SUBSIDY],
]
UNIT_PARTS = [["UNIT", "TRANSFER_IN", UNIT], ["UNIT", "INTEREST", UNIT_INTEREST]]


def with_unit_money(code):
    stage, account = make_payer(code, flex_fen=FLEX, unit_fen=UNIT)
    give_subsidy(stage, account, SUBSIDY)
    stage.on(SPRING)
    return stage, account


def sound(stage):
    assert [proof.invariant.code for proof in prove([stage.centre]) if not proof.holds] == []
    assert verify_decisions() == []


@pytest.mark.parametrize(
    ("code", "waits_until"),
    [
        ("liaoning", dt.date(2027, 9, 20)),
        ("kashgar", dt.date(2027, 9, 20)),
        ("bazhong", None),
        ("lianyungang", None),
        ("yantai", None),
    ],
)
def test_flexible_money_is_paid_with_interest_and_subsidy_and_unit_money_waits(
    db, code, waits_until
):
    stage, account = with_unit_money(code)
    left = leave(stage, account)
    assert (left.parts, left.waiting_parts) == (FLEX_PARTS, UNIT_PARTS)
    assert left.paid_fen == FLEX + FLEX_INTEREST + SUBSIDY
    assert (left.waits_until, left.closes) == (waits_until, False)
    assert not InterestCredit.objects.exists()

    payout = approve(stage, left)
    pay(stage, payout)
    account.refresh_from_db()
    assert (account.state, account.sealed_date) == ("SEALED", SPRING)
    assert get_holdings(account).flex_fen == 0
    assert get_holdings(account).unit_fen == UNIT + UNIT_INTEREST
    assert account.agreements.get().state == "TERMINATED"
    assert account.mandates.get().ended_date == SPRING
    assert set(account.events.values_list("kind", flat=True)) >= {"EXIT", "SEALED"}
    sound(stage)


@pytest.mark.parametrize("code", ["bazhong", "liaoning", "lianyungang", "yantai", "kashgar"])
def test_without_unit_money_the_account_closes_once_the_money_has_arrived(db, code):
    stage, account = make_payer(code, flex_fen=FLEX)
    stage.on(SPRING)
    payout = approve(stage, leave(stage, account))
    assert payout is not None
    assert payout.amount_fen == FLEX + 3_120
    account.refresh_from_db()
    assert account.state == "SEALED"
    pay(stage, payout)
    account.refresh_from_db()
    assert (account.state, account.close_reason, account.closed_date) == ("CLOSED", "EXIT", SPRING)
    sound(stage)


@pytest.mark.parametrize("code", ["liaoning", "kashgar"])
def test_the_unit_part_is_paid_when_its_sealed_months_are_over_and_not_a_day_before(db, code):
    stage, account = with_unit_money(code)
    pay(stage, approve(stage, leave(stage, account)))
    stage.on(dt.date(2027, 6, 29))
    with pytest.raises(ExitRefused, match="2027-09-20"):
        take_unit_part(stage, account)
    assert not Exit.objects.filter(part="UNIT_PART").exists()


def test_the_unit_part_closes_the_account(db):
    stage, account = make_payer("kashgar", day=dt.date(2026, 7, 1), flex_fen=FLEX, unit_fen=UNIT)
    approve(stage, leave(stage, account))
    stage.on(dt.date(2027, 1, 1))
    part = take_unit_part(stage, account)
    # 180 of 360 days of 3,000.00
    assert part.parts == [["UNIT", "TRANSFER_IN", UNIT], ["UNIT", "INTEREST", 2_250]]
    pay(stage, approve(stage, part))
    account.refresh_from_db()
    assert (account.state, account.close_reason) == ("CLOSED", "EXIT")


@pytest.mark.parametrize("code", ["bazhong", "lianyungang", "yantai"])
def test_where_the_text_sets_no_months_the_unit_part_follows_the_rules_for_employees(db, code):
    stage, account = with_unit_money(code)
    approve(stage, leave(stage, account))
    with pytest.raises(ExitRefused) as refused:
        take_unit_part(stage, account)
    codes = {reason.code for reason in refused.value.decision.reasons if not reason.met}
    assert codes == {"unit_part_by_unit_rules"}


def test_the_unit_part_needs_an_exit_first(db):
    stage, account = with_unit_money("kashgar")
    with pytest.raises(NothingWaits):
        take_unit_part(stage, account)


def test_an_empty_account_is_left_without_a_payment(db):
    stage, _ = make_payer("kashgar")
    empty = stage.open_account()
    left = leave(stage, empty)
    assert (left.paid_fen, left.card_last4) == (0, "")
    assert approve(stage, left) is None
    empty.refresh_from_db()
    assert (empty.state, empty.close_reason) == ("CLOSED", "EXIT")
    assert not Payout.objects.exists()
    sound(stage)


@pytest.mark.parametrize(
    ("code", "event", "reason"),
    [
        *((code, "LOAN_DISBURSED", "open_loan_blocks") for code in
          ("bazhong", "liaoning", "lianyungang", "yantai", "kashgar")),
        ("lianyungang", "LOAN_APPLIED", "loan_applied"),
        ("yantai", "LOAN_APPLIED", "loan_applied"),
    ],
)  # fmt: skip
def test_a_loan_keeps_the_member_in(db, code, event, reason):
    stage, account = make_payer(code, flex_fen=FLEX)
    happen(stage, account, event)
    with pytest.raises(ExitRefused) as refused:
        leave(stage, account)
    failed = [one for one in refused.value.decision.reasons if not one.met]
    assert [one.code for one in failed] == [reason]
    assert failed[0].citations
    assert not Exit.objects.exists()


@pytest.mark.parametrize("code", ["bazhong", "liaoning", "kashgar"])
def test_a_mere_application_does_not_where_the_text_is_silent(db, code):
    stage, account = make_payer(code, flex_fen=FLEX)
    happen(stage, account, "LOAN_APPLIED")
    assert leave(stage, account).state == "SUBMITTED"


@pytest.mark.parametrize(
    ("code", "blocks"),
    [("liaoning", True), ("kashgar", True), ("bazhong", False), ("lianyungang", False),
     ("yantai", False)],
)  # fmt: skip
def test_a_guarantee_keeps_the_member_in_only_where_the_text_says_so(db, code, blocks):
    stage, account = make_payer(code, flex_fen=FLEX)
    if not blocks:
        assert leave(stage, account, guarantee=True).decision.warnings
        return
    with pytest.raises(ExitRefused):
        leave(stage, account, guarantee=True)


def test_any_frozen_sum_keeps_the_member_in(db):
    stage, account = make_payer("kashgar")
    freeze(stage, account, 1)
    with pytest.raises(ExitRefused):
        leave(stage, account)


def test_a_freeze_that_comes_between_the_two_persons_is_seen(db):
    stage, account = make_payer("kashgar")
    left = leave(stage, account)
    freeze(stage, account, 1)
    with pytest.raises(ExitRefused):
        approve(stage, left)
    left.refresh_from_db()
    assert left.state == "SUBMITTED"
    assert get_holdings(account).flex_fen == 500_000


def test_another_days_interest_is_another_exit(db):
    stage, account = make_payer("kashgar")
    left = leave(stage, account)
    stage.on(SPRING)
    with pytest.raises(ExitChanged, match=r"5,032\.50"):
        approve(stage, left)
    assert not InterestCredit.objects.exists()
    return_exit(exit=left, reason="次日", by=stage.checker)
    assert leave(stage, account).paid_fen == 503_250


def test_money_that_comes_in_between_changes_the_figures(db):
    stage, account = make_payer("bazhong")
    left = leave(stage, account)
    receive_deposit(
        member_account=account,
        amount_fen=50_000,
        business_date=stage.day,
        document_no="R-late",
        clerk=stage.clerk,
    )
    with pytest.raises(ExitChanged):
        approve(stage, left)


def test_one_business_at_a_time(db):
    stage, account = make_payer("kashgar")
    left = leave(stage, account)
    with pytest.raises(BusinessWaits):
        ask(stage, account)
    with pytest.raises(BusinessWaits):
        leave(stage, account)
    cancel_exit(exit=left, by=stage.clerk)
    assert ask(stage, account).state == "SUBMITTED"


def test_who_has_left_does_not_leave_again_nor_pay_in(db):
    stage, account = with_unit_money("kashgar")
    approve(stage, leave(stage, account))
    with pytest.raises(HasLeft):
        leave(stage, account)
    with pytest.raises(WrongState):
        receive_deposit(
            member_account=account,
            amount_fen=500_000,
            business_date=stage.day,
            document_no="R-again",
            clerk=stage.clerk,
        )


def test_a_failed_payment_puts_the_money_back_and_the_member_leaves_by_another_card(db):
    stage, account = make_payer("kashgar")
    stage.on(SPRING)
    payout = approve(stage, leave(stage, account))
    finance = stage.colleague("finance", Role.FINANCE)
    fail_payout(payout=payout, failure="卡号不符", business_date=stage.day, by=finance)
    assert get_holdings(account).flex_fen == 503_250
    again = leave(stage, account, bank="中国农业银行", card="6228480010001234560")
    assert (again.paid_fen, again.interest_fen, again.card_last4) == (503_250, 0, "4560")
    pay(stage, approve(stage, again))
    assert MemberAccount.objects.get(pk=account.pk).state == "CLOSED"
    sound(stage)


def test_half_a_card_is_no_card(db):
    stage, account = make_payer("kashgar")
    with pytest.raises(BadField):
        leave(stage, account, card=CARD)


def test_maker_is_not_checker_and_nobody_serves_themselves(db):
    stage, account = make_payer("kashgar")
    left = leave(stage, account)
    with pytest.raises(SamePerson):
        approve(stage, left, by=stage.clerk)
    with pytest.raises(NotAllowed):
        approve(stage, left, by=stage.colleague("clerk-2"))
    stage.checker.person_index = account.member.documents.get().number_index
    stage.checker.save(update_fields=["person_index"])
    with pytest.raises(OwnAccount):
        approve(stage, left)


def test_an_exit_is_approved_once_and_only_as_shown(db):
    stage, account = make_payer("kashgar")
    left = leave(stage, account)
    left.digest = "0" * 64
    with pytest.raises(ChangedMeanwhile):
        approve(stage, left)
    left.refresh_from_db()
    approve(stage, left)
    with pytest.raises(AlreadyDecided):
        approve(stage, left)
    assert Payout.objects.count() == 1


def test_large_sums_need_a_supervisor(db):
    stage, account = make_payer("kashgar")
    bring(stage, account, 4_500_001)
    left = leave(stage, account)
    assert left.approver_role == "SUPERVISOR"
    with pytest.raises(NotAllowed):
        approve(stage, left, by=stage.checker)
    assert approve(stage, left, by=stage.supervisor) is not None


def test_a_year_that_is_not_settled_comes_first(db):
    stage, account = make_payer("kashgar")
    stage.on(dt.date(2027, 7, 5))
    with pytest.raises(YearNotSettled):
        leave(stage, account)
