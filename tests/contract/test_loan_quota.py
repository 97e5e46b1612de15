"""`loan-quota`: Kashgar 四 and 五 from the words of the text, and the four silent centres."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.wire import BadFacts
from tests.calculators.asking import ABSENT, ask
from tests.contract import oracle
from tests.contract.asking import codes, request, results


def contributions(amounts, last="2026-01"):
    """One contribution a month up to `last`, each covering its month."""
    end = dt.date.fromisoformat(f"{last}-10")
    days = [oracle.months_on(end, place - len(amounts) + 1) for place in range(len(amounts))]
    return [
        {"date": str(day), "amount": amount, "covers": [str(day)[:7]]}
        for day, amount in zip(days, amounts, strict=True)
    ]


SEED = ["500.00"] * 6 + ["2000.00"] * 6 + ["3000.00"]


def person(amounts=SEED, **changes):
    facts = {
        "birth_date": "1986-03-15",
        "sex": "M",
        "opened_on": "2025-01-06",
        "contributions": contributions(amounts),
        "transferred_in": "0.00",
        "withdrawn": "0.00",
        "interest_and_subsidy": "0.00",
        "open_loan": False,
        "dishonest_person": False,
        "overdue_in_a_row": 0,
        "overdue_total": 0,
    } | changes
    return {key: value for key, value in facts.items() if value is not ABSENT}


HOUSE = {
    "price": "1000000.00",
    "first_home": True,
    "local": True,
    "green": False,
    "purchased_on": "2025-12-15",
}


def asked(*applicants, centre="kashgar", house=None, **changes):
    facts = {
        "applied_on": "2026-01-31",
        "applicants": list(applicants) or [person()],
        "house": HOUSE | (house or {}),
        "family_monthly_income": "8000.00",
        "term_months": 300,
        "method": "LEVEL_PAYMENT",
        "talent": False,
        "rent_withdrawn_last_year": "0.00",
    } | changes
    return request("loan-quota", facts, centre=centre)


def test_the_example_of_the_text():
    answer = ask("loan-quota", asked())

    assert answer["outcome"] == "APPROVED"
    assert answer["results"] == {
        "average_monthly": "1384.62",
        "multiplier": 15,
        "formula": "270000.00",
        "cap": "700000.00",
        "price_limit": "800000.00",
        "capacity": "1058038.93",
        "quota": "270000.00",
        "binding": "formula",
        "alternative_quota": None,
        "max_term_months": 301,
        "annual_rate": "2.60",
    }


@pytest.mark.parametrize(
    ("amount", "months", "quota"),
    [
        ("500.00", 12, "60000.00"), ("500.00", 24, "120000.00"),
        ("1000.00", 12, "120000.00"), ("1000.00", 24, "240000.00"),
        ("1500.00", 12, "270000.00"), ("1500.00", 24, "540000.00"),
        ("2000.00", 12, "360000.00"), ("2000.00", 24, "700000.00"),
        ("2500.00", 12, "450000.00"), ("2500.00", 24, "700000.00"),
        ("3000.00", 12, "700000.00"), ("3000.00", 24, "700000.00"),
    ],
)  # fmt: skip
def test_the_table_of_the_text(amount, months, quota):
    who = person([amount] * months, opened_on="2024-01-02")

    assert results("loan-quota", asked(who))["quota"] == quota


@pytest.mark.parametrize(
    ("amount", "multiplier", "quota", "other"),
    [
        ("999.99", 10, "119000.00", None),
        ("1000.00", 10, "120000.00", "180000.00"),
        ("1000.01", 15, "180000.00", None),
        ("2499.99", 15, "449000.00", None),
        ("2500.00", 15, "450000.00", None),
        ("2500.01", 20, "600000.00", None),
    ],
)
def test_bands_just_below_on_and_above_their_bounds(amount, multiplier, quota, other):
    answer = ask("loan-quota", asked(person([amount] * 12, opened_on="2025-01-02")))

    assert answer["results"]["multiplier"] == multiplier
    assert answer["results"]["quota"] == quota
    assert answer["results"]["alternative_quota"] == other
    assert answer["warnings"] or other is None


def test_spouses_averages_are_added_not_pooled():
    borrower = person(["800.00"] * 10, opened_on="2025-01-02")
    spouse = person(["900.00"] * 20, opened_on="2024-05-02", sex="F")

    found = results("loan-quota", asked(borrower, spouse))

    assert (found["average_monthly"], found["multiplier"]) == ("1700.00", 15)
    assert found["formula"] == "390000.00"


@pytest.mark.parametrize(
    ("income", "capacity"),
    [
        ("3000.00", "396764.60"), ("4000.00", "529019.47"), ("5000.00", "661274.33"),
        ("6000.00", "793529.20"),
    ],
)  # fmt: skip
def test_the_capacity_of_an_income(income, capacity):
    found = results("loan-quota", asked(family_monthly_income=income))

    assert found["capacity"] == capacity


RICH = ["3000.00"] * 24
OLD = {"opened_on": "2024-01-02"}


@pytest.mark.parametrize(
    ("changes", "house", "cap", "quota", "binding"),
    [
        ({}, {}, "700000.00", "700000.00", "cap"),
        ({}, {"price": "500000.00"}, "700000.00", "400000.00", "price_limit"),
        ({}, {"price": "875000.00"}, "700000.00", "700000.00", "cap"),
        ({}, {"price": "1250.00"}, "700000.00", "1000.00", "price_limit"),
        ({}, {"price": "1249.99"}, "700000.00", "0.00", "price_limit"),
        ({"talent": True}, {}, "840000.00", "800000.00", "price_limit"),
        ({"talent": True}, {"price": "2000000.00"}, "840000.00", "840000.00", "cap"),
        ({"talent": True}, {"local": False}, "700000.00", "700000.00", "cap"),
    ],
)
def test_cap_uplift_and_price(changes, house, cap, quota, binding):
    body = asked(person(RICH, **OLD), house=house, family_monthly_income="20000.00", **changes)

    found = results("loan-quota", body)

    assert (found["cap"], found["quota"], found["binding"]) == (cap, quota, binding)


def test_transferred_money_counts_in_the_balance_and_not_in_the_average():
    found = results(
        "loan-quota",
        asked(person(transferred_in="2000.00", withdrawn="1000.00", interest_and_subsidy="99.00")),
    )

    assert (found["average_monthly"], found["formula"]) == ("1384.62", "285000.00")


@pytest.mark.parametrize(
    "changes",
    [
        {"open_loan": True},
        {"dishonest_person": True},
        {"overdue_in_a_row": 3},
        {"overdue_total": 6},
        {"banned_until": "2026-01-31"},
        {"opened_on": "2025-02-01", "contributions": contributions(["1000.00"] * 12)},
        {"contributions": contributions(["1000.00"] * 11)},
    ],
)
def test_what_refuses_a_borrower(changes):
    answer = ask("loan-quota", asked(person(**changes)))

    assert answer["outcome"] == "REFUSED"
    assert answer["results"]["formula"] is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"overdue_in_a_row": 2, "overdue_total": 5},
        {"banned_until": "2026-01-30"},
        {"opened_on": "2025-01-31", "contributions": contributions(["1000.00"] * 12)},
    ],
)
def test_what_does_not_refuse_a_borrower(changes):
    assert ask("loan-quota", asked(person(**changes)))["outcome"] == "APPROVED"


def test_a_lump_of_twelve_months_does_not_shorten_the_span():
    lump = {
        "date": "2025-07-10",
        "amount": "12000.00",
        "covers": [f"{2025 + m // 12}-{m % 12 + 1:02d}" for m in range(6, 18)],
    }

    answer = ask("loan-quota", asked(person(contributions=[lump], opened_on="2025-07-01")))

    assert answer["outcome"] == "REFUSED"


@pytest.mark.parametrize("change", [{"open_loan": True}, {"dishonest_person": True}])
def test_a_spouse_can_refuse_a_loan_but_need_not_wait(change):
    new = person(["1000.00"], opened_on="2026-01-05", sex="F", birth_date="1988-01-01")

    assert ask("loan-quota", asked(person(), new))["outcome"] == "APPROVED"
    assert ask("loan-quota", asked(person(), new | change))["outcome"] == "REFUSED"


def test_a_spouse_without_an_account_counts_nought():
    spouse = person(sex="F", opened_on=ABSENT, contributions=[])

    answer = ask("loan-quota", asked(person(), spouse))

    assert answer["outcome"] == "APPROVED"
    assert answer["results"]["average_monthly"] == "1384.62"


@pytest.mark.parametrize(
    ("birth_date", "sex", "months"),
    [
        ("1986-01-31", "M", 300),
        ("1986-02-01", "M", 300),
        ("1986-01-30", "M", 299),
        ("1981-01-31", "M", 240),
        ("1996-02-01", "M", 360),
        ("1976-01-31", "F", 120),
        ("1961-01-31", "M", 0),
        ("1950-01-31", "M", 0),
    ],
)
def test_the_longest_term_ends_at_the_birthday_of_the_limit_age(birth_date, sex, months):
    found = results("loan-quota", asked(person(birth_date=birth_date, sex=sex), term_months=12))

    assert found["max_term_months"] == months


@pytest.mark.parametrize(("term", "outcome"), [(301, "APPROVED"), (302, "REFUSED")])
def test_a_longer_term_than_allowed_is_refused(term, outcome):
    answer = ask("loan-quota", asked(term_months=term))

    assert (answer["outcome"], answer["results"]["max_term_months"]) == (outcome, 301)


@pytest.mark.parametrize(
    ("house", "term", "rate"),
    [
        ({}, 60, "2.10"), ({}, 61, "2.60"),
        ({"first_home": False}, 60, "2.525"), ({"first_home": False}, 61, "3.075"),
    ],
)  # fmt: skip
def test_the_rate_is_of_the_term_and_the_home(house, term, rate):
    assert results("loan-quota", asked(house=house, term_months=term))["annual_rate"] == rate


@pytest.mark.parametrize(
    ("purchased_on", "outcome"),
    [("2025-01-31", "APPROVED"), ("2025-01-30", "REFUSED"), ("2026-01-31", "APPROVED")],
)
def test_the_home_was_bought_within_a_year(purchased_on, outcome):
    assert ask("loan-quota", asked(house={"purchased_on": purchased_on}))["outcome"] == outcome


def test_a_green_home_without_a_configured_uplift_warns():
    plain, green = (ask("loan-quota", asked(house={"green": flag})) for flag in (False, True))

    assert green["results"]["cap"] == "700000.00"
    assert len(green["warnings"]) > len(plain["warnings"])


@pytest.mark.parametrize("centre", ["bazhong", "liaoning", "lianyungang", "yantai"])
def test_elsewhere_formula_cap_and_shares_are_questions(centre):
    answer = ask("loan-quota", asked(centre=centre))

    assert answer["outcome"] == "NEEDS_REVIEW"
    assert codes(answer, None)
    found = answer["results"]
    unknown = ("multiplier", "formula", "cap", "price_limit", "capacity", "quota", "binding")
    assert {key: found[key] for key in unknown} == dict.fromkeys(unknown)
    assert found["average_monthly"] == "1384.62"
    assert found["annual_rate"] == "2.60"


@pytest.mark.parametrize(("months", "outcome"), [(5, "REFUSED"), (6, "NEEDS_REVIEW")])
def test_lianyungang_asks_for_six_months_in_all(months, outcome):
    who = person(contributions=contributions(["1000.00"] * months))

    assert ask("loan-quota", asked(who, centre="lianyungang"))["outcome"] == outcome


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"applicants": []}, "facts.applicants"),
        ({"applicants": [person()] * 3}, "facts.applicants"),
        ({"applicants": [person(sex="X")]}, "facts.applicants[0].sex"),
        ({"applicants": [person(), person(sex=ABSENT)]}, "facts.applicants[1].sex"),
        ({"applicants": [person(withdrawn="-1.00")]}, "facts.applicants[0].withdrawn"),
        ({"applicants": [person(age=40)]}, "facts.applicants[0].age"),
        (
            {"applicants": [person(contributions=[{"date": "2025-01-01", "amount": "1.00"}])]},
            "facts.applicants[0].contributions[0].covers",
        ),
        ({"house": HOUSE | {"price": 1000000}}, "facts.house.price"),
        ({"house": {}}, "facts.house."),
        ({"term_months": 300.0}, "facts.term_months"),
        ({"talent": "no"}, "facts.talent"),
        ({"applied_on": "2026-1-31"}, "facts.applied_on"),
    ],
)
def test_a_bad_request_names_its_path(changes, path):
    body = asked()
    body["facts"] |= changes

    with pytest.raises(BadFacts) as refused:
        ask("loan-quota", body)

    assert refused.value.path.startswith(path)


FEN = st.integers(162_00, 5_950_00)
APPLICANT = st.tuples(
    st.lists(FEN, min_size=12, max_size=30), st.integers(0, 9_000_000), st.integers(0, 3_000_000)
)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(APPLICANT, min_size=1, max_size=2),
    st.integers(10_000_00, 300_000_000),
    st.integers(0, 3_000_000),
    st.integers(1, 300),
    st.sampled_from(["LEVEL_PAYMENT", "LEVEL_PRINCIPAL"]),
    st.booleans(),
)
def test_a_quota_is_what_a_second_computation_finds(couple, price, income, term, method, talent):
    applicants = [
        person(
            [oracle.to_yuan(fen) for fen in amounts],
            opened_on="2020-01-02",
            transferred_in=oracle.to_yuan(moved),
            withdrawn=oracle.to_yuan(taken),
        )
        for amounts, moved, taken in couple
    ]
    body = asked(
        *applicants, house={"price": oracle.to_yuan(price)}, talent=talent, term_months=term,
        family_monthly_income=oracle.to_yuan(income), method=method,
    )  # fmt: skip

    found = results("loan-quota", body)

    wanted = oracle.kashgar_quota(
        [
            {
                "contributed": sum(amounts),
                "months": len(amounts),
                "transferred_in": moved,
                "withdrawn": taken,
            }
            for amounts, moved, taken in couple
        ],
        price, income, Fraction("0.021" if term <= 60 else "0.026"), term, method, talent,
    )  # fmt: skip
    for key in ("multiplier", "binding"):
        assert found[key] == wanted.pop(key)
    assert {key: oracle.to_fen(found[key]) for key in wanted} == wanted
