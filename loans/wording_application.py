"""What the reasons and warnings of loan applications say to a person."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "loan_product_offered": _("%(product)s must be a kind of loan that the centre offers."),
    "loan_relocation_extra": _(
        "A relocation home loan is for the extra area of a relocation home, and for nothing else."
    ),
    "loan_combination": _(
        "%(asked)s yuan asked and the bank's %(part)s yuan together must not exceed the price of "
        "%(price)s yuan, and the bank must lend something."
    ),
    "loan_bank_balance": _(
        "%(asked)s yuan asked must not exceed the %(balance)s yuan still owed to the bank."
    ),
    "loan_insurance": _("A loan insurance must be something the centre's text knows."),
    "loan_platform": _(
        "The national platform must know of nothing against applicant %(person)s; what stands "
        "there is settled where it is on record."
    ),
    "loan_platform_guarantor": _(
        "The national platform must know of nothing against guarantor %(person)s."
    ),
    "loan_guarantor_named": _("A loan secured by a guarantee needs a guarantor."),
    "loan_guarantor_honest": _(
        "Guarantor %(person)s must not be on the courts' list of dishonest debtors; name another."
    ),
    "loan_guarantor_not_banned": _(
        "Guarantor %(person)s is barred through %(until)s; name another."
    ),
}

WARNINGS = {
    "asked_above_quota_formula": _(
        "%(asked)s yuan are asked for, %(quota)s yuan can be lent: what was contributed decides. "
        "More contributions over more months raise it."
    ),
    "asked_above_quota_cap": _(
        "%(asked)s yuan are asked for, %(quota)s yuan can be lent: the highest loan decides. Only "
        "the uplift for graduates and talents raises it."
    ),
    "asked_above_quota_price_limit": _(
        "%(asked)s yuan are asked for, %(quota)s yuan can be lent: the share of the price decides. "
        "Own money pays the rest."
    ),
    "asked_above_quota_capacity": _(
        "%(asked)s yuan are asked for, %(quota)s yuan can be lent: the family's income decides. A "
        "longer term, or an income proven higher, raises it."
    ),
}
