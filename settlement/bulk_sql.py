"""The statements of a shard, for PostgreSQL and SQLite. Only whole numbers, only ranges of ids.

Every value put into a statement is an integer, a date or a code of the catalogue, never a text a
person has typed. Half-up division of a sum ``n >= 0`` by ``d`` is ``(2 * n + d) / (2 * d)``.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from settlement.terms import SubsidyTerms, Terms, day_number


@dataclass(frozen=True, slots=True)
class Names:
    """What the statements of one shard are about."""

    vendor: str
    centre: int
    run: int
    lo: int
    hi: int
    terms: Terms

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
    """Select the accounts to be settled: by dates, so that what happens later changes nothing."""
    return f"""
        SELECT a.id, a.member_id, a.flex_ledger_account_id AS flex_id,
               a.unit_ledger_account_id AS unit_id
          {in_scope(names)}"""


def in_scope(names: Names) -> str:
    """Write where the accounts to be settled are found."""
    return f"""FROM accounts_memberaccount a
         WHERE a.centre_id = {names.centre} AND {names.in_range("a.id")}
           AND a.opened_date <= {names.end}
           AND (a.closed_date IS NULL OR a.closed_date > {names.end})
           AND NOT EXISTS (SELECT 1 FROM settlement_settlementitem i
                WHERE i.member_account_id = a.id AND i.year = {names.terms.year}
                  AND i.kind = 'INTEREST_FLEX')
           AND NOT EXISTS (SELECT 1 FROM settlement_settlementexception x
                WHERE x.run_id = {names.run} AND x.member_account_id = a.id)"""


def _sides(accounts: str, until: str, *, since: str = "", more: str = "") -> str:
    """Select signed movements of both lines with the origin of their money."""
    flex = "CASE p.component WHEN 'PRINCIPAL' THEN 'FLEX' ELSE p.component END"
    unit = "CASE WHEN p.component IN ('PRINCIPAL', 'TRANSFER_IN') THEN 'UNIT' ELSE p.component END"
    parts = []
    for line, origin in (("flex_id", flex), ("unit_id", unit)):
        for side in ("credit", "debit"):
            amount = "p.amount_fen, 0" if side == "credit" else "0, p.amount_fen"
            into, out = amount.split(", ")
            parts.append(f"""
        SELECT s.id, {origin} AS origin, p.value_date AS date,
               {into} AS credit_fen, {out} AS debit_fen
          FROM {accounts} s JOIN ledger_posting p ON p.{side}_id = s.{line}
               AND p.value_date <= {until}{since}{more}""")
    return " UNION ALL ".join(parts)


def exceptions(names: Names) -> list[tuple[str, str]]:
    """Write, for each code, the statement that finds the accounts to be left out."""
    limit = names.terms.largest_fen
    found = [
        (
            "AMOUNT_TOO_LARGE",
            f"""
    WITH scope AS ({scope(names)})
    SELECT s.id FROM scope s
      JOIN ledger_ledgeraccount f ON f.id = s.flex_id
      JOIN ledger_ledgeraccount u ON u.id = s.unit_id
     WHERE f.credits_fen > {limit} OR u.credits_fen > {limit}
        OR f.credits_fen + u.credits_fen > {limit}""",
        ),
        (
            "TAKEN_BEFORE_PAID_IN",
            f"""
    WITH scope AS ({scope(names)}),
    touched AS (
        SELECT s.* FROM scope s
          JOIN ledger_ledgeraccount f ON f.id = s.flex_id
          JOIN ledger_ledgeraccount u ON u.id = s.unit_id
         WHERE f.debits_fen > 0 OR u.debits_fen > 0),
    moves AS ({_sides("touched", names.end)}),
    days AS (
        SELECT id, origin, date, SUM(credit_fen - debit_fen) AS fen
          FROM moves GROUP BY id, origin, date),
    walked AS (
        SELECT id, SUM(fen) OVER (PARTITION BY id, origin ORDER BY date) AS after_fen
          FROM days)
    SELECT DISTINCT id FROM walked WHERE after_fen < 0""",
        ),
        (
            "CLOSED_MEANWHILE",
            f"""
    WITH scope AS ({scope(names)})
    SELECT s.id FROM scope s
      JOIN accounts_memberaccount a ON a.id = s.id AND a.state = 'CLOSED'
      JOIN ledger_ledgeraccount f ON f.id = s.flex_id
      JOIN ledger_ledgeraccount u ON u.id = s.unit_id
     WHERE f.credits_fen + u.credits_fen > 0""",
        ),
        (
            "INTEREST_PAID_IN_THE_YEAR",
            f"""
    WITH scope AS ({scope(names)})
    SELECT s.id FROM scope s
     WHERE EXISTS (SELECT 1 FROM ledger_posting p
             JOIN ledger_ledgeraccount e ON e.id = p.debit_id AND e.control_id IS NULL
            WHERE p.credit_id IN (s.flex_id, s.unit_id) AND p.component = 'INTEREST'
              AND p.value_date > {names.start} AND p.value_date < {names.end})""",
        ),
    ]
    subsidy = names.terms.subsidy
    if subsidy is not None and subsidy.modes is not None:
        found.append(
            (
                "NO_AGREEMENT",
                f"""
    WITH scope AS ({scope(names)})
    SELECT s.id FROM scope s WHERE {_mode(names, "s.id")} IS NULL""",
            )
        )
    return found


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
    return f"""
    INSERT INTO settlement_settlementitem
        (run_id, year, member_account_id, member_id, kind, amount_fen, base_fen)
    WITH scope AS ({scope(names)}),
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


