"""What the settlement's rules say, in sentences a clerk can read to a member."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "interest_formula": _(
        "Interest from %(start)s (included) to %(end)s (excluded) at %(rates)s a year, days counted"
        " by %(day_count)s; each sum earns from its own day, and the total is rounded once to fen."
    ),
}
WARNINGS: dict[str, str] = {}
