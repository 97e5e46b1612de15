"""Two accounts of one person become one: money, months, events, records and papers follow."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.errors import BadField, BusinessWaits, OwnAccount, WrongState
from accounts.models import MemberEvent
from accounts.queries import find_member_by_number
from accounts.services import approve_freeze, record_event, submit_freeze
from contributions.earnings import interest_to
from contributions.errors import MoveRefused
from contributions.joining import get_carried_subsidies, get_contributed_months
from contributions.models import CarriedRecord, Merge
from contributions.queries import get_holdings, list_covered_months
from contributions.services import (
    approve_merge,
    cancel_merge,
    receive_deposit,
    return_merge,
    submit_merge,
)
from kernel.months import Month
from ledger.chart import Code
from ledger.facts import Component
from ledger.models import Entry
from ledger.postings import deposit_moves, subsidy_moves
from ledger.queries import get_ledger_account
from ledger.services import post
from ledger.verify import prove
from office.documents import AlreadyDecided, SamePerson
from office.fields import blind_index
from policy.queries import open_book
from tests.accounts.builders import make_terms, number_of
from tests.contributions.withdrawals import add_payer, ask, bring, make_payer, withdraw

BORN = dt.date(1985, 5, 5)


def make_pair(code="kashgar", **changes):
    """One person with two accounts: under a former number, and under the one of today."""
    stage, _first = make_payer(code)
    accounts = [open_for(stage, place, **changes) for place in (11, 12)]
    return stage, *accounts


def open_for(stage, place, name="买买提·艾力", born=BORN, **changes):
    terms = ("FREE", 500_000) if stage.centre.code == "kashgar" else ("MONTHLY", 500_000)
    if stage.centre.code in ("bazhong", "lianyungang"):
        terms = ("FREE", None)
    return stage.open_account(
        make_terms(*terms), name=name, born=born, number=number_of(born, place), **changes
    )


def pay(stage, account, fen, day, number, line="flex"):
    """Bring money in on a value date of the past, as a takeover would."""
    return post(
        centre=stage.centre,
        key=f"test:{number}",
        kind=Entry.Kind.OPENING_BALANCE,
        business_date=stage.day,
        document_no=number,
        maker=stage.system,
        moves=deposit_moves(
            bank=get_ledger_account(stage.centre, Code.BANK),
            member=getattr(account, f"{line}_ledger_account"),
            amount_fen=fen,
            value_date=day,
        ),
    )


def submit(stage, closing, kept, **changes):
    facts = {"proof": "户籍证明1", "by": stage.clerk, **changes}
    return submit_merge(member_account=closing, target=kept, business_date=stage.day, **facts)


def approve(stage, merge, by=None):
    return approve_merge(
        merge=merge, digest=merge.digest, business_date=stage.day, by=by or stage.checker
    )


def refused_by(caught):
    return [reason.code for reason in caught.value.decision.reasons if not reason.met]


def holds(stage):
    return all(proof.holds for proof in prove([stage.centre]))


def test_money_moves_by_origin_and_component_and_the_account_closes(db):
    stage, closing, kept = make_pair()
    pay(stage, closing, 300_000, stage.day, "A")
    bring(stage, closing, 70_000, "UNIT")
    bring(stage, kept, 5_000)
    merge = approve(stage, submit(stage, closing, kept))
    closing.refresh_from_db()
    assert (closing.state, closing.close_reason) == ("CLOSED", "MERGED")
    assert get_holdings(closing).total_fen == 0
    holdings = get_holdings(kept)
    assert holdings.flex[Component.PRINCIPAL] == 300_000
    assert holdings.flex[Component.TRANSFER_IN] == 5_000
    assert holdings.unit[Component.TRANSFER_IN] == 70_000
    assert merge.amount_fen == 370_000
    assert holds(stage)


def test_interest_comes_out_the_same_as_without_the_merge(db):
    stage, closing, kept = make_pair()
    pay(stage, closing, 300_000, dt.date(2026, 7, 20), "A")
    pay(stage, kept, 111_111, dt.date(2026, 8, 3), "B")
    stage.on(dt.date(2026, 12, 1))
    book = open_book("kashgar", dt.date(2026, 12, 31))
    apart = [interest_to(one, book, dt.date(2026, 12, 31)) for one in (closing, kept)]
    approve(stage, submit(stage, closing, kept))
    together = interest_to(kept, book, dt.date(2026, 12, 31))
    exact = sum(one.flex_fen for one in apart)
    assert abs(together.flex_fen - exact) <= 1, "rounded once instead of twice"


MONEY = st.lists(
    st.tuples(st.integers(1, 9_999_999), st.integers(0, 80), st.sampled_from(["flex", "unit"])),
    min_size=1,
    max_size=4,
)


@pytest.mark.django_db
@given(st.data())
@settings(
    max_examples=5,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_interest_is_that_of_one_account_that_got_all_the_money(pair_and_one, data):
    stage, closing, kept, one = pair_and_one
    with transaction.atomic():
        for account in (closing, kept):
            for place, (fen, days, line) in enumerate(data.draw(MONEY)):
                day = dt.date(2026, 7, 1) + dt.timedelta(days=days)
                for to in (account, one):
                    pay(stage, to, fen, day, f"{account.pk}-{place}-{to.pk}", line)
        approve(stage, submit(stage, closing, kept))
        book = open_book("kashgar", dt.date(2027, 3, 1))
        merged, whole = (interest_to(each, book, dt.date(2027, 3, 1)) for each in (kept, one))
        assert (merged.flex_fen, merged.unit_fen) == (whole.flex_fen, whole.unit_fen)
        transaction.set_rollback(True)


@pytest.fixture
def pair_and_one(db):
    stage, closing, kept = make_pair()
    return stage, closing, kept, open_for(stage, 13, name="王芳", born=dt.date(1991, 1, 2))


def twin_of(kept, stage):
    """Give a second account of the same person, with a deposit of its own."""
    closing = add_payer(stage)
    type(closing.member).objects.filter(pk=closing.member_id).update(
        birth_date=kept.member.birth_date, name_key=kept.member.name_key, sex=kept.member.sex
    )
    closing.refresh_from_db()
    return closing


def test_months_follow_and_a_month_paid_in_both_counts_once(db):
    stage, kept = make_payer()
    closing = twin_of(kept, stage)
    receive_deposit(
        member_account=closing,
        amount_fen=500_000,
        business_date=stage.day,
        document_no="R-9",
        clerk=stage.clerk,
    )
    merge = approve(stage, submit(stage, closing, kept))
    assert (merge.months_joined, merge.months_double) == (1, 1)
    assert list_covered_months(kept) == [Month(2026, 10), Month(2026, 11)]
    assert get_holdings(kept).flex_fen == 1_500_000
    assert holds(stage)


def test_the_months_of_both_accounts_count_together(db):
    stage, kept = make_payer()
    bring(stage, kept, 5_000, "UNIT")
    closing = twin_of(kept, stage)
    bring(stage, closing, 7_000, "UNIT")
    closing.refresh_from_db()
    approve(stage, submit(stage, closing, kept))
    joined = get_contributed_months(kept, open_book("kashgar", stage.day))
    assert len(joined.months) == 13, "twelve carried by each, the same ones, and this month"
    assert CarriedRecord.objects.filter(member_account=kept).count() == 1


def test_subsidies_of_the_closed_account_count_towards_the_limits(db):
    stage, closing, kept = make_pair()
    pay(stage, closing, 100_000, stage.day, "A")
    for year, fen in ((2025, 3_000), (2026, 4_000)):
        post(
            centre=stage.centre,
            key=f"subsidy:{year}",
            kind=Entry.Kind.SUBSIDY,
            business_date=stage.day,
            document_no=f"S-{year}",
            maker=stage.system,
            moves=subsidy_moves(
                expense=get_ledger_account(stage.centre, Code.SUBSIDY_EXPENSE),
                member=closing.flex_ledger_account,
                amount_fen=fen,
                value_date=dt.date(year, 6, 30),
            ),
        )
    approve(stage, submit(stage, closing, kept))
    carried = get_carried_subsidies(kept, stage.day)
    assert (carried.amount_fen, carried.credits, carried.opening) == (7_000, 2, False)
    assert get_holdings(kept).flex[Component.SUBSIDY] == 7_000


def test_events_that_stop_a_subsidy_follow(db):
    stage, kept = make_payer()
    closing = twin_of(kept, stage)
    record_event(
        member_account=closing,
        kind=MemberEvent.Kind.WITHDRAWAL,
        date=dt.date(2026, 8, 1),
        document_no="WD-1",
        by=stage.clerk,
    )
    closing.refresh_from_db()
    approve(stage, submit(stage, closing, kept))
    event = kept.events.get(kind="WITHDRAWAL")
    assert (event.date, event.document_no) == (dt.date(2026, 8, 1), "WD-1")


def test_both_papers_find_the_one_member_afterwards(db):
    stage, closing, kept = make_pair()
    old = closing.member.documents.get().number
    approve(stage, submit(stage, closing, kept))
    assert find_member_by_number(stage.centre, old) == kept.member
    assert kept.member.documents.count() == 2
    assert kept.member.documents.filter(is_current=True).count() == 1


def test_an_account_that_was_emptied_still_moves_its_days_of_interest(db):
    stage, closing, kept = make_pair()
    pay(stage, closing, 300_000, dt.date(2026, 7, 20), "A")
    book = open_book("kashgar", stage.day)
    merge = submit(stage, closing, kept)
    before = interest_to(closing, book, stage.day).flex_fen
    approve(stage, merge)
    assert interest_to(kept, book, stage.day).flex_fen == before > 0


def test_two_different_persons_are_not_merged(db):
    stage, closing, _kept = make_pair()
    other = open_for(stage, 13, name="王芳", born=dt.date(1991, 1, 2))
    with pytest.raises(MoveRefused) as caught:
        submit(stage, closing, other)
    assert refused_by(caught) == ["two_different_persons"]
    assert not Merge.objects.exists()


def test_another_name_has_to_be_corrected_first(db):
    stage, closing, _kept = make_pair()
    other = open_for(stage, 14, name="买买提·吾甫尔")
    with pytest.raises(MoveRefused) as caught:
        submit(stage, closing, other)
    assert refused_by(caught) == ["one_person_unproven"]


def test_a_frozen_account_stays(db):
    stage, closing, kept = make_pair()
    entered = submit_freeze(
        member_account=closing,
        amount_fen=100,
        court="喀什市人民法院",
        order_no="1",
        from_date=stage.day,
        until_date=stage.day,
        business_date=stage.day,
        by=stage.supervisor,
    )
    approve_freeze(freeze=entered, digest=entered.digest, by=stage.checker)
    with pytest.raises(MoveRefused) as caught:
        submit(stage, closing, kept)
    assert refused_by(caught) == ["is_frozen"]


def test_the_account_with_the_loan_is_the_one_to_keep(db):
    stage, closing, kept = make_pair()
    record_event(
        member_account=closing,
        kind=MemberEvent.Kind.LOAN_DISBURSED,
        date=stage.day,
        document_no="LN-1",
        by=stage.clerk,
    )
    with pytest.raises(MoveRefused) as caught:
        submit(stage, closing, kept)
    assert refused_by(caught) == ["loan_keeps_the_account"]
    assert submit(stage, kept, closing).state == "SUBMITTED"


def test_what_came_up_since_is_seen_at_approval(db):
    stage, closing, kept = make_pair()
    merge = submit(stage, closing, kept)
    record_event(
        member_account=closing,
        kind=MemberEvent.Kind.LOAN_DISBURSED,
        date=stage.day,
        document_no="LN-1",
        by=stage.clerk,
    )
    with pytest.raises(MoveRefused):
        approve(stage, merge)
    merge.refresh_from_db()
    assert merge.state == "SUBMITTED"


def test_business_under_way_in_either_account_comes_first(db):
    stage, kept = make_payer()
    closing = twin_of(kept, stage)
    closing.refresh_from_db()
    ask(stage, kept)
    with pytest.raises(BusinessWaits):
        submit(stage, closing, kept)
    withdraw(stage, closing)
    with pytest.raises(BusinessWaits):
        submit(stage, closing, kept)


def test_while_a_merge_waits_neither_account_pays_out(db):
    stage, closing, kept = make_pair()
    pay(stage, kept, 300_000, stage.day, "A")
    merge = submit(stage, closing, kept)
    with pytest.raises(BusinessWaits):
        ask(stage, kept)
    return_merge(merge=merge, reason="证明不全", by=stage.checker)
    assert ask(stage, kept).state == "SUBMITTED"


def test_a_merge_taken_back_leaves_both_accounts(db):
    stage, closing, kept = make_pair()
    merge = submit(stage, closing, kept)
    cancel_merge(merge=merge, by=stage.clerk)
    closing.refresh_from_db()
    assert closing.is_open
    assert submit(stage, closing, kept).state == "SUBMITTED"


def test_a_merge_is_approved_once_and_by_somebody_else(db):
    stage, closing, kept = make_pair()
    merge = submit(stage, closing, kept)
    with pytest.raises(SamePerson):
        approve(stage, merge, by=stage.clerk)
    approve(stage, merge)
    with pytest.raises(AlreadyDecided):
        approve(stage, merge, by=stage.supervisor)


@pytest.mark.parametrize("whose", [0, 1])
def test_nobody_merges_an_account_of_their_own(db, whose):
    stage, *pair = make_pair()
    stage.clerk.person_index = blind_index(pair[whose].member.documents.get().number)
    with pytest.raises(OwnAccount):
        submit(stage, *pair)


def test_impossible_merges_name_their_field(db):
    stage, closing, kept = make_pair()
    with pytest.raises(BadField, match="proof"):
        submit(stage, closing, kept, proof=" ")
    with pytest.raises(BadField, match="target"):
        submit(stage, closing, closing)


def test_a_closed_account_takes_no_part(db):
    stage, closing, kept = make_pair()
    approve(stage, submit(stage, closing, kept))
    with pytest.raises(WrongState):
        submit(stage, closing, kept)
