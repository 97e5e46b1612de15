"""The day-end of loans (贷款日终): small steps in one order, for one loan and one day at a time.

Every loan remembers the last day it went through (``closed_date``). What is missing is made up
for day by day, by the calendar: an instalment is late by calendar days, so a loan comes out the
same whether a centre opens its books on Sundays or not. The books themselves take entries on the
open business day alone; a day that is caught up stands in their value date.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import MemberAccount
from contributions.queries import since_of
from loans.contract_facts import OffsetMode
from loans.errors import OutOfOrder
from loans.facts import LoanState, RiskClass
from loans.models import Instalment, Loan, LoanNotice, OffsetAgreement
from loans.queries import (
    list_earning,
    list_months_to_accrue,
    list_reached,
    list_unclosed,
    lock_loan,
)
from loans.services.accruals import accrue_months
from loans.services.classes import classify
from loans.services.loan_days import Days, LoanDay
from loans.services.offsets import take_due
from loans.services.overdue import book_overdue, move_overdue, note_contributions, note_overdue
from loans.services.progress import Progress, Silent
from loans.services.repricing import reprice_loan
from loans.services.yearly import take_yearly
from office.locks import is_busy
from office.models import Centre, User
from office.services import require_open

# The counter waits for a chunk's accounts no longer than its own locks allow, which is seconds.
CHUNK = 10
_OUT = [LoanState.RUNNING.value, LoanState.OVERDUE.value]
_ONE_DAY = dt.timedelta(days=1)
# What the steps count under the name that a run tells it by.
_TOLD = (
    "failed", "left", "repriced", "out_of_order", "offset", "yearly", "transferred", "classified",
    "notices",
)  # fmt: skip


def _reprice(one: LoanDay) -> None:
    """Give the loan the rate of its class on the day on which running loans change theirs."""
    if one.day != one.days.repricing_day(one.day.year):
        return
    try:
        new = reprice_loan(
            pk=one.loan.pk, business_date=one.business_date, by=one.by, through=one.day
        )
    except OutOfOrder:
        # Its later events have to be undone and entered anew; the other steps do not wait for that.
        one.told["out_of_order"] += 1
        return
    if new:
        one.told["repriced"] += new
        one.forget()


def _offset(one: LoanDay) -> None:
    """Let the accounts pay what is due. On a day caught up they pay as the law has it for that."""
    if not one.course.owed_on(one.day):
        return
    done = take_due(loan=one.loan, business_date=one.business_date, day=one.day, by=one.by)
    if done is not None:
        one.told["offset"] += 1
        one.forget()


def _offset_yearly(one: LoanDay) -> None:
    """Let the accounts repay principal on the day of the year that is agreed on."""
    done = take_yearly(loan=one.loan, business_date=one.business_date, day=one.day, by=one.by)
    if done is not None:
        one.told["yearly"] += 1
        one.forget()


def _settle_overdue(one: LoanDay) -> None:
    """Move principal between normal and overdue in the books, and the loan's state with it."""
    overdue = one.overdue
    if book_overdue(one.loan, overdue, business_date=one.business_date, day=one.day, by=one.by):
        one.told["transferred"] += 1
    move = move_overdue(one.loan, overdue, business_date=one.business_date, day=one.day, by=one.by)
    if move is not None:
        one.told[move.value] += 1


def _settle_class(one: LoanDay) -> None:
    changed = classify(
        one.loan,
        one.overdue,
        one.law.bands,
        business_date=one.business_date,
        day=one.day,
        by=one.by,
    )
    one.told["classified"] += changed is not None


def _give_notice(one: LoanDay) -> None:
    one.told["notices"] += note_overdue(
        one.loan, one.course, one.overdue, business_date=one.business_date, day=one.day, by=one.by
    )


def _note_contributions(one: LoanDay) -> None:
    """Note that contributions have stopped, where the centre's text binds borrowers to go on."""
    owing = None
    if one.law.keeps_contributing:
        owing = one.days.owing(one.day).get(one.loan.member_account_id)
    one.told["notices"] += note_contributions(
        one.loan,
        owing,
        since_of(owing) if owing else None,
        business_date=one.business_date,
        day=one.day,
        by=one.by,
    )


