"""A city is added by pages alone: the walk of docs/add-a-city.md, taken by an invented centre."""

import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from accounts.facts import DormancyFacts, EligibilityFacts
from accounts.rules import decide_dormancy, decide_eligibility
from policy.decisions import Outcome
from policy.loader import PACKS, Packs, load_packs
from policy.values import BadValue
from subsidies.facts import SubsidyFacts
from subsidies.rules import decide_subsidy

SIXTH = Path(__file__).parent / "sixth_city"
ON = dt.date(2025, 7, 1)


@pytest.fixture(scope="module")
def packs() -> Packs:
    return load_packs((PACKS, SIXTH))


def test_the_sixth_centre_stands_beside_the_five(packs: Packs) -> None:
    assert set(packs.chains) == set(load_packs().chains) | {"sixth"}


def test_the_sixth_centre_reads_its_own_values_and_those_of_the_nation(packs: Packs) -> None:
    book = packs.book("sixth", ON)

    assert book.in_force
    assert book.fen("contribution.monthly_maximum") == 480_000
    assert book.rate("subsidy.annual_rate") == Fraction(8, 1000)
    assert book.rate("interest.deposit_rate") == Fraction(15, 1000)
    assert book.choice("subsidy.reading") == "FULL_YEAR"


def test_the_sixth_centre_decides_nothing_before_its_first_day(packs: Packs) -> None:
    assert not packs.book("sixth", ON - dt.timedelta(days=1)).in_force


def test_the_five_centres_read_the_same_with_and_without_the_sixth(packs: Packs) -> None:
    own = [value for value in packs.values if value.jurisdiction != "sixth"]

    assert own == list(load_packs().values)


def test_the_sixth_centre_forgets_no_key(packs: Packs) -> None:
    pages = [value for value in packs.values if value.jurisdiction in packs.chains["sixth"]]
    spoken = {value.key for value in pages if value.in_force(ON)}

    assert [
        key
        for key, parameter in packs.catalogue.items()
        if key not in spoken and parameter.if_silent is None
    ] == []


@pytest.mark.parametrize(
    ("birth_date", "document_type", "outcome"),
    [
        ("2007-07-01", "RESIDENT_ID", Outcome.APPROVED),
        ("2007-07-02", "RESIDENT_ID", Outcome.REFUSED),
        ("2000-01-01", "HMT_RESIDENCE_PERMIT", Outcome.APPROVED),
        ("2000-01-01", "FOREIGN_PERMANENT_RESIDENT_ID", Outcome.NEEDS_REVIEW),
    ],
)
def test_people_join_by_the_age_and_documents_of_the_new_pages(
    packs: Packs, birth_date: str, document_type: str, outcome: Outcome
) -> None:
    facts = EligibilityFacts.from_wire(
        {
            "birth_date": birth_date,
            "sex": "F",
            "document_type": document_type,
            "full_capacity": True,
            "has_open_account": False,
            "platform_checked": True,
        }
    )

    assert decide_eligibility(facts, packs.book("sixth", ON)).outcome is outcome


@pytest.mark.parametrize(
    ("stored_on", "subsidy_fen"), [("2025-12-30", 8_000), ("2026-01-10", 0), ("2025-07-01", 8_000)]
)
def test_money_earns_after_the_storage_time_of_the_new_pages(
    packs: Packs, stored_on: str, subsidy_fen: int
) -> None:
    facts = SubsidyFacts.from_wire(
        {
            "settled_on": "2026-06-30",
            "opened_on": "2025-07-01",
            "mode": "FREE",
            "first_time": True,
            "movements": [
                {"date": stored_on, "amount": "10000.00", "origin": "FLEX", "covers": []}
            ],
            "events": [],
            "credited_before": "0.00",
            "credits_before": 0,
        }
    )

    decision = decide_subsidy(facts, packs.book("sixth", dt.date(2026, 6, 30)))

    assert decision.outcome is Outcome.APPROVED
    assert decision.result.subsidy_fen == subsidy_fen


@pytest.mark.parametrize(("on", "action"), [("2026-04-30", "KEEP"), ("2026-05-01", "CLOSE")])
def test_an_idle_account_closes_after_the_nine_months_of_the_new_pages(
    packs: Packs, on: str, action: str
) -> None:
    facts = DormancyFacts.from_wire(
        {
            "opened_on": "2025-07-01",
            "mode": "MONTHLY",
            "balance": "0.00",
            "open_loan": False,
            "pending_business": False,
        }
    )
    book = packs.book("sixth", dt.date.fromisoformat(on))

    assert decide_dormancy(facts, book).result.action == action


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({"from": "2025-07-01", "value": "150.00"}, "needs a clause"),
        ({"from": "2025-07-01", "value": "150.00", "assumed": True}, "needs its reason"),
        ({"from": "2025-07-01", "value": 150.0, "cite": ["sixth-2025-1#4"]}, "not a yuan"),
        ({"from": "2025-07-01", "value": "1,500", "cite": ["sixth-2025-1#4"]}, "not a yuan"),
        ({"value": "150.00", "cite": ["sixth-2025-1#4"]}, "has no date"),
        ({"from": "2025-07-01", "value": "150.00", "cite": ["sixth-2025-1#99"]}, "no sources.yaml"),
        ({"from": "2025-06-30", "value": "150.00", "cite": ["sixth-2025-1#4"]}, "in force"),
        ({"from": "2025-07-01", "value": "150.00", "clause": "4"}, "unknown field"),
    ],
)
def test_a_faulty_page_is_refused_by_its_key(
    tmp_path: Path, entry: dict[str, object], problem: str
) -> None:
    folder = tmp_path / "sixth"
    folder.mkdir()
    (tmp_path / "centres.yaml").write_text("sixth: {chain: [sixth, cn]}\n", encoding="utf-8")
    for name in ("sources.yaml", "policy.yaml"):
        (folder / name).write_bytes((SIXTH / "sixth" / name).read_bytes())
    page = yaml.safe_dump({"monthly_minimum": [entry]}, allow_unicode=True)
    (folder / "contribution.yaml").write_text(page, encoding="utf-8")

    with pytest.raises(BadValue, match=problem) as fault:
        load_packs((PACKS, tmp_path))

    assert fault.value.key == "contribution.monthly_minimum"
