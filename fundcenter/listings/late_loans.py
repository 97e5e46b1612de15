"""Lists of late loans: overdue, bad, and what borrowers are to be told."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import (
    Count,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from fundcenter.listings.filters import filters_for
from fundcenter.listings.listing import Column, Listing
from loans.facts import RiskClass
from loans.models import CollectionAction, Instalment, LegalRecord, Loan, LoanNotice
from loans.queries import foresee_course
from loans.states import OUT_STATES
from office.models import Centre
from office.queries import find_open_day
from policy.queries import open_book

_BAD = [RiskClass.SUBSTANDARD.value, RiskClass.DOUBTFUL.value, RiskClass.LOSS.value]
_NOBODY = dt.date.min


def loan_column(path: str = "") -> Column:
    """Give the column of the loan's number, which leads to the page of its member."""

    def loan_of(row: Any) -> Loan:
        loan: Loan = getattr(row, path) if path else row
        return loan

    prefix = f"{path}__" if path else ""
    return Column(
        key="loan",
        title=_("Loan number"),
        value=lambda row: loan_of(row).number,
        order=f"{prefix}number",
        address=lambda row: reverse("member", args=[loan_of(row).member_account.number]),
    )


def borrower_column(path: str = "") -> Column:
    """Give the column of the borrower's name, sorted by its spelling."""

    def name_of(row: Any) -> str:
        loan: Loan = getattr(row, path) if path else row
        return loan.member_account.member.name

    prefix = f"{path}__" if path else ""
    return Column(
        key="name",
        title=_("Borrower"),
        value=name_of,
        order=f"{prefix}member_account__member__pinyin",
    )


def _of_unpaid(on: dt.date, **sums: Any) -> QuerySet[Any]:
    unpaid = Instalment.objects.filter(
        loan=OuterRef("pk"), settled_date__isnull=True, due_date__lt=on
    )
    return unpaid.order_by().values("loan").annotate(**sums)


def late_loans(centre: Centre, on: dt.date) -> QuerySet[Any]:
    """Select the running loans of a centre with what their late instalments owe, in fen.

    Each row carries ``late`` (instalments), ``late_since``, ``late_principal_fen`` and
    ``late_interest_fen``; penalty interest is not summed by the database.
    """
    counted = _of_unpaid(on, n=Count("pk")).values("n")
    since = _of_unpaid(on, first=Min("due_date")).values("first")
    principal = _of_unpaid(on, fen=Sum(F("principal_fen") - F("paid_principal_fen"))).values("fen")
    interest = _of_unpaid(on, fen=Sum(F("interest_fen") - F("paid_interest_fen"))).values("fen")
    acted = CollectionAction.objects.filter(loan=OuterRef("pk")).order_by("-pk")
    legal = LegalRecord.objects.filter(loan=OuterRef("pk")).order_by("-pk")
    nought = Value(0)
    return (
        Loan.objects.filter(centre=centre, state__in=[*OUT_STATES])
        .select_related("member_account__member", "branch", "centre")
        .annotate(
            late=Coalesce(Subquery(counted, output_field=IntegerField()), nought),
            late_since=Subquery(since),
            late_principal_fen=Coalesce(Subquery(principal), nought),
            late_interest_fen=Coalesce(Subquery(interest), nought),
            acted_date=Subquery(acted.values("acted_date")[:1]),
            acted_way=Subquery(acted.values("way")[:1]),
            acted_outcome=Subquery(acted.values("outcome")[:1]),
            legal_stage=Subquery(legal.values("stage")[:1]),
        )
    )


class _LateListing(Listing):
    """Loans with what they owe late on the open day."""

    permission = "loans.view"
    default = "late_since"
    filters = filters_for(
        Loan,
        numbers=("number", "member_account__number"),
        date="late_since",
        amount="late_principal_fen",
        branch="branch",
        choices=("state", "risk_class"),
        legal=django_filters.ChoiceFilter(
            field_name="legal_stage",
            choices=LegalRecord.Stage.choices,
            label=_("Legal state"),
            empty_label=_("all of them"),
        ),
    )

    @property
    def columns(self) -> Sequence[Column]:
        """Who owes how much of which loan since when, how it is classed, what was done."""
        return [
            loan_column(),
            borrower_column(),
            Column(key="phone", title=_("Phone"),
                   value=lambda one: one.member_account.member.masked_phone,
                   full=lambda one: one.member_account.member.phone),
            Column(key="branch", title=_("Branch"), value=lambda one: one.branch),
            Column(key="state", title=_("State"), value=lambda one: one.get_state_display(),
                   order="state"),
            Column(key="late", title=_("Instalments late"), value=lambda one: one.late,
                   kind="count", order="late", total="late"),
            Column(key="since", title=_("Late since"), value=lambda one: one.late_since,
                   kind="date", order="late_since"),
            Column(key="days", title=_("Days late"), value=lambda one: one.days_late,
                   kind="count"),
            Column(key="principal", title=_("Late principal (yuan)"),
                   value=lambda one: one.late_principal_fen, kind="money",
                   order="late_principal_fen", total="late_principal_fen"),
            Column(key="interest", title=_("Late interest (yuan)"),
                   value=lambda one: one.late_interest_fen, kind="money",
                   order="late_interest_fen", total="late_interest_fen"),
            Column(key="penalty", title=_("Penalty interest to the day (yuan)"),
                   value=lambda one: one.penalty_fen, kind="money"),
            Column(key="class", title=_("Risk class"),
                   value=lambda one: one.get_risk_class_display(), order="risk_class"),
            Column(key="legal", title=_("Legal state"), value=_legal_said, order="legal_stage"),
            Column(key="action", title=_("Last reminder"), value=_action_said,
                   order="acted_date"),
            Column(
                key="paper",
                title=_("Notice"),
                value=lambda one: gettext("Print the notice") if one.late else "",
                address=lambda one: (
                    reverse("print", args=["overdue-notice", one.number]) if one.late else None
                ),
                permission="loans.view",
            ),
        ]  # fmt: skip

    def complete(self, rows: list[Any]) -> list[Any]:
        """Add days late and the penalty interest, which takes the loan's course."""
        day = find_open_day(rows[0].centre) if rows else None
        for one in rows:
            on = day.date if day else one.late_since
            one.days_late = (on - one.late_since).days if one.late_since else 0
            owed = foresee_course(one, on).owed_on(on) if one.late and on else ()
            one.penalty_fen = sum(part.penalty_fen for part in owed)
        return rows

    def of_day(self, centre: Centre) -> QuerySet[Any]:
        """Give the running loans as of the open business day; without one, none."""
        day = find_open_day(centre)
        return late_loans(centre, day.date) if day else late_loans(centre, _NOBODY).none()


