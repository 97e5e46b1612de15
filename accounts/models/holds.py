"""What stands against paying out: freezes by order of a court, bans by decision of the centre."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.members import Member, MemberAccount
from kernel.money import MAX_FEN
from office.models import Document


class Freeze(Document):
    """冻结: a court's order that a sum, or everything, stays in an account for a time.

    In force from its approval, on the days ``from_date`` to ``until_date`` (both included) and
    only before ``lifted_date``. No amount means the whole account. It stays on record for ever;
    a ``FreezeLift`` ends it before its day.
    """

    submit_permission = "accounts.freeze"
    approve_permission = "accounts.approve"

    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="freezes", verbose_name=_("member account")
    )
    amount_fen = models.BigIntegerField(_("frozen amount (fen)"), null=True)
    court = models.CharField(_("court"), max_length=80)
    order_no = models.CharField(_("number of the order"), max_length=64)
    from_date = models.DateField(_("frozen from"))
    until_date = models.DateField(_("frozen until"))
    lifted_date = models.DateField(_("lifted on"), null=True, editable=False)

    class Meta(Document.Meta):
        verbose_name = _("freeze")
        verbose_name_plural = _("freezes")
        indexes: ClassVar = [
            models.Index(fields=["member_account", "until_date"], name="accounts_freeze_running"),
        ]
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                name="accounts_freeze_amount_in_range",
                condition=Q(amount_fen__isnull=True)
                | Q(amount_fen__gte=1, amount_fen__lte=MAX_FEN),
            ),
            models.CheckConstraint(
                name="accounts_freeze_ends_after_it_begins",
                condition=Q(until_date__gte=F("from_date")),
            ),
            models.CheckConstraint(
                name="accounts_freeze_names_its_order", condition=~Q(court="") & ~Q(order_no="")
            ),
            models.UniqueConstraint(
                fields=["member_account", "court", "order_no"],
                condition=~Q(state__in=["RETURNED", "CANCELLED"]),
                name="accounts_freeze_order_once",
                violation_error_message=_("This order is already entered for the account."),
            ),
            models.CheckConstraint(
                name="accounts_freeze_only_what_is_in_force_is_lifted",
                condition=Q(lifted_date__isnull=True) | Q(state="APPROVED"),
            ),
        ]


class FreezeLift(Document):
    """解冻: the order that ends a freeze, read by two persons; until then the freeze stands."""

    submit_permission = "accounts.freeze"
    approve_permission = "accounts.approve"

    freeze = models.ForeignKey(
        Freeze, models.PROTECT, related_name="lifts", verbose_name=_("freeze")
    )
    order_no = models.CharField(_("order that lifts it"), max_length=64)

    class Meta(Document.Meta):
        verbose_name = _("lifting of a freeze")
        verbose_name_plural = _("liftings of freezes")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                name="accounts_freezelift_names_its_order", condition=~Q(order_no="")
            ),
            models.UniqueConstraint(
                fields=["freeze"],
                condition=~Q(state__in=["RETURNED", "CANCELLED"]),
                name="accounts_freezelift_one_per_freeze",
                violation_error_message=_("The lifting of this freeze is already entered."),
            ),
        ]


class Ban(Document):
    """限制登记: for some years a person may neither withdraw nor borrow (Regulation art. 41).

    It runs from ``decided_date`` through ``until_date``; how many years, the law of the day of
    decision says. It binds the person and with that every account they open.
    """

    submit_permission = "accounts.freeze"
    approve_permission = "accounts.approve"

    class Kind(models.TextChoices):
        """What was obtained by deceit."""

        FRAUDULENT_WITHDRAWAL = "FRAUDULENT_WITHDRAWAL", _("fraudulent withdrawal")
        FRAUDULENT_LOAN = "FRAUDULENT_LOAN", _("fraudulent loan")

    member = models.ForeignKey(
        Member, models.PROTECT, related_name="bans", verbose_name=_("member")
    )
    kind = models.CharField(_("kind"), max_length=21, choices=Kind)
    decided_date = models.DateField(_("decided on"))
    until_date = models.DateField(_("banned through"))
    document_no = models.CharField(_("number of the decision"), max_length=64)

    class Meta(Document.Meta):
        verbose_name = _("ban")
        verbose_name_plural = _("bans")
        indexes: ClassVar = [
            models.Index(fields=["member", "until_date"], name="accounts_ban_running"),
        ]
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                name="accounts_ban_known_kind",
                condition=Q(kind__in=["FRAUDULENT_WITHDRAWAL", "FRAUDULENT_LOAN"]),
            ),
            models.CheckConstraint(
                name="accounts_ban_ends_after_it_begins",
                condition=Q(until_date__gt=F("decided_date")),
            ),
            models.CheckConstraint(
                name="accounts_ban_names_its_decision", condition=~Q(document_no="")
            ),
            models.UniqueConstraint(
                fields=["member", "document_no"],
                condition=~Q(state__in=["RETURNED", "CANCELLED"]),
                name="accounts_ban_decision_once",
                violation_error_message=_("This decision is already entered for the member."),
            ),
        ]


class LoanHold(models.Model):
    """贷款留存: what must stay in an account while a loan runs; it moves with the loan's balance.

    Kept by the app of loans after every movement; whatever takes money out of the account reads
    it. ``document_no`` is the number of the loan application.
    """

    member_account = models.OneToOneField(
        MemberAccount, models.PROTECT, related_name="loan_hold", verbose_name=_("member account")
    )
    amount_fen = models.BigIntegerField(_("must stay (fen)"))
    document_no = models.CharField(_("document number"), max_length=64)

    class Meta:
        verbose_name = _("balance kept for a loan")
        verbose_name_plural = _("balances kept for loans")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="accounts_loan_hold_in_range",
                condition=Q(amount_fen__gte=0, amount_fen__lte=MAX_FEN),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_account} {self.document_no}"
