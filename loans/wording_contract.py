"""What the reasons of contract, payment and change say to a person."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    # contract
    "loan_rate_of_the_table": _(
        "The contract's rate is %(agreed)s%%; a first home takes the table's rate of %(table)s%%, "
        "no more and no less."
    ),
    "loan_rate_not_below_floor": _(
        "The contract's rate is %(agreed)s%%; for a second home it is not below %(table)s%%."
    ),
    "loan_due_day_agreed": _(
        "Due day agreed on: %(seen)s. It is a day from 1 to %(last)s, which every month has."
    ),
    "loan_due_day_of_payment": _(
        "Here instalments fall due on the day of the month of the payment; leave the due day empty "
        "(typed: %(seen)s)."
    ),
    "loan_insurance_offered": _(
        "Loan insurance was asked for; this centre must offer it. Take the application in without."
    ),
    "loan_offset_monthly": _(
        "Here a borrower signs the monthly offset agreement together with the contract."
    ),
    "loan_offset_agreed": _(
        "Here the account serves the loan: the offset agreement is signed with the contract."
    ),
    # payment
    "loan_is_secured": _(
        "A loan is paid out only when its security is registered; enter the number of the register."
    ),
    "loan_payee": _(
        "The money goes to the seller, the builder or the bank; this loan must not be paid to the "
        "borrower."
    ),
    "loan_household_unchanged": _(
        "The borrower's marriage must be as it was at the application; after a change the new "
        "household is examined in a new application."
    ),
    "loan_account_not_frozen": _(
        "No court may have frozen the borrower's account; wait until the freeze is lifted."
    ),
    "loan_platform_asked": _(
        "%(person)s: the national platform has not answered about a loan. A clerk asks it on the "
        "page of the loan, or enters its answer from a document."
    ),
    "loan_platform_fresh": _(
        "%(person)s: the national platform answered on %(asked)s, %(age)s days before the payment; "
        "at most %(limit)s days are allowed. A clerk asks it again on the page of the loan."
    ),
    "loan_platform_again": _(
        "%(person)s: the national platform must have nothing against a loan. Clear it up with the "
        "centre it names; if it was wrong, a clerk asks again on the page of the loan."
    ),
    # change
    "loan_change_not_overdue": _(
        "Nothing may be overdue when term or method are changed; pay what is late first."
    ),
    "loan_change_is_one": _("What is asked for must differ from how the loan runs now."),
    "loan_change_leaves_instalments": _(
        "%(asked)s months in all are asked for and %(behind)s instalments are behind: at least one "
        "must be left."
    ),
    "loan_class_by_contract_term": _(
        "The class of the rate stays that of the contract's term of %(months)s months, whatever "
        "the term becomes."
    ),
    "loan_term_in_all": _(
        "%(asked)s months in all are asked for; the longest term is %(longest)s months from the "
        "payment on."
    ),
}
