"""Death (死亡登记): reported at once; withdrawn by two persons where it was reported wrongly."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.deaths import find_death
from accounts.models import DeathReport, DeathRevocation, MemberAccount
from accounts.services import DeathStatement, report_death, submit_revocation
from contributions.inheriting import find_inheritance
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group, Life
from fundcenter.counter.entry_forms import BusinessForm, DayField
from office.inbox import Rows
from policy.book import PolicyBook


class DeathForm(BusinessForm):
    """What the certificate says, and who brought it."""

    died_date = DayField(label=gettext_lazy("Died on"))
    certificate_no = forms.CharField(
        label=gettext_lazy("Number of the death certificate"), max_length=64
    )
    certificate_date = DayField(label=gettext_lazy("Date of the death certificate"))
    informant = forms.CharField(label=gettext_lazy("Informant"), max_length=80)
    informant_relation = forms.CharField(
        label=gettext_lazy("Informant's relation"),
        max_length=40,
        help_text=gettext_lazy("like spouse, son, village committee"),
    )


class DeathBusiness(Business):
    """Seals the account and stops every business of the living."""

    name = "death"
    title = gettext_lazy("Report a death")
    group = Group.ACCOUNT
    permission = DeathRevocation.submit_permission
    kind = "death"
    form_class = DeathForm

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Say what the report stops, and what it leaves."""
        return [
            (_("At once"), _("The account is sealed; nothing more is paid in or debited.")),
            (_("Goes on"), _("inheritance, freezes, complaints and papers")),
            (_("If it is wrong"), _("another paper and two persons take it back")),
        ]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> DeathReport:
        """Report it; the service gives the number."""
        names = (
            "died_date",
            "certificate_no",
            "certificate_date",
            "informant",
            "informant_relation",
        )
        return report_death(
            member_account=account,
            statement=DeathStatement(**{name: data[name] for name in names}),
            business_date=require_day(request),
            clerk=request.user,
        )


class RevocationForm(BusinessForm):
    """By which paper the report was found wrong, and why it was made."""

    evidence_no = forms.CharField(label=gettext_lazy("Number of the paper"), max_length=64)
    reason = forms.CharField(label=gettext_lazy("Why it was wrong"), max_length=200)


class DeathUndoneBusiness(Business):
    """The account stands again as before the report."""

    name = "death-undone"
    title = gettext_lazy("Withdraw a death report")
    group = Group.CORRECTION
    permission = DeathRevocation.submit_permission
    kind = "death-undone"
    form_class = RevocationForm
    takes_turns = True
    life = Life.ENDED

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """What was handed on to heirs is not undone here."""
        inheritance = find_inheritance(account)
        if inheritance is None:
            return ""
        return _("Handed on by %(number)s.") % {"number": inheritance.number}

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what was reported."""
        return list_death(account)

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> DeathRevocation:
        """Hand it in; the service gives the number."""
        return submit_revocation(
            member_account=account,
            evidence_no=data["evidence_no"],
            reason=data["reason"],
            business_date=require_day(request),
            clerk=request.user,
        )


def list_death(account: MemberAccount) -> Rows:
    """List what is on record of a member's death."""
    report = find_death(account.member)
    if report is None:
        return []
    certificate = f"{report.certificate_no}　{report.certificate_date.isoformat()}"
    return [
        (_("Died on"), report.died_date.isoformat()),
        (_("Report"), f"{report.number}　{report.business_date.isoformat()}"),
        (_("Death certificate"), certificate),
        (_("Informant"), f"{report.informant}　{report.informant_relation}"),
    ]
