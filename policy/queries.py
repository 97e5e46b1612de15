"""What others ask of the law: a centre's book on a day, single values, all centres side by side."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from django.utils.translation import gettext

from office.models import BusinessDay
from office.queries import UnknownCentre
from policy.book import SILENT, PolicyBook
from policy.export import page_of, sources_page
from policy.loader import Source as PackSource
from policy.loader import load_catalogue
from policy.models import Chain, Clause, Edition, ParameterValue, Source, StoredDecision
from policy.records import value_record
from policy.values import Citation, Parameter, Value

_KEPT_EDITIONS = 4
T = TypeVar("T")


class PoliciesNotLoaded(LookupError):
    """The database holds no law yet."""


@dataclass(frozen=True)
class Shelf:
    """Everything one edition of the law says, read from the database once."""

    chains: Mapping[str, tuple[str, ...]]
    values: tuple[Value, ...]
    source_names: Mapping[str, str]
    gists: Mapping[Citation, str]

    def of(self, chain: Iterable[str]) -> list[Value]:
        """Give the values of some jurisdictions."""
        wanted = set(chain)
        return [value for value in self.values if value.jurisdiction in wanted]


def open_book(centre_code: str, on: dt.date) -> PolicyBook:
    """Open the centre's policy book on a day, with nothing read yet.

    The law is kept in memory per edition; one small query asks whether it is still the same.

    Args:
        centre_code: a centre the law knows; whether its own text has begun, ``in_force`` tells.

    Raises:
        UnknownCentre: with the codes that exist.
        PoliciesNotLoaded: the database holds no law yet.
    """
    return _settled(lambda edition: _prototype(edition, centre_code)).fresh(on)


def get_edition() -> str:
    """Give the digest of the law in force, which changes with every change of it.

    Raises:
        PoliciesNotLoaded: the database holds no law yet.
    """
    digest = Edition.objects.filter(pk=1).values_list("digest", flat=True).first()
    if digest is None:
        raise PoliciesNotLoaded(gettext("No policies are loaded. Run: manage.py load_policies"))
    return digest


def get_shelf() -> Shelf:
    """Give the whole law as it stands."""
    return _settled(_shelf)


def get_chain(centre_code: str) -> tuple[str, ...]:
    """Give the jurisdictions along which the centre reads its law, nearest first.

    Raises:
        UnknownCentre: with the codes that exist.
    """
    return _chain_of(get_shelf(), centre_code)


def get_parameter(key: str) -> Parameter:
    """Give the catalogue's entry.

    Raises:
        LookupError: no such parameter.
    """
    parameter = load_catalogue().get(key)
    if parameter is None:
        raise LookupError(gettext("key: “%(key)s” is no parameter.") % {"key": key})
    return parameter


def list_values(key: str, jurisdictions: Sequence[str] = ()) -> list[Value]:
    """List all dated values of a parameter, by jurisdiction and day.

    Args:
        jurisdictions: only these, in this order; all by default.
    """
    values = [value for value in get_shelf().values if value.key == key]
    if jurisdictions:
        values = [value for value in values if value.jurisdiction in jurisdictions]
        values.sort(key=lambda value: jurisdictions.index(value.jurisdiction))
    return values


def find_value(jurisdiction: str, key: str, on: dt.date) -> Value | None:
    """Find what the jurisdiction itself says on a day."""
    found = [value for value in list_values(key, [jurisdiction]) if value.in_force(on)]
    return found[-1] if found else None


def in_use() -> bool:
    """Tell whether business was done by the law the database holds, so that it may not change."""
    return ParameterValue.objects.exists() and (
        BusinessDay.objects.exists() or StoredDecision.objects.exists()
    )


def latest_rows() -> list[ParameterValue]:
    """List the valid revision of every value, withdrawn ones left out, by day."""
    latest: dict[tuple[str, str, dt.date], ParameterValue] = {}
    for row in ParameterValue.objects.order_by("effective_from", "revision", "id"):
        latest[row.jurisdiction, row.key, row.effective_from] = row
    return [row for row in latest.values() if not row.withdrawn]


def digest_of_law() -> str:
    """Compute the digest of the law in the database; equal digests are equal law."""
    law = {
        "chains": dict(Chain.objects.values_list("centre_code", "jurisdictions")),
        "values": [value_record(row.as_value()) for row in latest_rows()],
        "clauses": list(
            Clause.objects.order_by("source__code", "number").values_list(
                "source__code", "source__short", "number", "gist"
            )
        ),
    }
    text = json.dumps(law, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


# As files


def export_pack(jurisdiction: str, subject: str) -> str:
    """Write a jurisdiction's values on a subject as a policy page.

    Args:
        subject: such as ``loan``; ``sources`` writes the documents that the values cite.

    Raises:
        LookupError: the jurisdiction says nothing on the subject; the message names what it has.
    """
    values = [value for value in get_shelf().values if value.jurisdiction == jurisdiction]
    if subject == "sources":
        return sources_page(_sources_of({c.source for v in values for c in v.citations}))
    found = [value for value in values if value.key.startswith(f"{subject}.")]
    if not found:
        raise LookupError(
            gettext("subject: %(jurisdiction)s says nothing on “%(subject)s”; it has: %(known)s.")
            % {
                "jurisdiction": jurisdiction,
                "subject": subject,
                "known": ", ".join(list_subjects(jurisdiction)),
            }
        )
    return page_of(found)


def list_subjects(jurisdiction: str) -> list[str]:
    """List the subjects on which the jurisdiction says anything.

    Raises:
        LookupError: no such jurisdiction; the message names those that exist.
    """
    values = get_shelf().values
    subjects = {v.key.partition(".")[0] for v in values if v.jurisdiction == jurisdiction}
    if not subjects:
        raise LookupError(
            gettext("jurisdiction: “%(seen)s” has no values; choose one of: %(known)s.")
            % {
                "seen": jurisdiction,
                "known": ", ".join(sorted({value.jurisdiction for value in values})),
            }
        )
    return sorted(subjects)


def _sources_of(codes: set[str]) -> list[PackSource]:
    return [
        PackSource(
            code=row.code,
            title=row.title,
            short=row.short,
            number=row.number,
            issuer=row.issuer,
            kind=row.kind,
            published=row.published,
            effective=row.effective,
            clauses={clause.number: clause.gist for clause in row.clauses.order_by("id")},
        )
        for row in Source.objects.filter(code__in=codes).prefetch_related("clauses")
    ]


# Side by side


@dataclass(frozen=True)
class Cell:
    """What one centre's law says on a parameter, and where it stands."""

    centre: str
    value: Value | None
    state: str  # SET, ASSUMED, CARRIED, SILENT, UNSET or NONE
    clauses: tuple[tuple[Citation, str], ...]
    history: tuple[Value, ...]


