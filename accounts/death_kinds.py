"""How deaths and their withdrawal are described to people."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import DeathReport, DeathRevocation
from accounts.services import (
    approve_revocation,
    cancel_revocation,
    return_revocation,
    shown_revocation,
)
from office.inbox import Kind, Rows


def _report_facts(report: DeathReport) -> Rows:
    certificate = f"{report.certificate_no}　{report.certificate_date.isoformat()}"
    rows = [
        (_("Member"), report.member_account.member.name),
        (_("Died on"), report.died_date.isoformat()),
        (_("Death certificate"), certificate),
        (_("Informant"), f"{report.informant}　{report.informant_relation}"),
        (_("The account"), _("sealed by it") if report.sealed_it else _("was sealed before")),
    ]
    if report.withdrawn_date:
        rows.append((_("Withdrawn on"), report.withdrawn_date.isoformat()))
    return rows


def _report_headline(report: DeathReport) -> str:
    return _("%(name)s died on %(day)s") % {
        "name": report.member_account.member.name,
        "day": report.died_date.isoformat(),
    }


def _revocation_facts(document: DeathRevocation) -> Rows:
    report = document.report
    after = _("normal again") if report.sealed_it else _("stays sealed, as it was before")
    return [
        *_report_facts(report)[:4],
        (_("Report"), report.number),
        (_("Number of the paper"), document.evidence_no),
        (_("Why it was wrong"), document.reason),
        (_("The account"), after),
    ]


def _revocation_headline(document: DeathRevocation) -> str:
    return _("The death of %(name)s was reported wrongly") % {
        "name": document.report.member_account.member.name
    }


DEATH_KINDS = (
    Kind(
        name="death",
        title=gettext_lazy("Report of a death"),
        model=DeathReport,
        facts=_report_facts,
        headline=_report_headline,
    ),
    Kind(
        name="death-undone",
        title=gettext_lazy("Withdrawal of a death report"),
        model=DeathRevocation,
        facts=_revocation_facts,
        headline=_revocation_headline,
        account=lambda one: one.report.member_account,
        shown=shown_revocation,
        approve=approve_revocation,
        return_=return_revocation,
        cancel=cancel_revocation,
    ),
)
