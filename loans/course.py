"""A loan's course: what fell due, what was paid and where each payment went. Pure.

The course is replayed from the contract and from everything that happened since, in order. Nothing
of it is kept by addition: a payment that is undone is left out of the next replay, and whatever
then comes out differently is booked as the difference.

Instalments are those of the schedule whether they were paid in time or not. What is unpaid owes
penalty interest from its due date on, so it leaves the instalments that follow alone.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from kernel.money import round_half_up
from loans.contract import Contract, Event, Paid, Repriced, TermChanged
from loans.facts import PrepaymentOption, RepaymentMethod
from loans.lines import (
    Allocation,
    InstalmentLine,
    Owed,
    Share,
    accrue_penalty,
    penalty_owed_fen,
    total_owed_fen,
)
from loans.prepayment import months_to_repay
from loans.schedule import ScheduleRow, Terms, instalment_fen, lay_rows

PENALTY, INTEREST, PRINCIPAL = "PENALTY", "INTEREST", "PRINCIPAL"


@dataclass(frozen=True, slots=True)
class Course:
    """A loan as it stands after its last event.

    Attributes:
        lines: every instalment, past and planned, in order.
        allocations: where each payment went, by its ``ref``.
        running_fen: planned principal of the running period: owed, and not yet due.
        due_until: number of the last instalment that had fallen due at the last event.
    """

    contract: Contract
    terms: Terms
    lines: tuple[InstalmentLine, ...]
    allocations: Mapping[int, Allocation]
    running_fen: int
    due_until: int

    @property
    def principal_left_fen(self) -> int:
        """Principal not repaid yet, due or not."""
        late_fen = sum(line.unpaid_principal_fen for line in self.lines[: self.due_until])
        return late_fen + self.running_fen

    def due_by(self, day: dt.date) -> int:
        """Return the number of the last instalment that has fallen due by a day (included)."""
        return sum(line.due_on <= day for line in self.lines)

    def owed_on(self, day: dt.date) -> tuple[Owed, ...]:
        """List what the instalments due by a day (included) owe then, oldest first."""
        found = []
        for line in self.lines[: self.due_by(day)]:
            owed = Owed(
                line.number,
                line.due_on,
                penalty_owed_fen(self.terms, self.contract.conventions, line, day),
                line.unpaid_interest_fen,
                line.unpaid_principal_fen,
            )
            if owed.total_fen:
                found.append(owed)
        return tuple(found)

    def late_on(self, day: dt.date, days: int = 0) -> tuple[Owed, ...]:
        """List what is owed on instalments that are more than ``days`` days late on a day.

        Principal or interest must be unpaid: penalty interest alone makes nobody late.
        """
        return tuple(
            owed
            for owed in self.owed_on(day)
            if owed.interest_fen + owed.principal_fen and (day - owed.due_on).days > days
        )

    def next_line(self, day: dt.date) -> InstalmentLine | None:
        """Find the first instalment that falls due after a day."""
        due = self.due_by(day)
        return self.lines[due] if due < len(self.lines) else None

    def settle_fen(self, day: dt.date) -> int:
        """Return what pays the loan off on a day: everything due, and the rest with its interest.

        Args:
            day: not before the last event.
        """
        due = self.due_by(day)
        left_fen = self.planned_after(due)
        rest_fen = 0
        if left_fen:
            rest_fen = round_half_up(left_fen * (1 + self.terms.accrued(due + 1, day)))
        return total_owed_fen(self.owed_on(day)) + rest_fen

    def planned_after(self, due: int) -> int:
        """Return the planned principal after instalment ``due``."""
        return self.running_fen if due == self.due_until else self.lines[due - 1].balance_fen


def replay(contract: Contract, events: Iterable[Event]) -> Course:
    """Run a loan from its disbursement through its events.

    Args:
        events: in the order in which they happened; days never go back.

    Raises:
        ValueError: an event lies before the one before it, or before the disbursement; a term
            leaves no instalment.
    """
    run = _Run(contract)
    for event in events:
        run.take(event)
    return run.course()


@dataclass
class _Run:
    """The replay under way."""

    contract: Contract
    terms: Terms = field(init=False)
    lines: list[InstalmentLine] = field(init=False, default_factory=list)
    allocations: dict[int, Allocation] = field(init=False, default_factory=dict)
    due: int = field(init=False, default=0)
    clear: int = field(init=False, default=0)  # so many instalments from the first owe nothing more
    running_fen: int = field(init=False)
    today: dt.date = field(init=False)

    def __post_init__(self) -> None:
        contract = self.contract
        self.terms = Terms(
            due_dates=_due_dates(contract, contract.term_months),
            method=contract.method,
            rates=((contract.disbursed_on, contract.annual_rate),),
            whole_first_month=contract.due_day == contract.disbursed_on.day,
            day_count=contract.conventions.day_count,
            segments=contract.conventions.segments,
        )
        self.running_fen = contract.principal_fen
        self.today = contract.disbursed_on
        self._plan(last=contract.term_months)

    def course(self) -> Course:
        return Course(
            contract=self.contract,
            terms=self.terms,
            lines=tuple(self.lines),
            allocations=dict(self.allocations),
            running_fen=self.running_fen,
            due_until=self.due,
        )

    def take(self, event: Event) -> None:
        """Go on to the day of an event and let it happen."""
        if event.on < self.today:
            raise ValueError(f"{event.on} lies before {self.today}: events go forward only")
        self.today = event.on
        self._fall_due(event.on)
        if isinstance(event, Repriced):
            self._reprice(event)
        elif isinstance(event, Paid):
            self._pay(event)
        elif isinstance(event, TermChanged):
            self._change_term(event.term_months)
        else:
            self.terms = replace(self.terms, method=event.method)
            self._plan(last=len(self.lines))

    def _fall_due(self, day: dt.date) -> None:
        while self.due < len(self.lines) and self.lines[self.due].due_on <= day:
            self.running_fen = self.lines[self.due].balance_fen
            self.due += 1

    def _plan(self, *, last: int, equal_fen: int | None = None) -> None:
        """Lay the instalments that are still to come anew.

        Where rounding has repaid the principal early, the instalments left are laid as noughts:
        their number is the contract's.
        """
        del self.lines[self.due :]
        if last <= self.due:
            return
        laid = lay_rows(self.terms, self.running_fen, paid=self.due, last=last, equal_fen=equal_fen)
        self.lines += [_line(row, equal_fen) for row, equal_fen in laid]

    def _equal_fen(self) -> int | None:
        """Return what stays equal in the running period; None when no instalment is left."""
        return self.lines[self.due].equal_fen if self.due < len(self.lines) else None

    def _reprice(self, event: Repriced) -> None:
        start, equal_fen = self.terms.due_dates[self.due], self._equal_fen()
        before = self.terms.rate_on(start)
        kept = tuple(pair for pair in self.terms.rates if pair[0] < event.on)
        self.terms = replace(self.terms, rates=(*kept, (event.on, event.annual_rate)))
        # On a due date the new period begins with the new rate; inside a period the instalment
        # under way keeps its payment, and the next one is computed anew. A rate that stays what
        # it was changes nothing.
        anew = event.on == start and event.annual_rate != before
        self._plan(last=len(self.lines), equal_fen=None if anew else equal_fen)

    def _change_term(self, term_months: int) -> None:
        if term_months <= self.due:
            raise ValueError(f"{self.due} instalments are behind: {term_months} leave none")
        if not self.running_fen:
            return
        self.terms = replace(self.terms, due_dates=_due_dates(self.contract, term_months))
        self._plan(last=term_months)

    def _pay(self, event: Paid) -> None:
        shares, left_fen = self._pay_what_is_due(event)
        principal_fen = interest_fen = 0
        if left_fen and event.option is not None and self.running_fen:
            principal_fen, interest_fen = self._prepay(left_fen, event.on, event.option)
            left_fen -= principal_fen + interest_fen
        self.allocations[event.ref] = Allocation(
            tuple(shares), principal_fen, interest_fen, left_fen
        )

    def _pay_what_is_due(self, event: Paid) -> tuple[list[Share], int]:
        """Share money out over what is due: oldest first, inside it in the agreed order."""
        conventions, left_fen = self.contract.conventions, event.amount_fen
        shares = []
        while self.clear < self.due and self.lines[self.clear].owes_nothing_more:
            self.clear += 1
        for place in range(self.clear, self.due):
            line = accrue_penalty(self.terms, conventions, self.lines[place], event.on)
            owed = {
                PENALTY: penalty_owed_fen(self.terms, conventions, self.lines[place], event.on),
                INTEREST: line.unpaid_interest_fen,
                PRINCIPAL: line.unpaid_principal_fen,
            }
            taken = dict.fromkeys(owed, 0)
            for kind in conventions.allocation:
                taken[kind] = min(owed[kind], left_fen)
                left_fen -= taken[kind]
            if not any(taken.values()):
                continue
            self.lines[place] = _credited(line, taken, event.on)
            shares.append(Share(line.number, taken[PENALTY], taken[INTEREST], taken[PRINCIPAL]))
        return shares, left_fen

    def _prepay(self, amount_fen: int, day: dt.date, option: PrepaymentOption) -> tuple[int, int]:
        """Repay principal before it is due; return principal and interest taken, in fen."""
        accrued = self.terms.accrued(self.due + 1, day)
        amount_fen = min(amount_fen, round_half_up(self.running_fen * (1 + accrued)))
        principal_fen = min(round_half_up(amount_fen / (1 + accrued)), self.running_fen)
        self.running_fen -= principal_fen
        last, equal_fen = len(self.lines), self._equal_fen()
        assert equal_fen is not None  # money is owed that is not due, so an instalment is left
        rate = self.terms.rate_on(self.terms.due_dates[self.due])
        if option is PrepaymentOption.REDUCE:
            equal_fen = instalment_fen(self.running_fen, rate, last - self.due, self.terms.method)
        else:
            last = self.due + months_to_repay(
                self.terms, self.running_fen, equal_fen, self.due, last
            )
        if self.terms.method is RepaymentMethod.LEVEL_PRINCIPAL:
            equal_fen = min(equal_fen, self.running_fen)
        self._plan(last=last, equal_fen=equal_fen)
        return principal_fen, amount_fen - principal_fen


def _due_dates(contract: Contract, term_months: int) -> tuple[dt.date, ...]:
    return tuple(contract.due_on(number) for number in range(term_months + 1))


def _line(row: ScheduleRow, equal_fen: int) -> InstalmentLine:
    return InstalmentLine(
        number=row.number,
        due_on=row.due_on,
        principal_fen=row.principal_fen,
        interest_fen=row.interest_fen,
        balance_fen=row.balance_fen,
        equal_fen=equal_fen,
    )


def _credited(line: InstalmentLine, taken: Mapping[str, int], day: dt.date) -> InstalmentLine:
    paid = replace(
        line,
        paid_penalty_fen=line.paid_penalty_fen + taken[PENALTY],
        paid_interest_fen=line.paid_interest_fen + taken[INTEREST],
        paid_principal_fen=line.paid_principal_fen + taken[PRINCIPAL],
    )
    if not paid.unpaid_principal_fen and not paid.unpaid_interest_fen:
        return replace(paid, settled_on=line.settled_on or day)
    return paid
