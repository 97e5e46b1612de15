"""Histories of members, and the decision on their subsidy."""

from kernel.months import Month
from policy.loader import book_from_packs
from subsidies.facts import SubsidyFacts
from subsidies.rules import decide_subsidy


def paid(day, amount, *covers, origin="FLEX"):
    return {"date": day, "amount": amount, "origin": origin, "covers": list(covers)}


def monthly(first, months, amount, day):
    """A contribution on ``day`` of every month, each covering its own month."""
    start = Month.parse(first)
    return [paid(f"{start + i}-{day:02}", amount, str(start + i)) for i in range(months)]


def subsidy_facts(settled_on, movements, events=(), **more):
    return SubsidyFacts.from_wire(
        {
            "settled_on": settled_on,
            "opened_on": "2024-01-02",
            "mode": "MONTHLY",
            "first_time": True,
            "movements": movements,
            "events": [{"date": day, "kind": kind} for day, kind in events],
            "credited_before": "0.00",
            "credits_before": 0,
            **more,
        }
    )


def subsidy(centre, settled_on, movements, events=(), **more):
    facts = subsidy_facts(settled_on, movements, events, **more)
    return decide_subsidy(facts, book_from_packs(centre, facts.settled_on))


def codes(decision):
    return [reason.code for reason in decision.refusals]
