"""A clerk at the keyboard: signing in, moving through forms, looking at where the focus is."""

from django.urls import reverse
from playwright.sync_api import Page

PASSWORD = "a-long-password-for-tests"


def sign_in(page: Page, name: str) -> None:
    page.context.clear_cookies()
    page.goto(reverse("sign-in"))
    enter(page, name)


def enter(page: Page, name: str) -> None:
    page.wait_for_function("document.activeElement.name === 'username'")
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    go(page, "Enter")


def go(page: Page, key: str) -> None:
    # Nobody presses a key before seeing the page; a browser on a busy machine drops such a key.
    page.evaluate("new Promise(seen => requestAnimationFrame(() => requestAnimationFrame(seen)))")
    with page.expect_navigation():
        page.keyboard.press(key)


def focused(page: Page, what: str = "name") -> str:
    return page.evaluate(f"document.activeElement.{what} || ''")


def type_in(page: Page, typed: dict[str, str]) -> None:
    """Go through a form by Enter alone, and type where something is to be typed."""
    for _ in range(30):
        name = focused(page)
        if focused(page, "dataset.submit") or focused(page, "tagName") == "BUTTON":
            return
        if typed.get(name) and focused(page, "tagName") == "INPUT":
            page.keyboard.type(typed[name])
        page.keyboard.press("Enter")


def tab_to(page: Page, text: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if focused(page, "tagName") == "A" and text in focused(page, "textContent"):
            return
    raise AssertionError(f"nothing with “{text}” can be reached by Tab")
