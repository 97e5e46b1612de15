"""A real browser before a real server; every page is also held against the content policy."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import servers
from tests.browser.axe import faults_of

# Playwright's event loop lives in the thread of the tests; Django takes that for an asynchronous
# program and would refuse the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium of the system; CHROMIUM names another one."""
    program = servers.find_chromium()
    assert program, "Chromium is missing: sudo apt-get install -y chromium, or set CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, live_server) -> Iterator[Page]:
    """A fresh page on a counter's screen; it fails the test for any error the browser notes."""
    context = chromium.new_context(
        base_url=live_server.url,
        viewport={"width": 1366, "height": 768},
        locale="en-US",  # the pages must be Chinese all the same
        timezone_id="Asia/Shanghai",
    )
    context.set_default_timeout(10_000)
    complaints: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    yield page
    context.close()
    assert complaints == [], "the browser complained; scripts and styles belong into static files"


@pytest.fixture
def barriers() -> Callable[[Page], list[str]]:
    """Name what keeps people out of a page, by the rules of WCAG 2.2 AA."""
    return faults_of


@pytest.fixture
def desk(chromium: Browser, live_server, transactional_db: None) -> Iterator[Page]:
    """A page of a counter's screen. It fails for errors of scripts, and for foreign hosts.

    A form that is refused answers 4xx; the browser notes that as an error, which is none here.
    """
    context = chromium.new_context(
        base_url=live_server.url,
        viewport={"width": 1366, "height": 768},
        locale="en-US",
        timezone_id="Asia/Shanghai",
    )
    context.set_default_timeout(15_000)
    complaints: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda line: (
            complaints.append(line.text)
            if line.type == "error" and "status of 4" not in line.text
            else None
        ),
    )
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((live_server.url, "data:"))
            else complaints.append(f"left the host: {request.url}")
        ),
    )
    yield page
    context.close()
    assert complaints == []