@dataclass(frozen=True)
class Row:
    """One parameter across the centres."""

    parameter: Parameter
    cells: tuple[Cell, ...]

    @property
    def subject(self) -> str:
        """The subject the parameter belongs to."""
        return self.parameter.key.partition(".")[0]

    @property
    def differs(self) -> bool:
        """Whether the centres say different things."""
        said = [cell.value and cell.value.printed for cell in self.cells]
        return any(printed != said[0] for printed in said)


def compare_centres(on: dt.date, *, centres: Sequence[str] = (), subject: str = "") -> list[Row]:
    """Set the law of all centres side by side on a day.

    Args:
        centres: codes in the order of the columns; all by default.
        subject: only the parameters of this subject, such as ``loan``.
    """
    shelf = get_shelf()
    columns = list(centres) or list(shelf.chains)
    by_place: dict[tuple[str, str], list[Value]] = {}
    for value in shelf.values:
        by_place.setdefault((value.key, value.jurisdiction), []).append(value)
    return [
        Row(parameter, tuple(_cell(shelf, by_place, parameter, code, on) for code in columns))
        for parameter in load_catalogue().values()
        if not subject or parameter.key.startswith(f"{subject}.")
    ]


def _cell(
    shelf: Shelf,
    by_place: Mapping[tuple[str, str], list[Value]],
    parameter: Parameter,
    centre: str,
    on: dt.date,
) -> Cell:
    chain = _chain_of(shelf, centre)
    history = [v for place in chain for v in by_place.get((parameter.key, place), [])]
    book = PolicyBook(
        centre=centre, on=on, chain=chain, values=history,
        catalogue={parameter.key: parameter},
    )  # fmt: skip
    book.find(parameter.key)
    value = book.opened[0] if book.opened else None
    clauses = tuple((c, shelf.gists.get(c, "")) for c in value.citations) if value else ()
    return Cell(centre, value, _state(value), clauses, tuple(history))


def _state(value: Value | None) -> str:
    if value is None:
        return "NONE"
    if not value.is_set:
        return "UNSET"
    if value.jurisdiction == SILENT:
        return "SILENT"
    if value.carried:
        return "CARRIED"
    return "ASSUMED" if value.assumed else "SET"


# What is kept in memory. The digest is the key, so nothing here can be out of date.


class _LawMoved(Exception):
    """The law changed while it was being read."""


def _settled(read: Callable[[str], T]) -> T:
    for _ in range(3):
        try:
            return read(get_edition())
        except _LawMoved:
            continue
    raise PoliciesNotLoaded(gettext("The policies are being changed right now. Try again."))


@lru_cache(maxsize=_KEPT_EDITIONS)
def _shelf(edition: str) -> Shelf:
    chains = {
        code: tuple(jurisdictions)
        for code, jurisdictions in Chain.objects.order_by("id").values_list(
            "centre_code", "jurisdictions"
        )
    }
    gists = {
        Citation(source, clause): gist
        for source, clause, gist in Clause.objects.values_list("source__code", "number", "gist")
    }
    shelf = Shelf(
        chains=chains,
        values=tuple(row.as_value() for row in latest_rows()),
        source_names=dict(Source.objects.values_list("code", "short")),
        gists=gists,
    )
    # Several reads are no snapshot: what was read in the middle of a change must not be kept.
    if get_edition() != edition:
        raise _LawMoved
    return shelf


@lru_cache(maxsize=64)
def _prototype(edition: str, centre_code: str) -> PolicyBook:
    shelf = _shelf(edition)
    chain = _chain_of(shelf, centre_code)
    return PolicyBook(
        centre=centre_code,
        on=dt.date.min,
        chain=chain,
        values=shelf.of(chain),
        catalogue=load_catalogue(),
    )


def _chain_of(shelf: Shelf, centre_code: str) -> tuple[str, ...]:
    chain = shelf.chains.get(centre_code)
    if chain is None:
        raise UnknownCentre(
            gettext("centre: “%(code)s” is not known; choose one of: %(known)s.")
            % {"code": centre_code, "known": ", ".join(shelf.chains)}
        )
    return chain
