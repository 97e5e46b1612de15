"""Every address, every role, one's own branch, another branch, another centre: who gets what.

What is expected follows from the permissions of ``office.roles`` and one table (``matrix``). A
member is served at any branch of the centre; another centre's member is not there, and the look
is in the audit trail.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import RequestFactory
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from office import roles
from office.inbox import kinds
from office.models import AuditEvent, Document, User
from office.roles import ADMINISTRATORS, BUSINESS_ROLES, ENTERS_ADMIN
from policy.admin import SharedAdmin
from tests.counter.hall import Hall, build_hall, rolled_back
from tests.counter.matrix import PAGES, Page

pytestmark = pytest.mark.django_db

ROLES = sorted(BUSINESS_ROLES | ADMINISTRATORS)
AT_PLACES = [(role, "own") for role in ROLES] + [
    (role, "branch") for role in sorted(BUSINESS_ROLES)
]
TOKEN = "6f1c1f0e-5a0e-4a54-9d0c-0e2f7f1f4a11"
LET_IN = {200, 204, 302, 400, 409}
# Made by the job of dormancy; and after another centre has answered at the platform.
MADE_ELSEWHERE = {"dormancy-list", "transfer-arrival"}


@pytest.fixture(scope="module")
def hall(django_db_setup: None, django_db_blocker: Any) -> Iterator[Hall]:
    """One built database for all of these tests; each request is rolled back."""
    with django_db_blocker.unblock(), rolled_back():
        yield build_hall()


def routes(resolver: URLResolver | None = None, start: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        route = start + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route


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


def addresses(route: str, page: Page, objects: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Fill an address; one for each kind of document where it names one."""
    if page.of == "item":
        for kind, item in objects["items"].items():
            yield (
                f"/{route}".replace("<slug:kind>", kind).replace("<str:number>", item.number),
                (kind),
            )
        return
    number = objects.get(page.of) if page.of and "<str:number>" in route else ""
    number = number if isinstance(number, str) else objects["account"]
    address = f"/{route}".replace("<str:number>", number).replace("<int:year>", "2026")
    if "<int:pk>" in address:
        address = address.replace("<int:pk>", str(objects[page.of]))
    for place, name in (("business", "opening"), ("page", "desk"), ("token", TOKEN)):
        address = re.sub(rf"<\w+:{place}>", name, address)
    yield address.replace("<slug:name>", page.slug), ""


def expected(page: Page, user: User | None, place: str, kind: str, item: Any) -> set[int]:
    """Say which answers are right for this person; the table and the roles decide."""
    if page.public:
        return LET_IN | {401, 404, 405}
    if user is None or user.centre is None:
        return {302}
    may = user.may(page.permission) if page.permission else True
    if not may and not page.hidden:
        return {403}
    if place == "foreign" or not may or page.empty:
        return {404}
    if page.by_kind:
        found = kinds()[kind]
        if found.approve is None:
            return {404}
        return LET_IN if user.may(found.approve_permission(item)) else {403}
    # Not every document can be taken back.
    return LET_IN | ({404} if kind and page.post else set())


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


def own_and_foreign(
    hall: Hall, model: type[Model], model_admin: admin.ModelAdmin
) -> tuple[Model | None, Model | None]:
    """Find a row of the hall's centre and one of another centre, as the admin tells them apart."""
    request = RequestFactory().get("/")
    request.user = hall.people["SUPERVISOR", "own"]
    rows = model_admin.get_queryset(request)
    if isinstance(model_admin, SharedAdmin) or model._meta.app_label not in PRODUCT:
        return rows.first(), None
    return rows.first(), model._default_manager.exclude(pk__in=rows.values("pk")).first()


PRODUCT = {
    "office",
    "policy",
    "ledger",
    "accounts",
    "contributions",
    "subsidies",
    "settlement",
    "loans",
}


def admin_pages(hall: Hall, user: User) -> Iterator[tuple[str, set[int]]]:
    """Give the addresses of the admin with the right answers for a person who enters it."""
    request = RequestFactory().get("/")
    request.user = user
    for model, model_admin in admin.site._registry.items():
        start = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        sees = model_admin.has_view_or_change_permission(request)
        yield start, {200} if sees else {403}
        yield f"{start}add/", {200} if model_admin.has_add_permission(request) else {403}
        own, foreign = own_and_foreign(hall, model, model_admin)
        if own is not None:
            # One sees less than all of a centre only by one's own role, never by address.
            mine = model_admin.get_queryset(request).filter(pk=own.pk).exists()
            yield f"{start}{own.pk}/change/", {200 if mine else 404} if sees else {403}
        if foreign is not None:
            mine = model_admin.get_queryset(request).filter(pk=foreign.pk).exists()
            yield f"{start}{foreign.pk}/change/", {200 if mine else 404} if sees else {403, 404}


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
            if user.may(kind.approve_permission(item)):
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
