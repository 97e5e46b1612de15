"""What is done with the law: load it, change it by two persons, keep what was decided by it."""

from policy.services.amendments import (
    BadProposal,
    ProposedValue,
    approve_proposal,
    cancel_proposal,
    propose,
    return_proposal,
)
from policy.services.baseline import LoadReport, load_policies
from policy.services.decisions import (
    Divergence,
    build_decision,
    record_decision,
    record_refusal,
    replay,
    verify_decisions,
)

__all__ = [
    "BadProposal",
    "Divergence",
    "LoadReport",
    "ProposedValue",
    "approve_proposal",
    "build_decision",
    "cancel_proposal",
    "load_policies",
    "propose",
    "record_decision",
    "record_refusal",
    "replay",
    "return_proposal",
    "verify_decisions",
]
