"""Marriages and declarations of being single come over once, whole, and with their papers."""

import datetime as dt
from typing import Any

import pytest

from accounts.errors import AlreadyMarried, OwnAccount
from accounts.households import HouseholdState, find_household
from accounts.models import HouseholdRecord, Marriage, Member
from accounts.services import HouseholdStatement, PastHousehold, record_households_taken_over
from accounts.verify import marriages_join_two
from contributions.models import TakenOver
from contributions.services import submit_takeover
from contributions.verify import takeovers_stand_in_the_books
from fundcenter.takeover import booking
from fundcenter.takeover.sheets import Name
from office.fields import blind_index
from office.models import User
from tests.accounts.builders import number_of
from tests.accounts.households import marry
from tests.takeover.builders import (
    DAY,
    Hall,
    Rows,
    married,
    number_in,
    several,
    single,
    workbook,
)

WED = dt.date(2018, 5, 20)
SHEET = Name.HOUSEHOLDS.value


def with_households(count: int, *rows: dict[str, Any], first: int = 1) -> Rows:
    return {**several(count, first=first), Name.HOUSEHOLDS: list(rows)}


def couple(**theirs: Any) -> Rows:
    """Two accounts whose people name each other."""
    rows = several(2)
    one, two = number_in(rows, 1), number_in(rows, 2)
    rows[Name.HOUSEHOLDS] = [married(1, two), married(2, one, **theirs)]
    return rows


def member_of(place: int) -> Member:
    taken = TakenOver.objects.get(old_number=f"OLD{place:06d}")
    return taken.member_account.member


def test_a_marriage_and_a_declaration_come_over_with_their_papers(hall: Hall) -> None:
    document = hall.take_over(with_households(2, married(1), single(2)))

    wed, alone = (find_household(member_of(place), DAY) for place in (1, 2))
    assert (wed.state, wed.since, wed.evidence_no) == (HouseholdState.MARRIED, WED, "J1")
    assert (wed.spouse, wed.spouse_name) == (None, "李四")
    assert (alone.state, alone.evidence_no) == (HouseholdState.SINGLE_DECLARED, "DS2")
    records = HouseholdRecord.objects.order_by("number")
    assert [one.number for one in records] == [
        f"{document.number}-000001",
        f"{document.number}-000002",
    ]
    assert {(one.made_by, one.checked_by, one.state) for one in records} == {
        (hall.finance, hall.supervisor, "APPROVED")
    }
    assert (document.found or {})["marriages"] == 1
    assert takeovers_stand_in_the_books(hall.stage.centre) == []


def test_spouses_who_name_each_other_are_one_marriage(hall: Hall) -> None:
    hall.take_over(couple())

    assert Marriage.objects.count() == 1
    assert find_household(member_of(1), DAY).spouse == member_of(2)
    assert find_household(member_of(2), DAY).spouse == member_of(1)
    assert HouseholdRecord.objects.count() == 2, "each row is a paper that was seen"
    assert marriages_join_two(hall.stage.centre) == []
    assert takeovers_stand_in_the_books(hall.stage.centre) == []


def test_one_row_is_enough_for_a_couple_even_in_two_parts(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(booking, "PART", 1)
    rows = several(2)
    rows[Name.HOUSEHOLDS] = [married(1, number_in(rows, 2))]
    hall.take_over(rows)

    assert find_household(member_of(2), DAY).spouse == member_of(1)


def test_a_spouse_who_comes_with_a_later_workbook_joins_the_same_marriage(hall: Hall) -> None:
    later = several(1, first=2)
    hall.take_over(with_households(1, married(1, number_in(later, 1))))
    first = number_of(dt.date(1990, 3, 7), 1)
    later[Name.HOUSEHOLDS] = [married(2, first)]

    hall.take_over(later)

    assert Marriage.objects.count() == 1
    assert find_household(member_of(2), DAY).spouse == member_of(1)
    assert takeovers_stand_in_the_books(hall.stage.centre) == []


def test_a_workbook_of_an_older_template_has_no_such_sheet(hall: Hall) -> None:
    rows = several(1)
    book = workbook(rows, without=Name.HOUSEHOLDS)

    document = hall.hand_in(book, hall.trial(rows).totals)

    assert document.problem_count == 0


def test_a_forgotten_sheet_is_noticed_by_its_control_total(hall: Hall) -> None:
    rows = with_households(1, married(1))
    book = workbook(rows, without=Name.HOUSEHOLDS)

    document = hall.hand_in(book, hall.trial(rows).totals)

    assert [(one["code"], one["column"]) for one in document.problems] == [
        ("totals_differ", "marriages")
    ]


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (single(1, 原账号="OLD999"), "原账号", "unknown_number"),
        (single(1, 家庭情况="离异"), "家庭情况", "bad_choice"),
        (single(1, 证明编号=None), "证明编号", "missing"),
        (single(1, 起始日期="2026-02-04"), "起始日期", "later_than"),
        (single(1, 配偶姓名="李四"), "配偶姓名", "only_marriages"),
        (married(1, 配偶姓名=None), "配偶姓名", "spouse_missing"),
        (married(1, 配偶证件类型=None), "配偶证件类型", "spouse_missing"),
        (married(1, 配偶证件号码=None), "配偶证件号码", "spouse_missing"),
        (married(1, 配偶姓名="李4"), "配偶姓名", "bad_name"),
        (married(1, 配偶证件号码="110101199105054461"), "配偶证件号码", "bad_document"),
        (married(1, 配偶证件号码=110101199105054460), "配偶证件号码", "not_text"),
    ],
)
def test_a_row_that_cannot_be_right_is_named(
    hall: Hall, row: dict[str, Any], column: str, code: str
) -> None:
    assert hall.codes(with_households(1, row)) == [(SHEET, 2, column, code)]


