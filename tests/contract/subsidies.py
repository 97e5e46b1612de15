"""Builders of the histories that the subsidy tests ask about."""

import datetime as dt

from tests.calculators.asking import ABSENT
from tests.contract import oracle
from tests.contract.asking import request


def month(day):
    return day[:7]


def paid(day, amount, origin="FLEX", covers=None):
    return {
        "date": day,
        "amount": amount,
        "origin": origin,
        "covers": ([month(day)] if origin == "FLEX" else []) if covers is None else covers,
    }


def monthly(first, count, amount="1000.00", on_day=10, skip=()):
    start = dt.date.fromisoformat(f"{first}-01")
    days = [oracle.months_on(start, place).replace(day=on_day) for place in range(count)]
    return [paid(day.isoformat(), amount) for place, day in enumerate(days) if place not in skip]


def asked(centre, settled_on, movements, /, **changes):
    facts = {
        "settled_on": settled_on,
        "opened_on": movements[0]["date"] if movements else "2024-07-01",
        "mode": "MONTHLY" if centre != "lianyungang" else "FREE",
        "first_time": True,
        "movements": movements,
        "events": [],
        "credited_before": "0.00",
        "credits_before": 0,
    } | changes
    facts = {key: value for key, value in facts.items() if value is not ABSENT}
    return request("subsidy", facts, centre=centre, on=settled_on)


def event(day, kind):
    return [{"date": day, "kind": kind}]
