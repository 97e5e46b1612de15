"""What the help says of the pages about loans; see ``help_texts``."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fundcenter.counter.help_texts import Help

LATE_PAGES: Mapping[str, Help] = {
    "day-end": Help(
        purpose=_("Bring the loans of your centre through the day before it is closed."),
        steps=(
            _("What is left tells how many loans have not gone through the open day."),
            _("Run it when the day's payments are in; days that were missed are made up for."),
            _("A loan that fails is listed with its reason; put it right, then run it again."),
            _(
                "The columns say what each run did. “New rate not entered”: something later has "
                "happened to the loan, undo that first. “Left for the next run”: somebody was "
                "working on its account."
            ),
        ),
        refused=_("Only a supervisor starts it; in the evening it starts by itself."),
        law=("loan_rate", "risk", "offset"),
    ),
    "write-offs": Help(
        purpose=_("Write-offs that wait for the finance review or the committee's resolution."),
        steps=(
            _("A supervisor has put the loan into the class of loss, with a second person."),
            _("A clerk proposes it on the member's page, with the paper that proves the loss."),
            _("Finance enters its review, then the clerk the resolution; all name one sum."),
            _("A supervisor, who is a third person, books it out of the reserve."),
        ),
        refused=_("A payment after the proposal changes the sum: withdraw it and propose anew."),
        law=("reserve", "risk"),
    ),
}

LATE_PART_OF: Mapping[str, str] = {
    "day-end-run": "day-end",
    "write-off-step": "write-offs",
}

LATE_PURPOSES: Mapping[str, tuple[str | Promise, tuple[str, ...]]] = {
    "loan-collection": (
        _("Write down how a borrower was reminded, what came of it, and what was promised."),
        ("loan_rate",),
    ),
    "loan-legal": (
        _("Put a borrower's death or a step before court on record; the latest one counts."),
        ("risk",),
    ),
    "loan-class": (
        _("Decide the risk class of a loan; the day-end does not make it better than that."),
        ("risk",),
    ),
    "loan-write-off": (
        _("Propose to write an overdue loan off; review and resolution are entered afterwards."),
        ("reserve",),
    ),
    "loan-recovery": (
        _("Book money that came in for a loan that was written off."),
        ("reserve",),
    ),
    "loan-recovery-reversal": (
        _(
            "Undo a recovery that was booked wrongly, on its day or later; a supervisor decides. "
            "The sum is owed again, and whom it had released is bound again."
        ),
        ("reserve",),
    ),
}
