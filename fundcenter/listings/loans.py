"""Lists of loans and of the instalments that fall due."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fundcenter.listings.filters import filters_for
from fundcenter.listings.listing import Column, Listing
from loans.models import Instalment, Loan
from office.models import Centre
from policy.wording import describe_term


def _line_fen(name: str) -> Any:
    """Give what a line of the books holds on its debit side; nothing where there is none."""
    return Coalesce(F(f"{name}__debits_fen") - F(f"{name}__credits_fen"), 0)


class LoanListing(Listing):
    """All loans of a centre, with what is left of each."""

    name = "loans"
    title = _("Loans")
    about = _("No loan was signed yet.")
    permission = "loans.view"
    default = "-contract_date"
    filters = filters_for(
        Loan,
        numbers=("number", "contract_no", "member_account__number"),
        date="disbursed_date",
        amount="principal_fen",
        branch="branch",
        choices=("state", "risk_class"),
    )

    @property
    def columns(self) -> Sequence[Column]:
        """Number, borrower, state, what is left, and the terms."""
        return [*self._whose(), *self._sums(), *self._terms()]

    def _whose(self) -> list[Column]:
        return [
            Column(
                key="number",
                title=_("Loan number"),
                value=lambda one: one.number,
                order="number",
                address=lambda one: reverse("loan", args=[one.number]),
            ),
            Column(
                key="account",
                title=_("Account"),
                value=lambda one: one.member_account.number,
                address=lambda one: reverse("member", args=[one.member_account.number]),
            ),
            Column(
                key="name",
                title=pgettext_lazy("person", "Name"),
                value=lambda one: one.member_account.member.name,
                order="member_account__member__pinyin",
            ),
            Column(
                key="state",
                title=_("State"),
                value=lambda one: str(one.get_state_display()),
                order="state",
            ),
            Column(
                key="class",
                title=_("Risk class"),
                value=lambda one: str(one.get_risk_class_display()),
                order="risk_class",
            ),
            Column(
                key="disbursed",
                title=_("Paid out on"),
                value=lambda one: one.disbursed_date,
                kind="date",
                order="disbursed_date",
            ),
        ]

    def _sums(self) -> list[Column]:
        return [
            Column(
                key="principal",
                title=_("Principal (yuan)"),
                value=lambda one: one.principal_fen,
                kind="money",
                order="principal_fen",
                total="principal_fen",
            ),
            Column(
                key="left",
                title=_("Principal left (yuan)"),
                value=lambda one: one.left_fen,
                kind="money",
                order="left_fen",
                total="left_fen",
            ),
        ]

    def _terms(self) -> list[Column]:
        return [
            Column(key="rate", title=_("Rate (%)"), value=lambda one: one.rate_percent),
            Column(
                key="term",
                title=_("Term (months)"),
                value=lambda one: one.term_months,
                kind="count",
                order="term_months",
            ),
            Column(
                key="method", title=_("Method"), value=lambda one: str(describe_term(one.method))
            ),
        ]

    def rows(self, centre: Centre) -> QuerySet[Any]:
        """The centre's loans with what the books still hold of them."""
        left = _line_fen("principal_line") + _line_fen("overdue_line")
        return (
            Loan.objects.filter(centre=centre)
            .select_related("member_account__member", "branch")
            .annotate(left_fen=left)
        )


class InstalmentListing(Listing):
    """Instalments of running loans that are not paid off, by the day they fall due."""

    name = "instalments"
    title = _("Instalments to come and open")
    about = _("No loan is running.")
    permission = "loans.view"
    default = "due_date"
    filters = filters_for(
        Instalment,
        numbers=("loan__number", "loan__member_account__number"),
        date="due_date",
        amount="open_fen",
    )

    @property
    def columns(self) -> Sequence[Column]:
        """Loan, borrower, due date and what is open."""
        return [
            Column(
                key="number",
                title=_("Loan number"),
                value=lambda one: one.loan.number,
                order="loan__number",
                address=lambda one: reverse("loan", args=[one.loan.number]),
            ),
            Column(
                key="name",
                title=pgettext_lazy("person", "Name"),
                value=lambda one: one.loan.member_account.member.name,
                order="loan__member_account__member__pinyin",
            ),
            Column(
                key="instalment",
                title=_("Instalment"),
                value=lambda one: one.number,
                kind="count",
            ),
            Column(
                key="due",
                title=_("Due on"),
                value=lambda one: one.due_date,
                kind="date",
                order="due_date",
            ),
            Column(
                key="principal",
                title=_("Open principal (yuan)"),
                value=lambda one: one.open_principal_fen,
                kind="money",
                order="open_principal_fen",
                total="open_principal_fen",
            ),
            Column(
                key="interest",
                title=_("Open interest (yuan)"),
                value=lambda one: one.open_interest_fen,
                kind="money",
                order="open_interest_fen",
                total="open_interest_fen",
            ),
        ]

    def rows(self, centre: Centre) -> QuerySet[Any]:
        """The open instalments of the loans that are out."""
        principal = F("principal_fen") - F("paid_principal_fen")
        interest = F("interest_fen") - F("paid_interest_fen")
        return (
            Instalment.objects.filter(
                Q(loan__state="RUNNING") | Q(loan__state="OVERDUE"),
                loan__centre=centre,
                settled_date__isnull=True,
            )
            .select_related("loan__member_account__member")
            .annotate(
                open_principal_fen=principal,
                open_interest_fen=interest,
                open_fen=principal + interest,
            )
        )
