"""Papers (材料影像): scans handed in with a business, sealed with it, then kept and destroyed."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from kernel.scans import JPEG, MEDIA_TYPES, PDF, PNG
from office.fields import EncryptedTextField
from office.models.organisation import Branch, Centre

CODE_LENGTH = 32


class PaperFolder(models.Model):
    """The papers of one filling-in of a form, found by the form's token; its maker's alone.

    A ``PaperSeal`` ends it: from then on it belongs to a document and nothing enters or leaves.
    """

    token = models.UUIDField(_("token of the form"), unique=True)
    centre = models.ForeignKey(
        Centre, on_delete=models.PROTECT, related_name="+", verbose_name=_("centre")
    )
    branch = models.ForeignKey(
        Branch, on_delete=models.PROTECT, related_name="+", verbose_name=_("branch")
    )
    business_date = models.DateField(_("business date"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made at"), db_default=Now())

    class Meta:
        verbose_name = _("folder of papers")
        verbose_name_plural = _("folders of papers")
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.token)


class PaperSeal(models.Model):
    """The folder was handed in with a document, whose papers it is from then on.

    The seal is written in the transaction that hands the document in, so that whoever approves
    sees what the maker saw. ``kept_until`` is the last day of the papers' retention; ``asked``
    lists the kinds that the centre's law asked for then.
    """

    folder = models.OneToOneField(
        PaperFolder, on_delete=models.PROTECT, related_name="seal", verbose_name=_("folder")
    )
    centre = models.ForeignKey(
        Centre, on_delete=models.PROTECT, related_name="+", verbose_name=_("centre")
    )
    item_number = models.CharField(_("document number"), max_length=48, unique=True)
    kept_until = models.DateField(_("kept until"))
    asked = models.JSONField(_("papers asked for"), default=list)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made at"), db_default=Now())

    class Meta:
        verbose_name = _("seal of a folder")
        verbose_name_plural = _("seals of folders")
        ordering = ["-id"]
        indexes = [models.Index(fields=["centre", "kept_until"], name="office_paperseal_due")]
        constraints = [
            models.CheckConstraint(
                name="office_paperseal_names_its_document", condition=~Q(item_number="")
            ),
        ]

    def __str__(self) -> str:
        return self.item_number


class Paper(models.Model):
    """One scan: what it shows (``code``), and the file it is kept in, found by its content.

    The file lies encrypted below MEDIA_ROOT under the SHA-256 of its clean copy. ``removed_at``:
    taken out by its maker before the folder was sealed. ``destroyed_at``: the retention, or the
    time that drafts are kept, ran out and the file is gone; this row tells that it was there.
    """

    folder = models.ForeignKey(
        PaperFolder, on_delete=models.PROTECT, related_name="papers", verbose_name=_("folder")
    )
    code = models.CharField(_("kind of paper"), max_length=CODE_LENGTH)
    name = EncryptedTextField(_("name of the file"))
    sha256 = models.CharField(_("SHA-256 of the content"), max_length=64)
    media_type = models.CharField(
        _("media type"), max_length=32, choices=[(JPEG, "JPEG"), (PNG, "PNG"), (PDF, "PDF")]
    )
    size_bytes = models.PositiveIntegerField(_("size (bytes)"))
    pages = models.PositiveIntegerField(_("pages"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made at"), db_default=Now())
    removed_at = models.DateTimeField(_("removed at"), null=True)
    destroyed_at = models.DateTimeField(_("destroyed at"), null=True)

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["id"]
        indexes = [models.Index(fields=["sha256"], name="office_paper_content")]
        constraints = [
            models.UniqueConstraint(
                fields=["folder", "code", "sha256"],
                condition=Q(removed_at__isnull=True),
                name="office_paper_once_in_its_folder",
            ),
            models.CheckConstraint(
                name="office_paper_is_a_scan",
                condition=Q(media_type__in=MEDIA_TYPES, size_bytes__gte=1, pages__gte=1),
            ),
            models.CheckConstraint(
                name="office_paper_is_named",
                condition=~Q(code="") & Q(Exact(Length("sha256"), 64)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.sha256[:8]}"

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown as a picture."""
        return self.media_type != PDF

    @property
    def field(self) -> str:
        """The place that is authenticated with the sealed file; it opens nowhere else."""
        return f"office_paper/{self.folder.centre.code}/{self.sha256}"

    def shown(self) -> dict[str, Any]:
        """Give what a digest binds of this paper."""
        return {"code": self.code, "sha256": self.sha256}
