"""The audit trail."""

import json
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from office.exports import export_table
from office.models import AuditEvent
from office.scoped_admin import ReadOnlyAdmin


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """Who did, refused or saw what, when and from where."""

    list_display = ["at", "actor", "role", "action", "subject", "result", "reason", "terminal"]
    list_filter = ["result", "role", "centre", "action"]
    list_select_related = ["actor", "centre"]
    search_fields = ["action", "object_id", "subject", "reason", "request_id", "actor__username"]
    date_hierarchy = "at"
    actions = ["save_csv", "save_xlsx"]  # type: ignore[assignment]
    fields = (
        "at", "actor", "role", "centre", "branch", "terminal", "action", "object_type",
        "object_id", "subject", "result", "reason", "was", "became", "request_id",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("before"))
    def was(self, row: AuditEvent) -> SafeString:
        """What stood before, key by key."""
        return _said(row.before)

    @admin.display(description=_("after"))
    def became(self, row: AuditEvent) -> SafeString:
        """What stands since, key by key."""
        return _said(row.after)

    @admin.action(description=_("Save the chosen lines as CSV"), permissions=["view"])
    def save_csv(self, request: HttpRequest, rows: QuerySet[AuditEvent]) -> HttpResponse:
        """Save what was filtered and chosen, with before and after."""
        return _export(rows, "csv")

    @admin.action(description=_("Save the chosen lines for Excel"), permissions=["view"])
    def save_xlsx(self, request: HttpRequest, rows: QuerySet[AuditEvent]) -> HttpResponse:
        """Save what was filtered and chosen, with before and after."""
        return _export(rows, "xlsx")


def _said(value: dict[str, Any] | None) -> SafeString:
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) if value else "–"
    return format_html("<pre>{}</pre>", text)


def _export(rows: QuerySet[AuditEvent], form: str) -> HttpResponse:
    names = (
        "at", "actor", "role", "action", "object_type", "object_id", "subject", "result",
        "reason", "terminal", "request_id", "before", "after",
    )  # fmt: skip
    head = [str(label_for_field(name, AuditEvent)) for name in names]
    lines = (
        [
            json.dumps(getattr(row, name), ensure_ascii=False)
            if name in ("before", "after")
            else getattr(row, name)
            for name in names
        ]
        for row in rows.select_related("actor")
    )
    return export_table(gettext("Audit trail"), head, lines, form=form)
