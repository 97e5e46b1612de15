"""Role decides, nothing beside it."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from office import roles
from office.models import Centre, User
from office.roles import Role
from office.services import NotAllowed, require_permission, save_staff
from tests.office.conftest import make_staff

BUSINESS_DEEDS = [
    "accounts.open",
    "accounts.approve",
    "contributions.deposit",
    "contributions.approve",
    "settlement.preview",
    "settlement.approve",
    "policy.propose",
    "policy.approve",
    "loans.approve",
    "days.open",
    "members.view",
    "members.reveal",
    "ledger.view",
]


@pytest.mark.parametrize("permission", BUSINESS_DEEDS)
@pytest.mark.parametrize("role", [*sorted(roles.ADMINISTRATORS), Role.SYSTEM])
def test_administrators_and_the_system_maker_do_no_business(role, permission):
    assert not roles.allows(role, permission)


@pytest.mark.parametrize(
    ("role", "permission"),
    [
        (Role.CLERK, "accounts.approve"),
        (Role.CLERK, "settlement.preview"),
        (Role.CLERK, "ledger.view_entry"),
        (Role.CHECKER, "accounts.open"),
        (Role.CHECKER, "contributions.deposit"),
        (Role.SUPERVISOR, "contributions.deposit"),
        (Role.SUPERVISOR, "staff.manage"),
        (Role.SUPERVISOR, "office.change_user"),
        (Role.FINANCE, "settlement.approve"),
        (Role.AUDITOR, "accounts.open"),
        (Role.AUDITOR, "ledger.change_entry"),
        (Role.SYSTEM_ADMIN, "office.change_user"),
        (Role.SECURITY_ADMIN, "office.view_auditevent"),
        (Role.AUDIT_ADMIN, "office.change_user"),
        ("NO_SUCH_ROLE", "members.view"),
    ],
)
def test_a_role_may_not(role, permission):
    assert not roles.allows(role, permission)


@pytest.mark.parametrize(
    ("role", "permission"),
    [
        (Role.CLERK, "contributions.deposit"),
        (Role.CHECKER, "accounts.approve"),
        (Role.SUPERVISOR, "settlement.approve"),
        (Role.FINANCE, "ledger.view_entry"),
        (Role.AUDITOR, "ledger.view_posting"),
        (Role.SECURITY_ADMIN, "office.change_user"),
        (Role.AUDIT_ADMIN, "office.view_auditevent"),
        (Role.SYSTEM_ADMIN, "django_celery_beat.change_periodictask"),
    ],
)
def test_a_role_may(role, permission):
    assert roles.allows(role, permission)


def test_every_role_stands_in_the_table():
    assert set(roles.PERMISSIONS) == set(Role)


def test_no_role_may_delete_or_change_what_moves_money():
    for role in Role:
        for app in ("ledger", "accounts", "contributions", "settlement", "loans", "subsidies"):
            for verb in ("add", "change", "delete"):
                assert not roles.allows(role, f"{app}.{verb}_anything"), (role, app, verb)


@pytest.mark.parametrize("role", sorted(Role))
def test_only_some_roles_enter_the_admin(role):
    assert User(role=role).is_staff == (role in roles.ENTERS_ADMIN)


def test_somebody_inactive_may_nothing(clerk):
    clerk.is_active = False

    assert not clerk.may("contributions.deposit")
    assert not clerk.has_module_perms("accounts")


def test_the_superuser_flag_gives_nothing(clerk):
    clerk.is_superuser = True

    assert not clerk.has_perm("settlement.approve")


def test_the_superuser_flag_cannot_be_stored(clerk):
    with pytest.raises(IntegrityError, match="office_user_no_superuser"), transaction.atomic():
        User.objects.filter(pk=clerk.pk).update(is_superuser=True)


@pytest.mark.django_db
def test_nobody_creates_a_superuser():
    with pytest.raises(ValidationError, match=r"security administrator|安全管理员"):
        User.objects.create_superuser("root", password="a-long-password-for-tests")


@pytest.mark.parametrize("role", sorted(roles.ADMINISTRATORS))
def test_an_administrator_has_no_centre(centre: Centre, role):
    with pytest.raises((ValidationError, IntegrityError)), transaction.atomic():
        make_staff(Role(role), centre.branches.get())


@pytest.mark.parametrize("role", sorted(roles.BUSINESS_ROLES))
@pytest.mark.django_db
def test_a_business_post_has_a_centre_and_a_branch(role):
    with pytest.raises((ValidationError, IntegrityError)), transaction.atomic():
        make_staff(Role(role), None)


def test_an_administrator_cannot_slip_into_a_business_role_in_the_database(centre):
    admin = make_staff(Role.SYSTEM_ADMIN, None)

    with pytest.raises(IntegrityError, match="place_fits_role"), transaction.atomic():
        User.objects.filter(pk=admin.pk).update(role=Role.SUPERVISOR)


def test_a_branch_of_another_centre_is_refused(centre, other_centre):
    user = User(
        username="lost",
        display_name="lost",
        role=Role.CLERK,
        centre=centre,
        branch=other_centre.branches.get(),
    )
    with pytest.raises(ValidationError, match="branch"):
        save_staff(user=user, by=None)


def test_one_person_has_one_staff_account(staff):
    staff(Role.CLERK, "first", person_index="a" * 64)

    with pytest.raises((ValidationError, IntegrityError)), transaction.atomic():
        staff(Role.SUPERVISOR, "second", person_index="a" * 64)


def test_the_system_maker_exists_once_and_cannot_sign_in(maker, client: Client):
    assert maker.is_system
    assert not maker.is_active
    assert not maker.has_usable_password()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=maker.pk).update(is_active=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="twin", role=Role.SYSTEM, is_active=False)


def test_a_clerk_of_another_centre_is_refused(clerk, other_centre):
    with pytest.raises(NotAllowed, match="烟台"):
        require_permission(clerk, "accounts.open", other_centre)


def test_only_the_security_administrator_changes_staff(clerk, supervisor):
    for person in (clerk, supervisor, make_staff(Role.SYSTEM_ADMIN, None)):
        with pytest.raises(NotAllowed):
            save_staff(user=User.objects.get(pk=clerk.pk), by=person)


def test_nobody_changes_their_own_role(db):
    security = make_staff(Role.SECURITY_ADMIN, None)

    with pytest.raises(NotAllowed):
        save_staff(user=security, by=security)
