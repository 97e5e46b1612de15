from fractions import Fraction
from typing import Any

import pytest

from kernel.wire import BadFacts
from loans.facts import LoanQuotaFacts
from policy.decisions import Outcome
from tests.loans.builders import applicant, application, contribution, monthly
from tests.loans.quotas import SEED, decide, invented, refusals, unset_keys


def test_the_worked_example_of_kashgar_comes_to_270000() -> None:
    decision = decide(application(SEED))
    result = decision.result
    assert decision.outcome is Outcome.APPROVED
    assert result.average_monthly_fen == 138462
    assert result.multiplier == 15
    assert result.formula_fen == result.quota_fen == 27_000_000
    assert result.binding == "formula"
    assert result.alternative_quota_fen is None
    assert result.max_term_months == 300
    assert result.annual_rate == Fraction(26, 1000)
    assert decision.warnings == ()


@pytest.mark.parametrize(
    ("amount", "months", "quota"),
    [
        ("500.00", 12, 60_000), ("500.00", 24, 120_000),
        ("1000.00", 12, 120_000), ("1000.00", 24, 240_000),
        ("1500.00", 12, 270_000), ("1500.00", 24, 540_000),
        ("2000.00", 12, 360_000), ("2000.00", 24, 700_000),
        ("2500.00", 12, 450_000), ("2500.00", 24, 700_000),
        ("3000.00", 12, 700_000), ("3000.00", 24, 700_000),
    ],
)  # fmt: skip
def test_all_twelve_cells_of_kashgars_table(amount: str, months: int, quota: int) -> None:
    saver = applicant(opened_on="2023-12-10", contributions=monthly("2024-01", amount, months))
    result = decide(application(saver)).result
    assert result.quota_fen == quota * 100


@pytest.mark.parametrize(
    ("months", "table", "text"), [(12, 120_000, 180_000), (24, 240_000, 360_000)]
)
def test_at_an_average_of_exactly_1000_both_readings_are_shown(
    months: int, table: int, text: int
) -> None:
    saver = applicant(opened_on="2023-12-10", contributions=monthly("2024-01", "1000.00", months))
    decision = decide(application(saver))
    assert decision.result.multiplier == 10
    assert decision.result.quota_fen == table * 100
    assert decision.result.alternative_quota_fen == text * 100
    assert [warning.code for warning in decision.warnings] == ["band_edge"]


def test_the_text_reading_is_one_switch() -> None:
    saver = applicant(opened_on="2023-12-10", contributions=monthly("2024-01", "1000.00", 12))
    result = invented(application(saver), band_reading="TEXT").result
    assert (result.multiplier, result.quota_fen) == (15, 18_000_000)
    assert result.alternative_quota_fen == 12_000_000


@pytest.mark.parametrize(
    ("last", "multiplier"),
    [("999.99", 10), ("1000.00", 10), ("1000.01", 15)],
)
def test_the_average_is_compared_unrounded(last: str, multiplier: int) -> None:
    rows = [*monthly("2025-02", "1000.00", 11), *monthly("2026-01", last, 1)]
    result = decide(application(applicant(contributions=rows))).result
    assert result.average_monthly_fen == 100_000
    assert result.multiplier == multiplier


@pytest.mark.parametrize(
    ("amount", "multiplier"), [("2499.99", 15), ("2500.00", 15), ("2500.01", 20)]
)
def test_at_2500_both_readings_agree(amount: str, multiplier: int) -> None:
    rows = monthly("2025-02", amount, 12)
    decision = decide(application(applicant(contributions=rows)))
    assert decision.result.multiplier == multiplier
    assert decision.result.alternative_quota_fen is None


def test_spouses_are_averaged_each_alone_and_then_added() -> None:
    borrower = applicant(contributions=monthly("2025-01", "800.00", 10), opened_on="2025-01-10")
    spouse = applicant(sex="F", contributions=monthly("2024-06", "900.00", 20))
    result = decide(application(borrower, spouse)).result
    assert result.average_monthly_fen == 170_000
    assert result.multiplier == 15
    assert result.formula_fen == 39_000_000


def test_a_spouse_without_an_account_adds_nothing() -> None:
    spouse = applicant(sex="F", opened_on=None, contributions=[])
    decision = decide(application(SEED, spouse))
    assert decision.approved
    assert decision.result.quota_fen == 27_000_000


def test_transfers_count_in_the_balance_and_not_in_the_average() -> None:
    result = decide(application({**SEED, "transferred_in": "1000.00"})).result
    assert (result.average_monthly_fen, result.formula_fen) == (138462, 28_500_000)


def test_withdrawals_lower_the_balance_and_not_the_average_and_never_below_nothing() -> None:
    result = decide(application({**SEED, "withdrawn": "1000.00"})).result
    assert (result.average_monthly_fen, result.formula_fen) == (138462, 25_500_000)
    assert decide(application({**SEED, "withdrawn": "99999.00"})).result.formula_fen == 0


