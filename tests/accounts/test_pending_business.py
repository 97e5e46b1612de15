"""Business under way: one after the other on an account."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.errors import BusinessWaits
from accounts.models import PendingBusiness
from accounts.services import begin_business, end_business
from tests.contributions.withdrawals import ask, make_payer


@pytest.fixture
def waiting(db):
    stage, account = make_payer()
    return account, ask(stage, account)


def test_a_second_business_names_the_one_that_waits(waiting):
    account, withdrawal = waiting
    other = type(withdrawal)(number="EX-2", business_date=withdrawal.business_date)
    with pytest.raises(BusinessWaits) as caught:
        begin_business(account, other)
    assert withdrawal.number in str(caught.value)
    assert account.number in str(caught.value)


def test_the_next_one_begins_once_the_first_is_decided(waiting):
    account, withdrawal = waiting
    end_business(withdrawal)
    other = type(withdrawal)(number="EX-2", business_date=withdrawal.business_date)
    assert begin_business(account, other).is_open


def test_the_database_itself_refuses_two(waiting):
    account, withdrawal = waiting
    with pytest.raises(IntegrityError), transaction.atomic():
        PendingBusiness.objects.create(
            member_account=account, number="X", begun_date=withdrawal.business_date
        )


def test_what_was_under_way_stays_on_record(waiting):
    with pytest.raises(DatabaseError), transaction.atomic():
        PendingBusiness.objects.all().delete()
