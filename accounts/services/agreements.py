"""Changing what was agreed on: every change is a new version, the old one stays."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.contract import signed_law
from accounts.deaths import require_alive
from accounts.errors import BadField, NoAgreement, WrongState
from accounts.facts import ContributionMode
from accounts.holds import require_not_own
from accounts.models import Agreement, ChangeRecord, DebitMandate, MemberAccount, MemberEvent
from accounts.queries import find_last_agreement, find_mandate, lock_member_account
from accounts.services.changes import record_change
from accounts.services.intake import check_mandate, decide_or_refuse_terms
from accounts.terms import TermsFacts
from kernel.months import Month
from office.fields import blind_index
from office.models import User
from office.services import audit, require_permission
from policy.models import StoredDecision
from policy.queries import open_book

_CHECK_LENGTH = 64


@transaction.atomic
def change_agreement(
    *,
    member_account: MemberAccount,
    mode: str,
    monthly_amount_fen: int | None,
    business_date: dt.date,
    document_no: str,
    clerk: User,
) -> Agreement:
    """Agree on another mode or amount, in effect from next month.

    Args:
        mode: a code of ``Agreement.Mode``.
        monthly_amount_fen: None only in a free mode that knows no monthly amount.
        document_no: number of the form that the member signed.

    Raises:
        NotAllowed, OwnAccount: the person may not change this agreement.
        WrongState: the account is sealed or closed.
        Deceased: the member has died.
        TermsRefused: the terms do not fit the law of the month they begin in.

    Source: contribution.modes, contribution.monthly_minimum, contribution.monthly_maximum.
    """
    require_permission(clerk, "accounts.amend", member_account.centre)
    account = lock_member_account(member_account.pk)
    require_not_own(account, clerk)
    require_alive(account)
    if account.state != MemberAccount.State.NORMAL:
        raise WrongState(
            account.number, account.get_state_display(), _("Unseal the account first.")
        )
    signed = find_last_agreement(account)
    if signed is None or signed.state == Agreement.State.TERMINATED:
        raise NoAgreement(account.number, business_date)
    return replace_agreement(
        account=account,
        signed=signed,
        mode=mode,
        monthly_amount_fen=monthly_amount_fen,
        effective_month=(Month.of(business_date) + 1).first_day,
        business_date=business_date,
        document_no=document_no,
        by=clerk,
    )


def replace_agreement(
    *,
    account: MemberAccount,
    signed: Agreement,
    mode: str,
    monthly_amount_fen: int | None,
    effective_month: dt.date,
    business_date: dt.date,
    document_no: str,
    by: User,
) -> Agreement:
    """Sign the next version in the caller's transaction; limits are those of its first day.

    A version that begins this month is decided by the law of the business date.

    Raises:
        TermsRefused: the terms do not fit the law.
    """
    book = open_book(account.centre.code, max(effective_month, business_date))
    decision = decide_or_refuse_terms(
        facts=TermsFacts(mode=ContributionMode(mode), monthly_amount=monthly_amount_fen),
        book=book,
        centre=account.centre,
        business_date=business_date,
        subject=("accounts.agreement", f"{account.number}/{signed.version + 1}"),
        by=by,
    )
    Agreement.objects.filter(pk=signed.pk, state=Agreement.State.SIGNED).update(
        state=Agreement.State.REPLACED
    )
    agreement = Agreement.objects.create(
        member_account=account,
        version=signed.version + 1,
        mode=mode,
        monthly_amount_fen=monthly_amount_fen,
        signed_date=business_date,
        effective_month=effective_month,
        **signed_law(book.fresh(book.on)),
    )
    MemberEvent.objects.create(
        member_account=account,
        kind=MemberEvent.Kind.AGREEMENT_CHANGED,
        date=business_date,
        document_no=document_no,
        recorded_by=by,
    )
    _keep_change(agreement, signed, business_date, document_no, by, decision)
    return agreement


def _keep_change(
    agreement: Agreement,
    signed: Agreement,
    business_date: dt.date,
    document_no: str,
    by: User,
    decision: StoredDecision,
) -> None:
    """Keep what was agreed on before and after, as a receipt and in the audit trail."""
    account = agreement.member_account
    before = {"mode": signed.mode, "monthly_amount_fen": signed.monthly_amount_fen}
    after = {
        "mode": agreement.mode,
        "monthly_amount_fen": agreement.monthly_amount_fen,
        "effective_month": agreement.effective_month.isoformat(),
    }
    record_change(
        member_account=account,
        kind=ChangeRecord.Kind.AGREEMENT,
        number=document_no,
        business_date=business_date,
        by=by,
        decision=decision,
        before=before,
        after=after,
    )
    audit(
        actor=by,
        action="accounts.change_agreement",
        target=agreement,
        centre=account.centre,
        subject=account.number,
        before=before,
        after=after,
    )


@transaction.atomic
def change_mandate(
    *,
    member_account: MemberAccount,
    bank: str,
    card: str,
    debit_day: int,
    business_date: dt.date,
    document_no: str,
    check_no: str,
    clerk: User,
) -> DebitMandate:
    """Sign a mandate for another card or day of debit; it collects from next month on.

    Until then the card before collects, so that no month falls between two days of debit. What is
    paid out goes to the new card at once.

    Args:
        document_no: number of the form that the member signed.
        check_no: the bank's answer that name, identity number, card and phone go together.

    Raises:
        NotAllowed, OwnAccount: the person may not change this mandate.
        BadField: card, day or check cannot be one, or nothing is different.
        WrongState: the account is closed.
        Deceased: the member has died.
    """
    require_permission(clerk, "accounts.amend", member_account.centre)
    check_mandate(bank, card, debit_day)
    if not 0 < len(check_no.strip()) <= _CHECK_LENGTH:
        expected = _("the number of the bank's answer on name, identity number, card and phone")
        raise BadField("check_no", seen=check_no.strip()[:20] or " ", expected=expected)
    account = lock_member_account(member_account.pk)
    require_not_own(account, clerk)
    require_alive(account)
    if not account.is_open:
        raise WrongState(account.number, account.get_state_display())
    running = find_mandate(account)
    if running and (running.bank, running.card, running.debit_day) == (bank, card, debit_day):
        raise BadField("card", _("Nothing is different from the mandate on record."))
    mandate = _replace_mandate(account, running, bank, card, debit_day, business_date, check_no)
    before, after = _mandate_facts(running) if running else {}, _mandate_facts(mandate)
    record_change(
        member_account=account,
        kind=ChangeRecord.Kind.MANDATE,
        number=document_no,
        business_date=business_date,
        by=clerk,
        before=before,
        after=after,
    )
    audit(
        actor=clerk,
        action="accounts.change_mandate",
        target=mandate,
        centre=account.centre,
        subject=account.number,
        before=before,
        after=after,
    )
    return mandate


def _replace_mandate(
    account: MemberAccount,
    running: DebitMandate | None,
    bank: str,
    card: str,
    debit_day: int,
    business_date: dt.date,
    check_no: str,
) -> DebitMandate:
    """End the mandate that runs with this month, and sign the next version from the next one."""
    begins = (Month.of(business_date) + 1).first_day if running else business_date
    if running is not None:
        DebitMandate.objects.filter(pk=running.pk).update(ended_date=begins)
    last = account.mandates.order_by("-version").first()
    return DebitMandate.objects.create(
        member_account=account,
        version=last.version + 1 if last else 1,
        bank=bank.strip(),
        card=card,
        card_index=blind_index(card),
        card_last4=card[-4:],
        debit_day=debit_day,
        signed_date=business_date,
        effective_date=begins,
        check_no=check_no.strip(),
    )


def _mandate_facts(mandate: DebitMandate) -> dict[str, object]:
    begins = mandate.effective_date or mandate.signed_date
    return {
        "bank": mandate.bank,
        "card": f"**** {mandate.card_last4}",
        "debit_day": mandate.debit_day,
        "effective_date": begins.isoformat(),
        "check_no": mandate.check_no,
    }
