"""What a supervisor sees and may do, and what others may not."""

import pytest
from django.test import Client
from django.urls import reverse

from office.models import AuditEvent, Job, User
from office.roles import Role
from settlement.models import SettlementItem, SettlementRun
from settlement.services import open_run, preview_run
from settlement.tasks import due
from tests.settlement.builders import Town, make_staff, make_town
from tests.settlement.test_settle import JULY, JUNE, settle


@pytest.fixture
def town(db: None) -> Town:
    town = make_town("kashgar", JUNE)
    town.deposit(town.open_account(JULY), JULY, 7_140_000)
    return town


@pytest.fixture
def run(town: Town) -> SettlementRun:
    return preview_run(open_run(centre=town.centre, year=2026, by=town.system))


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def decide(client: Client, run: SettlementRun, step: str, **more: str) -> None:
    data = {"step": step, "digest": run.digest, **more}
    client.post(reverse("admin:settlement_decide", args=[run.pk]), data)
    run.refresh_from_db()


def test_the_run_shows_its_totals_and_its_buttons(town: Town, run: SettlementRun) -> None:
    page = signed_in(town.supervisor).get(
        reverse("admin:settlement_settlementrun_change", args=[run.pk])
    )

    assert "1,068.03" in page.content.decode()
    assert 'value="APPROVE"' in page.content.decode()


def test_approving_queues_the_posting(town: Town, run: SettlementRun) -> None:
    decide(signed_in(town.supervisor), run, "APPROVE")

    assert run.state == "APPROVED"
    assert Job.objects.filter(kind="settlement.post", payload={"run": run.pk}).exists()


def test_returning_needs_a_reason(town: Town, run: SettlementRun) -> None:
    client = signed_in(town.supervisor)

    decide(client, run, "RETURN")
    assert run.state == "SUBMITTED"
    decide(client, run, "RETURN", reason="核对")
    assert run.state == "RETURNED"


@pytest.mark.parametrize("role", [Role.FINANCE, Role.AUDITOR])
def test_others_look_and_decide_nothing(town: Town, run: SettlementRun, role: Role) -> None:
    client = signed_in(make_staff(town.branch, "person", role))
    page = client.get(reverse("admin:settlement_settlementrun_change", args=[run.pk]))

    assert page.status_code == 200
    assert 'value="APPROVE"' not in page.content.decode()
    decide(client, run, "APPROVE")
    assert run.state == "SUBMITTED"
    assert AuditEvent.objects.filter(action="settlement.decide", result="REFUSED").exists()


def test_another_centre_sees_nothing(town: Town, run: SettlementRun) -> None:
    other = make_town("yantai", JUNE)
    client = signed_in(other.supervisor)

    assert (
        client.post(
            reverse("admin:settlement_decide", args=[run.pk]), {"step": "APPROVE"}
        ).status_code
        == 404
    )


def test_the_checks_stand_before_the_preview(town: Town) -> None:
    client = signed_in(town.supervisor)
    address = reverse("admin:settlement_preflight")

    assert 'class="fails"' not in client.get(address).content.decode()
    client.post(address, {"year": 2026})
    assert Job.objects.get().kind == "settlement.preview"
    assert 'class="fails"' in client.get(address).content.decode()


def test_each_amount_says_how_it_came_about(town: Town) -> None:
    settle(town)
    item = SettlementItem.objects.get(kind="INTEREST_FLEX")

    page = signed_in(town.supervisor).get(
        reverse("admin:settlement_settlementitem_change", args=[item.pk])
    )

    assert "1,068.03" in page.content.decode()
    assert "71,400.00" in page.content.decode()
    assert "✓" in page.content.decode()


def test_beat_previews_once_and_never_posts(town: Town) -> None:
    due()
    due()

    assert SettlementRun.objects.get().state == "DRAFT"
    assert Job.objects.get().kind == "settlement.preview"
