"""What becomes of a loan that is late: its class, notices, what is done to collect, courts."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import MemberAccount
from kernel.money import MAX_FEN
from loans.facts import RiskClass
from loans.models.loans import Loan
from office.models import Branch, Centre, Document
from policy.terms import TERMS

_CLASSES = [(one.value, TERMS[one.value]) for one in RiskClass]
_CODES = [one.value for one in RiskClass]


class ClassDecision(Document):
    """分类认定: a supervisor puts a loan into a class, with a reason and a second person.

    The day-end does not go below it: the loan is in this class or in a worse one that its overdue
    instalments give. LOSS comes from here alone. An empty ``risk_class`` ends the decision before
    it, so that the ladder counts alone again.
    """

    submit_permission = "loans.approve"
    approve_permission = "loans.review"

    loan = models.ForeignKey(
        Loan, models.PROTECT, related_name="class_decisions", verbose_name=_("loan")
    )
    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="+", verbose_name=_("member account")
    )
    risk_class = models.CharField(
        _("risk class"), max_length=11, choices=_CLASSES, blank=True, default=""
    )
    reason = models.CharField(_("reason"), max_length=400)
    document_no = models.CharField(_("number of the paper"), max_length=64)

    class Meta(Document.Meta):
        verbose_name = _("decision on a risk class")
        verbose_name_plural = _("decisions on risk classes")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                name="loans_classdecision_says_why",
                condition=~Q(reason="") & ~Q(document_no=""),
            ),
            models.CheckConstraint(
                name="loans_classdecision_known_class", condition=Q(risk_class__in=["", *_CODES])
            ),
            models.UniqueConstraint(
                fields=["loan"],
                condition=Q(state="SUBMITTED"),
                name="loans_classdecision_one_waits",
                violation_error_message=_("A decision about this loan's class waits already."),
            ),
        ]


class ClassChange(models.Model):
    """分类变动: the class a loan had before and after a day, and why; append-only."""

    loan = models.ForeignKey(
        Loan, models.PROTECT, related_name="class_changes", verbose_name=_("loan")
    )
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    day = models.DateField(_("as of"))
    business_date = models.DateField(_("business date"))
    before = models.CharField(_("class before"), max_length=11, choices=_CLASSES)
    after = models.CharField(_("class after"), max_length=11, choices=_CLASSES)
    overdue = models.PositiveSmallIntegerField(_("overdue instalments"))
    decision = models.ForeignKey(
        ClassDecision,
        models.PROTECT,
        null=True,
        related_name="changes",
        verbose_name=_("decision"),
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("recorded at"), db_default=Now())

    class Meta:
        verbose_name = _("change of a risk class")
        verbose_name_plural = _("changes of risk classes")
        ordering: ClassVar = ["loan", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["loan", "day"],
                condition=Q(decision__isnull=True),
                name="loans_classchange_once_a_day",
            ),
            models.CheckConstraint(
                name="loans_classchange_changes", condition=~Q(before=F("after"))
            ),
            models.CheckConstraint(
                name="loans_classchange_known_classes",
                condition=Q(before__in=_CODES, after__in=_CODES),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan} {self.day} {self.after}"


class LoanNotice(models.Model):
    """告知: what the borrower is to be told, once: an instalment is overdue, deposits stopped.

    ``since_date`` is the due date of the overdue instalment, or the first day of the first month
    that was not paid for. ``amount_fen`` is what the loan owed, or the account was to be paid, on
    ``day``. ``ended_date``: since when it is so no longer.
    """

    class Kind(models.TextChoices):
        """What about."""

        OVERDUE = "OVERDUE", _("instalment overdue")
        CONTRIBUTIONS = "CONTRIBUTIONS", _("contributions stopped after the loan")

    loan = models.ForeignKey(Loan, models.PROTECT, related_name="notices", verbose_name=_("loan"))
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    kind = models.CharField(_("kind"), max_length=13, choices=Kind)
    since_date = models.DateField(_("since"))
    day = models.DateField(_("as of"))
    business_date = models.DateField(_("business date"))
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    ended_date = models.DateField(_("ended on"), null=True)
    made_at = models.DateTimeField(_("recorded at"), db_default=Now())

    class Meta:
        verbose_name = _("notice about a loan")
        verbose_name_plural = _("notices about loans")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["centre", "kind", "day"], name="loans_notice_of_day"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["loan", "kind", "since_date"], name="loans_loannotice_once"
            ),
            models.UniqueConstraint(
                fields=["loan"],
                condition=Q(kind="CONTRIBUTIONS", ended_date__isnull=True),
                name="loans_loannotice_once_per_stretch",
            ),
            models.CheckConstraint(
                name="loans_loannotice_known_kind",
                condition=Q(kind__in=["OVERDUE", "CONTRIBUTIONS"]) & Q(amount_fen__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan} {self.get_kind_display()} {self.since_date}"


class _LoanRecord(models.Model):
    """Abstract: something written down about a loan by one person; append-only."""

    number = models.CharField(_("document number"), max_length=48, unique=True)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, related_name="+", verbose_name=_("branch")
    )
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="+", verbose_name=_("loan"))
    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="+", verbose_name=_("member account")
    )
    business_date = models.DateField(_("business date"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("recorded at"), db_default=Now())

    class Meta:
        abstract = True
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.number


class CollectionAction(_LoanRecord):
    """催收记录: how the borrower was reminded, what came of it, what they promised; append-only."""

    class Way(models.TextChoices):
        """How."""

        CALL = "CALL", _("call")
        SMS = "SMS", _("text message")
        VISIT = "VISIT", _("visit")
        LETTER = "LETTER", _("letter")
        LAWSUIT = "LAWSUIT", pgettext_lazy("collection", "lawsuit announced")

    class Outcome(models.TextChoices):
        """What came of it."""

        REACHED = "REACHED", _("reached, no promise")
        PROMISED = "PROMISED", _("promised to pay")
        REFUSED = "REFUSED", pgettext_lazy("collection", "refused to pay")
        NOT_REACHED = "NOT_REACHED", _("not reached")

    way = models.CharField(_("way"), max_length=7, choices=Way)
    outcome = models.CharField(
        pgettext_lazy("collection", "outcome"), max_length=11, choices=Outcome
    )
    acted_date = models.DateField(_("done on"))
    note = models.CharField(_("note"), max_length=400, blank=True, default="")
    promised_date = models.DateField(_("promised for"), null=True)
    promised_fen = models.BigIntegerField(_("promised (fen)"), null=True)

    class Meta(_LoanRecord.Meta):
        verbose_name = _("collection action")
        verbose_name_plural = _("collection actions")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="loans_collectionaction_known_codes",
                condition=Q(way__in=["CALL", "SMS", "VISIT", "LETTER", "LAWSUIT"])
                & Q(outcome__in=["REACHED", "PROMISED", "REFUSED", "NOT_REACHED"]),
            ),
            models.CheckConstraint(
                name="loans_collectionaction_not_in_the_future",
                condition=Q(acted_date__lte=F("business_date")),
            ),
            models.CheckConstraint(
                name="loans_collectionaction_promise_has_day_and_sum",
                condition=Q(
                    outcome="PROMISED",
                    promised_date__gte=F("acted_date"),
                    promised_fen__gte=1,
                    promised_fen__lte=MAX_FEN,
                )
                | (
                    ~Q(outcome="PROMISED")
                    & Q(promised_date__isnull=True, promised_fen__isnull=True)
                ),
            ),
        ]


class LegalRecord(_LoanRecord):
    """法律状态: the borrower's death or a step before court, by a paper; the latest one counts."""

    class Stage(models.TextChoices):
        """Where it stands; NONE ends what was before."""

        NONE = "NONE", pgettext_lazy("legal state", "none, ended")
        DEATH = "DEATH", _("borrower has died")
        LAWSUIT = "LAWSUIT", _("action brought")
        JUDGMENT = "JUDGMENT", _("judgment given")
        ENFORCEMENT = "ENFORCEMENT", _("enforcement under way")

    stage = models.CharField(_("legal state"), max_length=11, choices=Stage)
    since_date = models.DateField(_("since"))
    document_no = models.CharField(_("number of the paper"), max_length=64)
    note = models.CharField(_("note"), max_length=400, blank=True, default="")

    class Meta(_LoanRecord.Meta):
        verbose_name = _("legal state of a loan")
        verbose_name_plural = _("legal states of loans")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["loan", "stage", "document_no"], name="loans_legalrecord_once_per_paper"
            ),
            models.CheckConstraint(
                name="loans_legalrecord_names_its_paper", condition=~Q(document_no="")
            ),
            models.CheckConstraint(
                name="loans_legalrecord_not_in_the_future",
                condition=Q(since_date__lte=F("business_date")),
            ),
            models.CheckConstraint(
                name="loans_legalrecord_known_stage",
                condition=Q(stage__in=["NONE", "DEATH", "LAWSUIT", "JUDGMENT", "ENFORCEMENT"]),
            ),
        ]
