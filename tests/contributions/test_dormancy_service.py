"""Six months without contribution: candidates, notice, second person, and what is done."""

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import MemberAccount, MemberEvent
from contributions.dormant import list_idle
from contributions.models import DormancyCandidate, DormancyList, InterestCredit
from contributions.services import (
    act_on_candidates,
    approve_list,
    file_candidates,
    receive_deposit,
    return_list,
    run_dormancy,
)
from contributions.tasks import dormancy
from ledger.facts import Component
from ledger.models import Entry
from ledger.postings import withdrawal_moves
from ledger.queries import get_ledger_account
from ledger.services import post
from office.documents import ChangedMeanwhile, SamePerson
from office.models import Job
from office.runner import run
from office.services import NotAllowed
from policy.services import verify_decisions
from tests.accounts.builders import make_stage, make_terms
from tests.contributions.withdrawals import withdraw

OPENED = dt.date(2025, 7, 10)
# Six full months after July 2025 (never paid) have ended on 1 February 2026.
SIXTH_MONTH_GONE = dt.date(2026, 2, 1)
NOTICE_OVER = dt.date(2026, 2, 16)


def pay(stage, account, number="R-1", fen=50_000):
    return receive_deposit(
        member_account=account,
        amount_fen=fen,
        business_date=stage.day,
        document_no=number,
        clerk=stage.clerk,
    )


def take_everything(stage, account):
    """Withdrawals come in a later part; the voucher is what this part has to look at."""
    line = account.flex_ledger_account
    line.refresh_from_db()
    post(
        centre=stage.centre,
        key=f"withdrawal:{account.number}",
        kind=Entry.Kind.WITHDRAWAL,
        business_date=stage.day,
        document_no="W-1",
        maker=stage.clerk,
        moves=withdrawal_moves(
            bank=get_ledger_account(stage.centre, "10101"),
            member=line,
            parts={Component.PRINCIPAL: line.balance_fen},
            value_date=stage.day,
        ),
    )


def outcomes(stage):
    rows = DormancyCandidate.objects.filter(dormancy_list__centre=stage.centre).order_by("id")
    return list(rows.values_list("action", "outcome"))


def run_days(stage, approver=True):
    """File on the first, act on the day after the notice has ended."""
    who = stage.supervisor if approver else None
    run_dormancy(centre=stage.centre, on=stage.on(SIXTH_MONTH_GONE), approver=who)
    return run_dormancy(centre=stage.centre, on=stage.on(NOTICE_OVER), approver=who)


@pytest.mark.parametrize("centre", ["yantai", "liaoning"])
def test_an_account_never_used_is_closed_after_six_months_and_notice(db, centre):
    stage = make_stage(centre, OPENED)
    account = stage.open_account(make_terms("QUARTERLY"))
    report = run_days(stage)
    account.refresh_from_db()
    assert (account.state, account.close_reason) == ("CLOSED", "DORMANT")
    assert account.closed_date == NOTICE_OVER
    assert report.closed == 1
    assert account.agreements.get().state == "TERMINATED"
    assert account.events.filter(kind=MemberEvent.Kind.CLOSED).count() == 1
    assert verify_decisions() == []


def test_a_person_whose_account_was_closed_may_open_another_but_not_for_the_first_time(db):
    stage = make_stage("yantai", OPENED)
    applicant = stage.applicant()
    first = stage.open_account(applicant=applicant)
    run_days(stage)
    again = stage.open_account(applicant=applicant)
    assert again.member == first.member
    assert (first.first_time, again.first_time) == (True, False)


@pytest.mark.parametrize(
    ("on", "found"),
    [(dt.date(2026, 1, 31), 0), (dt.date(2026, 2, 1), 1), (dt.date(2026, 2, 28), 1)],
)
def test_the_sixth_month_must_have_ended(db, on, found):
    stage = make_stage("yantai", OPENED)
    stage.open_account()
    assert run_dormancy(centre=stage.centre, on=stage.on(on)).candidates == found


@pytest.mark.parametrize(("centre", "outcome"), [("yantai", "SEALED"), ("liaoning", "NORMAL")])
def test_arrears_with_a_balance_seal_only_where_the_text_says_so(db, centre, outcome):
    stage = make_stage(centre, OPENED)
    account = stage.open_account(make_terms("QUARTERLY"))
    pay(stage, account, fen=150_000)
    stage.on(dt.date(2026, 4, 1))
    run_dormancy(centre=stage.centre, on=stage.day, approver=stage.supervisor)
    run_dormancy(centre=stage.centre, on=stage.on(dt.date(2026, 4, 16)), approver=stage.supervisor)
    account.refresh_from_db()
    assert account.state == outcome
    sealed = account.events.filter(kind=MemberEvent.Kind.SEALED).count()
    assert sealed == (1 if outcome == "SEALED" else 0)


