"""From codes to sentences in the reader's language.

Rules write codes and parameters; each app keeps the sentences for its codes in its own
``wording.py`` (``REASONS`` and ``WARNINGS``), which are gathered here on first use.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from django.apps import apps
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from kernel.money import grouped_yuan, parse_yuan
from policy.decisions import Caution, Reason
from policy.loader import load_catalogue
from policy.queries import get_shelf
from policy.terms import SUBJECTS, TERMS
from policy.values import Citation, Parameter, Unit, Value

Texts = Mapping[str, str | Promise]

Cite = Callable[[Iterable[Citation]], list[str]]

PARAMETER = "parameter"  # the source named by citations of a parameter that rests on no clause

REASONS: Texts = {
    "no_policy_in_force": _(
        "The policy text of this centre is not in force on %(on)s; a person has to decide."
    ),
    "parameter_unset": _(
        "The parameter “%(key)s” has no value on %(on)s. The policy desk enters it first."
    ),
    "retirement_age": _(
        "The statutory retirement age is %(years)s years and %(months)s months, reached on "
        "%(reached)s."
    ),
    "deadline": _(
        "Accepted on %(accepted)s, with %(days)s days (%(day_type)s) to answer: the last day is "
        "%(due)s."
    ),
}
WARNINGS: Texts = {
    "carried_value": _(
        "“%(key)s” (%(value)s) is used past the period it was published for: %(reason)s"
    ),
    "retirement_law_changes": _(
        "The law on retirement changes before %(reached)s; ask again once it is in force."
    ),
    "calendar_not_published": _(
        "The public holidays of %(year)s are not published yet; only weekends were counted."
    ),
}

_YUAN = re.compile(r"-?[0-9]{4,12}\.[0-9]{2}")


@cache
def gathered() -> tuple[Texts, Texts]:
    """Gather the sentences of all apps: by code of reason, and by code of warning.

    Codes are unique across apps; where two apps word one code, the lower floor's sentence stays.
    """
    reasons: dict[str, str | Promise] = {}
    warnings: dict[str, str | Promise] = {}
    for module in wording_modules():
        reasons = {**getattr(module, "REASONS", {}), **reasons}
        warnings = {**getattr(module, "WARNINGS", {}), **warnings}
    return reasons, warnings


def wording_modules() -> list[ModuleType]:
    """Give the ``wording`` modules of all apps, from the lowest floor up."""
    return [
        import_module(f"{app.name}.wording")
        for app in apps.get_app_configs()
        if module_has_submodule(app.module, "wording")
    ]


def describe_reason(reason: Reason) -> str:
    """Say a test in the reader's language; a code nobody worded stands for itself."""
    return _sentence(gathered()[0], reason.code, reason.params)


def describe_warning(caution: Caution) -> str:
    """Say a warning in the reader's language; a code nobody worded stands for itself."""
    return _sentence(gathered()[1], caution.code, caution.params)


def describe_citation(citation: Citation) -> str:
    """Name a clause shortly, such as “喀什解读 五”."""
    return describe_citations([citation])[0]


def describe_citations(citations: Iterable[Citation]) -> list[str]:
    """Name several clauses, with one look at the database."""
    return citer()(citations)


def citer() -> Cite:
    """Give what names clauses, list after list, with one look at the database for all of them."""
    names = get_shelf().source_names

    def cite(citations: Iterable[Citation]) -> list[str]:
        return [
            gettext("set value “%(parameter)s”") % {"parameter": describe_key(citation.clause)}
            if citation.source == PARAMETER
            else f"{names.get(citation.source, citation.source)} {citation.clause}"
            for citation in citations
        ]

    return cite


def describe_key(key: str) -> str:
    """Name a parameter in the reader's language."""
    parameter = load_catalogue().get(key)
    return describe_parameter(parameter) if parameter else key


def describe_parameter(parameter: Parameter) -> str:
    """Name a parameter in the reader's language."""
    english = (get_language() or "").startswith("en")
    return parameter.title_en if english else parameter.title


def describe_term(code: str) -> str:
    """Say a code of the catalogue or of the facts in words; an unknown one stands for itself."""
    text = TERMS.get(code)
    return str(text) if text is not None else code


def describe_subject(subject: str) -> str:
    """Name a subject of the catalogue, such as ``loan``."""
    return str(SUBJECTS.get(subject, subject))


def describe_value(value: Value) -> str:
    """Say a value with its unit, such as “5,950.00 元” or “12 个月”."""
    return describe_printed(value.printed, value.unit)


def describe_printed(printed: Any, unit: Unit) -> str:
    """Say what is printed, with its unit; nothing printed is “unset”."""
    if printed is None:
        return gettext("unset")
    speak = _SPEAKERS.get(unit)
    return speak(printed) if speak else str(printed)


def _years(count: int) -> str:
    return ngettext("%(count)s year", "%(count)s years", count) % {"count": count}


def _months(count: int) -> str:
    return ngettext("%(count)s month", "%(count)s months", count) % {"count": count}


def _days(count: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


def _rows(table: Any) -> str:
    count = {"count": len(table)}
    return ngettext("table of %(count)s row", "table of %(count)s rows", len(table)) % count


_SPEAKERS: Mapping[Unit, Callable[[Any], str]] = {
    Unit.YUAN: lambda text: gettext("%(amount)s yuan") % {"amount": grouped_yuan(parse_yuan(text))},
    Unit.PERCENT: lambda text: f"{text}%",
    Unit.FLAG: lambda flag: gettext("yes") if flag else gettext("no"),
    Unit.DAYS: _days,
    Unit.MONTHS: _months,
    Unit.YEARS: _years,
    Unit.CHOICE: describe_term,
    Unit.CHOICES: lambda codes: gettext(", ").join(map(describe_term, codes)) or "–",
    Unit.TABLE: _rows,
}


def _sentence(texts: Texts, code: str, params: Mapping[str, Any]) -> str:
    text = texts.get(code)
    if text is None:
        return code
    try:
        return str(text) % {name: _spoken(name, param) for name, param in params.items()}
    except (KeyError, TypeError, ValueError):
        # An old decision may lack a parameter that the sentence has since been given.
        return code


def _spoken(name: str, param: Any) -> Any:
    """Say a parameter of a sentence: amounts grouped, codes in words, keys by their titles."""
    if param is None:
        return "–"
    if name == "key":
        return describe_key(param)
    if isinstance(param, dt.date):
        return param.isoformat()
    if not isinstance(param, str):
        return param
    if _YUAN.fullmatch(param):
        return grouped_yuan(parse_yuan(param, signed=True))
    return describe_term(param)
