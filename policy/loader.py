"""Policy pages on disk → catalogue, sources and dated values. Pure: files in, objects out.

A page is ``<root>/<jurisdiction>/<subject>.yaml``; ``sources.yaml`` beside it names the documents
it cites. ``<root>/centres.yaml`` says along which jurisdictions each centre resolves a key. More
roots may be given: a new city is a folder.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kernel.days import BadDate, parse_date
from policy.book import PolicyBook
from policy.values import BadValue, Citation, Parameter, Unit, Value

CATALOGUE = Path(__file__).parent / "catalogue"
PACKS = Path(__file__).parent / "packs"

_VALUE_FIELDS = {
    "from", "until", "value", "unset", "cite", "assumed", "carried", "reason", "checked_until",
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """A document that values cite, with the gist of its clauses in our own words."""

    code: str
    title: str
    short: str
    number: str = ""
    issuer: str = ""
    kind: str = ""
    published: dt.date | None = None
    effective: dt.date | None = None
    clauses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Packs:
    """Everything the policy pages say."""

    catalogue: Mapping[str, Parameter]
    sources: Mapping[str, Source]
    chains: Mapping[str, tuple[str, ...]]
    values: tuple[Value, ...]

    def book(self, centre: str, on: dt.date) -> PolicyBook:
        """Open a centre's book on a day."""
        return PolicyBook(
            centre=centre,
            on=on,
            chain=self.chains[centre],
            values=[value for value in self.values if value.jurisdiction in self.chains[centre]],
            catalogue=self.catalogue,
        )


class _UniqueKeyLoader(yaml.SafeLoader):
    """YAML without duplicate keys: a second one would silently win."""


def _mapping(loader: _UniqueKeyLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node)
        if key in seen:
            raise BadValue(str(key), f"the key stands twice in {node.start_mark.name}")
        seen[key] = loader.construct_object(value_node, deep=True)
    return seen


_UniqueKeyLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> Any:
    """Read one page; duplicate keys and broken YAML raise :class:`BadValue` naming the file."""
    try:
        with path.open(encoding="utf-8") as page:
            return yaml.load(page, Loader=_UniqueKeyLoader) or {}
    except yaml.YAMLError as problem:
        raise BadValue(path.name, f"not readable as YAML: {problem}") from problem


@cache
def load_catalogue(root: Path = CATALOGUE) -> Mapping[str, Parameter]:
    """Read the catalogue: every parameter that exists, by key ``<subject>.<name>``."""
    catalogue: dict[str, Parameter] = {}
    for path in sorted(root.glob("*.yaml")):
        for name, entry in read_yaml(path).items():
            key = f"{path.stem}.{name}"
            try:
                catalogue[key] = Parameter(
                    key=key,
                    title=entry["title"],
                    title_en=entry["title_en"],
                    unit=Unit(entry["unit"]),
                    choices=tuple(entry.get("choices", ())),
                    about=entry.get("about", ""),
                    if_silent=entry.get("if_silent"),
                )
            except (KeyError, ValueError) as problem:
                raise BadValue(key, f"catalogue entry lacks or misuses {problem}") from problem
    return catalogue


def load_packs(roots: Sequence[Path] = (PACKS,)) -> Packs:
    """Read every page under ``roots``; raise :class:`BadValue` at the first fault, naming it."""
    return _load_packs(tuple(roots))


@cache
def _load_packs(roots: tuple[Path, ...]) -> Packs:
    catalogue = load_catalogue()
    sources: dict[str, Source] = {}
    chains: dict[str, tuple[str, ...]] = {}
    values: list[Value] = []
    for root in roots:
        for centre, entry in read_yaml(root / "centres.yaml").items():
            chains[centre] = tuple(entry["chain"])
        for folder in sorted(path for path in root.iterdir() if path.is_dir()):
            sources.update((source.code, source) for source in _read_sources(folder))
            values.extend(_read_pages(folder, catalogue))
    check(values, sources)
    return Packs(catalogue, sources, chains, tuple(values))


