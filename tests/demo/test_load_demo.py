"""The demo stands in the books as its data files promise."""

import json
import re
from io import StringIO

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command

from accounts.holds import running_freezes
from accounts.households import HouseholdState, find_household
from accounts.models import Member, MemberAccount, MemberEvent, OutsideCheck
from contributions.letters import LetterState
from contributions.models import (
    Deposit,
    Dispute,
    DormancyCandidate,
    Exit,
    Payout,
    Transfer,
    TransferIn,
    Withdrawal,
)
from fundcenter.demo.data import CENTRES, LAST_DAY
from fundcenter.demo.expected import find_named, list_surprises
from fundcenter.demo.portfolio import load
from fundcenter.demo.staff import DEMO_PASSWORD, POSTS, list_demo_users
from ledger.models import Entry
from ledger.verify import prove
from office.models import BusinessDay, Centre, User
from office.queries import get_open_day
from policy.models import StoredDecision
from tests.demo.books import PASSWORD, Books, fingerprints

# Each test in a transaction of its own, inside the one that holds the portfolio.
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("centre", CENTRES, indirect=True)
def test_published_numbers_stand_in_the_books(centre: Centre):
    assert list_surprises(centre, settled_until=2026) == []


def test_every_invariant_of_the_books_holds(portfolio: Books):
    broken = [proof for proof in prove(Centre.objects.all()) if not proof.holds]
    assert broken == []


def test_a_second_load_changes_nothing(portfolio: Books):
    before = (Entry.objects.count(), Member.objects.count(), User.objects.count())

    again = load(members=400, password=PASSWORD, say=lambda line: None)

    assert again.loaded == {}
    assert again.there == list(CENTRES)
    assert (Entry.objects.count(), Member.objects.count(), User.objects.count()) == before


def test_every_post_of_every_centre_has_a_person_who_can_sign_in(portfolio: Books):
    users = list(list_demo_users(PASSWORD))
    assert len(users) == len(CENTRES) * len(POSTS)
    line = r"demo user: (\S+) password: (\S+) role: (\S+) centre: ([a-z]+)"
    found = [re.fullmatch(line, str(user)) for user in users]
    roles = {"柜员", "复核", "审批", "财务", "稽核", "系统管理员", "安全管理员", "审计管理员"}
    assert {match[3] for match in found if match} == roles
    assert {match[4] for match in found if match} == set(CENTRES)


def test_nobody_is_listed_whose_password_is_another(portfolio: Books):
    assert list(list_demo_users("not-the-password-of-anybody")) == []


def test_the_password_of_the_demo_satisfies_the_rules_for_passwords(portfolio: Books):
    for user in User.objects.filter(is_active=True):
        validate_password(DEMO_PASSWORD, user)


def test_the_last_day_of_the_fund_year_is_left_open(portfolio: Books):
    assert {get_open_day(centre).date for centre in Centre.objects.all()} == {LAST_DAY}


def test_accounts_of_every_state_and_end_occur(portfolio: Books):
    states = set(MemberAccount.objects.values_list("state", flat=True))
    assert states == {"NORMAL", "SEALED", "CLOSED"}
    outcomes = set(DormancyCandidate.objects.values_list("outcome", flat=True))
    assert outcomes >= {"SEALED", "CLOSED", "DROPPED"}


def test_who_was_closed_and_came_back_is_not_there_for_the_first_time(portfolio: Books):
    again = find_named(Centre.objects.get(code="liaoning"), "opens-again")
    assert again.state == "NORMAL"
    assert not again.first_time
    assert again.member.member_accounts.count() == 2


def test_refusals_are_kept_with_their_reasons(portfolio: Books):
    refused = StoredDecision.objects.exclude(outcome="APPROVED")
    assert refused.filter(subject_type="accounts.opening").count() >= 30
    assert refused.filter(subject_type="contributions.deposit").count() >= 7
    assert all(decision.reasons for decision in refused)


def test_silent_registers_were_answered_by_two_persons(portfolio: Books):
    letters = OutsideCheck.objects.filter(channel="MANUAL")
    assert letters.count() == 5
    assert all(check.checked_by and check.checked_by != check.made_by for check in letters)


