"""Who approves how much: a checker up to the centre's limit, a supervisor above it.

Whether a document is above the limit is decided and stored when it is taken in
(``is_large``; ``withdrawal.large_amount``, ``transfer.large_amount``), so that a later change of
the limit moves nothing that waits already.
"""

from typing import Any, Protocol

from django.db.models import QuerySet

from office.models import User


class Limited(Protocol):
    """A document with a limit: both permissions, and which side of the limit it is on."""

    approve_permission: str
    approve_large_permission: str
    is_large: bool


def get_approve_permission(document: Any) -> str:
    """Give the permission that approving this document needs."""
    limited: Limited = document
    return limited.approve_large_permission if limited.is_large else limited.approve_permission


def list_decidable(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    """Narrow documents of one limited kind to what the person may approve."""
    limited: Any = rows.model
    may_all = user.may(limited.approve_large_permission)
    return rows if may_all else rows.filter(is_large=False)
