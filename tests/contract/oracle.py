"""A second opinion on the arithmetic: written from the contract, sharing no line with the product.

Everything is plain Python: Fractions between roundings, fen as int, dates as date, rates as a
Fraction of one. The numbers of law below are typed in from the texts.
"""

import datetime as dt
from calendar import monthrange
from fractions import Fraction

DEPOSIT_RATE = Fraction("0.015")
YANTAI_RATE, LIANYUNGANG_RATE, KASHGAR_RATE = Fraction("0.012"), Fraction("0.01"), Fraction("0.005")
LIANYUNGANG_CAP = 10_000_00
YANTAI_YEARS = 5
THIRTY = "30/360"


def to_fen(text):
    """Read a yuan string of the wire."""
    return int(Fraction(text) * 100)


def to_yuan(fen):
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def half_up(value):
    """Round to an integer, halves away from zero."""
    whole, rest = divmod(abs(Fraction(value)), 1)
    size = int(whole) + (1 if rest >= Fraction(1, 2) else 0)
    return size if value >= 0 else -size


def last_day(day):
    return monthrange(day.year, day.month)[1]


def days(start, end, convention=THIRTY):
    """Start included, end excluded; in 30/360 the last day of any month is day 30."""
    if convention != THIRTY:
        return (end - start).days
    first, second = (30 if one.day == last_day(one) else one.day for one in (start, end))
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + second - first


def years(start, end, convention=THIRTY):
    basis = {THIRTY: 360, "ACT/360": 360, "ACT/365": 365}[convention]
    return Fraction(days(start, end, convention), basis)


def months_on(day, months, due_day=None):
    """The same day some months later; a short month uses its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(due_day or day.day, monthrange(year, month + 1)[1]))


def settlement_before(day):
    """The 30 June that ended the last fund year before the one of a day."""
    june = dt.date(day.year, 6, 30)
    return june if june < day else dt.date(day.year - 1, 6, 30)


# --- interest ------------------------------------------------------------------------------------


def interest(settled_on, opening, movements, rate=DEPOSIT_RATE, convention=THIRTY):
    """Return (interest, closing balance); one rounding of the whole."""
    products = opening * years(settlement_before(settled_on), settled_on, convention)
    products += sum(
        (fen * years(day, settled_on, convention) for day, fen in movements), Fraction(0)
    )
    earned = half_up(products * rate)
    return earned, opening + sum(fen for _, fen in movements) + earned


# --- subsidies -----------------------------------------------------------------------------------


def lots_left(movements, on, origins):
    """(date, fen) of the positive movements up to a day; negative ones consume the newest first."""
    lots = []
    for day, fen, origin in sorted(movements, key=lambda one: (one[0], one[1] < 0)):
        if day > on:
            continue
        if fen > 0:
            lots.append([day, fen, origin])
            continue
        owed = -fen
        for lot in reversed(lots):
            taken = min(lot[1], owed)
            lot[1] -= taken
            owed -= taken
    return [(day, fen) for day, fen, origin in lots if fen and origin in origins]


def aged_subsidy(lots, settled_on, rate, *, reading, convention=THIRTY, until=None):
    """Money that is a year old. `until` ends the year early: the day a loan was disbursed.

    FULL_YEAR pays the whole year whatever the age beyond one; AFTER_ANNIVERSARY the days since the
    anniversary or the last settlement. Returns (subsidy unrounded, money that counted).
    """
    before, end = settlement_before(settled_on), until or settled_on
    old = [(day, fen) for day, fen in lots if months_on(day, 12) <= end]
    if reading == "AFTER_ANNIVERSARY":
        shares = [fen * years(max(before, months_on(day, 12)), end, convention) for day, fen in old]
    else:
        share = Fraction(1) if until is None else years(before, until, convention)
        shares = [fen * share for _, fen in old]
    return sum(shares, Fraction(0)) * rate, sum(fen for _, fen in old)


def new_money_subsidy(lots, settled_on, rate=KASHGAR_RATE, convention=THIRTY):
    """Kashgar: the fund year's own new money, from its day of credit to 30 June."""
    before = settlement_before(settled_on)
    new = [(day, fen) for day, fen in lots if before < day <= settled_on]
    products = sum((fen * years(day, settled_on, convention) for day, fen in new), Fraction(0))
    return products * rate, sum(fen for _, fen in new)


def capped(fen, credited_before, cap=LIANYUNGANG_CAP):
    return min(fen, max(cap - credited_before, 0))


def opening_subsidy(opened_on, first_time, category, left_school_on, full_months, granted_before):
    """Kashgar 六(3): 100 yuan, once."""
    group = category == "TALENT" or (
        category == "GRADUATE"
        and (left_school_on is None or opened_on <= months_on(left_school_on, 60))
    )
    granted = first_time and group and full_months >= 6 and not granted_before
    return 100_00 if granted else 0


# --- loans ---------------------------------------------------------------------------------------


def level_payment(principal, rate, terms):
    """等额本息."""
    monthly = rate / 12
    if monthly == 0:
        return half_up(Fraction(principal, terms))
    growth = (1 + monthly) ** terms
    return half_up(principal * monthly * growth / (growth - 1))


def capacity(cap, rate, terms, method):
    """The largest principal, in fen and unrounded, whose first instalment is at most the cap."""
    monthly = rate / 12
    if method == "LEVEL_PRINCIPAL":
        return cap / (Fraction(1, terms) + monthly)
    if monthly == 0:
        return Fraction(cap * terms)
    growth = (1 + monthly) ** terms
    return cap * (growth - 1) / (monthly * growth)


def quota_multiplier(average, reading="TABLE"):
    """Kashgar 五: below 1,000 / up to 2,500 / above; the table counts 1,000 itself as below."""
    first = average <= 1000_00 if reading == "TABLE" else average < 1000_00
    return 10 if first else 15 if average <= 2500_00 else 20


