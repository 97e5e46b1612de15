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
from fundcenter.counter.businesses.deposit import DepositBusiness
from fundcenter.counter.businesses.dispute import DisputeBusiness
from fundcenter.counter.businesses.holds import BanBusiness, FreezeBusiness, LiftBusiness
from fundcenter.counter.businesses.household import HouseholdBusiness
from fundcenter.counter.businesses.leaving import ExitBusiness, UnitPartBusiness
from fundcenter.counter.businesses.loan_repayment import (
    LoanOffsetBusiness,
    LoanRepaymentBusiness,
    LoanReversalBusiness,
    YearlyOffsetBusiness,
)
from fundcenter.counter.businesses.moving import ConversionBusiness, MergeBusiness
from fundcenter.counter.businesses.states import SealBusiness, UnsealBusiness
from fundcenter.counter.businesses.transfers import (
    ArrivalBusiness,
    TransferInBusiness,
    TransferOutBusiness,
)
from fundcenter.counter.businesses.withdrawal import WithdrawalBusiness

BUSINESSES: tuple[Business, ...] = (
    DepositBusiness(),
    WithdrawalBusiness(),
    ExitBusiness(),
    UnitPartBusiness(),
    AgreementBusiness(),
    MandateBusiness(),
    SealBusiness(),
    UnsealBusiness(),
    TransferInBusiness(),
    ArrivalBusiness(),
    TransferOutBusiness(),
    ConversionBusiness(),
    MergeBusiness(),
    LoanRepaymentBusiness(),
    LoanOffsetBusiness(),
    YearlyOffsetBusiness(),
    HouseholdBusiness(),
    ContactBusiness(),
    PersonBusiness(),
    CorrectionBusiness(),
    LoanReversalBusiness(),
    DisputeBusiness(),
    BreachBusiness(),
    FreezeBusiness(),
    LiftBusiness(),
    BanBusiness(),
)
