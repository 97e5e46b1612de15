"""The types in which facts travel: strict text outside, exact numbers inside.

A model of facts is built in two ways. ``from_wire`` takes what JSON holds: yuan, percent,
dates and months as strings. The constructor takes what the program works with: fen,
fractions, dates and months. Neither accepts the other's form, so that nobody can mistake
yuan for fen.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic import ValidationError as PydanticError
from pydantic_core import CoreSchema, ErrorDetails, core_schema

from kernel.days import FIRST_YEAR, LAST_YEAR, parse_date
from kernel.errors import BadValue, seen
from kernel.money import MAX_FEN, SIGNED_YUAN_PATTERN, YUAN_PATTERN, parse_yuan, yuan
from kernel.months import MONTH_PATTERN, Month
from kernel.rates import PERCENT_PATTERN, is_printable_rate, parse_percent, printed_percent
from kernel.strict_json import member_path

MAX_COUNT = 1_000_000


class _Wire:
    """Teaches pydantic one type: how it is read from the wire, checked, and printed."""

    def __init__(
        self,
        parse: Callable[[object], object],
        check: Callable[[object], object],
        printed: Callable[[Any], str],
        schema: dict[str, Any],
    ) -> None:
        self._parse = parse
        self._check = check
        self._printed = printed
        self._schema = schema

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.json_or_python_schema(
            json_schema=core_schema.no_info_plain_validator_function(self._parse),
            python_schema=core_schema.no_info_plain_validator_function(self._check),
            serialization=core_schema.plain_serializer_function_ser_schema(
                self._printed, when_used="json", return_schema=core_schema.str_schema()
            ),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return dict(self._schema)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_fen(value: object) -> object:
    if not _is_whole(value) or not 0 <= value <= MAX_FEN:  # type: ignore[operator]
        raise ValueError(f"must be whole fen from 0 to {MAX_FEN}, not {seen(value)}")
    return value


def _check_signed_fen(value: object) -> object:
    if not _is_whole(value) or not -MAX_FEN <= value <= MAX_FEN:  # type: ignore[operator]
        raise ValueError(f"must be whole fen from -{MAX_FEN} to {MAX_FEN}, not {seen(value)}")
    return value


def _check_rate(value: object) -> object:
    if not isinstance(value, Fraction) or not is_printable_rate(value):
        raise ValueError(
            "must be a Fraction between 0 and 1 that six decimals of a percent can write,"
            f" not {seen(value)}"
        )
    return value


def _check_date(value: object) -> object:
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise ValueError(f"must be a date, not {seen(value)}")
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"must lie between {FIRST_YEAR} and {LAST_YEAR}, not {value}")
    return value


def _check_month(value: object) -> object:
    if not isinstance(value, Month) or not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"must be a Month from {FIRST_YEAR} to {LAST_YEAR}, not {seen(value)}")
    return value


def _parse_signed_yuan(value: object) -> int:
    return parse_yuan(value, signed=True)


YuanFen = Annotated[
    int,
    _Wire(
        parse_yuan,
        _check_fen,
        yuan,
        {"type": "string", "pattern": YUAN_PATTERN, "examples": ["500.00"]},
    ),
]
"""Money: yuan text on the wire, fen in Python, never below zero."""

SignedYuanFen = Annotated[
    int,
    _Wire(
        _parse_signed_yuan,
        _check_signed_fen,
        yuan,
        {"type": "string", "pattern": SIGNED_YUAN_PATTERN, "examples": ["-500.00"]},
    ),
]
"""Money that may be taken out: as ``YuanFen``, with a minus."""

Rate = Annotated[
    Fraction,
    _Wire(
        parse_percent,
        _check_rate,
        printed_percent,
        {"type": "string", "pattern": PERCENT_PATTERN, "examples": ["2.60"]},
    ),
]
"""A rate: percent text on the wire, an exact fraction of one in Python."""

IsoDate = Annotated[
    dt.date,
    _Wire(
        parse_date,
        _check_date,
        dt.date.isoformat,
        {"type": "string", "format": "date", "examples": ["2026-01-31"]},
    ),
]
"""A day: ``"2026-01-31"`` on the wire, a date in Python, 1900 to 2199."""

IsoMonth = Annotated[
    Month,
    _Wire(
        Month.parse,
        _check_month,
        str,
        {"type": "string", "pattern": MONTH_PATTERN, "examples": ["2026-01"]},
    ),
]
"""A month: ``"2026-01"`` on the wire, a ``Month`` in Python, 1900 to 2199."""

Count = Annotated[int, Field(strict=True, ge=0, le=MAX_COUNT)]
"""How many: a JSON integer from 0 to a million; true and false are no counts."""

Flag = Annotated[bool, Field(strict=True)]
"""Yes or no: a JSON boolean and nothing that looks like one."""


class BadFacts(BadValue):
    """Facts from outside are refused.

    ``path`` names the first wrong fact in the order of the fields, ``problem`` says what is
    wrong with it, and ``errors`` holds every ``(path, problem)``.
    """

    def __init__(
        self,
        path: str,
        problem: str,
        *,
        code: str = "BAD_FACT",
        errors: tuple[tuple[str, str], ...] = (),
        **params: object,
    ) -> None:
        super().__init__(f"{path}: {problem}" if path else problem, code=code, **params)
        self.path = path
        self.problem = problem
        self.errors = errors or ((path, problem),)


class Facts(BaseModel):
    """The base of all facts: frozen, strict, and closed to unknown fields.

    A check across fields is a ``model_validator`` that raises ``BadFacts`` with the path of
    the fact it means, inside the model.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        validate_by_name=True,
        validate_by_alias=True,
        hide_input_in_errors=True,
    )

    @classmethod
    def from_wire(cls, obj: object, *, at: str = "") -> Self:
        """Read JSON-shaped input.

        Args:
            obj: an object as ``loads_strict`` returns it.
            at: path of ``obj`` in the request, put before the paths of its facts.

        Raises:
            BadFacts: naming the path of the first wrong fact and what is wrong.
        """
        if not isinstance(obj, Mapping):
            raise BadFacts(at, f"must be an object, not {seen(obj)}", code="NOT_AN_OBJECT")
        try:
            # Through text, so that pydantic reads by the strict rules of JSON, in which a
            # list may become a tuple and a string an enum, but "1" never a 1.
            text = json.dumps(dict(obj), allow_nan=False)
        except (TypeError, ValueError, RecursionError) as broken:
            raise BadFacts(at, f"is not JSON: {broken}", code="NOT_JSON") from broken
        try:
            return cls.model_validate_json(text, by_alias=True, by_name=False)
        except PydanticError as refused:
            raise _bad_facts(refused, at) from refused

    def to_wire(self) -> dict[str, Any]:
        """Return the facts as JSON would hold them; ``from_wire`` reads them back unchanged."""
        return self.model_dump(mode="json", by_alias=True)


