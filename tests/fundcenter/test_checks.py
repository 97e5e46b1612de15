"""What `check --deploy` refuses before real members are served."""

import pytest

from fundcenter.checks import nothing_of_the_demo_is_left

POSTGRESQL = {"default": {"ENGINE": "django.db.backends.postgresql"}}
SQLITE = {"default": {"ENGINE": "django.db.backends.sqlite3"}}


@pytest.fixture
def for_real(settings):
    """Settings as a fund centre has them."""
    settings.DATABASES = POSTGRESQL
    settings.CELERY_BROKER_URL = "redis://redis:6379/0"
    settings.DEMO = False
    settings.SETTLEMENT_APPROVER = ""
    return settings


@pytest.mark.parametrize(
    ("name", "value", "refused_by"),
    [
        ("DATABASES", SQLITE, "fundcenter.E001"),
        ("CELERY_BROKER_URL", "filesystem://", "fundcenter.E002"),
        ("DEMO", True, "fundcenter.E003"),
        ("SETTLEMENT_APPROVER", "somebody", "fundcenter.E004"),
    ],
)
@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_what_suits_one_desk_is_refused_for_real_members(for_real, name, value, refused_by):
    setattr(for_real, name, value)
    faults = nothing_of_the_demo_is_left(None)
    assert [fault.id for fault in faults] == [refused_by]
    assert faults[0].hint


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_postgresql_redis_and_two_persons_are_accepted(for_real):
    assert nothing_of_the_demo_is_left(None) == []
