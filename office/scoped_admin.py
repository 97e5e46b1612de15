"""What every admin page keeps to: one's own centre, and that nothing is deleted."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from office.models import User
from office.queries import of_own_centre
from office.services import audit, audit_refusal


class FencedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Answers that a row outside the person's list is not there, and notes the look."""

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """Answer that the row is not there; a look at another centre's is kept in the trail."""
        if self._is_there(object_id) and request.method in ("GET", "HEAD"):
            audit_refusal(
                actor=request.user if isinstance(request.user, User) else None,
                action="admin.foreign_centre",
                reason=request.path,
                subject=f"{opts.label_lower} {object_id}",
            )
        raise Http404

    def _is_there(self, object_id: str) -> bool:
        try:
            return bool(self.model._default_manager.filter(pk=object_id).exists())
        except (ValueError, ValidationError):
            return False


class CentreScopedAdmin(FencedAdmin):
    """Shows people of a centre their own centre only; administrators see all of what they may."""

    centre_path = "centre"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Narrow the list, and with it every single object, to the person's centre."""
        rows = super().get_queryset(request)
        user = request.user
        if isinstance(user, User) and user.is_administrator:
            return rows
        return of_own_centre(rows, user, self.centre_path) if isinstance(user, User) else rows


class ReadOnlyAdmin(CentreScopedAdmin):
    """Shows and changes nothing. For everything that moves money or keeps a trace."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: rows come from services."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: rows change by services."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: nothing is deleted."""
        return False


class KeptAdmin(CentreScopedAdmin):
    """Adds and changes by role, and deletes nothing: others refer to it."""

    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: nothing is deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store it and write the audit trail."""
        super().save_model(request, obj, form, change)
        audit(
            actor=request.user if isinstance(request.user, User) else None,
            action=f"{obj._meta.label_lower}.{'change' if change else 'add'}",
            target=obj,
            subject=str(obj),
            after={name: str(form.cleaned_data[name]) for name in form.changed_data},
        )