def _settled(names: Names) -> str:
    """Select the accounts that this run has given interest in the shard."""
    return f"""
        SELECT a.id, a.member_id, a.opened_date, a.first_time,
               a.flex_ledger_account_id AS flex_id, a.unit_ledger_account_id AS unit_id
          FROM settlement_settlementitem i
          JOIN accounts_memberaccount a ON a.id = i.member_account_id
         WHERE i.run_id = {names.run} AND i.year = {names.terms.year}
           AND i.kind = 'INTEREST_FLEX' AND {names.in_range("i.member_account_id")}"""


def _mode(names: Names, account: str) -> str:
    """Write the mode of the agreement in effect on 30 June."""
    return f"""(SELECT g.mode FROM accounts_agreement g
            WHERE g.member_account_id = {account} AND g.effective_month <= {names.end}
              AND g.signed_date <= {names.end}
            ORDER BY g.version DESC LIMIT 1)"""


def _months(names: Names) -> str:
    """Write the tables of covered months: how many, the longest run, the first month missing."""
    return f"""
    covered AS (
        SELECT c.member_account_id AS id, {names.month_number("c.month")} AS no
          FROM contributions_coverage c
          JOIN contributions_deposit p ON p.id = c.deposit_id AND p.business_date <= {names.end}
         WHERE c.is_active AND c.month <= {names.end}
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


def _stops(names: Names, terms: SubsidyTerms) -> str:
    """Write the accounts with the day up to which is paid, and whether all is lost.

    Each account stands among the events with the 30 June itself: SQLite would otherwise look
    through all events once per account.
    """
    loses = "0" if terms.pays_then_stops else "e.loses"
    events = f"""
        SELECT e.member_account_id AS id, e.date,
               CASE WHEN e.kind IN ({codes(terms.loses)}) THEN 1 ELSE 0 END AS loses
          FROM accounts_memberevent e
         WHERE e.kind IN ({codes((*terms.loses, *terms.pro_rata))}) AND e.date <= {names.end}
           AND {names.in_range("e.member_account_id")}"""
    if terms.gap_stops:
        june = names.terms.end.year * 12 + 6
        events += f"""
        UNION ALL
        SELECT id, {names.first_of_month("gap_no")}, 1 FROM months WHERE gap_no <= {june}"""
    return f"""
    events AS ({events}),
    dated AS (
        SELECT s.id, s.member_id, s.first_time, s.flex_id, s.unit_id, 1 AS is_settled,
               {names.end} AS date, 0 AS loses
          FROM settled s
        UNION ALL
        SELECT a.id, a.member_id, a.first_time, a.flex_ledger_account_id,
               a.unit_ledger_account_id, 0, e.date, e.loses
          FROM events e JOIN accounts_memberaccount a ON a.id = e.id),
    stops AS (
        SELECT e.id, e.member_id, e.first_time, e.flex_id, e.unit_id, MIN(e.date) AS paid_end,
               MAX(CASE WHEN e.date <= {names.start} OR {loses} = 1 THEN 1 ELSE 0 END) AS lost
          FROM dated e
         GROUP BY e.id, e.member_id, e.first_time, e.flex_id, e.unit_id
        HAVING MAX(e.is_settled) = 1)"""


def subsidy(names: Names) -> str:
    """Insert the contribution subsidy of every account that this run has given interest."""
    terms = names.terms.subsidy
    assert terms is not None
    needs_months = terms.gap_stops or terms.required_months is not None
    tables = [f"settled AS ({_settled(names)})", _credited(names)]
    if needs_months:
        tables.append(_months(names))
    if not terms.years_from_first_credit:
        tables.append(_firsts(names, terms))
    tables += [_stops(names, terms), _entitled(names, terms, needs_months), _lots(names, terms)]
    amount = f"(2 * n * {terms.rate_numerator} + {terms.denominator}) / {2 * terms.denominator}"
    paid = "amount"
    if terms.cap_fen is not None:
        left = f"{terms.cap_fen} - credited_fen"
        paid = f"CASE WHEN amount > {left} THEN {left} ELSE amount END"
    return f"""
    INSERT INTO settlement_settlementitem
        (run_id, year, member_account_id, member_id, kind, amount_fen, base_fen)
    WITH {", ".join(tables)},
    sums AS (
        SELECT l.id, CAST(SUM(l.fen * ({_weight(names, terms)})) AS bigint) AS n,
               CAST(SUM(l.fen) AS bigint) AS base
          FROM lots l JOIN entitled e ON e.id = l.id
          JOIN settlement_runday d ON d.run_id = {names.run} AND d.date = l.date
         WHERE {_counts(names, terms)} GROUP BY l.id),
    amounts AS (SELECT id, base, {amount} AS amount FROM sums)
    SELECT {names.run}, {names.terms.year}, e.id, e.member_id, 'SUBSIDY', {paid}, x.base
      FROM amounts x JOIN entitled e ON e.id = x.id WHERE x.amount > 0"""


def _credited(names: Names) -> str:
    """Write the table of what each person has been given in earlier years, by any account."""
    return f"""
    credited AS (
        SELECT i.member_id, COUNT(*) AS times, CAST(SUM(i.amount_fen) AS bigint) AS fen
          FROM settlement_settlementitem i
         WHERE i.kind = 'SUBSIDY' AND i.kind IN ('SUBSIDY', 'OPENING_SUBSIDY')
           AND i.year < {names.terms.year}
           AND i.member_id IN (SELECT member_id FROM settled)
         GROUP BY i.member_id)"""


def _entitled(names: Names, terms: SubsidyTerms, needs_months: bool) -> str:
    """Write the table of who earns, with the day up to which is paid and its number."""
    tests = ["s.lost = 0"]
    if terms.first_time:
        tests.append("s.first_time")
    if terms.modes is not None:
        tests.append(f"{_mode(names, 's.id')} IN ({codes(terms.modes)})")
    if terms.required_months is not None:
        seen = "m.longest" if terms.consecutive else "m.total"
        tests.append(f"COALESCE({seen}, 0) >= {terms.required_months}")
    if terms.cap_fen is not None:
        tests.append(f"COALESCE(c.fen, 0) < {terms.cap_fen}")
    if terms.maximum_credits is not None:
        used = "COALESCE(c.times, 0)" if terms.years_from_first_credit else _years_used(names)
        tests.append(f"{used} < {terms.maximum_credits}")
    months = "LEFT JOIN months m ON m.id = s.id" if needs_months else ""
    return f"""
    entitled AS (
        SELECT s.id, s.member_id, s.flex_id, s.unit_id, s.paid_end,
               (SELECT d.day_number FROM settlement_runday d
                 WHERE d.run_id = {names.run} AND d.date = s.paid_end) AS paid_number,
               COALESCE(c.fen, 0) AS credited_fen, COALESCE(c.times, 0) AS times,
               CASE WHEN f.debits_fen + u.debits_fen > 0 THEN 1 ELSE 0 END AS touched
          FROM stops s
          JOIN ledger_ledgeraccount f ON f.id = s.flex_id
          JOIN ledger_ledgeraccount u ON u.id = s.unit_id
          LEFT JOIN credited c ON c.member_id = s.member_id
          {months}
         WHERE {" AND ".join(tests)})"""


def _firsts(names: Names, terms: SubsidyTerms) -> str:
    """Write the table of the day on which each account's first counting money came."""
    return f"""
    firsts AS (
        SELECT id, MIN(date) AS date FROM ({_sides("settled", names.end)}) v
         WHERE v.credit_fen > 0 AND v.origin IN ({codes(terms.origins)}) GROUP BY id)"""


