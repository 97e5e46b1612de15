"""What a list is: its rows, columns and filters, and how a page or a file of it is made."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, Sum
from django.http import QueryDict
from django.utils.functional import Promise
from django_filters import FilterSet

from office.models import Centre, User

PAGE = 50
MOST_EXPORTED = 200_000
_AT_ONCE = 1_000
# What an address of a list carries beside the filters' own fields.
SORT, PAGE_NUMBER = "sort", "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a list.

    ``value`` gives what stands there: a text, a date, a count, or fen where ``kind`` is money.
    ``full`` gives the unmasked text, for an export that was asked for with a reason. ``order`` is
    what the database sorts by, ``total`` the field or annotation that is summed. ``address`` is
    linked for whoever has ``permission``.
    """

    key: str
    title: Promise | str
    value: Callable[[Any], Any]
    kind: str = "text"
    order: str = ""
    total: str = ""
    address: Callable[[Any], str | None] | None = None
    permission: str = ""
    full: Callable[[Any], str] | None = None

    @property
    def is_number(self) -> bool:
        """Whether it is set flush right."""
        return self.kind in ("money", "count")


class Listing:
    """A list of one kind of row; a subclass says which rows, columns and filters.

    ``own_day`` names the fields of operator and business date: who may not export lists may
    still export what they did themselves on the open day.
    """

    name: ClassVar[str] = ""
    title: Promise | str = ""
    about: Promise | str = ""
    permission: str = ""
    filters: type[FilterSet]
    default: str = "-pk"
    own_day: tuple[str, str] | None = None

    @property
    def columns(self) -> Sequence[Column]:
        """The columns, in order."""
        raise NotImplementedError

    def rows(self, centre: Centre) -> QuerySet[Any]:
        """Give the centre's rows, with what the columns sort and sum by."""
        raise NotImplementedError

    def complete(self, rows: list[Any]) -> list[Any]:
        """Add what a page of rows shows besides, in a few queries for all of them."""
        return rows

    def notes(self, centre: Centre) -> list[str]:
        """Say what one has to know to read the rows; it stands above them."""
        return []

    def column(self, key: str) -> Column | None:
        """Find a column by its key."""
        return next((one for one in self.columns if one.key == key), None)

    def may_see(self, user: User) -> bool:
        """Tell whether the person may see the list."""
        return user.centre is not None and user.may(self.permission)


@dataclass(slots=True)
class Selection:
    """A list as somebody has filtered and sorted it."""

    listing: Listing
    filterset: FilterSet
    rows: QuerySet[Any]
    sort: str

    def page(self, number: str | None) -> Page[Any]:
        """Give one page, completed; a number that cannot be gives the nearest one."""
        page: Page[Any] = Paginator(self.rows, PAGE).get_page(number)
        page.object_list = self.listing.complete(list(page.object_list))
        return page

    def totals(self) -> dict[str, int]:
        """Sum the columns that have a total over all rows of the selection."""
        wanted = {c.key: Sum(c.total) for c in self.listing.columns if c.total}
        if not wanted:
            return {}
        sums = {f"sum_{key}": total for key, total in wanted.items()}
        found = self.rows.order_by().aggregate(**sums)
        return {key: int(found[f"sum_{key}"] or 0) for key in wanted}

    def own_day(self, user: User, day: dt.date | None) -> "Selection | None":
        """Narrow it to what the person did on the open day; None where that is not known."""
        if self.listing.own_day is None or day is None:
            return None
        operator, date = self.listing.own_day
        rows = self.rows.filter(**{operator: user, date: day})
        return Selection(self.listing, self.filterset, rows, self.sort)

    def stream(self) -> Iterator[Any]:
        """Give every row, completed chunk by chunk, without holding them all."""
        chunk: list[Any] = []
        for row in self.rows.iterator(chunk_size=_AT_ONCE):
            chunk.append(row)
            if len(chunk) == _AT_ONCE:
                yield from self.listing.complete(chunk)
                chunk = []
        yield from self.listing.complete(chunk)


def page_totals(listing: Listing, rows: Sequence[Any]) -> dict[str, int]:
    """Sum the columns that have a total over the rows of a page."""
    return {
        column.key: sum(column.value(row) or 0 for row in rows)
        for column in listing.columns
        if column.total
    }


def select(listing: Listing, centre: Centre, query: QueryDict) -> Selection:
    """Filter and sort a list by an address; what cannot be read is told by the form's errors."""
    rows = listing.rows(centre)
    filterset = listing.filters(query, queryset=rows, prefix=None)
    filterset.form.centre = centre
    narrow(filterset, centre)
    found = filterset.qs if filterset.is_valid() else rows.none()
    sort = query.get(SORT, "")
    column = listing.column(sort.removeprefix("-"))
    if column is None or not column.order:
        return Selection(listing, filterset, found.order_by(listing.default, "-pk"), "")
    direction = "-" if sort.startswith("-") else ""
    ordered = found.order_by(f"{direction}{column.order}", f"{direction}pk")
    return Selection(listing, filterset, ordered, sort)


def narrow(filterset: FilterSet, centre: Centre) -> None:
    """Offer only the centre's own staff and branches in the filters."""
    for field in filterset.form.fields.values():
        if hasattr(field, "queryset") and field.queryset is not None:
            field.queryset = field.queryset.filter(centre=centre)


def kept_query(listing: Listing, query: QueryDict) -> QueryDict:
    """Keep of an address what belongs to the list: its filters and its order."""
    kept = QueryDict(mutable=True)
    for key in [*listing.filters.base_filters, SORT]:
        text = query.get(key, "").strip()
        if text:
            kept[key] = text
    return kept
