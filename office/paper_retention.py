"""How papers end: forgotten drafts by themselves, handed-in ones by two persons after their term.

What stays is the row: that there was a paper, of which kind, with which content's digest.
"""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext

from office.documents import SamePerson
from office.models import Centre, Paper, PaperSeal, User
from office.papers import DESTROY
from office.services import audit, require_permission

# Whoever was signed out finds a half-filled form again the same day; a week covers holidays.
DRAFT_LIFE = dt.timedelta(days=7)


def list_due(centre: Centre, on: dt.date) -> QuerySet[PaperSeal]:
    """List the folders of a centre whose retention has run out and whose papers still exist."""
    there = Paper.objects.filter(folder=OuterRef("folder"), destroyed_at__isnull=True)
    rows = PaperSeal.objects.filter(Exists(there), centre=centre, kept_until__lt=on)
    return rows.order_by("kept_until", "id")


@transaction.atomic
def destroy_due(
    *, centre: Centre, on: dt.date, by: User, witness: User, spared: Collection[str] = ()
) -> list[str]:
    """Destroy the papers whose retention has run out, signed by two persons; running again is safe.

    Args:
        on: the day; what is kept until that day or later stays.
        witness: the second person, who looked at the list.
        spared: numbers of documents whose papers stay, because a dispute or claim is open.

    Returns:
        The numbers of the documents whose papers were destroyed.

    Raises:
        SamePerson: the witness is the same person.
        NotAllowed: one of the two may not destroy papers of this centre.
    """
    if by.pk == witness.pk:
        raise SamePerson(gettext("Papers are destroyed by two persons: name a colleague."))
    for person in (by, witness):
        require_permission(person, DESTROY, centre)
    numbers = []
    for seal in list_due(centre, on).exclude(item_number__in=spared).select_related("folder"):
        papers = Paper.objects.filter(folder=seal.folder, destroyed_at__isnull=True)
        count = papers.update(destroyed_at=Now())
        numbers.append(seal.item_number)
        after = {"papers": count, "kept_until": str(seal.kept_until), "witness": witness.username}
        audit(
            actor=by,
            action=DESTROY,
            target=seal,
            centre=centre,
            subject=seal.item_number,
            after=after,
        )
    return numbers


@transaction.atomic
def drop_drafts(*, centre: Centre, now: dt.datetime) -> int:
    """Destroy papers that were never handed in and are older than a week; returns how many."""
    old = Paper.objects.filter(
        folder__centre=centre,
        folder__seal__isnull=True,
        made_at__lt=now - DRAFT_LIFE,
        destroyed_at__isnull=True,
    )
    return Paper.objects.filter(pk__in=list(old.values_list("pk", flat=True))).update(
        destroyed_at=Now()
    )
