"""What others ask about subsidies."""

from collections.abc import Iterable

from office.models import Centre
from subsidies.models import SubsidyApproval


def list_missing_approvals(centre: Centre, year: int, required: Iterable[str]) -> list[str]:
    """List the consents a text asks for that nobody has recorded for the fund year."""
    recorded = set(
        SubsidyApproval.objects.filter(centre=centre, year=year).values_list("kind", flat=True)
    )
    return [kind for kind in required if kind not in recorded]
