"""Requests as they arrive in bytes: one strict reading for the command and the API."""

from kernel.errors import BadValue
from kernel.strict_json import loads_strict

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class BadBytes(BadValue):
    """What arrived is not plain UTF-8 JSON."""


def read_json(data: bytes) -> object:
    """Read JSON from bytes.

    Raises:
        BadBytes: a byte order mark stands in front: two programs would read two things.
        BadJson: not UTF-8, not JSON, or JSON that could be read in two ways; names the path.
    """
    if data.startswith(BYTE_ORDER_MARK):
        raise BadBytes(
            "starts with a byte order mark: save it as UTF-8 without one",
            code="BYTE_ORDER_MARK",
            path="",
        )
    if not data.strip():
        raise BadBytes("is empty: one JSON object is expected", code="EMPTY", path="")
    return loads_strict(data)
