"""The year's value-added income: what it was, and how two persons and the committee used it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ledger.models import Entry
from office.models import Document


class SurplusDistribution(Document):
    """增值收益分配: a calendar year's income less its expense, and where it goes.

    ``figures`` are what the books said when it was handed in; at approval they must still be so.
    Sums are in fen. A year without a surplus closes its books with nothing to distribute.
    ``resolution_no`` is the committee's, ``fee_approval_no`` the finance authority's approval of
    the management fee.
    """

    submit_permission = "settlement.preview"
    approve_permission = "settlement.approve"

    year = models.PositiveSmallIntegerField(_("calendar year"))
    figures = models.JSONField(_("figures of the books"))
    surplus_fen = models.BigIntegerField(_("value-added income (fen)"))
    flexible_surplus_fen = models.BigIntegerField(_("of which the flexible pool's (fen)"))
    reserve_fen = models.BigIntegerField(_("to the risk reserve (fen)"))
    flexible_reserve_fen = models.BigIntegerField(
        _("of which out of the flexible pool's income (fen)")
    )
    fee_fen = models.BigIntegerField(_("management fee (fen)"))
    housing_fen = models.BigIntegerField(_("public housing supplement (fen)"))
    resolution_no = models.CharField(_("committee's resolution"), max_length=64)
    resolution_date = models.DateField(_("resolved on"))
    fee_approval_no = models.CharField(
        _("approval of the management fee"), max_length=64, blank=True, default=""
    )
    decision = models.ForeignKey(
        "policy.StoredDecision", models.PROTECT, related_name="+", verbose_name=_("decision")
    )
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        related_name="surplus_distribution",
        editable=False,
        verbose_name=_("voucher"),
    )

    class Meta(Document.Meta):
        verbose_name = _("distribution of value-added income")
        verbose_name_plural = _("distributions of value-added income")
        ordering: ClassVar = ["-year", "-id"]
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=["centre", "year"],
                condition=~Q(state__in=["RETURNED", "CANCELLED"]),
                name="settlement_surplus_once_per_year",
                violation_error_message=_("The year's value-added income is distributed already."),
            ),
            models.CheckConstraint(
                name="settlement_surplus_parts_add_up",
                condition=Q(
                    surplus_fen__gt=0,
                    surplus_fen=F("reserve_fen") + F("fee_fen") + F("housing_fen"),
                )
                | Q(surplus_fen__lte=0, reserve_fen=0, fee_fen=0, housing_fen=0),
            ),
            models.CheckConstraint(
                name="settlement_surplus_parts_not_negative",
                condition=Q(reserve_fen__gte=0, fee_fen__gte=0, housing_fen__gte=0)
                & Q(flexible_reserve_fen__gte=0, flexible_reserve_fen__lte=F("reserve_fen")),
            ),
            models.CheckConstraint(
                name="settlement_surplus_fee_is_approved",
                condition=Q(fee_fen=0) | ~Q(fee_approval_no=""),
                violation_error_message=_("A management fee needs its approval."),
            ),
            models.CheckConstraint(
                name="settlement_surplus_is_resolved", condition=~Q(resolution_no="")
            ),
            models.CheckConstraint(
                name="settlement_surplus_approved_is_booked",
                condition=Q(state__in=["SUBMITTED", "APPROVED"]) | Q(entry__isnull=True),
            ),
        ]
