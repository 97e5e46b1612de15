"""What is read of loans. No query reads the clock; sums are in fen."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from fractions import Fraction

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from accounts.models import MemberAccount
from kernel.months import Month
from kernel.rates import parse_percent
from loans.contract import (
    Contract,
    Event,
    MethodChanged,
    Paid,
    Repriced,
    TermChanged,
    read_conventions,
)
from loans.course import Course, replay
from loans.facts import EventKind, LoanState, PrepaymentOption, RepaymentMethod
from loans.models import (
    HOUSEHOLD_ROLES,
    CreditContest,
    CreditEvent,
    Disbursement,
    InterestAccrual,
    Loan,
    LoanApplication,
    LoanEvent,
    LoanParty,
    OffsetAgreement,
)
from loans.pricing import keeps_its_rate, rate_after_change, repricing_days
from loans.states import OPEN_STATES, OUT_STATES, OWED_STATES
from office.models import Centre
from policy.queries import open_book

_CHUNK = 500
_ONE_DAY = dt.timedelta(days=1)


def lock_loan(pk: int) -> Loan:
    """Hold a loan until the transaction ends, and read it anew.

    Where the account is locked too, lock the account first: all business takes them in this order.
    """
    return _whole_loans().select_for_update(of=("self",)).get(pk=pk)


def _whole_loans() -> QuerySet[Loan]:
    return Loan.objects.select_related(
        "centre", "member_account__member", "application", "principal_line", "overdue_line"
    )


def contract_of(loan: Loan) -> Contract:
    """Give the contract of a loan that is paid out, by the law of the day it was signed.

    Raises:
        ValueError: the loan is not paid out.
        Unset: the law of that day does not say how loans count.
    """
    if loan.disbursed_date is None:
        raise ValueError(f"{loan.number} is not paid out")
    return Contract(
        principal_fen=loan.principal_fen,
        term_months=loan.term_months,
        method=RepaymentMethod(loan.method),
        disbursed_on=loan.disbursed_date,
        due_day=loan.due_day,
        annual_rate=loan.annual_rate,
        conventions=read_conventions(open_book(loan.centre.code, loan.contract_date)),
    )


def standing_loan_events(loan: Loan) -> QuerySet[LoanEvent]:
    """Select what happened to a loan and was not undone, in its order."""
    return LoanEvent.objects.filter(loan=loan, undone_date__isnull=True).order_by(
        "value_date", "id"
    )


def event_of(row: LoanEvent) -> Event | None:
    """Read a stored event as the course wants it; the payment of the loan itself is none."""
    on, facts = row.value_date, row.facts
    if row.kind == EventKind.PAID:
        option = facts.get("option")
        return Paid(on, row.amount_fen or 0, row.pk, PrepaymentOption(option) if option else None)
    if row.kind == EventKind.REPRICED:
        return Repriced(on, parse_percent(facts["annual_rate"]))
    if row.kind == EventKind.TERM_CHANGED:
        return TermChanged(on, facts["term_months"])
    if row.kind == EventKind.METHOD_CHANGED:
        return MethodChanged(on, RepaymentMethod(facts["method"]))
    return None


def get_course(loan: Loan) -> Course:
    """Replay a loan that is paid out; ``Paid.ref`` is the key of the ``LoanEvent``."""
    events = [event_of(row) for row in standing_loan_events(loan)]
    return replay(contract_of(loan), [event for event in events if event is not None])


def iter_courses(
    loans: QuerySet[Loan], until: dt.date | None = None
) -> Iterator[tuple[Loan, Course]]:
    """Replay many loans that are paid out, one after the other; events are read by the chunk.

    Args:
        loans: in the order wanted.
        until: leave out what happened after this day.
    """
    events = LoanEvent.objects.filter(undone_date__isnull=True).order_by("value_date", "id")
    if until is not None:
        events = events.filter(value_date__lte=until)
    known = loans.select_related("centre", "principal_line", "overdue_line").prefetch_related(
        Prefetch("loan_events", queryset=events, to_attr="standing")
    )
    for loan in known.iterator(chunk_size=_CHUNK):
        found = [event_of(row) for row in loan.standing]
        yield loan, replay(contract_of(loan), [event for event in found if event is not None])


def list_new_rates(loan: Loan, on: dt.date) -> list[tuple[dt.date, Fraction]]:
    """List the repricing days up to a day on which the loan's rate moves, with the new rate.

    Those that are written down are left out.

    Source: loan_rate.repricing_date, loan_rate.fixed_through_months.
    """
    return _new_rates(loan, on, standing_loan_events(loan).filter(kind=EventKind.REPRICED.value))


def _new_rates(
    loan: Loan, on: dt.date, standing: Iterable[LoanEvent]
) -> list[tuple[dt.date, Fraction]]:
    book = open_book(loan.centre.code, on)
    if loan.disbursed_date is None or not loan.is_out or keeps_its_rate(book, loan.term_months):
        return []
    days = repricing_days(book, loan.disbursed_date, on)
    known = {
        row.value_date: parse_percent(row.facts["annual_rate"])
        for row in (standing if days else ())
        if row.kind == EventKind.REPRICED
    }
    rate, found = loan.annual_rate, []
    for day in days:
        if day in known:
            rate = known[day]
            continue
        # The table in force on that day, by the contract's class.
        new = rate_after_change(
            open_book(loan.centre.code, day),
            day,
            agreed_on=loan.disbursed_date,
            agreed=loan.annual_rate,
            contract_term=loan.term_months,
            home_number=loan.home_number,
        )
        if new != rate:
            found.append((day, new))
            rate = new
    return found


def list_awaited_rates(loan: Loan, on: dt.date) -> list[tuple[dt.date, Fraction]]:
    """List the new rates that what is booked next on a day would write down first.

    None where something later has already happened to the loan: no rate goes in front of it.
    """
    return _awaited(loan, on, list(standing_loan_events(loan)))


def _awaited(
    loan: Loan, on: dt.date, standing: Sequence[LoanEvent]
) -> list[tuple[dt.date, Fraction]]:
    found = _new_rates(loan, on, standing)
    too_late = bool(found and standing and found[0][0] < standing[-1].value_date)
    return [] if too_late else found


def list_course_events(loan: Loan, on: dt.date) -> list[Event]:
    """List what a loan's course is made of for somebody who books something on a day."""
    standing = list(standing_loan_events(loan))
    rows = [event_of(row) for row in standing]
    awaited = [Repriced(day, rate) for day, rate in _awaited(loan, on, standing)]
    return [*(event for event in rows if event is not None), *awaited]


