"""The day-end of loans at the counter: what is left, how far the run is, what failed."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from fundcenter.counter.access import StaffRequest, require_day, staff_page
from loans.queries import list_unclosed
from loans.tasks import DAY_END, enqueue_day_end
from office.models import Job

_RUN = "jobs.run"
_NAMED, _JOBS = 50, 10
# What a run tells of itself, by the names of ``run_day_end``, in the order of the columns.
_TOLD = {
    "repriced": pgettext_lazy("day-end", "Repriced"),
    "out_of_order": pgettext_lazy("day-end", "New rate not entered"),
    "offset": pgettext_lazy("day-end", "Offset"),
    "fell_late": gettext_lazy("Fell late"),
    "cured": gettext_lazy("Cured"),
    "notices": gettext_lazy("Notices"),
    "left": pgettext_lazy("day-end", "Left for the next run"),
}


@require_safe
@staff_page("loans.view")
def show(request: StaffRequest) -> HttpResponse:
    """Show how many loans are left on the open day, and the last runs with what failed."""
    day = require_day(request)
    left = list_unclosed(request.centre, day)
    orders = list(Job.objects.filter(centre=request.centre, kind=DAY_END).order_by("-pk")[:_JOBS])
    last = orders[0] if orders else None
    page = {
        "day": day,
        "left": left.count(),
        "behind": left.exclude(closed_date__isnull=True).order_by("closed_date").first(),
        "heads": [str(title) for title in _TOLD.values()],
        "orders": [(one, _told(one)) for one in orders],
        "last": last,
        "runs": last is not None and last.state in (Job.State.QUEUED, Job.State.RUNNING),
        "lines": last.lines.order_by("ref")[:_NAMED] if last else [],
        "may_run": request.user.may(_RUN),
    }
    return render(request, "counter/day_end.html", page)


def _told(order: Job) -> list[int | None]:
    """List what a run did, by the columns of the page; nothing where it has not said so."""
    told = order.result or {}
    return [told.get(name) for name in _TOLD]


@require_POST
@staff_page(_RUN)
def run(request: StaffRequest) -> HttpResponse:
    """Queue the day-end of the open day; one that waits or runs is left to itself."""
    enqueue_day_end(request.centre, require_day(request))
    return redirect("day-end")