def kashgar_quota(applicants, price, income, rate, terms, method, uplift):
    """`applicants`: dicts of contributed, months, transferred_in, withdrawn (fen).

    Returns what the contract calls average_monthly, multiplier, formula, cap, price_limit,
    capacity, quota and binding, in fen.
    """
    average = sum(
        (Fraction(one["contributed"], one["months"]) for one in applicants if one["months"]),
        Fraction(0),
    )
    balance = sum(
        max(one["contributed"] + one["transferred_in"] - one["withdrawn"], 0) for one in applicants
    )
    multiplier = quota_multiplier(average)
    limits = {
        "formula": Fraction(balance * multiplier),
        "cap": Fraction(840_000_00 if uplift else 700_000_00),
        "price_limit": Fraction(price) * Fraction(80, 100),
        "capacity": capacity(Fraction(income) * Fraction(60, 100), rate, terms, method),
    }
    binding = min(limits, key=lambda name: limits[name])
    quota = int(limits[binding] // 1000_00) * 1000_00
    rounded = {name: half_up(value) for name, value in limits.items()}
    return rounded | {
        "average_monthly": half_up(average),
        "multiplier": multiplier,
        "quota": quota,
        "binding": binding,
    }


def split_interest(balance, start, end, rates):
    """Interest of a period in which the rate changes: a 30/360 part for each rate.

    `rates`: [(from, rate)], the first from the beginning of time.
    """
    total = Fraction(0)
    for place, (begins, rate) in enumerate(rates):
        ends = rates[place + 1][0] if place + 1 < len(rates) else dt.date.max
        first, last = max(start, begins), min(end, ends)
        if first < last:
            total += balance * rate * Fraction(days(first, last), 360)
    return total


def rate_on(day, rates):
    return [rate for begins, rate in rates if begins <= day][-1]


def schedule(principal, terms, method, disbursed_on, rates, due_day=None):
    """Rows of (number, due_on, principal, interest, payment, balance)."""
    due_day = due_day or disbursed_on.day
    rows, balance, start = [], principal, disbursed_on
    rate = rate_on(start, rates)
    level = level_payment(balance, rate, terms)
    share = half_up(Fraction(balance, terms))
    for number in range(1, terms + 1):
        due_on = months_on(disbursed_on, number, due_day)
        current = rate_on(start, rates)
        if current != rate:
            left = terms - number + 1
            rate, level = current, level_payment(balance, current, left)
            share = half_up(Fraction(balance, left))
        whole = half_up(balance * rate / 12)
        changes = any(start < begins < due_on for begins, _ in rates)
        broken = number == 1 and due_day != disbursed_on.day
        exact = split_interest(balance, start, due_on, rates)
        charged = half_up(exact) if changes or broken else whole
        regular = charged if changes else whole
        part = level - regular if method == "LEVEL_PAYMENT" else share
        part = balance if number == terms else min(max(part, 0), balance)
        balance -= part
        rows.append((number, due_on, part, charged, part + charged, balance))
        start = due_on
    return rows


def run_down(balance, rate, payment=None, share=None, terms=None):
    """Instalments (principal, interest) until nothing is owed: by payment, or by principal."""
    rows = []
    while balance > 0 and (terms is None or len(rows) < terms):
        charged = half_up(balance * rate / 12)
        part = share if payment is None else payment - charged
        is_last = terms is not None and len(rows) == terms - 1
        part = balance if is_last or part >= balance else part
        balance -= part
        rows.append((part, charged))
    return rows


def prepay(rows, rate, paid, amount, paid_on, option, method, disbursed_on, terms):
    """`rows` as of :func:`schedule` at one rate; nothing but the words of the contract."""
    last_on = rows[paid - 1][1] if paid else disbursed_on
    owed = rows[paid - 1][5] if paid else sum(row[2] for row in rows)
    principal = half_up(amount / (1 + rate * Fraction(days(last_on, paid_on), 360)))
    if principal > owed:
        return None
    balance, left = owed - principal, terms - paid
    level, share = rows[0][2] + half_up(sum(row[2] for row in rows) * rate / 12), rows[0][2]
    if method == "LEVEL_PAYMENT":
        level = level if option == "SHORTEN" else level_payment(balance, rate, left)
        new = run_down(balance, rate, payment=level, terms=left)
    else:
        share = share if option == "SHORTEN" else half_up(Fraction(balance, left))
        new = run_down(balance, rate, share=share, terms=left)
    return {
        "principal": principal,
        "interest": amount - principal,
        "balance": balance,
        "payment": 0 if not new else level if method == "LEVEL_PAYMENT" else sum(new[0]),
        "remaining_instalments": len(new),
        "last_payment": sum(new[-1]) if new else 0,
        "interest_saved": sum(row[3] for row in rows[paid:])
        - sum(charged for _, charged in new)
        - (amount - principal),
    }


def penalties(instalments, rate, paid_on):
    """`instalments`: [(principal, interest, due_on)]; half as much again, from the due day."""
    return [
        half_up((part + charged) * rate * Fraction(3, 2) * Fraction(days(due, paid_on), 360))
        for part, charged, due in instalments
    ]


def allocate(instalments, fines, payment):
    """Oldest instalment first; in each penalty, interest, principal. Returns (rows, rest)."""
    order = sorted(range(len(fines)), key=lambda place: instalments[place][2])
    rows = [(0, 0, 0)] * len(fines)
    for place in order:
        part, charged, _ = instalments[place]
        row = []
        for due in (fines[place], charged, part):
            row.append(min(due, payment))
            payment -= row[-1]
        rows[place] = tuple(row)
    return rows, payment
