"""The transport of messages: the seam a real interface is put into, and that of one machine."""

from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from contributions.models import PlatformMessage
from office.models import Centre


class NoAnswer(Exception):
    """The platform did not say whether the message arrived."""


class Transport(Protocol):
    """What an interface to the platform offers for messages."""

    def send(self, message: PlatformMessage) -> None:
        """Send a message under its id.

        Raises:
            NoAnswer: whether it arrived is not known; it is asked after, never sent again.
        """
        ...

    def has_arrived(self, message: PlatformMessage) -> bool:
        """Tell whether a message with this id arrived.

        Raises:
            NoAnswer: the platform does not say.
        """
        ...


class NoTransport:
    """No interface is set up: letters go on paper, and messages stay unanswered."""

    def send(self, message: PlatformMessage) -> None:
        """Send nothing."""
        raise NoAnswer("no interface is set up")

    def has_arrived(self, message: PlatformMessage) -> bool:
        """Know nothing."""
        raise NoAnswer("no interface is set up")


class LocalTransport:
    """Between the centres of this database: what one sends, the other has received."""

    def send(self, message: PlatformMessage) -> None:
        """Put the message into the other centre's inbox, once by its id."""
        other = Centre.objects.filter(code=message.other_code).first()
        if other is None:
            raise NoAnswer("no such centre here")
        PlatformMessage.objects.get_or_create(
            centre=other,
            is_sent=False,
            message_id=message.message_id,
            defaults={
                "letter_no": message.letter_no,
                "other_code": message.centre.code,
                "kind": message.kind,
                "letter_state": message.letter_state,
                "body": message.body,
                "state": PlatformMessage.State.RECEIVED,
            },
        )

    def has_arrived(self, message: PlatformMessage) -> bool:
        """Look into the other centre's inbox."""
        if not Centre.objects.filter(code=message.other_code).exists():
            raise NoAnswer("no such centre here")
        return PlatformMessage.objects.filter(
            centre__code=message.other_code, is_sent=False, message_id=message.message_id
        ).exists()


def get_transport() -> Transport:
    """Give the transport that is set up: the setting TRANSFER_TRANSPORT, the local one in a demo.

    Anywhere else no setting means no interface, so that nothing simulated moves money.
    """
    default = "LocalTransport" if getattr(settings, "DEMO", False) else "NoTransport"
    path = getattr(settings, "TRANSFER_TRANSPORT", "") or f"{__name__}.{default}"
    transport: Transport = import_string(path)()
    return transport
