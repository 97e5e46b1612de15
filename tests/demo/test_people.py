"""Invented people carry right numbers that belong to nobody."""

import datetime as dt
import re

import pytest

from accounts.rules import age_reached_on
from fundcenter.demo.data import CENTRES, LAST_DAY, cast_of, centres
from fundcenter.demo.deeds import Deed
from fundcenter.demo.people import luhn_digit
from fundcenter.demo.staff import POSTS
from fundcenter.demo.story import tell
from kernel.documents import BadDocumentNumber, DocumentType, read_document
from kernel.names import normal_name

OPENINGS = [
    (step.date, step.facts["plan"])
    for story in tell(400)
    for step in story.steps
    if step.deed is Deed.OPEN
]
APPLICANTS = [plan.applicant for _, plan in OPENINGS]


def test_the_luhn_digit_is_that_of_the_standards_example():
    assert luhn_digit("7992739871") == "3"


def test_every_card_is_right_and_nobody_shares_one():
    cards = {plan.applicant.number: plan.terms.card for _, plan in OPENINGS}
    assert all(luhn_digit(card[:-1]) == card[-1] for card in cards.values())
    assert len(set(cards.values())) == len(cards)
    assert {len(card) for card in cards.values()} == {19}


def test_every_document_number_is_right_and_of_one_person():
    people = {applicant.number: applicant for applicant in APPLICANTS}
    for applicant in people.values():
        told = read_document(applicant.document_type, applicant.number)
        assert told.birth_date or applicant.birth_date
        assert told.sex or applicant.sex
    assert len({applicant.name for applicant in people.values()}) > 300


def test_every_phone_is_one_and_marked_as_invented():
    phones = {applicant.number: applicant.phone for applicant in APPLICANTS}
    assert all(re.fullmatch(r"1[3-9][0-9][1-5]000[0-9]{4}", phone) for phone in phones.values())
    assert len(set(phones.values())) == len(phones)


def test_every_name_is_written_in_its_one_spelling():
    assert [a.name for a in APPLICANTS if normal_name(a.name) != a.name] == []


def test_kashgar_has_ten_long_names_with_a_dot():
    named = {a.name for a in APPLICANTS if "·" in a.name and len(a.name) >= 10}
    assert len(named) >= 10


@pytest.mark.parametrize("rare", ["䶮", "㛃", "靐", "𠮷", "骉"])
def test_rare_characters_occur(rare):
    assert any(rare in applicant.name for applicant in APPLICANTS)


@pytest.mark.parametrize("surname", ["欧阳", "令狐", "诸葛", "慕容", "尉迟"])
def test_surnames_of_two_characters_occur(surname):
    assert any(applicant.name.startswith(surname) for applicant in APPLICANTS)


def test_people_of_every_kind_of_paper_join():
    assert {applicant.document_type for applicant in APPLICANTS} == set(DocumentType)


def test_women_and_men_of_every_age_join():
    sexes, ages = set(), set()
    for opened, plan in OPENINGS:
        told = read_document(plan.applicant.document_type, plan.applicant.number)
        born = told.birth_date or plan.applicant.birth_date
        sexes.add(told.sex or plan.applicant.sex)
        age = max(n for n in range(100) if age_reached_on(born, n) <= opened)
        ages.add(age)
        assert age >= 18 or plan.applicant.own_labour_income
    assert len(sexes) == 2
    assert min(ages) == 16
    assert max(ages) >= 50


def test_forms_of_employment_industry_chains_and_groups_occur():
    assert {a.employment for a in APPLICANTS} == {"SELF_EMPLOYED", "PART_TIME", "NEW_FORM"}
    assert len({a.industry_chain for a in APPLICANTS}) >= 5
    assert {a.subsidy_category for a in APPLICANTS} == {"NONE", "GRADUATE", "TALENT"}


def test_no_invented_number_is_one_of_a_number_with_a_slip():
    number = APPLICANTS[0].number
    slipped = number[:-1] + ("0" if number[-1] != "0" else "1")
    with pytest.raises(BadDocumentNumber):
        read_document(DocumentType.RESIDENT_ID, slipped)


@pytest.mark.parametrize("code", CENTRES)
def test_a_centre_has_two_branches_and_a_person_for_every_post(code):
    data = centres()[code]
    assert len(data.branches) == 2
    assert set(data.staff) == set(POSTS)
    assert len(set(data.staff.values())) == len(POSTS)
    assert data.first_day < dt.date(2025, 2, 1) < LAST_DAY


@pytest.mark.parametrize("code", CENTRES)
def test_a_named_member_says_what_it_is_there_for(code):
    refs = [row.ref for row in cast_of(code).members]
    assert len(set(refs)) == len(refs)
    assert all(row.shows for row in cast_of(code).members)
