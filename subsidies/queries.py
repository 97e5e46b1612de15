"""What others ask about subsidies."""

from collections.abc import Iterable

from accounts.models import Member
from office.models import Centre
from subsidies.models import EarlierSubsidy, SubsidyApproval


def list_missing_approvals(centre: Centre, year: int, required: Iterable[str]) -> list[str]:
    """List the consents a text asks for that nobody has recorded for the fund year."""
    recorded = set(
        SubsidyApproval.objects.filter(centre=centre, year=year).values_list("kind", flat=True)
    )
    return [kind for kind in required if kind not in recorded]


def find_earlier_subsidy(member: Member) -> EarlierSubsidy | None:
    """Find what the member had been credited before this system kept the account."""
    return EarlierSubsidy.objects.filter(member=member).first()
