"""Certificates: that and how somebody contributes, for a loan elsewhere, for the income tax."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.holds import find_ban_end, get_frozen, has_open_loan
from accounts.models import MemberAccount
from accounts.queries import find_agreement
from contributions.queries import get_holdings
from contributions.rules.tax import TaxYear
from contributions.statements import get_standing, get_tax_year
from fundcenter.prints.paper import Block, Facts, Paper, Signatures, Table, Text
from fundcenter.prints.parts import Ask, day, in_words, person_rows, who
from kernel.money import grouped_yuan
from policy.queries import open_book
from policy.wording import describe_citations, describe_value


def make_contribution_certificate(account: MemberAccount, ask: Ask) -> Paper:
    """Certify that a member contributes: agreement, months, balance (缴存证明)."""
    holdings = get_holdings(account)
    return Paper(
        title=_("Certificate of contribution"),
        scope=ask.day.isoformat(),
        lead=_("This is to certify that %(who)s contributes to the housing provident fund here.")
        % {"who": who(account)}
        if account.is_open
        else _("This is to certify that %(who)s contributed to the housing provident fund here.")
        % {"who": who(account)},
        blocks=(
            Facts((*person_rows(account, full=True), *_standing_rows(account, ask))),
            Facts(
                (
                    (_("Balance"), in_words(holdings.total_fen)),
                    (_("Of it flexible"), f"{grouped_yuan(holdings.flex_fen)}"),
                    (_("Of it from units"), f"{grouped_yuan(holdings.unit_fen)}"),
                ),
                pairs=1,
            ),
            _seal(),
        ),
        notes=(_("True on %(day)s; it says nothing of later days.") % {"day": ask.day},),
    )


def make_loan_elsewhere_certificate(account: MemberAccount, ask: Ask) -> Paper:
    """Certify contribution and use for a loan of another centre (异地贷款缴存证明)."""
    holdings, receiver = get_holdings(account), ask.data["receiver"]
    ban, frozen = find_ban_end(account.member, ask.day), get_frozen(account, ask.day)
    used = [
        (
            _("Loan of the housing provident fund here"),
            _("paid out before") if has_open_loan(account.member) else pgettext("paper", "none"),
        ),
        (
            _("Frozen by a court"),
            _("yes") if frozen.whole or frozen.amount_fen else _("no"),
        ),
        (_("Barred from loans until"), day(ban)),
    ]
    return Paper(
        title=_("Certificate of contribution and use for a loan elsewhere"),
        scope=f"{ask.day} {receiver}"[:64],
        lead=_("To %(receiver)s:") % {"receiver": receiver},
        blocks=(
            Facts((*person_rows(account, full=True), *_standing_rows(account, ask))),
            Facts(((_("Balance"), in_words(holdings.total_fen)), *used), pairs=1),
            Text(
                (
                    _(
                        "Please tell us when you have paid out a loan on this certificate, and "
                        "when it is repaid."
                    ),
                )
            ),
            _seal(),
        ),
        notes=(_("True on %(day)s; it says nothing of later days.") % {"day": ask.day},),
    )


def make_tax_certificate(account: MemberAccount, ask: Ask) -> Paper:
    """Certify a calendar year's own contributions, with and without the limit (缴存个税证明).

    Interest, subsidies, transfers and what was reversed are not in it.
    Source: 财税〔2006〕10号; tax.deductible, tax.declared_in, tax.within_limit.
    """
    year = get_tax_year(account.member, ask.data["year"])
    credited, within = year.credited_fen, year.within_fen
    said = [(_("Calendar year"), str(year.year)), (_("Credited"), in_words(credited))]
    if year.capped:
        said.append((_("Limit of the year"), _limit(year)))
        said.append(
            (_("Within the limit"), in_words(within) if within is not None else _limit(year))
        )
    return Paper(
        title=_("Certificate of contributions for the income tax"),
        scope=str(year.year),
        lead=_("In %(year)s %(who)s paid %(amount)s yuan into the housing provident fund.")
        % {"year": year.year, "who": who(account), "amount": grouped_yuan(credited)},
        blocks=(
            Facts((*person_rows(account, full=True),)),
            Facts(tuple(said), pairs=1),
            _months(year),
            *_law(account, year),
            _seal(),
        ),
        notes=(
            _(
                "Own contributions by the day they were credited. Not in it: interest, subsidies, "
                "transfers in, and whatever was reversed up to the day of printing."
            ),
        ),
    )


def _months(year: TaxYear) -> Table:
    head = [pgettext("paper", "Month"), _("Credited (yuan)")]
    totals = [pgettext("paper", "Together"), grouped_yuan(year.credited_fen)]
    if year.capped:
        head.append(_("Within the limit (yuan)"))
        totals.append("—" if year.within_fen is None else grouped_yuan(year.within_fen))
    rows = []
    for month in year.months:
        row = [str(month.month), grouped_yuan(month.credited_fen)]
        if year.capped:
            row.append("—" if month.within_fen is None else grouped_yuan(month.within_fen))
        rows.append(tuple(row))
    return Table(
        head=tuple(head),
        rows=tuple(rows),
        widths=(1,) * len(head),
        money=tuple(range(1, len(head))),
        totals=(tuple(totals),),
    )


def _limit(year: TaxYear) -> str:
    if year.limit_fen is None:
        return _("not published for every month of the year")
    return in_words(year.limit_fen)


def _law(account: MemberAccount, year: TaxYear) -> tuple[Block, ...]:
    """Say in which returns it may be declared: the law of the centre, with its clauses."""
    book = open_book(account.centre.code, max(month.month for month in year.months).last_day)
    said = []
    for key, text in (
        ("tax.deductible", _("Deductible from the income tax: %(value)s")),
        ("tax.declared_in", _("Declared in the annual return of: %(value)s")),
        ("tax.declared_by_member", _("Declared by the member: %(value)s")),
    ):
        value = book.find(key)
        if value is not None:
            clauses = "；".join(describe_citations(value.citations))
            line = text % {"value": describe_value(value)}
            said.append(f"{line}（{clauses}）" if clauses else line)
    return (Text(tuple(said), title=_("Use of this certificate")),) if said else ()


def _standing_rows(account: MemberAccount, ask: Ask) -> list[tuple[str, str]]:
    standing, agreement = get_standing(account, ask.day), find_agreement(account, ask.day)
    rows = [
        (_("State of the account"), account.get_state_display()),
        (_("Opened on"), day(account.opened_date)),
        (_("Contributes as"), account.get_identity_display()),
    ]
    if agreement is not None:
        rows.append((_("Mode of contribution"), agreement.get_mode_display()))
        if agreement.monthly_amount_fen:
            rows.append((_("Monthly amount"), grouped_yuan(agreement.monthly_amount_fen)))
    rows += [
        (_("Months covered"), str(standing.months)),
        (_("Of them in a row"), str(standing.in_a_row)),
        (_("Paid up to"), str(standing.last_month or "—")),
    ]
    if account.sealed_date:
        rows.append((_("Sealed on"), day(account.sealed_date)))
    if account.closed_date:
        rows.append((_("Closed on"), day(account.closed_date)))
    return rows


def _seal() -> Signatures:
    return Signatures((_("Handled by"), _("Checked by"), _("Seal of the centre")))
