"""Loan applications: taken in by a clerk, decided at once, handed to the reviewers."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import WrongState
from accounts.households import find_household, lock_marriage
from accounts.models import MemberAccount, MemberEvent
from accounts.queries import lock_member_account
from accounts.services import record_event
from loans.applying import application_facts
from loans.chain import Look, next_look, read_chain
from loans.errors import LoanRefused
from loans.models import LoanApplication, LoanParty
from loans.parties import (
    accounts_of,
    gather_parties,
    name_standing,
    require_no_own,
    require_unbound,
    take_answers,
)
from loans.requests import LoanRequest, check_request
from loans.rules import LoanApplicationResult, decide_loan_application
from office.documents import AlreadyDecided, cancel, submit, withdraw
from office.models import User
from office.services import next_number, require_permission
from policy.book import PolicyBook
from policy.decisions import Decision
from policy.facts import DeadlineFacts, DeadlineKind
from policy.models import StoredDecision
from policy.queries import open_book
from policy.rules import decide_deadline
from policy.services import record_decision

State = LoanApplication.State
SUBJECT = "loans.loanapplication"


@transaction.atomic
def submit_loan_application(
    *,
    member_account: MemberAccount,
    request: LoanRequest,
    business_date: dt.date,
    clerk: User,
) -> LoanApplication:
    """Take in an application, decide it, bind the household, and hand it to the reviewers.

    Money, months, household, bans and loans are read from the books and registers under the
    account's lock. From now on nobody of the household can apply beside it, at any window.

    Args:
        business_date: the day of acceptance; its law decides and the deadline counts from it.

    Returns:
        The application, submitted for ``granted_fen``, which may be less than was asked.

    Raises:
        NotAllowed, OwnAccount: the person may not take in this application.
        BadField: a field of the form is missing or impossible.
        WrongState: the account is closed.
        HouseholdUnknown, SpouseUntold: the household is not on record as it must be.
        AnswerMissing: a register has not answered about somebody.
        AlreadyApplies: somebody of the household belongs to another application.
        LoanRefused: the law refuses, or a value is unset; ``.decision`` has every reason. The
            face calls ``.record()`` after the rollback.

    Source: loan.*, deadline.loan_days; Regulation art. 26, 27; Kashgar 四 and 五.
    """
    require_permission(clerk, LoanApplication.submit_permission, member_account.centre)
    check_request(request)
    account = lock_household(member_account, business_date)
    application = LoanApplication(
        number=next_number(account.centre, "LA", business_date),
        centre=account.centre,
        branch=clerk.branch or account.branch,
        business_date=business_date,
        made_by=clerk,
        member_account=account,
    )
    parties = _fill(application, request, business_date, clerk)
    _set_deadline(application)
    application.save(force_insert=True)
    _bind(parties)
    for borrower in accounts_of(parties):
        record_event(
            member_account=borrower,
            kind=MemberEvent.Kind.LOAN_APPLIED,
            date=business_date,
            document_no=application.number,
            by=clerk,
        )
    return _hand_in(application, clerk)


@transaction.atomic
def resubmit_loan_application(
    *,
    application: LoanApplication,
    request: LoanRequest,
    business_date: dt.date,
    clerk: User,
) -> LoanApplication:
    """Hand a returned application in again, filled in anew; all looks begin from the first.

    The day of acceptance, its law and the deadline stay; answers of registers that have grown old
    since are asked for again.

    Raises:
        AlreadyDecided: it was not returned.
        And as for ``submit_loan_application``.
    """
    require_permission(clerk, LoanApplication.submit_permission, application.centre)
    check_request(request)
    account = lock_household(application.member_account, business_date)
    locked = lock_application(application.pk)
    if locked.state != State.RETURNED:
        raise AlreadyDecided(
            _("%(number)s is “%(state)s”; only what was returned is handed in again.")
            % {"number": locked.number, "state": locked.get_state_display()}
        )
    # The answers of the registers are free again, so that those still fresh can be used.
    LoanParty.objects.filter(application=locked).delete()
    locked.member_account = account
    locked.reading, locked.reading_reason = "", ""
    parties = _fill(locked, request, business_date, clerk)
    locked.round += 1
    locked.save()
    _bind(parties)
    _follow_events(locked, parties, business_date, clerk)
    return _hand_in(locked, clerk)


@transaction.atomic
def cancel_loan_application(
    *, application: LoanApplication, business_date: dt.date, by: User
) -> LoanApplication:
    """Take an application back before it is decided, as its maker; the household is free again.

    Raises:
        NotAllowed: somebody other than the maker.
        AlreadyDecided: it was decided before.
    """
    lock_borrowers(application)
    cancel(document=application, by=by, next_step="", next_role="")
    release_household(application, business_date, by)
    return application


@transaction.atomic
def withdraw_loan_application(
    *, application: LoanApplication, reason: str, business_date: dt.date, by: User
) -> LoanApplication:
    """Take a returned application back for the applicant, as any clerk of the centre.

    The applicant comes to whichever branch is near; the clerk who took it in may not be there.
    The reason stands in the audit trail with the clerk and the branch.

    Raises:
        ValueError: the reason is empty.
        NotAllowed: the person takes in no applications at this centre.
        OwnAccount: the person belongs to the application, or is married to somebody who does.
        AlreadyDecided: it is not returned.
    """
    account = lock_borrowers(application)
    require_no_own(list_parties(application), account, by)
    withdraw(document=application, by=by, reason=reason, next_step="", next_role="")
    release_household(application, business_date, by)
    return application


def release_household(application: LoanApplication, business_date: dt.date, by: User) -> None:
    """Let everybody go whom an application had bound, and take its events back."""
    parties = list(application.parties.select_related("member"))
    LoanParty.objects.filter(application=application).update(is_active=False)
    for account in accounts_of(parties):
        record_event(
            member_account=account,
            kind=MemberEvent.Kind.LOAN_APPLIED_UNDONE,
            date=business_date,
            document_no=application.number,
            by=by,
        )


def lock_household(member_account: MemberAccount, on: dt.date) -> MemberAccount:
    """Hold the accounts of a member and of the spouse on record, and give the member's anew.

    Events are written at both, so both windows of a couple take both, in one order: each waits
    for the other instead of both for each other.
    """
    spouse = find_household(member_account.member, on).spouse
    theirs = [] if spouse is None else [one.pk for one in spouse.member_accounts.all()]
    return _lock_in_order(member_account.pk, theirs)


def lock_borrowers(application: LoanApplication) -> MemberAccount:
    """Hold the accounts of all who borrow by an application, and give the borrower's anew."""
    parties = list(application.parties.select_related("member"))
    return _lock_in_order(
        application.member_account_id, [account.pk for account in accounts_of(parties)]
    )


