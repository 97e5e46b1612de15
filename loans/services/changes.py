"""Changing a loan: its term, method, card or offset; or giving one up that is not paid out."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from accounts.errors import BadField
from accounts.holds import require_not_own, standing_ties
from accounts.models import MemberAccount, MemberEvent
from accounts.queries import lock_member_account
from accounts.services import record_event
from kernel.documents import Sex
from loans.agreeing import decide_loan_change
from loans.contract import Event, MethodChanged, TermChanged
from loans.contract_facts import ChangeFacts, ChangeKind, OffsetMode
from loans.course import Course, replay
from loans.errors import AlreadyThere, CourseMoved, OutOfOrder, WrongLoanState
from loans.facts import LONGEST_TERM, Applicant, EventKind, RepaymentMethod
from loans.models import Disbursement, Loan, LoanChange
from loans.queries import (
    contract_of,
    event_of,
    find_last_movement,
    find_offset_agreement,
    get_course,
    lock_loan,
    standing_loan_events,
)
from loans.services.agreed import (
    Offset,
    agree_offset,
    check_card,
    check_offset,
    check_reason,
    keep_or_refuse,
)
from loans.services.courses import move_loan, project, record_loan_event, require_move
from loans.services.repricing import reprice_before
from loans.states import OPEN_STATES, Move
from office.documents import approve, cancel, return_, submit
from office.fields import blind_index, mask_card
from office.models import User
from office.services import audit, next_number, require_permission
from policy.facts import RetirementCategory
from policy.models import StoredDecision
from policy.queries import open_book

_COURSE = (ChangeKind.TERM, ChangeKind.METHOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequest:
    """What is to become of a loan; only what belongs to the ``kind`` is read.

    ``check_no`` is the bank's answer about a card other than that of the debit mandate; ``offset``
    None ends the agreement.
    """

    kind: str
    reason: str
    term_months: int | None = None
    method: str = ""
    bank: str = ""
    card: str = ""
    check_no: str = ""
    offset: Offset | None = None


@transaction.atomic
def submit_change(
    *, loan: Loan, request: ChangeRequest, business_date: dt.date, by: User
) -> LoanChange:
    """Take in a change, decide it, show what comes of it, and hand it to a second person.

    Raises:
        NotAllowed, OwnAccount: the person may not do this.
        WrongLoanState: the loan is not in a state in which this can be changed.
        BadField: a field is missing or impossible.
        LoanRefused: the law does not allow it; ``.decision`` has the reasons.
        AlreadyThere: a change of the loan waits, or a payment of one to be given up.
        OutOfOrder: something later has already happened to the loan.

    Source: loan.change_while_overdue, maximum_term_years, term_age_basis;
    loan_rate.short_term_months; offset.agreement_required.
    """
    require_permission(by, LoanChange.submit_permission, loan.centre)
    account = lock_member_account(loan.member_account_id)
    require_not_own(account, by)
    standing = lock_loan(loan.pk)
    kind = _check_request(standing, account, request)
    _require_state(standing, kind)
    reprice_before(standing, business_date, business_date=business_date, by=by)
    change = LoanChange(
        number=next_number(standing.centre, "LG", business_date),
        centre=standing.centre,
        branch=by.branch or standing.branch,
        business_date=business_date,
        made_by=by,
        loan=standing,
        kind=kind.value,
        reason=check_reason(request.reason),
        **_columns(kind, request),
    )
    change.decision = _decide(change, business_date, by)
    change.preview = _preview(change, business_date)
    try:
        with transaction.atomic():
            change.save(force_insert=True)
            return submit(document=change, by=by, shown=shown_change(change))
    except IntegrityError as taken:
        raise AlreadyThere(standing.number, str(change._meta.verbose_name)) from taken


@transaction.atomic
def approve_change(
    *, change: LoanChange, digest: str, business_date: dt.date, by: User
) -> LoanChange:
    """Carry a change out as the second person; the course is laid anew where it moves.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount: it is the checker's own loan.
        WrongLoanState, LoanRefused, OutOfOrder: something now stands against it.
        CourseMoved: what would come of it is not what was shown.
        DayNotOpen: the centre's books are not open for the day.
    """
    account = lock_member_account(change.loan.member_account_id)
    require_not_own(account, by)
    loan = lock_loan(change.loan_id)
    serving = find_offset_agreement(loan)
    if serving is not None and serving.spouse_account is not None:
        require_not_own(serving.spouse_account, by)
    approve(document=change, by=by, digest=digest)
    change.loan = loan
    kind = ChangeKind(change.kind)
    _require_state(loan, kind)
    reprice_before(loan, business_date, business_date=business_date, by=by)
    _decide(change, business_date, by)
    if _preview(change, business_date) != change.preview:
        raise CourseMoved(loan.number)
    if kind in _COURSE:
        _move_course(change, business_date, by)
    elif kind is ChangeKind.CARD:
        Loan.objects.filter(pk=loan.pk).update(
            bank=change.bank, card=change.card, card_last4=change.card_last4
        )
    elif kind is ChangeKind.OFFSET:
        agree_offset(loan, _offset_of(change), signed_date=business_date, document_no=change.number)
    else:
        _give_up(loan, change.reason, business_date, by)
    audit(
        actor=by,
        action=f"loans.change_{kind.lower()}",
        target=loan,
        centre=loan.centre,
        subject=account.number,
        reason=change.reason,
        before=change.preview.get("before", {}),
        after=change.preview.get("after", {}),
    )
    return change


def _check_request(loan: Loan, account: MemberAccount, request: ChangeRequest) -> ChangeKind:
    if request.kind not in list(ChangeKind):
        raise BadField("kind", seen=request.kind or " ", expected=", ".join(ChangeKind))
    kind = ChangeKind(request.kind)
    term = request.term_months
    if kind is ChangeKind.TERM and (type(term) is not int or not 1 <= term <= LONGEST_TERM):
        raise BadField("term_months", seen=str(term or " "), expected=f"1–{LONGEST_TERM}")
    if kind is ChangeKind.METHOD and request.method not in list(RepaymentMethod):
        expected = ", ".join(RepaymentMethod)
        raise BadField("method", seen=request.method or " ", expected=expected)
    if kind is ChangeKind.CARD:
        check_card(account, request.bank, request.card, request.check_no)
        if (loan.bank, loan.card) == (request.bank.strip(), request.card):
            raise BadField("card", seen=mask_card(request.card), expected="≠")
    if kind is ChangeKind.OFFSET:
        check_offset(request.offset, loan.application)
    return kind


def _columns(kind: ChangeKind, request: ChangeRequest) -> dict[str, Any]:
    if kind is ChangeKind.TERM:
        return {"new_term_months": request.term_months}
    if kind is ChangeKind.METHOD:
        return {"new_method": request.method}
    if kind is ChangeKind.CARD:
        return {
            "bank": request.bank.strip(),
            "card": request.card,
            "card_last4": request.card[-4:],
            "check_no": request.check_no.strip(),
        }
    if kind is ChangeKind.OFFSET and request.offset is not None:
        return {
            "offset_mode": request.offset.mode,
            "offset_sources": request.offset.sources,
            "retained_fen": request.offset.retained_fen,
        }
    return {}


def _require_state(loan: Loan, kind: ChangeKind) -> None:
    """Refuse a loan of which this cannot be changed now."""
    if kind is ChangeKind.CANCEL:
        require_move(loan, Move.CANCEL)
        waiting = Disbursement.objects.filter(loan=loan, state=Disbursement.State.SUBMITTED)
        if waiting.exists():
            raise AlreadyThere(loan.number, str(Disbursement._meta.verbose_name))
    elif loan.state not in OPEN_STATES or (kind in _COURSE and not loan.is_out):
        raise WrongLoanState(loan.number, str(loan.get_state_display()))


def _decide(change: LoanChange, business_date: dt.date, by: User) -> StoredDecision | None:
    """Decide by the law of the day and by the course as it stands; giving up needs no law."""
    loan, kind = change.loan, ChangeKind(change.kind)
    if kind is ChangeKind.CANCEL:
        return None
    last = find_last_movement(loan)
    if kind in _COURSE and last is not None and business_date < last:
        raise OutOfOrder(loan.number, business_date, last)
    course = get_course(loan) if loan.is_out else None
    facts = _facts(change, course, business_date)
    book = open_book(loan.centre.code, business_date)
    return keep_or_refuse(
        rule=decide_loan_change,
        facts=facts,
        decision=decide_loan_change(facts, book),
        book=book,
        centre=loan.centre,
        business_date=business_date,
        subject=("loans.change", change.number),
        by=by,
    )


def _facts(change: LoanChange, course: Course | None, business_date: dt.date) -> ChangeFacts:
    loan, kind = change.loan, ChangeKind(change.kind)
    method = RepaymentMethod(loan.method) if course is None else course.terms.method
    return ChangeFacts(
        kind=kind,
        changed_on=business_date,
        overdue=course is not None and bool(course.late_on(business_date)),
        behind=0 if course is None else course.due_by(business_date),
        contract_term=loan.term_months,
        term_months=loan.term_months if course is None else len(course.lines),
        new_term=change.new_term_months,
        method=method,
        new_method=RepaymentMethod(change.new_method) if change.new_method else None,
        borrower=_borrower(loan.member_account) if kind is ChangeKind.TERM else None,
        offset=OffsetMode(change.offset_mode) if change.offset_mode else None,
    )


def _borrower(account: MemberAccount) -> Applicant:
    """Give what the longest term follows from: age and series. Money plays no part in it."""
    member = account.member
    return Applicant(
        birth_date=member.birth_date,
        sex=Sex(member.sex),
        category=RetirementCategory(member.retirement_category),
        contributions=(),
        transferred_in=0,
        withdrawn=0,
        interest_and_subsidy=0,
        open_loan=False,
        dishonest_person=False,
        overdue_in_a_row=0,
        overdue_total=0,
    )


def _event(change: LoanChange, on: dt.date) -> Event:
    if change.kind == ChangeKind.TERM:
        assert change.new_term_months is not None  # a constraint keeps it so
        return TermChanged(on, change.new_term_months)
    return MethodChanged(on, RepaymentMethod(change.new_method))


def _preview(change: LoanChange, on: dt.date) -> dict[str, Any]:
    """Lay the schedule as it is beside the one that would come; of an offset, what is agreed now.

    Empty where nothing of both moves.
    """
    loan = change.loan
    if change.kind == ChangeKind.OFFSET:
        return {"agreed": _agreed(loan)}
    if ChangeKind(change.kind) not in _COURSE:
        return {}
    events = [event_of(row) for row in standing_loan_events(loan)]
    happened = [event for event in events if event is not None]
    contract = contract_of(loan)
    before = replay(contract, happened)
    after = replay(contract, [*happened, _event(change, on)])
    return {"before": _outline(before, on), "after": _outline(after, on)}


def _agreed(loan: Loan) -> dict[str, Any] | None:
    """Say the offset agreement that runs."""
    running = find_offset_agreement(loan)
    if running is None:
        return None
    return {
        "mode": running.mode,
        "sources": running.source_order,
        "retained_fen": running.retained_fen,
        "signed": running.signed_date.isoformat(),
    }


def _outline(course: Course, on: dt.date) -> dict[str, Any]:
    """Say what a schedule comes to: next payment, last due day, interest still to come, in fen."""
    left = [line for line in course.lines if line.due_on > on]
    return {
        "instalments": len(course.lines),
        "next_payment_fen": left[0].principal_fen + left[0].interest_fen if left else 0,
        "last_due": course.lines[-1].due_on.isoformat() if course.lines else "",
        "interest_left_fen": sum(line.interest_fen for line in left),
    }


def _move_course(change: LoanChange, business_date: dt.date, by: User) -> None:
    is_term = change.kind == ChangeKind.TERM
    event = record_loan_event(
        loan=change.loan,
        kind=EventKind.TERM_CHANGED if is_term else EventKind.METHOD_CHANGED,
        value_date=business_date,
        business_date=business_date,
        document_no=change.number,
        facts={"term_months": change.new_term_months} if is_term else {"method": change.new_method},
        by=by,
    )
    LoanChange.objects.filter(pk=change.pk).update(event=event)
    change.event = event
    project(change.loan)


def _offset_of(change: LoanChange) -> Offset | None:
    if not change.offset_mode:
        return None
    return Offset(change.offset_mode, change.offset_sources, change.retained_fen)


def _give_up(loan: Loan, reason: str, business_date: dt.date, by: User) -> None:
    """End a loan that was never paid out: its people and their accounts are free of it."""
    move_loan(loan=loan, move=Move.CANCEL, by=by, reason=reason, ended_date=business_date)
    agree_offset(loan, None, signed_date=business_date, document_no="")
    loan.application.parties.update(is_active=False)
    number = loan.application.number
    ties = standing_ties(MemberEvent.Kind.LOAN_APPLIED).filter(document_no=number)
    for tie in list(ties.select_related("member_account")):
        record_event(
            member_account=tie.member_account,
            kind=MemberEvent.Kind.LOAN_APPLIED_UNDONE,
            date=business_date,
            document_no=number,
            by=by,
        )


def return_change(*, change: LoanChange, reason: str, by: User) -> LoanChange:
    """Give a change back to its maker with the reason; the loan stays as it is."""
    return return_(document=change, by=by, reason=reason)


def cancel_change(*, change: LoanChange, by: User) -> LoanChange:
    """Take back a change that is not decided, as its maker."""
    return cancel(document=change, by=by)


def shown_change(change: LoanChange) -> dict[str, Any]:
    """Give what the second person sees of a change; its digest binds the approval."""
    return change.shown_to(
        loan=change.loan_id,
        kind=change.kind,
        reason=change.reason,
        term_months=change.new_term_months,
        method=change.new_method,
        bank=change.bank,
        card=blind_index(change.card) if change.card else "",
        masked_card=mask_card(change.card) if change.card else "",
        offset=[change.offset_mode, change.offset_sources, change.retained_fen],
        preview=change.preview,
        decision=change.decision_id,
    )
