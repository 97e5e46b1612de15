"""Messages of the national platform: sent once, asked after when unanswered, taken in once."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.errors import AccountsRefused
from contributions.letters import LetterState, Side
from contributions.models import PlatformMessage, TransferIn, TransferOut
from contributions.platform import NoAnswer, Transport, get_transport
from contributions.services.letters import move_letter
from contributions.services.transfer_in import take_answer
from office.models import Centre, User
from office.queries import find_open_day
from office.services import ensure_system_maker

State, Kind = PlatformMessage.State, PlatformMessage.Kind

_NOTE_LENGTH = 200


def deliver_messages(*, centre: Centre, transport: Transport | None = None) -> int:
    """Send what waits in the centre's outbox, and ask after what got no answer.

    A message whose end nobody knows is never sent again: the platform is asked whether it came.
    Each is claimed by a conditional update, so that two senders never send the same one.

    Returns:
        How many messages are known to have arrived by this call.
    """
    way = transport or get_transport()
    arrived = 0
    open_ones = PlatformMessage.objects.filter(
        centre=centre, is_sent=True, state__in=[State.READY, State.SENDING, State.UNKNOWN]
    )
    for message in open_ones.order_by("id"):
        arrived += _send(message, way) if message.state == State.READY else _ask(message, way)
    return arrived


def _send(message: PlatformMessage, way: Transport) -> int:
    claimed = PlatformMessage.objects.filter(pk=message.pk, state=State.READY).update(
        state=State.SENDING, tries=F("tries") + 1
    )
    if not claimed:
        return 0
    try:
        way.send(message)
    except NoAnswer as silent:
        _note(message, State.SENDING, State.UNKNOWN, str(silent))
        return 0
    return _note(message, State.SENDING, State.SENT, "")


def _ask(message: PlatformMessage, way: Transport) -> int:
    """Ask whether a message arrived: yes ends it, no lets it be sent, silence leaves it."""
    try:
        came = way.has_arrived(message)
    except NoAnswer as silent:
        _note(message, message.state, State.UNKNOWN, str(silent))
        return 0
    if came:
        return _note(message, message.state, State.SENT, "")
    _note(message, message.state, State.READY, _("known not to have arrived"))
    return 0


def _note(message: PlatformMessage, before: str, after: str, note: str) -> int:
    return PlatformMessage.objects.filter(pk=message.pk, state=before).update(
        state=after, note=note[:_NOTE_LENGTH]
    )


def receive_message(*, centre: Centre, told: Mapping[str, Any]) -> PlatformMessage:
    """Keep a message that came, once by its id; the same one again returns the first.

    Args:
        told: ``message_id``, ``letter_no``, ``other_code``, ``kind``, ``letter_state``, ``body``.
    """
    fields = {key: told[key] for key in ("letter_no", "other_code", "kind", "letter_state", "body")}
    try:
        with transaction.atomic():
            return PlatformMessage.objects.create(
                centre=centre,
                is_sent=False,
                message_id=told["message_id"],
                state=State.RECEIVED,
                **fields,
            )
    except IntegrityError:
        return PlatformMessage.objects.get(
            centre=centre, is_sent=False, message_id=told["message_id"]
        )


def take_in_messages(*, centre: Centre) -> int:
    """Take in what came, in the order it came; what does not fit yet stays and is tried again.

    Letters wait for a person: whose account they ask for, a clerk decides.

    Returns:
        How many messages were dealt with.
    """
    day = find_open_day(centre)
    if day is None:
        return 0
    waiting = PlatformMessage.objects.filter(
        centre=centre, is_sent=False, state=State.RECEIVED
    ).exclude(kind=Kind.LETTER)
    system = ensure_system_maker()
    return sum(_take_in(message, day.date, system) for message in waiting.order_by("id"))


def _take_in(message: PlatformMessage, day: dt.date, system: User) -> int:
    try:
        with transaction.atomic():
            claimed = PlatformMessage.objects.filter(pk=message.pk, state=State.RECEIVED).update(
                state=State.HANDLED, note=""
            )
            if claimed:
                _act(message, day, system)
            return claimed
    except AccountsRefused as refused:
        PlatformMessage.objects.filter(pk=message.pk).update(note=str(refused)[:_NOTE_LENGTH])
        return 0


def _act(message: PlatformMessage, day: dt.date, system: User) -> None:
    mine = TransferIn.objects.filter(centre=message.centre, letter_no=message.letter_no).first()
    if mine is not None:
        if message.kind == Kind.REMITTANCE:
            TransferIn.objects.filter(pk=mine.pk).update(
                remitted_fen=message.body.get("amount_fen"),
                remittance=str(message.body.get("reference", ""))[:64],
            )
            return
        take_answer(
            transfer_in=mine,
            to=LetterState(message.letter_state),
            business_date=day,
            by=system,
            facts=message.body if message.kind == Kind.FACTS else None,
            reason=str(message.body.get("reason", "")),
        )
        return
    asked = (
        TransferOut.objects.filter(centre=message.centre, letter_no=message.letter_no)
        .order_by("-id")
        .first()
    )
    if asked is None:
        _withdraw_letter(message)
        return
    move_letter(
        asked,
        LetterState(message.letter_state),
        side=Side.TO,
        business_date=day,
        by=system,
        reason=str(message.body.get("reason", "")),
    )


def _withdraw_letter(message: PlatformMessage) -> None:
    """A letter nobody has taken up yet was withdrawn: nobody has to take it up any more."""
    PlatformMessage.objects.filter(
        centre=message.centre,
        is_sent=False,
        kind=Kind.LETTER,
        letter_no=message.letter_no,
        state=State.RECEIVED,
    ).update(state=State.HANDLED, note=_("withdrawn"))
