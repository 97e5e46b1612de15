"""Vouchers (记账凭证) and the slip of a reversal (红字冲销)."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fundcenter.prints.paper import Facts, Paper, Signatures, Table
from fundcenter.prints.parts import Ask, in_words
from kernel.money import grouped_yuan
from ledger.models import Entry
from ledger.queries import find_reversal, get_voucher_lines

# A batch posts one line per member; the voucher above them has them all in sums.
LINES_PRINTED = 200


def make_voucher(entry: Entry, ask: Ask) -> Paper:
    """Print an entry as a voucher: sums per ledger account, debit before credit."""
    reversal = find_reversal(entry)
    notes = []
    if reversal is not None:
        notes.append(
            _("Reversed on %(date)s by %(number)s.")
            % {"date": reversal.business_date, "number": reversal.document_no}
        )
    return Paper(
        title=pgettext("paper", "Voucher"),
        blocks=(
            Facts(tuple(_head(entry))),
            _lines(entry, sign=1),
            _details(entry),
            Signatures(
                (
                    pgettext("voucher", "Made by"),
                    _("Checked by"),
                    _("Booked by"),
                    _("Head of finance"),
                )
            ),
        ),
        notes=tuple(notes),
    )


def make_reversal_slip(entry: Entry, ask: Ask) -> Paper:
    """Print a reversal in red: the wrong entry's own lines below zero, and what it undoes."""
    wrong = entry.reversal_of
    assert wrong is not None
    fen = _total_fen(wrong)
    return Paper(
        title=_("Slip of a reversal"),
        lead=_("Entry %(number)s of %(date)s is undone: %(amount)s yuan")
        % {"number": wrong.document_no, "date": wrong.business_date, "amount": grouped_yuan(-fen)},
        blocks=(
            Facts(tuple(_head(entry))),
            Facts(
                (
                    (_("Entry undone"), f"{wrong.document_no}（{wrong.pk}）"),
                    (_("What it was"), wrong.get_kind_display()),
                    (_("Booked on"), wrong.business_date.isoformat()),
                    (_("Made by"), str(wrong.maker)),
                )
            ),
            _lines(wrong, sign=-1),
            Facts(((_("Amount undone"), in_words(-fen)),), pairs=1),
            Signatures((_("Handled by"), _("Checked by"), _("Member (signature)"))),
        ),
    )


def _head(entry: Entry) -> list[tuple[str, str]]:
    return [
        (pgettext("paper", "Entry"), str(entry.pk)),
        (_("Business date"), entry.business_date.isoformat()),
        (_("What it is"), entry.get_kind_display()),
        (_("Document number"), entry.document_no),
        (_("Made by"), str(entry.maker)),
        (pgettext("paper", "Memo"), entry.memo or "—"),
    ]


def _lines(entry: Entry, *, sign: int) -> Table:
    """List the sums per ledger account; ``sign`` below zero prints them as red letters."""
    lines = get_voucher_lines(entry)
    total = grouped_yuan(sign * sum(debit for *_title, debit, _credit in lines))
    return Table(
        head=(
            pgettext("paper", "Code"),
            _("Ledger account"),
            _("Debit (yuan)"),
            _("Credit (yuan)"),
        ),
        rows=tuple(
            (
                code,
                str(title),
                grouped_yuan(sign * debit) if debit else "",
                grouped_yuan(sign * credit) if credit else "",
            )
            for code, title, debit, credit in lines
        ),
        widths=(2, 6, 3, 3),
        money=(2, 3),
        totals=((pgettext("paper", "Together"), "", total, total),),
    )


def _details(entry: Entry) -> Table:
    """List whose lines were moved, as far as a sheet of paper can."""
    postings = entry.postings.select_related("debit", "credit").order_by("seq")
    rows = tuple(
        (
            f"{posting.debit.code} {posting.debit.title}",
            f"{posting.credit.code} {posting.credit.title}",
            grouped_yuan(posting.amount_fen),
        )
        for posting in postings[:LINES_PRINTED]
    )
    more = postings.count() - len(rows)
    totals = ((_("and %(n)s further lines") % {"n": more}, "", ""),) if more > 0 else ()
    return Table(
        head=(_("Debit side"), _("Credit side"), _("Amount (yuan)")),
        rows=rows,
        widths=(5, 5, 3),
        money=(2,),
        totals=totals,
        title=pgettext("paper", "Lines"),
    )


def _total_fen(entry: Entry) -> int:
    return sum(debit for *_title, debit, _credit in get_voucher_lines(entry))
