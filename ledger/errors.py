"""Why the books refuse. Exceptions are facts; their text is what the clerk reads.

``ledger.services`` raises them all and they can be imported from there.
"""

from django.utils.translation import gettext as _

from kernel.money import grouped_yuan


class PostingRefused(Exception):
    """The books refuse; nothing was written."""


class EmptyEntry(PostingRefused):
    """An entry without a single move."""

    def __str__(self) -> str:
        return _("An entry needs at least one line.")


class BadMove(PostingRefused):
    """A field of a move is not what an entry can hold."""

    def __init__(self, *, field: str, seen: str) -> None:
        super().__init__(field, seen)
        self.field = field
        self.seen = seen

    def __str__(self) -> str:
        return _("%(field)s cannot be posted as %(seen)s.") % {
            "field": self.field,
            "seen": self.seen,
        }


class ForeignCentre(PostingRefused):
    """An account of another centre's books."""

    def __init__(self, *, code: str, centre: str) -> None:
        super().__init__(code, centre)
        self.code = code
        self.centre = centre

    def __str__(self) -> str:
        return _("Account %(code)s does not belong to the books of %(centre)s.") % {
            "code": self.code,
            "centre": self.centre,
        }


class NotAPostingAccount(PostingRefused):
    """A summary or control account: its balance is the sum of what stands below it."""

    def __init__(self, *, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return _("Account %(code)s is a sum and takes no postings; post to one below it.") % {
            "code": self.code
        }


class UnknownLedgerAccount(PostingRefused):
    """The centre has no account of that code."""

    def __init__(self, *, centre: str, code: str) -> None:
        super().__init__(centre, code)
        self.centre = centre
        self.code = code

    def __str__(self) -> str:
        return _("The books of %(centre)s have no account %(code)s; open the books first.") % {
            "centre": self.centre,
            "code": self.code,
        }


class BadLine(PostingRefused):
    """A line cannot be opened under that code."""

    def __init__(self, *, code: str, control: str) -> None:
        super().__init__(code, control)
        self.code = code
        self.control = control

    def __str__(self) -> str:
        return _(
            "Code %(code)s cannot be opened below account %(control)s: it must begin with that"
            " code and a dot, be free, and the account must take such lines."
        ) % {"code": self.code, "control": self.control}


class KeyReused(PostingRefused):
    """The key belongs to an entry of other content."""

    def __init__(self, *, key: str, document_no: str) -> None:
        super().__init__(key, document_no)
        self.key = key
        self.document_no = document_no

    def __str__(self) -> str:
        return _(
            "Key %(key)s already belongs to document %(document)s with other content;"
            " use the number of the new document."
        ) % {"key": self.key, "document": self.document_no}


class AlreadyReversed(PostingRefused):
    """An entry is undone once; a second reversal would do the wrong again."""

    def __init__(self, *, key: str, by: str) -> None:
        super().__init__(key, by)
        self.key = key
        self.by = by

    def __str__(self) -> str:
        return _("Entry %(key)s has already been reversed by document %(document)s.") % {
            "key": self.key,
            "document": self.by,
        }


class InsufficientBalance(PostingRefused):
    """A line holds less than the entry takes from it; amounts in fen."""

    def __init__(self, *, ledger_account: str, balance_fen: int, asked_fen: int) -> None:
        super().__init__(ledger_account, balance_fen, asked_fen)
        self.ledger_account = ledger_account
        self.balance_fen = balance_fen
        self.asked_fen = asked_fen

    def __str__(self) -> str:
        return _("Account %(code)s holds %(balance)s yuan, %(asked)s yuan were asked.") % {
            "code": self.ledger_account,
            "balance": grouped_yuan(self.balance_fen),
            "asked": grouped_yuan(self.asked_fen),
        }
