"""Files are the baseline; a database in use is the truth."""

import datetime as dt
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from office.models import Centre
from office.services import ensure_system_maker, open_day
from policy.loader import PACKS, load_packs
from policy.models import Clause, Edition, ParameterValue, Proposal
from policy.queries import get_edition, open_book
from policy.services import LoadReport, approve_proposal, load_policies, return_proposal
from policy.values import BadValue
from tests.policy.conftest import TODAY, make_centre, make_staff, write_packs

TOWN = {
    "centres.yaml": "town: {chain: [town, land]}\n",
    "town/sources.yaml": 'notice: {title: 通知, short: 通知, clauses: {"1": 缴存限额}}\n',
    "town/contribution.yaml": """
monthly_maximum:
  - {from: 2024-07-01, value: "5000.00", cite: [notice#1]}
monthly_minimum:
  - {from: 2024-07-01, value: "100.00", cite: [notice#1]}
""",
    "land/interest.yaml": """
day_count:
  - {from: 2016-02-21, value: 30/360, assumed: true, reason: 惯例}
""",
}
RAISED = TOWN["town/contribution.yaml"].replace("5000.00", "6000.00")
MAXIMUM = "contribution.monthly_maximum"


@pytest.fixture
def town(db: None, tmp_path: Path) -> Path:
    root = write_packs(tmp_path / "first", TOWN)
    load_policies(on=TODAY, roots=[root])
    return root


@pytest.fixture
def town_at_work(town: Path) -> Centre:
    centre = make_centre("town")
    open_day(centre=centre, date=TODAY, by=ensure_system_maker())
    return centre


def reload(tmp_path: Path, changes: dict[str, str], name: str = "second") -> LoadReport:
    return load_policies(on=TODAY, roots=[write_packs(tmp_path / name, TOWN | changes)])


def maximum(on: dt.date) -> str:
    return open_book("town", on).get(MAXIMUM).printed


def test_the_whole_baseline_arrives_and_reads_like_the_files(law):
    packs = load_packs((PACKS,))
    assert (law.added, law.unchanged, law.waiting) == (len(packs.values), 0, 0)
    for centre in packs.chains:
        for key in packs.catalogue:
            there = packs.book(centre, TODAY).find(key)
            assert open_book(centre, TODAY).find(key) == there, (centre, key)


def test_loading_again_changes_nothing(law):
    before = get_edition()
    again = load_policies(on=TODAY)
    assert (again.unchanged, again.added, again.changed) == (law.values, 0, 0)
    assert get_edition() == before
    assert ParameterValue.objects.count() == law.values


def test_loading_again_on_a_database_in_use_changes_nothing(town, town_at_work, tmp_path):
    assert reload(tmp_path, {}).as_dict() == {
        "values": 3, "unchanged": 3, "added": 0, "changed": 0, "withdrawn": 0,
        "proposed": 0, "waiting": 0, "kept": 0,
    }  # fmt: skip


def test_on_an_unused_database_a_changed_row_takes_the_place_of_the_old_one(town, tmp_path):
    report = reload(tmp_path, {"town/contribution.yaml": RAISED})
    assert (report.changed, report.added, report.waiting) == (1, 0, 0)
    assert maximum(TODAY) == "6000.00"
    revisions = ParameterValue.objects.filter(key=MAXIMUM).values_list("revision", "printed")
    assert list(revisions) == [(1, "5000.00"), (2, "6000.00")]


def test_on_an_unused_database_a_row_that_left_the_files_is_withdrawn_and_may_return(
    town, tmp_path
):
    less = TOWN["town/contribution.yaml"].split("monthly_minimum")[0]
    assert reload(tmp_path, {"town/contribution.yaml": less}).withdrawn == 1
    assert open_book("town", TODAY).find("contribution.monthly_minimum") is None
    assert reload(tmp_path, {}, "third").changed == 1
    assert open_book("town", TODAY).get("contribution.monthly_minimum").printed == "100.00"


def test_on_a_database_in_use_a_changed_row_waits_for_two_persons(town, town_at_work, tmp_path):
    report = reload(tmp_path, {"town/contribution.yaml": RAISED})
    assert (report.changed, report.proposed, report.waiting) == (0, 1, 1)
    assert maximum(TODAY + dt.timedelta(30)) == "5000.00"
    proposal = Proposal.objects.get()
    assert proposal.is_undecided
    assert proposal.made_by.is_system
    assert (proposal.centre, proposal.printed) == (town_at_work, "6000.00")


