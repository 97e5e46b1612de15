"""What exists on the ground floor."""

from office.models.days import BusinessDay, Sequence
from office.models.document import Document, Limited
from office.models.drawers import DrawerClosing
from office.models.filters import SavedFilter
from office.models.jobs import Job, JobLine
from office.models.organisation import Branch, Centre, User
from office.models.papers import Paper, PaperFolder, PaperSeal
from office.models.prints import PrintLog
from office.models.records import AuditEvent, IdempotencyKey

__all__ = [
    "AuditEvent",
    "Branch",
    "BusinessDay",
    "Centre",
    "Document",
    "DrawerClosing",
    "IdempotencyKey",
    "Job",
    "JobLine",
    "Limited",
    "Paper",
    "PaperFolder",
    "PaperSeal",
    "PrintLog",
    "SavedFilter",
    "Sequence",
    "User",
]
