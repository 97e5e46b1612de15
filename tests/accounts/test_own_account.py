"""Nobody handles their own account, whichever business it is and at whichever step."""

from typing import Any

import pytest

from accounts.errors import OwnAccount
from accounts.models import MemberAccount
from accounts.services import change_agreement, change_mandate, seal, unseal
from contributions.services import receive_deposit
from office.fields import blind_index
from office.models import User
from tests.accounts.builders import CARD, Stage
from tests.accounts.households import marry, record_household


def deposit(stage: Stage, account: MemberAccount, by: User) -> Any:
    return receive_deposit(
        member_account=account,
        amount_fen=50_000,
        business_date=stage.day,
        document_no="D-1",
        clerk=by,
    )


def amend(stage: Stage, account: MemberAccount, by: User) -> Any:
    return change_agreement(
        member_account=account,
        mode="MONTHLY",
        monthly_amount_fen=60_000,
        business_date=stage.day,
        document_no="A-1",
        clerk=by,
    )


def recard(stage: Stage, account: MemberAccount, by: User) -> Any:
    return change_mandate(
        member_account=account,
        bank="中国银行",
        card=CARD,
        debit_day=5,
        document_no="M-1",
        check_no="核2026-1",
        business_date=stage.day,
        clerk=by,
    )


def rest(stage: Stage, account: MemberAccount, by: User) -> Any:
    return seal(member_account=account, business_date=stage.day, document_no="S-1", by=by)


def wake(stage: Stage, account: MemberAccount, by: User) -> Any:
    return unseal(member_account=account, business_date=stage.day, document_no="U-1", by=by)


@pytest.mark.parametrize("business", [deposit, amend, recard, rest])
def test_a_clerk_leaves_the_own_account_to_a_colleague(stage: Stage, business):
    account = stage.open_account()
    own = stage.colleague("member-of-staff")
    own.person_index = account.member.documents.get().number_index
    with pytest.raises(OwnAccount) as caught:
        business(stage, account, own)
    assert account.number in str(caught.value)
    business(stage, account, stage.clerk)


def test_a_clerk_does_not_unseal_the_own_account(stage: Stage):
    account = stage.open_account()
    rest(stage, account, stage.clerk)
    own = stage.colleague("member-of-staff")
    own.person_index = account.member.documents.get().number_index
    with pytest.raises(OwnAccount):
        wake(stage, account, own)
    assert wake(stage, account, stage.clerk).state == "NORMAL"


@pytest.mark.parametrize("spouse", ["member", "stranger"])
def test_the_account_of_the_own_spouse_is_left_to_a_colleague_too(stage: Stage, spouse):
    account = stage.open_account()
    partner = stage.open_account().member if spouse == "member" else None
    record = marry(stage, account.member, partner)
    own = stage.colleague("member-of-staff")
    own.person_index = record.spouse_index
    with pytest.raises(OwnAccount):
        deposit(stage, account, own)
    record_household(stage, account.member, "DIVORCED")
    deposit(stage, account, own)


@pytest.mark.parametrize("step", ["taken in", "approved"])
def test_nobody_opens_an_account_for_themselves(stage: Stage, step):
    applicant = stage.applicant()
    stage.ask(applicant)
    own = stage.clerk if step == "taken in" else stage.checker
    own.person_index = blind_index(applicant.number)
    with pytest.raises(OwnAccount):
        stage.approve(stage.submit(applicant))
    assert not MemberAccount.objects.exists()
