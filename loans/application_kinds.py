"""How loan applications, credit events and contests are described to people."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts.models import OutsideCheck
from kernel.documents import mask_document
from kernel.money import grouped_yuan
from loans.facts import Product, RefusalCode
from loans.models import CreditContest, CreditEvent, LoanApplication, LoanParty
from loans.queries import list_twins
from loans.services.applications import (
    cancel_loan_application,
    list_parties,
    shown_application,
    withdraw_loan_application,
)
from loans.services.credit import (
    approve_contest,
    cancel_contest,
    return_contest,
    shown_contest,
)
from loans.services.reviews import (
    describe_step,
    has_looked,
    list_reviewable,
    pass_review,
    refuse_application,
    return_application,
    review_permission,
)
from office.documents import find_withdrawal
from office.inbox import Kind, Rows
from office.models import User
from office.queries import find_open_day
from office.services import DayNotOpen
from policy.terms import TERMS
from policy.wording import describe_term

_BOUNDS = {
    "formula": gettext_lazy("by what was contributed"),
    "cap": gettext_lazy("by the highest loan"),
    "price_limit": gettext_lazy("by the price"),
    "capacity": gettext_lazy("by the family's income"),
}
State = LoanApplication.State
_CENTI = 100


def _application_facts(application: LoanApplication) -> Rows:
    term = _("%(months)s months, %(method)s") % {
        "months": application.term_months,
        "method": describe_term(application.method),
    }
    rows = [
        (_("Member"), application.member_account.member.name),
        (
            _("Kind and use"),
            f"{describe_term(application.product)}　{describe_term(application.purpose)}",
        ),
        (_("Asked (yuan)"), grouped_yuan(application.asked_fen)),
        (_("Can be granted (yuan)"), grouped_yuan(application.granted_fen)),
        (_("Term and repayment"), term),
        *_quota_rows(application),
        *_home_rows(application),
        *(_party_row(party) for party in list_parties(application)),
    ]
    if application.due_date:
        rows.append((_("To be decided by"), application.due_date.isoformat()))
    if application.next_step:
        rows.append((_("Waits for"), describe_step(application)))
    if application.state == State.REFUSED:
        rows.append((_("Refused because"), str(application.get_refusal_code_display())))
    if application.state == State.CANCELLED and (back := find_withdrawal(application)):
        said = f"{back.reason}　{back.actor or ''}　{back.branch or ''}"
        rows.append((_("Taken back for the applicant"), said.strip()))
    return rows


def _quota_rows(application: LoanApplication) -> Rows:
    """List what bounds the loan, which of it binds, and the other reading where there is one."""
    result: Mapping[str, Any] = application.decision.result or {}
    found: Mapping[str, Any] = result.get("quota", {})
    if not found:
        return []
    binding = found.get("binding") or ""
    rows = [
        (_("Quota (yuan)"), f"{grouped_yuan(application.quota_fen)}　{_BOUNDS.get(binding, '')}"),
        (
            _("Monthly average × multiplier"),
            f"{grouped_yuan(found['average_monthly_fen'])} × {found['multiplier'] or '—'}",
        ),
    ]
    bounds = [
        f"{_BOUNDS[name]} {grouped_yuan(found[f'{name}_fen'])}"
        for name in _BOUNDS
        if found.get(f"{name}_fen") is not None
    ]
    rows.append((_("Bounds (yuan)"), "；".join(bounds)))
    if found.get("max_term_months"):
        rows.append((_("Longest term (months)"), str(found["max_term_months"])))
    if found.get("alternative_quota_fen") is not None:
        other = grouped_yuan(found["alternative_quota_fen"])
        rows.append((_("Quota in the other reading of the clause"), other))
    if application.reading:
        said = f"{describe_term(application.reading)}　{application.reading_reason}"
        rows.append((_("Reading chosen by a supervisor"), said))
    return rows


def _home_rows(application: LoanApplication) -> Rows:
    area = f"{application.area_centi // _CENTI}.{application.area_centi % _CENTI:02d} m²"
    green = f"　{_('green building')}" if application.is_green else ""
    rows = [
        (pgettext("loan", "Home"), f"{application.address}　{area}{green}"),
        (_("Price (yuan)"), grouped_yuan(application.price_fen)),
        (
            _("Bought on, number of the contract"),
            f"{application.purchase_date}　{application.purchase_no}",
        ),
        (
            _("Number of the home"),
            _("first home") if application.home_number == 1 else _("second home"),
        ),
        (_("Monthly income of the family (yuan)"), grouped_yuan(application.family_income_fen)),
        (_("Security"), f"{describe_term(application.security)}　{application.security_note}"),
    ]
    if application.is_insured:
        rows.append((_("Loan insurance"), _("wished")))
    if application.bank_part_fen:
        label = (
            _("The bank's part (yuan)")
            if application.product == Product.COMBINATION
            else _("Still owed to the bank (yuan)")
        )
        said = f"{grouped_yuan(application.bank_part_fen)}　{application.bank}"
        rows.append((label, f"{said}　{application.bank_contract_no}".strip()))
    return rows


def _party_row(party: LoanParty) -> tuple[str, str]:
    answers = "　".join(
        f"{check.get_kind_display()}：{check.get_result_display()} {check.asked_date}"
        for check in (party.platform_check, party.credit_check)
        if isinstance(check, OutsideCheck)
    )
    missed = ""
    if party.overdue_total:
        missed = "　" + _("missed instalments: %(row)s in a row, %(total)s in all") % {
            "row": party.overdue_in_a_row,
            "total": party.overdue_total,
        }
    said = f"{party.name}　{mask_document(party.number)}　{answers}{missed}"
    return str(party.get_role_display()), said.strip()


def _application_headline(application: LoanApplication) -> str:
    told = {
        "granted": grouped_yuan(application.granted_fen),
        "months": application.term_months,
        "reason": application.get_refusal_code_display(),
        "step": describe_step(application),
    }
    if application.state == State.REFUSED:
        return _("Loan refused: %(reason)s") % told
    if application.state == State.APPROVED:
        return _("Loan of %(granted)s yuan over %(months)s months granted") % told
    if application.next_step:
        return _("Loan of %(granted)s yuan over %(months)s months: %(step)s") % told
    return _("Loan of %(granted)s yuan over %(months)s months") % told


def _warnings(application: LoanApplication) -> list[str]:
    if application.granted_fen < application.asked_fen:
        return [
            _("%(asked)s yuan were asked for; %(granted)s yuan can be granted.")
            % {
                "asked": grouped_yuan(application.asked_fen),
                "granted": grouped_yuan(application.granted_fen),
            }
        ]
    return []


def _decision(application: LoanApplication) -> Any:
    return application.approval_decision or application.decision


def _pass(*, document: LoanApplication, **decided: Any) -> object:
    return pass_review(application=document, **decided)


def _return(*, document: LoanApplication, **decided: Any) -> object:
    return return_application(application=document, **decided)


def _refuse(*, document: LoanApplication, **decided: Any) -> object:
    return refuse_application(application=document, **decided)


def _cancel(*, document: LoanApplication, by: User) -> object:
    day = find_open_day(document.centre)
    if day is None:
        raise DayNotOpen(_("No business day is open; taking back waits for the next one."))
    return cancel_loan_application(application=document, business_date=day.date, by=by)


def _withdraw(*, document: LoanApplication, **told: Any) -> object:
    return withdraw_loan_application(application=document, **told)


def _event_facts(event: CreditEvent) -> Rows:
    rows = [
        (_("Member"), event.member.name),
        (pgettext("credit", "What happened"), str(event.get_kind_display())),
        (pgettext("credit", "On"), event.date.isoformat()),
        (_("By document"), event.document_no),
    ]
    if event.loan is not None:
        rows.append((pgettext("credit", "Loan"), event.loan.number))
    if event.in_a_row:
        rows.append((_("Missed instalments in a row"), str(event.in_a_row)))
    if event.note:
        rows.append((_("Note"), event.note))
    if event.corrected_date:
        rows.append((_("Counts no more since"), event.corrected_date.isoformat()))
    rows += [
        (_("Contested"), f"{one.number}　{one.get_state_display()}")
        for one in event.contests.order_by("id")
    ]
    return rows


def _contest_facts(contest: CreditContest) -> Rows:
    rows = [
        (_("Member"), contest.member_account.member.name),
        (_("The record"), f"{contest.event.number}　{contest.event}"),
        (_("What the member says"), contest.claim),
    ]
    rows += [
        (_("On record for the same reason"), f"{twin.member.name}　{twin.number}")
        for twin in list_twins(contest.event)
    ]
    if contest.due_date:
        rows.append((_("To be answered by"), contest.due_date.isoformat()))
    if contest.outcome:
        rows += [
            (_("Finding"), str(contest.get_outcome_display())),
            (_("Answer"), contest.answer),
        ]
    return rows


def _contest_headline(contest: CreditContest) -> str:
    if contest.state == CreditContest.State.APPROVED:
        return _("answered on %(day)s: %(finding)s") % {
            "day": contest.answered_date,
            "finding": contest.get_outcome_display(),
        }
    return _("The member contests a credit record: %(event)s") % {"event": contest.event}


def _approve_contest(*, document: CreditContest, **decided: Any) -> object:
    return approve_contest(contest=document, **decided)


def _return_contest(*, document: CreditContest, reason: str, by: User, **_day: Any) -> object:
    return return_contest(contest=document, reason=reason, by=by)


def _cancel_contest(*, document: CreditContest, by: User) -> object:
    return cancel_contest(contest=document, by=by)


APPLICATION_KINDS = (
    Kind(
        name="loan-application",
        title=pgettext_lazy("business", "Loan application"),
        model=LoanApplication,
        facts=_application_facts,
        headline=_application_headline,
        amount_fen=lambda one: one.granted_fen,
        decision=_decision,
        warnings=_warnings,
        shown=shown_application,
        approve=_pass,
        return_=_return,
        refuse=_refuse,
        refusals=tuple((one.value, TERMS[f"REFUSED_{one.value}"]) for one in RefusalCode),
        cancel=_cancel,
        cancels_returned=True,
        withdraw=_withdraw,
        needed_permission=review_permission,
        decidable=list_reviewable,
        looked=has_looked,
        step=describe_step,
    ),
    Kind(
        name="credit-event",
        title=pgettext_lazy("business", "Credit event"),
        model=CreditEvent,
        facts=_event_facts,
        headline=str,
        amount_fen=lambda one: one.amount_fen,
    ),
    Kind(
        name="credit-contest",
        title=pgettext_lazy("business", "Contest of a credit event"),
        model=CreditContest,
        facts=_contest_facts,
        headline=_contest_headline,
        shown=shown_contest,
        approve=_approve_contest,
        return_=_return_contest,
        cancel=_cancel_contest,
    ),
)
