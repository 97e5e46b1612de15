"""What it means that a row stayed locked: somebody else is working on it, nothing was written."""

from django.db import OperationalError

# 55P03 waited too long, 40P01 was chosen to end a deadlock, 40001 met a change; each was undone.
_POSTGRESQL = frozenset({"55P03", "40P01", "40001"})
_SQLITE = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED"})


def is_busy(fault: Exception) -> bool:
    """Tell whether a fault of the database only says that another business was in the way."""
    if not isinstance(fault, OperationalError):
        return False
    cause = fault.__cause__
    return (
        getattr(cause, "sqlstate", "") in _POSTGRESQL
        or getattr(cause, "sqlite_errorname", "") in _SQLITE
    )
