"""The statement that gives a shard its contribution subsidies, switch by switch of the policy.

It follows ``subsidies.rules`` and ``subsidies.lots``, set by set instead of person by person.
"""

from settlement.bulk_sql import Names, codes, given, mode, months, scope, sides
from settlement.terms import SubsidyTerms, day_number

# What is carried along with each lot, so that nothing has to be joined back to the accounts.
_CARRY = "member_id, paid_end, paid_number, credited_fen, times"


def subsidy(names: Names) -> str:
    """Insert the contribution subsidy of every account that this run has given interest."""
    terms = names.terms.subsidy
    assert terms is not None
    needs_months = terms.gap_stops or terms.required_months is not None
    tables = [f"settled AS ({scope(names)})", _credited(names)]
    if needs_months:
        tables.append(months(names))
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
        SELECT l.id, l.member_id, l.credited_fen,
               CAST(SUM(l.fen * ({_weight(names, terms)})) AS bigint) AS n,
               CAST(SUM(l.fen) AS bigint) AS base
          FROM lots l
          JOIN settlement_runday d ON d.run_id = {names.run} AND d.date = l.date
         WHERE {_counts(names, terms)} GROUP BY l.id, l.member_id, l.credited_fen),
    amounts AS (SELECT id, member_id, credited_fen, base, {amount} AS amount FROM sums)
    SELECT {names.run}, {names.terms.year}, id, member_id, 'SUBSIDY', {paid}, base
      FROM amounts WHERE amount > 0"""


def _credited(names: Names) -> str:
    """Write the table of what each person has been given in earlier years, by any account.

    What another system had credited before a takeover counts in, and what a member brought along
    from another centre or account.
    """
    return f"""
    credits AS ({_net_credits(names) if names.adjusted else _plain_credits(names)}
        UNION ALL
        SELECT b.member_id, b.credits, b.credited_fen FROM subsidies_earliersubsidy b
         WHERE b.member_id IN (SELECT member_id FROM settled)
        UNION ALL
        SELECT a.member_id, c.subsidy_credits, c.subsidy_fen FROM contributions_carriedrecord c
          JOIN accounts_memberaccount a ON a.id = c.member_account_id
         WHERE c.counts_in_subsidy AND c.business_date <= {names.end}
           AND a.member_id IN (SELECT member_id FROM settled)),
    credited AS (
        SELECT member_id, CAST(SUM(times) AS bigint) AS times, CAST(SUM(fen) AS bigint) AS fen
          FROM credits GROUP BY member_id)"""


def _plain_credits(names: Names) -> str:
    return f"""
        SELECT i.member_id, 1 AS times, i.amount_fen AS fen
          FROM settlement_settlementitem i
         WHERE i.kind = 'SUBSIDY' AND i.kind IN ('SUBSIDY', 'OPENING_SUBSIDY')
           AND i.year < {names.terms.year}
           AND i.member_id IN (SELECT member_id FROM settled)"""


def _net_credits(names: Names) -> str:
    """Write credits with what corrections changed; one that was taken back wholly is none."""
    columns = "i.member_id, i.member_account_id, i.year, i.amount_fen"
    return f"""
        SELECT g.member_id, 1 AS times, SUM(g.amount_fen) AS fen
          FROM ({given(names, "SUBSIDY", columns)}) g
         WHERE g.year < {names.terms.year}
           AND g.member_id IN (SELECT member_id FROM settled)
         GROUP BY g.member_id, g.member_account_id, g.year
        HAVING SUM(g.amount_fen) > 0"""


def _entitled(names: Names, terms: SubsidyTerms, needs_months: bool) -> str:
    """Write the table of who earns, with the day up to which is paid and its number."""
    tests = ["s.lost = 0"]
    if terms.first_time:
        tests.append("s.first_time")
    if terms.modes is not None:
        tests.append(f"{mode(names, 's.id')} IN ({codes(terms.modes)})")
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
        SELECT id, MIN(date) AS date
          FROM ({sides("settled", names.end, more=_not_reversed(names))}) v
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
    # Newest first, an entry and its reversal on the same day leave no trace; oldest first they do.
    touched = " AND s.touched = 1" + ("" if terms.newest_first else _not_reversed(names))
    return f"""
    lots AS (
        SELECT id, {_CARRY}, {date} AS date, credit_fen AS fen
          FROM ({sides("entitled", "s.paid_end", since=since, more=plain, carry=_CARRY)}) v
         WHERE v.credit_fen > 0 AND v.origin IN ({origins})
        UNION ALL
        SELECT id, {_CARRY}, date, {bound} AS fen FROM (
            SELECT id, {_CARRY}, origin, date, into_fen, {left} AS left_fen FROM (
                SELECT id, {_CARRY}, origin, date, into_fen, out_fen,
                       SUM(into_fen - out_fen) OVER (
                           PARTITION BY id, origin ORDER BY date) AS after_fen
                  FROM (SELECT id, {_CARRY}, origin, {date} AS date,
                               SUM(credit_fen) AS into_fen, SUM(debit_fen) AS out_fen
                          FROM ({sides("entitled", "s.paid_end", more=touched, carry=_CARRY)}) v
                         WHERE v.origin IN ({origins})
                         GROUP BY id, {_CARRY}, origin, {date}) flows) walked) consumed
         WHERE left_fen > 0 AND into_fen > 0)"""


def _counts(names: Names, terms: SubsidyTerms) -> str:
    """Write which lots count."""
    if terms.scheme != "YEAR_NEW":
        return "d.matures_date <= l.paid_end"
    new = f"l.date > {names.start}"
    return f"({new} OR l.times = 0)" if terms.backpay_first_year else new


def _weight(names: Names, terms: SubsidyTerms) -> str:
    """Write how many days a fen of a lot earns."""
    if terms.scheme == "YEAR_NEW":
        return """CASE WHEN d.year_end_number < l.paid_number THEN d.year_end_number
            ELSE l.paid_number END - d.day_number"""
    start = day_number(terms, names.terms.start)
    if terms.full_year:
        return f"""CASE WHEN l.paid_end = {names.end} THEN {terms.year_days}
            ELSE l.paid_number - {start} END"""
    return f"""l.paid_number - CASE WHEN d.matures_number > {start} THEN d.matures_number
            ELSE {start} END"""


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
           AND {names.in_range("e.member_account_id")}{_still_stands(terms)}"""
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


def _still_stands(terms: SubsidyTerms) -> str:
    """Write the condition that an event was not taken back by its counterpart."""
    if not terms.undone_restores:
        return ""
    return """
           AND NOT EXISTS (SELECT 1 FROM accounts_memberevent u
                WHERE u.member_account_id = e.member_account_id
                  AND u.kind = e.kind || '_UNDONE' AND u.document_no = e.document_no)"""


def _not_reversed(names: Names) -> str:
    """Write the condition that a posting was not reversed and is no reversal."""
    undone = f"""FROM ledger_entry r
                WHERE r.centre_id = {names.centre} AND r.reversal_of_id IS NOT NULL"""
    return f"""
               AND p.entry_id NOT IN (SELECT r.id {undone} UNION ALL
                SELECT r.reversal_of_id {undone})"""
