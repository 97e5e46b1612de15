"""`subsidy` in every centre, from the words of the texts."""

import pytest

from kernel.wire import BadFacts
from tests.calculators.asking import ABSENT, ask
from tests.contract.asking import codes, results
from tests.contract.subsidies import asked, event, monthly, paid

YEAR_OF_COVER = [f"{2025 + (number > 12)}-{(number - 1) % 12 + 1:02d}" for number in range(7, 19)]
KASHGAR_LUMP = [paid("2025-07-01", "71400.00", covers=YEAR_OF_COVER)]
KASHGAR_SEED = monthly("2025-07", 6, "2000.00") + monthly("2026-01", 6, "3000.00")
YANTAI = monthly("2025-02", 41)
LYG = [
    paid("2024-01-15", "50000.00"),
    paid("2024-09-01", "30000.00", origin="TRANSFER_IN"),
]
B = "AFTER_ANNIVERSARY"


@pytest.mark.parametrize(
    ("movements", "day_count", "subsidy"),
    [
        (KASHGAR_LUMP, None, "356.01"),
        (KASHGAR_LUMP, "ACT/365", "356.02"),
        (KASHGAR_LUMP, "ACT/360", "360.97"),
        (monthly("2025-07", 12, "500.00", 20), None, "14.58"),
        (monthly("2025-07", 12, "500.00", 20), "ACT/365", "14.55"),
        (monthly("2025-07", 12, "5950.00", 1), None, "192.38"),
        (monthly("2025-07", 12, "5950.00", 1), "ACT/365", "191.70"),
        (KASHGAR_SEED, None, "69.58"),
        (KASHGAR_SEED, "ACT/365", "69.36"),
    ],
)
def test_kashgar_pays_what_the_text_and_its_arithmetic_say(movements, day_count, subsidy):
    answer = ask("subsidy", asked("kashgar", "2026-06-30", movements, day_count=day_count))

    assert answer["outcome"] == "APPROVED"
    assert answer["results"]["subsidy"] == subsidy
    assert answer["results"]["stopped"] is False
    assert answer["results"]["remaining_cap"] is None


@pytest.mark.parametrize(
    ("settled_on", "until", "reading", "subsidy", "base"),
    [
        ("2025-06-30", 5, None, "0.00", "0.00"),
        ("2026-06-30", 17, None, "60.00", "5000.00"),
        ("2026-06-30", 17, B, "13.33", "5000.00"),
        ("2027-06-30", 29, None, "204.00", "17000.00"),
        ("2027-06-30", 29, B, "134.00", "17000.00"),
        ("2028-06-30", 41, None, "348.00", "29000.00"),
        ("2028-06-30", 41, B, "278.00", "29000.00"),
    ],
)
def test_yantai_pays_on_money_that_is_a_year_old(settled_on, until, reading, subsidy, base):
    answer = ask("subsidy", asked("yantai", settled_on, YANTAI[:until], reading=reading))

    assert answer["outcome"] == "APPROVED"
    assert answer["results"] == {
        "subsidy": subsidy, "base": base, "stopped": False, "remaining_cap": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("settled_on", "reading", "subsidy"),
    [
        ("2024-06-30", None, "0.00"),
        ("2025-06-30", None, "600.00"),
        ("2025-06-30", B, "275.00"),
        ("2026-06-30", None, "960.00"),
        ("2026-06-30", B, "899.00"),
    ],
)
def test_lianyungang_pays_on_own_and_transferred_money(settled_on, reading, subsidy):
    body = asked(
        "lianyungang", settled_on, [one for one in LYG if one["date"] <= settled_on],
        reading=reading, annual_rate="1.20",
    )  # fmt: skip

    assert ask("subsidy", body)["outcome"] == "APPROVED"
    assert results("subsidy", body)["subsidy"] == subsidy


@pytest.mark.parametrize(("reading", "subsidy"), [(None, "680.00"), (B, "619.00")])
def test_lianyungang_pays_to_the_day_the_loan_is_disbursed_and_then_never_again(reading, subsidy):
    body = asked(
        "lianyungang", "2026-06-30", LYG, reading=reading, annual_rate="1.20",
        events=event("2026-03-15", "LOAN_DISBURSED"),
    )  # fmt: skip
    answer = ask("subsidy", body)

    assert answer["results"]["subsidy"] == subsidy
    assert answer["results"]["stopped"] is True

    body["facts"] |= {"settled_on": "2027-06-30"}
    answer = ask("subsidy", body | {"on": "2027-06-30"})
    assert (answer["outcome"], answer["results"]["subsidy"]) == ("REFUSED", "0.00")
    assert answer["results"]["stopped"] is True