def _lock_in_order(own: int, others: list[int]) -> MemberAccount:
    held = {pk: lock_member_account(pk) for pk in sorted({own, *others})}
    return held[own]


def lock_application(pk: int) -> LoanApplication:
    """Hold an application until the transaction ends; lock its account first."""
    rows = LoanApplication.objects.select_related("centre", "member_account__member", "decision")
    return rows.select_for_update(of=("self",)).get(pk=pk)


def list_parties(application: LoanApplication) -> list[LoanParty]:
    """List the people of an application: borrower, spouse, guarantors, as they were named."""
    rows = application.parties.select_related("member", "platform_check", "credit_check", "centre")
    return list(rows.order_by("pk"))


def shown_application(application: LoanApplication) -> dict[str, Any]:
    """Give what a reviewer sees of an application; its digest binds each look."""
    due = application.due_date
    return application.shown_to(
        member_account=application.member_account_id,
        asked=[application.asked_fen, application.term_months, application.method],
        kind=[application.product, application.purpose, application.home_number],
        home=[
            application.price_fen,
            application.area_centi,
            application.address,
            application.purchase_date.isoformat(),
            application.purchase_no,
            application.is_local,
            application.is_green,
        ],
        income_fen=application.family_income_fen,
        security=[application.security, application.security_note, application.is_insured],
        bank=[application.bank, application.bank_contract_no, application.bank_part_fen],
        quota_fen=application.quota_fen,
        granted_fen=application.granted_fen,
        reading=[application.reading, application.reading_reason],
        due_date=due.isoformat() if due else None,
        round=application.round,
        decision=application.decision_id,
        parties=[
            [party.role, party.person_index, party.platform_check_id, party.credit_check_id]
            for party in list_parties(application)
        ],
    )


