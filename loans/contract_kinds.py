"""How contract, security, payment and change of a loan are described; see ``loans.inbox``."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kernel.money import grouped_yuan
from loans.contract_facts import ChangeKind
from loans.models import (
    Disbursement,
    DisbursementUndo,
    Loan,
    LoanChange,
    LoanContract,
    LoanSecurity,
    SecurityRelease,
)
from loans.services import (
    approve_change,
    approve_contract,
    approve_disbursement,
    approve_release,
    approve_security,
    approve_undo,
    cancel_change,
    cancel_contract,
    cancel_disbursement,
    cancel_release,
    cancel_security,
    cancel_undo,
    return_change,
    return_contract,
    return_disbursement,
    return_release,
    return_security,
    return_undo,
    shown_change,
    shown_contract,
    shown_disbursement,
    shown_release,
    shown_security,
    shown_undo,
)
from office.inbox import Kind, Rows
from policy.wording import describe_term


def describe_offset(mode: str, sources: str, retained_fen: int) -> str:
    """Say an offset agreement in one line."""
    if not mode:
        return _("none")
    order = " → ".join(describe_term(source) for source in sources.split())
    return _("%(mode)s; from %(order)s; %(retained)s yuan stay") % {
        "mode": describe_term(f"OFFSET_{mode}"),
        "order": order,
        "retained": grouped_yuan(retained_fen),
    }


def _loan_rows(loan: Loan) -> Rows:
    return [
        (_("Member"), loan.member_account.member.name),
        (pgettext("loan", "Loan"), f"{loan.number}　{loan.contract_no}"),
        (_("Principal (yuan)"), grouped_yuan(loan.principal_fen)),
    ]


def _contract_facts(contract: LoanContract) -> Rows:
    due = contract.due_day
    return [
        (_("Member"), contract.member_account.member.name),
        (_("Contract"), contract.contract_no),
        (_("Application"), contract.application.number),
        (_("Principal (yuan)"), grouped_yuan(contract.principal_fen)),
        (_("Term"), _("%(months)s months") % {"months": contract.term_months}),
        (_("Method of repayment"), describe_term(contract.method)),
        (_("Number of the home"), str(contract.home_number)),
        (
            _("Annual rate"),
            _("%(rate)s%% (table of the day: %(table)s%%)")
            % {"rate": contract.rate_percent, "table": contract.table_percent},
        ),
        (
            _("Due day"),
            _("day %(day)s of the month") % {"day": due} if due else _("the day of the payment"),
        ),
        (_("Repayment card"), f"{contract.bank}　****{contract.card_last4}"),
        (
            _("Offset agreement"),
            describe_offset(contract.offset_mode, contract.offset_sources, contract.retained_fen),
        ),
    ]


def _security_facts(security: LoanSecurity) -> Rows:
    rows = [
        *_loan_rows(security.loan),
        (_("Security"), describe_term(security.kind)),
        (_("What secures it"), security.thing),
        (_("Number in the register"), security.register_no),
        (_("Registered on"), security.registered_date.isoformat()),
        (_("Value (yuan)"), grouped_yuan(security.value_fen)),
    ]
    if security.insurance_no:
        rows.append((_("Policy of the loan insurance"), security.insurance_no))
    if security.released_date:
        rows.append((_("Released on"), security.released_date.isoformat()))
    return rows


def _release_facts(release: SecurityRelease) -> Rows:
    return [
        *_security_facts(release.security),
        (_("Number of the certificate"), release.certificate_no),
        (_("Handed to"), release.receiver),
    ]


def _payment_facts(payment: Disbursement) -> Rows:
    rows = [
        *_loan_rows(payment.loan),
        (_("Annual rate"), f"{payment.rate_percent}%"),
        (_("Kind of payee"), describe_term(payment.payee_kind)),
        (_("Payee"), payment.payee),
        (_("Paid to"), f"{payment.bank}　****{payment.account_last4}"),
    ]
    if payment.undone_date:
        rows.append((_("Taken back on"), payment.undone_date.isoformat()))
    return rows


def _undo_facts(undo: DisbursementUndo) -> Rows:
    payment = undo.disbursement
    return [*_payment_facts(payment), (_("Payment"), payment.number), (_("Reason"), undo.reason)]


def _change_facts(change: LoanChange) -> Rows:
    rows = [
        *_loan_rows(change.loan),
        (pgettext("loan", "Change"), describe_term(f"CHANGE_{change.kind}")),
        (_("Reason"), change.reason),
    ]
    if change.new_term_months:
        rows.append((_("New term"), _("%(months)s months") % {"months": change.new_term_months}))
    if change.new_method:
        rows.append((_("New method of repayment"), describe_term(change.new_method)))
    if change.card_last4:
        rows.append((_("New repayment card"), f"{change.bank}　****{change.card_last4}"))
    if change.kind == ChangeKind.OFFSET:
        agreed = change.preview.get("agreed")
        if agreed:
            so_far = describe_offset(agreed["mode"], agreed["sources"], agreed["retained_fen"])
            rows.append((_("Offset agreement so far"), f"{agreed['signed']}　{so_far}"))
        offset = describe_offset(change.offset_mode, change.offset_sources, change.retained_fen)
        rows.append((_("New offset agreement"), offset))
    return rows + _preview_rows(change.preview)


def _preview_rows(preview: dict[str, Any]) -> Rows:
    """Set the schedule before beside the one after."""
    before, after = preview.get("before"), preview.get("after")
    if not before or not after:
        return []

    def beside(name: str, *, money: bool = False) -> str:
        old, new = before[name], after[name]
        return f"{grouped_yuan(old)} → {grouped_yuan(new)}" if money else f"{old} → {new}"

    return [
        (_("Instalments: now → then"), beside("instalments")),
        (_("Next payment: now → then"), beside("next_payment_fen", money=True)),
        (_("Last due day: now → then"), beside("last_due")),
        (_("Interest still to come: now → then"), beside("interest_left_fen", money=True)),
    ]


def _change_headline(change: LoanChange) -> str:
    if change.kind == ChangeKind.OFFSET and not change.offset_mode:
        return _("Loan %(loan)s: the offset agreement ends") % {"loan": change.loan.number}
    return _("Loan %(loan)s: %(what)s") % {
        "loan": change.loan.number,
        "what": describe_term(f"CHANGE_{change.kind}"),
    }


def _contract_headline(contract: LoanContract) -> str:
    return _("Contract %(number)s: %(amount)s yuan at %(rate)s%%") % {
        "number": contract.contract_no,
        "amount": grouped_yuan(contract.principal_fen),
        "rate": contract.rate_percent,
    }


def _security_headline(security: LoanSecurity) -> str:
    return _("%(kind)s %(number)s secures loan %(loan)s") % {
        "kind": describe_term(security.kind),
        "number": security.register_no,
        "loan": security.loan.number,
    }


def _release_headline(release: SecurityRelease) -> str:
    return _("Security %(number)s is given back") % {"number": release.security.register_no}


def _payment_headline(payment: Disbursement) -> str:
    return _("%(amount)s yuan of loan %(loan)s to %(payee)s") % {
        "amount": grouped_yuan(payment.amount_fen),
        "loan": payment.loan.number,
        "payee": payment.payee,
    }


def _undo_headline(undo: DisbursementUndo) -> str:
    return _("Payment %(number)s is taken back: %(reason)s") % {
        "number": undo.disbursement.number,
        "reason": undo.reason,
    }


def _approve_contract(*, document: LoanContract, **decided: Any) -> object:
    return approve_contract(contract=document, **decided)


def _return_contract(*, document: LoanContract, reason: str, by: Any, **_day: Any) -> object:
    return return_contract(contract=document, reason=reason, by=by)


def _cancel_contract(*, document: LoanContract, by: Any) -> object:
    return cancel_contract(contract=document, by=by)


def _approve_security(*, document: LoanSecurity, **decided: Any) -> object:
    return approve_security(security=document, **decided)


def _return_security(*, document: LoanSecurity, reason: str, by: Any, **_day: Any) -> object:
    return return_security(security=document, reason=reason, by=by)


def _cancel_security(*, document: LoanSecurity, by: Any) -> object:
    return cancel_security(security=document, by=by)


def _approve_release(*, document: SecurityRelease, **decided: Any) -> object:
    return approve_release(release=document, **decided)


def _return_release(*, document: SecurityRelease, reason: str, by: Any, **_day: Any) -> object:
    return return_release(release=document, reason=reason, by=by)


def _cancel_release(*, document: SecurityRelease, by: Any) -> object:
    return cancel_release(release=document, by=by)


def _approve_payment(*, document: Disbursement, **decided: Any) -> object:
    return approve_disbursement(disbursement=document, **decided)


def _return_payment(*, document: Disbursement, reason: str, by: Any, **_day: Any) -> object:
    return return_disbursement(disbursement=document, reason=reason, by=by)


def _cancel_payment(*, document: Disbursement, by: Any) -> object:
    return cancel_disbursement(disbursement=document, by=by)


def _approve_undo(*, document: DisbursementUndo, **decided: Any) -> object:
    return approve_undo(undo=document, **decided)


def _return_undo(*, document: DisbursementUndo, reason: str, by: Any, **_day: Any) -> object:
    return return_undo(undo=document, reason=reason, by=by)


def _cancel_undo(*, document: DisbursementUndo, by: Any) -> object:
    return cancel_undo(undo=document, by=by)


def _approve_change(*, document: LoanChange, **decided: Any) -> object:
    return approve_change(change=document, **decided)


def _return_change(*, document: LoanChange, reason: str, by: Any, **_day: Any) -> object:
    return return_change(change=document, reason=reason, by=by)


def _cancel_change(*, document: LoanChange, by: Any) -> object:
    return cancel_change(change=document, by=by)


CONTRACT_KINDS = (
    Kind(
        name="loan-contract",
        title=gettext_lazy("Loan contract"),
        model=LoanContract,
        facts=_contract_facts,
        headline=_contract_headline,
        amount_fen=lambda one: one.principal_fen,
        shown=shown_contract,
        approve=_approve_contract,
        return_=_return_contract,
        cancel=_cancel_contract,
    ),
    Kind(
        name="loan-security",
        title=gettext_lazy("Security of a loan"),
        model=LoanSecurity,
        facts=_security_facts,
        headline=_security_headline,
        shown=shown_security,
        approve=_approve_security,
        return_=_return_security,
        cancel=_cancel_security,
    ),
    Kind(
        name="loan-release",
        title=gettext_lazy("Release of a security"),
        model=SecurityRelease,
        facts=_release_facts,
        headline=_release_headline,
        shown=shown_release,
        approve=_approve_release,
        return_=_return_release,
        cancel=_cancel_release,
    ),
    Kind(
        name="loan-payment",
        title=gettext_lazy("Payment of a loan"),
        model=Disbursement,
        facts=_payment_facts,
        headline=_payment_headline,
        amount_fen=lambda one: one.amount_fen,
        shown=shown_disbursement,
        approve=_approve_payment,
        return_=_return_payment,
        cancel=_cancel_payment,
    ),
    Kind(
        name="loan-payment-undo",
        title=gettext_lazy("Payment of a loan taken back"),
        model=DisbursementUndo,
        facts=_undo_facts,
        headline=_undo_headline,
        amount_fen=lambda one: one.disbursement.amount_fen,
        shown=shown_undo,
        approve=_approve_undo,
        return_=_return_undo,
        cancel=_cancel_undo,
    ),
    Kind(
        name="loan-change",
        title=gettext_lazy("Change of a loan"),
        model=LoanChange,
        facts=_change_facts,
        headline=_change_headline,
        shown=shown_change,
        approve=_approve_change,
        return_=_return_change,
        cancel=_cancel_change,
    ),
)
