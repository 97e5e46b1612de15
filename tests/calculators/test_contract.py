"""What contracts.md promises of every calculator."""

import datetime as dt
import json
import re

import pytest
from django.utils import translation

from fundcenter.calculators.examples import FACTS
from fundcenter.calculators.present import result_keys
from fundcenter.calculators.registry import CALCULATORS, UnknownCalculator, get_calculator
from fundcenter.calculators.run import run
from policy.book import PolicyBook
from policy.loader import load_packs
from tests.calculators.asking import ABSENT, CENTRES, ask, example

RESULTS = {
    "identity": "birth_date sex",
    "retirement": "age_years age_months date",
    "eligibility": "",
    "contribution": "months_covered covered_from covered_until",
    "interest": "interest closing_balance",
    "subsidy": "subsidy base stopped remaining_cap",
    "opening-subsidy": "subsidy",
    "loan-quota": "average_monthly multiplier formula cap price_limit capacity quota binding"
    " alternative_quota max_term_months annual_rate",
    "loan-schedule": "payment total_interest rows",
    "prepayment": "principal interest balance payment remaining_instalments last_payment"
    " interest_saved",
    "penalty": "penalties total allocation unallocated",
    "withdrawal": "allowed",
    "exit": "payable_now payable_later payable_later_on account_closes",
    "dormancy": "action months_uncovered",
    "deadline": "due_on",
    "fund-indicators": "loan_to_deposit flexible_loan_to_deposit overdue_rate level",
}
OUTCOMES = {"APPROVED", "NEEDS_REVIEW", "REFUSED"}
CITED_NAME = re.compile(r"[a-z][a-z0-9-]+|parameter")
BEFORE_EVERY_PACK = "2023-06-15"
CENTRE_NEEDED = (
    "eligibility", "contribution", "subsidy", "opening-subsidy", "loan-quota", "withdrawal", "exit",
    "dormancy",
)  # fmt: skip


def test_the_calculators_are_those_of_the_contract():
    assert set(CALCULATORS) == set(RESULTS) == set(FACTS)


@pytest.mark.parametrize("name", RESULTS)
def test_the_keys_of_the_results_are_those_of_the_contract(name):
    assert list(result_keys(CALCULATORS[name].result)) == RESULTS[name].split()


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("name", RESULTS)
def test_every_calculator_answers_for_every_centre(name, centre):
    answer = ask(name, example(name, centre))

    assert (answer["calculator"], answer["centre"], answer["on"]) == (name, centre, "2026-01-31")
    assert answer["outcome"] in OUTCOMES
    assert list(answer["results"]) == RESULTS[name].split()
    assert json.loads(json.dumps(answer)) == answer


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("name", RESULTS)
def test_every_reason_cites_a_clause_or_an_assumed_parameter(name, centre):
    answer = ask(name, example(name, centre))
    assumed = {one["key"] for one in answer["parameters"] if one["assumed"]}

    assert answer["reasons"]
    for reason in answer["reasons"]:
        assert reason["citations"], reason["code"]
        for citation in reason["citations"]:
            assert CITED_NAME.fullmatch(citation["source"])
            if citation["source"] == "parameter" and reason["met"] is not None:
                assert citation["clause"] in assumed, reason["code"]


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", RESULTS)
def test_every_reason_is_a_sentence_in_both_languages(name, language, centre):
    with translation.override(language):
        answer = ask(name, example(name, centre))

    silent = [reason["code"] for reason in answer["reasons"] if reason["text"] == reason["code"]]
    assert silent == [], "give the code its sentence in the app's wording.py"
    assert not [text for text in answer["warnings"] if re.fullmatch(r"[a-z0-9_]+", text)]


@pytest.mark.parametrize("name", RESULTS)
def test_the_same_facts_always_give_the_same_answer(name):
    assert ask(name, example(name)) == ask(name, example(name))


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("name", CENTRE_NEEDED)
def test_before_a_pack_begins_a_person_has_to_look(name, centre):
    event_dates = {
        "subsidy": {"settled_on": "2023-06-30", "movements": [], "opened_on": "2022-01-01"},
        "loan-quota": {"applied_on": BEFORE_EVERY_PACK},
    }
    request = example(name, centre, **event_dates.get(name, {})) | {"on": BEFORE_EVERY_PACK}

    answer = ask(name, request)

    assert answer["outcome"] == "NEEDS_REVIEW"
    assert "no_policy_in_force" in {reason["code"] for reason in answer["reasons"]}


@pytest.mark.parametrize(
    ("name", "facts", "results"),
    [
        ("retirement", {"birth_date": "1985-06-01"}, {"date": "2048-06-01"}),
        (
            "retirement",
            {"birth_date": ABSENT, "birth_month": "1985-06"},
            {"age_years": 63, "age_months": 0, "date": "2048-06"},
        ),
        (
            "loan-quota",
            {},
            {
                "average_monthly": "1384.62", "multiplier": 15, "formula": "270000.00",
                "cap": "700000.00", "price_limit": "800000.00", "capacity": "793529.20",
                "quota": "270000.00", "binding": "formula", "alternative_quota": None,
                "annual_rate": "2.60",
            },
        ),
        ("loan-schedule", {}, {"payment": "1224.91"}),
        ("loan-schedule", {"method": "LEVEL_PRINCIPAL"}, {"payment": "1485.00"}),
        ("fund-indicators", {}, {"loan_to_deposit": "87.88", "level": "WATCH"}),
        ("identity", {"number": "110105194912310021"}, {"birth_date": None, "sex": None}),
        ("opening-subsidy", {}, {"subsidy": "100.00"}),
        ("penalty", {"payment": None}, {"allocation": None, "unallocated": None}),
        (
            "contribution",
            {},
            {"months_covered": 1, "covered_from": "2026-01", "covered_until": "2026-01"},
        ),
    ],
)  # fmt: skip
def test_results_are_printed_as_the_contract_has_them(name, facts, results):
    answer = ask(name, example(name, **facts))

    assert {key: answer["results"][key] for key in results} == results


def test_a_rate_of_the_table_is_printed_as_the_table_prints_it():
    house = FACTS["loan-quota"]["house"] | {"first_home": False}

    answer = ask("loan-quota", example("loan-quota", house=house, term_months=60))

    assert answer["results"]["annual_rate"] == "2.525"


def test_a_parameter_names_its_value_its_day_and_its_clause():
    answer = ask("loan-quota", example("loan-quota"))
    cap = next(one for one in answer["parameters"] if one["key"] == "loan.cap")

    assert cap["value"] == "700000.00"
    assert cap["assumed"] is False
    assert cap["citations"] == [{"source": "kashgar-interpretation", "clause": "四"}]
    dt.date.fromisoformat(cap["effective_from"])


def test_an_unknown_name_is_told_which_names_there_are():
    with pytest.raises(UnknownCalculator, match="loan-quota"):
        get_calculator("loanquota")


def test_a_gap_that_a_rule_did_not_foresee_is_a_review_and_no_crash():
    def without_the_amount(centre: str, on: dt.date) -> PolicyBook:
        packs = load_packs()
        return PolicyBook(
            centre=centre,
            on=on,
            chain=packs.chains[centre],
            values=[value for value in packs.values if value.key != "opening_subsidy.amount"],
            catalogue=packs.catalogue,
        )

    answer = run("opening-subsidy", example("opening-subsidy"), books=without_the_amount)

    assert answer["outcome"] == "NEEDS_REVIEW"
    assert answer["results"] == {"subsidy": None}
    assert [reason["code"] for reason in answer["reasons"]] == ["parameter_unset"]
