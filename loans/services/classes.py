"""Risk classes (五级分类): by the ladder at each day-end, or by decision of two persons."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from accounts.errors import AlreadyEntered, BadField
from accounts.holds import require_not_own
from accounts.queries import lock_member_account
from accounts.services.checks import read_text
from loans.errors import WrongLoanState
from loans.facts import RiskClass
from loans.late import Band, class_by_ladder, late_lines, read_late_law, worse_of
from loans.lines import InstalmentLine
from loans.models import ClassChange, ClassDecision, Loan
from loans.queries import get_course, lock_loan
from office.documents import approve, cancel, return_, submit
from office.models import User
from office.services import audit, next_number, require_permission
from policy.queries import open_book

_LENGTH, _REASON = 64, 400


def find_decided_class(loan: Loan) -> RiskClass | None:
    """Find the class that persons have decided on; None where the ladder counts alone."""
    last = (
        ClassDecision.objects.filter(loan=loan, state=ClassDecision.State.APPROVED)
        .order_by("-checked_at", "-pk")
        .first()
    )
    return RiskClass(last.risk_class) if last and last.risk_class else None


def classify(
    loan: Loan,
    overdue: Sequence[InstalmentLine],
    bands: Sequence[Band],
    *,
    business_date: dt.date,
    day: dt.date,
    by: User,
    decision: ClassDecision | None = None,
) -> ClassChange | None:
    """Put a loan into its class and keep the change. Call it under the loan's lock.

    Args:
        overdue: the instalments that count as overdue on the day.
        decision: what was decided just now; the day-end has none.

    Returns:
        The change; None where the class stays.

    Source: risk.class_bands.
    """
    after = class_by_ladder(len(overdue), bands)
    decided = find_decided_class(loan)
    if decided is not None:
        after = worse_of(after, decided)
    if after == loan.risk_class:
        return None
    change = ClassChange.objects.create(
        loan=loan,
        centre=loan.centre,
        day=day,
        business_date=business_date,
        before=loan.risk_class,
        after=after.value,
        overdue=len(overdue),
        decision=decision,
        made_by=by,
    )
    loan.risk_class = after.value
    Loan.objects.filter(pk=loan.pk).update(risk_class=after.value)
    return change


@transaction.atomic
def submit_class(
    *,
    loan: Loan,
    risk_class: str,
    reason: str,
    document_no: str,
    business_date: dt.date,
    by: User,
) -> ClassDecision:
    """Propose a class for a loan, or with an empty one that the ladder counts alone again.

    Args:
        document_no: the paper the decision rests on.

    Raises:
        NotAllowed, OwnAccount: the person may not do this.
        WrongLoanState: the loan is not running.
        BadField: the class is none, or reason or paper are missing.
        AlreadyEntered: a decision about the loan's class waits already.

    Source: risk.class_bands; LOSS is by decision alone.
    """
    require_permission(by, ClassDecision.submit_permission, loan.centre)
    account = lock_member_account(loan.member_account_id)
    require_not_own(account, by)
    standing = _require_out(lock_loan(loan.pk))
    if risk_class and risk_class not in list(RiskClass):
        raise BadField("risk_class", seen=risk_class, expected=", ".join(RiskClass))
    for name, text, limit in (("reason", reason, _REASON), ("document_no", document_no, _LENGTH)):
        read_text(name, text, limit)
    decision = ClassDecision(
        number=next_number(standing.centre, "RC", business_date),
        centre=standing.centre,
        branch=by.branch,
        business_date=business_date,
        made_by=by,
        loan=standing,
        member_account=account,
        risk_class=risk_class,
        reason=reason.strip(),
        document_no=document_no.strip(),
    )
    try:
        with transaction.atomic():
            decision.save(force_insert=True)
            return submit(document=decision, by=by, shown=shown_class(decision))
    except IntegrityError as broken:
        raise AlreadyEntered(standing.number) from broken


@transaction.atomic
def approve_class(
    *, document: ClassDecision, digest: str, business_date: dt.date, by: User
) -> ClassDecision:
    """Decide on a loan's class as the second person; it changes at once.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount: it is the checker's own loan.
        WrongLoanState: the loan has ended meanwhile.
        DayNotOpen: the centre's books are not open for the day.
    """
    account = lock_member_account(document.member_account_id)
    require_not_own(account, by)
    loan = _require_out(lock_loan(document.loan_id))
    approve(document=document, by=by, digest=digest)
    law = read_late_law(open_book(loan.centre.code, business_date))
    before = loan.risk_class
    classify(
        loan,
        late_lines(get_course(loan), business_date, law.status_days),
        law.bands,
        business_date=business_date,
        day=business_date,
        by=by,
        decision=document,
    )
    audit(
        actor=by,
        action="loans.classify",
        target=document,
        centre=loan.centre,
        subject=loan.number,
        before={"risk_class": before},
        after={"risk_class": loan.risk_class},
    )
    return document


def return_class(
    *, document: ClassDecision, reason: str, business_date: dt.date, by: User
) -> ClassDecision:
    """Give a decision about a class back to its maker with the reason.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return return_(document=document, by=by, reason=reason)


def cancel_class(*, document: ClassDecision, by: User) -> ClassDecision:
    """Take back a decision about a class that nobody has approved, as its maker."""
    return cancel(document=document, by=by)


def shown_class(decision: ClassDecision) -> dict[str, Any]:
    """Give what the second person sees of a decision; its digest binds the approval."""
    return decision.shown_to(
        loan=decision.loan_id,
        risk_class=decision.risk_class,
        reason=decision.reason,
        document_no=decision.document_no,
    )


def _require_out(loan: Loan) -> Loan:
    if not loan.is_out:
        raise WrongLoanState(loan.number, str(loan.get_state_display()))
    return loan
