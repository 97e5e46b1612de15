"""Which lists there are. A kind of document that an app describes has its list by itself."""

from functools import cache

from fundcenter.listings.accounts import AccountListing, ArrearsListing
from fundcenter.listings.agreements import OlderAgreementListing
from fundcenter.listings.decisions import DecisionListing
from fundcenter.listings.items import KindListing, PayoutListing
from fundcenter.listings.late_loans import BadLoanListing, NoticeListing, OverdueListing
from fundcenter.listings.limits import LimitsListing
from fundcenter.listings.listing import Listing
from fundcenter.listings.loans import InstalmentListing, LoanListing
from office.inbox import kinds
from office.models import User

LISTINGS: tuple[type[Listing], ...] = (
    AccountListing,
    ArrearsListing,
    LimitsListing,
    LoanListing,
    InstalmentListing,
    OlderAgreementListing,
    PayoutListing,
    DecisionListing,
    OverdueListing,
    BadLoanListing,
    NoticeListing,
)


@cache
def listings() -> dict[str, Listing]:
    """Give every list by its name: those written out, then one per kind of document."""
    found = {one.name: one() for one in LISTINGS}
    for kind in kinds().values():
        found.setdefault(kind.name, KindListing(kind))
    return found


def listings_of(user: User) -> list[Listing]:
    """List what the person may see."""
    return [one for one in listings().values() if one.may_see(user)]
