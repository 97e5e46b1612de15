"""Business under way (在途业务): begun when it is handed in, ended by its decision."""

from django.db import IntegrityError, transaction

from accounts.deaths import require_alive
from accounts.errors import BusinessWaits
from accounts.models import MemberAccount, PendingBusiness
from office.models import Document


def begin_business(member_account: MemberAccount, document: Document) -> PendingBusiness:
    """Note that a business of the account waits for its decision.

    Call it under the account's lock, from every service that hands in what takes money out of an
    account, moves it or ends it.

    Raises:
        BusinessWaits: another business of the account is not decided yet.
        Deceased: the member has died, and the document is none of those that follow a death
            (``after_death``).
    """
    if not getattr(document, "after_death", False):
        require_alive(member_account)
    try:
        with transaction.atomic():
            return PendingBusiness.objects.create(
                member_account=member_account,
                number=document.number,
                begun_date=document.business_date,
            )
    except IntegrityError as taken:
        standing = PendingBusiness.objects.filter(member_account=member_account, is_open=True)
        waiting = standing.values_list("number", flat=True).first() or "–"
        raise BusinessWaits(member_account.number, waiting) from taken


def end_business(document: Document) -> None:
    """Note that the document was decided or taken back; a document that never began is fine.

    Call it after ``office.documents`` has moved the document, never before: who approves and who
    takes back at the same moment then meet at the document's row and do not wait in a ring.

    Raises:
        Deceased: it was just approved, and the member has died since it was handed in.
    """
    begun = PendingBusiness.objects.filter(number=document.number, is_open=True)
    if document.state == Document.State.APPROVED and not getattr(document, "after_death", False):
        for one in begun.select_related("member_account__member"):
            require_alive(one.member_account)
    begun.update(is_open=False)
