"""The list of decisions: what was granted, refused, or left to a person, and why first of all."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fundcenter.listings.filters import filters_for
from fundcenter.listings.listing import Column, Listing
from office.models import Centre
from policy.models import StoredDecision
from policy.records import read_reason
from policy.wording import describe_reason

# What each recorded rule decides.
_RULES = {
    "decide_eligibility": pgettext_lazy("rule", "who may open an account"),
    "decide_terms": pgettext_lazy("rule", "terms of the agreement"),
    "decide_contribution": pgettext_lazy("rule", "contribution"),
    "decide_withdrawal": pgettext_lazy("rule", "withdrawal"),
    "decide_exit": pgettext_lazy("rule", "exit"),
    "decide_inheritance": pgettext_lazy("rule", "inheritance"),
    "decide_unclaimed": pgettext_lazy("rule", "money without heirs"),
    "decide_unit_part": pgettext_lazy("rule", "unit part after an exit"),
    "decide_transfer_out": pgettext_lazy("rule", "transfer out"),
    "decide_conversion": pgettext_lazy("rule", "conversion"),
    "decide_merge": pgettext_lazy("rule", "merge"),
    "decide_identity": pgettext_lazy("rule", "same person"),
    "decide_dormancy": pgettext_lazy("rule", "idle account"),
    "decide_interest": pgettext_lazy("rule", "interest"),
    "decide_subsidy": pgettext_lazy("rule", "contribution subsidy"),
    "decide_opening_subsidy": pgettext_lazy("rule", "opening subsidy"),
    "decide_deadline": pgettext_lazy("rule", "deadline"),
    "decide_retirement": pgettext_lazy("rule", "retirement age"),
    "decide_penalty": pgettext_lazy("rule", "penalty interest"),
}


class DecisionListing(Listing):
    """Every decision of a centre, refusals included."""

    name = "decisions"
    title = _("Decisions and refusals")
    about = _("Every decision is kept here with its reasons, refusals too.")
    permission = "contributions.view"
    default = "-business_date"
    own_day = ("made_by", "business_date")
    filters = filters_for(
        StoredDecision,
        date="business_date",
        operator="made_by",
        choices=("outcome",),
        subject=django_filters.CharFilter(
            field_name="subject_id",
            lookup_expr="startswith",
            max_length=64,
            label=_("Number begins with"),
        ),
    )

    @property
    def columns(self) -> Sequence[Column]:
        """Day, what about, outcome, the reason that decides, who."""
        return [
            Column(
                key="date",
                title=_("Date"),
                value=lambda one: one.business_date,
                kind="date",
                order="business_date",
            ),
            Column(
                key="subject",
                title=_("Item"),
                value=lambda one: one.subject_id,
                order="subject_id",
                address=lambda one: reverse("decision", args=[one.pk]),
            ),
            Column(key="rule", title=_("Rule"), value=_name_of_rule),
            Column(
                key="outcome",
                title=_("Outcome"),
                value=lambda one: one.get_outcome_display(),
                order="outcome",
            ),
            Column(key="reason", title=_("Reason that decides"), value=_deciding_reason),
            Column(
                key="operator", title=_("Made by"), value=lambda one: one.made_by, order="made_by"
            ),
        ]

    def rows(self, centre: Centre) -> QuerySet[StoredDecision]:
        """The centre's decisions, without what only their own page shows."""
        rows = StoredDecision.objects.filter(centre=centre).select_related("made_by")
        return rows.defer("facts", "result", "parameters", "unset", "chain", "warnings")


def _name_of_rule(stored: StoredDecision) -> str:
    """Say what the rule decides, in the words of the field; a rule without a name by its code."""
    code = stored.rule.rpartition(".")[2]
    return str(_RULES.get(code, code))


def _deciding_reason(stored: Any) -> str:
    """Say the first reason that is not met; an approval needs none."""
    for row in stored.reasons:
        reason = read_reason(row)
        if not reason.met:
            return describe_reason(reason)
    return ""
