"""Money that goes out: what a member asked for, and the payment that carries it out."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import MemberAccount
from contributions.facts import Ground, Household
from contributions.models.exits import Exit
from contributions.models.inheritances import Heir, Inheritance
from contributions.models.refunds import SuspenseRefund
from kernel.money import MAX_FEN
from ledger.chart import Code
from ledger.models import Entry
from office.fields import EncryptedTextField
from office.models import Centre, Document, Limited
from policy.terms import TERMS


class Withdrawal(Limited, Document):
    """提取: a request by one ground, decided when taken in and again when approved.

    ``business_date`` is the day of acceptance: its law decides, and the answer is due by
    ``due_date``. ``papers`` lists the evidence seen, with the number of each. ``allowed_fen`` is
    what the second person approves; it is booked out of the account then, and owed until the
    payout is confirmed. Nothing else of the account may be waiting meanwhile.
    """

    submit_permission = "contributions.withdraw"
    approve_permission = "contributions.approve"

    member_account = models.ForeignKey(
        MemberAccount,
        models.PROTECT,
        related_name="withdrawals",
        verbose_name=_("member account"),
    )
    ground = models.CharField(
        pgettext_lazy("withdrawal", "ground"),
        max_length=16,
        choices=[(ground.value, TERMS[ground.value]) for ground in Ground],
    )
    asked_fen = models.BigIntegerField(_("asked (fen)"))
    allowed_fen = models.BigIntegerField(_("allowed (fen)"))
    household = models.CharField(
        _("alone or as a couple"),
        max_length=6,
        choices=[
            (Household.SINGLE.value, _("alone")),
            (Household.COUPLE.value, _("one of a couple")),
        ],
    )
    guarantee = models.BooleanField(_("stands surety for another's loan"))
    papers = models.JSONField(_("papers seen"), default=list)
    taken_self_fen = models.BigIntegerField(_("taken before in the period (fen)"), default=0)
    taken_spouse_fen = models.BigIntegerField(_("taken by the spouse (fen)"), default=0)
    spouse_document_no = models.CharField(
        _("proof about the spouse"), max_length=64, blank=True, default=""
    )
    payee = models.CharField(_("payee"), max_length=80)
    bank = models.CharField(_("bank"), max_length=40)
    card = EncryptedTextField(_("card number"))
    card_last4 = models.CharField(_("last four digits"), max_length=4)
    due_date = models.DateField(_("decision due by"), null=True)
    decision = models.ForeignKey(
        "policy.StoredDecision", models.PROTECT, related_name="+", verbose_name=_("decision")
    )
    approval_decision = models.ForeignKey(
        "policy.StoredDecision",
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("decision at approval"),
    )
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        related_name="withdrawal",
        editable=False,
        verbose_name=_("voucher"),
    )

    class Meta(Document.Meta):
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        indexes: ClassVar = [
            models.Index(
                fields=["centre", "state", "due_date"], name="contributions_withdrawal_due"
            ),
        ]
        constraints: ClassVar = [
            *Document.Meta.constraints,
            *Limited.Meta.constraints,
            models.CheckConstraint(
                name="contributions_withdrawal_amounts_in_range",
                condition=Q(allowed_fen__gte=1, asked_fen__gte=F("allowed_fen"))
                & Q(asked_fen__lte=MAX_FEN)
                & Q(taken_self_fen__gte=0, taken_spouse_fen__gte=0),
            ),
            models.CheckConstraint(
                name="contributions_withdrawal_known_codes",
                condition=Q(ground__in=[ground.value for ground in Ground])
                & Q(household__in=[household.value for household in Household]),
            ),
            models.CheckConstraint(
                name="contributions_withdrawal_spouse_is_proven",
                condition=Q(taken_spouse_fen=0)
                | (Q(household="COUPLE") & ~Q(spouse_document_no="")),
            ),
            models.CheckConstraint(
                name="contributions_withdrawal_approved_is_booked",
                condition=Q(state="SUBMITTED")
                | Q(state="APPROVED", entry__isnull=False, approval_decision__isnull=False)
                | Q(
                    state__in=["DRAFT", "RETURNED", "CANCELLED"],
                    entry__isnull=True,
                    approval_decision__isnull=True,
                ),
            ),
        ]


def _one_of(*names: str) -> Q:
    """Say that just one of some columns is filled."""
    found = Q()
    for name in names:
        found |= Q(**{f"{one}__isnull": one != name for one in names})
    return found


class Payout(models.Model):
    """付款: the payment of an approved document to a card, confirmed or failed exactly once.

    It belongs to one document (``source``): a withdrawal, an exit, a refund of money kept in
    suspense, or the part of one heir of an inheritance, which has a payout per heir. The centre
    owes the money (21904, for a refund 21903) while it is READY, and still while it is BOUNCED:
    the bank has sent it back, and the payee chooses. Either it is paid again to another card, by
    a further payout that names this one (``replaces``), or the document is taken back into the
    account or into suspense (FAILED). The part of an heir is only paid again: other heirs may
    have theirs already.
    """

    class State(models.TextChoices):
        """Where the payment stands."""

        READY = "READY", _("to be paid")
        CONFIRMED = "CONFIRMED", pgettext_lazy("payout", "paid")
        BOUNCED = "BOUNCED", _("sent back by the bank, still owed")
        REPLACED = "REPLACED", _("sent back by the bank, paid again")
        FAILED = "FAILED", _("failed, booked back")

    # The states in which the centre owes the money.
    OWED = (State.READY, State.BOUNCED)

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    withdrawal = models.ForeignKey(
        Withdrawal, models.PROTECT, null=True, related_name="payouts", verbose_name=_("withdrawal")
    )
    exit = models.ForeignKey(
        Exit,
        models.PROTECT,
        null=True,
        related_name="payouts",
        verbose_name=pgettext_lazy("document", "exit"),
    )
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        related_name="replaced_by",
        verbose_name=_("pays again what was sent back"),
    )
    heir = models.ForeignKey(
        Heir, models.PROTECT, null=True, related_name="payouts", verbose_name=_("heir")
    )
    refund = models.ForeignKey(
        SuspenseRefund,
        models.PROTECT,
        null=True,
        related_name="payouts",
        verbose_name=_("refund from suspense"),
    )
    number = models.CharField(_("document number"), max_length=48, unique=True)
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    card_last4 = models.CharField(_("last four digits"), max_length=4)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.READY)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("approved by")
    )
    made_date = models.DateField(_("made on"))
    made_at = models.DateTimeField(_("recorded at"), db_default=Now())
    bank_reference = models.CharField(_("bank's reference"), max_length=64, blank=True, default="")
    failure = models.CharField(_("why it failed"), max_length=200, blank=True, default="")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_date = models.DateField(_("confirmed on"), null=True)
    entry = models.OneToOneField(
        Entry, models.PROTECT, null=True, related_name="payout", verbose_name=_("voucher")
    )

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["centre", "state", "made_date"], name="contributions_payout_open"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="contributions_payout_of_one_document",
                condition=_one_of("withdrawal", "exit", "heir", "refund"),
            ),
            models.UniqueConstraint(
                fields=["withdrawal"],
                condition=Q(replaces__isnull=True),
                name="contributions_payout_once_per_withdrawal",
            ),
            models.UniqueConstraint(
                fields=["exit"],
                condition=Q(replaces__isnull=True),
                name="contributions_payout_once_per_exit",
            ),
            models.UniqueConstraint(
                fields=["heir"],
                condition=Q(replaces__isnull=True),
                name="contributions_payout_once_per_heir",
            ),
            models.UniqueConstraint(
                fields=["refund"],
                condition=Q(replaces__isnull=True),
                name="contributions_payout_once_per_refund",
            ),
            models.CheckConstraint(
                name="contributions_payout_of_an_heir_stays_owed",
                condition=Q(heir__isnull=True) | ~Q(state="FAILED"),
            ),
            models.CheckConstraint(
                name="contributions_payout_amount_in_range",
                condition=Q(amount_fen__gte=1, amount_fen__lte=MAX_FEN),
            ),
            models.CheckConstraint(
                name="contributions_payout_ended_is_signed_and_booked",
                condition=Q(
                    state="READY",
                    confirmed_by__isnull=True,
                    confirmed_date__isnull=True,
                    entry__isnull=True,
                )
                | Q(
                    state__in=["BOUNCED", "REPLACED"],
                    confirmed_by__isnull=False,
                    confirmed_date__isnull=False,
                    entry__isnull=True,
                )
                | Q(
                    state__in=["CONFIRMED", "FAILED"],
                    confirmed_by__isnull=False,
                    confirmed_date__isnull=False,
                    entry__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="contributions_payout_two_persons",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("approved_by")),
                violation_error_message=_("The checker cannot be the maker."),
            ),
            models.CheckConstraint(
                name="contributions_payout_end_is_explained",
                condition=Q(state="READY", bank_reference="", failure="")
                | (Q(state="CONFIRMED", failure="") & ~Q(bank_reference=""))
                | (
                    Q(state__in=["FAILED", "BOUNCED", "REPLACED"], bank_reference="")
                    & ~Q(failure="")
                ),
            ),
            models.UniqueConstraint(
                fields=["centre", "bank_reference"],
                condition=~Q(bank_reference=""),
                name="contributions_payout_bank_reference_once",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def source(self) -> Withdrawal | Exit | SuspenseRefund | Inheritance:
        """The document it pays."""
        if self.heir is not None:
            return self.heir.inheritance
        source = self.withdrawal or self.exit or self.refund
        assert source is not None  # a constraint keeps it so
        return source

    @property
    def payee(self) -> str:
        """Who is paid."""
        if self.heir is not None:
            return self.heir.name
        paid = self.withdrawal or self.exit or self.refund
        return paid.payee if paid is not None else ""

    @property
    def payable(self) -> Code:
        """The account under which the money is owed."""
        return Code.REFUND_PAYABLE if self.refund_id else Code.WITHDRAWAL_PAYABLE
