"""The businesses of a member account, in the order in which the member page offers them."""

from fundcenter.counter.business import Business
from fundcenter.counter.businesses.deposit import DepositBusiness
from fundcenter.counter.businesses.household import HouseholdBusiness
from fundcenter.counter.businesses.withdrawal import WithdrawalBusiness

BUSINESSES: tuple[Business, ...] = (
    DepositBusiness(),
    WithdrawalBusiness(),
    HouseholdBusiness(),
)
