"""The credit record: kept once per document, contested in time, answered by two persons."""

import datetime as dt

import pytest

from accounts.errors import BadField, OwnAccount
from loans.errors import ContestWaits
from loans.models import CreditEvent
from loans.services import (
    accept_contest,
    approve_contest,
    cancel_contest,
    hand_in_contest_answer,
    record_credit_event,
    return_contest,
)
from office.documents import AlreadyDecided, SamePerson
from office.services import NotAllowed
from tests.contributions.withdrawals import make_payer

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 10, 14)


@pytest.fixture
def place():
    return make_payer(day=DAY)


def record(place, **changes):
    stage, account = place
    told = {"kind": "OVERDUE", "date": DAY, "document_no": "逾1", "in_a_row": 1, **changes}
    return record_credit_event(
        member_account=account, business_date=stage.day, by=stage.clerk, **told
    )


def contest(place, event=None, claim="已按时还款"):
    stage, _account = place
    return accept_contest(
        event=event or record(place), claim=claim, business_date=stage.day, clerk=stage.clerk
    )


def answered(place, outcome):
    made = contest(place)
    return hand_in_contest_answer(contest=made, outcome=outcome, answer="经核查", by=place[0].clerk)


def sign(place, made, by=None):
    stage = place[0]
    return approve_contest(
        contest=made, digest=made.digest, business_date=stage.day, by=by or stage.checker
    )


def test_the_same_document_is_recorded_once(place):
    assert record(place).pk == record(place).pk
    assert CreditEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "LATE"}, "kind"),
        ({"document_no": " "}, "document_no"),
        ({"date": DAY + dt.timedelta(days=1)}, "date"),
    ],
)
def test_a_record_that_cannot_be_right_names_its_field(place, changes, field):
    with pytest.raises(BadField) as caught:
        record(place, **changes)
    assert caught.value.field == field


def test_a_contest_is_due_in_twenty_working_days(place):
    assert contest(place).due_date == dt.date(2026, 11, 11)


@pytest.mark.parametrize(("outcome", "corrected"), [("CORRECTED", DAY), ("UPHELD", None)])
def test_the_signature_of_a_second_person_ends_it(place, outcome, corrected):
    made = sign(place, answered(place, outcome))
    assert (made.state, made.answered_date) == ("APPROVED", DAY)
    assert CreditEvent.objects.get().corrected_date == corrected


def test_who_wrote_the_answer_does_not_sign_it(place):
    with pytest.raises(SamePerson):
        sign(place, answered(place, "CORRECTED"), by=place[0].clerk)
    assert CreditEvent.objects.get().corrected_date is None


def test_nobody_signs_about_their_own_record(place):
    stage, account = place
    made = answered(place, "CORRECTED")
    stage.checker.person_index = account.member.documents.get().number_index
    stage.checker.save()
    with pytest.raises(OwnAccount):
        sign(place, made)


def test_a_record_is_contested_once_at_a_time_and_not_after_it_was_corrected(place):
    made = contest(place)
    event = CreditEvent.objects.get()
    with pytest.raises(ContestWaits, match=made.number):
        contest(place, event)
    cancel_contest(contest=made, by=place[0].clerk)
    again = contest(place, event)
    hand_in_contest_answer(contest=again, outcome="CORRECTED", answer="有误", by=place[0].clerk)
    sign(place, again)
    event.refresh_from_db()
    with pytest.raises(ContestWaits):
        contest(place, event)


def test_a_returned_answer_is_written_again(place):
    made = answered(place, "UPHELD")
    return_contest(contest=made, reason="再查", by=place[0].checker)
    hand_in_contest_answer(contest=made, outcome="CORRECTED", answer="有误", by=place[0].clerk)
    assert sign(place, made).outcome == "CORRECTED"
    with pytest.raises(AlreadyDecided):
        hand_in_contest_answer(contest=made, outcome="UPHELD", answer="属实", by=place[0].clerk)


def test_without_words_or_by_the_wrong_role_nothing_is_taken_in(place):
    with pytest.raises(BadField):
        contest(place, claim=" ")
    stage = place[0]
    with pytest.raises(NotAllowed):
        accept_contest(
            event=record(place), claim="有误", business_date=stage.day, clerk=stage.checker
        )
