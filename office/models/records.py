"""What must never be lost or doubled: the audit trail and the idempotency keys."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from office.models.organisation import Branch, Centre
from office.roles import Role

KEY_LENGTH = 200


class AuditEvent(models.Model):
    """One line of the audit trail (审计轨迹): who did, refused or looked at what, from where.

    Append-only on both databases. What was done is written in the transaction that did it, so a
    deed whose line cannot be written does not happen. ``before`` and ``after`` hold no clear
    personal data.
    """

    class Result(models.TextChoices):
        DONE = "DONE", _("Done")
        REFUSED = "REFUSED", _("Refused")
        SEEN = "SEEN", _("Seen")

    at = models.DateTimeField(_("moment"), db_default=Now())
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("operator"),
    )
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, blank=True)
    centre = models.ForeignKey(
        Centre, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("centre")
    )
    branch = models.ForeignKey(
        Branch, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("branch")
    )
    terminal = models.CharField(_("terminal"), max_length=64, blank=True)
    action = models.CharField(_("action"), max_length=64)
    object_type = models.CharField(_("kind of object"), max_length=64, blank=True)
    object_id = models.CharField(_("object"), max_length=64, blank=True)
    subject = models.CharField(_("subject"), max_length=128, blank=True)
    result = models.CharField(_("result"), max_length=8, choices=Result.choices)
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit trail")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="office_audit_object"),
            models.Index(fields=["actor", "-id"], name="office_audit_actor"),
            models.Index(fields=["centre", "-id"], name="office_audit_centre"),
        ]
        constraints = [
            models.CheckConstraint(name="office_auditevent_action", condition=~Q(action="")),
            models.CheckConstraint(
                name="office_auditevent_result", condition=Q(result__in=["DONE", "REFUSED", "SEEN"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type}:{self.object_id}"


class IdempotencyKey(models.Model):
    """A request that was carried out once, with the answer every repetition gets.

    Written first and in the same transaction as the effect; kept as long as the books.
    """

    client = models.CharField(_("calling client"), max_length=64)
    key = models.CharField(_("key"), max_length=KEY_LENGTH)
    digest = models.CharField(_("digest of the request"), max_length=64)
    answer = models.JSONField(_("answer"), null=True)
    created_at = models.DateTimeField(_("created at"), db_default=Now())

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [
            models.UniqueConstraint(fields=["client", "key"], name="office_idempotencykey_once"),
            # SQLite does not enforce max_length by itself.
            models.CheckConstraint(
                name="office_idempotencykey_length",
                condition=Q(GreaterThan(Length("key"), 0))
                & Q(LessThanOrEqual(Length("key"), KEY_LENGTH)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client}:{self.key}"
