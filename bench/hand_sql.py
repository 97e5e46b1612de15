"""The reference: one year of one policy (Kashgar, 2026) in statements written by hand.

Nothing is general here: rate, day count and conditions are literals, days are counted in SQL.
"""

import datetime as dt
from typing import Any

_KINDS = {
    "INTEREST_FLEX": ("INTEREST", "41101", "INTEREST", "flex"),
    "INTEREST_UNIT": ("INTEREST", "41101", "INTEREST", "unit"),
    "SUBSIDY": ("SUBSIDY", "41105", "SUBSIDY", "flex"),
    "OPENING_SUBSIDY": ("OPENING_SUBSIDY", "41106", "SUBSIDY", "flex"),
}


def settle(
    cursor: Any,
    vendor: str,
    *,
    run_id: int,
    centre_id: int,
    maker_id: int,
    business_date: dt.date,
    document_no: str,
) -> None:
    """Make settled amounts, vouchers, postings and running totals of the whole centre."""
    postgres = vendor == "postgresql"
    cursor.execute(_interest(postgres, run_id, centre_id))
    cursor.execute(_subsidy(postgres, run_id, centre_id))
    cursor.execute(_opening(postgres, run_id, centre_id))
    entries = []
    for kind, (entry_kind, code, component, line) in _KINDS.items():
        cursor.execute(
            "INSERT INTO ledger_entry"
            " (centre_id, business_date, kind, key, document_no, memo, maker_id)"
            " VALUES (%s, %s, %s, %s, %s, '', %s) RETURNING id",
            [
                centre_id,
                business_date.isoformat(),
                entry_kind,
                f"hand:{kind}",
                document_no,
                maker_id,
            ],
        )
        entry = cursor.fetchone()[0]
        entries.append(str(entry))
        cursor.execute(f"""
            INSERT INTO ledger_posting
                (entry_id, seq, debit_id, credit_id, amount_fen, component, value_date)
            SELECT {entry}, ROW_NUMBER() OVER (ORDER BY i.member_account_id),
                   (SELECT id FROM ledger_ledgeraccount
                     WHERE centre_id = {centre_id} AND code = '{code}'),
                   a.{line}_ledger_account_id, i.amount_fen, '{component}',
                   {_date(postgres, "2026-06-30")}
              FROM settlement_settlementitem i
              JOIN accounts_memberaccount a ON a.id = i.member_account_id
             WHERE i.run_id = {run_id} AND i.kind = '{kind}' AND i.amount_fen > 0""")
    cursor.execute(f"""
        UPDATE ledger_ledgeraccount
           SET credits_fen = ledger_ledgeraccount.credits_fen + t.fen
          FROM (SELECT credit_id, CAST(SUM(amount_fen) AS bigint) AS fen FROM ledger_posting
                 WHERE entry_id IN ({", ".join(entries)}) GROUP BY credit_id) t
         WHERE ledger_ledgeraccount.id = t.credit_id""")


def _date(postgres: bool, day: str) -> str:
    return f"DATE '{day}'" if postgres else f"'{day}'"


def _days(postgres: bool, column: str) -> str:
    """Write the 30/360 days from a day, not before 30 June 2025, to 30 June 2026."""
    if postgres:
        return f"""(CASE WHEN {column} <= DATE '2025-06-30' THEN 360 ELSE
            2026 * 360 + 6 * 30 + 30 - EXTRACT(YEAR FROM {column})::int * 360
            - EXTRACT(MONTH FROM {column})::int * 30
            - CASE WHEN EXTRACT(DAY FROM {column} + 1) = 1 THEN 30
                   ELSE EXTRACT(DAY FROM {column})::int END END)"""
    return f"""(CASE WHEN {column} <= '2025-06-30' THEN 360 ELSE
            2026 * 360 + 6 * 30 + 30 - CAST(substr({column}, 1, 4) AS INT) * 360
            - CAST(substr({column}, 6, 2) AS INT) * 30
            - CASE WHEN substr(date({column}, '+1 day'), 9, 2) = '01' THEN 30
                   ELSE CAST(substr({column}, 9, 2) AS INT) END END)"""


