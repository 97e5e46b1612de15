"""A centre's whole story as steps in the order of days: named members, ordinary ones, refusals."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from accounts.services import Applicant
from fundcenter.demo.data import (
    CENTRES,
    LAST_DAY,
    Cast,
    CentreData,
    MemberRow,
    PaymentRow,
    RefusedRow,
    cast_of,
    centres,
)
from fundcenter.demo.deeds import Deed, OpeningPlan, Step
from fundcenter.demo.desks import steps_of
from fundcenter.demo.lives import make_life
from fundcenter.demo.people import Registry, make_terms, named, ordinary
from kernel.months import FundYear, Month, month_span

SEED = 2026
_NOTICE_ENDED_DAY = 17


@dataclass(frozen=True, slots=True)
class Story:
    """What happens in a centre, in order, and how many members it gets."""

    centre: str
    data: CentreData
    steps: tuple[Step, ...]
    members: int
    last_day: dt.date


def tell(members: int, *, seed: int = SEED) -> list[Story]:
    """Tell the stories of all centres, so many members in all as asked for.

    Named members are always there, so a small number gives them alone.
    """
    shares = {code: data.share for code, data in centres().items()}
    known: dict[str, Applicant] = {}
    return [
        _tell(code, place, members * shares[code] // sum(shares.values()), seed, known)
        for place, code in enumerate(CENTRES, start=1)
    ]


def _tell(code: str, place: int, members: int, seed: int, known: dict[str, Applicant]) -> Story:
    data, cast = centres()[code], cast_of(code)
    registry = Registry(code, place, data)
    steps: list[Step] = []
    for row in cast.members:
        rng = Random(f"{seed}/{code}/{row.ref}")
        plan = _plan_named(registry, rng, row)
        known[f"{code}/{row.ref}"] = plan.applicant
        steps += _named_steps(row, plan)
    steps += _refused_steps(registry, seed, cast, known)
    ordinaries = max(0, members - len(cast.members))
    given = [*cast.long_names, *cast.rare_names][:ordinaries]
    for number in range(1, ordinaries + 1):
        rng = Random(f"{seed}/{code}/{number}")
        name = given[number - 1] if number <= len(given) else ""
        steps += _ordinary_steps(registry, rng, f"{code}-{number}", name)
    steps += _settlements(data)
    if code in ("liaoning", "yantai"):
        steps += _dormancy_runs(data)
    steps += steps_of(code)
    # Stable: what shares day and deed keeps the order in which it was told.
    steps.sort(key=lambda step: (step.date, step.deed))
    return Story(code, data, tuple(steps), len(cast.members) + ordinaries, LAST_DAY)


def _plan_named(registry: Registry, rng: Random, row: MemberRow) -> OpeningPlan:
    terms = make_terms(
        registry,
        rng,
        row.mode or "MONTHLY",
        row.monthly,
        bank=row.bank,
        debit_day=row.debit_day,
    )
    branch = row.branch or next(iter(registry.data.branches))
    applicant = named(registry, rng, row, row.opened)
    return OpeningPlan(applicant, terms, branch, dict(row.registers), row.letter)


def _named_steps(row: MemberRow, plan: OpeningPlan) -> Iterator[Step]:
    yield Step(row.opened, Deed.OPEN, row.ref, {"plan": plan})
    if row.again is not None:
        yield Step(row.again.opened, Deed.OPEN, row.ref, {"plan": replace(plan, registers={})})
    for payment in (*row.payments, *(row.again.payments if row.again else ())):
        yield from _payments(row.ref, payment)
    yield from _changes(row)
    for transfer in row.transfers:
        facts: dict[str, Any] = {
            "origin": transfer.origin,
            "amount_fen": transfer.amount,
            "source": transfer.source,
            "months": transfer.months,
            "first_month": transfer.first_month.first_day,
            "letter": transfer.letter,
        }
        yield Step(transfer.date, Deed.TRANSFER, row.ref, facts)
    for event in row.events:
        facts = {"kind": event.kind, "document": event.document}
        yield Step(event.date, Deed.EVENT, row.ref, facts)
    for rest in row.seals:
        yield Step(rest.date, Deed.SEAL, row.ref, {"document": rest.document})
        if rest.until is not None:
            yield Step(rest.until, Deed.UNSEAL, row.ref, {"document": f"启{rest.document}"})
    for back in row.unseals:
        yield Step(back.date, Deed.UNSEAL, row.ref, {"document": back.document})


def _changes(row: MemberRow) -> Iterator[Step]:
    """Later versions of the agreement; a change to free payment may leave the amount open."""
    monthly_fen, mode = row.monthly, row.mode
    for change in row.changes:
        mode = change.mode or mode
        monthly_fen = change.monthly or (None if change.mode else monthly_fen)
        facts = {"mode": mode, "monthly_fen": monthly_fen}
        yield Step(change.date, Deed.CHANGE, row.ref, facts)


def _payments(who: str, row: PaymentRow) -> Iterator[Step]:
    for month in month_span(row.first, row.until)[:: row.every]:
        last = month.last_day
        facts = {"amount_fen": row.amount, "channel": "DEBIT"}
        yield Step(last.replace(day=min(row.day, last.day)), Deed.DEPOSIT, who, facts)


def _refused_steps(
    registry: Registry, seed: int, cast: Cast, known: Mapping[str, Applicant]
) -> Iterator[Step]:
    for place, row in enumerate(cast.refused):
        rng = Random(f"{seed}/{registry.code}/refused/{place}")
        mode = row.mode or ("FREE" if row.monthly is None else "MONTHLY")
        plan = OpeningPlan(
            _refused_applicant(registry, rng, row, known),
            make_terms(registry, rng, mode, row.monthly),
            next(iter(registry.data.branches)),
            dict(row.registers),
            because=row.because,
        )
        yield Step(row.date, Deed.REFUSED_OPENING, row.name, {"plan": plan})
    for attempt in cast.deposits_refused:
        facts = {"amount_fen": attempt.amount}
        yield Step(attempt.date, Deed.REFUSED_DEPOSIT, attempt.who, facts)


def _refused_applicant(
    registry: Registry, rng: Random, row: RefusedRow, known: Mapping[str, Applicant]
) -> Applicant:
    """Give the applicant; one who has an account elsewhere comes with the papers known there."""
    if row.like:
        return known[row.like]
    return named(registry, rng, row, row.date)


def _ordinary_steps(registry: Registry, rng: Random, who: str, name: str) -> Iterator[Step]:
    life = make_life(who, registry.code, registry.data, rng)
    applicant, terms = ordinary(registry, rng, life.opened, life.monthly_fen, life.mode, name)
    terms = replace(terms, debit_day=life.debit_day)
    if registry.code == "yantai" and rng.randrange(10) == 0:
        applicant = replace(applicant, first_time=False)
    branch = rng.choice(list(registry.data.branches))
    yield Step(life.opened, Deed.OPEN, who, {"plan": OpeningPlan(applicant, terms, branch)})
    yield from life.steps


def _settlements(data: CentreData) -> Iterator[Step]:
    for year in data.settled_years:
        yield Step(FundYear(year).last_day, Deed.SETTLE, "", {"year": year})


def _dormancy_runs(data: CentreData) -> Iterator[Step]:
    """On the 1st the list is filed and approved; once the notice has ended it is acted on."""
    for month in month_span(Month.of(data.first_day) + 1, Month.of(LAST_DAY)):
        yield Step(month.first_day, Deed.DORMANCY, "", {"file": True})
        acts = month.first_day.replace(day=_NOTICE_ENDED_DAY)
        yield Step(acts, Deed.DORMANCY, "", {"file": False})
