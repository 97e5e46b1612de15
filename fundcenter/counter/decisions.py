"""A kept decision as it was made, to look at or to print as a notice."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fundcenter.counter.access import StaffRequest, own_row, staff_page
from fundcenter.counter.sheets import sheet_of_stored
from policy.models import StoredDecision


@require_safe
@staff_page("contributions.view")
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a decision of the own centre."""
    rows = StoredDecision.objects.select_related("made_by", "centre")
    stored = own_row(request, rows, pk)
    page = {"stored": stored, "sheet": sheet_of_stored(stored)}
    return render(request, "counter/decision.html", page)
