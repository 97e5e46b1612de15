"""Reviews of loan applications: each look another person, the last one decides anew."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import BadField, OwnAccount
from accounts.holds import has_loan_application
from accounts.queries import list_standing_events
from loans.chain import next_look, read_chain
from loans.errors import HouseholdChanged, LoanRefused, LookedBefore, OneReading, QuotaFell
from loans.models import LoanReview
from loans.services import (
    choose_reading,
    pass_review,
    refuse_application,
    resubmit_loan_application,
    return_application,
)
from office.documents import AlreadyDecided, ChangedMeanwhile, SamePerson
from office.inbox import kinds
from office.roles import Role
from office.services import NotAllowed
from policy.queries import open_book
from tests.accounts.households import marry
from tests.contributions.withdrawals import withdraw
from tests.loans.applications import (
    answer,
    answer_about,
    apply,
    codes,
    grant,
    look,
    make_saver,
    request,
    reviewers,
)
from tests.loans.running import make_loan

pytestmark = pytest.mark.django_db


def test_three_people_look_and_the_third_grants_it():
    stage, account = make_saver()
    application = apply(stage, account)
    first, second, boss, _other = reviewers(stage)
    assert (application.next_step, application.next_role) == ("FIRST_REVIEW", "CHECKER")
    look(stage, application, first)
    assert (application.state, application.next_step) == ("SUBMITTED", "SECOND_REVIEW")
    look(stage, application, second)
    look(stage, application, boss)
    assert (application.state, application.checked_by, application.next_step) == (
        "APPROVED",
        boss,
        "",
    )
    assert application.approval_decision != application.decision
    looks = LoanReview.objects.order_by("id").values_list("step", "outcome", "digest")
    assert list(looks) == [
        (step, "PASSED", application.digest)
        for step in ("FIRST_REVIEW", "SECOND_REVIEW", "APPROVAL")
    ]
    assert has_loan_application(account.member)


def test_a_large_sum_takes_a_fourth_person():
    stage, account = make_saver(300_000)
    application = apply(stage, account, asked_fen=50_000_100)
    assert application.granted_fen == 50_000_100
    first, second, boss, other = reviewers(stage)
    for person in (first, second, boss):
        look(stage, application, person)
    assert (application.state, application.next_step) == ("SUBMITTED", "LARGE_APPROVAL")
    assert look(stage, application, other).state == "APPROVED"


def test_the_chain_is_data_and_the_limit_itself_is_not_large():
    book = open_book("kashgar", make_saver()[0].day)
    small, large = read_chain(book, 50_000_000), read_chain(book, 50_000_001)
    assert [one.step for one in small] == ["FIRST_REVIEW", "SECOND_REVIEW", "APPROVAL"]
    assert large[-1].step == "LARGE_APPROVAL"
    assert next_look(large, "LARGE_APPROVAL") is None


def test_who_made_it_does_not_look_at_it():
    stage, account = make_saver()
    application = apply(stage, account)
    with pytest.raises(SamePerson):
        look(stage, application, stage.clerk)


def test_nobody_looks_twice_in_a_round_a_supervisor_neither():
    stage, account = make_saver()
    application = look(stage, apply(stage, account), stage.supervisor)
    with pytest.raises(LookedBefore):
        look(stage, application, stage.supervisor)
    with pytest.raises(IntegrityError), transaction.atomic():
        LoanReview.objects.create(
            application=application,
            round=1,
            step="SECOND_REVIEW",
            outcome="PASSED",
            digest=application.digest,
            reviewed_by=stage.supervisor,
            business_date=stage.day,
        )


def test_the_approval_takes_a_supervisor():
    stage, account = make_saver()
    application = apply(stage, account)
    first, second, _boss, _other = reviewers(stage)
    look(stage, look(stage, application, first), second)
    third = stage.colleague("checker-3", Role.CHECKER)
    with pytest.raises(NotAllowed):
        look(stage, application, third)


def test_what_was_not_shown_is_not_passed():
    stage, account = make_saver()
    application = apply(stage, account)
    with pytest.raises(ChangedMeanwhile):
        pass_review(
            application=application, digest="1" * 64, business_date=stage.day, by=stage.checker
        )
    assert not LoanReview.objects.exists()


def test_nobody_looks_at_their_own_loan():
    stage, account = make_saver()
    application = apply(stage, account)
    stage.checker.person_index = account.member.documents.get().number_index
    stage.checker.save()
    with pytest.raises(OwnAccount):
        look(stage, application, stage.checker)


def test_returned_it_keeps_the_household_bound_and_goes_through_all_looks_again():
    stage, account = make_saver()
    application = look(stage, apply(stage, account), stage.checker)
    second = reviewers(stage)[1]
    return_application(
        application=application, reason="收入证明不清", business_date=stage.day, by=second
    )
    assert (application.state, application.next_step) == ("RETURNED", "")
    assert has_loan_application(account.member)
    assert application.parties.filter(is_active=True).count() == 1
    again = resubmit_loan_application(
        application=application,
        request=request(asked_fen=10_000_000),
        business_date=stage.day,
        clerk=stage.clerk,
    )
    assert (again.round, again.next_step, again.granted_fen) == (2, "FIRST_REVIEW", 10_000_000)
    assert (again.business_date, again.state) == (application.business_date, "SUBMITTED")
    assert look(stage, again, stage.checker).next_step == "SECOND_REVIEW", "in another round"
    assert again.reviews.count() == 3


def test_a_return_needs_its_reason_and_what_was_not_returned_is_not_handed_in_again():
    stage, account = make_saver()
    application = apply(stage, account)
    with pytest.raises(ValueError, match="退回"):
        return_application(
            application=application, reason=" ", business_date=stage.day, by=stage.checker
        )
    with pytest.raises(AlreadyDecided):
        resubmit_loan_application(
            application=application,
            request=request(),
            business_date=stage.day,
            clerk=stage.clerk,
        )


def refuse(stage, application, **changes):
    told = {"code": "INCOME", "reason": "收入与流水不符", "by": stage.checker, **changes}
    return refuse_application(
        application=application, digest=application.digest, business_date=stage.day, **told
    )


def test_refused_it_says_why_frees_the_household_and_restores_the_subsidy():
    stage, account = make_saver()
    application = refuse(stage, apply(stage, account))
    assert (application.state, application.refusal_code) == ("REFUSED", "INCOME")
    assert application.reviews.get().reason == "收入与流水不符"
    assert not has_loan_application(account.member)
    standing = list_standing_events(account, ["LOAN_APPLIED"], stage.day, undone_count=False)
    assert standing == []
    answer(stage, account)
    assert apply(stage, account).state == "SUBMITTED"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"code": "MOOD"}, "code"), ({"code": ""}, "code"), ({"reason": " "}, "reason")],
)
def test_a_refusal_without_code_or_text_refuses_nothing(changes, field):
    stage, account = make_saver()
    application = apply(stage, account)
    with pytest.raises(BadField) as caught:
        refuse(stage, application, **changes)
    assert caught.value.field == field
    application.refresh_from_db()
    assert application.state == "SUBMITTED"


def test_what_is_decided_is_decided():
    stage, account = make_saver()
    application = grant(stage, apply(stage, account))
    for again in (look, lambda *told: refuse(told[0], told[1])):
        with pytest.raises(AlreadyDecided):
            again(stage, application, stage.colleague(f"late-{id(again)}", Role.CHECKER))


# --- the last look decides anew


def before_the_last_look(**changes):
    stage, account = make_saver()
    application = apply(stage, account, **changes)
    first, second, _boss, _other = reviewers(stage)
    return stage, account, look(stage, look(stage, application, first), second)


def test_a_loan_that_came_meanwhile_refuses_at_the_last_look():
    stage, account, application = before_the_last_look()
    application.parties.update(is_active=False)  # so that the builder's loan finds room
    make_loan(stage, account)
    with pytest.raises(LoanRefused) as caught:
        look(stage, application, stage.supervisor)
    assert codes(caught) == ["no_open_loan"]
    application.refresh_from_db()
    assert application.state == "SUBMITTED"


def test_money_that_went_out_meanwhile_stops_the_sum_that_was_shown():
    stage, account, application = before_the_last_look(asked_fen=27_000_000)
    withdraw(stage, account, 1_000_000)
    with pytest.raises(QuotaFell) as caught:
        look(stage, application, stage.supervisor)
    assert (caught.value.shown_fen, caught.value.now_fen) == (27_000_000, 12_000_000)


def test_a_marriage_meanwhile_sends_it_back():
    stage, account, application = before_the_last_look()
    record = marry(stage, account.member)
    answer_about(stage, record.spouse_number, record.spouse_name)
    with pytest.raises(HouseholdChanged):
        look(stage, application, stage.supervisor)


# --- the other reading of a band's edge


def test_a_supervisor_may_take_the_other_reading_with_a_reason_and_all_look_anew():
    stage, account = make_saver(100_000)
    application = look(stage, apply(stage, account, asked_fen=20_000_000), stage.checker)
    assert (application.quota_fen, application.reading) == (12_000_000, "")
    before = application.digest
    choose_reading(
        application=application, reason="按正文执行", business_date=stage.day, by=stage.supervisor
    )
    assert (application.quota_fen, application.granted_fen) == (18_000_000, 18_000_000)
    assert (application.reading, application.reading_reason) == ("TEXT", "按正文执行")
    assert (application.round, application.next_step) == (2, "FIRST_REVIEW")
    assert application.digest != before
    assert grant(stage, application).granted_fen == 18_000_000
    assert application.approval_decision.result["granted_fen"] == 18_000_000


def test_chosen_once_more_the_reading_of_the_centre_is_back():
    stage, account = make_saver(100_000)
    application = apply(stage, account)
    for _ in range(2):
        choose_reading(
            application=application, reason="理由", business_date=stage.day, by=stage.supervisor
        )
    assert (application.reading, application.quota_fen) == ("", 12_000_000)


def test_the_other_reading_takes_a_supervisor_a_reason_and_an_edge():
    stage, account = make_saver(100_000)
    application = apply(stage, account)
    told = {"application": application, "business_date": stage.day}
    with pytest.raises(NotAllowed):
        choose_reading(reason="理由", by=stage.checker, **told)
    with pytest.raises(BadField):
        choose_reading(reason=" ", by=stage.supervisor, **told)


def test_off_the_edges_there_is_nothing_to_choose():
    stage, account = make_saver(150_000)
    application = apply(stage, account)
    with pytest.raises(OneReading):
        choose_reading(
            application=application, reason="理由", business_date=stage.day, by=stage.supervisor
        )


# --- in the inbox


def test_the_inbox_shows_it_to_whom_it_waits_for_and_not_to_who_has_looked():
    stage, account = make_saver()
    application = apply(stage, account)
    kind = kinds()["loan-application"]
    first, second, boss, _other = reviewers(stage)
    assert [kind.waiting(one).count() for one in (first, second, boss, stage.clerk)] == [1, 1, 1, 0]
    look(stage, application, first)
    assert [kind.waiting(one).count() for one in (first, second, boss)] == [0, 1, 1]
    assert not kind.may_decide(application, first)
    assert kind.may_decide(application, second)
    look(stage, application, second)
    assert [kind.waiting(one).count() for one in (first, second, boss)] == [0, 0, 1]


def test_the_day_the_answer_is_due_stands_with_it():
    stage, account = make_saver()
    assert apply(stage, account).due_date > stage.day + dt.timedelta(days=15)
