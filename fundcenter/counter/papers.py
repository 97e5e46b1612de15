"""Papers at the counter: a checklist beside the form, scans sealed with the document, the viewer.

Scans belong to the token of the filling-in, so they outlive a sign-out with it. The form takes
them with or without a script: files go along with any of its buttons, or one by one as they are
chosen.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fundcenter.counter.access import StaffRequest, require_day, staff_page
from kernel.days import add_years
from kernel.scans import MAX_BYTES, BadScan, thumbnail
from office.models import Centre, Paper, PaperFolder, User
from office.papers import (
    KEEP,
    VIEW,
    PaperRefused,
    find_draft,
    find_seal,
    keep_paper,
    list_papers,
    read_paper,
    remove_paper,
    seal_papers,
)
from office.services import NotAllowed, audit_refusal, audit_sight
from policy.book import PolicyBook
from policy.loader import load_catalogue
from policy.queries import open_book
from policy.wording import describe_term

OTHER = "OTHER"
SCAN = "scan_"
_OPENING, _WITHDRAWAL = "opening", "withdrawal"
# What a picture or PDF of ours may do in a browser: be looked at.
_LOOK_ONLY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
_SUFFIX = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A kind of paper that a business asks for; ``only_for`` names the grounds that do."""

    code: str
    only_for: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the checklist: the paper, whether the law asks for it, and the scans there are."""

    code: str
    title: str
    needed: bool
    only_for: str
    papers: tuple[Paper, ...]

    @property
    def kind(self) -> str:
        """Give the tone of the row."""
        return "ok" if self.papers else "wait" if self.needed else "keys"

    @property
    def sign(self) -> str:
        """Give the sign of the row."""
        return "✓" if self.papers else "▼" if self.needed else "·"


def papers_asked(book: PolicyBook, business: str, ground: str = "") -> tuple[Asked, ...]:
    """List the papers that the law of the book's day asks for in a business.

    Args:
        ground: of a withdrawal; empty lists those of every ground, each with its grounds.

    Source: papers.*, withdrawal.evidence, eligibility.opening_evidence.
    """
    if not book.in_force:
        return ()
    if business == _OPENING:
        return tuple(Asked(code) for code in book.choices("eligibility.opening_evidence"))
    if business == _WITHDRAWAL:
        return _evidence(book, ground)
    key = _key(business)
    if not asks_for_papers(business) or book.find(key) is None:
        return ()
    return tuple(Asked(code) for code in book.choices(key))


def asks_for_papers(business: str) -> bool:
    """Tell whether papers belong to a business at all."""
    return business in (_OPENING, _WITHDRAWAL) or _key(business) in _catalogue()


@cache
def _catalogue() -> frozenset[str]:
    return frozenset(load_catalogue())


def draft_rows(request: StaffRequest, token: object, asked: Iterable[Asked]) -> list[Row]:
    """Give the checklist of a form that is being filled in."""
    number = as_token(token)
    return _rows(asked, find_draft(number, request.user) if number else [])


def item_rows(centre: Centre, number: str, rounds: int = 1) -> list[Row]:
    """Give the papers that were handed in with a document, and what was asked for then.

    Args:
        rounds: how often it may have been handed in; each time has papers of its own.
    """
    asked: dict[str, None] = {}
    papers: list[Paper] = []
    for name in (sealed_as(number, place) for place in range(1, rounds + 1)):
        seal = find_seal(centre, name)
        if seal is not None:
            asked |= dict.fromkeys(seal.asked)
            papers += list_papers(centre, name)
    rows = _rows((Asked(code) for code in asked), papers)
    return [row for row in rows if row.papers or row.needed]


def sealed_as(number: str, round_: int) -> str:
    """Name the papers of a document that is handed in for the first time, or once more."""
    return number if round_ == 1 else f"{number}/{round_}"


def take_papers(request: StaffRequest, token: object) -> str:
    """Keep the files that came with a form and take out what it wants removed.

    Returns:
        What is wrong with a file, for the page; empty when nothing is.
    """
    number = as_token(token)
    if number is None or not request.user.may(KEEP):
        return ""
    if _is_too_large(request):
        return _("The files together are larger than %(limit)s MiB. Add them one by one.") % {
            "limit": MAX_BYTES // 1024 // 1024
        }
    try:
        removed = request.POST.get("remove_paper", "")
        if removed.isdecimal():
            _remove(request, number, int(removed))
        for name, files in request.FILES.lists():
            for file in files if name.startswith(SCAN) else ():
                keep_paper(
                    token=number,
                    code=name.removeprefix(SCAN),
                    name=file.name or "",
                    content=file.read(),
                    business_date=require_day(request),
                    by=request.user,
                )
    except (PaperRefused, NotAllowed) as refused:
        return str(refused)
    return ""


def seal(request: StaffRequest, token: object, item_number: str, asked: Iterable[Asked]) -> None:
    """Hand the papers of a form in with the document it made, in its transaction.

    Raises:
        PaperMissing: a paper is missing and the centre's law blocks without it.

    Source: papers.retention_years, papers.missing.
    """
    day = require_day(request)
    book = open_book(request.centre.code, day)
    number = token_or_new(token)
    codes = [one.code for one in asked]
    blocks = book.choice("papers.missing") == "BLOCKS"
    seal_papers(
        token=number,
        item_number=item_number,
        kept_until=add_years(day, book.count("papers.retention_years")),
        business_date=day,
        by=request.user,
        asked=codes,
        demanded={code: describe_term(code) for code in codes} if blocks else {},
    )


def wants_papers(request: StaffRequest) -> bool:
    """Tell whether the form was sent to add or take out papers, not to go on."""
    return "remove_paper" in request.POST or "add_papers" in request.POST


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(KEEP)
def draft(request: StaffRequest, business: str, token: uuid.UUID) -> HttpResponse:
    """Show the checklist of a form by itself; POST adds or takes out first."""
    problem = take_papers(request, token) if request.method == "POST" else ""
    book = open_book(request.centre.code, require_day(request))
    ground = request.POST.get("ground", request.GET.get("ground", ""))
    asked = papers_asked(book, business, "")
    page = {
        "paper_rows": draft_rows(request, token, asked),
        "papers_for": business,
        "papers_token": token,
        "papers_problem": problem,
        "ground": ground,
    }
    status = 409 if problem else 200
    return render(request, "counter/parts/papers.html", page, status=status)


@require_safe
@staff_page()
def show_file(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a scan; who looks is kept in the audit trail before anything is shown."""
    paper = _own_paper(request, pk)
    item = _item_number(paper)
    content = _content(paper)
    audit_sight(
        actor=request.user,
        action=VIEW,
        target=paper,
        subject=item or paper.code,
        reason=_("papers of %(item)s") % {"item": item} if item else _("own filling-in"),
    )
    return _served(paper.media_type, content, f"{paper.code}-{paper.pk}")


