"""Document numbers: the published vectors, every refusal, and the power of the check digit."""

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kernel.documents import (
    BadDocumentNumber,
    DocumentType,
    Sex,
    check_digit,
    mask_document,
    read_document,
)

RESIDENT = DocumentType.RESIDENT_ID
PERMIT = DocumentType.HMT_RESIDENCE_PERMIT
FOREIGN = DocumentType.FOREIGN_PERMANENT_RESIDENT_ID
CASES = st.sampled_from(
    [
        (RESIDENT, "653101"),
        (RESIDENT, "110105"),
        (PERMIT, "810000"),
        (PERMIT, "830000"),
        (FOREIGN, "932682"),
    ]
)


@st.composite
def right_numbers(draw):
    """A right number of any kind: area, a real birth date, a sequence and its check digit."""
    document_type, area = draw(CASES)
    born = draw(st.dates(dt.date(1900, 1, 1), dt.date(2026, 1, 1)))
    body = f"{area}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return document_type, body + check_digit(body), born


@pytest.mark.parametrize(
    ("document_type", "number", "birth_date", "sex"),
    [
        (RESIDENT, "11010519491231002X", dt.date(1949, 12, 31), Sex.F),
        (RESIDENT, "440524188001010014", dt.date(1880, 1, 1), Sex.M),
        (RESIDENT, "321083197812162119", dt.date(1978, 12, 16), Sex.M),
        (RESIDENT, "370602198603150012", dt.date(1986, 3, 15), Sex.M),
        (PERMIT, "810000199408230021", dt.date(1994, 8, 23), Sex.F),
        (PERMIT, "830000199201300022", dt.date(1992, 1, 30), Sex.F),
        (FOREIGN, "932682198501010017", dt.date(1985, 1, 1), Sex.M),
        (FOREIGN, "931370199001010012", dt.date(1990, 1, 1), Sex.M),
        (FOREIGN, "CAN110105790101", None, None),
    ],
)
def test_a_right_number_tells_birth_and_sex(document_type, number, birth_date, sex):
    facts = read_document(document_type, number)
    assert (facts.number, facts.birth_date, facts.sex) == (number, birth_date, sex)
    assert facts.document_type is document_type


def test_a_small_x_is_the_same_number():
    assert read_document(RESIDENT, "11010519491231002x").number == "11010519491231002X"