def _new_year(days: Days, on: dt.date) -> Q:
    """Select what was not yet brought through the repricing day of the year."""
    first = days.repricing_day(on.year)
    if on < first:
        first = days.repricing_day(on.year - 1)
    return Q(closed_date__lt=first) | Q(closed_date__isnull=True, disbursed_date__lt=first)


def _late_or_open(days: Days, on: dt.date) -> Q:
    """Select what is due and unpaid by the day, was paid late since, or stands as overdue."""
    unpaid = Instalment.objects.filter(
        Q(settled_date__isnull=True)
        | Q(settled_date__gt=F("due_date")) & Q(settled_date__gt=OuterRef("closed_date")),
        loan=OuterRef("pk"),
        due_date__lte=on,
    )
    held = ~Q(overdue_line__debits_fen=F("overdue_line__credits_fen"))
    return Q(Exists(unpaid)) | Q(state=LoanState.OVERDUE) | held


def _served_yearly(days: Days, on: dt.date) -> Q:
    """Select what is served once a year: in which days the agreed one lies the step finds out."""
    serving = OffsetAgreement.objects.filter(
        loan=OuterRef("pk"), mode=OffsetMode.YEARLY, ended_date__isnull=True
    )
    return Q(Exists(serving))


def _with_class(days: Days, on: dt.date) -> Q:
    return ~Q(risk_class=RiskClass.NORMAL)


def _with_notice(days: Days, on: dt.date) -> Q:
    return Q(Exists(LoanNotice.objects.filter(loan=OuterRef("pk"), ended_date__isnull=True)))


def _owing_contributions(days: Days, on: dt.date) -> Q:
    return Q(member_account__in=list(days.owing(on)) if days.law(on).keeps_contributing else [])


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the day-end: what it does with a loan on a day, and which loans it may concern.

    ``concerns`` is asked once a run; a loan that concerns no step is moved on without a look.
    """

    name: str
    run: Callable[[LoanDay], None]
    concerns: Callable[[Days, dt.date], Q]


STEPS: tuple[Step, ...] = (
    Step("reprice", _reprice, _new_year),
    Step("offset", _offset, _late_or_open),
    Step("yearly", _offset_yearly, _served_yearly),
    Step("overdue", _settle_overdue, _late_or_open),
    Step("class", _settle_class, _with_class),
    Step("notice", _give_notice, _with_notice),
    Step("contributions", _note_contributions, _owing_contributions),
)


def run_day_end(
    *,
    centre: Centre,
    business_date: dt.date,
    by: User,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Bring every running loan of a centre through its day-end up to the open business day.

    Running again does nothing to a loan that is through; a run that stopped anywhere goes on
    where it stopped. A loan that fails stays behind with its reason and stops no other. Call it
    outside any transaction: it commits chunk by chunk, loans locked in the order of their keys.

    Returns:
        What was done: loans moved on without a look, replayed, failed (of them ``left`` to the next
        run, as somebody held their accounts), and how many were repriced (``out_of_order``: not
        repriced, as something later had happened), offset, offset for the year (``yearly``),
        transferred, fell late, were cured, were put into another class, and got a notice; and how
        many months' interest was accrued.

    Raises:
        DayNotOpen: the centre's books are not open for the day.
        Unset: the law of the day lacks a value that no loan can do without.

    Source: domain of the day-end 日终; loan_rate.repricing_date, loan_rate.overdue_status_days,
    risk.class_bands, offset.keeps_contributing, loan_rate.accrual_stops_after_days.
    """
    teller, days = progress or Silent(), Days(centre)
    todo, moved_on = _move_on(days, business_date)
    teller.expect(len(todo) + _count_earning(centre, business_date))
    told: Counter[str] = Counter()
    for start in range(0, len(todo), CHUNK):
        pks = todo[start : start + CHUNK]
        try:
            told += _close_chunk(pks, days, business_date, by, teller)
        except OperationalError as busy:
            if not is_busy(busy):
                raise
            # Somebody holds one of the accounts for too long: the chunk is left to the next run.
            told["left"] += _leave_chunk(pks, str(busy), teller)
    told["failed"] += told["left"]
    accrued = []
    if not told["failed"]:
        # A loan that has to be put right first would be counted wrongly for good.
        accrued = accrue_months(centre=centre, business_date=business_date, by=by, progress=teller)
    return {
        "loans": moved_on + len(todo),
        "moved_on": moved_on,
        "replayed": len(todo) - told["failed"],
        "fell_late": told["FALL_LATE"],
        "cured": told["CURE"],
        **{name: told[name] for name in _TOLD},
        "accrued_months": len(accrued),
    }


