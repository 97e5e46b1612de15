"""Whether a member lives, as far as the books know; read only."""

from accounts.errors import Deceased
from accounts.models import DeathReport, Member, MemberAccount


def find_death(member: Member) -> DeathReport | None:
    """Find the report of a member's death that stands; None where none does."""
    return DeathReport.objects.filter(
        member_account__member=member, withdrawn_date__isnull=True
    ).first()


def require_alive(member_account: MemberAccount) -> None:
    """Refuse business that only a living member has.

    Raises:
        Deceased: naming the report and what may still be done.

    Source: Regulation art. 24.
    """
    report = find_death(member_account.member)
    if report is not None:
        raise Deceased(member_account.number, report.number, report.died_date)
