"""Who has to sign for which amount of which business: the table ``approval.limits``. Pure.

A business asks ``policy.rules.approver_for`` when it takes a document in and stores the answer in
it (``office.models.Limited``), so that a later change of the table moves nothing that waits.
Whether a person may sign is ``kernel.posts.reaches``; ``office.documents`` and the inbox ask it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kernel.money import parse_yuan, yuan
from kernel.posts import Post, posts_up_to

KEY = "approval.limits"
_FIELDS = {"business", "role", "upto"}


class Business(StrEnum):
    """The businesses whose amount decides who has to sign."""

    WITHDRAWAL = "WITHDRAWAL"
    EXIT = "EXIT"
    TRANSFER_OUT = "TRANSFER_OUT"
    CORRECTION = "CORRECTION"
    DEPOSIT = "DEPOSIT"
    HEIRS = "HEIRS"
    REFUND = "REFUND"
    LOAN = "LOAN"
    DISBURSEMENT = "DISBURSEMENT"
    WRITE_OFF = "WRITE_OFF"


@dataclass(frozen=True, slots=True)
class Step:
    """Up to ``upto_fen`` (included; None = whatever the amount) this post signs."""

    post: Post
    upto_fen: int | None


@dataclass(frozen=True, slots=True)
class Limits:
    """The table as rules read it: by business, the steps from the lowest post to the highest."""

    steps: Mapping[str, tuple[Step, ...]]


def read_limits(printed: Any) -> Limits:
    """Read the rows of the table: business, role and, except for the last of each, upto.

    Raises:
        ValueError: an unknown business or role, a limit that is no sum of yuan, limits or roles
            that do not rise, or a business without a row that is open at its end.
    """
    if not isinstance(printed, list):
        raise ValueError("a list of rows {business, role, upto} is expected")
    steps: dict[str, list[Step]] = {}
    for place, row in enumerate(printed, 1):
        business, step = _read_row(place, row)
        before = steps.setdefault(business, [])
        if before:
            _require_higher(place, business, before[-1], step)
        before.append(step)
    for business, rows in steps.items():
        if rows[-1].upto_fen is not None:
            raise ValueError(
                f"{business} ends at {yuan(rows[-1].upto_fen)}: add a last row without upto, so "
                f"that somebody signs above it"
            )
    return Limits({business: tuple(rows) for business, rows in steps.items()})


def _read_row(place: int, row: Any) -> tuple[str, Step]:
    if not isinstance(row, dict) or not {"business", "role"} <= set(row) <= _FIELDS:
        raise ValueError(f"row {place}: business, role and perhaps upto are expected, seen {row}")
    business, role, upto = row["business"], row["role"], row.get("upto")
    if business not in list(Business):
        raise ValueError(f"row {place}: unknown business {business}, {_one_of(Business)}")
    if role not in list(Post):
        raise ValueError(f"row {place}: unknown role {role}, {_one_of(Post)}")
    if upto is not None and not isinstance(upto, str):
        raise ValueError(f"row {place}: quote upto as a sum of yuan, seen {upto!r}")
    return str(business), Step(Post(role), None if upto is None else parse_yuan(upto))


def _require_higher(place: int, business: str, last: Step, step: Step) -> None:
    if last.upto_fen is None:
        raise ValueError(f"row {place}: {business} has a row without upto already; it is the last")
    if step.upto_fen is not None and step.upto_fen <= last.upto_fen:
        raise ValueError(
            f"row {place}: upto {yuan(step.upto_fen)} of {business} is not above "
            f"{yuan(last.upto_fen)}, the limit before it"
        )
    if step.post in posts_up_to(last.post):
        raise ValueError(
            f"row {place}: {step.post} of {business} does not stand above {last.post}, which "
            f"signs the smaller amounts"
        )


def _one_of(names: Iterable[str]) -> str:
    return f"one of {', '.join(names)} is expected"
