"""Business under way on an account: one after the other."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.members import MemberAccount


class PendingBusiness(models.Model):
    """在途业务: a business of an account that is handed in and not decided.

    What takes money out, moves or ends an account begins here and ends here, so that two windows
    never decide on the same money. The row stays as the history of what was under way.
    """

    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="+", verbose_name=_("member account")
    )
    number = models.CharField(_("document number"), max_length=48, db_index=True)
    begun_date = models.DateField(_("begun on"))
    is_open = models.BooleanField(_("under way"), default=True)

    class Meta:
        verbose_name = _("business under way")
        verbose_name_plural = _("business under way")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member_account"],
                condition=Q(is_open=True),
                name="accounts_pendingbusiness_one_per_account",
            ),
        ]

    def __str__(self) -> str:
        return self.number
