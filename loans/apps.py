"""Registers the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LoansConfig(AppConfig):
    """Home loans: quota, schedule, repayment."""

    name = "loans"
    verbose_name = _("Loans")
    default_auto_field = "django.db.models.BigAutoField"
