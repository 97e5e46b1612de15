"""A workbook is read strictly: each cell is what its column holds, or is named with its fault."""

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from fundcenter.spreadsheets import safe_text
from fundcenter.takeover import reading
from fundcenter.takeover.papers import template, with_errors
from fundcenter.takeover.reading import BadWorkbook, open_workbook
from fundcenter.takeover.sheets import SHEETS, Name
from fundcenter.takeover.wording import TEXTS, describe_problem
from tests.takeover.builders import Hall, balance, one_account, several, workbook


def at(day: int, hour: int = 0) -> dt.datetime:
    """A moment of September 2024, as a cell holds it."""
    return dt.datetime.combine(dt.date(2024, 9, day), dt.time(hour))


def changed(name: Name, column: str, value: Any) -> dict[Name, list[dict[str, Any]]]:
    rows = one_account()
    rows[name][0][column] = value
    return rows


def test_a_workbook_without_a_fault_has_no_problem(hall: Hall) -> None:
    assert hall.codes(several(3)) == []


def test_dates_numbers_and_months_may_be_real_cells(hall: Hall) -> None:
    rows = changed(Name.PEOPLE, "开户日期", at(1))
    rows[Name.AGREEMENTS][0] |= {"月缴存额": 500.5, "生效月份": at(1)}

    trial = hall.trial(rows)

    assert trial.problems == []
    newcomer = trial.drafts["OLD000001"].newcomer
    assert newcomer is not None
    assert newcomer.monthly_amount_fen == 50_050
    assert newcomer.opened_date == dt.date(2024, 9, 1)


@pytest.mark.parametrize(
    ("name", "column", "value", "code"),
    [
        (Name.PEOPLE, "原账号", None, "missing"),
        (Name.PEOPLE, "原账号", 123456, "not_text"),
        (Name.PEOPLE, "原账号", "=1+1", "formula"),
        (Name.PEOPLE, "姓名", "+张三", "formula_text"),
        (Name.PEOPLE, "姓名", "@张三", "formula_text"),
        (Name.PEOPLE, "姓名", "-张三", "formula_text"),
        (Name.PEOPLE, "姓名", "张3", "bad_name"),
        (Name.PEOPLE, "姓名", "张" * 81, "too_long"),
        (Name.PEOPLE, "证件号码", 110101199003074477, "not_text"),
        (Name.PEOPLE, "证件号码", "110101199003074470", "bad_document"),
        (Name.PEOPLE, "证件类型", "护照", "bad_choice"),
        (Name.PEOPLE, "手机号", 13900000001, "not_text"),
        (Name.PEOPLE, "手机号", "1390000000", "bad_digits"),
        (Name.PEOPLE, "手机号", "１３９０００００００１", "bad_digits"),
        (Name.PEOPLE, "开户日期", "2024-02-30", "bad_date"),
        (Name.PEOPLE, "开户日期", "2024/09/01", "bad_date"),
        (Name.PEOPLE, "开户日期", at(1, 8), "bad_date"),
        (Name.PEOPLE, "开户日期", "2026-02-04", "later_than"),
        (Name.PEOPLE, "性别", "女", "paper_says_otherwise"),
        (Name.PEOPLE, "出生日期", "1990-03-08", "paper_says_otherwise"),

        (Name.PEOPLE, "封存日期", "2025-01-01", "sealed_with_date"),
        (Name.PEOPLE, "离校日期", "2023-06-30", "only_graduates"),
        (Name.AGREEMENTS, "缴存方式", "每月", "bad_choice"),
        (Name.AGREEMENTS, "月缴存额", None, "amount_missing"),
        (Name.AGREEMENTS, "月缴存额", "500.001", "bad_amount"),
        (Name.AGREEMENTS, "月缴存额", "1,000", "bad_amount"),
        (Name.AGREEMENTS, "月缴存额", 0.001, "bad_amount"),
        (Name.AGREEMENTS, "月缴存额", True, "bad_amount"),
        (Name.AGREEMENTS, "月缴存额", "0", "no_amount"),
        (Name.AGREEMENTS, "月缴存额", "-5", "bad_amount"),
        (Name.AGREEMENTS, "生效月份", "2024-13", "bad_month"),
        (Name.AGREEMENTS, "生效月份", at(2), "bad_month"),
        (Name.AGREEMENTS, "扣款日", 29, "bad_count"),
        (Name.AGREEMENTS, "扣款日", 1.5, "bad_count"),
        (Name.AGREEMENTS, "银行卡号", 6217000010001234567, "not_text"),
        (Name.AGREEMENTS, "银行卡号", None, "mandate_in_part"),
        (Name.BALANCES, "金额", "=SUM(A1)", "formula"),
        (Name.BALANCES, "款项性质", "其他", "bad_choice"),
        (Name.BALANCES, "起息日", "2026-02-04", "later_than"),
        (Name.SUBSIDIES, "已补贴次数", 0, "no_credits"),
        (Name.EVENTS, "发生日期", "2026-02-04", "later_than"),
        (Name.EVENTS, "原账号", "OLD999999", "unknown_number"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named_by_sheet_row_and_column(
    hall: Hall, name: Name, column: str, value: Any, code: str
) -> None:
    found = hall.codes(changed(name, column, value))

    shown = {"mandate_in_part": "扣款银行"}.get(code, column)
    assert (name.value, 2, shown, code) in found


def test_a_sealed_account_needs_its_date(hall: Hall) -> None:
    found = hall.codes(changed(Name.PEOPLE, "账户状态", "封存"))

    assert found == [("人员账户", 2, "封存日期", "sealed_with_date")]


def test_a_broken_row_of_people_brings_no_further_complaints(hall: Hall) -> None:
    assert len(hall.codes(changed(Name.PEOPLE, "开户日期", "gestern"))) == 1


def test_no_problem_repeats_an_identity_number(hall: Hall) -> None:
    wrong = "110101199003074470"

    (problem,) = hall.trial(changed(Name.PEOPLE, "证件号码", wrong)).problems

    assert wrong not in str(problem.to_wire())


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("本金", "2025-06-30", "100"), ("本金", "2025-07-01", "-100.01")], "below_zero"),
        ([("本金", "2025-07-01", "-100"), ("本金", "2025-07-02", "100")], "below_zero"),
        ([("利息", "2025-07-01", "5")], "earned_later"),
        ([("补贴", "2026-01-31", "5")], "earned_later"),
    ],
)
def test_money_that_cannot_have_been_there_is_refused(
    hall: Hall, rows: list[tuple[str, str, str]], code: str
) -> None:
    account = one_account()
    account[Name.BALANCES] = [balance("OLD000001", *row) for row in rows]

    assert [found[3] for found in hall.codes(account)] == [code]


