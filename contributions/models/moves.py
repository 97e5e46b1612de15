"""Members who change their identity, and accounts that go up in another one."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Agreement, MemberAccount
from kernel.money import MAX_FEN
from ledger.models import Entry
from office.models import Document


class Conversion(Document):
    """身份转换: an employee who becomes a flexible worker, or the contrary.

    To FLEX, what the unit's account held comes along (``amount_fen``, which may be nothing), with
    the months paid there, and a resting account signs its agreement anew. To UNIT, the agreement
    ends and flexible business rests; the money stays where it is, of its old origin.
    """

    submit_permission = "contributions.convert"
    approve_permission = "contributions.approve"

    member_account = models.ForeignKey(
        MemberAccount,
        models.PROTECT,
        related_name="conversions",
        verbose_name=_("member account"),
    )
    to_identity = models.CharField(
        pgettext_lazy("conversion", "becomes"), max_length=4, choices=MemberAccount.Identity
    )
    unit_name = models.CharField(_("unit"), max_length=80)
    proof = models.CharField(_("proof"), max_length=64)
    amount_fen = models.BigIntegerField(_("money that comes along (fen)"), default=0)
    first_month = models.DateField(_("first month there"), null=True)
    last_month = models.DateField(_("last month there"), null=True)
    month_count = models.PositiveSmallIntegerField(_("months contributed there"), default=0)
    mode = models.CharField(
        _("mode of contribution"), max_length=11, choices=Agreement.Mode, blank=True, default=""
    )
    monthly_amount_fen = models.BigIntegerField(_("monthly amount (fen)"), null=True)
    decision = models.ForeignKey(
        "policy.StoredDecision", models.PROTECT, related_name="+", verbose_name=_("decision")
    )
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        related_name="conversion",
        editable=False,
        verbose_name=_("voucher"),
    )

    class Meta(Document.Meta):
        verbose_name = _("conversion of identity")
        verbose_name_plural = _("conversions of identity")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                name="contributions_conversion_known_identity",
                condition=Q(to_identity__in=["FLEX", "UNIT"]),
            ),
            models.CheckConstraint(
                name="contributions_conversion_amount_in_range",
                condition=Q(amount_fen__gte=0, amount_fen__lte=MAX_FEN),
            ),
            models.CheckConstraint(
                name="contributions_conversion_only_employees_bring_money",
                condition=Q(to_identity="FLEX") | Q(amount_fen=0, month_count=0),
            ),
            models.CheckConstraint(
                name="contributions_conversion_money_is_booked",
                condition=Q(entry__isnull=True) | (Q(state="APPROVED", amount_fen__gt=0)),
            ),
            models.CheckConstraint(
                name="contributions_conversion_months_are_dated",
                condition=Q(month_count=0) | Q(last_month__isnull=False),
            ),
        ]


class Merge(Document):
    """合并账户: one of two accounts of a person goes up in the other one, and closes.

    ``member_account`` is the one that closes, ``target`` the one that stays. Money keeps its
    origin and component; months, events, carried records and papers follow it.
    """

    submit_permission = "contributions.convert"
    approve_permission = "contributions.approve"

    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="merges_out", verbose_name=_("account closed")
    )
    target = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="merges_in", verbose_name=_("account kept")
    )
    proof = models.CharField(_("proof that it is one person"), max_length=64)
    amount_fen = models.BigIntegerField(_("moved (fen)"))
    months_joined = models.PositiveSmallIntegerField(
        _("months that follow"), null=True, editable=False
    )
    months_double = models.PositiveSmallIntegerField(
        _("months paid in both"), null=True, editable=False
    )
    decision = models.ForeignKey(
        "policy.StoredDecision", models.PROTECT, related_name="+", verbose_name=_("decision")
    )
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        related_name="merge",
        editable=False,
        verbose_name=_("voucher"),
    )

    class Meta(Document.Meta):
        verbose_name = _("merge of accounts")
        verbose_name_plural = _("merges of accounts")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                name="contributions_merge_two_accounts",
                condition=~Q(member_account=F("target")),
                violation_error_message=_("An account is not merged into itself."),
            ),
            models.CheckConstraint(
                name="contributions_merge_amount_in_range",
                condition=Q(amount_fen__gte=0, amount_fen__lte=MAX_FEN),
            ),
            models.UniqueConstraint(
                fields=["member_account"],
                condition=Q(state__in=["SUBMITTED", "APPROVED"]),
                name="contributions_merge_once_per_account",
            ),
        ]
