"""What the reasons and warnings of the rules about members say to a person."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    # identity
    "document_number": _("The document number %(seen)s is right."),
    "number_of_travel_permit": _(
        "%(seen)s looks like a travel permit, which proves no residence; ask for the residence "
        "permit of 18 digits."
    ),
    "number_wrong_length": _(
        "The document number %(seen)s has %(length)s characters instead of %(expected)s; copy it "
        "from the present card."
    ),
    "number_wrong_characters": _(
        "The document number %(seen)s holds characters that its kind does not know; use digits "
        "and capital letters as on the card."
    ),
    "number_wrong_region": _(
        "The document number %(seen)s begins with %(region)s, which does not go with this kind "
        "of document; choose the kind that is printed on the card."
    ),
    "number_impossible_date": _(
        "The document number %(seen)s holds %(date)s as date of birth, which is no day of the "
        "calendar; compare it with the card."
    ),
    "number_wrong_check_digit": _(
        "The last character of %(seen)s does not fit the others; compare every digit with the card."
    ),
    "born_before_today": _(
        "The number tells a birth on %(born)s; it must not lie after %(on)s, the day of the check."
    ),
    # eligibility
    "minimum_age": _(
        "Born on %(born)s; %(years)s years of age, the least age for an account, are reached on "
        "%(reached)s."
    ),
    "own_labour_income": _(
        "Under %(years)s years (until %(adult_on)s), lives mainly on own labour income and so "
        "counts as having full capacity."
    ),
    "own_labour_income_lacking": _(
        "Under %(years)s years (until %(adult_on)s) without own labour income as main "
        "livelihood; can open with proof of such income, or from %(adult_on)s."
    ),
    "own_labour_income_unknown": _(
        "Under %(years)s years (until %(adult_on)s): ask for proof that own labour income is the "
        "main livelihood."
    ),
    "full_capacity": _("Has full civil capacity."),
    "full_capacity_lacking": _(
        "Has no full civil capacity; can open once it is there, with proof."
    ),
    "full_capacity_unknown": _("Whether there is full civil capacity is not known: ask for it."),
    "below_retirement": _(
        "Reaches the statutory retirement age on %(reached)s; an account can be opened only "
        "before that day (day of application: %(on)s)."
    ),
    "good_credit": _("Is not on the list of dishonest debtors."),
    "dishonest_person": _(
        "Is on the list of dishonest debtors; can open once the court has taken the name off."
    ),
    "credit_unknown": _("The list of dishonest debtors was not looked up: look it up."),
    "not_in_unit_pension": _("Is not in the employees' pension insurance of a unit."),
    "in_unit_pension": _(
        "Is in the employees' pension insurance of a unit; can open after leaving it, or "
        "contributes through the unit."
    ),
    "unit_pension_unknown": _(
        "Whether a unit pays the employees' pension insurance is not known: ask the social "
        "security office."
    ),
    "works_in_area": _("Works in the area of this centre."),
    "works_elsewhere": _(
        "Does not work in the area of this centre; opens at the centre of the place of work."
    ),
    "work_place_unknown": _("Whether the place of work lies in this area is not known: ask."),
    "hmt_residents_join": _("Residents of Hong Kong, Macao and Taiwan may join here."),
    "hmt_residents_do_not_join": _(
        "Residents of Hong Kong, Macao and Taiwan cannot join at this centre."
    ),
    "foreign_residents_join": _("Foreigners with permanent residence may join here."),
    "foreign_residents_do_not_join": _(
        "Foreigners with permanent residence cannot join at this centre."
    ),
    "no_open_account": _("Has no other open account."),
    "has_open_account": _(
        "Has an open account already; one person has one account: transfer it here or close it "
        "first."
    ),
    "open_account_unknown": _("Whether another account is open is not known: look it up."),
    "platform_checked": _("The national platform was asked and shows nothing against it."),
    "platform_not_checked": _(
        "The national platform was not asked, or did not answer cleanly: ask it before opening."
    ),
    # dormancy
    "dormancy_off": _("This centre neither seals nor closes accounts for missing contributions."),
    "dormancy_months_reached": _(
        "%(months)s full months without contribution; the limit of %(required)s is reached."
    ),
    "dormancy_months_not_reached": _(
        "%(months)s full months without contribution; the limit of %(required)s is not reached."
    ),
    "dormancy_close": _("The balance is zero: the account is due to be closed by the agreement."),
    "dormancy_alert": _(
        "The account is due to be closed, but a loan or a business is open: end that first."
    ),
    "dormancy_seal": _(
        "The account (balance %(balance)s yuan) is due to be sealed by the agreement."
    ),
    "dormancy_keeps": _("With %(balance)s yuan in it the account stays open."),
    "free_mode_has_no_arrears": _(
        "Who contributes freely is never in arrears: the account is not sealed."
    ),
}

WARNINGS = {
    "women_50_is_retired": _(
        "In the series with base 50 she would have retired on %(reached)s; make sure that the "
        "series with base 55 applies."
    ),
    "sealed_while_busy": _(
        "A loan or a business of this account is open: look at it before sealing."
    ),
}
