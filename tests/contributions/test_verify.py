"""The proofs hold after real work, and see what somebody with the database's password did."""

import datetime as dt

import pytest
from django.db import connection

from accounts import guards
from accounts.models import MemberAccount, OutsideCheck
from contributions.models import Coverage, Deposit, DormancyCandidate
from contributions.services import receive_deposit, run_dormancy
from ledger.models import LedgerAccount
from ledger.verify import prove
from office.guards import drop_guards
from tests.accounts.builders import Stage, make_stage, make_terms


@pytest.fixture
def worked(db: None) -> Stage:
    stage = make_stage("yantai", dt.date(2025, 7, 10))
    stage.open_account()
    payer = stage.open_account(make_terms("QUARTERLY"))
    receive_deposit(
        member_account=payer,
        amount_fen=150_000,
        business_date=stage.day,
        document_no="R-1",
        clerk=stage.clerk,
    )
    run_dormancy(centre=stage.centre, on=stage.on(dt.date(2026, 2, 1)), approver=stage.supervisor)
    run_dormancy(centre=stage.centre, on=stage.on(dt.date(2026, 2, 16)), approver=stage.supervisor)
    return stage


def broken(stage):
    return {proof.invariant.code for proof in prove([stage.centre]) if not proof.holds}


def test_everything_holds_after_real_work(worked: Stage):
    assert MemberAccount.objects.filter(state="CLOSED").count() == 1
    assert broken(worked) == set()


def flexible_lines():
    return LedgerAccount.objects.filter(code__startswith="20102.")


def other_member(stage):
    open_one = MemberAccount.objects.exclude(state="CLOSED").get()
    Coverage.objects.update(member_account=MemberAccount.objects.exclude(pk=open_one.pk).get())


TAMPERED = [
    ("P2", lambda stage: OutsideCheck.objects.filter(kind="PLATFORM").update(result="PENDING")),
    ("C1", lambda stage: Deposit.objects.update(amount_fen=150_001)),
    ("C2", lambda stage: Coverage.objects.filter(month="2025-08-01").update(amount_fen=1)),
    ("C2", other_member),
    ("P7", lambda stage: DormancyCandidate.objects.update(done_date=dt.date(2026, 2, 2))),
    (
        "P5",
        lambda stage: flexible_lines().update(
            control=LedgerAccount.objects.get(centre=stage.centre, code="20101")
        ),
    ),
    (
        "P6",
        lambda stage: (
            flexible_lines()
            .filter(
                pk__in=MemberAccount.objects.filter(state="CLOSED").values("flex_ledger_account")
            )
            .update(credits_fen=1)
        ),
    ),
]


@pytest.mark.parametrize(("code", "tamper"), TAMPERED)
def test_what_is_done_below_the_application_is_seen(worked: Stage, code, tamper):
    drop_guards()
    tamper(worked)
    assert code in broken(worked)


def test_a_missing_guard_of_closed_accounts_is_seen(worked: Stage):
    # PostgreSQL alters no table whose foreign keys are still to be looked at.
    connection.check_constraints()
    guards.drop_guards()
    assert "P6" in broken(worked)
    guards.install_guards()
    assert broken(worked) == set()
