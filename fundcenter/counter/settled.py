"""How a settlement came about: for one member, and as totals of the centre."""

from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import IdentityDocument
from fundcenter.counter.access import StaffRequest, own_account, staff_page
from fundcenter.counter.forecast import explain
from fundcenter.counter.sheets import sheet_of
from kernel.months import FundYear
from settlement.models import SettlementItem, SettlementRun, SurplusDistribution
from settlement.queries import (
    POSTED,
    list_adjustments,
    list_runs,
    net_amounts,
    prove,
    sums_by_kind,
)


@require_safe
@staff_page("settlement.view")
def of_member(request: StaffRequest, number: str, year: int) -> HttpResponse:
    """Show what a fund year gave an account, and the rules' own computation beside it."""
    account = own_account(request, number)
    items = list(
        SettlementItem.objects.filter(member_account=account, year=year)
        .select_related("run")
        .order_by("kind")
    )
    if not items:
        raise Http404
    explained = explain(account, year)
    changes = list_adjustments(account, year)
    paper = IdentityDocument.objects.filter(member=account.member_id, is_current=True).first()
    page = {
        "account": account,
        "masked": paper.masked if paper else "",
        "year": year,
        "period": FundYear(year),
        "run": items[0].run,
        "items": items,
        "changes": changes,
        "total_fen": sum(net_amounts(account, year).values()),
        "explained": explained,
    }
    if explained is not None:
        given = net_amounts(account, year)
        page["agrees"] = given == {**dict.fromkeys(given, 0), **explained.amounts}
        page["sheets"] = [
            ("interest", sheet_of(explained.interest)),
            ("subsidy", sheet_of(explained.subsidy)),
            ("opening_subsidy", sheet_of(explained.opening_subsidy)),
        ]
    return render(request, "counter/settled.html", page)


@require_safe
@staff_page("settlement.view")
def of_centre(request: StaffRequest) -> HttpResponse:
    """List the centre's settlements with their totals and proofs."""
    years = (
        SettlementRun.objects.filter(centre=request.centre)
        .exclude(state__in=["CANCELLED", "RETURNED"])
        .order_by("-year")
        .values_list("year", flat=True)
        .distinct()
    )
    labels = dict(SettlementItem.Kind.choices)
    rows = []
    for year in years:
        runs = list_runs(request.centre, year)
        posted = runs.filter(state__in=POSTED)
        rows.append(
            {
                "year": year,
                "runs": list(runs.select_related("made_by", "checked_by")),
                "accounts": posted.aggregate(sum=Sum("accounts"))["sum"] or 0,
                "sums": [(labels[kind], fen) for kind, fen in sums_by_kind(posted).items()],
                "proof": prove(request.centre, posted, FundYear(year).last_day),
            }
        )
    page = {
        "years": rows,
        "surpluses": SurplusDistribution.objects.filter(centre=request.centre),
        "may_distribute": request.user.may(SurplusDistribution.submit_permission),
    }
    return render(request, "counter/settlements.html", page)
