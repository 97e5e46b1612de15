"""Freezes by order of a court and bans by decision: two persons, whole days, kept for ever."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.errors import AlreadyEntered, BadField, NotInForce, OwnAccount, WrongState
from accounts.holds import find_ban_end, get_frozen
from accounts.models import Ban, Freeze
from accounts.services import (
    approve_ban,
    approve_freeze,
    close,
    confirm_lift,
    propose_lift,
    return_hold,
    submit_ban,
    submit_freeze,
)
from office.documents import AlreadyDecided, ChangedMeanwhile, SamePerson
from office.models import AuditEvent
from office.roles import Role
from office.services import NotAllowed
from policy.book import Unset
from tests.accounts.builders import Stage, make_stage

COURT = "喀什市人民法院"
DAY = dt.timedelta(days=1)


def enter(stage: Stage, account, **changes) -> Freeze:
    return submit_freeze(
        **{
            "member_account": account,
            "amount_fen": 100_000,
            "court": COURT,
            "order_no": "（2026）新31执1号",
            "from_date": stage.day,
            "until_date": stage.day + 30 * DAY,
            "business_date": stage.day,
            "by": stage.supervisor,
            **changes,
        }
    )


def freeze(stage: Stage, account, **changes) -> Freeze:
    entered = enter(stage, account, **changes)
    return approve_freeze(freeze=entered, digest=entered.digest, by=stage.checker)


def ban(stage: Stage, member, kind="FRAUDULENT_WITHDRAWAL", decided=None, **changes) -> Ban:
    entered = submit_ban(
        **{
            "member": member,
            "kind": kind,
            "decided_date": decided or stage.day,
            "document_no": "决定〔2026〕1号",
            "business_date": stage.day,
            "by": stage.supervisor,
            **changes,
        }
    )
    return approve_ban(ban=entered, digest=entered.digest, by=stage.checker)


def test_an_order_freezes_once_a_second_person_agrees(stage: Stage):
    account = stage.open_account()
    entered = enter(stage, account)
    assert get_frozen(account, stage.day).amount_fen == 0
    approve_freeze(freeze=entered, digest=entered.digest, by=stage.checker)
    assert get_frozen(account, stage.day).amount_fen == 100_000
    assert AuditEvent.objects.filter(action="accounts.freeze.approved").exists()


@pytest.mark.parametrize(("days", "frozen_fen"), [(-1, 0), (0, 100_000), (30, 100_000), (31, 0)])
def test_a_freeze_runs_from_its_first_through_its_last_day(stage: Stage, days, frozen_fen):
    account = stage.open_account()
    freeze(stage, account)
    assert get_frozen(account, stage.day + days * DAY).amount_fen == frozen_fen


def test_orders_of_several_courts_add_up_and_one_may_take_everything(stage: Stage):
    account = stage.open_account()
    freeze(stage, account)
    freeze(stage, account, amount_fen=50_000, order_no="2")
    assert get_frozen(account, stage.day).left_fen(160_000) == 10_000
    assert get_frozen(account, stage.day).left_fen(150_000) == 0
    assert get_frozen(account, stage.day).left_fen(149_999) == 0
    freeze(stage, account, amount_fen=None, order_no="3")
    assert get_frozen(account, stage.day).left_fen(1_000_000) == 0


def test_a_freeze_touches_no_other_account(stage: Stage):
    freeze(stage, stage.open_account())
    assert get_frozen(stage.open_account(), stage.day).amount_fen == 0


def propose(stage, standing, order_no="解1"):
    return propose_lift(
        freeze=standing, order_no=order_no, business_date=stage.day, by=stage.supervisor
    )


def confirm(stage, lift, by=None):
    return confirm_lift(
        document=lift, digest=lift.digest, business_date=stage.day, by=by or stage.checker
    )


BAD_ORDERS = [
    ("amount_fen", 0),
    ("amount_fen", -1),
    ("amount_fen", True),
    ("amount_fen", 10**15),
    ("court", " "),
    ("order_no", ""),
    ("until_date", dt.date(2026, 3, 9)),
    ("until_date", dt.date(2026, 1, 1)),
]


@pytest.mark.parametrize(("field", "value"), BAD_ORDERS)
def test_an_impossible_order_is_refused_by_its_field(stage: Stage, field, value):
    with pytest.raises(BadField) as caught:
        enter(stage, stage.open_account(), **{field: value})
    assert caught.value.field == field
    assert not Freeze.objects.exists()


def test_an_order_is_entered_once(stage: Stage):
    account = stage.open_account()
    entered = enter(stage, account)
    with pytest.raises(AlreadyEntered):
        enter(stage, account)
    return_hold(document=entered, reason="法院名称有误", by=stage.checker)
    assert enter(stage, account).state == "SUBMITTED"


def test_a_clerk_enters_no_freeze(stage: Stage):
    with pytest.raises(NotAllowed):
        enter(stage, stage.open_account(), by=stage.clerk)


def test_nobody_freezes_or_lifts_alone(stage: Stage):
    account = stage.open_account()
    entered = enter(stage, account)
    with pytest.raises(SamePerson):
        approve_freeze(freeze=entered, digest=entered.digest, by=stage.supervisor)
    approve_freeze(freeze=entered, digest=entered.digest, by=stage.checker)
    lift = propose(stage, entered)
    with pytest.raises(SamePerson):
        confirm(stage, lift, by=stage.supervisor)


def test_what_was_not_shown_is_not_approved_and_nothing_twice(stage: Stage):
    entered = enter(stage, stage.open_account())
    with pytest.raises(ChangedMeanwhile):
        approve_freeze(freeze=entered, digest="0" * 64, by=stage.checker)
    approve_freeze(freeze=entered, digest=entered.digest, by=stage.checker)
    with pytest.raises(AlreadyDecided):
        approve_freeze(freeze=entered, digest=entered.digest, by=stage.checker)


def test_a_lifted_freeze_ends_that_day_and_stays_on_record(stage: Stage):
    account = stage.open_account()
    standing = freeze(stage, account)
    lift = propose(stage, standing)
    assert get_frozen(account, stage.day).amount_fen == 100_000
    stage.on(stage.day + 2 * DAY)
    confirm(stage, lift)
    assert get_frozen(account, stage.day).amount_fen == 0
    assert get_frozen(account, stage.day - DAY).amount_fen == 100_000
    assert Freeze.objects.get().lifts.get().checked_by == stage.checker


def test_the_second_person_confirms_the_order_that_was_shown(stage: Stage):
    lift = propose(stage, freeze(stage, stage.open_account()))
    lift.digest = "0" * 64
    with pytest.raises(ChangedMeanwhile):
        confirm(stage, lift)
    assert Freeze.objects.get().lifted_date is None


def test_one_order_lifts_a_freeze_and_a_returned_one_makes_room(stage: Stage):
    standing = freeze(stage, stage.open_account())
    lift = propose(stage, standing)
    with pytest.raises(AlreadyEntered):
        propose(stage, standing, order_no="解2")
    return_hold(document=lift, reason="文号有误", by=stage.checker)
    confirm(stage, propose(stage, standing, order_no="解2"))
    with pytest.raises(NotInForce):
        propose(stage, standing, order_no="解3")


def test_an_order_that_ended_meanwhile_is_not_lifted_any_more(stage: Stage):
    standing = freeze(stage, stage.open_account())
    lift = propose(stage, standing)
    stage.on(standing.until_date + DAY)
    with pytest.raises(NotInForce):
        confirm(stage, lift)
    lift.refresh_from_db()
    assert lift.state == "SUBMITTED"


def test_there_is_nothing_to_lift_before_approval_or_after_the_last_day(stage: Stage):
    account = stage.open_account()
    with pytest.raises(NotInForce):
        propose_lift(
            freeze=enter(stage, account),
            order_no="解1",
            business_date=stage.day,
            by=stage.supervisor,
        )
    ended = freeze(stage, account, order_no="2")
    with pytest.raises(NotInForce):
        propose_lift(
            freeze=ended,
            order_no="解1",
            business_date=ended.until_date + DAY,
            by=stage.supervisor,
        )


def test_a_lifting_needs_its_order(stage: Stage):
    standing = freeze(stage, stage.open_account())
    with pytest.raises(BadField):
        propose_lift(freeze=standing, order_no=" ", business_date=stage.day, by=stage.supervisor)


def test_a_closed_account_is_not_frozen(stage: Stage):
    account = stage.open_account()
    entered = enter(stage, account)
    close(
        member_account=account,
        reason="EXIT",
        business_date=stage.day,
        document_no="C-1",
        by=stage.system,
    )
    for step in (
        lambda: approve_freeze(freeze=entered, digest=entered.digest, by=stage.checker),
        lambda: enter(stage, account, order_no="2"),
    ):
        with pytest.raises(WrongState):
            step()


def test_nobody_handles_a_freeze_of_their_own_account(stage: Stage):
    account = stage.open_account()
    stage.supervisor.person_index = account.member.documents.get().number_index
    with pytest.raises(OwnAccount):
        enter(stage, account)


# kind, day of decision, last day of the ban
BANS = [
    ("FRAUDULENT_WITHDRAWAL", dt.date(2026, 9, 20), dt.date(2029, 9, 20)),
    ("FRAUDULENT_LOAN", dt.date(2026, 9, 20), dt.date(2031, 9, 20)),
    ("FRAUDULENT_WITHDRAWAL", dt.date(2026, 10, 8), dt.date(2029, 10, 8)),
    ("FRAUDULENT_LOAN", dt.date(2028, 2, 29), dt.date(2033, 2, 28)),
]


@pytest.mark.parametrize(("kind", "decided", "last"), BANS)
def test_a_ban_counts_the_years_of_the_law_from_its_decision(db, kind, decided, last):
    stage = make_stage("kashgar", decided)
    member = stage.open_account().member
    ban(stage, member, kind)
    found = [find_ban_end(member, day) for day in (decided - DAY, decided, last, last + DAY)]
    assert found == [None, last, last, None]


def test_the_longest_of_several_bans_holds(db):
    stage = make_stage("kashgar", dt.date(2026, 10, 8))
    member = stage.open_account().member
    ban(stage, member)
    ban(stage, member, "FRAUDULENT_LOAN", document_no="决定〔2026〕2号")
    assert find_ban_end(member, stage.day) == dt.date(2031, 10, 8)


def test_before_the_new_text_the_law_knows_no_years_of_ban(db):
    stage = make_stage("kashgar", dt.date(2026, 9, 19))
    with pytest.raises(Unset):
        ban(stage, stage.open_account().member)


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", "LATE"), ("document_no", " "), ("decided_date", dt.date(2026, 10, 9))],
)
def test_an_impossible_ban_is_refused_by_its_field(db, field, value):
    stage = make_stage("kashgar", dt.date(2026, 10, 8))
    with pytest.raises(BadField) as caught:
        ban(stage, stage.open_account().member, **{field: value})
    assert caught.value.field == field


def test_a_ban_needs_two_persons_and_is_entered_once(db):
    stage = make_stage("kashgar", dt.date(2026, 10, 8))
    member = stage.open_account().member
    alone = {"document_no": "决定〔2026〕2号", "by": stage.checker}
    with pytest.raises(NotAllowed):
        ban(stage, member, **alone)
    second = stage.colleague("supervisor-2", Role.SUPERVISOR)
    entered = ban(stage, member, by=second)
    with pytest.raises(AlreadyEntered):
        ban(stage, member)
    assert {entered.made_by, entered.checked_by} == {second, stage.checker}


def test_who_entered_a_ban_does_not_approve_it(db):
    stage = make_stage("kashgar", dt.date(2026, 10, 8))
    stage.checker = stage.supervisor
    with pytest.raises(SamePerson):
        ban(stage, stage.open_account().member)


BROKEN = [
    {"amount_fen": 0},
    {"until_date": dt.date(2020, 1, 1)},
    {"court": ""},
    {"lifted_date": dt.date(2026, 3, 11)},
]


@pytest.mark.parametrize("change", BROKEN)
def test_the_database_itself_refuses_what_no_order_can_say(stage: Stage, change):
    standing = enter(stage, stage.open_account())
    broken = Freeze.objects.filter(pk=standing.pk).values().get() | change
    broken |= {"id": None, "number": "FZ-X", "order_no": "X"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Freeze.objects.create(**broken)


def test_history_of_freezes_and_bans_cannot_be_rewritten(stage: Stage):
    standing = freeze(stage, stage.open_account())
    connection.check_constraints()
    for change in (
        lambda: Freeze.objects.filter(pk=standing.pk).update(amount_fen=1),
        lambda: Freeze.objects.filter(pk=standing.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
