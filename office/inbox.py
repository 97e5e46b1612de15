"""Kinds of documents: how each is described, and who decides it.

An app describes its documents once, in a module ``inbox`` with a tuple ``KINDS``. The counter's
inbox, its item pages and receipts, and the admin all read that description, so that a document
looks the same wherever a person meets it. A record that needs no second person (a deposit) is a
kind without ``approve``; its page is its receipt.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db.models import CharField, Count, Model, Q, QuerySet, Value
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

from kernel.posts import posts_up_to, reaches
from office.idempotency import digest_of
from office.models import Centre, Document, Limited, User

Rows = list[tuple[str, str]]


def _nothing(item: Any) -> None:
    return None


def _no_warnings(item: Any) -> list[str]:
    return []


def _account(item: Any) -> Any:
    return getattr(item, "member_account", None)


def _decision(item: Any) -> Any:
    return getattr(item, "decision", None)


def _entries(item: Any) -> list[Any]:
    entry = getattr(item, "entry", None)
    return [entry] if entry is not None else []


def _due_date(item: Any) -> Any:
    return getattr(item, "due_date", None)


def _approver_role(item: Any) -> str:
    return str(getattr(item, "approver_role", ""))


def _needed_permission(item: Any) -> str:
    return str(getattr(item, "approve_permission", ""))


def _decidable(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    if not issubclass(rows.model, Limited):
        return rows
    return rows.filter(approver_role__in=posts_up_to(user.role))


def _never(item: Any, user: User) -> bool:
    return False


def _no_step(item: Any) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one kind of document is shown and decided.

    ``facts`` are (label, value) rows in words; ``headline`` is one sentence on what it is about.
    ``shown`` gives what the digest binds. ``approve(document=, digest=, business_date=, by=)``,
    ``return_(document=, reason=, business_date=, by=)`` and ``cancel(document=, by=)`` are the
    services. ``withdraw(document=, reason=, business_date=, by=)`` takes a returned one back for
    its maker: whoever may enter the kind may. ``approver_role`` gives the post that an amount
    needs, empty where any that may approve the kind will do; ``decidable`` narrows what waits to
    what a person of that role may decide; ``needed_permission`` gives the permission where a
    document has one of its own.

    What several people look at one after the other names the awaited ``step``; ``looked`` tells who
    has had their look. ``refuse(document=, digest=, code=, reason=, business_date=, by=)`` ends it
    for good, with one of the codes of ``refusals``.
    """

    name: str
    title: Promise | str
    model: type[Model]
    facts: Callable[[Any], Rows]
    headline: Callable[[Any], str]
    account: Callable[[Any], Any] = _account
    amount_fen: Callable[[Any], int | None] = _nothing
    decision: Callable[[Any], Any] = _decision
    entries: Callable[[Any], list[Any]] = _entries
    due_date: Callable[[Any], dt.date | None] = _due_date
    warnings: Callable[[Any], list[str]] = _no_warnings
    shown: Callable[[Any], dict[str, Any]] | None = None
    approve: Callable[..., object] | None = None
    return_: Callable[..., object] | None = None
    cancel: Callable[..., object] | None = None
    approver_role: Callable[[Any], str] = _approver_role
    decidable: Callable[[QuerySet[Any], User], QuerySet[Any]] = _decidable
    needed_permission: Callable[[Any], str] = _needed_permission
    refuse: Callable[..., object] | None = None
    refusals: tuple[tuple[str, Promise | str], ...] = ()
    cancels_returned: bool = False
    withdraw: Callable[..., object] | None = None
    looked: Callable[[Any, User], bool] = _never
    step: Callable[[Any], str] = _no_step

    @property
    def rows(self) -> QuerySet[Any]:
        """All documents of the kind."""
        return self.model._default_manager.all()

    @property
    def approve_permission(self) -> str:
        """The permission without which nobody decides documents of the kind."""
        return str(getattr(self.model, "approve_permission", ""))

    def waiting(self, user: User) -> QuerySet[Any]:
        """List what waits for this person as the second one."""
        if self.approve is None or user.centre is None or not user.may(self.approve_permission):
            return self.rows.none()
        waits = self.rows.filter(centre=user.centre, state=Document.State.SUBMITTED)
        return self.decidable(waits.exclude(made_by=user), user)

    def made(self, centre: Centre, user: User, *states: str) -> QuerySet[Any]:
        """List the documents this person made, in the given states."""
        return self.rows.filter(centre=centre, made_by=user, state__in=states)

    def is_for_role_of(self, item: Any, user: User) -> bool:
        """Tell whether the person's role decides documents of the kind and of this amount."""
        needed = self.approver_role(item)
        allowed = user.may(self.needed_permission(item))
        return allowed and (not needed or reaches(user.role, needed))

    def may_decide(self, item: Any, user: User) -> bool:
        """Tell whether this person is the second one this document waits for."""
        return (
            self.approve is not None
            and item.is_undecided
            and item.made_by_id != user.pk
            and item.centre_id == user.centre_id
            and self.is_for_role_of(item, user)
            and not self.looked(item, user)
        )

    def may_cancel(self, item: Any, user: User) -> bool:
        """Tell whether its maker may take it back now."""
        states = {Document.State.SUBMITTED}
        if self.cancels_returned:
            states.add(Document.State.RETURNED)
        return self.cancel is not None and item.made_by_id == user.pk and item.state in states

    def may_withdraw(self, item: Any, user: User) -> bool:
        """Tell whether somebody other than its maker may take a returned one back."""
        return (
            self.withdraw is not None
            and item.state == Document.State.RETURNED
            and item.made_by_id != user.pk
            and item.centre_id == user.centre_id
            and user.may(item.submit_permission)
        )

    def is_unchanged(self, item: Any) -> bool:
        """Tell whether the document is still what its maker handed in."""
        return self.shown is None or item.digest == digest_of(self.shown(item))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document and its kind."""

    kind: Kind
    item: Any

    @property
    def headline(self) -> str:
        """What it is about."""
        return self.kind.headline(self.item)

    @property
    def due_date(self) -> dt.date | None:
        """By when it has to be decided, if the law says."""
        return self.kind.due_date(self.item)


@cache
def kinds() -> dict[str, Kind]:
    """Give every kind by its name, in the order of the apps."""
    found: dict[str, Kind] = {}
    for app in apps.get_app_configs():
        if not module_has_submodule(app.module, "inbox"):
            continue
        for kind in getattr(import_module(f"{app.name}.inbox"), "KINDS", ()):
            if kind.name in found:
                raise ValueError(f"two kinds of documents are called {kind.name}")
            found[kind.name] = kind
    return found


def kind_of(item: Model) -> Kind:
    """Give the kind of a document.

    Raises:
        LookupError: no app describes such a document.
    """
    for kind in kinds().values():
        if type(item) is kind.model:
            return kind
    raise LookupError(type(item).__name__)


def list_waiting(user: User) -> list[Waiting]:
    """List everything that waits for this person as the second one: due first, then oldest."""
    return sorted(_fetch(kind.waiting(user) for kind in _documents()), key=_urgency)


def list_made(centre: Centre, user: User, *states: str) -> list[Waiting]:
    """List what this person made, of every kind, in the given states, the latest first."""
    made = _fetch(kind.made(centre, user, *states) for kind in _documents())
    return sorted(made, key=lambda one: (one.item.made_at, one.item.number), reverse=True)


def may_decide_something(user: User) -> bool:
    """Tell whether the person is the second one for any kind of document."""
    return any(
        kind.approve is not None and user.may(kind.approve_permission) for kind in kinds().values()
    )


def count_waiting(user: User, *besides: QuerySet[Any]) -> int:
    """Count what waits for this person as the second one, and what ``besides``, in one query."""
    joined = _join([*(kind.waiting(user) for kind in _documents()), *besides])
    return 0 if joined is None else int(joined.count())


@dataclass(frozen=True, slots=True)
class MadeToday:
    """How many documents of a kind were made on a day: by one person, and in the whole centre."""

    kind: Kind
    mine: int
    everybody: int


def count_made_on(centre: Centre, business_date: dt.date, user: User) -> list[MadeToday]:
    """Count the documents of a day by kind, in one query; kinds without any are left out."""
    parts = [
        kind.rows.filter(centre=centre, business_date=business_date)
        .order_by()
        .values(of_kind=Value(kind.name, output_field=CharField()))
        .annotate(mine=Count("pk", filter=Q(made_by=user)), everybody=Count("pk"))
        .values_list("of_kind", "mine", "everybody")
        for kind in kinds().values()
    ]
    if not parts:
        return []
    first, *others = parts
    joined = first.union(*others, all=True) if others else first
    counted = {name: (mine, everybody) for name, mine, everybody in joined if everybody}
    return [
        MadeToday(kind, *counted[kind.name]) for kind in kinds().values() if kind.name in counted
    ]


def list_undecided(centre: Centre) -> list[Waiting]:
    """List the documents of a centre that wait for a second person, due first, then oldest."""
    waits = (
        kind.rows.filter(centre=centre, state=Document.State.SUBMITTED)
        for kind in _documents()
        if kind.approve is not None
    )
    return sorted(_fetch(waits), key=_urgency)


def _documents() -> list[Kind]:
    """Give the kinds that two persons handle."""
    return [kind for kind in kinds().values() if issubclass(kind.model, Document)]


def _urgency(waiting: Waiting) -> tuple[dt.date, dt.date, str]:
    item = waiting.item
    return (waiting.due_date or dt.date.max, item.business_date, item.number)


def _fetch(parts: Iterable[QuerySet[Any]]) -> list[Waiting]:
    """Find the documents of all parts in one query, then read those kinds that have any."""
    joined = _join(parts)
    if joined is None:
        return []
    by_model = defaultdict(list)
    for label, pk in joined:
        by_model[label].append(pk)
    found = []
    for kind in _documents():
        pks = by_model.get(kind.model._meta.label_lower)
        if pks:
            rows = kind.rows.filter(pk__in=pks).select_related("made_by", "checked_by", "branch")
            found += [Waiting(kind, item) for item in rows]
    return found


def _join(parts: Iterable[QuerySet[Any]]) -> Any:
    """Join (label of the model, key) of all parts into one query; None where nothing can be."""
    named = [
        part.order_by()
        .annotate(of_kind=Value(part.model._meta.label_lower, output_field=CharField()))
        .values_list("of_kind", "pk")
        for part in parts
        if not part.query.is_empty()
    ]
    if not named:
        return None
    first, *others = named
    return first.union(*others, all=True) if others else first
