"""The staff of the demo: the people of each centre by post, with passwords that are printed."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.translation import override

from fundcenter.demo.data import CENTRES, CentreData
from office.models import Branch, Centre, User
from office.roles import Role
from office.services import save_staff

# Printed and the same for everybody: people change places by a click. Without DEMO nobody can
# know it beforehand.
DEMO_PASSWORD = "Gongjijin-2026"
POSTS = {
    "clerk": Role.CLERK,
    "clerk2": Role.CLERK,
    "checker": Role.CHECKER,
    "checker2": Role.CHECKER,
    "supervisor": Role.SUPERVISOR,
    "supervisor2": Role.SUPERVISOR,
    "finance": Role.FINANCE,
    "auditor": Role.AUDITOR,
    "system": Role.SYSTEM_ADMIN,
    "security": Role.SECURITY_ADMIN,
    "audit": Role.AUDIT_ADMIN,
}
_ADMINISTRATORS = ("system", "security", "audit")
_SECOND_BRANCH = ("clerk2",)


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A line for people who want to sign in."""

    username: str
    password: str
    role: str
    centre: str

    def __str__(self) -> str:
        return (
            f"demo user: {self.username} password: {self.password} "
            f"role: {self.role} centre: {self.centre}"
        )


def username_of(centre: str, post: str) -> str:
    """Give the name a demo person signs in with, such as ``kashgar-clerk``."""
    return f"{centre}-{post}"


def new_password() -> str:
    """Give the password of the demo, or one nobody knows where this is no demo."""
    return DEMO_PASSWORD if settings.DEMO else secrets.token_urlsafe(12)


def hire(centre: Centre, data: CentreData, hashed: str) -> dict[str, User]:
    """Add the staff of a centre and return them by post.

    The three administrators belong to no centre: the database refuses them one.
    """
    branches = list(Branch.objects.filter(centre=centre, code__in=data.branches).order_by("id"))
    by_code = {branch.code: branch for branch in branches}
    hall, *others = (by_code[code] for code in data.branches)
    staff = {}
    for post, role in POSTS.items():
        branch = None if post in _ADMINISTRATORS else hall
        if post in _SECOND_BRANCH:
            branch = others[0]
        user = User(
            username=username_of(centre.code, post),
            display_name=data.staff[post],
            role=role,
            centre=centre if branch else None,
            branch=branch,
            password=hashed,
        )
        staff[post] = save_staff(user=user, by=None)
    return staff


def hash_of(password: str) -> str:
    """Hash once for all: hashing is slow on purpose, and the password is the same."""
    return make_password(password)


def list_demo_users(password: str) -> Iterator[DemoUser]:
    """List those of the demo's people that exist and sign in with this password."""
    right: dict[str, bool] = {}
    posts = {username_of(code, post): (code, post) for code in CENTRES for post in POSTS}
    found = {user.username: user for user in User.objects.filter(username__in=posts)}
    with override("zh-hans"):
        for username, (code, _post) in posts.items():
            user = found.get(username)
            if user is None:
                continue
            if user.password not in right:
                right[user.password] = user.check_password(password)
            if right[user.password]:
                yield DemoUser(username, password, str(user.get_role_display()), code)


__all__ = [
    "DemoUser",
    "hash_of",
    "hire",
    "list_demo_users",
    "new_password",
    "username_of",
]
