"""Help for the businesses of loans: what each is for, and the subjects of its law."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LOAN_PURPOSES: Mapping[str, tuple[str | Promise, tuple[str, ...]]] = {
    "loan-application": (
        _(
            "Take in a loan application: the books give money and months, the register the "
            "household; the sheet shows every bound of the quota and which one binds. One that was "
            "returned is taken back on its page by any clerk, with the reason."
        ),
        ("loan", "loan_rate", "deadline"),
    ),
    "credit-contest": (
        _(
            "Take in what a member has against a credit record; it is answered within days. Who "
            "borrows with a member has records of their own and contests them here too."
        ),
        ("deadline", "risk"),
    ),
    "credit-answer": (
        _("Write the answer to a contest; a second person signs it."),
        ("deadline",),
    ),
}
