"""How every business of a member account is done: fill in, check, submit once, receipt.

A business is one subclass in ``fundcenter.counter.businesses``; its addresses and pages are made
from it. The check step calls the real service and rolls it back, so what it shows is what will
happen. A business takes one call into one service; whatever refuses is shown with its reasons.
"""

import datetime as dt
from collections.abc import Mapping
from enum import Enum
from typing import Any

from django.db import transaction
from django.db.models import Model, TextChoices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import BadField, DecisionRefused
from accounts.models import MemberAccount
from accounts.queries import ledger_lines
from fundcenter.counter.access import StaffRequest, own_account, require_day, staff_page
from fundcenter.counter.entry_forms import BusinessForm
from fundcenter.counter.items import masked_paper, view_of
from fundcenter.counter.papers import (
    Asked,
    Row,
    asks_for_papers,
    draft_rows,
    papers_asked,
    seal,
    take_papers,
    token_or_new,
    wants_papers,
)
from fundcenter.counter.refusals import REFUSED, keep_refusal, sheet_of_refusal
from fundcenter.counter.sheets import SheetView
from office.idempotency import digest_of, once
from office.inbox import Rows, kinds
from office.papers import KEEP
from office.services import next_number
from policy.book import PolicyBook
from policy.queries import open_book

_SEEN_LENGTH = 16
# Account number and this much of the token fit the subject of a decision.
_TOKEN_KEPT = 20


class Group(TextChoices):
    """The headings under which the member page offers businesses, in their order."""

    SAVING = "SAVING", gettext_lazy("Saving")
    TAKING = "TAKING", gettext_lazy("Withdrawal and transfer")
    LOAN = "LOAN", pgettext_lazy("heading", "Loan")
    PERSON = "PERSON", gettext_lazy("Person and agreement")
    ACCOUNT = "ACCOUNT", pgettext_lazy("heading", "Account")
    CORRECTION = "CORRECTION", gettext_lazy("Corrections and complaints")


class Life(Enum):
    """Whose account a business is for: only that of the living, of anybody, or of the dead."""

    GOES_ON = 1
    EITHER = 2
    ENDED = 3


class ChangedSinceCheck(Exception):
    """Something was done with the account after the form was opened."""

    def __str__(self) -> str:
        return _(
            "Meanwhile something else was done with this account, perhaps at another window. "
            "Nothing was booked now. Look at the member's page, then fill in again if needed."
        )


