"""Inheritance (继承提取): what is left when a member has died, and to whom it goes."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import DeathReport, IdentityDocument, MemberAccount
from contributions.facts import Title
from contributions.models.interest import InterestCredit
from kernel.money import MAX_FEN
from ledger.models import Entry
from office.fields import EncryptedTextField, mask_document
from office.models import Document
from policy.terms import TERMS


class Inheritance(Document):
    """继承提取或无人继承处理: everything in the account of a dead member, interest included.

    ``parts`` lists [origin, component, fen]. With heirs the money is owed to them (21904) from the
    approval until each has been paid; without any it goes to the value-added income at once, by
    what a court has declared. What is approved is what was shown, to the fen, or nothing.
    """

    submit_permission = "contributions.inherit"
    approve_permission = "contributions.approve"
    approve_large_permission = "contributions.approve_large"
    after_death = True

    class GoesTo(models.TextChoices):
        """Who gets it."""

        HEIRS = "HEIRS", _("heirs")
        NOBODY = "NOBODY", _("nobody: to the value-added income")

    member_account = models.ForeignKey(
        MemberAccount,
        models.PROTECT,
        related_name="inheritances",
        verbose_name=_("member account"),
    )
    death = models.ForeignKey(
        DeathReport,
        models.PROTECT,
        related_name="inheritances",
        verbose_name=_("report of a death"),
    )
    goes_to = models.CharField(_("goes to"), max_length=6, choices=GoesTo)
    guarantee = models.BooleanField(_("the dead stood surety for another's loan"))
    total_fen = models.BigIntegerField(_("everything (fen)"))
    interest_fen = models.BigIntegerField(_("of this interest to the day (fen)"))
    parts = models.JSONField(_("by origin"), default=list)
    court = models.CharField(_("court"), max_length=80, blank=True, default="")
    declaration_no = models.CharField(
        _("number of the declaration"), max_length=64, blank=True, default=""
    )
    declaration_date = models.DateField(_("date of the declaration"), null=True)
    due_date = models.DateField(_("decision due by"), null=True)
    is_large = models.BooleanField(_("above the checker's limit"))
    decision = models.ForeignKey(
        "policy.StoredDecision", models.PROTECT, related_name="+", verbose_name=_("decision")
    )
    approval_decision = models.ForeignKey(
        "policy.StoredDecision",
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("decision at approval"),
    )
    interest_credit = models.OneToOneField(
        InterestCredit,
        models.PROTECT,
        null=True,
        related_name="inheritance",
        editable=False,
        verbose_name=_("interest credited within the year"),
    )
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        related_name="inheritance",
        editable=False,
        verbose_name=_("voucher"),
    )

    class Meta(Document.Meta):
        verbose_name = _("inheritance")
        verbose_name_plural = _("inheritances")
        indexes: ClassVar = [
            models.Index(
                fields=["centre", "state", "due_date"], name="contributions_inheritance_due"
            ),
        ]
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                name="contributions_inheritance_amounts_in_range",
                condition=Q(total_fen__gte=0, total_fen__lte=MAX_FEN, interest_fen__gte=0),
            ),
            models.CheckConstraint(
                name="contributions_inheritance_without_heirs_by_a_court",
                condition=(
                    Q(goes_to="HEIRS", court="", declaration_no="", declaration_date__isnull=True)
                )
                | (
                    Q(goes_to="NOBODY", is_large=True, declaration_date__isnull=False)
                    & ~Q(court="")
                    & ~Q(declaration_no="")
                ),
            ),
            models.UniqueConstraint(
                fields=["member_account"],
                condition=Q(state__in=["DRAFT", "SUBMITTED"]),
                name="contributions_inheritance_one_waiting",
                violation_error_message=_("An inheritance of this account already waits."),
            ),
            models.CheckConstraint(
                name="contributions_inheritance_approved_is_booked",
                condition=Q(state="SUBMITTED")
                | (
                    Q(state="APPROVED", approval_decision__isnull=False)
                    & (Q(total_fen=0, entry__isnull=True) | Q(total_fen__gt=0, entry__isnull=False))
                )
                | Q(
                    state__in=["DRAFT", "RETURNED", "CANCELLED"],
                    entry__isnull=True,
                    approval_decision__isnull=True,
                ),
            ),
        ]


class Heir(models.Model):
    """继承人或受遗赠人: one person's part of an inheritance, by which title, and to which card.

    The part is an exact fraction of everything or a sum; ``amount_fen`` is what it comes to. The
    card changes by a ``HeirCard`` only.
    """

    class Relation(models.TextChoices):
        """How the heir stands to the dead."""

        SPOUSE = "SPOUSE", pgettext_lazy("heir", "spouse")
        CHILD = "CHILD", pgettext_lazy("heir", "child")
        PARENT = "PARENT", pgettext_lazy("heir", "parent")
        SIBLING = "SIBLING", pgettext_lazy("heir", "brother or sister")
        GRANDPARENT = "GRANDPARENT", pgettext_lazy("heir", "grandparent")
        GRANDCHILD = "GRANDCHILD", pgettext_lazy("heir", "grandchild")
        LEGATEE = "LEGATEE", pgettext_lazy("heir", "legatee")
        OTHER = "OTHER", pgettext_lazy("heir", "other")

    inheritance = models.ForeignKey(
        Inheritance, models.PROTECT, related_name="heirs", verbose_name=_("inheritance")
    )
    place = models.SmallIntegerField(_("place in the list"))
    name = models.CharField(pgettext_lazy("person", "name"), max_length=80)
    document_type = models.CharField(
        _("kind of document"),
        max_length=32,
        choices=IdentityDocument._meta.get_field("document_type").choices,
    )
    document_number = EncryptedTextField(_("number"))
    number_index = models.CharField(max_length=64, editable=False)
    relation = models.CharField(_("relation"), max_length=11, choices=Relation)
    numerator = models.IntegerField(_("part: numerator"), null=True)
    denominator = models.IntegerField(_("part: denominator"), null=True)
    share_fen = models.BigIntegerField(_("part as a sum (fen)"), null=True)
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    title = models.CharField(
        pgettext_lazy("heir", "title"),
        max_length=15,
        choices=[(one.value, TERMS[one.value]) for one in Title],
    )
    title_no = models.CharField(_("number of the title"), max_length=64)
    bank = models.CharField(_("bank"), max_length=40)
    card = EncryptedTextField(_("card number"))
    card_last4 = models.CharField(_("last four digits"), max_length=4)

    class Meta:
        verbose_name = _("heir")
        verbose_name_plural = _("heirs")
        ordering: ClassVar = ["inheritance", "place"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["inheritance", "place"], name="contributions_heir_one_per_place"
            ),
            models.UniqueConstraint(
                fields=["inheritance", "number_index"], name="contributions_heir_named_once"
            ),
            models.CheckConstraint(
                name="contributions_heir_has_a_part_or_a_sum",
                condition=Q(numerator__gte=1, denominator__gte=1, share_fen__isnull=True)
                | Q(numerator__isnull=True, denominator__isnull=True, share_fen__gte=0),
            ),
            models.CheckConstraint(
                name="contributions_heir_amount_in_range",
                condition=Q(amount_fen__gte=0, amount_fen__lte=MAX_FEN),
            ),
            models.CheckConstraint(
                name="contributions_heir_names_title_and_card",
                condition=Q(title__in=[one.value for one in Title])
                & ~Q(title_no="")
                & ~Q(bank="")
                & ~Q(card_last4=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inheritance} {self.place}"

    @property
    def masked_number(self) -> str:
        """The number of the document with the birth date hidden."""
        return mask_document(self.document_number)


class HeirCard(Document):
    """更正收款账户: an heir whom the bank could not pay names another card and is paid again."""

    submit_permission = "contributions.inherit"
    approve_permission = "contributions.approve"
    after_death = True

    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="+", verbose_name=_("member account")
    )
    heir = models.ForeignKey(
        Heir, models.PROTECT, related_name="card_changes", verbose_name=_("heir")
    )
    bank = models.CharField(_("bank"), max_length=40)
    card = EncryptedTextField(_("card number"))
    card_last4 = models.CharField(_("last four digits"), max_length=4)

    class Meta(Document.Meta):
        verbose_name = _("another card of an heir")
        verbose_name_plural = _("other cards of heirs")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                name="contributions_heircard_names_the_card",
                condition=~Q(bank="") & ~Q(card_last4=""),
            ),
            models.UniqueConstraint(
                fields=["heir"],
                condition=Q(state__in=["DRAFT", "SUBMITTED"]),
                name="contributions_heircard_one_waiting",
                violation_error_message=_("Another card of this heir already waits."),
            ),
        ]
