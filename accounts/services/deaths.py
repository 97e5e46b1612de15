"""Deaths: reported by one clerk, in force at once; withdrawn by two persons when it was wrong."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.deaths import find_death
from accounts.errors import BadField, DeathKnown, Inherited, WrongState
from accounts.holds import require_not_own
from accounts.models import DeathReport, DeathRevocation, MemberAccount, MemberEvent
from accounts.queries import lock_member_account
from accounts.services.checks import read_name, read_text
from accounts.services.pending import begin_business, end_business
from accounts.services.states import record_event, seal_after_death, unseal_the_living
from office.documents import approve, cancel, return_, submit
from office.models import User
from office.services import audit, next_number, require_permission

_PERMISSION = DeathRevocation.submit_permission
_NUMBER_LENGTH, _RELATION_LENGTH, _REASON_LENGTH = 64, 40, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DeathStatement:
    """What the death certificate says, and who brought it.

    ``informant_relation``: how the informant stands to the dead, in words.
    """

    died_date: dt.date
    certificate_no: str
    certificate_date: dt.date
    informant: str
    informant_relation: str


@transaction.atomic
def report_death(
    *,
    member_account: MemberAccount,
    statement: DeathStatement,
    business_date: dt.date,
    clerk: User,
) -> DeathReport:
    """Write down that a member has died; the account is sealed the same day.

    Business that waits stays where it is and can no longer be approved. A payment that is on its
    way to the bank goes on: it was decided while the member lived.

    Raises:
        NotAllowed, OwnAccount: the person may not report this death.
        BadField: a field is missing, or a day lies after the one that must follow it.
        WrongState: the account is closed.
        DeathKnown: the death is on record already.

    Source: papers.death; Regulation art. 24.
    """
    require_permission(clerk, _PERMISSION, member_account.centre)
    account = lock_member_account(member_account.pk)
    require_not_own(account, clerk)
    if not account.is_open:
        hint = _("A closed account holds nothing to inherit.")
        raise WrongState(account.number, account.get_state_display(), hint)
    known = find_death(account.member)
    if known is not None:
        raise DeathKnown(account.number, known.number)
    _check(statement, account, business_date)
    report = DeathReport(
        number=next_number(account.centre, "DR", business_date),
        centre=account.centre,
        branch=clerk.branch or account.branch,
        business_date=business_date,
        member_account=account,
        died_date=statement.died_date,
        certificate_no=statement.certificate_no.strip(),
        certificate_date=statement.certificate_date,
        informant=statement.informant.strip(),
        informant_relation=statement.informant_relation.strip(),
        sealed_it=account.state == MemberAccount.State.NORMAL,
        made_by=clerk,
    )
    report.save(force_insert=True)
    _tell(report, account, clerk)
    return report


def _tell(report: DeathReport, account: MemberAccount, clerk: User) -> None:
    """Seal the account, write the event that floors above read, and the audit line."""
    seal_after_death(
        account=account, business_date=report.business_date, document_no=report.number, by=clerk
    )
    record_event(
        member_account=account,
        kind=MemberEvent.Kind.DEATH,
        date=report.died_date,
        document_no=report.number,
        by=clerk,
    )
    audit(
        actor=clerk,
        action="accounts.report_death",
        target=report,
        centre=account.centre,
        subject=account.number,
        after={"died": report.died_date.isoformat(), "state": account.state},
    )


def _check(statement: DeathStatement, account: MemberAccount, business_date: dt.date) -> None:
    """Refuse a form that cannot be right, naming the first wrong field."""
    born = account.member.birth_date
    if not born <= statement.died_date <= business_date:
        seen, expected = str(statement.died_date), f"{born} – {business_date}"
        raise BadField("died_date", seen=seen, expected=expected)
    if not statement.died_date <= statement.certificate_date <= business_date:
        seen, expected = str(statement.certificate_date), f"{statement.died_date} – {business_date}"
        raise BadField("certificate_date", seen=seen, expected=expected)
    read_text("certificate_no", statement.certificate_no, _NUMBER_LENGTH)
    try:
        read_name(statement.informant)
    except BadField as wrong:
        raise BadField("informant", wrong.message) from wrong
    read_text("informant_relation", statement.informant_relation, _RELATION_LENGTH)


@transaction.atomic
def submit_revocation(
    *,
    member_account: MemberAccount,
    evidence_no: str,
    reason: str,
    business_date: dt.date,
    clerk: User,
) -> DeathRevocation:
    """Hand in that a report of a death was wrong, with the paper that shows it.

    Raises:
        NotAllowed, OwnAccount: the person may not do this.
        BadField: paper or reason are missing, or no death is on record.
        Inherited: the money has gone to heirs already.
        BusinessWaits: another business of the account is not decided yet.
    """
    require_permission(clerk, _PERMISSION, member_account.centre)
    account = lock_member_account(member_account.pk)
    require_not_own(account, clerk)
    report = find_death(account.member)
    if report is None:
        raise BadField("report", _("No death of this member is on record."))
    _require_not_inherited(account)
    revocation = DeathRevocation(
        number=next_number(account.centre, "DW", business_date),
        centre=account.centre,
        branch=clerk.branch or account.branch,
        business_date=business_date,
        made_by=clerk,
        report=report,
        evidence_no=read_text("evidence_no", evidence_no, _NUMBER_LENGTH),
        reason=read_text("reason", reason, _REASON_LENGTH),
    )
    begin_business(account, revocation)
    revocation.save(force_insert=True)
    return submit(document=revocation, by=clerk, shown=shown_revocation(revocation))


@transaction.atomic
def approve_revocation(
    *, document: DeathRevocation, digest: str, business_date: dt.date, by: User
) -> DeathRevocation:
    """Take the report back: the account stands as before, and its events come to nothing.

    An account that the report had sealed is normal again, with its agreement as it was; one that
    was sealed before stays so.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount: it is the checker's own account.
        Inherited: the money has gone to heirs meanwhile.
    """
    account = lock_member_account(document.report.member_account_id)
    require_not_own(account, by)
    _require_not_inherited(account)
    approve(document=document, by=by, digest=digest)
    report = document.report
    DeathReport.objects.filter(pk=report.pk, withdrawn_date__isnull=True).update(
        withdrawn_date=business_date
    )
    record_event(
        member_account=account,
        kind=MemberEvent.Kind.DEATH_UNDONE,
        date=business_date,
        document_no=report.number,
        by=by,
    )
    if report.sealed_it:
        unseal_the_living(
            account=account, business_date=business_date, document_no=report.number, by=by
        )
    end_business(document)
    audit(
        actor=by,
        action="accounts.withdraw_death",
        target=report,
        centre=account.centre,
        subject=account.number,
        reason=document.reason,
        after={"withdrawn": business_date.isoformat(), "document": document.number},
    )
    return document


@transaction.atomic
def return_revocation(
    *, document: DeathRevocation, reason: str, business_date: dt.date, by: User
) -> DeathRevocation:
    """Give it back to its maker with the reason; the report stands.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    end_business(document)
    return return_(document=document, by=by, reason=reason)


@transaction.atomic
def cancel_revocation(*, document: DeathRevocation, by: User) -> DeathRevocation:
    """Take it back as its maker before it is decided; the report stands."""
    end_business(document)
    return cancel(document=document, by=by)


def shown_revocation(document: DeathRevocation) -> dict[str, Any]:
    """Give what the second person sees; its digest binds the approval."""
    report = document.report
    return document.shown_to(
        report=report.pk,
        died_date=report.died_date.isoformat(),
        certificate_no=report.certificate_no,
        evidence_no=document.evidence_no,
        reason=document.reason,
    )


def _require_not_inherited(account: MemberAccount) -> None:
    """Refuse once money was handed on; the event is written by the floor that did it."""
    handed = MemberEvent.objects.filter(
        member_account=account, kind=MemberEvent.Kind.INHERITED
    ).first()
    if handed is not None:
        raise Inherited(account.number, handed.document_no)
