"""What the help says of repayments, offsets and debits of loans; see ``help_texts``."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fundcenter.counter.help_texts import Help

REPAYMENT_PAGES: Mapping[str, Help] = {
    "debits": Help(
        purpose=_("Debit the repayment cards of loans: a batch, its file, the bank's answer."),
        steps=(
            _("Make the batch once the offsets of the day are done; the same day makes it once."),
            _("Send the file; a loan is asked for again only after the bank has answered."),
            _("Take the answer in: all lines of the file are booked, or none of them."),
            _("What a debit brings too much is kept in suspense under the loan's number."),
            _(
                "A debit that the bank does not answer in the working days of the law is listed "
                "apart: ask the bank. It holds back no offset any more, and a late answer counts."
            ),
        ),
        refused=_("The line and what is wrong with it stand in the message: ask the bank again."),
        law=("loan_rate", "offset"),
    ),
}
REPAYMENT_PART_OF: Mapping[str, str] = {
    "debits-build": "debits",
    "debits-export": "debits",
    "debits-take": "debits",
}
REPAYMENT_PURPOSES: Mapping[str, tuple[str | Promise, tuple[str, ...]]] = {
    "loan-repayment": (
        _(
            "Take in money for a loan. What is due comes first: penalty, interest, principal, the "
            "oldest first. The rest waits for the loan or repays it before it is due."
        ),
        ("loan_rate", "prepayment"),
    ),
    "loan-reversal": (
        _("Undo a repayment, also one in the middle; a supervisor sees what it changes."),
        ("loan_rate",),
    ),
    "loan-yearly-offset": (
        _(
            "Repay principal once a year from the accounts that serve the loan. Where nobody asks, "
            "the day-end does it on the agreed day."
        ),
        ("offset",),
    ),
    "loan-suspense-refund": (
        _(
            "Pay back what was brought too much for a loan, to the repayment card. A late "
            "instalment is served first; by the amount a checker or a supervisor approves."
        ),
        ("approval",),
    ),
    "loan-offset-end": (
        _(
            "End the offset agreement for who says so: the borrower all of it, a spouse the part "
            "of the own account. Later instalments are debited from the card."
        ),
        ("offset",),
    ),
}
