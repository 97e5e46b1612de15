"""The statements that write a synthetic year: one set of rows per pay day, on both databases.

Each row is what ``contributions.services`` would write for the same payment, the decision
excepted. Values put into a statement are integers, dates, and prefixes made by this program.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import connection

PAY_DAYS = (5, 10, 15, 20, 25)
PRIME = 2_654_435_761
MIX = 4_294_967_296
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Batch:
    """Whose portfolio is written: ids of the centre's rows, and how its accounts are numbered."""

    centre: int
    branch: int
    maker: int
    bank: int
    prefix: str
    seed: int

    @property
    def mix(self) -> str:
        """The mixed number of an account, as ``portfolio.mixed`` computes it."""
        serial = f"CAST(substr(a.number, {len(self.prefix) + 1}) AS bigint)"
        return f"(({serial} * {PRIME} + {self.seed * 97}) % {MIX})"


def pay(batch: Batch, day: dt.date, slot: int, step: int) -> int:
    """Book the contributions of one pay day; some accounts leave out one month of the year.

    Returns:
        How many were booked.
    """
    chosen = (
        f"{batch.mix} % {len(PAY_DAYS)} = {slot} AND a.opened_date <= {_date(day)}"
        f" AND NOT ({batch.mix} % 17 = 3 AND {batch.mix} / 17 % {_MONTHS_A_YEAR} = {step})"
    )
    payers = f"""
        SELECT a.id, a.flex_ledger_account_id AS line_id, g.monthly_amount_fen AS fen, g.mode,
               'DP-' || a.number || '-{day:%Y%m}' AS document_no
          FROM accounts_memberaccount a
          JOIN accounts_agreement g ON g.member_account_id = a.id AND g.version = 1
         WHERE {_of(batch)} AND {chosen}"""
    booked = _book(batch, payers, day, "DEPOSIT", "deposit:", "PRINCIPAL")
    _run(f"""
        INSERT INTO contributions_deposit
            (centre_id, branch_id, number, member_account_id, business_date, amount_fen, mode,
             monthly_amount_fen, months_covered, channel, entry_id, made_by_id)
        SELECT {batch.centre}, {batch.branch}, p.document_no, p.id, {_date(day)}, p.fen, p.mode,
               p.fen, 1, 'COUNTER', e.id, {batch.maker}
          FROM ({payers}) p
          JOIN ledger_entry e ON e.centre_id = {batch.centre}
               AND e.key = 'deposit:' || p.document_no""")
    _run(f"""
        INSERT INTO contributions_coverage
            (member_account_id, month, deposit_id, amount_fen, is_active)
        SELECT p.id, {_date(day.replace(day=1))}, d.id, p.fen, {_true()}
          FROM ({payers}) p JOIN contributions_deposit d ON d.number = p.document_no""")
    return booked


def transfer_in(batch: Batch, day: dt.date) -> int:
    """Book money from other centres (every second account) and from units (every fifth).

    Returns:
        How many transfers were booked.
    """
    booked = 0
    for origin, line, every in (("FLEX", "flex", 2), ("UNIT", "unit", 5)):
        movers = f"""
        SELECT a.id, a.{line}_ledger_account_id AS line_id,
               100000 + 100 * ({batch.mix} / 256 % 8000) AS fen,
               'TI-{origin}-' || a.number AS document_no
          FROM accounts_memberaccount a
         WHERE {_of(batch)} AND {batch.mix} / 4 % {every} = 0 AND a.opened_date <= {_date(day)}"""
        booked += _book(batch, movers, day, "TRANSFER_IN", "transfer-in:", "TRANSFER_IN")
        _run(f"""
        INSERT INTO contributions_transfer
            (centre_id, number, member_account_id, origin, amount_fen, business_date,
             from_centre, contributed_months, document_no, entry_id, made_by_id)
        SELECT {batch.centre}, p.document_no, p.id, '{origin}', p.fen, {_date(day)},
               '外地中心', 12, p.document_no, e.id, {batch.maker}
          FROM ({movers}) p
          JOIN ledger_entry e ON e.centre_id = {batch.centre}
               AND e.key = 'transfer-in:' || p.document_no""")
    return booked


def _book(batch: Batch, rows: str, day: dt.date, kind: str, key: str, component: str) -> int:
    """Post an entry of one line per row, from the bank to the member's line."""
    booked = _run(f"""
        INSERT INTO ledger_entry
            (centre_id, business_date, kind, key, document_no, memo, maker_id)
        SELECT {batch.centre}, {_date(day)}, '{kind}', '{key}' || p.document_no, p.document_no,
               '', {batch.maker}
          FROM ({rows}) p""")
    _run(f"""
        INSERT INTO ledger_posting
            (entry_id, seq, debit_id, credit_id, amount_fen, component, value_date)
        SELECT e.id, 1, {batch.bank}, p.line_id, p.fen, '{component}', {_date(day)}
          FROM ({rows}) p
          JOIN ledger_entry e ON e.centre_id = {batch.centre}
               AND e.key = '{key}' || p.document_no""")
    _run(f"""
        UPDATE ledger_ledgeraccount
           SET credits_fen = ledger_ledgeraccount.credits_fen + p.fen
          FROM ({rows}) p WHERE ledger_ledgeraccount.id = p.line_id""")
    return booked


def _of(batch: Batch) -> str:
    last = batch.prefix[:-1] + chr(ord(batch.prefix[-1]) + 1)
    return f"a.centre_id = {batch.centre} AND a.number >= '{batch.prefix}' AND a.number < '{last}'"


def _date(day: dt.date) -> str:
    literal = f"'{day.isoformat()}'"
    return f"DATE {literal}" if connection.vendor == "postgresql" else literal


def _true() -> str:
    return "TRUE" if connection.vendor == "postgresql" else "1"


def _run(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return max(0, int(cursor.rowcount))
