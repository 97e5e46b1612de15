"""Changing what was agreed on: every change is a new version, the old one stays."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import NoAgreement, WrongState
from accounts.facts import ContributionMode
from accounts.holds import require_not_own
from accounts.models import Agreement, DebitMandate, MemberAccount, MemberEvent
from accounts.queries import find_mandate, find_signed_agreement, lock_member_account
from accounts.services.intake import check_mandate, decide_or_refuse_terms
from accounts.terms import TermsFacts, clauses_of
from kernel.months import Month
from office.fields import blind_index
from office.models import User
from office.services import audit, require_permission
from policy.queries import open_book


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
        TermsRefused: the terms do not fit the law of the month they begin in.

    Source: contribution.modes, contribution.monthly_minimum, contribution.monthly_maximum.
    """
    require_permission(clerk, "accounts.amend", member_account.centre)
    account = lock_member_account(member_account.pk)
    require_not_own(account, clerk)
    if account.state != MemberAccount.State.NORMAL:
        raise WrongState(
            account.number, account.get_state_display(), _("Unseal the account first.")
        )
    signed = find_signed_agreement(account)
    if signed is None:
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
    decide_or_refuse_terms(
        facts=TermsFacts(mode=ContributionMode(mode), monthly_amount=monthly_amount_fen),
        book=book,
        centre=account.centre,
        business_date=business_date,
        subject=("accounts.agreement", f"{account.number}/{signed.version + 1}"),
        by=by,
    )
    Agreement.objects.filter(pk=signed.pk).update(state=Agreement.State.REPLACED)
    agreement = Agreement.objects.create(
        member_account=account,
        version=signed.version + 1,
        mode=mode,
        monthly_amount_fen=monthly_amount_fen,
        signed_date=business_date,
        effective_month=effective_month,
        clauses=clauses_of(book.fresh(book.on)),
    )
    MemberEvent.objects.create(
        member_account=account,
        kind=MemberEvent.Kind.AGREEMENT_CHANGED,
        date=business_date,
        document_no=document_no,
        recorded_by=by,
    )
    audit(
        actor=by,
        action="accounts.change_agreement",
        target=agreement,
        centre=account.centre,
        subject=account.number,
        before={"mode": signed.mode, "monthly_amount_fen": signed.monthly_amount_fen},
        after={
            "mode": mode,
            "monthly_amount_fen": monthly_amount_fen,
            "effective_month": effective_month.isoformat(),
        },
    )
    return agreement


@transaction.atomic
def change_mandate(
    *,
    member_account: MemberAccount,
    bank: str,
    card: str,
    debit_day: int,
    business_date: dt.date,
    clerk: User,
) -> DebitMandate:
    """Sign a mandate for another card or day of debit; the old one ends today.

    Raises:
        NotAllowed, OwnAccount: the person may not change this mandate.
        BadField: card or day cannot be one.
        WrongState: the account is closed.
    """
    require_permission(clerk, "accounts.amend", member_account.centre)
    check_mandate(bank, card, debit_day)
    account = lock_member_account(member_account.pk)
    require_not_own(account, clerk)
    if not account.is_open:
        raise WrongState(account.number, account.get_state_display())
    running = find_mandate(account)
    if running is not None:
        DebitMandate.objects.filter(pk=running.pk).update(ended_date=business_date)
    last = account.mandates.order_by("-version").first()
    mandate = DebitMandate.objects.create(
        member_account=account,
        version=last.version + 1 if last else 1,
        bank=bank.strip(),
        card=card,
        card_index=blind_index(card),
        card_last4=card[-4:],
        debit_day=debit_day,
        signed_date=business_date,
    )
    audit(
        actor=clerk,
        action="accounts.change_mandate",
        target=mandate,
        centre=account.centre,
        subject=account.number,
        after={"bank": mandate.bank, "card": card, "debit_day": debit_day},
    )
    return mandate
