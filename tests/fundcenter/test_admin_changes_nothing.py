"""Through the admin nobody moves money or rewrites history: every page of it is asked."""

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from office.models import AuditEvent, Branch, Centre, Job, User
from office.roles import Role

# What may be written in the admin, and why it is neither money nor history.
ADDED_AND_CHANGED = {
    Centre: "the system administrator founds a centre; code and policy are fixed afterwards",
    Branch: "the system administrator names the halls; centre and code are fixed afterwards",
    User: "the security administrator manages posts; the service audits each change",
}
ACTED_ON = {
    AuditEvent: ({"save_csv", "save_xlsx"}, "reads only: the trail is given out as a file"),
    Job: ({"run_again", "cancel"}, "calls the service of the jobs, which asks for jobs.run"),
}


class Almighty(AnonymousUser):
    """Somebody with every permission there is: what they cannot do, nobody can."""

    is_active = True
    is_staff = True

    def has_perm(self, perm, obj=None):
        return True

    def has_module_perms(self, app_label):
        return True


@pytest.fixture
def request_of_almighty():
    request = RequestFactory().get("/admin/")
    request.user = Almighty()
    return request


EVERY_PAGE = sorted(admin.site._registry.items(), key=lambda page: page[0]._meta.label)
OWN_APPS = {app.label for app in apps.get_app_configs() if (settings.BASE_DIR / app.label).is_dir()}
OURS = [page for page in EVERY_PAGE if page[0]._meta.app_label in OWN_APPS]
OF_LIBRARIES = [page for page in EVERY_PAGE if page[0]._meta.app_label not in OWN_APPS]


def each(pages):
    return pytest.mark.parametrize(
        ("model", "page"), pages, ids=[model._meta.label for model, _page in pages]
    )


each_page = each(OURS)


@each_page
def test_rows_are_added_and_changed_by_services_alone(model, page, request_of_almighty):
    is_named = model in ADDED_AND_CHANGED

    assert page.has_add_permission(request_of_almighty) is is_named
    assert page.has_change_permission(request_of_almighty) is is_named
    assert page.has_change_permission(request_of_almighty, model(pk=1)) is is_named


@each_page
def test_nothing_is_deleted(model, page, request_of_almighty):
    assert not page.has_delete_permission(request_of_almighty)
    assert not page.has_delete_permission(request_of_almighty, model(pk=1))


@each_page
def test_a_list_writes_nothing(model, page, request_of_almighty):
    allowed, _reason = ACTED_ON.get(model, (set(), ""))

    assert set(page.get_actions(request_of_almighty)) == allowed
    assert not page.list_editable


@each_page
def test_the_rows_below_another_one_are_shown_only(model, page, request_of_almighty):
    for below in page.get_inline_instances(request_of_almighty):
        open_fields = set(below.get_fields(request_of_almighty)) - set(
            below.get_readonly_fields(request_of_almighty)
        )
        name = type(below).__name__

        assert not below.has_add_permission(request_of_almighty, None), name
        assert not (below.can_delete and below.has_delete_permission(request_of_almighty)), name
        assert not (below.has_change_permission(request_of_almighty) and open_fields), name


@each(OF_LIBRARIES)
@pytest.mark.parametrize("role", Role)
def test_pages_of_libraries_are_written_by_no_role_but_the_timetable(model, page, role):
    request = RequestFactory().get("/admin/")
    request.user = User(role=role, is_active=True)
    is_timetable = (model._meta.app_label, role) == ("django_celery_beat", Role.SYSTEM_ADMIN)

    may = [
        page.has_add_permission(request),
        page.has_change_permission(request, model(pk=1)),
        page.has_delete_permission(request, model(pk=1)),
    ]

    assert any(may) is is_timetable


def test_every_exception_still_has_a_page():
    assert {*ADDED_AND_CHANGED, *ACTED_ON} <= set(admin.site._registry)
