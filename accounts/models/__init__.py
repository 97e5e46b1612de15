"""What exists of members: people, papers, accounts, agreements, outside checks, events, holds,
and what is under way."""

from accounts.models.agreements import Agreement, BreachNotice, DebitMandate
from accounts.models.changes import ChangeRecord, PersonChange
from accounts.models.deaths import DeathReport, DeathRevocation
from accounts.models.events import MemberEvent
from accounts.models.holds import Ban, Freeze, FreezeLift, LoanHold
from accounts.models.households import HouseholdRecord, Marriage, Spouse
from accounts.models.members import IdentityDocument, ManagedAccount, Member, MemberAccount
from accounts.models.openings import Opening, OutsideCheck
from accounts.models.pending import PendingBusiness

__all__ = [
    "Agreement",
    "Ban",
    "BreachNotice",
    "ChangeRecord",
    "DeathReport",
    "DeathRevocation",
    "DebitMandate",
    "Freeze",
    "FreezeLift",
    "HouseholdRecord",
    "IdentityDocument",
    "LoanHold",
    "ManagedAccount",
    "Marriage",
    "Member",
    "MemberAccount",
    "MemberEvent",
    "Opening",
    "OutsideCheck",
    "PendingBusiness",
    "PersonChange",
    "Spouse",
]