@pytest.mark.parametrize(
    ("credited", "outcome", "subsidy", "remaining"),
    [
        ("0.00", "APPROVED", "960.00", "9040.00"),
        ("9040.00", "APPROVED", "960.00", "0.00"),
        ("9040.01", "APPROVED", "959.99", "0.00"),
        ("9800.00", "APPROVED", "200.00", "0.00"),
        ("9999.99", "APPROVED", "0.01", "0.00"),
        ("10000.00", "REFUSED", "0.00", "0.00"),
    ],
)
def test_lianyungang_never_credits_more_than_ten_thousand(credited, outcome, subsidy, remaining):
    body = asked(
        "lianyungang", "2026-06-30", LYG, annual_rate="1.20", credited_before=credited,
        credits_before=2,
    )  # fmt: skip
    answer = ask("subsidy", body)

    assert answer["outcome"] == outcome
    assert answer["results"]["subsidy"] == subsidy
    assert answer["results"]["remaining_cap"] == remaining
    assert answer["results"]["stopped"] is (remaining == "0.00")


def test_the_rate_of_lianyungang_is_the_bottom_of_its_range_and_says_so():
    answer = ask("subsidy", asked("lianyungang", "2026-06-30", LYG))

    assert answer["results"]["subsidy"] == "800.00"
    assert {"subsidy.annual_rate": True}.items() <= {
        one["key"]: one["assumed"] for one in answer["parameters"]
    }.items()


@pytest.mark.parametrize(
    ("kind", "subsidy"),
    [
        ("WITHDRAWAL", "800.00"),
        ("LOAN_APPLIED", "800.00"),
        ("ARREARS", "800.00"),
        ("SEALED", "800.00"),
        ("VOLUNTARY_WITHDRAWAL", "0.00"),
        ("EXIT", "0.00"),
    ],
)
def test_what_stops_lianyungang(kind, subsidy):
    answer = ask(
        "subsidy", asked("lianyungang", "2026-06-30", LYG, events=event("2026-01-05", kind))
    )

    stopped = subsidy == "0.00"
    assert answer["results"]["subsidy"] == subsidy
    assert answer["results"]["stopped"] is stopped
    assert (answer["outcome"] == "REFUSED") is stopped


@pytest.mark.parametrize(
    "kind",
    [
        "WITHDRAWAL", "VOLUNTARY_WITHDRAWAL", "LOAN_APPLIED", "LOAN_DISBURSED", "ARREARS",
        "SEALED", "EXIT",
    ],
)  # fmt: skip
@pytest.mark.parametrize("day", ["2025-03-01", "2025-07-01", "2026-06-30"])
def test_anything_stops_yantai_for_ever(kind, day):
    answer = ask("subsidy", asked("yantai", "2026-06-30", YANTAI[:17], events=event(day, kind)))

    assert answer["outcome"] == "REFUSED"
    assert answer["results"]["subsidy"] == "0.00"
    assert answer["results"]["stopped"] is True


@pytest.mark.parametrize(
    ("kind", "stops"),
    [
        ("WITHDRAWAL", True), ("VOLUNTARY_WITHDRAWAL", True), ("LOAN_DISBURSED", True),
        ("EXIT", True), ("LOAN_APPLIED", False), ("ARREARS", False), ("SEALED", False),
    ],
)  # fmt: skip
def test_what_stops_kashgar(kind, stops):
    answer = ask(
        "subsidy", asked("kashgar", "2026-06-30", KASHGAR_SEED, events=event("2026-02-01", kind))
    )

    assert answer["results"]["subsidy"] == ("0.00" if stops else "69.58")
    assert (answer["outcome"] == "REFUSED") is stops
    assert answer["results"]["stopped"] is stops


@pytest.mark.parametrize(
    ("changes", "stopped"),
    [
        ({"first_time": False}, None),
        ({"mode": "QUARTERLY"}, None),
        ({"movements": monthly("2025-02", 17, skip={5})}, True),
        ({"credits_before": 5, "credited_before": "2000.00"}, True),
    ],
)
def test_who_gets_nothing_in_yantai(changes, stopped):
    answer = ask("subsidy", asked("yantai", "2026-06-30", YANTAI[:17], **changes))

    assert answer["outcome"] == "REFUSED"
    assert answer["results"]["subsidy"] == "0.00"
    if stopped is not None:
        assert answer["results"]["stopped"] is stopped


