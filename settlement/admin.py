"""What supervisors see of settlements: checks, preview, approval, progress, proof, explanations."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kernel.money import grouped_yuan
from kernel.months import FundYear
from office.admin import ReadOnlyAdmin
from office.documents import AlreadyDecided, ChangedMeanwhile
from office.models import Job, User
from office.queries import find_open_day
from office.services import NotAllowed, audit_refusal
from policy.decisions import Decision
from policy.wording import describe_citations, describe_reason, describe_warning
from settlement.errors import SettlementRefused
from settlement.explain import Explanation, explain_year
from settlement.models import (
    SettlementAdjustment,
    SettlementException,
    SettlementItem,
    SettlementRun,
    SurplusDistribution,
)
from settlement.preflight import list_findings
from settlement.queries import prove
from settlement.services import (
    ProofFailed,
    approve_run,
    open_run,
    return_run,
    seal_run,
)
from settlement.tasks import POST, PREVIEW, enqueue_step
from settlement.wording import EXCEPTIONS, NOTES

REFUSALS = (
    AlreadyDecided,
    ChangedMeanwhile,
    NotAllowed,
    ProofFailed,
    SettlementRefused,
    ValueError,
)
SHOWN_EXCEPTIONS = 100


class YearForm(forms.Form):
    """Which fund year to preview."""

    year = forms.IntegerField(label=_("fund year"), min_value=1901, max_value=2199)


class DecideForm(forms.Form):
    """What the second person answers; the digest binds it to what was shown."""

    step = forms.ChoiceField(choices=[("APPROVE", ""), ("RETURN", ""), ("SEAL", "")])
    digest = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(label=_("reason for return"), max_length=400, required=False)


def staff_of(request: HttpRequest) -> User:
    """Give the person who asks; the admin lets nobody else in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


@admin.register(SettlementRun)
class SettlementRunAdmin(ReadOnlyAdmin):
    """The settlements of the person's centre, from the checks before them to their seal."""

    list_display = ("number", "year", "round", "state", "accounts", "interest", "subsidy", "failed")
    list_filter = ("state", "year")
    search_fields = ("number",)
    change_list_template = "admin/settlement/settlementrun/change_list.html"
    change_form_template = "admin/settlement/settlementrun/change_form.html"

    class Media:
        js = ("office/job_progress.js",)

    @admin.display(description=_("interest (yuan)"), ordering="interest_fen")
    def interest(self, run: SettlementRun) -> str:
        """Print the interest."""
        return grouped_yuan(run.interest_fen)

    @admin.display(description=_("subsidies (yuan)"), ordering="subsidy_fen")
    def subsidy(self, run: SettlementRun) -> str:
        """Print both subsidies together."""
        return grouped_yuan(run.subsidy_fen)

    def get_urls(self) -> list[URLPattern]:
        """Add the checks before a preview, and the addresses of the buttons."""
        wrap = self.admin_site.admin_view
        own = [
            path("preflight/", wrap(self.preflight_view), name="settlement_preflight"),
            path(
                "<int:run_id>/decide/",
                wrap(require_POST(self.decide_view)),
                name="settlement_decide",
            ),
        ]
        return own + super().get_urls()

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show totals, exceptions, progress and proof, and what this person may do now."""
        run = self.get_object(request, object_id)
        if isinstance(run, SettlementRun):
            extra_context = {**(extra_context or {}), **_run_context(run, staff_of(request))}
        return super().change_view(request, object_id, form_url, extra_context)

    def preflight_view(self, request: HttpRequest) -> HttpResponse:
        """Make the checks of a fund year; post starts its preview."""
        user = staff_of(request)
        if user.centre is None or not user.may("settlement.preview"):
            raise PermissionDenied
        day = find_open_day(user.centre)
        newest = FundYear.of(day.date).year if day else 2000
        if day and day.date < FundYear(newest).last_day:
            newest -= 1
        form = YearForm(request.POST or request.GET or None, initial={"year": newest})
        year = form.cleaned_data["year"] if form.is_valid() else newest
        if request.method == "POST" and form.is_valid():
            try:
                run = open_run(centre=user.centre, year=year, by=user)
            except REFUSALS as refused:
                self.message_user(request, str(refused), messages.ERROR)
            else:
                enqueue_step(PREVIEW, run)
                return HttpResponseRedirect(
                    reverse("admin:settlement_settlementrun_change", args=[run.pk])
                )
        findings = list_findings(user.centre, year)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Checks before a settlement"),
            "form": form,
            "year": year,
            "findings": findings,
            "ready": all(finding.holds for finding in findings),
        }
        return TemplateResponse(request, "admin/settlement/settlementrun/preflight.html", context)

    def decide_view(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Approve and post, return, or seal; one call into the service."""
        run = get_object_or_404(self.get_queryset(request), pk=run_id)
        user = staff_of(request)
        form = DecideForm(request.POST)
        try:
            if not form.is_valid():
                raise ValueError(gettext("reason: say why, in at most 400 characters."))
            _decide(run, user, form.cleaned_data)
        except REFUSALS as refused:
            audit_refusal(actor=user, action="settlement.decide", target=run, reason=str(refused))
            self.message_user(request, str(refused), messages.ERROR)
        else:
            run.refresh_from_db()
            self.message_user(request, f"{run.number}: {run.get_state_display()}")
        return HttpResponseRedirect(reverse("admin:settlement_settlementrun_change", args=[run.pk]))


