"""The counter before a real browser: keyboard only, once only, nobody kept out."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import MemberAccount
from contributions.models import Deposit
from settlement.services import settle_year
from tests.accounts.builders import Stage, make_stage
from tests.browser.keyboard import enter, focused, go, sign_in, tab_to, type_in
from tests.contributions.withdrawals import add_payer
from tests.counter.typing_in import opening_form
from tests.loans.running import make_loan

pytestmark = pytest.mark.browser


@pytest.fixture
def stage(transactional_db: None, settings) -> Stage:
    settings.REGISTERS = "accounts.platform.LocalRegisters"
    return make_stage()


def test_the_main_job_needs_no_mouse(desk: Page, stage: Stage):
    form = opening_form()
    sign_in(desk, stage.clerk.username)
    go(desk, "Alt+1")
    type_in(desk, form)
    go(desk, "Control+Enter")
    assert "可以开户" in desk.locator("h1").inner_text()
    go(desk, "Control+Enter")
    assert "等待复核" in desk.locator("h1").inner_text()

    sign_in(desk, stage.checker.username)
    tab_to(desk, "OP-kashgar")
    go(desk, "Enter")
    go(desk, "Control+Enter")
    assert "已批准：为 艾力·买买提 开户" in desk.locator("h1").inner_text()

    sign_in(desk, stage.clerk.username)
    desk.keyboard.type(form["number"])
    go(desk, "Enter")
    assert "艾力·买买提" in desk.locator("h1").inner_text()
    assert form["number"] not in desk.url
    go(desk, "Alt+1")
    go(desk, "Control+Enter")
    assert "人民币伍佰元整" in desk.locator("h1").inner_text()
    go(desk, "Control+Enter")
    assert "已办理：缴存 500.00 元" in desk.locator("h1").inner_text()
    assert focused(desk, "id") == "find"

    stage.on(dt.date(2026, 6, 30))
    settle_year(centre=stage.centre, year=2026, approver=stage.supervisor)
    go(desk, "Alt+1")
    tab_to(desk, "怎么算的")
    go(desk, "Enter")
    assert "按规则重算一致" in desk.locator("main").inner_text()
    go(desk, "Escape")
    go(desk, "Escape")
    assert desk.url.endswith(reverse("desk"))


def test_a_double_click_and_a_second_window_book_once(desk: Page, stage: Stage):
    account = stage.open_account()
    sign_in(desk, stage.clerk.username)
    other = desk.context.new_page()
    for window in (desk, other):
        window.goto(reverse("deposit", args=[account.number]))
        go(window, "Control+Enter")
    desk.get_by_role("button", name="确认入账").dblclick()
    desk.wait_for_url("**/items/**")
    go(other, "Control+Enter")
    assert "未入账" in other.locator("h1").inner_text()
    assert Deposit.objects.count() == 1


def test_a_form_survives_the_end_of_the_session_but_not_a_change_of_person(
    desk: Page, stage: Stage
):
    sign_in(desk, stage.clerk.username)
    desk.goto(reverse("opening"))
    type_in(desk, {"name": "帕提古丽·艾山", "occupation": "裁缝"})
    desk.context.clear_cookies(name="sessionid")
    go(desk, "Control+Enter")
    assert reverse("sign-in") in desk.url
    enter(desk, stage.clerk.username)
    assert desk.locator("[name=name]").input_value() == "帕提古丽·艾山"
    assert "已恢复" in desk.locator("main").inner_text()

    desk.keyboard.type("x")
    desk.context.clear_cookies(name="sessionid")
    go(desk, "Control+Enter")
    colleague = stage.colleague("second-clerk")
    enter(desk, colleague.username)
    assert desk.locator("[name=name]").input_value() == ""


def test_idle_hands_are_signed_out_and_find_their_form_again(desk: Page, stage: Stage, settings):
    settings.SESSION_IDLE_SECONDS = 2
    sign_in(desk, stage.clerk.username)
    desk.goto(reverse("opening"))
    type_in(desk, {"name": "买买提"})
    desk.wait_for_url("**/sign-in/**")
    settings.SESSION_IDLE_SECONDS = 900
    enter(desk, stage.clerk.username)
    assert desk.locator("[name=name]").input_value() == "买买提"


def test_the_first_wrong_field_has_the_focus_and_its_error(desk: Page, stage: Stage):
    sign_in(desk, stage.clerk.username)
    desk.goto(reverse("opening"))
    type_in(desk, opening_form(phone="123"))
    go(desk, "Control+Enter")
    assert focused(desk) == "phone"
    assert "11 位" in desk.locator("#error_phone").inner_text()


def test_a_slash_leads_to_the_search_box_from_anywhere(desk: Page, stage: Stage):
    account = stage.open_account(name="欧阳娜娜")
    sign_in(desk, stage.clerk.username)
    desk.goto(reverse("settlements"))
    desk.keyboard.press("/")
    assert focused(desk, "id") == "find"
    desk.keyboard.type("oynn")
    go(desk, "Enter")
    assert account.number in desk.url


def test_whoever_finds_nobody_goes_on_typing(desk: Page, stage: Stage):
    applicant = stage.applicant()
    stage.ask(applicant)
    waiting = stage.submit(applicant)
    sign_in(desk, stage.clerk.username)
    assert waiting.number in desk.locator("main").inner_text()
    desk.keyboard.type("zzzz")
    desk.keyboard.press("Enter")
    desk.locator("#found").get_by_text("zzzz").wait_for()
    # What was entered settles a moment after it is shown.
    desk.wait_for_timeout(300)
    assert focused(desk, "id") == "find"


def test_a_key_leads_to_the_members_loan(desk: Page, stage: Stage):
    loan = make_loan(stage, add_payer(stage))
    sign_in(desk, stage.clerk.username)
    desk.goto(reverse("member", args=[loan.member_account.number]))
    go(desk, "Alt+l")
    assert desk.url.endswith(reverse("loan", args=[loan.number]))


def test_what_if_is_asked_and_left_by_key(desk: Page, stage: Stage):
    sign_in(desk, stage.clerk.username)
    desk.goto(reverse("calculator", args=["deadline"]))
    assert focused(desk) == "centre"
    go(desk, "Control+Enter")
    assert desk.locator(".verdict").count() == 1
    go(desk, "Escape")
    assert desk.url.endswith(reverse("calculators"))
    go(desk, "Escape")
    assert desk.url.endswith(reverse("desk"))


def test_a_list_is_left_for_the_lists(desk: Page, stage: Stage):
    sign_in(desk, stage.clerk.username)
    desk.goto(reverse("list", args=["accounts"]))
    go(desk, "Escape")
    assert desk.url.endswith(reverse("lists"))


def _pages(account: MemberAccount) -> list[str]:
    number = [account.number]
    return [
        reverse("desk"),
        reverse("inbox"),
        reverse("opening"),
        reverse("member", args=number),
        reverse("deposit", args=number),
        reverse("agreement", args=number),
        reverse("seal", args=number),
        reverse("unseal", args=number),
        reverse("settlements"),
        reverse("calculators"),
        reverse("calculator", args=["loan-quota"]),
        "/counter/nowhere/",
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_kept_out_and_nothing_scrolls_sideways(
    desk: Page, stage: Stage, barriers: Callable[[Page], list[str]], theme: str
):
    account = stage.open_account()
    desk.emulate_media(color_scheme=theme)
    desk.goto(reverse("sign-in"))
    assert desk.locator("html").get_attribute("data-bs-theme") == theme
    found = {reverse("sign-in"): barriers(desk)}
    enter_first = stage.clerk.username
    sign_in(desk, enter_first)
    for address in _pages(account):
        desk.goto(address)
        found[address] = barriers(desk)
        assert desk.evaluate("document.documentElement.scrollWidth") <= 1366, address
    desk.goto(reverse("deposit", args=[account.number]))
    for amount in ("1.00", "500.00"):
        desk.locator("[name=amount]").fill(amount)
        go(desk, "Control+Enter")
        found[amount] = barriers(desk)
        go(desk, "Escape")
    desk.goto(reverse("opening"))
    go(desk, "Control+Enter")
    found["errors"] = barriers(desk)
    assert {address: faults for address, faults in found.items() if faults} == {}


def test_the_chosen_theme_stays(desk: Page, stage: Stage):
    sign_in(desk, stage.clerk.username)
    before = desk.locator("html").get_attribute("data-bs-theme")
    desk.locator("details.who summary").click()
    desk.get_by_role("button", name="浅色 / 深色").click()
    desk.goto(reverse("inbox"))
    assert desk.locator("html").get_attribute("data-bs-theme") != before
