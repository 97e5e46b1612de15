"""Centres to pay into."""

import pytest

from tests.accounts.builders import Stage, make_stage


@pytest.fixture
def stage(db: None) -> Stage:
    return make_stage()
