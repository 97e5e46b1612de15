"""The heirs of an inheritance: read from the form; another card, and paid again, where one failed.

Whom the bank could not pay is owed all the same. Another card changes where money goes, so two
persons read it before the part is paid once more.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import AlreadyEntered, BadField
from accounts.models import MemberAccount
from accounts.queries import lock_member_account
from accounts.services.checks import read_name, read_number
from accounts.services.intake import check_mandate
from contributions.facts import Title
from contributions.inheriting import failed_heirs, require_no_heir
from contributions.models import Heir, HeirCard, Inheritance, Payout
from contributions.services.handing_on import pay_heir
from kernel.documents import DocumentType
from kernel.money import MAX_FEN
from kernel.wire import MAX_COUNT
from office.documents import approve, cancel, return_, submit
from office.fields import blind_index, mask_card
from office.models import User
from office.services import audit, next_number, require_open, require_permission

_NUMBER_LENGTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class HeirClaim:
    """What one heir claims at the window.

    Either ``numerator`` and ``denominator`` (an exact part of everything) or ``share_fen``.
    """

    name: str
    document_type: str
    document_number: str
    relation: str
    title: str
    title_no: str
    bank: str
    card: str
    numerator: int | None = None
    denominator: int | None = None
    share_fen: int | None = None


def new_heirs(inheritance: Inheritance, claims: Sequence[HeirClaim]) -> list[Heir]:
    """Read the claims into rows that are not saved yet.

    Raises:
        BadField: a field is missing or impossible, or one person is named twice. It is called
            ``heirs[0].name`` and so on, counted from nought.
    """
    if not claims:
        raise BadField("heirs[0].name")
    heirs: list[Heir] = []
    for place, claim in enumerate(claims):
        try:
            heir = _read(claim)
        except BadField as wrong:
            raise BadField(f"heirs[{place}].{wrong.field}", wrong.message) from wrong
        if heir.number_index in [other.number_index for other in heirs]:
            message = _("This person is named twice; put both parts together.")
            raise BadField(f"heirs[{place}].document_number", message)
        heir.place = place + 1
        heirs.append(heir)
    own = inheritance.member_account.member.documents
    for place, heir in enumerate(heirs):
        if own.filter(number_index=heir.number_index).exists():
            message = _("That is the number of the dead.")
            raise BadField(f"heirs[{place}].document_number", message)
    return heirs


def _read(claim: HeirClaim) -> Heir:
    read_name(claim.name)
    if claim.document_type not in list(DocumentType):
        expected = ", ".join(DocumentType)
        raise BadField("document_type", seen=claim.document_type or " ", expected=expected)
    try:
        number = read_number(DocumentType(claim.document_type), claim.document_number)
    except BadField as wrong:
        raise BadField("document_number", wrong.message) from wrong
    if claim.relation not in Heir.Relation.values:
        expected = ", ".join(Heir.Relation.values)
        raise BadField("relation", seen=claim.relation or " ", expected=expected)
    if claim.title not in list(Title):
        raise BadField("title", seen=claim.title or " ", expected=", ".join(Title))
    if not 0 < len(claim.title_no.strip()) <= _NUMBER_LENGTH:
        expected = _("1 to %(limit)s characters") % {"limit": _NUMBER_LENGTH}
        raise BadField("title_no", seen=claim.title_no.strip()[:20] or " ", expected=expected)
    _check_part(claim)
    check_mandate(claim.bank, claim.card, 1)
    return Heir(
        name=claim.name.strip(),
        document_type=claim.document_type,
        document_number=number,
        number_index=blind_index(number),
        relation=claim.relation,
        numerator=claim.numerator,
        denominator=claim.denominator,
        share_fen=claim.share_fen,
        title=claim.title,
        title_no=claim.title_no.strip(),
        bank=claim.bank.strip(),
        card=claim.card,
        card_last4=claim.card[-4:],
    )


def _check_part(claim: HeirClaim) -> None:
    """Refuse a part that is neither a fraction up to the whole nor a sum."""
    top, bottom, fen = claim.numerator, claim.denominator, claim.share_fen
    if fen is not None and (top, bottom) == (None, None):
        if not 0 <= fen <= MAX_FEN:
            raise BadField("share", seen=str(fen), expected=f"0–{MAX_FEN}")
        return
    if fen is not None or top is None or bottom is None or not 1 <= top <= bottom <= MAX_COUNT:
        expected = _("a part like 1/3 up to 1/1, or a sum")
        raise BadField("share", seen=f"{top}/{bottom}", expected=expected)


@transaction.atomic
def submit_heir_card(
    *,
    member_account: MemberAccount,
    heir: Heir,
    bank: str,
    card: str,
    business_date: dt.date,
    clerk: User,
) -> HeirCard:
    """Take in another card of an heir whom the bank could not pay.

    Raises:
        NotAllowed, OwnInheritance: the person may not take it in.
        BadField: the heir is owed nothing that failed, or the card cannot be one.
        AlreadyEntered: another card of this heir waits already.
    """
    require_permission(clerk, HeirCard.submit_permission, member_account.centre)
    account = lock_member_account(member_account.pk)
    _require_failed(account, heir)
    require_no_heir(heir.inheritance, _indexes(heir), clerk)
    check_mandate(bank, card, 1)
    document = HeirCard(
        number=next_number(account.centre, "HC", business_date),
        centre=account.centre,
        branch=clerk.branch or account.branch,
        business_date=business_date,
        made_by=clerk,
        member_account=account,
        heir=heir,
        bank=bank.strip(),
        card=card,
        card_last4=card[-4:],
    )
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError as taken:
        raise AlreadyEntered(heir.inheritance.number) from taken
    return submit(document=document, by=clerk, shown=shown_heir_card(document))


@transaction.atomic
def approve_heir_card(
    *, document: HeirCard, digest: str, business_date: dt.date, by: User
) -> Payout:
    """Put the other card on record and make the payment of the heir's part ready once more.

    Nothing is booked: the part has been owed all the time.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnInheritance: the checker is an heir.
        BadField: the heir is owed nothing that failed any more.
        DayNotOpen: the centre's books are not open for the day.
    """
    require_open(document.centre, business_date)
    account = lock_member_account(document.member_account_id)
    heir = document.heir
    require_no_heir(heir.inheritance, _indexes(heir), by)
    approve(document=document, by=by, digest=digest)
    _require_failed(account, heir)
    before = heir.card_last4
    heir.bank, heir.card, heir.card_last4 = document.bank, document.card, document.card_last4
    heir.save(update_fields=["bank", "card", "card_last4"])
    payout = pay_heir(heir=heir, business_date=business_date, by=by)
    audit(
        actor=by,
        action="contributions.heir_card",
        target=heir.inheritance,
        centre=document.centre,
        subject=account.number,
        before={"card": f"**** {before}"},
        after={"card": f"**** {heir.card_last4}", "payout": payout.number},
    )
    return payout


def return_heir_card(
    *, document: HeirCard, reason: str, business_date: dt.date, by: User
) -> HeirCard:
    """Give it back to its maker with the reason; the part stays owed.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return return_(document=document, by=by, reason=reason)


