"""What is read from the books. No query reads the clock; sums are in fen."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.functional import Promise

from ledger.facts import Component, Movement
from ledger.models import Entry, LedgerAccount, Posting
from office.models import Centre


@dataclass(frozen=True)
class StatementLine:
    """One line of a statement; ``balance_fen`` is what all listed accounts hold after it."""

    entry_id: int
    seq: int
    business_date: dt.date
    value_date: dt.date
    kind: str
    memo: str
    document_no: str
    ledger_account_id: int
    component: Component
    debit_fen: int
    credit_fen: int
    balance_fen: int


@dataclass(frozen=True)
class Statement:
    """A statement (对账单): what was there before, line by line, what is there afterwards."""

    opening_fen: int
    lines: tuple[StatementLine, ...]
    closing_fen: int


@dataclass(frozen=True)
class TrialBalanceRow:
    """One account of the trial balance. Balances are debits less credits, so negative is 贷."""

    code: str
    title: str | Promise
    role: str
    level: int
    opening_fen: int
    debits_fen: int
    credits_fen: int

    @property
    def closing_fen(self) -> int:
        """Debits less credits at the end."""
        return self.opening_fen + self.debits_fen - self.credits_fen


@dataclass(frozen=True)
class TrialBalance:
    """科目余额表. Summary rows hold the sums of what stands below; totals count each fen once."""

    first_date: dt.date
    last_date: dt.date
    rows: tuple[TrialBalanceRow, ...]
    opening_fen: int
    debits_fen: int
    credits_fen: int
    debit_balances_fen: int
    credit_balances_fen: int

    @property
    def balances(self) -> bool:
        """True when both sides agree, before and after."""
        return (
            self.opening_fen == 0
            and self.debits_fen == self.credits_fen
            and self.debit_balances_fen == self.credit_balances_fen
        )


def get_ledger_account(centre: Centre, code: str) -> LedgerAccount:
    """Return the account of that code in a centre's books, or raise LedgerAccount.DoesNotExist."""
    return LedgerAccount.objects.get(centre=centre, code=code)


def find_entry(centre: Centre, key: str) -> Entry | None:
    """Return the entry posted under a key, or None."""
    return Entry.objects.filter(centre=centre, key=key).first()


def find_reversal(entry: Entry) -> Entry | None:
    """Return the entry that undid this one, or None."""
    return Entry.objects.filter(reversal_of=entry).first()


def get_balance_fen(ledger_account: LedgerAccount) -> int:
    """What an account holds on its normal side, all postings included."""
    if ledger_account.role == LedgerAccount.Role.LINE:
        return LedgerAccount.objects.get(pk=ledger_account.pk).balance_fen
    return _balance_fen(ledger_account, Q())


def get_balance_on_fen(ledger_account: LedgerAccount, business_date: dt.date) -> int:
    """What an account held on its normal side at the end of a business day."""
    return _balance_fen(ledger_account, Q(entry__business_date__lte=business_date))


def _balance_fen(ledger_account: LedgerAccount, when: Q) -> int:
    """Credits less debits, or the contrary for accounts whose normal side is debit."""
    debits_fen = _sum_fen(Posting.objects.filter(when, _on_side("debit", ledger_account)))
    credits_fen = _sum_fen(Posting.objects.filter(when, _on_side("credit", ledger_account)))
    return _on_normal_side(ledger_account, debits_fen, credits_fen)


def _on_side(side: str, ledger_account: LedgerAccount) -> Q:
    """Choose the postings of an account: its own, its lines', or those of all below a summary."""
    if ledger_account.role == LedgerAccount.Role.CONTROL:
        return Q(**{f"{side}__control": ledger_account})
    if ledger_account.role == LedgerAccount.Role.SUMMARY:
        return Q(
            **{
                f"{side}__centre_id": ledger_account.centre_id,
                f"{side}__code__startswith": ledger_account.code,
            }
        )
    return Q(**{side: ledger_account})


def _on_normal_side(ledger_account: LedgerAccount, debits_fen: int, credits_fen: int) -> int:
    if ledger_account.normal_side == LedgerAccount.Side.CREDIT:
        return credits_fen - debits_fen
    return debits_fen - credits_fen


def _sum_fen(postings: QuerySet[Posting]) -> int:
    total: int | None = postings.aggregate(total=Sum("amount_fen"))["total"]
    return int(total or 0)


