"""A city is added by pages alone: the walk of docs/add-a-city.md, taken by an invented centre."""

import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from policy.loader import PACKS, Packs, load_packs
from policy.values import BadValue

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