def _decide(run: SettlementRun, user: User, answer: dict[str, str]) -> None:
    if answer["step"] == "APPROVE":
        approve_run(run=run, by=user, digest=answer["digest"])
        enqueue_step(POST, run)
    elif answer["step"] == "RETURN":
        return_run(run=run, by=user, reason=answer["reason"])
    else:
        seal_run(run=run, by=user)


def _run_context(run: SettlementRun, user: User) -> dict[str, Any]:
    own = user.centre_id == run.centre_id and user.may(SettlementRun.approve_permission)
    exceptions = SettlementException.objects.filter(run=run).select_related("member_account")
    posted = run.state in ("POSTING", "POSTED", "SEALED")
    runs = SettlementRun.objects.filter(pk=run.pk)
    return {
        "title": run.number,
        "run": run,
        "interest": grouped_yuan(run.interest_fen),
        "subsidy": grouped_yuan(run.subsidy_fen),
        "total": grouped_yuan(run.interest_fen + run.subsidy_fen),
        "period": FundYear(run.year),
        "notes": [NOTES.get(code, code) for code in run.notes],
        "exceptions": [
            (row.member_account, EXCEPTIONS.get(row.code, row.code))
            for row in exceptions[:SHOWN_EXCEPTIONS]
        ],
        "jobs": Job.objects.filter(key__in=[f"{kind}:{run.number}" for kind in (PREVIEW, POST)]),
        "proof": prove(run.centre, runs, FundYear(run.year).last_day) if posted else None,
        "decide": DecideForm(initial={"digest": run.digest}),
        "may_decide": own and run.is_undecided and user.pk != run.made_by_id,
        "may_seal": own and run.state == SettlementRun.State.POSTED,
        "shards": run.shards.all()[:SHOWN_EXCEPTIONS],
    }