def balances_by_component(ledger_account: LedgerAccount) -> dict[Component, int]:
    """What an account holds of each component, in fen; every component is a key."""
    debits_fen = _sums_by_component(Posting.objects.filter(debit=ledger_account))
    credits_fen = _sums_by_component(Posting.objects.filter(credit=ledger_account))
    return {
        component: _on_normal_side(ledger_account, debits_fen[component], credits_fen[component])
        for component in Component
    }


def _sums_by_component(postings: QuerySet[Posting]) -> dict[Component, int]:
    sums: dict[Component, int] = defaultdict(int)
    grouped = postings.order_by().values_list("component").annotate(total=Sum("amount_fen"))
    for component, total in grouped:
        sums[Component(component)] = int(total)
    return sums


def list_lots(ledger_account: LedgerAccount) -> list[Movement]:
    """Every posting of an account as a movement for the rules, oldest value date first."""
    sign = 1 if ledger_account.normal_side == LedgerAccount.Side.CREDIT else -1
    rows = [*_side_rows("credit", [ledger_account]), *_side_rows("debit", [ledger_account])]
    movements = [
        (
            posting.value_date,
            posting.entry_id,
            posting.seq,
            Movement(
                value_date=posting.value_date,
                amount_fen=sign * (posting.amount_fen if side == "credit" else -posting.amount_fen),
                component=Component(posting.component),
                business_date=posting.entry.business_date,
                kind=posting.entry.kind,
                entry_id=posting.entry_id,
            ),
        )
        for side, posting in rows
    ]
    return [movement for *_order, movement in sorted(movements, key=lambda row: row[:3])]


def _side_rows(
    side: str, ledger_accounts: Sequence[LedgerAccount], when: Q | None = None
) -> list[tuple[str, Posting]]:
    chosen = Q(**{f"{side}__in": [account.pk for account in ledger_accounts]})
    postings = Posting.objects.filter(chosen & (when or Q())).select_related("entry")
    return [(side, posting) for posting in postings.order_by()]


def get_statement(
    ledger_accounts: Sequence[LedgerAccount], first_date: dt.date, last_date: dt.date
) -> Statement:
    """Return a statement of one or more accounts over business days, both ends included.

    Accounts of the same normal side are meant: the origins of one member's money. A conversion
    between two of them shows as two lines that cancel out.
    """
    before = Q(entry__business_date__lt=first_date)
    opening_fen = sum(_balance_fen(account, before) for account in ledger_accounts)
    window = Q(entry__business_date__range=(first_date, last_date))
    rows = [
        *_side_rows("debit", ledger_accounts, window),
        *_side_rows("credit", ledger_accounts, window),
    ]
    rows.sort(key=lambda row: (row[1].entry.business_date, row[1].entry_id, row[1].seq, row[0]))
    credit_normal = {
        account.pk: account.normal_side == LedgerAccount.Side.CREDIT for account in ledger_accounts
    }
    balance_fen = opening_fen
    lines = []
    for side, posting in rows:
        account_id = posting.credit_id if side == "credit" else posting.debit_id
        more = (side == "credit") == credit_normal[account_id]
        balance_fen += posting.amount_fen if more else -posting.amount_fen
        lines.append(_statement_line(side, posting, account_id, balance_fen))
    return Statement(opening_fen, tuple(lines), balance_fen)


def list_statement(
    ledger_accounts: Sequence[LedgerAccount], first_date: dt.date, last_date: dt.date
) -> list[StatementLine]:
    """Return the lines of ``get_statement``, each with the balance after it."""
    return list(get_statement(ledger_accounts, first_date, last_date).lines)


def _statement_line(
    side: str, posting: Posting, account_id: int, balance_fen: int
) -> StatementLine:
    return StatementLine(
        entry_id=posting.entry_id,
        seq=posting.seq,
        business_date=posting.entry.business_date,
        value_date=posting.value_date,
        kind=posting.entry.kind,
        memo=posting.entry.memo,
        document_no=posting.entry.document_no,
        ledger_account_id=account_id,
        component=Component(posting.component),
        debit_fen=posting.amount_fen if side == "debit" else 0,
        credit_fen=posting.amount_fen if side == "credit" else 0,
        balance_fen=balance_fen,
    )


