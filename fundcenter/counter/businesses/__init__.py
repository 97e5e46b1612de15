"""The businesses of a member account, in the order in which the member page offers them."""

from fundcenter.counter.business import Business
from fundcenter.counter.businesses.breach import BreachBusiness
from fundcenter.counter.businesses.changes import (
    AgreementBusiness,
    ContactBusiness,
    MandateBusiness,
    PersonBusiness,
)
from fundcenter.counter.businesses.correction import CorrectionBusiness
from fundcenter.counter.businesses.death import DeathBusiness, DeathUndoneBusiness
from fundcenter.counter.businesses.deposit import DepositBusiness, LargeDepositBusiness
from fundcenter.counter.businesses.dispute import DisputeBusiness
from fundcenter.counter.businesses.holds import BanBusiness, FreezeBusiness, LiftBusiness
from fundcenter.counter.businesses.household import HouseholdBusiness
from fundcenter.counter.businesses.inheriting import (
    InheritanceBusiness,
    NoHeirsBusiness,
)
from fundcenter.counter.businesses.leaving import ExitBusiness, UnitPartBusiness
from fundcenter.counter.businesses.loan_application import LoanApplicationBusiness
from fundcenter.counter.businesses.loan_change import LoanChangeBusiness
from fundcenter.counter.businesses.loan_contract import (
    LoanContractBusiness,
    LoanReleaseBusiness,
    LoanSecurityBusiness,
)
from fundcenter.counter.businesses.loan_credit import CreditAnswerBusiness, CreditContestBusiness
from fundcenter.counter.businesses.loan_late import (
    ClassBusiness,
    CollectionBusiness,
    LegalBusiness,
    RecoveryBusiness,
    WriteOffBusiness,
)
from fundcenter.counter.businesses.loan_offset import OffsetEndBusiness
from fundcenter.counter.businesses.loan_recovery import RecoveryReversalBusiness
from fundcenter.counter.businesses.loan_refund import RefundBusiness
from fundcenter.counter.businesses.loan_repayment import (
    LoanRepaymentBusiness,
    LoanReversalBusiness,
    YearlyOffsetBusiness,
)
from fundcenter.counter.businesses.moving import ConversionBusiness, MergeBusiness
from fundcenter.counter.businesses.reissue import ReissueBusiness
from fundcenter.counter.businesses.states import SealBusiness, UnsealBusiness
from fundcenter.counter.businesses.transfers import (
    ArrivalBusiness,
    TransferInBusiness,
    TransferOutBusiness,
)
from fundcenter.counter.businesses.withdrawal import WithdrawalBusiness

BUSINESSES: tuple[Business, ...] = (
    DepositBusiness(),
    LargeDepositBusiness(),
    WithdrawalBusiness(),
    ExitBusiness(),
    UnitPartBusiness(),
    InheritanceBusiness(),
    NoHeirsBusiness(),
    LoanApplicationBusiness(),
    CreditContestBusiness(),
    CreditAnswerBusiness(),
    ReissueBusiness(),
    AgreementBusiness(),
    MandateBusiness(),
    SealBusiness(),
    UnsealBusiness(),
    TransferInBusiness(),
    ArrivalBusiness(),
    TransferOutBusiness(),
    ConversionBusiness(),
    MergeBusiness(),
    LoanContractBusiness(),
    LoanSecurityBusiness(),
    LoanChangeBusiness(),
    LoanReleaseBusiness(),
    LoanRepaymentBusiness(),
    YearlyOffsetBusiness(),
    OffsetEndBusiness(),
    RefundBusiness(),
    HouseholdBusiness(),
    ContactBusiness(),
    PersonBusiness(),
    CorrectionBusiness(),
    LoanReversalBusiness(),
    RecoveryReversalBusiness(),
    DisputeBusiness(),
    DeathBusiness(),
    DeathUndoneBusiness(),
    BreachBusiness(),
    FreezeBusiness(),
    LiftBusiness(),
    BanBusiness(),
    CollectionBusiness(),
    LegalBusiness(),
    ClassBusiness(),
    WriteOffBusiness(),
    RecoveryBusiness(),
)