def test_a_waiting_row_is_not_filed_twice(town, town_at_work, tmp_path):
    reload(tmp_path, {"town/contribution.yaml": RAISED})
    again = reload(tmp_path, {"town/contribution.yaml": RAISED}, "third")
    assert (again.proposed, again.waiting) == (0, 1)
    assert Proposal.objects.count() == 1


def test_an_approved_change_of_the_files_begins_the_day_after_and_the_old_row_stays(
    town, town_at_work, tmp_path
):
    reload(tmp_path, {"town/contribution.yaml": RAISED})
    supervisor = make_staff(town_at_work.branches.get(), "SUPERVISOR", "boss")
    proposal = Proposal.objects.get()
    later = TODAY + dt.timedelta(10)
    approve_proposal(proposal=proposal, by=supervisor, digest=proposal.digest, business_date=later)
    assert maximum(later) == "5000.00"
    assert maximum(later + dt.timedelta(1)) == "6000.00"
    again = reload(tmp_path, {"town/contribution.yaml": RAISED}, "third")
    assert (again.proposed, again.waiting) == (0, 0)


def test_a_returned_change_of_the_files_does_not_come_back(town, town_at_work, tmp_path):
    reload(tmp_path, {"town/contribution.yaml": RAISED})
    supervisor = make_staff(town_at_work.branches.get(), "SUPERVISOR", "boss")
    return_proposal(proposal=Proposal.objects.get(), by=supervisor, reason="本市未调整")
    again = reload(tmp_path, {"town/contribution.yaml": RAISED}, "third")
    assert (again.proposed, again.waiting) == (0, 0)
    assert maximum(TODAY + dt.timedelta(30)) == "5000.00"


def test_a_row_of_the_files_for_a_later_day_keeps_its_day(town, town_at_work, tmp_path):
    more = TOWN["town/contribution.yaml"].replace(
        "monthly_minimum:",
        '  - {from: 2027-07-01, value: "5100.00", cite: [notice#1]}\nmonthly_minimum:',
    )
    assert reload(tmp_path, {"town/contribution.yaml": more}).proposed == 1
    assert Proposal.objects.get().effective_from == dt.date(2027, 7, 1)


def test_a_parameter_that_nobody_could_read_before_brings_its_history(town, town_at_work, tmp_path):
    new = {"land/transfer.yaml": "gap_tolerance:\n"
           "  - {from: 2016-02-21, value: 0, assumed: true, reason: 惯例}\n"}  # fmt: skip
    assert reload(tmp_path, new).proposed == 1
    supervisor = make_staff(town_at_work.branches.get(), "SUPERVISOR", "boss")
    proposal = Proposal.objects.get()
    assert open_book("town", TODAY).find("transfer.gap_tolerance") is None
    approve_proposal(proposal=proposal, by=supervisor, digest=proposal.digest, business_date=TODAY)
    assert open_book("town", dt.date(2020, 1, 1)).get("transfer.gap_tolerance").printed == 0


def test_a_row_that_lies_wholly_in_the_past_is_kept_as_it_was(town, town_at_work, tmp_path):
    ended = TOWN["town/contribution.yaml"].replace('"5000.00"', '"4000.00", until: 2025-07-01')
    report = reload(tmp_path, {"town/contribution.yaml": ended})
    assert (report.kept, report.proposed) == (1, 0)
    assert maximum(dt.date(2025, 1, 1)) == "5000.00"


def test_a_new_city_joins_a_database_in_use_at_once(town, town_at_work, tmp_path):
    city = {
        "centres.yaml": TOWN["centres.yaml"] + "city: {chain: [city, land]}\n",
        "city/contribution.yaml": "monthly_maximum:\n"
        '  - {from: 2025-01-01, value: "9000.00", assumed: true, reason: 试设}\n',
    }
    report = reload(tmp_path, city)
    assert (report.added, report.proposed) == (1, 0)
    assert open_book("city", TODAY).get(MAXIMUM).printed == "9000.00"
    assert open_book("city", TODAY).get("interest.day_count").printed == "30/360"


