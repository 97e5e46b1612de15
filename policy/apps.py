"""Registers the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PolicyConfig(AppConfig):
    """Why it was allowed: dated parameters with their clauses, and stored decisions."""

    name = "policy"
    verbose_name = _("Policy")
    default_auto_field = "django.db.models.BigAutoField"
