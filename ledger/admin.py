"""The books as supervisors, finance and auditors see them: all to read, nothing to change."""

from collections.abc import Iterable

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kernel.money import grouped_yuan
from ledger.models import Entry, LedgerAccount
from ledger.queries import TrialBalance, TrialBalanceRow, get_voucher_lines, trial_balance
from office.admin import ReadOnlyAdmin
from office.models import Centre, User

# A settlement shard has tens of thousands of lines; the voucher above them has them all in sums.
LINES_SHOWN = 100


class TrialBalanceForm(forms.Form):
    """Which books, from when to when."""

    centre = forms.ModelChoiceField(Centre.objects.none(), label=_("centre"), empty_label=None)
    since = forms.DateField(
        label=_("from day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    on = forms.DateField(label=_("until day"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, object]:
        """Refuse a period that ends before it begins."""
        cleaned = super().clean() or {}
        since, on = cleaned.get("since"), cleaned.get("on")
        if since and on and since > on:
            self.add_error("since", _("The first day cannot be after the last one."))
        return cleaned


@admin.register(LedgerAccount)
class LedgerAccountAdmin(ReadOnlyAdmin):
    """Accounts and lines, with the trial balance (科目余额表) beside them."""

    change_list_template = "ledger/admin/accounts.html"
    list_display = ("code", "shown_title", "centre", "role", "book", "debits", "credits", "balance")
    list_filter = ("centre", "role", "book")
    search_fields = ("code", "name")
    list_select_related = ("centre",)
    show_full_result_count = False
    fields = (
        "centre",
        "code",
        "shown_title",
        "role",
        "book",
        "normal_side",
        "control",
        "may_overdraw",
        "debits",
        "credits",
        "balance",
    )
    readonly_fields = fields

    @admin.display(description=_("account name"), ordering="name")
    def shown_title(self, ledger_account: LedgerAccount) -> str | Promise:
        """The name in the reader's language."""
        return ledger_account.title

    @admin.display(description=_("total debits"))
    def debits(self, ledger_account: LedgerAccount) -> str:
        """Total debits of a line in yuan; sums stand in the trial balance."""
        return grouped_yuan(ledger_account.debits_fen) if ledger_account.control_id else "–"

    @admin.display(description=_("total credits"))
    def credits(self, ledger_account: LedgerAccount) -> str:
        """Total credits of a line in yuan."""
        return grouped_yuan(ledger_account.credits_fen) if ledger_account.control_id else "–"

    @admin.display(description=_("balance (yuan)"))
    def balance(self, ledger_account: LedgerAccount) -> str:
        """Balance of a line in yuan."""
        return grouped_yuan(ledger_account.balance_fen) if ledger_account.control_id else "–"

    def get_urls(self) -> list[URLPattern]:
        """Add the trial balance to the pages of the accounts."""
        page = self.admin_site.admin_view(self.trial_balance_view)
        return [
            path("trial-balance/", page, name="ledger_ledgeraccount_trial_balance"),
            *super().get_urls(),
        ]

    def trial_balance_view(self, request: HttpRequest) -> TemplateResponse:
        """科目余额表 of one centre, until today unless another day is asked for."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        centres = _centres_of(request)
        today = timezone.localdate()
        asked = request.GET if request.GET else {"centre": _first(centres), "on": today.isoformat()}
        form = TrialBalanceForm(asked)
        form.fields["centre"].queryset = centres  # type: ignore[attr-defined]
        table = None
        if form.is_valid():
            cleaned = form.cleaned_data
            table = trial_balance(cleaned["centre"], cleaned["on"], cleaned["since"])
        context = {
            **self.admin_site.each_context(request),
            "title": _("Trial balance"),
            "opts": self.model._meta,
            "form": form,
            "table": table,
            "rows": _printed_rows(table.rows) if table else [],
            "totals": _printed_totals(table) if table else {},
        }
        return TemplateResponse(request, "ledger/admin/trial_balance.html", context)


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """记账凭证 with their lines as 借 and 贷."""

    list_display = ("business_date", "kind", "document_no", "memo", "centre", "maker", "undone")
    list_filter = ("centre", "kind", "business_date")
    search_fields = ("document_no", "key")
    search_help_text = _("document number or entry key")
    list_select_related = ("centre", "maker", "reversal")
    show_full_result_count = False
    date_hierarchy = "business_date"
    fields = (
        "centre",
        "business_date",
        "kind",
        "document_no",
        "memo",
        "maker",
        "created_at",
        "key",
        "reversal_of",
        "undone",
        "voucher",
    )
    readonly_fields = fields

    @admin.display(description=_("reversed"), boolean=True)
    def undone(self, entry: Entry) -> bool:
        """Whether a reversal has undone the entry."""
        return hasattr(entry, "reversal")

    @admin.display(description=_("voucher"))
    def voucher(self, entry: Entry) -> SafeString:
        """Show the voucher in sums per general-ledger account, and its first lines below."""
        postings = entry.postings.select_related("debit", "credit").order_by("seq")
        return render_to_string(
            "ledger/admin/voucher.html",
            {
                "sums": [
                    (code, title, _yuan_or_blank(debit_fen), _yuan_or_blank(credit_fen))
                    for code, title, debit_fen, credit_fen in get_voucher_lines(entry)
                ],
                "lines": [
                    (posting, grouped_yuan(posting.amount_fen))
                    for posting in postings[:LINES_SHOWN]
                ],
                "count": postings.count(),
                "shown": LINES_SHOWN,
            },
        )


def _centres_of(request: HttpRequest) -> QuerySet[Centre]:
    """People of a centre see their own books only."""
    user = request.user
    if isinstance(user, User) and user.centre_id is not None:
        return Centre.objects.filter(pk=user.centre_id)
    return Centre.objects.none()


def _first(centres: QuerySet[Centre]) -> int | None:
    centre = centres.first()
    return centre.pk if centre else None


def _yuan_or_blank(fen: int) -> str:
    return grouped_yuan(fen) if fen else ""


def _printed_rows(rows: Iterable[TrialBalanceRow]) -> list[dict[str, object]]:
    """Print balances on the side where they stand; accounts that never moved are left out."""
    return [
        {
            "code": row.code,
            "title": row.title,
            "level": row.level,
            "cells": [
                _yuan_or_blank(max(0, row.opening_fen)),
                _yuan_or_blank(max(0, -row.opening_fen)),
                _yuan_or_blank(row.debits_fen),
                _yuan_or_blank(row.credits_fen),
                _yuan_or_blank(max(0, row.closing_fen)),
                _yuan_or_blank(max(0, -row.closing_fen)),
            ],
        }
        for row in rows
        if row.opening_fen or row.debits_fen or row.credits_fen
    ]


def _printed_totals(table: TrialBalance) -> dict[str, str]:
    return {
        "debits": grouped_yuan(table.debits_fen),
        "credits": grouped_yuan(table.credits_fen),
        "debit_balances": grouped_yuan(table.debit_balances_fen),
        "credit_balances": grouped_yuan(table.credit_balances_fen),
    }
