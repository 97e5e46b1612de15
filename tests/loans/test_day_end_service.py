"""The day-end of loans: late on the right day, made up for, restartable, never twice."""

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from ledger.models import Entry
from loans.models import ClassChange, CreditEvent, Instalment, Loan, LoanNotice
from loans.services import dayend as module
from loans.services import run_day_end, transfer_overdue
from loans.tasks import day_end, enqueue_day_end
from office.hindrances import DayHindered
from office.jobs import clear_lines
from office.models import Job
from office.runner import run
from office.services import DayNotOpen, close_day
from tests.contributions.limits import publish
from tests.contributions.withdrawals import add_payer
from tests.loans.late import (
    FIRST_DUE,
    OVERDUE,
    PAID_OUT,
    add_borrower,
    close,
    close_every_day,
    held,
    make_borrower,
    pay,
    traces,
)
from tests.loans.running import make_secured_loan

ONE_DAY = dt.timedelta(days=1)


def first_instalment(loan):
    return loan.instalments.get(number=1)


def state_of(loan):
    loan.refresh_from_db()
    return loan.state


# On which day a loan falls late


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (FIRST_DUE, "RUNNING"),
        (OVERDUE - ONE_DAY, "RUNNING"),
        (OVERDUE, "OVERDUE"),
    ],
)
def test_a_loan_is_overdue_on_the_day_after_the_third_day_and_not_before(db, day, state):
    stage, loan = make_borrower()
    close(stage, day)
    assert state_of(loan) == state


def test_the_principal_of_the_overdue_instalment_alone_moves_to_the_overdue_line(db):
    stage, loan = make_borrower()
    close(stage, OVERDUE)
    late_fen = first_instalment(loan).principal_fen
    assert held(loan) == (30_000_000 - late_fen, late_fen)
    entry = Entry.objects.get(kind=Entry.Kind.OVERDUE)
    posting = entry.postings.get()
    assert (posting.debit, posting.credit) == (loan.overdue_line, loan.principal_line)
    assert posting.value_date == OVERDUE


def test_a_loan_paid_on_its_third_day_never_falls_late(db):
    stage, loan = make_borrower()
    stage.on(OVERDUE - ONE_DAY)
    pay(stage, loan, 1_000_000)
    close(stage)
    close(stage, OVERDUE)
    assert state_of(loan) == "RUNNING"
    assert held(loan)[1] == 0
    assert not LoanNotice.objects.exists()


def test_after_a_part_of_it_was_paid_the_rest_of_the_principal_stays_overdue(db):
    stage, loan = make_borrower()
    close(stage, OVERDUE)
    row = first_instalment(loan)
    pay(stage, loan, row.interest_fen + 100_000)
    close(stage, OVERDUE + ONE_DAY)
    row.refresh_from_db()
    left_fen = row.principal_fen - row.paid_principal_fen
    assert 0 < left_fen < row.principal_fen
    assert state_of(loan) == "OVERDUE"
    assert held(loan)[1] == left_fen


def test_a_loan_whose_overdue_instalments_are_paid_is_cured(db):
    stage, loan = make_borrower()
    close(stage, OVERDUE)
    pay(stage, loan, 500_000)
    close(stage, OVERDUE + ONE_DAY)
    assert state_of(loan) == "RUNNING"
    assert loan.risk_class == "NORMAL"
    assert held(loan)[1] == 0
    assert LoanNotice.objects.get().ended_date == OVERDUE + ONE_DAY


def test_what_is_paid_before_it_counts_as_overdue_again_moves_back(db):
    """Principal in the overdue line that is not overdue any more goes back to the normal one."""
    stage, loan = make_borrower()
    close(stage, OVERDUE)
    late_fen = held(loan)[1]
    Instalment.objects.filter(loan=loan).delete()
    loan.loan_events.filter(kind="PAID").delete()
    stage.on(OVERDUE + ONE_DAY)
    moved_fen = transfer_overdue(loan=loan, business_date=stage.day, by=stage.system, day=FIRST_DUE)
    assert moved_fen == -late_fen
    assert held(loan) == (30_000_000, 0)


def test_transferring_twice_moves_nothing_more(db):
    stage, loan = make_borrower()
    stage.on(OVERDUE)
    first = transfer_overdue(loan=loan, business_date=stage.day, by=stage.system)
    again = transfer_overdue(loan=loan, business_date=stage.day, by=stage.system)
    assert (first, again) == (first_instalment(loan).principal_fen, 0)
    assert Entry.objects.filter(kind=Entry.Kind.OVERDUE).count() == 1


# Made up for, twice, in the middle


