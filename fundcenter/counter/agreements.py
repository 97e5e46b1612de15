"""The agreement as it was signed, what reads otherwise today, and its breaches."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.contract import Difference, differences, lay_out
from accounts.queries import find_last_agreement, list_breaches
from fundcenter.counter.access import StaffRequest, own_account, staff_page
from fundcenter.counter.items import masked_paper
from policy.queries import open_book
from policy.values import Citation, Value
from policy.wording import describe_citations, describe_key, describe_value


@require_safe
@staff_page("accounts.view")
def show(request: StaffRequest, number: str) -> HttpResponse:
    """Show article by article what was signed, with the clauses, beside the law of today."""
    account = own_account(request, number)
    agreement = find_last_agreement(account)
    clauses = agreement.clauses if agreement else []
    document = (agreement.document if agreement else {}) or lay_out(clauses)
    book = open_book(request.centre.code, request.day or account.opened_date)
    changed = differences(clauses, book) if clauses and book.in_force else []
    page = {
        "account": account,
        "masked": masked_paper(account),
        "agreement": agreement,
        "articles": [
            {**article, "clauses": [_cited(clause) for clause in article["clauses"]]}
            for article in document.get("articles", [])
        ],
        "changed": [_said(one) for one in changed],
        "versions": account.agreements.order_by("-version"),
        "breaches": list_breaches(account),
    }
    return render(request, "counter/agreement_text.html", page)


def _cited(clause: dict[str, object]) -> dict[str, object]:
    cited = [Citation.parse(text) for text in clause["citations"]]  # type: ignore[attr-defined]
    return {**clause, "cited": "；".join(describe_citations(cited))}


def _said(one: Difference) -> dict[str, object]:
    return {
        "title": describe_key(one.key),
        "signed": _reading(one.signed),
        "now": _reading(one.now),
        "holds": one.signed_holds,
        "cited": "；".join(describe_citations(one.now.citations)) if one.now else "",
    }


def _reading(value: Value | None) -> str:
    return describe_value(value) if value is not None else "—"
