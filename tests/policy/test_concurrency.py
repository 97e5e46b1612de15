"""Two people, or two starting processes, at the same moment."""

import datetime as dt

import pytest

from office.models import User
from policy.models import ParameterValue, Proposal
from policy.queries import digest_of_law, get_edition, open_book
from policy.services import ProposedValue, approve_proposal, load_policies, propose
from tests.office.conftest import at_the_same_moment
from tests.policy.conftest import TODAY, make_centre, make_staff

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

FIRST_DAY = dt.date(2026, 8, 1)
KEYS = ["contribution.monthly_minimum", "contribution.monthly_maximum", "loan.cap"]


def test_two_processes_that_load_at_once_make_one_law():
    reports = at_the_same_moment(3, lambda _place: load_policies(on=TODAY))
    assert sorted(report.added for report in reports)[:2] == [0, 0]
    assert ParameterValue.objects.count() == reports[0].values
    assert get_edition() == digest_of_law()


def test_approvals_at_the_same_moment_all_reach_the_book():
    load_policies(on=TODAY)
    branch = make_centre("kashgar").branches.get()
    first, second = (make_staff(branch, "SUPERVISOR", name) for name in ("first", "second"))
    proposals = [
        propose(
            value=ProposedValue(
                jurisdiction="kashgar",
                key=key,
                printed="777.00",
                effective_from=FIRST_DAY,
                assumed=True,
                reason="试设",
            ),
            centre=branch.centre,
            business_date=TODAY,
            by=first,
        )
        for key in KEYS
    ]

    def approve(place: int) -> ParameterValue:
        proposal = Proposal.objects.get(pk=proposals[place].pk)
        return approve_proposal(
            proposal=proposal,
            by=User.objects.get(pk=second.pk),
            digest=proposal.digest,
            business_date=TODAY,
        )

    outcomes = at_the_same_moment(len(KEYS), approve)
    assert all(isinstance(outcome, ParameterValue) for outcome in outcomes), outcomes
    assert get_edition() == digest_of_law()
    assert [open_book("kashgar", FIRST_DAY).get(key).printed for key in KEYS] == ["777.00"] * 3
