"""`exit`, `dormancy` and `deadline` in every centre."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.wire import BadFacts
from tests.calculators.asking import ABSENT, CENTRES, ask
from tests.contract import oracle_members
from tests.contract.asking import request

WAITING = {"liaoning", "kashgar"}


def asked(centre, *, flex="20000.00", unit="5000.00", on="2026-01-31", **changes):
    facts = {
        "balance_by_origin": {"FLEX": flex, "UNIT": unit},
        "open_loan": False,
        "loan_applied": False,
        "guarantee": False,
        "frozen": False,
        "converted_from_unit": False,
    } | changes
    facts = {key: value for key, value in facts.items() if value is not ABSENT}
    return request("exit", facts, centre=centre, on=on)


def outcome(*args, **changes):
    return ask("exit", asked(*args, **changes))["outcome"]


@pytest.mark.parametrize("centre", CENTRES)
def test_flexible_money_alone_is_paid_and_the_account_closes(centre):
    answer = ask("exit", asked(centre, unit="0.00"))

    assert answer["outcome"] == "APPROVED"
    assert answer["results"] == {
        "payable_now": "20000.00",
        "payable_later": "0.00",
        "payable_later_on": None,
        "account_closes": True,
    }


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize(
    ("sealed_on", "later_on"),
    [
        (ABSENT, "2026-07-31"),
        (None, "2026-07-31"),
        ("2025-08-01", "2026-02-01"),
        ("2025-07-31", None),
        ("2025-07-30", None),
        ("2020-01-01", None),
    ],
)
def test_unit_money_waits_six_months_after_its_seal(centre, sealed_on, later_on):
    found = ask("exit", asked(centre, unit_sealed_on=sealed_on, converted_from_unit=True))

    if centre in WAITING and later_on is None:
        now, later, day, closes = "25000.00", "0.00", None, True
    elif centre in WAITING:
        now, later, day, closes = "20000.00", "5000.00", later_on, False
    else:
        now, later, day, closes = "20000.00", "5000.00", None, False
    assert found["outcome"] == "APPROVED"
    assert list(found["results"].values()) == [now, later, day, closes]


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize(
    ("changes", "blocking"),
    [
        ({"open_loan": True}, set(CENTRES)),
        ({"frozen": True}, set(CENTRES)),
        ({"banned_until": "2026-01-31"}, set(CENTRES)),
        ({"banned_until": "2026-01-30"}, set()),
        ({"guarantee": True}, {"liaoning", "kashgar"}),
        ({"loan_applied": True}, {"lianyungang", "yantai"}),
    ],
)
def test_what_blocks_an_exit(centre, changes, blocking):
    answer = ask("exit", asked(centre, unit="0.00", **changes))

    assert answer["outcome"] == ("REFUSED" if centre in blocking else "APPROVED")
    if "guarantee" in changes and centre not in blocking:
        assert answer["warnings"]
    if centre in blocking:
        assert answer["results"]["account_closes"] is False
        assert answer["results"]["payable_now"] == "0.00"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"balance_by_origin": {"FLEX": "1.00"}}, "facts.balance_by_origin.UNIT"),
        ({"open_loan": None}, "facts.open_loan"),
        ({"guarantee": ABSENT}, "facts.guarantee"),
        ({"converted_from_unit": "yes"}, "facts.converted_from_unit"),
        ({"unit_sealed_on": "2025-7-31"}, "facts.unit_sealed_on"),
        ({"note": ""}, "facts.note"),
    ],
)
def test_a_bad_exit_request_names_its_path(changes, path):
    with pytest.raises(BadFacts) as refused:
        ask("exit", asked("kashgar", **changes))

    assert refused.value.path == path


# --- dormancy ------------------------------------------------------------------------------------


def dormant(centre, *, on="2026-02-01", **changes):
    facts = {
        "opened_on": "2024-08-15",
        "mode": "MONTHLY",
        "last_covered_month": "2025-07",
        "balance": "0.00",
        "open_loan": False,
        "pending_business": False,
    } | changes
    return request("dormancy", facts, centre=centre, on=on)


CLOSES, SEALS = {"liaoning", "yantai"}, {"yantai"}


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize(
    ("on", "last", "months"),
    [
        ("2026-01-31", "2025-07", 5),
        ("2026-02-01", "2025-07", 6),
        ("2026-02-28", "2025-07", 6),
        ("2026-03-01", "2025-07", 7),
        ("2026-02-01", None, 17),
        ("2026-02-01", "2026-06", 0),
    ],
)
def test_six_full_months_close_an_empty_account_and_seal_another(centre, on, last, months):
    due = months >= 6
    empty = ask("dormancy", dormant(centre, on=on, last_covered_month=last))["results"]
    other = ask("dormancy", dormant(centre, on=on, last_covered_month=last, balance="0.01"))

    assert empty == {
        "action": "CLOSE" if due and centre in CLOSES else "KEEP",
        "months_uncovered": months,
    }
    assert other["results"] == {
        "action": "SEAL" if due and centre in SEALS else "KEEP",
        "months_uncovered": months,
    }


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("change", [{"open_loan": True}, {"pending_business": True}])
def test_what_is_due_to_close_but_open_elsewhere_is_an_alert(centre, change):
    found = ask("dormancy", dormant(centre, **change))["results"]

    assert found["action"] == ("ALERT" if centre in CLOSES else "KEEP")


@settings(max_examples=100, deadline=None)
@given(
    st.dates(dt.date(2025, 2, 1), dt.date(2030, 12, 31)),
    st.none() | st.integers(-30, 12),
    st.booleans(),
)
def test_dormancy_in_yantai_is_what_a_second_reading_finds(on, ahead, empty):
    opened = dt.date(2024, 8, 15)
    last = None if ahead is None else max(oracle_members.number(on) + ahead, 2024 * 12 + 7)
    body = dormant(
        "yantai", on=str(on), balance="0.00" if empty else "12.00",
        last_covered_month=None if last is None else oracle_members.printed(last),
    )  # fmt: skip

    found = ask("dormancy", body)["results"]

    months = oracle_members.full_months_without(
        on, oracle_members.number(opened) if last is None else last
    )
    action = "KEEP" if months < 6 else "CLOSE" if empty else "SEAL"
    assert found == {"action": action, "months_uncovered": months}


# --- deadline ------------------------------------------------------------------------------------


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize(
    ("kind", "accepted_on", "due_on"),
    [
        ("WITHDRAWAL", "2026-01-30", "2026-02-04"),
        ("WITHDRAWAL", "2026-02-13", "2026-02-25"),
        ("BALANCE_DISPUTE", "2026-01-30", "2026-02-06"),
        ("LOAN", "2026-09-19", "2026-10-15"),
        ("LOAN", "2026-09-20", "2026-10-10"),
        ("WITHDRAWAL", "2019-03-29", "2019-04-03"),
        ("LOAN", "2019-03-29", "2019-04-22"),
    ],
)
def test_a_clock_counts_published_working_days(centre, kind, accepted_on, due_on):
    body = request("deadline", {"kind": kind, "accepted_on": accepted_on}, centre=centre)

    answer = ask("deadline", body)

    assert answer["outcome"] == "APPROVED"
    assert answer["results"] == {"due_on": due_on}


def test_a_year_without_a_calendar_uses_weekends_and_warns():
    body = request("deadline", {"kind": "WITHDRAWAL", "accepted_on": "2026-12-31"})

    answer = ask("deadline", body)

    assert answer["results"] == {"due_on": "2027-01-05"}
    assert answer["warnings"]


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([("WITHDRAWAL", 3), ("LOAN", 10), ("BALANCE_DISPUTE", 5)]),
    st.dates(dt.date(2030, 1, 1), dt.date(2090, 1, 1)),
)
def test_a_far_clock_is_what_a_second_reading_finds(clock, accepted_on):
    kind, count = clock
    body = request("deadline", {"kind": kind, "accepted_on": str(accepted_on)})

    found = ask("deadline", body)["results"]["due_on"]

    assert found == str(oracle_members.working_days_on(accepted_on, count))
