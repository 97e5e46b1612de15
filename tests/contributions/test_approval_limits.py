"""The amount decides who approves; a change of the table moves nothing that waits."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from contributions.models import Withdrawal
from office.inbox import kinds
from office.services import NotAllowed
from policy.limits import KEY
from policy.queries import open_book
from policy.services import BadProposal, ProposedValue, approve_proposal, propose
from settlement.services import reverse_settled, submit_correction
from tests.accounts.builders import Stage
from tests.contributions.withdrawals import approve, ask, bring, make_payer

LOWERED = [
    {"business": business, "role": role, **({"upto": "100.00"} if role == "CHECKER" else {})}
    for business in ("WITHDRAWAL", "EXIT", "TRANSFER_OUT", "CORRECTION")
    for role in ("CHECKER", "SUPERVISOR")
] + [{"business": "DEPOSIT", "role": "SUPERVISOR"}]


def amend(stage: Stage, rows: Any) -> None:
    """Change the table by two supervisors, from tomorrow on; tomorrow comes."""
    tomorrow = stage.day + dt.timedelta(days=1)
    value = ProposedValue(
        jurisdiction=stage.centre.code,
        key=KEY,
        printed=rows,
        effective_from=tomorrow,
        assumed=True,
        reason="中心审批权限表",
    )
    proposal = propose(
        value=value, centre=stage.centre, business_date=stage.day, by=stage.supervisor
    )
    second = stage.colleague(f"second-{stage.day}", "SUPERVISOR")
    approve_proposal(proposal=proposal, by=second, digest=proposal.digest, business_date=stage.day)
    stage.on(tomorrow)


def test_a_change_of_the_table_moves_nothing_that_waits(db: None) -> None:
    stage, account = make_payer()
    waiting = ask(stage, account, 100_000)
    amend(stage, LOWERED)
    assert open_book("kashgar", stage.day).table(KEY).steps["WITHDRAWAL"][0].upto_fen == 10_000
    assert kinds()["withdrawal"].may_decide(waiting, stage.checker)
    approve(stage, waiting)
    later = ask(stage, account, 10_001)
    with pytest.raises(NotAllowed):
        approve(stage, later)
    approve(stage, later, by=stage.supervisor)


def test_a_table_without_an_open_end_is_not_even_proposed(db: None) -> None:
    stage, _account = make_payer()
    rows = [{"business": "WITHDRAWAL", "role": "CHECKER", "upto": "100.00"}]
    with pytest.raises(BadProposal, match="add a last row without upto"):
        amend(stage, rows)


def test_the_refusal_names_document_post_needed_and_post_seen(db: None) -> None:
    stage, account = make_payer()
    bring(stage, account, 6_000_000)
    asked = ask(stage, account, 5_000_001)
    with pytest.raises(NotAllowed) as caught:
        approve(stage, asked)
    said = str(caught.value)
    assert all(word in said for word in (asked.number, "审批", "复核", "转交"))


def test_nobody_can_store_another_approver_or_none(db: None) -> None:
    stage, account = make_payer()
    asked = ask(stage, account)
    with transaction.atomic(), pytest.raises(DatabaseError):
        Withdrawal.objects.filter(pk=asked.pk).update(approver_role="CLERK")
    asked.pk, asked.number, asked.approver_role = None, "WD-X", ""
    with transaction.atomic(), pytest.raises(IntegrityError):
        asked.save(force_insert=True)


@pytest.mark.parametrize(
    ("fen", "needed"),
    [(4_999_999, "CHECKER"), (5_000_000, "CHECKER"), (5_000_001, "SUPERVISOR")],
)
def test_of_a_correction_on_its_day_the_amount_decides(db: None, fen: int, needed: str) -> None:
    stage, account = make_payer()
    bring(stage, account, fen)
    wrong = account.transfers.get().entry
    correction = submit_correction(
        entry=wrong, reason="录错", business_date=stage.day, by=stage.clerk
    )
    assert correction.approver_role == needed
    about = {
        "correction": correction,
        "digest": correction.digest,
        "business_date": stage.day,
    }
    if needed == "SUPERVISOR":
        assert not kinds()["correction"].may_decide(correction, stage.checker)
        with pytest.raises(NotAllowed):
            reverse_settled(**about, by=stage.checker)
        reverse_settled(**about, by=stage.supervisor)
    else:
        reverse_settled(**about, by=stage.checker)
    assert correction.state == "APPROVED"
