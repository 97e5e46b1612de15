"""Freezes and bans: entered by one person from a paper, in force once a second one agrees."""

import datetime as dt
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import AlreadyEntered, BadField, NotInForce, WrongState
from accounts.holds import require_not_own, running_freezes
from accounts.models import Ban, Freeze, FreezeLift, Member, MemberAccount
from accounts.queries import lock_member_account
from kernel.days import add_years
from kernel.money import MAX_FEN
from office.documents import approve, return_, submit
from office.models import Document, User
from office.services import audit, next_number, require_permission
from policy.queries import open_book

D = TypeVar("D", bound=Document)

_YEARS = {
    Ban.Kind.FRAUDULENT_WITHDRAWAL.value: "withdrawal.fraud_ban_years",
    Ban.Kind.FRAUDULENT_LOAN.value: "withdrawal.loan_fraud_ban_years",
}


@transaction.atomic
def submit_freeze(
    *,
    member_account: MemberAccount,
    amount_fen: int | None,
    court: str,
    order_no: str,
    from_date: dt.date,
    until_date: dt.date,
    business_date: dt.date,
    by: User,
) -> Freeze:
    """Enter a court's order (冻结) and hand it to a second person; nothing is frozen yet.

    Args:
        amount_fen: the sum that has to stay, in fen; None freezes the whole account.
        from_date: the first day of the order.
        until_date: its last day; the freeze ends by itself after it.

    Raises:
        NotAllowed, OwnAccount: the person may not freeze this account.
        BadField: a field is missing or impossible, such as an order that has already ended.
        WrongState: the account is closed.
        AlreadyEntered: the order stands against the account already.
    """
    require_permission(by, Freeze.submit_permission, member_account.centre)
    require_not_own(member_account, by)
    _check_order(amount_fen, court, order_no)
    if until_date < max(from_date, business_date):
        expected = _("a day from %(first)s on") % {"first": max(from_date, business_date)}
        raise BadField("until_date", seen=str(until_date), expected=expected)
    account = lock_member_account(member_account.pk)
    _require_open(account)
    freeze = Freeze(
        number=next_number(account.centre, "FZ", business_date),
        centre=account.centre,
        branch=by.branch,
        business_date=business_date,
        made_by=by,
        member_account=account,
        amount_fen=amount_fen,
        court=court.strip(),
        order_no=order_no.strip(),
        from_date=from_date,
        until_date=until_date,
    )
    return _enter(freeze, shown_freeze(freeze), freeze.order_no)


@transaction.atomic
def approve_freeze(*, freeze: Freeze, digest: str, by: User) -> Freeze:
    """Put a freeze into force. Whoever pays out of the account waits for this, or sees it.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount: it is the checker's own account.
        WrongState: the account was closed meanwhile.
    """
    account = lock_member_account(freeze.member_account_id)
    require_not_own(account, by)
    _require_open(account)
    return approve(document=freeze, by=by, digest=digest)


@transaction.atomic
def submit_ban(
    *,
    member: Member,
    kind: str,
    decided_date: dt.date,
    document_no: str,
    business_date: dt.date,
    by: User,
) -> Ban:
    """Enter a decision by which a person may not withdraw or borrow for years (限制登记).

    The period counts from the day of decision, which is not counted itself, and ends with the
    same day of the last year.

    Args:
        kind: a code of ``Ban.Kind``.
        decided_date: the day of the decision; its law says how many years.
        document_no: number of the decision.

    Raises:
        NotAllowed: the person may not enter bans.
        BadField: a field is missing or impossible.
        Unset: the law of the day of decision knows no such ban.
        AlreadyEntered: the decision was entered before.

    Source: withdrawal.fraud_ban_years, withdrawal.loan_fraud_ban_years; Regulation art. 41;
    Civil Code art. 201, 202.
    """
    require_permission(by, Ban.submit_permission, member.centre)
    if kind not in _YEARS:
        raise BadField("kind", seen=kind or " ", expected=", ".join(_YEARS))
    if not document_no.strip():
        raise BadField("document_no")
    if decided_date > business_date:
        expected = _("a day up to %(last)s") % {"last": business_date}
        raise BadField("decided_date", seen=str(decided_date), expected=expected)
    years = open_book(member.centre.code, decided_date).count(_YEARS[kind])
    ban = Ban(
        number=next_number(member.centre, "BN", business_date),
        centre=member.centre,
        branch=by.branch,
        business_date=business_date,
        made_by=by,
        member=member,
        kind=kind,
        decided_date=decided_date,
        until_date=add_years(decided_date, years),
        document_no=document_no.strip(),
    )
    return _enter(ban, shown_ban(ban), ban.document_no)


