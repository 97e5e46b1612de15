"""A deposit above what one person books alone."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import MemberAccount
from contributions.models.deposits import Deposit
from kernel.money import MAX_FEN
from office.models import Document, Limited


class LargeDeposit(Limited, Document):
    """大额缴存: a payment in that a second person signs before it is booked.

    ``decision`` is the one of the day it was handed in; approved, it is decided and booked by the
    law of the day of approval (``deposit``), under the name of its maker.
    """

    submit_permission = "contributions.deposit"
    approve_permission = "contributions.approve"

    member_account = models.ForeignKey(
        MemberAccount,
        models.PROTECT,
        related_name="large_deposits",
        verbose_name=_("member account"),
    )
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    months_covered = models.PositiveSmallIntegerField(_("months covered"), default=0)
    decision = models.ForeignKey(
        "policy.StoredDecision", models.PROTECT, related_name="+", verbose_name=_("decision")
    )
    deposit = models.OneToOneField(
        Deposit,
        models.PROTECT,
        null=True,
        related_name="large_deposit",
        editable=False,
        verbose_name=_("deposit"),
    )

    class Meta(Document.Meta):
        verbose_name = _("large deposit")
        verbose_name_plural = _("large deposits")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            *Limited.Meta.constraints,
            models.CheckConstraint(
                name="contributions_largedeposit_amount_in_range",
                condition=Q(amount_fen__gte=1, amount_fen__lte=MAX_FEN),
            ),
            models.CheckConstraint(
                name="contributions_largedeposit_approved_is_booked",
                condition=Q(state="SUBMITTED")
                | Q(state="APPROVED", deposit__isnull=False)
                | Q(state__in=["DRAFT", "RETURNED", "CANCELLED"], deposit__isnull=True),
            ),
        ]