@pytest.mark.parametrize(("credits", "outcome"), [(3, "APPROVED"), (4, "APPROVED"), (5, "REFUSED")])
def test_yantai_credits_at_most_five_years(credits, outcome):
    body = asked("yantai", "2026-06-30", YANTAI[:17], credits_before=credits)

    assert ask("subsidy", body)["outcome"] == outcome


def test_unit_and_transferred_money_earns_nothing_in_yantai_and_kashgar():
    for centre, movements in [("yantai", YANTAI[:17]), ("kashgar", KASHGAR_SEED)]:
        extra = [
            paid(movements[0]["date"], "9999.00", origin=origin)
            for origin in ("UNIT", "TRANSFER_IN", "INTEREST", "SUBSIDY")
        ]
        alone = results("subsidy", asked(centre, "2026-06-30", movements))
        together = asked(centre, "2026-06-30", sorted(movements + extra, key=lambda m: m["date"]))
        assert results("subsidy", together) == alone


@pytest.mark.parametrize(
    ("movements", "outcome"),
    [
        (monthly("2025-07", 12), "APPROVED"),
        (monthly("2025-08", 11), "REFUSED"),
        (monthly("2024-07", 24, skip={3, 15}), "REFUSED"),
        (monthly("2024-07", 24, skip={3, 16}), "APPROVED"),
        (monthly("2024-07", 24, skip={12, 14}), "APPROVED"),
    ],
)
def test_kashgar_asks_for_twelve_covered_months_in_a_row_at_any_time(movements, outcome):
    answer = ask("subsidy", asked("kashgar", "2026-06-30", movements))

    assert answer["outcome"] == outcome
    assert answer["results"]["stopped"] is False


def test_negative_movements_consume_the_newest_money_first():
    movements = [*LYG, paid("2025-02-01", "-40000.00", covers=[])]

    found = results("subsidy", asked("lianyungang", "2026-06-30", movements))

    assert (found["base"], found["subsidy"]) == ("40000.00", "400.00")


def test_liaoning_has_no_scheme():
    answer = ask("subsidy", asked("liaoning", "2026-06-30", YANTAI[:17]))

    assert (answer["outcome"], answer["results"]["subsidy"]) == ("REFUSED", "0.00")
    assert "no_scheme" in codes(answer, False)


def test_bazhong_is_a_question_of_rate_and_age():
    answer = ask("subsidy", asked("bazhong", "2026-06-30", YANTAI[:17]))

    assert answer["outcome"] == "NEEDS_REVIEW"
    assert answer["results"]["subsidy"] is None


@pytest.mark.parametrize(
    ("day", "subsidy"), [("2025-06-29", "10.00"), ("2025-06-30", "10.00"), ("2025-07-01", "0.00")]
)
def test_a_year_is_full_on_its_anniversary(day, subsidy):
    body = asked("lianyungang", "2026-06-30", [paid(day, "1000.00")])

    assert results("subsidy", body)["subsidy"] == subsidy
    assert ask("subsidy", body)["outcome"] == "APPROVED"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"settled_on": "2026-06-31"}, "facts.settled_on"),
        ({"mode": "WEEKLY"}, "facts.mode"),
        ({"first_time": 1}, "facts.first_time"),
        ({"first_time": ABSENT}, "facts.first_time"),
        ({"credits_before": -1}, "facts.credits_before"),
        ({"credits_before": "0"}, "facts.credits_before"),
        ({"credited_before": "-1.00"}, "facts.credited_before"),
        ({"reading": "C"}, "facts.reading"),
        ({"movements": [paid("2025-01-01", "1.00") | {"origin": "OWN"}]}, "facts.movements[0].o"),
        ({"movements": [paid("2025-01-01", "1.00", covers=["2025-13"])]}, "facts.movements[0].c"),
        ({"events": [{"date": "2025-01-01", "kind": "DEATH"}]}, "facts.events[0].kind"),
        ({"events": None}, "facts.events"),
    ],
)
def test_a_bad_request_names_its_path(changes, path):
    with pytest.raises(BadFacts) as refused:
        ask("subsidy", asked("yantai", "2026-06-30", YANTAI[:17], **changes))

    assert refused.value.path.startswith(path)
