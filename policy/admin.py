"""What supervisors see of the law: all centres side by side, proposals to approve, decisions."""

import datetime as dt
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from office.admin import ReadOnlyAdmin
from office.documents import AlreadyDecided, ChangedMeanwhile
from office.models import Centre, User
from office.queries import find_open_day
from office.services import NotAllowed, audit_refusal
from policy.effects import list_touched
from policy.forms import CompareForm, DecideForm, ProposalForm
from policy.models import Clause, ParameterValue, Proposal, Source, StoredDecision
from policy.presentation import (
    BADGES,
    Step,
    comparison,
    describe_decision,
    effect_of,
    state_of,
)
from policy.queries import get_chain
from policy.services import (
    BadProposal,
    approve_proposal,
    cancel_proposal,
    propose,
    return_proposal,
)
from policy.values import Unit
from policy.wording import describe_key, describe_printed

REFUSALS = (NotAllowed, AlreadyDecided, ChangedMeanwhile, BadProposal, ValueError)


def business_date_of(user: User) -> dt.date:
    """Give the open business day of the person's centre, or the calendar's day without one."""
    day = find_open_day(user.centre) if user.centre else None
    return day.date if day else timezone.localdate()


def staff_of(request: HttpRequest) -> User:
    """Give the person who asks; the admin lets nobody else in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


class SharedAdmin(ReadOnlyAdmin):
    """Read-only, and the same for every centre."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Show everything: the law is public."""
        return admin.ModelAdmin.get_queryset(self, request)


@admin.register(ParameterValue)
class ParameterValueAdmin(SharedAdmin):
    """Every dated value that was ever entered, and all centres side by side."""

    list_display = ["title", "jurisdiction", "said", "effective_from", "ground", "cited_by"]
    list_filter = ["jurisdiction", "assumed", "carried", "demo", "origin", "unit"]
    search_fields = ["key", "citations", "reason"]
    list_per_page = 50
    change_list_template = "admin/policy/parametervalue/change_list.html"

    @admin.display(description=_("parameter"), ordering="key")
    def title(self, row: ParameterValue) -> str:
        """Name the parameter."""
        return format_html("{}<br>{}", describe_key(row.key), row.key)

    @admin.display(description=_("value"))
    def said(self, row: ParameterValue) -> str:
        """Say the value with its unit."""
        return describe_printed(row.printed, Unit(row.unit))

    @admin.display(description=_("ground"), ordering="assumed")
    def ground(self, row: ParameterValue) -> str:
        """Say whether a text says so, or somebody assumed it."""
        return str(BADGES[state_of(row.as_value())])

    @admin.display(description=_("clauses"))
    def cited_by(self, row: ParameterValue) -> str:
        """Name the clauses."""
        return ", ".join(str(citation) for citation in row.cited) or "–"

    def get_urls(self) -> list[URLPattern]:
        """Add the page that sets all centres side by side."""
        view = self.admin_site.admin_view(self.compare_view)
        own = [path("compare/", view, name="policy_parametervalue_compare")]
        return own + super().get_urls()

    def compare_view(self, request: HttpRequest) -> HttpResponse:
        """Show every parameter of every centre on a day."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        today = business_date_of(staff_of(request))
        form = CompareForm(request.GET or None, initial={"on": today})
        asked = form.cleaned_data if form.is_valid() else {}
        page = comparison(
            on=asked.get("on") or today,
            names=dict(Centre.objects.values_list("code", "short_name")),
            subject=asked.get("subject", ""),
            only=asked.get("only", ""),
            text=asked.get("text", ""),
        )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Centres side by side"),
            "is_nav_sidebar_enabled": False,  # the table needs the width
            "form": form,
            "page": page,
        }
        return TemplateResponse(request, "admin/policy/parametervalue/compare.html", context)


class ClauseInline(admin.TabularInline):  # type: ignore[type-arg]
    """The clauses of a source."""

    model = Clause
    fields = ["number", "gist"]
    readonly_fields = ["number", "gist"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: they come from the policy files and from approved documents."""
        return False


@admin.register(Source)
class SourceAdmin(SharedAdmin):
    """The documents that values rest on."""

    list_display = ["short", "title", "number", "issuer", "published", "effective"]
    search_fields = ["code", "title", "number"]
    inlines = [ClauseInline]


