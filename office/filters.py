"""Keeping a list's filter under a name, for oneself or for the centre."""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from office.models import SavedFilter, User
from office.services import NotAllowed, audit

_NAME, _QUERY = 40, 1000


class BadFilter(ValueError):
    """The filter has no name, or is longer than one can be."""


def list_filters(user: User, listing: str) -> QuerySet[SavedFilter]:
    """List one's own filters of a list and those shared within the centre."""
    seen = Q(owner=user) | Q(is_shared=True, centre=user.centre_id)
    return SavedFilter.objects.filter(seen, listing=listing).select_related("owner")


@transaction.atomic
def save_filter(*, user: User, listing: str, name: str, query: str, is_shared: bool) -> SavedFilter:
    """Keep a filter; one's own of the same name is replaced.

    Raises:
        BadFilter: no name, or too long.
        NotAllowed: the person works for no centre.
    """
    name = name.strip()
    if not 0 < len(name) <= _NAME or len(query) > _QUERY:
        raise BadFilter(
            gettext("A filter needs a name of 1 to %(limit)s characters.") % {"limit": _NAME}
        )
    if user.centre is None:
        raise NotAllowed(gettext("Only staff of a centre keep filters."))
    kept, _is_new = SavedFilter.objects.update_or_create(
        owner=user,
        listing=listing,
        name=name,
        defaults={"query": query, "is_shared": is_shared, "centre": user.centre},
    )
    audit(actor=user, action="lists.save_filter", target=kept, subject=f"{listing}: {name}")
    return kept


@transaction.atomic
def drop_filter(*, user: User, pk: int) -> None:
    """Forget one's own filter.

    Raises:
        NotAllowed: it is somebody else's, or there is none.
    """
    kept = SavedFilter.objects.filter(pk=pk, owner=user).first()
    if kept is None:
        raise NotAllowed(gettext("Only the owner removes a filter."))
    audit(actor=user, action="lists.drop_filter", target=kept, subject=f"{kept.listing}: {kept}")
    kept.delete()
