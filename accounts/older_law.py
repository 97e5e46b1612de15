"""Agreements signed on older law: which of their clauses read otherwise now.

A version keeps the values it was signed on and their digest, its edition. Everybody who signed
under the same law shares one, so a centre has a handful of editions however many accounts it
has: they are compared edition by edition, and the database finds the agreements of each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, F, IntegerField, Min, QuerySet, Value, When

from accounts.contract import Difference, differences
from accounts.models import Agreement, MemberAccount
from office.models import Centre
from policy.book import PolicyBook

Clauses = Sequence[Mapping[str, Any]]
_MARK = "|"


@dataclass(frozen=True, slots=True)
class OlderEdition:
    """An edition of the law that agreements were signed on, and what reads otherwise now."""

    edition: str
    differences: tuple[Difference, ...]

    @property
    def holding(self) -> tuple[Difference, ...]:
        """Clauses that go on as signed until the agreement is signed anew."""
        return tuple(one for one in self.differences if one.signed_holds)

    @property
    def binding(self) -> tuple[Difference, ...]:
        """Clauses in which the law of today binds at once."""
        return tuple(one for one in self.differences if not one.signed_holds)


def list_signed_editions(centre: Centre) -> dict[str, Clauses]:
    """Give the clauses of each edition that an agreement of the centre stands on.

    Agreements taken over from another system kept no clauses and have no edition.
    """
    firsts = _signed().filter(member_account__centre=centre).exclude(edition="").order_by()
    ids = firsts.values("edition").annotate(first=Min("pk")).values_list("first", flat=True)
    return clauses_by_edition(ids)


def clauses_by_edition(agreement_ids: Iterable[int]) -> dict[str, Clauses]:
    """Give the clauses of some agreements by their editions."""
    rows = Agreement.objects.filter(pk__in=list(agreement_ids))
    return dict(rows.values_list("edition", "clauses"))


def list_older_editions(centre: Centre, book: PolicyBook) -> list[OlderEdition]:
    """Compare every edition that an agreement stands on with the law of the book's day.

    Empty where the centre's text is not in force.

    Source: agreement.signed_version_holds.
    """
    return compare_editions(list_signed_editions(centre), book) if book.in_force else []


def compare_editions(editions: Mapping[str, Clauses], book: PolicyBook) -> list[OlderEdition]:
    """Give the editions of which a clause reads otherwise in the law of the book's day."""
    compared = (
        OlderEdition(edition, tuple(differences(clauses, book)))
        for edition, clauses in sorted(editions.items())
    )
    return [one for one in compared if one.differences]


def signed_on_older_law(centre: Centre, editions: Sequence[OlderEdition]) -> QuerySet[Any]:
    """Select the accounts whose signed agreement stands on one of these editions.

    Each row carries ``agreement_id``, ``edition``, ``signed_date``, ``effective_month``, how many
    clauses are ``holding`` and ``binding``, both together as ``differing``, and the keys of the
    clauses, for :func:`naming_clause`.
    """
    rows = MemberAccount.objects.filter(
        centre=centre,
        agreements__state=Agreement.State.SIGNED,
        agreements__edition__in=[one.edition for one in editions],
    ).annotate(
        agreement_id=F("agreements__pk"),
        edition=F("agreements__edition"),
        signed_date=F("agreements__signed_date"),
        effective_month=F("agreements__effective_month"),
    )
    found: QuerySet[Any] = rows.annotate(
        holding=_by_edition({one.edition: len(one.holding) for one in editions}),
        binding=_by_edition({one.edition: len(one.binding) for one in editions}),
        clause_keys=_by_edition({one.edition: _marked(one) for one in editions}, CharField()),
    ).annotate(differing=F("holding") + F("binding"))
    return found.select_related("member", "branch", "centre")


def naming_clause(rows: QuerySet[Any], key: str) -> QuerySet[Any]:
    """Narrow rows of :func:`signed_on_older_law` to those in which one clause reads otherwise."""
    return rows.filter(clause_keys__contains=f"{_MARK}{key}{_MARK}")


def count_without_edition(centre: Centre) -> int:
    """Count the signed agreements whose clauses are not kept here: nothing can be compared."""
    return _signed().filter(member_account__centre=centre, edition="").count()


def count_reading_otherwise(centres: Sequence[str], key: str, printed: object) -> int:
    """Count the signed agreements of some centres in which a clause reads other than ``printed``.

    Args:
        printed: the value as its document prints it; None = the law says nothing.
    """
    rows = _signed().filter(member_account__centre__code__in=centres).exclude(edition="")
    counted = (
        rows.order_by()
        .values("edition")
        .annotate(first=Min("pk"), agreements=Count("pk"))
        .values_list("edition", "first", "agreements")
    )
    by_edition = {edition: (first, agreements) for edition, first, agreements in counted}
    clauses = clauses_by_edition(first for first, _ in by_edition.values())
    return sum(
        agreements
        for edition, (_, agreements) in by_edition.items()
        if _printed(clauses[edition], key) != printed
    )


def _signed() -> QuerySet[Agreement]:
    return Agreement.objects.filter(state=Agreement.State.SIGNED)


def _printed(clauses: Clauses, key: str) -> object:
    return next((record["printed"] for record in clauses if record["key"] == key), None)


def _marked(one: OlderEdition) -> str:
    return _MARK + _MARK.join(difference.key for difference in one.differences) + _MARK


def _by_edition(values: Mapping[str, int | str], column: Any = None) -> Case:
    return Case(
        *(When(edition=edition, then=Value(value)) for edition, value in values.items()),
        default=Value("" if column else 0),
        output_field=column or IntegerField(),
    )
