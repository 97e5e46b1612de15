"""The supervisor's inbox: withdrawals, payouts, freezes and bans, with no number in clear."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Ban, Freeze
from accounts.services import submit_ban, submit_freeze
from contributions.models import Payout, Withdrawal
from office.models import AuditEvent
from office.roles import Role
from policy.models import StoredDecision
from tests.accounts.builders import CARD
from tests.contributions.withdrawals import ask, make_payer, withdraw


@pytest.fixture
def desk(db):
    """A supervisor at the desk, with a freeze, a ban and a withdrawal made by others."""
    stage, account = make_payer()
    second = stage.colleague("supervisor-2", Role.SUPERVISOR)
    submit_freeze(
        member_account=account,
        amount_fen=None,
        court="喀什市人民法院",
        order_no="1",
        from_date=stage.day,
        until_date=stage.day + dt.timedelta(days=9),
        business_date=stage.day,
        by=second,
    )
    submit_ban(
        member=account.member,
        kind="FRAUDULENT_LOAN",
        decided_date=stage.day,
        document_no="决定1",
        business_date=stage.day,
        by=second,
    )
    client = Client()
    client.force_login(stage.supervisor, backend="django.contrib.auth.backends.ModelBackend")
    return stage, account, client


def decide(client, document, step, **fields):
    kind = f"{document._meta.app_label}_{document._meta.model_name}"
    data = {"step": step, "digest": document.digest, **fields}
    return client.post(reverse(f"admin:{kind}_decide", args=[document.pk]), data, follow=True)


@pytest.mark.parametrize("model", [Freeze, Ban, Withdrawal, Payout])
def test_each_page_opens_and_shows_no_card_number(desk, model):
    stage, account, client = desk
    withdraw(stage, account)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    pages = [
        reverse(f"{name}_changelist"),
        reverse(f"{name}_change", args=[model.objects.get().pk]),
    ]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200
        assert CARD not in answer.content.decode()


def test_a_withdrawal_is_approved_from_the_inbox(desk):
    stage, account, client = desk
    decide(client, ask(stage, account), "APPROVE")
    assert Payout.objects.get().approved_by == stage.supervisor


def test_one_is_returned_with_its_reason(desk):
    stage, account, client = desk
    decide(client, ask(stage, account), "RETURN", reason="备案证明已过期")
    assert Withdrawal.objects.get().return_reason == "备案证明已过期"


@pytest.mark.parametrize("model", [Freeze, Ban])
def test_freezes_and_bans_come_into_force_from_the_inbox(desk, model):
    _stage, _account, client = desk
    decide(client, model.objects.get(), "APPROVE")
    assert model.objects.get().state == "APPROVED"


@pytest.mark.django_db(transaction=True)
def test_what_a_freeze_stops_is_told_and_kept():
    stage, account = make_payer()
    asked = ask(stage, account)
    second = stage.colleague("supervisor-2", Role.SUPERVISOR)
    submit_freeze(
        member_account=account,
        amount_fen=None,
        court="喀什市人民法院",
        order_no="1",
        from_date=stage.day,
        until_date=stage.day,
        business_date=stage.day,
        by=second,
    )
    client = Client()
    client.force_login(stage.supervisor, backend="django.contrib.auth.backends.ModelBackend")
    decide(client, Freeze.objects.get(), "APPROVE")
    answer = decide(client, asked, "APPROVE")
    assert "冻结" in answer.content.decode()
    assert not Payout.objects.exists()
    assert StoredDecision.objects.filter(outcome="REFUSED").count() == 1
    assert AuditEvent.objects.filter(action="contributions.withdrawal.decide").exists()
