"""One request → one answer, the same for the command, the API and the pages.

Nothing here knows a terminal or HTTP; each face turns :class:`BadFacts` into its own refusal.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from fundcenter.calculators.present import blank, present
from fundcenter.calculators.registry import Calculator, get_calculator
from kernel.days import parse_date
from kernel.errors import BadValue, seen
from kernel.strict_json import member_path
from kernel.wire import BadFacts
from office.queries import UnknownCentre
from policy.answers import answer
from policy.book import NoPolicyInForce, PolicyBook, Unset
from policy.decisions import Decision, Sheet
from policy.queries import get_shelf, open_book

Answer = dict[str, Any]
Books = Callable[[str, dt.date], PolicyBook]

FACTS = "facts"
ENVELOPE = ("centre", "on", FACTS)


def run(name: str, request: object, *, books: Books = open_book) -> Answer:
    """Answer a request as ``contracts.md`` §3 has it.

    Args:
        name: the calculator.
        request: ``{"centre", "on", "facts"}`` as read from JSON.
        books: opens a centre's policy book on a day; the database's unless told otherwise.

    Raises:
        UnknownCalculator: no calculator has the name.
        BadFacts: the request is not of the form; ``path`` names what is wrong.
        PoliciesNotLoaded: the database holds no law yet.
    """
    calculator = get_calculator(name)
    centre, on, wire = read_envelope(request)
    book = _open_book(books, centre, on)
    facts = calculator.facts.from_wire(wire, at=FACTS)
    decision = _decide(calculator, facts, book)
    results = blank(calculator.result) | present(decision.result)
    return answer(calculator.name, centre, on, decision, results)


def read_envelope(request: object) -> tuple[str, dt.date, object]:
    """Return centre, day and the facts, still unread, of a request.

    Raises:
        BadFacts: a field is missing, unknown or wrong.
    """
    if not isinstance(request, Mapping):
        raise BadFacts("", f"the request must be an object, not {seen(request)}")
    for field in request:
        if field not in ENVELOPE:
            raise BadFacts(member_path("", field), "unknown field", code="UNKNOWN_FIELD")
    for field in ENVELOPE:
        if field not in request:
            raise BadFacts(field, "is required", code="REQUIRED")
    centre, on = request["centre"], request["on"]
    if not isinstance(centre, str):
        raise BadFacts("centre", f"must be a string, not {seen(centre)}")
    try:
        return centre, parse_date(on), request[FACTS]
    except BadValue as wrong:
        raise BadFacts("on", str(wrong), code=wrong.code) from wrong


def _open_book(books: Books, centre: str, on: dt.date) -> PolicyBook:
    try:
        return books(centre, on)
    except UnknownCentre as unknown:
        known = ", ".join(get_shelf().chains)
        problem = f"must be one of {known}; got {seen(centre)}"
        raise BadFacts("centre", problem, code="UNKNOWN_CENTRE", known=known) from unknown


def _decide(calculator: Calculator, facts: Any, book: PolicyBook) -> Decision[Any]:
    """Let the rule decide. A gap in the policies that it did not foresee is a review."""
    try:
        return calculator.decide(facts, book)
    except BadFacts as wrong:
        path = f"{FACTS}.{wrong.path}" if wrong.path else FACTS
        raise BadFacts(path, wrong.problem, code=wrong.code) from wrong
    except OverflowError as wrong:
        raise BadFacts(FACTS, f"lead beyond what a calendar can hold: {wrong}") from wrong
    except Unset as gap:
        sheet = Sheet(book.at(gap.on))
        sheet.unset(gap.key)
        return sheet.decide(None)
    except NoPolicyInForce as gap:
        sheet = Sheet(book.at(gap.on))
        sheet.in_force()
        return sheet.decide(None)
