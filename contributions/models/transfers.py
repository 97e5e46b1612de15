"""Accounts that come from another centre or go to one, by the national platform (转移接续)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import MemberAccount
from contributions.letters import LetterState
from contributions.models.deposits import Transfer
from kernel.money import MAX_FEN
from ledger.models import Entry
from office.fields import EncryptedTextField
from office.models import Centre, Document, Limited

_STATES = [(state.value, state.label) for state in LetterState]


class Letter(Document):
    """Abstract: a transfer that two centres agree on, told by the platform's letter (联系函).

    ``letter_no`` names it at both centres; ``letter_state`` is the platform's state, moved only
    along ``contributions.letters.MOVES``, each move with its row.
    """

    letter_no = models.CharField(_("number of the letter"), max_length=64, editable=False)
    letter_state = models.CharField(
        _("state at the platform"),
        max_length=2,
        choices=_STATES,
        blank=True,
        default="",
        editable=False,
    )
    other_code = models.CharField(_("code of the other centre"), max_length=32)
    other_name = models.CharField(_("the other centre"), max_length=80)
    other_account = models.CharField(_("account number there"), max_length=32, blank=True)
    payee = models.CharField(_("payee"), max_length=80)
    bank = models.CharField(_("bank"), max_length=40)
    card = EncryptedTextField(_("bank account"))
    card_last4 = models.CharField(_("last four digits"), max_length=4)

    class Meta(Document.Meta):
        abstract = True


class TransferIn(Letter):
    """转入: the request for an account elsewhere to come here, until its money is booked.

    A second person approves the letter, and the platform carries it. ``facts`` is the account
    information that comes back, ``answer_no`` the paper where it did not come by the platform. What
    arrives at the bank is a document of its own.
    """

    submit_permission = "contributions.transfer"
    approve_permission = "contributions.approve"

    member_account = models.ForeignKey(
        MemberAccount,
        models.PROTECT,
        related_name="transfers_in",
        verbose_name=_("member account"),
    )
    facts = models.JSONField(_("account information"), default=dict, editable=False)
    remitted_fen = models.BigIntegerField(_("remitted (fen)"), null=True, editable=False)
    remittance = models.CharField(
        _("their bank's reference"), max_length=64, blank=True, default="", editable=False
    )
    answer_no = models.CharField(
        _("paper with their answer"), max_length=64, blank=True, default="", editable=False
    )

    class Meta(Letter.Meta):
        verbose_name = _("request for a transfer in")
        verbose_name_plural = _("requests for transfers in")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=["letter_no"],
                condition=~Q(letter_no=""),
                name="contributions_transferin_letter_once",
            ),
            models.UniqueConstraint(
                fields=["member_account"],
                condition=Q(letter_state__in=["01", "02", "06", "08", "13"])
                | Q(letter_state="", state="SUBMITTED"),
                name="contributions_transferin_one_under_way",
                violation_error_message=_("A transfer into this account is under way."),
            ),
            models.CheckConstraint(
                name="contributions_transferin_known_state",
                condition=Q(letter_state__in=["", *[state.value for state in LetterState]]),
            ),
        ]


class TransferArrival(Document):
    """转入到账: money of a transfer that stands in the bank account, to be booked by two persons.

    It names what is booked by origin. As long as it agrees with the account information it ends
    the transfer in order; what was settled in talks may differ and names the paper.
    """

    submit_permission = "contributions.transfer"
    approve_permission = "contributions.approve"

    transfer_in = models.ForeignKey(
        TransferIn, models.PROTECT, related_name="arrivals", verbose_name=_("transfer in")
    )
    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="+", verbose_name=_("member account")
    )
    flex_fen = models.BigIntegerField(_("of flexible money (fen)"))
    unit_fen = models.BigIntegerField(_("of unit money (fen)"))
    bank_reference = models.CharField(_("bank's reference"), max_length=64)
    agreed_no = models.CharField(_("paper of the talks"), max_length=64, blank=True, default="")

    class Meta(Document.Meta):
        verbose_name = _("arrival of a transfer")
        verbose_name_plural = _("arrivals of transfers")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=["transfer_in"],
                condition=Q(state__in=["SUBMITTED", "APPROVED"]),
                name="contributions_transferarrival_once",
                violation_error_message=_("The arrival of this transfer is entered already."),
            ),
            models.UniqueConstraint(
                fields=["centre", "bank_reference"],
                condition=Q(state__in=["SUBMITTED", "APPROVED"]) & ~Q(bank_reference=""),
                name="contributions_transferarrival_reference_once",
            ),
            models.CheckConstraint(
                name="contributions_transferarrival_in_range",
                condition=Q(flex_fen__gte=0, unit_fen__gte=0)
                & Q(flex_fen__lte=MAX_FEN, unit_fen__lte=MAX_FEN),
            ),
            models.CheckConstraint(
                name="contributions_transferarrival_money_has_a_reference",
                condition=Q(flex_fen=0, unit_fen=0) | ~Q(bank_reference=""),
            ),
        ]

    @property
    def amount_fen(self) -> int:
        """All that is booked."""
        return self.flex_fen + self.unit_fen

    def booked(self) -> models.QuerySet[Transfer]:
        """List what was booked, by origin."""
        numbers = [f"{self.number}-FLEX", f"{self.number}-UNIT"]
        return Transfer.objects.filter(number__in=numbers).select_related("entry").order_by("id")


class TransferOut(Limited, Letter):
    """转出: an account that another centre has asked for, until its money is paid there.

    Approved, interest is credited to the day, the money is owed (219) until the bank has paid it,
    the account closes and its information is sent.
    """

    submit_permission = "contributions.transfer"
    approve_permission = "contributions.approve"

    member_account = models.ForeignKey(
        MemberAccount,
        models.PROTECT,
        related_name="transfers_out",
        verbose_name=_("member account"),
    )
    amount_fen = models.BigIntegerField(_("to be paid, with interest to the day (fen)"))
    facts = models.JSONField(_("account information"), default=dict, editable=False)
    decision = models.ForeignKey(
        "policy.StoredDecision", models.PROTECT, related_name="+", verbose_name=_("decision")
    )
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        related_name="transfer_out",
        editable=False,
        verbose_name=_("voucher"),
    )
    bank_reference = models.CharField(
        _("bank's reference"), max_length=64, blank=True, default="", editable=False
    )
    paid_entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        related_name="transfer_out_paid",
        editable=False,
        verbose_name=_("voucher of the payment"),
    )
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("paid by"),
    )
    paid_date = models.DateField(_("paid on"), null=True, editable=False)

    class Meta(Letter.Meta):
        verbose_name = _("transfer out")
        verbose_name_plural = _("transfers out")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            *Limited.Meta.constraints,
            models.UniqueConstraint(
                fields=["centre", "letter_no"],
                condition=Q(state__in=["SUBMITTED", "APPROVED"]),
                name="contributions_transferout_letter_once",
            ),
            models.UniqueConstraint(
                fields=["member_account"],
                condition=Q(state__in=["SUBMITTED", "APPROVED"]),
                name="contributions_transferout_once_per_account",
            ),
            models.CheckConstraint(
                name="contributions_transferout_known_state",
                condition=Q(letter_state__in=["", *[state.value for state in LetterState]]),
            ),
            models.CheckConstraint(
                name="contributions_transferout_amount_in_range",
                condition=Q(amount_fen__gte=0, amount_fen__lte=MAX_FEN),
            ),
            models.CheckConstraint(
                name="contributions_transferout_approved_is_booked",
                condition=Q(state__in=["SUBMITTED", "APPROVED"]) | Q(entry__isnull=True),
            ),
            models.CheckConstraint(
                name="contributions_transferout_paid_is_signed_and_booked",
                condition=Q(
                    bank_reference="",
                    paid_entry__isnull=True,
                    paid_by__isnull=True,
                    paid_date__isnull=True,
                )
                | (
                    ~Q(bank_reference="")
                    & Q(
                        entry__isnull=False,
                        paid_entry__isnull=False,
                        paid_by__isnull=False,
                        paid_date__isnull=False,
                    )
                ),
            ),
            models.UniqueConstraint(
                fields=["centre", "bank_reference"],
                condition=~Q(bank_reference=""),
                name="contributions_transferout_reference_once",
            ),
        ]


class LetterMove(models.Model):
    """状态变化: one move of a letter at this centre; each state is reached once."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    letter_no = models.CharField(_("number of the letter"), max_length=64)
    is_inbound = models.BooleanField(_("of a transfer in"))
    from_state = models.CharField(pgettext_lazy("letter", "before"), max_length=2, blank=True)
    to_state = models.CharField(pgettext_lazy("letter", "after"), max_length=2, choices=_STATES)
    business_date = models.DateField(_("business date"))
    reason = models.CharField(pgettext_lazy("letter", "reason"), max_length=200, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("recorded at"), db_default=Now())

    class Meta:
        verbose_name = _("move of a letter")
        verbose_name_plural = _("moves of letters")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["centre", "letter_no", "is_inbound", "to_state"],
                name="contributions_lettermove_state_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter_no} {self.to_state}"