def test_a_week_that_was_missed_comes_out_as_if_every_day_had_been_closed(db):
    """The same books twice: once closed every day and taken back, once made up for in one run."""
    stage, loan = make_borrower()
    add_borrower(stage, method="LEVEL_PRINCIPAL")
    close(stage, FIRST_DUE)
    until = OVERDUE + 4 * ONE_DAY
    with transaction.atomic():
        close_every_day(stage, until)
        daily = traces(stage)
        transaction.set_rollback(True)
    stage.day = FIRST_DUE

    close(stage, until)

    assert state_of(loan) == "OVERDUE"
    assert traces(stage) == daily


def test_three_months_that_were_missed_come_out_as_if_every_day_had_been_closed(db):
    stage, loan = make_borrower()
    until = dt.date(2026, 7, 1)
    with transaction.atomic():
        close_every_day(stage, until)
        daily = traces(stage)
        transaction.set_rollback(True)
    stage.day = PAID_OUT

    close(stage, until)

    assert traces(stage) == daily
    assert loan.notices.filter(kind="OVERDUE").count() == 3


def test_what_was_paid_on_the_open_day_does_not_hide_the_days_missed_before(db):
    stage, loan = make_borrower()
    close(stage, FIRST_DUE)
    stage.on(OVERDUE + ONE_DAY)
    pay(stage, loan, 1_000_000)
    told = close(stage)
    assert (told["fell_late"], told["cured"]) == (1, 1)
    days = list(loan.class_changes.values_list("day", "after"))
    assert days == [(OVERDUE, "ATTENTION"), (OVERDUE + ONE_DAY, "NORMAL")]
    assert held(loan)[1] == 0


def test_running_a_day_twice_changes_nothing(db):
    stage, _loan = make_borrower()
    close(stage, OVERDUE)
    before = traces(stage)
    told = close(stage)
    assert traces(stage) == before
    assert told["loans"] == 0


class Killed(Exception):
    """The worker died."""


class Dies:
    """A progress that dies with the n-th chunk, before it is committed."""

    def __init__(self, nth):
        self.left = nth

    def expect(self, total):
        self.total = total

    def advance(self, done=0, failed=0):
        self.left -= 1
        if not self.left:
            raise Killed

    def line(self, ref, message):
        pass


def test_a_run_that_died_in_the_middle_goes_on_where_it_stopped(db, monkeypatch):
    stage, _first = make_borrower()
    for _ in range(3):
        add_borrower(stage)
    monkeypatch.setattr(module, "CHUNK", 1)
    stage.on(OVERDUE)
    with pytest.raises(Killed):
        close(stage, progress=Dies(3))
    assert Loan.objects.filter(closed_date=OVERDUE).count() == 2
    assert Entry.objects.filter(kind=Entry.Kind.OVERDUE).count() == 2

    told = close(stage)

    assert told["replayed"] == 2
    assert set(Loan.objects.values_list("state", "closed_date")) == {("OVERDUE", OVERDUE)}
    assert Entry.objects.filter(kind=Entry.Kind.OVERDUE).count() == 4
    assert ClassChange.objects.count() == 4


def break_loan(loan):
    """Damage a loan so that its course cannot be replayed."""
    Loan.objects.filter(pk=loan.pk).update(rate_percent="viel")


def test_a_loan_that_fails_stops_no_other_and_is_named_with_its_reason(db):
    stage, broken = make_borrower()
    sound = add_borrower(stage)
    break_loan(broken)
    stage.on(OVERDUE)
    order = enqueue_day_end(stage.centre, OVERDUE)
    order = run(job_id=order.pk, clock=timezone.now)
    assert order.state == Job.State.FAILED
    assert (order.done, order.failed) == (2, 1)
    assert list(order.lines.values_list("ref", flat=True)) == [broken.number]
    assert state_of(sound) == "OVERDUE"
    assert state_of(broken) == "RUNNING"
    assert broken.closed_date is None


def test_a_loan_put_right_is_brought_through_by_the_next_run(db):
    stage, broken = make_borrower()
    break_loan(broken)
    stage.on(OVERDUE)
    first = enqueue_day_end(stage.centre, OVERDUE)
    run(job_id=first.pk, clock=timezone.now)
    Loan.objects.filter(pk=broken.pk).update(rate_percent="2.60")
    again = enqueue_day_end(stage.centre, OVERDUE)
    assert again.pk != first.pk
    assert run(job_id=again.pk, clock=timezone.now).state == Job.State.DONE
    assert state_of(broken) == "OVERDUE"
    assert enqueue_day_end(stage.centre, OVERDUE).pk == again.pk


# Who is looked at


