"""Letters between two centres: moved along the platform's states, each move once and on record."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import BadField
from accounts.models import MemberAccount
from contributions.errors import LetterCannotMove
from contributions.letters import LetterState, Side, may_move
from contributions.models import LetterMove, PlatformMessage, TransferIn, TransferOut
from office.models import User
from office.services import audit

Letter = TransferIn | TransferOut
Kind = PlatformMessage.Kind

REASON_LENGTH = 200


def move_letter(
    letter: Letter,
    to: LetterState,
    *,
    side: Side,
    business_date: dt.date,
    by: User,
    reason: str = "",
) -> LetterMove:
    """Take a letter to its next state, by a conditional update and a row of its own.

    Call it in the transaction of what makes it so.

    Args:
        side: which of the two centres moves it.

    Raises:
        LetterCannotMove: the platform knows no such move from where it stands, or somebody was
            faster.
    """
    before = letter.letter_state
    if not may_move(before, to, side):
        raise LetterCannotMove(letter.letter_no, before, to)
    standing = type(letter)._default_manager.filter(pk=letter.pk, letter_state=before)
    try:
        with transaction.atomic():
            moved = standing.update(letter_state=to)
            move = LetterMove.objects.create(
                centre=letter.centre,
                letter_no=letter.letter_no,
                is_inbound=isinstance(letter, TransferIn),
                from_state=before,
                to_state=to,
                business_date=business_date,
                reason=reason[:REASON_LENGTH],
                made_by=by,
            )
            if not moved:
                raise LetterCannotMove(letter.letter_no, before, to)
    except IntegrityError as broken:
        raise LetterCannotMove(letter.letter_no, before, to) from broken
    letter.letter_state = to
    audit(
        actor=by,
        action="contributions.letter",
        target=letter,
        centre=letter.centre,
        subject=letter.letter_no,
        reason=reason,
        before={"letter_state": before},
        after={"letter_state": str(to)},
    )
    return move


def tell(
    letter: Letter, kind: str, *, to: str = "", body: dict[str, Any] | None = None
) -> PlatformMessage:
    """Put a message to the other centre into the outbox, in the caller's transaction.

    Its id follows from what it tells, so that nothing can be told twice.
    """
    return PlatformMessage.objects.create(
        centre=letter.centre,
        is_sent=True,
        message_id=f"{letter.centre.code}:{letter.letter_no}:{kind}:{to}"[:64],
        letter_no=letter.letter_no,
        other_code=letter.other_code,
        kind=kind,
        letter_state=to,
        body=body or {},
        state=PlatformMessage.State.READY,
    )


def find_letter(letter_no: str, account: MemberAccount) -> PlatformMessage | None:
    """Find the letter as the platform brought it; None where it came on paper.

    Raises:
        BadField: the letter asks for the account of another person.
    """
    message = PlatformMessage.objects.filter(
        centre=account.centre,
        is_sent=False,
        kind=PlatformMessage.Kind.LETTER,
        letter_no=letter_no.strip(),
    ).first()
    if message is None:
        return None
    person = message.body.get("person", "")
    if not account.member.documents.filter(number_index=person).exists():
        raise BadField("letter_no", _("The letter asks for the account of another person."))
    return message
