"""Whom a long piece of work with loans tells how far it is."""

from typing import Protocol


class Progress(Protocol):
    """Whom the run tells how far it is; see ``office.runner.Progress``."""

    def expect(self, total: int) -> None:
        """Tell how many loans there are."""

    def advance(self, done: int = 0, failed: int = 0) -> None:
        """Add loans handled, inside their transaction."""

    def line(self, ref: str, message: str) -> None:
        """Note why a loan could not be done."""


class Silent:
    """Tells nobody."""

    def expect(self, total: int) -> None:
        """Ignore it."""

    def advance(self, done: int = 0, failed: int = 0) -> None:
        """Ignore it."""

    def line(self, ref: str, message: str) -> None:
        """Ignore it."""
