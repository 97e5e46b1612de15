"""A kept decision as it was made, to look at or to print as a notice."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fundcenter.counter.access import StaffRequest, staff_page
from fundcenter.counter.sheets import sheet_of_stored
from policy.models import StoredDecision


@require_safe
@staff_page("contributions.view")
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a decision of the own centre."""
    stored = (
        StoredDecision.objects.filter(pk=pk, centre=request.centre)
        .select_related("made_by", "centre")
        .first()
    )
    if stored is None:
        raise Http404
    page = {"stored": stored, "sheet": sheet_of_stored(stored)}
    return render(request, "counter/decision.html", page)
