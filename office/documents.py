"""How a two-person document moves: submitted by its maker, decided by somebody else, once.

Every move is a conditional update on the old state, so of two people who decide at the same
moment one decides and the other is told. Each move writes its line of the audit trail.
"""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext

from kernel.posts import reaches
from office.idempotency import digest_of
from office.models import AuditEvent, Document, Limited, User
from office.roles import Role
from office.services import NotAllowed, audit, require_permission

D = TypeVar("D", bound=Document)

_DRAFT, _SUBMITTED = Document.State.DRAFT, Document.State.SUBMITTED
_RETURNED = Document.State.RETURNED
REFUSED = "REFUSED"
LEGAL_MOVES: dict[str, frozenset[str]] = {
    Document.State.SUBMITTED: frozenset({_DRAFT, _RETURNED}),
    Document.State.APPROVED: frozenset({_SUBMITTED}),
    Document.State.RETURNED: frozenset({_SUBMITTED}),
    Document.State.CANCELLED: frozenset({_DRAFT, _SUBMITTED, _RETURNED}),
    REFUSED: frozenset({_SUBMITTED}),
}


class SamePerson(NotAllowed):
    """The maker tried to decide about their own document."""


class AlreadyDecided(Exception):
    """The document is no longer in a state from which this move is possible."""


class ChangedMeanwhile(Exception):
    """What the checker looked at is not what would be approved."""


@transaction.atomic
def submit(*, document: D, by: User, shown: Mapping[str, Any], **fields: Any) -> D:
    """Hand the document to the second person.

    Args:
        shown: the JSON value the checker will see; its digest binds the decision.
        fields: further columns that change with the state, here and in every other move.

    Raises:
        NotAllowed: somebody other than the maker, or without the permission.
        AlreadyDecided: it was submitted before.
    """
    _require_maker(document, by)
    if not by.is_system and document.submit_permission:
        require_permission(by, document.submit_permission, document.centre)
    return _move(
        document,
        to=Document.State.SUBMITTED,
        by=by,
        digest=digest_of(shown),
        checked_by=None,
        checked_at=None,
        return_reason="",
        **fields,
    )


@transaction.atomic
def approve(*, document: D, by: User, digest: str, **fields: Any) -> D:
    """Approve what was shown. Effects belong into the same transaction, after this call.

    Args:
        digest: the digest of the page the checker looked at.

    Raises:
        SamePerson: the maker cannot approve.
        NotAllowed: the role or centre does not allow it, or the amount needs a higher post.
        ChangedMeanwhile: the document differs from what was shown.
        AlreadyDecided: somebody decided before.
    """
    require_approver(document, by)
    return _move(
        document,
        to=Document.State.APPROVED,
        by=by,
        if_digest=digest,
        checked_by=by,
        checked_at=Now(),
        **fields,
    )


@transaction.atomic
def return_(*, document: D, by: User, reason: str, **fields: Any) -> D:
    """Give the document back to its maker with the reason.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: as for ``approve``.
    """
    reason = reason.strip()
    if not reason:
        raise ValueError(gettext("reason: a return needs its reason."))
    _require_checker(document, by)
    return _move(
        document,
        to=Document.State.RETURNED,
        by=by,
        checked_by=by,
        checked_at=Now(),
        return_reason=reason[:400],
        **fields,
    )


@transaction.atomic
def refuse(*, document: D, by: User, digest: str, **fields: Any) -> D:
    """Refuse what was shown, for good; only kinds that know the state REFUSED can be.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: as for ``approve``.
    """
    _require_checker(document, by)
    return _move(
        document, to=REFUSED, by=by, if_digest=digest, checked_by=by, checked_at=Now(), **fields
    )


@transaction.atomic
def cancel(*, document: D, by: User, **fields: Any) -> D:
    """Withdraw an undecided document; only its maker can.

    Raises:
        NotAllowed: somebody other than the maker.
        AlreadyDecided: it was approved or cancelled before.
    """
    _require_maker(document, by)
    return _move(document, to=Document.State.CANCELLED, by=by, **fields)


