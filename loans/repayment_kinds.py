"""How repayments and their reversals are described to people."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.money import grouped_yuan
from ledger.models import Entry
from loans.models import Repayment, RepaymentReversal
from loans.queries import get_course
from loans.repaying import PREPAID, get_suspense_fen
from loans.services import (
    approve_reversal,
    cancel_reversal,
    return_reversal,
    shown_reversal,
)
from office.inbox import Kind, Rows
from office.models import User
from policy.wording import describe_term

_MOST_SHARES = 12


def describe_share(share: dict[str, int]) -> str:
    """Say in words what went to an instalment."""
    return _("principal %(principal)s, interest %(interest)s, penalty interest %(penalty)s") % {
        "principal": grouped_yuan(share["principal_fen"]),
        "interest": grouped_yuan(share["interest_fen"]),
        "penalty": grouped_yuan(share["penalty_fen"]),
    }


def share_rows(shares: list[dict[str, int]]) -> Rows:
    """List where a repayment went, an instalment a row; many are cut off with their number."""
    rows = []
    for share in shares[:_MOST_SHARES]:
        label = (
            _("Before it was due")
            if share["number"] == PREPAID
            else _("Instalment %(n)d") % {"n": share["number"]}
        )
        rows.append((label, describe_share(share)))
    if len(shares) > _MOST_SHARES:
        rows.append(("…", _("%(n)d more instalments") % {"n": len(shares) - _MOST_SHARES}))
    return rows


def _repayment_facts(repayment: Repayment) -> Rows:
    loan = repayment.loan
    rows = [
        (_("Member"), loan.member_account.member.name),
        (_("Loan contract"), f"{loan.contract_no}　{loan.number}"),
        (_("Came by"), describe_term(f"REPAID_{repayment.channel}")),
        (_("Counts from"), repayment.value_date.isoformat()),
        *share_rows(repayment.shares),
    ]
    if repayment.suspense_fen:
        rows.append((_("Kept in suspense (yuan)"), grouped_yuan(repayment.suspense_fen)))
    if repayment.option:
        rows.append((_("Way of prepaying"), describe_term(repayment.option)))
    if repayment.bank_reference:
        rows.append((_("Bank's reference"), repayment.bank_reference))
    rows += _after(repayment)
    if repayment.is_undone:
        day = repayment.event.undone_date
        rows.append((_("Undone on"), day.isoformat() if day else ""))
    return rows


def _after(repayment: Repayment) -> Rows:
    """Say how the loan stands now."""
    loan = repayment.loan
    course = get_course(loan)
    rows = [(_("Principal left now (yuan)"), grouped_yuan(course.principal_left_fen))]
    coming = course.next_line(repayment.value_date)
    if coming is not None:
        payment_fen = coming.principal_fen + coming.interest_fen
        rows.append(
            (
                _("Next instalment"),
                _("%(day)s, %(sum)s yuan; the last one on %(last)s")
                % {
                    "day": coming.due_on.isoformat(),
                    "sum": grouped_yuan(payment_fen),
                    "last": course.lines[-1].due_on.isoformat(),
                },
            )
        )
    kept_fen = get_suspense_fen(loan)
    if kept_fen:
        rows.append((_("In suspense for the loan now (yuan)"), grouped_yuan(kept_fen)))
    return rows


def _repayment_headline(repayment: Repayment) -> str:
    said = _("%(amount)s yuan repaid") % {"amount": grouped_yuan(repayment.amount_fen)}
    if repayment.loan.ended_date and not repayment.is_undone:
        return _("%(said)s; the loan is paid off") % {"said": said}
    return said


def _reversal_facts(reversal: RepaymentReversal) -> Rows:
    repayment = reversal.repayment
    rows = [
        (_("Member"), reversal.member_account.member.name),
        (_("Loan contract"), f"{repayment.loan.contract_no}　{repayment.loan.number}"),
        (
            _("Repayment to be undone"),
            f"{repayment.number}　{repayment.value_date.isoformat()}　"
            f"{describe_term(f'REPAID_{repayment.channel}')}",
        ),
        (_("What was wrong"), reversal.reason),
        *share_rows(repayment.shares),
    ]
    rows += [
        (
            _("Changes %(number)s by (yuan)") % {"number": row["number"]},
            _("%(share)s, suspense %(suspense)s")
            % {"share": describe_share(row), "suspense": grouped_yuan(row["suspense_fen"])},
        )
        for row in reversal.effect
    ]
    if not reversal.effect:
        rows.append((_("Later repayments"), _("stay as they are")))
    if reversal.reopens:
        rows.append((_("The loan"), _("runs again: this payment had paid it off")))
    return rows


def _reversal_headline(reversal: RepaymentReversal) -> str:
    return _("Undo the repayment of %(amount)s yuan") % {
        "amount": grouped_yuan(reversal.repayment.amount_fen)
    }


def _entries(reversal: RepaymentReversal) -> list[Entry]:
    return [entry for entry in (reversal.entry, reversal.difference_entry) if entry is not None]


def _approve(*, document: RepaymentReversal, **decided: Any) -> object:
    return approve_reversal(reversal=document, **decided)


def _return(*, document: RepaymentReversal, reason: str, by: User, **_day: Any) -> object:
    return return_reversal(reversal=document, reason=reason, by=by)


def _cancel(*, document: RepaymentReversal, by: User, **_day: Any) -> object:
    return cancel_reversal(reversal=document, by=by)


REPAYMENT_KINDS = (
    Kind(
        name="loan-repayment",
        title=gettext_lazy("Loan repayment"),
        model=Repayment,
        facts=_repayment_facts,
        headline=_repayment_headline,
        amount_fen=lambda one: one.amount_fen,
    ),
)
# The settlement registers it: it puts right what was settled since.
REVERSAL = Kind(
    name="loan-reversal",
    title=gettext_lazy("Reversal of a repayment"),
    model=RepaymentReversal,
    facts=_reversal_facts,
    headline=_reversal_headline,
    amount_fen=lambda one: one.repayment.amount_fen,
    entries=_entries,
    shown=shown_reversal,
    approve=_approve,
    return_=_return,
    cancel=_cancel,
)
