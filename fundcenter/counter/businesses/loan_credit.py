"""The credit record at the counter: contested by the member, answered in writing in time."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.errors import BadField
from accounts.models import MemberAccount
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group
from fundcenter.counter.entry_forms import BusinessForm
from loans.models import CreditContest, CreditEvent
from loans.queries import find_open_contest, list_credit_events
from loans.services import accept_contest, hand_in_contest_answer
from office.idempotency import digest_of
from office.inbox import Rows
from policy.book import PolicyBook

_SEEN_LENGTH = 16
State = CreditContest.State


class CreditContestForm(BusinessForm):
    """Which record, and what the member says."""

    event = forms.ChoiceField(label=gettext_lazy("Which record"))
    claim = forms.CharField(label=gettext_lazy("What the member says"), max_length=400)

    def __init__(self, *args: Any, account: MemberAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["event"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.number, f"{one.number}　{one}") for one in list_contestable(account)]


class CreditContestBusiness(Business):
    """The record stays as it is until the answer is signed."""

    name = "credit-contest"
    title = pgettext_lazy("business", "Contest of a credit record")
    permission = CreditContest.submit_permission
    kind = "credit-contest"
    group = Group.CORRECTION
    form_class = CreditContestForm

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Only what is on record can be contested."""
        return "" if list_contestable(account) else _("Nothing is on the credit record.")

    def form(
        self, request: StaffRequest, account: MemberAccount, data: Any = None, initial: Any = None
    ) -> CreditContestForm:
        """Make the form with the records of the member."""
        return CreditContestForm(data, initial=initial, account=account)

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show the whole record."""
        return [describe_event(one) for one in list_credit_events(account)]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> CreditContest:
        """Accept it; the service gives the number and the last day."""
        return accept_contest(
            event=CreditEvent.objects.get(number=data["event"], member=account.member),
            claim=data["claim"],
            business_date=require_day(request),
            clerk=request.user,
        )


class CreditAnswerForm(BusinessForm):
    """What was found, and what the letter says."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Finding"), choices=CreditContest.Outcome.choices
    )
    answer = forms.CharField(label=gettext_lazy("Answer"), max_length=400)


class CreditAnswerBusiness(Business):
    """The answer waits for the second person, who signs it."""

    name = "credit-answer"
    title = pgettext_lazy("business", "Answer to a contest of the credit record")
    permission = CreditContest.submit_permission
    kind = "credit-contest"
    group = Group.CORRECTION
    form_class = CreditAnswerForm

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Only who took it in answers, and only once."""
        contest = find_open_contest(account)
        if contest is None:
            return _("No contest of the credit record is open.")
        if contest.state == State.SUBMITTED:
            return _("The answer to %(number)s waits for its signature.") % {
                "number": contest.number
            }
        return ""

    def initial(self, request: StaffRequest, account: MemberAccount) -> dict[str, Any]:
        """Begin with the answer that was returned."""
        contest = find_open_contest(account)
        return {"outcome": contest.outcome, "answer": contest.answer} if contest else {}

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what is contested."""
        contest = find_open_contest(account)
        if contest is None:
            return []
        due = contest.due_date.isoformat() if contest.due_date else "—"
        return [
            (_("Contest"), contest.number),
            (_("The record"), str(contest.event)),
            (_("What the member says"), contest.claim),
            (_("To be answered by"), due),
        ]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> CreditContest:
        """Hand the answer to the second person."""
        contest = find_open_contest(account)
        if contest is None:
            raise BadField("outcome", _("no contest of the credit record is open."))
        return hand_in_contest_answer(
            contest=contest, outcome=data["outcome"], answer=data["answer"], by=request.user
        )

    def seen(self, account: MemberAccount) -> str:
        """Notice an answer that was handed in meanwhile."""
        contest = find_open_contest(account)
        mark = [contest.number, contest.state] if contest else []
        return digest_of([super().seen(account), mark])[:_SEEN_LENGTH]


def list_contestable(account: MemberAccount) -> list[CreditEvent]:
    """List what counts on a member's record, without what is contested already."""
    ended = [State.APPROVED.value, State.CANCELLED.value]
    return [
        event
        for event in list_credit_events(account)
        if event.corrected_date is None and all(one.state in ended for one in event.contests.all())
    ]


def describe_event(event: CreditEvent) -> tuple[str, str]:
    """Say a line of the credit record."""
    said = f"{event.get_kind_display()}　{event.document_no}"
    if event.corrected_date:
        said += "　" + _("counts no more since %(day)s") % {"day": event.corrected_date}
    return event.date.isoformat(), said
