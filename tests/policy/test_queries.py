"""The law as others read it: books, single values, centres side by side, files."""

import datetime as dt

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from office.queries import UnknownCentre
from policy.loader import PACKS, load_catalogue, load_packs, parse_entry
from policy.queries import (
    PoliciesNotLoaded,
    compare_centres,
    export_pack,
    find_value,
    get_parameter,
    list_subjects,
    open_book,
)
from policy.services import approve_proposal
from tests.policy.conftest import TODAY

ON = dt.date(2026, 1, 31)
CENTRES = ["bazhong", "liaoning", "lianyungang", "yantai", "kashgar"]


def test_a_book_costs_one_small_query_once_the_law_is_known(law):
    open_book("kashgar", ON)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        open_book("kashgar", ON)
    assert len(queries) == 1


def test_each_book_remembers_only_what_was_read_in_it(law):
    first, other = open_book("kashgar", ON), open_book("kashgar", ON)
    first.get("contribution.monthly_maximum")
    assert [value.key for value in first.opened] == ["contribution.monthly_maximum"]
    assert other.opened == ()


def test_an_unknown_centre_is_refused_with_the_known_ones(law):
    with pytest.raises(UnknownCentre, match=r"atlantis.*kashgar"):
        open_book("atlantis", ON)


def test_without_a_law_there_is_no_book(db):
    with pytest.raises(PoliciesNotLoaded, match="load_policies"):
        open_book("kashgar", ON)


@pytest.mark.parametrize("centre", CENTRES)
def test_national_facts_need_no_pack_of_the_centre(law, centre):
    book = open_book(centre, dt.date(2017, 1, 1))
    assert not book.in_force
    assert book.get("interest.deposit_rate").printed == "1.50"


def test_an_unknown_parameter_is_named(db):
    with pytest.raises(LookupError, match=r"loan\.moon"):
        get_parameter("loan.moon")


def test_what_a_jurisdiction_itself_says_is_found_by_day(law):
    key = "contribution.monthly_maximum"
    assert find_value("kashgar", key, dt.date(2025, 6, 30)).assumed is False
    assert find_value("kashgar", key, dt.date(2025, 7, 1)).carried is True
    assert find_value("kashgar", key, dt.date(2024, 6, 30)) is None


@pytest.mark.parametrize(
    ("key", "centre", "on", "printed", "state"),
    [
        ("contribution.monthly_maximum", "kashgar", dt.date(2025, 6, 30), "5950.00", "SET"),
        ("contribution.monthly_maximum", "kashgar", dt.date(2025, 7, 1), "5950.00", "CARRIED"),
        ("contribution.monthly_maximum", "bazhong", ON, "6000.00", "ASSUMED"),
        ("loan.green_uplift", "kashgar", ON, None, "UNSET"),
        ("loan.cap", "kashgar", ON, "700000.00", "SET"),
        ("loan.cap", "kashgar", dt.date(2024, 6, 30), None, "UNSET"),
        ("calendar.year", "kashgar", dt.date(2030, 1, 1), None, "NONE"),
        ("eligibility.good_credit", "bazhong", ON, False, "SILENT"),
    ],
)
def test_side_by_side_each_centre_shows_what_it_says_and_how_sure_that_is(
    law, key, centre, on, printed, state
):
    (row,) = (row for row in compare_centres(on, centres=CENTRES) if row.parameter.key == key)
    (cell,) = (cell for cell in row.cells if cell.centre == centre)
    assert (cell.value.printed if cell.value else None, cell.state) == (printed, state)


def test_side_by_side_shows_every_parameter_and_centre(law):
    rows = compare_centres(ON, centres=CENTRES)
    assert [row.parameter.key for row in rows] == list(load_catalogue())
    assert {tuple(cell.centre for cell in row.cells) for row in rows} == {tuple(CENTRES)}


def test_side_by_side_gives_gist_and_history(law):
    (row,) = (
        row
        for row in compare_centres(ON, centres=["kashgar"], subject="contribution")
        if row.parameter.key == "contribution.monthly_maximum"
    )
    (cell,) = row.cells
    own = [value for value in cell.history if value.jurisdiction == "kashgar"]
    assert [value.effective_from.year for value in own] == [2024, 2025]
    assert all(gist for _, gist in cell.clauses)


def test_a_subject_narrows_the_comparison(law):
    rows = compare_centres(ON, subject="loan")
    assert {row.subject for row in rows} == {"loan"}


JURISDICTIONS = sorted({value.jurisdiction for value in load_packs((PACKS,)).values})


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_exported_pages_read_back_as_the_same_values(law, jurisdiction):
    packs, read = load_packs((PACKS,)), []
    for subject in list_subjects(jurisdiction):
        for name, entries in yaml.safe_load(export_pack(jurisdiction, subject)).items():
            parameter = packs.catalogue[f"{subject}.{name}"]
            read += [parse_entry(parameter, jurisdiction, entry) for entry in entries]
    wanted = [value for value in packs.values if value.jurisdiction == jurisdiction]
    assert set(read) == set(wanted)
    assert len(read) == len(wanted)


def test_an_export_holds_amendments_and_the_documents_they_cite(proposal, second):
    approve_proposal(proposal=proposal, by=second, digest=proposal.digest, business_date=TODAY)
    page = yaml.safe_load(export_pack("kashgar", "contribution"))
    assert page["monthly_maximum"][-1] == {
        "from": dt.date(2026, 8, 1),
        "value": "6100.00",
        "cite": [f"{proposal.number.lower()}#一"],
    }
    sources = yaml.safe_load(export_pack("kashgar", "sources"))
    assert sources[proposal.number.lower()]["clauses"] == {"一": "调整月缴存额上限"}


def test_exported_files_load_into_an_empty_database_as_the_same_law(law, tmp_path):
    for jurisdiction in JURISDICTIONS:
        call_command("export_policies", "--jurisdiction", jurisdiction, "--to", str(tmp_path))
    (tmp_path / "centres.yaml").write_text((PACKS / "centres.yaml").read_text("utf-8"), "utf-8")
    assert set(load_packs((tmp_path,)).values) == set(load_packs((PACKS,)).values)


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--jurisdiction", "mars"], "jurisdiction.*kashgar"),
        (["--jurisdiction", "kashgar", "--subject", "moon"], "subject.*loan"),
    ],
)
def test_the_export_exits_2_and_names_what_there_is(law, arguments, names):
    with pytest.raises(CommandError, match=names) as refused:
        call_command("export_policies", *arguments)
    assert refused.value.returncode == 2