def _interest(postgres: bool, run_id: int, centre_id: int) -> str:
    end = _date(postgres, "2026-06-30")
    return f"""
        INSERT INTO settlement_settlementitem
            (run_id, year, member_account_id, member_id, kind, amount_fen, base_fen)
        WITH a AS (
            SELECT id, member_id, flex_ledger_account_id AS flex, unit_ledger_account_id AS unit
              FROM accounts_memberaccount
             WHERE centre_id = {centre_id} AND opened_date <= {end} AND closed_date IS NULL),
        m AS (
            SELECT id, member_id, 0 AS f, 0 AS u, 0 AS ff, 0 AS uf FROM a
            UNION ALL
            SELECT a.id, member_id, amount_fen * {_days(postgres, "value_date")}, 0, amount_fen, 0
              FROM a JOIN ledger_posting ON credit_id = flex AND value_date <= {end}
            UNION ALL
            SELECT a.id, member_id, -amount_fen * {_days(postgres, "value_date")}, 0, -amount_fen, 0
              FROM a JOIN ledger_posting ON debit_id = flex AND value_date <= {end}
            UNION ALL
            SELECT a.id, member_id, 0, amount_fen * {_days(postgres, "value_date")}, 0, amount_fen
              FROM a JOIN ledger_posting ON credit_id = unit AND value_date <= {end}
            UNION ALL
            SELECT a.id, member_id, 0, -amount_fen * {_days(postgres, "value_date")}, 0, -amount_fen
              FROM a JOIN ledger_posting ON debit_id = unit AND value_date <= {end}),
        s AS (
            SELECT id, member_id, CAST(SUM(f) AS bigint) AS f, CAST(SUM(u) AS bigint) AS u,
                   CAST(SUM(ff) AS bigint) AS ff, CAST(SUM(uf) AS bigint) AS uf
              FROM m GROUP BY id, member_id),
        e AS (
            SELECT id, member_id, ff, uf, (2 * u + 24000) / 48000 AS ui,
                   (2 * (f + u) + 24000) / 48000 AS i FROM s)
        SELECT {run_id}, 2026, id, member_id, 'INTEREST_FLEX', i - ui, ff FROM e
        UNION ALL
        SELECT {run_id}, 2026, id, member_id, 'INTEREST_UNIT', ui, uf FROM e WHERE ui > 0"""


def _subsidy(postgres: bool, run_id: int, centre_id: int) -> str:
    start, end = _date(postgres, "2025-06-30"), _date(postgres, "2026-06-30")
    return f"""
        INSERT INTO settlement_settlementitem
            (run_id, year, member_account_id, member_id, kind, amount_fen, base_fen)
        WITH full_year AS (
            SELECT member_account_id AS id FROM contributions_coverage
             WHERE is_active AND month > {start} AND month <= {end}
             GROUP BY member_account_id HAVING COUNT(*) = 12),
        earned AS (
            SELECT a.id, a.member_id, CAST(SUM(amount_fen) AS bigint) AS fen,
                   CAST(SUM(amount_fen * {_days(postgres, "value_date")}) AS bigint) AS n
              FROM full_year y JOIN accounts_memberaccount a ON a.id = y.id
              JOIN ledger_posting ON credit_id = a.flex_ledger_account_id
                   AND value_date > {start} AND value_date <= {end} AND component = 'PRINCIPAL'
             WHERE a.centre_id = {centre_id}
               AND NOT EXISTS (SELECT 1 FROM accounts_memberevent v
                     WHERE v.member_account_id = a.id AND v.date <= {end}
                       AND v.kind IN ('WITHDRAWAL', 'VOLUNTARY_WITHDRAWAL',
                                      'LOAN_DISBURSED', 'EXIT'))
             GROUP BY a.id, a.member_id)
        SELECT {run_id}, 2026, id, member_id, 'SUBSIDY', (2 * n + 72000) / 144000, fen
          FROM earned WHERE (2 * n + 72000) / 144000 > 0"""


def _opening(postgres: bool, run_id: int, centre_id: int) -> str:
    end = _date(postgres, "2026-06-30")
    years = (
        "left_school_date + INTERVAL '5 years'"
        if postgres
        else "date(left_school_date, '+5 years')"
    )
    return f"""
        INSERT INTO settlement_settlementitem
            (run_id, year, member_account_id, member_id, kind, amount_fen, base_fen)
        SELECT {run_id}, 2026, a.id, a.member_id, 'OPENING_SUBSIDY', 10000, 0
          FROM accounts_memberaccount a JOIN accounts_member b ON b.id = a.member_id
          JOIN (SELECT member_account_id AS id FROM contributions_coverage
                 WHERE is_active AND month <= {end}
                 GROUP BY member_account_id HAVING COUNT(*) >= 6) m ON m.id = a.id
         WHERE a.centre_id = {centre_id} AND a.first_time AND a.opened_date <= {end}
           AND b.subsidy_category IN ('GRADUATE', 'TALENT')
           AND (b.subsidy_category <> 'GRADUATE' OR b.left_school_date IS NULL
                OR a.opened_date <= {years})"""
