"""The named members of the demo in the database at hand, settled, and their fingerprints."""

import datetime as dt
import json
import sys

from django.core.management import call_command

from fundcenter.demo.fingerprint import fingerprint
from fundcenter.demo.portfolio import LoadReport, load
from office.models import Centre, User
from policy.services import load_policies
from settlement.services import settle_year

PASSWORD = "a-password-for-the-demo-tests"


def load_and_settle() -> LoadReport:
    """Load the five centres with their named members alone and settle the last fund year."""
    load_policies(on=dt.date(2026, 7, 1))
    report = load(members=1, password=PASSWORD, say=lambda line: None)
    for centre in Centre.objects.order_by("id"):
        approver = User.objects.get(username=f"{centre.code}-supervisor")
        settle_year(centre=centre, year=2026, approver=approver)
    return report


def fingerprints() -> dict[str, dict[str, str]]:
    return {centre.code: fingerprint(centre) for centre in Centre.objects.all()}


def print_fresh_books() -> None:
    """Fill an empty database and print its fingerprints; for a process of its own."""
    call_command("migrate", "--noinput", verbosity=0)
    load_and_settle()
    sys.stdout.write(json.dumps(fingerprints()))