@transaction.atomic
def _move_on(days: Days, business_date: dt.date) -> tuple[list[int], int]:
    """Move the loans on that concern no step; return the keys of the others, and how many moved."""
    centre = days.centre
    require_open(centre, business_date)
    concerned = Q()
    for step in STEPS:
        concerned |= step.concerns(days, business_date)
    waiting = list_unclosed(centre, business_date)
    todo = list(waiting.filter(concerned).order_by("pk").values_list("pk", flat=True))
    moved_on = waiting.exclude(pk__in=waiting.filter(concerned).values("pk")).update(
        closed_date=business_date
    )
    return todo, moved_on


def _count_earning(centre: Centre, business_date: dt.date) -> int:
    """Count the loans whose interest is reckoned for the months that are over."""
    months = list_months_to_accrue(centre, business_date)
    return sum(list_earning(centre, month_end).count() for month_end in months)


@transaction.atomic
def _close_chunk(
    pks: list[int], days: Days, business_date: dt.date, by: User, teller: Progress
) -> Counter[str]:
    """Bring some loans through their days; each one whole, or not at all."""
    require_open(days.centre, business_date)
    told: Counter[str] = Counter()
    for loan in _lock(pks, days.centre, business_date):
        try:
            with transaction.atomic():
                told += _close_loan(loan, days, business_date, by)
        except Exception as fault:
            # Whatever is wrong with one loan must not keep the others from their day-end.
            told["failed"] += 1
            teller.line(loan.number, f"{type(fault).__name__}: {fault}")
    teller.advance(done=len(pks), failed=told["failed"])
    return told


@transaction.atomic
def _leave_chunk(pks: list[int], reason: str, teller: Progress) -> int:
    """Note that loans could not be locked; returns how many."""
    for number in Loan.objects.filter(pk__in=pks).order_by("pk").values_list("number", flat=True):
        teller.line(number, reason)
    teller.advance(done=len(pks), failed=len(pks))
    return len(pks)


def _lock(pks: list[int], centre: Centre, on: dt.date) -> Iterator[Loan]:
    """Lock accounts, then loans, each in the order of their keys, as all business does.

    A spouse's account that serves a loan is one of them: an offset would lock it too late. So are
    those on whose credit record the loan is written: a new row holds the account it refers to.
    """
    serving = OffsetAgreement.objects.filter(loan__in=pks, ended_date__isnull=True)
    accounts = MemberAccount.objects.filter(
        Q(pk__in=Loan.objects.filter(pk__in=pks).values("member_account"))
        | Q(pk__in=serving.values("spouse_account"))
        | Q(pk__in=[account.pk for account in list_reached(pks, centre, on)])
    ).order_by("pk")
    list(accounts.select_for_update(of=("self",)).values_list("pk", flat=True))
    for pk in pks:
        yield lock_loan(pk)


def _close_loan(loan: Loan, days: Days, business_date: dt.date, by: User) -> Counter[str]:
    """Bring one loan day by day through every step, and remember how far it is."""
    last = loan.closed_date
    assert loan.disbursed_date is not None  # only what is paid out is listed
    first = last + _ONE_DAY if last is not None else loan.disbursed_date
    one = LoanDay(loan, first, business_date, by, days)
    # Another run may have brought it through, or a payment ended it, before it was locked.
    while loan.is_out and one.day <= business_date:
        for step in STEPS:
            step.run(one)
            if not one.loan.is_out:
                # Paid off on the way: an ended loan has no day-end.
                return one.told
        one.next_day()
    Loan.objects.filter(pk=loan.pk).update(closed_date=business_date)
    return one.told