def test_interest_counts_only_where_the_balance_is_the_accounts() -> None:
    facts = application({**SEED, "interest_and_subsidy": "9.38"})
    assert decide(facts).result.formula_fen == 27_000_000
    result = invented(facts, balance_basis="ACCOUNT_BALANCE").result
    assert result.formula_fen == 27_014_070


def test_a_home_for_a_million_is_lent_700000_and_840000_are_cut_to_80_percent() -> None:
    rich = applicant(opened_on="2023-12-10", contributions=monthly("2024-01", "3000.00", 24))
    facts = application(rich)
    assert (decide(facts).result.quota_fen, decide(facts).result.binding) == (70_000_000, "cap")
    uplifted = decide({**facts, "talent": True}).result
    assert (uplifted.cap_fen, uplifted.price_limit_fen) == (84_000_000, 80_000_000)
    assert (uplifted.quota_fen, uplifted.binding) == (80_000_000, "price_limit")


def test_talents_are_lifted_only_for_a_local_home() -> None:
    decision = decide(application(SEED, talent=True, house={"local": False}))
    assert decision.result.cap_fen == 70_000_000
    assert "uplift_local_only" in [reason.code for reason in decision.reasons]


def test_a_green_home_without_a_figure_warns() -> None:
    decision = decide(application(SEED, house={"green": True}))
    assert [warning.code for warning in decision.warnings] == ["green_uplift_without_figure"]
    assert (
        invented(application(SEED, house={"green": True}), green_uplift="10").result.cap_fen
        == 77_000_000
    )


@pytest.mark.parametrize(
    ("income", "capacity"),
    [("3000.00", 39_676_460), ("4000.00", 52_901_947), ("5000.00", 66_127_433),
     ("6000.00", 79_352_920)],
)  # fmt: skip
def test_sixty_percent_of_the_income_repays_so_much_in_25_years(income: str, capacity: int) -> None:
    result = decide(application(SEED, family_monthly_income=income)).result
    assert result.capacity_fen == capacity


def test_level_principal_is_measured_by_its_first_payment() -> None:
    facts = application(SEED, family_monthly_income="2475.00", method="LEVEL_PRINCIPAL")
    assert decide(facts).result.capacity_fen == 27_000_000
    assert decide(facts).result.binding == "formula"


def test_the_quota_is_rounded_down_to_a_full_thousand() -> None:
    saver = applicant(contributions=monthly("2025-01", "1385.00", 13))
    result = decide(application(saver)).result
    assert (result.formula_fen, result.quota_fen) == (27_007_500, 27_000_000)


def test_nothing_to_lend_is_refused() -> None:
    decision = decide(application(SEED, family_monthly_income="0.00"))
    assert decision.result.quota_fen == 0
    assert refusals(decision) == ["quota"]


@pytest.mark.parametrize(
    ("home", "term", "rate"),
    [
        (True, 60, "21/1000"),
        (True, 61, "26/1000"),
        (False, 60, "101/4000"),
        (False, 61, "123/4000"),
    ],
)
def test_the_rate_is_the_tables_of_the_day(home: bool, term: int, rate: str) -> None:
    decision = decide(application(SEED, term_months=term, house={"first_home": home}))
    assert decision.result.annual_rate == Fraction(rate)
    floor = ["second_home_rate_is_a_floor"] if not home else []
    assert [warning.code for warning in decision.warnings] == floor


@pytest.mark.parametrize(("months", "refused"), [(5, True), (6, False)])
def test_lianyungang_asks_for_six_months_in_all_and_leaves_the_formula_open(
    months: int, refused: bool
) -> None:
    saver = applicant(contributions=monthly("2025-01", "500.00", months))
    decision = decide(application(saver), "lianyungang")
    assert ("loan_cumulative_months" in refusals(decision)) is refused
    assert decision.outcome is (Outcome.REFUSED if refused else Outcome.NEEDS_REVIEW)
    assert decision.result.average_monthly_fen == 50_000
    assert decision.result.annual_rate == Fraction(26, 1000)
    assert decision.result.quota_fen is None
    assert {"loan.quota_family", "loan.cap", "loan.price_share", "loan.income_share"} <= unset_keys(
        decision
    )


def test_lianyungang_counts_the_months_in_which_something_was_paid() -> None:
    covers = [f"2025-{month:02d}" for month in range(1, 7)]
    lump = applicant(contributions=[contribution("2025-01-10", "3000.00", covers)])
    assert "loan_cumulative_months" in refusals(decide(application(lump), "lianyungang"))


@pytest.mark.parametrize("centre", ["bazhong", "liaoning", "yantai"])
def test_centres_without_a_formula_need_a_person_and_name_the_keys(centre: str) -> None:
    decision = decide(application(SEED), centre)
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert {"loan.waiting_rule", "loan.quota_family", "loan.cap"} <= unset_keys(decision)
    assert decision.result.capacity_fen is None
    assert decision.result.max_term_months is None