def _legal_said(one: Any) -> str:
    return str(LegalRecord.Stage(one.legal_stage).label) if one.legal_stage else ""


def _action_said(one: Any) -> str:
    if not one.acted_date:
        return ""
    way = CollectionAction.Way(one.acted_way).label
    return f"{one.acted_date}　{way}　{CollectionAction.Outcome(one.acted_outcome).label}"


class OverdueListing(_LateListing):
    """Loans with an instalment that is past its due date, or that stand as overdue."""

    name = "overdue-loans"
    title = _("Overdue loans")
    about = _("No instalment is late on the open business day.")

    def rows(self, centre: Centre) -> QuerySet[Any]:
        """Those with something late."""
        return self.of_day(centre).filter(Q(late__gt=0) | Q(state="OVERDUE"))

    def notes(self, centre: Centre) -> list[str]:
        """Say from which day on an instalment counts as overdue."""
        day = find_open_day(centre)
        if day is None:
            return [gettext("No business day is open: nothing can be called late.")]
        days = open_book(centre.code, day.date).count("loan_rate.overdue_status_days")
        return [
            gettext(
                "An instalment counts as overdue once it is more than %(days)s days late; penalty "
                "interest runs from its due date."
            )
            % {"days": days}
        ]


class BadLoanListing(_LateListing):
    """Loans of the three worst classes, which some centres have to manage apart."""

    name = "bad-loans"
    title = _("Bad loans")
    about = _("No running loan is substandard, doubtful or a loss.")
    default = "risk_class"

    def rows(self, centre: Centre) -> QuerySet[Any]:
        """Those of the three worst classes."""
        return self.of_day(centre).filter(risk_class__in=_BAD)

    def notes(self, centre: Centre) -> list[str]:
        """Say whether the centre's text wants them apart."""
        day = find_open_day(centre)
        if day is None or not open_book(centre.code, day.date).flag("risk.bad_loans_apart"):
            return [
                gettext("No text of the centre wants bad loans managed apart; this is for sight.")
            ]
        return [gettext("Bad loans are managed apart: they are handled from this list.")]


class NoticeListing(Listing):
    """What borrowers are to be told: an instalment is overdue, contributions stopped."""

    name = "loan-notices"
    title = _("Notices about loans")
    about = _("The day-end of loans has found nothing to tell anybody yet.")
    permission = "loans.view"
    default = "-day"
    filters = filters_for(
        LoanNotice,
        numbers=("loan__number", "loan__member_account__number"),
        date="day",
        amount="amount_fen",
        choices=("kind",),
        running=django_filters.BooleanFilter(
            field_name="ended_date", lookup_expr="isnull", label=_("Still so")
        ),
    )

    @property
    def columns(self) -> Sequence[Column]:
        """Whom to tell what since when."""
        return [
            loan_column("loan"),
            borrower_column("loan"),
            Column(key="phone", title=_("Phone"),
                   value=lambda one: one.loan.member_account.member.masked_phone,
                   full=lambda one: one.loan.member_account.member.phone),
            Column(key="kind", title=pgettext_lazy("notice", "What about"),
                   value=lambda one: one.get_kind_display(), order="kind"),
            Column(key="since", title=_("Since"), value=lambda one: one.since_date, kind="date",
                   order="since_date"),
            Column(key="day", title=_("Found on"), value=lambda one: one.day, kind="date",
                   order="day"),
            Column(key="amount", title=_("Amount (yuan)"), value=lambda one: one.amount_fen,
                   kind="money", order="amount_fen", total="amount_fen"),
            Column(key="ended", title=_("Ended on"), value=lambda one: one.ended_date,
                   kind="date", order="ended_date"),
            Column(
                key="next",
                title=_("Next step"),
                value=_next_said,
                address=_next_address,
                permission="loans.view",
            ),
        ]  # fmt: skip

    def rows(self, centre: Centre) -> QuerySet[Any]:
        """The centre's notices."""
        return LoanNotice.objects.filter(centre=centre).select_related(
            "loan__member_account__member"
        )


def _next_said(one: LoanNotice) -> str:
    if one.ended_date is not None:
        return ""
    overdue = one.kind == LoanNotice.Kind.OVERDUE
    return gettext("Print the notice") if overdue else gettext("Enter a breach")


def _next_address(one: LoanNotice) -> str | None:
    if one.ended_date is not None:
        return None
    if one.kind == LoanNotice.Kind.OVERDUE:
        return reverse("print", args=["overdue-notice", one.loan.number])
    return reverse("breach", args=[one.loan.member_account.number])