class Business:
    """One business of a member account; a subclass says what is its own.

    ``kind`` names the kind (``office.inbox``) of the document it makes; ``serial`` are the letters
    of its numbers, empty where the service gives the number itself. ``takes_turns``: it is not
    offered while another business of the account is under way. ``fields`` gives the form's name
    of a field where the service calls it otherwise. ``of_one_role``: the member page lists it for
    the role that does it, and for nobody else. ``life``: a business of the dead is listed once a
    death is on record, and those of the living end with it.
    """

    name = ""
    title: str | Promise = ""
    permission = ""
    serial = ""
    kind = ""
    group = Group.ACCOUNT
    form_class: type[BusinessForm] = BusinessForm
    template = "counter/business/fill.html"
    takes_turns = False
    of_one_role = False
    life = Life.GOES_ON
    fields: Mapping[str, str] = {"amount_fen": "amount"}

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Say why this account cannot have the business now, with the clause; empty: it can."""
        return ""

    def initial(self, request: StaffRequest, account: MemberAccount) -> dict[str, Any]:
        """Give what the form begins with."""
        return {}

    def form(
        self,
        request: StaffRequest,
        account: MemberAccount,
        data: Any = None,
        initial: Mapping[str, Any] | None = None,
    ) -> BusinessForm:
        """Make the form."""
        return self.form_class(data, initial=initial)

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """List the facts that stand beside the form."""
        return []

    def papers(self, book: PolicyBook, data: Mapping[str, Any]) -> tuple[Asked, ...]:
        """List the papers that the law asks for.

        Args:
            data: what was typed; empty while the form is filled in.
        """
        return papers_asked(book, self.name, str(data.get("ground") or ""))

    def prepare(self, request: StaffRequest, account: MemberAccount, data: dict[str, Any]) -> None:
        """Do what has to stand before the check step: ask outside registers, which takes time."""

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> Model:
        """Call the one service that does it; return the document it made."""
        raise NotImplementedError

    def advice(
        self,
        request: StaffRequest,
        account: MemberAccount,
        data: dict[str, Any],
        sheet: SheetView,
    ) -> str:
        """Say the next step after a refusal."""
        return _("What would have to change stands with each reason below.")

    def seen(self, account: MemberAccount) -> str:
        """Give the mark of what stands in the account, by which a change is noticed."""
        lines = [[line.debits_fen, line.credits_fen] for line in ledger_lines(account)]
        return digest_of([account.state, account.identity, lines])[:_SEEN_LENGTH]

    @property
    def urls(self) -> list[URLPattern]:
        """Give the addresses of the three steps."""
        start = f"counter/members/<str:number>/{self.name}/"
        guard = staff_page(self.permission)
        any_method = require_http_methods(["GET", "HEAD", "POST"])
        return [
            path(start, any_method(guard(self._fill)), name=self.name),
            path(f"{start}check/", any_method(guard(self._check)), name=f"{self.name}-check"),
            path(f"{start}submit/", require_POST(guard(self._submit)), name=f"{self.name}-submit"),
        ]

    def _fill(self, request: StaffRequest, number: str) -> HttpResponse:
        """Show the form; POST comes back from the check page."""
        account = own_account(request, number)
        require_day(request)
        if request.method == "POST":
            return self._fill_again(request, account)
        initial = {"seen": self.seen(account), **self.initial(request, account)}
        form = self.form(request, account, initial=initial)
        return render(request, self.template, self._page(request, account, form))

    def _fill_again(self, request: StaffRequest, account: MemberAccount) -> HttpResponse:
        """Show the form as it was typed, with the papers that came along."""
        problem = take_papers(request, request.POST.get("token"))
        if wants_papers(request):
            form = self.form(request, account, initial=request.POST.dict())
        else:
            form = self.form(request, account, request.POST)
            form.is_valid()
        page = {**self._page(request, account, form), "papers_problem": problem}
        return render(request, self.template, page, status=409 if problem else 200)

    def _check(self, request: StaffRequest, number: str) -> HttpResponse:
        """Decide and show what would happen: the real service does it and is rolled back."""
        if request.method != "POST":
            return redirect(self.name, number=number)
        account = own_account(request, number)
        if wants_papers(request):
            return self._fill_again(request, account)
        problem = take_papers(request, request.POST.get("token"))
        form = self.form(request, account, request.POST)
        page = {**self._page(request, account, form), "papers_problem": problem}
        if not form.is_valid() or problem:
            return render(request, self.template, page, status=400)
        token = str(form.cleaned_data["token"])
        page["paper_rows"] = self._paper_rows(request, form, form.cleaned_data)
        self.prepare(request, account, form.cleaned_data)
        try:
            with transaction.atomic():
                item: Any = self.perform(request, account, form.cleaned_data, token)
                self._seal_papers(request, form, item)
                page["view"] = view_of(kinds()[self.kind], item)
                page["sheet"] = page["view"].sheet
                transaction.set_rollback(True)
        except BadField as wrong:
            return self._mark(request, form, page, wrong)
        except DecisionRefused as refused:
            self._refuse(request, account, form, page, refused)
        except REFUSED as refused:
            page["problem"] = str(refused)
        return render(request, "counter/business/check.html", page)

    def _submit(self, request: StaffRequest, number: str) -> HttpResponse:
        """Do it once per filling-in, however often the answer was lost."""
        account = own_account(request, number)
        form = self.form(request, account, request.POST)
        page = self._page(request, account, form)
        if not form.is_valid():
            return render(request, self.template, page, status=400)
        key = f"{self.name}:{form.cleaned_data['token']}"
        digest = digest_of({"account": number, "typed": form.typed(), "by": request.user.pk})
        try:
            with once(client="counter", key=key, digest=digest) as doing:
                if not doing.is_repeated:
                    if form.cleaned_data["seen"] not in ("", self.seen(account)):
                        raise ChangedSinceCheck
                    made = self._next_number(request)
                    item: Any = self.perform(request, account, form.cleaned_data, made)
                    self._seal_papers(request, form, item)
                    doing.keep({"number": item.number})
                done = doing.answer["number"]
        except BadField as wrong:
            return self._mark(request, form, page, wrong)
        except DecisionRefused as refused:
            self._refuse(request, account, form, page, refused)
        except (*REFUSED, ChangedSinceCheck) as refused:
            page["problem"] = str(refused)
        else:
            return redirect("item", kind=self.kind, number=done)
        return render(request, "counter/business/check.html", page, status=409)

    def _mark(
        self, request: StaffRequest, form: BusinessForm, page: dict[str, Any], wrong: BadField
    ) -> HttpResponse:
        """Go back to the form with what the service has against a field."""
        name = self.fields.get(wrong.field, wrong.field)
        form.refuse(name, wrong.message if name in form.fields else str(wrong))
        return render(request, self.template, page, status=400)

    def _seal_papers(self, request: StaffRequest, form: BusinessForm, item: Any) -> None:
        """Hand the papers in with the document, in the same transaction."""
        if asks_for_papers(self.name):
            book = open_book(request.centre.code, require_day(request))
            asked = self.papers(book, form.cleaned_data)
            seal(request, form.cleaned_data["token"], item.number, asked)

    def _paper_rows(
        self, request: StaffRequest, form: BusinessForm, data: Mapping[str, Any]
    ) -> list[Row]:
        """Give the checklist of papers; empty where the business or the person hands in none."""
        if not asks_for_papers(self.name) or not request.user.may(KEEP):
            return []
        book = open_book(request.centre.code, require_day(request))
        return draft_rows(request, form["token"].value(), self.papers(book, data))

    def _next_number(self, request: StaffRequest) -> str:
        if not self.serial:
            return ""
        return next_number(request.centre, self.serial, require_day(request))

    def _refuse(
        self,
        request: StaffRequest,
        account: MemberAccount,
        form: BusinessForm,
        page: dict[str, Any],
        refused: DecisionRefused,
    ) -> None:
        """Keep the refusal under account and token of the filling-in, and show it."""
        token = form.cleaned_data["token"].hex[:_TOKEN_KEPT]
        refused.subject = (refused.subject[0], f"{account.number}/{token}")
        page["stored"] = keep_refusal(refused)
        page["sheet"] = sheet_of_refusal(refused)
        page["advice"] = self.advice(request, account, form.cleaned_data, page["sheet"])

    def _page(
        self, request: StaffRequest, account: MemberAccount, form: BusinessForm
    ) -> dict[str, Any]:
        return {
            "business": self,
            "account": account,
            "masked": masked_paper(account),
            "day": require_day(request),
            "form": form,
            "aside": self.aside(request, account),
            "paper_rows": self._paper_rows(request, form, {}),
            "papers_for": self.name,
            "papers_token": token_or_new(form["token"].value()),
            "fill_url": self.name,
            "check_url": f"{self.name}-check",
            "submit_url": f"{self.name}-submit",
        }
