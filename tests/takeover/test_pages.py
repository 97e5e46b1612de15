"""Taking over at the counter and from the command line."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from contributions.models import TakenOver, Takeover
from fundcenter.takeover.sheets import Name
from fundcenter.takeover.wording import COUNTS
from fundcenter.tasks import BOOK, TRY
from kernel.money import yuan
from office.models import User
from tests.takeover.builders import Hall, Rows, make_hall, several, workbook


def enter(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def typed(hall: Hall, rows: Rows) -> dict[str, str]:
    totals = hall.trial(rows).totals
    return {key: str(v) if key in COUNTS else yuan(v) for key, v in totals.items()}


def upload(hall: Hall, rows: Rows, client: Client, **changes: Any) -> Any:
    file = SimpleUploadedFile("旧系统.xlsx", workbook(rows))
    data = {"workbook": file, **typed(hall, rows), **changes}
    return client.post(reverse("takeover-hand-in"), data)


def test_a_centre_is_taken_over_at_the_counter(hall: Hall) -> None:
    finance, supervisor = enter(hall.finance), enter(hall.supervisor)
    answer = upload(hall, several(2), finance)
    document = Takeover.objects.get()
    assert answer.url == reverse("takeover", args=[document.number])
    assert "every 2s" in finance.get(answer.url).content.decode()
    hall.run(TRY, document)
    assert reverse("takeover-submit", args=[document.number]) in (
        finance.get(answer.url).content.decode()
    )

    item = finance.post(reverse("takeover-submit", args=[document.number])).url
    document.refresh_from_db()
    page = supervisor.get(item).content.decode()
    assert "10,682.50" in page
    approved = supervisor.post(
        reverse("item-approve", args=["takeover", document.number]), {"digest": document.digest}
    )
    assert approved.status_code == 302
    hall.run(BOOK, document)

    assert TakenOver.objects.count() == 2
    assert "已于2026-02-03入账" in finance.get(answer.url).content.decode()


def test_problems_are_shown_and_come_back_in_the_workbook(hall: Hall) -> None:
    finance = enter(hall.finance)
    rows = several(2)
    rows[Name.PEOPLE][1]["姓名"] = "=cmd()"
    upload(hall, rows, finance)
    document = Takeover.objects.get()
    hall.run(TRY, document)

    page = finance.get(reverse("takeover", args=[document.number])).content.decode()
    file = finance.get(reverse("takeover-errors", args=[document.number])).content

    assert "不接受公式" in page
    said = load_workbook(io.BytesIO(file))[Name.PEOPLE.value]
    assert "不接受公式" in said.cell(3, said.max_column).value
    refused = finance.post(reverse("takeover-submit", args=[document.number]))
    assert refused.status_code == 409


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"accounts": "two"}, "应为整数"),
        ({"FLEX": "1.005"}, "应为整数"),
        ({"FLEX": ""}, "必填"),
        ({"workbook": SimpleUploadedFile("a.csv", b"x")}, "应为.xlsx文件"),
    ],
)
def test_a_wrong_form_is_shown_again(hall: Hall, changes: dict[str, Any], said: str) -> None:
    answer = upload(hall, several(1), enter(hall.finance), **changes)

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert Takeover.objects.count() == 0


def test_the_same_file_again_names_the_first(hall: Hall) -> None:
    finance, rows = enter(hall.finance), several(1)
    content = workbook(rows)

    def send() -> Any:
        data = {"workbook": SimpleUploadedFile("a.xlsx", content), **typed(hall, rows)}
        return finance.post(reverse("takeover-hand-in"), data)

    send()
    answer = send()

    assert answer.status_code == 409
    assert Takeover.objects.get().number in answer.content.decode()


@pytest.mark.parametrize("name", ["takeovers", "takeover-template"])
def test_clerks_take_nothing_over(hall: Hall, name: str) -> None:
    assert enter(hall.stage.clerk).get(reverse(name)).status_code == 403


def test_another_centre_sees_nothing_of_it(hall: Hall) -> None:
    upload(hall, several(1), enter(hall.finance))
    document = Takeover.objects.get()
    other = make_hall("yantai")

    for name in ("takeover", "takeover-errors"):
        address = reverse(name, args=[document.number])
        assert enter(other.finance).get(address).status_code == 404


def test_the_template_opens_with_its_sheets(hall: Hall) -> None:
    answer = enter(hall.finance).get(reverse("takeover-template"))

    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == [*(name.value for name in Name), "填表说明"]


def test_a_draft_can_be_taken_back_and_mended(hall: Hall) -> None:
    finance = enter(hall.finance)
    upload(hall, several(1), finance)
    document = Takeover.objects.get()

    finance.post(reverse("takeover-drop", args=[document.number]))

    document.refresh_from_db()
    assert document.state == "CANCELLED"


# The command


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, dict[str, Any]]:
    code = 0
    try:
        call_command("import_centre", *args, "--json")
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, json.loads(capsys.readouterr().out)


def test_a_dry_run_writes_nothing(
    hall: Hall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(several(2)))

    code, answer = run(capsys, str(path), "--centre", "kashgar", "--dry-run")

    assert (code, answer["problem_count"], answer["totals"]["accounts"]) == (0, 0, "2")
    assert Takeover.objects.count() == 0


def test_a_dry_run_with_problems_exits_with_one(
    hall: Hall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.xlsx"
    rows = several(1)
    rows[Name.PEOPLE][0]["姓名"] = "@x"
    path.write_bytes(workbook(rows))

    code, answer = run(capsys, str(path), "--centre", "kashgar", "--dry-run")

    assert (code, answer["problems"][0]["code"]) == (1, "formula_text")


def test_handing_in_waits_for_the_second_person(
    hall: Hall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, rows = tmp_path / "a.xlsx", several(1)
    path.write_bytes(workbook(rows))
    totals = [f"--total={key}={value}" for key, value in typed(hall, rows).items()]

    code, answer = run(
        capsys, str(path), "--centre", "kashgar", "--made-by", "kashgar-finance", *totals
    )

    assert (code, answer["state"]) == (1, "SUBMITTED")


@pytest.mark.parametrize(
    ("args", "field"),
    [
        (["--centre", "nowhere", "--dry-run"], "--centre"),
        (["--centre", "kashgar", "--dry-run", "--total", "FLEX=1.005"], "--total"),
        (["--centre", "kashgar"], "--made-by"),
        (["--centre", "kashgar", "--made-by", "kashgar-finance"], "--total"),
        (["--centre", "kashgar", "--dry-run"], "file"),
    ],
)
def test_bad_arguments_name_the_field(
    hall: Hall, tmp_path: Path, args: list[str], field: str
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"no workbook")

    with pytest.raises(CommandError) as refused:
        call_command("import_centre", str(path), *args)

    assert refused.value.returncode == 2
    assert str(refused.value).startswith(field)
