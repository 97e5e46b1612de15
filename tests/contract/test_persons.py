"""`identity`, `retirement` and `eligibility`; and `fund-indicators` at the end."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.wire import BadFacts
from tests.calculators.asking import ABSENT, CENTRES, ask
from tests.contract.asking import codes, request

# --- identity ------------------------------------------------------------------------------------


def identity(number, kind="RESIDENT_ID", centre="kashgar"):
    body = request("identity", {"document_type": kind, "number": number}, centre=centre)
    answer = ask("identity", body)
    return answer["outcome"], answer["results"]["birth_date"], answer["results"]["sex"]


HMT, FOREIGN = "HMT_RESIDENCE_PERMIT", "FOREIGN_PERMANENT_RESIDENT_ID"


@pytest.mark.parametrize(
    ("kind", "number", "birth_date", "sex"),
    [
        ("RESIDENT_ID", "11010519491231002X", "1949-12-31", "F"),
        ("RESIDENT_ID", "11010519491231002x", "1949-12-31", "F"),
        ("RESIDENT_ID", "440524188001010014", "1880-01-01", "M"),
        ("RESIDENT_ID", "321083197812162119", "1978-12-16", "M"),
        ("RESIDENT_ID", "370602198603150012", "1986-03-15", "M"),
        (HMT, "810000199408230021", "1994-08-23", "F"),
        (HMT, "830000199201300022", "1992-01-30", "F"),
        (FOREIGN, "932682198501010017", "1985-01-01", "M"),
        (FOREIGN, "931370199001010012", "1990-01-01", "M"),
        (FOREIGN, "FRA110123456789", None, None),
    ],
)
def test_right_numbers_tell_birth_and_sex(kind, number, birth_date, sex):
    outcome, found_birth, found_sex = identity(number, kind)

    assert outcome == "APPROVED"
    if kind != FOREIGN or birth_date:
        assert (found_birth, found_sex) == (birth_date, sex)


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("RESIDENT_ID", "911124198108030028"),
        ("RESIDENT_ID", "82000000000000000X"),
        ("RESIDENT_ID", "653101199002290010"),
        ("RESIDENT_ID", "110105194912310021"),
        ("RESIDENT_ID", "1101051949123100"),
        ("RESIDENT_ID", "110105491231002"),
        ("RESIDENT_ID", ""),
        ("RESIDENT_ID", " "),
        ("RESIDENT_ID", "１１０１０５１９４９１２３１００２Ｘ"),
        ("RESIDENT_ID", "000000194912310029"),
        ("RESIDENT_ID", "810000199408230021"),
        (HMT, "370602198603150012"),
        (HMT, "82000000000000000X"),
        (HMT, "H12345678"),
        (FOREIGN, "370602198603150012"),
        (FOREIGN, "FRA11012345678"),
        (FOREIGN, "fr1110123456789"),
    ],
)
def test_anything_else_is_refused(kind, number):
    assert identity(number, kind) == ("REFUSED", None, None)


@given(st.text(max_size=30))
def test_no_string_is_a_crash(number):
    assert identity(number)[0] in {"APPROVED", "REFUSED"}


@given(st.integers(0, 16), st.sampled_from(string.digits))
def test_one_wrong_digit_is_always_seen(place, digit):
    right = "370602198603150012"
    wrong = right[:place] + digit + right[place + 1 :]

    assert (identity(wrong)[0] == "APPROVED") is (wrong == right)


# --- retirement ----------------------------------------------------------------------------------

VECTORS = {
    "MEN_60": [
        ("1964-12", 60, 0, "2024-12"), ("1965-01", 60, 1, "2025-02"), ("1965-04", 60, 1, "2025-05"),
        ("1965-05", 60, 2, "2025-07"), ("1970-03", 61, 4, "2031-07"), ("1972-09", 62, 0, "2034-09"),
        ("1976-08", 62, 11, "2039-07"), ("1976-09", 63, 0, "2039-09"),
        ("1986-03", 63, 0, "2049-03"),
    ],
    "WOMEN_55": [
        ("1969-12", 55, 0, "2024-12"), ("1970-01", 55, 1, "2025-02"), ("1975-06", 56, 5, "2031-11"),
        ("1981-08", 57, 11, "2039-07"), ("1981-09", 58, 0, "2039-09"),
    ],
    "WOMEN_50": [
        ("1974-12", 50, 0, "2024-12"), ("1975-01", 50, 1, "2025-02"), ("1975-03", 50, 2, "2025-05"),
        ("1980-01", 52, 7, "2032-08"), ("1984-10", 54, 11, "2039-09"),
        ("1984-11", 55, 0, "2039-11"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("category", "birth", "years", "months", "reached"),
    [(category, *row) for category, rows in VECTORS.items() for row in rows],
)
def test_the_age_of_retirement_of_each_month(category, birth, years, months, reached):
    by_month = request("retirement", {"birth_month": birth, "category": category})
    by_day = request("retirement", {"birth_date": f"{birth}-15", "category": category})

    assert list(ask("retirement", by_month)["results"].values()) == [years, months, reached]
    assert list(ask("retirement", by_day)["results"].values()) == [years, months, f"{reached}-15"]


@pytest.mark.parametrize(
    "facts",
    [
        {"category": "MEN_60"},
        {"category": "MEN_65", "birth_month": "1980-01"},
        {"category": "MEN_60", "birth_month": "1980-01-01"},
        {"category": "MEN_60", "birth_date": "1980-02-30"},
        {"birth_month": "1980-01"},
    ],
)
def test_a_bad_retirement_request_is_refused(facts):
    with pytest.raises(BadFacts):
        ask("retirement", request("retirement", facts))


# --- eligibility ---------------------------------------------------------------------------------

GOOD = {
    "birth_date": "1990-06-01",
    "sex": "M",
    "document_type": "RESIDENT_ID",
    "own_labour_income": True,
    "full_capacity": True,
    "in_unit_pension": False,
    "works_in_area": True,
    "dishonest_person": False,
    "has_open_account": False,
    "platform_checked": True,
}


def eligibility(centre, on="2026-01-31", **changes):
    facts = {key: value for key, value in (GOOD | changes).items() if value is not ABSENT}
    return ask("eligibility", request("eligibility", facts, centre=centre, on=on))


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, "APPROVED"),
        ({"full_capacity": False}, "REFUSED"),
        ({"full_capacity": None}, "NEEDS_REVIEW"),
        ({"has_open_account": True}, "REFUSED"),
        ({"has_open_account": ABSENT}, "NEEDS_REVIEW"),
        ({"platform_checked": ABSENT}, "NEEDS_REVIEW"),
        ({"platform_checked": False}, "NEEDS_REVIEW"),
        ({"has_open_account": True, "platform_checked": False}, "REFUSED"),
        ({"birth_date": "2010-01-31"}, "APPROVED"),
        ({"birth_date": "2010-02-01"}, "REFUSED"),
        ({"birth_date": "2010-01-31", "own_labour_income": False}, "REFUSED"),
        ({"birth_date": "2010-01-31", "own_labour_income": None}, "NEEDS_REVIEW"),
        ({"birth_date": "2008-01-31", "own_labour_income": None}, "APPROVED"),
        ({"birth_date": "2008-02-01", "own_labour_income": False}, "REFUSED"),
        ({"birth_date": "2008-02-29", "own_labour_income": True}, "APPROVED"),
    ],
)
def test_who_may_open_an_account_anywhere(centre, changes, outcome):
    assert eligibility(centre, **changes)["outcome"] == outcome


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize(
    ("birth", "sex", "category", "on", "outcome"),
    [
        ("1965-05-15", "M", None, "2025-07-14", "APPROVED"),
        ("1965-05-15", "M", None, "2025-07-15", "REFUSED"),
        ("1970-01-15", "F", None, "2025-02-14", "APPROVED"),
        ("1970-01-15", "F", None, "2025-02-15", "REFUSED"),
        ("1975-03-15", "F", "WOMEN_50", "2025-05-14", "APPROVED"),
        ("1975-03-15", "F", "WOMEN_50", "2025-05-15", "REFUSED"),
    ],
)
def test_nobody_opens_an_account_on_the_day_of_retirement(
    centre, birth, sex, category, on, outcome
):
    found = eligibility(centre, on, birth_date=birth, sex=sex, category=category)

    assert found["outcome"] == outcome


@pytest.mark.parametrize(("on", "outcome"), [("2026-02-28", "REFUSED"), ("2026-03-01", "APPROVED")])
@pytest.mark.parametrize("centre", CENTRES)
def test_who_is_born_on_29_february_comes_of_age_on_1_march(centre, on, outcome):
    leap = eligibility(centre, "2025-02-28", birth_date="2008-02-29", own_labour_income=False)

    assert leap["outcome"] == "REFUSED"
    # sixteen on 2024-02-29 itself, eighteen on 2026-03-01
    found = eligibility(centre, on, birth_date="2008-02-29", own_labour_income=False)
    assert found["outcome"] == outcome


@pytest.mark.parametrize("document", [HMT, FOREIGN])
@pytest.mark.parametrize("centre", CENTRES)
def test_residents_from_elsewhere_are_welcome_where_the_text_says_so(centre, document):
    found = eligibility(centre, document_type=document)

    if centre in {"liaoning", "kashgar"}:
        assert found["outcome"] == "APPROVED"
    else:
        assert found["outcome"] == "NEEDS_REVIEW"
        assert codes(found, None)


@pytest.mark.parametrize(
    ("fact", "bad", "asking"),
    [
        ("dishonest_person", True, {"yantai", "kashgar"}),
        ("in_unit_pension", True, {"lianyungang"}),
        ("works_in_area", False, {"lianyungang"}),
    ],
)
@pytest.mark.parametrize("centre", CENTRES)
def test_what_only_some_texts_ask(centre, fact, bad, asking):
    asks = centre in asking

    assert eligibility(centre, **{fact: bad})["outcome"] == ("REFUSED" if asks else "APPROVED")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"birth_date": ABSENT}, "facts.birth_date"),
        ({"sex": "m"}, "facts.sex"),
        ({"document_type": "PASSPORT"}, "facts.document_type"),
        ({"category": "MEN"}, "facts.category"),
        ({"full_capacity": "true"}, "facts.full_capacity"),
        ({"full_capacity": 1}, "facts.full_capacity"),
        ({"age": 30}, "facts.age"),
    ],
)
def test_a_bad_eligibility_request_names_its_path(changes, path):
    with pytest.raises(BadFacts) as refused:
        eligibility("kashgar", **changes)

    assert refused.value.path == path


# --- fund indicators -----------------------------------------------------------------------------


def indicators(loans, deposits, flexible_loans="0.00", flexible="100.00", overdue="0.00"):
    facts = {
        "loan_balance": loans,
        "contribution_balance": deposits,
        "flexible_loan_balance": flexible_loans,
        "flexible_contribution_balance": flexible,
        "overdue_amount": overdue,
    }
    return ask("fund-indicators", request("fund-indicators", facts))


@pytest.mark.parametrize(
    ("loans", "flexible_loans", "printed", "level"),
    [
        ("84999.00", "0.00", "85.00", "GREEN"), ("85000.00", "0.00", "85.00", "WATCH"),
        ("89999.99", "0.00", "90.00", "WATCH"), ("90000.00", "0.00", "90.00", "WARN"),
        ("94999.99", "0.00", "95.00", "WARN"), ("95000.00", "0.00", "95.00", "STOP"),
        ("10000.00", "95.00", "10.00", "STOP"), ("0.00", "0.00", "0.00", "GREEN"),
    ],
)  # fmt: skip
def test_the_level_is_of_the_higher_unrounded_ratio(loans, flexible_loans, printed, level):
    found = indicators(loans, "100000.00", flexible_loans)["results"]

    assert (found["loan_to_deposit"], found["level"]) == (printed, level)


def test_ratios_without_a_denominator_are_null():
    assert indicators("0.00", "100.00")["results"]["overdue_rate"] is None
    flexible = indicators("50.00", "100.00", flexible="0.00")
    assert flexible["results"]["flexible_loan_to_deposit"] is None
    nothing = indicators("0.00", "0.00", flexible="0.00")
    assert nothing["outcome"] == "NEEDS_REVIEW"
    assert nothing["results"]["loan_to_deposit"] is None
