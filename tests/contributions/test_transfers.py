"""Accounts that go from one centre to another by the platform: states, money, facts, messages."""

import datetime as dt
from itertools import pairwise

import pytest

from accounts.errors import BadField, BusinessWaits, OwnAccount, WrongState
from accounts.models import MemberEvent
from accounts.services import approve_freeze, record_event, submit_freeze
from contributions.errors import ArrivalDiffers, LetterCannotMove, MoveRefused, TransferWaits
from contributions.joining import get_carried_subsidies, get_contributed_months
from contributions.letters import MOVES, LetterState, Side, may_move
from contributions.models import (
    InterestCredit,
    LetterMove,
    PlatformMessage,
    Transfer,
    TransferIn,
    TransferOut,
)
from contributions.platform import LocalTransport, NoAnswer
from contributions.queries import get_holdings
from contributions.services import (
    LetterReceived,
    approve_arrival,
    approve_transfer_in,
    approve_transfer_out,
    cancel_transfer_out,
    cancel_withdrawal,
    deliver_messages,
    end_transfer_in,
    receive_deposit,
    receive_message,
    remit_transfer_out,
    return_transfer_out,
    submit_arrival,
    submit_transfer_in,
    submit_transfer_out,
    take_in_messages,
)
from ledger.queries import get_balance_fen, get_ledger_account
from ledger.verify import prove
from office.documents import SamePerson
from office.fields import blind_index
from office.roles import Role
from office.services import NotAllowed
from policy.queries import open_book
from tests.accounts.builders import make_stage, make_terms
from tests.contributions.withdrawals import ask, bring, make_payer, withdraw

DAY = dt.date(2026, 10, 14)


class Road:
    """One person with an account in Kashgar who has opened one in Yantai."""

    def __init__(self, *, unit_fen=0):
        self.there, self.old = make_payer("kashgar", unit_fen=unit_fen)
        self.here = make_stage("yantai", DAY)
        self.here.counted = 200
        paper = self.old.member.documents.get()
        applicant = self.here.applicant(
            name=self.old.member.name, born=self.old.member.birth_date, number=paper.number
        )
        self.here.ask(applicant, {"PLATFORM": "PASS"})
        terms = make_terms("MONTHLY", 500_000)
        self.new = self.here.approve(self.here.submit(applicant, terms))
        self.finance = self.there.colleague("finance", Role.FINANCE)

    def request(self, **changes):
        facts = {
            "other_code": "kashgar",
            "other_name": "kashgar中心",
            "other_account": self.old.number,
            "bank": "工商银行",
            "card": "370600000000001",
            "by": self.here.clerk,
            **changes,
        }
        return submit_transfer_in(member_account=self.new, business_date=self.here.day, **facts)

    def letter(self):
        asked = self.request()
        return approve_transfer_in(
            transfer_in=asked,
            digest=asked.digest,
            business_date=self.here.day,
            by=self.here.checker,
        )

    def exchange(self, transport=None):
        for stage in (self.here, self.there) * 2:
            deliver_messages(centre=stage.centre, transport=transport or LocalTransport())
            take_in_messages(centre=stage.centre)

    def take_up(self, **changes):
        message = PlatformMessage.objects.filter(kind="LETTER", is_sent=False).last()
        facts = {
            "letter_no": message.letter_no,
            "other_code": "yantai",
            "other_name": message.body["to_name"],
            "other_account": message.body["to_account"],
            "payee": message.body["to_name"],
            "bank": message.body["bank"],
            "card": message.body["card"],
            **changes,
        }
        return submit_transfer_out(
            member_account=self.old,
            letter=LetterReceived(**facts),
            business_date=self.there.day,
            by=self.there.clerk,
        )

    def review(self, out, by=None):
        return approve_transfer_out(
            transfer_out=out,
            digest=out.digest,
            business_date=self.there.day,
            by=by or self.there.checker,
        )

    def remit(self, out, by=None):
        return remit_transfer_out(
            transfer_out=out,
            bank_reference="工行1",
            business_date=self.there.day,
            by=by or self.finance,
        )

    def to_facts(self):
        """Walk up to where money and information are on their way."""
        self.letter()
        self.exchange()
        out = self.review(self.take_up())
        self.exchange()
        return out

    def asked(self):
        return TransferIn.objects.get()

    def arrive(self, flex_fen, unit_fen=0, **changes):
        return submit_arrival(
            transfer_in=self.asked(),
            flex_fen=flex_fen,
            unit_fen=unit_fen,
            bank_reference=changes.pop("bank_reference", "收1"),
            business_date=self.here.day,
            by=changes.pop("by", self.here.clerk),
            **changes,
        )

    def book(self, arrival, by=None):
        return approve_arrival(
            arrival=arrival,
            digest=arrival.digest,
            business_date=self.here.day,
            by=by or self.here.checker,
        )

    def holds(self):
        return all(proof.holds for proof in prove([self.here.centre, self.there.centre]))

    def owed(self):
        return get_balance_fen(get_ledger_account(self.there.centre, "21905"))


