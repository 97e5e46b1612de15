"""Household (家庭登记): a marriage, its end, or a signed declaration of being single."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.households import (
    HouseholdOnRecord,
    HouseholdState,
    find_household,
    list_household_records,
)
from accounts.models import HouseholdRecord, IdentityDocument, MemberAccount
from accounts.services import HouseholdStatement, submit_household
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group
from fundcenter.counter.entry_forms import BusinessForm, DayField
from office.idempotency import digest_of
from office.inbox import Rows
from policy.book import PolicyBook

Kind = HouseholdRecord.Kind
_SEEN_LENGTH = 16


class HouseholdForm(BusinessForm):
    """What the paper says, its day and number; the spouse where it is a marriage."""

    kind = forms.ChoiceField(label=gettext_lazy("What the paper says"), choices=Kind.choices)
    since = DayField(
        label=gettext_lazy("Since"),
        help_text=gettext_lazy("the day of the marriage, divorce or death, or of the signature"),
    )
    evidence_no = forms.CharField(label=gettext_lazy("Number of the paper"), max_length=64)
    spouse_name = forms.CharField(
        label=gettext_lazy("Spouse's name"), max_length=80, required=False
    )
    spouse_document_type = forms.ChoiceField(
        label=gettext_lazy("Spouse's kind of document"),
        required=False,
        choices=IdentityDocument._meta.get_field("document_type").flatchoices,
    )
    spouse_number = forms.CharField(
        label=gettext_lazy("Spouse's ID number"), max_length=24, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("spouse_name", "spouse_document_type", "spouse_number"):
            self.fields[name].only_for = Kind.MARRIED.value  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for the spouse of a marriage, and for nobody else's."""
        data = super().clean() or {}
        names = ("spouse_name", "spouse_document_type", "spouse_number")
        if data.get("kind") != Kind.MARRIED:
            return {**data, **dict.fromkeys(names, "")}
        for name in names:
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("A marriage names the spouse: fill it in."))
        return {**data, "spouse_number": str(data.get("spouse_number", "")).strip().upper()}


class HouseholdBusiness(Business):
    """Needs a second person, who reads the same paper."""

    name = "household"
    title = gettext_lazy("Record of a household")
    permission = HouseholdRecord.submit_permission
    kind = "household"
    group = Group.PERSON
    form_class = HouseholdForm
    fields = {"name": "spouse_name", "number": "spouse_number"}

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """One record waits at a time."""
        waiting = HouseholdRecord.objects.filter(
            member=account.member_id, state=HouseholdRecord.State.SUBMITTED
        ).first()
        if waiting is None:
            return ""
        return _("%(number)s is under way; have it decided first.") % {"number": waiting.number}

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what is on record now, and what came before."""
        found = find_household(account.member, require_day(request))
        rows: Rows = [(pgettext("person", "Household"), describe_household(found))]
        for record in list_household_records(account.member)[:5]:
            text = f"{record.get_kind_display()}　{record.since}　{record.evidence_no}"
            rows.append((record.number, f"{text}　{record.get_state_display()}"))
        return rows

    def seen(self, account: MemberAccount) -> str:
        """Notice another record of the household."""
        records = [record.pk for record in list_household_records(account.member)]
        return digest_of(records)[:_SEEN_LENGTH]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> HouseholdRecord:
        """Hand it in; the service gives the number."""
        names = ("kind", "since", "evidence_no")
        spouse = ("spouse_name", "spouse_document_type", "spouse_number")
        return submit_household(
            member=account.member,
            statement=HouseholdStatement(**{name: data[name] for name in (*names, *spouse)}),
            business_date=require_day(request),
            clerk=request.user,
        )


def describe_household(found: HouseholdOnRecord) -> str:
    """Say in one line what is on record of a household."""
    if found.state is HouseholdState.UNKNOWN:
        return _("nothing on record")
    if found.state is HouseholdState.SINGLE_DECLARED:
        return _("single since %(since)s (%(paper)s)") % {
            "since": found.since,
            "paper": found.evidence_no,
        }
    where = "" if found.spouse is None else _(", has an account here")
    return _("married to %(spouse)s since %(since)s%(where)s") % {
        "spouse": found.spouse_name,
        "since": found.since,
        "where": where,
    }
