"""As whom a member contributes, and which papers name them; called by the deciding service."""

import datetime as dt

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.contract import signed_law
from accounts.errors import WrongState
from accounts.facts import ContributionMode
from accounts.models import (
    Agreement,
    IdentityDocument,
    Member,
    MemberAccount,
    MemberEvent,
)
from accounts.services.intake import decide_or_refuse_terms
from accounts.services.states import record_event
from accounts.terms import TermsFacts
from office.models import User
from office.services import audit
from policy.queries import open_book

Identity = MemberAccount.Identity


def become_unit(
    *, account: MemberAccount, business_date: dt.date, document_no: str, by: User
) -> MemberAccount:
    """Let flexible business rest (身份转换): the agreement ends, the money stays.

    The mandate stays as the card on record for withdrawals; without an agreement nothing is
    collected by it. Call it under the account's lock, in the transaction of the decision.

    Raises:
        WrongState: the account is sealed or closed, or that of an employee already.
    """
    _change(account, Identity.UNIT)
    Agreement.objects.filter(member_account=account, state=Agreement.State.SIGNED).update(
        state=Agreement.State.TERMINATED
    )
    _tell(account, business_date, document_no, by)
    return account


def become_flexible(
    *,
    account: MemberAccount,
    mode: str,
    monthly_amount_fen: int | None,
    business_date: dt.date,
    document_no: str,
    by: User,
) -> Agreement:
    """Take flexible business up again (身份转换): the agreement is signed anew.

    Call it under the account's lock, in the transaction of the decision.

    Raises:
        WrongState: the account is sealed or closed, or that of a flexible worker already.
        TermsRefused: mode or amount do not fit the law.
    """
    _change(account, Identity.FLEX)
    book = open_book(account.centre.code, business_date)
    last = Agreement.objects.filter(member_account=account).aggregate(last=Max("version"))["last"]
    version = int(last or 0) + 1
    decide_or_refuse_terms(
        facts=TermsFacts(mode=ContributionMode(mode), monthly_amount=monthly_amount_fen),
        book=book,
        centre=account.centre,
        business_date=business_date,
        subject=("accounts.agreement", f"{account.number}/{version}"),
        by=by,
    )
    agreement = Agreement.objects.create(
        member_account=account,
        version=version,
        mode=mode,
        monthly_amount_fen=monthly_amount_fen,
        signed_date=business_date,
        effective_month=business_date.replace(day=1),
        **signed_law(book.fresh(book.on)),
    )
    _tell(account, business_date, document_no, by)
    return agreement


def give_papers_to(*, papers_of: Member, member: Member, by: User) -> int:
    """Let the papers of one member name another one, when both are found to be one person.

    They become former papers; whoever types one of them finds the member.

    Returns:
        How many papers were given over.
    """
    moved = IdentityDocument.objects.filter(member=papers_of).update(
        member=member, is_current=False
    )
    audit(
        actor=by,
        action="accounts.give_papers",
        target=member,
        centre=member.centre,
        subject=member.name,
        after={"papers": moved, "formerly_member": papers_of.pk},
    )
    return moved


def _change(account: MemberAccount, to: Identity) -> None:
    if account.state != MemberAccount.State.NORMAL:
        hint = _("Unseal the account first.") if account.is_open else ""
        raise WrongState(account.number, account.get_state_display(), hint)
    moved = MemberAccount.objects.filter(pk=account.pk, state=MemberAccount.State.NORMAL).exclude(
        identity=to
    )
    if not moved.update(identity=to):
        hint = _("There is nothing to convert.")
        raise WrongState(account.number, str(to.label), hint)
    account.identity = to


def _tell(account: MemberAccount, business_date: dt.date, document_no: str, by: User) -> None:
    record_event(
        member_account=account,
        kind=MemberEvent.Kind.CONVERTED,
        date=business_date,
        document_no=document_no,
        by=by,
    )
    audit(
        actor=by,
        action="accounts.convert",
        target=account,
        centre=account.centre,
        subject=account.number,
        after={"identity": account.identity, "document": document_no},
    )