def states(letter_no, inbound):
    moves = LetterMove.objects.filter(letter_no=letter_no, is_inbound=inbound)
    return list(moves.order_by("id").values_list("to_state", flat=True))


@pytest.fixture
def road(db):
    return Road(unit_fen=70_000)


def test_an_account_travels_from_one_centre_to_the_other(road):
    out = road.to_facts()
    road.old.refresh_from_db()
    assert (road.old.state, road.old.close_reason) == ("CLOSED", "TRANSFER_OUT")
    assert get_holdings(road.old).total_fen == 0
    assert road.owed() == out.amount_fen == 570_000
    road.remit(out)
    assert road.owed() == 0
    road.exchange()
    assert road.asked().remitted_fen == 570_000
    road.book(road.arrive(500_000, 70_000))
    road.exchange()
    holdings = get_holdings(road.new)
    assert (holdings.flex_fen, holdings.unit_fen) == (500_000, 70_000)
    letter = out.letter_no
    assert states(letter, inbound=True) == ["01", "02", "08", "00"]
    assert states(letter, inbound=False) == ["02", "08", "00"]
    assert road.holds()


@pytest.mark.parametrize(("fen", "later"), [(4_500_001, 0), (4_500_000, 1)])
def test_above_the_checkers_limit_a_supervisor_lets_an_account_go(db, fen, later):
    road = Road(unit_fen=fen)
    road.letter()
    road.exchange()
    out = road.take_up()
    if later:
        bring(road.there, road.old, later)
    assert out.approver_role == ("CHECKER" if later else "SUPERVISOR")
    with pytest.raises(NotAllowed):
        road.review(TransferOut.objects.get())
    assert (road.owed(), TransferOut.objects.get().state) == (0, "SUBMITTED")
    road.review(TransferOut.objects.get(), by=road.there.supervisor)
    assert road.owed() == 5_000_001


def test_months_go_along_and_count_with_those_paid_here(road):
    road.to_facts()
    road.book(road.arrive(500_000, 70_000))
    joined = get_contributed_months(road.new, open_book("yantai", DAY))
    assert len(joined.months) == 13, "October in Kashgar, and twelve months carried there before"
    assert Transfer.objects.filter(member_account=road.new).count() == 2


def test_interest_to_the_day_goes_along(db):
    road = Road()
    road.there.on(dt.date(2026, 12, 15))
    road.here.on(dt.date(2026, 12, 15))
    out = road.to_facts()
    credit = InterestCredit.objects.get()
    assert credit.flex_fen > 0
    assert out.amount_fen == 500_000 + credit.flex_fen
    assert out.facts["interest"] == f"{credit.flex_fen / 100:.2f}"
    assert road.holds()


def test_subsidies_received_there_count_here(road):
    out = road.to_facts()
    told = {**out.facts, "subsidy_credited": "120.00", "subsidy_credits": 2}
    TransferIn.objects.filter(pk=road.asked().pk).update(facts=told)
    road.book(road.arrive(500_000, 70_000))
    carried = get_carried_subsidies(road.new, road.here.day)
    assert (carried.amount_fen, carried.credits) == (12_000, 2)


