"""Lists at the counter: filtered, sorted, summed, kept under a name, exported."""

import datetime as dt
from collections.abc import Callable
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fundcenter.counter.access import StaffRequest, staff_page
from fundcenter.listings.export import csv_lines, workbook_file
from fundcenter.listings.listing import (
    MOST_EXPORTED,
    PAGE_NUMBER,
    Column,
    Listing,
    Selection,
    kept_query,
    page_totals,
    select,
)
from fundcenter.listings.registry import listings, listings_of
from kernel.money import grouped_yuan
from office.filters import BadFilter, drop_filter, list_filters, save_filter
from office.models import SavedFilter, User
from office.services import NotAllowed, audit, audit_refusal

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXPORT, REVEAL = "reports.export", "members.reveal"
_DOWNLOADED = "downloaded"
_TOKEN = 36


@require_safe
@staff_page("members.view")
def show_index(request: StaffRequest) -> HttpResponse:
    """Show which lists there are for this person."""
    return render(request, "counter/lists/index.html", {"listings": listings_of(request.user)})


@require_safe
@staff_page("members.view")
def show(request: StaffRequest, name: str) -> HttpResponse:
    """Show a list as its address filters and sorts it."""
    return _page(request, _listing(request, name), request.GET)


@require_POST
@staff_page("members.view")
def export(request: StaffRequest, name: str) -> HttpResponse:
    """Give a list as a file; whoever may not export lists gets their own open day."""
    listing = _listing(request, name)
    query = QueryDict(request.POST.get("query", ""))
    selection: Selection | None = select(listing, request.centre, query)
    own = not request.user.may(EXPORT)
    if own and selection is not None:
        selection = selection.own_day(request.user, request.day)
    if selection is None:
        audit_refusal(actor=request.user, action=EXPORT, reason=request.path)
        raise PermissionDenied(
            _("Your role (%(role)s) may not do this. Ask a colleague whose role may.")
            % {"role": request.user.get_role_display()}
        )
    full, reason = bool(request.POST.get("full")), request.POST.get("reason", "").strip()
    problem = _export_problem(request, selection, full, reason)
    if problem:
        return _page(request, listing, query, problem)
    form = "csv" if request.POST.get("form") == "csv" else "xlsx"
    audit(
        actor=request.user,
        action="lists.export",
        centre=request.centre,
        subject=listing.name,
        result="SEEN",
        reason=reason[:400],
        after={
            "rows": selection.rows.count(),
            "form": form,
            "query": kept_query(listing, query).urlencode(),
            "full": full,
            "own_day": own,
        },
    )
    answer = _file(selection, form, full, request.day)
    token = request.POST.get("token", "")[:_TOKEN]
    if token.replace("-", "").isalnum():
        # Tells the page that the file has begun to arrive, so that its progress bar may go.
        answer.set_cookie(_DOWNLOADED, token, max_age=60, samesite="Lax")
    return cast(HttpResponse, answer)


@require_POST
@staff_page("members.view")
def keep(request: StaffRequest, name: str) -> HttpResponse:
    """Keep the filter of a list under a name."""
    listing = _listing(request, name)
    query = kept_query(listing, QueryDict(request.POST.get("query", "")))
    try:
        save_filter(
            user=request.user,
            listing=listing.name,
            name=request.POST.get("name", ""),
            query=query.urlencode(),
            is_shared=bool(request.POST.get("is_shared")),
        )
    except (BadFilter, NotAllowed) as refused:
        return _page(request, listing, query, str(refused))
    return redirect(f"{reverse('list', args=[name])}?{query.urlencode()}")


@require_POST
@staff_page("members.view")
def forget(request: StaffRequest, name: str, pk: int) -> HttpResponse:
    """Forget one's own filter."""
    listing = _listing(request, name)
    kept = SavedFilter.objects.filter(pk=pk, listing=name)
    if not kept.filter(centre=request.centre).exists():
        if kept.exists():
            audit_refusal(actor=request.user, action="counter.foreign_centre", reason=request.path)
        raise Http404
    try:
        drop_filter(user=request.user, pk=pk)
    except NotAllowed as refused:
        return _page(request, listing, QueryDict(), str(refused))
    return redirect("list", name)