def _bad_facts(refused: PydanticError, at: str) -> BadFacts:
    details = refused.errors(include_url=False)
    errors = tuple(_located(at, detail) for detail in details)
    path, problem = errors[0]
    first = details[0]
    error = first.get("ctx", {}).get("error")
    if isinstance(error, BadValue):
        return BadFacts(path, problem, code=error.code, errors=errors, **error.params)
    return BadFacts(path, problem, code=_CODES.get(first["type"], "BAD_FACT"), errors=errors)


def _located(at: str, detail: ErrorDetails) -> tuple[str, str]:
    """Return path and problem; a check of the whole model may name the fact it means."""
    path, error = _path(at, detail["loc"]), detail.get("ctx", {}).get("error")
    if isinstance(error, BadFacts) and error.path:
        return f"{path}.{error.path}" if path else error.path, error.problem
    return path, _problem(detail)


_CODES = {"missing": "REQUIRED", "extra_forbidden": "UNKNOWN_FIELD"}


def _path(at: str, loc: tuple[int | str, ...]) -> str:
    path = at
    for step in loc:
        path = f"{path}[{step}]" if isinstance(step, int) else member_path(path, step)
    return path


def _problem(detail: ErrorDetails) -> str:
    kind, found, context = detail["type"], seen(detail["input"]), detail.get("ctx", {})
    error = context.get("error")
    if isinstance(error, Exception):
        return str(error)
    if "expected" in context:
        return f"must be one of {context['expected'].replace(' or ', ', ')}; got {found}"
    fixed = _PROBLEMS.get(kind)
    if fixed is not None:
        return fixed.format(found=found, **context)
    return f"{detail['msg']}; got {found}"


_PROBLEMS = {
    "missing": "is required",
    "extra_forbidden": "unknown field",
    "int_type": "must be a whole number (a JSON integer), not {found}",
    "int_parsing_size": "is too large: {found}",
    "bool_type": "must be true or false, not {found}",
    "string_type": "must be a string, not {found}",
    "tuple_type": "must be a list, not {found}",
    "list_type": "must be a list, not {found}",
    "model_type": "must be an object, not {found}",
    "greater_than_equal": "must be at least {ge}, not {found}",
    "less_than_equal": "must be at most {le}, not {found}",
    "greater_than": "must be greater than {gt}, not {found}",
    "less_than": "must be less than {lt}, not {found}",
    "too_short": "must have at least {min_length} entries, has {actual_length}",
    "too_long": "must have at most {max_length} entries, has {actual_length}",
    "string_too_short": "must have at least {min_length} characters; got {found}",
    "string_too_long": "must have at most {max_length} characters; got {found}",
}
