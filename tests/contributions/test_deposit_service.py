"""Taking in contributions: limits, cover, books, and doing it once."""

import datetime as dt

import pytest

from accounts.errors import BadField, WrongState
from accounts.services import change_agreement, close, seal, unseal
from contributions.errors import DepositRefused
from contributions.models import Coverage, Deposit
from contributions.queries import get_holdings, list_covered_months, owing_accounts
from contributions.services import receive_deposit, receive_transfer
from kernel.months import Month
from ledger.services import KeyReused
from office.services import DayNotOpen, NotAllowed
from policy.models import StoredDecision
from tests.accounts.builders import Stage, make_stage, make_terms


def pay(stage, account, fen, number="R-1", **changes):
    return receive_deposit(
        **{
            "member_account": account,
            "amount_fen": fen,
            "business_date": stage.day,
            "document_no": number,
            "clerk": stage.clerk,
            **changes,
        }
    )


def refusals(refused):
    return [reason.code for reason in refused.decision.refusals]


def test_a_deposit_is_booked_covered_decided_and_kept(stage: Stage):
    account = stage.open_account(make_terms("MONTHLY", 50_000))

    deposit = pay(stage, account, 50_000)

    assert get_holdings(account).flex_fen == 50_000
    assert get_holdings(account).unit_fen == 0
    assert list_covered_months(account) == [Month(2026, 3)]
    assert deposit.entry.postings.get().value_date == stage.day
    assert deposit.decision.outcome == "APPROVED"
    assert deposit.branch == stage.branch


def test_the_same_receipt_again_is_the_same_deposit(stage: Stage):
    account = stage.open_account()
    first = pay(stage, account, 50_000)
    assert pay(stage, account, 50_000) == first
    assert get_holdings(account).flex_fen == 50_000


@pytest.mark.parametrize("changed", ["amount", "account"])
def test_a_receipt_number_belongs_to_one_deposit(stage: Stage, changed):
    account, other = stage.open_account(), stage.open_account()
    pay(stage, account, 50_000)
    with pytest.raises(KeyReused):
        pay(
            stage,
            other if changed == "account" else account,
            100_000 if changed == "amount" else 50_000,
        )


# centre, mode, monthly, first payments, payment, refused by
LIMITS = [
    ("kashgar", "MONTHLY", 16_200, [], 16_200, []),
    ("kashgar", "MONTHLY", 16_200, [], 16_199, ["payment_of_cycle"]),
    ("kashgar", "MONTHLY", 16_200, [], 16_201, ["payment_of_cycle"]),
    ("kashgar", "FREE", 595_000, [], 4 * 595_000, []),
    ("kashgar", "FREE", 595_000, [], 5 * 595_000, ["prepay_until"]),
    ("kashgar", "FREE", 595_000, [], 595_001, ["payment_is_multiple"]),
    ("lianyungang", "FREE", None, [], 10_000, []),
    ("lianyungang", "FREE", None, [], 9_999, ["least_payment"]),
    ("lianyungang", "FREE", None, [700_000], 57_080, []),
    ("lianyungang", "FREE", None, [700_000], 57_081, ["month_cap"]),
    ("bazhong", "FREE", None, [7_000_000], 200_000, []),
    ("bazhong", "FREE", None, [7_000_000], 200_001, ["annual_cap"]),
    ("bazhong", "FREE", None, [], 19_999, ["least_payment"]),
    ("yantai", "QUARTERLY", 20_100, [], 60_300, []),
    ("yantai", "QUARTERLY", 20_100, [], 20_100, ["payment_of_cycle"]),
    ("liaoning", "YEARLY", 600_000, [], 7_200_000, []),
    ("liaoning", "HALF_YEARLY", 20_000, [], 119_999, ["payment_of_cycle"]),
]


@pytest.mark.parametrize(("centre", "mode", "monthly", "before", "payment", "refused"), LIMITS)
def test_limits_hold_just_inside_on_and_outside(
    db, centre, mode, monthly, before, payment, refused
):
    stage = make_stage(centre)
    account = stage.open_account(make_terms(mode, monthly))
    for number, fen in enumerate(before):
        pay(stage, account, fen, number=f"B-{number}")
    if not refused:
        pay(stage, account, payment)
        assert get_holdings(account).flex_fen == sum(before) + payment
        return
    with pytest.raises(DepositRefused) as caught:
        pay(stage, account, payment)
    assert refusals(caught.value) == refused
    assert get_holdings(account).flex_fen == sum(before)


def test_a_refusal_says_why_and_is_kept_after_the_rollback(stage: Stage):
    account = stage.open_account()
    with pytest.raises(DepositRefused) as caught:
        pay(stage, account, 50_001)
    assert "500.01" in str(caught.value)
    kept = caught.value.record()
    assert StoredDecision.objects.get(pk=kept.pk).outcome == "REFUSED"
    assert not Deposit.objects.exists()