def _listing(request: StaffRequest, name: str) -> Listing:
    listing = listings().get(name)
    if listing is None:
        raise Http404
    if not listing.may_see(request.user):
        audit_refusal(actor=request.user, action=listing.permission, reason=request.path)
        raise PermissionDenied(
            _("Your role (%(role)s) may not do this. Ask a colleague whose role may.")
            % {"role": request.user.get_role_display()}
        )
    return listing


def _export_problem(request: StaffRequest, selection: Selection, full: bool, reason: str) -> str:
    """Say why this file is not given; empty when it is."""
    if not selection.filterset.is_valid():
        return _("Mend the filter first.")
    if full and not request.user.may(REVEAL):
        return _("Your role does not see numbers in full. Export them masked.")
    if full and not reason:
        return _("Numbers in full need a reason; it is kept in the audit trail.")
    if selection.rows.count() > MOST_EXPORTED:
        return _("At most %(most)s rows are exported. Narrow the filter.") % {"most": MOST_EXPORTED}
    return ""


def _file(
    selection: Selection, form: str, full: bool, day: dt.date | None
) -> FileResponse | StreamingHttpResponse:
    name = f"{selection.listing.name}-{day.isoformat() if day else 'list'}.{form}"
    if form == "xlsx":
        return FileResponse(
            workbook_file(selection, full=full),
            as_attachment=True,
            filename=name,
            content_type=XLSX,
        )
    answer = StreamingHttpResponse(
        csv_lines(selection, full=full), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _page(
    request: StaffRequest, listing: Listing, query: QueryDict, problem: str = ""
) -> HttpResponse:
    selection = select(listing, request.centre, query)
    page = selection.page(query.get(PAGE_NUMBER))
    kept = kept_query(listing, query)
    own = selection.own_day(request.user, request.day)
    context = {
        "listing": listing,
        "form": selection.filterset.form,
        "filtered": any(key != "sort" for key in kept),
        "heads": [_head(column, selection.sort, kept) for column in listing.columns],
        "notes": listing.notes(request.centre),
        "rows": [_cells(listing, row, request.user) for row in page.object_list],
        "page": page,
        "sums": _sums(listing, page_totals(listing, list(page.object_list))),
        "totals": _sums(listing, selection.totals()),
        "query": kept.urlencode(),
        "saved": list_filters(request.user, listing.name),
        "others": listings_of(request.user),
        "may_export": request.user.may(EXPORT),
        "may_export_own": own is not None,
        "may_reveal": request.user.may(REVEAL) and any(c.full for c in listing.columns),
        "problem": problem,
    }
    status = 409 if problem else 200
    return render(request, "counter/lists/list.html", context, status=status)


def _head(column: Column, sort: str, kept: QueryDict) -> dict[str, Any]:
    """Give a heading with the address that sorts by it, or the other way round."""
    now = {column.key: "ascending", f"-{column.key}": "descending"}.get(sort, "")
    turned = kept.copy()
    turned["sort"] = f"-{column.key}" if now == "ascending" else column.key
    return {
        "column": column,
        "sorted": now,
        "address": f"?{turned.urlencode()}" if column.order else "",
    }


def _cells(listing: Listing, row: Any, user: User) -> list[dict[str, Any]]:
    return [
        {
            "text": _text(column, column.value(row)),
            "is_number": column.is_number,
            "is_date": column.kind == "date",
            "address": _address(column, row, user),
        }
        for column in listing.columns
    ]


def _address(column: Column, row: Any, user: User) -> str | None:
    """Give where a cell leads, for whoever may go there."""
    if column.address is None or (column.permission and not user.may(column.permission)):
        return None
    return column.address(row)


def _text(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.kind == "money":
        return grouped_yuan(value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _sums(listing: Listing, totals: dict[str, int]) -> list[str]:
    """Lay totals out below their columns; empty where the list sums nothing."""
    if not totals:
        return []
    shown: Callable[[Column], str] = lambda column: (  # noqa: E731
        _text(column, totals[column.key]) if column.key in totals else ""
    )
    return [shown(column) for column in listing.columns]
