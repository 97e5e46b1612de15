"""Sealing and closing go by the signed version until it is signed anew (C1)."""

import datetime as dt

import pytest

from accounts.contract import as_signed
from accounts.services import change_agreement
from contributions.models import DormancyCandidate
from contributions.services import run_dormancy
from policy.models import StoredDecision
from policy.queries import open_book
from policy.services import verify_decisions
from tests.accounts.builders import forget_clauses, make_stage
from tests.contributions.limits import publish

OPENED, CHANGED = dt.date(2025, 7, 10), dt.date(2025, 9, 1)
SIXTH_MONTH_GONE, NOTICE_OVER = dt.date(2026, 2, 1), dt.date(2026, 2, 16)
MONTHS, CLOSE, SEAL = "dormancy.months", "dormancy.close", "dormancy.seal"


@pytest.fixture
def yantai(db):
    return make_stage("yantai", OPENED)


def run_on(stage, day):
    return run_dormancy(centre=stage.centre, on=stage.on(day), approver=stage.supervisor)


def run_days(stage):
    """File on the first, act on the day after a notice of fifteen days has ended."""
    run_on(stage, SIXTH_MONTH_GONE)
    return run_on(stage, NOTICE_OVER)


def resign(stage, account):
    change_agreement(
        member_account=account,
        mode="MONTHLY",
        monthly_amount_fen=50_000,
        business_date=stage.day,
        document_no="A-1",
        clerk=stage.clerk,
    )


def state_of(account):
    account.refresh_from_db()
    return account.state


def test_a_longer_time_in_the_law_does_not_lengthen_what_was_signed(yantai):
    account = yantai.open_account()
    publish(yantai, MONTHS, 12, CHANGED)

    assert run_days(yantai).closed == 1
    assert state_of(account) == "CLOSED"
    assert verify_decisions() == [], "the decision is made again from the signed values"


def test_the_decision_says_that_the_signed_reading_was_applied(yantai):
    yantai.open_account()
    publish(yantai, MONTHS, 12, CHANGED)
    run_on(yantai, SIXTH_MONTH_GONE)

    stored = StoredDecision.objects.filter(rule="accounts.rules.decide_dormancy").get()
    (value,) = [one for one in stored.parameters if one["key"] == MONTHS]
    assert (value["printed"], value["carried"]) == (6, True)
    assert value["citations"] == ["yantai-2025-6#3"]
    (warning,) = stored.warnings
    assert warning["params"]["reason"] == "协议签订时的规定，重签前以所签版本为准"


def test_a_shorter_time_binds_only_who_signed_it(yantai):
    early = yantai.open_account()
    publish(yantai, MONTHS, 3, CHANGED)
    yantai.on(CHANGED)
    late = yantai.open_account()

    run_on(yantai, dt.date(2026, 1, 1))

    assert [one.member_account for one in DormancyCandidate.objects.all()] == [late]
    run_on(yantai, dt.date(2026, 1, 16))
    assert (state_of(early), state_of(late)) == ("NORMAL", "CLOSED")


def test_who_signs_anew_is_judged_by_the_law_they_signed(yantai):
    account = yantai.open_account()
    publish(yantai, MONTHS, 12, CHANGED)
    yantai.on(CHANGED)
    resign(yantai, account)

    assert run_days(yantai).candidates == 0
    assert state_of(account) == "NORMAL"


def test_signing_anew_during_the_notice_takes_the_account_off(yantai):
    account = yantai.open_account()
    publish(yantai, MONTHS, 12, CHANGED)
    run_on(yantai, SIXTH_MONTH_GONE)
    resign(yantai, account)

    run_on(yantai, NOTICE_OVER)

    assert state_of(account) == "NORMAL"
    assert DormancyCandidate.objects.get().outcome == "DROPPED"


def test_a_law_that_begins_to_close_leaves_old_agreements_alone(db):
    stage = make_stage("kashgar", OPENED)
    early = stage.open_account()
    publish(stage, CLOSE, True, CHANGED)
    stage.on(CHANGED)
    late = stage.open_account()

    run_on(stage, dt.date(2026, 4, 1))
    run_on(stage, dt.date(2026, 4, 16))

    assert (state_of(early), state_of(late)) == ("NORMAL", "CLOSED")
    assert verify_decisions() == []


def test_a_closure_that_was_signed_goes_on_when_the_law_drops_it(yantai):
    early = yantai.open_account()
    for key in (CLOSE, SEAL):
        publish(yantai, key, False, CHANGED)
    yantai.on(CHANGED)
    late = yantai.open_account()

    run_on(yantai, dt.date(2026, 4, 1))
    run_on(yantai, dt.date(2026, 4, 16))

    assert (state_of(early), state_of(late)) == ("CLOSED", "NORMAL")


def test_where_no_signed_version_holds_the_law_of_the_day_decides(yantai):
    account = yantai.open_account()
    publish(yantai, MONTHS, 12, CHANGED)
    publish(yantai, "agreement.signed_version_holds", False, CHANGED)

    assert run_days(yantai).candidates == 0
    assert state_of(account) == "NORMAL"


def test_an_agreement_that_kept_no_clauses_goes_by_the_law_of_the_day(yantai):
    account = yantai.open_account()
    forget_clauses(account)
    publish(yantai, MONTHS, 12, CHANGED)

    assert run_days(yantai).candidates == 0
    assert state_of(account) == "NORMAL"


def test_the_notice_lasts_as_long_as_it_was_signed(yantai):
    account = yantai.open_account()
    publish(yantai, "dormancy.notice_days", 30, CHANGED)

    assert run_days(yantai).closed == 1
    assert state_of(account) == "CLOSED"


def test_a_clause_that_was_unset_when_it_was_signed_stays_unset(yantai):
    account = yantai.open_account()
    book = open_book("yantai", yantai.day)
    signed = [row for row in account.agreements.get().clauses if row["key"] != CLOSE]

    law = as_signed(signed, book, "dormancy.")

    assert law.find(CLOSE) is None
    assert law.count(MONTHS) == 6
    assert book.flag(CLOSE), "the book of the day itself is left as it is"


def test_only_the_subject_that_was_asked_for_reads_as_signed(yantai):
    account = yantai.open_account()
    publish(yantai, MONTHS, 12, CHANGED)
    publish(yantai, "exit.unit_part_waits", 9, CHANGED)

    law = as_signed(account.agreements.get().clauses, open_book("yantai", CHANGED), "dormancy.")

    assert (law.count(MONTHS), law.count("exit.unit_part_waits")) == (6, 9)
