"""Members, the papers that name them, and their individual accounts."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kernel.documents import DocumentType, Sex
from ledger.models import LedgerAccount
from office.fields import EncryptedTextField, mask_document, mask_phone
from office.models import Branch, Centre


class Member(models.Model):
    """A person known to a centre (缴存人), under whatever papers they have held.

    ``name`` is as the papers print it; ``name_key`` is its one spelling for search and for
    finding the same person twice; ``initials`` holds every reading of the initials, apart by
    blanks, with a blank at both ends.
    """

    class Category(models.TextChoices):
        """Series of the statutory retirement age."""

        MEN_60 = "MEN_60", _("men, 60")
        WOMEN_55 = "WOMEN_55", _("women, 55")
        WOMEN_50 = "WOMEN_50", _("women, 50")

    class Employment(models.TextChoices):
        """Forms of flexible employment that statistics keep apart."""

        SELF_EMPLOYED = "SELF_EMPLOYED", _("self-employed")
        PART_TIME = "PART_TIME", _("part-time")
        NEW_FORM = "NEW_FORM", _("new form of employment")

    class SubsidyCategory(models.TextChoices):
        """Who is supported beyond the rest."""

        NONE = "NONE", _("none")
        GRADUATE = "GRADUATE", _("graduate")
        TALENT = "TALENT", _("talent")

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    name = models.CharField(pgettext_lazy("person", "name"), max_length=80)
    name_key = models.CharField(_("name for search"), max_length=80)
    pinyin = models.CharField(_("pinyin"), max_length=320)
    initials = models.CharField(_("initials"), max_length=160)
    birth_date = models.DateField(_("date of birth"))
    sex = models.CharField(
        _("sex"), max_length=1, choices=[(Sex.M.value, _("male")), (Sex.F.value, _("female"))]
    )
    retirement_category = models.CharField(_("retirement category"), max_length=8, choices=Category)
    phone = EncryptedTextField(_("phone"), blank=True, default="")
    phone_index = models.CharField(max_length=64, blank=True, default="", editable=False)
    address = EncryptedTextField(_("address"), blank=True, default="")
    employment = models.CharField(_("form of employment"), max_length=13, choices=Employment)
    occupation = models.CharField(_("occupation"), max_length=40, blank=True, default="")
    industry_chain = models.CharField(_("industry chain"), max_length=40, blank=True, default="")
    subsidy_category = models.CharField(
        _("supported group"),
        max_length=8,
        choices=SubsidyCategory,
        default=SubsidyCategory.NONE,
    )
    left_school_date = models.DateField(_("left school on"), null=True, blank=True)
    created_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        indexes: ClassVar = [
            models.Index(fields=["centre", "name_key"], name="accounts_member_name"),
            models.Index(fields=["centre", "pinyin"], name="accounts_member_pinyin"),
            models.Index(fields=["centre", "phone_index"], name="accounts_member_phone"),
            # Not unique: twins exist, so this only finds whom a person should look at.
            models.Index(fields=["centre", "birth_date", "sex"], name="accounts_member_soft"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="accounts_member_is_named", condition=~Q(name="") & ~Q(name_key="")
            ),
            models.CheckConstraint(
                name="accounts_member_known_codes",
                condition=Q(sex__in=["M", "F"])
                & Q(retirement_category__in=["MEN_60", "WOMEN_55", "WOMEN_50"])
                & Q(employment__in=["SELF_EMPLOYED", "PART_TIME", "NEW_FORM"])
                & Q(subsidy_category__in=["NONE", "GRADUATE", "TALENT"]),
            ),
            models.CheckConstraint(
                name="accounts_member_only_graduates_left_school",
                condition=Q(left_school_date__isnull=True) | Q(subsidy_category="GRADUATE"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def masked_phone(self) -> str:
        """The phone number with its middle hidden."""
        return mask_phone(self.phone) if self.phone else ""


class IdentityDocument(models.Model):
    """A paper that names a member (证件). A changed number is a further row; one is current."""

    member = models.ForeignKey(
        Member, models.PROTECT, related_name="documents", verbose_name=_("member")
    )
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    document_type = models.CharField(
        _("kind of document"),
        max_length=32,
        choices=[
            (DocumentType.RESIDENT_ID.value, _("resident identity card")),
            (DocumentType.HMT_RESIDENCE_PERMIT.value, _("residence permit of HK, Macao, Taiwan")),
            (
                DocumentType.FOREIGN_PERMANENT_RESIDENT_ID.value,
                _("foreigner's permanent residence card"),
            ),
        ],
    )
    number = EncryptedTextField(_("number"))
    number_index = models.CharField(max_length=64, editable=False)
    is_current = models.BooleanField(_("current"), default=True)
    recorded_date = models.DateField(_("recorded on"))

    class Meta:
        verbose_name = _("identity document")
        verbose_name_plural = _("identity documents")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["centre", "number_index"], name="accounts_document_names_one_member"
            ),
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(is_current=True),
                name="accounts_document_one_current",
            ),
            models.CheckConstraint(
                name="accounts_document_known_type",
                condition=Q(document_type__in=[kind.value for kind in DocumentType]),
            ),
        ]

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        """The number with its birth date hidden."""
        return mask_document(self.number)


class ManagedAccount(models.Model):
    """集中管理账户: under it a branch keeps the individual accounts of its flexible members."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    branch = models.OneToOneField(
        Branch, models.PROTECT, related_name="managed_account", verbose_name=_("branch")
    )
    number = models.CharField(_("number of the account"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("central managed account")
        verbose_name_plural = _("central managed accounts")

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class MemberAccount(models.Model):
    """个人账户: one individual account, with a line in the books per origin of its money.

    A person has one open account. UNIT money (from a former employer) waits beside FLEX money
    and is never mixed with it.
    """

    class Identity(models.TextChoices):
        """As whom the member contributes now."""

        FLEX = "FLEX", _("flexible employment")
        UNIT = "UNIT", _("employee of a unit")

    class State(models.TextChoices):
        """Where the account stands."""

        NORMAL = "NORMAL", _("normal")
        SEALED = "SEALED", _("sealed")
        CLOSED = "CLOSED", _("closed")

    class CloseReason(models.TextChoices):
        """Why an account was closed."""

        DORMANT = "DORMANT", _("dormant and empty")
        EXIT = "EXIT", _("left of one's own will")
        TRANSFER_OUT = "TRANSFER_OUT", _("transferred out")
        MERGED = "MERGED", _("merged into another account")
        INHERITED = "INHERITED", _("paid to heirs")
        NO_HEIRS = "NO_HEIRS", _("died without heirs")

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", verbose_name=_("branch"))
    managed_account = models.ForeignKey(
        ManagedAccount,
        models.PROTECT,
        related_name="member_accounts",
        verbose_name=_("central managed account"),
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="member_accounts", verbose_name=_("member")
    )
    number = models.CharField(_("account number"), max_length=32, unique=True)
    identity = models.CharField(
        _("identity"), max_length=4, choices=Identity, default=Identity.FLEX
    )
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.NORMAL)
    first_time = models.BooleanField(
        _("joins for the first time"),
        help_text=_("No earlier provident fund account in this city, of a unit or one's own."),
    )
    opened_date = models.DateField(_("opened on"))
    sealed_date = models.DateField(_("sealed on"), null=True, blank=True)
    closed_date = models.DateField(_("closed on"), null=True, blank=True)
    close_reason = models.CharField(
        _("reason of closure"), max_length=12, choices=CloseReason, blank=True, default=""
    )
    flex_ledger_account = models.OneToOneField(
        LedgerAccount, models.PROTECT, related_name="+", verbose_name=_("line of flexible money")
    )
    unit_ledger_account = models.OneToOneField(
        LedgerAccount, models.PROTECT, related_name="+", verbose_name=_("line of unit money")
    )

    class Meta:
        verbose_name = _("member account")
        verbose_name_plural = _("member accounts")
        indexes: ClassVar = [
            models.Index(fields=["centre", "state", "id"], name="accounts_account_scan"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member"],
                condition=~Q(state="CLOSED"),
                name="accounts_account_one_open_per_member",
                violation_error_message=_("The member already has an open account."),
            ),
            models.CheckConstraint(
                name="accounts_account_known_codes",
                condition=Q(identity__in=["FLEX", "UNIT"])
                & Q(state__in=["NORMAL", "SEALED", "CLOSED"])
                & Q(
                    close_reason__in=[
                        "",
                        "DORMANT",
                        "EXIT",
                        "TRANSFER_OUT",
                        "MERGED",
                        "INHERITED",
                        "NO_HEIRS",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="accounts_account_closed_with_date_and_reason",
                condition=(Q(state="CLOSED", closed_date__isnull=False) & ~Q(close_reason=""))
                | (~Q(state="CLOSED") & Q(closed_date__isnull=True, close_reason="")),
            ),
            models.CheckConstraint(
                name="accounts_account_sealed_with_date",
                condition=~Q(state="SEALED") | Q(sealed_date__isnull=False),
            ),
            models.CheckConstraint(
                name="accounts_account_two_lines",
                condition=~Q(flex_ledger_account=models.F("unit_ledger_account")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether money may still enter or leave the account."""
        return self.state != self.State.CLOSED
