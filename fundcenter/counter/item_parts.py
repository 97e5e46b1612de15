"""What stands on the page of one kind of document beyond what every kind shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from loans.models import LoanApplication, LoanReview
from loans.services.reviews import other_quota_fen
from office.inbox import Kind
from office.models import User


@dataclass(frozen=True, slots=True)
class Part:
    """A template and what it is told."""

    template: str
    told: Mapping[str, Any]


def part_of(kind: Kind, item: Any, user: User) -> Part | None:
    """Give the part of a document's page that is its kind's own; most kinds have none."""
    make = _PARTS.get(kind.name)
    return make(item, user) if make else None


def _loan_application(application: LoanApplication, user: User) -> Part:
    """The looks so far, and for a supervisor the other reading of the clause."""
    looks = LoanReview.objects.filter(application=application).select_related("reviewed_by")
    other_fen = other_quota_fen(application)
    return Part(
        "counter/parts/loan_application.html",
        {
            "application": application,
            "looks": list(looks.order_by("id")),
            "other_fen": other_fen,
            "decided": application.state in ("APPROVED", "REFUSED"),
            "may_choose": other_fen is not None
            and application.is_undecided
            and application.made_by_id != user.pk
            and user.may("loans.approve"),
        },
    )


_PARTS: Mapping[str, Callable[[Any, User], Part]] = {"loan-application": _loan_application}
