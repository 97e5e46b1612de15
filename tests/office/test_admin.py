"""What the admin shows to whom, and what nobody can do there."""

import re

import pytest
from django.contrib import admin
from django.test import RequestFactory

from office import jobs, runner
from office.models import AuditEvent, Job, User
from office.roles import Role
from office.services import audit, open_day
from tests.office.conftest import DAY, NOW, make_staff

PAGES = ["centre", "branch", "user", "businessday", "job", "auditevent"]
SEEN_BY = {
    Role.SUPERVISOR: {"centre", "branch", "businessday", "job", "auditevent"},
    Role.FINANCE: {"centre", "branch", "businessday", "job"},
    Role.AUDITOR: {"centre", "branch", "user", "businessday", "job", "auditevent"},
    Role.SYSTEM_ADMIN: {"centre", "branch", "businessday", "job"},
    Role.SECURITY_ADMIN: {"centre", "branch", "user"},
    Role.AUDIT_ADMIN: {"user", "auditevent"},
}


@pytest.fixture
def person(centre):
    def of(role: Role) -> User:
        branch = centre.branches.get() if role not in ADMINS else None
        return make_staff(role, branch, f"the-{role.lower()}")

    return of


ADMINS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", sorted(SEEN_BY))
def test_a_role_sees_its_pages_and_no_others(person, sign_in, role, page):
    answer = sign_in(person(Role(role))).get(f"/admin/office/{page}/")

    assert answer.status_code == (200 if page in SEEN_BY[Role(role)] else 403)


@pytest.mark.parametrize("role", [Role.CLERK, Role.CHECKER])
def test_clerks_and_checkers_do_not_enter(person, sign_in, role):
    assert sign_in(person(role)).get("/admin/").status_code == 302


@pytest.mark.parametrize("page", ["businessday", "job", "auditevent"])
@pytest.mark.parametrize("role", sorted(SEEN_BY))
def test_nobody_adds_days_jobs_or_audit_lines_by_hand(person, sign_in, role, page):
    assert sign_in(person(Role(role))).post(f"/admin/office/{page}/add/").status_code == 403


def test_nobody_deletes_anything_of_the_office(person, rf: RequestFactory):
    request = rf.get("/")
    for role in SEEN_BY:
        request.user = person(role)
        for model, model_admin in admin.site._registry.items():
            if model._meta.app_label == "office":
                assert not model_admin.has_delete_permission(request), (role, model)


def test_the_security_administrator_adds_staff(security_admin, centre, sign_in):
    answer = sign_in(security_admin).post(
        "/admin/office/user/add/",
        {
            "username": "new-clerk",
            "display_name": "阿依古丽·买买提",
            "role": "CLERK",
            "centre": centre.pk,
            "branch": centre.branches.get().pk,
            "usable_password": "true",
            "password1": "correct horse battery",
            "password2": "correct horse battery",
        },
    )

    assert answer.status_code == 302, answer.content.decode()
    user = User.objects.get(username="new-clerk")
    assert user.check_password("correct horse battery")
    assert AuditEvent.objects.filter(action="staff.add").latest("id").actor == security_admin


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "SYSTEM"},
        {"role": "SYSTEM_ADMIN"},
        {"role": "SUPERVISOR", "branch": ""},
        {"role": "SUPERVISOR", "centre": "", "branch": ""},
        {"role": "GOD"},
        {"display_name": ""},
    ],
)
def test_a_post_that_cannot_be_is_refused_with_the_form(security_admin, clerk, sign_in, wrong):
    form = {
        "username": clerk.username,
        "display_name": "张三",
        "role": "CHECKER",
        "centre": clerk.centre_id,
        "branch": clerk.branch_id,
        "is_active": "on",
        **wrong,
    }
    answer = sign_in(security_admin).post(f"/admin/office/user/{clerk.pk}/change/", form)

    assert answer.status_code == 200
    clerk.refresh_from_db()
    assert clerk.role == "CLERK"


