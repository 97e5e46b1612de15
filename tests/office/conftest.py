"""A centre with its staff, an open day, and a paper that two people sign."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, models
from django.test import Client

from office.models import Branch, Centre, Document, User
from office.roles import Role
from office.services import create_centre, ensure_system_maker, next_number, open_day, save_staff

NOW = dt.datetime(2026, 7, 1, 1, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 7, 1)
LOCK_NOT_GIVEN = "55P03"


@pytest.fixture(scope="session")
def slip_class(django_db_setup: None, django_db_blocker: Any) -> type[Document]:
    """The smallest two-person document there can be; it exists in this database only."""

    class Slip(Document):
        submit_permission = "accounts.open"
        approve_permission = "accounts.approve"

        amount_fen = models.BigIntegerField()

        class Meta(Document.Meta):
            app_label = "office"

    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.create_model(Slip)
    return Slip


def make_staff(role: Role, branch: Branch | None, username: str = "", **fields: Any) -> User:
    username = username or role.lower()
    user = User(
        username=username,
        display_name=fields.pop("display_name", username),
        role=role,
        branch=branch,
        centre=branch.centre if branch else None,
        **fields,
    )
    user.set_password("a-long-password-for-tests")
    return save_staff(user=user, by=None)


@pytest.fixture
def centre(db: None) -> Centre:
    return create_centre(
        code="kashgar",
        name="喀什地区住房公积金管理中心",
        short_name="喀什",
        jurisdiction="kashgar",
        branches={"hq": "地区管理部"},
    )


@pytest.fixture
def other_centre(db: None) -> Centre:
    return create_centre(
        code="yantai",
        name="烟台市住房公积金管理中心",
        short_name="烟台",
        jurisdiction="yantai",
        branches={"hq": "市直管理部"},
    )


@pytest.fixture
def staff(centre: Centre) -> Callable[..., User]:
    branch = centre.branches.get(code="hq")

    def of_role(role: Role, username: str = "", **fields: Any) -> User:
        return make_staff(role, branch, username, **fields)

    return of_role


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff(Role.CLERK)


@pytest.fixture
def checker(staff: Callable[..., User]) -> User:
    return staff(Role.CHECKER)


@pytest.fixture
def supervisor(staff: Callable[..., User]) -> User:
    return staff(Role.SUPERVISOR)


@pytest.fixture
def security_admin(db: None) -> User:
    return make_staff(Role.SECURITY_ADMIN, None)


@pytest.fixture
def sign_in(client: Client) -> Callable[[User], Client]:
    def as_person(user: User) -> Client:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_person


@pytest.fixture
def maker(db: None) -> User:
    return ensure_system_maker()


@pytest.fixture
def open_centre(centre: Centre, supervisor: User) -> Centre:
    open_day(centre=centre, date=DAY, by=supervisor)
    return centre


@pytest.fixture
def new_slip(centre: Centre, clerk: User, slip_class: type[Document]) -> Callable[..., Document]:
    def make(amount_fen: int = 10_000, made_by: User = clerk) -> Document:
        return slip_class.objects.create(
            number=next_number(centre, "SL", DAY),
            centre=centre,
            branch=made_by.branch,
            business_date=DAY,
            made_by=made_by,
            amount_fen=amount_fen,
        )

    return make


def come_again(work: Callable[[], Any]) -> Any:
    """Do a piece of work, again and again while a lock is not given in time, as a clerk would.

    A busy machine makes a queue of fifty longer than the database waits. A deadlock is a fault of
    ours and is not tried again.
    """
    for _ in range(200):
        try:
            return work()
        except OperationalError as fault:
            if getattr(fault.__cause__, "sqlstate", "") != LOCK_NOT_GIVEN:
                raise
    raise AssertionError("never came to the window")


def at_the_same_moment(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run ``work(0) … work(count - 1)`` in threads that start together.

    Returns:
        What each returned, or the exception it ended with.
    """
    barrier = threading.Barrier(count)
    outcomes: list[Any] = [None] * count

    def one(place: int) -> None:
        barrier.wait()
        try:
            outcomes[place] = come_again(lambda: work(place))
        except Exception as fault:
            outcomes[place] = fault
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
