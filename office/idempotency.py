"""Do it once: the same request again gets the same answer and has no second effect."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from office.models import IdempotencyKey
from office.models.records import KEY_LENGTH


class BadKey(ValueError):
    """The key is empty, too long or not printable ASCII."""


class KeyReused(Exception):
    """The key was used before for a different request; nothing was done."""


@dataclass(slots=True)
class Once:
    """The one carrying out of a request. ``is_repeated`` tells whether it happened before."""

    row: IdempotencyKey
    is_repeated: bool
    _kept: bool = field(default=False, init=False)

    @property
    def answer(self) -> Any:
        """The stored answer; None until ``keep`` was called."""
        return self.row.answer

    def keep(self, answer: Any) -> None:
        """Store the JSON answer that every repetition will get."""
        self.row.answer = answer
        self.row.save(update_fields=["answer"])
        self._kept = True


def digest_of(value: Any) -> str:
    """Give the SHA-256 of a JSON value in one fixed spelling."""
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def once(*, client: str, key: str, digest: str) -> Iterator[Once]:
    """Carry out a request at most once per client and key.

    The key is written first and in the same transaction as the effect. Of simultaneous
    duplicates one works and the others wait for its answer. If the body raises, key and effect
    are rolled back together and the request may be tried again::

        with once(client=client, key=key, digest=digest_of(body)) as request:
            if request.is_repeated:
                return request.answer
            ...
            request.keep(answer)

    Raises:
        KeyReused: the key belongs to a request with another digest.
        BadKey: the key is not 1 to 200 printable ASCII characters.
    """
    if not (0 < len(key) <= KEY_LENGTH and key.isascii() and key.isprintable()):
        raise BadKey(
            gettext("Idempotency-Key: 1 to %(limit)s printable ASCII characters are needed.")
            % {"limit": KEY_LENGTH}
        )
    with transaction.atomic():
        request = _first_or_again(client, key, digest)
        yield request
        if not request.is_repeated and not request._kept:
            raise AssertionError("once(): the body ended without keep()")


def _first_or_again(client: str, key: str, digest: str) -> Once:
    try:
        with transaction.atomic():
            row = IdempotencyKey.objects.create(client=client, key=key, digest=digest)
    except IntegrityError:
        row = IdempotencyKey.objects.get(client=client, key=key)
        if row.digest != digest:
            raise KeyReused(
                gettext("The key %(key)s was already used for a different request. Use a new key.")
                % {"key": key}
            ) from None
        return Once(row, is_repeated=True)
    return Once(row, is_repeated=False)
