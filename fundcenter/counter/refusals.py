"""Refusals are kept like approvals, once per filling-in."""

from accounts.errors import AccountsRefused, DecisionRefused
from fundcenter.counter.sheets import SheetView, sheet_of
from ledger.errors import PostingRefused
from office.documents import AlreadyDecided, ChangedMeanwhile
from office.idempotency import KeyReused
from office.papers import PaperRefused
from office.services import DayNotOpen, NotAllowed
from policy.book import NoPolicyInForce, Unset
from policy.decisions import Outcome
from policy.models import StoredDecision

# What a service may say instead of doing it; every one of them tells the next step.
REFUSED = (
    AccountsRefused,
    AlreadyDecided,
    ChangedMeanwhile,
    DayNotOpen,
    KeyReused,
    NoPolicyInForce,
    NotAllowed,
    PaperRefused,
    PostingRefused,
    Unset,
)


def keep_refusal(refused: DecisionRefused) -> StoredDecision:
    """Keep a refusal outside its rolled-back transaction; a reload of the page keeps it once."""
    known = StoredDecision.objects.filter(
        subject_type=refused.subject[0],
        subject_id=refused.subject[1],
        business_date=refused.business_date,
        outcome__in=[Outcome.REFUSED, Outcome.NEEDS_REVIEW],
        facts=refused.facts.to_wire(),
    ).first()
    return known or refused.record()


def sheet_of_refusal(refused: DecisionRefused) -> SheetView:
    """Lay out the refused decision for the page."""
    return sheet_of(refused.decision)
