"""A dispute about a balance: bank first, then the centre again, a written answer in five days."""

import datetime as dt

import pytest

from accounts.errors import BadField, OwnAccount
from accounts.models import MemberAccount
from contributions.errors import DisputeWaits, StepMissing
from contributions.models import Deposit, Dispute
from contributions.services import (
    accept_dispute,
    approve_answer,
    cancel_dispute,
    enter_bank_review,
    hand_in_answer,
    return_answer,
)
from office.documents import AlreadyDecided, ChangedMeanwhile, SamePerson
from office.fields import blind_index
from office.models import User
from office.roles import Role
from office.services import NotAllowed
from tests.accounts.builders import Stage
from tests.contributions.test_correction_service import hand_in, look
from tests.contributions.withdrawals import make_payer


@pytest.fixture
def payer(db: None) -> tuple[Stage, MemberAccount]:
    return make_payer()


def complain(stage: Stage, account: MemberAccount, **changes) -> Dispute:
    facts = {
        "claim": "九月缴存未到账",
        "claimed_fen": 600_000,
        "business_date": stage.day,
        "clerk": stage.clerk,
        **changes,
    }
    return accept_dispute(member_account=account, **facts)


def review(stage: Stage, dispute: Dispute, **changes) -> Dispute:
    facts = {
        "finding": "银行流水与账面相符",
        "document_no": "行复1号",
        "reviewed_date": stage.day,
        "by": stage.clerk,
        **changes,
    }
    return enter_bank_review(dispute=dispute, **facts)


def answer(stage: Stage, dispute: Dispute, **changes) -> Dispute:
    facts = {"outcome": "RIGHT", "answer": "经复核余额无误", "by": stage.clerk, **changes}
    return hand_in_answer(dispute=dispute, **facts)


def sign(stage: Stage, dispute: Dispute, by=None) -> Dispute:
    return approve_answer(
        dispute=dispute,
        digest=dispute.digest,
        business_date=stage.day,
        by=by or stage.checker,
    )


def test_five_working_days_are_counted_from_the_day_after(payer) -> None:
    """14 October 2026 is a Wednesday; five working days end on Wednesday the 21st."""
    dispute = complain(*payer)
    assert dispute.due_date == dt.date(2026, 10, 21)
    assert dispute.balance_fen == 500_000
    assert dispute.decision.parameters


def test_it_is_answered_by_the_bank_the_maker_and_a_second_person(payer) -> None:
    stage, account = payer
    dispute = sign(stage, answer(stage, review(stage, complain(stage, account))))
    assert (dispute.state, dispute.answered_date) == ("APPROVED", stage.day)
    assert complain(stage, account, claim="又一次").state == "DRAFT"


def test_what_was_wrong_is_answered_with_its_correction(payer) -> None:
    stage, account = payer
    dispute = review(stage, complain(stage, account))
    correction = hand_in(stage, Deposit.objects.get(member_account=account).entry)
    with pytest.raises(StepMissing):
        answer(stage, dispute, outcome="WRONG", correction=correction)
    look(stage, correction)
    correction.refresh_from_db()
    assert answer(stage, dispute, outcome="WRONG", correction=correction).state == "SUBMITTED"


# Refused


def test_nothing_is_answered_before_the_bank_has_reviewed(payer) -> None:
    stage, account = payer
    with pytest.raises(StepMissing):
        answer(stage, complain(stage, account))


def test_a_wrong_balance_is_not_answered_without_a_correction(payer) -> None:
    stage, account = payer
    with pytest.raises(StepMissing):
        answer(stage, review(stage, complain(stage, account)), outcome="WRONG")


def test_a_correction_of_another_account_puts_nothing_right(payer) -> None:
    stage, account = payer
    _far, stranger = make_payer("yantai", stranger=True)
    correction = look(_far, hand_in(_far, Deposit.objects.get(member_account=stranger).entry))
    dispute = review(stage, complain(stage, account))
    with pytest.raises(StepMissing):
        answer(stage, dispute, outcome="WRONG", correction=correction)


def test_the_bank_reviews_once_and_not_before_the_dispute(payer) -> None:
    stage, account = payer
    dispute = complain(stage, account)
    with pytest.raises(BadField) as refused:
        review(stage, dispute, reviewed_date=stage.day - dt.timedelta(days=1))
    assert refused.value.field == "reviewed_date"
    review(stage, dispute)
    with pytest.raises(AlreadyDecided):
        review(stage, dispute)


def test_who_took_it_in_or_entered_the_bank_does_not_review_again(payer) -> None:
    stage, account = payer
    helper = stage.colleague("second-clerk")
    dispute = answer(stage, review(stage, complain(stage, account), by=helper))
    with pytest.raises(SamePerson):
        sign(stage, dispute, helper)
    with pytest.raises(SamePerson):
        sign(stage, dispute, stage.clerk)
    with pytest.raises(NotAllowed):
        sign(stage, dispute, stage.colleague("finance", Role.FINANCE))


def test_a_returned_answer_is_written_anew_and_the_days_go_on(payer) -> None:
    stage, account = payer
    dispute = answer(stage, review(stage, complain(stage, account)))
    due = dispute.due_date
    return_answer(dispute=dispute, reason="请附明细", by=stage.checker)
    with pytest.raises(DisputeWaits, match=dispute.number):
        complain(stage, account)
    again = answer(stage, dispute, answer="附明细，余额无误")
    assert (again.state, again.due_date) == ("SUBMITTED", due)


def test_a_signature_binds_the_answer_that_was_shown(payer) -> None:
    stage, account = payer
    dispute = answer(stage, review(stage, complain(stage, account)))
    with pytest.raises(ChangedMeanwhile):
        approve_answer(dispute=dispute, digest="0" * 64, business_date=stage.day, by=stage.checker)
    sign(stage, dispute)
    with pytest.raises(AlreadyDecided):
        sign(stage, dispute, stage.supervisor)


def test_only_who_took_it_in_takes_it_back(payer) -> None:
    stage, account = payer
    dispute = complain(stage, account)
    with pytest.raises(NotAllowed):
        cancel_dispute(dispute=dispute, by=stage.colleague("other"))
    assert cancel_dispute(dispute=dispute, by=stage.clerk).state == "CANCELLED"


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("claim", {"claim": " "}),
        ("claim", {"claim": "长" * 401}),
        ("claimed_fen", {"claimed_fen": -1}),
    ],
)
def test_a_form_that_cannot_be_right_names_its_field(payer, field, changes) -> None:
    with pytest.raises(BadField) as refused:
        complain(*payer, **changes)
    assert refused.value.field == field


@pytest.mark.parametrize("role", [Role.CHECKER, Role.FINANCE, Role.AUDITOR])
def test_only_clerks_take_disputes_in(payer, role) -> None:
    stage, account = payer
    with pytest.raises(NotAllowed):
        complain(stage, account, clerk=stage.colleague("somebody", role))


def test_nobody_takes_in_their_own(payer) -> None:
    stage, account = payer
    index = blind_index(account.member.documents.get().number)
    User.objects.filter(pk=stage.clerk.pk).update(person_index=index)
    stage.clerk.refresh_from_db()
    with pytest.raises(OwnAccount):
        complain(stage, account)
