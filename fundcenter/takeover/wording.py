"""What each problem of a workbook says: what was expected and what to do next."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kernel.money import grouped_yuan

TEXTS: dict[str, str | Promise] = {
    "unreadable": _("The file cannot be read. Save it as .xlsx from the template."),
    "no_sheet": _("The sheet is missing. Take the template's sheets, empty ones too."),
    "no_heading": _("The column is missing. Keep the template's first row."),
    "unknown_heading": _("No such column is read. Delete it or keep it in another sheet."),
    "heading_twice": _("The column stands twice. Delete one of them."),
    "too_many_rows": _("At most %(most)s rows are read. Split the workbook by people."),
    "missing": _("This must be filled in."),
    "formula": _("A formula is not read. Paste its value."),
    "formula_text": _("Text may not begin with = + - @. Delete that character."),
    "not_text": _("Expected: text. Format the column as text and type it again in full."),
    "too_long": _("%(length)s characters; at most %(most)s fit."),
    "bad_digits": _("Expected: %(least)s to %(most)s digits, typed as text."),
    "bad_date": _("Expected: a date such as 2026-01-31, without a time."),
    "bad_month": _("Expected: a month such as 2026-01."),
    "bad_amount": _("Expected: yuan with at most two decimals, without separators."),
    "no_amount": _("Zero is no amount. Delete the row or the cell."),
    "bad_count": _("Expected: a whole number from %(least)s to %(most)s."),
    "bad_choice": _("Expected one of: %(words)s."),
    "twice": _("The old number stands in row %(first)s already. Keep one row."),
    "unknown_number": _("The sheet of people has no such old number. Add it there first."),
    "no_agreement": _("The sheet of agreements has no row for this account. Add one."),
    "person_twice": _("The person stands in row %(first)s already. One person has one account."),
    "open_here": _("The person has an open account here, number as shown. Leave the row out."),
    "taken_before": _("It was taken over before, as account %(account)s. Leave the row out."),
    "bad_name": _("Expected: a name as on the document, at most 80 characters."),
    "bad_document": _("It is no right number of its kind (%(reason)s). Compare it with the paper."),
    "paper_says_otherwise": _("The document %(number)s says otherwise. Compare it with the paper."),
    "paper_does_not_say": _("The document %(number)s does not tell it. Fill the column in."),
    "later_than": _("Too late; the latest possible is %(latest)s."),
    "outside": _("Expected: from %(first)s to %(last)s."),
    "earned_later": _(
        "Interest and subsidies are dated on or before the last settled 30 June, %(latest)s."
    ),
    "sealed_with_date": _("A sealed account has a date of sealing, a normal one has none."),
    "only_graduates": _("Only graduates have a date of leaving school. Empty the cell."),
    "amount_missing": _("Every mode but the free one needs a monthly amount."),
    "mandate_in_part": _("Bank, card and day of debit are filled in together or not at all."),
    "below_zero": _(
        "From this day %(amount)s yuan more of this kind are taken out than were paid in. Add "
        "what is missing before it."
    ),
    "months_backwards": _("The last month lies before the first."),
    "months_twice": _("A month stands twice. Join or shorten the stretches."),
    "event_twice": _("The same event with the same number stands twice. Keep one row."),
    "no_credits": _("A subsidy was credited in at least one settlement. Fill in how many."),
    "spouse_missing": _("A marriage names the spouse. Fill in name, kind and number of the paper."),
    "only_marriages": _("Only a marriage names a spouse. Empty the cell."),
    "spouse_self": _("A person cannot be married to themselves. Compare the numbers."),
    "spouse_twice": _("Row %(first)s names the same spouse. One person has one marriage."),
    "spouse_differs": _(
        "The spouse's own row %(first)s says otherwise. Both rows name each other and one day."
    ),
    "spouse_name_differs": _("The sheet of people calls the spouse otherwise, in row %(first)s."),
    "married_here": _(
        "A marriage since %(since)s stands on record here (%(number)s). Leave the row out, and "
        "record what has changed at the counter."
    ),
    "nobody": _("The workbook holds nobody. Fill in the sheet of people."),
    "totals_differ": _(
        "Typed: %(typed)s; the workbook holds: %(found)s. Compare both with the old system."
    ),
}
TOTAL_LABELS: dict[str, str | Promise] = {
    "accounts": pgettext_lazy("control total", "accounts"),
    "months": pgettext_lazy("control total", "months covered"),
    "FLEX": pgettext_lazy("control total", "flexible money"),
    "UNIT": pgettext_lazy("control total", "unit money"),
    "PRINCIPAL": pgettext_lazy("control total", "of it principal"),
    "TRANSFER_IN": pgettext_lazy("control total", "of it transferred in"),
    "INTEREST": pgettext_lazy("control total", "of it interest"),
    "SUBSIDY": pgettext_lazy("control total", "of it subsidies"),
    "marriages": pgettext_lazy("control total", "rows of marriages"),
    "declarations": pgettext_lazy("control total", "declarations of being single"),
}
COUNTS = ("accounts", "months", "marriages", "declarations")


def total_text(key: str, value: int) -> str:
    """Write a control total: a count as it is, fen as yuan."""
    return str(value) if key in COUNTS else grouped_yuan(value)


def describe_problem(problem: Mapping[str, Any]) -> str:
    """Say in the reader's language what is wrong and what to do."""
    code, params = problem["code"], dict(problem["params"])
    if code == "unreadable" and problem["seen"]:
        return str(problem["seen"])
    if code == "below_zero":
        params["amount"] = grouped_yuan(params["fen"])
    if code == "totals_differ":
        key = params["key"]
        params |= {name: total_text(key, params[name]) for name in ("typed", "found")}
        return f"{TOTAL_LABELS[key]}: " + str(TEXTS[code]) % params
    return str(TEXTS[code]) % params
