"""A two-person document in the admin: looked at by a second person, then approved or returned."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.errors import AccountsRefused, DecisionRefused
from office.admin import ReadOnlyAdmin
from office.documents import AlreadyDecided, ChangedMeanwhile
from office.inbox import kind_of
from office.models import Document, User
from office.queries import NoOpenDay, get_open_day
from office.services import DayNotOpen, NotAllowed, audit_refusal

REFUSALS = (
    AccountsRefused,
    AlreadyDecided,
    ChangedMeanwhile,
    DayNotOpen,
    NoOpenDay,
    NotAllowed,
    ValueError,
)


class DecideForm(forms.Form):
    """What the second person sends: the digest of what was shown, and a reason for a return."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("reason for return"), max_length=400, required=False)


class InboxAdmin(ReadOnlyAdmin):
    """Shows documents of a kind (``office.inbox``); the page of one that waits has two buttons."""

    change_form_template = "accounts/admin/decide.html"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the document, and the buttons to whom they work for."""
        document = self.get_object(request, object_id)
        extra = dict(extra_context or {})
        user = request.user
        if isinstance(document, Document) and isinstance(user, User):
            extra |= {
                "decide": DecideForm(initial={"digest": document.digest}),
                "decide_url": reverse(self._decide_name(), args=[document.pk]),
                "may_decide": kind_of(document).may_decide(document, user),
            }
        return super().change_view(request, object_id, form_url, extra)

    def get_urls(self) -> list[URLPattern]:
        """Add the address to which the buttons post."""
        view = self.admin_site.admin_view(require_POST(self.decide_view))
        name = self._decide_name().partition(":")[2]
        return [path("<int:document_id>/decide/", view, name=name), *super().get_urls()]

    def decide_view(self, request: HttpRequest, document_id: int) -> HttpResponse:
        """Approve or return; one call into the service, and refusals are kept."""
        user = request.user
        if not isinstance(user, User):
            raise PermissionDenied
        document = get_object_or_404(self.get_queryset(request), pk=document_id)
        form = DecideForm(request.POST)
        try:
            if not form.is_valid():
                raise ValueError(gettext("Say why, in at most 400 characters."))
            self._decide(document, form, request.POST.get("step", ""), user)
        except REFUSALS as refused:
            if isinstance(refused, DecisionRefused):
                refused.record()
            audit_refusal(
                actor=user,
                action=f"{self.opts.label_lower}.decide",
                target=document,
                reason=str(refused),
            )
            self.message_user(request, str(refused), messages.ERROR)
        else:
            document.refresh_from_db()
            self.message_user(request, f"{document}: {document.get_state_display()}")
        back = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(back, args=[document_id]))

    def _decide(self, document: Any, form: DecideForm, step: str, user: User) -> None:
        kind, day = kind_of(document), get_open_day(document.centre).date
        if kind.approve is None or kind.return_ is None:
            raise NotAllowed(gettext("Documents of this kind are not approved by a person."))
        if step == "APPROVE":
            digest = form.cleaned_data["digest"]
            kind.approve(document=document, digest=digest, business_date=day, by=user)
        else:
            reason = form.cleaned_data["reason"]
            kind.return_(document=document, reason=reason, business_date=day, by=user)

    def _decide_name(self) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_decide"
