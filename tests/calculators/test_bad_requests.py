"""Every request that is not of the contract's form is refused with its path, whatever it holds."""

import pytest

from fundcenter.calculators.examples import FACTS, example_request
from fundcenter.calculators.reading import read_json
from kernel.errors import BadValue
from kernel.wire import BadFacts
from tests.calculators.asking import ABSENT, ask, example

NOT_AMOUNTS = [
    "NaN", "sNaN", "Infinity", "-Infinity", "1e400", "1e2", "-1", "-0", "-0.00", "0.001", "+1",
    "１２", "１２３.４５", "١٢٣", "1_000", "1,000.00", "9" * 5_000, "0x10", "", " ", "12\n",
    "\u300012", "1.", ".5", "00.10", "1\u202e2", "1\u200b2", "1234567890123.00", True, False,
    None, 1, 0, 12.5, [], {}, ["1.00"], {"amount": "1.00"},
]  # fmt: skip
NOT_COUNTS = [
    True, False, None, "1", "", "１２", 1.0, -1, 2**63, 10**18, [], {}, "NaN", "9" * 5_000,
]  # fmt: skip
NOT_FLAGS = [0, 1, "true", "false", "", "yes", [], {}, 1.0]
NOT_DATES = [
    "2026-02-30", "2026-13-01", "2026-1-1", "2026/01/31", "20260131", "2026-01-31T00:00:00",
    "1899-12-31", "2200-01-01", "２０２６-01-31", " 2026-01-31", "2026-01-31\n", "31.01.2026",
    "0000-00-00", "", 20260131, True, [], {}, 1.5,
]  # fmt: skip
NOT_MONTHS = ["2026-13", "2026-00", "2026-1", "2026-01-31", "1899-12", "2200-01", "", 202601, {}]
NOT_CODES = ["", "monthly", "MONTHLY ", "ＭＯＮＴＨＬＹ", 1, True, None, [], {}, "MONTHLY\u0000"]
NOT_RATES = ["2.6%", "-2.60", "2.6000001", "101", "1e1", "２.６０", "", 2.6, 2, True, {}, []]

OPTIONAL = {"monthly_amount", "covered_until", "annual_rate"}

TABLE = [
    ("contribution", "payment_amount", NOT_AMOUNTS),
    ("contribution", "monthly_amount", [bad for bad in NOT_AMOUNTS if bad is not None]),
    ("interest", "opening_balance", NOT_AMOUNTS),
    ("fund-indicators", "overdue_amount", NOT_AMOUNTS),
    ("loan-schedule", "principal", [*NOT_AMOUNTS, "0.00"]),
    ("loan-schedule", "term_months", [*NOT_COUNTS, 0]),
    ("subsidy", "credits_before", NOT_COUNTS),
    ("opening-subsidy", "full_months", NOT_COUNTS),
    ("loan-schedule", "annual_rate", NOT_RATES),
    ("penalty", "annual_rate", [*NOT_RATES, None]),
    ("eligibility", "own_labour_income", NOT_FLAGS),
    ("withdrawal", "open_loan", [*NOT_FLAGS, None]),
    ("deadline", "accepted_on", [*NOT_DATES, None]),
    ("interest", "settled_on", [*NOT_DATES, None]),
    ("contribution", "covered_until", NOT_MONTHS),
    ("contribution", "mode", NOT_CODES),
    ("withdrawal", "ground", NOT_CODES),
]
CASES = [(name, field, bad) for name, field, values in TABLE for bad in values]


def refused(name: str, request: object) -> BadFacts:
    with pytest.raises(BadFacts) as caught:
        ask(name, request)
    return caught.value


@pytest.mark.parametrize(("name", "field", "bad"), CASES, ids=lambda value: repr(value)[:30])
def test_a_bad_value_is_refused_by_its_path(name, field, bad):
    assert refused(name, example(name, **{field: bad})).path == f"facts.{field}"


@pytest.mark.parametrize("name", FACTS)
def test_every_fact_that_the_contract_requires_is_missed_by_name(name):
    optional_of = {
        "retirement": {"birth_date"},
        "eligibility": set(FACTS["eligibility"]) - {"birth_date", "sex", "document_type"},
        "opening-subsidy": {"left_school_on"},
        "penalty": {"payment"},
        "dormancy": {"last_covered_month"},
    }
    required = set(FACTS[name]) - optional_of.get(name, set()) - OPTIONAL
    if name == "penalty":
        required.add("annual_rate")
    for field in sorted(required):
        wrong = refused(name, example(name, **{field: ABSENT}))
        assert (wrong.path, wrong.problem) == (f"facts.{field}", "is required")


