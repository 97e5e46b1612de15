"""Nobody is kept out of any page: each address of the matrix and of the admin, light and dark.

The addresses come from ``tests.counter.matrix`` and the register of the admin, so a page that is
new is looked at by itself. Each is opened as the person who can do most there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings as product
from django.contrib import admin
from playwright.sync_api import Error, Page

from fundcenter.calculators.registry import CALCULATORS
from fundcenter.listings.registry import LISTINGS
from office.inbox import kinds
from office.models import User
from office.roles import ADMINISTRATORS, ENTERS_ADMIN, Role
from tests.browser.axe import faults_of, faults_of_the_dark
from tests.browser.keyboard import sign_in
from tests.counter.addresses import addresses, admin_pages, expected, routes
from tests.counter.hall import Hall, build_hall
from tests.counter.matrix import PAGES

pytestmark = pytest.mark.browser

STATIC = product.BASE_DIR / "static"
SCREEN = 1366
# A person's first page of the admin shows the list of all models beside it; then it is folded.
FOLDED = "localStorage.setItem('django.admin.navSidebarIsOpen', 'false')"
POSTS = [Role.CLERK, Role.CHECKER, Role.SUPERVISOR, Role.FINANCE, Role.AUDITOR]
# Pages of the admin that its register of models does not name, and who opens them.
OF_THE_ADMIN = {
    "admin/": Role.SUPERVISOR,
    "admin/password_change/": Role.SUPERVISOR,
    "admin/office/user/<id>/password/": Role.SECURITY_ADMIN,
    "admin/policy/parametervalue/compare/": Role.SUPERVISOR,
    "admin/ledger/ledgeraccount/trial-balance/": Role.SUPERVISOR,
    "admin/subsidies/subsidyapproval/record/": Role.SUPERVISOR,
    "admin/settlement/settlementrun/preflight/": Role.SUPERVISOR,
}
# What answers no page to somebody who opens it, or the same page under another address.
NO_PAGES = {
    "sign-out/",
    "still-here/",
    "language/",
    "demo/person/",
    "healthz",
    "readyz",
    "favicon.ico",
    "counter/papers/<slug:business>/<uuid:token>/",  # a part of each business that asks for papers
    "counter/prints/<slug:name>/<str:number>.pdf",  # a paper, in the browser's own viewer
    "admin/login/",  # looked at by test_doors
    "admin/logout/",
    "admin/office/businessday/turn/",
    "admin/password_change/done/",
    "admin/autocomplete/",
    "admin/jsi18n/",
    "admin/r/<path:content_type_id>/<path:object_id>/",
    "admin/office/job/<int:job_id>/progress/",
}


@dataclass(frozen=True)
class Sight:
    """A page and who opens it; nobody for the pages of before the sign-in."""

    address: str
    user: User | None


def counter_pages(hall: Hall) -> Iterator[Sight]:
    """Give each page of the counter once, opened by the post that can do most with it."""
    objects = hall.objects["own"]
    people = [hall.people[role, "own"] for role in POSTS]
    for route, page in PAGES.items():
        if page.post or page.empty or route in NO_PAGES:
            continue
        for address, kind in addresses(route, page, objects):
            item = objects["items"].get(kind)
            seeing = [user for user in people if 200 in expected(page, user, "own", kind, item)]
            assert seeing, f"no post sees {address}"
            deciding = [user for user in seeing if kind and kinds()[kind].may_decide(item, user)]
            for one in named(route, address):
                yield Sight(one, (deciding or seeing)[0])


def named(route: str, address: str) -> Iterator[str]:
    """Give an address with each name that may stand in it."""
    names: list[str] = []
    if route == "counter/calculators/<slug:name>/":
        names = list(CALCULATORS)
    elif route == "counter/lists/<slug:name>/":
        # Those of a kind of document are one page with other columns.
        names = [one.name for one in LISTINGS] + ["opening", "withdrawal"]
    start = route.partition("<")[0]
    yield from (f"/{start}{name}/" for name in names) if names else [address]


def pages_of_the_admin(hall: Hall) -> Iterator[Sight]:
    """Give each page of the admin for the first who sees it, and each document as it waits."""
    supervisor = hall.people[Role.SUPERVISOR, "own"]
    for route, role in OF_THE_ADMIN.items():
        user = hall.people[role, "own"]
        yield Sight("/" + re.sub("<.*>", str(supervisor.pk), route), user)
    for role in sorted(ENTERS_ADMIN - ADMINISTRATORS, reverse=True) + sorted(ADMINISTRATORS):
        user = hall.people[role, "own"]
        for address, right in admin_pages(hall, user):
            if right == {200}:
                yield Sight(address, user)
                yield Sight("/admin/{}/".format(address.split("/")[2]), user)
    for item in hall.objects["own"]["items"].values():
        if type(item) in admin.site._registry:
            name = f"{item._meta.app_label}/{item._meta.model_name}"
            yield Sight(f"/admin/{name}/{item.pk}/change/", supervisor)


def sights(hall: Hall) -> list[Sight]:
    """Give every page once, those of one person one after the other."""
    before = [Sight("/sign-in/", None), Sight("/counter/calculators/", None)]
    found: dict[str, Sight] = {}
    for sight in (*counter_pages(hall), *pages_of_the_admin(hall)):
        found.setdefault(sight.address, sight)
    return before + sorted(found.values(), key=lambda one: one.user.username)


def look(page: Page, sight: Sight) -> list[str] | None:
    """Open a page and say what is wrong with it in either theme; None where it is a file."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    try:
        answer = page.goto(sight.address)
    except Error as stopped:
        return None if "Download is starting" in str(stopped) else [str(stopped)]
    assert answer is not None
    if "text/html" not in answer.headers.get("content-type", ""):
        return None
    if answer.status != 200:
        return [f"answers {answer.status}"]
    wrong = faults_of(page)
    wide = page.evaluate("document.documentElement.scrollWidth")
    wrong += [f"is {wide} points wide"] if wide > SCREEN else []
    return wrong + faults_of_the_dark(page)