@admin.register(SettlementItem)
class SettlementItemAdmin(ReadOnlyAdmin):
    """What each account was given, and how each amount came about."""

    centre_path = "run__centre"
    list_display = ("year", "account", "member", "kind", "amount", "base")
    list_filter = ("year", "kind")
    list_select_related = ("member_account", "member", "run")
    search_fields = ("member_account__number", "member__name")
    change_form_template = "admin/settlement/settlementitem/change_form.html"
    show_full_result_count = False

    @admin.display(description=_("member account"))
    def account(self, item: SettlementItem) -> str:
        """Name the account."""
        return item.member_account.number

    @admin.display(description=_("amount (yuan)"), ordering="amount_fen")
    def amount(self, item: SettlementItem) -> str:
        """Print the amount."""
        return grouped_yuan(item.amount_fen)

    @admin.display(description=_("computed on (yuan)"))
    def base(self, item: SettlementItem) -> str:
        """Print the money it was computed on."""
        return grouped_yuan(item.base_fen)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show all amounts of the account's year, recomputed by the rules beside the books."""
        item = self.get_object(request, object_id)
        if isinstance(item, SettlementItem):
            told = explain_year(item.member_account, item.year)
            extra_context = {**(extra_context or {}), **_item_context(item, told)}
        return super().change_view(request, object_id, form_url, extra_context)


def _item_context(item: SettlementItem, told: Explanation) -> dict[str, Any]:
    items = SettlementItem.objects.filter(
        member_account=item.member_account, year=item.year
    ).order_by("kind")
    return {
        "title": f"{item.member_account.number} · {item.year}",
        "account": item.member_account,
        "run": item.run,
        "rows": [
            (
                row.get_kind_display(),
                grouped_yuan(row.base_fen),
                grouped_yuan(row.amount_fen),
                told.amounts.get(row.kind, 0) == row.amount_fen,
            )
            for row in items
        ],
        "opening": grouped_yuan(told.interest_facts.opening_balance),
        "movements": [
            (movement.date, grouped_yuan(movement.amount))
            for movement in told.interest_facts.movements
        ],
        "sheets": [
            (title, *_sheet(decision))
            for title, decision in (
                (_("Interest"), told.interest),
                (_("Contribution subsidy"), told.subsidy),
                (_("Opening subsidy"), told.opening_subsidy),
            )
        ],
    }


def _sheet(decision: Decision[Any]) -> tuple[list[Any], list[str]]:
    reasons = [
        (reason.met, describe_reason(reason), describe_citations(reason.citations))
        for reason in decision.reasons
    ]
    return reasons, [describe_warning(caution) for caution in decision.warnings]


@admin.register(SettlementException)
class SettlementExceptionAdmin(ReadOnlyAdmin):
    """Accounts that a settlement left out; mended, they settle in the next round."""

    centre_path = "run__centre"
    list_display = ("run", "member_account", "why", "noted_at")
    list_filter = ("code",)
    list_select_related = ("run", "member_account")

    @admin.display(description=_("reason"))
    def why(self, row: SettlementException) -> str:
        """Say the reason and the next step."""
        return str(EXCEPTIONS.get(row.code, row.code))


@admin.register(SettlementAdjustment)
class SettlementAdjustmentAdmin(ReadOnlyAdmin):
    """What was put right in settled years."""

    centre_path = "member_account__centre"

    list_display = ("member_account", "year", "kind", "difference", "cause", "entry")
    list_filter = ("kind", "year")
    search_fields = (
        "member_account__number", "correction__number", "payout__number", "reversal__number",
    )  # fmt: skip
    list_select_related = ("member_account", "correction", "payout", "reversal", "entry")

    @admin.display(description=_("difference (yuan)"), ordering="amount_fen")
    def difference(self, row: SettlementAdjustment) -> str:
        """Print the difference with its sign."""
        return grouped_yuan(row.amount_fen)


@admin.register(SurplusDistribution)
class SurplusDistributionAdmin(ReadOnlyAdmin):
    """How the value-added income of each year was used."""

    list_display = [
        "number", "centre", "year", "state", "surplus_fen", "reserve_fen", "fee_fen",
        "housing_fen", "resolution_no", "made_by", "checked_by",
    ]  # fmt: skip
    list_filter = ["centre", "state", "year"]
    list_select_related = ["centre", "made_by", "checked_by"]
    search_fields = ["number", "resolution_no"]
