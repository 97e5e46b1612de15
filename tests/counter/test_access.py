"""Who gets in, and how far."""

import pytest
from django.test import Client
from django.urls import reverse

from office.models import AuditEvent
from office.roles import Role
from tests.accounts.builders import make_staff, make_stage

PAGES = ["desk", "inbox", "opening", "settlements"]


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_asked_to_sign_in_and_comes_back(client, stage, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("sign-in") + "?next=")


def test_a_part_of_a_page_reloads_the_whole_after_the_session_ended(client, stage):
    answer = client.post(reverse("search"), {"q": "王"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


def test_the_right_password_leads_to_the_desk(client, stage):
    typed = {"username": stage.clerk.username, "password": "a-long-password-for-tests"}
    assert client.post(reverse("sign-in"), typed)["Location"] == reverse("desk")


def test_a_wrong_password_does_not_tell_what_was_wrong(client, stage):
    typed = {"username": stage.clerk.username, "password": "no"}
    answer = client.post(reverse("sign-in"), typed)
    assert "用户名或密码不正确" in answer.content.decode()


def test_five_wrong_passwords_lock_the_name_and_say_when_it_opens(client, stage):
    typed = {"username": stage.clerk.username, "password": "no"}
    answers = [client.post(reverse("sign-in"), typed) for _ in range(6)]
    assert answers[-1].status_code == 429
    assert "十五分钟" in answers[-1].content.decode()
    good = {**typed, "password": "a-long-password-for-tests"}
    assert client.post(reverse("sign-in"), good).status_code == 429


def test_sign_in_never_leads_to_another_host(client, stage):
    typed = {"username": stage.clerk.username, "password": "a-long-password-for-tests"}
    answer = client.post(reverse("sign-in"), {**typed, "next": "https://example.com/"})
    assert answer["Location"] == reverse("desk")


def test_administrators_do_no_business_and_go_to_the_admin(stage, sign_in):
    admin = make_staff(None, "sys", Role.SYSTEM_ADMIN)
    assert sign_in(admin).get(reverse("desk"))["Location"] == reverse("admin:index")


@pytest.mark.parametrize("name", ["opening"])
def test_a_checker_cannot_open_the_clerks_form_and_it_is_noted(checker, name):
    answer = checker.get(reverse(name))
    assert answer.status_code == 403
    assert "岗位" in answer.content.decode()
    assert AuditEvent.objects.filter(result="REFUSED", action="accounts.open").count() == 1


@pytest.mark.parametrize("name", ["member", "deposit", "agreement", "seal", "unseal"])
def test_another_centres_member_is_not_there_and_the_look_is_noted(stage, sign_in, account, name):
    other = make_stage("yantai")
    answer = sign_in(other.clerk).get(reverse(name, args=[account.number]))
    assert answer.status_code == 404
    assert AuditEvent.objects.filter(action="counter.foreign_centre").count() == 1


def test_another_centres_opening_cannot_be_seen_or_decided(stage, sign_in):
    applicant = stage.applicant()
    stage.ask(applicant)
    opening = stage.submit(applicant)
    other = sign_in(make_stage("yantai").checker)
    assert other.get(reverse("item", args=["opening", opening.number])).status_code == 404
    answer = other.post(
        reverse("item-approve", args=["opening", opening.number]), {"digest": opening.digest}
    )
    assert answer.status_code == 404
    opening.refresh_from_db()
    assert opening.state == "SUBMITTED"


def test_nobody_changes_person_outside_the_demo(clerk, stage, settings):
    settings.DEMO = False
    answer = clerk.post(reverse("change-person"), {"username": stage.checker.username})
    assert answer.status_code == 404


def test_in_the_demo_one_click_changes_the_person(clerk, stage, settings):
    settings.DEMO = True
    clerk.post(reverse("change-person"), {"username": stage.checker.username})
    assert "换人" in clerk.get(reverse("desk")).content.decode()
    assert clerk.session["_auth_user_id"] == str(stage.checker.pk)


def test_administrators_are_not_among_the_demos_people(clerk, stage, settings):
    settings.DEMO = True
    make_staff(None, "sys", Role.SECURITY_ADMIN)
    assert clerk.post(reverse("change-person"), {"username": "sys"}).status_code == 404


def test_the_language_is_chinese_until_somebody_chooses(clerk):
    page = clerk.get(reverse("desk"), headers={"Accept-Language": "en"}).content.decode()
    assert "窗口前是哪位" in page
    clerk.post(reverse("language"), {"language": "en", "next": "/"})
    assert "Who stands in front of you?" in clerk.get(reverse("desk")).content.decode()


def test_an_unknown_language_changes_nothing(clerk):
    clerk.post(reverse("language"), {"language": "xx", "next": "https://example.com"})
    assert "窗口前是哪位" in clerk.get(reverse("desk")).content.decode()


def test_sign_out_needs_a_post(clerk):
    assert clerk.get(reverse("sign-out")).status_code == 405
    clerk.post(reverse("sign-out"))
    assert clerk.get(reverse("still-here")).status_code == 401


def test_a_page_made_before_another_person_signed_in_does_nothing(stage):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(stage.clerk, backend="django.contrib.auth.backends.ModelBackend")
    answer = strict.post(reverse("sign-out"))
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()
    assert strict.get(reverse("still-here")).status_code == 204
