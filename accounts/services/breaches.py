"""Breaches of an agreement (违约): noted with a written notice, by two persons."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.contract import breaches_of
from accounts.deaths import require_alive
from accounts.errors import AlreadyEntered, BadField, NoAgreement
from accounts.holds import require_not_own
from accounts.models import Agreement, BreachNotice, MemberAccount
from accounts.queries import find_signed_agreement, lock_member_account
from accounts.services.checks import read_text
from office.documents import approve, cancel, return_, submit
from office.models import User
from office.services import audit, next_number, require_permission

_NUMBER_LENGTH = 64


@transaction.atomic
def submit_breach(
    *,
    member_account: MemberAccount,
    code: str,
    happened_date: dt.date,
    notice_no: str,
    business_date: dt.date,
    clerk: User,
) -> BreachNotice:
    """Note a breach with the notice sent to the member, and hand it to a second person.

    Args:
        code: a kind of breach that the signed version names.
        notice_no: number of the written notice.

    Raises:
        NotAllowed, OwnAccount: the person may not do this.
        NoAgreement, Deceased: no agreement is signed, or the member has died.
        BadField: the signed version names no such breach, or day or number are impossible.
        AlreadyEntered: the notice is entered already.

    Source: agreement.breach_kinds; Liaoning (二), Lianyungang 三(二).
    """
    require_permission(clerk, BreachNotice.submit_permission, member_account.centre)
    account = lock_member_account(member_account.pk)
    require_not_own(account, clerk)
    require_alive(account)
    signed = find_signed_agreement(account)
    if signed is None:
        raise NoAgreement(account.number, business_date)
    known = {breach.code: breach for breach in breaches_of(signed.clauses)}
    if code not in known:
        expected = ", ".join(known) or _("none: the signed version names no breach")
        raise BadField("code", seen=code or " ", expected=expected)
    if not signed.signed_date <= happened_date <= business_date:
        expected = f"{signed.signed_date} – {business_date}"
        raise BadField("happened_date", seen=str(happened_date), expected=expected)
    read_text("notice_no", notice_no, _NUMBER_LENGTH)
    notice = BreachNotice(
        number=next_number(account.centre, "BR", business_date),
        centre=account.centre,
        branch=clerk.branch,
        business_date=business_date,
        made_by=clerk,
        agreement=signed,
        code=code,
        title=known[code].title,
        measure=known[code].measure,
        ends_agreement=known[code].ends,
        happened_date=happened_date,
        notice_no=notice_no.strip(),
    )
    try:
        with transaction.atomic():
            notice.save(force_insert=True)
    except IntegrityError as broken:
        raise AlreadyEntered(notice.notice_no) from broken
    return submit(document=notice, by=clerk, shown=shown_breach(notice))


@transaction.atomic
def approve_breach(
    *, document: BreachNotice, digest: str, business_date: dt.date, by: User
) -> BreachNotice:
    """Put a breach on record; one that ends the agreement does so now.

    Nothing is paid in afterwards until the next version is signed.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount: it is the checker's own account.
        NoAgreement: the version is not the signed one any more.
    """
    account = lock_member_account(document.agreement.member_account_id)
    require_not_own(account, by)
    approve(document=document, by=by, digest=digest)
    if not document.ends_agreement:
        return document
    ended = Agreement.objects.filter(pk=document.agreement_id, state=Agreement.State.SIGNED).update(
        state=Agreement.State.BREACHED
    )
    if not ended:
        raise NoAgreement(account.number, business_date)
    audit(
        actor=by,
        action="accounts.breach",
        target=document.agreement,
        centre=account.centre,
        subject=account.number,
        after={"state": Agreement.State.BREACHED.value, "notice": document.notice_no},
    )
    return document


def return_breach(
    *, document: BreachNotice, reason: str, business_date: dt.date, by: User
) -> BreachNotice:
    """Give a notice back to its maker with the reason; nothing follows from it.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return return_(document=document, by=by, reason=reason)


def cancel_breach(*, document: BreachNotice, by: User) -> BreachNotice:
    """Take back a notice that is not decided, as its maker."""
    return cancel(document=document, by=by)


def shown_breach(notice: BreachNotice) -> dict[str, Any]:
    """Give what the second person sees of a notice; its digest binds the approval."""
    return notice.shown_to(
        agreement=notice.agreement_id,
        code=notice.code,
        measure=notice.measure,
        ends_agreement=notice.ends_agreement,
        happened_date=notice.happened_date.isoformat(),
        notice_no=notice.notice_no,
    )
