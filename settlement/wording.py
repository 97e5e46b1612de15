"""What is said of accounts left out of a settlement, and of the run as a whole."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, str] = {}
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
