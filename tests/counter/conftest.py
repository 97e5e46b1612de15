"""A centre at work, with people signed in at its counter."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import MemberAccount
from contributions.services import receive_deposit
from office.models import User
from office.services import next_number
from tests.accounts.builders import Stage, make_stage


@pytest.fixture
def stage(db: None, settings: Any) -> Stage:
    settings.REGISTERS = "accounts.platform.LocalRegisters"
    return make_stage()


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    def enter(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


@pytest.fixture
def clerk(stage: Stage, sign_in: Callable[[User], Client]) -> Client:
    return sign_in(stage.clerk)


@pytest.fixture
def checker(stage: Stage, sign_in: Callable[[User], Client]) -> Client:
    return sign_in(stage.checker)


@pytest.fixture
def account(stage: Stage) -> MemberAccount:
    return stage.open_account()


@pytest.fixture
def pay(stage: Stage) -> Callable[..., Any]:
    def take(account: MemberAccount, amount_fen: int = 50_000) -> Any:
        return receive_deposit(
            member_account=account,
            amount_fen=amount_fen,
            business_date=stage.day,
            document_no=next_number(stage.centre, "DP", stage.day),
            clerk=stage.clerk,
        )

    return take
