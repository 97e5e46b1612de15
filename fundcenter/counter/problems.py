"""What is wrong with a typed fact, in the reader's language.

The foundation says it in English; its sentences are few, and each is recognised by its words.
"""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kernel.wire import BadFacts

_SENTENCES: tuple[tuple[re.Pattern[str], Promise], ...] = tuple(
    (re.compile(pattern, re.DOTALL), text)
    for pattern, text in (
        (r"is required", _("is required")),
        (r"unknown field", _("is not known here; take it out")),
        (
            r"(?P<seen>.*) is not an amount in yuan: .*",
            _("%(seen)s is no amount: write yuan with at most two decimals, such as 500.00"),
        ),
        (
            r"(?P<seen>.*) is not a percentage: .*",
            _("%(seen)s is no percentage: write a number from 0 to 100, such as 2.60"),
        ),
        (
            r"(?P<seen>.*) is not a date: .*",
            _("%(seen)s is no date between 1900 and 2199: write it like 2026-01-31"),
        ),
        (
            r"(?P<seen>.*) is not a month: .*",
            _("%(seen)s is no month between 1900 and 2199: write it like 2026-01"),
        ),
        (r"must be one of (?P<choices>.*); got .*", _("choose one of %(choices)s")),
        (
            r"must be a whole number .*, not (?P<seen>.*)",
            _("%(seen)s is no whole number: write digits only"),
        ),
        (
            r"must be at least (?P<least>\S+), not (?P<seen>.*)",
            _("%(seen)s is too small: at least %(least)s"),
        ),
        (
            r"must be at most (?P<most>\S+), not (?P<seen>.*)",
            _("%(seen)s is too large: at most %(most)s"),
        ),
        (r"must be true or false, not .*", _("choose yes or no")),
        (r"must be a list, not .*", _("write a list: [ … ]")),
        (r"must be an object, not .*", _("write an object: { … }")),
        (
            r"not JSON at line (?P<line>\d+).*",
            _("is no JSON: look at line %(line)s of what you typed"),
        ),
    )
)


def worded(refused: BadFacts) -> Mapping[str, str]:
    """Return each problem by its path; what is not recognised stays as the foundation says it."""
    return {path: _worded(problem) for path, problem in reversed(refused.errors)}


def _worded(problem: str) -> str:
    for pattern, text in _SENTENCES:
        found = pattern.fullmatch(problem)
        if found is not None:
            return str(text) % found.groupdict()
    return problem
