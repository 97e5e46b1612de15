"""What exists of the law: documents, dated values, proposals to change them, decisions."""

from policy.models.amendments import Proposal
from policy.models.decisions import StoredDecision
from policy.models.sources import Clause, Source
from policy.models.values import Chain, Edition, ParameterValue

__all__ = [
    "Chain",
    "Clause",
    "Edition",
    "ParameterValue",
    "Proposal",
    "Source",
    "StoredDecision",
]