def test_loans_with_nothing_due_are_moved_on_without_a_look(db, django_assert_max_num_queries):
    stage, _loan = make_borrower()
    add_borrower(stage)
    close(stage, dt.date(2026, 4, 1))  # the one day of the month on which interest is accrued
    stage.on(FIRST_DUE - ONE_DAY)
    with django_assert_max_num_queries(12):
        told = close(stage)
    assert (told["moved_on"], told["replayed"]) == (2, 0)
    assert set(Loan.objects.values_list("closed_date", flat=True)) == {FIRST_DUE - ONE_DAY}


def test_loans_that_are_not_paid_out_or_have_ended_have_no_day_end(db):
    stage, loan = make_borrower()
    make_secured_loan(stage, add_payer(stage))
    Loan.objects.filter(pk=loan.pk).update(state="SETTLED", ended_date=stage.day)
    assert close(stage, OVERDUE)["loans"] == 0


def test_a_day_that_is_not_open_is_refused(db):
    stage, _loan = make_borrower()
    with pytest.raises(DayNotOpen):
        run_day_end(centre=stage.centre, business_date=OVERDUE, by=stage.system)


# Notices


def test_each_instalment_that_becomes_overdue_is_told_once(db):
    stage, loan = make_borrower()
    close_every_day(stage, dt.date(2026, 5, 20))
    notices = LoanNotice.objects.filter(loan=loan, kind="OVERDUE").order_by("since_date")
    assert list(notices.values_list("since_date", "day")) == [
        (FIRST_DUE, OVERDUE),
        (dt.date(2026, 5, 10), dt.date(2026, 5, 14)),
    ]
    row = first_instalment(loan)
    assert notices[0].amount_fen > row.principal_fen + row.interest_fen


def test_who_stops_contributing_after_the_loan_is_told_once_per_stretch(db):
    """Yantai's borrowers pay every month; where the text binds them, a stop is noted."""
    stage, loan = make_borrower("yantai")
    publish(stage, "offset.keeps_contributing", True, dt.date(2026, 4, 1))
    close_every_day(stage, dt.date(2026, 6, 3))
    notice = LoanNotice.objects.get(loan=loan, kind="CONTRIBUTIONS")
    kept = CreditEvent.objects.get(loan=loan, kind="CONTRIBUTION_STOPPED")
    assert (kept.date, kept.amount_fen) == (notice.day, notice.amount_fen)
    assert (notice.since_date, notice.day) == (dt.date(2026, 4, 1), dt.date(2026, 5, 1))
    assert notice.ended_date is None


def test_where_no_text_binds_borrowers_to_go_on_nothing_is_noted(db):
    stage, _loan = make_borrower("yantai")
    close(stage, dt.date(2026, 6, 3))
    assert not LoanNotice.objects.filter(kind="CONTRIBUTIONS").exists()


# Closing the day, beat, command


def test_a_day_with_loans_before_their_day_end_is_not_closed(db):
    stage, loan = make_borrower()
    stage.on(OVERDUE)
    with pytest.raises(DayHindered, match=loan.number):
        close_day(centre=stage.centre, by=stage.supervisor)
    close(stage)
    assert close_day(centre=stage.centre, by=stage.supervisor).date == OVERDUE


def test_what_is_paid_out_after_the_day_end_does_not_hinder_the_day(db):
    stage, _loan = make_borrower()
    close(stage)
    add_borrower(stage)
    stage.centre.drawers_close_first = False
    close_day(centre=stage.centre, by=stage.supervisor)


def test_beat_queues_a_day_once_and_only_where_loans_are_left(db):
    stage, _loan = make_borrower()
    stage.on(OVERDUE)
    day_end()
    day_end()
    order = Job.objects.get(kind="loans.day_end")
    run(job_id=order.pk, clock=timezone.now)
    day_end()
    assert Job.objects.filter(kind="loans.day_end").count() == 1
    clear_lines(job=order)


def command(stage, on):
    out = StringIO()
    call_command(
        "loan_day_end", f"--centre={stage.centre.code}", f"--on={on}", "--json", stdout=out
    )
    return json.loads(out.getvalue())


def test_the_command_tells_what_was_done(transactional_db):
    stage, _loan = make_borrower()
    stage.on(OVERDUE)
    told = command(stage, OVERDUE)
    assert (told["fell_late"], told["failed"], told["left"]) == (1, 0, 0)


def test_the_command_ends_with_one_where_a_loan_failed(transactional_db):
    stage, loan = make_borrower()
    break_loan(loan)
    stage.on(OVERDUE)
    with pytest.raises(SystemExit) as ended:
        command(stage, OVERDUE)
    assert ended.value.code == 1


@pytest.mark.parametrize("on", ["2026-04-13", "gestern"])
def test_the_command_refuses_another_day_than_the_open_one(db, on):
    stage, _loan = make_borrower()
    stage.on(OVERDUE)
    with pytest.raises(CommandError, match="--on") as refused:
        command(stage, on)
    assert refused.value.returncode == 2