def test_an_open_loan_refuses_where_the_formula_is_unset() -> None:
    decision = decide(application({**SEED, "open_loan": True}), "yantai")
    assert decision.outcome is Outcome.REFUSED


@pytest.mark.parametrize(("first", "formula"), [(True, 28_500_000), (False, 27_000_000)])
def test_rent_withdrawn_counts_again_for_a_first_home(first: bool, formula: int) -> None:
    facts = application(SEED, rent_withdrawn_last_year="1000.00", house={"first_home": first})
    assert invented(
        facts, rent_addback="FIRST_HOME", rent_addback_months=12
    ).result.formula_fen == (formula)
    assert decide(facts).result.formula_fen == 27_000_000


@pytest.mark.parametrize(("day", "outcome"), [("2024-06-30", "NEEDS_REVIEW"), ("2024-07-01", "")])
def test_before_the_pack_begins_nobody_decides(day: str, outcome: str) -> None:
    saver = applicant(opened_on="2023-01-10", contributions=monthly("2023-02", "500.00", 12))
    facts = application(saver, applied_on=day, house={"purchased_on": "2024-03-01"})
    decision = decide(facts)
    codes = [reason.code for reason in decision.reasons]
    assert ("no_policy_in_force" in codes) is bool(outcome)
    assert decision.result.average_monthly_fen == 50_000
    assert decision.result.annual_rate == Fraction(285, 10_000)


def test_money_paid_after_the_application_does_not_count_and_warns() -> None:
    late = [*SEED["contributions"], contribution("2026-02-01", "3000.00", ["2026-02"])]
    decision = decide(application({**SEED, "contributions": late}))
    assert decision.result.formula_fen == 27_000_000
    assert [warning.code for warning in decision.warnings] == ["contribution_after_application"]


@pytest.mark.parametrize(
    ("printed", "formula"),
    [
        ({"multiplier_by": "CONSTANT", "multiplier_bands": [{"multiplier": "12.5"}]}, 22_500_000),
        (
            {
                "multiplier_by": "BALANCE",
                "multiplier_bands": [
                    {"upto": "18000.00", "inclusive": ["TABLE", "TEXT"], "multiplier": 8},
                    {"multiplier": 9},
                ],
            },
            14_400_000,
        ),
        (
            {
                "multiplier_by": "MONTHS",
                "multiplier_bands": [{"upto": 12, "multiplier": 8}, {"multiplier": 9}],
            },
            16_200_000,
        ),
        ({"quota_floor": "300000.00"}, 30_000_000),
        ({"liquidity_coefficient": "0.80"}, 21_600_000),
        ({"quota_floor": "300000.00", "liquidity_coefficient": "1.20"}, 36_000_000),
        ({"quota_family": "AVERAGE_BALANCE", "average_months": 2}, 24_750_000),
        (
            {
                "quota_family": "MONTH_WEIGHTED",
                "month_weights": [{"upto": 6, "weight": "0.5"}, {"weight": 1}],
                "multiplier_by": None,
            },
            1_050_000,
        ),
        (
            {
                "quota_family": "MONTHLY_TO_RETIREMENT",
                "monthly_factor": "0.50",
                "multiplier_by": None,
            },
            19_107_692,
        ),
    ],
)  # fmt: skip
def test_every_family_of_formulas_is_data(printed: dict[str, Any], formula: int) -> None:
    decision = invented(application(SEED), **printed)
    assert decision.result.formula_fen == formula


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        (application(SEED, SEED, SEED), "applicants"),
        ({**application(), "applicants": []}, "applicants"),
        (application(SEED, term_months=0), "term_months"),
        (application(SEED, term_months=True), "term_months"),
        (application({**SEED, "withdrawn": "-1.00"}), "applicants[0].withdrawn"),
        (application({**SEED, "sex": "X"}), "applicants[0].sex"),
        (application({**SEED, "birth_date": "1986-02-30"}), "applicants[0].birth_date"),
        (application(SEED, house={"price": "1000000.001"}), "house.price"),
        (application(SEED, house={"colour": "green"}), "house.colour"),
        (application(SEED, method="BALLOON"), "method"),
        (application(SEED, talent=None), "talent"),
    ],
)
def test_bad_requests_name_the_fact(facts: dict[str, Any], path: str) -> None:
    with pytest.raises(BadFacts) as refused:
        LoanQuotaFacts.from_wire(facts)
    assert refused.value.path == path


def test_every_reason_cites_a_clause_or_a_parameter() -> None:
    for centre in ("kashgar", "lianyungang", "yantai", "bazhong", "liaoning"):
        decision = decide(application(SEED, applicant(sex="F"), talent=True), centre)
        assert all(reason.citations for reason in decision.reasons)


def test_stored_facts_replay() -> None:
    facts = LoanQuotaFacts.from_wire(application(SEED, applicant(sex="F")))
    assert LoanQuotaFacts.from_wire(facts.to_wire()) == facts
