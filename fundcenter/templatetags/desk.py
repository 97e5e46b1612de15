"""What the front page of the admin shows a supervisor: what waits, and what is often needed."""

from dataclasses import dataclass

from django import template
from django.apps import apps
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from office.models import Document, User

register = template.Library()

# Permission, address, title.
_SHORTCUTS: tuple[tuple[str, str, str | Promise], ...] = (
    ("policy.view", "admin:policy_parametervalue_compare", _("The centres side by side")),
    ("ledger.view", "admin:ledger_ledgeraccount_trial_balance", _("Trial balance")),
    ("settlement.view", "admin:settlement_settlementrun_changelist", _("Settlements of the year")),
    ("jobs.view", "admin:office_job_changelist", _("Jobs and their progress")),
    ("audit.view", "admin:office_auditevent_changelist", _("Audit trail")),
)


@dataclass(frozen=True)
class Item:
    """A line of the desk: where it leads, what it is called, how many there are."""

    url: str
    title: str
    count: int = 0


@register.simple_tag
def waiting_for(user: User) -> list[Item]:
    """List the kinds of documents of the user's centre that wait for a person like the user."""
    found = []
    for model in apps.get_models():
        if not issubclass(model, Document) or not user.may(model.approve_permission):
            continue
        rows = model._default_manager.filter(centre=user.centre, state=Document.State.SUBMITTED)
        count = rows.exclude(made_by=user).count()
        url = _reversed(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        if count and url:
            found.append(Item(url, capfirst(str(model._meta.verbose_name_plural)), count))
    return found


@register.simple_tag
def shortcuts_of(user: User) -> list[Item]:
    """List the pages that the user's role looks at most."""
    addresses = (
        (_reversed(name), title) for permission, name, title in _SHORTCUTS if user.may(permission)
    )
    return [Item(url, str(title)) for url, title in addresses if url]


def _reversed(name: str) -> str:
    """Give the address of a page; a model without one in the admin has none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