def test_money_of_both_origins_came_in_from_elsewhere(portfolio: Books):
    assert set(Transfer.objects.values_list("origin", flat=True)) == {"FLEX", "UNIT"}


def test_what_stops_a_subsidy_is_written_down(portfolio: Books):
    kinds = set(MemberEvent.objects.values_list("kind", flat=True))
    assert kinds >= {"LOAN_APPLIED", "LOAN_DISBURSED", "WITHDRAWAL", "SEALED", "UNSEALED"}


@pytest.mark.parametrize("code", CENTRES)
def test_a_withdrawal_waits_to_be_checked_in_every_centre(portfolio: Books, code: str):
    waiting = Withdrawal.objects.filter(centre__code=code, state=Withdrawal.State.SUBMITTED)
    assert [one.business_date for one in waiting] == [LAST_DAY]


def test_a_couple_of_yantai_rents_and_finance_has_it_to_pay(portfolio: Books):
    centre = Centre.objects.get(code="yantai")
    husband, wife = find_named(centre, "quarterly"), find_named(centre, "one-gap")
    assert find_household(husband.member, LAST_DAY).spouse == wife.member
    assert find_household(wife.member, LAST_DAY).spouse == husband.member
    payout = Payout.objects.get(centre=centre)
    assert payout.withdrawal.member_account == husband
    assert payout.state == "READY"


def test_one_declared_to_be_single_and_of_another_a_court_froze_a_sum(portfolio: Books):
    centre = Centre.objects.get(code="yantai")
    single, frozen = find_named(centre, "comes-back"), find_named(centre, "second-time")
    assert find_household(single.member, LAST_DAY).state is HouseholdState.SINGLE_DECLARED
    assert [one.amount_fen for one in running_freezes(frozen, LAST_DAY)] == [500_000]


def test_who_leaves_kashgar_is_owed_the_money_and_saves_no_more(portfolio: Books):
    left = Exit.objects.get()
    assert left.member_account == find_named(Centre.objects.get(code="kashgar"), "moves-away")
    assert left.member_account.state == "SEALED"
    assert Payout.objects.get(centre=left.centre).state == "READY"


def test_a_dispute_is_open_and_a_transfer_is_under_way(portfolio: Books):
    assert Dispute.objects.get().answered_date is None
    assert TransferIn.objects.get().letter_state == LetterState.LETTER_APPROVED


def test_every_entry_stands_on_the_day_of_its_document(portfolio: Books):
    for deposit in Deposit.objects.select_related("entry"):
        assert deposit.entry.business_date == deposit.business_date
    assert BusinessDay.objects.filter(date__gt=LAST_DAY).count() == 0


def test_the_command_prints_a_line_per_user_and_says_what_was_there(portfolio: Books, settings):
    settings.DEMO = True
    out, err = StringIO(), StringIO()
    call_command("load_demo", "--members", "5", stdout=out, stderr=err)
    assert "already there, left as they are: bazhong, liaoning" in out.getvalue()

    out = StringIO()
    call_command("load_demo", "--json", stdout=out, stderr=err)
    answer = json.loads(out.getvalue())
    assert answer["loaded"] == {}
    assert answer["business_date"] == "2026-06-30"


@pytest.mark.parametrize("members", ["0", "-1", "", "ten", "２０", "1.5", "1e3", "20001"])
def test_a_number_of_members_that_is_none_is_refused(members):
    with pytest.raises(CommandError, match="--members") as refused:
        call_command("load_demo", f"--members={members}")
    assert refused.value.returncode == 2


@pytest.mark.parametrize("argument", ["--centre=kashgar", "extra"])
def test_unknown_arguments_are_refused(argument, capsys):
    with pytest.raises((CommandError, SystemExit)) as refused:
        call_command("load_demo", argument)
    code = getattr(refused.value, "returncode", getattr(refused.value, "code", None))
    assert code in (1, 2)


@pytest.mark.postgres
def test_the_same_seed_gives_the_same_books_on_both_databases(portfolio: Books, sqlite_books):
    assert fingerprints() == sqlite_books
