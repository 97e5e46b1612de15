"""The heirs of an inheritance: read from the form, and shown to the second person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.errors import BadField
from accounts.services.checks import read_name, read_number, read_text
from accounts.services.intake import check_mandate
from contributions.facts import Title
from contributions.models import Heir, Inheritance
from kernel.documents import DocumentType
from kernel.money import MAX_FEN
from kernel.wire import MAX_COUNT
from office.fields import blind_index, mask_card

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
    read_text("title_no", claim.title_no, _NUMBER_LENGTH)
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
