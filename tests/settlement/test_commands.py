"""`settle` and `generate_portfolio`: their JSON, exit codes, and the field a refusal names."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from ledger.models import Posting
from office.models import Centre, Job
from office.roles import Role
from policy.services import load_policies
from settlement.models import SettlementRun
from tests.settlement.builders import Town, make_staff, make_town
from tests.settlement.test_settle import JULY, JUNE

# The job table asks the database for the time, so these tests live today; 2026 has ended.
NEVER = str(timezone.localdate().year + 2)


@pytest.fixture
def town(db: None, settings: Any) -> Town:
    settings.SETTLEMENT_APPROVER = ""
    town = make_town("kashgar", JUNE)
    account = town.open_account(JULY)
    town.deposit(account, JULY, 7_140_000)
    return town


def run(name: str, *arguments: str) -> tuple[int, dict[str, Any], str]:
    """Give exit code, JSON and standard error of a command."""
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command(name, *arguments, "--json", stdout=out, stderr=err)
    except SystemExit as ended:
        code = int(str(ended.code))
    except CommandError as fault:
        return fault.returncode, {}, str(fault)
    return code, json.loads(out.getvalue()), err.getvalue()


def settle(*more: str) -> tuple[int, dict[str, Any], str]:
    return run("settle", "--centre", "kashgar", "--year", "2026", *more)


def test_settle_reports_in_the_form_of_the_contract(town: Town) -> None:
    code, report, _ = settle("--approved-by", "kashgar-supervisor")

    assert code == 0
    assert report == {
        "accounts": 1,
        "interest": "1068.03",
        "subsidy": "0.00",
        "failed": 0,
        "already_settled": 0,
        "proof": {"items": "1068.03", "postings": "1068.03", "expense": "1068.03"},
    }
    assert set(Job.objects.values_list("kind", "state")) == {
        ("settlement.preview", "DONE"),
        ("settlement.post", "DONE"),
    }


def test_settling_again_posts_nothing_and_exits_well(town: Town) -> None:
    _, first, _ = settle("--approved-by", "kashgar-supervisor")
    postings = Posting.objects.count()

    assert settle("--approved-by", "kashgar-supervisor") == (
        0,
        {**first, "already_settled": 1},
        "",
    )
    assert settle()[0] == 0
    assert Posting.objects.count() == postings


def test_without_a_second_person_the_preview_stays_in_the_inbox(town: Town) -> None:
    code, report, _ = settle()

    assert code == 1
    assert report["interest"] == "1068.03"
    assert report["proof"]["items"] == "0.00"
    assert SettlementRun.objects.get().state == "SUBMITTED"
    assert settle("--approved-by", "kashgar-supervisor")[0] == 0


def test_a_preview_is_all_that_was_asked_for(town: Town) -> None:
    assert settle("--preview")[0] == 0
    assert Posting.objects.filter(component="INTEREST").count() == 0


def test_the_setting_of_the_demo_names_the_second_person(town: Town, settings: Any) -> None:
    settings.SETTLEMENT_APPROVER = "{centre}-supervisor"

    assert settle()[0] == 0
    assert SettlementRun.objects.get().checked_by == town.supervisor


def test_an_account_left_out_is_a_fault(town: Town) -> None:
    bad = town.open_account(JULY)
    town.deposit(bad, JULY, 100)
    town.move(bad, JULY.replace(day=2), -100)
    town.move(bad, JULY.replace(day=2), 50)
    town.move(bad, JULY.replace(month=1), -50)

    code, report, _ = settle("--approved-by", "kashgar-supervisor")

    assert (code, report["accounts"], report["failed"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("--centre", "nowhere", "--year", "2026"), "--centre"),
        (("--centre", "kashgar", "--year", NEVER), "--year"),
        (("--centre", "kashgar", "--year", "2024"), "--year"),
        (("--centre", "kashgar", "--year", "1800"), "--year"),
        (("--centre", "kashgar", "--year", "２０２６"), "--year"),
        (("--centre", "kashgar", "--year", "26"), "--year"),
        (("--centre", "kashgar", "--year", "2026", "--approved-by", "nobody"), "--approved-by"),
        (("--centre", "kashgar", "--year", "2026", "--approved-by", "clerk"), "--approved-by"),
        (("--centre", "kashgar", "--year", "2026", "--approved-by", "system"), "--approved-by"),
    ],
)
def test_bad_arguments_name_their_field(town: Town, arguments: tuple[str, ...], field: str) -> None:
    make_staff(town.branch, "clerk", Role.CLERK)

    code, _, said = run("settle", *arguments)

    assert code == 2
    assert field in said
    assert "\n" not in said
    assert not SettlementRun.objects.exists()


def test_days_that_have_passed_are_opened_up_to_30_june(db: None, settings: Any) -> None:
    settings.SETTLEMENT_APPROVER = "{centre}-supervisor"
    town = make_town("kashgar", JULY)
    town.deposit(town.open_account(JULY), JULY, 100_000)

    assert settle()[0] == 0
    assert town.today == JUNE


# The portfolio


def generate(*arguments: str) -> tuple[int, dict[str, Any], str]:
    return run("generate_portfolio", *arguments)


@pytest.mark.parametrize("centre", ["bazhong", "liaoning", "lianyungang", "yantai", "kashgar"])
def test_a_portfolio_works_after_the_policies_alone_and_settles(
    db: None, settings: Any, centre: str
) -> None:
    settings.SETTLEMENT_APPROVER = "{centre}-supervisor"
    load_policies(on=JUNE)

    code, made, _ = generate("--accounts", "40", "--seed", "7", "--centre", centre)
    assert (code, made["accounts"], made["added"]) == (0, 40, 40)
    assert made["movements"] > 40 * 10

    code, report, _ = run("settle", "--centre", centre, "--year", str(made["year"]))
    assert (code, report["accounts"], report["failed"]) == (0, 40, 0)
    out = StringIO()
    call_command("verify_books", "--centre", centre, stdout=out)
    assert "✗" not in out.getvalue()


def test_the_same_portfolio_twice_adds_nothing(db: None) -> None:
    load_policies(on=JUNE)
    arguments = ("--accounts", "12", "--seed", "7", "--centre", "yantai")
    generate(*arguments)

    code, made, _ = generate(*arguments)

    assert (code, made["added"], made["accounts"]) == (0, 0, 12)
    assert generate("--accounts", "13", *arguments[2:])[0] == 2
    assert generate("--accounts", "12", "--seed", "8", "--centre", "yantai")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("--accounts", "0", "--seed", "1", "--centre", "kashgar"), "--accounts"),
        (("--accounts", "-5", "--seed", "1", "--centre", "kashgar"), "--accounts"),
        (("--accounts", "１０", "--seed", "1", "--centre", "kashgar"), "--accounts"),
        (("--accounts", "10", "--seed", "x", "--centre", "kashgar"), "--seed"),
        (("--accounts", "10", "--seed", "10000", "--centre", "kashgar"), "--seed"),
        (("--accounts", "10", "--seed", "1", "--centre", "nowhere"), "--centre"),
    ],
)
def test_a_bad_portfolio_names_its_field(db: None, arguments: tuple[str, ...], field: str) -> None:
    load_policies(on=JUNE)

    code, _, said = generate(*arguments)

    assert code == 2
    assert field in said
    assert not Centre.objects.exists()
