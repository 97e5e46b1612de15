"""The lives of members nobody has named: how they pay, pause, stop, move and borrow.

Everything follows from the seed; the same seed gives the same lives for ever.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from fundcenter.demo.data import LAST_DAY, CentreData, names
from fundcenter.demo.deeds import Deed, Step
from kernel.months import FundYear, Month, month_span, months_between

DEBIT_DAYS = (5, 10, 15, 20, 25)
OPENING_DAYS = (3, 6, 12, 17, 23)
LAST_MONTH = Month.of(LAST_DAY)
# Nobody joins in the last weeks, so that every life has something to tell.
LAST_OPENING = Month(2026, 5)
_CYCLES = {"quarterly": 3, "half_yearly": 6, "yearly": 12}
_YUAN = 100
# Yantai seals after six months without contribution: who only pauses comes back before.
_LONGEST_PAUSE = 4


@dataclass(frozen=True, slots=True)
class Life:
    """An ordinary member's account: terms, opening day, and what follows."""

    who: str
    habit: str
    mode: str
    monthly_fen: int | None
    opened: dt.date
    debit_day: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Frame:
    """What a habit is told: who, since when, how much."""

    who: str
    rng: Random
    centre: str
    data: CentreData
    opened: dt.date
    debit_day: int
    amount_fen: int

    @property
    def first_month(self) -> Month:
        """The first month whose debit day comes after the opening."""
        own = Month.of(self.opened)
        return own if self.debit_day >= self.opened.day else own + 1

    def day(self, month: Month, day: int | None = None) -> dt.date:
        """Give the debit day of a month; the last day of a month that has no such day."""
        last = month.last_day
        return last.replace(day=min(day or self.debit_day, last.day))

    def pay(self, month: Month, amount_fen: int, channel: str = "DEBIT") -> Step:
        """Pay on the debit day."""
        facts = {"amount_fen": amount_fen, "channel": channel}
        return Step(self.day(month), Deed.DEPOSIT, self.who, facts)


def make_life(who: str, centre: str, data: CentreData, rng: Random) -> Life:
    """Invent one life."""
    habit = rng.choices(list(data.habits), list(data.habits.values()))[0]
    begun = Month.of(data.first_day)
    latest = LAST_OPENING if habit not in ("stopped", "never", "paused") else Month(2025, 9)
    span = months_between(begun, latest) + 1
    month = begun + max(rng.randrange(span) for _ in range(data.growth))
    opened = month.first_day.replace(day=rng.choice(OPENING_DAYS))
    if opened <= data.first_day:
        opened = data.first_day + dt.timedelta(days=rng.randrange(1, 5))
    frame = _Frame(who, rng, centre, data, opened, rng.choice(DEBIT_DAYS), rng.choice(data.amounts))
    mode, monthly_fen = _terms(habit, frame)
    steps = tuple(_HABITS[habit](frame))
    return Life(who, habit, mode, monthly_fen, opened, frame.debit_day, steps)


def _terms(habit: str, frame: _Frame) -> tuple[str, int | None]:
    if habit in _CYCLES:
        return habit.upper(), frame.amount_fen
    if habit == "multiples":
        return "FREE", frame.amount_fen
    if habit in ("free", "lumps"):
        return "FREE", None
    return "MONTHLY", frame.amount_fen


def _monthly(frame: _Frame) -> Iterator[Step]:
    for month in month_span(frame.first_month, LAST_MONTH):
        yield frame.pay(month, frame.amount_fen)


def _raised(frame: _Frame) -> Iterator[Step]:
    """Pay more from some July or January on, by a new version of the agreement."""
    higher_fen = max(a for a in frame.data.amounts if a <= 3 * frame.amount_fen)
    turns = [m for m in (Month(2025, 7), Month(2026, 1)) if m > frame.first_month + 1]
    turn = frame.rng.choice(turns) if turns else None
    for month in month_span(frame.first_month, LAST_MONTH):
        raised = turn is not None and month >= turn
        yield frame.pay(month, higher_fen if raised else frame.amount_fen)
    if turn is not None:
        signed = frame.day(turn - 1, 26)
        facts = {"mode": "MONTHLY", "monthly_fen": higher_fen}
        yield Step(signed, Deed.CHANGE, frame.who, facts)


def _periodic(months: int) -> Callable[[_Frame], Iterator[Step]]:
    def steps(frame: _Frame) -> Iterator[Step]:
        month = frame.first_month
        while month <= LAST_MONTH:
            yield frame.pay(month, months * frame.amount_fen)
            month += months

    return steps


def _multiples(frame: _Frame) -> Iterator[Step]:
    """Pay several months at once, never beyond the June that ends the fund year."""
    month = frame.first_month
    while month <= LAST_MONTH:
        room = months_between(month, FundYear.of(month.first_day).last_month) + 1
        months = min(room, frame.rng.choice((1, 2, 3, 3, 6, 12)))
        yield frame.pay(month, months * frame.amount_fen, "ONLINE")
        month += months


