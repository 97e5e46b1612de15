"""What is said of accounts left out of a settlement, and of the run as a whole."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, str | Promise] = {
    "surplus_of_the_year": _(
        "%(year)s: %(income)s yuan of income, less the expense, leave %(surplus)s yuan of "
        "value-added income."
    ),
    "surplus_none": _(
        "%(year)s: %(income)s yuan of income, less the expense, leave %(surplus)s yuan: there is "
        "nothing to distribute."
    ),
    "surplus_flexible_pool": _(
        "Of it the flexible pool's: %(amount)s yuan, with %(deposits)s%% of what deposits bring "
        "and cost, %(loans)s%% of what loans do, and all subsidies."
    ),
    "reserve_by_surplus": _(
        "To the risk reserve: %(reserve)s yuan, no less than %(share)s%% of the value-added income."
    ),
    "reserve_by_loans": _(
        "To the risk reserve: %(reserve)s yuan, towards %(share)s%% of %(loans)s yuan of loans; "
        "%(before)s yuan stand there already."
    ),
    "reserve_out_of_flexible_income": _(
        "Beyond the rule %(asked)s yuan are asked out of the flexible pool's income; at most "
        "%(most)s yuan are possible, up to %(share)s%% of it."
    ),
    "surplus_fee_fits": _(
        "The management fee of %(fee)s yuan must fit into the %(left)s yuan left after the "
        "reserve; lower it to that."
    ),
    "surplus_housing": _("The rest, %(amount)s yuan, supplements public housing."),
}
WARNINGS: dict[str, str] = {}

# Why an account was left out of a run, and what to do about it.
EXCEPTIONS: dict[str, str | Promise] = {
    "AMOUNT_TOO_LARGE": _("The sums of the account are too large to be computed safely."),
    "TAKEN_BEFORE_PAID_IN": _(
        "On some value date more was taken out than had been paid in; correct the value dates."
    ),
    "CLOSED_MEANWHILE": _(
        "The account was open on 30 June and is closed now; pay what it is owed by hand."
    ),
    "INTEREST_PAID_IN_THE_YEAR": _(
        "Interest was already paid within the year, as at an exit; compute the rest by hand."
    ),
    "NO_AGREEMENT": _("No agreement was in effect on 30 June; enter it first."),
    "INTEREST_BELOW_ZERO": _("The interest would be below zero; look at the value dates."),
}

# What a supervisor should know of a run before approving it.
NOTES: dict[str, str | Promise] = {
    "no_subsidy_scheme": _("This centre pays no contribution subsidy."),
    "subsidy_unset": _(
        "The text promises a contribution subsidy, but its rate, age, origins or stop events are "
        "unset: none is paid."
    ),
    "subsidy_waits_for_approvals": _(
        "Consents that the text asks for are not all recorded: no contribution subsidy is paid "
        "for this year. Record them before approving, and preview again."
    ),
}