def test_prepaid_months_follow_each_other_and_share_the_payment(stage: Stage):
    account = stage.open_account(make_terms("FREE", 50_000))
    pay(stage, account, 100_000)
    pay(stage, account, 50_000, number="R-2")
    assert list_covered_months(account) == [Month(2026, 3), Month(2026, 4), Month(2026, 5)]
    assert set(Coverage.objects.values_list("amount_fen", flat=True)) == {50_000}


def test_money_beyond_a_covered_month_covers_nothing_where_free_mode_takes_any_amount(db):
    stage = make_stage("bazhong")
    account = stage.open_account(make_terms("FREE", None))
    pay(stage, account, 30_000)
    assert pay(stage, account, 30_000, number="R-2").months_covered == 0
    assert list_covered_months(account) == [Month(2026, 3)]


def test_the_annual_limit_begins_anew_with_the_centres_own_year(db):
    stage = make_stage("bazhong", dt.date(2026, 6, 30))
    account = stage.open_account(make_terms("FREE", None))
    pay(stage, account, 7_200_000)
    stage.on(dt.date(2026, 7, 1))
    pay(stage, account, 7_200_000, number="R-2")
    with pytest.raises(DepositRefused) as caught:
        pay(stage, account, 20_000, number="R-3")
    assert refusals(caught.value) == ["annual_cap"]


def test_a_sealed_account_takes_no_money_until_it_is_unsealed(stage: Stage):
    account = stage.open_account()
    seal(member_account=account, business_date=stage.day, document_no="S-1", by=stage.clerk)
    with pytest.raises(WrongState) as caught:
        pay(stage, account, 50_000)
    assert caught.value.hint
    unseal(member_account=account, business_date=stage.day, document_no="U-1", by=stage.clerk)
    assert pay(stage, account, 50_000).months_covered == 1


def test_a_closed_account_takes_no_money(stage: Stage):
    account = stage.open_account()
    close(
        member_account=account,
        reason="EXIT",
        business_date=stage.day,
        document_no="C-1",
        by=stage.system,
    )
    with pytest.raises(WrongState):
        pay(stage, account, 50_000)


def test_a_new_amount_counts_from_next_month(stage: Stage):
    account = stage.open_account(make_terms("MONTHLY", 50_000))
    change_agreement(
        member_account=account,
        mode="MONTHLY",
        monthly_amount_fen=60_000,
        business_date=stage.day,
        document_no="A-1",
        clerk=stage.clerk,
    )
    with pytest.raises(DepositRefused):
        pay(stage, account, 60_000)
    pay(stage, account, 50_000)
    stage.on(dt.date(2026, 4, 1))
    assert pay(stage, account, 60_000, number="R-2").monthly_amount_fen == 60_000


@pytest.mark.parametrize("fen", [0, -1, True, 10**15])
def test_an_amount_is_whole_fen_above_zero(stage: Stage, fen):
    with pytest.raises(BadField):
        pay(stage, stage.open_account(), fen)


def test_a_closed_day_takes_no_money(stage: Stage):
    account = stage.open_account()
    with pytest.raises(DayNotOpen):
        pay(stage, account, 50_000, business_date=dt.date(2026, 3, 9))


def test_only_a_clerk_of_the_centre_takes_money(stage: Stage):
    account = stage.open_account()
    elsewhere = make_stage("yantai")
    for person in (stage.checker, stage.supervisor, elsewhere.clerk):
        with pytest.raises(NotAllowed):
            pay(stage, account, 50_000, clerk=person)


def test_money_from_a_unit_stays_apart_and_covers_no_month(stage: Stage):
    account = stage.open_account()
    facts = {
        "member_account": account,
        "origin": "UNIT",
        "amount_fen": 1_234_567,
        "from_centre": "乌鲁木齐",
        "contributed_months": 30,
        "first_month": dt.date(2023, 1, 1),
        "their_document_no": "TO-1",
        "document_no": "TI-1",
        "business_date": stage.day,
        "clerk": stage.clerk,
    }
    transfer = receive_transfer(**facts)
    assert receive_transfer(**facts) == transfer
    assert get_holdings(account).unit_fen == 1_234_567
    assert get_holdings(account).flex_fen == 0
    assert list_covered_months(account) == []
    with pytest.raises(KeyReused):
        receive_transfer(**{**facts, "amount_fen": 1})


@pytest.mark.parametrize(
    ("mode", "on", "months"),
    [
        ("MONTHLY", dt.date(2026, 3, 31), 0),
        ("MONTHLY", dt.date(2026, 4, 1), 1),
        ("MONTHLY", dt.date(2026, 6, 1), 3),
        ("QUARTERLY", dt.date(2026, 5, 31), 0),
        ("QUARTERLY", dt.date(2026, 6, 1), 3),
    ],
)
def test_a_cycle_is_owed_once_it_has_ended(db, mode, on, months):
    stage = make_stage("yantai")
    stage.open_account(make_terms(mode, 50_000))
    owed = owing_accounts(stage.centre, on)
    assert [(one.owed_months, one.owed_fen) for one in owed] == (
        [(months, months * 50_000)] if months else []
    )
