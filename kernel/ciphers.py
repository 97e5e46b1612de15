"""Ciphers for fields and files that must not be readable where they lie, and the blind index."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.errors import BadValue

KEY_BYTES = 32
_NONCE_BYTES = 12
_TOKEN = re.compile(r"v([1-9][0-9]{0,3}):([A-Za-z0-9_-]+={0,2})", re.ASCII)
_FILE = re.compile(rb"v([1-9][0-9]{0,3}):")
_KEY = re.compile(r"([1-9][0-9]{0,3}):([A-Za-z0-9+/_-]+={0,2})", re.ASCII)


class BadKey(BadValue):
    """A key is missing, too short, or not written as it should be. Its value is never shown."""


class BadToken(BadValue):
    """A stored token is damaged, belongs to another field, or needs a key that is not there."""


def parse_keys(text: str) -> dict[int, bytes]:
    """Read keys written as ``1:<base64>,2:<base64>``, each of 32 bytes.

    Raises:
        BadKey: naming the place of the entry, never its content.
    """
    keys: dict[int, bytes] = {}
    for place, entry in enumerate(text.split(","), start=1):
        found = _KEY.fullmatch(entry.strip())
        if found is None:
            raise BadKey(
                f"key {place} is not written as version:base64", code="BAD_KEY_FORM", place=place
            )
        version = int(found[1])
        body = found[2].rstrip("=").replace("-", "+").replace("_", "/")
        try:
            key = base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
        except binascii.Error:
            key = b""
        if len(key) != KEY_BYTES:
            raise BadKey(
                f"key {place} (version {version}) must be {KEY_BYTES} bytes in base64",
                code="BAD_KEY_LENGTH",
                place=place,
            )
        if version in keys:
            raise BadKey(f"version {version} stands twice", code="KEY_TWICE", place=place)
        keys[version] = key
    return keys


class FieldCipher:
    """AES-256-GCM for fields and files, with numbered keys so that keys can be renewed.

    A token is ``v<version>:`` and base64url of nonce and ciphertext. Equal texts give
    different tokens; use ``blind_index`` to find one. The name of the field is
    authenticated with the text, so a token moved to another field does not open.
    """

    def __init__(self, keys: Mapping[int, bytes], current: int) -> None:
        if current not in keys:
            raise BadKey(f"there is no key of version {current}", code="NO_CURRENT_KEY")
        for version, key in keys.items():
            if len(key) != KEY_BYTES:
                raise BadKey(
                    f"the key of version {version} must be {KEY_BYTES} bytes",
                    code="BAD_KEY_LENGTH",
                )
        self._ciphers = {version: AESGCM(key) for version, key in keys.items()}
        self.current = current

    def encrypt(self, text: str, *, field: str = "") -> str:
        """Seal ``text`` for ``field`` with the current key."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._ciphers[self.current].encrypt(nonce, text.encode(), field.encode())
        return f"v{self.current}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def decrypt(self, token: str, *, field: str = "") -> str:
        """Open a token that was sealed for ``field``, with whichever key it names.

        Raises:
            BadToken: with ``code`` BAD_TOKEN_FORM, NO_SUCH_KEY or TOKEN_DAMAGED.
        """
        version, body = self._split(token)
        cipher = self._ciphers.get(version)
        if cipher is None:
            raise BadToken(
                f"the value was sealed with key {version}, which is not configured",
                code="NO_SUCH_KEY",
                version=version,
            )
        try:
            sealed = base64.b64decode(body, altchars=b"-_", validate=True)
            opened = cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], field.encode())
        except (binascii.Error, InvalidTag, ValueError) as broken:
            raise BadToken(
                "the sealed value is damaged or belongs to another field", code="TOKEN_DAMAGED"
            ) from broken
        return opened.decode()

    def needs_rotation(self, token: str) -> bool:
        """Tell whether a token was sealed with another key than the current one."""
        return self._split(token)[0] != self.current

    def seal_file(self, content: bytes, *, field: str) -> bytes:
        """Seal a file's bytes for ``field`` with the current key: ``v<version>:`` and bytes."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._ciphers[self.current].encrypt(nonce, content, field.encode())
        return b"v%d:" % self.current + nonce + sealed

    def open_file(self, sealed: bytes, *, field: str) -> bytes:
        """Open what ``seal_file`` made for ``field``, with whichever key it names.

        Raises:
            BadToken: with ``code`` BAD_TOKEN_FORM, NO_SUCH_KEY or TOKEN_DAMAGED.
        """
        version = self.version_of(sealed)
        cipher = self._ciphers.get(version)
        if cipher is None:
            raise BadToken(
                f"the file was sealed with key {version}, which is not configured",
                code="NO_SUCH_KEY",
                version=version,
            )
        body = sealed[sealed.index(b":") + 1 :]
        try:
            return cipher.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], field.encode())
        except (InvalidTag, ValueError) as broken:
            raise BadToken(
                "the sealed file is damaged or belongs to another place", code="TOKEN_DAMAGED"
            ) from broken

    @staticmethod
    def version_of(sealed: bytes) -> int:
        """Give the version of the key that a file was sealed with.

        Raises:
            BadToken: with ``code`` BAD_TOKEN_FORM; the file was not made here.
        """
        found = _FILE.match(sealed)
        if found is None:
            raise BadToken("the sealed file has no key version", code="BAD_TOKEN_FORM")
        return int(found[1])

    @staticmethod
    def _split(token: str) -> tuple[int, str]:
        found = _TOKEN.fullmatch(token)
        if found is None:
            raise BadToken("the sealed value has no key version", code="BAD_TOKEN_FORM")
        return int(found[1]), found[2]


def blind_index(key: bytes, normalised: str) -> str:
    """Return the HMAC-SHA256 of a normalised text in hex: equal texts can be found by it.

    Args:
        key: its own key of at least 32 bytes, never one of the cipher's.
        normalised: the one spelling of the text.

    Raises:
        BadKey: the key is too short.
    """
    if len(key) < KEY_BYTES:
        raise BadKey(f"the index key must be at least {KEY_BYTES} bytes", code="BAD_KEY_LENGTH")
    return hmac.new(key, normalised.encode(), hashlib.sha256).hexdigest()
