"""Policy files → database. The files are the baseline; a database in use is the truth.

On a fresh database the rows go in as they stand. Once business was done by them, a changed row
waits for two persons; what they approve begins after the day of approval, and the old row stays.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from office.documents import submit
from office.models import Centre
from office.services import ensure_system_maker, next_number
from policy.loader import PACKS, Packs, load_packs
from policy.loader import Source as PackSource
from policy.models import Chain, Clause, Edition, ParameterValue, Proposal, Source
from policy.queries import digest_of_law, in_use, latest_rows
from policy.records import value_record
from policy.values import Value

_Place = tuple[str, str, dt.date]


@dataclass
class LoadReport:
    """What a load did: rows added, replaced, withdrawn; proposals filed and still waiting.

    ``kept`` counts differences that a database in use does not take over: rows that lie wholly
    in the past, rows that left the files, and chains of centres at work.
    """

    values: int = 0
    unchanged: int = 0
    added: int = 0
    changed: int = 0
    withdrawn: int = 0
    proposed: int = 0
    waiting: int = 0
    kept: int = 0

    def as_dict(self) -> dict[str, int]:
        """Give the counts for ``--json``."""
        return asdict(self)


@transaction.atomic
def load_policies(*, on: dt.date, roots: Sequence[Path] = (PACKS,)) -> LoadReport:
    """Bring the database to what the policy files say. Loading the same files again does nothing.

    Args:
        on: the day of loading; on a database in use changed rows begin after it.
        roots: folders of packs, the product's own first.

    Returns:
        Counts; ``proposed`` and ``waiting`` tell whether supervisors have to look.

    Raises:
        BadValue: a page lacks unit, date, clause or reason; nothing was loaded.
    """
    packs = load_packs(roots)
    _lock_law()
    used = in_use()
    report = LoadReport(values=len(packs.values))
    _store_sources(packs.sources.values())
    free = _store_chains(packs, used, report)
    stored = _stored_baseline()
    known_keys = {place[1] for place in stored} | {row.key for row in latest_rows()}
    following = _ends(packs)
    fresh: list[ParameterValue] = []
    for value in packs.values:
        place = (value.jurisdiction, value.key, value.effective_from)
        row = stored.pop(place, None)
        if row is not None and not row.withdrawn and row.as_value() == value:
            report.unchanged += 1
        elif not used or value.jurisdiction in free:
            report.added += row is None
            report.changed += row is not None
            fresh.append(_baseline_row(value, row))
        else:
            back = value.key not in known_keys
            _file(value, packs, on=on, reaches_back=back, ends=following[place], report=report)
    gone = [row for row in stored.values() if not row.withdrawn]
    if used:
        report.kept += len(gone)
    else:
        report.withdrawn += len(gone)
        fresh += [_baseline_row(row.as_value(), row, withdrawn=True) for row in gone]
    ParameterValue.objects.bulk_create(fresh)
    renew_edition()
    return report


def renew_edition() -> None:
    """Write which law the database now holds. Call it in every transaction that changes it."""
    _lock_law()
    Edition.objects.filter(pk=1).update(digest=digest_of_law())


def _lock_law() -> None:
    """Let changes of the law wait for each other: each digest must know of all before it."""
    Edition.objects.get_or_create(pk=1, defaults={"digest": ""})
    Edition.objects.select_for_update().get(pk=1)


def store_source(source: PackSource) -> Source:
    """Store a document and its clauses; the gists are our own words and may be improved."""
    row, _ = Source.objects.update_or_create(
        code=source.code,
        defaults={
            "title": source.title,
            "short": source.short,
            "number": source.number,
            "issuer": source.issuer,
            "kind": source.kind,
            "published": source.published,
            "effective": source.effective,
        },
    )
    stored = {clause.number: clause for clause in row.clauses.all()}
    Clause.objects.bulk_create(
        Clause(source=row, number=number, gist=gist)
        for number, gist in source.clauses.items()
        if number not in stored
    )
    for number, gist in source.clauses.items():
        if number in stored and stored[number].gist != gist:
            Clause.objects.filter(pk=stored[number].pk).update(gist=gist)
    return row


def _store_sources(sources: Iterable[PackSource]) -> None:
    for source in sources:
        store_source(source)


def _store_chains(packs: Packs, used: bool, report: LoadReport) -> set[str]:
    """Store the chains; return the jurisdictions that no centre at work reads yet."""
    stored = dict(Chain.objects.values_list("centre_code", "jurisdictions"))
    read = {place for chain in stored.values() for place in chain}
    for code, chain in packs.chains.items():
        if stored.get(code) == list(chain):
            continue
        if used and code in stored:
            report.kept += 1
            continue
        Chain.objects.update_or_create(centre_code=code, defaults={"jurisdictions": list(chain)})
    return {place for chain in packs.chains.values() for place in chain} - read


def _stored_baseline() -> dict[_Place, ParameterValue]:
    rows = ParameterValue.objects.filter(origin=ParameterValue.Origin.BASELINE)
    return {
        (row.jurisdiction, row.key, row.effective_from): row
        for row in rows.order_by("revision", "id")
    }


def _ends(packs: Packs) -> dict[_Place, dt.date | None]:
    """Give the day on which each value ends: its own, or the first day of the next one."""
    ends: dict[_Place, dt.date | None] = {}
    places = sorted((v.jurisdiction, v.key, v.effective_from) for v in packs.values)
    own = {(v.jurisdiction, v.key, v.effective_from): v.effective_until for v in packs.values}
    for place, after in zip(places, [*places[1:], None], strict=True):
        begins = after[2] if after is not None and after[:2] == place[:2] else None
        until = own[place]
        ends[place] = min(until, begins) if until and begins else until or begins
    return ends


def _baseline_row(value: Value, before: ParameterValue | None, **columns: bool) -> ParameterValue:
    return ParameterValue(
        **columns_of(value),
        effective_from=value.effective_from,
        checked_until=value.checked_until,
        revision=before.revision + 1 if before else 1,
        origin=ParameterValue.Origin.BASELINE,
        **columns,
    )


def columns_of(value: Value) -> dict[str, Any]:
    """Give the columns that values in force and proposed ones share."""
    return {
        "jurisdiction": value.jurisdiction,
        "key": value.key,
        "unit": value.unit.value,
        "printed": value.printed,
        "effective_until": value.effective_until,
        "citations": "\n".join(str(citation) for citation in value.citations),
        "assumed": value.assumed,
        "carried": value.carried,
        "reason": value.reason,
        "demo": value.demo,
    }


def _file(
    value: Value,
    packs: Packs,
    *,
    on: dt.date,
    reaches_back: bool,
    ends: dt.date | None,
    report: LoadReport,
) -> None:
    """File a row that differs from the database in use as a proposal, once and for all."""
    text = json.dumps(value_record(value), ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    filed = Proposal.objects.filter(baseline_digest=digest).first()
    if filed is not None:
        report.waiting += filed.is_undecided
        return
    centre = _centre_of(value.jurisdiction, packs)
    if centre is None or (not reaches_back and ends is not None and ends <= on + dt.timedelta(1)):
        report.kept += 1
        return
    begins = value.effective_from
    maker = ensure_system_maker()
    proposal = Proposal.objects.create(
        **columns_of(value),
        number=next_number(centre, "PP", on),
        centre=centre,
        business_date=on,
        made_by=maker,
        effective_from=begins if reaches_back or begins > on else None,
        reaches_back=reaches_back,
        baseline_digest=digest,
    )
    submit(document=proposal, by=maker, shown=shown_of(proposal))
    report.proposed += 1
    report.waiting += 1


def shown_of(proposal: Proposal) -> dict[str, object]:
    """Give what the second person sees, and what the approval is bound to."""
    begins, until = proposal.effective_from, proposal.effective_until
    return proposal.shown_to(
        jurisdiction=proposal.jurisdiction,
        key=proposal.key,
        unit=proposal.unit,
        printed=proposal.printed,
        effective_from=begins and begins.isoformat(),
        effective_until=until and until.isoformat(),
        citations=proposal.citations,
        assumed=proposal.assumed,
        carried=proposal.carried,
        reason=proposal.reason,
        demo=proposal.demo,
        document=[
            proposal.document_title,
            proposal.document_number,
            proposal.document_clause,
            proposal.document_gist,
        ],
    )


def _centre_of(jurisdiction: str, packs: Packs) -> Centre | None:
    """Find whose supervisors decide: the first centre at work that reads the jurisdiction."""
    codes = [code for code, chain in packs.chains.items() if jurisdiction in chain]
    return Centre.objects.filter(code__in=codes).order_by("code").first()
