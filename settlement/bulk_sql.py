"""The statements of a shard, for PostgreSQL and SQLite. Only whole numbers, only ranges of ids.

Every value put into a statement is an integer, a date or a code of the catalogue, never a text a
person has typed. Half-up division of a sum ``n >= 0`` by ``d`` is ``(2 * n + d) / (2 * d)``.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from settlement.terms import Terms


@dataclass(frozen=True, slots=True)
class Names:
    """What the statements of one shard are about.

    ``adjusted``: corrections have changed settled amounts of the centre, so they are read as well.
    """

    vendor: str
    centre: int
    run: int
    lo: int
    hi: int
    terms: Terms
    adjusted: bool = False

    @property
    def start(self) -> str:
        """The previous 30 June as a literal."""
        return self.day(self.terms.start)

    @property
    def end(self) -> str:
        """The 30 June that is settled as a literal."""
        return self.day(self.terms.end)

    def day(self, day: dt.date) -> str:
        """Write a date literal."""
        return f"DATE '{day.isoformat()}'" if self.vendor == "postgresql" else f"'{day}'"

    def month_number(self, column: str) -> str:
        """Write the months since year 0 of a date column."""
        if self.vendor == "postgresql":
            return f"(EXTRACT(YEAR FROM {column})::int * 12 + EXTRACT(MONTH FROM {column})::int)"
        return (
            f"(CAST(substr({column}, 1, 4) AS INTEGER) * 12"
            f" + CAST(substr({column}, 6, 2) AS INTEGER))"
        )

    def first_of_month(self, number: str) -> str:
        """Write the first day of a month given by its number."""
        if self.vendor == "postgresql":
            return f"make_date((({number} - 1) / 12)::int, (({number} - 1) % 12 + 1)::int, 1)"
        return f"printf('%04d-%02d-01', ({number} - 1) / 12, ({number} - 1) % 12 + 1)"

    def ymd(self, column: str) -> str:
        """Write a date column as the number yyyymmdd."""
        if self.vendor == "postgresql":
            return f"to_char({column}, 'YYYYMMDD')::int"
        return f"CAST(replace({column}, '-', '') AS INTEGER)"

    def in_range(self, column: str) -> str:
        """Write the condition that keeps a statement inside the shard."""
        return f"{column} >= {self.lo} AND {column} < {self.hi}"


def codes(values: Iterable[str]) -> str:
    """Write codes as a list of literals; an empty list matches nothing."""
    known = list(values)
    assert all(value.replace("_", "").isalnum() for value in known)
    return ", ".join(f"'{value}'" for value in known) or "''"


def scope(names: Names) -> str:
    """Select the accounts a run settles: by dates, so that what happens later changes nothing.

    It excludes what other runs have settled and not what this one has, so that the same
    statement finds the accounts before and after their interest. PostgreSQL guesses well how
    many they are, as it could not from items written a moment ago.
    """
    return f"""
        SELECT a.id, a.member_id, a.opened_date, a.first_time,
               a.flex_ledger_account_id AS flex_id, a.unit_ledger_account_id AS unit_id
          {_in_scope(names)} AND i.run_id <> {names.run})"""


def unsettled(names: Names) -> str:
    """Find accounts in scope that were neither settled nor left out for a named reason."""
    return f"SELECT a.id {_in_scope(names)})"


def given(names: Names, kind: str, columns: str) -> str:
    """Select settled amounts of one kind, and what corrections have changed in them."""
    found = f"""
        SELECT {columns} FROM settlement_settlementitem i
         WHERE i.kind = '{kind}' AND i.kind IN ('SUBSIDY', 'OPENING_SUBSIDY')"""
    if not names.adjusted:
        return found
    return f"""{found}
        UNION ALL
        SELECT {columns} FROM settlement_settlementadjustment i WHERE i.kind = '{kind}'"""


def _in_scope(names: Names, source: str = "accounts_memberaccount a") -> str:
    """Write where accounts in scope are found; the last condition is still open."""
    return f"""FROM {source}
         WHERE a.centre_id = {names.centre} AND {names.in_range("a.id")}
           AND a.opened_date <= {names.end}
           AND (a.closed_date IS NULL OR a.closed_date > {names.end})
           AND NOT EXISTS (SELECT 1 FROM contributions_takenover k
                WHERE k.member_account_id = a.id AND k.booked_date > {names.end})
           AND NOT EXISTS (SELECT 1 FROM settlement_settlementexception x
                WHERE x.run_id = {names.run} AND x.member_account_id = a.id)
           AND NOT EXISTS (SELECT 1 FROM settlement_settlementitem i
                WHERE i.member_account_id = a.id AND i.year = {names.terms.year}
                  AND i.kind = 'INTEREST_FLEX'"""


def sides(accounts: str, until: str, *, since: str = "", more: str = "", carry: str = "") -> str:
    """Select signed movements of both lines with the origin of their money.

    ``carry`` names further columns of the accounts to be carried along.
    """
    carried = "".join(f", s.{column}" for column in carry.split(", ") if column)
    flex = "CASE p.component WHEN 'PRINCIPAL' THEN 'FLEX' ELSE p.component END"
    unit = "CASE WHEN p.component IN ('PRINCIPAL', 'TRANSFER_IN') THEN 'UNIT' ELSE p.component END"
    parts = []
    for line, origin in (("flex_id", flex), ("unit_id", unit)):
        for side in ("credit", "debit"):
            amount = "p.amount_fen, 0" if side == "credit" else "0, p.amount_fen"
            into, out = amount.split(", ")
            parts.append(f"""
        SELECT s.id{carried}, {origin} AS origin, p.value_date AS date,
               {into} AS credit_fen, {out} AS debit_fen
          FROM {accounts} s JOIN ledger_posting p ON p.{side}_id = s.{line}
               AND p.value_date <= {until}{since}{more}""")
    return " UNION ALL ".join(parts)


def exceptions(names: Names) -> list[tuple[str, str]]:
    """Write, for each code, the statement that finds the accounts to be left out."""
    limit = names.terms.largest_fen
    lines = f"""
    WITH scope AS ({scope(names)})
    SELECT s.id FROM scope s
      JOIN accounts_memberaccount a ON a.id = s.id
      JOIN ledger_ledgeraccount f ON f.id = s.flex_id
      JOIN ledger_ledgeraccount u ON u.id = s.unit_id"""
    found = [
        (
            "AMOUNT_TOO_LARGE",
            f"""{lines}
     WHERE f.credits_fen > {limit} OR u.credits_fen > {limit}
        OR f.credits_fen + u.credits_fen > {limit}""",
        ),
        ("TAKEN_BEFORE_PAID_IN", _below_zero(names)),
        (
            "CLOSED_MEANWHILE",
            f"{lines} WHERE a.state = 'CLOSED' AND f.credits_fen + u.credits_fen > 0",
        ),
        (
            "INTEREST_PAID_IN_THE_YEAR",
            f"""
    WITH scope AS ({scope(names)})
    SELECT s.id FROM scope s
     WHERE EXISTS (SELECT 1 FROM ledger_posting p
             JOIN ledger_ledgeraccount e ON e.id = p.debit_id AND e.control_id IS NULL
            WHERE p.credit_id IN (s.flex_id, s.unit_id) AND p.component = 'INTEREST'
              AND p.value_date > {names.start} AND p.value_date < {names.end}
              AND NOT EXISTS (SELECT 1 FROM contributions_interestcredit k
                   WHERE k.entry_id = p.entry_id))""",
        ),
    ]
    subsidy = names.terms.subsidy
    if subsidy is not None and subsidy.modes is not None:
        found.append(
            (
                "NO_AGREEMENT",
                f"""
    WITH scope AS ({scope(names)})
    SELECT s.id FROM scope s WHERE {mode(names, "s.id")} IS NULL""",
            )
        )
    return found


def _below_zero(names: Names) -> str:
    """Find accounts of which an origin held less than nothing at the end of some value date."""
    return f"""
    WITH scope AS ({scope(names)}),
    touched AS (
        SELECT s.* FROM scope s
          JOIN ledger_ledgeraccount f ON f.id = s.flex_id
          JOIN ledger_ledgeraccount u ON u.id = s.unit_id
         WHERE f.debits_fen > 0 OR u.debits_fen > 0),
    moves AS ({sides("touched", names.end)}),
    days AS (
        SELECT id, origin, date, SUM(credit_fen - debit_fen) AS fen
          FROM moves GROUP BY id, origin, date),
    walked AS (
        SELECT id, SUM(fen) OVER (PARTITION BY id, origin ORDER BY date) AS after_fen
          FROM days)
    SELECT DISTINCT id FROM walked WHERE after_fen < 0"""


def interest(names: Names) -> str:
    """Insert the interest of every account in scope: rounded once over both origins.

    A row of zeros per account stands among the movements, so that accounts without money get
    their item too, and nothing has to be joined back to the accounts.
    """
    terms = names.terms.interest
    assert terms is not None
    first = terms.weight(names.terms.start)
    double = 2 * terms.denominator
    parts = ["SELECT s.id, s.member_id, 0 AS weighted, 0 AS fen, 1 AS is_flex FROM scope s"]
    for line in ("flex", "unit"):
        for side, sign in (("credit", ""), ("debit", "-")):
            parts.append(f"""
        SELECT s.id, s.member_id,
               {sign}p.amount_fen * COALESCE(d.interest_weight, {first}) AS weighted,
               {sign}p.amount_fen AS fen, {1 if line == "flex" else 0} AS is_flex
          FROM scope s JOIN ledger_posting p ON p.{side}_id = s.{line}_id
               AND p.value_date <= {names.end}
          LEFT JOIN settlement_runday d ON d.run_id = {names.run} AND d.date = p.value_date""")
            parts.append(_credited_before(names, line, side, first))
    return f"""
    INSERT INTO settlement_settlementitem
        (run_id, year, member_account_id, member_id, kind, amount_fen, base_fen)
    WITH scope AS ({scope(names)}),
    credited AS ({_credited(names)}),
    moves AS ({" UNION ALL ".join(parts)}),
    sums AS (
        SELECT id, member_id,
               CAST(SUM(CASE WHEN is_flex = 1 THEN weighted ELSE 0 END) AS bigint) AS flex_n,
               CAST(SUM(CASE WHEN is_flex = 1 THEN 0 ELSE weighted END) AS bigint) AS unit_n,
               CAST(SUM(CASE WHEN is_flex = 1 THEN fen ELSE 0 END) AS bigint) AS flex_fen,
               CAST(SUM(CASE WHEN is_flex = 1 THEN 0 ELSE fen END) AS bigint) AS unit_fen
          FROM moves GROUP BY id, member_id),
    earned AS (
        SELECT id, member_id, flex_fen, unit_fen,
               (2 * unit_n + {terms.denominator}) / {double} AS unit_interest,
               (2 * (flex_n + unit_n) + {terms.denominator}) / {double} AS interest
          FROM sums WHERE flex_n >= 0 AND unit_n >= 0)
    SELECT {names.run}, {names.terms.year}, id, member_id, 'INTEREST_FLEX',
           interest - unit_interest, flex_fen FROM earned
    UNION ALL
    SELECT {names.run}, {names.terms.year}, id, member_id, 'INTEREST_UNIT',
           unit_interest, unit_fen FROM earned WHERE unit_interest > 0"""


def _credited(names: Names) -> str:
    """Select the few accounts whose interest was credited within the year, as before an exit.

    The last credit of the year counts; CROSS JOIN makes SQLite begin with the credits.
    """
    source = """contributions_interestcredit k CROSS JOIN accounts_memberaccount a
               CROSS JOIN settlement_runday c"""
    return f"""
        SELECT a.id, a.member_id, a.flex_ledger_account_id AS flex_id,
               a.unit_ledger_account_id AS unit_id, k.business_date AS date, k.last_entry_id,
               c.interest_weight
          {_in_scope(names, source)} AND i.run_id <> {names.run})
           AND a.id = k.member_account_id AND {names.in_range("k.member_account_id")}
           AND c.run_id = {names.run} AND c.date = k.business_date
           AND k.business_date > {names.start} AND k.business_date <= {names.end}
           AND NOT EXISTS (SELECT 1 FROM contributions_interestcredit l
                WHERE l.member_account_id = k.member_account_id
                  AND l.business_date > k.business_date AND l.business_date <= {names.end})"""


def _credited_before(names: Names, line: str, side: str, first: int) -> str:
    """Take back the days up to a credit within the year, of the entries that it counted."""
    sign = "-" if side == "credit" else ""
    weight = f"COALESCE(d.interest_weight, {first})"
    return f"""
        SELECT k.id, k.member_id,
               {sign}p.amount_fen * ({weight} - k.interest_weight) AS weighted,
               0 AS fen, {1 if line == "flex" else 0} AS is_flex
          FROM credited k JOIN ledger_posting p ON p.{side}_id = k.{line}_id
               AND p.value_date < k.date AND p.entry_id <= k.last_entry_id
          LEFT JOIN settlement_runday d ON d.run_id = {names.run} AND d.date = p.value_date"""


def mode(names: Names, account: str) -> str:
    """Write the mode of the agreement in effect on 30 June."""
    return f"""(SELECT g.mode FROM accounts_agreement g
            WHERE g.member_account_id = {account} AND g.effective_month <= {names.end}
              AND g.signed_date <= {names.end}
            ORDER BY g.version DESC LIMIT 1)"""


def months(names: Names) -> str:
    """Write the tables of covered months: how many, the longest run, the first month missing."""
    return f"""
    covered AS (
        SELECT c.member_account_id AS id, {names.month_number("c.month")} AS no
          FROM contributions_coverage c
          LEFT JOIN contributions_deposit p ON p.id = c.deposit_id
         WHERE c.is_active AND c.month <= {names.end}
           AND (c.deposit_id IS NULL OR p.business_date <= {names.end})
           AND {names.in_range("c.member_account_id")}),
    numbered AS (
        SELECT id, no, no - ROW_NUMBER() OVER (PARTITION BY id ORDER BY no) AS stretch
          FROM covered),
    stretches AS (
        SELECT id, COUNT(*) AS length, MIN(no) AS first_no
          FROM numbered GROUP BY id, stretch),
    months AS (
        SELECT id, SUM(length) AS total, MAX(length) AS longest,
               MIN(first_no + length) AS gap_no
          FROM stretches GROUP BY id)"""


def opening_subsidy(names: Names) -> str:
    """Insert the opening subsidy of those who meet its conditions and never had it.

    CROSS JOIN keeps the order in which SQLite joins: from the months to their account, and not
    through all months once per account. To PostgreSQL it is any join.
    """
    terms = names.terms.opening
    assert terms is not None
    left = f"{names.ymd('b.left_school_date')} + {terms.graduate_years * 10000}"
    return f"""
    INSERT INTO settlement_settlementitem
        (run_id, year, member_account_id, member_id, kind, amount_fen, base_fen)
    WITH settled AS ({scope(names)}), {months(names)}
    SELECT {names.run}, {names.terms.year}, s.id, s.member_id, 'OPENING_SUBSIDY',
           {terms.amount_fen}, 0
      FROM months m CROSS JOIN settled s CROSS JOIN accounts_member b
     WHERE s.id = m.id AND b.id = s.member_id
       AND s.first_time AND m.total >= {terms.full_months}
       AND b.subsidy_category IN ({codes(terms.categories)})
       AND (b.subsidy_category <> 'GRADUATE' OR b.left_school_date IS NULL
            OR {names.ymd("s.opened_date")} <= {left})
       AND {_never_granted(names)}
       AND NOT EXISTS (SELECT 1 FROM contributions_carriedrecord r
             JOIN accounts_memberaccount k ON k.id = r.member_account_id
            WHERE r.opening_subsidy AND r.counts_in_subsidy AND r.business_date <= {names.end}
              AND k.member_id = s.member_id)
       AND NOT EXISTS (SELECT 1 FROM subsidies_earliersubsidy e
            WHERE e.member_id = s.member_id AND e.opening_subsidy_fen > 0)"""


def _never_granted(names: Names) -> str:
    """Write the condition that a person has no opening subsidy, or none that was left to them."""
    if not names.adjusted:
        return """NOT EXISTS (SELECT 1 FROM settlement_settlementitem o
            WHERE o.kind = 'OPENING_SUBSIDY' AND o.kind IN ('SUBSIDY', 'OPENING_SUBSIDY')
              AND o.member_id = s.member_id)"""
    granted = given(names, "OPENING_SUBSIDY", "i.member_id, i.amount_fen")
    return f"""NOT EXISTS (SELECT 1 FROM ({granted}) o
            WHERE o.member_id = s.member_id GROUP BY o.member_id HAVING SUM(o.amount_fen) > 0)"""


def postings(names: Names, kind: str, entry: int, expense: int, component: str) -> str:
    """Insert a posting per account: the expense to the debit, the member's line to the credit."""
    line = "unit_ledger_account_id" if kind == "INTEREST_UNIT" else "flex_ledger_account_id"
    return f"""
    INSERT INTO ledger_posting
        (entry_id, seq, debit_id, credit_id, amount_fen, component, value_date)
    SELECT {entry}, ROW_NUMBER() OVER (ORDER BY i.member_account_id), {expense}, a.{line},
           i.amount_fen, '{component}', {names.end}
      FROM settlement_settlementitem i
      JOIN accounts_memberaccount a ON a.id = i.member_account_id
     WHERE i.run_id = {names.run} AND i.year = {names.terms.year} AND i.kind = '{kind}'
       AND i.amount_fen > 0 AND {names.in_range("i.member_account_id")}"""


def line_totals(entries: Iterable[int]) -> str:
    """Move the running totals of the lines the entries credit."""
    return f"""
    UPDATE ledger_ledgeraccount SET credits_fen = ledger_ledgeraccount.credits_fen + t.fen
      FROM (SELECT p.credit_id, CAST(SUM(p.amount_fen) AS bigint) AS fen FROM ledger_posting p
             WHERE p.entry_id IN ({", ".join(str(entry) for entry in entries)})
             GROUP BY p.credit_id) t
     WHERE ledger_ledgeraccount.id = t.credit_id"""


def totals(names: Names) -> str:
    """Count and add up what the run has given in the shard, per kind."""
    return f"""
    SELECT kind, COUNT(*), COUNT(CASE WHEN amount_fen > 0 THEN 1 END),
           CAST(SUM(amount_fen) AS bigint)
      FROM settlement_settlementitem i
     WHERE i.run_id = {names.run} AND i.year = {names.terms.year}
       AND {names.in_range("i.member_account_id")}
     GROUP BY kind"""
