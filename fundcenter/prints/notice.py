"""The notice of a decision: the outcome, every reason with its clause, what would change it."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import MemberAccount, Opening
from fundcenter.counter.sheets import ReasonRow, SheetView, sheet_of_stored
from fundcenter.prints.paper import Block, Facts, Paper, Signatures, Table, Text
from fundcenter.prints.parts import Ask, person_rows
from office.inbox import kind_of, kinds
from policy.models import StoredDecision

# The signs of the pages, as far as fonts for paper have them.
_SIGNS = {"ok": "√", "wait": "▼", "no": "×"}


def make_notice(stored: StoredDecision, ask: Ask) -> Paper:
    """Print a kept decision as it was made, for the member (办理结果告知书)."""
    sheet = sheet_of_stored(stored)
    refused = sheet.outcome == StoredDecision.Outcome.REFUSED
    blocks: list[Block] = [
        Facts(
            (
                *_person(stored),
                (_("Decision"), str(stored.pk)),
                (_("Decided on"), stored.business_date.isoformat()),
                (_("Handled by"), str(stored.made_by)),
            )
        ),
        _reasons(sheet),
        *_changes(sheet),
        *_set_values(sheet),
        *_objection(refused),
        Signatures((_("Applicant (signature)"), _("Seal of the centre"), _("Date"))),
    ]
    title = _("Notice of refusal") if refused else _("Notice of a decision")
    return Paper(
        title=title,
        lead="：".join(part for part in (_outcome(sheet), sheet.decides) if part),
        blocks=tuple(blocks),
    )


def _outcome(sheet: SheetView) -> str:
    return {
        StoredDecision.Outcome.APPROVED.value: pgettext("outcome", "approved"),
        StoredDecision.Outcome.NEEDS_REVIEW.value: pgettext("outcome", "needs review"),
        StoredDecision.Outcome.REFUSED.value: pgettext("outcome", "refused"),
    }[sheet.outcome]


def _person(stored: StoredDecision) -> list[tuple[str, str]]:
    """Say whom it concerns; a blank to write on where only a paper tells it."""
    number = stored.subject_id.partition("/")[0]
    accounts = MemberAccount.objects.filter(centre=stored.centre_id).select_related("member")
    account = accounts.filter(number=number).first()
    item = None if account else _document(stored)
    if item is not None:
        account = kind_of(item).account(item)
    if account is not None:
        return person_rows(account, full=False)
    return [(pgettext("paper", "Applicant"), item.name if isinstance(item, Opening) else "")]


def _document(stored: StoredDecision) -> Any:
    """Find the document that the decision was made about, if it was handed in."""
    for kind in kinds().values():
        if kind.model._meta.label_lower == stored.subject_type:
            return kind.rows.filter(centre=stored.centre_id, number=stored.subject_id).first()
    return None


def _reasons(sheet: SheetView) -> Table:
    """List every test in the order of the clauses, met or not."""
    return Table(
        head=("", pgettext("paper", "Reason"), _("Clause")),
        rows=tuple((_SIGNS[row.kind], row.text, _clause(row)) for row in sheet.reasons),
        widths=(1, 13, 8),
        title=_("Reasons"),
    )


def _clause(row: ReasonRow) -> str:
    parts = [row.clauses, *(_("set: %(value)s") % {"value": said} for said in row.assumed)]
    return "\n".join(part for part in parts if part) or "—"


def _changes(sheet: SheetView) -> list[Block]:
    """Say what would have to be otherwise: the reasons against, and what a person must look at."""
    against = [row for row in sheet.reasons if row.kind != "ok"]
    if not against and not sheet.warnings:
        return []
    said = [
        _("Needed instead, or to be looked at by a person: %(reason)s") % {"reason": row.text}
        for row in against
    ]
    said += sheet.warnings
    marks = tuple(f"{place}." for place in range(1, len(said) + 1))
    return [Text(tuple(said), title=_("What would change it"), marks=marks)]


def _set_values(sheet: SheetView) -> list[Block]:
    """Name the values that the centre has set because the text is silent."""
    rows = tuple(
        (value.title, value.value, value.reason) for value in sheet.values if value.assumed
    )
    if not rows:
        return []
    return [
        Table(
            head=(
                _("Value set by the centre"),
                pgettext("paper", "Value"),
                pgettext("paper", "Why"),
            ),
            rows=rows,
            widths=(4, 3, 6),
            title=_("Where the text is silent"),
        )
    ]


def _objection(refused: bool) -> list[Block]:
    if not refused:
        return []
    return [
        Text(
            (
                _("Ask the counter to look at it again, with papers that prove what was missing."),
                _("Object in writing to the centre; it answers in writing within the legal time."),
                _("The law on administrative reconsideration and litigation stays open to you."),
            ),
            title=_("If you do not agree"),
            marks=("1.", "2.", "3."),
        )
    ]
