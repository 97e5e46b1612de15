"""What the reasons of the rules about repaying say to a person."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "prepay_after_due": _(
        "%(left)s yuan are left after everything that is due; only what is left repays before it "
        "is due. Bring more, or take the sum as a payment of what is due."
    ),
    "prepay_minimum": _(
        "%(amount)s yuan would be repaid before they are due; the least sum is %(minimum)s yuan, "
        "unless the loan is paid off."
    ),
    "prepay_times": _(
        "%(earlier)s prepayments were made in %(year)s; %(times)s are allowed in a year, unless "
        "the loan is paid off. Come back next year."
    ),
    "prepay_option": _("“%(option)s” must be one of the ways in which this centre lets prepay."),
    "prepay_window": _(
        "The instalment of %(due)s is being debited; within %(days)s days of it nothing is prepaid "
        "while it is unpaid. Pay the instalment first, or come after the window."
    ),
}
