"""What exists in the books: ledger accounts, entries (凭证), postings (分录).

An unbalanced entry has no column to live in: a posting has one amount, one debit and one credit.
Entries and postings are only ever added. Foreign keys of postings are kept by one guard per
statement (see ``guards``) and not by one check per row, because settlements post by the million.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import Range
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kernel.money import MAX_FEN
from ledger.chart import TITLES
from ledger.facts import Component as PostingComponent
from office.models import Centre


def _length_between(field: str, least: int, most: int) -> Range:
    """SQLite does not enforce the length of a text column, so a constraint does."""
    return Range(Length(field), (least, most))


class LedgerAccount(models.Model):
    """会计科目或分户账: one account of a centre's books.

    Lines (分户) belong to a control account and keep two running totals that only ever grow; the
    balance of every other account is the sum of its postings, or of its lines' postings. So no
    row is written by two clerks at once unless they serve the same member.
    """

    class Side(models.TextChoices):
        """The side on which an account's balance normally stands."""

        DEBIT = "DEBIT", _("debit side")
        CREDIT = "CREDIT", _("credit side")

    class Book(models.TextChoices):
        """Whose money it is: 专账核算 keeps flexible employment apart."""

        UNIT = "UNIT", _("employees of units")
        FLEX = "FLEX", _("flexible employment")
        CENTRE = "CENTRE", _("the centre")

    class Role(models.TextChoices):
        """Where an account stands. Only details and lines take postings."""

        SUMMARY = "SUMMARY", _("summary account")
        CONTROL = "CONTROL", _("control account")
        DETAIL = "DETAIL", _("detail account")
        LINE = "LINE", _("subsidiary line")

    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="+", db_index=False, verbose_name=_("centre")
    )
    code = models.CharField(_("account code"), max_length=64)
    name = models.CharField(_("account name"), max_length=128)
    normal_side = models.CharField(_("normal side"), max_length=6, choices=Side)
    role = models.CharField(_("place in the chart"), max_length=7, choices=Role)
    book = models.CharField(_("separate book"), max_length=6, choices=Book)
    control = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lines",
        verbose_name=_("control account"),
    )
    may_overdraw = models.BooleanField(_("may be overdrawn"), default=False)
    debits_fen = models.BigIntegerField(_("total debits (fen)"), default=0)
    credits_fen = models.BigIntegerField(_("total credits (fen)"), default=0)

    class Meta:
        verbose_name = _("ledger account")
        verbose_name_plural = _("ledger accounts")
        ordering: ClassVar = ["centre", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["centre", "code"], name="ledger_account_code_once"),
            models.CheckConstraint(
                name="ledger_account_code_length",
                condition=Q(_length_between("code", 3, 64)),
            ),
            models.CheckConstraint(
                name="ledger_account_known_codes",
                condition=Q(normal_side__in=["DEBIT", "CREDIT"])
                & Q(book__in=["UNIT", "FLEX", "CENTRE"])
                & Q(role__in=["SUMMARY", "CONTROL", "DETAIL", "LINE"]),
            ),
            models.CheckConstraint(
                name="ledger_account_lines_have_control",
                condition=Q(role="LINE", control__isnull=False)
                | (~Q(role="LINE") & Q(control__isnull=True)),
            ),
            models.CheckConstraint(
                name="ledger_account_totals_on_lines_only",
                condition=Q(control__isnull=False) | Q(debits_fen=0, credits_fen=0),
            ),
            models.CheckConstraint(
                name="ledger_account_totals_not_negative",
                condition=Q(debits_fen__gte=0, credits_fen__gte=0),
            ),
            models.CheckConstraint(
                name="ledger_account_not_overdrawn",
                condition=Q(control__isnull=True)
                | Q(may_overdraw=True)
                | Q(normal_side="CREDIT", credits_fen__gte=F("debits_fen"))
                | Q(normal_side="DEBIT", debits_fen__gte=F("credits_fen")),
                violation_error_message=_("The balance is too low."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def title(self) -> str | Promise:
        """The name in the reader's language; lines and sub-accounts keep the name given them."""
        return TITLES.get(self.code, self.name)

    @property
    def balance_fen(self) -> int:
        """What a line holds on its normal side, as last read; other accounts need ``queries``."""
        if self.role != self.Role.LINE:
            raise TypeError(f"{self.code} is no line: ask ledger.queries.get_balance_fen")
        difference_fen = self.credits_fen - self.debits_fen
        return difference_fen if self.normal_side == self.Side.CREDIT else -difference_fen


class Entry(models.Model):
    """记账凭证: one event of one centre on one business day, never changed afterwards."""

    class Kind(models.TextChoices):
        """What happened."""

        OPENING_BALANCE = "OPENING_BALANCE", _("opening balance")
        DEPOSIT = "DEPOSIT", _("contribution")
        SUSPENSE = "SUSPENSE", _("receipt not matched")
        ALLOCATION = "ALLOCATION", _("suspense allocated")
        REFUND = "REFUND", _("refund to the payer")
        ACCRUAL = "ACCRUAL", _("accrual")
        INTEREST = "INTEREST", _("interest settlement")
        SUBSIDY = "SUBSIDY", _("contribution subsidy")
        OPENING_SUBSIDY = "OPENING_SUBSIDY", _("opening subsidy")
        WITHDRAWAL = "WITHDRAWAL", _("withdrawal")
        EXIT = "EXIT", _("closing payment")
        TRANSFER_IN = "TRANSFER_IN", _("transfer in")
        TRANSFER_OUT = "TRANSFER_OUT", _("transfer out")
        CONVERSION = "CONVERSION", _("conversion of identity")
        DISBURSEMENT = "DISBURSEMENT", _("loan paid out")
        REPAYMENT = "REPAYMENT", _("loan repayment")
        OFFSET = "OFFSET", _("loan repaid from the account")
        OVERDUE = "OVERDUE", _("loan overdue or cured")
        WRITE_OFF = "WRITE_OFF", _("write-off")
        RECOVERY = "RECOVERY", _("recovery after write-off")
        PAYMENT = "PAYMENT", _("bank payment")
        CLOSING = "CLOSING", _("closing of the books")
        REVERSAL = "REVERSAL", _("reversal")

    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="+", db_index=False, verbose_name=_("centre")
    )
    business_date = models.DateField(_("business date"))
    kind = models.CharField(_("kind of entry"), max_length=16, choices=Kind)
    key = models.CharField(_("entry key"), max_length=120)
    document_no = models.CharField(_("document number"), max_length=64)
    memo = models.CharField(_("memo"), max_length=128, blank=True, default="")
    maker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("maker")
    )
    reversal_of = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reversal",
        verbose_name=_("reversal of"),
    )
    # Set by the database: for the trace only, no rule may read it.
    created_at = models.DateTimeField(_("recorded at"), db_default=Now())

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["centre", "business_date"], name="ledger_entry_centre_day"),
            models.Index(fields=["document_no"], name="ledger_entry_document"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["centre", "key"], name="ledger_entry_key_once"),
            models.CheckConstraint(
                name="ledger_entry_key_given",
                condition=Q(_length_between("key", 3, 120))
                & Q(_length_between("document_no", 1, 64)),
            ),
            models.CheckConstraint(
                name="ledger_entry_reversal_names_its_entry",
                condition=Q(kind="REVERSAL", reversal_of__isnull=False)
                | (~Q(kind="REVERSAL") & Q(reversal_of__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business_date} {self.get_kind_display()} {self.document_no}"


class Posting(models.Model):
    """分录: one sum from the credit of one account to the debit of another."""

    class Component(models.TextChoices):
        """What the money of a member account once was."""

        PRINCIPAL = PostingComponent.PRINCIPAL.value, _("principal")
        TRANSFER_IN = PostingComponent.TRANSFER_IN.value, _("transferred in")
        INTEREST = PostingComponent.INTEREST.value, _("interest")
        SUBSIDY = PostingComponent.SUBSIDY.value, _("subsidy")

    entry = models.ForeignKey(
        Entry,
        models.PROTECT,
        related_name="postings",
        db_index=False,
        db_constraint=False,
        verbose_name=_("entry"),
    )
    seq = models.PositiveIntegerField(_("line number"))
    debit = models.ForeignKey(
        LedgerAccount,
        models.PROTECT,
        related_name="debit_postings",
        db_index=False,
        db_constraint=False,
        verbose_name=_("debit side"),
    )
    credit = models.ForeignKey(
        LedgerAccount,
        models.PROTECT,
        related_name="credit_postings",
        db_index=False,
        db_constraint=False,
        verbose_name=_("credit side"),
    )
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    component = models.CharField(_("component"), max_length=11, choices=Component)
    value_date = models.DateField(_("value date"))

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering: ClassVar = ["entry", "seq"]
        # All columns a settlement reads stand in the index: on both databases it need not
        # visit the table.
        indexes: ClassVar = [
            models.Index(
                fields=["credit", "value_date", "amount_fen", "component"],
                name="ledger_posting_credit_cover",
            ),
            models.Index(
                fields=["debit", "value_date", "amount_fen", "component"],
                name="ledger_posting_debit_cover",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "seq"], name="ledger_posting_line_once"),
            models.CheckConstraint(
                name="ledger_posting_two_accounts", condition=~Q(debit=F("credit"))
            ),
            models.CheckConstraint(
                name="ledger_posting_amount_in_range",
                condition=Q(amount_fen__gte=1, amount_fen__lte=MAX_FEN),
            ),
            models.CheckConstraint(
                name="ledger_posting_known_component",
                condition=Q(component__in=[component.value for component in PostingComponent]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.seq}"
