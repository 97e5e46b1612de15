"""What changes about a person: phone and address by one clerk, name and paper by two persons."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.deaths import require_alive
from accounts.errors import BadField, BusinessWaits, WrongState
from accounts.holds import require_not_own
from accounts.models import ChangeRecord, IdentityDocument, Member, MemberAccount, PersonChange
from accounts.queries import find_member_by_number, lock_member_account
from accounts.services.checks import read_name, read_number, read_text
from accounts.services.intake import check_phone
from kernel.documents import DocumentType, mask_document, read_document
from kernel.names import full_pinyin, pinyin_keys
from office.documents import approve, cancel, return_, submit
from office.fields import blind_index, mask_phone
from office.models import User
from office.services import audit, next_number, require_permission
from policy.models import StoredDecision

Kind = PersonChange.Kind
_NUMBER_LENGTH, _ADDRESS_LENGTH = 64, 120


def record_change(
    *,
    member_account: MemberAccount,
    kind: str,
    number: str,
    business_date: dt.date,
    by: User,
    before: dict[str, Any],
    after: dict[str, Any],
    decision: StoredDecision | None = None,
) -> ChangeRecord | None:
    """Keep a change as its own receipt; what a job changes stands in the job's list instead.

    Call it in the transaction of the change. ``before`` and ``after`` hold no clear number.
    """
    if by.is_system:
        return None
    return ChangeRecord.objects.create(
        centre=member_account.centre,
        branch=by.branch,
        number=number,
        business_date=business_date,
        member_account=member_account,
        kind=kind,
        before=before,
        after=after,
        decision=decision,
        made_by=by,
    )


@transaction.atomic
def change_contact(
    *,
    member_account: MemberAccount,
    phone: str,
    address: str,
    business_date: dt.date,
    document_no: str,
    clerk: User,
) -> ChangeRecord:
    """Write down another phone or address, as the member says them at the window.

    Raises:
        NotAllowed, OwnAccount: the person may not change this member.
        BadField: the phone is none, the address is too long, or nothing is different.
        WrongState: the account is closed.
        Deceased: the member has died.
    """
    require_permission(clerk, "members.amend", member_account.centre)
    account = lock_member_account(member_account.pk)
    require_not_own(account, clerk)
    require_alive(account)
    if not account.is_open:
        raise WrongState(account.number, account.get_state_display())
    phone = phone.strip()
    check_phone(phone)
    address = read_text("address", address, _ADDRESS_LENGTH, needed=False)
    member = account.member
    if (phone, address) == (member.phone, member.address):
        raise BadField("phone", _("Nothing is different from what is on record."))
    before = _contact(member)
    member.phone, member.address = phone, address
    member.phone_index = blind_index(phone) if phone else ""
    member.save(update_fields=["phone", "phone_index", "address"])
    record = record_change(
        member_account=account,
        kind=ChangeRecord.Kind.CONTACT,
        number=document_no,
        business_date=business_date,
        by=clerk,
        before=before,
        after=_contact(member),
    )
    assert record is not None, "a clerk is a person"
    audit(
        actor=clerk,
        action="members.amend",
        target=member,
        centre=account.centre,
        subject=account.number,
        before=before,
        after=_contact(member),
    )
    return record


def _contact(member: Member) -> dict[str, str]:
    """Give phone and address so that a reader sees a change and no clear number."""
    street = f"{member.address[:6]}…" if len(member.address) > 6 else member.address
    return {"phone": mask_phone(member.phone) if member.phone else "", "address": street}


@transaction.atomic
def submit_person_change(
    *,
    member: Member,
    kind: str,
    evidence_no: str,
    business_date: dt.date,
    clerk: User,
    new_name: str = "",
    document_type: str = "",
    document_number: str = "",
) -> PersonChange:
    """Hand in another name or another identity document, with the paper that proves it.

    A new document tells the same birth and sex: it names the same person. A number that already
    names another member of the centre is two accounts of one person, and those are merged.

    Raises:
        NotAllowed, OwnAccount: the person may not change this member.
        BadField: a field is missing or impossible, or the new paper tells another person.
        BusinessWaits, Deceased: a change of this person waits already, or the member has died.

    Source: identity.*; GB 11643-1999.
    """
    require_permission(clerk, PersonChange.submit_permission, member.centre)
    account = _account_of(member)
    require_not_own(account, clerk)
    if kind not in Kind.values:
        raise BadField("kind", seen=kind or " ", expected=", ".join(Kind.values))
    read_text("evidence_no", evidence_no, _NUMBER_LENGTH)
    number = ""
    if kind == Kind.NAME:
        _check_new_name(member, new_name)
    else:
        number = _check_new_paper(member, document_type, document_number)
    paper = member.documents.get(is_current=True)
    change = PersonChange(
        number=next_number(member.centre, "PC", business_date),
        centre=member.centre,
        branch=clerk.branch,
        business_date=business_date,
        made_by=clerk,
        member=member,
        kind=kind,
        old_name=member.name,
        old_masked=paper.masked,
        new_name=new_name.strip() if kind == Kind.NAME else "",
        document_type=document_type if number else "",
        document_number=number,
        number_index=blind_index(number) if number else "",
        evidence_no=evidence_no.strip(),
    )
    try:
        with transaction.atomic():
            change.save(force_insert=True)
    except IntegrityError as taken:
        waiting = member.person_changes.filter(state=PersonChange.State.SUBMITTED).first()
        raise BusinessWaits(account.number, waiting.number if waiting else "–") from taken
    return submit(document=change, by=clerk, shown=shown_person_change(change))


@transaction.atomic
def approve_person_change(
    *, document: PersonChange, digest: str, business_date: dt.date, by: User
) -> PersonChange:
    """Put another name or paper into force; the one before stays on record.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount, Deceased: the checker is that person; the member has died meanwhile.
        BadField: the new number has come to name another member meanwhile.
    """
    member = Member.objects.select_for_update().get(pk=document.member_id)
    require_not_own(_account_of(member), by)
    approve(document=document, by=by, digest=digest)
    if document.kind == Kind.NAME:
        member.name, member.name_key = document.new_name, read_name(document.new_name)
        member.pinyin = full_pinyin(document.new_name)
        member.initials = f" {' '.join(pinyin_keys(document.new_name))} "
        member.save(update_fields=["name", "name_key", "pinyin", "initials"])
    else:
        _check_new_paper(member, document.document_type, document.document_number)
        member.documents.filter(is_current=True).update(is_current=False)
        IdentityDocument.objects.create(
            member=member,
            centre=member.centre,
            document_type=document.document_type,
            number=document.document_number,
            number_index=document.number_index,
            recorded_date=business_date,
        )
    audit(
        actor=by,
        action="members.amend",
        target=member,
        centre=member.centre,
        subject=document.number,
        before={"kind": document.kind, "paper": document.old_masked},
        after={"kind": document.kind, "paper": document.masked_number},
    )
    return document


def return_person_change(
    *, document: PersonChange, reason: str, business_date: dt.date, by: User
) -> PersonChange:
    """Give a change back to its maker with the reason; nothing is changed.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return return_(document=document, by=by, reason=reason)