@transaction.atomic
def withdraw(*, document: D, by: User, reason: str, **fields: Any) -> D:
    """Take back a returned document for whom it is about, as anybody who may enter such ones.

    Its maker may be away for weeks, at another branch, or gone; whoever it is about must not be
    kept waiting by that. The reason and the person stand in the audit trail.

    Raises:
        ValueError: the reason is empty.
        NotAllowed: the person may not enter documents of this kind at this centre.
        AlreadyDecided: it is not returned; what waits is for its maker or the second person.
    """
    reason = reason.strip()
    if not reason:
        raise ValueError(gettext("reason: who takes back for another says why."))
    require_permission(by, document.submit_permission, document.centre)
    cancelled = Document.State.CANCELLED
    return _move(document, to=cancelled, by=by, only_from=(_RETURNED,), why=reason[:400], **fields)


def find_withdrawal(document: Document) -> AuditEvent | None:
    """Find who took a returned document back for its maker, and why."""
    rows = AuditEvent.objects.filter(
        object_type=document._meta.label_lower,
        object_id=str(document.pk),
        action=f"{document._meta.label_lower}.{Document.State.CANCELLED.lower()}",
    )
    return rows.exclude(reason="").select_related("actor", "branch").first()


def require_approver(document: Document, by: User) -> None:
    """Refuse who may not approve this document: for services that look before they book.

    Raises:
        SamePerson: the maker cannot approve.
        NotAllowed: the role or centre does not allow it, or the amount needs a higher post.
    """
    _require_checker(document, by)
    if isinstance(document, Limited) and not reaches(by.role, document.approver_role):
        raise NotAllowed(
            gettext(
                "%(number)s: by its amount it has to be approved by: %(needed)s. %(user)s is: "
                "%(role)s. Hand it on."
            )
            % {
                "number": document.number,
                "needed": Role(document.approver_role).label,
                "user": by,
                "role": by.get_role_display(),
            }
        )


def _require_maker(document: Document, by: User) -> None:
    if document.made_by_id != by.pk:
        raise NotAllowed(
            gettext("%(number)s was made by %(maker)s; only the maker can do this.")
            % {"number": document.number, "maker": document.made_by}
        )


def _require_checker(document: Document, by: User) -> None:
    if document.made_by_id == by.pk:
        raise SamePerson(
            gettext("%(number)s: the maker cannot be the checker. Ask a colleague.")
            % {"number": document.number}
        )
    if not document.approve_permission:
        raise NotAllowed(gettext("Documents of this kind are not approved by a person."))
    require_permission(by, document.approve_permission, document.centre)


def _move(
    document: D,
    *,
    to: str,
    by: User,
    if_digest: str | None = None,
    only_from: Collection[str] | None = None,
    why: str = "",
    **fields: Any,
) -> D:
    sources = LEGAL_MOVES[to] if only_from is None else only_from
    rows = type(document)._default_manager.filter(pk=document.pk, state__in=sources)
    if if_digest is not None:
        rows = rows.filter(digest=if_digest)
    before = document.state
    moved = rows.update(state=to, **fields)
    document.refresh_from_db()
    if not moved and document.state in sources:
        raise ChangedMeanwhile(
            gettext("%(number)s has changed since you looked at it. Open it again.")
            % {"number": document.number}
        )
    if not moved:
        raise AlreadyDecided(
            gettext("%(number)s cannot be moved to “%(to)s”: it is “%(state)s”.")
            % {
                "number": document.number,
                "to": type(document).State(to).label,
                "state": document.get_state_display(),
            }
        )
    audit(
        actor=by,
        action=f"{document._meta.label_lower}.{to.lower()}",
        target=document,
        centre=document.centre,
        subject=document.number,
        reason=document.return_reason if to == Document.State.RETURNED else why,
        before={"state": before},
        after={"state": to, "digest": document.digest},
    )
    return document
