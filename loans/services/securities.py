"""What secures a loan: registered before the payment, released after the end."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import BadField
from accounts.holds import require_not_own
from accounts.queries import lock_member_account
from accounts.services.checks import read_text
from kernel.money import MAX_FEN, yuan
from loans.errors import AlreadyThere, NotBound, WrongLoanState
from loans.facts import LoanState, PartyRole, SecurityKind
from loans.models import Loan, LoanSecurity, SecurityRelease
from loans.queries import lock_loan
from loans.services.agreed import LENGTH
from loans.services.courses import move_loan
from loans.states import OVER_STATES, UNPAID_STATES, Move
from office.documents import approve, cancel, return_, submit
from office.models import User
from office.services import audit, next_number, require_permission
from policy.queries import open_book

_THING_LENGTH = 160


@transaction.atomic
def register_security(
    *,
    loan: Loan,
    kind: str,
    thing: str,
    register_no: str,
    registered_date: dt.date,
    value_fen: int,
    business_date: dt.date,
    by: User,
    insurance_no: str = "",
) -> LoanSecurity:
    """Enter a registered security and hand it to a second person.

    Args:
        kind: a code of ``SecurityKind``.
        register_no: number of the register's certificate, of the pledge or of the guarantee.
        insurance_no: policy of the loan insurance, where the centre has it and it was asked for.

    Raises:
        NotAllowed, OwnAccount: the person may not do this.
        WrongLoanState: the loan is paid out or ended.
        BadField: a field is missing or impossible; nobody of the loan stands surety.
        AlreadyThere: the number secures another loan.

    Source: loan.security_required (Regulation art. 27), loan.insurance.
    """
    require_permission(by, LoanSecurity.submit_permission, loan.centre)
    account = lock_member_account(loan.member_account_id)
    require_not_own(account, by)
    standing = lock_loan(loan.pk)
    if standing.state not in UNPAID_STATES:
        raise WrongLoanState(standing.number, str(standing.get_state_display()))
    _check_kind(standing, kind)
    _check_insurance(standing, insurance_no, business_date)
    if not standing.contract_date <= registered_date <= business_date:
        expected = f"{standing.contract_date} – {business_date}"
        raise BadField("registered_date", seen=str(registered_date), expected=expected)
    if type(value_fen) is not int or not 1 <= value_fen <= MAX_FEN:
        raise BadField("value_fen", seen=str(value_fen), expected=f"0.01 – {yuan(MAX_FEN)}")
    security = LoanSecurity(
        number=next_number(standing.centre, "LS", business_date),
        centre=standing.centre,
        branch=by.branch or standing.branch,
        business_date=business_date,
        made_by=by,
        loan=standing,
        kind=kind,
        thing=read_text("thing", thing, _THING_LENGTH),
        register_no=read_text("register_no", register_no, LENGTH),
        registered_date=registered_date,
        value_fen=value_fen,
        insurance_no=insurance_no.strip(),
    )
    try:
        with transaction.atomic():
            security.save(force_insert=True)
            return submit(document=security, by=by, shown=shown_security(security))
    except IntegrityError as taken:
        raise AlreadyThere(security.register_no, str(security._meta.verbose_name)) from taken


def _check_kind(loan: Loan, kind: str) -> None:
    if kind not in list(SecurityKind):
        raise BadField("kind", seen=kind or " ", expected=", ".join(SecurityKind))
    guarantors = loan.application.parties.filter(role=PartyRole.GUARANTOR.value)
    if kind == SecurityKind.GUARANTEE and not guarantors.exists():
        expected = _("mortgage or pledge: the application names no guarantor")
        raise BadField("kind", seen=kind, expected=expected)


def _check_insurance(loan: Loan, insurance_no: str, business_date: dt.date) -> None:
    if not insurance_no.strip():
        return
    insurance_no = read_text("insurance_no", insurance_no, LENGTH)
    if not open_book(loan.centre.code, business_date).flag("loan.insurance"):
        expected = _("empty: this centre has no loan insurance")
        raise BadField("insurance_no", seen=insurance_no[:20], expected=expected)


@transaction.atomic
def approve_security(
    *, security: LoanSecurity, digest: str, business_date: dt.date, by: User
) -> LoanSecurity:
    """Confirm a security as the second person, by its certificate; the loan is secured now.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount: it is the checker's own account.
        WrongLoanState: the loan is paid out or ended meanwhile.
    """
    account = lock_member_account(security.loan.member_account_id)
    require_not_own(account, by)
    loan = lock_loan(security.loan_id)
    if loan.state not in UNPAID_STATES:
        raise WrongLoanState(loan.number, str(loan.get_state_display()))
    approve(document=security, by=by, digest=digest)
    if loan.state == LoanState.SIGNED:
        move_loan(loan=loan, move=Move.SECURE, by=by)
    return security


@transaction.atomic
def release_security(
    *,
    security: LoanSecurity,
    certificate_no: str,
    receiver: str,
    business_date: dt.date,
    by: User,
) -> SecurityRelease:
    """Give a security back after the loan has ended; a second person signs the certificate.

    Args:
        certificate_no: number of the certificate of release (解除担保证明).
        receiver: who takes it to the register.

    Raises:
        NotAllowed, OwnAccount: the person may not do this.
        WrongLoanState: the loan is neither paid off nor given up.
        NotBound: the security is not registered, or released before.
        AlreadyThere: a release waits, or the certificate's number is taken.
        BadField: certificate or receiver are missing.

    Source: JGJ/T 320 (担保信息); Civil Code art. 393.
    """
    require_permission(by, SecurityRelease.submit_permission, security.centre)
    account = lock_member_account(security.loan.member_account_id)
    require_not_own(account, by)
    bound = _lock_bound(security)
    release = SecurityRelease(
        number=next_number(bound.centre, "LR", business_date),
        centre=bound.centre,
        branch=by.branch or bound.branch,
        business_date=business_date,
        made_by=by,
        security=bound,
        certificate_no=read_text("certificate_no", certificate_no, LENGTH),
        receiver=read_text("receiver", receiver, LENGTH),
    )
    try:
        with transaction.atomic():
            release.save(force_insert=True)
            return submit(document=release, by=by, shown=shown_release(release))
    except IntegrityError as taken:
        raise AlreadyThere(bound.register_no, str(release._meta.verbose_name)) from taken


@transaction.atomic
def approve_release(
    *, release: SecurityRelease, digest: str, business_date: dt.date, by: User
) -> SecurityRelease:
    """Release the security as the second person.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount, WrongLoanState, NotBound: as for ``release_security``.
    """
    account = lock_member_account(release.security.loan.member_account_id)
    require_not_own(account, by)
    bound = _lock_bound(release.security)
    approve(document=release, by=by, digest=digest)
    LoanSecurity.objects.filter(pk=bound.pk).update(released_date=business_date)
    audit(
        actor=by,
        action="loans.release_security",
        target=bound,
        centre=bound.centre,
        subject=bound.loan.number,
        after={"register_no": bound.register_no, "certificate": release.certificate_no},
    )
    return release


def _lock_bound(security: LoanSecurity) -> LoanSecurity:
    """Hold a security that may be released."""
    loan = lock_loan(security.loan_id)
    bound = LoanSecurity.objects.select_for_update().get(pk=security.pk)
    bound.loan = loan
    if loan.state not in OVER_STATES:
        hint = _("A security is released after the loan is paid off or given up.")
        raise WrongLoanState(loan.number, str(loan.get_state_display()), hint)
    if bound.state != LoanSecurity.State.APPROVED or bound.released_date is not None:
        raise NotBound(bound.register_no)
    return bound


def return_security(*, security: LoanSecurity, reason: str, by: User) -> LoanSecurity:
    """Give a security back to its maker with the reason."""
    return return_(document=security, by=by, reason=reason)


def return_release(*, release: SecurityRelease, reason: str, by: User) -> SecurityRelease:
    """Give a release back to its maker with the reason."""
    return return_(document=release, by=by, reason=reason)


def cancel_security(*, security: LoanSecurity, by: User) -> LoanSecurity:
    """Take back a security that is not confirmed, as its maker."""
    return cancel(document=security, by=by)


def cancel_release(*, release: SecurityRelease, by: User) -> SecurityRelease:
    """Take back a release that is not signed, as its maker."""
    return cancel(document=release, by=by)


def shown_security(security: LoanSecurity) -> dict[str, Any]:
    """Give what the second person sees of a security; its digest binds the approval."""
    return security.shown_to(
        loan=security.loan_id,
        kind=security.kind,
        thing=security.thing,
        register_no=security.register_no,
        registered_date=security.registered_date.isoformat(),
        value_fen=security.value_fen,
        insurance_no=security.insurance_no,
    )


def shown_release(release: SecurityRelease) -> dict[str, Any]:
    """Give what the second person sees of a release; its digest binds the approval."""
    return release.shown_to(
        security=release.security_id,
        certificate_no=release.certificate_no,
        receiver=release.receiver,
    )
