"""The notice that instalments of a loan are late (催收通知书)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fundcenter.prints.paper import Facts, Paper, Signatures, Table, Text
from fundcenter.prints.parts import Ask, NothingToPrint, in_words, person_rows
from kernel.money import grouped_yuan
from loans.lines import Owed
from loans.models import Loan
from loans.queries import foresee_course


def make_overdue_notice(loan: Loan, ask: Ask) -> Paper:
    """Print what is late of a loan on the day, instalment by instalment, and what to do.

    Raises:
        NothingToPrint: the loan is not running, or nothing is late on the day.
    """
    late = foresee_course(loan, ask.day).late_on(ask.day) if loan.is_out else ()
    if not late:
        raise NothingToPrint(
            _("Nothing of loan %(number)s is late on %(day)s.")
            % {"number": loan.number, "day": ask.day}
        )
    total_fen = sum(one.total_fen for one in late)
    return Paper(
        title=_("Notice of overdue instalments"),
        scope=ask.day.isoformat(),
        lead=_("Late on %(day)s: %(amount)s") % {"day": ask.day, "amount": in_words(total_fen)},
        blocks=(
            Facts(
                (
                    *person_rows(loan.member_account, full=False),
                    (_("Loan number"), loan.number),
                    (_("Loan contract"), loan.contract_no),
                    (_("Instalments late"), str(len(late))),
                    (_("Days late"), str((ask.day - late[0].due_on).days)),
                )
            ),
            _what_is_late(late),
            Text(
                (
                    _("Pay the sum at the counter, or bring it to the repayment card."),
                    _("Penalty interest grows with each day; ask at the counter for it."),
                    _("Overdue instalments are reported as the credit rules say."),
                    _("If you cannot pay, come to the counter before the next instalment is due."),
                ),
                title=_("What to do"),
                marks=("1.", "2.", "3.", "4."),
            ),
            Signatures((_("Borrower (signature)"), _("Seal of the centre"), _("Date"))),
        ),
    )


def _what_is_late(late: Sequence[Owed]) -> Table:
    """List the instalments with what each owes, and the sums below."""
    return Table(
        head=(
            _("Instalment"), _("Due on"), _("Principal (yuan)"), _("Interest (yuan)"),
            _("Penalty interest (yuan)"), pgettext("paper", "Sum (yuan)"),
        ),
        rows=tuple((str(one.number), one.due_on.isoformat(), *_sums([one])) for one in late),
        widths=(8, 14, 18, 16, 18, 18),
        money=(2, 3, 4, 5),
        totals=((_("Sum"), "", *_sums(late)),),
        title=_("What is late"),
    )  # fmt: skip


def _sums(owed: Sequence[Owed]) -> tuple[str, ...]:
    parts = [
        sum(one.principal_fen for one in owed),
        sum(one.interest_fen for one in owed),
        sum(one.penalty_fen for one in owed),
        sum(one.total_fen for one in owed),
    ]
    return tuple(grouped_yuan(fen) for fen in parts)