def cancel_heir_card(*, document: HeirCard, by: User) -> HeirCard:
    """Take it back as its maker before it is decided."""
    return cancel(document=document, by=by)


def shown_heir_card(document: HeirCard) -> dict[str, Any]:
    """Give what the second person sees; its digest binds the approval."""
    return document.shown_to(
        heir=document.heir_id,
        name=document.heir.name,
        amount_fen=document.heir.amount_fen,
        bank=document.bank,
        card=blind_index(document.card),
        masked_card=mask_card(document.card),
    )


def shown_heirs(inheritance: Inheritance) -> list[list[Any]]:
    """Give what the second person sees of the heirs of an inheritance."""
    return [
        [
            heir.place,
            heir.name,
            heir.number_index,
            heir.masked_number,
            heir.relation,
            [heir.numerator, heir.denominator, heir.share_fen],
            heir.amount_fen,
            heir.title,
            heir.title_no,
            heir.bank,
            blind_index(heir.card),
            mask_card(heir.card),
        ]
        for heir in inheritance.heirs.order_by("place")
    ]


def _indexes(heir: Heir) -> list[str]:
    rows = heir.inheritance.heirs.values_list("number_index", flat=True)
    return [str(index) for index in rows]


def _require_failed(account: MemberAccount, heir: Heir) -> None:
    if not failed_heirs(account).filter(pk=heir.pk).exists():
        message = _("%(name)s is owed nothing that the bank could not pay.")
        raise BadField("heir", message % {"name": heir.name})
