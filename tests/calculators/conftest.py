"""The law in the database, for the faces that read it there."""

import datetime as dt

import pytest

from policy.services import LoadReport
from tests.law import load_law


@pytest.fixture
def law(db: None) -> LoadReport:
    return load_law(dt.date(2026, 7, 1))
