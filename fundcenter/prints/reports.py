"""The day report (营业日报) and the year report of the books (年度报表) of a centre."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fundcenter.prints.paper import Block, Facts, Paper, Signatures, Table
from fundcenter.prints.parts import Ask, in_words, period
from kernel.money import grouped_yuan
from ledger.chart import Code
from ledger.models import Entry
from ledger.queries import KindTotal, TrialBalance, totals_by_kind, trial_balance
from office.models import BusinessDay, Centre, User


def make_day_report(business_day: BusinessDay, ask: Ask) -> Paper:
    """Print what a centre booked on a business day, by kind, by person, and on its accounts."""
    centre, date = business_day.centre, business_day.date
    balance = trial_balance(centre, date, since=date)
    state = [
        (_("Centre"), centre.name),
        (_("Business date"), date.isoformat()),
        (_("State of the day"), business_day.get_state_display()),
    ]
    return Paper(
        title=_("Day report"),
        blocks=(
            Facts((*state, *_bank(balance))),
            _kinds(centre, date, date),
            _persons(centre, date),
            _accounts(balance, moved_only=True),
            Facts((_proof(balance),), pairs=1),
            _signed(),
        ),
        notes=(_("The day is still open: more may be booked."),) if business_day.is_open else (),
    )


def make_year_report(centre: Centre, ask: Ask) -> Paper:
    """Print a calendar year of a centre's books: by kind, and every account that stood or moved.

    Source: 财会字〔1999〕33号 (the accounting year is the calendar year).
    """
    year = ask.data["year"]
    first = dt.date(year, 1, 1)
    last = min(dt.date(year, 12, 31), ask.day)
    balance = trial_balance(centre, last, since=first)
    return Paper(
        title=_("Year report of the books"),
        scope=f"{first}..{last}",
        blocks=(
            Facts(
                (
                    (_("Centre"), centre.name),
                    (pgettext("paper", "Period"), period(first, last)),
                    *_bank(balance),
                )
            ),
            _kinds(centre, first, last),
            _accounts(balance, moved_only=False),
            Facts((_proof(balance),), pairs=1),
            _signed(),
        ),
    )


def _bank(balance: TrialBalance) -> list[tuple[str, str]]:
    row = next(row for row in balance.rows if row.code == Code.BANK)
    return [
        (_("Received at the bank"), grouped_yuan(row.debits_fen)),
        (_("Paid by the bank"), grouped_yuan(row.credits_fen)),
        (_("At the bank in the end"), grouped_yuan(row.closing_fen)),
    ]


def _kinds(centre: Centre, first: dt.date, last: dt.date) -> Table:
    totals = totals_by_kind(centre, first, last)
    return Table(
        head=(_("What was booked"), _("Vouchers"), _("Amount (yuan)")),
        rows=tuple(_kind_row(str(Entry.Kind(one.kind).label), [one]) for one in totals),
        widths=(6, 2, 4),
        money=(1, 2),
        totals=(_kind_row(pgettext("paper", "Together"), totals),),
        title=_("By kind"),
        empty=_("Nothing was booked in this period."),
    )


def _persons(centre: Centre, date: dt.date) -> Table:
    """Sum up by maker; whoever made nothing that day is not on the list."""
    makers = User.objects.filter(
        pk__in=Entry.objects.filter(centre=centre, business_date=date).values("maker")
    )
    rows = [
        _kind_row(str(maker), totals_by_kind(centre, date, date, maker.pk))
        for maker in makers.order_by("pk")
    ]
    return Table(
        head=(_("Made by"), _("Vouchers"), _("Amount (yuan)")),
        rows=tuple(rows),
        widths=(6, 2, 4),
        money=(1, 2),
        title=_("By person"),
        empty=_("Nothing was booked in this period."),
    )


def _kind_row(title: str, totals: list[KindTotal]) -> tuple[str, str, str]:
    return (
        title,
        str(sum(one.entries for one in totals)),
        grouped_yuan(sum(one.amount_fen for one in totals)),
    )


def _accounts(balance: TrialBalance, *, moved_only: bool) -> Block:
    rows = []
    for row in balance.rows:
        moved = row.debits_fen or row.credits_fen
        if moved or (not moved_only and (row.opening_fen or row.closing_fen)):
            rows.append(
                (
                    row.code,
                    str(row.title),
                    _sided(row.opening_fen),
                    grouped_yuan(row.debits_fen),
                    grouped_yuan(row.credits_fen),
                    _sided(row.closing_fen),
                )
            )
    return Table(
        head=(
            pgettext("paper", "Code"), _("Ledger account"), pgettext("paper", "Before"),
            pgettext("paper", "Debit"), pgettext("paper", "Credit"), pgettext("paper", "After"),
        ),
        rows=tuple(rows),
        widths=(15, 38, 30, 25, 25, 30),
        money=(2, 3, 4, 5),
        totals=(
            (
                "", _("Together, each fen once"), _sided(balance.opening_fen),
                grouped_yuan(balance.debits_fen), grouped_yuan(balance.credits_fen), "",
            ),
        ),
        title=_("Ledger accounts"),
        empty=_("Nothing was booked in this period."),
    )  # fmt: skip


def _sided(fen: int) -> str:
    """Say a balance with the side on which it stands: debits less credits, so below zero is 贷."""
    if not fen:
        return grouped_yuan(0)
    side = pgettext("side", "Dr") if fen > 0 else pgettext("side", "Cr")
    return f"{side} {grouped_yuan(abs(fen))}"


def _proof(balance: TrialBalance) -> tuple[str, str]:
    said = _("debit and credit agree") if balance.balances else _("DEBIT AND CREDIT DIFFER")
    return (
        pgettext("paper", "Proof"),
        f"{said}：{in_words(balance.debits_fen)}",
    )


def _signed() -> Signatures:
    return Signatures((_("Made by"), _("Checked by"), _("Head of finance")))
