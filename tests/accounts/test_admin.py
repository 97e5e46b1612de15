"""Supervisors see masked numbers, and decide what others made."""

import datetime as dt

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import MemberAccount, Opening
from contributions.models import DormancyList
from contributions.services import file_candidates, receive_deposit
from office.admin import ReadOnlyAdmin
from office.models import AuditEvent, User
from policy.models import StoredDecision
from tests.accounts.builders import CARD, Stage, make_stage


@pytest.fixture
def working(db: None) -> Stage:
    return make_stage("yantai", dt.date(2025, 7, 10))


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def waiting_opening(stage: Stage) -> Opening:
    applicant = stage.applicant()
    stage.ask(applicant)
    return stage.submit(applicant)


def decide(client: Client, document, step, **fields):
    kind = f"{document._meta.app_label}_{document._meta.model_name}"
    data = {"step": step, "digest": document.digest, **fields}
    return client.post(reverse(f"admin:{kind}_decide", args=[document.pk]), data, follow=True)


def test_every_page_opens_for_a_supervisor_and_shows_no_number_in_clear(working: Stage):
    account = working.open_account()
    number, phone = account.opening.document_number, account.opening.phone
    receive_deposit(
        member_account=account,
        amount_fen=50_000,
        business_date=working.day,
        document_no="R-1",
        clerk=working.clerk,
    )
    client = sign_in(working.supervisor)
    for model in admin.site._registry:
        label = model._meta.app_label
        if label not in ("accounts", "contributions"):
            continue
        name = f"admin:{label}_{model._meta.model_name}"
        pages = [reverse(f"{name}_changelist")]
        pages += [reverse(f"{name}_change", args=[row.pk]) for row in model.objects.all()[:1]]
        for page in pages:
            answer = client.get(page)
            assert answer.status_code == 200, page
            shown = answer.content.decode()
            assert not any(secret in shown for secret in (number, phone, CARD)), page


def test_nothing_can_be_added_changed_or_deleted_in_the_admin():
    for model, page in admin.site._registry.items():
        if model._meta.app_label in ("accounts", "contributions"):
            assert isinstance(page, ReadOnlyAdmin)
            assert not page.has_add_permission(None)
            assert not page.has_change_permission(None)
            assert not page.has_delete_permission(None)


def test_a_supervisor_approves_what_a_clerk_took_in(working: Stage):
    opening = waiting_opening(working)
    client = sign_in(working.supervisor)
    page = client.get(reverse("admin:accounts_opening_change", args=[opening.pk]))
    assert opening.digest in page.content.decode()
    decide(client, opening, "APPROVE")
    assert MemberAccount.objects.get().opening == opening


@pytest.mark.parametrize(
    ("step", "fields", "state"),
    [
        ("RETURN", {"reason": "照片不清"}, "RETURNED"),
        ("RETURN", {"reason": " "}, "SUBMITTED"),
        ("RETURN", {"reason": "长" * 401}, "SUBMITTED"),
        ("APPROVE", {"digest": "0" * 64}, "SUBMITTED"),
    ],
)
def test_a_return_needs_its_reason_and_an_approval_what_was_shown(
    working: Stage, step, fields, state
):
    opening = waiting_opening(working)
    decide(sign_in(working.supervisor), opening, step, **fields)
    opening.refresh_from_db()
    assert opening.state == state
    assert not MemberAccount.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_refused_approval_is_kept_and_audited():
    stage = make_stage("kashgar")
    opening = waiting_opening(stage)
    # What the applicant declared turns out to be missing on the day of approval.
    facts = {**opening.facts, "eligibility": {**opening.facts["eligibility"]}}
    facts["eligibility"]["full_capacity"] = False
    Opening.objects.filter(pk=opening.pk).update(facts=facts)
    answer = decide(sign_in(stage.supervisor), opening, "APPROVE")
    assert answer.status_code == 200
    assert StoredDecision.objects.filter(outcome="REFUSED").count() == 1
    assert AuditEvent.objects.filter(action="accounts.opening.decide", result="REFUSED").exists()
    assert not MemberAccount.objects.exists()


def test_another_centres_documents_are_not_there(working: Stage):
    opening = waiting_opening(working)
    client = sign_in(make_stage("kashgar").supervisor)
    answer = client.post(
        reverse("admin:accounts_opening_decide", args=[opening.pk]), {"step": "APPROVE"}
    )
    assert answer.status_code == 404


def test_a_supervisor_decides_a_dormancy_list(working: Stage):
    working.open_account()
    working.on(dt.date(2026, 2, 1))
    waiting = file_candidates(centre=working.centre, on=working.day, by=working.system)
    decide(sign_in(working.supervisor), waiting, "APPROVE")
    assert DormancyList.objects.get().state == "APPROVED"
