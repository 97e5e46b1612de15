"""How inheritances are described to people: who gets what, by which title, and what is paid."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from contributions.approving import get_approve_permission, list_decidable
from contributions.exit_kind import describe_parts
from contributions.models import Heir, HeirCard, Inheritance
from contributions.services import (
    approve_heir_card,
    approve_inheritance,
    cancel_heir_card,
    cancel_inheritance,
    return_heir_card,
    return_inheritance,
    shown_heir_card,
    shown_inheritance,
)
from kernel.money import grouped_yuan
from office.inbox import Kind, Rows
from office.queries import find_open_day
from policy.wording import describe_term

GoesTo = Inheritance.GoesTo


def describe_share(heir: Heir) -> str:
    """Say an heir's part: the fraction, where it is one, and what it comes to."""
    amount = grouped_yuan(heir.amount_fen)
    return f"{heir.numerator}/{heir.denominator}　{amount}" if heir.denominator else amount


def describe_payment(heir: Heir) -> str:
    """Say where the payment of an approved part stands; empty before the approval."""
    payout = heir.payouts.order_by("-pk").first()
    return "" if payout is None else f"{payout.number} {payout.get_state_display()}"


def list_heirs(inheritance: Inheritance) -> Rows:
    """List the heirs of an inheritance in the order in which they are named, a row each."""
    rows: Rows = []
    for heir in inheritance.heirs.prefetch_related("payouts"):
        said = [
            f"{heir.name}（{heir.get_relation_display()}）",
            heir.masked_number,
            describe_share(heir),
            f"{describe_term(heir.title)} {heir.title_no}",
            f"{heir.bank} ****{heir.card_last4}",
            describe_payment(heir),
        ]
        label = _("Heir %(place)s") % {"place": heir.place}
        rows.append((label, "　".join(filter(None, said))))
    return rows


def _facts(inheritance: Inheritance) -> Rows:
    death = inheritance.death
    rows = [
        (_("Member"), inheritance.member_account.member.name),
        (_("Died on"), f"{death.died_date.isoformat()}　{death.number}"),
        (pgettext("inheritance", "Goes to"), str(inheritance.get_goes_to_display())),
    ]
    if inheritance.parts:
        rows.append((_("Made up of"), describe_parts(inheritance.parts)))
    if inheritance.interest_fen:
        interest = _("%(interest)s, to %(day)s") % {
            "interest": grouped_yuan(inheritance.interest_fen),
            "day": inheritance.business_date.isoformat(),
        }
        rows.append((_("Interest credited with it"), interest))
    rows += list_heirs(inheritance)
    if inheritance.declaration_date:
        declared = (
            f"{inheritance.court}　{inheritance.declaration_no}　{inheritance.declaration_date}"
        )
        rows.append((_("Declaration of the court"), declared))
    rows.append((_("The account"), _account(inheritance)))
    if inheritance.due_date:
        rows.append((_("To be decided by"), inheritance.due_date.isoformat()))
    return rows


def _account(inheritance: Inheritance) -> str:
    if inheritance.goes_to == GoesTo.NOBODY or not inheritance.total_fen:
        return _("closes at once: nobody is to be paid")
    return _("closes when the last heir has been paid")


def _headline(inheritance: Inheritance) -> str:
    total = grouped_yuan(inheritance.total_fen)
    if inheritance.goes_to == GoesTo.NOBODY:
        return _("Nobody inherits: %(total)s yuan go to the value-added income") % {"total": total}
    return _("%(total)s yuan for %(count)s heirs") % {
        "total": total,
        "count": inheritance.heirs.count(),
    }


def _warnings(inheritance: Inheritance) -> list[str]:
    """Warn whoever decides on another day: the interest is another one then."""
    day = find_open_day(inheritance.centre) if inheritance.is_undecided else None
    if day is None or day.date == inheritance.business_date:
        return []
    return [
        _("The interest counts to %(then)s, today is %(now)s. Return it, so that it is taken in "
          "anew.")
        % {"then": inheritance.business_date.isoformat(), "now": day.date.isoformat()}
    ]  # fmt: skip


def _entries(inheritance: Inheritance) -> list[Any]:
    credited = inheritance.interest_credit.entry if inheritance.interest_credit else None
    return [entry for entry in (credited, inheritance.entry) if entry is not None]


def _card_facts(document: HeirCard) -> Rows:
    heir = document.heir
    failed = heir.payouts.filter(state="FAILED").order_by("-pk").first()
    return [
        (_("Member"), document.member_account.member.name),
        (_("Inheritance"), heir.inheritance.number),
        (_("Heir"), f"{heir.name}　{heir.masked_number}"),
        (_("Part"), describe_share(heir)),
        (_("What the bank said"), failed.failure if failed else "—"),
        (_("Paid to"), f"{document.bank} ****{document.card_last4}"),
    ]


def _card_headline(document: HeirCard) -> str:
    return _("%(name)s is paid %(amount)s yuan once more, to another card") % {
        "name": document.heir.name,
        "amount": grouped_yuan(document.heir.amount_fen),
    }


INHERITANCE_KINDS = (
    Kind(
        name="inheritance",
        title=gettext_lazy("Inheritance"),
        model=Inheritance,
        facts=_facts,
        headline=_headline,
        amount_fen=lambda one: one.total_fen,
        entries=_entries,
        warnings=_warnings,
        shown=shown_inheritance,
        approve=approve_inheritance,
        return_=return_inheritance,
        cancel=cancel_inheritance,
        approve_permission=get_approve_permission,
        decidable=list_decidable,
    ),
    Kind(
        name="heir-card",
        title=gettext_lazy("Another card of an heir"),
        model=HeirCard,
        facts=_card_facts,
        headline=_card_headline,
        amount_fen=lambda one: one.heir.amount_fen,
        shown=shown_heir_card,
        approve=approve_heir_card,
        return_=return_heir_card,
        cancel=cancel_heir_card,
    ),
)
