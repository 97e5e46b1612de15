"""Decisions kept for ever, and made again to prove that nothing moved.

A refusal is kept like an approval, and must not go with the transaction it stops. So a service
records the decision first; when it refuses, it raises with the decision on the exception, and
the face that opened the transaction calls :func:`record_refusal` after the rollback::

    try:
        receive_deposit(…)
    except DepositRefused as refused:
        record_refusal(rule=decide_contribution, facts=refused.facts, decision=refused.decision, …)
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils.module_loading import import_string

from kernel.wire import Facts
from office.models import Centre, User
from policy.book import SILENT, PolicyBook
from policy.decisions import Decision
from policy.loader import load_catalogue
from policy.models import StoredDecision
from policy.queries import get_chain
from policy.records import book_of_records, record_of

Rule = Callable[[Any, PolicyBook], Decision[Any]]

_PURE_CORE = ("kernel", "policy/values.py", "policy/book.py", "policy/decisions.py")


@dataclass(frozen=True, slots=True)
class Divergence:
    """A stored decision that does not come out the same again, and in what it differs."""

    decision: StoredDecision
    differs_in: tuple[str, ...]


def build_decision(
    *,
    rule: Rule,
    facts: Facts,
    decision: Decision[Any],
    centre: Centre,
    business_date: dt.date,
    subject: Model | tuple[str, str],
    by: User,
    on: dt.date | None = None,
    calculator: str = "",
) -> StoredDecision:
    """Write a decision down without storing it, for callers that store many at once.

    Args:
        rule: the function that decided; it must be importable by its name.
        facts: exactly what the rule was given.
        subject: the row decided about, or its type and number.
        on: the day on which the policy book was opened, ``business_date`` by default.
        calculator: name in the registry of calculators, where it has one.
    """
    record = record_of(decision)
    kind, number = (
        (subject._meta.label_lower, str(subject.pk)) if isinstance(subject, Model) else subject
    )
    return StoredDecision(
        centre=centre,
        business_date=business_date,
        policy_date=on or business_date,
        rule=f"{rule.__module__}.{rule.__qualname__}",
        facts_type=f"{type(facts).__module__}.{type(facts).__qualname__}",
        calculator=calculator,
        subject_type=kind,
        subject_id=number,
        facts=facts.to_wire(),
        chain=[*get_chain(centre.code), SILENT],
        code_version=code_version(rule.__module__.partition(".")[0]),
        made_by=by,
        **asdict(record),
    )


def record_decision(
    *,
    rule: Rule,
    facts: Facts,
    decision: Decision[Any],
    centre: Centre,
    business_date: dt.date,
    subject: Model | tuple[str, str],
    by: User,
    on: dt.date | None = None,
    calculator: str = "",
) -> StoredDecision:
    """Keep a decision in the caller's transaction; see :func:`build_decision` for the arguments."""
    stored = build_decision(
        rule=rule,
        facts=facts,
        decision=decision,
        centre=centre,
        business_date=business_date,
        subject=subject,
        by=by,
        on=on,
        calculator=calculator,
    )
    stored.save(force_insert=True)
    return stored


def record_refusal(
    *,
    rule: Rule,
    facts: Facts,
    decision: Decision[Any],
    centre: Centre,
    business_date: dt.date,
    subject: Model | tuple[str, str],
    by: User,
    on: dt.date | None = None,
    calculator: str = "",
) -> StoredDecision:
    """Keep a refusal in a transaction of its own, after the refused one was rolled back.

    Raises:
        RuntimeError: called inside another transaction, with which the refusal could be lost.
    """
    with transaction.atomic(durable=True):
        return record_decision(
            rule=rule,
            facts=facts,
            decision=decision,
            centre=centre,
            business_date=business_date,
            subject=subject,
            by=by,
            on=on,
            calculator=calculator,
        )


def replay(stored: StoredDecision) -> Decision[Any]:
    """Make a stored decision again from its own row: same facts, same values, today's code."""
    rule: Rule = import_string(stored.rule)
    facts_type: type[Facts] = import_string(stored.facts_type)
    book = book_of_records(
        centre=stored.centre.code,
        on=stored.policy_date,
        chain=stored.chain,
        records=[*stored.parameters, *stored.unset],
        keys=list(load_catalogue()),
    )
    return rule(facts_type.from_wire(stored.facts), book)


def verify_decisions(decisions: Iterable[StoredDecision] | None = None) -> list[Divergence]:
    """Make stored decisions again and compare.

    Args:
        decisions: which ones; all by default.

    Returns:
        Those that differ, or that can no longer be made; empty is good.
    """
    if decisions is None:
        decisions = StoredDecision.objects.select_related("centre").iterator(chunk_size=500)
    found = []
    for stored in decisions:
        try:
            again = asdict(record_of(replay(stored)))
        except (ArithmeticError, ImportError, LookupError, TypeError, ValueError) as fault:
            found.append(Divergence(stored, (f"{type(fault).__name__}: {fault}",)))
            continue
        differs = tuple(name for name, part in again.items() if part != getattr(stored, name))
        if differs:
            found.append(Divergence(stored, differs))
    return found


@cache
def code_version(app_label: str) -> str:
    """Give a digest of the code that decides: the rule's app and the pure core under it."""
    root = Path(settings.BASE_DIR)
    digest = hashlib.sha256()
    for name in (*_PURE_CORE, app_label):
        path = root / name
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
