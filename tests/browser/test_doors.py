"""The first page that anybody sees."""

import pytest

pytestmark = pytest.mark.browser


def test_the_supervisors_door_speaks_chinese_and_keeps_nobody_out(page, barriers):
    page.goto("/admin/")
    assert page.locator("html").get_attribute("lang") == "zh-hans"
    assert page.get_by_role("button").count() >= 1
    assert barriers(page) == []


def test_a_wrong_password_is_refused_on_the_same_page(page):
    page.goto("/admin/")
    page.locator("input[name=username]").fill("nobody")
    page.locator("input[name=password]").fill("wrong password")
    page.keyboard.press("Enter")
    page.locator(".errornote, [role=alert]").first.wait_for()
    assert "/admin/login" in page.url
