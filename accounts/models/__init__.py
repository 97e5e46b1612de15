"""What exists of members: people, their papers, accounts, agreements, outside checks, events."""

from accounts.models.agreements import Agreement, DebitMandate
from accounts.models.events import MemberEvent
from accounts.models.members import IdentityDocument, ManagedAccount, Member, MemberAccount
from accounts.models.openings import Opening, OutsideCheck

__all__ = [
    "Agreement",
    "DebitMandate",
    "IdentityDocument",
    "ManagedAccount",
    "Member",
    "MemberAccount",
    "MemberEvent",
    "Opening",
    "OutsideCheck",
]
