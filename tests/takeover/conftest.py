"""Centres that take accounts over."""

import pytest

from tests.takeover.builders import Hall, make_hall


@pytest.fixture
def hall(db: None) -> Hall:
    return make_hall()
