"""The law in the database, for the faces that read it there."""

import datetime as dt

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from office.models import Centre, User
from office.roles import Role
from office.services import create_centre, save_staff
from policy.services import LoadReport
from tests.law import load_law


@pytest.fixture
def law(db: None) -> LoadReport:
    return load_law(dt.date(2026, 7, 1))


@pytest.fixture(autouse=True)
def _nobody_was_slowed_down_yet() -> None:
    cache.clear()


@pytest.fixture
def centre(law: LoadReport) -> Centre:
    return create_centre(
        code="kashgar",
        name="喀什地区住房公积金管理中心",
        short_name="喀什",
        jurisdiction="kashgar",
        branches={"hall": "大厅"},
    )


@pytest.fixture
def signed_in(client: Client, centre: Centre) -> Client:
    user = User(
        username="clerk",
        display_name="柜员",
        role=Role.CLERK,
        centre=centre,
        branch=centre.branches.get(),
    )
    user.set_password("a-long-password-for-tests")
    client.force_login(save_staff(user=user, by=None), settings.AUTHENTICATION_BACKENDS[1])
    return client
