"""A document of every kind of loan business, for the hall: it needs no centre's own quota."""

from typing import Any

from loans.models import CreditContest, CreditEvent, LoanApplication
from loans.services import (
    accept_contest,
    hand_in_contest_answer,
    record_credit_event,
    shown_application,
)
from office.idempotency import digest_of
from tests.accounts.builders import Stage
from tests.contributions.withdrawals import add_payer
from tests.loans.running import make_granted


def make_application_items(stage: Stage) -> dict[str, Any]:
    """Make an application that waits for its first look, a credit event and its contest."""
    event = _event(stage)
    return {
        "loan-application": _application(stage),
        "credit-event": event,
        "credit-contest": _contest(stage, event),
    }


def _application(stage: Stage) -> LoanApplication:
    application = make_granted(stage, add_payer(stage))
    LoanApplication.objects.filter(pk=application.pk).update(
        state="SUBMITTED",
        checked_by=None,
        checked_at=None,
        approval_decision=None,
        next_step="FIRST_REVIEW",
        next_role="CHECKER",
        digest=digest_of(shown_application(application)),
    )
    application.refresh_from_db()
    return application


def _event(stage: Stage) -> CreditEvent:
    return record_credit_event(
        member_account=add_payer(stage),
        kind="OVERDUE",
        date=stage.day,
        document_no="逾1",
        business_date=stage.day,
        by=stage.clerk,
        in_a_row=1,
    )


def _contest(stage: Stage, event: CreditEvent) -> CreditContest:
    contest = accept_contest(
        event=event, claim="已按时还款", business_date=stage.day, clerk=stage.clerk
    )
    return hand_in_contest_answer(contest=contest, outcome="UPHELD", answer="属实", by=stage.clerk)
