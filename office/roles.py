"""Who may do what: one table from role to permissions, and nothing beside it.

A permission is a code like ``contributions.deposit``. The admin asks for codes of Django's own
form (``ledger.view_entry``), so the table answers those too; ``*`` stands for any ending. No role
can be combined with another, and the three administrators (三员分立) hold no business permission.
"""

from fnmatch import fnmatchcase

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The posts of a centre, the three separated administrators, and the system itself."""

    CLERK = "CLERK", _("Clerk")
    CHECKER = "CHECKER", _("Checker")
    SUPERVISOR = "SUPERVISOR", _("Supervisor")
    FINANCE = "FINANCE", _("Finance")
    AUDITOR = "AUDITOR", _("Auditor")
    SYSTEM_ADMIN = "SYSTEM_ADMIN", _("System administrator")
    SECURITY_ADMIN = "SECURITY_ADMIN", _("Security administrator")
    AUDIT_ADMIN = "AUDIT_ADMIN", _("Audit administrator")
    SYSTEM = "SYSTEM", _("System maker")


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
WITHOUT_CENTRE = ADMINISTRATORS | {Role.SYSTEM}
BUSINESS_ROLES = frozenset(Role) - WITHOUT_CENTRE
ENTERS_ADMIN = ADMINISTRATORS | {Role.SUPERVISOR, Role.FINANCE, Role.AUDITOR}

_EVERY_POST = frozenset(
    {
        "members.view",
        "accounts.view",
        "contributions.view",
        "subsidies.view",
        "loans.view",
        "settlement.view",
        "policy.view",
        "days.view",
        "jobs.view",
        "calculators.use",
    }
)
_LOOK_AT_BUSINESS = frozenset(
    {
        "accounts.view_*",
        "contributions.view_*",
        "loans.view_*",
        "subsidies.view_*",
        "settlement.view_*",
        "ledger.view_*",
        "banking.view_*",
        "policy.view_*",
        "office.view_centre",
        "office.view_branch",
        "office.view_businessday",
        "office.view_drawerclosing",
        "office.view_job",
        "office.view_jobline",
        "office.view_paper*",
        "office.view_printlog",
    }
)

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.CLERK: _EVERY_POST
    | {
        "members.reveal",
        "members.register",
        "members.amend",
        "accounts.open",
        "accounts.amend",
        "accounts.seal",
        "accounts.unseal",
        "accounts.report_death",
        "accounts.check_platform",
        "contributions.deposit",
        "contributions.withdraw",
        "contributions.exit",
        "contributions.inherit",
        "contributions.transfer",
        "contributions.convert",
        "contributions.correct",
        "contributions.dispute",
        "loans.apply",
        "loans.serve",
        "loans.repay",
        "certificates.print",
        "drawers.close",
        "papers.keep",
        "papers.view",
    },
    Role.CHECKER: _EVERY_POST
    | {
        "drawers.close",
        "members.reveal",
        "accounts.approve",
        "accounts.enter_platform_result",
        "contributions.approve",
        "loans.review",
        "certificates.print",
        "papers.view",
    },
    Role.SUPERVISOR: _EVERY_POST
    | _LOOK_AT_BUSINESS
    | {
        "members.reveal",
        "accounts.approve",
        "accounts.freeze",
        "accounts.enter_platform_result",
        "contributions.approve",
        "contributions.approve_large",
        "takeover.submit",
        "takeover.approve",
        "contributions.approve_reversal",
        "loans.review",
        "loans.approve",
        "loans.write_off",
        "subsidies.approve",
        "settlement.preview",
        "settlement.approve",
        "dormancy.approve",
        "policy.propose",
        "policy.approve",
        "days.open",
        "days.close",
        "drawers.close",
        "drawers.view",
        "drawers.reopen",
        "jobs.run",
        "ledger.view",
        "papers.keep",
        "papers.view",
        "papers.destroy",
        "audit.view",
        "office.view_auditevent",
        "reports.view",
        "reports.export",
    },
    Role.FINANCE: _EVERY_POST
    | _LOOK_AT_BUSINESS
    | {
        "drawers.close",
        "drawers.view",
        "ledger.view",
        "ledger.reverse",
        "banking.match",
        "papers.keep",
        "contributions.pay_out",
        "takeover.submit",
        "settlement.preview",
        "loans.disburse",
        "loans.repay",
        "loans.review_write_off",
        "reports.view",
        "reports.export",
    },
    Role.AUDITOR: _EVERY_POST
    | _LOOK_AT_BUSINESS
    | {
        "drawers.view",
        "members.reveal",
        "papers.view",
        "ledger.view",
        "audit.view",
        "office.view_auditevent",
        "office.view_user",
        "reports.view",
        "reports.export",
    },
    Role.SYSTEM_ADMIN: frozenset(
        {
            "jobs.view",
            "office.view_centre",
            "office.add_centre",
            "office.change_centre",
            "office.view_branch",
            "office.add_branch",
            "office.change_branch",
            "office.view_businessday",
            "office.view_job",
            "office.view_jobline",
            "django_celery_beat.*",
        }
    ),
    Role.SECURITY_ADMIN: frozenset(
        {
            "staff.manage",
            "office.view_user",
            "office.add_user",
            "office.change_user",
            "office.view_centre",
            "office.view_branch",
            "axes.view_*",
        }
    ),
    Role.AUDIT_ADMIN: frozenset(
        {
            "audit.view",
            "office.view_auditevent",
            "office.view_user",
            "axes.view_*",
        }
    ),
    Role.SYSTEM: frozenset(),
}


def allows(role: str, permission: str) -> bool:
    """Tell whether the role holds the permission; an unknown role holds none."""
    held = PERMISSIONS[Role(role)] if role in Role.values else frozenset()
    if permission in held:
        return True
    return any("*" in pattern and fnmatchcase(permission, pattern) for pattern in held)


def allows_app(role: str, app_label: str) -> bool:
    """Tell whether the role holds any permission of the app: the admin then lists it."""
    held = PERMISSIONS[Role(role)] if role in Role.values else frozenset()
    return any(permission.startswith(f"{app_label}.") for permission in held)
