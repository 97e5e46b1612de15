"""The words for facts, results and codes that pages and sheets show beside them."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from policy.wording import describe_term

_OUTCOMES: Mapping[str, Promise] = {
    "APPROVED": _("Meets the rules"),
    "NEEDS_REVIEW": _("Needs a person to look"),
    "REFUSED": _("Does not meet the rules"),
}

_NAMES: Mapping[str, Promise] = {
    "accepted_on": _("accepted on"),
    "account_closes": _("account is closed"),
    "action": _("due"),
    "age_months": _("and months of age"),
    "age_years": _("years of age"),
    "allocation": _("allocation of the payment"),
    "allowed": _("may be withdrawn"),
    "alternative_quota": _("quota by the other reading"),
    "amount": _("sum"),
    "annual_rate": _("annual rate %"),
    "applicants": _("applicants, the borrower first"),
    "applied_on": _("applied on"),
    "average_monthly": _("average monthly contribution"),
    "balance": _("balance"),
    "balance_by_origin": _("balance by origin"),
    "banned_until": _("banned until"),
    "base": _("money that counted"),
    "binding": _("decided by"),
    "birth_date": _("date of birth"),
    "birth_month": _("month of birth"),
    "cap": _("highest loan"),
    "capacity": _("capacity to repay"),
    "category": _("category"),
    "closing_balance": _("closing balance"),
    "contribution_balance": _("contributions, balance"),
    "converted_from_unit": _("converted from a unit account"),
    "covered_from": _("covers from"),
    "covered_until": _("covered until"),
    "credited_before": _("subsidy credited so far"),
    "credits_before": _("number of credits so far"),
    "date": _("date"),
    "day_count": _("day count"),
    "disbursed_on": _("disbursed on"),
    "dishonest_person": _("dishonest person under enforcement"),
    "document_type": _("kind of document"),
    "due_day": _("due day of the month"),
    "due_on": _("due on"),
    "events": _("events"),
    "evidence": pgettext_lazy("fact", "evidence"),
    "family_monthly_income": _("family income per month"),
    "first_home": _("first home"),
    "first_time": _("contributes for the first time"),
    "flexible_contribution_balance": _("flexible contributions, balance"),
    "flexible_loan_balance": _("flexible loans, balance"),
    "flexible_loan_to_deposit": _("flexible loans to contributions %"),
    "FLEX": _("paid in as flexible worker"),
    "formula": _("balance × multiplier"),
    "frozen": _("frozen"),
    "full_capacity": _("full legal capacity"),
    "full_months": _("full months contributed"),
    "granted_before": _("granted before"),
    "green": _("green building"),
    "ground": pgettext_lazy("fact", "ground"),
    "guarantee": _("guarantor of another's loan"),
    "has_open_account": _("has an open account"),
    "home_number": _("which home"),
    "house": _("home"),
    "in_unit_pension": _("in an employer's pension scheme"),
    "instalments": _("instalments wholly unpaid"),
    "interest": _("interest"),
    "interest_saved": _("interest saved"),
    "last_covered_month": _("last covered month"),
    "last_payment": _("last payment"),
    "left_school_on": _("left school on"),
    "level": _("level"),
    "loan_applied": _("loan application pending"),
    "loan_balance": _("loans, balance"),
    "loan_to_deposit": _("loans to contributions %"),
    "local": _("in the centre's area"),
    "max_term_months": _("longest term in months"),
    "method": _("method of repayment"),
    "mode": _("mode of contribution"),
    "monthly_amount": _("amount per month"),
    "months_covered": _("number of months covered"),
    "months_uncovered": _("full months without cover"),
    "movements": _("movements"),
    "multiplier": _("multiplier"),
    "number": pgettext_lazy("fact", "number"),
    "open_loan": _("open fund loan"),
    "opened_on": _("opened on"),
    "opening_balance": _("balance at the start"),
    "option": _("afterwards"),
    "overdue_amount": _("overdue principal"),
    "overdue_rate": _("overdue rate %"),
    "own_labour_income": _("lives on own labour income"),
    "paid_instalments": _("instalments paid"),
    "paid_on": _("paid on"),
    "paid_this_month": _("already paid this month"),
    "paid_this_year": _("already paid this limit year"),
    "payable_later": _("payable later"),
    "payable_later_on": _("payable later on"),
    "payable_now": _("payable now"),
    "payment": _("payment"),
    "payment_amount": _("this payment"),
    "penalties": _("penalties"),
    "penalty": _("penalty"),
    "pending_business": _("pending business"),
    "platform_checked": _("national platform asked and clean"),
    "price": _("price"),
    "price_limit": _("limit by the price"),
    "principal": _("principal"),
    "purchased_on": _("purchased on"),
    "quota": _("quota"),
    "reading": _("reading"),
    "remaining_cap": _("left below the cap"),
    "remaining_instalments": _("remaining instalments"),
    "rent_withdrawn_last_year": _("rent withdrawn within a year"),
    "repricings": _("changes of rate"),
    "rows": _("schedule"),
    "self": _("the member"),
    "settled_on": _("settled on"),
    "sex": _("sex"),
    "single_or_couple": _("single or couple"),
    "spouse": _("spouse"),
    "stopped": _("has ended for good"),
    "subsidy": _("subsidy"),
    "taken_this_period": _("taken in this period"),
    "talent": _("talent"),
    "term_months": _("term in months"),
    "total": _("in total"),
    "total_interest": _("total interest"),
    "unallocated": _("not allocated"),
    "UNIT": _("paid in through a unit"),
    "unit_sealed_on": _("unit account sealed on"),
    "works_in_area": _("works in the area"),
}

# Codes that the words of the law do not hold; all others are said as it says them.
_CODES: Mapping[str, Promise] = {
    "30/360": _("30/360"),
    "ACT/360": _("actual/360"),
    "ACT/365": _("actual/365"),
    "BALANCE_DISPUTE": _("objection to a balance"),
    "CREDIT_CONTEST": _("objection to a credit record"),
    "F": _("female"),
    "M": _("male"),
    # what decides a quota
    "cap": _("highest loan"),
    "capacity": _("capacity to repay"),
    "formula": _("balance × multiplier"),
    "price_limit": _("limit by the price"),
}


def label(name: str) -> str:
    """Return what a person calls a fact or a key of the results."""
    return str(_NAMES.get(name, name))


def code_label(code: str) -> str:
    """Return what a person calls a code."""
    own = _CODES.get(code)
    return str(own) if own is not None else describe_term(code)


def outcome_label(outcome: str) -> str:
    """Return what a person calls an outcome."""
    return str(_OUTCOMES[outcome])
