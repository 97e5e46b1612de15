"""How conversions, merges and transfers are described to people; see ``contributions.inbox``."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from contributions.account_information import AccountInformation, read_information
from contributions.models import Conversion, Merge, TransferArrival, TransferIn, TransferOut
from contributions.services import (
    approve_arrival,
    approve_conversion,
    approve_merge,
    approve_transfer_in,
    approve_transfer_out,
    cancel_arrival,
    cancel_conversion,
    cancel_merge,
    cancel_transfer_in,
    cancel_transfer_out,
    return_arrival,
    return_conversion,
    return_merge,
    return_transfer_in,
    return_transfer_out,
    shown_arrival,
    shown_conversion,
    shown_merge,
    shown_transfer_in,
    shown_transfer_out,
)
from kernel.money import grouped_yuan
from kernel.months import Month
from office.inbox import Kind, Rows


def _months(first: Any, last: Any, count: int) -> str:
    if not count:
        return _("none")
    span = f"{Month.of(first) if first else '…'} — {Month.of(last)}" if last else ""
    return _("%(count)s months %(span)s") % {"count": count, "span": span}


def _conversion_facts(one: Conversion) -> Rows:
    rows = [
        (_("Member"), one.member_account.member.name),
        (pgettext("conversion", "Becomes"), one.get_to_identity_display()),
        (pgettext("employer", "Unit"), one.unit_name),
        (pgettext("paper", "Proof"), one.proof),
    ]
    if one.to_identity == "FLEX":
        rows.append((_("Money that comes along (yuan)"), grouped_yuan(one.amount_fen)))
        rows.append((_("Months there"), _months(one.first_month, one.last_month, one.month_count)))
    if one.mode:
        monthly = grouped_yuan(one.monthly_amount_fen) if one.monthly_amount_fen else ""
        rows.append((_("Agreement signed anew"), f"{one.get_mode_display()}　{monthly}"))
    return rows


def _conversion_headline(one: Conversion) -> str:
    return _("Becomes: %(identity)s") % {"identity": one.get_to_identity_display()}


def _merge_facts(one: Merge) -> Rows:
    rows = [
        (_("Member"), one.member_account.member.name),
        (_("Account that closes"), one.member_account.number),
        (_("Account that stays"), f"{one.target.number}　{one.target.member.name}"),
        (_("Proof that it is one person"), one.proof),
        (_("Moved (yuan)"), grouped_yuan(one.amount_fen)),
    ]
    if one.months_joined is not None:
        rows.append((_("Months that follow"), str(one.months_joined)))
        rows.append((_("Months paid in both"), str(one.months_double)))
    return rows


def _merge_headline(one: Merge) -> str:
    return _("%(closing)s goes up in %(kept)s, with %(amount)s yuan") % {
        "closing": one.member_account.number,
        "kept": one.target.number,
        "amount": grouped_yuan(one.amount_fen),
    }


def _information_rows(told: AccountInformation) -> Rows:
    months = sum(one.count for one in told.stretches)
    rows = [
        (_("Flexible money (yuan)"), grouped_yuan(told.amounts.flex)),
        (_("Unit money (yuan)"), grouped_yuan(told.amounts.unit)),
        (_("of this interest (yuan)"), grouped_yuan(told.interest)),
        (_("Months contributed there"), str(months)),
    ]
    if told.subsidy_credits:
        rows.append((_("Subsidies received there (yuan)"), grouped_yuan(told.subsidy_credited)))
    if told.loans:
        rows.append((_("Loans taken there"), str(told.loans)))
    if told.banned_until:
        rows.append((_("Banned through"), told.banned_until.isoformat()))
    return rows


def _letter_rows(one: TransferIn | TransferOut) -> Rows:
    return [
        (_("Member"), one.member_account.member.name),
        (_("Number of the letter"), one.letter_no),
        (_("The other centre"), f"{one.other_name}（{one.other_code}）"),
        (_("Account number there"), one.other_account or "—"),
        (_("Paid to"), f"{one.payee}　{one.bank} ****{one.card_last4}"),
        (_("State at the platform"), one.get_letter_state_display() or "—"),
    ]


def _transfer_in_facts(one: TransferIn) -> Rows:
    rows = _letter_rows(one)
    if one.facts:
        rows += _information_rows(read_information(one.facts))
    if one.remitted_fen:
        rows.append((_("Remitted (yuan)"), f"{grouped_yuan(one.remitted_fen)}　{one.remittance}"))
    return rows


def _transfer_in_headline(one: TransferIn) -> str:
    return _("Letter to %(centre)s") % {"centre": one.other_name}


def _transfer_out_facts(one: TransferOut) -> Rows:
    rows = _letter_rows(one)
    rows.append((_("With interest to the day (yuan)"), grouped_yuan(one.amount_fen)))
    if one.facts:
        rows += _information_rows(read_information(one.facts))
    if one.bank_reference:
        rows.append((_("Paid by the bank"), f"{one.paid_date}　{one.bank_reference}"))
    return rows


def _transfer_out_headline(one: TransferOut) -> str:
    return _("%(amount)s yuan go to %(centre)s") % {
        "amount": grouped_yuan(one.amount_fen),
        "centre": one.other_name,
    }


def _arrival_facts(one: TransferArrival) -> Rows:
    rows = [
        (_("Member"), one.member_account.member.name),
        (_("The other centre"), one.transfer_in.other_name),
        (_("Arrived: flexible money (yuan)"), grouped_yuan(one.flex_fen)),
        (_("Arrived: unit money (yuan)"), grouped_yuan(one.unit_fen)),
        (_("Bank's reference"), one.bank_reference or "—"),
    ]
    if one.agreed_no:
        rows.append((_("Paper of the talks"), one.agreed_no))
    return rows + _information_rows(read_information(one.transfer_in.facts))


def _arrival_headline(one: TransferArrival) -> str:
    return _("%(amount)s yuan from %(centre)s") % {
        "amount": grouped_yuan(one.amount_fen),
        "centre": one.transfer_in.other_name,
    }


MOVE_KINDS = (
    Kind(
        name="conversion",
        title=gettext_lazy("Change of identity"),
        model=Conversion,
        facts=_conversion_facts,
        headline=_conversion_headline,
        amount_fen=lambda one: one.amount_fen or None,
        shown=shown_conversion,
        approve=lambda *, document, **decided: approve_conversion(conversion=document, **decided),
        return_=lambda *, document, reason, by, **_day: return_conversion(
            conversion=document, reason=reason, by=by
        ),
        cancel=lambda *, document, by: cancel_conversion(conversion=document, by=by),
    ),
    Kind(
        name="merge",
        title=gettext_lazy("Merge of accounts"),
        model=Merge,
        facts=_merge_facts,
        headline=_merge_headline,
        amount_fen=lambda one: one.amount_fen or None,
        shown=shown_merge,
        approve=lambda *, document, **decided: approve_merge(merge=document, **decided),
        return_=lambda *, document, reason, by, **_day: return_merge(
            merge=document, reason=reason, by=by
        ),
        cancel=lambda *, document, by: cancel_merge(merge=document, by=by),
    ),
    Kind(
        name="transfer-in",
        title=gettext_lazy("Transfer in: letter"),
        model=TransferIn,
        facts=_transfer_in_facts,
        headline=_transfer_in_headline,
        shown=shown_transfer_in,
        approve=lambda *, document, **decided: approve_transfer_in(transfer_in=document, **decided),
        return_=lambda *, document, reason, by, **_day: return_transfer_in(
            transfer_in=document, reason=reason, by=by
        ),
        cancel=lambda *, document, by: cancel_transfer_in(transfer_in=document, by=by),
    ),
    Kind(
        name="transfer-arrival",
        title=gettext_lazy("Transfer in: arrival"),
        model=TransferArrival,
        facts=_arrival_facts,
        headline=_arrival_headline,
        amount_fen=lambda one: one.amount_fen or None,
        entries=lambda one: [row.entry for row in one.booked()],
        shown=shown_arrival,
        approve=lambda *, document, **decided: approve_arrival(arrival=document, **decided),
        return_=lambda *, document, reason, by, **_day: return_arrival(
            arrival=document, reason=reason, by=by
        ),
        cancel=lambda *, document, by: cancel_arrival(arrival=document, by=by),
    ),
    Kind(
        name="transfer-out",
        title=gettext_lazy("Transfer out"),
        model=TransferOut,
        facts=_transfer_out_facts,
        headline=_transfer_out_headline,
        amount_fen=lambda one: one.amount_fen or None,
        entries=lambda one: [entry for entry in (one.entry, one.paid_entry) if entry],
        shown=shown_transfer_out,
        approve=lambda *, document, **decided: approve_transfer_out(
            transfer_out=document, **decided
        ),
        return_=lambda *, document, reason, business_date, by: return_transfer_out(
            transfer_out=document, reason=reason, business_date=business_date, by=by
        ),
        cancel=lambda *, document, by: cancel_transfer_out(transfer_out=document, by=by),
    ),
)