def test_every_page_of_the_admin_is_made_by_its_register_or_named_here():
    made = re.compile(r"admin/\w+/\w+/(add/|<path:object_id>/(history/|delete/|change/)?)?")
    decided = re.compile(r"admin/\w+/\w+/<int:\w+>/decide/")  # a form is sent there
    caught = re.compile(r"admin/\^?\(\?P<")  # by app, and what is not there
    left = {
        route
        for route in routes()
        if route.startswith("admin/")
        and not any(known.fullmatch(route) for known in (made, decided))
        and not caught.match(route)
    }
    assert left - OF_THE_ADMIN.keys() - NO_PAGES == set(), "name the page, and who opens it"


def test_no_style_of_ours_asks_how_the_screen_is_turned():
    styles = [
        path for place in ("counter", "admin_desk", "api") for path in STATIC.glob(f"{place}/*.css")
    ]
    assert len(styles) >= 3
    assert [path.name for path in styles if "orientation" in path.read_text(encoding="utf-8")] == []


def test_nobody_is_kept_out_of_any_page(desk: Page, transactional_db: None, settings):
    settings.REGISTERS = "accounts.platform.LocalRegisters"
    hall = build_hall()
    signed_in, wrong, pages = None, {}, 0
    for sight in sights(hall):
        if sight.user and sight.user != signed_in:
            sign_in(desk, sight.user.username)
            signed_in = sight.user
            desk.evaluate("localStorage.clear()")
        faults = look(desk, sight)
        pages += faults is not None
        if faults:
            wrong[sight.address] = faults
        if "/admin/" in desk.url:
            desk.evaluate(FOLDED)
    assert wrong == {}
    assert pages > 250, "the list of addresses has lost its pages"
