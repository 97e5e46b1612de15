"""Lists: filtered, sorted and summed alike; kept filters; files in which nothing comes to life."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Member, MemberAccount
from contributions.errors import DepositRefused
from contributions.queries import owing_accounts, since_of
from contributions.services import receive_deposit
from fundcenter.listings import listing
from fundcenter.listings.listing import select
from fundcenter.listings.registry import listings
from office.models import AuditEvent, SavedFilter, User
from office.roles import Role
from tests.accounts.builders import Stage, make_stage, make_terms

BUDGET = json.loads(Path(__file__).with_name("query_counts.json").read_text(encoding="utf-8"))
Enter = Callable[[User], Client]


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def rows_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body(answer).decode("utf-8-sig"))))


def look(client: Client, name: str, **query: str) -> str:
    answer = client.get(reverse("list", args=[name]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def export(client: Client, name: str, query: str = "", **data: str) -> Any:
    return client.post(reverse("list-export", args=[name]), {"form": "csv", "query": query, **data})


@pytest.fixture
def finance(stage: Stage, sign_in: Enter) -> Client:
    return sign_in(stage.colleague("finance", Role.FINANCE))


@pytest.fixture
def supervisor(stage: Stage, sign_in: Enter) -> Client:
    return sign_in(stage.supervisor)


# What a page shows


@pytest.mark.parametrize("name", sorted(listings()))
def test_every_list_opens_empty_and_says_what_to_do(supervisor: Client, name: str) -> None:
    assert str(listings()[name].about) in look(supervisor, name)


def test_the_index_names_every_list_of_the_role(supervisor: Client) -> None:
    page = supervisor.get(reverse("lists")).content.decode()

    assert all(reverse("list", args=[name]) in page for name in listings())


def test_deposits_are_listed_with_page_and_grand_total(
    stage: Stage, clerk: Client, pay: Callable[..., Any], account: MemberAccount
) -> None:
    for fen in (50_000, 50_000):
        pay(account, fen)

    page = look(clerk, "deposit")

    assert page.count(account.number) >= 2
    assert "1,000.00" in page


def test_pages_have_their_sum_and_the_list_its_total(
    clerk: Client,
    pay: Callable[..., Any],
    account: MemberAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    for _ in range(3):
        pay(account)

    first, second = look(clerk, "deposit"), look(clerk, "deposit", page="2")

    assert "1,000.00" in first
    assert "1,500.00" in first
    assert "1,500.00" in second
    assert "第2页，共2页" in second


@pytest.mark.parametrize("page", ["0", "-1", "99", "x"])
def test_a_page_that_cannot_be_gives_the_nearest(clerk: Client, page: str) -> None:
    look(clerk, "deposit", page=page)


def test_columns_sort_both_ways_and_unknown_ones_are_ignored(
    stage: Stage, clerk: Client, pay: Callable[..., Any]
) -> None:
    small, large = (
        stage.open_account(make_terms(monthly_amount_fen=fen)) for fen in (50_000, 60_000)
    )
    pay(small, 50_000)
    pay(large, 60_000)

    up, down = look(clerk, "deposit", sort="amount"), look(clerk, "deposit", sort="-amount")

    assert up.index(small.number) < up.index(large.number)
    assert down.index(large.number) < down.index(small.number)
    assert 'aria-sort="descending"' in down
    look(clerk, "deposit", sort="made_by__password")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"amount_from": "500.01"}, 1),
        ({"amount_to": "500.00"}, 1),
        ({"date_from": "2026-03-10", "date_to": "2026-03-10"}, 2),
        ({"date_from": "2026-03-11"}, 0),
        ({"number": "DP-"}, 2),
        ({"number": "XX-"}, 0),
    ],
)
def test_filters_narrow_the_list(
    stage: Stage,
    clerk: Client,
    pay: Callable[..., Any],
    query: dict[str, str],
    count: int,
) -> None:
    pay(stage.open_account(), 50_000)
    pay(stage.open_account(make_terms(monthly_amount_fen=60_000)), 60_000)

    assert f"共{count}条" in look(clerk, "deposit", **query)


@pytest.mark.parametrize(
    "query", [{"amount_from": "abc"}, {"date_from": "gestern"}, {"operator": "999999"}]
)
def test_a_filter_that_cannot_be_read_says_so_and_shows_nothing(
    stage: Stage, clerk: Client, pay: Callable[..., Any], query: dict[str, str]
) -> None:
    pay(stage.open_account(), 50_000)

    page = look(clerk, "deposit", **query)

    assert "共0条" in page
    assert 'class="error"' in page


def test_accounts_show_balance_and_masked_papers(
    stage: Stage, clerk: Client, pay: Callable[..., Any], account: MemberAccount
) -> None:
    pay(account, 50_000)
    number = account.member.documents.get().number

    page = look(clerk, "accounts")

    assert "500.00" in page
    assert number not in page
    assert account.member.phone not in page


def test_arrears_are_what_the_agreement_says(
    stage: Stage, clerk: Client, pay: Callable[..., Any]
) -> None:
    monthly = stage.open_account(make_terms("FREE", 50_000))
    town = make_stage("yantai")
    town.counted = 50
    owes = town.open_account(make_terms("MONTHLY", 50_000))
    town.on(town.day.replace(month=6))

    (found,) = owing_accounts(town.centre, town.day)

    assert (found, found.owed_months, found.owed_fen) == (owes, 3, 150_000)
    assert str(since_of(found)) == "2026-03"
    assert monthly.number not in look(clerk, "arrears")


def test_refusals_are_listed_with_the_reason_that_decides(stage: Stage, clerk: Client) -> None:
    account = stage.open_account()
    with pytest.raises(DepositRefused) as caught:
        receive_deposit(
            member_account=account,
            amount_fen=1,
            business_date=stage.day,
            document_no="X1",
            clerk=stage.clerk,
        )
    caught.value.record()

    page = look(clerk, "decisions", outcome="REFUSED")

    assert "X1" in page
    assert "共1条" in page


# Who sees what


def test_a_centre_sees_only_its_own_rows_staff_and_branches(
    stage: Stage, clerk: Client, account: MemberAccount
) -> None:
    other = make_stage("yantai")
    other.counted = 50
    theirs = other.open_account(make_terms("MONTHLY", 50_000))

    page = look(clerk, "accounts")

    assert account.number in page
    assert theirs.number not in page
    assert other.clerk.username not in look(clerk, "deposit")
    assert "共0条" in look(clerk, "deposit", operator=str(other.clerk.pk))


def test_a_list_that_does_not_exist_is_not_found(clerk: Client) -> None:
    assert clerk.get(reverse("list", args=["nothing"])).status_code == 404


def test_no_filter_takes_a_name_a_phone_or_the_number_of_a_paper() -> None:
    for one in listings().values():
        assert not {"name", "phone", "document"} & set(one.filters.base_filters)


# Files


def test_whoever_may_export_gets_the_filtered_list(
    stage: Stage, finance: Client, pay: Callable[..., Any]
) -> None:
    pay(stage.open_account(), 50_000)
    pay(stage.open_account(make_terms(monthly_amount_fen=60_000)), 60_000)

    _head, *rows = rows_of(export(finance, "deposit", "amount_from=600"))

    assert len(rows) == 1
    assert "600.00" in rows[0]
    event = AuditEvent.objects.get(action="lists.export")
    assert (event.after["rows"], event.after["query"]) == (1, "amount_from=600")


def test_a_workbook_holds_numbers_as_numbers_and_the_total(
    stage: Stage, finance: Client, pay: Callable[..., Any], account: MemberAccount
) -> None:
    pay(account)

    book = load_workbook(io.BytesIO(body(export(finance, "deposit", form="xlsx"))))

    rows = list(book.worksheets[0].iter_rows(values_only=True))
    heads = list(rows[0])
    assert rows[1][heads.index("金额（元）")] == 500
    assert rows[2][heads.index("金额（元）")] == 500
    assert account.number in rows[1]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_name_that_begins_like_a_formula_stays_a_text(
    stage: Stage, finance: Client, account: MemberAccount, form: str
) -> None:
    Member.objects.update(name="=cmd|' /C calc'!A0")

    content = body(export(finance, "accounts", form=form))

    if form == "csv":
        assert "'=cmd" in content.decode("utf-8-sig")
        return
    cells = [c for row in load_workbook(io.BytesIO(content)).worksheets[0] for c in row]
    (cell,) = [c for c in cells if str(c.value).startswith("=cmd")]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_csv_begins_with_the_mark_by_which_excel_knows_utf_8(
    stage: Stage, finance: Client, account: MemberAccount
) -> None:
    assert body(export(finance, "accounts")).startswith(b"\xef\xbb\xbf")


def test_papers_are_masked_in_files_unless_there_is_a_reason(
    stage: Stage, supervisor: Client, account: MemberAccount
) -> None:
    number = account.member.documents.get().number

    assert number not in body(export(supervisor, "accounts")).decode()
    assert export(supervisor, "accounts", full="1", reason=" ").status_code == 409
    full = export(supervisor, "accounts", full="1", reason="审计抽查")
    assert number in body(full).decode()
    event = AuditEvent.objects.filter(action="lists.export").latest("pk")
    assert (event.reason, event.after["full"]) == ("审计抽查", True)


def test_finance_sees_no_number_in_full(
    stage: Stage, finance: Client, account: MemberAccount
) -> None:
    assert export(finance, "accounts", full="1", reason="好奇").status_code == 409


def test_a_clerk_exports_what_they_did_today_and_nothing_else(
    stage: Stage, clerk: Client, pay: Callable[..., Any], account: MemberAccount
) -> None:
    pay(account, 50_000)
    colleague = stage.colleague("second")
    receive_deposit(
        member_account=account,
        amount_fen=50_000,
        business_date=stage.day,
        document_no="OTHER",
        clerk=colleague,
    )

    _head, *rows = rows_of(export(clerk, "deposit"))

    assert len(rows) == 1
    assert "OTHER" not in str(rows)


def test_a_clerk_does_not_export_the_members(
    stage: Stage, clerk: Client, account: MemberAccount
) -> None:
    assert export(clerk, "accounts").status_code == 403
    assert AuditEvent.objects.filter(action="reports.export", result="REFUSED").exists()


def test_a_file_of_a_broken_filter_is_not_made(stage: Stage, finance: Client) -> None:
    assert export(finance, "deposit", "amount_from=abc").status_code == 409


# Kept filters


def keep(client: Client, name: str = "大额", query: str = "amount_from=1000", **data: str) -> Any:
    address = reverse("list-keep", args=["deposit"])
    return client.post(address, {"name": name, "query": query, **data})


def test_a_filter_is_kept_for_its_owner(stage: Stage, clerk: Client, finance: Client) -> None:
    keep(clerk, query="amount_from=1000&sort=-amount&page=7&evil=1")

    kept = SavedFilter.objects.get()
    assert kept.query == "amount_from=1000&sort=-amount"
    assert "大额" in look(clerk, "deposit")
    assert "大额" not in look(finance, "deposit")


def test_a_shared_filter_is_seen_in_the_centre_and_nowhere_else(
    stage: Stage, clerk: Client, finance: Client, sign_in: Enter
) -> None:
    keep(clerk, is_shared="1")
    other = make_stage("yantai")

    assert "大额" in look(finance, "deposit")
    assert "大额" not in look(sign_in(other.clerk), "deposit")


def test_the_same_name_again_replaces_the_filter(stage: Stage, clerk: Client) -> None:
    keep(clerk)
    keep(clerk, query="amount_from=2000")

    assert SavedFilter.objects.get().query == "amount_from=2000"


@pytest.mark.parametrize("name", ["", "   ", "x" * 41])
def test_a_filter_needs_a_name(stage: Stage, clerk: Client, name: str) -> None:
    assert keep(clerk, name=name).status_code == 409


def test_only_the_owner_forgets_a_filter(stage: Stage, clerk: Client, finance: Client) -> None:
    keep(clerk, is_shared="1")
    address = reverse("list-forget", args=["deposit", SavedFilter.objects.get().pk])

    assert finance.post(address).status_code == 409
    assert SavedFilter.objects.count() == 1
    clerk.post(address)
    assert SavedFilter.objects.count() == 0


def test_the_database_keeps_one_filter_of_a_name(stage: Stage) -> None:
    def make() -> None:
        SavedFilter.objects.create(
            owner=stage.clerk, centre=stage.centre, listing="deposit", name="a", query=""
        )

    make()
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


# How much a page asks of the database


@pytest.mark.parametrize(
    "name", ["accounts", "deposit", "opening", "decisions", "arrears", "limits"]
)
def test_a_list_asks_as_much_for_one_row_as_for_many(
    stage: Stage, supervisor: Client, pay: Callable[..., Any], name: str
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            look(supervisor, name)
        return len(queries)

    pay(stage.open_account())
    look(supervisor, name)
    one = asked()
    for _ in range(4):
        pay(stage.open_account())
    assert asked() == one
    assert one <= BUDGET["list"]


@pytest.mark.postgres
def test_the_deposits_of_a_day_are_found_by_their_index(
    stage: Stage, pay: Callable[..., Any], account: MemberAccount
) -> None:
    pay(account)
    query = f"date_from={stage.day}&date_to={stage.day}"
    selection = select(listings()["deposit"], stage.centre, QueryDict(query))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "contributions_deposit_day" in selection.rows[:50].explain()