def foresee_course(loan: Loan, on: dt.date) -> Course:
    """Replay a loan as whatever is booked on a day would find it; nothing is written.

    It differs from ``get_course`` only before the first booking after 1 January, when the new rate
    holds and no day-end has written it down yet. Pages that show what is owed show this one.
    """
    return replay(contract_of(loan), list_course_events(loan, on))


def find_last_movement(loan: Loan) -> dt.date | None:
    """Find the value date of the last thing that happened to a loan."""
    last = standing_loan_events(loan).last()
    return last.value_date if last else None


def list_loans(member_account: MemberAccount) -> list[Loan]:
    """List the loans of an account, the latest first.

    They are read once for the account as it was read: a page asks for every business it offers.
    """
    prefetch_related_objects([member_account], Prefetch("loans", queryset=_whole_loans()))
    return list(member_account.loans.all())


def find_loan(member_account: MemberAccount, states: Collection[LoanState]) -> Loan | None:
    """Find the latest loan of an account in one of some states (``loans.states``)."""
    return next((loan for loan in list_loans(member_account) if loan.state in states), None)


def find_offset_agreement(loan: Loan) -> OffsetAgreement | None:
    """Find the running agreement by which the account serves a loan."""
    running = OffsetAgreement.objects.select_related("spouse_account")
    return running.filter(loan=loan, ended_date__isnull=True).first()


def find_served_agreement(member_account: MemberAccount) -> OffsetAgreement | None:
    """Find the running agreement by which an account serves a loan: the own one, or a spouse's."""
    serves = Q(loan__member_account=member_account) | Q(spouse_account=member_account)
    running = OffsetAgreement.objects.select_related("loan", "spouse_account").filter(
        serves, ended_date__isnull=True, loan__state__in=[*OPEN_STATES]
    )
    return running.order_by("-id").first()


def tie_number(loan: Loan) -> str:
    """Give the number under which the payment of a loan binds accounts.

    It is the number of the application. A payment that was taken back has ended its events under
    it, so the payment after it counts on: ``…-2``.
    """
    undone = Disbursement.objects.filter(loan=loan, undone_date__isnull=False).count()
    return f"{loan.application.number}-{undone + 1}" if undone else loan.application.number


