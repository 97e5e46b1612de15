"""Where the work at hand comes from: terminal and request, for the audit trail."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """The terminal (address or the name of a command) and the number of the request."""

    terminal: str = ""
    request_id: str = ""


_UNKNOWN = Origin()
_origin: ContextVar[Origin] = ContextVar("origin", default=_UNKNOWN)


def get_origin() -> Origin:
    """Give the origin of the work at hand; empty where nobody set one."""
    return _origin.get()


@contextmanager
def working_from(terminal: str, request_id: str) -> Iterator[None]:
    """Note the origin for everything audited inside the block."""
    token = _origin.set(Origin(terminal[:64], request_id[:64]))
    try:
        yield
    finally:
        _origin.reset(token)
