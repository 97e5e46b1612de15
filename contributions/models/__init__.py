"""Money that came in and went out, the months it covers, and accounts that have gone quiet."""

from contributions.models.carried import CarriedRecord
from contributions.models.corrections import Correction
from contributions.models.deposits import Coverage, Deposit, Transfer
from contributions.models.disputes import Dispute
from contributions.models.dormancy import DormancyCandidate, DormancyList
from contributions.models.exits import Exit
from contributions.models.inheritances import Heir, HeirCard, Inheritance
from contributions.models.interest import InterestCredit
from contributions.models.moves import Conversion, Merge
from contributions.models.takeovers import TakenOver, Takeover
from contributions.models.transfers import (
    LetterMove,
    PlatformMessage,
    TransferArrival,
    TransferIn,
    TransferOut,
)
from contributions.models.withdrawals import Payout, Withdrawal

__all__ = [
    "CarriedRecord",
    "Conversion",
    "Correction",
    "Coverage",
    "Deposit",
    "Dispute",
    "DormancyCandidate",
    "DormancyList",
    "Exit",
    "Heir",
    "HeirCard",
    "Inheritance",
    "InterestCredit",
    "LetterMove",
    "Merge",
    "Payout",
    "PlatformMessage",
    "TakenOver",
    "Takeover",
    "Transfer",
    "TransferArrival",
    "TransferIn",
    "TransferOut",
    "Withdrawal",
]
