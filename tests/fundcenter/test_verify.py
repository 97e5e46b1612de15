"""What was decided is decided again by the proof of the books."""

import pytest
from django.db import connection

from contributions.services import receive_deposit
from fundcenter.verify import decisions_come_out_again
from office.guards import lifted
from office.services import next_number
from policy.models import StoredDecision
from tests.accounts.builders import Stage, make_stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    stage = make_stage()
    receive_deposit(
        member_account=stage.open_account(),
        amount_fen=50_000,
        business_date=stage.day,
        document_no=next_number(stage.centre, "DP", stage.day),
        clerk=stage.clerk,
    )
    return stage


def test_a_stored_decision_comes_out_the_same_again(stage: Stage) -> None:
    rules = StoredDecision.objects.filter(centre=stage.centre).values_list("rule", flat=True)
    assert {rule.rpartition(".")[2] for rule in rules} == {
        "decide_contribution",
        "decide_eligibility",
        "decide_terms",
    }
    assert decisions_come_out_again(stage.centre) == []


@pytest.mark.parametrize(
    ("column", "changed"), [("outcome", "REFUSED"), ("reasons", []), ("warnings", [{"code": "x"}])]
)
def test_a_decision_changed_below_the_application_is_found(stage: Stage, column, changed) -> None:
    decision = StoredDecision.objects.filter(centre=stage.centre).latest("pk")
    connection.check_constraints()  # PostgreSQL alters no table with checks still to come
    with lifted():
        StoredDecision.objects.filter(pk=decision.pk).update(**{column: changed})
        connection.check_constraints()

    (violation,) = decisions_come_out_again(stage.centre)

    assert str(decision.pk) in violation
    assert column in violation
