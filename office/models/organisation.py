"""Centres, their branches and their staff."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office import roles
from office.roles import Role

valid_code = RegexValidator(
    r"\A[a-z][a-z0-9]*(-[a-z0-9]+)*\Z",
    _("Use lower-case letters, digits and single hyphens, starting with a letter."),
)


class Centre(models.Model):
    """A housing provident fund management centre (住房公积金管理中心) with its own books.

    ``jurisdiction`` names the policy pack it decides by; the model city of a provincial notice
    has a pack of its own below the province.
    """

    code = models.CharField(_("code"), max_length=32, unique=True, validators=[valid_code])
    name = models.CharField(_("name"), max_length=64, unique=True)
    short_name = models.CharField(_("short name"), max_length=16)
    jurisdiction = models.CharField(_("policy pack"), max_length=64, validators=[valid_code])
    drawers_close_first = models.BooleanField(
        _("drawers close before the day"),
        default=True,
        help_text=_("The business day stays open until everybody who booked has closed theirs."),
    )

    class Meta:
        verbose_name = _("centre")
        verbose_name_plural = _("centres")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="office_centre_is_named",
                condition=~Q(code="") & ~Q(name="") & ~Q(short_name="") & ~Q(jurisdiction=""),
                violation_error_message=_("A centre has a code, a name and a policy pack."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Branch(models.Model):
    """A service hall (管理部) of a centre, where documents are made."""

    centre = models.ForeignKey(
        Centre, on_delete=models.PROTECT, related_name="branches", verbose_name=_("centre")
    )
    code = models.CharField(_("code"), max_length=32, validators=[valid_code])
    name = models.CharField(_("name"), max_length=64)

    class Meta:
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        ordering = ["centre", "code"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "code"], name="office_branch_code_once"),
            models.UniqueConstraint(fields=["centre", "name"], name="office_branch_name_once"),
            models.CheckConstraint(
                name="office_branch_is_named", condition=~Q(code="") & ~Q(name="")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StaffManager(BaseUserManager["User"]):
    """Makes staff with a hashed password. There is no superuser: nobody checks themselves."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Store a staff member; without a password nobody can sign in as them."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, **fields: Any) -> "User":
        """Refuse: every right comes from a role.

        Raises:
            ValidationError: always; create a security administrator instead.
        """
        raise ValidationError(
            _("There is no superuser. Create a security administrator, who then adds the staff.")
        )


class User(AbstractUser):
    """A member of staff with exactly one role, which alone decides what they may do.

    Business posts belong to one branch of one centre; the three administrators and the system
    maker belong to none. The system maker signs what jobs make and can never sign in.
    """

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    groups = None  # type: ignore[assignment]
    user_permissions = None  # type: ignore[assignment]

    display_name = models.CharField(_("display name"), max_length=64)
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    centre = models.ForeignKey(
        Centre,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="staff",
        verbose_name=_("centre"),
    )
    branch = models.ForeignKey(
        Branch,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="staff",
        verbose_name=_("branch"),
    )
    person_index = models.CharField(
        _("identity index"),
        max_length=64,
        blank=True,
        default="",
        help_text=_("Blind index of the staff member's own identity number."),
    )

    objects: ClassVar[StaffManager] = StaffManager()  # type: ignore[assignment]

    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name", "role"]

    class Meta:
        verbose_name = _("staff member")
        verbose_name_plural = _("staff")
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                name="office_user_role_known", condition=Q(role__in=sorted(Role.values))
            ),
            models.CheckConstraint(
                name="office_user_place_fits_role",
                condition=Q(
                    role__in=sorted(roles.WITHOUT_CENTRE), centre__isnull=True, branch__isnull=True
                )
                | Q(
                    role__in=sorted(roles.BUSINESS_ROLES),
                    centre__isnull=False,
                    branch__isnull=False,
                ),
                violation_error_message=_(
                    "Business posts need a centre and a branch; administrators have neither."
                ),
            ),
            models.CheckConstraint(
                name="office_user_no_superuser",
                condition=Q(is_superuser=False),
                violation_error_message=_("There is no superuser; choose a role."),
            ),
            models.CheckConstraint(
                name="office_user_system_cannot_sign_in",
                condition=~Q(role=Role.SYSTEM) | Q(is_active=False),
                violation_error_message=_("The system maker cannot sign in."),
            ),
            models.UniqueConstraint(
                fields=["role"], condition=Q(role=Role.SYSTEM), name="office_user_one_system_maker"
            ),
            models.UniqueConstraint(
                fields=["person_index"],
                condition=~Q(person_index=""),
                name="office_user_one_per_person",
                violation_error_message=_("This person already has a staff account."),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def clean(self) -> None:
        """Refuse a branch of another centre."""
        super().clean()
        if self.branch and self.branch.centre_id != self.centre_id:
            raise ValidationError({"branch": _("The branch belongs to another centre.")})

    @property
    def is_staff(self) -> bool:  # type: ignore[override]
        """Whether the role may enter the admin."""
        return self.role in roles.ENTERS_ADMIN

    @property
    def is_system(self) -> bool:
        """Whether this is the maker of what jobs make."""
        return self.role == Role.SYSTEM

    @property
    def is_administrator(self) -> bool:
        """Whether this is one of the three separated administrators, who do no business."""
        return self.role in roles.ADMINISTRATORS

    def get_full_name(self) -> str:
        """Give the name that is printed on documents."""
        return self.display_name

    def get_short_name(self) -> str:
        """Give the name that is shown in the header."""
        return self.display_name

    def may(self, permission: str) -> bool:
        """Tell whether the person may do this; see ``office.roles`` for the codes."""
        return self.is_active and roles.allows(self.role, permission)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Answer Django's question from the role; the superuser flag gives nothing."""
        return self.may(perm)

    def has_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        """Tell whether the person holds all of the permissions."""
        return all(self.may(perm) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Tell whether the admin lists the app for this person."""
        return self.is_active and roles.allows_app(self.role, app_label)