def test_the_chain_of_a_centre_at_work_is_not_moved_by_a_file(town, town_at_work, tmp_path):
    assert reload(tmp_path, {"centres.yaml": "town: {chain: [land]}\n"}).kept == 1
    assert open_book("town", TODAY).chain == ("town", "land")


def test_a_better_gist_is_taken_over(town, tmp_path):
    better = TOWN["town/sources.yaml"].replace("缴存限额", "月缴存额的上下限")
    reload(tmp_path, {"town/sources.yaml": better})
    assert Clause.objects.get().gist == "月缴存额的上下限"


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ('monthly_maximum: [{from: 2024-07-01, value: "1.00"}]', "clause"),
        ('monthly_maximum: [{value: "1.00", cite: [notice#1]}]', "date"),
        ("monthly_maximum: [{from: 2024-07-01, value: 1.00, cite: [notice#1]}]", "yuan"),
        ('monthly_maximum: [{from: 2024-07-01, value: "1.00", assumed: true}]', "reason"),
        ('monthly_maximum: [{from: 2024-07-01, value: "1.00", cite: [notice#9]}]', "notice#9"),
        ('most_beautiful: [{from: 2024-07-01, value: "1.00", cite: [notice#1]}]', "catalogue"),
    ],
)
def test_a_faulty_page_stops_the_load_and_leaves_the_law_as_it_was(town, tmp_path, page, names):
    before = get_edition()
    with pytest.raises(BadValue, match=names):
        reload(tmp_path, {"town/contribution.yaml": page})
    assert get_edition() == before
    assert maximum(TODAY) == "5000.00"


# The command


def test_the_command_prints_one_json_object(db, capsys):
    call_command("load_policies", "--json")
    report = json.loads(capsys.readouterr().out)
    assert report["added"] == report["values"] > 0


def test_the_command_exits_1_while_rows_wait_for_two_persons(town, town_at_work, tmp_path, capsys):
    changed = write_packs(tmp_path / "second", TOWN | {"town/contribution.yaml": RAISED})
    with pytest.raises(SystemExit) as ended:
        call_command("load_policies", "--packs", str(changed), "--json")
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out)["waiting"] == 1


def test_the_command_exits_2_and_names_the_field_of_a_bad_page(db, tmp_path):
    bad = {"town/contribution.yaml": 'monthly_maximum: [{from: 2024-07-01, value: "1,00"}]'}
    root = write_packs(tmp_path, TOWN | bad)
    with pytest.raises(CommandError, match=r"contribution\.monthly_maximum") as refused:
        call_command("load_policies", "--packs", str(root))
    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)
    assert not Edition.objects.exists()


def test_the_command_exits_2_where_a_folder_holds_no_packs(db, tmp_path):
    with pytest.raises(CommandError, match="--packs") as refused:
        call_command("load_policies", "--packs", str(tmp_path))
    assert refused.value.returncode == 2


# What the database itself refuses


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE policy_parametervalue SET reason = 'x'",
        "DELETE FROM policy_parametervalue",
    ],
)
def test_the_law_of_the_past_cannot_be_changed_by_sql(town, statement):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


GOOD = {
    "jurisdiction": "town", "key": MAXIMUM, "unit": "yuan", "printed": "1.00",
    "effective_from": dt.date(2025, 7, 1), "citations": "notice#1", "origin": "BASELINE",
}  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"effective_from": dt.date(2024, 7, 1)}, "once"),
        ({"effective_until": dt.date(2025, 7, 1)}, "period"),
        ({"citations": ""}, "rests_on_something"),
        ({"citations": "", "reason": "x"}, "text_is_cited"),
        ({"assumed": True}, "assumed_has_reason"),
        ({"printed": None}, "unset_has_reason"),
        ({"carried": True, "reason": "x"}, "carried_is_assumed"),
        ({"origin": "AMENDMENT"}, "amended_by_proposal"),
    ],
)
def test_a_value_without_ground_or_period_has_no_row_to_live_in(town, columns, constraint):
    ParameterValue(**GOOD).full_clean(exclude=["proposal"])
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        ParameterValue.objects.create(**GOOD | columns)
    # SQLite names the columns of a unique constraint instead of the constraint.
    assert constraint in str(refused.value) or "UNIQUE" in str(refused.value)
