"""Heirs: each paid their part to the fen, and nothing of it while something stands against it."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import BadField, BusinessWaits, OwnAccount, WrongState
from accounts.models import MemberAccount
from contributions.errors import ExitChanged, PayoutEnded, StepMissing
from contributions.heir_errors import InheritanceRefused, OwnInheritance
from contributions.models import Heir, Inheritance, InterestCredit, Payout
from contributions.queries import get_holdings
from contributions.services import (
    approve_correction,
    approve_heir_card,
    cancel_inheritance,
    confirm_payout,
    fail_payout,
    return_inheritance,
    submit_heir_card,
)
from ledger.models import Entry
from ledger.queries import get_balance_fen, get_ledger_account
from ledger.verify import prove
from office.documents import AlreadyDecided, ChangedMeanwhile, SamePerson
from office.fields import blind_index
from office.guards import drop_guards
from office.roles import Role
from office.services import NotAllowed
from policy.services import verify_decisions
from settlement.services import submit_correction
from tests.accounts.builders import make_staff
from tests.contributions.exits import approve as approve_exit
from tests.contributions.exits import give_subsidy, happen, leave, pay
from tests.contributions.heirs import (
    SON,
    approve,
    claim,
    die,
    find_nobody,
    inherit,
    wife_and_son,
)
from tests.contributions.test_withdrawal_service import freeze
from tests.contributions.withdrawals import bring, make_payer, withdraw

# 14 October to 20 March are 156 of 360 days at 1.50 %
SPRING = dt.date(2027, 3, 20)
THIRDS = wife_and_son((1, 3), (2, 3))


@pytest.fixture
def left(db):
    """A stage and the account of a member who has died with 5,000.00 yuan in Kashgar."""
    stage, account = make_payer()
    die(stage, account)
    account.refresh_from_db()
    return stage, account


def sound(stage):
    assert [proof.invariant.code for proof in prove([stage.centre]) if not proof.holds] == []
    assert verify_decisions() == []


def finance(stage, name="finance"):
    return stage.colleague(name, Role.FINANCE)


def state_of(account):
    account.refresh_from_db()
    return account.state, account.close_reason


def refused_codes(refused):
    return {reason.code for reason in refused.value.decision.reasons if not reason.met}


def test_two_heirs_share_an_odd_sum_and_the_first_gets_what_rounding_leaves(db):
    stage, account = make_payer(flex_fen=500_000)
    bring(stage, account, 1)
    die(stage, account)
    inheritance = inherit(stage, account, THIRDS)
    # 500,001 fen divide by three: one fen more does not
    assert [heir.amount_fen for heir in inheritance.heirs.all()] == [166_667, 333_334]
    cancel_inheritance(document=inheritance, by=stage.clerk)

    bring(stage, account, 2)
    inheritance = inherit(stage, account, THIRDS)
    assert inheritance.total_fen == 500_003
    # a third is 166,667 2/3 fen, two thirds 333,335 1/3
    assert [heir.amount_fen for heir in inheritance.heirs.all()] == [166_668, 333_335]
    assert not Entry.objects.filter(key__startswith="inheritance:").exists()


def test_each_heir_is_paid_on_their_own_and_the_account_closes_with_the_last(left):
    stage, account = left
    payouts = approve(stage, inherit(stage, account, THIRDS))
    assert [payout.amount_fen for payout in payouts] == [166_667, 333_333]
    assert [payout.payee for payout in payouts] == ["阿依古丽", "艾尔肯"]
    assert get_holdings(account).total_fen == 0
    assert get_balance_fen(get_ledger_account(stage.centre, "21904")) == 500_000
    sound(stage)

    pay(stage, payouts[1])
    assert state_of(account) == ("SEALED", "")
    sound(stage)
    pay(stage, payouts[0])
    assert state_of(account) == ("CLOSED", "INHERITED")
    assert account.agreements.get().state == "TERMINATED"
    assert get_balance_fen(get_ledger_account(stage.centre, "21904")) == 0
    assert account.events.filter(kind="INHERITED").count() == 1
    sound(stage)


def test_everything_goes_interest_to_the_day_subsidies_and_the_sealed_unit_part(db):
    stage, account = make_payer("kashgar", flex_fen=480_000, unit_fen=300_000)
    give_subsidy(stage, account, 8_000)
    stage.on(SPRING)
    die(stage, account)
    inheritance = inherit(stage, account)
    assert inheritance.parts == [
        ["FLEX", "PRINCIPAL", 480_000],
        ["FLEX", "INTEREST", 3_172],
        ["FLEX", "SUBSIDY", 8_000],
        ["UNIT", "TRANSFER_IN", 300_000],
        ["UNIT", "INTEREST", 1_950],
    ]
    assert inheritance.interest_fen == 5_122
    assert not InterestCredit.objects.exists()
    (payout,) = approve(stage, inheritance)
    assert payout.amount_fen == 793_122
    inheritance.refresh_from_db()
    assert inheritance.interest_credit == InterestCredit.objects.get()
    pay(stage, payout)
    assert state_of(account) == ("CLOSED", "INHERITED")
    sound(stage)


def test_what_waits_sealed_after_an_exit_goes_to_the_heirs_at_once(db):
    stage, account = make_payer("kashgar", unit_fen=300_000)
    pay(stage, approve_exit(stage, leave(stage, account)))
    die(stage, account)
    (payout,) = approve(stage, inherit(stage, account))
    assert payout.amount_fen == 300_000
    pay(stage, payout)
    assert state_of(account) == ("CLOSED", "INHERITED")
    sound(stage)


def test_heirs_of_an_employee_are_paid_too(left):
    stage, account = left
    MemberAccount.objects.filter(pk=account.pk).update(identity="UNIT")
    assert len(approve(stage, inherit(stage, account))) == 1


def test_sums_have_to_make_up_everything_to_the_fen(left):
    stage, account = left
    short = [claim(share_fen=200_000), claim("艾尔肯", document_number=SON, share_fen=299_999)]
    with pytest.raises(InheritanceRefused, match=r"4,?999\.99") as refused:
        inherit(stage, account, short)
    assert refused_codes(refused) == {"shares_do_not_make_the_whole"}
    assert not Inheritance.objects.exists()
    whole = [claim(share_fen=200_000), claim("艾尔肯", document_number=SON, share_fen=300_000)]
    assert [one.amount_fen for one in inherit(stage, account, whole).heirs.all()] == [
        200_000,
        300_000,
    ]


@pytest.mark.parametrize("parts", [((1, 3), (1, 3)), ((1, 2), (2, 3)), ((1, 2), (499, 1000))])
def test_parts_that_do_not_make_the_whole_are_refused(left, parts):
    stage, account = left
    with pytest.raises(InheritanceRefused) as refused:
        inherit(stage, account, wife_and_son(*parts))
    assert refused_codes(refused) == {"shares_do_not_make_the_whole"}
    assert not Heir.objects.exists()


WRONG = [
    ("heirs[0].name", {"name": " "}),
    ("heirs[0].document_number", {"document_number": "653101196102030429"}),
    ("heirs[0].document_type", {"document_type": "PASSPORT"}),
    ("heirs[0].relation", {"relation": "FRIEND"}),
    ("heirs[0].title", {"title": "PROMISE"}),
    ("heirs[0].title_no", {"title_no": ""}),
    ("heirs[0].share", {"numerator": 0}),
    ("heirs[0].share", {"numerator": 3, "denominator": 2}),
    ("heirs[0].share", {"numerator": 1, "denominator": 1, "share_fen": 5}),
    ("heirs[0].share", {"share_fen": -1}),
    ("heirs[0].bank", {"bank": ""}),
    ("heirs[0].card", {"card": "12"}),
]


@pytest.mark.parametrize(("field", "changes"), WRONG)
def test_a_wrong_field_of_an_heir_is_named(left, field, changes):
    stage, account = left
    with pytest.raises(BadField) as wrong:
        inherit(stage, account, [claim(**changes)])
    assert wrong.value.field == field


def test_nobody_is_named_twice_and_the_dead_do_not_inherit(left):
    stage, account = left
    with pytest.raises(BadField, match=r"heirs\[1\].document_number"):
        inherit(stage, account, [claim(numerator=1, denominator=2)] * 2)
    own = account.member.documents.get().number
    with pytest.raises(BadField, match=r"heirs\[0\].document_number"):
        inherit(stage, account, [claim(document_number=own)])


def test_the_death_is_reported_first(db):
    stage, account = make_payer()
    with pytest.raises(StepMissing):
        inherit(stage, account)
    with pytest.raises(StepMissing):
        find_nobody(stage, account)


def test_a_freeze_keeps_the_heirs_waiting_and_comes_in_between_too(left):
    stage, account = left
    waiting = inherit(stage, account)
    freeze(stage, account, 100)
    with pytest.raises(InheritanceRefused) as refused:
        approve(stage, waiting)
    assert refused_codes(refused) == {"is_frozen"}
    return_inheritance(document=waiting, reason="冻结", business_date=stage.day, by=stage.checker)
    with pytest.raises(InheritanceRefused):
        inherit(stage, account)
    with pytest.raises(InheritanceRefused):
        find_nobody(stage, account)
    assert get_holdings(account).total_fen == 500_000


def test_an_open_loan_comes_before_the_heirs(left):
    stage, account = left
    happen(stage, account, "LOAN_DISBURSED")
    with pytest.raises(InheritanceRefused) as refused:
        inherit(stage, account)
    assert refused_codes(refused) == {"open_loan_before_heirs"}


def test_a_payment_on_its_way_is_waited_for(db):
    stage, account = make_payer()
    payout = withdraw(stage, account)
    die(stage, account)
    with pytest.raises(BusinessWaits, match=payout.number):
        inherit(stage, account)
    pay(stage, payout)
    assert inherit(stage, account).total_fen == 400_000


def test_one_inheritance_after_the_other(left):
    stage, account = left
    waiting = inherit(stage, account)
    with pytest.raises(BusinessWaits, match=waiting.number):
        inherit(stage, account)
    with pytest.raises(BusinessWaits, match=waiting.number):
        find_nobody(stage, account)


def test_who_made_it_does_not_approve_it_and_above_the_limit_a_supervisor_does(db):
    stage, account = make_payer("bazhong", flex_fen=6_000_000)
    die(stage, account)
    inheritance = inherit(stage, account)
    assert inheritance.is_large
    with pytest.raises(NotAllowed):
        approve(stage, inheritance, by=stage.checker)
    with pytest.raises(SamePerson):
        approve(stage, inheritance, by=stage.clerk)
    assert len(approve(stage, inheritance, by=stage.supervisor)) == 1
    with pytest.raises(AlreadyDecided):
        approve(stage, inheritance, by=stage.supervisor)


def test_what_was_shown_is_what_is_approved(left):
    stage, account = left
    inheritance = inherit(stage, account)
    inheritance.digest = "0" * 64
    with pytest.raises(ChangedMeanwhile):
        approve(stage, inheritance)


def test_approved_on_another_day_it_comes_to_other_sums(left):
    stage, account = left
    inheritance = inherit(stage, account)
    stage.on(stage.day + dt.timedelta(days=60))
    with pytest.raises(ExitChanged):
        approve(stage, inheritance)
    assert get_holdings(account).total_fen == 500_000


def test_a_deposit_reversed_after_the_death_leaves_the_heirs_what_is_right(db):
    stage, account = make_payer()
    bring(stage, account, 250_000)
    die(stage, account)
    wrong = account.transfers.get().entry
    correction = submit_correction(
        entry=wrong, reason="转入他人资金", business_date=stage.day, by=stage.clerk
    )
    with pytest.raises(BusinessWaits, match=correction.number):
        inherit(stage, account)
    approve_correction(
        correction=correction,
        digest=correction.digest,
        business_date=stage.day,
        by=stage.checker,
    )
    assert inherit(stage, account).total_fen == 500_000
    sound(stage)


def heir_at_work(stage, role):
    """Somebody of the staff who is one of the heirs."""
    person = make_staff(stage.branch, "heir", role)
    type(person).objects.filter(pk=person.pk).update(person_index=blind_index(SON))
    person.refresh_from_db()
    return person


def test_an_heir_at_the_window_does_not_take_it_in(left):
    stage, account = left
    with pytest.raises(OwnInheritance):
        inherit(stage, account, THIRDS, clerk=heir_at_work(stage, Role.CLERK))


def test_an_heir_does_not_approve_it(left):
    stage, account = left
    inheritance = inherit(stage, account, THIRDS)
    with pytest.raises(OwnInheritance):
        approve(stage, inheritance, by=heir_at_work(stage, Role.CHECKER))


def test_an_heir_does_not_confirm_the_payments_of_the_others_either(left):
    stage, account = left
    first, _second = approve(stage, inherit(stage, account, THIRDS))
    person = heir_at_work(stage, Role.FINANCE)
    with pytest.raises(OwnInheritance):
        confirm_payout(payout=first, bank_reference="B-1", business_date=stage.day, by=person)
    first.refresh_from_db()
    assert first.state == "READY"


def test_what_one_heir_could_not_be_paid_stays_owed_and_is_paid_to_another_card(left):
    stage, account = left
    first, second = approve(stage, inherit(stage, account, THIRDS))
    pay(stage, second)
    failed = fail_payout(
        payout=first, failure="账号户名不符", business_date=stage.day, by=finance(stage)
    )
    assert (failed.state, failed.entry) == ("FAILED", None)
    assert get_balance_fen(get_ledger_account(stage.centre, "21904")) == 166_667
    assert state_of(account) == ("SEALED", "")
    sound(stage)

    card = submit_heir_card(
        member_account=account,
        heir=first.heir,
        bank="工商银行",
        card="6222000000000001234",
        business_date=stage.day,
        clerk=stage.clerk,
    )
    with pytest.raises(SamePerson):
        approve_heir_card(
            document=card, digest=card.digest, business_date=stage.day, by=stage.clerk
        )
    again = approve_heir_card(
        document=card, digest=card.digest, business_date=stage.day, by=stage.checker
    )
    assert (again.amount_fen, again.card_last4, again.state) == (166_667, "1234", "READY")
    sound(stage)
    with pytest.raises(PayoutEnded):
        confirm_payout(
            payout=first, bank_reference="B-9", business_date=stage.day, by=finance(stage, "f2")
        )
    pay(stage, again)
    assert state_of(account) == ("CLOSED", "INHERITED")
    sound(stage)


@pytest.mark.parametrize("paid", [True, False])
def test_a_card_is_changed_only_after_the_bank_said_no(left, paid):
    stage, account = left
    (payout,) = approve(stage, inherit(stage, account))
    if paid:
        pay(stage, payout)
    with pytest.raises(BadField, match="heir"):
        submit_heir_card(
            member_account=account,
            heir=payout.heir,
            bank="工商银行",
            card="6222000000000001234",
            business_date=stage.day,
            clerk=stage.clerk,
        )


def test_the_database_pays_no_heir_twice(left):
    stage, account = left
    (payout,) = approve(stage, inherit(stage, account))
    with pytest.raises(IntegrityError), transaction.atomic():
        Payout.objects.create(
            centre=stage.centre,
            heir=payout.heir,
            number="PO-twice",
            amount_fen=payout.amount_fen,
            card_last4="1111",
            approved_by=stage.checker,
            made_date=stage.day,
        )


def test_an_empty_account_closes_with_the_approval(db):
    stage, _ = make_payer()
    empty = stage.open_account()
    die(stage, empty)
    assert approve(stage, inherit(stage, empty)) == []
    assert state_of(empty) == ("CLOSED", "INHERITED")
    assert not Payout.objects.exists()
    sound(stage)


def test_money_that_came_in_late_is_handed_on_by_a_further_inheritance(left):
    stage, account = left
    (payout,) = approve(stage, inherit(stage, account))
    bring(stage, account, 7_700)
    pay(stage, payout)
    assert state_of(account) == ("SEALED", "")
    (late,) = approve(stage, inherit(stage, account))
    pay(stage, late)
    assert state_of(account) == ("CLOSED", "INHERITED")
    sound(stage)


def test_what_is_handed_on_is_not_handed_on_twice(left):
    stage, account = left
    approve(stage, inherit(stage, account))
    with pytest.raises(BusinessWaits):
        inherit(stage, account)
    for payout in Payout.objects.all():
        fail_payout(payout=payout, failure="退回", business_date=stage.day, by=finance(stage))
    with pytest.raises(WrongState):
        inherit(stage, account)


# nobody inherits


@pytest.mark.parametrize("code", ["kashgar", "yantai"])
def test_money_without_heirs_becomes_an_income_and_the_account_closes(db, code):
    stage, account = make_payer(code, flex_fen=400_000, unit_fen=100_000)
    die(stage, account)
    document = find_nobody(stage, account)
    assert document.is_large
    with pytest.raises(NotAllowed):
        approve(stage, document, by=stage.checker)
    assert approve(stage, document, by=stage.supervisor) == []
    assert state_of(account) == ("CLOSED", "NO_HEIRS")
    assert get_balance_fen(get_ledger_account(stage.centre, "40105")) == 500_000
    assert get_balance_fen(get_ledger_account(stage.centre, "21904")) == 0
    sound(stage)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("court", {"court": " "}),
        ("declaration_no", {"number": ""}),
        ("declaration_date", {"date": dt.date(2026, 1, 1)}),
        ("declaration_date", {"date": dt.date(2027, 1, 1)}),
    ],
)
def test_the_declaration_of_the_court_is_named(left, field, changes):
    stage, account = left
    with pytest.raises(BadField) as wrong:
        find_nobody(stage, account, **changes)
    assert wrong.value.field == field


def test_the_spouse_of_the_dead_takes_nothing_in(left):
    stage, account = left
    own = account.member.documents.get().number_index
    type(stage.clerk).objects.filter(pk=stage.clerk.pk).update(person_index=own)
    stage.clerk.refresh_from_db()
    with pytest.raises(OwnAccount):
        inherit(stage, account)


DAMAGE = [
    lambda: Heir.objects.filter(place=1).update(amount_fen=1),
    lambda: Inheritance.objects.update(total_fen=1),
    lambda: Payout.objects.filter(heir__place=2).update(amount_fen=1),
    lambda: MemberAccount.objects.update(state="NORMAL", sealed_date=None),
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_the_proof_finds_parts_that_were_changed(left, damage):
    stage, account = left
    approve(stage, inherit(stage, account, THIRDS))
    drop_guards()
    damage()
    broken = {proof.invariant.code for proof in prove([stage.centre]) if not proof.holds}
    assert "C10" in broken