@pytest.mark.parametrize("name", FACTS)
def test_an_unknown_fact_is_refused(name):
    wrong = refused(name, example(name, interst_rate="2.60"))

    assert (wrong.path, wrong.problem) == ("facts.interst_rate", "unknown field")


@pytest.mark.parametrize(
    ("name", "facts", "path"),
    [
        ("retirement", {"birth_month": "1985-06"}, "facts"),
        ("retirement", {"birth_date": ABSENT}, "facts"),
        (
            "loan-quota",
            {"applicants": [FACTS["loan-quota"]["applicants"][0] | {"sex": "X"}]},
            "facts.applicants[0].sex",
        ),
        ("loan-quota", {"applicants": []}, "facts.applicants"),
        ("loan-quota", {"applicants": FACTS["loan-quota"]["applicants"] * 3}, "facts.applicants"),
        (
            "loan-quota",
            {"house": FACTS["loan-quota"]["house"] | {"pool": True}},
            "facts.house.pool",
        ),
        (
            "interest",
            {"movements": [{"date": "2025-06-30", "amount": "1.00"}]},
            "facts.movements[0].date",
        ),
        (
            "interest",
            {"movements": [{"date": "2025-07-01", "amount": "-0.00"}]},
            "facts.movements[0].amount",
        ),
        ("withdrawal", {"amount": "0.00"}, "facts.amount"),
        ("withdrawal", {"evidence": ["LEASE"]}, "facts.evidence[0]"),
        (
            "withdrawal",
            {"balance_by_origin": {"FLEX": "1.00"}},
            "facts.balance_by_origin.UNIT",
        ),
        (
            "withdrawal",
            {"taken_this_period": {"own": "0.00", "spouse": "0.00"}},
            "facts.taken_this_period.self",
        ),
        (
            "loan-schedule",
            {"repricings": [{"from_": "2027-01-01", "annual_rate": "2.35"}]},
            "facts.repricings[0].from",
        ),
        ("prepayment", {"paid_on": "2027-03-31"}, "facts.paid_on"),
        ("prepayment", {"paid_instalments": 300}, "facts.paid_instalments"),
    ],
)
def test_facts_that_do_not_go_together_are_refused_by_path(name, facts, path):
    assert refused(name, example(name, **facts)).path == path


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        (None, ""),
        ([], ""),
        ("{}", ""),
        (1, ""),
        ({}, "centre"),
        ({"centre": "kashgar"}, "on"),
        ({"centre": "kashgar", "on": "2026-01-31"}, "facts"),
        (example_request("deadline") | {"calculator": "deadline"}, "calculator"),
        (example_request("deadline") | {"odd key": 1}, '["odd key"]'),
        (example_request("deadline") | {"centre": None}, "centre"),
        (example_request("deadline") | {"centre": ["kashgar"]}, "centre"),
        (example_request("deadline") | {"on": None}, "on"),
        (example_request("deadline") | {"on": "2026-02-30"}, "on"),
        (example_request("deadline") | {"on": 20260131}, "on"),
        (example_request("deadline") | {"facts": None}, "facts"),
        (example_request("deadline") | {"facts": []}, "facts"),
        (example_request("deadline") | {"facts": "{}"}, "facts"),
    ],
)
def test_an_envelope_that_is_not_of_the_form_is_refused_by_path(request_, path):
    assert refused("deadline", request_).path == path


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b'{"a": "1.00", "a": "999.00"}', "stands twice"),
        (b'{"a": {"b": 1, "b": 1}}', "a.b"),
        (b"[" * 3_000, "levels"),
        (b"[" * 100_000 + b"]" * 100_000, "levels"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "Infinity"),
        (b'{"a": 1.0}', "as a string"),
        (b'{"a": 1e400}', "as a string"),
        (b'{"a": "\\ud800"}', "half a character"),
        (b'{"a": "\\u0000"}', "NUL"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "larger than"),
        (b'{"a": "\xff"}', "not UTF-8"),
        ('{"a": "喀什"}'.encode("gb18030"), "not UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
        (b"{'a': 1}", "not JSON"),
        (b'{"a": 1} {"b": 2}', "not JSON"),
        (b'{"a": 1,}', "not JSON"),
        (b'{"a": 01}', "not JSON"),
    ],
    ids=range(21),
)
def test_bytes_that_two_readers_could_understand_differently_are_refused(body, message):
    with pytest.raises(BadValue, match=message):
        read_json(body)
