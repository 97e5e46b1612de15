"""The window of a counter: people sit down, fill in, hand in and approve in a real browser.

``PICTURES=<folder>`` keeps a screenshot of each step there; those in docs were made so.
"""

import os
from pathlib import Path

from django.urls import reverse
from playwright.sync_api import Page

from tests.browser.keyboard import go, sign_in


class Window:
    """The screen of a counter at which different people sit down, and its photographer."""

    def __init__(self, page: Page, code: str) -> None:
        self.page = page
        self.code = code

    def sit_down(self, name: str) -> None:
        sign_in(self.page, name)

    def open(self, name: str, *args: str) -> None:
        self.page.goto(reverse(name, args=args))

    def picture(self, name: str) -> None:
        """Keep a picture of the page where somebody wants them."""
        if folder := os.environ.get("PICTURES"):
            path = Path(folder) / f"{self.code}-{name}.png"
            self.page.screenshot(path=path, full_page=True)

    def type(self, **typed: str) -> None:
        """Put values into the fields of the page by their names, whatever kind each is."""
        for name, value in typed.items():
            field = self.page.locator(f"main [name={name}]").first
            kind = field.evaluate("field => field.type")
            if kind == "select-one":
                field.select_option(value)
            elif kind == "radio":
                self.page.check(f"main [name={name}][value={value}]")
            else:
                field.fill(value)

    def hand_in(self, picture: str = "") -> str:
        """Check and hand in with two keys; give the headline of the document."""
        go(self.page, "Control+Enter")
        if picture:
            self.picture(picture)
        go(self.page, "Control+Enter")
        return self.page.locator("h1").inner_text()

    @property
    def number(self) -> str:
        """The document whose page is open."""
        return self.page.url.rstrip("/").rpartition("/")[2]

    def approve(self, name: str, document: str, number: str) -> str:
        """Decide a document as another person."""
        self.sit_down(name)
        self.open("item", document, number)
        go(self.page, "Control+Enter")
        return self.page.locator("h1").inner_text()
