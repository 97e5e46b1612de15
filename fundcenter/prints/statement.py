"""The statement (对账单): opening, line by line, closing, with the sums of each kind."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import MemberAccount
from contributions.statements import SortedStatement, sort_statement
from fundcenter.prints.paper import Facts, Paper, Table
from fundcenter.prints.parts import Ask, in_words, period, person_rows
from kernel.money import grouped_yuan
from ledger.models import Entry
from ledger.queries import StatementLine


def make_statement(account: MemberAccount, ask: Ask) -> Paper:
    """Print what happened to an account over a range of business days, both ends included."""
    first, last = ask.data["first"], ask.data["last"]
    sorted_statement = sort_statement(account, first, last)
    statement = sorted_statement.statement
    flex = account.flex_ledger_account_id
    return Paper(
        title=_("Statement of a member account"),
        scope=f"{first}..{last}",
        blocks=(
            Facts(
                (
                    *person_rows(account, full=False),
                    (pgettext("paper", "Period"), period(first, last)),
                )
            ),
            Table(
                head=(_("Sums of the period"), _("Amount (yuan)")),
                rows=tuple(_sums(sorted_statement)),
                widths=(3, 2),
                money=(1,),
                totals=((_("Balance at the end"), grouped_yuan(statement.closing_fen)),),
            ),
            Table(
                head=(
                    _("Date"), pgettext("paper", "Business"), _("Origin"), _("In"), _("Out"),
                    _("Balance"), pgettext("paper", "Number"),
                ),
                rows=tuple(_line(line, flex) for line in statement.lines),
                widths=(17, 24, 13, 19, 19, 21, 34),
                money=(3, 4, 5),
                title=_("Line by line"),
                empty=_("Nothing was booked in this period."),
            ),
        ),
        notes=(
            _("Balance at the end: %(amount)s") % {"amount": in_words(statement.closing_fen)},
            _("Lines stand by the day on which they were booked; a reversal is a line of its own."),
        ),
    )  # fmt: skip


def _sums(sorted_statement: SortedStatement) -> list[tuple[str, str]]:
    """List opening, then each kind that moved anything, in the order of the chart of kinds."""
    rows = [(_("Balance at the beginning"), grouped_yuan(sorted_statement.statement.opening_fen))]
    for kind in Entry.Kind:
        if kind in sorted_statement.sums:
            rows.append((str(kind.label), grouped_yuan(sorted_statement.sums[kind])))
    return rows


def _line(line: StatementLine, flex_id: int) -> tuple[str, ...]:
    return (
        line.business_date.isoformat(),
        str(Entry.Kind(line.kind).label),
        _("flexible") if line.ledger_account_id == flex_id else _("unit"),
        grouped_yuan(line.credit_fen) if line.credit_fen else "",
        grouped_yuan(line.debit_fen) if line.debit_fen else "",
        grouped_yuan(line.balance_fen),
        line.document_no,
    )
