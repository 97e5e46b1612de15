"""What is done about settlements. Nobody else writes these rows, except the bulk steps."""

from settlement.services.adjustments import (
    reverse_settled,
    submit_correction,
    take_back_settled,
    undo_repayment,
)
from settlement.services.runs import (
    ProofFailed,
    approve_run,
    open_run,
    pass_days_until_settlement,
    post_run,
    preview_run,
    return_run,
    seal_run,
    settle_year,
    shard_size,
    shown,
)
from settlement.services.surplus import (
    SurplusRequest,
    approve_surplus,
    cancel_surplus,
    return_surplus,
    shown_surplus,
    submit_surplus,
)

__all__ = [
    "ProofFailed",
    "SurplusRequest",
    "approve_run",
    "approve_surplus",
    "cancel_surplus",
    "open_run",
    "pass_days_until_settlement",
    "post_run",
    "preview_run",
    "return_run",
    "return_surplus",
    "reverse_settled",
    "seal_run",
    "settle_year",
    "shard_size",
    "shown",
    "shown_surplus",
    "submit_correction",
    "submit_surplus",
    "take_back_settled",
    "undo_repayment",
]
