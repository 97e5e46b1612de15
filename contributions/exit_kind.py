"""How an exit is described to people: what is paid now, what waits, and until when."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from contributions.models import Exit
from contributions.reissue_kind import describe_payouts
from contributions.services import approve_exit, cancel_exit, return_exit, shown_exit
from kernel.money import grouped_yuan
from office.inbox import Kind, Rows
from office.models import User
from office.queries import find_open_day

_PARTS: dict[tuple[str, str], str | Promise] = {
    ("FLEX", "PRINCIPAL"): pgettext_lazy("part", "flexible contributions"),
    ("FLEX", "TRANSFER_IN"): pgettext_lazy("part", "flexible money transferred in"),
    ("FLEX", "INTEREST"): pgettext_lazy("part", "interest on flexible money"),
    ("FLEX", "SUBSIDY"): pgettext_lazy("part", "subsidies"),
    ("UNIT", "PRINCIPAL"): pgettext_lazy("part", "unit money"),
    ("UNIT", "TRANSFER_IN"): pgettext_lazy("part", "unit money transferred in"),
    ("UNIT", "INTEREST"): pgettext_lazy("part", "interest on unit money"),
    ("UNIT", "SUBSIDY"): pgettext_lazy("part", "subsidies on unit money"),
}


def describe_parts(parts: Iterable[Any]) -> str:
    """Say sums by origin in one line."""
    return "　".join(
        f"{_PARTS[origin, component]} {grouped_yuan(fen)}" for origin, component, fen in parts
    )


def describe_wait(left: Exit) -> str:
    """Say until when the unit part waits, or by which rules it is paid."""
    if left.waits_until is None:
        return _("by the rules for employees, on a ground")
    return _("from %(day)s on") % {"day": left.waits_until.isoformat()}


def _facts(left: Exit) -> Rows:
    rows = [
        (_("Member"), left.member_account.member.name),
        (pgettext("exit", "What"), left.get_part_display()),
        (_("Paid now"), grouped_yuan(left.paid_fen)),
    ]
    if left.parts:
        rows.append((_("Made up of"), describe_parts(left.parts)))
    if left.interest_fen:
        day = left.business_date.isoformat()
        interest = _("%(interest)s, to %(day)s") % {
            "interest": grouped_yuan(left.interest_fen),
            "day": day,
        }
        rows.append((_("Interest credited with it"), interest))
    if left.waiting_fen:
        rows += [
            (_("Stays sealed"), grouped_yuan(left.waiting_fen)),
            (_("Made up of"), describe_parts(left.waiting_parts)),
            (_("Can be paid"), describe_wait(left)),
        ]
    if left.paid_fen:
        rows.append((_("Paid to"), f"{left.payee}　{left.bank} ****{left.card_last4}"))
    rows.append((_("The account"), _account(left)))
    if left.due_date:
        rows.append((_("To be decided by"), left.due_date.isoformat()))
    return rows + describe_payouts(left)


def _account(left: Exit) -> str:
    if not left.closes:
        return _("stays sealed; the agreement ends")
    if left.paid_fen:
        return _("closes when the bank has paid")
    return _("closes at once: nothing is to be paid")


def _headline(left: Exit) -> str:
    paid = grouped_yuan(left.paid_fen)
    if left.waiting_fen:
        return _("%(waiting)s yuan of a unit wait: %(wait)s; %(paid)s yuan now") % {
            "paid": paid,
            "waiting": grouped_yuan(left.waiting_fen),
            "wait": describe_wait(left),
        }
    return _("%(paid)s yuan now, nothing waits") % {"paid": paid}


def _warnings(left: Exit) -> list[str]:
    """Warn whoever decides on another day: the interest is another one then."""
    day = find_open_day(left.centre) if left.is_undecided else None
    if day is None or day.date == left.business_date:
        return []
    return [
        _("The interest counts to %(then)s, today is %(now)s. Return it, so that it is taken in "
          "anew.")
        % {"then": left.business_date.isoformat(), "now": day.date.isoformat()}
    ]  # fmt: skip


def _entries(left: Exit) -> list[Any]:
    credited = left.interest_credit.entry if left.interest_credit else None
    return [entry for entry in (credited, left.entry) if entry is not None]


def _approve(*, document: Exit, **decided: Any) -> object:
    return approve_exit(exit=document, **decided)


def _return(*, document: Exit, reason: str, by: User, **_day: Any) -> object:
    return return_exit(exit=document, reason=reason, by=by)


def _cancel(*, document: Exit, by: User) -> object:
    return cancel_exit(exit=document, by=by)


EXIT = Kind(
    name="exit",
    title=pgettext_lazy("document", "exit"),
    model=Exit,
    facts=_facts,
    headline=_headline,
    amount_fen=lambda left: left.paid_fen or None,
    entries=_entries,
    warnings=_warnings,
    shown=shown_exit,
    approve=_approve,
    return_=_return,
    cancel=_cancel,
)
