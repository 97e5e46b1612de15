"""Asking outside registers, and entering what they answered on paper."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, TypeAlias

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import BadField, CheckMismatch
from accounts.models import OutsideCheck
from accounts.platform import RegisterDown, Registers, get_registers
from accounts.wording import REASONS
from kernel.documents import BadDocumentNumber, DocumentType, read_document
from kernel.names import BadName, normal_name
from office.documents import AlreadyDecided, SamePerson
from office.fields import blind_index
from office.models import Centre, User
from office.services import audit, require_permission
from policy.queries import open_book

Kind: TypeAlias = OutsideCheck.Kind
Purpose: TypeAlias = OutsideCheck.Purpose
Result: TypeAlias = OutsideCheck.Result
Channel: TypeAlias = OutsideCheck.Channel

_SEEN = 20  # of a text that is too long, so much is said back
_NUMBER_TEXTS = {"TRAVEL_PERMIT": "number_of_travel_permit"}

# Which switch of the law asks for which register before an account is opened.
_ASKED_BY = (
    (Kind.PLATFORM, "eligibility.platform_check"),
    (Kind.CREDIT, "eligibility.good_credit"),
    (Kind.UNIT_PENSION, "eligibility.not_in_unit_pension"),
)


def read_number(document_type: DocumentType, number: str) -> str:
    """Give a document number in its one spelling.

    Raises:
        BadField: it is no right number of its kind.
    """
    try:
        return read_document(document_type, number).number
    except BadDocumentNumber as wrong:
        key = _NUMBER_TEXTS.get(wrong.code, f"number_{wrong.code.lower()}")
        raise BadField("number", str(REASONS[key]) % wrong.params) from wrong


def read_name(name: str) -> str:
    """Give a name in its one spelling.

    Raises:
        BadField: it is no name.
    """
    try:
        return normal_name(name)
    except BadName as wrong:
        expected = _("a name as on the document, at most 80 characters")
        raise BadField("name", seen=name.strip(), expected=expected) from wrong


def read_text(field: str, text: str, longest: int, *, needed: bool = True) -> str:
    """Give a text without the blanks around it.

    Raises:
        BadField: it is longer than so many characters, or it is needed and missing.
    """
    stripped = text.strip()
    if needed and not stripped:
        raise BadField(field)
    if len(stripped) > longest:
        expected = _("at most %(limit)s characters") % {"limit": longest}
        raise BadField(field, seen=f"{stripped[:_SEEN]}…", expected=expected)
    return stripped


def registers_asked_for(centre: Centre, on: dt.date) -> list[Kind]:
    """List the registers the centre's law wants asked before an account is opened."""
    book = open_book(centre.code, on)
    found = [(kind, book.find(key)) for kind, key in _ASKED_BY]
    return [kind for kind, value in found if value is not None and value.typed]


def ask_register(
    *,
    centre: Centre,
    kind: str,
    purpose: str,
    document_type: DocumentType,
    number: str,
    name: str,
    business_date: dt.date,
    by: User,
    registers: Registers | None = None,
) -> OutsideCheck:
    """Ask one register about a person through the interface and keep the answer.

    Args:
        kind: a code of ``OutsideCheck.Kind``.
        purpose: a code of ``OutsideCheck.Purpose``.
        registers: the interface, the one that is set up by default.

    Returns:
        The check; PENDING when there was no answer, which opens nothing.

    Raises:
        NotAllowed: the person may not ask.
        BadField: number or name are none.
    """
    if not by.is_system:
        require_permission(by, "accounts.check_platform", centre)
    number, key = read_number(document_type, number), read_name(name)
    result: str = Result.PENDING
    evidence: dict[str, Any] = {}
    try:
        # Before the transaction: a slow register must not hold the books.
        answer = (registers or get_registers()).ask(
            centre=centre, kind=Kind(kind), purpose=Purpose(purpose), number=number, name=key
        )
        result, evidence = answer.result, answer.evidence
    except RegisterDown as silent:
        evidence = {"no_answer": str(silent)}
    with transaction.atomic():
        check = OutsideCheck.objects.create(
            centre=centre,
            kind=kind,
            purpose=purpose,
            number_index=blind_index(number),
            name=key,
            asked_date=business_date,
            result=result,
            evidence=evidence,
            channel=Channel.ADAPTER,
            made_by=by,
        )
        _audit(check, by, "accounts.ask_register")
    return check


