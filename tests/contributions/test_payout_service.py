"""What the bank did with a withdrawal: paid or not, said once, by a third person."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import AccountsRefused, BadField, OwnAccount, WrongState
from accounts.models import MemberAccount
from accounts.services import close
from contributions.errors import PayoutEnded, ReferenceUsed
from contributions.models import Payout, Withdrawal
from contributions.queries import get_holdings
from contributions.services import confirm_payout, fail_payout
from ledger.models import Entry
from ledger.queries import get_balance_fen, get_ledger_account, list_lots
from ledger.verify import prove
from office.documents import AlreadyDecided, SamePerson
from office.guards import drop_guards
from office.models import AuditEvent
from office.roles import Role
from office.services import DayNotOpen, NotAllowed
from tests.contributions.withdrawals import (
    INVOICE,
    LEASE,
    add_payer,
    approve,
    ask,
    bring,
    make_payer,
    withdraw,
)
from tests.office.conftest import at_the_same_moment


@pytest.fixture
def paying(db):
    """A centre with a withdrawal of 1,000 yuan that is ready to be paid."""
    stage, account = make_payer()
    stage.finance = stage.colleague("finance", Role.FINANCE)
    return stage, account, withdraw(stage, account)


def confirm(stage, payout, reference="回单1", by=None):
    return confirm_payout(
        payout=payout,
        bank_reference=reference,
        business_date=stage.day,
        by=by or stage.finance,
    )


def fail(stage, payout, failure="账号与户名不符", by=None):
    return fail_payout(
        payout=payout, failure=failure, business_date=stage.day, by=by or stage.finance
    )


def balance(stage, code):
    return get_balance_fen(get_ledger_account(stage.centre, code))


def broken(stage):
    return {proof.invariant.code for proof in prove([stage.centre]) if not proof.holds}


def test_a_confirmed_payout_is_owed_no_longer_and_has_left_the_bank(paying):
    stage, account, payout = paying
    assert (balance(stage, "21904"), balance(stage, "10101")) == (100_000, 500_000)
    ended = confirm(stage, payout)
    assert (ended.state, ended.confirmed_by, ended.confirmed_date) == (
        "CONFIRMED",
        stage.finance,
        stage.day,
    )
    assert (balance(stage, "21904"), balance(stage, "10101")) == (0, 400_000)
    assert get_holdings(account).flex_fen == 400_000
    assert AuditEvent.objects.filter(action="contributions.payout.confirmed").count() == 1
    assert broken(stage) == set()


def test_a_failed_payout_is_booked_back_as_if_nothing_had_left(paying):
    stage, account, payout = paying
    stage.on(stage.day + dt.timedelta(days=3))
    assert fail(stage, payout).state == "FAILED"
    assert (balance(stage, "21904"), balance(stage, "10101")) == (0, 500_000)
    assert get_holdings(account).flex_fen == 500_000
    lots = list_lots(account.flex_ledger_account)
    assert sum(lot.amount_fen for lot in lots if lot.value_date == payout.made_date) == 500_000
    assert broken(stage) == set()


@pytest.mark.parametrize("end", [confirm, fail])
def test_the_same_word_again_books_nothing_more(paying, end):
    stage, _account, payout = paying
    first = end(stage, payout)
    entries = Entry.objects.count()
    stage.on(stage.day + dt.timedelta(days=1))
    assert end(stage, payout) == first
    assert Entry.objects.count() == entries


ENDS = [
    (confirm, lambda stage, payout: confirm(stage, payout, "回单2")),
    (confirm, fail),
    (fail, confirm),
    (fail, lambda stage, payout: fail(stage, payout, "已销户")),
]


@pytest.mark.parametrize(("first", "second"), ENDS)
def test_a_payout_ends_once(paying, first, second):
    stage, _account, payout = paying
    first(stage, payout)
    with pytest.raises(PayoutEnded):
        second(stage, payout)
    assert broken(stage) == set()


def test_a_receipt_of_the_bank_confirms_one_payout(paying):
    stage, _account, payout = paying
    confirm(stage, payout)
    other = withdraw(stage, add_payer(stage))
    with pytest.raises(ReferenceUsed):
        confirm(stage, other)
    other.refresh_from_db()
    assert (other.state, balance(stage, "21904")) == ("READY", 100_000)


@pytest.mark.parametrize("role", [Role.CLERK, Role.CHECKER, Role.SUPERVISOR, Role.AUDITOR])
@pytest.mark.parametrize("end", [confirm, fail])
def test_only_finance_says_what_the_bank_did(paying, role, end):
    stage, _account, payout = paying
    with pytest.raises(NotAllowed):
        end(stage, payout, by=stage.colleague("somebody", role))
    assert balance(stage, "21904") == 100_000


def test_finance_of_another_centre_does_not(paying):
    stage, _account, payout = paying
    other, _payer = make_payer("yantai", day=stage.day, stranger=True)
    with pytest.raises(NotAllowed):
        confirm(stage, payout, by=other.colleague("other-finance", Role.FINANCE))


@pytest.mark.parametrize("which", ["clerk", "checker"])
def test_who_took_in_or_approved_it_does_not_confirm_it_in_another_role(paying, which):
    stage, _account, payout = paying
    person = getattr(stage, which)
    person.role = Role.FINANCE
    with pytest.raises(SamePerson):
        confirm(stage, payout, by=person)


def test_nobody_confirms_their_own_payment(paying):
    stage, account, payout = paying
    stage.finance.person_index = account.member.documents.get().number_index
    with pytest.raises(OwnAccount):
        confirm(stage, payout)


@pytest.mark.parametrize("text", ["", "  ", "9" * 201])
@pytest.mark.parametrize("end", [confirm, fail])
def test_the_end_is_explained_in_words_that_fit(paying, end, text):
    stage, _account, payout = paying
    with pytest.raises(BadField):
        end(stage, payout, text)


def test_nothing_is_paid_on_a_day_that_is_not_open(paying):
    stage, _account, payout = paying
    stage.day += dt.timedelta(days=1)
    for end in (confirm, fail):
        with pytest.raises(DayNotOpen):
            end(stage, payout)
    payout.refresh_from_db()
    assert payout.state == "READY"


def test_what_could_not_be_paid_does_not_use_up_a_limit(db):
    stage, account = make_payer("yantai", day=dt.date(2026, 3, 10))
    stage.finance = stage.colleague("finance", Role.FINANCE)
    bring(stage, account, 4_000_000)
    facts = {"ground": "RELOCATION_RENT", "papers": [LEASE, INVOICE]}
    fail(stage, withdraw(stage, account, 1_400_000, **facts))
    assert ask(stage, account, 1_400_000, **facts).allowed_fen == 1_400_000


def test_nothing_is_booked_back_into_a_closed_account(paying):
    stage, _account, payout = paying
    rest = withdraw(stage, payout.withdrawal.member_account, 400_000)
    close(
        member_account=payout.withdrawal.member_account,
        reason="EXIT",
        business_date=stage.day,
        document_no="C-1",
        by=stage.system,
    )
    assert broken(stage) == {"P4.closed"}
    with pytest.raises(WrongState):
        fail(stage, rest)
    for number, ready in enumerate((payout, rest)):
        confirm(stage, ready, f"回单{number}")
    assert broken(stage) == set()


BROKEN = [
    {"state": "CONFIRMED"},
    {"bank_reference": "x"},
    {"failure": "x"},
    {"amount_fen": 0},
]


@pytest.mark.parametrize("change", BROKEN)
def test_the_database_itself_refuses_what_no_payout_can_be(paying, change):
    _stage, _account, payout = paying
    drop_guards()
    with pytest.raises(IntegrityError), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(**change)


TAMPERED = [
    ("M12.payouts", lambda payout: Payout.objects.update(amount_fen=99_999)),
    ("C4", lambda payout: Withdrawal.objects.update(allowed_fen=99_999)),
    (
        "M11.payouts",
        lambda payout: Payout.objects.update(
            state="CONFIRMED",
            bank_reference="x",
            confirmed_by=payout.withdrawal.made_by,
            confirmed_date=payout.made_date,
            entry=payout.withdrawal.entry,
        ),
    ),
    (
        "P4.closed",
        lambda payout: MemberAccount.objects.update(
            state="CLOSED", closed_date=payout.made_date, close_reason="EXIT"
        ),
    ),
]


@pytest.mark.parametrize(("code", "tamper"), TAMPERED)
def test_what_is_done_below_the_application_is_seen(paying, code, tamper):
    stage, _account, payout = paying
    drop_guards()
    tamper(payout)
    assert code in broken(stage)


# Races


def of_kind(outcomes, kind):
    return [outcome for outcome in outcomes if isinstance(outcome, kind)]


def try_to_withdraw(stage, account, fen):
    """Come again and again, as a queue of people would, until the withdrawal is decided."""
    for _ in range(200):
        try:
            asked = ask(stage, account, fen, clerk=stage.clerk)
        except AccountsRefused as refused:
            if type(refused).__name__ == "BusinessWaits":
                continue
            raise
        return approve(stage, asked)
    raise AssertionError("never came to the window")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_withdrawals_at_once_with_room_for_ten_pay_ten():
    stage, account = make_payer()
    outcomes = at_the_same_moment(50, lambda n: try_to_withdraw(stage, account, 50_000))
    assert len(of_kind(outcomes, Payout)) == 10
    assert len(of_kind(outcomes, AccountsRefused)) == 40
    assert get_holdings(account).flex_fen == 0
    assert balance(stage, "21904") == 500_000
    assert broken(stage) == set()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_approvals_of_one_withdrawal_are_one():
    stage, account = make_payer()
    asked = ask(stage, account)
    people = [stage.checker, stage.supervisor]
    outcomes = at_the_same_moment(
        50, lambda n: approve(stage, Withdrawal.objects.get(pk=asked.pk), by=people[n % 2])
    )
    assert len(of_kind(outcomes, Payout)) == 1
    assert len(of_kind(outcomes, AlreadyDecided)) == 49
    assert balance(stage, "21904") == 100_000


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_payout_confirmed_and_failed_at_once_ends_one_way():
    stage, account = make_payer()
    stage.finance = stage.colleague("finance", Role.FINANCE)
    payout = withdraw(stage, account)
    works = [confirm, fail]
    outcomes = at_the_same_moment(
        8, lambda n: works[n % 2](stage, Payout.objects.get(pk=payout.pk))
    )
    assert len(of_kind(outcomes, Payout)) == 4
    assert len(of_kind(outcomes, PayoutEnded)) == 4
    assert balance(stage, "21904") == 0
    assert broken(stage) == set()