def _years_used(names: Names) -> str:
    """Write the settlements since the account's first money became old enough."""
    return f"""COALESCE((SELECT {names.terms.year} - q.matures_year
             FROM firsts r JOIN settlement_runday q ON q.date = r.date
            WHERE r.id = s.id AND q.run_id = {names.run}
              AND q.matures_date <= {names.end}), 0)"""


def _lots(names: Names, terms: SubsidyTerms) -> str:
    """Write the table of lots: what is left, at the day up to which is paid, of each credit.

    Where nothing was ever taken out, lots are the credits. Else the running balance B of an
    origin tells: of the credits of a day is left, newest money consumed first, the least of all
    later B less the B before that day; oldest first, all credits so far less all debits.
    """
    origins = codes(terms.origins)
    lump = names.day(names.terms.lump_until)
    date = f"CASE WHEN v.date < {lump} THEN {lump} ELSE v.date END"
    if terms.newest_first:
        left = """MIN(after_fen) OVER (PARTITION BY id, origin ORDER BY date
               ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
               - (after_fen - into_fen + out_fen)"""
        bound = "left_fen"
    else:
        left = """SUM(into_fen) OVER (PARTITION BY id, origin ORDER BY date)
               - SUM(out_fen) OVER (PARTITION BY id, origin)"""
        bound = "CASE WHEN left_fen > into_fen THEN into_fen ELSE left_fen END"
    since = ""
    if terms.scheme == "YEAR_NEW" and not terms.backpay_first_year:
        since = f" AND p.value_date > {names.start}"
    plain = " AND s.touched = 0"
    touched = " AND s.touched = 1"
    return f"""
    lots AS (
        SELECT id, {date} AS date, credit_fen AS fen
          FROM ({_sides("entitled", "s.paid_end", since=since, more=plain)}) v
         WHERE v.credit_fen > 0 AND v.origin IN ({origins})
        UNION ALL
        SELECT id, date, {bound} AS fen FROM (
            SELECT id, origin, date, into_fen, {left} AS left_fen FROM (
                SELECT id, origin, date, into_fen, out_fen,
                       SUM(into_fen - out_fen) OVER (
                           PARTITION BY id, origin ORDER BY date) AS after_fen
                  FROM (SELECT id, origin, {date} AS date,
                               SUM(credit_fen) AS into_fen, SUM(debit_fen) AS out_fen
                          FROM ({_sides("entitled", "s.paid_end", more=touched)}) v
                         WHERE v.origin IN ({origins})
                         GROUP BY id, origin, {date}) flows) walked) consumed
         WHERE left_fen > 0 AND into_fen > 0)"""


