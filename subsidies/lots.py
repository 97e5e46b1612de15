"""Lots: what is left of each credit after the debits have consumed their part. Pure."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from subsidies.facts import Origin, SubsidyMovement


@dataclass(slots=True)
class Lot:
    """A credit: its date, origin and what is left of it in fen."""

    date: dt.date
    origin: Origin
    left_fen: int


def lots_left(
    movements: Iterable[SubsidyMovement], until: dt.date, order: str = "NEWEST_FIRST"
) -> list[Lot]:
    """Return the lots of all movements up to ``until`` (included), oldest first.

    A debit consumes lots of its own origin, in ``order``, and then those of the others. On one
    day credits come before debits.

    Source: subsidy.consumption.
    """
    past = sorted(
        (movement for movement in movements if movement.date <= until),
        key=lambda movement: (movement.date, movement.amount < 0),
    )
    lots: list[Lot] = []
    for movement in past:
        if movement.amount >= 0:
            lots.append(Lot(movement.date, movement.origin, movement.amount))
        else:
            _consume(lots, -movement.amount, movement.origin, order)
    return [lot for lot in lots if lot.left_fen]


def _consume(lots: Sequence[Lot], amount_fen: int, origin: Origin, order: str) -> None:
    queue = list(reversed(lots)) if order == "NEWEST_FIRST" else list(lots)
    for lot in sorted(queue, key=lambda lot: lot.origin is not origin):
        taken_fen = min(lot.left_fen, amount_fen)
        lot.left_fen -= taken_fen
        amount_fen -= taken_fen
