"""The books can be read by who may, and changed by nobody."""

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse as url

from ledger.models import Entry, LedgerAccount, Posting
from ledger.services import reverse
from office.models import User
from office.roles import Role

from .conftest import FIRST_DAY, Books


def staff(books: Books, role: Role) -> User:
    return User.objects.create_user(
        f"{role.lower()}-{books.centre.code}",
        "a-long-password",
        display_name=role.label,
        role=role,
        centre=books.centre,
        branch=books.centre.branches.get(),
    )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def finance(books: Books) -> Client:
    books.book("银行", "个人:张三", "1234.50", key="deposit:1")
    return signed_in(staff(books, Role.FINANCE))


TRIAL_BALANCE = "admin:ledger_ledgeraccount_trial_balance"


def test_the_trial_balance_is_one_page(finance: Client):
    page = finance.get(url(TRIAL_BALANCE), {"centre": centre_id(), "on": "2025-07-31"})
    text = page.content.decode()
    assert page.status_code == 200
    assert text.count("1,234.50") >= 6
    assert "灵活就业人员住房公积金" in text
    assert "账务平衡" in text


def test_the_trial_balance_opens_with_the_persons_own_books(finance: Client):
    assert finance.get(url(TRIAL_BALANCE)).context["table"] is not None


def test_the_trial_balance_speaks_english_by_choice(finance: Client):
    finance.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = finance.get(url(TRIAL_BALANCE))
    text = page.content.decode()
    assert "Provident fund of flexible employment" in text
    assert "The books balance." in text


@pytest.mark.parametrize(
    "asked",
    [
        {"on": "2025-02-30"},
        {"on": ""},
        {"on": "2025-07-31", "since": "2025-08-01"},
        {"on": "2025-07-31", "centre": "999"},
    ],
)
def test_a_wrong_period_or_centre_shows_the_fault_and_no_table(finance: Client, asked):
    page = finance.get(url(TRIAL_BALANCE), {"centre": centre_id(), **asked})
    assert page.status_code == 200
    assert page.context["form"].errors
    assert page.context["table"] is None


def test_the_books_of_another_centre_stay_shut(finance: Client, other_books: Books):
    entry = other_books.book("银行", "个人:张三", "9.00", key="deposit:9")
    asked = {"centre": other_books.centre.pk, "on": "2025-07-31"}
    assert finance.get(url(TRIAL_BALANCE), asked).context["table"] is None
    page = finance.get(url("admin:ledger_entry_change", args=[entry.pk]))
    assert page.status_code == 404
    page = finance.get(url("admin:ledger_entry_changelist"))
    assert "deposit:9" not in page.content.decode()


@pytest.mark.parametrize("role", [Role.CLERK, Role.CHECKER])
def test_the_counter_does_not_enter_the_books(books: Books, role):
    client = signed_in(staff(books, role))
    for name in (TRIAL_BALANCE, "admin:ledger_entry_changelist"):
        assert client.get(url(name)).status_code in {302, 403}


def test_a_voucher_shows_its_sums_and_its_lines(finance: Client, books: Books):
    entry = Entry.objects.get()
    reverse(entry=entry, key="r:1", business_date=FIRST_DAY, maker=books.maker, document_no="R1")
    page = finance.get(url("admin:ledger_entry_change", args=[entry.pk]))
    text = page.content.decode()
    assert page.status_code == 200
    assert text.count("1,234.50") == 3
    assert "20102.000001" in text
    assert finance.get(url("admin:ledger_entry_changelist")).status_code == 200


def test_accounts_are_listed_with_their_balances(finance: Client):
    text = finance.get(url("admin:ledger_ledgeraccount_changelist")).content.decode()
    assert "1,234.50" in text
    line = LedgerAccount.objects.get(role="LINE")
    assert finance.get(url("admin:ledger_ledgeraccount_change", args=[line.pk])).status_code == 200


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.FINANCE, Role.AUDITOR])
def test_nobody_adds_changes_or_deletes_in_the_books(books: Books, role):
    user = staff(books, role)
    request = RequestFactory().get("/")
    request.user = user
    for model in (LedgerAccount, Entry, Posting):
        registered = admin.site._registry.get(model)
        if registered is None:
            continue
        assert not registered.has_add_permission(request)
        assert not registered.has_change_permission(request)
        assert not registered.has_delete_permission(request)
        assert registered.actions is None
        assert not registered.list_editable


def test_a_forged_change_is_refused(finance: Client):
    entry = Entry.objects.get()
    page = finance.post(url("admin:ledger_entry_change", args=[entry.pk]), {"memo": "forged"})
    assert page.status_code == 403
    assert finance.post(url("admin:ledger_entry_delete", args=[entry.pk])).status_code == 403
    assert finance.post(url("admin:ledger_entry_add"), {}).status_code == 403
    entry.refresh_from_db()
    assert entry.memo == ""


def centre_id() -> int:
    return Entry.objects.order_by("id").first().centre_id