def _counts(names: Names, terms: SubsidyTerms) -> str:
    """Write which lots count."""
    if terms.scheme != "YEAR_NEW":
        return "d.matures_date <= e.paid_end"
    new = f"l.date > {names.start}"
    return f"({new} OR e.times = 0)" if terms.backpay_first_year else new


def _weight(names: Names, terms: SubsidyTerms) -> str:
    """Write how many days a fen of a lot earns."""
    if terms.scheme == "YEAR_NEW":
        return """CASE WHEN d.year_end_number < e.paid_number THEN d.year_end_number
            ELSE e.paid_number END - d.day_number"""
    start = day_number(terms, names.terms.start)
    if terms.full_year:
        return f"""CASE WHEN e.paid_end = {names.end} THEN {terms.year_days}
            ELSE e.paid_number - {start} END"""
    return f"""e.paid_number - CASE WHEN d.matures_number > {start} THEN d.matures_number
            ELSE {start} END"""


def opening_subsidy(names: Names) -> str:
    """Insert the opening subsidy of those who meet its conditions and never had it."""
    terms = names.terms.opening
    assert terms is not None
    left = f"{names.ymd('b.left_school_date')} + {terms.graduate_years * 10000}"
    return f"""
    INSERT INTO settlement_settlementitem
        (run_id, year, member_account_id, member_id, kind, amount_fen, base_fen)
    WITH settled AS ({_settled(names)}), {_months(names)}
    SELECT {names.run}, {names.terms.year}, s.id, s.member_id, 'OPENING_SUBSIDY',
           {terms.amount_fen}, 0
      FROM settled s JOIN accounts_member b ON b.id = s.member_id
      JOIN months m ON m.id = s.id
     WHERE s.first_time AND m.total >= {terms.full_months}
       AND b.subsidy_category IN ({codes(terms.categories)})
       AND (b.subsidy_category <> 'GRADUATE' OR b.left_school_date IS NULL
            OR {names.ymd("s.opened_date")} <= {left})
       AND NOT EXISTS (SELECT 1 FROM settlement_settlementitem o
            WHERE o.kind = 'OPENING_SUBSIDY' AND o.kind IN ('SUBSIDY', 'OPENING_SUBSIDY')
              AND o.member_id = s.member_id)"""


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


def unsettled(names: Names) -> str:
    """Find accounts in scope that were neither settled nor left out for a named reason."""
    return f"SELECT a.id {in_scope(names)}"