def list_unclosed(centre: Centre, on: dt.date) -> QuerySet[Loan]:
    """Select the loans that still have to go through a day-end up to a day, included."""
    return Loan.objects.filter(
        Q(closed_date__isnull=True) | Q(closed_date__lt=on),
        centre=centre,
        state__in=[*OUT_STATES],
        disbursed_date__lte=on,
    )


def find_owed_loan(member_account: MemberAccount) -> Loan | None:
    """Find the loan of an account of which something is owed: out, or else written off."""
    out = find_loan(member_account, OUT_STATES)
    return out or find_loan(member_account, OWED_STATES)


def find_application_of(member_account: MemberAccount) -> LoanApplication | None:
    """Find the application by which the account's member is bound now, as one of a household.

    One that led to a loan which ended binds no longer; a spouse's binds too.
    """
    bound = LoanParty.objects.filter(
        member=member_account.member, is_active=True, role__in=HOUSEHOLD_ROLES
    )
    return LoanApplication.objects.filter(pk__in=bound.values("application")).first()


def list_credit_events(member_account: MemberAccount) -> list[CreditEvent]:
    """List what is on the credit record of an account's member, the latest first."""
    rows = CreditEvent.objects.filter(member=member_account.member)
    return list(rows.select_related("loan", "member").prefetch_related("contests"))


def list_reached(loans: Collection[int], centre: Centre, on: dt.date) -> list[MemberAccount]:
    """List the accounts of those besides the borrowers on whose credit record loans are written.

    One account a person: the one that is not closed, or else the last one.

    Args:
        loans: the keys of the loans.

    Source: risk.credit_reaches.
    """
    roles = open_book(centre.code, on).choices("risk.credit_reaches")
    parties = LoanParty.objects.filter(
        application__loan__in=loans, role__in=roles, member__isnull=False
    )
    rows = MemberAccount.objects.filter(member__in=parties.values("member"), centre=centre)
    found: dict[int, MemberAccount] = {}
    for account in rows.select_related("member", "centre", "branch").order_by("pk"):
        standing = found.get(account.member_id)
        if standing is None or standing.state == MemberAccount.State.CLOSED:
            found[account.member_id] = account
    return list(found.values())


def list_twins(event: CreditEvent) -> list[CreditEvent]:
    """List what other people of the loan have on record for the same reason."""
    if event.loan_id is None:
        return []
    rows = CreditEvent.objects.filter(
        loan=event.loan_id, kind=event.kind, document_no=event.document_no
    ).exclude(pk=event.pk)
    return list(rows.select_related("member").order_by("pk"))


def find_open_contest(member_account: MemberAccount) -> CreditContest | None:
    """Find the contest about an account's credit record that is not answered yet."""
    ended = [CreditContest.State.APPROVED, CreditContest.State.CANCELLED]
    rows = CreditContest.objects.filter(member_account=member_account).exclude(state__in=ended)
    return rows.select_related("event").order_by("due_date", "pk").first()


def needs_day_end(centre: Centre, on: dt.date) -> bool:
    """Tell whether a day-end has something left: loans to go through, or interest to accrue."""
    return list_unclosed(centre, on).exists() or bool(list_months_to_accrue(centre, on))


def list_earning(centre: Centre, month_end: dt.date) -> QuerySet[Loan]:
    """Select the loans that were out at the end of a month, whatever became of them since."""
    return Loan.objects.filter(
        Q(ended_date__isnull=True) | Q(ended_date__gt=month_end),
        centre=centre,
        disbursed_date__lte=month_end,
    ).order_by("pk")


def list_months_to_accrue(centre: Centre, on: dt.date) -> list[dt.date]:
    """List the month ends before a day whose interest is not accrued yet, the oldest first.

    Where nothing was accrued so far the last month end alone is one: earlier months are past.
    """
    last = Month.of(on).first_day - _ONE_DAY
    made = InterestAccrual.objects.filter(centre=centre).order_by("-month_end").first()
    if made is None:
        return [last] if list_earning(centre, last).exists() else []
    found, month = [], Month.of(made.month_end) + 1
    while month.last_day <= last:
        found.append(month.last_day)
        month += 1
    return found
