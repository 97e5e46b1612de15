"""The front page of the admin says what waits for this person, and nothing else."""

import pytest
from django.test import Client
from django.urls import reverse

from office.models import User
from office.roles import Role
from tests.accounts.builders import Stage, make_stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    return make_stage()


def page_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse("admin:index")).content.decode()


def test_an_opening_that_waits_is_on_the_supervisors_front_page(stage: Stage) -> None:
    applicant = stage.applicant()
    stage.ask(applicant)
    stage.submit(applicant)

    page = page_of(stage.supervisor)

    assert "没有等待您办理的单据" not in page
    assert f'<a href="{reverse("admin:accounts_opening_changelist")}">开户单</a> <b>1</b>' in page


def test_what_waits_in_another_centre_is_not_shown(stage: Stage) -> None:
    applicant = stage.applicant()
    stage.ask(applicant)
    stage.submit(applicant)
    elsewhere = make_stage("yantai")

    assert "没有等待您办理的单据" in page_of(elsewhere.supervisor)


def test_an_auditor_finds_books_and_trail_but_nothing_to_approve(stage: Stage) -> None:
    page = page_of(stage.colleague("auditor-on-desk", Role.AUDITOR))

    assert "没有等待您办理的单据" in page
    assert reverse("admin:ledger_ledgeraccount_trial_balance") in page
    assert reverse("admin:office_auditevent_changelist") in page


def test_a_clerk_has_no_supervisors_desk(stage: Stage) -> None:
    client = Client()
    client.force_login(stage.clerk)

    assert client.get(reverse("admin:index")).status_code == 302


def test_the_front_page_holds_no_inline_script_or_style(stage: Stage) -> None:
    page = page_of(stage.supervisor)

    assert "<style" not in page
    assert " style=" not in page
    assert "<script>" not in page
