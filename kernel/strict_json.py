"""JSON without surprises: what two readers could understand differently is refused."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from kernel.errors import BadValue, seen

MAX_DEPTH = 20
MAX_INTEGER = 10**18
_MAX_INTEGER_DIGITS = 19

# Strings are stepped over as one piece; possessive, so that no input can make it slow.
_BRACKETS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


class BadJson(BadValue):
    """The text is not JSON, or JSON that could be read in two ways. ``params["path"]``: where."""


class _Refused(NamedTuple):
    """Stands in the tree for a value that is refused, until its path is known."""

    code: str
    message: str


def _refuse_float(text: str) -> _Refused:
    return _Refused(
        "FLOAT", f"{seen(text)} is a number with a point or exponent; write it as a string"
    )


def _refuse_constant(text: str) -> _Refused:
    return _Refused("NOT_A_NUMBER", f"{text} is not JSON")


def _read_integer(text: str) -> int | _Refused:
    # Lengths are looked at first: turning millions of digits into a number takes minutes.
    if len(text) <= _MAX_INTEGER_DIGITS + 1 and abs(int(text)) <= MAX_INTEGER:
        return int(text) if text != "-0" else _Refused("MINUS_ZERO", "-0 is not a whole number")
    return _Refused("INTEGER_TOO_LARGE", f"{seen(text)} is larger than {MAX_INTEGER}")


def _read_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members: dict[str, object] = {}
    for key, value in pairs:
        if key in members:
            members[key] = _Refused("DUPLICATE_KEY", f"the key {seen(key)} stands twice")
        else:
            members[key] = value
    return members


_DECODER = json.JSONDecoder(
    object_pairs_hook=_read_object,
    parse_float=_refuse_float,
    parse_constant=_refuse_constant,
    parse_int=_read_integer,
)


def loads_strict(text: str | bytes) -> object:
    """Read JSON into plain objects.

    Refused are duplicate keys, numbers with a point or exponent, NaN and Infinity, whole
    numbers beyond 10^18, more than twenty levels, NUL characters and lone surrogates.

    Args:
        text: the JSON; bytes must be UTF-8, with or without a byte order mark.

    Raises:
        BadJson: naming the path of the first thing refused, such as ``facts.rows[3].amount``.
    """
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as broken:
            raise BadJson(f"byte {broken.start} is not UTF-8", code="NOT_UTF8", path="") from broken
    _demand_shallow(text)
    try:
        tree: object = _DECODER.decode(text)
    except json.JSONDecodeError as broken:
        raise BadJson(
            f"not JSON at line {broken.lineno}, column {broken.colno}: {broken.msg}",
            code="NOT_JSON",
            path="",
        ) from broken
    _inspect(tree, "")
    return tree


def _demand_shallow(text: str) -> None:
    """Count levels before parsing: the parser itself would overflow the stack."""
    depth = 0
    for found in _BRACKETS.finditer(text):
        mark = found[0]
        if mark in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise BadJson(
                    f"more than {MAX_DEPTH} levels of nesting at character {found.start()}",
                    code="TOO_DEEP",
                    path="",
                )
        elif mark in "]}":
            depth -= 1


def _inspect(value: object, path: str) -> None:
    if isinstance(value, _Refused):
        raise _bad(path, value)
    if isinstance(value, str):
        _demand_text(value, path)
    elif isinstance(value, dict):
        for key, member in value.items():
            _demand_text(key, path)
            _inspect(member, member_path(path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _inspect(item, f"{path}[{index}]")


def _demand_text(text: str, path: str) -> None:
    if _NOT_TEXT.search(text):
        problem = _Refused("NOT_TEXT", f"{seen(text)} holds a NUL or half a character")
        raise _bad(path, problem)


def _bad(path: str, problem: _Refused) -> BadJson:
    message = f"{path}: {problem.message}" if path else problem.message
    return BadJson(message, code=problem.code, path=path)


def member_path(path: str, key: str) -> str:
    """Write the path of an object's member: ``facts.rows``, or ``facts["odd key"]``."""
    if not _PLAIN_KEY.fullmatch(key):
        return f"{path}[{json.dumps(key[:40])}]"
    return f"{path}.{key}" if path else key