@admin.register(StoredDecision)
class StoredDecisionAdmin(ReadOnlyAdmin):
    """Every decision, with its reasons as sentences."""

    list_display = [
        "made_at",
        "centre",
        "business_date",
        "rule_name",
        "subject_type",
        "subject_id",
        "outcome",
        "made_by",
    ]
    list_filter = ["outcome", "centre", "subject_type"]
    list_select_related = ["centre", "made_by"]
    search_fields = ["subject_id", "rule"]
    date_hierarchy = "business_date"
    change_form_template = "admin/policy/storeddecision/change_form.html"

    @admin.display(description=_("rule"))
    def rule_name(self, row: StoredDecision) -> str:
        """Name the rule without its module."""
        return row.rule.rpartition(".")[2]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the decision as a sheet."""
        row = self.get_object(request, object_id)
        sheet = describe_decision(row) if isinstance(row, StoredDecision) else None
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "sheet": sheet}
        )


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """New values: entered by one supervisor, approved or returned by another."""

    list_display = [
        "number",
        "jurisdiction",
        "title",
        "said",
        "begins",
        "state",
        "made_by",
        "checked_by",
    ]
    list_filter = ["state", "jurisdiction", "demo"]
    list_select_related = ["made_by", "checked_by", "centre"]
    search_fields = ["number", "key", "document_number", "document_title"]
    form = ProposalForm
    change_form_template = "admin/policy/proposal/change_form.html"
    add_form_template = "admin/policy/proposal/add_form.html"
    fieldsets = (
        (None, {"fields": ("jurisdiction", "key", "value", "effective_from", "effective_until")}),
        (
            _("The document it rests on"),
            {
                "fields": (
                    "document_title",
                    "document_number",
                    "document_clause",
                    "document_gist",
                    "citations",
                )
            },
        ),
        (_("Or assumed"), {"fields": ("assumed", "carried", "reason", "demo")}),
    )

    @admin.display(description=_("parameter"), ordering="key")
    def title(self, row: Proposal) -> str:
        """Name the parameter."""
        return describe_key(row.key)

    @admin.display(description=_("new value"))
    def said(self, row: Proposal) -> str:
        """Say the value with its unit."""
        return describe_printed(row.printed, Unit(row.unit))

    @admin.display(description=_("in force from"), ordering="effective_from")
    def begins(self, row: Proposal) -> str:
        """Say from when it would hold."""
        day = row.effective_from
        return day.isoformat() if day else gettext("the day after approval")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let those propose who may."""
        user = request.user
        return isinstance(user, User) and user.centre is not None and user.may("policy.propose")

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Offer the jurisdictions that the person's centre reads."""
        if obj is not None:
            return super().get_form(request, obj, change, form=ModelForm, **kwargs)
        user = staff_of(request)
        chain = get_chain(user.centre.code) if user.centre else ()
        return type("OwnProposalForm", (ProposalForm,), {"jurisdictions": chain})

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Show the form for a new proposal; an old one is shown by the template."""
        return [] if obj else self.fieldsets

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Take a new proposal; what the service refuses stands beside its field."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        user = staff_of(request)
        form = self.get_form(request)(request.POST or None)
        if request.method == "POST" and form.is_valid() and user.centre:
            try:
                made = propose(
                    value=form.proposed(),
                    centre=user.centre,
                    business_date=business_date_of(user),
                    by=user,
                )
            except BadProposal as refused:
                form.add_error(form.field_of(refused.field), refused.problem)
            else:
                self.message_user(
                    request,
                    gettext("%(number)s waits for a second person.") % {"number": made.number},
                )
                return HttpResponseRedirect(reverse("admin:policy_proposal_change", args=[made.pk]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Propose a new value"),
            "form": form,
            "fieldsets": [
                (name, [form[field] for field in options["fields"]])
                for name, options in self.fieldsets
            ],
        }
        return TemplateResponse(request, self.add_form_template, context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show what is proposed beside what is in force, and the two buttons."""
        row = self.get_object(request, object_id)
        extra = dict(extra_context or {})
        if isinstance(row, Proposal):
            user = staff_of(request)
            effect = effect_of(row, business_date_of(user))
            extra |= {
                "effect": effect,
                "touched": list_touched(row, effect.centres) if row.is_undecided else [],
                "decide": DecideForm(initial={"digest": row.digest}),
                "may_decide": row.is_undecided
                and user.pk != row.made_by_id
                and user.centre_id == row.centre_id
                and user.may(Proposal.approve_permission),
                "may_cancel": row.is_undecided and user.pk == row.made_by_id,
            }
        return super().change_view(request, object_id, form_url, extra)

    def get_urls(self) -> list[URLPattern]:
        """Add the address to which the buttons post."""
        view = self.admin_site.admin_view(require_POST(self.decide_view))
        own = [path("<int:proposal_id>/decide/", view, name="policy_proposal_decide")]
        return own + super().get_urls()

    def decide_view(self, request: HttpRequest, proposal_id: int) -> HttpResponse:
        """Approve, return or withdraw; one call into the service."""
        proposal = get_object_or_404(self.get_queryset(request), pk=proposal_id)
        user = staff_of(request)
        form = DecideForm(request.POST)
        try:
            if not form.is_valid():
                raise BadProposal("reason", gettext("Say why, in at most 400 characters."))
            step = Step(form.cleaned_data["step"])
            if step is Step.APPROVE:
                approve_proposal(
                    proposal=proposal,
                    by=user,
                    digest=form.cleaned_data["digest"],
                    business_date=business_date_of(user),
                )
            elif step is Step.RETURN:
                return_proposal(proposal=proposal, by=user, reason=form.cleaned_data["reason"])
            else:
                cancel_proposal(proposal=proposal, by=user)
        except REFUSALS as refused:
            audit_refusal(
                actor=user, action="policy.proposal.decide", target=proposal, reason=str(refused)
            )
            self.message_user(request, str(refused), messages.ERROR)
        else:
            proposal.refresh_from_db()
            self.message_user(
                request,
                gettext("%(number)s: %(state)s.")
                % {"number": proposal.number, "state": proposal.get_state_display()},
            )
        return HttpResponseRedirect(reverse("admin:policy_proposal_change", args=[proposal.pk]))