def test_prepaid_months_are_months_with_contribution(db):
    stage = make_stage("yantai", OPENED)
    account = stage.open_account(make_terms("QUARTERLY"))
    pay(stage, account, fen=150_000)  # July to September
    assert run_dormancy(centre=stage.centre, on=stage.on(dt.date(2026, 3, 1))).candidates == 0
    assert run_dormancy(centre=stage.centre, on=stage.on(dt.date(2026, 4, 1))).candidates == 1


@pytest.mark.parametrize("centre", ["kashgar", "bazhong", "lianyungang"])
def test_centres_whose_text_is_silent_do_nothing(db, centre):
    stage = make_stage(centre, OPENED)
    stage.open_account()
    report = run_dormancy(
        centre=stage.centre, on=stage.on(SIXTH_MONTH_GONE), approver=stage.supervisor
    )
    assert report.as_dict() == {
        "examined": 1, "candidates": 0, "notified": 0, "sealed": 0, "closed": 0, "alerted": 0,
    }  # fmt: skip
    assert not DormancyList.objects.exists()


def test_nothing_is_done_without_a_second_person(db):
    stage = make_stage("yantai", OPENED)
    account = stage.open_account()
    report = run_days(stage, approver=False)
    account.refresh_from_db()
    assert (account.state, report.closed, report.waiting) == ("NORMAL", 0, 1)


def test_nothing_is_done_before_the_notice_has_ended(db):
    stage = make_stage("yantai", OPENED)
    account = stage.open_account()
    run_dormancy(centre=stage.centre, on=stage.on(SIXTH_MONTH_GONE), approver=stage.supervisor)
    run_dormancy(centre=stage.centre, on=stage.on(NOTICE_OVER - dt.timedelta(days=1)))
    account.refresh_from_db()
    assert account.state == "NORMAL"


def test_the_list_cannot_be_approved_by_a_clerk_by_the_system_or_after_a_change(db):
    stage = make_stage("yantai", OPENED)
    stage.open_account()
    waiting = file_candidates(centre=stage.centre, on=stage.on(SIXTH_MONTH_GONE), by=stage.system)
    for person, refusal in ((stage.clerk, NotAllowed), (stage.system, SamePerson)):
        with pytest.raises(refusal):
            approve_list(dormancy_list=waiting, digest=waiting.digest, by=person)
    with pytest.raises(ChangedMeanwhile):
        approve_list(dormancy_list=waiting, digest="another", by=stage.supervisor)


def test_a_returned_list_leaves_its_accounts_alone_until_next_month(db):
    stage = make_stage("yantai", OPENED)
    stage.open_account()
    waiting = file_candidates(centre=stage.centre, on=stage.on(SIXTH_MONTH_GONE), by=stage.system)
    return_list(
        dormancy_list=waiting,
        reason="电话联系后再议",
        business_date=stage.day,
        by=stage.supervisor,
    )
    assert outcomes(stage) == [("CLOSE", "DROPPED")]
    assert run_dormancy(centre=stage.centre, on=stage.on(NOTICE_OVER)).candidates == 0
    assert run_dormancy(centre=stage.centre, on=stage.on(dt.date(2026, 3, 1))).candidates == 1


def test_who_pays_during_the_notice_keeps_the_account(db):
    stage = make_stage("yantai", OPENED)
    account = stage.open_account()
    run_dormancy(centre=stage.centre, on=stage.on(SIXTH_MONTH_GONE), approver=stage.supervisor)
    pay(stage, account)
    run_dormancy(centre=stage.centre, on=stage.on(NOTICE_OVER), approver=stage.supervisor)
    account.refresh_from_db()
    assert (account.state, outcomes(stage)) == ("NORMAL", [("CLOSE", "DROPPED")])


def test_an_emptied_account_gets_its_cents_first_and_is_not_closed_with_them(db):
    stage = make_stage("yantai", OPENED)
    account = stage.open_account()
    pay(stage, account)
    stage.on(dt.date(2025, 7, 20))
    take_everything(stage, account)
    run_days(stage)
    account.refresh_from_db()
    assert (account.state, outcomes(stage)) == ("NORMAL", [("CLOSE", "DROPPED")])
    # ten days of 500.00
    assert InterestCredit.objects.get().flex_fen == 21


def test_an_emptied_account_that_earned_nothing_is_closed(db):
    stage = make_stage("yantai", OPENED)
    account = stage.open_account()
    pay(stage, account)
    take_everything(stage, account)
    run_days(stage)
    account.refresh_from_db()
    assert (account.state, outcomes(stage)) == ("CLOSED", [("CLOSE", "CLOSED")])
    assert InterestCredit.objects.get().amount_fen == 0