@pytest.mark.parametrize("before", ["", *LetterState])
@pytest.mark.parametrize("after", list(LetterState))
def test_a_letter_moves_along_the_table_only(before, after):
    legal = MOVES[before].get(after)
    assert [side for side in Side if may_move(before, after, side)] == ([legal] if legal else [])


def test_every_state_is_reached_and_ends_have_no_way_on():
    reached = {after for moves in MOVES.values() for after in moves}
    assert reached == set(LetterState)
    assert {state for state in LetterState if state.is_end} == {
        LetterState.DONE,
        LetterState.WITHDRAWN,
        LetterState.DONE_AFTER_TALKS,
        LetterState.FAILED,
    }


def test_nothing_is_booked_before_the_information_has_come(road):
    road.letter()
    with pytest.raises(WrongState):
        road.arrive(500_000, 70_000)
    road.exchange()
    road.take_up()
    road.exchange()
    with pytest.raises(WrongState):
        road.arrive(500_000, 70_000)


def test_a_refusal_comes_back_with_its_reason_and_ends_the_request(road):
    road.letter()
    road.exchange()
    out = road.take_up()
    return_transfer_out(
        transfer_out=out, reason="身份信息不符", business_date=DAY, by=road.there.checker
    )
    road.exchange()
    asked = road.asked()
    assert asked.letter_state == "13"
    assert LetterMove.objects.filter(to_state="13", is_inbound=True).get().reason == "身份信息不符"
    end_transfer_in(
        transfer_in=asked, to="40", reason="转出地退回", business_date=DAY, by=road.here.clerk
    )
    road.exchange()
    assert states(asked.letter_no, inbound=False) == ["02", "13", "40"]
    road.old.refresh_from_db()
    assert road.old.is_open
    assert ask(road.there, road.old).state == "SUBMITTED", "other business goes on"


def test_a_letter_withdrawn_in_time_stops_the_other_centre(road):
    asked = road.letter()
    road.exchange()
    out = road.take_up()
    end_transfer_in(
        transfer_in=asked, to="05", reason="本人撤回", business_date=DAY, by=road.here.clerk
    )
    road.exchange()
    out.refresh_from_db()
    assert out.letter_state == "05"
    with pytest.raises(LetterCannotMove):
        road.review(out)
    cancel_transfer_out(transfer_out=out, by=road.there.clerk)
    road.old.refresh_from_db()
    assert road.old.is_open


def test_a_letter_nobody_took_up_disappears_with_its_withdrawal(road):
    asked = road.letter()
    road.exchange()
    end_transfer_in(
        transfer_in=asked, to="05", reason="本人撤回", business_date=DAY, by=road.here.clerk
    )
    road.exchange()
    assert not PlatformMessage.objects.filter(is_sent=False, state="RECEIVED").exists()


def test_once_the_money_is_on_its_way_nothing_is_withdrawn(road):
    road.to_facts()
    for to in ("05", "40"):
        with pytest.raises(LetterCannotMove):
            end_transfer_in(
                transfer_in=road.asked(),
                to=to,
                reason="本人撤回",
                business_date=DAY,
                by=road.here.clerk,
            )


def test_sums_that_differ_are_talked_about_first(road):
    road.to_facts()
    with pytest.raises(ArrivalDiffers):
        road.arrive(499_999, 70_000)
    end_transfer_in(
        transfer_in=road.asked(),
        to="06",
        reason="少到0.01元",
        business_date=DAY,
        by=road.here.clerk,
    )
    with pytest.raises(ArrivalDiffers):
        road.arrive(499_999, 70_000)
    road.book(road.arrive(499_999, 70_000, agreed_no="协商函1"))
    road.exchange()
    assert states(road.asked().letter_no, inbound=True)[-2:] == ["06", "20"]
    assert get_holdings(road.new).flex_fen == 499_999
    assert road.holds()


