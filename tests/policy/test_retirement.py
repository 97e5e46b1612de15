"""The statutory retirement age by month of birth (domain page, 4.6)."""

import datetime as dt

import pytest

from kernel.months import Month
from kernel.wire import BadFacts
from policy.decisions import Outcome
from policy.facts import RetirementCategory, RetirementFacts
from policy.loader import book_from_packs
from policy.rules import decide_retirement, retirement_date


def retirement(on="2026-01-31", centre="kashgar", **facts):
    book = book_from_packs(centre, dt.date.fromisoformat(on))
    return decide_retirement(RetirementFacts.from_wire(facts), book)


PUBLISHED = [
    ("MEN_60", "1964-12", 60, 0, "2024-12"),
    ("MEN_60", "1965-01", 60, 1, "2025-02"),
    ("MEN_60", "1965-04", 60, 1, "2025-05"),
    ("MEN_60", "1965-05", 60, 2, "2025-07"),
    ("MEN_60", "1970-03", 61, 4, "2031-07"),
    ("MEN_60", "1972-09", 62, 0, "2034-09"),
    ("MEN_60", "1976-08", 62, 11, "2039-07"),
    ("MEN_60", "1976-09", 63, 0, "2039-09"),
    ("MEN_60", "1986-03", 63, 0, "2049-03"),
    ("WOMEN_55", "1969-12", 55, 0, "2024-12"),
    ("WOMEN_55", "1970-01", 55, 1, "2025-02"),
    ("WOMEN_55", "1975-06", 56, 5, "2031-11"),
    ("WOMEN_55", "1981-08", 57, 11, "2039-07"),
    ("WOMEN_55", "1981-09", 58, 0, "2039-09"),
    ("WOMEN_50", "1974-12", 50, 0, "2024-12"),
    ("WOMEN_50", "1975-01", 50, 1, "2025-02"),
    ("WOMEN_50", "1975-03", 50, 2, "2025-05"),
    ("WOMEN_50", "1980-01", 52, 7, "2032-08"),
    ("WOMEN_50", "1984-10", 54, 11, "2039-09"),
    ("WOMEN_50", "1984-11", 55, 0, "2039-11"),
]


@pytest.mark.parametrize(("category", "birth", "years", "months", "reached"), PUBLISHED)
def test_the_age_grows_with_the_month_of_birth_as_published(
    category, birth, years, months, reached
):
    decision = retirement(category=category, birth_month=birth)

    assert decision.outcome is Outcome.APPROVED
    assert decision.result.age_years == years
    assert decision.result.age_months == months
    assert decision.result.date == Month.parse(reached)


@pytest.mark.parametrize(
    ("category", "birth", "reached"),
    [
        ("MEN_60", "1965-01-15", "2025-02-15"),
        ("MEN_60", "1965-01-31", "2025-02-28"),
        ("MEN_60", "1964-12-31", "2024-12-31"),
        ("WOMEN_50", "1975-03-31", "2025-05-31"),
        ("WOMEN_55", "1970-01-30", "2025-02-28"),
    ],
)
def test_a_day_that_the_month_does_not_have_becomes_its_last(category, birth, reached):
    decision = retirement(category=category, birth_date=birth)

    assert decision.result.date == dt.date.fromisoformat(reached)


@pytest.mark.parametrize("category", RetirementCategory)
def test_before_2025_the_old_ages_were_law_for_everybody(category):
    base = int(category.value[-2:])
    before = retirement(on="2024-12-31", category=category.value, birth_month="1990-01")
    after = retirement(on="2025-01-01", category=category.value, birth_month="1990-01")

    assert (before.result.age_years, before.result.age_months) == (base, 0)
    assert after.result.age_years > base
    assert "retirement_law_changes" in {warning.code for warning in before.warnings}
    assert not after.warnings


def test_the_age_needs_no_pack_of_a_centre():
    decision = retirement(
        on="2010-01-01", centre="yantai", category="MEN_60", birth_date="1949-05-05"
    )

    assert decision.outcome is Outcome.APPROVED
    assert decision.result.date == dt.date(2009, 5, 5)
    assert not decision.warnings


def test_the_reason_cites_the_decree():
    (reason,) = retirement(category="MEN_60", birth_month="1986-03").reasons

    assert [str(citation) for citation in reason.citations] == ["cn-retirement-2024#1"]


def test_before_any_law_that_we_hold_a_person_has_to_look():
    decision = retirement(on="1978-06-01", category="MEN_60", birth_month="1930-01")

    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.result.date is None


@pytest.mark.parametrize(
    "facts",
    [
        {"category": "MEN_60"},
        {"category": "MEN_60", "birth_date": None, "birth_month": None},
        {"category": "MEN_60", "birth_date": "1965-01-01", "birth_month": "1965-01"},
        {"category": "MEN_65", "birth_month": "1965-01"},
        {"category": "men_60", "birth_month": "1965-01"},
        {"birth_month": "1965-01"},
        {"category": "MEN_60", "birth_month": "1965-1"},
        {"category": "MEN_60", "birth_month": "1965-13"},
        {"category": "MEN_60", "birth_date": "1965-02-29"},
        {"category": "MEN_60", "birth_date": "1899-12-31"},
        {"category": "MEN_60", "birth_month": "1965-01", "sex": "M"},
    ],
)
def test_unclear_facts_are_bad_requests(facts):
    with pytest.raises(BadFacts):
        RetirementFacts.from_wire(facts)


def test_other_rules_may_ask_for_the_day_alone():
    book = book_from_packs("kashgar", dt.date(2026, 1, 31))

    assert retirement_date(dt.date(1986, 3, 15), RetirementCategory.MEN_60, book) == dt.date(
        2049, 3, 15
    )
