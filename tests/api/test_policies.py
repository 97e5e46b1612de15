"""Centres and values of the law over HTTP, for whoever is signed in."""

import datetime as dt

import pytest

from fundcenter.calculators.examples import ON
from policy.loader import load_catalogue
from policy.queries import open_book


@pytest.mark.parametrize("place", ["/api/v1/centres/", "/api/v1/policies/"])
def test_a_stranger_reads_nothing(law, client, place):
    answer = client.get(place)

    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"


def test_a_centre_names_its_chain_of_jurisdictions(signed_in):
    page = signed_in.get("/api/v1/centres/").json()

    assert page["results"] == [
        {
            "code": "kashgar",
            "name": "喀什地区住房公积金管理中心",
            "short_name": "喀什",
            "jurisdictions": ["kashgar", "cn"],
        }
    ]


def rows(client, query: str) -> list[dict]:
    """Follow the cursor to the last page."""
    found, place = [], f"/api/v1/policies/{query}"
    while place:
        page = client.get(place).json()
        found += page["results"]
        place = page["next"]
    return found


def test_a_value_comes_with_its_clause(signed_in):
    (cap,) = rows(signed_in, f"?centre=kashgar&on={ON}&key=loan.cap")

    assert cap["value"] == "700000.00"
    assert cap["citations"] == [{"source": "kashgar-interpretation", "clause": "四"}]
    assert (cap["jurisdiction"], cap["unit"], cap["assumed"]) == ("kashgar", "yuan", False)


@pytest.mark.parametrize("code", ["kashgar", "yantai", "liaoning"])
def test_centre_and_day_give_what_the_policy_book_says(signed_in, code):
    book = open_book(code, dt.date.fromisoformat(ON))
    for key in load_catalogue():
        book.find(key)
    said = {value.key: value for value in book.opened if value.jurisdiction != "silent"}

    listed = {row["key"]: row for row in rows(signed_in, f"?centre={code}&on={ON}")}

    assert set(listed) == set(said)
    for key, row in listed.items():
        assert row["value"] == said[key].printed, key
        assert row["jurisdiction"] == said[key].jurisdiction, key


def test_a_key_shows_its_history(signed_in):
    days = [
        row["effective_from"] for row in rows(signed_in, "?centre=kashgar&key=deadline.loan_days")
    ]

    assert len(days) == 2
    assert days[1] == "2026-09-20"


def test_a_subject_is_a_part_of_the_catalogue(signed_in):
    found = {row["key"] for row in rows(signed_in, "?subject=loan_rate")}

    assert found
    assert all(key.startswith("loan_rate.") for key in found)


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("?centre=beijing", "centre"),
        ("?on=2026-02-30", "on"),
        ("?on=２０２６-01-01", "on"),
        ("?centre=kashgar&on=yesterday", "on"),
        ("?ordering=proposal__made_by__password", "ordering"),
        ("?jurisdiction=cn", "jurisdiction"),
        ("?key=loan.cap&key=loan.price_share", "key"),
    ],
)
def test_a_bad_query_names_its_parameter(signed_in, query, path):
    answer = signed_in.get(f"/api/v1/policies/{query}")

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["path"] == path


def test_an_unknown_key_finds_nothing(signed_in):
    assert rows(signed_in, "?key=no.such") == []


def test_nobody_writes_here(signed_in):
    assert signed_in.post("/api/v1/policies/", {}, "application/json").status_code == 405
