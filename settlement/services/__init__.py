"""What is done about settlements. Nobody else writes these rows, except the bulk steps."""

from settlement.services.adjustments import (
    reverse_settled,
    submit_correction,
    take_back_settled,
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

__all__ = [
    "ProofFailed",
    "approve_run",
    "open_run",
    "pass_days_until_settlement",
    "post_run",
    "preview_run",
    "return_run",
    "reverse_settled",
    "seal_run",
    "settle_year",
    "shard_size",
    "shown",
    "submit_correction",
    "take_back_settled",
]
