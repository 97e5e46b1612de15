"""What happened to a member that other floors must know of."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.members import MemberAccount


class MemberEvent(models.Model):
    """A dated fact about an account, written by the service that made it so; append-only.

    Floors above read it (what stops a subsidy, what starts a deadline); nobody below is called.
    What came to nothing is taken back by an event of the same document whose kind ends in
    ``_UNDONE``.
    """

    class Kind(models.TextChoices):
        """What happened. The first seven are read by the subsidy rules."""

        WITHDRAWAL = "WITHDRAWAL", _("withdrawal")
        VOLUNTARY_WITHDRAWAL = "VOLUNTARY_WITHDRAWAL", _("voluntary withdrawal")
        LOAN_APPLIED = "LOAN_APPLIED", _("loan applied for")
        LOAN_DISBURSED = "LOAN_DISBURSED", _("loan paid out")
        ARREARS = "ARREARS", _("arrears")
        SEALED = "SEALED", _("sealed")
        EXIT = "EXIT", _("left of one's own will")
        OPENED = "OPENED", _("opened")
        UNSEALED = "UNSEALED", _("unsealed")
        CLOSED = "CLOSED", _("closed")
        AGREEMENT_CHANGED = "AGREEMENT_CHANGED", _("agreement changed")
        TRANSFERRED_IN = "TRANSFERRED_IN", _("transferred in")
        TRANSFERRED_OUT = "TRANSFERRED_OUT", _("transferred out")
        CONVERTED = "CONVERTED", _("identity changed")
        MERGED = "MERGED", _("another account went up in it")
        WITHDRAWAL_UNDONE = "WITHDRAWAL_UNDONE", _("withdrawal taken back")
        VOLUNTARY_WITHDRAWAL_UNDONE = (
            "VOLUNTARY_WITHDRAWAL_UNDONE",
            _("voluntary withdrawal taken back"),
        )
        DEATH = "DEATH", _("death reported")
        LOAN_APPLIED_UNDONE = "LOAN_APPLIED_UNDONE", _("loan application ended without a loan")
        LOAN_DISBURSED_UNDONE = "LOAN_DISBURSED_UNDONE", _("payment of a loan taken back")
        LOAN_SETTLED = "LOAN_SETTLED", _("loan paid off")
        GUARANTEE_GIVEN = "GUARANTEE_GIVEN", _("stands surety for a loan")
        GUARANTEE_ENDED = "GUARANTEE_ENDED", _("no longer stands surety")
        DEATH_UNDONE = "DEATH_UNDONE", _("report of the death withdrawn")
        SEALED_UNDONE = "SEALED_UNDONE", _("seal taken back")
        INHERITED = "INHERITED", _("handed on after the death")

    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="events", verbose_name=_("member account")
    )
    kind = models.CharField(_("kind"), max_length=40, choices=Kind)
    date = models.DateField(_("date"))
    document_no = models.CharField(_("document number"), max_length=64)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now())

    class Meta:
        verbose_name = _("member event")
        verbose_name_plural = _("member events")
        ordering: ClassVar = ["member_account", "date", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member_account", "kind", "document_no"],
                name="accounts_event_once_per_document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()}"
