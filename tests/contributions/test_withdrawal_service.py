"""Taking money out: two persons, the law of the day of acceptance, what stands at approval."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.errors import BadField, BusinessWaits, OwnAccount, WrongState
from accounts.models import MemberEvent
from accounts.services import (
    approve_ban,
    approve_freeze,
    close,
    confirm_lift,
    propose_lift,
    record_event,
    seal,
    submit_ban,
    submit_freeze,
)
from contributions.errors import AllowedLess, WithdrawalRefused
from contributions.models import Payout, Withdrawal
from contributions.queries import get_holdings
from contributions.services import Paper, cancel_withdrawal, return_withdrawal
from kernel.money import MAX_FEN
from ledger.facts import Component
from ledger.queries import get_balance_fen, get_ledger_account
from ledger.verify import prove
from office.documents import AlreadyDecided, ChangedMeanwhile, SamePerson
from office.models import AuditEvent
from office.roles import Role
from office.services import DayNotOpen, NotAllowed
from policy.models import StoredDecision
from policy.services import verify_decisions
from tests.accounts.builders import CARD
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


def refused_by(caught):
    return [reason.code for reason in caught.value.decision.reasons if not reason.met]


def owed(stage):
    return get_balance_fen(get_ledger_account(stage.centre, "21904"))


def freeze(stage, account, amount_fen, order_no="1"):
    entered = submit_freeze(
        member_account=account,
        amount_fen=amount_fen,
        court="喀什市人民法院",
        order_no=order_no,
        from_date=stage.day,
        until_date=stage.day + dt.timedelta(days=1),
        business_date=stage.day,
        by=stage.supervisor,
    )
    return approve_freeze(freeze=entered, digest=entered.digest, by=stage.checker)


def ban(stage, member):
    entered = submit_ban(
        member=member,
        kind="FRAUDULENT_WITHDRAWAL",
        decided_date=stage.day,
        document_no="决定1",
        business_date=stage.day,
        by=stage.supervisor,
    )
    return approve_ban(ban=entered, digest=entered.digest, by=stage.checker)


def disburse(stage, account):
    record_event(
        member_account=account,
        kind="LOAN_DISBURSED",
        date=stage.day,
        document_no="LN-1",
        by=stage.clerk,
    )


def test_a_withdrawal_is_booked_when_the_second_person_approves(db):
    stage, account = make_payer()
    asked = ask(stage, account)
    assert get_holdings(account).flex_fen == 500_000
    assert (asked.allowed_fen, asked.is_large, asked.due_date) == (
        100_000,
        False,
        dt.date(2026, 10, 19),
    )
    payout = approve(stage, asked)
    assert get_holdings(account).flex_fen == 400_000
    assert owed(stage) == payout.amount_fen == 100_000
    assert (payout.state, payout.card_last4) == ("READY", CARD[-4:])
    assert all(proof.holds for proof in prove([stage.centre]))


def test_the_event_is_written_at_approval_and_dated_as_the_request(db):
    stage, account = make_payer()
    asked = ask(stage, account)
    accepted = stage.day
    assert not MemberEvent.objects.filter(kind="WITHDRAWAL").exists()
    stage.on(stage.day + dt.timedelta(days=2))
    approve(stage, asked)
    assert MemberEvent.objects.get(kind="WITHDRAWAL").date == accepted


@pytest.mark.parametrize("end", ["returned", "cancelled"])
def test_a_request_that_came_to_nothing_leaves_no_event_and_makes_room(db, end):
    stage, account = make_payer()
    asked = ask(stage, account)
    if end == "returned":
        return_withdrawal(withdrawal=asked, reason="备案证明看不清", by=stage.checker)
    else:
        cancel_withdrawal(withdrawal=asked, by=stage.clerk)
    assert not MemberEvent.objects.filter(kind="WITHDRAWAL").exists()
    assert get_holdings(account).flex_fen == 500_000
    with pytest.raises(AlreadyDecided):
        approve(stage, asked)
    assert ask(stage, account).state == "SUBMITTED"


def test_a_member_takes_out_what_was_put_in_and_not_one_fen_more(db):
    stage, account = make_payer()
    assert ask(stage, account, 500_001).allowed_fen == 500_000


def test_with_nothing_there_the_rule_refuses_and_the_refusal_is_kept(db):
    stage, account = make_payer()
    withdraw(stage, account, 500_000)
    with pytest.raises(WithdrawalRefused) as caught:
        ask(stage, account)
    assert refused_by(caught) == ["nothing_available"]
    assert StoredDecision.objects.get(pk=caught.value.record().pk).outcome == "REFUSED"


# ground, papers, refused or unclear by
GROUNDS = [
    ("RENT", [], ["evidence_missing"]),
    ("RENT", [INVOICE], ["evidence_missing"]),
    ("RELOCATION_RENT", [LEASE, INVOICE], ["ground_not_in_force", "parameter_unset"]),
    ("VOLUNTARY", [], ["ground_not_in_force"]),
]


@pytest.mark.parametrize(("ground", "papers", "codes"), GROUNDS)
def test_a_ground_needs_to_be_in_force_and_proven(db, ground, papers, codes):
    stage, account = make_payer()
    with pytest.raises(WithdrawalRefused) as caught:
        ask(stage, account, ground=ground, papers=papers)
    assert refused_by(caught) == codes
    assert not Withdrawal.objects.exists()


@pytest.mark.parametrize(("day", "refused"), [(19, True), (20, False)])
def test_decoration_is_a_ground_from_the_first_day_of_the_new_text(db, day, refused):
    stage, account = make_payer(day=dt.date(2026, 9, day))
    papers = [Paper(code="DECORATION_CONTRACT", document_no="装1")]
    if not refused:
        assert ask(stage, account, ground="DECORATION", papers=papers).state == "SUBMITTED"
        return
    with pytest.raises(WithdrawalRefused) as caught:
        ask(stage, account, ground="DECORATION", papers=papers)
    assert refused_by(caught) == ["ground_not_in_force"]


def test_the_law_of_the_day_of_acceptance_decides_at_approval_too(db):
    stage, account = make_payer("yantai", day=dt.date(2025, 12, 31), flex_fen=500_000)
    bring(stage, account, 3_000_000)
    facts = {"ground": "RELOCATION_RENT", "papers": [LEASE, INVOICE]}
    asked = ask(stage, account, 1_400_000, **facts)
    stage.on(dt.date(2026, 1, 2))
    approve(stage, asked)
    assert ask(stage, account, 1_400_000, **facts).allowed_fen == 1_400_000


FORMS = [
    ("ground", {"ground": "HOLIDAY"}),
    ("amount_fen", {"fen": 0}),
    ("amount_fen", {"fen": -1}),
    ("amount_fen", {"fen": MAX_FEN + 1}),
    ("amount_fen", {"fen": True}),
    ("household", {"household": "FAMILY"}),
    ("papers[0].code", {"papers": [Paper(code="PHOTO", document_no="1")]}),
    ("papers[0].document_no", {"papers": [Paper(code="LEASE_FILING", document_no=" ")]}),
    ("spouse_taken_fen", {"spouse_taken_fen": 1}),
    ("spouse_taken_fen", {"household": "COUPLE", "spouse_taken_fen": -1}),
    ("spouse_document_no", {"household": "COUPLE"}),
    # heirs have a way of their own, and only one
    ("ground", {"ground": "DEATH", "papers": [Paper(code="DEATH_CERTIFICATE", document_no="亡1")]}),
]


@pytest.mark.parametrize(("field", "changes"), FORMS)
def test_a_form_that_cannot_be_right_is_refused_by_its_field(db, field, changes):
    stage, account = make_payer()
    with pytest.raises(BadField) as caught:
        ask(stage, account, **changes)
    assert caught.value.field == field


def test_one_withdrawal_waits_at_a_time(db):
    stage, account = make_payer()
    first = ask(stage, account)
    with pytest.raises(BusinessWaits) as caught:
        ask(stage, account)
    assert first.number in str(caught.value)
    approve(stage, first)
    assert ask(stage, account).state == "SUBMITTED"


def test_who_may_not(db):
    stage, account = make_payer()
    asked = ask(stage, account)
    with pytest.raises(NotAllowed):
        ask(stage, account, clerk=stage.checker)
    with pytest.raises(SamePerson):
        approve(stage, asked, by=stage.clerk)
    with pytest.raises(NotAllowed):
        approve(stage, asked, by=stage.colleague("clerk-2"))
    with pytest.raises(NotAllowed):
        approve(stage, asked, by=stage.colleague("money", Role.FINANCE))
    assert owed(stage) == 0


def test_nobody_handles_their_own_account(db):
    stage, account = make_payer()
    own = account.member.documents.get().number_index
    stage.clerk.person_index = own
    with pytest.raises(OwnAccount):
        ask(stage, account)
    stage.clerk.person_index = ""
    asked = ask(stage, account)
    stage.checker.person_index = own
    with pytest.raises(OwnAccount):
        approve(stage, asked)


@pytest.mark.parametrize(
    ("fen", "is_large"), [(4_999_999, False), (5_000_000, False), (5_000_001, True)]
)
def test_above_the_checkers_limit_a_supervisor_approves(db, fen, is_large):
    stage, account = make_payer()
    bring(stage, account, 6_000_000)
    asked = ask(stage, account, fen)
    assert asked.is_large is is_large
    if is_large:
        with pytest.raises(NotAllowed):
            approve(stage, asked)
        assert owed(stage) == 0
        approve(stage, asked, by=stage.supervisor)
    else:
        approve(stage, asked)
    assert owed(stage) == fen


def test_what_was_not_shown_is_not_approved(db):
    stage, account = make_payer()
    asked = ask(stage, account)
    asked.digest = "0" * 64
    with pytest.raises(ChangedMeanwhile):
        approve(stage, asked)
    assert owed(stage) == 0


def test_a_second_approval_books_nothing(db):
    stage, account = make_payer()
    asked = ask(stage, account)
    approve(stage, asked)
    with pytest.raises(AlreadyDecided):
        approve(stage, asked, by=stage.supervisor)
    assert owed(stage) == 100_000


def test_nothing_is_booked_on_a_day_that_is_not_open(db):
    stage, account = make_payer()
    asked = ask(stage, account)
    stage.day += dt.timedelta(days=1)
    with pytest.raises(DayNotOpen):
        approve(stage, asked)
    asked.refresh_from_db()
    assert (asked.state, asked.entry, owed(stage)) == ("SUBMITTED", None, 0)


CHANGES = [
    ("freeze", lambda stage, account: freeze(stage, account, None), "is_frozen"),
    ("freeze of all there is", lambda s, a: freeze(s, a, 500_000), "is_frozen"),
    ("ban", lambda stage, account: ban(stage, account.member), "banned"),
    ("loan", disburse, "open_loan_only_repayment"),
]


@pytest.mark.parametrize(("what", "change", "code"), CHANGES)
def test_what_changed_since_the_request_stops_the_approval(db, what, change, code):
    stage, account = make_payer()
    asked = ask(stage, account)
    change(stage, account)
    with pytest.raises(WithdrawalRefused) as caught:
        approve(stage, asked)
    assert code in refused_by(caught), what
    assert (get_holdings(account).flex_fen, owed(stage)) == (500_000, 0)
    return_withdrawal(withdrawal=asked, reason="情况有变", by=stage.checker)
    with pytest.raises(WithdrawalRefused):
        ask(stage, account)


@pytest.mark.parametrize(("frozen_fen", "allowed_fen"), [(1, 499_999), (499_999, 1)])
def test_a_frozen_sum_leaves_the_rest_free(db, frozen_fen, allowed_fen):
    stage, account = make_payer()
    freeze(stage, account, frozen_fen)
    assert ask(stage, account, 500_000).allowed_fen == allowed_fen


def test_less_than_was_shown_is_not_paid_silently(db):
    stage, account = make_payer()
    asked = ask(stage, account, 500_000)
    freeze(stage, account, 1)
    with pytest.raises(AllowedLess) as caught:
        approve(stage, asked)
    assert "4,999.99" in str(caught.value)
    assert owed(stage) == 0


def test_a_frozen_sum_may_lie_on_any_money_but_stays(db):
    stage, account = make_payer("bazhong", flex_fen=500_000, unit_fen=300_000)
    freeze(stage, account, 350_000)
    asked = ask(stage, account, 500_000, ground="VOLUNTARY", papers=[])
    assert asked.allowed_fen == 450_000


def test_a_freeze_ends_by_its_date_or_by_an_order(db):
    stage, account = make_payer()
    standing = freeze(stage, account, None)
    with pytest.raises(WithdrawalRefused):
        ask(stage, account)
    lift = propose_lift(
        freeze=standing, order_no="解1", business_date=stage.day, by=stage.supervisor
    )
    confirm_lift(document=lift, digest=lift.digest, business_date=stage.day, by=stage.checker)
    freeze(stage, account, None, order_no="2")
    with pytest.raises(WithdrawalRefused):
        ask(stage, account)
    stage.on(stage.day + dt.timedelta(days=2))
    assert ask(stage, account).state == "SUBMITTED"


def test_a_loan_leaves_repayment_only(db):
    stage, account = make_payer()
    disburse(stage, account)
    with pytest.raises(WithdrawalRefused):
        ask(stage, account)
    papers = [Paper(code="LOAN_CONTRACT", document_no="贷1")]
    assert withdraw(stage, account, ground="REPAY_LOAN", papers=papers).amount_fen == 100_000


def test_flexible_money_goes_first_and_principal_before_transfers(db):
    stage, account = make_payer(unit_fen=200_000)
    bring(stage, account, 100_000)
    payout = withdraw(stage, account, 650_000)
    assert (get_holdings(account).flex_fen, get_holdings(account).unit_fen) == (0, 150_000)
    lines = payout.withdrawal.entry.postings.values_list("amount_fen", "component")
    assert list(lines) == [
        (500_000, Component.PRINCIPAL),
        (100_000, Component.TRANSFER_IN),
        (50_000, Component.TRANSFER_IN),
    ]


def test_a_free_withdrawal_reaches_flexible_money_only_and_tells_so(db):
    stage, account = make_payer("bazhong", unit_fen=200_000)
    payout = withdraw(stage, account, 650_000, ground="VOLUNTARY", papers=[])
    assert payout.amount_fen == 500_000
    assert get_holdings(account).unit_fen == 200_000
    assert MemberEvent.objects.filter(kind="VOLUNTARY_WITHDRAWAL").count() == 1


# rent proven, taken before by the member, household, taken by the spouse, allowed
RELOCATION = [
    (1_600_000, 0, "SINGLE", 0, 1_400_000),
    (1_400_000, 0, "SINGLE", 0, 1_400_000),
    (1_399_999, 0, "SINGLE", 0, 1_399_999),
    (1_000_000, 1_000_000, "SINGLE", 0, 400_000),
    (2_000_000, 0, "COUPLE", 0, 1_400_000),
    (1_200_000, 0, "COUPLE", 1_400_000, 1_200_000),
    (1_500_000, 0, "COUPLE", 1_400_000, 1_400_000),
    (1_500_000, 0, "COUPLE", 2_000_000, 800_000),
]


@pytest.mark.parametrize(("rent", "taken", "household", "spouse", "allowed"), RELOCATION)
def test_relocation_rent_stays_within_the_limits_of_person_and_couple(
    db, rent, taken, household, spouse, allowed
):
    stage, account = make_payer("yantai", day=dt.date(2026, 3, 10))
    bring(stage, account, 4_000_000)
    facts = {"ground": "RELOCATION_RENT", "papers": [LEASE, INVOICE]}
    if taken:
        withdraw(stage, account, taken, **facts)
    proof = "婚1" if household == "COUPLE" else ""
    asked = ask(
        stage,
        account,
        rent,
        household=household,
        spouse_taken_fen=spouse,
        spouse_document_no=proof,
        **facts,
    )
    assert asked.allowed_fen == allowed


@pytest.mark.parametrize(
    ("household", "spouse", "code"),
    [
        ("SINGLE", 0, "relocation_limit_used_up"),
        ("COUPLE", 1_400_000, "relocation_couple_limit_used_up"),
    ],
)
def test_a_used_up_limit_refuses_until_the_next_calendar_year(db, household, spouse, code):
    stage, account = make_payer("yantai", day=dt.date(2026, 12, 30))
    bring(stage, account, 4_000_000)
    facts = {"ground": "RELOCATION_RENT", "papers": [LEASE, INVOICE]}
    withdraw(stage, account, 1_400_000, **facts)
    proof = "婚1" if household == "COUPLE" else ""
    facts |= {"household": household, "spouse_taken_fen": spouse, "spouse_document_no": proof}
    with pytest.raises(WithdrawalRefused) as caught:
        ask(stage, account, 100, **facts)
    assert code in refused_by(caught)
    stage.on(dt.date(2027, 1, 1))
    assert ask(stage, account, 100, **facts | {"spouse_taken_fen": 0}).allowed_fen == 100


def test_ordinary_rent_does_not_count_towards_relocation(db):
    stage, account = make_payer("yantai", day=dt.date(2026, 3, 10))
    bring(stage, account, 4_000_000)
    withdraw(stage, account, 1_000_000)
    facts = {"ground": "RELOCATION_RENT", "papers": [LEASE, INVOICE]}
    assert ask(stage, account, 1_400_000, **facts).allowed_fen == 1_400_000


def test_sealed_money_can_be_withdrawn_and_closed_accounts_hold_none(db):
    stage, account = make_payer()
    seal(member_account=account, business_date=stage.day, document_no="S-1", by=stage.clerk)
    withdraw(stage, account, 500_000)
    empty = stage.open_account()
    close(
        member_account=empty,
        reason="EXIT",
        business_date=stage.day,
        document_no="C-1",
        by=stage.system,
    )
    with pytest.raises(WrongState):
        ask(stage, empty)


def test_decisions_of_withdrawals_come_out_the_same_again(db):
    stage, account = make_payer("yantai", day=dt.date(2026, 3, 10))
    withdraw(stage, account)
    made = StoredDecision.objects.filter(calculator="withdrawal")
    assert made.count() == 2
    assert verify_decisions(made) == []


def test_the_trail_and_the_decision_show_no_card_number(db):
    stage, account = make_payer()
    withdraw(stage, account)
    assert CARD not in str(list(AuditEvent.objects.values()))
    assert CARD not in str(list(StoredDecision.objects.values("facts", "reasons")))
    with connection.cursor() as cursor:
        cursor.execute("SELECT card FROM contributions_withdrawal")
        assert CARD not in str(cursor.fetchall())


def test_payments_of_two_centres_do_not_mix(db):
    here, account = make_payer()
    there, other = make_payer("yantai", day=here.day, stranger=True)
    asked = ask(here, account)
    with pytest.raises(NotAllowed):
        approve(here, asked, by=there.checker)
    with pytest.raises(NotAllowed):
        ask(here, other)


BROKEN = [
    {"allowed_fen": 0},
    {"allowed_fen": 100_001},
    {"ground": "HOLIDAY"},
    {"household": "FAMILY"},
    {"taken_spouse_fen": 1},
    {"state": "APPROVED"},
]


@pytest.mark.parametrize("change", BROKEN)
def test_the_database_itself_refuses_what_no_withdrawal_can_be(db, change):
    stage, account = make_payer()
    asked = ask(stage, account)
    row = Withdrawal.objects.filter(pk=asked.pk).values().get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Withdrawal.objects.create(**row | {"id": None, "number": "WD-X"} | change)


def test_history_of_withdrawals_cannot_be_rewritten(db):
    stage, account = make_payer()
    payout = withdraw(stage, account)
    connection.check_constraints()
    for change in (
        lambda: Withdrawal.objects.update(allowed_fen=1),
        lambda: Withdrawal.objects.all().delete(),
        lambda: Payout.objects.filter(pk=payout.pk).update(amount_fen=1),
        lambda: Payout.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_two_members_have_a_withdrawal_each(db):
    stage, account = make_payer()
    ask(stage, account)
    assert ask(stage, add_payer(stage)).state == "SUBMITTED"