def test_money_is_booked_once_and_by_somebody_else(road):
    road.to_facts()
    arrival = road.arrive(500_000, 70_000)
    with pytest.raises(TransferWaits):
        road.arrive(500_000, 70_000, bank_reference="收2")
    with pytest.raises(SamePerson):
        road.book(arrival, by=road.here.clerk)
    road.book(arrival)
    with pytest.raises(WrongState):
        road.arrive(500_000, 70_000, bank_reference="收2")
    assert get_holdings(road.new).total_fen == 570_000


def test_the_same_message_counts_once(road):
    road.letter()
    road.exchange()
    first = PlatformMessage.objects.get(kind="LETTER", is_sent=False)
    again = receive_message(
        centre=road.there.centre,
        told={
            "message_id": first.message_id,
            "letter_no": first.letter_no,
            "other_code": "yantai",
            "kind": "LETTER",
            "letter_state": "01",
            "body": {},
        },
    )
    assert again.pk == first.pk
    assert again.body["person"]


def test_information_that_comes_before_the_receipt_waits_for_it(road):
    road.letter()
    deliver_messages(centre=road.here.centre, transport=LocalTransport())
    out = road.review(road.take_up())
    sent = PlatformMessage.objects.filter(centre=road.there.centre, is_sent=True)
    LocalTransport().send(sent.get(kind="FACTS"))
    assert take_in_messages(centre=road.here.centre) == 0
    waiting = PlatformMessage.objects.get(is_sent=False, kind="FACTS")
    assert waiting.state == "RECEIVED"
    assert waiting.note
    LocalTransport().send(sent.get(kind="STATE"))
    take_in_messages(centre=road.here.centre)
    take_in_messages(centre=road.here.centre)
    assert road.asked().letter_state == "08"
    assert road.asked().facts == out.facts


class Deaf(LocalTransport):
    """Takes messages and does not say so."""

    def __init__(self, *, loses=False):
        self.sent, self.loses, self.hears = [], loses, True

    def send(self, message):
        self.sent.append(message.message_id)
        if not self.loses:
            super().send(message)
        raise NoAnswer("line broke")

    def has_arrived(self, message):
        if self.hears:
            raise NoAnswer("line is still broken")
        return super().has_arrived(message)


def test_a_message_without_an_answer_is_asked_after_and_never_sent_again(road):
    road.letter()
    deaf = Deaf()
    for _try in range(3):
        deliver_messages(centre=road.here.centre, transport=deaf)
    message = PlatformMessage.objects.get(is_sent=True)
    assert (message.state, len(deaf.sent)) == ("UNKNOWN", 1)
    deaf.hears = False
    assert deliver_messages(centre=road.here.centre, transport=deaf) == 1
    message.refresh_from_db()
    assert (message.state, len(deaf.sent)) == ("SENT", 1)


def test_a_message_known_to_be_lost_is_sent_under_the_same_id(road):
    road.letter()
    deaf = Deaf(loses=True)
    deliver_messages(centre=road.here.centre, transport=deaf)
    deaf.hears = False
    deliver_messages(centre=road.here.centre, transport=deaf)
    assert PlatformMessage.objects.get(is_sent=True).state == "READY"
    deliver_messages(centre=road.here.centre, transport=LocalTransport())
    assert PlatformMessage.objects.get(is_sent=False).message_id == deaf.sent[0]


def test_a_sender_that_died_on_the_way_leaves_a_question_not_a_repetition(road):
    road.letter()
    PlatformMessage.objects.update(state="SENDING")
    deaf = Deaf()
    deliver_messages(centre=road.here.centre, transport=deaf)
    assert deaf.sent == []
    assert PlatformMessage.objects.get(is_sent=True).state == "UNKNOWN"


def test_a_letter_for_another_person_is_not_answered_with_this_account(road):
    road.letter()
    road.exchange()
    other = road.there.open_account(make_terms("FREE", 500_000), name="王芳")
    road.old = other
    with pytest.raises(BadField, match="letter_no"):
        road.take_up()