@transaction.atomic
def approve_ban(*, ban: Ban, digest: str, by: User) -> Ban:
    """Put a ban into force.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount: the checker is the person banned.
    """
    # Withdrawals are decided under this lock too: either they see the ban or they came before.
    for pk in ban.member.member_accounts.order_by("pk").values_list("pk", flat=True):
        require_not_own(lock_member_account(pk), by)
    return approve(document=ban, by=by, digest=digest)


def return_hold(*, document: D, reason: str, by: User) -> D:
    """Give a freeze or ban back to its maker with the reason; it never comes into force.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return return_(document=document, by=by, reason=reason)


@transaction.atomic
def propose_lift(*, freeze: Freeze, order_no: str, business_date: dt.date, by: User) -> FreezeLift:
    """Enter the order that lifts a freeze (解冻); the freeze stands until a second person agrees.

    Raises:
        NotAllowed, OwnAccount: the person may not do this.
        BadField: the order has no number.
        NotInForce: the freeze is not in force.
        AlreadyEntered: an order that lifts it is entered already.
    """
    require_permission(by, FreezeLift.submit_permission, freeze.centre)
    account = lock_member_account(freeze.member_account_id)
    require_not_own(account, by)
    if not order_no.strip():
        raise BadField("order_no")
    _require_in_force(freeze, account, business_date)
    lift = FreezeLift(
        number=next_number(freeze.centre, "FL", business_date),
        centre=freeze.centre,
        branch=by.branch,
        business_date=business_date,
        made_by=by,
        freeze=freeze,
        order_no=order_no.strip(),
    )
    return _enter(lift, shown_lift(lift), freeze.number)


@transaction.atomic
def confirm_lift(
    *, document: FreezeLift, digest: str, business_date: dt.date, by: User
) -> FreezeLift:
    """Lift a freeze from this day on, as the second person, who read the same order.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount: it is the checker's own account.
        NotInForce: the freeze has ended meanwhile.
    """
    account = lock_member_account(document.freeze.member_account_id)
    require_not_own(account, by)
    approve(document=document, by=by, digest=digest)
    freeze = document.freeze
    _require_in_force(freeze, account, business_date)
    Freeze.objects.filter(pk=freeze.pk).update(lifted_date=business_date)
    freeze.refresh_from_db()
    audit(
        actor=by,
        action="accounts.freeze.lift",
        target=freeze,
        centre=freeze.centre,
        subject=account.number,
        after={
            "freeze": freeze.number,
            "order": document.order_no,
            "lifted_date": business_date.isoformat(),
        },
    )
    return document


def shown_lift(lift: FreezeLift) -> dict[str, Any]:
    """Give what the second person sees of a lifting; its digest binds the approval."""
    return lift.shown_to(freeze=lift.freeze_id, order_no=lift.order_no)


def shown_freeze(freeze: Freeze) -> dict[str, Any]:
    """Give what the second person sees of a freeze; its digest binds the approval."""
    return freeze.shown_to(
        member_account=freeze.member_account_id,
        amount_fen=freeze.amount_fen,
        court=freeze.court,
        order_no=freeze.order_no,
        from_date=freeze.from_date.isoformat(),
        until_date=freeze.until_date.isoformat(),
    )


def shown_ban(ban: Ban) -> dict[str, Any]:
    """Give what the second person sees of a ban; its digest binds the approval."""
    return ban.shown_to(
        member=ban.member_id,
        kind=ban.kind,
        decided_date=ban.decided_date.isoformat(),
        until_date=ban.until_date.isoformat(),
        document_no=ban.document_no,
    )


def _check_order(amount_fen: int | None, court: str, order_no: str) -> None:
    if amount_fen is not None and (type(amount_fen) is not int or not 1 <= amount_fen <= MAX_FEN):
        raise BadField("amount_fen", seen=repr(amount_fen), expected=f"1–{MAX_FEN}")
    for field, text in (("court", court), ("order_no", order_no)):
        if not text.strip():
            raise BadField(field)


def _require_open(account: MemberAccount) -> None:
    if not account.is_open:
        hint = _("A closed account holds nothing that could be frozen.")
        raise WrongState(account.number, account.get_state_display(), hint)


def _enter(document: D, shown: dict[str, Any], paper: str) -> D:
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError as broken:
        raise AlreadyEntered(paper) from broken
    return submit(document=document, by=document.made_by, shown=shown)


def _require_in_force(freeze: Freeze, account: MemberAccount, on: dt.date) -> None:
    if not running_freezes(account, on).filter(pk=freeze.pk).exists():
        raise NotInForce(freeze.number)