def ask_platform(
    *,
    centre: Centre,
    document_type: DocumentType,
    number: str,
    name: str,
    business_date: dt.date,
    by: User,
    purpose: str = Purpose.OPENING,
    registers: Registers | None = None,
) -> OutsideCheck:
    """Ask the national platform; see :func:`ask_register`."""
    return ask_register(
        centre=centre,
        kind=Kind.PLATFORM,
        purpose=purpose,
        document_type=document_type,
        number=number,
        name=name,
        business_date=business_date,
        by=by,
        registers=registers,
    )


def ask_for_opening(
    *,
    centre: Centre,
    document_type: DocumentType,
    number: str,
    name: str,
    business_date: dt.date,
    by: User,
    registers: Registers | None = None,
    kinds: Iterable[str] | None = None,
) -> list[OutsideCheck]:
    """Ask every register that the centre's law wants asked before an account is opened.

    Args:
        kinds: other registers than those, for a question that is repeated.
    """
    wanted = registers_asked_for(centre, business_date) if kinds is None else kinds
    return [
        ask_register(
            centre=centre,
            kind=kind,
            purpose=Purpose.OPENING,
            document_type=document_type,
            number=number,
            name=name,
            business_date=business_date,
            by=by,
            registers=registers,
        )
        for kind in wanted
    ]


@transaction.atomic
def enter_check(
    *,
    centre: Centre,
    kind: str,
    purpose: str,
    document_type: DocumentType,
    number: str,
    name: str,
    result: str,
    document_no: str,
    business_date: dt.date,
    by: User,
) -> OutsideCheck:
    """Enter an answer that came on paper. It counts once a second person has confirmed it.

    Args:
        result: PASS or FAIL, as the document says.
        document_no: number of the document that says so.

    Raises:
        NotAllowed: the person may not enter answers.
        BadField: the document has no number, or the answer is neither PASS nor FAIL.
    """
    if not by.may("accounts.enter_platform_result"):
        require_permission(by, "accounts.check_platform", centre)
    if by.centre_id != centre.pk:
        require_permission(by, "accounts.enter_platform_result", centre)
    if result not in (Result.PASS, Result.FAIL):
        raise BadField("result", seen=str(result), expected="PASS, FAIL")
    if not document_no.strip():
        raise BadField("document_no")
    number, key = read_number(document_type, number), read_name(name)
    check = OutsideCheck.objects.create(
        centre=centre,
        kind=kind,
        purpose=purpose,
        number_index=blind_index(number),
        name=key,
        asked_date=business_date,
        result=Result.PENDING,
        evidence={"entered": str(result)},
        channel=Channel.MANUAL,
        document_no=document_no.strip(),
        made_by=by,
    )
    _audit(check, by, "accounts.enter_check")
    return check


@transaction.atomic
def confirm_check(*, check: OutsideCheck, result: str, by: User) -> OutsideCheck:
    """Confirm an entered answer by reading the document a second time.

    Args:
        result: what the second person reads; it must be what the first one entered.

    Raises:
        NotAllowed, SamePerson: who entered it cannot confirm it.
        CheckMismatch: the two persons read different answers.
        AlreadyDecided: it was confirmed before, or came through the interface.
    """
    if check.made_by_id == by.pk:
        raise SamePerson(str(check))
    require_permission(by, "accounts.enter_platform_result", check.centre)
    if check.evidence.get("entered") not in (None, result):
        raise CheckMismatch
    moved = OutsideCheck.objects.filter(
        pk=check.pk, result=Result.PENDING, channel=Channel.MANUAL, evidence__entered=result
    ).update(result=result, checked_by=by)
    check.refresh_from_db()
    if not moved:
        raise AlreadyDecided(str(check))
    _audit(check, by, "accounts.confirm_check")
    return check


def _audit(check: OutsideCheck, by: User, action: str) -> None:
    audit(
        actor=by,
        action=action,
        target=check,
        centre=check.centre,
        subject=check.name,
        after={"register": check.kind, "result": check.result, "document": check.document_no},
    )


__all__ = [
    "ask_for_opening",
    "ask_platform",
    "ask_register",
    "confirm_check",
    "enter_check",
    "read_name",
    "read_number",
    "registers_asked_for",
]
