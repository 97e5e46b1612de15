"""How documents and records about late loans are described to people; see ``office.inbox``."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kernel.money import grouped_yuan
from loans.models import (
    ClassDecision,
    CollectionAction,
    LegalRecord,
    Recovery,
    RecoveryReversal,
    WriteOff,
)
from loans.services import (
    approve_class,
    approve_recovery_reversal,
    approve_write_off,
    cancel_class,
    cancel_recovery_reversal,
    cancel_write_off,
    return_class,
    return_recovery_reversal,
    return_write_off,
    shown_class,
    shown_recovery_reversal,
    shown_write_off,
)
from office.inbox import Kind, Rows
from office.models import User


def _loan_rows(one: Any) -> Rows:
    return [
        (_("Member"), one.member_account.member.name),
        (pgettext("heading", "Loan"), one.loan.number),
    ]


def _class_facts(one: ClassDecision) -> Rows:
    return [
        *_loan_rows(one),
        (_("Class now"), str(one.loan.get_risk_class_display())),
        (_("Class decided"), _class_said(one)),
        (_("Reason"), one.reason),
        (_("Number of the paper"), one.document_no),
    ]


def _class_said(one: ClassDecision) -> str:
    return str(one.get_risk_class_display() or _("by overdue instalments alone"))


def _write_off_facts(one: WriteOff) -> Rows:
    rows = [
        *_loan_rows(one),
        (_("Principal to be written off (yuan)"), grouped_yuan(one.principal_fen)),
        (_("Interest owed besides (yuan)"), grouped_yuan(one.interest_fen)),
        (_("Penalty interest owed besides (yuan)"), grouped_yuan(one.penalty_fen)),
        (_("Reason"), one.reason),
        (_("Number of the paper"), one.document_no),
        (_("Finance review"), _record(one.needs_review, one.review_no, one.review_date)),
        (
            _("Resolution of the committee"),
            _record(one.needs_resolution, one.resolution_no, one.resolution_date),
        ),
    ]
    if one.review_by:
        rows.insert(8, (_("Finance review entered by"), str(one.review_by)))
    if one.recovered_fen:
        rows.append((_("Recovered since (yuan)"), grouped_yuan(one.recovered_fen)))
    return rows


def _record(needed: bool, number: str, day: Any) -> str:
    if number:
        return f"{number}　{day}"
    return _("still missing") if needed else _("not needed by the law of the day")


def _collection_facts(one: CollectionAction) -> Rows:
    rows = [
        *_loan_rows(one),
        (_("Way"), str(one.get_way_display())),
        (_("Done on"), one.acted_date.isoformat()),
        (_("What came of it"), str(one.get_outcome_display())),
    ]
    if one.promised_date:
        promised = f"{one.promised_date}　{grouped_yuan(one.promised_fen or 0)}"
        rows.append((_("Promised"), promised))
    if one.note:
        rows.append((_("Note"), one.note))
    return rows


def _legal_facts(one: LegalRecord) -> Rows:
    rows = [
        *_loan_rows(one),
        (_("Legal state"), str(one.get_stage_display())),
        (_("Since"), one.since_date.isoformat()),
        (_("Number of the paper"), one.document_no),
    ]
    return [*rows, (_("Note"), one.note)] if one.note else rows


def _recovery_facts(one: Recovery) -> Rows:
    rows = [
        *_loan_rows(one),
        (_("Write-off"), one.write_off.number),
        (_("Bank's reference"), one.bank_reference),
        (_("Still given up (yuan)"), grouped_yuan(one.write_off.left_fen)),
    ]
    if one.undone_date:
        rows.append((_("Undone on"), one.undone_date.isoformat()))
    return rows


def _undo_facts(one: RecoveryReversal) -> Rows:
    recovery = one.recovery
    rows = [
        (_("Member"), one.member_account.member.name),
        (pgettext("heading", "Loan"), recovery.loan.number),
        (
            _("Recovery to be undone"),
            f"{recovery.number}　{recovery.business_date}　{recovery.bank_reference}",
        ),
        (_("What was wrong"), one.reason),
        (_("Still given up (yuan)"), grouped_yuan(recovery.write_off.left_fen)),
    ]
    if one.rebinds:
        rows.append((_("The household"), _("is bound again: this money had released it")))
    return rows


def _approve_undo(*, document: RecoveryReversal, **decided: Any) -> object:
    return approve_recovery_reversal(reversal=document, **decided)


def _return_undo(*, document: RecoveryReversal, reason: str, by: User, **_day: Any) -> object:
    return return_recovery_reversal(reversal=document, reason=reason, by=by)


def _cancel_undo(*, document: RecoveryReversal, by: User, **_day: Any) -> object:
    return cancel_recovery_reversal(reversal=document, by=by)


LATE_KINDS = (
    Kind(
        name="loan-class",
        title=gettext_lazy("Decision on a risk class"),
        model=ClassDecision,
        facts=_class_facts,
        headline=lambda one: _("Risk class: %(after)s") % {"after": _class_said(one)},
        shown=shown_class,
        approve=approve_class,
        return_=return_class,
        cancel=cancel_class,
    ),
    Kind(
        name="write-off",
        title=gettext_lazy("Write-off"),
        model=WriteOff,
        facts=_write_off_facts,
        headline=lambda one: (
            _("%(amount)s yuan of principal are given up")
            % {"amount": grouped_yuan(one.principal_fen)}
        ),
        amount_fen=lambda one: one.principal_fen,
        shown=shown_write_off,
        approve=approve_write_off,
        return_=return_write_off,
        cancel=cancel_write_off,
    ),
    Kind(
        name="recovery",
        title=gettext_lazy("Recovery after a write-off"),
        model=Recovery,
        facts=_recovery_facts,
        headline=lambda one: (
            _("%(amount)s yuan came in for a written-off loan")
            % {"amount": grouped_yuan(one.amount_fen)}
        ),
        amount_fen=lambda one: one.amount_fen,
    ),
    Kind(
        name="recovery-reversal",
        title=gettext_lazy("Reversal of a recovery"),
        model=RecoveryReversal,
        facts=_undo_facts,
        headline=lambda one: (
            _("Undo the recovery of %(amount)s yuan")
            % {"amount": grouped_yuan(one.recovery.amount_fen)}
        ),
        amount_fen=lambda one: one.recovery.amount_fen,
        shown=shown_recovery_reversal,
        approve=_approve_undo,
        return_=_return_undo,
        cancel=_cancel_undo,
    ),
    Kind(
        name="collection",
        title=gettext_lazy("Collection action"),
        model=CollectionAction,
        facts=_collection_facts,
        headline=lambda one: f"{one.get_way_display()}：{one.get_outcome_display()}",
    ),
    Kind(
        name="legal-state",
        title=gettext_lazy("Legal state of a loan"),
        model=LegalRecord,
        facts=_legal_facts,
        headline=lambda one: f"{one.get_stage_display()}　{one.since_date}",
    ),
)
