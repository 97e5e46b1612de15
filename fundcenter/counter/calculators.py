"""The 试算 pages: what if, without touching an account."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fundcenter.calculators.examples import example_request
from fundcenter.calculators.labels import label, outcome_label
from fundcenter.calculators.present import money_keys
from fundcenter.calculators.registry import (
    CALCULATORS,
    Calculator,
    UnknownCalculator,
    get_calculator,
)
from fundcenter.calculators.run import run
from fundcenter.calculators.sheet import SIGNS, shown
from fundcenter.counter.comparisons import compare
from fundcenter.counter.forms import fill, form_fields, mark, read, sections
from fundcenter.counter.problems import worded
from kernel.money import capital_yuan, grouped_yuan, parse_yuan
from kernel.wire import BadFacts
from office.models import Centre
from policy.queries import PoliciesNotLoaded, get_shelf
from policy.values import Citation
from policy.wording import PARAMETER, describe_citations, describe_key

OUTCOME_CLASSES = {"APPROVED": "ok", "NEEDS_REVIEW": "wait", "REFUSED": "no"}
MET_CLASSES = {True: "ok", None: "wait", False: "no"}


@require_safe
def show_list(request: HttpRequest) -> HttpResponse:
    """List the calculators."""
    return render(request, "counter/calculators/list.html", {"calculators": CALCULATORS.values()})


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, name: str) -> HttpResponse:
    """Show one calculator with an example, or the answer to what was typed."""
    try:
        calculator = get_calculator(name)
    except UnknownCalculator as unknown:
        raise Http404(str(unknown)) from unknown
    try:
        centres = list(get_shelf().chains)
    except PoliciesNotLoaded as missing:
        page: dict[str, Any] = {"problem": str(missing)}
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return render(request, "counter/calculators/list.html", page, status=status)
    fields = form_fields(calculator)
    names = dict(Centre.objects.values_list("code", "name"))
    page = {
        "calculator": calculator,
        "centres": [(code, names.get(code, code)) for code in centres],
        "fields": fields,
    }
    status = HTTPStatus.OK
    if request.method == "POST":
        page["centre"], page["on"] = request.POST.get("centre", ""), request.POST.get("on", "")
        try:
            facts = read(fields, request.POST)
            typed = {"centre": page["centre"], "on": page["on"], "facts": facts}
            answer = run(name, typed)
            page["answer"] = readable(calculator, answer)
            page["comparison"] = compare(name, typed, answer)
        except BadFacts as wrong:
            page["errors"] = mark(fields, worded(wrong))
            status = HTTPStatus.BAD_REQUEST
    else:
        example = example_request(name)
        page["centre"], page["on"] = example["centre"], example["on"]
        fill(fields, example["facts"])
    page["sections"] = sections(fields)
    return render(request, "counter/calculators/ask.html", page, status=status)


def readable(calculator: Calculator, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Lay an answer out for the page: verdict, results, reasons with clauses, values, warnings."""
    results = answer["results"]
    assumed = {one["key"] for one in answer["parameters"] if one["assumed"]}
    return {
        "outcome": answer["outcome"],
        "kind": OUTCOME_CLASSES[answer["outcome"]],
        "verdict": _verdict(calculator, answer),
        "capital": _capital(calculator, answer),
        "figures": [
            (label(key), _written(calculator, key, value), key == results.get("binding"))
            for key, value in results.items()
            if not _is_table(value)
        ],
        "tables": [
            _table(calculator, key, value) for key, value in results.items() if _is_table(value)
        ],
        "reasons": [
            {
                "sign": SIGNS[reason["met"]],
                "kind": MET_CLASSES[reason["met"]],
                "text": reason["text"],
                "clauses": _clauses(reason["citations"]),
                "assumed": any(
                    one["source"] == PARAMETER and one["clause"] in assumed
                    for one in reason["citations"]
                ),
            }
            for reason in answer["reasons"]
        ],
        "parameters": [
            parameter
            | {
                "title": describe_key(parameter["key"]),
                "clauses": _clauses(parameter["citations"]),
            }
            for parameter in answer["parameters"]
        ],
        "warnings": answer["warnings"],
    }


def _verdict(calculator: Calculator, answer: Mapping[str, Any]) -> str:
    """Say in one sentence how it ended: the figure looked for, or what stands against it."""
    outcome = outcome_label(answer["outcome"])
    if answer["outcome"] != "APPROVED":
        against = False if answer["outcome"] == "REFUSED" else None
        text = next((r["text"] for r in answer["reasons"] if r["met"] is against), "")
        return _("%(outcome)s: %(reason)s") % {"outcome": outcome, "reason": text}
    value = answer["results"].get(calculator.headline)
    if value is None:
        return outcome
    return _("%(outcome)s: %(name)s %(value)s") % {
        "outcome": outcome,
        "name": label(calculator.headline),
        "value": _written(calculator, calculator.headline, value),
    }


def _capital(calculator: Calculator, answer: Mapping[str, Any]) -> str:
    """Return the figure looked for in capital numerals, where it is money that may move."""
    value = answer["results"].get(calculator.headline)
    if answer["outcome"] != "APPROVED" or calculator.headline not in money_keys(calculator.result):
        return ""
    return "" if value is None else capital_yuan(parse_yuan(value, signed=True))


def _is_table(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _table(calculator: Calculator, key: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "title": label(key),
        "heads": [label(name) for name in rows[0]],
        "rows": [
            [_written(calculator, name, value) for name, value in row.items()] for row in rows
        ],
    }


def _written(calculator: Calculator, key: str, value: Any) -> str:
    if key in money_keys(calculator.result) and value is not None:
        amounts = value if isinstance(value, list) else [value]
        return "、".join(grouped_yuan(parse_yuan(amount, signed=True)) for amount in amounts)
    return shown(value)


def _clauses(citations: list[dict[str, str]]) -> str:
    """Write clauses as people cite them."""
    return "；".join(
        describe_citations(Citation(one["source"], one["clause"]) for one in citations)
    )
