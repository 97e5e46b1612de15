"""What the foundation raises when a text from outside is not what it should be."""

from __future__ import annotations

SEEN_LENGTH = 40


def seen(value: object) -> str:
    """Return what arrived, as Python writes it, cut to forty characters for a message."""
    try:
        text = repr(value)
    except ValueError:  # an int of thousands of digits
        text = f"a {type(value).__name__} too long to write"
    return text if len(text) <= SEEN_LENGTH else text[: SEEN_LENGTH - 1] + "…"


class BadValue(ValueError):
    """A value from outside is refused.

    ``code`` and ``params`` let a face word the refusal in the reader's language;
    ``str()`` is a complete English sentence.
    """

    def __init__(self, message: str, *, code: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.params = params
