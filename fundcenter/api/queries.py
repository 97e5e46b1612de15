"""Query strings, read as strictly as bodies."""

from collections.abc import Iterable

from rest_framework.request import Request

from kernel.wire import BadFacts


def refuse_unknown_query(request: Request, known: Iterable[str] = ()) -> None:
    """Refuse parameters nobody reads and parameters that stand twice.

    Raises:
        BadFacts: naming the parameter.
    """
    known = tuple(known)
    for name, values in request.query_params.lists():
        if name not in known:
            choices = ", ".join(known) or "none"
            raise BadFacts(name, f"unknown parameter; known are: {choices}", code="UNKNOWN_FIELD")
        if len(values) > 1:
            raise BadFacts(name, f"stands {len(values)} times; give it once", code="DUPLICATE_KEY")
