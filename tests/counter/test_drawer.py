"""The drawer at the counter: counted, signed, shown to whom it concerns, saved as a table."""

import io

import openpyxl
import pytest
from django.urls import reverse

from ledger.drawers import get_drawer
from office.exports import export_table, plain_text
from office.idempotency import digest_of
from office.models import AuditEvent, BusinessDay, DrawerClosing
from office.roles import Role
from tests.accounts.builders import make_staff, make_stage


@pytest.fixture
def supervisor(stage, sign_in):
    return sign_in(stage.supervisor)


def counted(stage, vouchers="1", taken="500.00", note="", who=None):
    digest = digest_of(get_drawer(who or stage.clerk, stage.day).totals())
    return {"digest": digest, "vouchers": vouchers, "taken": taken, "note": note}


@pytest.fixture
def closing(stage, clerk, account, pay):
    pay(account)
    clerk.post(reverse("drawer"), counted(stage))
    return DrawerClosing.objects.get()


def test_the_drawer_shows_what_i_booked_by_kind(clerk, account, pay):
    pay(account)

    page = clerk.get(reverse("drawer")).content.decode()

    assert "签章轧账" in page
    assert "500.00" in page


def test_the_drawer_names_the_receipts_that_were_not_printed(clerk, account, pay):
    number = pay(account).number
    receipt = reverse("print", args=["deposit-receipt", number])
    assert receipt in clerk.get(reverse("drawer")).content.decode()

    clerk.post(receipt)

    assert receipt not in clerk.get(reverse("drawer")).content.decode()


def test_an_empty_drawer_says_so(clerk):
    assert "当日没有记账" in clerk.get(reverse("drawer")).content.decode()


def test_a_signed_drawer_is_shown_and_books_no_more(stage, clerk, account, closing):
    answer = clerk.get(reverse("drawer"))
    assert answer["Location"] == reverse("drawer-closing", args=[closing.pk])
    assert "已轧账" in clerk.get(answer["Location"]).content.decode()


def test_a_second_click_signs_once(stage, clerk, closing):
    answer = clerk.post(reverse("drawer"), counted(stage))

    assert answer["Location"] == reverse("drawer-closing", args=[closing.pk])
    assert DrawerClosing.objects.count() == 1


@pytest.mark.parametrize(
    "typed",
    [
        {"vouchers": "x"},
        {"vouchers": "-1"},
        {"taken": "1e3"},
        {"taken": "５００"},
        {"taken": ""},
        {"digest": ""},
    ],
)
def test_what_cannot_be_a_count_stands_beside_its_field(stage, clerk, account, pay, typed):
    pay(account)

    answer = clerk.post(reverse("drawer"), {**counted(stage), **typed})

    assert answer.status_code == 400
    assert not DrawerClosing.objects.exists()


def test_a_difference_without_a_note_is_refused_and_noted(stage, clerk, account, pay):
    pay(account)

    answer = clerk.post(reverse("drawer"), counted(stage, taken="499.00"))

    assert answer.status_code == 409
    assert "说明原因" in answer.content.decode()
    assert AuditEvent.objects.filter(action="drawers.close", result="REFUSED").exists()


def test_a_deposit_booked_meanwhile_is_not_signed_away(stage, clerk, account, pay):
    typed = counted(stage, vouchers="0", taken="0")
    pay(account)

    assert clerk.post(reverse("drawer"), typed).status_code == 409
    assert not DrawerClosing.objects.exists()


def test_without_an_open_day_there_is_no_drawer(stage, clerk):
    BusinessDay.objects.filter(centre=stage.centre).update(
        state="CLOSED", closed_by=stage.system, closed_at="2026-03-10T09:00:00+08:00"
    )
    assert clerk.get(reverse("drawer")).status_code == 403


def test_the_supervisor_sees_every_drawer_and_what_hinders(stage, supervisor, account, pay):
    pay(account)

    page = supervisor.get(reverse("drawers")).content.decode()

    assert "kashgar-clerk" in page
    assert "尚未轧账" in page


def test_a_supervisor_reopens_with_a_reason(supervisor, closing):
    address = reverse("drawer-reopen", args=[closing.pk])

    assert supervisor.post(address, {"reason": ""}).status_code == 409
    assert supervisor.post(address, {"reason": "漏记"}).status_code == 302
    closing.refresh_from_db()
    assert closing.reopen_reason == "漏记"
    page = supervisor.get(reverse("drawer-closing", args=[closing.pk])).content.decode()
    assert "漏记" in page


@pytest.mark.parametrize("name", ["drawers", "drawer-reopen"])
def test_a_clerk_looks_after_nobody_else(clerk, closing, name):
    address = reverse(name, args=[closing.pk] if name == "drawer-reopen" else [])
    answer = clerk.post(address) if name == "drawer-reopen" else clerk.get(address)
    assert answer.status_code == 403


def test_a_colleagues_closing_is_not_there(stage, sign_in, closing):
    other = sign_in(stage.colleague("other-clerk"))

    assert other.get(reverse("drawer-closing", args=[closing.pk])).status_code == 404


def test_another_centres_closing_is_not_there_and_the_look_is_noted(sign_in, closing):
    stranger = sign_in(make_stage("yantai").supervisor)

    assert stranger.get(reverse("drawer-closing", args=[closing.pk])).status_code == 404
    assert AuditEvent.objects.filter(action="counter.foreign_centre").count() == 1


def test_an_auditor_looks_and_signs_nothing(stage, sign_in, closing):
    auditor = sign_in(make_staff(stage.branch, "auditor", Role.AUDITOR))

    assert auditor.get(reverse("drawers")).status_code == 200
    assert auditor.get(reverse("drawer")).status_code == 403


@pytest.mark.parametrize("typed", ["2026-13-01", "yesterday", "2026-02-30"])
def test_a_day_that_is_none_is_not_found(supervisor, typed):
    assert supervisor.get(reverse("drawers"), {"on": typed}).status_code == 404


def test_a_past_day_is_shown_without_hindrances(supervisor):
    page = supervisor.get(reverse("drawers"), {"on": "2026-03-01"}).content.decode()
    assert "当日无人记账" in page


def test_the_entries_can_be_saved_for_a_spreadsheet(clerk, account, pay):
    deposit = pay(account)

    answer = clerk.get(reverse("drawer-export"), {"form": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    saved = clerk.get(reverse("drawer-export"), {"form": "csv"}).content.decode("utf-8-sig")

    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == [deposit.number]
    assert saved.splitlines()[1].split(",")[1] == deposit.number


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "＝1", "＋1", "－1", "＠x"])
def test_no_cell_becomes_a_formula(text):
    answer = export_table("x", ["a"], [[text]], form="xlsx")
    cell = openpyxl.load_workbook(io.BytesIO(answer.content)).active["A2"]

    assert plain_text(text) == f"'{text}"
    assert (cell.data_type, cell.value.strip()) == ("s", text.strip())
