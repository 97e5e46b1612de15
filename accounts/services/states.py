"""What becomes of an account: sealed, unsealed, closed; and the facts others must know of."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.deaths import require_alive
from accounts.errors import AccountNotEmpty, NoAgreement, WrongState
from accounts.holds import require_not_own
from accounts.models import Agreement, ChangeRecord, DebitMandate, MemberAccount, MemberEvent
from accounts.queries import find_signed_agreement, ledger_lines, lock_member_account
from accounts.services.agreements import replace_agreement
from accounts.services.changes import record_change
from office.models import User
from office.services import audit, require_permission

State = MemberAccount.State


def record_event(
    *, member_account: MemberAccount, kind: str, date: dt.date, document_no: str, by: User
) -> MemberEvent:
    """Write down a dated fact about an account that upper floors read.

    Calling again with the same kind and document returns the first one. Call it in the
    transaction of what happened.

    Args:
        kind: a code of ``MemberEvent.Kind``.
    """
    event, _created = MemberEvent.objects.get_or_create(
        member_account=member_account,
        kind=kind,
        document_no=document_no,
        defaults={"date": date, "recorded_by": by},
    )
    return event


@transaction.atomic
def seal(
    *, member_account: MemberAccount, business_date: dt.date, document_no: str, by: User
) -> MemberAccount:
    """Seal an account (封存): nothing is paid in until it is unsealed; interest goes on.

    Raises:
        NotAllowed, OwnAccount: the person may not seal this account.
        WrongState: only a normal account can be sealed.
    """
    if not by.is_system:
        require_permission(by, "accounts.seal", member_account.centre)
    account = lock_member_account(member_account.pk)
    require_not_own(account, by)
    _move(account, [State.NORMAL], state=State.SEALED, sealed_date=business_date)
    _record(account, MemberEvent.Kind.SEALED, business_date, document_no, by)
    _keep(account, ChangeRecord.Kind.SEALED, business_date, document_no, by)
    _audit(account, by, "accounts.seal", document_no)
    return account


@transaction.atomic
def unseal(
    *,
    member_account: MemberAccount,
    business_date: dt.date,
    document_no: str,
    by: User,
    monthly_amount_fen: int | None = None,
) -> MemberAccount:
    """Unseal an account (启封). The agreement is confirmed anew, by the law of the day.

    Args:
        monthly_amount_fen: the amount agreed on now; the one before by default.

    Raises:
        NotAllowed, OwnAccount: the person may not unseal this account.
        WrongState: the account is not sealed.
        Deceased: the member has died.
        TermsRefused: the amount no longer fits the limits; agree on another one.
    """
    if not by.is_system:
        require_permission(by, "accounts.unseal", member_account.centre)
    account = lock_member_account(member_account.pk)
    require_not_own(account, by)
    require_alive(account)
    signed = find_signed_agreement(account)
    if signed is None:
        raise NoAgreement(account.number, business_date)
    _move(account, [State.SEALED], state=State.NORMAL, sealed_date=None)
    replace_agreement(
        account=account,
        signed=signed,
        mode=signed.mode,
        monthly_amount_fen=monthly_amount_fen or signed.monthly_amount_fen,
        effective_month=business_date.replace(day=1),
        business_date=business_date,
        document_no=document_no,
        by=by,
    )
    _record(account, MemberEvent.Kind.UNSEALED, business_date, document_no, by)
    _keep(account, ChangeRecord.Kind.UNSEALED, business_date, document_no, by)
    _audit(account, by, "accounts.unseal", document_no)
    return account


@transaction.atomic
def leave(
    *, member_account: MemberAccount, business_date: dt.date, document_no: str, by: User
) -> MemberAccount:
    """End agreement and mandate of a member who leaves, and seal the account (退出后封存).

    Whether they may leave, the caller has decided. What waits earns interest on; the account is
    closed once it is empty and paid.

    Raises:
        WrongState: it is closed already.
    """
    account = lock_member_account(member_account.pk)
    if account.state == State.NORMAL:
        _move(account, [State.NORMAL], state=State.SEALED, sealed_date=business_date)
        _record(account, MemberEvent.Kind.SEALED, business_date, document_no, by)
    elif not account.is_open:
        raise WrongState(account.number, account.get_state_display())
    _end_agreement(account, business_date)
    _record(account, MemberEvent.Kind.EXIT, business_date, document_no, by)
    _audit(account, by, "accounts.leave", document_no)
    return account


def seal_after_death(
    *, account: MemberAccount, business_date: dt.date, document_no: str, by: User
) -> None:
    """Seal the account of a member who has died, under the caller's lock.

    One that is sealed already stays as it is. Agreement and mandate stand until it is closed, so
    that a report found wrong takes nothing from the living.
    """
    if account.state != State.NORMAL:
        return
    _move(account, [State.NORMAL], state=State.SEALED, sealed_date=business_date)
    _record(account, MemberEvent.Kind.SEALED, business_date, document_no, by)


def unseal_the_living(
    *, account: MemberAccount, business_date: dt.date, document_no: str, by: User
) -> None:
    """Take back the seal of a wrongly reported death, under the caller's lock.

    The agreement never ended, so nothing is confirmed anew; the event of the seal comes to
    nothing, and with it what it would have stopped.

    Args:
        document_no: of the report that sealed it.
    """
    _move(account, [State.SEALED], state=State.NORMAL)
    _record(account, MemberEvent.Kind.SEALED_UNDONE, business_date, document_no, by)


@transaction.atomic
def close(
    *,
    member_account: MemberAccount,
    reason: str,
    business_date: dt.date,
    document_no: str,
    by: User,
) -> MemberAccount:
    """Close an empty account for ever (销户) and end its agreement and mandate.

    Whether a loan, a guarantee or business under way stands against it, the caller has decided.

    Args:
        reason: a code of ``MemberAccount.CloseReason``.

    Raises:
        WrongState: it is closed already.
        AccountNotEmpty: there is money left in it.
    """
    account = lock_member_account(member_account.pk)
    for line in ledger_lines(account):
        line.refresh_from_db(fields=["debits_fen", "credits_fen"])
        if line.balance_fen:
            raise AccountNotEmpty(account.number)
    _end_agreement(account, business_date)
    _move(
        account,
        [State.NORMAL, State.SEALED],
        state=State.CLOSED,
        closed_date=business_date,
        close_reason=reason,
    )
    _record(account, MemberEvent.Kind.CLOSED, business_date, document_no, by)
    _audit(account, by, "accounts.close", document_no)
    return account


def _end_agreement(account: MemberAccount, business_date: dt.date) -> None:
    Agreement.objects.filter(member_account=account, state=Agreement.State.SIGNED).update(
        state=Agreement.State.TERMINATED
    )
    DebitMandate.objects.filter(member_account=account, ended_date__isnull=True).update(
        ended_date=business_date
    )


def _record(
    account: MemberAccount, kind: str, date: dt.date, document_no: str, by: User
) -> MemberEvent:
    return record_event(
        member_account=account, kind=kind, date=date, document_no=document_no, by=by
    )


def _move(
    account: MemberAccount,
    allowed: list[State],
    *,
    state: State,
    sealed_date: dt.date | None = None,
    closed_date: dt.date | None = None,
    close_reason: str = "",
) -> None:
    before = account.state
    kept = account.sealed_date if state == State.CLOSED else sealed_date
    moved = MemberAccount.objects.filter(pk=account.pk, state__in=allowed).update(
        state=state, sealed_date=kept, closed_date=closed_date, close_reason=close_reason
    )
    if not moved:
        hint = _("Possible from: %(states)s.") % {
            "states": ", ".join(str(one.label) for one in allowed)
        }
        raise WrongState(account.number, str(State(before).label), hint)
    account.state, account.sealed_date = state, kept
    account.closed_date, account.close_reason = closed_date, close_reason


def _keep(
    account: MemberAccount, kind: str, business_date: dt.date, document_no: str, by: User
) -> None:
    sealed = kind == ChangeRecord.Kind.SEALED
    before, after = (State.NORMAL, State.SEALED) if sealed else (State.SEALED, State.NORMAL)
    record_change(
        member_account=account,
        kind=kind,
        number=document_no,
        business_date=business_date,
        by=by,
        before={"state": before.value},
        after={"state": after.value},
    )


def _audit(account: MemberAccount, by: User, action: str, document_no: str) -> None:
    audit(
        actor=by,
        action=action,
        target=account,
        centre=account.centre,
        subject=account.number,
        after={"state": account.state, "document": document_no},
    )
