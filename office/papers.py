"""Papers: kept for one filling-in of a form, sealed when it is handed in, shown, destroyed.

The law's part (which papers, how long they are kept) is told by the caller, who has the policy
book. Removing and destroying mark the row; the file goes with the next ``paper_store.sweep``.
"""

import datetime as dt
import hashlib
import re
import uuid
from collections.abc import Iterable, Mapping

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from kernel import scans
from kernel.ciphers import BadToken
from office import paper_store
from office.models import Centre, Paper, PaperFolder, PaperSeal, User
from office.models.papers import CODE_LENGTH
from office.services import NotAllowed, audit, require_permission

KEEP, VIEW, DESTROY = "papers.keep", "papers.view", "papers.destroy"
# A business asks for two or three kinds of papers of a few sheets each.
MOST_PAPERS = 40
_NAME_LENGTH = 120
_CODE = re.compile(rf"[A-Z][A-Z0-9_]{{0,{CODE_LENGTH - 1}}}", re.ASCII)
_NOT_A_NAME = re.compile(r"[\x00-\x1f\x7f/\\]")
_MEBIBYTE = 1024 * 1024

# Why a file cannot be kept, by the code of ``kernel.scans``; each says the next step.
_WHY: dict[str, str | Promise] = {
    "EMPTY": gettext_lazy("“%(name)s” is empty. Scan or photograph the paper again."),
    "TOO_LARGE": gettext_lazy(
        "“%(name)s” is larger than %(limit)s MiB. Scan it in grey or with fewer dots, or divide it."
    ),
    "UNKNOWN_KIND": gettext_lazy(
        "“%(name)s” is neither JPEG nor PNG nor PDF by its content, whatever its name says. "
        "Scan or photograph the paper."
    ),
    "DAMAGED": gettext_lazy(
        "“%(name)s” is damaged or holds more than one file. Scan the paper again."
    ),
    "TOO_MANY_PIXELS": gettext_lazy(
        "“%(name)s” has %(seen)s pixels; the limit is %(limit)s. Photograph it with fewer."
    ),
    "MOVES": gettext_lazy("“%(name)s” is a moving picture. Scan or photograph the paper."),
    "TOO_MANY_PAGES": gettext_lazy(
        "“%(name)s” has %(seen)s pages; the limit is %(limit)s. Divide it."
    ),
    "LOCKED": gettext_lazy(
        "“%(name)s” is locked with a password. Unlock it, or print and scan it."
    ),
    "ACTS": gettext_lazy(
        "“%(name)s” carries something that acts by itself (%(seen)s). Print and scan it."
    ),
}


class PaperRefused(Exception):
    """A paper cannot be kept, taken out, sealed or shown; the message says why and what to do."""


class FolderSealed(PaperRefused):
    """The papers were handed in with a document: nothing enters or leaves any more."""


class PaperMissing(PaperRefused):
    """A paper that the centre's law demands was not handed in."""


@transaction.atomic
def keep_paper(
    *,
    token: uuid.UUID,
    code: str,
    name: str,
    content: bytes,
    business_date: dt.date,
    by: User,
) -> Paper:
    """Keep a clean copy of a scan for one filling-in of a form.

    The same scan of the same kind again returns the paper that is there.

    Args:
        token: names the filling-in; it belongs to the first person who uses it.
        code: what the paper is, such as ``LEASE_FILING``.
        name: the file's own name, shown back to people and believed in nothing.
        content: the file; what it is is told by its content.

    Raises:
        NotAllowed: the person's role keeps no papers.
        FolderSealed: the form was handed in already.
        PaperRefused: the file is no scan, too large, damaged or acts by itself; or there are too
            many.
    """
    require_permission(by, KEEP)
    if _CODE.fullmatch(code) is None:
        raise PaperRefused(gettext("The kind of paper “%(code)s” is not known.") % {"code": code})
    name = _plain_name(name)
    folder = _folder(token, business_date, by)
    scan = _read(name, content)
    sha256 = hashlib.sha256(scan.content).hexdigest()
    same = living(folder).filter(code=code, sha256=sha256).first()
    if same is not None:
        return same
    if living(folder).count() >= MOST_PAPERS:
        raise PaperRefused(
            gettext("There are %(count)s papers already, the most for one business. Join some.")
            % {"count": MOST_PAPERS}
        )
    paper = Paper(
        folder=folder,
        code=code,
        name=name,
        sha256=sha256,
        media_type=scan.media_type,
        size_bytes=len(scan.content),
        pages=scan.pages,
        made_by=by,
    )
    paper_store.write(folder.centre, sha256, paper.field, scan.content)
    paper.save(force_insert=True)
    after = {**paper.shown(), "token": str(token), "size_bytes": paper.size_bytes}
    audit(actor=by, action=KEEP, target=paper, subject=code, after=after)
    return paper


@transaction.atomic
def remove_paper(*, paper: Paper, by: User) -> None:
    """Take a paper out of a folder that is not handed in yet; a second time does nothing.

    Raises:
        NotAllowed: it is another person's.
        FolderSealed: the form was handed in already.
    """
    _require_maker(paper.folder, by)
    _require_unsealed(_locked(paper.folder.token))
    taken = Paper.objects.filter(pk=paper.pk, removed_at__isnull=True).update(removed_at=Now())
    if taken:
        audit(actor=by, action="papers.remove", target=paper, subject=paper.code)


