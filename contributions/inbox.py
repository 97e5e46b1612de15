"""How the documents about money in and out of an account are described to people."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from contributions.approving import get_approve_permission, list_decidable
from contributions.exit_kind import EXIT
from contributions.inheritance_kinds import INHERITANCE_KINDS
from contributions.models import Deposit, Dispute, DormancyList, Withdrawal
from contributions.moves_kinds import MOVE_KINDS
from contributions.services import (
    approve_answer,
    approve_list,
    approve_withdrawal,
    cancel_dispute,
    cancel_withdrawal,
    return_answer,
    return_list,
    return_withdrawal,
    shown_dispute,
    shown_list,
    shown_withdrawal,
)
from kernel.money import grouped_yuan
from kernel.months import Month
from office.documents import cancel
from office.inbox import Kind, Rows
from office.models import User
from policy.wording import describe_term


def _deposit_facts(deposit: Deposit) -> Rows:
    months = [str(Month.of(one.month)) for one in deposit.coverage.order_by("month")]
    return [
        (_("Member"), deposit.member_account.member.name),
        (_("Mode"), f"{deposit.get_mode_display()}　{deposit.get_channel_display()}"),
        (_("Months covered"), "、".join(months) or _("no further month")),
    ]


def _deposit_headline(deposit: Deposit) -> str:
    return _("%(amount)s yuan paid in") % {"amount": grouped_yuan(deposit.amount_fen)}


def _withdrawal_facts(withdrawal: Withdrawal) -> Rows:
    rows = [
        (_("Member"), withdrawal.member_account.member.name),
        (pgettext("withdrawal", "Ground"), describe_term(withdrawal.ground)),
        (_("Asked (yuan)"), grouped_yuan(withdrawal.asked_fen)),
        (_("Allowed (yuan)"), grouped_yuan(withdrawal.allowed_fen)),
        (_("Household"), describe_term(withdrawal.household)),
    ]
    if withdrawal.taken_self_fen or withdrawal.taken_spouse_fen:
        taken = grouped_yuan(withdrawal.taken_self_fen)
        spouse = grouped_yuan(withdrawal.taken_spouse_fen)
        rows.append((_("Taken before in the period: member / spouse"), f"{taken} / {spouse}"))
    rows += [
        (describe_term(paper["code"]), paper["document_no"] or "—") for paper in withdrawal.papers
    ]
    card = f"{withdrawal.bank} ****{withdrawal.card_last4}"
    rows.append((_("Paid to"), f"{withdrawal.payee}　{card}"))
    if withdrawal.due_date:
        rows.append((_("To be decided by"), withdrawal.due_date.isoformat()))
    return rows


def _withdrawal_headline(withdrawal: Withdrawal) -> str:
    return _("%(allowed)s yuan can be paid out: %(ground)s") % {
        "allowed": grouped_yuan(withdrawal.allowed_fen),
        "ground": describe_term(withdrawal.ground),
    }


def _approve_withdrawal(*, document: Withdrawal, **decided: Any) -> object:
    return approve_withdrawal(withdrawal=document, **decided)


def _return_withdrawal(*, document: Withdrawal, reason: str, by: User, **_day: Any) -> object:
    return return_withdrawal(withdrawal=document, reason=reason, by=by)


def _cancel_withdrawal(*, document: Withdrawal, by: User) -> object:
    return cancel_withdrawal(withdrawal=document, by=by)


def _dispute_facts(dispute: Dispute) -> Rows:
    rows = [
        (_("Member"), dispute.member_account.member.name),
        (_("What the member says"), dispute.claim),
        (_("Balance in the books"), grouped_yuan(dispute.balance_fen)),
    ]
    if dispute.claimed_fen is not None:
        rows.append((_("Balance the member claims"), grouped_yuan(dispute.claimed_fen)))
    if dispute.due_date:
        rows.append((_("To be answered by"), dispute.due_date.isoformat()))
    if dispute.bank_date:
        paper = f"{dispute.bank_date}　{dispute.bank_document_no}　{dispute.bank_finding}"
        rows.append((_("The bank's review"), paper))
    if dispute.outcome:
        rows.append((_("Finding"), str(dispute.get_outcome_display())))
        rows.append((_("Answer"), dispute.answer))
    if dispute.correction is not None:
        rows.append((_("Corrected by"), dispute.correction.number))
    return rows


def _dispute_headline(dispute: Dispute) -> str:
    if dispute.state == Dispute.State.APPROVED:
        return _("answered on %(day)s: %(finding)s") % {
            "day": dispute.answered_date,
            "finding": dispute.get_outcome_display(),
        }
    return _("The member disputes the balance of %(balance)s yuan") % {
        "balance": grouped_yuan(dispute.balance_fen)
    }


def _approve_answer(*, document: Dispute, **decided: Any) -> object:
    return approve_answer(dispute=document, **decided)


def _return_answer(*, document: Dispute, reason: str, by: User, **_day: Any) -> object:
    return return_answer(dispute=document, reason=reason, by=by)


def _cancel_dispute(*, document: Dispute, by: User) -> object:
    return cancel_dispute(dispute=document, by=by)


def _list_facts(dormancy_list: DormancyList) -> Rows:
    rows = [(_("Accounts"), str(dormancy_list.candidates.count()))]
    chosen = dormancy_list.candidates.select_related("member_account").order_by("pk")
    rows += [(one.get_action_display(), one.member_account.number) for one in chosen[:_LISTED]]
    return rows


_LISTED = 50


def _approve_list(*, document: DormancyList, digest: str, by: User, **_day: Any) -> object:
    return approve_list(dormancy_list=document, digest=digest, by=by)


def _return_list(*, document: DormancyList, **decided: Any) -> object:
    return return_list(dormancy_list=document, **decided)


KINDS = (
    Kind(
        name="deposit",
        title=gettext_lazy("Deposit"),
        model=Deposit,
        facts=_deposit_facts,
        headline=_deposit_headline,
        amount_fen=lambda one: one.amount_fen,
    ),
    Kind(
        name="withdrawal",
        title=gettext_lazy("Withdrawal"),
        model=Withdrawal,
        facts=_withdrawal_facts,
        headline=_withdrawal_headline,
        amount_fen=lambda one: one.allowed_fen,
        shown=shown_withdrawal,
        approve=_approve_withdrawal,
        return_=_return_withdrawal,
        cancel=_cancel_withdrawal,
        approve_permission=get_approve_permission,
        decidable=list_decidable,
    ),
    EXIT,
    *INHERITANCE_KINDS,
    Kind(
        name="dispute",
        title=gettext_lazy("Dispute about a balance"),
        model=Dispute,
        facts=_dispute_facts,
        headline=_dispute_headline,
        shown=shown_dispute,
        approve=_approve_answer,
        return_=_return_answer,
        cancel=_cancel_dispute,
    ),
    Kind(
        name="dormancy-list",
        title=gettext_lazy("List of idle accounts"),
        model=DormancyList,
        facts=_list_facts,
        headline=lambda one: _("Idle accounts of %(day)s") % {"day": one.business_date.isoformat()},
        shown=shown_list,
        approve=_approve_list,
        return_=_return_list,
        cancel=cancel,
    ),
    *MOVE_KINDS,
)