def test_an_account_whose_payment_the_bank_still_owes_is_shown_to_a_person(db):
    stage = make_stage("yantai", OPENED)
    account = stage.open_account()
    pay(stage, account)
    withdraw(stage, account, 50_000)
    assert run_days(stage).closed == 0
    assert outcomes(stage) == [("ALERT", "ALERTED")]


def test_an_account_with_a_loan_is_shown_to_a_person(db):
    stage = make_stage("yantai", OPENED)
    account = stage.open_account()
    MemberEvent.objects.create(
        member_account=account,
        kind=MemberEvent.Kind.LOAN_DISBURSED,
        date=OPENED,
        document_no="L-1",
        recorded_by=stage.clerk,
    )
    assert run_days(stage).closed == 0
    assert outcomes(stage) == [("ALERT", "ALERTED")]


def test_running_again_does_nothing_twice_and_reports_the_same(db):
    stage = make_stage("yantai", OPENED)
    stage.open_account()
    first = run_days(stage)
    again = run_dormancy(centre=stage.centre, on=stage.day, approver=stage.supervisor)
    assert again == first
    assert DormancyList.objects.count() == 1
    assert act_on_candidates(centre=stage.centre, on=stage.day, by=stage.system) == 0


def test_a_preview_writes_nothing(db):
    stage = make_stage("yantai", OPENED)
    stage.open_account()
    report = run_dormancy(
        centre=stage.centre, on=stage.on(SIXTH_MONTH_GONE), approver=stage.supervisor, preview=True
    )
    assert report.candidates == 1
    assert not DormancyList.objects.exists()


def test_the_scan_asks_as_much_for_many_accounts_as_for_one(db, django_assert_max_num_queries):
    stage = make_stage("yantai", OPENED)
    for _ in range(12):
        pay(stage, stage.open_account(), number=f"R-{stage.counted}")
    stage.on(SIXTH_MONTH_GONE)
    with django_assert_max_num_queries(6):
        list_idle(stage.centre, stage.day, months_required=6)


# The command


def command(*options):
    out = StringIO()
    try:
        call_command("close_dormant", *options, "--json", stdout=out)
    except SystemExit as ended:
        return ended.code, json.loads(out.getvalue())
    except CommandError as wrong:
        return wrong.returncode, str(wrong)
    return 0, json.loads(out.getvalue())


def test_the_command_waits_for_a_second_person_and_then_acts(db):
    stage = make_stage("yantai", OPENED)
    account = stage.open_account()
    stage.on(SIXTH_MONTH_GONE)
    first = ["--centre", "yantai", "--on", "2026-02-01"]
    code, figures = command(*first)
    assert (code, figures["notified"]) == (1, 1)
    assert command(*first, "--preview")[0] == 0
    assert command(*first, "--approved-by", stage.supervisor.username)[0] == 0
    stage.on(NOTICE_OVER)
    code, figures = command("--centre", "yantai", "--on", "2026-02-16")
    assert (code, figures["closed"]) == (0, 1)
    account.refresh_from_db()
    assert account.state == MemberAccount.State.CLOSED


def test_the_demo_names_the_approver_by_centre(db, settings):
    settings.SETTLEMENT_APPROVER = "{centre}-supervisor"
    stage = make_stage("yantai", OPENED)
    stage.open_account()
    assert command("--centre", "yantai", "--on", "2026-02-01")[0] == 0


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (["--centre", "atlantis", "--on", "2026-02-01"], "--centre"),
        (["--centre", "yantai", "--on", "2026-02-30"], "--on"),
        (["--centre", "yantai", "--on", "２０２６-02-01"], "--on"),
        (["--centre", "yantai", "--on", "2026-02-01", "--approved-by", "who"], "--approved-by"),
        (
            ["--centre", "yantai", "--on", "2026-02-01", "--approved-by", "yantai-clerk"],
            "--approved-by",
        ),
    ],
)
def test_bad_arguments_name_their_field(db, options, field):
    stage = make_stage("yantai", OPENED)
    stage.open_account()
    code, message = command(*options)
    assert code == 2
    assert field in message
    assert not DormancyList.objects.exists()


# Beat


def test_beat_files_once_a_month_and_acts_once_the_list_is_approved(db):
    stage = make_stage("yantai", OPENED)
    account = stage.open_account()
    stage.on(SIXTH_MONTH_GONE)
    dormancy()
    dormancy()
    job = Job.objects.get(kind="contributions.file_dormant")
    run(job_id=job.pk, clock=timezone.now)
    waiting = DormancyList.objects.get()
    approve_list(dormancy_list=waiting, digest=waiting.digest, by=stage.supervisor)
    stage.on(NOTICE_OVER)
    dormancy()
    run(job_id=Job.objects.get(kind="contributions.act_on_dormant").pk, clock=timezone.now)
    account.refresh_from_db()
    assert account.state == "CLOSED"
