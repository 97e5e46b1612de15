"""How a member leaves, and what is paid when (domain page, 3.8)."""

import datetime as dt

import pytest

from contributions.facts import ExitFacts
from contributions.rules import decide_exit
from contributions.wording import REASONS, WARNINGS
from kernel.money import yuan
from kernel.wire import BadFacts
from policy.decisions import Outcome
from policy.loader import book_from_packs

CENTRES = ["bazhong", "liaoning", "lianyungang", "yantai", "kashgar"]
WITH_DATE = ["liaoning", "kashgar"]
WITHOUT_DATE = ["bazhong", "lianyungang", "yantai"]

LEAVES = {
    "balance_by_origin": {"FLEX": "18000.00", "UNIT": "0.00"},
    "open_loan": False,
    "loan_applied": False,
    "guarantee": False,
    "frozen": False,
    "converted_from_unit": False,
    "unit_sealed_on": None,
    "banned_until": None,
}
BOTH = {"balance_by_origin": {"FLEX": "18000.00", "UNIT": "7000.00"}, "converted_from_unit": True}
UNIT_ONLY = {"balance_by_origin": {"FLEX": "0.00", "UNIT": "7000.00"}}


def leaving(centre, on="2026-01-31", **changes):
    facts = ExitFacts.from_wire({**LEAVES, **changes})
    decision = decide_exit(facts, book_from_packs(centre, dt.date.fromisoformat(on)))
    for reason in decision.reasons:
        assert reason.citations
        assert reason.code == "no_policy_in_force" or REASONS[reason.code] % reason.params
    assert {warning.code for warning in decision.warnings} <= set(WARNINGS)
    return decision


def paid(decision):
    result = decision.result
    return (
        yuan(result.payable_now_fen),
        yuan(result.payable_later_fen),
        result.payable_later_on and result.payable_later_on.isoformat(),
        result.account_closes,
    )


def refusals(decision):
    return [reason.code for reason in decision.refusals]


def warnings(decision):
    return {warning.code for warning in decision.warnings}


NOTHING = ("0.00", "0.00", None, False)


@pytest.mark.parametrize("centre", CENTRES)
def test_a_flexible_worker_takes_everything_along_and_the_account_closes(centre):
    decision = leaving(centre)

    assert decision.outcome is Outcome.APPROVED
    assert paid(decision) == ("18000.00", "0.00", None, True)
    assert not decision.warnings


@pytest.mark.parametrize("centre", WITH_DATE)
def test_money_from_a_unit_waits_six_months_from_this_exit(centre):
    decision = leaving(centre, **BOTH)

    assert decision.outcome is Outcome.APPROVED
    assert paid(decision) == ("18000.00", "7000.00", "2026-07-31", False)
    assert "unit_seal_reading" in warnings(decision)


@pytest.mark.parametrize("centre", WITH_DATE)
@pytest.mark.parametrize(
    ("on", "sealed_on", "expected"),
    [
        ("2026-01-30", "2025-07-31", ("18000.00", "7000.00", "2026-01-31", False)),
        ("2026-01-31", "2025-07-31", ("25000.00", "0.00", None, True)),
        ("2026-02-01", "2025-07-31", ("25000.00", "0.00", None, True)),
        ("2026-02-27", "2025-08-31", ("18000.00", "7000.00", "2026-02-28", False)),
        ("2026-02-28", "2025-08-31", ("25000.00", "0.00", None, True)),
        ("2026-01-31", "2020-01-01", ("25000.00", "0.00", None, True)),
    ],
)
def test_the_six_months_end_on_the_day_of_the_sixth_month(centre, on, sealed_on, expected):
    decision = leaving(centre, on, unit_sealed_on=sealed_on, **BOTH)

    assert paid(decision) == expected


@pytest.mark.parametrize("centre", WITHOUT_DATE)
@pytest.mark.parametrize("sealed_on", [None, "2020-01-01"])
def test_where_the_text_sets_no_date_money_from_a_unit_stays_without_one(centre, sealed_on):
    decision = leaving(centre, unit_sealed_on=sealed_on, **BOTH)

    assert decision.outcome is Outcome.APPROVED
    assert paid(decision) == ("18000.00", "7000.00", None, False)
    assert warnings(decision) == {"unit_part_reading"}


@pytest.mark.parametrize("centre", CENTRES)
def test_who_has_money_from_a_unit_alone_gets_nothing_now(centre):
    now, later, _, closes = paid(leaving(centre, **UNIT_ONLY))

    assert (now, later, closes) == ("0.00", "7000.00", False)


