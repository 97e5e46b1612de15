"""What the help says of loans: pages, and the businesses of a member account."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fundcenter.counter.help_texts import Help

CONTRACT_PAGES: Mapping[str, Help] = {
    "loan-payments": Help(
        purpose=_("Finance's loans to be paid out: the queue first, then what is secured."),
        steps=(
            _("Type who sells, builds or is owed, from the purchase contract; hand it in."),
            _("A supervisor finds it in the inbox, approves it on the same day, and it is booked."),
            _(
                "Where the day's quota is used up, put the loan into the queue: its place is by "
                "the day of acceptance."
            ),
            _("A payment the bank did not carry out is taken back on its own day only."),
        ),
        refused=_(
            "Marriage, bans, freezes and the platform are looked at once more: the reason says "
            "what has changed since the application. Where an answer is too old, a clerk asks "
            "again on the page of the loan."
        ),
        law=("loan", "risk"),
    ),
}
CONTRACT_PARTS: Mapping[str, str] = {
    "loan-payment-make": "loan-payments",
    "loan-payment-undo": "loan-payments",
}
CONTRACT_PURPOSES: Mapping[str, tuple[str | Promise, tuple[str, ...]]] = {
    "loan-contract": (
        _(
            "Enter the contract that was signed: due day, card, offset. Sum and term are those "
            "that were granted."
        ),
        ("loan", "loan_rate", "offset"),
    ),
    "loan-security": (
        _("Enter mortgage, pledge or guarantee by its number in the register, before the payment."),
        ("loan",),
    ),
    "loan-release": (
        _("Give the security back after the loan has ended, with its certificate."),
        ("loan",),
    ),
    "loan-change": (
        _("Change term, method, card or offset of a loan, or give up one that is not paid out."),
        ("loan", "loan_rate", "offset"),
    ),
}
