"""Registers the app, its guards and its checks."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from office import guards


class OfficeConfig(AppConfig):
    """The ground floor: centres, staff, business days, two-person documents, jobs, audit."""

    name = "office"
    verbose_name = _("Office")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what is append-only, keep guards across migrations, collect what apps tell.

        The two signals belong to ``migrate``, not to business: guards live outside the models.
        """
        guards.append_only("office_auditevent")
        guards.append_only("office_idempotencykey", allow_update_of=("answer",))
        guards.append_only(
            "office_drawerclosing",
            allow_update_of=("reopened_by_id", "reopened_at", "reopen_reason"),
        )
        guards.only_on_open_days("office_drawerclosing")
        guards.append_only("office_paperfolder")
        guards.append_only("office_paperseal")
        # The name is sealed anew when keys are renewed.
        guards.append_only("office_paper", allow_update_of=("name", "removed_at", "destroyed_at"))
        guards.only_until_sealed(
            "office_paper",
            by="folder_id",
            folder="office_paperfolder",
            seal="office_paperseal",
            column="removed_at",
        )
        guards.append_only("office_printlog")
        pre_migrate.connect(guards.drop_before_migrate, sender=self)
        post_migrate.connect(guards.install_after_migrate, sender=self)
        autodiscover_modules("tasks", "checks", "closing", "inbox")
