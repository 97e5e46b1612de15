"""Which document numbers are right, and what they tell (GB 11643-1999)."""

import datetime as dt

import pytest

from accounts.facts import IdentityFacts
from accounts.rules import decide_identity
from accounts.wording import REASONS
from kernel.wire import BadFacts
from policy.decisions import Outcome
from policy.loader import book_from_packs

RESIDENT, PERMIT, FOREIGN = (
    "RESIDENT_ID",
    "HMT_RESIDENCE_PERMIT",
    "FOREIGN_PERMANENT_RESIDENT_ID",
)


def identity(document_type, number, on="2026-11-20"):
    facts = IdentityFacts.from_wire({"document_type": document_type, "number": number})
    return decide_identity(facts, book_from_packs("kashgar", dt.date.fromisoformat(on)))


@pytest.mark.parametrize(
    ("document_type", "number", "birth_date", "sex"),
    [
        (RESIDENT, "11010519491231002X", "1949-12-31", "F"),
        (RESIDENT, "11010519491231002x", "1949-12-31", "F"),
        (RESIDENT, "440524188001010014", "1880-01-01", "M"),
        (RESIDENT, "370602198603150012", "1986-03-15", "M"),
        (RESIDENT, "321083197812162119", "1978-12-16", "M"),
        (PERMIT, "810000199408230021", "1994-08-23", "F"),
        (PERMIT, "830000199201300022", "1992-01-30", "F"),
        (FOREIGN, "932682198501010017", "1985-01-01", "M"),
        (FOREIGN, "931370199001010012", "1990-01-01", "M"),
        (FOREIGN, "USA110012345678", None, None),
    ],
)
def test_a_right_number_tells_birth_and_sex_where_it_can(document_type, number, birth_date, sex):
    decision = identity(document_type, number)

    assert decision.outcome is Outcome.APPROVED
    assert decision.result.birth_date == (birth_date and dt.date.fromisoformat(birth_date))
    assert decision.result.sex == sex


@pytest.mark.parametrize(
    ("document_type", "number", "code"),
    [
        (RESIDENT, "110105491231002", "number_wrong_length"),
        (RESIDENT, "", "number_wrong_length"),
        (RESIDENT, "37060219860315001", "number_wrong_length"),
        (RESIDENT, "3706021986031500121", "number_wrong_length"),
        (RESIDENT, "９70602198603150012", "number_wrong_characters"),
        (RESIDENT, "3706021986031500 2", "number_wrong_characters"),
        (RESIDENT, "X70602198603150012", "number_wrong_characters"),
        (RESIDENT, "370602198603150013", "number_wrong_check_digit"),
        (RESIDENT, "653101199002290010", "number_impossible_date"),
        (RESIDENT, "370602198613150012", "number_impossible_date"),
        (RESIDENT, "810000199408230021", "number_wrong_region"),
        (RESIDENT, "932682198501010017", "number_wrong_region"),
        (RESIDENT, "USA110012345678", "number_wrong_length"),
        (RESIDENT, "中" * 500, "number_wrong_length"),
        (PERMIT, "370602198603150012", "number_wrong_region"),
        (PERMIT, "82000000000000000X", "number_impossible_date"),
        (PERMIT, "H1234567890", "number_of_travel_permit"),
        (PERMIT, "12345678", "number_of_travel_permit"),
        (FOREIGN, "911124198108030028", "number_wrong_check_digit"),
        (FOREIGN, "usa110012345678", "number_wrong_characters"),
        (FOREIGN, "370602198603150012", "number_wrong_region"),
        (FOREIGN, "110105491231002", "number_wrong_characters"),
        (FOREIGN, "E12345678", "number_wrong_length"),
    ],
)
def test_any_text_that_is_no_right_number_of_its_kind_is_refused(document_type, number, code):
    decision = identity(document_type, number)

    assert decision.outcome is Outcome.REFUSED
    assert [reason.code for reason in decision.refusals] == [code]
    assert decision.refusals[0].citations
    assert REASONS[code] % decision.refusals[0].params
    assert (decision.result.birth_date, decision.result.sex) == (None, None)


def test_nobody_is_born_after_the_day_of_the_check():
    number = "653101210001010018"

    early = identity(RESIDENT, number, on="2099-12-31")
    on_the_day = identity(RESIDENT, number, on="2100-01-01")

    assert early.outcome is Outcome.REFUSED
    assert early.result.birth_date == dt.date(2100, 1, 1)
    assert on_the_day.outcome is Outcome.APPROVED


def test_the_answer_never_shows_the_whole_number():
    decision = identity(RESIDENT, "370602198603150013")

    assert decision.refusals[0].params["seen"] == "370602********0013"


@pytest.mark.parametrize(
    "facts",
    [
        {"document_type": "PASSPORT", "number": "1"},
        {"document_type": RESIDENT},
        {"document_type": RESIDENT, "number": 370602198603150012},
        {"document_type": RESIDENT, "number": None},
        {"number": "370602198603150012"},
    ],
)
def test_a_number_that_is_no_text_or_a_kind_nobody_knows_is_a_bad_request(facts):
    with pytest.raises(BadFacts):
        IdentityFacts.from_wire(facts)
