"""Asking outside registers: only a clean, fresh, unused answer opens an account."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from accounts.errors import BadField, CheckMismatch, CheckMissing, OpeningRefused
from accounts.models import MemberAccount, OutsideCheck
from accounts.platform import FRESH_DAYS, LocalRegisters, NoRegisters
from accounts.queries import find_check
from accounts.services import ask_platform, ask_register, close, confirm_check, enter_check
from office.documents import AlreadyDecided, SamePerson
from office.roles import Role
from office.services import NotAllowed
from tests.accounts.builders import Stage, make_stage


def codes(refused):
    return [reason.code for reason in refused.decision.reasons if not reason.met]


def test_without_an_interface_the_question_stays_open(stage: Stage):
    applicant = stage.applicant()
    check = ask_platform(
        centre=stage.centre,
        document_type=applicant.document_type,
        number=applicant.number,
        name=applicant.name,
        business_date=stage.day,
        by=stage.clerk,
        registers=NoRegisters(),
    )
    assert check.result == OutsideCheck.Result.PENDING


def test_the_platform_knows_the_accounts_of_other_centres(db):
    first, second = make_stage("kashgar"), make_stage("yantai")
    applicant = first.applicant()
    first.open_account(applicant=applicant)
    second.ask(applicant)
    with pytest.raises(OpeningRefused) as caught:
        second.submit(applicant)
    assert "has_open_account" in codes(caught.value)
    assert OutsideCheck.objects.get(centre=second.centre, kind="PLATFORM").evidence["centre"] == (
        "kashgar"
    )


@pytest.mark.parametrize(("days", "fresh"), [(FRESH_DAYS - 1, True), (FRESH_DAYS, False)])
def test_an_answer_grows_old(stage: Stage, days, fresh):
    applicant = stage.applicant()
    stage.ask(applicant)
    stage.on(stage.day + dt.timedelta(days=days))
    if fresh:
        assert stage.submit(applicant).state == "SUBMITTED"
        return
    with pytest.raises(OpeningRefused):
        stage.submit(applicant)


def test_an_answer_that_grew_old_before_the_second_person_looked_opens_nothing(stage: Stage):
    applicant = stage.applicant()
    stage.ask(applicant)
    opening = stage.submit(applicant)
    stage.on(stage.day + dt.timedelta(days=FRESH_DAYS))
    with pytest.raises(CheckMissing):
        stage.approve(opening)
    opening.refresh_from_db()
    assert opening.state == "SUBMITTED"
    assert not MemberAccount.objects.exists()


def test_an_answer_opens_one_account(stage: Stage):
    applicant = stage.applicant()
    account = stage.open_account(applicant=applicant)
    close(
        member_account=account,
        reason="EXIT",
        business_date=stage.day,
        document_no="C-1",
        by=stage.system,
    )
    stage.on(stage.day + dt.timedelta(days=1))
    assert find_check(stage.centre, applicant.number, "PLATFORM", since=dt.date(2026, 1, 1)) is None
    with pytest.raises(OpeningRefused):
        stage.submit(applicant)


def enter(stage, applicant, result="PASS", document_no="函2026-1", by=None):
    return enter_check(
        centre=stage.centre,
        kind="PLATFORM",
        purpose="OPENING",
        document_type=applicant.document_type,
        number=applicant.number,
        name=applicant.name,
        result=result,
        document_no=document_no,
        business_date=stage.day,
        by=by or stage.clerk,
    )


def test_an_answer_on_paper_counts_once_two_persons_have_read_it(stage: Stage):
    applicant = stage.applicant()
    stage.ask(applicant, {"PLATFORM": None})
    check = enter(stage, applicant)
    with pytest.raises(OpeningRefused):
        stage.submit(applicant)
    confirm_check(check=check, result="PASS", by=stage.checker)
    assert stage.approve(stage.submit(applicant)).opening.platform_check == check


def test_an_answer_on_paper_needs_another_person_the_same_reading_and_a_document(stage: Stage):
    applicant = stage.applicant()
    with pytest.raises(BadField):
        enter(stage, applicant, document_no=" ")
    with pytest.raises(BadField):
        enter(stage, applicant, result="PENDING")
    check = enter(stage, applicant, by=stage.checker)
    with pytest.raises(SamePerson):
        confirm_check(check=check, result="PASS", by=stage.checker)
    with pytest.raises(NotAllowed):
        confirm_check(check=check, result="PASS", by=stage.clerk)
    with pytest.raises(CheckMismatch):
        confirm_check(check=check, result="FAIL", by=stage.supervisor)
    confirm_check(check=check, result="PASS", by=stage.supervisor)
    with pytest.raises(AlreadyDecided):
        confirm_check(check=check, result="PASS", by=stage.supervisor)


def test_the_database_keeps_paper_answers_to_two_persons_and_a_document(stage: Stage):
    check = enter(stage, stage.applicant())
    for fields in ({"result": "PASS"}, {"result": "PASS", "checked_by": stage.clerk}):
        with pytest.raises(DatabaseError), transaction.atomic():
            OutsideCheck.objects.filter(pk=check.pk).update(**fields)


def test_a_paper_answer_cannot_be_asked_for_by_who_may_not(stage: Stage):
    applicant = stage.applicant()
    for person in (stage.supervisor, stage.colleague("auditor", Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            ask_register(
                centre=stage.centre,
                kind="PLATFORM",
                purpose="OPENING",
                document_type=applicant.document_type,
                number=applicant.number,
                name=applicant.name,
                business_date=stage.day,
                by=person,
                registers=LocalRegisters({}),
            )