@pytest.mark.parametrize(
    ("document_type", "number", "code"),
    [
        # length
        (RESIDENT, "", "WRONG_LENGTH"),
        (RESIDENT, "110105491231002", "WRONG_LENGTH"),
        (PERMIT, "110105491231002", "WRONG_LENGTH"),
        (RESIDENT, "11010519491231002", "WRONG_LENGTH"),
        (RESIDENT, "11010519491231002X ", "WRONG_LENGTH"),
        (RESIDENT, " 11010519491231002X", "WRONG_LENGTH"),
        (RESIDENT, "11010519491231002X\n", "WRONG_LENGTH"),
        (RESIDENT, "110105 19491231 002X", "WRONG_LENGTH"),
        (RESIDENT, "CAN110105790101", "WRONG_LENGTH"),
        (FOREIGN, "93268219850101001", "WRONG_LENGTH"),
        (FOREIGN, "", "WRONG_LENGTH"),
        # characters
        (RESIDENT, "１1010519491231002X", "WRONG_CHARACTERS"),
        (RESIDENT, "１１０１０５１９４９１２３１００２Ｘ", "WRONG_CHARACTERS"),
        (RESIDENT, "11010519491231002Х", "WRONG_CHARACTERS"),  # Cyrillic
        (RESIDENT, "11010519491231002Ⅹ", "WRONG_CHARACTERS"),
        (RESIDENT, "11010519491231002*", "WRONG_CHARACTERS"),
        (RESIDENT, "X1010519491231002X", "WRONG_CHARACTERS"),
        (RESIDENT, "11010519491231x02X", "WRONG_CHARACTERS"),
        (RESIDENT, "1101051949123100\u200e2", "WRONG_CHARACTERS"),
        (RESIDENT, "٣21083197812162119", "WRONG_CHARACTERS"),
        (FOREIGN, "can110105790101", "WRONG_CHARACTERS"),
        (FOREIGN, "CA1110105790101", "WRONG_CHARACTERS"),
        (FOREIGN, "CAN11010579010X", "WRONG_CHARACTERS"),
        (FOREIGN, "110105491231002", "WRONG_CHARACTERS"),
        # the kind
        (RESIDENT, "810000199408230021", "WRONG_REGION"),
        (RESIDENT, "830000199201300022", "WRONG_REGION"),
        (RESIDENT, "932682198501010017", "WRONG_REGION"),
        (RESIDENT, "000000199001010010", "WRONG_REGION"),
        (PERMIT, "11010519491231002X", "WRONG_REGION"),
        (PERMIT, "810001199408230021", "WRONG_REGION"),
        (FOREIGN, "11010519491231002X", "WRONG_REGION"),
        (FOREIGN, "810000199408230021", "WRONG_REGION"),
        # the date
        (RESIDENT, "653101199002290010", "IMPOSSIBLE_DATE"),
        (RESIDENT, "653101199013010010", "IMPOSSIBLE_DATE"),
        (RESIDENT, "653101199004310010", "IMPOSSIBLE_DATE"),
        (RESIDENT, "653101199000010010", "IMPOSSIBLE_DATE"),
        (RESIDENT, "653101000001010010", "IMPOSSIBLE_DATE"),
        (RESIDENT, "653101220001010010", "IMPOSSIBLE_DATE"),
        (PERMIT, "82000000000000000X", "IMPOSSIBLE_DATE"),
        # the check digit
        (FOREIGN, "911124198108030028", "WRONG_CHECK_DIGIT"),
        (RESIDENT, "110105194912310021", "WRONG_CHECK_DIGIT"),
        (RESIDENT, "370602198603150013", "WRONG_CHECK_DIGIT"),
        (PERMIT, "820000199408230021", "WRONG_CHECK_DIGIT"),
        # papers to travel with
        (PERMIT, "H12345678", "TRAVEL_PERMIT"),
        (PERMIT, "M1234567890", "TRAVEL_PERMIT"),
        (PERMIT, "12345678", "TRAVEL_PERMIT"),
        (RESIDENT, "1234567890", "TRAVEL_PERMIT"),
        # no text
        (RESIDENT, None, "NOT_TEXT"),
        (RESIDENT, 321083197812162119, "NOT_TEXT"),
    ],
)
def test_a_wrong_number_is_refused_and_told_why(document_type, number, code):
    with pytest.raises(BadDocumentNumber) as refused:
        read_document(document_type, number)
    assert refused.value.code == code


def test_a_refusal_does_not_spread_the_number():
    with pytest.raises(BadDocumentNumber) as refused:
        read_document(RESIDENT, "370602198603150013")
    assert "19860315" not in str(refused.value)
    assert refused.value.params["seen"] == "370602********0013"

    with pytest.raises(BadDocumentNumber) as refused:
        read_document(RESIDENT, "1" * 100_000)
    assert len(str(refused.value)) < 100


@given(right_numbers())
def test_every_number_built_by_the_standard_is_read(case):
    document_type, number, born = case
    facts = read_document(document_type, number)
    assert facts.birth_date == born
    assert facts.sex is (Sex.M if number[16] in "13579" else Sex.F)


@given(right_numbers(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_found(case, place, character):
    document_type, number, _ = case
    assume(number[place] != character)
    with pytest.raises(BadDocumentNumber):
        read_document(document_type, number[:place] + character + number[place + 1 :])


@given(right_numbers(), st.integers(0, 16))
def test_two_neighbours_exchanged_are_always_found(case, place):
    document_type, number, _ = case
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assume(swapped != number)
    with pytest.raises(BadDocumentNumber):
        read_document(document_type, swapped)


@given(st.sampled_from(DocumentType), st.text())
def test_no_text_breaks_the_reader(document_type, text):
    with pytest.raises(BadDocumentNumber):
        read_document(document_type, text)


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("653101199002280015", "653101********0015"),
        ("CAN110105790101", "CAN110*****0101"),
        ("H12345678", "H1*****78"),
        ("1234567", "*******"),
        ("", ""),
    ],
)
def test_the_middle_of_a_number_is_hidden(number, masked):
    assert mask_document(number) == masked
