"""A new value of the law: two persons, a document, a day in the future."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from office.documents import AlreadyDecided, ChangedMeanwhile, SamePerson
from office.models import AuditEvent
from office.roles import Role
from office.services import NotAllowed
from policy.models import ParameterValue, Proposal
from policy.queries import list_values, open_book
from policy.services import (
    BadProposal,
    approve_proposal,
    cancel_proposal,
    propose,
    return_proposal,
)
from policy.values import Citation
from tests.policy.conftest import TODAY, make_centre, make_staff

KEY = "contribution.monthly_maximum"
FIRST_DAY = dt.date(2026, 8, 1)


def maximum(on: dt.date) -> str:
    return open_book("kashgar", on).get(KEY).printed


def approve(proposal, by, business_date=TODAY):
    return approve_proposal(
        proposal=proposal, by=by, digest=proposal.digest, business_date=business_date
    )


def test_a_proposal_alone_changes_nothing(proposal):
    assert proposal.is_undecided
    assert maximum(FIRST_DAY) == "5950.00"


def test_an_approved_value_holds_from_its_day_on_and_the_days_before_keep_theirs(proposal, second):
    approve(proposal, second)
    assert maximum(FIRST_DAY - dt.timedelta(1)) == "5950.00"
    assert maximum(FIRST_DAY) == "6100.00"
    assert [value.printed for value in list_values(KEY, ["kashgar"])][-2:] == [
        "5950.00", "6100.00",
    ]  # fmt: skip


def test_an_approved_value_cites_the_document_it_came_with(proposal, second):
    row = approve(proposal, second)
    citation = Citation(proposal.number.lower(), "一")
    assert row.cited == (citation,)
    assert open_book("kashgar", FIRST_DAY).cite(KEY) == (citation,)


def test_an_approved_value_may_rest_on_a_clause_that_exists(centre, supervisor, second, new_value):
    clause = Citation("kashgar-interpretation", "二")
    value = new_value(citations=(clause,), document_title="", document_clause="")
    proposal = propose(value=value, centre=centre, business_date=TODAY, by=supervisor)
    assert approve(proposal, second).cited == (clause,)


def test_a_demo_decision_stays_marked_as_one(centre, supervisor, second, new_value):
    value = new_value(
        key="loan.green_uplift", printed="10", assumed=True, demo=True, reason="演示用决定",
        document_title="", document_clause="",
    )  # fmt: skip
    approve(propose(value=value, centre=centre, business_date=TODAY, by=supervisor), second)
    found = open_book("kashgar", FIRST_DAY).get("loan.green_uplift")
    assert (found.demo, found.assumed) == (True, True)


def test_a_value_can_be_unset_again(centre, supervisor, second, new_value):
    value = new_value(printed=None, reason="上限改由管委会逐年公布")
    approve(propose(value=value, centre=centre, business_date=TODAY, by=supervisor), second)
    assert open_book("kashgar", FIRST_DAY).find(KEY) is None


def test_a_second_value_of_the_same_day_takes_the_place_of_the_first(
    proposal, centre, supervisor, second, new_value
):
    approve(proposal, second)
    better = propose(
        value=new_value(printed="6200.00"), centre=centre, business_date=TODAY, by=supervisor
    )
    assert approve(better, second).revision == 2
    assert maximum(FIRST_DAY) == "6200.00"
    assert ParameterValue.objects.filter(key=KEY, effective_from=FIRST_DAY).count() == 2


def test_a_returned_proposal_keeps_its_reason_and_changes_nothing(proposal, second):
    returned = return_proposal(proposal=proposal, by=second, reason="文号有误")
    assert (returned.state, returned.return_reason) == ("RETURNED", "文号有误")
    assert maximum(FIRST_DAY) == "5950.00"


def test_every_step_is_audited(proposal, second):
    approve(proposal, second)
    actions = AuditEvent.objects.filter(object_type="policy.proposal").order_by("id")
    assert list(actions.values_list("action", "actor__username")) == [
        ("policy.proposal.submitted", "supervisor"),
        ("policy.proposal.approved", "second"),
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"effective_from": TODAY}, "effective_from"),
        ({"effective_from": TODAY - dt.timedelta(1)}, "effective_from"),
        ({"effective_until": FIRST_DAY}, "effective_until"),
        ({"key": "contribution.most_beautiful"}, "key"),
        ({"jurisdiction": "yantai"}, "jurisdiction"),
        ({"printed": 6100}, "printed"),
        ({"printed": "6,100.00"}, "printed"),
        ({"printed": "６１００"}, "printed"),
        ({"key": "contribution.limit_year", "printed": "LEAP_YEAR"}, "printed"),
        ({"citations": (Citation("kashgar-interpretation", "九十九"),)}, "citations"),
        ({"document_title": "", "document_clause": ""}, "citations"),
        ({"document_clause": ""}, "document_clause"),
        ({"assumed": True}, "reason"),
        ({"assumed": True, "reason": "  "}, "reason"),
        ({"printed": None}, "reason"),
        ({"carried": True, "reason": "沿用"}, "assumed"),
    ],
)
def test_a_proposal_that_cannot_become_law_names_its_field(
    centre, supervisor, new_value, changes, field
):
    with pytest.raises(BadProposal) as refused:
        propose(value=new_value(**changes), centre=centre, business_date=TODAY, by=supervisor)
    assert refused.value.field == field
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("role", [Role.CLERK, Role.CHECKER, Role.FINANCE, Role.AUDITOR])
def test_only_supervisors_propose(centre, new_value, role):
    person = make_staff(centre.branches.get(), role, "person")
    with pytest.raises(NotAllowed):
        propose(value=new_value(), centre=centre, business_date=TODAY, by=person)


@pytest.mark.parametrize("role", [Role.CLERK, Role.CHECKER, Role.FINANCE, Role.AUDITOR])
def test_only_supervisors_approve(proposal, centre, role):
    person = make_staff(centre.branches.get(), role, "person")
    with pytest.raises(NotAllowed):
        approve(proposal, person)


def test_nobody_approves_what_they_proposed(proposal, supervisor):
    with pytest.raises(SamePerson):
        approve(proposal, supervisor)
    with pytest.raises(SamePerson):
        return_proposal(proposal=proposal, by=supervisor, reason="算了")


def test_the_second_person_works_for_the_same_centre(proposal):
    stranger = make_staff(make_centre("yantai").branches.get(), Role.SUPERVISOR, "stranger")
    with pytest.raises(NotAllowed):
        approve(proposal, stranger)


def test_what_is_approved_is_what_was_shown(proposal, second):
    with pytest.raises(ChangedMeanwhile):
        approve_proposal(proposal=proposal, by=second, digest="0" * 64, business_date=TODAY)
    assert not ParameterValue.objects.filter(origin="AMENDMENT").exists()


def test_a_proposal_is_decided_once(proposal, second):
    approve(proposal, second)
    with pytest.raises(AlreadyDecided):
        approve(proposal, second)
    with pytest.raises(AlreadyDecided):
        return_proposal(proposal=proposal, by=second, reason="晚了")


def test_a_withdrawn_proposal_cannot_be_approved(proposal, supervisor, second):
    cancel_proposal(proposal=proposal, by=supervisor)
    with pytest.raises(AlreadyDecided):
        approve(proposal, second)


@pytest.mark.parametrize(("late", "approved"), [(1, True), (0, False), (-1, False)])
def test_the_first_day_must_still_lie_ahead_when_it_is_approved(proposal, second, late, approved):
    on = FIRST_DAY - dt.timedelta(late)
    if approved:
        approve(proposal, second, on)
        return
    with pytest.raises(BadProposal, match="effective_from"):
        approve(proposal, second, on)
    assert Proposal.objects.get().is_undecided


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE policy_proposal SET checked_by_id = made_by_id, checked_at = made_at,"
        " state = 'APPROVED'",
        "UPDATE policy_proposal SET state = 'APPROVED'",
    ],
)
def test_sql_cannot_approve_without_a_second_person(proposal, change):
    with (
        pytest.raises(IntegrityError, match="policy_proposal_"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


@pytest.mark.parametrize(
    "change",
    ["UPDATE policy_proposal SET key = 'loan.cap'", "DELETE FROM policy_proposal"],
)
def test_sql_cannot_change_what_was_proposed(proposal, change):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


def test_a_change_that_is_rolled_back_leaves_no_trace_in_any_book(proposal, second):
    class Interrupted(Exception):
        pass

    def approve_and_break() -> None:
        with transaction.atomic():
            approve(proposal, second)
            assert maximum(FIRST_DAY) == "6100.00"
            raise Interrupted

    with pytest.raises(Interrupted):
        approve_and_break()
    assert maximum(FIRST_DAY) == "5950.00"