def test_a_month_is_covered_once_and_not_far_ahead(hall: Hall) -> None:
    account = one_account()
    (stretch,) = account[Name.MONTHS]
    account[Name.MONTHS] = [
        stretch,
        {**stretch, "起始月份": "2025-07", "截止月份": "2025-08"},
        {**stretch, "起始月份": "2026-12", "截止月份": "2026-11"},
        {**stretch, "起始月份": "2027-01", "截止月份": "2027-03"},
    ]

    codes = [found[1:] for found in hall.codes(account)]

    assert codes == [
        (3, "起始月份", "months_twice"),
        (4, "截止月份", "months_backwards"),
        (5, "截止月份", "later_than"),
    ]


def test_a_number_or_a_person_twice_is_refused_with_the_first_row(hall: Hall) -> None:
    rows = several(2)
    rows[Name.PEOPLE][1]["证件号码"] = rows[Name.PEOPLE][0]["证件号码"]
    rows[Name.AGREEMENTS].append(rows[Name.AGREEMENTS][0])

    trial = hall.trial(rows)

    assert [(p.code, p.row, p.params["first"]) for p in trial.problems] == [
        ("twice", 4, 2),
        ("person_twice", 3, 2),
    ]


def test_control_totals_must_equal_what_was_typed(hall: Hall) -> None:
    rows = several(2)
    totals = hall.trial(rows).totals
    assert totals["accounts"] == 2
    assert totals["months"] == 22
    assert totals["FLEX"] == 2 * 534_125

    trial = hall.trial(rows, claimed={**totals, "INTEREST": 1})

    (problem,) = trial.problems
    assert (problem.code, problem.column) == ("totals_differ", "INTEREST")
    assert "82.50" in describe_problem(problem.to_wire())


def test_missing_unknown_and_doubled_headings_stop_a_sheet(hall: Hall) -> None:
    book = Workbook()
    page = book.worksheets[0]
    page.title = Name.PEOPLE.value
    page.append(["原账号", "姓名", "姓名", "备注"])
    held = io.BytesIO()
    book.save(held)
    problems: list[reading.Problem] = []

    assert list(reading.read_all(open_workbook(held.getvalue()), problems)) == []

    codes = {problem.code for problem in problems}
    assert codes == {"no_heading", "unknown_heading", "heading_twice", "no_sheet"}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"a,b\n1,2\n", template()[:2000]])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(BadWorkbook):
        open_workbook(content)


def container(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/") + ".xml", content)
    return held.getvalue()


def test_declarations_and_bombs_are_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadWorkbook):
        open_workbook(container(xl__workbook=b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'))
    hidden = '<!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16")
    with pytest.raises(BadWorkbook):
        open_workbook(container(xl__workbook=hidden))
    monkeypatch.setattr(reading, "MOST_UNPACKED", 1_000_000)
    with pytest.raises(BadWorkbook):
        open_workbook(container(xl__workbook=b" " * 2_000_000))


def test_the_template_is_read_back_by_its_own_headings(hall: Hall) -> None:
    problems: list[reading.Problem] = []

    rows = list(reading.read_all(open_workbook(template()), problems))

    assert problems == []
    assert len(rows) == len(SHEETS)


def test_the_report_is_the_same_workbook_with_a_column_of_errors(hall: Hall) -> None:
    rows = changed(Name.PEOPLE, "姓名", "=cmd()")
    content = workbook(rows)
    problems = [problem.to_wire() for problem in hall.trial(rows).problems]

    book = load_workbook(io.BytesIO(with_errors(content, problems)))

    page = book[Name.PEOPLE.value]
    assert page.cell(1, page.max_column).value == "错误说明"
    assert "姓名" in page.cell(2, page.max_column).value
    # What came as a formula stands there as text and is not carried out.
    assert page.cell(2, 2).data_type == "s"
    assert page.cell(2, 2).quotePrefix


def test_every_problem_has_its_words() -> None:
    params = {
        "most": 1, "length": 1, "least": 1, "words": "", "first": 1, "account": "", "reason": "",
        "number": "", "latest": "", "last": "", "fen": 1, "typed": 1, "found": 1, "key": "FLEX",
        "since": "",
    }  # fmt: skip
    said = [
        describe_problem({"code": code, "params": params, "seen": ""}) for code in sorted(TEXTS)
    ]
    assert all(said)


@pytest.mark.parametrize("text", ["=1", "+1+1", "@a", "-a", "\t=1"])
def test_text_for_csv_never_becomes_a_formula(text: str) -> None:
    assert safe_text(text) == f"'{text}"


def test_numbers_below_zero_stay_numbers() -> None:
    assert safe_text("-1,234.50") == "-1,234.50"