def _free(frame: _Frame) -> Iterator[Step]:
    """Pay what there is, in most months."""
    for month in month_span(frame.first_month, LAST_MONTH):
        if frame.rng.randrange(10) < 6:
            share = frame.rng.choice((50, 80, 100, 100, 120, 150, 200))
            amount_fen = max(200 * _YUAN, frame.amount_fen * share // 100 // 1000 * 1000)
            yield frame.pay(month, amount_fen, "ONLINE")


def _lumps(frame: _Frame) -> Iterator[Step]:
    """Pay a larger sum now and then; in Lianyungang the ceiling of the month binds."""
    highest_yuan = 7_000 if frame.centre == "lianyungang" else 12_000
    month = frame.first_month
    while month <= LAST_MONTH:
        amount_fen = frame.rng.randrange(2_000, highest_yuan + 1, 500) * _YUAN
        yield frame.pay(month, amount_fen, "COUNTER")
        month += frame.rng.choice((4, 5, 6, 9))


def _paused(frame: _Frame) -> Iterator[Step]:
    """Pay, miss a few months, and go on."""
    gap = frame.first_month + frame.rng.randrange(2, 8)
    back = gap + frame.rng.randrange(1, _LONGEST_PAUSE + 1)
    for month in month_span(frame.first_month, LAST_MONTH):
        if not gap <= month < back:
            yield frame.pay(month, frame.amount_fen)


def _stopped(frame: _Frame) -> Iterator[Step]:
    last = frame.first_month + frame.rng.randrange(1, 7)
    for month in month_span(frame.first_month, min(last, LAST_MONTH)):
        yield frame.pay(month, frame.amount_fen)


def _never(_frame: _Frame) -> Iterator[Step]:
    yield from ()


def _moved(origin: str) -> Callable[[_Frame], Iterator[Step]]:
    def steps(frame: _Frame) -> Iterator[Step]:
        """Bring money along, from another city or from the account kept by a unit."""
        yield from _monthly(frame)
        rng, people = frame.rng, names()
        months = rng.randrange(8, 96)
        city = rng.choice(people.areas_abroad)
        unit = f"{frame.data.short_name}{rng.choice(people.units)}"
        arrived = frame.day(Month.of(frame.opened) + 1, rng.choice(DEBIT_DAYS))
        if arrived > LAST_DAY:
            return
        facts = {
            "origin": origin,
            "amount_fen": months * rng.randrange(30_000, 90_000),
            "source": unit if origin == "UNIT" else f"{city}住房公积金管理中心",
            "months": months,
            "first_month": (Month.of(frame.opened) - months).first_day,
            "letter": f"转字〔{arrived.year}〕{rng.randrange(10_000, 100_000)}",
        }
        yield Step(arrived, Deed.TRANSFER, frame.who, facts)

    return steps


def _loan(frame: _Frame) -> Iterator[Step]:
    """Take a loan after a while; the contributions go on."""
    yield from _monthly(frame)
    paid_out = frame.first_month + frame.rng.randrange(12, 16)
    if paid_out > LAST_MONTH:
        return
    document = f"贷{paid_out.year}-{frame.who.rpartition('-')[2]}"
    yield Step(
        frame.day(paid_out - 1, 20),
        Deed.EVENT,
        frame.who,
        {"kind": "LOAN_APPLIED", "document": document},
    )
    yield Step(
        frame.day(paid_out, 15),
        Deed.EVENT,
        frame.who,
        {"kind": "LOAN_DISBURSED", "document": document},
    )


def _used(frame: _Frame) -> Iterator[Step]:
    """Apply for a withdrawal, which in Yantai ends the subsidy."""
    yield from _monthly(frame)
    month = frame.first_month + frame.rng.randrange(4, 14)
    if month <= LAST_MONTH:
        document = f"提申字{month.year}-{frame.who.rpartition('-')[2]}"
        yield Step(
            frame.day(month, 20),
            Deed.EVENT,
            frame.who,
            {"kind": "WITHDRAWAL", "document": document},
        )


_HABITS: dict[str, Callable[[_Frame], Iterator[Step]]] = {
    "monthly": _monthly,
    "raised": _raised,
    "quarterly": _periodic(_CYCLES["quarterly"]),
    "half_yearly": _periodic(_CYCLES["half_yearly"]),
    "yearly": _periodic(_CYCLES["yearly"]),
    "multiples": _multiples,
    "free": _free,
    "lumps": _lumps,
    "paused": _paused,
    "stopped": _stopped,
    "never": _never,
    "moved_flex": _moved("FLEX"),
    "moved_unit": _moved("UNIT"),
    "loan": _loan,
    "used": _used,
}
