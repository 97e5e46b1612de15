"""What stands beside a calculator's answer: the other choice, computed by the same rule."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from fundcenter.calculators.labels import label
from fundcenter.calculators.run import Answer, run
from fundcenter.counter.charts import Chart, bar_chart, line_chart
from kernel.money import grouped_yuan, parse_yuan
from policy.wording import describe_term

Request = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Choices side by side: a table with one row per choice, and a chart where it helps."""

    title: str
    heads: list[str]
    rows: list[list[str]]
    chart: Chart | None = None


def compare(name: str, request: Request, answer: Answer) -> Comparison | None:
    """Compute the other choice of a calculator and lay both out; None where there is none."""
    made = _COMPARISONS.get(name)
    return made(request, answer) if made else None


def _with(request: Request, field: str, value: str) -> Answer:
    return run(_NAMES[field], {**request, "facts": {**request["facts"], field: value}})


def _money(text: Any) -> str:
    return "—" if text is None else grouped_yuan(parse_yuan(text, signed=True))


def _schedules(request: Request, answer: Answer) -> Comparison | None:
    """Lay level payments and level principal side by side, with the balance of both."""
    if not answer["results"]["rows"]:
        return None
    found = {
        method: _with(request, "method", method)["results"]
        for method in ("LEVEL_PAYMENT", "LEVEL_PRINCIPAL")
    }
    dates = [row["due_on"] for row in answer["results"]["rows"]]
    return Comparison(
        title=_("Both methods side by side"),
        heads=[label("method"), label("payment"), _("last instalment"), label("total_interest")],
        rows=[
            [
                str(describe_term(method)),
                _money(one["payment"]),
                _money(one["rows"][-1]["payment"]),
                _money(one["total_interest"]),
            ]
            for method, one in found.items()
        ],
        chart=line_chart(
            _("Principal after each instalment (yuan)"),
            dates,
            [
                (str(describe_term(method)), [row["balance"] for row in one["rows"]])
                for method, one in found.items()
            ],
        ),
    )


def _prepayments(request: Request, answer: Answer) -> Comparison | None:
    """Lay a shorter term and smaller instalments side by side, with the interest saved."""
    if answer["results"]["principal"] is None:
        return None
    found = {
        option: _with(request, "option", option)["results"] for option in ("SHORTEN", "REDUCE")
    }
    keys = ["payment", "remaining_instalments", "last_payment", "interest_saved"]
    return Comparison(
        title=_("Both ways of prepaying side by side"),
        heads=[label("option"), *(label(key) for key in keys)],
        rows=[
            [
                str(describe_term(option)),
                *(
                    str(one[key]) if key == "remaining_instalments" else _money(one[key])
                    for key in keys
                ),
            ]
            for option, one in found.items()
        ],
        chart=bar_chart(
            _("Interest saved (yuan)"),
            [str(describe_term(option)) for option in found],
            label("interest_saved"),
            [one["interest_saved"] for one in found.values()],
        ),
    )


def _bounds(request: Request, answer: Answer) -> Comparison | None:
    """Draw the amounts that bound a quota; the least of them binds."""
    results = answer["results"]
    keys = [key for key in ("formula", "cap", "price_limit", "capacity") if results[key]]
    if not keys:
        return None
    return Comparison(
        title=_("What bounds the quota"),
        heads=[_("Bound"), _("yuan")],
        rows=[
            [
                _("%(bound)s  ← binds") % {"bound": label(key)}
                if key == results["binding"]
                else label(key),
                _money(results[key]),
            ]
            for key in keys
        ],
        chart=bar_chart(
            _("What bounds the quota"),
            [label(key) for key in keys],
            _("yuan"),
            [results[key] for key in keys],
        ),
    )


_NAMES = {"method": "loan-schedule", "option": "prepayment"}
_COMPARISONS: dict[str, Callable[[Request, Answer], Comparison | None]] = {
    "loan-schedule": _schedules,
    "prepayment": _prepayments,
    "loan-quota": _bounds,
}
