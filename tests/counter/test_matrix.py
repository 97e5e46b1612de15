"""Every address, every role, one's own branch, another branch, another centre: who gets what.

What is expected follows from the permissions of ``office.roles`` and one table (``matrix``). A
member is served at any branch of the centre; another centre's member is not there, and the look
is in the audit trail.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from office import roles
from office.inbox import kinds
from office.models import AuditEvent, Document, User
from office.roles import ADMINISTRATORS, BUSINESS_ROLES, ENTERS_ADMIN
from tests.counter.addresses import PRODUCT, addresses, admin_pages, expected, routes
from tests.counter.hall import Hall, build_hall, rolled_back
from tests.counter.matrix import PAGES, Page

pytestmark = pytest.mark.django_db

ROLES = sorted(BUSINESS_ROLES | ADMINISTRATORS)
AT_PLACES = [(role, "own") for role in ROLES] + [
    (role, "branch") for role in sorted(BUSINESS_ROLES)
]
# Made by the job of dormancy; and after another centre has answered at the platform.
MADE_ELSEWHERE = {"dormancy-list", "transfer-arrival"}


@pytest.fixture(scope="module")
def hall(django_db_setup: None, django_db_blocker: Any) -> Iterator[Hall]:
    """One built database for all of these tests; each request is rolled back."""
    with django_db_blocker.unblock(), rolled_back():
        yield build_hall()


def test_every_address_is_in_the_table():
    known = {route for route in routes() if not route.startswith(("admin/", "api/"))}

    assert known - PAGES.keys() == set(), "say in tests/counter/matrix.py what opens it"
    assert PAGES.keys() - known == set(), "this address is gone"


def test_every_kind_has_a_document_in_the_hall(hall):
    assert kinds().keys() - hall.objects["own"]["items"].keys() == MADE_ELSEWHERE


def test_every_kind_of_document_prints_its_receipt(hall):
    client = hall.client(hall.people["CLERK", "own"])
    faults = []
    for name, item in hall.objects["own"]["items"].items():
        with rolled_back():
            answer = client.post(reverse("print", args=[f"{name}-receipt", item.number]))
        if answer.status_code != 200 or not answer.content.startswith(b"%PDF"):
            faults.append(f"{name}: {answer.status_code}")
    assert faults == []


def ask(hall: Hall, user: User | None, address: str, page: Page) -> tuple[int, int]:
    """Send one request, undo it, and count the refusals that it left in the audit trail."""
    with rolled_back():
        before = AuditEvent.objects.filter(result="REFUSED").count()
        client = hall.client(user)
        answer = client.post(address, page.body) if page.post else client.get(address)
        return answer.status_code, (AuditEvent.objects.filter(result="REFUSED").count() - before)


def walk(hall: Hall, user: User | None, place: str) -> list[str]:
    """Go to every address with the objects of a place; name what is wrong."""
    wrong = []
    objects = hall.objects[place]
    for route, page in PAGES.items():
        if place == "foreign" and not page.of:
            continue
        for address, kind in addresses(route, page, objects):
            right = expected(page, user, place, kind, objects["items"].get(kind))
            status, refusals = ask(hall, user, address, page)
            if status not in right:
                wrong.append(f"{address}: {status}, expected {sorted(right)}")
            elif right <= {403, 404} and not refusals and not no_second_person(page, kind, place):
                wrong.append(f"{address}: {status} without a line in the audit trail")
    return wrong


def no_second_person(page: Page, kind: str, place: str) -> bool:
    """Tell whether the address leads nowhere for anybody, so that nobody is refused anything."""
    nowhere = page.empty or (page.by_kind and kinds()[kind].approve is None)
    return nowhere and place == "own"


@pytest.mark.parametrize(("role", "place"), AT_PLACES)
def test_in_the_own_centre_the_role_decides_at_every_branch(hall, role, place):
    assert "\n".join(walk(hall, hall.people[role, place], "own")) == ""


@pytest.mark.parametrize("role", ROLES)
def test_what_belongs_to_another_centre_is_not_there(hall, role):
    assert "\n".join(walk(hall, hall.people[role, "own"], "foreign")) == ""


def test_a_stranger_is_asked_to_sign_in_everywhere(hall):
    assert "\n".join(walk(hall, None, "own")) == ""


# --- the admin ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(ENTERS_ADMIN))
def test_in_the_admin_the_role_decides_and_another_centre_is_not_there(hall, role):
    user, wrong = hall.people[role, "own"], []
    for address, right in admin_pages(hall, user):
        status, refusals = ask(hall, user, address, Page())
        if status not in right:
            wrong.append(f"{address}: {status}, expected {sorted(right)}")
        if right == {404} and not refusals:
            wrong.append(f"{address}: {status} without a line in the audit trail")
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("role", ["CLERK", "CHECKER", None])
def test_who_has_no_business_in_the_admin_is_sent_away(hall, role):
    user = hall.people[role, "own"] if role else None
    answers = {
        f"{model._meta.label_lower}": ask(
            hall, user, f"/admin/{model._meta.app_label}/{model._meta.model_name}/", Page()
        )[0]
        for model in admin.site._registry
    }
    assert set(answers.values()) == {302}


def test_nothing_can_be_deleted_in_the_admin(hall):
    """History stays: people, days, documents and money alike."""
    request = RequestFactory().get("/")
    open_to = set()
    for role in sorted(ENTERS_ADMIN):
        request.user = hall.people[role, "own"]
        for model, model_admin in admin.site._registry.items():
            if model._meta.app_label in PRODUCT and model_admin.has_delete_permission(request):
                open_to.add((role, model._meta.label))
    assert open_to == set()


def test_every_decision_page_of_the_admin_refuses_who_may_not(hall):
    """The buttons' addresses: whoever may not decide changes nothing."""
    deciding = [route for route in routes() if route.startswith("admin/") and "decide" in route]
    assert len(deciding) >= 6
    for kind in kinds().values():
        item = hall.objects["own"]["items"].get(kind.name)
        if not isinstance(item, Document) or not item.is_undecided:
            continue
        address = f"/admin/{item._meta.app_label}/{item._meta.model_name}/{item.pk}/decide/"
        for role in ROLES:
            user = hall.people[role, "own"]
            if kind.is_for_role_of(item, user):
                continue
            with rolled_back():
                page = {"step": "APPROVE", "digest": item.digest}
                answer = hall.client(user).post(address, page)
                item.refresh_from_db()
                assert answer.status_code in {302, 403, 404}, (address, role)
                assert item.state == "SUBMITTED", (address, role)


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_the_three_administrators_hold_no_business_permission(role):
    pages = {page.permission for page in PAGES.values() if page.permission}
    assert {code for code in pages if roles.allows(role, code)} == set()
