"""Fields nobody can read in the database, the index that finds them, and masks for the screen."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression

from kernel import ciphers
from kernel.documents import mask_document

__all__ = ["EncryptedTextField", "blind_index", "mask_card", "mask_document", "mask_phone"]


@lru_cache(maxsize=1)
def _cipher() -> ciphers.FieldCipher:
    keys = ciphers.parse_keys(settings.FIELD_KEYS)
    return ciphers.FieldCipher(keys, max(keys))


def _forget_keys(*, setting: str, **_: Any) -> None:
    if setting == "FIELD_KEYS":
        _cipher.cache_clear()


# Only tests change settings while the program runs.
setting_changed.connect(_forget_keys)


def blind_index(normalised: str) -> str:
    """Give the index by which equal texts are found; the text must be in its one spelling."""
    return ciphers.blind_index(settings.INDEX_KEY.encode(), normalised)


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """A text that is encrypted at rest and bound to its column.

    It cannot be searched, ordered or compared in the database: store ``blind_index`` beside it.
    An empty text stays empty.
    """

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way into the database."""
        text = super().get_prep_value(value)
        return _cipher().encrypt(text, field=self._bound_to()) if text else text

    def from_db_value(
        self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper
    ) -> str | None:
        """Decrypt on the way out.

        Raises:
            BadToken: the stored value was damaged or moved here from another column.
        """
        return _cipher().decrypt(value, field=self._bound_to()) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Allow no comparison but with null: equal texts have different tokens."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def needs_rotation(self, token: str) -> bool:
        """Tell whether a stored token was made with an older key."""
        return _cipher().needs_rotation(token)

    def _bound_to(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"


def mask_phone(number: str) -> str:
    """Hide the middle of a telephone number: ``139****5678``."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 8 else "*" * len(number)


def mask_card(number: str) -> str:
    """Show the last four digits of a bank card: ``**** 0123``."""
    return f"**** {number[-4:]}" if len(number) >= 8 else "*" * len(number)


def seal_file(content: bytes, *, field: str) -> bytes:
    """Encrypt the bytes of a file for its place."""
    return _cipher().seal_file(content, field=field)


def open_file(sealed: bytes, *, field: str) -> bytes:
    """Decrypt the bytes of a file at its place.

    Raises:
        BadToken: it was damaged, or brought here from another place.
    """
    return _cipher().open_file(sealed, field=field)


def file_needs_rotation(sealed: bytes) -> bool:
    """Tell whether a file was sealed with an older key."""
    cipher = _cipher()
    return cipher.version_of(sealed) != cipher.current