@pytest.mark.parametrize(
    ("centre", "closes"),
    [("liaoning", False), ("kashgar", True), ("yantai", True), ("bazhong", True)],
)
def test_in_liaoning_a_converted_account_closes_only_after_its_sealed_months(centre, closes):
    decision = leaving(centre, converted_from_unit=True)

    assert paid(decision) == ("18000.00", "0.00", None, closes)


def test_a_converted_account_in_liaoning_closes_once_sealed_for_six_months():
    sealed = {"converted_from_unit": True, "unit_sealed_on": "2025-07-31"}

    assert paid(leaving("liaoning", "2026-01-30", **sealed))[3] is False
    assert paid(leaving("liaoning", "2026-01-31", **sealed))[3] is True


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize(
    ("obstacle", "code"),
    [
        ({"open_loan": True}, "open_loan_blocks"),
        ({"frozen": True}, "is_frozen"),
        ({"banned_until": "2026-01-31"}, "banned"),
    ],
)
@pytest.mark.parametrize("money", [{}, BOTH])
def test_a_loan_a_freeze_or_a_ban_refuses_everywhere_and_pays_nothing(
    centre, obstacle, code, money
):
    decision = leaving(centre, **obstacle, **money)

    assert refusals(decision) == [code]
    assert paid(decision) == NOTHING


@pytest.mark.parametrize("centre", CENTRES)
def test_the_day_after_a_ban_the_member_may_leave(centre):
    assert leaving(centre, banned_until="2026-01-30").outcome is Outcome.APPROVED


@pytest.mark.parametrize("centre", CENTRES)
def test_a_guarantee_blocks_in_liaoning_and_kashgar_and_warns_elsewhere(centre):
    decision = leaving(centre, guarantee=True)

    if centre in WITH_DATE:
        assert refusals(decision) == ["guarantee_blocks"]
        assert paid(decision) == NOTHING
    else:
        assert decision.outcome is Outcome.APPROVED
        assert warnings(decision) == {"stands_as_guarantor"}
        assert paid(decision) == ("18000.00", "0.00", None, True)


@pytest.mark.parametrize("centre", CENTRES)
def test_a_pending_application_blocks_in_lianyungang_and_yantai(centre):
    decision = leaving(centre, loan_applied=True)

    if centre in ("lianyungang", "yantai"):
        assert refusals(decision) == ["loan_applied"]
        assert paid(decision) == NOTHING
    else:
        assert decision.outcome is Outcome.APPROVED


def test_every_obstacle_is_listed_in_the_order_of_the_clauses():
    decision = leaving(
        "yantai", open_loan=True, loan_applied=True, guarantee=True, frozen=True,
        banned_until="2030-01-01",
    )  # fmt: skip

    assert refusals(decision) == ["open_loan_blocks", "loan_applied", "is_frozen", "banned"]


@pytest.mark.parametrize("centre", CENTRES)
def test_an_empty_account_may_be_left_too(centre):
    nothing = {"FLEX": "0.00", "UNIT": "0.00"}

    assert paid(leaving(centre, balance_by_origin=nothing)) == ("0.00", "0.00", None, True)


@pytest.mark.parametrize(
    ("centre", "first_day"),
    [("bazhong", "2024-07-01"), ("lianyungang", "2023-08-31"), ("yantai", "2025-01-22")],
)
def test_before_the_text_is_in_force_nobody_leaves_by_it(centre, first_day):
    day_before = dt.date.fromisoformat(first_day) - dt.timedelta(days=1)

    early = leaving(centre, day_before.isoformat(), open_loan=True)

    assert early.outcome is Outcome.NEEDS_REVIEW
    assert early.result.payable_now_fen is None
    assert early.result.account_closes is None
    assert leaving(centre, first_day).outcome is Outcome.APPROVED


@pytest.mark.parametrize(
    "changes",
    [
        {"balance_by_origin": {"FLEX": "1.00"}},
        {"balance_by_origin": {"FLEX": "1.00", "UNIT": "1.00", "OTHER": "1.00"}},
        {"balance_by_origin": {"FLEX": "-1.00", "UNIT": "1.00"}},
        {"balance_by_origin": None},
        {"open_loan": None},
        {"guarantee": "false"},
        {"converted_from_unit": None},
        {"unit_sealed_on": "2026-02-30"},
        {"reason": "moves"},
    ],
)
def test_unclear_facts_are_bad_requests(changes):
    with pytest.raises(BadFacts):
        ExitFacts.from_wire({**LEAVES, **changes})
