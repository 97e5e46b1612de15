"""The queue of record for everything that takes longer than a second."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from office.models.organisation import Centre


class Job(models.Model):
    """A piece of background work with its progress, lease and outcome.

    Celery only rings the bell; what is to be done, who holds it and how far it is stands here.
    A worker that dies leaves a lease that runs out, and the next one goes on. ``fence`` grows
    with every claim, so a worker that lost its lease can write no more.
    """

    class State(models.TextChoices):
        QUEUED = "QUEUED", _("Queued")
        RUNNING = "RUNNING", _("Running")
        WAITING = "WAITING", _("Waits for a person")
        DONE = "DONE", _("Finished")
        FAILED = "FAILED", _("Failed")
        CANCELLED = "CANCELLED", _("Cancelled")

    kind = models.CharField(_("kind"), max_length=64)
    key = models.CharField(_("key"), max_length=128, unique=True)
    title = models.CharField(_("title"), max_length=128)
    centre = models.ForeignKey(
        Centre,
        on_delete=models.PROTECT,
        null=True,
        related_name="jobs",
        verbose_name=_("centre"),
    )
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.QUEUED)
    total = models.PositiveIntegerField(_("total"), default=0)
    done = models.PositiveIntegerField(_("done"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    lease_until = models.DateTimeField(_("lease until"), null=True)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    fence = models.PositiveIntegerField(_("fencing token"), default=0)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("started by"),
    )
    payload = models.JSONField(_("instruction"), default=dict)
    result = models.JSONField(_("result"), null=True)
    error = models.TextField(_("error"), blank=True, default="")
    due_at = models.DateTimeField(_("due at"), db_default=Now())
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "due_at"], name="office_job_due")]
        constraints = [
            models.CheckConstraint(
                name="office_job_state_known",
                condition=Q(
                    state__in=["QUEUED", "RUNNING", "WAITING", "DONE", "FAILED", "CANCELLED"]
                ),
            ),
            models.CheckConstraint(
                name="office_job_lease_only_while_running",
                condition=Q(state="RUNNING", lease_until__isnull=False)
                | (~Q(state="RUNNING") & Q(lease_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="office_job_end_is_dated",
                condition=Q(state__in=["DONE", "FAILED", "CANCELLED"], finished_at__isnull=False)
                | (~Q(state__in=["DONE", "FAILED", "CANCELLED"]) & Q(finished_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen without a person."""
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}

    @property
    def percent(self) -> int | None:
        """Whole percent of the items handled; None while the total is unknown."""
        if self.state == self.State.DONE:
            return 100
        return min(100, 100 * (self.done + self.failed) // self.total) if self.total else None


class JobLine(models.Model):
    """A line a job could not do, with the reason; the rest of the job went on."""

    job = models.ForeignKey(
        Job, on_delete=models.PROTECT, related_name="lines", verbose_name=_("job")
    )
    ref = models.CharField(_("reference"), max_length=64)
    message = models.CharField(_("message"), max_length=400)

    class Meta:
        verbose_name = _("failed line")
        verbose_name_plural = _("failed lines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["job", "ref"], name="office_jobline_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ref}: {self.message}"