def book_from_packs(centre: str, on: dt.date, roots: Sequence[Path] = (PACKS,)) -> PolicyBook:
    """Open a book straight from the files (tests and tools; the product reads the database)."""
    return load_packs(roots).book(centre, on)


def _read_sources(folder: Path) -> Iterator[Source]:
    path = folder / "sources.yaml"
    for code, entry in (read_yaml(path) if path.exists() else {}).items():
        yield Source(
            code=code,
            title=entry["title"],
            short=entry["short"],
            number=entry.get("number", ""),
            issuer=entry.get("issuer", ""),
            kind=entry.get("kind", ""),
            published=_day(code, entry.get("published")),
            effective=_day(code, entry.get("effective")),
            clauses={str(clause): gist for clause, gist in entry.get("clauses", {}).items()},
        )


def _read_pages(folder: Path, catalogue: Mapping[str, Parameter]) -> Iterator[Value]:
    for path in sorted(folder.glob("*.yaml")):
        if path.stem == "sources":
            continue
        for name, entries in read_yaml(path).items():
            key = f"{path.stem}.{name}"
            if key not in catalogue:
                raise BadValue(key, f"{folder.name} sets a parameter that is not in the catalogue")
            for entry in entries:
                yield parse_entry(catalogue[key], folder.name, entry)


def parse_entry(parameter: Parameter, jurisdiction: str, entry: Mapping[str, Any]) -> Value:
    """Read one dated value of a page; refuse what lacks a date, or both clause and reason."""
    key = parameter.key
    if unknown := set(entry) - _VALUE_FIELDS:
        raise BadValue(key, f"unknown field {sorted(unknown)[0]}")
    begins = _day(key, entry.get("from"))
    if begins is None:
        raise BadValue(key, f"a value of {jurisdiction} has no date: add from")
    unset = bool(entry.get("unset"))
    if unset == ("value" in entry):
        raise BadValue(key, "give a value, or unset: true")
    citations = tuple(Citation.parse(text) for text in entry.get("cite", ()))
    assumed, reason = bool(entry.get("assumed")), str(entry.get("reason", ""))
    if (assumed or unset) and not reason:
        raise BadValue(key, "an assumed or unset value needs its reason")
    if not assumed and not unset and not citations:
        raise BadValue(key, f"the value from {begins} needs a clause, or assumed with a reason")
    if entry.get("carried") and not assumed:
        raise BadValue(key, "a carried value is assumed: add assumed: true")
    return Value(
        key=key,
        jurisdiction=jurisdiction,
        unit=parameter.unit,
        printed=None if unset else entry["value"],
        effective_from=begins,
        effective_until=_day(key, entry.get("until")),
        citations=citations,
        assumed=assumed,
        carried=bool(entry.get("carried")),
        reason=reason,
        checked_until=_day(key, entry.get("checked_until")),
        choices=parameter.choices,
    )


def check(values: Iterable[Value], sources: Mapping[str, Source]) -> None:
    """Refuse values that cite an unknown clause, stand twice, or start before their pack."""
    begins: dict[str, dt.date] = {}
    seen: set[tuple[str, str, dt.date]] = set()
    values = tuple(values)
    for value in values:
        if value.key == "policy.begins":
            begins[value.jurisdiction] = value.effective_from
    for value in values:
        place = (value.jurisdiction, value.key, value.effective_from)
        if place in seen:
            raise BadValue(value.key, f"{value.jurisdiction} sets it twice from the same day")
        seen.add(place)
        if value.effective_from < begins.get(value.jurisdiction, dt.date.min):
            raise BadValue(value.key, f"starts before {value.jurisdiction} is in force")
        for citation in value.citations:
            source = sources.get(citation.source)
            if source is None or citation.clause not in source.clauses:
                raise BadValue(value.key, f"cites {citation}, which no sources.yaml knows")


def _day(key: str, printed: Any) -> dt.date | None:
    if printed is None or type(printed) is dt.date:
        return printed
    try:
        return parse_date(printed)
    except BadDate as problem:
        raise BadValue(key, str(problem)) from problem
