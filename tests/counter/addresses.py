"""The addresses of the matrix with objects of the hall in them, and which answers are right there.

``test_matrix`` asks each of them as every role; the browser's tests look at each page with eyes.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.test import RequestFactory
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from office.inbox import kinds
from office.models import User
from policy.admin import SharedAdmin
from tests.counter.hall import Hall
from tests.counter.matrix import Page

TOKEN = "6f1c1f0e-5a0e-4a54-9d0c-0e2f7f1f4a11"
LET_IN = {200, 204, 302, 400, 409}
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


def routes(resolver: URLResolver | None = None, start: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        route = start + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route


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
        return LET_IN if found.is_for_role_of(item, user) else {403}
    # Not every document can be taken back.
    return LET_IN | ({404} if kind and page.post else set())


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
