"""What the reasons and warnings of the rules about contributions say to a person."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    # interest
    "interest_formula": _(
        "Interest from %(start)s (included) to %(end)s (excluded) at %(rates)s a year, days counted"
        " by %(day_count)s; each sum earns from its own day, and the total is rounded once to fen."
    ),
    # contribution
    "mode_offered": _("Contributing “%(mode)s” is offered here."),
    "mode_not_offered": _(
        "Contributing “%(mode)s” is not offered here; choose another mode and change the agreement."
    ),
    "monthly_amount_unknown": _(
        "The agreed monthly amount is not known: look it up in the agreement."
    ),
    "monthly_minimum": _(
        "The monthly amount is %(amount)s yuan; at least %(limit)s yuan a month are contributed."
    ),
    "monthly_maximum": _(
        "The monthly amount is %(amount)s yuan; at most %(limit)s yuan a month are contributed."
    ),
    "payment_of_cycle": _(
        "Paid: %(payment)s yuan; the cycle of %(months)s months takes exactly %(due)s yuan."
    ),
    "payment_is_multiple": _(
        "Paid: %(payment)s yuan; a whole multiple of the monthly amount of %(monthly)s yuan is "
        "expected."
    ),
    "least_payment": _("The payment is %(amount)s yuan; the least payment is %(limit)s yuan."),
    "annual_cap": _(
        "%(paid)s yuan paid this year before, now %(payment)s yuan; the year's limit is "
        "%(limit)s yuan, up to %(left)s yuan can still be paid."
    ),
    "month_cap": _(
        "%(paid)s yuan paid this month before, now %(payment)s yuan; the month's limit is "
        "%(limit)s yuan, up to %(left)s yuan can still be paid."
    ),
    "covers": _("The payment covers %(months)s months, %(first)s to %(last)s."),
    "already_covered": _(
        "Cover reaches to %(until)s already: the payment adds money, but no month."
    ),
    "prepay_until": _(
        "The payment covers months to %(last)s; months to %(bound)s can be paid ahead."
    ),
    # withdrawal and exit
    "ground_in_force": _("The ground “%(ground)s” is in force on %(on)s."),
    "ground_not_in_force": _(
        "The ground “%(ground)s” is not in force here on %(on)s; choose another ground."
    ),
    "evidence_there": _("Evidence is there: %(evidence)s."),
    "evidence_missing": _("Evidence is missing, bring it: %(evidence)s."),
    "no_evidence_needed": _("The ground needs no evidence."),
    "no_loan_is_open": _("No housing fund loan is open."),
    "open_loan_is_repaid": _("A housing fund loan is open, and the money repays a home loan."),
    "open_loan_only_repayment": _(
        "A housing fund loan is open: until it is paid off, money is withdrawn only to repay it."
    ),
    "open_loan_blocks": _("A housing fund loan is open: leaving is possible once it is paid off."),
    "no_loan_applied": _("No application for a loan is pending."),
    "loan_applied": _(
        "An application for a loan is pending: leaving is possible once it is withdrawn, or the "
        "loan paid off."
    ),
    "no_guarantee": _("Stands surety for nobody's housing fund loan."),
    "guarantee_blocks": _(
        "Stands surety for somebody's housing fund loan: possible once the surety has ended."
    ),
    "guarantee_does_not_block": _(
        "Stands surety for somebody's housing fund loan, which is no obstacle here."
    ),
    "not_frozen": _("The account is not frozen."),
    "is_frozen": _("The account is frozen: possible once the freeze is lifted."),
    "not_banned": _("No ban on withdrawals runs."),
    "banned": _("A ban on withdrawals runs through %(until)s: possible from the next day."),
    "balance_available": _("%(available)s yuan are available for this ground."),
    "nothing_available": _("Nothing is available for this ground (%(available)s yuan)."),
    "relocation_limit": _(
        "The limit of one person is %(limit)s yuan, of which %(taken)s yuan were taken; "
        "%(left)s yuan are left."
    ),
    "relocation_limit_used_up": _(
        "The limit of one person (%(limit)s yuan) is used up: %(taken)s yuan were taken, "
        "%(left)s yuan are left; possible again in the next period."
    ),
    "relocation_couple_limit": _(
        "The limit of a couple is %(limit)s yuan, of which %(taken)s yuan were taken; "
        "%(left)s yuan are left."
    ),
    "relocation_couple_limit_used_up": _(
        "The limit of a couple (%(limit)s yuan) is used up: %(taken)s yuan were taken, "
        "%(left)s yuan are left; possible again in the next period."
    ),
    "flexible_part_is_paid": _(
        "%(amount)s yuan contributed as flexible worker, with interest and subsidies, are paid now."
    ),
    "unit_part_waits": _(
        "%(amount)s yuan from a unit stay sealed for %(months)s months, until %(ready)s."
    ),
    "unit_part_is_paid": _(
        "%(amount)s yuan from a unit have been sealed for %(months)s months (until %(ready)s) and "
        "are paid now."
    ),
    "unit_part_not_ready": _(
        "%(amount)s yuan stay sealed for %(months)s months after leaving; they can be paid from "
        "%(ready)s on."
    ),
    "unit_part_by_unit_rules": _(
        "The text sets no sealed months for %(amount)s yuan of a unit: they are withdrawn on a "
        "ground of the rules for employees."
    ),
    "unit_part_without_date": _(
        "%(amount)s yuan from a unit stay in the account and follow the rules for employees."
    ),
    "converted_closes_later": _(
        "The account came from a unit and closes when its sealed months end, on %(ready)s."
    ),
    # inheritance
    "open_loan_before_heirs": _(
        "A housing fund loan of the dead is open: show the heirs what is owed; they are paid once "
        "it is paid off."
    ),
    "title_accepted": _("Heir %(place)s claims by %(title)s, which is accepted here."),
    "title_not_accepted": _(
        "Heir %(place)s claims by %(title)s, which is not accepted here; ask for another title."
    ),
    "shares_make_the_whole": _("The parts of the heirs make up all %(total)s yuan."),
    "shares_do_not_make_the_whole": _(
        "The parts of the heirs make up %(part)s of the whole (%(claimed)s of %(total)s yuan): "
        "correct the shares so that they make up exactly everything."
    ),
    "unclaimed_goes_to": _(
        "Nobody inherits: %(amount)s yuan go to the value-added income, booked as %(goes_to)s."
    ),
    # change of identity, transfer, merge
    "identity_may_change": _("A change between employee and flexible worker is provided for."),
    "identity_may_not_change": _(
        "A change between employee and flexible worker is not provided for here."
    ),
    "months_join_always": _(
        "%(months)s months contributed as employee and as flexible worker count together; a gap "
        "(%(gap)s months) does not matter here."
    ),
    "months_join_unbroken": _(
        "%(months)s months contributed as employee and as flexible worker count together: "
        "%(gap)s whole months lie between them."
    ),
    "months_are_broken": _(
        "%(gap)s whole months without contribution lie between the identities, %(tolerance)s are "
        "tolerated: the %(months)s months before the gap do not count together with the later ones."
    ),
    "storage_time_restarts": _(
        "For subsidies, the storage time of the money that comes along begins on %(on)s."
    ),
    "storage_time_is_kept": _(
        "The text lets no storage time begin anew; interest runs from the credit on %(on)s."
    ),
    "transfer_is_offered": _("Accounts are transferred through the national platform."),
    "transfer_not_offered": _("Transfers through the national platform are not offered here."),
    "no_loan_keeps_it": _("No housing fund loan keeps the account here."),
    "loan_keeps_the_account": _(
        "A housing fund loan is open: the account stays until it is paid off."
    ),
    "all_money_moves": _("%(amount)s yuan move, each fen with its origin."),
    "one_person_one_account": _("Both accounts belong to one person, who may have one account."),
    "one_person_unproven": _(
        "Whether both accounts belong to one person is not proven: the names differ. "
        "Have the papers corrected first."
    ),
    "two_different_persons": _(
        "The accounts belong to two different persons: sex or date of birth differ."
    ),
    "value_dates_are_kept": _(
        "Value dates stay as they are: the interest is the same as without the merge."
    ),
    "value_dates_restart": _("Interest on what moves runs from %(on)s."),
}

WARNINGS = {
    "ban_travels_along": _(
        "A ban on withdrawals runs through %(until)s; it is told to the other centre."
    ),
    "prepay_reading": _(
        "By another reading of the text, months to %(bound)s could be paid ahead; a supervisor "
        "can decide so."
    ),
    "limit_changes": _(
        "From %(since)s the limit of the month is %(limit)s yuan, and the monthly amount lies "
        "outside: agree on a new amount."
    ),
    "year_above_cap": _(
        "With this payment the year lies above twelve monthly maxima (%(limit)s yuan): look at "
        "the payments before."
    ),
    "withdrawal_cut": _(
        "Of %(asked)s yuan asked only %(allowed)s yuan can be paid: tell the member why."
    ),
    "relocation_period_reading": _(
        "The text gives no period for the limit; it is taken per calendar year. Taken as a limit "
        "for ever, less would be left."
    ),
    "stands_as_guarantor": _(
        "The member stands surety for a loan: check what the agreement says about it."
    ),
    "unit_part_reading": _(
        "The text does not say when %(amount)s yuan from a unit are paid: the rules for "
        "employees apply."
    ),
    "unit_seal_reading": _(
        "The sealed months count from this exit to %(ready)s; counted from the unit's own seal "
        "the money could be paid sooner."
    ),
}
