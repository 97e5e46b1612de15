"""A second opinion on contribution, withdrawal, exit, dormancy and deadline, from the texts."""

import datetime as dt

from tests.contract.oracle import months_on

# centre: modes, least of a month, most of a month, least of one payment (fen)
CONTRIBUTION = {
    "bazhong": ({"MONTHLY", "FREE"}, 200_00, 6000_00, 200_00),
    "liaoning": ({"MONTHLY", "QUARTERLY", "HALF_YEARLY", "YEARLY"}, 200_00, 6000_00, 200_00),
    "lianyungang": ({"MONTHLY", "FREE"}, 0, 7570_80, 100_00),
    "yantai": ({"MONTHLY", "QUARTERLY"}, 201_00, 6512_00, 201_00),
    "kashgar": ({"MONTHLY", "FREE"}, 162_00, 5950_00, 162_00),
}
CYCLE = {"MONTHLY": 1, "QUARTERLY": 3, "HALF_YEARLY": 6, "YEARLY": 12}


def number(day):
    return day.year * 12 + day.month - 1


def printed(month):
    return f"{month // 12}-{month % 12 + 1:02d}"


def contribution(centre, mode, monthly, payment, paid_month, paid_year, covered_until, on):
    """Return (allowed, months, from, until) of a contribution; months are counted from year 0."""
    modes, least, most, least_payment = CONTRIBUTION[centre]
    if mode not in modes:
        return False, None, None, None
    first = max(number(on), covered_until + 1 if covered_until is not None else 0)
    if mode == "FREE" and centre != "kashgar":
        allowed = least_payment <= payment and paid_year + payment <= 12 * most
        if centre == "lianyungang":
            allowed = allowed and paid_month + payment <= most
        if first > number(on):
            return allowed, 0, None, None
        return allowed, 1, first, first
    months, rest = divmod(payment, monthly)
    fits = not rest and months >= 1 and (mode == "FREE" or months == CYCLE[mode])
    june = number(dt.date(on.year + (on.month > 6), 6, 1))
    until = first + months - 1
    allowed = fits and least <= monthly <= most and payment >= least_payment
    if centre == "kashgar":
        allowed = allowed and until <= june
    return allowed, months, first, until


def rent_limit(single_or_couple, taken_self, taken_spouse):
    """What Yantai 8 leaves of 14,000 for one person and 28,000 for a couple, in fen."""
    own = 14_000_00 - taken_self
    if single_or_couple == "COUPLE":
        own = min(own, 28_000_00 - taken_self - taken_spouse)
    return max(own, 0)


def full_months_without(on, last):
    """Full months after the month `last` up to the last one that has ended on the day `on`."""
    return max(number(on) - 1 - last, 0)


def working_days_on(accepted, count, holidays=(), workdays=()):
    """The day of acceptance is not counted."""
    day = accepted
    while count:
        day += dt.timedelta(days=1)
        if str(day) in workdays or (day.weekday() < 5 and str(day) not in holidays):
            count -= 1
    return day


def unit_payable_on(sealed_on):
    return months_on(sealed_on, 6)
