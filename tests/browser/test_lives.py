"""A member's life at the counter of each of the five centres, from opening to leaving."""

import datetime as dt
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page

from accounts.models import MemberAccount
from contributions.models import Payout, Withdrawal
from contributions.services import confirm_payout
from ledger.verify import prove
from office.roles import Role
from settlement.services import settle_year
from tests.accounts.builders import make_stage, number_of
from tests.browser.keyboard import type_in
from tests.browser.window import Window
from tests.counter.typing_in import opening_form

pytestmark = pytest.mark.browser

BEGINS = dt.date(2025, 9, 10)
SETTLED = dt.date(2026, 6, 30)
LATER = dt.date(2026, 10, 14)


@dataclass(frozen=True)
class Life:
    """What is particular to a centre: the mode, what is paid in, and what is taken out."""

    code: str
    mode: str
    monthly: str
    deposit: str
    ground: str
    taken: str
    papers: dict[str, str] = field(default_factory=dict)
    declares_household: bool = False


LEASE = {"paper_LEASE_FILING": "租备2026-7"}
LIVES = (
    Life("bazhong", "FREE", "", "3000.00", "VOLUNTARY", "800.00"),
    Life("liaoning", "YEARLY", "500.00", "6000.00", "RENT", "900.00", LEASE),
    Life("lianyungang", "FREE", "", "2500.00", "RENT", "700.00", LEASE),
    Life(
        "yantai",
        "MONTHLY",
        "600.00",
        "600.00",
        "RELOCATION_RENT",
        "300.00",
        {**LEASE, "paper_TAX_INVOICE": "发票 20260007"},
        declares_household=True,
    ),
    Life("kashgar", "FREE", "500.00", "5000.00", "RENT", "1000.00", LEASE),
)


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.code)
def test_a_member_joins_saves_withdraws_and_leaves(desk: Page, life: Life, settings):
    settings.REGISTERS = "accounts.platform.LocalRegisters"
    stage = make_stage(life.code, BEGINS)
    finance = stage.colleague(f"{life.code}-finance", Role.FINANCE)
    window = Window(desk, life.code)

    account = join(window, stage, life)
    assert f"缴存 {float(life.deposit):,.2f} 元" in save(window, account, life)

    stage.on(SETTLED)
    settle_year(centre=stage.centre, year=2026, approver=stage.supervisor)
    stage.on(LATER)
    if life.declares_household:
        declare_single(window, stage, account)

    assert "可提取" in withdraw(window, stage, account, life)
    pay_out(stage, finance)
    leave(window, stage, account)
    pay_out(stage, finance)

    window.sit_down(stage.clerk.username)
    window.open("member", account.number)
    window.picture("left")
    account.refresh_from_db()
    assert account.state == MemberAccount.State.CLOSED
    assert account.flex_ledger_account.balance_fen == 0
    assert [proof for proof in prove([stage.centre]) if not proof.holds] == []


def join(window: Window, stage, life: Life) -> MemberAccount:
    """Open an account: a clerk fills in, a checker approves."""
    form = opening_form(
        mode=life.mode, monthly_amount=life.monthly, number=number_of(dt.date(1991, 5, 4), 7)
    )
    window.sit_down(stage.clerk.username)
    window.open("opening")
    window.page.select_option("[name=mode]", life.mode)
    type_in(window.page, form)
    assert "等待复核" in window.hand_in("opening")
    number = window.number
    assert "已批准" in window.approve(stage.checker.username, "opening", number)
    return MemberAccount.objects.get()


def save(window: Window, account: MemberAccount, life: Life) -> str:
    """Pay in at the window."""
    window.sit_down(account.centre.code + "-clerk")
    window.open("deposit", account.number)
    window.page.locator("[name=amount]").fill(life.deposit)
    return window.hand_in()


def declare_single(window: Window, stage, account: MemberAccount) -> None:
    """Record a signed declaration of being single, on which the limits of couples stand."""
    window.sit_down(stage.clerk.username)
    window.open("household", account.number)
    window.page.select_option("[name=kind]", "UNMARRIED")
    window.page.locator("[name=since]").fill(LATER.isoformat())
    window.page.locator("[name=evidence_no]").fill("声明 2026-7")
    window.hand_in()
    number = window.number
    window.approve(stage.checker.username, "household", number)


def withdraw(window: Window, stage, account: MemberAccount, life: Life) -> str:
    """Take money out for a ground of the centre's law; a second person approves."""
    window.sit_down(stage.clerk.username)
    window.open("withdrawal", account.number)
    window.page.select_option("[name=ground]", life.ground)
    window.page.locator("[name=amount]").fill(life.taken)
    for name, value in life.papers.items():
        window.page.locator(f"[name={name}]").fill(value)
    assert "可提取" in window.hand_in("withdrawal")
    number = Withdrawal.objects.get().number
    return window.approve(stage.checker.username, "withdrawal", number)


def leave(window: Window, stage, account: MemberAccount) -> None:
    """Leave: what is there with its interest is paid, and the account closes."""
    window.sit_down(stage.clerk.username)
    window.open("exit", account.number)
    window.hand_in("exit")
    number = window.number
    window.approve(stage.checker.username, "exit", number)


def pay_out(stage, finance) -> None:
    """Confirm what the bank has paid."""
    for payout in Payout.objects.filter(centre=stage.centre, state="READY"):
        confirm_payout(
            payout=payout,
            bank_reference=f"B-{payout.number}",
            business_date=stage.day,
            by=finance,
        )
