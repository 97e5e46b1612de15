"""Data of the charts. Amounts are yuan as text; the page's script draws them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from kernel.money import yuan
from loans.course import Course

Chart = dict[str, Any]


def line_chart(title: str, x: Sequence[str], series: Iterable[tuple[str, Sequence[Any]]]) -> Chart:
    """Describe lines over common points; a value of None leaves a gap."""
    return {
        "kind": "line",
        "title": title,
        "x": list(x),
        "series": [{"name": name, "values": list(values)} for name, values in series],
    }


def bar_chart(title: str, x: Sequence[str], name: str, values: Sequence[Any]) -> Chart:
    """Describe bars of one series."""
    return {
        "kind": "bar",
        "title": title,
        "x": list(x),
        "series": [{"name": name, "values": list(values)}],
    }


def course_chart(course: Course) -> Chart:
    """Draw what a loan owes after each instalment: as it stands, and as the contract had it."""
    planned, principal_fen = [], course.contract.principal_fen
    for line in course.lines:
        planned.append(yuan(line.balance_fen))
    paid_fen, real = 0, []
    for line in course.lines:
        paid_fen += line.paid_principal_fen
        real.append(yuan(principal_fen - paid_fen) if line.number <= course.due_until else None)
    return line_chart(
        _("Principal after each instalment (yuan)"),
        [line.due_on.isoformat() for line in course.lines],
        [(_("by the plan"), planned), (_("really owed"), real)],
    )