@require_safe
@staff_page()
def show_small(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a picture too small to be read."""
    paper = _own_paper(request, pk)
    if not paper.is_picture:
        raise Http404
    try:
        small = thumbnail(_content(paper))
    except BadScan as bad:
        raise Http404 from bad
    return _served("image/jpeg", small, f"{paper.code}-{paper.pk}")


def token_or_new(token: object) -> uuid.UUID:
    """Read a token; a new one where it is none, as a form without a token is a new filling-in."""
    return as_token(token) or uuid.uuid4()


def as_token(token: object) -> uuid.UUID | None:
    """Read a token; None where it is none."""
    if isinstance(token, uuid.UUID):
        return token
    try:
        return uuid.UUID(str(token))
    except ValueError:
        return None


def _key(business: str) -> str:
    return f"papers.{business.replace('-', '_')}"


def _evidence(book: PolicyBook, ground: str) -> tuple[Asked, ...]:
    needed: Mapping[str, list[str]] = book.table("withdrawal.evidence")
    if ground:
        return tuple(Asked(code) for code in needed.get(ground, ()))
    codes = dict.fromkeys(code for codes in needed.values() for code in codes)
    return tuple(
        Asked(code, " ".join(one for one, asked in needed.items() if code in asked))
        for code in codes
    )


def _rows(asked: Iterable[Asked], papers: list[Paper]) -> list[Row]:
    only_for = {one.code: one.only_for for one in asked}
    found: dict[str, list[Paper]] = {code: [] for code in [*only_for, OTHER]}
    for paper in papers:
        found.setdefault(paper.code, []).append(paper)
    return [
        Row(code, describe_term(code), code in only_for, only_for.get(code, ""), tuple(there))
        for code, there in found.items()
    ]


def _remove(request: StaffRequest, token: uuid.UUID, pk: int) -> None:
    for paper in find_draft(token, request.user):
        if paper.pk == pk:
            remove_paper(paper=paper, by=request.user)


def _is_too_large(request: StaffRequest) -> bool:
    size = request.META.get("CONTENT_LENGTH") or "0"
    return not size.isdecimal() or int(size) > MAX_BYTES + 65_536


def _own_paper(request: StaffRequest, pk: int) -> Paper:
    """Give a paper that the person may see: their own draft, or their centre's by their role.

    Raises:
        Http404: there is none for them; a look at another's is kept in the audit trail.
    """
    rows = Paper.objects.select_related("folder__centre", "folder__seal")
    paper = rows.filter(pk=pk).first()
    if paper is None or paper.removed_at is not None:
        raise Http404
    if not _may_see(request.user, paper.folder, _item_number(paper)):
        audit_refusal(actor=request.user, action=VIEW, target=paper, reason=request.path)
        raise Http404
    return paper


def _may_see(user: User, folder: PaperFolder, item: str) -> bool:
    if folder.centre_id != user.centre_id:
        return False
    return folder.made_by_id == user.pk or (bool(item) and user.may(VIEW))


def _item_number(paper: Paper) -> str:
    return str(getattr(getattr(paper.folder, "seal", None), "item_number", ""))


def _content(paper: Paper) -> bytes:
    try:
        return read_paper(paper)
    except PaperRefused as gone:
        raise Http404(str(gone)) from gone


def _served(media_type: str, content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'inline; filename="{name}.{_SUFFIX[media_type]}"'
    answer["Content-Security-Policy"] = (
        _LOOK_ONLY if media_type == "application/pdf" else f"{_LOOK_ONLY}; sandbox"
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
