"""What exists of settlements: the run of a fund year, and the surplus of a calendar year."""

from settlement.models.runs import (
    RunDay,
    SettlementAdjustment,
    SettlementException,
    SettlementItem,
    SettlementRun,
    Shard,
)
from settlement.models.surplus import SurplusDistribution

__all__ = [
    "RunDay",
    "SettlementAdjustment",
    "SettlementException",
    "SettlementItem",
    "SettlementRun",
    "Shard",
    "SurplusDistribution",
]
