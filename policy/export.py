"""Values → policy pages, in the form the loader reads. Pure."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from policy.loader import Source
from policy.values import Value


class _PageDumper(yaml.SafeDumper):
    """Indents lists below their key, as the pages written by hand do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def page_of(values: Iterable[Value]) -> str:
    """Write the values of one jurisdiction and subject as a page.

    Args:
        values: in any order; they come out by parameter and day.
    """
    page: dict[str, list[dict[str, Any]]] = {}
    for value in sorted(values, key=lambda value: (value.key, value.effective_from)):
        page.setdefault(value.key.partition(".")[2], []).append(_entry(value))
    return _dump(page)


def sources_page(sources: Iterable[Source]) -> str:
    """Write the documents that a jurisdiction's values cite as its ``sources.yaml``."""
    page = {}
    for source in sources:
        fields = {
            "title": source.title,
            "short": source.short,
            "number": source.number,
            "issuer": source.issuer,
            "kind": source.kind,
            "published": source.published,
            "effective": source.effective,
            "clauses": dict(source.clauses),
        }
        page[source.code] = {name: field for name, field in fields.items() if field}
    return _dump(page)


def _entry(value: Value) -> dict[str, Any]:
    entry: dict[str, Any] = {"from": value.effective_from}
    if value.effective_until is not None:
        entry["until"] = value.effective_until
    if value.is_set:
        entry["value"] = value.printed
    else:
        entry["unset"] = True
    optional: Mapping[str, bool | str | dt.date | None] = {
        "assumed": value.assumed,
        "carried": value.carried,
        "reason": value.reason,
        "checked_until": value.checked_until,
    }
    entry |= {name: field for name, field in optional.items() if field}
    if value.citations:
        entry["cite"] = [str(citation) for citation in value.citations]
    return entry


def _dump(page: Mapping[str, Any]) -> str:
    return yaml.dump(page, Dumper=_PageDumper, allow_unicode=True, sort_keys=False, width=96)
