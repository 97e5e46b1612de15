"""What exists of a settlement: the run two persons sign, its shards, and what each account got."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, MemberAccount
from contributions.models import Correction, Payout
from kernel.money import MAX_FEN
from ledger.models import Entry
from loans.models import RepaymentReversal
from office.models import Document


class SettlementRun(Document):
    """年度结息单: one preview of a centre's fund year, approved by a second person and posted.

    ``round`` 1 settles the centre; later rounds settle only the accounts that earlier ones had
    to leave out. Totals are those of the preview, and posting must reproduce them shard by
    shard. ``terms`` are the numbers the run computes with and ``parameters`` the dated, cited
    values they came from.
    """

    submit_permission = "settlement.preview"
    approve_permission = "settlement.approve"

    class State(models.TextChoices):
        """The states of every two-person document, and those of posting."""

        DRAFT = "DRAFT", _("being previewed")
        SUBMITTED = "SUBMITTED", _("waits for a second person")
        APPROVED = "APPROVED", _("approved")
        RETURNED = "RETURNED", _("returned")
        CANCELLED = "CANCELLED", _("cancelled")
        POSTING = "POSTING", _("being posted")
        POSTED = "POSTED", _("posted")
        SEALED = "SEALED", _("sealed")

    state = models.CharField(
        _("state"), max_length=16, choices=State, default=State.DRAFT, editable=False
    )
    year = models.PositiveSmallIntegerField(_("fund year"))
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    accounts = models.PositiveIntegerField(_("accounts settled"), default=0)
    interest_fen = models.BigIntegerField(_("interest (fen)"), default=0)
    subsidy_fen = models.BigIntegerField(_("subsidies (fen)"), default=0)
    failed = models.PositiveIntegerField(_("accounts left out"), default=0)
    terms = models.JSONField(_("terms"), default=dict)
    parameters = models.JSONField(_("values read"), default=list)
    notes = models.JSONField(_("notes"), default=list)
    posted_at = models.DateTimeField(_("posted at"), null=True, editable=False)

    class Meta(Document.Meta):
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        ordering: ClassVar = ["-year", "centre", "-round", "-id"]
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=["centre", "year", "round"],
                condition=~Q(state__in=["CANCELLED", "RETURNED"]),
                name="settlement_run_once_per_year",
            ),
            models.UniqueConstraint(
                fields=["centre"],
                condition=Q(state__in=["DRAFT", "SUBMITTED", "APPROVED", "POSTING"]),
                name="settlement_run_one_under_way",
            ),
            models.CheckConstraint(
                name="settlement_run_known_state",
                condition=Q(
                    state__in=[
                        "DRAFT",
                        "SUBMITTED",
                        "APPROVED",
                        "RETURNED",
                        "CANCELLED",
                        "POSTING",
                        "POSTED",
                        "SEALED",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="settlement_run_posted_is_signed",
                condition=~Q(state__in=["POSTING", "POSTED", "SEALED"])
                | (Q(checked_by__isnull=False) & ~Q(digest="")),
            ),
            models.CheckConstraint(
                name="settlement_run_posted_at",
                condition=Q(state__in=["POSTED", "SEALED"], posted_at__isnull=False)
                | (~Q(state__in=["POSTED", "SEALED"]) & Q(posted_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="settlement_run_sums_not_negative",
                condition=Q(interest_fen__gte=0, subsidy_fen__gte=0, round__gte=1),
            ),
        ]


class Shard(models.Model):
    """A range of member accounts settled in one short transaction; done once its rows exist."""

    class State(models.TextChoices):
        """How far it is."""

        PREVIEWED = "PREVIEWED", _("previewed")
        DONE = "DONE", _("posted")

    run = models.ForeignKey(
        SettlementRun, models.PROTECT, related_name="shards", verbose_name=_("settlement")
    )
    lo = models.BigIntegerField(_("first member account"))
    hi = models.BigIntegerField(_("member account after the last"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PREVIEWED)
    accounts = models.PositiveIntegerField(_("accounts"), default=0)
    interest_fen = models.BigIntegerField(_("interest (fen)"), default=0)
    subsidy_fen = models.BigIntegerField(_("subsidy (fen)"), default=0)
    opening_subsidy_fen = models.BigIntegerField(_("opening subsidies (fen)"), default=0)
    failed = models.PositiveIntegerField(_("left out"), default=0)
    done_at = models.DateTimeField(_("posted at"), null=True)

    class Meta:
        verbose_name = _("part of a settlement")
        verbose_name_plural = _("parts of a settlement")
        ordering: ClassVar = ["run", "lo"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "lo"], name="settlement_shard_once"),
            models.CheckConstraint(
                name="settlement_shard_range", condition=Q(hi__gt=F("lo"), lo__gte=0)
            ),
            models.CheckConstraint(
                name="settlement_shard_done_is_dated",
                condition=Q(state="PREVIEWED", done_at__isnull=True)
                | Q(state="DONE", done_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lo}-{self.hi}"


class RunDay(models.Model):
    """What a day weighs in a run, computed once by the pure day counts and read by the bulk steps.

    ``interest_weight`` times fen, over the run's denominator, is the interest of money dated on
    that day. ``day_number`` counts days in the subsidy's day count, ``year_end_number`` is that
    of the 30 June ending the day's own fund year, ``matures_*`` belong to the day on which money
    of this day is old enough for a subsidy.
    """

    run = models.ForeignKey(
        SettlementRun,
        models.PROTECT,
        related_name="days",
        db_index=False,
        verbose_name=_("settlement"),
    )
    date = models.DateField(_("date"))
    interest_weight = models.BigIntegerField(_("weight of interest"))
    day_number = models.IntegerField(_("number of the day"))
    year_end_number = models.IntegerField(_("number of the fund year's last day"))
    matures_date = models.DateField(_("old enough from"))
    matures_number = models.IntegerField(_("number of that day"))
    matures_year = models.PositiveSmallIntegerField(_("fund year of that day"))

    class Meta:
        verbose_name = _("day of a settlement")
        verbose_name_plural = _("days of a settlement")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "date"], name="settlement_runday_once"),
        ]

    def __str__(self) -> str:
        return f"{self.date}"


class SettlementItem(models.Model):
    """What one account got for one fund year: once per account, year and kind, and never changed.

    ``base_fen`` is the money it was computed on: the balance on 30 June before the settlement,
    or the money that counted for a subsidy. Every settled account has an INTEREST_FLEX item,
    with an amount of zero where nothing was earned. What a correction changes later stands in
    ``SettlementAdjustment``; an opening subsidy that was taken back wholly may be given again.
    """

    class Kind(models.TextChoices):
        """What for."""

        INTEREST_FLEX = "INTEREST_FLEX", _("interest on flexible money")
        INTEREST_UNIT = "INTEREST_UNIT", _("interest on unit money")
        SUBSIDY = "SUBSIDY", _("contribution subsidy")
        OPENING_SUBSIDY = "OPENING_SUBSIDY", _("opening subsidy")

    run = models.ForeignKey(
        SettlementRun, models.PROTECT, related_name="items", verbose_name=_("settlement")
    )
    year = models.PositiveSmallIntegerField(_("fund year"))
    member_account = models.ForeignKey(
        MemberAccount,
        models.PROTECT,
        related_name="settlement_items",
        db_index=False,
        verbose_name=_("member account"),
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="+", db_index=False, verbose_name=_("member")
    )
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    base_fen = models.BigIntegerField(_("money it was computed on (fen)"))
    is_undone = models.BooleanField(_("taken back wholly"), default=False, db_default=False)

    class Meta:
        verbose_name = _("settled amount")
        verbose_name_plural = _("settled amounts")
        ordering: ClassVar = ["-year", "member_account", "kind"]
        indexes: ClassVar = [
            # Subsidies of a person over all years and accounts: the lifetime cap reads them.
            models.Index(
                fields=["member", "year"],
                condition=Q(kind__in=["SUBSIDY", "OPENING_SUBSIDY"]),
                name="settlement_item_subsidies",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member_account", "year", "kind"], name="settlement_item_once"
            ),
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(kind="OPENING_SUBSIDY", is_undone=False),
                name="settlement_item_opening_subsidy_once_per_person",
            ),
            models.CheckConstraint(
                name="settlement_item_known_kind",
                condition=Q(
                    kind__in=["INTEREST_FLEX", "INTEREST_UNIT", "SUBSIDY", "OPENING_SUBSIDY"]
                ),
            ),
            models.CheckConstraint(
                name="settlement_item_amount_in_range",
                condition=Q(amount_fen__gte=0, amount_fen__lte=MAX_FEN)
                & (Q(kind__startswith="INTEREST") | Q(amount_fen__gt=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.get_kind_display()}"


class SettlementAdjustment(models.Model):
    """What was put right in a settled year of an account: once per kind, never changed.

    A correction did it, a payout that the bank could not make and that was taken back, or an
    offset of a loan that was undone.
    ``amount_fen`` is the difference to what had been given, below zero where it was too much.
    """

    correction = models.ForeignKey(
        Correction,
        models.PROTECT,
        null=True,
        related_name="adjustments",
        verbose_name=_("correction"),
    )
    payout = models.ForeignKey(
        Payout,
        models.PROTECT,
        null=True,
        related_name="adjustments",
        verbose_name=_("payout taken back"),
    )
    reversal = models.ForeignKey(
        RepaymentReversal,
        models.PROTECT,
        null=True,
        related_name="adjustments",
        verbose_name=_("repayment taken back"),
    )
    year = models.PositiveSmallIntegerField(_("fund year"))
    member_account = models.ForeignKey(
        MemberAccount,
        models.PROTECT,
        related_name="settlement_adjustments",
        verbose_name=_("member account"),
    )
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("member"))
    kind = models.CharField(_("kind"), max_length=15, choices=SettlementItem.Kind)
    amount_fen = models.BigIntegerField(_("difference (fen)"))
    entry = models.OneToOneField(
        Entry, models.PROTECT, related_name="settlement_adjustment", verbose_name=_("voucher")
    )

    class Meta:
        verbose_name = _("correction of a settled amount")
        verbose_name_plural = _("corrections of settled amounts")
        ordering: ClassVar = ["-year", "member_account", "kind", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["correction", "year", "kind"], name="settlement_adjustment_once"
            ),
            models.UniqueConstraint(
                fields=["payout", "year", "kind"], name="settlement_adjustment_once_per_payout"
            ),
            # An offset took money of two accounts, perhaps.
            models.UniqueConstraint(
                fields=["reversal", "member_account", "year", "kind"],
                name="settlement_adjustment_once_per_reversal",
            ),
            models.CheckConstraint(
                name="settlement_adjustment_has_one_cause",
                condition=Q(correction__isnull=False, payout__isnull=True, reversal__isnull=True)
                | Q(correction__isnull=True, payout__isnull=False, reversal__isnull=True)
                | Q(correction__isnull=True, payout__isnull=True, reversal__isnull=False),
            ),
            models.CheckConstraint(
                name="settlement_adjustment_known_kind",
                condition=Q(
                    kind__in=["INTEREST_FLEX", "INTEREST_UNIT", "SUBSIDY", "OPENING_SUBSIDY"]
                ),
            ),
            models.CheckConstraint(
                name="settlement_adjustment_amount_in_range",
                condition=Q(amount_fen__gte=-MAX_FEN, amount_fen__lte=MAX_FEN) & ~Q(amount_fen=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.get_kind_display()}"

    @property
    def cause(self) -> Correction | Payout | RepaymentReversal:
        """What made it necessary."""
        cause = self.correction or self.payout or self.reversal
        assert cause is not None  # a constraint keeps it so
        return cause


class SettlementException(models.Model):
    """An account a run left out, and why; it settles in a later round, once mended."""

    run = models.ForeignKey(
        SettlementRun, models.PROTECT, related_name="exceptions", verbose_name=_("settlement")
    )
    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="+", verbose_name=_("member account")
    )
    code = models.CharField(_("code"), max_length=32)
    detail = models.CharField(_("detail"), max_length=200, blank=True, default="")
    noted_at = models.DateTimeField(_("recorded at"), db_default=Now())

    class Meta:
        verbose_name = _("account left out")
        verbose_name_plural = _("accounts left out")
        ordering: ClassVar = ["run", "member_account"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "member_account"], name="settlement_exception_once"
            ),
            models.CheckConstraint(name="settlement_exception_has_code", condition=~Q(code="")),
        ]

    def __str__(self) -> str:
        return f"{self.member_account_id} {self.code}"
