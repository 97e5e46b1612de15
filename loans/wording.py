"""What the reasons and warnings of the loan rules say to a person."""

from django.utils.translation import gettext_lazy as _

from loans import wording_application, wording_contract, wording_repayment

REASONS = {
    **wording_application.REASONS,
    **wording_contract.REASONS,
    **wording_repayment.REASONS,
    # quota: the applicants
    "loan_not_banned": _(
        "Applicant %(applicant)s is barred from loans through %(until)s; apply after that day."
    ),
    "purchase_recent": _(
        "The home was bought on %(purchased)s and the loan applied for on %(applied)s; apply from "
        "the purchase on and within %(months)s months."
    ),
    "loan_not_dishonest": _(
        "Applicant %(applicant)s must not be on the courts' list of dishonest debtors; a debt "
        "that is paid can be taken off it."
    ),
    "loan_overdue_in_a_row": _(
        "Applicant %(applicant)s has missed %(seen)s instalments in a row; %(limit)s or more "
        "refuse a loan until they are older than the record that counts."
    ),
    "loan_overdue_total": _(
        "Applicant %(applicant)s has missed %(seen)s instalments in all; %(limit)s or more refuse "
        "a loan until they are older than the record that counts."
    ),
    "loan_cumulative_months": _(
        "The borrower has contributed in %(months)s months; %(required)s months in all are needed."
    ),
    "loan_span_months": _(
        "%(months)s months lie between opening the account and the application; %(required)s are "
        "needed, and money paid ahead does not shorten them."
    ),
    "loan_opening_unknown": _(
        "The borrower's day of opening is unknown; show that %(required)s months have passed "
        "since then."
    ),
    "loan_covered_months": _(
        "%(months)s months up to the month of application are covered; %(required)s are needed."
    ),
    "no_open_loan": _(
        "Applicant %(applicant)s must have no unsettled fund loan; settle it first, then apply."
    ),
    # quota: term and rate
    "loan_table_rate": _(
        "The yearly rate is %(rate)s%% by the table of %(date)s, for %(months)s months and home "
        "number %(home)s."
    ),
    "loan_term": _(
        "%(asked)s months are asked for; at most %(longest)s are allowed, by the borrower's age "
        "and the longest term."
    ),
    "loan_term_fixed_age": _(
        "For comparison: by the old fixed retirement age the longest term would be %(longest)s "
        "months."
    ),
    "loan_term_delayed_age": _(
        "For comparison: by the delayed retirement age the longest term would be %(longest)s "
        "months."
    ),
    # quota: the bounds
    "rent_addback": _(
        "%(amount)s yuan of rent withdrawn within the window before the application count in the "
        "balance, as this is the family's first home."
    ),
    "formula": _(
        "Balance %(balance)s yuan × %(multiplier)s = %(formula)s yuan; the monthly averages add "
        "up to %(average)s yuan. The floor and the liquidity coefficient, where set, are applied."
    ),
    "formula_without_multiplier": _(
        "The centre's formula gives %(formula)s yuan; the monthly averages add up to %(average)s "
        "yuan."
    ),
    "uplift": _("Raised by %(uplift)s%% for graduates and talents."),
    "uplift_local_only": _(
        "The %(uplift)s%% for graduates and talents are given for local homes only, so nothing is "
        "added."
    ),
    "green_uplift": _("Raised by %(uplift)s%% for a green building."),
    "cap": _("No loan exceeds %(cap)s yuan."),
    "price_limit": _(
        "At most %(share)s%% of the price of %(price)s yuan are lent: %(limit)s yuan."
    ),
    "capacity": _(
        "%(share)s%% of the family's monthly income of %(income)s yuan repay %(capacity)s yuan in "
        "%(months)s months at %(rate)s%%."
    ),
    "quota": _(
        "The least of all bounds, rounded down, is %(quota)s yuan; a loan needs more than nothing."
    ),
    # schedule and prepayment
    "schedule_level_payment": _(
        "%(principal)s yuan over %(months)s months at %(rate)s%% in equal payments of %(payment)s "
        "yuan."
    ),
    "schedule_level_principal": _(
        "%(principal)s yuan over %(months)s months at %(rate)s%% in equal parts of principal; the "
        "first regular payment is %(payment)s yuan."
    ),
    "schedule_broken_first_period": _(
        "The first period, up to %(due)s, has %(days)s days of a year of %(year)s."
    ),
    "schedule_repriced": _("From %(date)s on the yearly rate is %(rate)s%%."),
    "prepayment_within_debt": _(
        "%(amount)s yuan are paid; with interest to the day %(owed)s yuan settle the whole debt "
        "(principal %(balance)s yuan), and no more can be taken."
    ),
    "prepayment_split": _(
        "%(principal)s yuan repay principal and %(interest)s yuan are its interest for %(days)s "
        "days at %(rate)s%%."
    ),
    # penalty
    "loan_penalty": _(
        "%(instalments)s overdue instalments at %(rate)s%% × %(factor)s%%: penalty %(total)s yuan."
    ),
    "loan_allocation": _(
        "Of %(payment)s yuan %(used)s go to the overdue instalments, the oldest first; %(left)s "
        "are left."
    ),
    # indicators
    "no_contributions": _(
        "There are no contributions, so loans cannot be measured against them; check the figures."
    ),
    "fund_level_green": _("The higher ratio is %(ratio)s%%: normal."),
    "fund_level_watch": _("The higher ratio is %(ratio)s%%: watch it."),
    "fund_level_warn": _("The higher ratio is %(ratio)s%%: warning, tighten lending."),
    "fund_level_stop": _("The higher ratio is %(ratio)s%%: stop or queue new loans."),
}

WARNINGS = {
    **wording_application.WARNINGS,
    "band_edge": _(
        "The average of %(average)s yuan lies exactly on the edge of a band, which the text and "
        "its table read differently: × %(multiplier)s gives %(formula)s yuan, × "
        "%(other_multiplier)s gives %(other_formula)s yuan. A supervisor may choose, with a reason."
    ),
    "contribution_after_application": _(
        "A contribution of %(date)s lies after the application and does not count."
    ),
    "first_home_assumed": _(
        "Nobody said which home it is: the rate is that of a first home. A second home costs more."
    ),
    "green_uplift_without_figure": _(
        "A green building may be lent more, but no figure has been published; nothing is added."
    ),
    "second_home_rate_is_a_floor": _(
        "For a second home %(rate)s%% is the least rate; the contract may name a higher one."
    ),
}
