"""What stands on the member page, gathered from the books and the law of the open day."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.deaths import find_death
from accounts.households import find_household
from accounts.models import IdentityDocument, MemberAccount, MemberEvent
from accounts.queries import (
    find_agreement,
    find_mandate,
    find_signed_agreement,
    ledger_lines,
    list_events,
)
from contributions.exit_kind import describe_wait
from contributions.inheriting import find_inheritance
from contributions.leaving import find_left
from contributions.models import Coverage, Deposit, Exit
from contributions.queries import get_holdings
from fundcenter.counter.businesses.holds import list_holds
from fundcenter.counter.businesses.household import describe_household
from fundcenter.counter.businesses.loan_credit import describe_event
from fundcenter.counter.forecast import Forecast, forecast_subsidy
from fundcenter.counter.loan_page import loans_of
from fundcenter.counter.offers import list_offers
from kernel.money import grouped_yuan
from kernel.months import Month
from ledger.facts import Component
from ledger.models import Entry
from ledger.queries import StatementLine, get_statement
from loans.queries import list_credit_events
from office.models import AuditEvent, User
from policy.book import PolicyBook, Unset
from policy.facts import RetirementCategory
from policy.queries import open_book
from policy.rules import retirement_date
from settlement.models import SettlementItem

LINES_SHOWN = 24
_YEARS_SHOWN = 3
_TIMELINE = 12
_DEPOSITS_IN_TIMELINE = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """A month of the calendar: paid, missed, this month, or none of these."""

    month: str
    kind: str
    amount_fen: int | None
    said: str


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A line of the statement in words; ``year`` leads to how a settlement came about."""

    line: StatementLine
    what: str
    origin: str
    year: int | None


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of the timeline."""

    when: str
    text: str
    who: str


def member_page(account: MemberAccount, user: User, day: dt.date | None) -> dict[str, Any]:
    """Gather the page of an account.

    Args:
        day: the open business day; the account's own last day where none is open.
    """
    on = day or account.opened_date
    book = open_book(account.centre.code, on)
    member = account.member
    paper = IdentityDocument.objects.filter(member=member, is_current=True).first()
    covered = _covered(account)
    holdings = get_holdings(account)
    rows, more = _statement(account, covered, on)
    forecast = _forecast(account, on)
    death = find_death(member)
    offers = list_offers(account, user, book, day, death)
    return {
        "account": account,
        "member": member,
        "paper": paper,
        "age": _age(member.birth_date, on),
        "retires": _retires(account, book),
        "agreement": find_agreement(account, on),
        "signed": find_signed_agreement(account),
        "mandate": find_mandate(account),
        "holds": list_holds(account, on),
        "credit": [describe_event(one) for one in list_credit_events(account)],
        "household": describe_household(find_household(member, on)),
        "holdings": holdings,
        "loans": loans_of(account),
        "left": _left(account),
        "death": death,
        "inheritance": find_inheritance(account) if death else None,
        "amounts": _amounts(holdings.flex, holdings.unit),
        "calendar": list(_calendar(account, covered, on)),
        "run": _run(covered, on),
        "average_fen": sum(covered.by_month.values()) // max(1, len(covered.by_month)),
        "rows": rows,
        "more": more,
        "offers": offers,
        "any_offer": any(one.url for one in offers),
        "forecast": forecast,
        "timeline": _timeline(account),
        "may_reveal": user.may("members.reveal"),
        "settled_years": _settled_years(account),
    }


def _left(account: MemberAccount) -> tuple[Exit, str] | None:
    """Give the exit of a member whose account waits sealed, and from when the rest can be paid."""
    left = find_left(account) if account.state == MemberAccount.State.SEALED else None
    return None if left is None else (left, describe_wait(left) if left.waiting_fen else "")


@dataclass(frozen=True, slots=True)
class _Covered:
    """The months paid for, and which entry pays for which."""

    by_month: dict[Month, int]
    by_entry: dict[int, list[Month]]


def _covered(account: MemberAccount) -> _Covered:
    by_month: dict[Month, int] = {}
    by_entry: dict[int, list[Month]] = {}
    rows = Coverage.objects.filter(member_account=account, is_active=True).order_by("month")
    for day, fen, entry in rows.values_list("month", "amount_fen", "deposit__entry_id"):
        month = Month.of(day)
        by_month[month] = fen
        by_entry.setdefault(entry, []).append(month)
    return _Covered(by_month, by_entry)


def _calendar(
    account: MemberAccount, covered: _Covered, on: dt.date
) -> Iterator[tuple[int, list[Cell]]]:
    """Lay the months out by year: the latest years, ahead as far as money was paid."""
    this = Month.of(on)
    opened = Month.of(account.opened_date)
    last = max([this, *covered.by_month])
    first_year = max(opened.year, last.year - _YEARS_SHOWN + 1)
    end = Month.of(account.closed_date) if account.closed_date else this
    for year in range(first_year, last.year + 1):
        yield year, [_cell(Month(year, n), covered, this, opened, end) for n in range(1, 13)]


def _cell(month: Month, covered: _Covered, this: Month, opened: Month, end: Month) -> Cell:
    fen = covered.by_month.get(month)
    if fen is not None:
        return Cell(str(month), "p", fen, _("paid"))
    if month == this and month <= end:
        return Cell(str(month), "a", None, _("this month, not paid yet"))
    if opened <= month < min(this, end + 1):
        return Cell(str(month), "x", None, _("not paid"))
    return Cell(str(month), "", None, "")


def _run(covered: _Covered, on: dt.date) -> int:
    """Count the months paid without a gap up to the last one that is not in the future."""
    months = [month for month in covered.by_month if month <= Month.of(on)]
    if not months:
        return 0
    month, count = max(months), 0
    while month in covered.by_month:
        count, month = count + 1, month - 1
    return count


def _amounts(flex: dict[Component, int], unit: dict[Component, int]) -> list[tuple[str, int]]:
    """List the balance by origin and component; unit money is one line unless there is some."""
    rows = [
        (_("Flexible: contributions"), flex[Component.PRINCIPAL]),
        (_("Flexible: transferred in"), flex[Component.TRANSFER_IN]),
        (_("Interest"), flex[Component.INTEREST]),
        (_("Subsidies"), flex[Component.SUBSIDY]),
        (_("From units"), unit[Component.PRINCIPAL] + unit[Component.TRANSFER_IN]),
        (_("Interest on unit money"), unit[Component.INTEREST] + unit[Component.SUBSIDY]),
    ]
    always = {0, 2, 3, 4}
    return [row for place, row in enumerate(rows) if row[1] or place in always]


def _statement(
    account: MemberAccount, covered: _Covered, on: dt.date
) -> tuple[list[StatementRow], int]:
    """Give the latest lines first, and how many older ones there are."""
    statement = get_statement(ledger_lines(account), account.opened_date, on)
    flex = account.flex_ledger_account_id
    lines = [
        StatementRow(
            line=line,
            what=_what(line, covered),
            origin=_("flexible") if line.ledger_account_id == flex else _("unit"),
            year=_year_settled(line),
        )
        for line in reversed(statement.lines)
    ]
    return lines[:LINES_SHOWN], max(0, len(lines) - LINES_SHOWN)


_SETTLED = {Entry.Kind.INTEREST, Entry.Kind.SUBSIDY, Entry.Kind.OPENING_SUBSIDY}


def _year_settled(line: StatementLine) -> int | None:
    return line.value_date.year if line.kind in _SETTLED else None


def _what(line: StatementLine, covered: _Covered) -> str:
    kind = str(Entry.Kind(line.kind).label)
    months = covered.by_entry.get(line.entry_id)
    if not months:
        return kind
    first, last = months[0], months[-1]
    span = str(first) if first == last else f"{first}–{last}"
    return f"{kind} {span}"


def _settled_years(account: MemberAccount) -> list[int]:
    years = SettlementItem.objects.filter(member_account=account).order_by("-year")
    return list(years.values_list("year", flat=True).distinct())


def _age(born: dt.date, on: dt.date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _retires(account: MemberAccount, book: PolicyBook) -> str:
    member = account.member
    try:
        category = RetirementCategory(member.retirement_category)
        return retirement_date(member.birth_date, category, book).isoformat()
    except Unset:
        return ""


def _forecast(account: MemberAccount, on: dt.date) -> Forecast | None:
    return forecast_subsidy(account, on) if account.is_open else None


def _timeline(account: MemberAccount) -> list[Moment]:
    """Join what happened to the account with who looked at it, the latest first."""
    looks = AuditEvent.objects.filter(
        object_type="accounts.memberaccount",
        object_id=str(account.pk),
        result=AuditEvent.Result.SEEN,
    )
    last = Deposit.objects.filter(member_account=account).order_by("-id")
    moments = [
        (event.date, event.recorded_at, Moment(event.date.isoformat(), _event(event), _who(event)))
        for event in list_events(account)
    ]
    moments += [
        (look.at.date(), look.at, _look(look)) for look in looks.select_related("actor")[:_TIMELINE]
    ]
    moments += [
        (one.business_date, one.made_at, _deposited(one)) for one in last[:_DEPOSITS_IN_TIMELINE]
    ]
    moments.sort(key=lambda row: row[:2], reverse=True)
    return [moment for *_order, moment in moments[:_TIMELINE]]


def _look(look: AuditEvent) -> Moment:
    when = f"{localtime(look.at):%Y-%m-%d %H:%M}"
    text = _("personal data seen: %(reason)s") % {"reason": look.reason}
    return Moment(when, text, str(look.actor or ""))


def _deposited(deposit: Deposit) -> Moment:
    text = _("deposit %(amount)s") % {"amount": grouped_yuan(deposit.amount_fen)}
    return Moment(deposit.business_date.isoformat(), text, "")


def _event(event: MemberEvent) -> str:
    return f"{event.get_kind_display()} {event.document_no}"


def _who(event: MemberEvent) -> str:
    return str(event.recorded_by)