def test_a_household_stands_once_for_an_account(hall: Hall) -> None:
    codes = hall.codes(with_households(1, single(1), married(1)))
    assert codes == [(SHEET, 3, "原账号", "twice")]


def test_nobody_is_married_to_themselves(hall: Hall) -> None:
    rows = several(1)
    rows[Name.HOUSEHOLDS] = [married(1, number_in(rows, 1))]
    assert hall.codes(rows) == [(SHEET, 2, "配偶证件号码", "spouse_self")]


def test_two_people_do_not_share_a_spouse(hall: Hall) -> None:
    spouse = {"配偶证件号码": number_of(dt.date(1991, 5, 5), 9, male=False)}
    codes = hall.codes(with_households(2, married(1, **spouse), married(2, **spouse)))
    assert codes == [(SHEET, 3, "配偶证件号码", "spouse_twice")]


@pytest.mark.parametrize(
    "theirs",
    [
        {"起始日期": "2019-05-20"},
        {"配偶证件号码": number_of(dt.date(1991, 5, 5), 9, male=False), "配偶姓名": "李四"},
    ],
)
def test_spouses_who_say_different_things_are_both_named(
    hall: Hall, theirs: dict[str, Any]
) -> None:
    codes = hall.codes(couple(**theirs))
    assert (SHEET, 2, "配偶证件号码", "spouse_differs") in codes


def test_the_spouse_of_somebody_cannot_have_declared_to_be_single(hall: Hall) -> None:
    rows = several(2)
    rows[Name.HOUSEHOLDS] = [married(1, number_in(rows, 2)), single(2)]
    assert hall.codes(rows) == [(SHEET, 2, "配偶证件号码", "spouse_differs")]


def test_the_spouse_is_called_as_in_the_sheet_of_people(hall: Hall) -> None:
    rows = several(2)
    rows[Name.HOUSEHOLDS] = [married(1, number_in(rows, 2), 配偶姓名="李四")]
    assert hall.codes(rows) == [(SHEET, 2, "配偶姓名", "spouse_name_differs")]


@pytest.mark.parametrize(
    "row", [married(1, number_of(WED, 7, male=False), 配偶姓名="李四"), single(1)]
)
def test_a_marriage_on_record_here_is_not_overwritten(hall: Hall, row: dict[str, Any]) -> None:
    stage = hall.stage
    member = stage.open_account().member
    marry(stage, member)
    spouse = HouseholdRecord.objects.get().spouse_number
    rows = several(1)
    rows[Name.PEOPLE][0]["证件号码"] = spouse
    rows[Name.HOUSEHOLDS] = [row]

    (problem,) = hall.trial(rows).problems

    assert problem.code == "married_here"
    assert problem.params["number"] == HouseholdRecord.objects.get().number


def test_the_very_same_marriage_on_record_here_is_let_be(hall: Hall) -> None:
    stage = hall.stage
    member = stage.open_account().member
    record = marry(stage, member)
    paper = member.documents.get()
    rows = several(1)
    rows[Name.PEOPLE][0] |= {"证件号码": record.spouse_number}
    rows[Name.HOUSEHOLDS] = [
        married(1, paper.number, 配偶姓名=member.name, 起始日期=record.since.isoformat())
    ]

    hall.take_over(rows)

    assert Marriage.objects.count() == 1
    assert find_household(member_of(1), DAY).spouse == member


def test_staff_take_over_no_marriage_of_their_own(hall: Hall) -> None:
    rows = with_households(1, married(1))
    spouse = rows[Name.HOUSEHOLDS][0]["配偶证件号码"]
    User.objects.filter(pk=hall.finance.pk).update(person_index=blind_index(spouse))
    document = hall.hand_in(workbook(rows), hall.trial(rows).totals)

    with pytest.raises(OwnAccount):
        submit_takeover(document=document, by=User.objects.get(pk=hall.finance.pk))


def test_the_same_people_again_bring_no_second_household(hall: Hall) -> None:
    hall.take_over(couple())

    codes = {code for *_, code in hall.codes(couple())}

    assert codes == {"open_here", "taken_before"}
    assert Marriage.objects.count() == 1


def test_a_marriage_recorded_meanwhile_stops_the_booking(hall: Hall) -> None:
    document = hall.take_over(with_households(2, married(1)))
    other = number_of(dt.date(1992, 6, 6), 1, male=False)
    statement = HouseholdStatement(
        kind="MARRIED",
        since=WED,
        evidence_no="J9",
        spouse_name="王五",
        spouse_document_type="RESIDENT_ID",
        spouse_number=other,
    )
    document.number = "TK-again"

    with pytest.raises(AlreadyMarried):
        record_households_taken_over(
            document=document,
            centre=document.centre,
            branch=hall.stage.branch,
            households=[PastHousehold(member_of(1), statement)],
            business_date=DAY,
        )
    assert Marriage.objects.count() == 1
