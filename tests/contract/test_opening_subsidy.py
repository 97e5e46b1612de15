"""`opening-subsidy`: Kashgar 六(3), and nobody else."""

import datetime as dt

import pytest

from tests.calculators.asking import ABSENT, ask
from tests.contract import oracle
from tests.contract.asking import request

GRADUATE = {
    "opened_on": "2025-06-30",
    "first_time": True,
    "category": "GRADUATE",
    "left_school_on": "2020-06-30",
    "full_months": 6,
    "granted_before": False,
}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"left_school_on": "2020-06-29"},
        {"left_school_on": None},
        {"left_school_on": ABSENT},
        {"opened_on": "2025-07-01"},
        {"category": "TALENT", "left_school_on": "1999-06-30"},
        {"category": "NONE"},
        {"full_months": 5},
        {"full_months": 7},
        {"first_time": False},
        {"granted_before": True},
    ],
)
def test_the_opening_subsidy_is_a_hundred_once_for_its_group(changes):
    facts = {key: value for key, value in (GRADUATE | changes).items() if value is not ABSENT}
    school = facts.get("left_school_on")

    answer = ask("opening-subsidy", request("opening-subsidy", facts))

    wanted = oracle.opening_subsidy(
        dt.date.fromisoformat(facts["opened_on"]), facts["first_time"], facts["category"],
        dt.date.fromisoformat(school) if school else None, facts["full_months"],
        facts["granted_before"],
    )  # fmt: skip
    assert answer["results"] == {"subsidy": oracle.to_yuan(wanted)}
    assert answer["outcome"] == ("APPROVED" if wanted else "REFUSED")


@pytest.mark.parametrize("centre", ["liaoning", "lianyungang", "yantai", "bazhong"])
def test_no_other_centre_promises_an_opening_subsidy(centre):
    answer = ask("opening-subsidy", request("opening-subsidy", GRADUATE, centre=centre))

    assert (answer["outcome"], answer["results"]) == ("REFUSED", {"subsidy": "0.00"})