def test_a_loan_or_a_freeze_keeps_the_account(road):
    road.letter()
    road.exchange()
    entered = submit_freeze(
        member_account=road.old,
        amount_fen=None,
        court="喀什市人民法院",
        order_no="1",
        from_date=DAY,
        until_date=DAY,
        business_date=DAY,
        by=road.there.supervisor,
    )
    approve_freeze(freeze=entered, digest=entered.digest, by=road.there.checker)
    record_event(
        member_account=road.old,
        kind=MemberEvent.Kind.LOAN_DISBURSED,
        date=DAY,
        document_no="LN-1",
        by=road.there.clerk,
    )
    with pytest.raises(MoveRefused) as caught:
        road.take_up()
    refused = [reason.code for reason in caught.value.decision.reasons if not reason.met]
    assert refused == ["is_frozen", "loan_keeps_the_account"]
    assert not TransferOut.objects.exists()


def test_a_transfer_out_waits_for_other_business_and_holds_it_up(road):
    road.letter()
    road.exchange()
    waiting = ask(road.there, road.old)
    with pytest.raises(BusinessWaits):
        road.take_up()
    cancel_withdrawal(withdrawal=waiting, by=road.there.clerk)
    road.take_up()
    with pytest.raises(BusinessWaits):
        ask(road.there, road.old)


def test_what_is_paid_in_before_the_approval_goes_along(road):
    road.letter()
    road.exchange()
    out = road.take_up()
    receive_deposit(
        member_account=road.old,
        amount_fen=500_000,
        business_date=DAY,
        document_no="R-late",
        clerk=road.there.clerk,
    )
    assert road.review(out).amount_fen == 1_070_000


def test_an_account_with_money_on_its_way_to_the_bank_stays(road):
    withdraw(road.there, road.old)
    road.letter()
    road.exchange()
    with pytest.raises(BusinessWaits):
        road.take_up()


def test_only_finance_pays_and_once(road):
    out = road.to_facts()
    with pytest.raises(NotAllowed):
        road.remit(out, by=road.there.clerk)
    paid = road.remit(out)
    assert road.remit(out).paid_entry_id == paid.paid_entry_id
    with pytest.raises(WrongState):
        remit_transfer_out(
            transfer_out=out, bank_reference="工行2", business_date=DAY, by=road.finance
        )
    assert road.owed() == 0


@pytest.mark.parametrize("step", ["letter", "take_up", "arrive"])
def test_nobody_transfers_their_own_account(road, step):
    index = blind_index(road.old.member.documents.get().number)
    if step == "letter":
        road.here.clerk.person_index = index
        with pytest.raises(OwnAccount):
            road.request()
        return
    road.letter()
    road.exchange()
    if step == "take_up":
        road.there.clerk.person_index = index
        with pytest.raises(OwnAccount):
            road.take_up()
        return
    road.review(road.take_up())
    road.exchange()
    road.here.clerk.person_index = index
    with pytest.raises(OwnAccount):
        road.arrive(500_000, 70_000)


def test_one_request_into_an_account_at_a_time(road):
    road.request()
    with pytest.raises(TransferWaits):
        road.request()


def test_impossible_letters_name_their_field(road):
    with pytest.raises(BadField, match="other_code"):
        road.request(other_code=" ")
    with pytest.raises(BadField, match="other_code"):
        road.request(other_code="yantai")
    with pytest.raises(BadField, match="card"):
        road.request(card="")


def test_a_closed_account_is_not_transferred_again(road):
    road.to_facts()
    with pytest.raises(WrongState):
        road.take_up()


def test_the_moves_on_record_are_all_legal(road):
    out = road.to_facts()
    road.book(road.arrive(500_000, 70_000))
    road.exchange()
    for inbound in (True, False):
        walked = (
            ["", *states(out.letter_no, inbound)]
            if inbound
            else ["01", *states(out.letter_no, inbound)]
        )
        assert all(LetterState(after) in MOVES[before] for before, after in pairwise(walked))


def test_money_brought_by_paper_still_counts(road):
    bring(road.here, road.new, 5_000)
    assert len(get_contributed_months(road.new, open_book("yantai", DAY)).months) == 12