def cancel_person_change(*, document: PersonChange, by: User) -> PersonChange:
    """Take back a change that is not decided, as its maker."""
    return cancel(document=document, by=by)


def shown_person_change(change: PersonChange) -> dict[str, Any]:
    """Give what the second person sees of a change; its digest binds the approval."""
    return change.shown_to(
        member=change.member_id,
        kind=change.kind,
        old=[change.old_name, change.old_masked],
        new_name=change.new_name,
        document_type=change.document_type,
        document=change.number_index,
        masked=change.masked_number,
        evidence_no=change.evidence_no,
    )


def _account_of(member: Member) -> MemberAccount:
    """Give the account of a living member, for the question whose it is; everybody has had one.

    Raises:
        Deceased: the member has died.
    """
    account = member.member_accounts.select_related("member").order_by("-id")[0]
    require_alive(account)
    return account


def _check_new_name(member: Member, name: str) -> None:
    read_name(name)
    if name.strip() == member.name:
        raise BadField("new_name", _("That is the name on record."))


def _check_new_paper(member: Member, document_type: str, number: str) -> str:
    """Refuse a paper that is none, or that tells another person; give its one spelling."""
    if document_type not in list(DocumentType):
        expected = ", ".join(DocumentType)
        raise BadField("document_type", seen=document_type or " ", expected=expected)
    kind = DocumentType(document_type)
    number = read_number(kind, number)
    named = find_member_by_number(member.centre, number)
    if named is not None and named.pk == member.pk:
        raise BadField("document_number", _("That number is on record for this member already."))
    if named is not None:
        message = _(
            "%(number)s already names another member of this centre. If both are one person, "
            "their accounts are merged."
        )
        raise BadField("document_number", message % {"number": mask_document(number)})
    told = read_document(kind, number)
    if told.birth_date not in (None, member.birth_date) or (
        told.sex is not None and told.sex.value != member.sex
    ):
        message = _(
            "%(number)s tells another birth or sex than on record (%(born)s). Compare it with the "
            "paper; a different person opens an account of their own."
        )
        raise BadField(
            "document_number",
            message % {"number": mask_document(number), "born": member.birth_date},
        )
    return number