class PlatformMessage(models.Model):
    """平台报文: what the centre tells the platform, or is told; each once by its own id.

    Sent: READY, then SENDING under one sender, then SENT; without an answer UNKNOWN, which is
    asked after and never sent again unasked. Received: RECEIVED, then HANDLED.
    ``body`` holds no full number of a paper, only its index.
    """

    class State(models.TextChoices):
        """Where the message stands."""

        READY = "READY", pgettext_lazy("message", "to be sent")
        SENDING = "SENDING", pgettext_lazy("message", "being sent")
        SENT = "SENT", pgettext_lazy("message", "sent")
        UNKNOWN = "UNKNOWN", pgettext_lazy("message", "no answer, to be asked after")
        RECEIVED = "RECEIVED", pgettext_lazy("message", "received")
        HANDLED = "HANDLED", pgettext_lazy("message", "dealt with")

    class Kind(models.TextChoices):
        """What it tells."""

        LETTER = "LETTER", pgettext_lazy("message", "contact letter")
        STATE = "STATE", pgettext_lazy("message", "change of state")
        FACTS = "FACTS", pgettext_lazy("message", "account information")
        REMITTANCE = "REMITTANCE", pgettext_lazy("message", "money remitted")

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    is_sent = models.BooleanField(_("sent by us"))
    message_id = models.CharField(_("message id"), max_length=64)
    letter_no = models.CharField(_("number of the letter"), max_length=64)
    other_code = models.CharField(_("code of the other centre"), max_length=32)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    letter_state = models.CharField(
        _("state at the platform"), max_length=2, choices=_STATES, blank=True
    )
    body = models.JSONField(_("contents"), default=dict)
    state = models.CharField(_("state"), max_length=8, choices=State)
    tries = models.PositiveSmallIntegerField(_("times asked or sent"), default=0)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    made_at = models.DateTimeField(_("recorded at"), db_default=Now())

    class Meta:
        verbose_name = _("platform message")
        verbose_name_plural = _("platform messages")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["centre", "state"], name="contributions_message_open"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["centre", "is_sent", "message_id"], name="contributions_message_once"
            ),
            models.CheckConstraint(
                name="contributions_message_state_of_its_way",
                condition=Q(is_sent=True, state__in=["READY", "SENDING", "SENT", "UNKNOWN"])
                | Q(is_sent=False, state__in=["RECEIVED", "HANDLED"]),
            ),
        ]

    def __str__(self) -> str:
        return self.message_id