@transaction.atomic
def seal_papers(
    *,
    token: uuid.UUID,
    item_number: str,
    kept_until: dt.date,
    business_date: dt.date,
    by: User,
    asked: Iterable[str] = (),
    demanded: Mapping[str, str] | None = None,
) -> PaperSeal:
    """Hand in the papers of a filling-in with its document; from then on they stand still.

    Call it in the transaction that hands the document in. A form without papers is sealed too,
    so that none can be added behind the back of whoever approves.

    Args:
        item_number: the document's number.
        kept_until: the last day of the retention, by the centre's law.
        asked: kinds of papers that the law asks for, there or not.
        demanded: kinds of papers without which nothing is handed in, each with its name.

    Raises:
        NotAllowed: the papers are another person's.
        FolderSealed: they were handed in with another document.
        PaperMissing: a demanded paper is not there.
    """
    folder = _folder(token, business_date, by)
    there = set(living(folder).values_list("code", flat=True))
    missing = [name for code, name in (demanded or {}).items() if code not in there]
    if missing:
        raise PaperMissing(
            gettext(
                "Papers that are demanded are missing: %(papers)s. "
                "Add their scans, then hand in again."
            )
            % {"papers": "、".join(missing)}
        )
    try:
        with transaction.atomic():
            seal = PaperSeal.objects.create(
                folder=folder,
                centre=folder.centre,
                item_number=item_number,
                kept_until=kept_until,
                asked=list(asked),
                made_by=by,
            )
    except IntegrityError as taken:
        raise FolderSealed(
            gettext("%(number)s has its papers already.") % {"number": item_number}
        ) from taken
    papers = [paper.shown() for paper in living(folder)]
    after = {"kept_until": kept_until.isoformat(), "papers": papers}
    audit(actor=by, action="papers.seal", target=seal, subject=item_number, after=after)
    return seal


def read_paper(paper: Paper) -> bytes:
    """Give the content of a paper, as it was kept. The caller notes in the audit trail who looks.

    Raises:
        PaperRefused: it was destroyed, or its file is gone or not what was kept.
    """
    if paper.destroyed_at is not None or paper.removed_at is not None:
        raise PaperRefused(gettext("The scan was destroyed; only the record of it is kept."))
    try:
        content = paper_store.read(paper.folder.centre, paper.sha256, paper.field)
    except (paper_store.FileGone, BadToken) as fault:
        raise PaperRefused(
            gettext("The scan cannot be read: its file is missing or damaged. Tell the operator.")
        ) from fault
    return content


def living(folder: PaperFolder) -> QuerySet[Paper]:
    """List the papers of a folder that were not taken out."""
    return Paper.objects.filter(folder=folder, removed_at__isnull=True).order_by("id")


def find_draft(token: uuid.UUID, by: User) -> list[Paper]:
    """List the papers that a person keeps for a form; another person's are not told of."""
    papers = Paper.objects.filter(folder__token=token, folder__made_by=by, removed_at__isnull=True)
    return list(papers.filter(folder__seal__isnull=True).select_related("folder__centre"))


def find_seal(centre: Centre, item_number: str) -> PaperSeal | None:
    """Find what sealed the papers of a document of a centre."""
    return PaperSeal.objects.filter(centre=centre, item_number=item_number).first()


def list_papers(centre: Centre, item_number: str) -> list[Paper]:
    """List the papers handed in with a document of a centre, also those since destroyed."""
    papers = Paper.objects.filter(
        folder__centre=centre,
        folder__seal__item_number=item_number,
        removed_at__isnull=True,
    )
    return list(papers.select_related("folder__centre", "folder__seal", "made_by").order_by("id"))


def _read(name: str, content: bytes) -> scans.Scan:
    try:
        return scans.read_scan(content)
    except scans.BadScan as bad:
        told = {"name": name, "seen": bad.params.get("seen"), "limit": bad.params.get("limit")}
        if bad.code == "TOO_LARGE":
            told["limit"] = scans.MAX_BYTES // _MEBIBYTE
        raise PaperRefused(str(_WHY[bad.code]) % told) from bad


def _plain_name(name: str) -> str:
    """Keep the end of the path as a name: no folders, no control signs, not too long."""
    last = re.split(r"[/\\]", name)[-1]
    return _NOT_A_NAME.sub("", last).strip()[-_NAME_LENGTH:] or "–"


def _folder(token: uuid.UUID, business_date: dt.date, by: User) -> PaperFolder:
    """Give the folder of a filling-in, locked; the first who asks makes it."""
    if by.centre is None or by.branch is None:
        raise NotAllowed(gettext("Only people of a centre keep papers."))
    PaperFolder.objects.get_or_create(
        token=token,
        defaults={
            "centre": by.centre,
            "branch": by.branch,
            "business_date": business_date,
            "made_by": by,
        },
    )
    folder = _locked(token)
    _require_maker(folder, by)
    _require_unsealed(folder)
    return folder


def _locked(token: uuid.UUID) -> PaperFolder:
    rows = PaperFolder.objects.select_for_update(of=("self",)).select_related("centre")
    return rows.get(token=token)


def _require_maker(folder: PaperFolder, by: User) -> None:
    if folder.made_by_id != by.pk:
        raise NotAllowed(gettext("These papers were added by another person. Fill in anew."))


def _require_unsealed(folder: PaperFolder) -> None:
    seal = PaperSeal.objects.filter(folder=folder).first()
    if seal is not None:
        raise FolderSealed(
            gettext("These papers were handed in with %(number)s; nothing is added or taken out.")
            % {"number": seal.item_number}
        )
