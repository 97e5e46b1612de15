"""Pages that cannot be shown though nothing broke say what stands in the way."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError, connection, connections, transaction
from django.http import HttpRequest, HttpResponse

from fundcenter.hindrances import HindranceMiddleware
from office.models import User
from office.roles import Role
from office.services import save_staff
from policy.book import Unset


def fault_of(code: str) -> OperationalError:
    """The fault that Django raises for a fault of the driver with this code."""

    class DriverFault(Exception):
        sqlstate = code if connection.vendor == "postgresql" else ""
        sqlite_errorname = code if connection.vendor == "sqlite" else ""

    fault = OperationalError(code)
    fault.__cause__ = DriverFault(code)
    return fault


BUSY = {"postgresql": ["55P03", "40P01", "40001"], "sqlite": ["SQLITE_BUSY", "SQLITE_LOCKED"]}
BROKEN = {"postgresql": ["57P01", "53300"], "sqlite": ["SQLITE_FULL", "SQLITE_IOERR"]}


def answer_to(fault: Exception) -> HttpResponse | None:
    """What a page becomes that ended with this fault."""
    return HindranceMiddleware(lambda request: HttpResponse()).process_exception(
        HttpRequest(), fault
    )


def test_who_waits_for_another_too_long_reads_that_nothing_was_booked():
    for code in BUSY[connection.vendor]:
        answer = answer_to(fault_of(code))
        assert (answer.status_code, answer["Retry-After"]) == (503, "3")
        assert "其他人正在办理同一账户" in answer.content.decode()


def test_another_fault_is_no_queue():
    for code in BROKEN[connection.vendor]:
        assert answer_to(fault_of(code)) is None
    assert answer_to(ValueError("55P03")) is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_row_that_another_holds_is_such_a_wait():
    user = User(username="somebody", display_name="某人", role=Role.SYSTEM_ADMIN)
    save_staff(user=user, by=None)
    held = User.objects.filter(pk=user.pk)

    def come_second():
        try:
            with transaction.atomic():
                return list(held.select_for_update(nowait=True))
        finally:
            connections.close_all()

    with transaction.atomic():
        list(held.select_for_update())
        with ThreadPoolExecutor(1) as other, pytest.raises(OperationalError) as refused:
            other.submit(come_second).result()
    assert answer_to(refused.value).status_code == 503


def test_a_value_nobody_has_set_is_named_with_who_sets_it(db, rf):
    request = rf.get("/counter/loans/LN-1/")
    request.user = AnonymousUser()
    fault = Unset("loan.platform_again_days", "kashgar", dt.date(2026, 6, 30))
    answer = HindranceMiddleware(lambda request: HttpResponse()).process_exception(request, fault)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "放款时平台核查结果的有效天数" in page
    assert "loan.platform_again_days" in page
    assert "主管" in page
