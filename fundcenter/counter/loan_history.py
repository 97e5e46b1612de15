"""What became of a loan that was late: classes, reminders, courts, and its giving up."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kernel.money import grouped_yuan
from loans.models import ClassChange, CollectionAction, LegalRecord, Loan, Recovery, WriteOff


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the history; ``number`` and ``by`` are empty where the day-end did it alone."""

    day: dt.date
    what: str
    text: str
    number: str
    by: str


def late_history(loan: Loan) -> list[Happened]:
    """List what happened to a loan because it was late, the latest first."""
    rows = [*_classes(loan), *_actions(loan), *_legal(loan)]
    return sorted(rows, key=lambda row: row.day, reverse=True)


def given_up(loan: Loan) -> dict[str, Any]:
    """Give the standing write-off of a loan with what came in since; empty where there is none."""
    write_off = loan.write_offs.filter(state=WriteOff.State.APPROVED).first()
    if write_off is None:
        return {}
    return {
        "write_off": write_off,
        "given_up_left_fen": write_off.principal_fen - write_off.recovered_fen,
        "recoveries": Recovery.objects.filter(write_off=write_off).select_related("made_by"),
    }


def _classes(loan: Loan) -> list[Happened]:
    rows = ClassChange.objects.filter(loan=loan).select_related("decision", "made_by")
    return [
        Happened(
            row.day,
            _("Risk class"),
            f"{row.get_before_display()} → {row.get_after_display()}",
            row.decision.number if row.decision else "",
            "" if row.made_by.is_system else str(row.made_by),
        )
        for row in rows
    ]


def _actions(loan: Loan) -> list[Happened]:
    return [
        Happened(
            row.acted_date,
            f"{row.get_way_display()}：{row.get_outcome_display()}",
            _promise(row) + row.note,
            row.number,
            str(row.made_by),
        )
        for row in CollectionAction.objects.filter(loan=loan).select_related("made_by")
    ]


def _promise(row: CollectionAction) -> str:
    if row.promised_date is None or row.promised_fen is None:
        return ""
    said = _("%(sum)s yuan by %(day)s")
    return said % {"sum": grouped_yuan(row.promised_fen), "day": row.promised_date} + "　"


def _legal(loan: Loan) -> list[Happened]:
    return [
        Happened(
            row.since_date,
            row.get_stage_display(),
            f"{row.document_no}　{row.note}".rstrip("　"),
            row.number,
            str(row.made_by),
        )
        for row in LegalRecord.objects.filter(loan=loan).select_related("made_by")
    ]