def trial_balance(centre: Centre, on: dt.date, since: dt.date | None = None) -> TrialBalance:
    """Return the trial balance (科目余额表) of a centre.

    Args:
        on: the last business day counted.
        since: the first day whose debits and credits are shown; the accounting year's first,
            1 January, unless given (财会字〔1999〕33号: the accounting year is the calendar year).
    """
    first_date = since or dt.date(on.year, 1, 1)
    before = Q(entry__business_date__lt=first_date)
    window = Q(entry__business_date__range=(first_date, on))
    opening_debits, opening_credits = _sums_by_gl(centre, before)
    debits, credits = _sums_by_gl(centre, window)
    accounts = list(
        LedgerAccount.objects.filter(centre=centre, control__isnull=True).order_by("code")
    )
    rows = []
    for account in accounts:
        below = [other.pk for other in accounts if other.code.startswith(account.code)]
        rows.append(
            TrialBalanceRow(
                code=account.code,
                title=account.title,
                role=account.role,
                level=sum(account.code.startswith(other.code) for other in accounts) - 1,
                opening_fen=_add(opening_debits, below) - _add(opening_credits, below),
                debits_fen=_add(debits, below),
                credits_fen=_add(credits, below),
            )
        )
    closing = [
        opening_debits[a.pk] - opening_credits[a.pk] + debits[a.pk] - credits[a.pk]
        for a in accounts
    ]
    return TrialBalance(
        first_date=first_date,
        last_date=on,
        rows=tuple(rows),
        opening_fen=sum(opening_debits.values()) - sum(opening_credits.values()),
        debits_fen=sum(debits.values()),
        credits_fen=sum(credits.values()),
        debit_balances_fen=sum(fen for fen in closing if fen > 0),
        credit_balances_fen=-sum(fen for fen in closing if fen < 0),
    )


@dataclass(frozen=True)
class KindTotal:
    """What a centre booked of one kind of entry: how many entries, and their sum in fen."""

    kind: str
    entries: int
    amount_fen: int


def totals_by_kind(
    centre: Centre, first_date: dt.date, last_date: dt.date, maker_id: int | None = None
) -> list[KindTotal]:
    """Return the sums of a centre's entries by kind over business days, both ends included.

    Args:
        maker_id: count only what this person made.
    """
    entries = Entry.objects.filter(centre=centre, business_date__range=(first_date, last_date))
    if maker_id is not None:
        entries = entries.filter(maker_id=maker_id)
    grouped = (
        entries.order_by()
        .values_list("kind")
        .annotate(count=Count("pk", distinct=True), total=Sum("postings__amount_fen"))
    )
    found = {kind: KindTotal(kind, count, int(total or 0)) for kind, count, total in grouped}
    return [found[kind] for kind in Entry.Kind if kind in found]


def list_booked_days(centre: Centre, most: int) -> list[dt.date]:
    """List the latest business days into which anything was booked, the latest first."""
    days = Entry.objects.filter(centre=centre).order_by("-business_date")
    return list(days.values_list("business_date", flat=True).distinct()[:most])


def _add(sums: dict[int, int], keys: Iterable[int]) -> int:
    return sum(sums[key] for key in keys)


def _sums_by_gl(centre: Centre, when: Q) -> tuple[dict[int, int], dict[int, int]]:
    """Sum debits and credits per general-ledger account, lines counted with their control."""
    found: list[dict[int, int]] = []
    for side in ("debit", "credit"):
        sums: dict[int, int] = defaultdict(int)
        grouped = (
            Posting.objects.filter(when, entry__centre=centre)
            .order_by()
            .values_list(Coalesce(F(f"{side}__control_id"), F(f"{side}_id")))
            .annotate(total=Sum("amount_fen"))
        )
        for gl_id, total in grouped:
            sums[gl_id] = int(total)
        found.append(sums)
    return found[0], found[1]


def get_voucher_lines(entry: Entry) -> list[tuple[str, str | Promise, int, int]]:
    """Return an entry as a voucher reads: code, title, debit fen, credit fen, per GL account.

    Lines of one control account are added up, so a batch of many members reads like a voucher.
    """
    sums: dict[tuple[int, str], int] = defaultdict(int)
    for side in ("debit", "credit"):
        grouped = (
            Posting.objects.filter(entry=entry)
            .order_by()
            .values_list(Coalesce(F(f"{side}__control_id"), F(f"{side}_id")))
            .annotate(total=Sum("amount_fen"))
        )
        for gl_id, total in grouped:
            sums[gl_id, side] = int(total)
    accounts = LedgerAccount.objects.in_bulk([gl_id for gl_id, _side in sums])
    ordered = sorted(
        sums.items(), key=lambda item: (item[0][1] != "debit", accounts[item[0][0]].code)
    )
    return [
        (
            accounts[gl_id].code,
            accounts[gl_id].title,
            total if side == "debit" else 0,
            total if side == "credit" else 0,
        )
        for (gl_id, side), total in ordered
    ]
