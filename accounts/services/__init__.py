"""What is done with members and their accounts. Nobody else writes these rows."""

from accounts.services.agreements import change_agreement, change_mandate
from accounts.services.breaches import (
    approve_breach,
    cancel_breach,
    return_breach,
    shown_breach,
    submit_breach,
)
from accounts.services.changes import (
    approve_person_change,
    cancel_person_change,
    change_contact,
    return_person_change,
    shown_person_change,
    submit_person_change,
)
from accounts.services.checks import (
    ask_for_opening,
    ask_platform,
    ask_register,
    confirm_check,
    enter_check,
)
from accounts.services.deaths import (
    DeathStatement,
    approve_revocation,
    cancel_revocation,
    report_death,
    return_revocation,
    shown_revocation,
    submit_revocation,
)
from accounts.services.founding import get_managed_account
from accounts.services.holds import (
    approve_ban,
    approve_freeze,
    confirm_lift,
    propose_lift,
    return_hold,
    shown_ban,
    shown_freeze,
    shown_lift,
    submit_ban,
    submit_freeze,
)
from accounts.services.households import (
    HouseholdStatement,
    approve_household,
    cancel_household,
    return_household,
    shown_household,
    submit_household,
)
from accounts.services.identity import become_flexible, become_unit, give_papers_to
from accounts.services.intake import Applicant, Terms
from accounts.services.loan_holds import keep_for_loan
from accounts.services.openings import approve_opening, shown, submit_opening
from accounts.services.pending import begin_business, end_business
from accounts.services.states import close, leave, record_event, seal, unseal
from accounts.services.takeover import Newcomer, PastEvent, found_accounts_taken_over
from accounts.services.takeover_households import PastHousehold, record_households_taken_over

__all__ = [
    "Applicant",
    "DeathStatement",
    "HouseholdStatement",
    "Newcomer",
    "PastEvent",
    "PastHousehold",
    "Terms",
    "approve_ban",
    "approve_breach",
    "approve_freeze",
    "approve_household",
    "approve_opening",
    "approve_person_change",
    "approve_revocation",
    "ask_for_opening",
    "ask_platform",
    "ask_register",
    "become_flexible",
    "become_unit",
    "begin_business",
    "cancel_breach",
    "cancel_household",
    "cancel_person_change",
    "cancel_revocation",
    "change_agreement",
    "change_contact",
    "change_mandate",
    "close",
    "confirm_check",
    "confirm_lift",
    "end_business",
    "enter_check",
    "found_accounts_taken_over",
    "get_managed_account",
    "give_papers_to",
    "keep_for_loan",
    "leave",
    "propose_lift",
    "record_event",
    "record_households_taken_over",
    "report_death",
    "return_breach",
    "return_hold",
    "return_household",
    "return_person_change",
    "return_revocation",
    "seal",
    "shown",
    "shown_ban",
    "shown_breach",
    "shown_freeze",
    "shown_household",
    "shown_lift",
    "shown_person_change",
    "shown_revocation",
    "submit_ban",
    "submit_breach",
    "submit_freeze",
    "submit_household",
    "submit_opening",
    "submit_person_change",
    "submit_revocation",
    "unseal",
]