def decide_application(
    application: LoanApplication, parties: list[LoanParty], book: PolicyBook, on: dt.date, by: User
) -> tuple[StoredDecision, LoanApplicationResult]:
    """Decide by the law of the day of acceptance and what stands on a day; keep the decision.

    Raises:
        LoanRefused: it is refused, or a person has to look first.
    """
    facts = application_facts(application, parties, book.fresh(book.on), on)
    decision: Decision[LoanApplicationResult] = decide_loan_application(facts, book.fresh(book.on))
    told: dict[str, Any] = {
        "rule": decide_loan_application,
        "facts": facts,
        "decision": decision,
        "centre": application.centre,
        "business_date": on,
        "subject": (SUBJECT, application.number),
        "by": by,
        "on": book.on,
    }
    if not decision.approved or not decision.result.granted_fen:
        raise LoanRefused(**told)
    return record_decision(**told), decision.result


def read_book(application: LoanApplication) -> PolicyBook:
    """Open the law of the day of acceptance."""
    return open_book(application.centre.code, application.business_date)


def first_look(application: LoanApplication) -> Look:
    """Give the look that an application waits for when it is handed in."""
    look = next_look(read_chain(read_book(application), application.granted_fen))
    assert look is not None  # a chain has a step for every sum
    return look


def keep_decision(
    application: LoanApplication, stored: StoredDecision, result: LoanApplicationResult
) -> None:
    """Put what was decided into the columns of an application, without saving it."""
    assert result.quota_fen is not None  # an approved decision has a quota
    assert result.granted_fen is not None
    application.decision = stored
    application.facts = stored.facts
    application.quota_fen = result.quota_fen
    application.granted_fen = result.granted_fen


def _fill(
    application: LoanApplication, request: LoanRequest, on: dt.date, clerk: User
) -> list[LoanParty]:
    """Fill in what was asked, name the people, and decide; nothing is saved."""
    account = application.member_account
    if not account.is_open:
        hint = _("Only who has an open account applies for a loan.")
        raise WrongState(account.number, account.get_state_display(), hint)
    _write(application, request)
    household = find_household(account.member, on)
    if household.marriage is not None:
        # Both spouses apply under this lock, so that the second one sees the first.
        lock_marriage(household.marriage)
    parties = gather_parties(application, request, household)
    require_no_own(parties, account, clerk)
    require_unbound(parties)
    take_answers(parties, on)
    stored, result = decide_application(application, parties, read_book(application), on, clerk)
    keep_decision(application, stored, result)
    return parties


def _write(application: LoanApplication, request: LoanRequest) -> None:
    for name in (
        "product", "purpose", "asked_fen", "term_months", "method", "home_number", "price_fen",
        "area_centi", "purchase_date", "family_income_fen", "security", "is_local", "is_green",
        "is_insured", "bank_part_fen",
    ):  # fmt: skip
        setattr(application, name, getattr(request, name))
    for name in ("address", "purchase_no", "security_note", "bank", "bank_contract_no"):
        setattr(application, name, getattr(request, name).strip())


def _bind(parties: list[LoanParty]) -> None:
    """Write the people down; the database lets nobody in who is bound already."""
    try:
        with transaction.atomic():
            LoanParty.objects.bulk_create(parties)
    except IntegrityError as taken:
        raise name_standing(parties) from taken


def _follow_events(
    application: LoanApplication, parties: list[LoanParty], business_date: dt.date, by: User
) -> None:
    """Tell the accounts of those who borrow now and did not before it was returned."""
    told = set(
        MemberEvent.objects.filter(
            kind=MemberEvent.Kind.LOAN_APPLIED, document_no=application.number
        ).values_list("member_account", flat=True)
    )
    for account in accounts_of(parties):
        if account.pk not in told:
            record_event(
                member_account=account,
                kind=MemberEvent.Kind.LOAN_APPLIED,
                date=business_date,
                document_no=application.number,
                by=by,
            )


def _set_deadline(application: LoanApplication) -> None:
    on = application.business_date
    facts = DeadlineFacts(kind=DeadlineKind.LOAN, accepted_on=on)
    application.due_date = decide_deadline(facts, read_book(application)).result.due_on


def _hand_in(application: LoanApplication, clerk: User) -> LoanApplication:
    look = first_look(application)
    return submit(
        document=application,
        by=clerk,
        shown=shown_application(application),
        next_step=look.step.value,
        next_role=look.role,
    )
