"""Money that came in and went out, the months it covers, and accounts that have gone quiet."""

from contributions.models.carried import CarriedRecord
from contributions.models.corrections import Correction
from contributions.models.deposits import Coverage, Deposit, Transfer
from contributions.models.disputes import Dispute
from contributions.models.dormancy import DormancyCandidate, DormancyList
from contributions.models.exits import Exit
from contributions.models.inheritances import Heir, Inheritance
from contributions.models.interest import InterestCredit
from contributions.models.large_deposits import LargeDeposit
from contributions.models.moves import Conversion, Merge
from contributions.models.refunds import SuspenseRefund
from contributions.models.reissues import Reissue
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
    "Inheritance",
    "InterestCredit",
    "LargeDeposit",
    "LetterMove",
    "Merge",
    "Payout",
    "PlatformMessage",
    "Reissue",
    "SuspenseRefund",
    "TakenOver",
    "Takeover",
    "Transfer",
    "TransferArrival",
    "TransferIn",
    "TransferOut",
    "Withdrawal",
]
