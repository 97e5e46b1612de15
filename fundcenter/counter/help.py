"""Help on every page: ? opens it in place, the link in the header as a page of its own."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fundcenter.counter.businesses import BUSINESSES
from fundcenter.counter.help_late_loans import LATE_PAGES, LATE_PART_OF, LATE_PURPOSES
from fundcenter.counter.help_loan_applications import LOAN_PURPOSES
from fundcenter.counter.help_loans import CONTRACT_PAGES, CONTRACT_PARTS, CONTRACT_PURPOSES
from fundcenter.counter.help_repayments import (
    REPAYMENT_PAGES,
    REPAYMENT_PART_OF,
    REPAYMENT_PURPOSES,
)
from fundcenter.counter.help_texts import (
    BUSINESS_PURPOSES,
    BUSINESS_REFUSED,
    BUSINESS_STEPS,
    KEYS,
    PAGES,
    PART_OF,
    Help,
)
from office.models import User
from office.queries import find_open_day
from policy.loader import load_catalogue
from policy.queries import open_book
from policy.terms import SUBJECTS
from policy.wording import describe_citations

_STEPS = ("-check", "-submit")
_PAGES = {**PAGES, **CONTRACT_PAGES, **LATE_PAGES, **REPAYMENT_PAGES}
_PART_OF = {**PART_OF, **CONTRACT_PARTS, **LATE_PART_OF, **REPAYMENT_PART_OF}
_PURPOSES = {
    **BUSINESS_PURPOSES,
    **LOAN_PURPOSES,
    **CONTRACT_PURPOSES,
    **LATE_PURPOSES,
    **REPAYMENT_PURPOSES,
}


@dataclass(frozen=True, slots=True)
class Law:
    """A subject of the policy book, and the clauses that the centre reads it from today."""

    subject: str
    clauses: str


def find_help(page: str) -> Help | None:
    """Find the help of a page by the name of its address; None where there is none."""
    page = _PART_OF.get(page, page)
    if page in _PAGES:
        return _PAGES[page]
    name = page
    for step in _STEPS:
        name = name.removesuffix(step)
    titles: dict[str, str | Promise] = {one.name: one.title for one in BUSINESSES}
    if name not in titles and name not in _PURPOSES:
        return None
    purpose, law = _PURPOSES.get(name, (titles.get(name, ""), ()))
    return Help(purpose=purpose, steps=BUSINESS_STEPS, refused=BUSINESS_REFUSED, law=law)


@require_safe
def show(request: HttpRequest, page: str) -> HttpResponse:
    """Show the help of a page; a part of a page for who asks from inside one."""
    found = find_help(page) or Help(purpose=_("The keyboard works the same on every page."))
    shown = {"help": found, "keys": KEYS, "law": _law(request, found)}
    inside = bool(request.headers.get("HX-Request"))
    template = "counter/parts/help.html" if inside else "counter/help.html"
    return render(request, template, shown)


def _law(request: HttpRequest, found: Help) -> list[Law]:
    """Name the clauses behind a page, as the centre's book has them on the open day."""
    user = request.user
    if not isinstance(user, User) or user.centre is None or not found.law:
        return []
    day = find_open_day(user.centre)
    if day is None:
        return []
    book = open_book(user.centre.code, day.date)
    rows = []
    for subject in found.law:
        cited = {
            citation: None
            for key in load_catalogue()
            if key.partition(".")[0] == subject and (value := book.find(key)) is not None
            for citation in value.citations
        }
        clauses = "；".join(describe_citations(tuple(cited))) or _(
            "no text says anything; set by us"
        )
        rows.append(Law(str(SUBJECTS.get(subject, subject)), clauses))
    return rows
