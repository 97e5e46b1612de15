"""How the documents of the roof are described to whoever decides them."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contributions.models import Takeover
from contributions.services import (
    approve_takeover,
    cancel_takeover,
    return_takeover,
    shown_takeover,
)
from fundcenter.takeover.wording import TOTAL_LABELS, total_text
from fundcenter.tasks import BOOK, enqueue_takeover
from ledger.models import Entry
from office.inbox import Kind, Rows
from office.models import User

_DIGEST_SHOWN = 16


def _facts(document: Takeover) -> Rows:
    found = document.found or {}
    rows = [
        (_("File"), document.file_name),
        (_("Digest of the file"), f"{document.sha256[:_DIGEST_SHOWN]}…"),
    ]
    rows += [
        (str(label), total_text(key, found.get(key, 0))) for key, label in TOTAL_LABELS.items()
    ]
    rows.append((_("Subsidies credited before"), total_text("", found.get("subsidies_fen", 0))))
    if document.booked_date:
        rows.append((_("Booked on"), document.booked_date.isoformat()))
    return rows


def _headline(document: Takeover) -> str:
    found = document.found or {}
    return _("Takeover of %(accounts)s accounts, %(yuan)s yuan") % {
        "accounts": found.get("accounts", 0),
        "yuan": total_text("", found.get("FLEX", 0) + found.get("UNIT", 0)),
    }


@transaction.atomic
def _approve(*, document: Takeover, digest: str, business_date: dt.date, by: User) -> Takeover:
    """Let the workbook in and queue its booking; both or neither."""
    approved = approve_takeover(document=document, digest=digest, by=by)
    enqueue_takeover(BOOK, approved)
    return approved


def _return(*, document: Takeover, reason: str, business_date: dt.date, by: User) -> Takeover:
    return return_takeover(document=document, reason=reason, by=by)


def _entries(document: Takeover) -> list[Entry]:
    """Name no vouchers: one holds thousands of lines. The books show them."""
    return []


KINDS = (
    Kind(
        name="takeover",
        title=gettext_lazy("Takeover of accounts"),
        model=Takeover,
        facts=_facts,
        headline=_headline,
        entries=_entries,
        shown=shown_takeover,
        approve=_approve,
        return_=_return,
        cancel=cancel_takeover,
    ),
)
