"""Registers the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    """The ground floor: centres, staff, business days, two-person documents, jobs, audit."""

    name = "office"
    verbose_name = _("Office")
    default_auto_field = "django.db.models.BigAutoField"