def test_fields_beyond_the_form_change_nothing(security_admin, clerk, sign_in):
    sign_in(security_admin).post(
        f"/admin/office/user/{clerk.pk}/change/",
        {
            "username": clerk.username,
            "display_name": "张三",
            "role": "CLERK",
            "centre": clerk.centre_id,
            "branch": clerk.branch_id,
            "is_active": "on",
            "is_superuser": "on",
            "is_staff": "on",
            "person_index": "f" * 64,
        },
    )

    clerk.refresh_from_db()
    assert clerk.display_name == "张三"
    assert not clerk.is_superuser
    assert clerk.person_index == ""


def test_nobody_edits_their_own_entry_or_the_system_makers(security_admin, maker, sign_in):
    client = sign_in(security_admin)
    for user in (security_admin, maker):
        answer = client.post(f"/admin/office/user/{user.pk}/change/", {"role": "SUPERVISOR"})
        assert answer.status_code == 403


def test_a_new_password_is_audited_without_the_password(security_admin, clerk, sign_in):
    answer = sign_in(security_admin).post(
        f"/admin/office/user/{clerk.pk}/password/",
        {
            "password1": "correct horse battery",
            "password2": "correct horse battery",
            "usable_password": "true",
        },
    )

    assert answer.status_code == 302, answer.content.decode()
    line = AuditEvent.objects.get(action="staff.set_password")
    assert line.actor == security_admin
    assert "horse" not in str([line.before, line.after, line.reason, line.subject])


def test_a_supervisor_sees_the_days_and_the_trail_of_their_own_centre_only(
    person, sign_in, centre, other_centre, maker
):
    open_day(centre=centre, date=DAY, by=maker)
    foreign = open_day(centre=other_centre, date=DAY, by=maker)
    audit(actor=None, action="accounts.open", centre=other_centre, subject="外地业务")
    client = sign_in(person(Role.SUPERVISOR))

    page = client.get("/admin/office/auditevent/").content.decode()
    assert "外地业务" not in page
    assert "days.open" in page
    answer = client.get(f"/admin/office/businessday/{foreign.pk}/change/")
    assert answer.status_code in (302, 404)


@pytest.fixture
def job(maker, centre) -> Job:
    return jobs.enqueue(
        kind="tests.never", key="k", title="年度结息", actor=maker, centre=centre, total=200
    )


def test_a_running_job_shows_a_bar_that_can_be_asked(person, sign_in, job):
    held = jobs.claim(job_id=job.pk, now=job.due_at)
    jobs.heartbeat(job=held, now=NOW, done=49, failed=1)
    client = sign_in(person(Role.SUPERVISOR))

    page = client.get("/admin/office/job/").content.decode()
    assert 'value="25"' in page
    address = re.search(r'data-job="([^"]+)"', page)[1]
    answer = client.get(address).json()
    assert (answer["done"], answer["failed"], answer["total"]) == (49, 1, 200)
    assert (answer["percent"], answer["is_over"]) == (25, False)
    assert "job_progress.js" in page
    assert not re.search(r"<script>|\son[a-z]+=", page)


def test_nobody_asks_for_the_progress_of_another_centre(person, sign_in, job, other_centre):
    Job.objects.filter(pk=job.pk).update(centre=other_centre)

    answer = sign_in(person(Role.SUPERVISOR)).get(f"/admin/office/job/{job.pk}/progress/")
    assert answer.status_code == 404


def test_a_supervisor_runs_a_failed_job_again_and_finance_does_not(person, sign_in, job):
    runner.run_now(job=job, clock=lambda: job.due_at)
    action = {"action": "run_again", "_selected_action": [job.pk]}

    sign_in(person(Role.FINANCE)).post("/admin/office/job/", action)
    job.refresh_from_db()
    assert job.state == "FAILED"

    sign_in(person(Role.SUPERVISOR)).post("/admin/office/job/", action)
    job.refresh_from_db()
    assert job.state == "QUEUED"
