"""The two-person document (单据): made by one, checked by another."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kernel.posts import Post
from office.models.organisation import Branch, Centre
from office.roles import Role


class Limited(models.Model):
    """Abstract: a document whose amount decided, when it was taken in, which post has to sign it.

    Put it before ``Document`` among the bases and its constraints beside those of ``Document``;
    set ``approver_role`` by ``policy.rules.approver_for``. ``office.documents`` and the inbox do
    the rest.
    """

    approver_role = models.CharField(
        _("has to be approved by"),
        max_length=16,
        choices=[(post.value, Role(post).label) for post in Post],
        editable=False,
    )

    # Django adds it to each concrete class; the type checker cannot see it here.
    get_approver_role_display: Callable[[], str]

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_known_approver",
                condition=Q(approver_role__in=[post.value for post in Post]),
            ),
        ]


class Document(models.Model):
    """Abstract: what one person makes and another one checks.

    The database refuses a checker who is the maker, and a decided document without its checker.
    ``digest`` is the SHA-256 of what the maker submitted; an approval must repeat it, so nobody
    approves what was changed after they looked. Move it only with ``office.documents``.

    A concrete class names ``submit_permission`` and ``approve_permission`` and keeps the
    constraints: ``class Meta(Document.Meta): constraints = [*Document.Meta.constraints, …]``.
    A class with states beyond these five replaces ``state`` by a field whose choices include them.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        SUBMITTED = "SUBMITTED", _("Waits for a second person")
        APPROVED = "APPROVED", _("Approved")
        RETURNED = "RETURNED", _("Returned")
        CANCELLED = "CANCELLED", _("Cancelled")

    submit_permission: ClassVar[str] = ""
    approve_permission: ClassVar[str] = ""

    # Django adds these to each concrete class; the type checker cannot see it here.
    made_by_id: int
    get_state_display: Callable[[], str]

    number = models.CharField(_("document number"), max_length=48, unique=True, editable=False)
    centre = models.ForeignKey(
        Centre,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("centre"),
    )
    branch = models.ForeignKey(
        Branch,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("branch"),
        help_text=_("Empty only for what the system makes."),
    )
    business_date = models.DateField(_("business date"), editable=False)
    state = models.CharField(
        _("state"), max_length=16, choices=State.choices, default=State.DRAFT, editable=False
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made at"), db_default=Now(), editable=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("checked by"),
    )
    checked_at = models.DateTimeField(_("checked at"), null=True, editable=False)
    return_reason = models.CharField(
        _("reason for return"), max_length=400, blank=True, default="", editable=False
    )
    digest = models.CharField(
        _("digest of what was shown"), max_length=64, blank=True, default="", editable=False
    )

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_two_persons",
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("made_by")),
                violation_error_message=_("The checker cannot be the maker."),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_checked_at",
                condition=Q(checked_by__isnull=True, checked_at__isnull=True)
                | Q(checked_by__isnull=False, checked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_undecided",
                condition=~Q(state__in=["DRAFT", "SUBMITTED"]) | Q(checked_by__isnull=True),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_decided",
                condition=~Q(state__in=["APPROVED", "RETURNED"]) | Q(checked_by__isnull=False),
                violation_error_message=_("A decision needs the person who decided."),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_shown",
                condition=~Q(state__in=["SUBMITTED", "APPROVED"]) | ~Q(digest=""),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_return_reason",
                condition=~Q(state="RETURNED") | ~Q(return_reason=""),
                violation_error_message=_("A return needs its reason."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_undecided(self) -> bool:
        """Whether the document waits for its second person."""
        return self.state == self.State.SUBMITTED

    def shown_to(self, **extra: Any) -> dict[str, Any]:
        """Give the fields every submission shows, joined with the document's own."""
        return {
            "number": self.number,
            "business_date": self.business_date.isoformat(),
            "made_by": self.made_by_id,
            **extra,
        }
