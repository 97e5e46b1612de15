"""Receipts: any document of the counter on half a sheet, as its kind describes it (回单)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fundcenter.prints.paper import Block, Facts, Paper, Signatures, Table
from fundcenter.prints.parts import Ask, in_words, person_rows
from kernel.money import grouped_yuan
from ledger.queries import get_voucher_lines
from office.inbox import Kind, kind_of
from office.models import Document


def make_receipt(item: Any, ask: Ask) -> Paper:
    """Print what was done or handed in; a document that waits gives a receipt of acceptance."""
    kind = kind_of(item)
    account, fen = kind.account(item), kind.amount_fen(item)
    facts = [(_("Business date"), item.business_date.isoformat()), *kind.facts(item)]
    blocks: list[Block] = [
        Facts((*(person_rows(account, full=False) if account else ()), *_without_name(facts))),
        Facts(tuple(_done(item, fen)), pairs=1),
        *_booked(kind, item),
        Signatures((_("Member (signature)"), _("Seal of the centre"))),
    ]
    return Paper(title=_title(kind, item), lead=_lead(kind, item), blocks=tuple(blocks), slip=True)


def _without_name(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Leave the member's name to the head, where it stands with the papers."""
    return [(label, value) for label, value in rows if label != _("Member")]


def _title(kind: Kind, item: Any) -> str:
    if isinstance(item, Document) and item.state != Document.State.APPROVED:
        if item.is_undecided:
            return _("%(kind)s: receipt of acceptance") % {"kind": kind.title}
        return _("%(kind)s: not carried out") % {"kind": kind.title}
    return pgettext("paper", "%(kind)s: receipt") % {"kind": kind.title}


def _lead(kind: Kind, item: Any) -> str:
    said = f"{item.number}　{kind.headline(item)}"
    if not isinstance(item, Document):
        return said
    reason = f"：{item.return_reason}" if item.return_reason else ""
    return f"{said}　{item.get_state_display()}{reason}"


def _done(item: Any, fen: int | None) -> list[tuple[str, str]]:
    rows = [(_("Amount"), in_words(fen))] if fen else []
    rows.append((_("Handled by"), f"{item.made_by}　{item.branch or ''}".strip()))
    if getattr(item, "checked_by", None):
        rows.append((_("Checked by"), str(item.checked_by)))
    return rows


def _booked(kind: Kind, item: Any) -> list[Block]:
    """List what was booked, in sums per ledger account."""
    rows = [
        (
            entry.business_date.isoformat(),
            entry.get_kind_display(),
            f"{code} {title}",
            grouped_yuan(debit) if debit else "",
            grouped_yuan(credit) if credit else "",
        )
        for entry in kind.entries(item)
        for code, title, debit, credit in get_voucher_lines(entry)
    ]
    if not rows:
        return []
    return [
        Table(
            head=(
                _("Date"), _("What it is"), _("Ledger account"), _("Debit (yuan)"),
                _("Credit (yuan)"),
            ),
            rows=tuple(rows),
            widths=(3, 4, 8, 3, 3),
            money=(3, 4),
            title=_("Booked"),
        )
    ]  # fmt: skip
