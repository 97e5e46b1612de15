"""The law in the database, for the faces that read it there."""

import datetime as dt

import pytest

from policy.services import LoadReport, load_policies


@pytest.fixture
def law(db: None) -> LoadReport:
    return load_policies(on=dt.date(2026, 7, 1))
