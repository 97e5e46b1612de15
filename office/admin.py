"""What supervisors, auditors and the administrators see of the ground floor."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from office import jobs
from office.day_admin import BusinessDayAdmin, DrawerClosingAdmin
from office.models import (
    Branch,
    Centre,
    Job,
    JobLine,
    Paper,
    PaperSeal,
    PrintLog,
    SavedFilter,
    User,
)
from office.queries import of_own_centre
from office.roles import Role
from office.scoped_admin import FencedAdmin, KeptAdmin
from office.scoped_admin import ReadOnlyAdmin as ReadOnlyAdmin
from office.services import NotAllowed, audit, save_staff
from office.trail_admin import AuditEventAdmin

__all__ = ["AuditEventAdmin", "BusinessDayAdmin", "DrawerClosingAdmin", "ReadOnlyAdmin"]


@admin.register(Centre)
class CentreAdmin(KeptAdmin):
    """Centres; the code and the policy pack are fixed once the centre has books."""

    list_display = ["code", "name", "short_name", "jurisdiction", "drawers_close_first"]
    search_fields = ["code", "name"]
    centre_path = "pk"

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Fix what document numbers and policies refer to."""
        return ["code", "jurisdiction"] if obj else []


@admin.register(Branch)
class BranchAdmin(KeptAdmin):
    """Service halls of the centres."""

    list_display = ["centre", "code", "name"]
    list_filter = ["centre"]
    search_fields = ["code", "name"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Keep a branch in its centre."""
        return ["centre", "code"] if obj else []


class NewStaffForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """A new member of staff with role, place and first password."""

    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "display_name", "role", "centre", "branch")


class StaffForm(UserChangeForm):  # type: ignore[type-arg]
    """A member of staff; nobody can be made the system maker."""

    class Meta:
        model = User
        fields = ("username", "display_name", "role", "centre", "branch", "is_active", "password")


@admin.register(User)
class StaffAdmin(FencedAdmin, UserAdmin):  # type: ignore[type-arg]
    """Staff, managed by the security administrator alone; nobody manages themselves."""

    form = StaffForm
    add_form = NewStaffForm
    actions = None
    list_display = ["username", "display_name", "role", "centre", "branch", "is_active"]
    list_filter = ["role", "centre", "is_active"]
    search_fields = ["username", "display_name"]
    ordering = ["username"]
    filter_horizontal = ()
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = (
        (None, {"fields": ("username", "password", "display_name")}),
        (pgettext_lazy("staff", "Post"), {"fields": ("role", "centre", "branch", "is_active")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "username",
                    "display_name",
                    "role",
                    "centre",
                    "branch",
                    "usable_password",
                    "password1",
                    "password2",
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Show auditors the staff of their centre, administrators everybody."""
        rows = super().get_queryset(request).select_related("centre", "branch")
        user = request.user
        if isinstance(user, User) and not user.is_administrator:
            return of_own_centre(rows, user)
        return rows

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Refuse one's own entry and the system maker's."""
        if obj is not None and (obj.is_system or obj.pk == request.user.pk):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Refuse: documents name their makers for ever; set the person inactive."""
        return False

    def formfield_for_choice_field(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.TypedChoiceField | None:
        """Offer the roles a person can have."""
        if db_field.name == "role":
            kwargs["choices"] = [("", "---------")] + [
                (value, label) for value, label in Role.choices if value != Role.SYSTEM
            ]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Store by the service, which audits what changed."""
        save_staff(user=obj, by=request.user if isinstance(request.user, User) else None)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Set a password for somebody, and audit that it happened."""
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            person = User.objects.get(pk=id)
            audit(
                actor=request.user if isinstance(request.user, User) else None,
                action="staff.set_password",
                target=person,
                centre=person.centre,
                subject=person.display_name,
            )
        return response


class JobLineInline(admin.TabularInline):  # type: ignore[type-arg]
    """The lines a job could not do."""

    model = JobLine
    fields = ["ref", "message"]
    readonly_fields = ["ref", "message"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: the job writes them."""
        return False


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Background work with a progress bar that moves by itself."""

    list_display = ["id", "title", "centre", "state", "progress", "failed", "actor", "created_at"]
    list_filter = ["state", "kind", "centre"]
    list_select_related = ["centre", "actor"]
    search_fields = ["key", "title"]
    actions = ["run_again", "cancel"]  # type: ignore[assignment]
    inlines = [JobLineInline]

    class Media:
        js = ["office/job_progress.js"]

    def has_run_permission(self, request: HttpRequest) -> bool:
        """Tell whether the person may start and stop jobs."""
        return request.user.has_perm("jobs.run")

    def get_urls(self) -> list[URLPattern]:
        """Add the address the progress bar asks."""
        view = self.admin_site.admin_view(self.progress_view)
        own = [path("<int:job_id>/progress/", view, name="office_job_progress")]
        return own + super().get_urls()

    def progress_view(self, request: HttpRequest, job_id: int) -> JsonResponse:
        """Answer how far the job is."""
        job = self.get_queryset(request).filter(pk=job_id).first()
        if job is None or not self.has_view_permission(request, job):
            raise Http404
        return JsonResponse(
            {
                "state": job.get_state_display(),
                "done": job.done,
                "failed": job.failed,
                "total": job.total,
                "percent": job.percent,
                "is_over": job.is_over,
            }
        )

    @admin.display(description=_("progress"))
    def progress(self, job: Job) -> SafeString:
        """Draw the bar; without a known total it shows that something is going on."""
        percent = job.percent
        value = format_html(' value="{}"', percent) if percent is not None else SafeString("")
        return format_html(
            '<progress max="100"{} data-job="{}" aria-label="{}"></progress> <span>{} / {}</span>',
            value,
            "" if job.is_over else reverse("admin:office_job_progress", args=[job.pk]),
            job.title,
            job.done + job.failed,
            job.total or "–",
        )

    @admin.action(description=_("Run again"), permissions=["run"])
    def run_again(self, request: HttpRequest, rows: QuerySet[Job]) -> None:
        """Queue failed and cancelled jobs again."""
        self._each(request, rows, lambda job, user: jobs.run_again(job=job, by=user))

    @admin.action(description=_("Stop"), permissions=["run"])
    def cancel(self, request: HttpRequest, rows: QuerySet[Job]) -> None:
        """Stop jobs that are not over."""
        now = timezone.now()
        self._each(request, rows, lambda job, user: jobs.cancel(job=job, by=user, now=now))

    def _each(self, request: HttpRequest, rows: QuerySet[Job], move: Any) -> None:
        moved = 0
        for job in rows:
            try:
                move(job, request.user)
            except (jobs.NotRepeatable, NotAllowed) as refused:
                self.message_user(request, str(refused), level="warning")
            else:
                moved += 1
        if moved:
            message = ngettext("%(count)s job.", "%(count)s jobs.", moved) % {"count": moved}
            self.message_user(request, gettext("Done: ") + message)


@admin.register(PaperSeal)
class PaperSealAdmin(ReadOnlyAdmin):
    """Which document handed in papers, and until when they are kept; no scan is shown here."""

    list_display = ["item_number", "centre", "kept_until", "made_by", "made_at"]
    list_filter = ["centre"]
    list_select_related = ["centre", "made_by"]
    search_fields = ["item_number"]
    date_hierarchy = "kept_until"


@admin.register(Paper)
class PaperAdmin(ReadOnlyAdmin):
    """Each scan as a record: what it is, whose folder, whether it still exists."""

    centre_path = "folder__centre"
    fields = [
        "folder",
        "code",
        "sha256",
        "media_type",
        "size_bytes",
        "pages",
        "made_by",
        "made_at",
        "removed_at",
        "destroyed_at",
    ]
    list_display = ["id", "item", "code", "media_type", "pages", "made_by", "made_at"]
    list_filter = ["folder__centre", "media_type"]
    list_select_related = ["folder__seal", "made_by"]
    search_fields = ["folder__seal__item_number", "sha256"]

    @admin.display(description=_("document number"))
    def item(self, paper: Paper) -> str:
        """Give the document it was handed in with."""
        return getattr(getattr(paper.folder, "seal", None), "item_number", "–")


@admin.register(PrintLog)
class PrintLogAdmin(ReadOnlyAdmin):
    """Which papers were printed, by whom, and how often."""

    list_display = ["at", "serial", "title", "object_number", "scope", "copy", "printed_by"]
    list_filter = ["title", "centre", "branch"]
    list_select_related = ["centre", "branch", "printed_by"]
    search_fields = ["serial", "object_number", "code", "printed_by__username"]
    date_hierarchy = "at"


@admin.register(SavedFilter)
class SavedFilterAdmin(ReadOnlyAdmin):
    """Filters of lists that staff keep; their owners change them at the counter."""

    list_display = ["listing", "name", "owner", "is_shared"]
    list_select_related = ["owner"]
