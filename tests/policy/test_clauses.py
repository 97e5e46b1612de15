"""No clause of the five texts is lost: each lives in a parameter, or says why it is no rule."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from policy.loader import Packs, load_packs, read_yaml

INDEX = Path(__file__).resolve().parents[2] / "docs" / "clauses.yaml"
TEXTS = (
    "bazhong-draft",
    "liaoning-notice-draft",
    "lianyungang-2023-42",
    "yantai-2025-6",
    "kashgar-interpretation",
)


@cache
def index() -> dict[str, dict[str, dict[str, Any]]]:
    page: dict[str, dict[str, dict[str, Any]]] = read_yaml(INDEX)
    return page


@pytest.fixture(scope="module")
def packs() -> Packs:
    return load_packs()


@pytest.fixture(scope="module")
def citing_keys(packs: Packs) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for value in packs.values:
        for citation in value.citations:
            found.setdefault((citation.source, citation.clause), set()).add(value.key)
    return found


def test_the_index_holds_the_five_texts_and_nothing_else() -> None:
    assert tuple(index()) == TEXTS


@pytest.mark.parametrize("text", TEXTS)
def test_index_and_sources_know_the_same_clauses_by_the_same_gist(text: str, packs: Packs) -> None:
    gists = {clause: entry["gist"] for clause, entry in index()[text].items()}

    assert gists == packs.sources[text].clauses


@pytest.mark.parametrize("text", TEXTS)
def test_every_clause_lives_somewhere_or_says_why_it_is_no_rule(text: str) -> None:
    for clause, entry in index()[text].items():
        assert set(entry) <= {"gist", "lives", "no_rule", "note"}, clause
        assert bool(entry.get("lives")) != bool(entry.get("no_rule")), clause


@pytest.mark.parametrize("text", TEXTS)
def test_a_clause_lives_exactly_where_it_is_cited(
    text: str, citing_keys: dict[tuple[str, str], set[str]]
) -> None:
    lives = {clause: entry.get("lives", []) for clause, entry in index()[text].items()}

    assert lives == {clause: sorted(citing_keys.get((text, clause), ())) for clause in lives}


def test_every_citation_leads_to_a_clause_with_a_gist(packs: Packs) -> None:
    for value in packs.values:
        for citation in value.citations:
            assert packs.sources[citation.source].clauses[citation.clause], str(citation)
