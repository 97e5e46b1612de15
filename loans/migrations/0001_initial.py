import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import office.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0011_loan_holds"),
        ("ledger", "0001_initial"),
        ("office", "0006_saved_filters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("policy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="DebitBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=48, unique=True, verbose_name="number")),
                ("business_date", models.DateField(verbose_name="business date")),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="recorded at",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "batch of debits",
                "verbose_name_plural": "batches of debits",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("centre", "business_date"), name="loans_batch_once_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Disbursement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        editable=False, max_length=48, unique=True, verbose_name="document number"
                    ),
                ),
                ("business_date", models.DateField(editable=False, verbose_name="business date")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("SUBMITTED", "Waits for a second person"),
                            ("APPROVED", "Approved"),
                            ("RETURNED", "Returned"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        default="DRAFT",
                        editable=False,
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="made at",
                    ),
                ),
                (
                    "checked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="checked at"),
                ),
                (
                    "return_reason",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=400,
                        verbose_name="reason for return",
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=64,
                        verbose_name="digest of what was shown",
                    ),
                ),
                ("amount_fen", models.BigIntegerField(verbose_name="amount (fen)")),
                ("rate_percent", models.CharField(max_length=10, verbose_name="annual rate (%)")),
                (
                    "payee_kind",
                    models.CharField(
                        choices=[
                            ("SELLER", "seller"),
                            ("BUILDER", "builder"),
                            ("BANK", "bank"),
                            ("BORROWER", "borrower"),
                        ],
                        max_length=8,
                        verbose_name="kind of payee",
                    ),
                ),
                ("payee", models.CharField(max_length=80, verbose_name="payee")),
                ("bank", models.CharField(max_length=40, verbose_name="bank")),
                (
                    "account_no",
                    office.fields.EncryptedTextField(verbose_name="account of the payee"),
                ),
                ("account_last4", models.CharField(max_length=4, verbose_name="last four digits")),
                (
                    "undone_date",
                    models.DateField(editable=False, null=True, verbose_name="undone on"),
                ),
                (
                    "approval_decision",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policy.storeddecision",
                        verbose_name="decision at approval",
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        editable=False,
                        help_text="Empty only for what the system makes.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="checked by",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policy.storeddecision",
                        verbose_name="decision",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disbursement",
                        to="ledger.entry",
                        verbose_name="voucher",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "payment of a loan",
                "verbose_name_plural": "payments of loans",
                "abstract": False,
                "indexes": [
                    models.Index(
                        fields=["centre", "business_date", "state"], name="loans_disbursement_day"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_by__isnull", True),
                            models.Q(("checked_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_disbursement_two_persons",
                        violation_error_message="The checker cannot be the maker.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("checked_at__isnull", True), ("checked_by__isnull", True)),
                            models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="loans_disbursement_checked_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["DRAFT", "SUBMITTED"]), _negated=True),
                            ("checked_by__isnull", True),
                            _connector="OR",
                        ),
                        name="loans_disbursement_undecided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["APPROVED", "RETURNED"]), _negated=True),
                            ("checked_by__isnull", False),
                            _connector="OR",
                        ),
                        name="loans_disbursement_decided",
                        violation_error_message="A decision needs the person who decided.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["SUBMITTED", "APPROVED"]), _negated=True),
                            models.Q(("digest", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_disbursement_shown",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "RETURNED"), _negated=True),
                            models.Q(("return_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_disbursement_return_reason",
                        violation_error_message="A return needs its reason.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_fen__gte", 1),
                            ("amount_fen__lte", 99999999999999),
                            models.Q(("payee", ""), _negated=True),
                            models.Q(("account_last4", ""), _negated=True),
                        ),
                        name="loans_disbursement_amount_in_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "SUBMITTED"),
                            models.Q(
                                ("approval_decision__isnull", False),
                                ("entry__isnull", False),
                                ("state", "APPROVED"),
                            ),
                            models.Q(
                                ("entry__isnull", True),
                                ("state__in", ["DRAFT", "RETURNED", "CANCELLED"]),
                            ),
                            _connector="OR",
                        ),
                        name="loans_disbursement_approved_is_booked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("undone_date__isnull", True), ("state", "APPROVED"), _connector="OR"
                        ),
                        name="loans_disbursement_only_booked_is_undone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DisbursementUndo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        editable=False, max_length=48, unique=True, verbose_name="document number"
                    ),
                ),
                ("business_date", models.DateField(editable=False, verbose_name="business date")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("SUBMITTED", "Waits for a second person"),
                            ("APPROVED", "Approved"),
                            ("RETURNED", "Returned"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        default="DRAFT",
                        editable=False,
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="made at",
                    ),
                ),
                (
                    "checked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="checked at"),
                ),
                (
                    "return_reason",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=400,
                        verbose_name="reason for return",
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=64,
                        verbose_name="digest of what was shown",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                (
                    "branch",
                    models.ForeignKey(
                        editable=False,
                        help_text="Empty only for what the system makes.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="checked by",
                    ),
                ),
                (
                    "disbursement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undos",
                        to="loans.disbursement",
                        verbose_name="payment of a loan",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disbursement_undo",
                        to="ledger.entry",
                        verbose_name="voucher",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "payment of a loan taken back",
                "verbose_name_plural": "payments of loans taken back",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_by__isnull", True),
                            models.Q(("checked_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_disbursementundo_two_persons",
                        violation_error_message="The checker cannot be the maker.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("checked_at__isnull", True), ("checked_by__isnull", True)),
                            models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="loans_disbursementundo_checked_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["DRAFT", "SUBMITTED"]), _negated=True),
                            ("checked_by__isnull", True),
                            _connector="OR",
                        ),
                        name="loans_disbursementundo_undecided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["APPROVED", "RETURNED"]), _negated=True),
                            ("checked_by__isnull", False),
                            _connector="OR",
                        ),
                        name="loans_disbursementundo_decided",
                        violation_error_message="A decision needs the person who decided.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["SUBMITTED", "APPROVED"]), _negated=True),
                            models.Q(("digest", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_disbursementundo_shown",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "RETURNED"), _negated=True),
                            models.Q(("return_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_disbursementundo_return_reason",
                        violation_error_message="A return needs its reason.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["SUBMITTED", "APPROVED"])),
                        fields=("disbursement",),
                        name="loans_disbursementundo_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="loans_disbursementundo_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "SUBMITTED"),
                            models.Q(("entry__isnull", False), ("state", "APPROVED")),
                            models.Q(
                                ("entry__isnull", True),
                                ("state__in", ["DRAFT", "RETURNED", "CANCELLED"]),
                            ),
                            _connector="OR",
                        ),
                        name="loans_disbursementundo_approved_is_booked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Loan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        editable=False, max_length=48, unique=True, verbose_name="loan number"
                    ),
                ),
                ("contract_no", models.CharField(max_length=64, verbose_name="loan contract")),
                ("contract_date", models.DateField(verbose_name="contract signed on")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("SIGNED", "signed, to be secured"),
                            ("SECURED", "secured, to be paid out"),
                            ("QUEUED", "waits in the queue"),
                            ("RUNNING", "running"),
                            ("OVERDUE", "overdue"),
                            ("SETTLED", "paid off"),
                            ("WRITTEN_OFF", "written off"),
                            ("CANCELLED", "cancelled before payment"),
                        ],
                        default="SIGNED",
                        editable=False,
                        max_length=11,
                        verbose_name="state",
                    ),
                ),
                ("principal_fen", models.BigIntegerField(verbose_name="principal (fen)")),
                ("term_months", models.PositiveSmallIntegerField(verbose_name="term (months)")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("LEVEL_PAYMENT", "level payments"),
                            ("LEVEL_PRINCIPAL", "level principal"),
                        ],
                        max_length=15,
                        verbose_name="method of repayment",
                    ),
                ),
                (
                    "home_number",
                    models.PositiveSmallIntegerField(verbose_name="number of the home"),
                ),
                ("rate_percent", models.CharField(max_length=10, verbose_name="annual rate (%)")),
                ("due_day", models.PositiveSmallIntegerField(verbose_name="due day")),
                ("bank", models.CharField(max_length=40, verbose_name="bank")),
                ("card", office.fields.EncryptedTextField(verbose_name="repayment card")),
                ("card_last4", models.CharField(max_length=4, verbose_name="last four digits")),
                ("disbursed_date", models.DateField(null=True, verbose_name="paid out on")),
                ("ended_date", models.DateField(null=True, verbose_name="ended on")),
                (
                    "risk_class",
                    models.CharField(
                        choices=[
                            ("NORMAL", "normal"),
                            ("ATTENTION", "special mention"),
                            ("SUBSTANDARD", "substandard"),
                            ("DOUBTFUL", "doubtful"),
                            ("LOSS", "loss"),
                        ],
                        default="NORMAL",
                        max_length=11,
                        verbose_name="risk class",
                    ),
                ),
                ("closed_date", models.DateField(null=True, verbose_name="day-end done through")),
                (
                    "branch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "member_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loans",
                        to="accounts.memberaccount",
                        verbose_name="member account",
                    ),
                ),
                (
                    "overdue_line",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overdue_loan",
                        to="ledger.ledgeraccount",
                        verbose_name="overdue principal in the books",
                    ),
                ),
                (
                    "principal_line",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loan",
                        to="ledger.ledgeraccount",
                        verbose_name="principal in the books",
                    ),
                ),
            ],
            options={
                "verbose_name": "loan",
                "verbose_name_plural": "loans",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        fields=["centre", "state", "closed_date"], name="loans_loan_day_end"
                    ),
                    models.Index(fields=["member_account", "state"], name="loans_loan_of_account"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("centre", "contract_no"), name="loans_loan_contract_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ["SETTLED", "WRITTEN_OFF", "CANCELLED"]), _negated=True
                        ),
                        fields=("member_account",),
                        name="loans_loan_one_open_per_account",
                        violation_error_message="The account already has an unsettled loan.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("principal_fen__gte", 1),
                            ("principal_fen__lte", 99999999999999),
                            ("term_months__gte", 1),
                            ("term_months__lte", 1200),
                            ("due_day__gte", 1),
                            ("due_day__lte", 31),
                            ("home_number__gte", 1),
                            ("home_number__lte", 9),
                        ),
                        name="loans_loan_terms_in_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "SIGNED",
                                    "SECURED",
                                    "QUEUED",
                                    "RUNNING",
                                    "OVERDUE",
                                    "SETTLED",
                                    "WRITTEN_OFF",
                                    "CANCELLED",
                                ],
                            ),
                            ("method__in", ["LEVEL_PAYMENT", "LEVEL_PRINCIPAL"]),
                            (
                                "risk_class__in",
                                ["NORMAL", "ATTENTION", "SUBSTANDARD", "DOUBTFUL", "LOSS"],
                            ),
                        ),
                        name="loans_loan_known_codes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("disbursed_date__isnull", True),
                                ("overdue_line__isnull", True),
                                ("principal_line__isnull", True),
                                ("state__in", ["SIGNED", "SECURED", "QUEUED", "CANCELLED"]),
                            ),
                            models.Q(
                                ("disbursed_date__isnull", False),
                                ("overdue_line__isnull", False),
                                ("principal_line__isnull", False),
                                ("state__in", ["RUNNING", "OVERDUE", "SETTLED", "WRITTEN_OFF"]),
                            ),
                            _connector="OR",
                        ),
                        name="loans_loan_paid_out_is_in_the_books",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_date__isnull", False),
                                ("state__in", ["SETTLED", "WRITTEN_OFF", "CANCELLED"]),
                            ),
                            models.Q(
                                ("ended_date__isnull", True),
                                (
                                    "state__in",
                                    ["SIGNED", "SECURED", "QUEUED", "RUNNING", "OVERDUE"],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="loans_loan_ended_has_its_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LegalRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(max_length=48, unique=True, verbose_name="document number"),
                ),
                ("business_date", models.DateField(verbose_name="business date")),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="recorded at",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("NONE", "none, ended"),
                            ("DEATH", "borrower has died"),
                            ("LAWSUIT", "action brought"),
                            ("JUDGMENT", "judgment given"),
                            ("ENFORCEMENT", "enforcement under way"),
                        ],
                        max_length=11,
                        verbose_name="legal state",
                    ),
                ),
                ("since_date", models.DateField(verbose_name="since")),
                (
                    "document_no",
                    models.CharField(max_length=64, verbose_name="number of the paper"),
                ),
                (
                    "note",
                    models.CharField(blank=True, default="", max_length=400, verbose_name="note"),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "member_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.memberaccount",
                        verbose_name="member account",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loans.loan",
                        verbose_name="loan",
                    ),
                ),
            ],
            options={
                "verbose_name": "legal state of a loan",
                "verbose_name_plural": "legal states of loans",
                "ordering": ["-id"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("loan", "stage", "document_no"),
                        name="loans_legalrecord_once_per_paper",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("document_no", ""), _negated=True),
                        name="loans_legalrecord_names_its_paper",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("since_date__lte", models.F("business_date"))),
                        name="loans_legalrecord_not_in_the_future",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stage__in", ["NONE", "DEATH", "LAWSUIT", "JUDGMENT", "ENFORCEMENT"])
                        ),
                        name="loans_legalrecord_known_stage",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Instalment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="instalment")),
                ("due_date", models.DateField(verbose_name="due on")),
                ("principal_fen", models.BigIntegerField(verbose_name="principal (fen)")),
                ("interest_fen", models.BigIntegerField(verbose_name="interest (fen)")),
                (
                    "balance_fen",
                    models.BigIntegerField(verbose_name="planned principal after it (fen)"),
                ),
                (
                    "paid_principal_fen",
                    models.BigIntegerField(default=0, verbose_name="principal paid (fen)"),
                ),
                (
                    "paid_interest_fen",
                    models.BigIntegerField(default=0, verbose_name="interest paid (fen)"),
                ),
                (
                    "paid_penalty_fen",
                    models.BigIntegerField(default=0, verbose_name="penalty interest paid (fen)"),
                ),
                ("settled_date", models.DateField(null=True, verbose_name="paid off on")),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="instalments",
                        to="loans.loan",
                        verbose_name="loan",
                    ),
                ),
            ],
            options={
                "verbose_name": "instalment",
                "verbose_name_plural": "instalments",
                "ordering": ["loan", "number"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled_date__isnull", True)),
                        fields=["due_date"],
                        name="loans_instalment_unpaid",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("loan", "number"), name="loans_instalment_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("paid_interest_fen__gte", 0),
                            ("paid_principal_fen__gte", 0),
                            ("balance_fen__gte", 0),
                            ("paid_penalty_fen__gte", 0),
                            ("paid_principal_fen__lte", models.F("principal_fen")),
                            ("paid_interest_fen__lte", models.F("interest_fen")),
                        ),
                        name="loans_instalment_paid_no_more_than_owed",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="disbursement",
            name="loan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disbursements",
                to="loans.loan",
                verbose_name="loan",
            ),
        ),
        migrations.CreateModel(
            name="CreditEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        editable=False, max_length=48, unique=True, verbose_name="document number"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("OVERDUE", "instalment overdue"),
                            ("CURED", "overdue instalments paid"),
                            ("SETTLED", "loan paid off"),
                            ("WRITTEN_OFF", "loan written off"),
                            ("FRAUD", "obtained by deceit"),
                            ("CONTRIBUTION_STOPPED", "stopped contributing after the loan"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("date", models.DateField(verbose_name="happened on")),
                ("business_date", models.DateField(verbose_name="business date")),
                ("document_no", models.CharField(max_length=64, verbose_name="their document")),
                ("amount_fen", models.BigIntegerField(null=True, verbose_name="amount (fen)")),
                (
                    "in_a_row",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="missed instalments in a row"
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="note"),
                ),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="recorded at",
                    ),
                ),
                ("corrected_date", models.DateField(null=True, verbose_name="corrected on")),
                (
                    "branch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_events",
                        to="accounts.member",
                        verbose_name="member",
                    ),
                ),
                (
                    "member_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_events",
                        to="accounts.memberaccount",
                        verbose_name="member account",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_events",
                        to="loans.loan",
                        verbose_name="loan",
                    ),
                ),
            ],
            options={
                "verbose_name": "credit event",
                "verbose_name_plural": "credit events",
                "ordering": ["-date", "-id"],
                "indexes": [
                    models.Index(fields=["member", "kind", "date"], name="loans_credit_of_member")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("member", "kind", "document_no"),
                        name="loans_credit_once_per_document",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "OVERDUE",
                                    "CURED",
                                    "SETTLED",
                                    "WRITTEN_OFF",
                                    "FRAUD",
                                    "CONTRIBUTION_STOPPED",
                                ],
                            )
                        ),
                        name="loans_credit_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_fen__isnull", True),
                            models.Q(("amount_fen__gte", 0), ("amount_fen__lte", 99999999999999)),
                            _connector="OR",
                        ),
                        name="loans_credit_amount_in_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("document_no", ""), _negated=True),
                        name="loans_credit_names_its_document",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CollectionAction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(max_length=48, unique=True, verbose_name="document number"),
                ),
                ("business_date", models.DateField(verbose_name="business date")),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="recorded at",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("CALL", "call"),
                            ("SMS", "text message"),
                            ("VISIT", "visit"),
                            ("LETTER", "letter"),
                            ("LAWSUIT", "lawsuit announced"),
                        ],
                        max_length=7,
                        verbose_name="way",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("REACHED", "reached, no promise"),
                            ("PROMISED", "promised to pay"),
                            ("REFUSED", "refused to pay"),
                            ("NOT_REACHED", "not reached"),
                        ],
                        max_length=11,
                        verbose_name="outcome",
                    ),
                ),
                ("acted_date", models.DateField(verbose_name="done on")),
                (
                    "note",
                    models.CharField(blank=True, default="", max_length=400, verbose_name="note"),
                ),
                ("promised_date", models.DateField(null=True, verbose_name="promised for")),
                ("promised_fen", models.BigIntegerField(null=True, verbose_name="promised (fen)")),
                (
                    "branch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "member_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.memberaccount",
                        verbose_name="member account",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loans.loan",
                        verbose_name="loan",
                    ),
                ),
            ],
            options={
                "verbose_name": "collection action",
                "verbose_name_plural": "collection actions",
                "ordering": ["-id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("way__in", ["CALL", "SMS", "VISIT", "LETTER", "LAWSUIT"]),
                            ("outcome__in", ["REACHED", "PROMISED", "REFUSED", "NOT_REACHED"]),
                        ),
                        name="loans_collectionaction_known_codes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("acted_date__lte", models.F("business_date"))),
                        name="loans_collectionaction_not_in_the_future",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("outcome", "PROMISED"),
                                ("promised_date__gte", models.F("acted_date")),
                                ("promised_fen__gte", 1),
                                ("promised_fen__lte", 99999999999999),
                            ),
                            models.Q(
                                models.Q(("outcome", "PROMISED"), _negated=True),
                                ("promised_date__isnull", True),
                                ("promised_fen__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="loans_collectionaction_promise_has_day_and_sum",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClassDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        editable=False, max_length=48, unique=True, verbose_name="document number"
                    ),
                ),
                ("business_date", models.DateField(editable=False, verbose_name="business date")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("SUBMITTED", "Waits for a second person"),
                            ("APPROVED", "Approved"),
                            ("RETURNED", "Returned"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        default="DRAFT",
                        editable=False,
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="made at",
                    ),
                ),
                (
                    "checked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="checked at"),
                ),
                (
                    "return_reason",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=400,
                        verbose_name="reason for return",
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=64,
                        verbose_name="digest of what was shown",
                    ),
                ),
                (
                    "risk_class",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("NORMAL", "normal"),
                            ("ATTENTION", "special mention"),
                            ("SUBSTANDARD", "substandard"),
                            ("DOUBTFUL", "doubtful"),
                            ("LOSS", "loss"),
                        ],
                        default="",
                        max_length=11,
                        verbose_name="risk class",
                    ),
                ),
                ("reason", models.CharField(max_length=400, verbose_name="reason")),
                (
                    "document_no",
                    models.CharField(max_length=64, verbose_name="number of the paper"),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        editable=False,
                        help_text="Empty only for what the system makes.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="checked by",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "member_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.memberaccount",
                        verbose_name="member account",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="class_decisions",
                        to="loans.loan",
                        verbose_name="loan",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision on a risk class",
                "verbose_name_plural": "decisions on risk classes",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_by__isnull", True),
                            models.Q(("checked_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_classdecision_two_persons",
                        violation_error_message="The checker cannot be the maker.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("checked_at__isnull", True), ("checked_by__isnull", True)),
                            models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="loans_classdecision_checked_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["DRAFT", "SUBMITTED"]), _negated=True),
                            ("checked_by__isnull", True),
                            _connector="OR",
                        ),
                        name="loans_classdecision_undecided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["APPROVED", "RETURNED"]), _negated=True),
                            ("checked_by__isnull", False),
                            _connector="OR",
                        ),
                        name="loans_classdecision_decided",
                        violation_error_message="A decision needs the person who decided.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["SUBMITTED", "APPROVED"]), _negated=True),
                            models.Q(("digest", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_classdecision_shown",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "RETURNED"), _negated=True),
                            models.Q(("return_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_classdecision_return_reason",
                        violation_error_message="A return needs its reason.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True),
                            models.Q(("document_no", ""), _negated=True),
                        ),
                        name="loans_classdecision_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "risk_class__in",
                                ["", "NORMAL", "ATTENTION", "SUBSTANDARD", "DOUBTFUL", "LOSS"],
                            )
                        ),
                        name="loans_classdecision_known_class",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "SUBMITTED")),
                        fields=("loan",),
                        name="loans_classdecision_one_waits",
                        violation_error_message="A decision about this loan's class waits already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClassChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="as of")),
                ("business_date", models.DateField(verbose_name="business date")),
                (
                    "before",
                    models.CharField(
                        choices=[
                            ("NORMAL", "normal"),
                            ("ATTENTION", "special mention"),
                            ("SUBSTANDARD", "substandard"),
                            ("DOUBTFUL", "doubtful"),
                            ("LOSS", "loss"),
                        ],
                        max_length=11,
                        verbose_name="class before",
                    ),
                ),
                (
                    "after",
                    models.CharField(
                        choices=[
                            ("NORMAL", "normal"),
                            ("ATTENTION", "special mention"),
                            ("SUBSTANDARD", "substandard"),
                            ("DOUBTFUL", "doubtful"),
                            ("LOSS", "loss"),
                        ],
                        max_length=11,
                        verbose_name="class after",
                    ),
                ),
                ("overdue", models.PositiveSmallIntegerField(verbose_name="overdue instalments")),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="recorded at",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="loans.classdecision",
                        verbose_name="decision",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="class_changes",
                        to="loans.loan",
                        verbose_name="loan",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a risk class",
                "verbose_name_plural": "changes of risk classes",
                "ordering": ["loan", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decision__isnull", True)),
                        fields=("loan", "day"),
                        name="loans_classchange_once_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("before", models.F("after")), _negated=True),
                        name="loans_classchange_changes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "after__in",
                                ["NORMAL", "ATTENTION", "SUBSTANDARD", "DOUBTFUL", "LOSS"],
                            ),
                            (
                                "before__in",
                                ["NORMAL", "ATTENTION", "SUBSTANDARD", "DOUBTFUL", "LOSS"],
                            ),
                        ),
                        name="loans_classchange_known_classes",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanApplication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        editable=False, max_length=48, unique=True, verbose_name="document number"
                    ),
                ),
                ("business_date", models.DateField(editable=False, verbose_name="business date")),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="made at",
                    ),
                ),
                (
                    "checked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="checked at"),
                ),
                (
                    "return_reason",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=400,
                        verbose_name="reason for return",
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=64,
                        verbose_name="digest of what was shown",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("SUBMITTED", "Waits for a review"),
                            ("APPROVED", "Granted"),
                            ("RETURNED", "Returned"),
                            ("CANCELLED", "Cancelled"),
                            ("REFUSED", "Refused"),
                        ],
                        default="DRAFT",
                        editable=False,
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                (
                    "product",
                    models.CharField(
                        choices=[
                            ("FUND", "provident fund loan"),
                            ("COMBINATION", "combination loan"),
                            ("COMMERCIAL_CONVERSION", "conversion of a commercial loan"),
                            ("COMMERCIAL_REPLACEMENT", "replacement of a commercial loan"),
                            ("RELOCATION_HOME", "relocation home loan"),
                        ],
                        max_length=22,
                        verbose_name="kind of loan",
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("NEW_HOME", "new home"),
                            ("SECOND_HAND", "second-hand home"),
                            ("BUILD", "building"),
                            ("OVERHAUL", "overhaul"),
                            ("RELOCATION_EXTRA", "extra area of a relocation home"),
                        ],
                        max_length=16,
                        verbose_name="use of the loan",
                    ),
                ),
                ("asked_fen", models.BigIntegerField(verbose_name="asked (fen)")),
                ("term_months", models.PositiveSmallIntegerField(verbose_name="term (months)")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("LEVEL_PAYMENT", "level payments"),
                            ("LEVEL_PRINCIPAL", "level principal"),
                        ],
                        max_length=15,
                        verbose_name="method of repayment",
                    ),
                ),
                (
                    "home_number",
                    models.PositiveSmallIntegerField(verbose_name="number of the home"),
                ),
                ("price_fen", models.BigIntegerField(verbose_name="price of the home (fen)")),
                (
                    "area_centi",
                    models.PositiveIntegerField(verbose_name="floor area (hundredths of m²)"),
                ),
                ("address", models.CharField(max_length=160, verbose_name="address of the home")),
                ("purchase_date", models.DateField(verbose_name="bought or begun on")),
                (
                    "purchase_no",
                    models.CharField(
                        max_length=64, verbose_name="number of the purchase contract or permit"
                    ),
                ),
                (
                    "is_local",
                    models.BooleanField(default=True, verbose_name="home in the centre's area"),
                ),
                ("is_green", models.BooleanField(default=False, verbose_name="green building")),
                (
                    "family_income_fen",
                    models.BigIntegerField(verbose_name="monthly income of the family (fen)"),
                ),
                (
                    "security",
                    models.CharField(
                        choices=[
                            ("MORTGAGE", "mortgage"),
                            ("PLEDGE", "pledge"),
                            ("GUARANTEE", "guarantee"),
                        ],
                        max_length=9,
                        verbose_name="security",
                    ),
                ),
                ("security_note", models.CharField(max_length=160, verbose_name="what secures it")),
                ("is_insured", models.BooleanField(default=False, verbose_name="loan insurance")),
                (
                    "bank",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="bank of the other part"
                    ),
                ),
                (
                    "bank_contract_no",
                    models.CharField(
                        blank=True, default="", max_length=64, verbose_name="bank's loan contract"
                    ),
                ),
                (
                    "bank_part_fen",
                    models.BigIntegerField(default=0, verbose_name="the bank's part (fen)"),
                ),
                ("facts", models.JSONField(default=dict, verbose_name="facts")),
                ("quota_fen", models.BigIntegerField(verbose_name="quota (fen)")),
                ("granted_fen", models.BigIntegerField(verbose_name="granted (fen)")),
                (
                    "reading",
                    models.CharField(
                        blank=True, default="", max_length=8, verbose_name="reading of the clause"
                    ),
                ),
                (
                    "reading_reason",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=200,
                        verbose_name="reason for the reading",
                    ),
                ),
                ("due_date", models.DateField(null=True, verbose_name="decision due by")),
                (
                    "round",
                    models.PositiveSmallIntegerField(default=1, verbose_name="round of reviews"),
                ),
                (
                    "next_step",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=14,
                        verbose_name="awaited review",
                    ),
                ),
                (
                    "next_role",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=10,
                        verbose_name="role that takes the awaited review",
                    ),
                ),
                (
                    "refusal_code",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("INCOME", "the income is not enough or not proven"),
                            ("PURCHASE", "the purchase is not genuine or not proven"),
                            ("PAPERS", "papers are missing or false"),
                            ("CREDIT", "the credit record is not good enough"),
                            ("SECURITY", "the security is not enough"),
                            ("CONDITIONS", "a condition of the loan is not met"),
                            ("OTHER", "another reason"),
                        ],
                        default="",
                        editable=False,
                        max_length=40,
                        verbose_name="reason of the refusal",
                    ),
                ),
                (
                    "approval_decision",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policy.storeddecision",
                        verbose_name="decision at approval",
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        editable=False,
                        help_text="Empty only for what the system makes.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="checked by",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policy.storeddecision",
                        verbose_name="decision",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "member_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loan_applications",
                        to="accounts.memberaccount",
                        verbose_name="member account",
                    ),
                ),
            ],
            options={
                "verbose_name": "loan application",
                "verbose_name_plural": "loan applications",
                "abstract": False,
                "indexes": [
                    models.Index(
                        fields=["centre", "state", "due_date"], name="loans_application_due"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_by__isnull", True),
                            models.Q(("checked_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_loanapplication_two_persons",
                        violation_error_message="The checker cannot be the maker.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("checked_at__isnull", True), ("checked_by__isnull", True)),
                            models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="loans_loanapplication_checked_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["DRAFT", "SUBMITTED"]), _negated=True),
                            ("checked_by__isnull", True),
                            _connector="OR",
                        ),
                        name="loans_loanapplication_undecided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["APPROVED", "RETURNED"]), _negated=True),
                            ("checked_by__isnull", False),
                            _connector="OR",
                        ),
                        name="loans_loanapplication_decided",
                        violation_error_message="A decision needs the person who decided.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["SUBMITTED", "APPROVED"]), _negated=True),
                            models.Q(("digest", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_loanapplication_shown",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "RETURNED"), _negated=True),
                            models.Q(("return_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_loanapplication_return_reason",
                        violation_error_message="A return needs its reason.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("asked_fen__gte", 1),
                            ("asked_fen__lte", 99999999999999),
                            ("granted_fen__gte", 1),
                            ("granted_fen__lte", models.F("asked_fen")),
                            ("granted_fen__lte", models.F("quota_fen")),
                            ("price_fen__gte", 1),
                            ("price_fen__lte", 99999999999999),
                            ("bank_part_fen__gte", 0),
                            ("family_income_fen__gte", 0),
                        ),
                        name="loans_application_amounts_in_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("term_months__gte", 1),
                            ("term_months__lte", 1200),
                            ("home_number__gte", 1),
                            ("home_number__lte", 9),
                        ),
                        name="loans_application_term_in_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "product__in",
                                [
                                    "FUND",
                                    "COMBINATION",
                                    "COMMERCIAL_CONVERSION",
                                    "COMMERCIAL_REPLACEMENT",
                                    "RELOCATION_HOME",
                                ],
                            ),
                            (
                                "purpose__in",
                                [
                                    "NEW_HOME",
                                    "SECOND_HAND",
                                    "BUILD",
                                    "OVERHAUL",
                                    "RELOCATION_EXTRA",
                                ],
                            ),
                            ("method__in", ["LEVEL_PAYMENT", "LEVEL_PRINCIPAL"]),
                            ("security__in", ["MORTGAGE", "PLEDGE", "GUARANTEE"]),
                            (
                                "next_step__in",
                                ["", "FIRST_REVIEW", "SECOND_REVIEW", "APPROVAL", "LARGE_APPROVAL"],
                            ),
                        ),
                        name="loans_application_known_codes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "SUBMITTED"), models.Q(("next_step", ""), _negated=True)
                            ),
                            models.Q(
                                models.Q(("state", "SUBMITTED"), _negated=True), ("next_step", "")
                            ),
                            _connector="OR",
                        ),
                        name="loans_application_waits_for_a_review",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("next_role", ""), ("next_step", "")),
                            models.Q(
                                models.Q(("next_step", ""), _negated=True),
                                models.Q(("next_role", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="loans_application_awaited_review_has_its_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("checked_by__isnull", False),
                                ("state", "REFUSED"),
                                models.Q(("refusal_code", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "REFUSED"), _negated=True), ("refusal_code", "")
                            ),
                            _connector="OR",
                        ),
                        name="loans_application_refusal_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reading", ""),
                            models.Q(("reading_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_application_other_reading_has_its_reason",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="loan",
            name="application",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="loan",
                to="loans.loanapplication",
                verbose_name="loan application",
            ),
        ),
        migrations.CreateModel(
            name="LoanContract",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        editable=False, max_length=48, unique=True, verbose_name="document number"
                    ),
                ),
                ("business_date", models.DateField(editable=False, verbose_name="business date")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("SUBMITTED", "Waits for a second person"),
                            ("APPROVED", "Approved"),
                            ("RETURNED", "Returned"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        default="DRAFT",
                        editable=False,
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="made at",
                    ),
                ),
                (
                    "checked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="checked at"),
                ),
                (
                    "return_reason",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=400,
                        verbose_name="reason for return",
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=64,
                        verbose_name="digest of what was shown",
                    ),
                ),
                ("contract_no", models.CharField(max_length=64, verbose_name="loan contract")),
                ("principal_fen", models.BigIntegerField(verbose_name="principal (fen)")),
                ("term_months", models.PositiveSmallIntegerField(verbose_name="term (months)")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("LEVEL_PAYMENT", "level payments"),
                            ("LEVEL_PRINCIPAL", "level principal"),
                        ],
                        max_length=15,
                        verbose_name="method of repayment",
                    ),
                ),
                (
                    "home_number",
                    models.PositiveSmallIntegerField(verbose_name="number of the home"),
                ),
                ("rate_percent", models.CharField(max_length=10, verbose_name="annual rate (%)")),
                (
                    "table_percent",
                    models.CharField(max_length=10, verbose_name="rate of the table (%)"),
                ),
                ("due_day", models.PositiveSmallIntegerField(null=True, verbose_name="due day")),
                ("bank", models.CharField(max_length=40, verbose_name="bank")),
                ("card", office.fields.EncryptedTextField(verbose_name="repayment card")),
                ("card_last4", models.CharField(max_length=4, verbose_name="last four digits")),
                (
                    "check_no",
                    models.CharField(
                        blank=True, default="", max_length=64, verbose_name="check of the card"
                    ),
                ),
                (
                    "offset_mode",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("MONTHLY", "offset of what is due each month"),
                            ("YEARLY", "offset of principal once a year"),
                        ],
                        default="",
                        max_length=7,
                        verbose_name="offset agreement",
                    ),
                ),
                (
                    "offset_sources",
                    models.CharField(
                        blank=True, default="", max_length=15, verbose_name="accounts in order"
                    ),
                ),
                (
                    "retained_fen",
                    models.BigIntegerField(default=0, verbose_name="stays in the account (fen)"),
                ),
                ("clauses", models.JSONField(default=list, verbose_name="clauses")),
                ("document", models.JSONField(default=dict, verbose_name="text as signed")),
                (
                    "edition",
                    models.CharField(
                        blank=True, default="", max_length=64, verbose_name="edition of the law"
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="loans.loanapplication",
                        verbose_name="loan application",
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        editable=False,
                        help_text="Empty only for what the system makes.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="checked by",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policy.storeddecision",
                        verbose_name="decision",
                    ),
                ),
                (
                    "loan",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contract",
                        to="loans.loan",
                        verbose_name="loan",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "member_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loan_contracts",
                        to="accounts.memberaccount",
                        verbose_name="member account",
                    ),
                ),
            ],
            options={
                "verbose_name": "loan contract",
                "verbose_name_plural": "loan contracts",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_by__isnull", True),
                            models.Q(("checked_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_loancontract_two_persons",
                        violation_error_message="The checker cannot be the maker.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("checked_at__isnull", True), ("checked_by__isnull", True)),
                            models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="loans_loancontract_checked_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["DRAFT", "SUBMITTED"]), _negated=True),
                            ("checked_by__isnull", True),
                            _connector="OR",
                        ),
                        name="loans_loancontract_undecided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["APPROVED", "RETURNED"]), _negated=True),
                            ("checked_by__isnull", False),
                            _connector="OR",
                        ),
                        name="loans_loancontract_decided",
                        violation_error_message="A decision needs the person who decided.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["SUBMITTED", "APPROVED"]), _negated=True),
                            models.Q(("digest", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_loancontract_shown",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "RETURNED"), _negated=True),
                            models.Q(("return_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_loancontract_return_reason",
                        violation_error_message="A return needs its reason.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["SUBMITTED", "APPROVED"])),
                        fields=("application",),
                        name="loans_loancontract_one_per_application",
                        violation_error_message="A contract of this application is already there.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["SUBMITTED", "APPROVED"])),
                        fields=("centre", "contract_no"),
                        name="loans_loancontract_number_once",
                        violation_error_message="This contract number is already taken.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "SUBMITTED"),
                            models.Q(("loan__isnull", False), ("state", "APPROVED")),
                            models.Q(
                                ("loan__isnull", True),
                                ("state__in", ["DRAFT", "RETURNED", "CANCELLED"]),
                            ),
                            _connector="OR",
                        ),
                        name="loans_loancontract_approved_has_its_loan",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("principal_fen__gte", 1),
                            ("principal_fen__lte", 99999999999999),
                            ("term_months__gte", 1),
                            ("term_months__lte", 1200),
                            models.Q(
                                ("due_day__isnull", True),
                                models.Q(("due_day__gte", 1), ("due_day__lte", 28)),
                                _connector="OR",
                            ),
                            ("retained_fen__gte", 0),
                            models.Q(("contract_no", ""), _negated=True),
                        ),
                        name="loans_loancontract_terms_in_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("offset_mode", ""), ("offset_sources", ""), ("retained_fen", 0)
                            ),
                            models.Q(
                                ("offset_mode__in", ["MONTHLY", "YEARLY"]),
                                (
                                    "offset_sources__in",
                                    ["BORROWER", "BORROWER SPOUSE", "SPOUSE BORROWER", "SPOUSE"],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="loans_loancontract_offset_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("DISBURSED", "loan paid out"),
                            ("REPRICED", "new interest rate"),
                            ("PAID", "loan repayment"),
                            ("TERM_CHANGED", "change of the term"),
                            ("METHOD_CHANGED", "change of the method of repayment"),
                        ],
                        max_length=14,
                        verbose_name="kind",
                    ),
                ),
                ("value_date", models.DateField(verbose_name="value date")),
                ("business_date", models.DateField(verbose_name="business date")),
                ("amount_fen", models.BigIntegerField(null=True, verbose_name="amount (fen)")),
                ("facts", models.JSONField(default=dict, verbose_name="facts")),
                ("document_no", models.CharField(max_length=64, verbose_name="document number")),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="recorded at",
                    ),
                ),
                ("undone_date", models.DateField(null=True, verbose_name="undone on")),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loan_events",
                        to="loans.loan",
                        verbose_name="loan",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "loan event",
                "verbose_name_plural": "loan events",
                "ordering": ["loan", "value_date", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("loan", "kind", "document_no"), name="loans_event_once_per_document"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "DISBURSED"), ("undone_date__isnull", True)),
                        fields=("loan",),
                        name="loans_event_paid_out_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("amount_fen__gte", 1),
                                ("amount_fen__lte", 99999999999999),
                                ("kind__in", ["DISBURSED", "PAID"]),
                            ),
                            models.Q(
                                ("amount_fen__isnull", True),
                                ("kind__in", ["REPRICED", "TERM_CHANGED", "METHOD_CHANGED"]),
                            ),
                            _connector="OR",
                        ),
                        name="loans_event_sums_where_money_moves",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        editable=False, max_length=48, unique=True, verbose_name="document number"
                    ),
                ),
                ("business_date", models.DateField(editable=False, verbose_name="business date")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("SUBMITTED", "Waits for a second person"),
                            ("APPROVED", "Approved"),
                            ("RETURNED", "Returned"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        default="DRAFT",
                        editable=False,
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="made at",
                    ),
                ),
                (
                    "checked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="checked at"),
                ),
                (
                    "return_reason",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=400,
                        verbose_name="reason for return",
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=64,
                        verbose_name="digest of what was shown",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("TERM", "another term"),
                            ("METHOD", "another method of repayment"),
                            ("CARD", "another repayment card"),
                            ("OFFSET", "another offset agreement"),
                            ("CANCEL", "loan given up before payment"),
                        ],
                        max_length=6,
                        verbose_name="change",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                (
                    "new_term_months",
                    models.PositiveSmallIntegerField(null=True, verbose_name="new term (months)"),
                ),
                (
                    "new_method",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("LEVEL_PAYMENT", "level payments"),
                            ("LEVEL_PRINCIPAL", "level principal"),
                        ],
                        default="",
                        max_length=15,
                        verbose_name="new method of repayment",
                    ),
                ),
                (
                    "bank",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="bank"),
                ),
                (
                    "card",
                    office.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="repayment card"
                    ),
                ),
                (
                    "card_last4",
                    models.CharField(
                        blank=True, default="", max_length=4, verbose_name="last four digits"
                    ),
                ),
                (
                    "check_no",
                    models.CharField(
                        blank=True, default="", max_length=64, verbose_name="check of the card"
                    ),
                ),
                (
                    "offset_mode",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("MONTHLY", "offset of what is due each month"),
                            ("YEARLY", "offset of principal once a year"),
                        ],
                        default="",
                        max_length=7,
                        verbose_name="offset agreement",
                    ),
                ),
                (
                    "offset_sources",
                    models.CharField(
                        blank=True, default="", max_length=15, verbose_name="accounts in order"
                    ),
                ),
                (
                    "retained_fen",
                    models.BigIntegerField(default=0, verbose_name="stays in the account (fen)"),
                ),
                ("preview", models.JSONField(default=dict, verbose_name="before and after")),
                (
                    "branch",
                    models.ForeignKey(
                        editable=False,
                        help_text="Empty only for what the system makes.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="checked by",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policy.storeddecision",
                        verbose_name="decision",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="loans.loan",
                        verbose_name="loan",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="change",
                        to="loans.loanevent",
                        verbose_name="loan event",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a loan",
                "verbose_name_plural": "changes of loans",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_by__isnull", True),
                            models.Q(("checked_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_loanchange_two_persons",
                        violation_error_message="The checker cannot be the maker.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("checked_at__isnull", True), ("checked_by__isnull", True)),
                            models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="loans_loanchange_checked_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["DRAFT", "SUBMITTED"]), _negated=True),
                            ("checked_by__isnull", True),
                            _connector="OR",
                        ),
                        name="loans_loanchange_undecided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["APPROVED", "RETURNED"]), _negated=True),
                            ("checked_by__isnull", False),
                            _connector="OR",
                        ),
                        name="loans_loanchange_decided",
                        violation_error_message="A decision needs the person who decided.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["SUBMITTED", "APPROVED"]), _negated=True),
                            models.Q(("digest", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_loanchange_shown",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "RETURNED"), _negated=True),
                            models.Q(("return_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_loanchange_return_reason",
                        violation_error_message="A return needs its reason.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "SUBMITTED")),
                        fields=("loan",),
                        name="loans_loanchange_one_waits",
                        violation_error_message="A change of this loan already waits.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("card_last4", ""),
                                ("kind", "TERM"),
                                ("new_method", ""),
                                ("new_term_months__isnull", False),
                            ),
                            models.Q(
                                ("kind", "METHOD"),
                                ("new_term_months__isnull", True),
                                models.Q(("new_method", ""), _negated=True),
                            ),
                            models.Q(
                                ("kind", "CARD"),
                                ("new_term_months__isnull", True),
                                models.Q(("card_last4", ""), _negated=True),
                            ),
                            models.Q(
                                ("kind", "OFFSET"), ("offset_mode", ""), ("offset_sources", "")
                            ),
                            models.Q(
                                ("kind", "OFFSET"),
                                ("offset_mode__in", ["MONTHLY", "YEARLY"]),
                                (
                                    "offset_sources__in",
                                    ["BORROWER", "BORROWER SPOUSE", "SPOUSE BORROWER", "SPOUSE"],
                                ),
                            ),
                            models.Q(
                                ("card_last4", ""),
                                ("kind", "CANCEL"),
                                ("new_method", ""),
                                ("new_term_months__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="loans_loanchange_says_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="loans_loanchange_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("OVERDUE", "instalment overdue"),
                            ("CONTRIBUTIONS", "contributions stopped after the loan"),
                        ],
                        max_length=13,
                        verbose_name="kind",
                    ),
                ),
                ("since_date", models.DateField(verbose_name="since")),
                ("day", models.DateField(verbose_name="as of")),
                ("business_date", models.DateField(verbose_name="business date")),
                ("amount_fen", models.BigIntegerField(verbose_name="amount (fen)")),
                ("ended_date", models.DateField(null=True, verbose_name="ended on")),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="recorded at",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="loans.loan",
                        verbose_name="loan",
                    ),
                ),
            ],
            options={
                "verbose_name": "notice about a loan",
                "verbose_name_plural": "notices about loans",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["centre", "kind", "day"], name="loans_notice_of_day")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("loan", "kind", "since_date"), name="loans_loannotice_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_date__isnull", True), ("kind", "CONTRIBUTIONS")),
                        fields=("loan",),
                        name="loans_loannotice_once_per_stretch",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["OVERDUE", "CONTRIBUTIONS"]), ("amount_fen__gte", 0)
                        ),
                        name="loans_loannotice_known_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanParty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("BORROWER", "borrower"),
                            ("SPOUSE", "spouse"),
                            ("CO_BORROWER", "co-borrower"),
                            ("GUARANTOR", "guarantor"),
                        ],
                        max_length=11,
                        verbose_name="role",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("document_type", models.CharField(max_length=32, verbose_name="kind of document")),
                ("number", office.fields.EncryptedTextField(verbose_name="number")),
                ("person_index", models.CharField(editable=False, max_length=64)),
                (
                    "overdue_in_a_row",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="missed instalments in a row"
                    ),
                ),
                (
                    "overdue_total",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="missed instalments in all"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="bound")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parties",
                        to="loans.loanapplication",
                        verbose_name="loan application",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "credit_check",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loan_party_credit",
                        to="accounts.outsidecheck",
                        verbose_name="answer about the debtors' list",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loan_parties",
                        to="accounts.member",
                        verbose_name="member",
                    ),
                ),
                (
                    "platform_check",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loan_party",
                        to="accounts.outsidecheck",
                        verbose_name="answer of the platform",
                    ),
                ),
            ],
            options={
                "verbose_name": "party of a loan",
                "verbose_name_plural": "parties of loans",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "person_index"),
                        name="loans_party_once_per_application",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("is_active", True), ("role__in", ["BORROWER", "SPOUSE", "CO_BORROWER"])
                        ),
                        fields=("person_index",),
                        name="loans_party_one_loan_per_person",
                        violation_error_message="The person already belongs to an unsettled loan.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("is_active", True),
                            ("member__isnull", False),
                            ("role__in", ["BORROWER", "SPOUSE", "CO_BORROWER"]),
                        ),
                        fields=("member",),
                        name="loans_party_one_loan_per_member",
                        violation_error_message="The person already belongs to an unsettled loan.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("person_index", ""), _negated=True),
                        ),
                        name="loans_party_is_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["BORROWER", "SPOUSE", "CO_BORROWER", "GUARANTOR"])
                        ),
                        name="loans_party_known_role",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(verbose_name="round of reviews")),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("FIRST_REVIEW", "first review"),
                            ("SECOND_REVIEW", "second review"),
                            ("APPROVAL", "approval"),
                            ("LARGE_APPROVAL", "approval of a large sum"),
                        ],
                        max_length=14,
                        verbose_name="review",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("PASSED", "passed"),
                            ("RETURNED", "returned"),
                            ("REFUSED", "refused"),
                        ],
                        max_length=8,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, default="", max_length=400, verbose_name="reason"),
                ),
                (
                    "digest",
                    models.CharField(max_length=64, verbose_name="digest of what was shown"),
                ),
                ("business_date", models.DateField(verbose_name="business date")),
                (
                    "reviewed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="recorded at",
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="loans.loanapplication",
                        verbose_name="loan application",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reviewed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "review of a loan",
                "verbose_name_plural": "reviews of loans",
                "ordering": ["application", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "round", "step"), name="loans_review_once_per_step"
                    ),
                    models.UniqueConstraint(
                        fields=("application", "round", "reviewed_by"),
                        name="loans_review_by_different_persons",
                        violation_error_message="Each review takes another person.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "step__in",
                                ["FIRST_REVIEW", "SECOND_REVIEW", "APPROVAL", "LARGE_APPROVAL"],
                            ),
                            ("outcome__in", ["PASSED", "RETURNED", "REFUSED"]),
                        ),
                        name="loans_review_known_codes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", "PASSED"),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_review_refusal_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanSecurity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        editable=False, max_length=48, unique=True, verbose_name="document number"
                    ),
                ),
                ("business_date", models.DateField(editable=False, verbose_name="business date")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("SUBMITTED", "Waits for a second person"),
                            ("APPROVED", "Approved"),
                            ("RETURNED", "Returned"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        default="DRAFT",
                        editable=False,
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="made at",
                    ),
                ),
                (
                    "checked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="checked at"),
                ),
                (
                    "return_reason",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=400,
                        verbose_name="reason for return",
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=64,
                        verbose_name="digest of what was shown",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("MORTGAGE", "mortgage"),
                            ("PLEDGE", "pledge"),
                            ("GUARANTEE", "guarantee"),
                        ],
                        max_length=9,
                        verbose_name="security",
                    ),
                ),
                ("thing", models.CharField(max_length=160, verbose_name="what secures it")),
                (
                    "register_no",
                    models.CharField(max_length=64, verbose_name="number in the register"),
                ),
                ("registered_date", models.DateField(verbose_name="registered on")),
                ("value_fen", models.BigIntegerField(verbose_name="value (fen)")),
                (
                    "insurance_no",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=64,
                        verbose_name="policy of the loan insurance",
                    ),
                ),
                (
                    "released_date",
                    models.DateField(editable=False, null=True, verbose_name="released on"),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        editable=False,
                        help_text="Empty only for what the system makes.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="checked by",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="securities",
                        to="loans.loan",
                        verbose_name="loan",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "security of a loan",
                "verbose_name_plural": "securities of loans",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_by__isnull", True),
                            models.Q(("checked_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_loansecurity_two_persons",
                        violation_error_message="The checker cannot be the maker.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("checked_at__isnull", True), ("checked_by__isnull", True)),
                            models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="loans_loansecurity_checked_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["DRAFT", "SUBMITTED"]), _negated=True),
                            ("checked_by__isnull", True),
                            _connector="OR",
                        ),
                        name="loans_loansecurity_undecided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["APPROVED", "RETURNED"]), _negated=True),
                            ("checked_by__isnull", False),
                            _connector="OR",
                        ),
                        name="loans_loansecurity_decided",
                        violation_error_message="A decision needs the person who decided.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["SUBMITTED", "APPROVED"]), _negated=True),
                            models.Q(("digest", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_loansecurity_shown",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "RETURNED"), _negated=True),
                            models.Q(("return_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_loansecurity_return_reason",
                        violation_error_message="A return needs its reason.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ["SUBMITTED", "APPROVED"]),
                            ("released_date__isnull", True),
                        ),
                        fields=("centre", "kind", "register_no"),
                        name="loans_loansecurity_number_once",
                        violation_error_message="This number of the register already secures a loan.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("value_fen__gte", 1),
                            ("value_fen__lte", 99999999999999),
                            ("kind__in", ["MORTGAGE", "PLEDGE", "GUARANTEE"]),
                            models.Q(("register_no", ""), _negated=True),
                            models.Q(("thing", ""), _negated=True),
                        ),
                        name="loans_loansecurity_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("released_date__isnull", True), ("state", "APPROVED"), _connector="OR"
                        ),
                        name="loans_loansecurity_only_registered_is_released",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OffsetAgreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("MONTHLY", "offset of what is due each month"),
                            ("YEARLY", "offset of principal once a year"),
                        ],
                        max_length=7,
                        verbose_name="offset agreement",
                    ),
                ),
                ("source_order", models.CharField(max_length=15, verbose_name="accounts in order")),
                (
                    "retained_fen",
                    models.BigIntegerField(default=0, verbose_name="stays in the account (fen)"),
                ),
                ("signed_date", models.DateField(verbose_name="signed on")),
                ("document_no", models.CharField(max_length=64, verbose_name="document number")),
                ("ended_date", models.DateField(null=True, verbose_name="ended on")),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offset_agreements",
                        to="loans.loan",
                        verbose_name="loan",
                    ),
                ),
                (
                    "spouse_account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.memberaccount",
                        verbose_name="account of the spouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "offset agreement",
                "verbose_name_plural": "offset agreements",
                "ordering": ["loan", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_date__isnull", True)),
                        fields=("loan",),
                        name="loans_offsetagreement_one_runs",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("mode__in", ["MONTHLY", "YEARLY"]),
                            (
                                "source_order__in",
                                ["BORROWER", "BORROWER SPOUSE", "SPOUSE BORROWER", "SPOUSE"],
                            ),
                            ("retained_fen__gte", 0),
                            ("retained_fen__lte", 99999999999999),
                        ),
                        name="loans_offsetagreement_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Repayment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(max_length=48, unique=True, verbose_name="document number"),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("CARD", "debit of the card"),
                            ("COUNTER", "at the counter"),
                            ("OFFSET", "from the account"),
                            ("SUSPENSE", "from suspense"),
                        ],
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                (
                    "option",
                    models.CharField(
                        blank=True,
                        choices=[("SHORTEN", "shorter term"), ("REDUCE", "smaller instalments")],
                        default="",
                        max_length=7,
                        verbose_name="prepayment",
                    ),
                ),
                ("business_date", models.DateField(verbose_name="business date")),
                ("value_date", models.DateField(verbose_name="value date")),
                ("amount_fen", models.BigIntegerField(verbose_name="amount (fen)")),
                ("penalty_fen", models.BigIntegerField(verbose_name="penalty interest (fen)")),
                ("interest_fen", models.BigIntegerField(verbose_name="interest (fen)")),
                ("principal_fen", models.BigIntegerField(verbose_name="principal (fen)")),
                (
                    "suspense_fen",
                    models.BigIntegerField(default=0, verbose_name="kept in suspense (fen)"),
                ),
                ("shares", models.JSONField(default=list, verbose_name="shares per instalment")),
                (
                    "bank_reference",
                    models.CharField(
                        blank=True, default="", max_length=64, verbose_name="bank's reference"
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="recorded at",
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repayment",
                        to="ledger.entry",
                        verbose_name="voucher",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repayment",
                        to="loans.loanevent",
                        verbose_name="loan event",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repayments",
                        to="loans.loan",
                        verbose_name="loan",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "repayment",
                "verbose_name_plural": "repayments",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        fields=["centre", "business_date", "made_by"], name="loans_repayment_day"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "amount_fen",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("penalty_fen"), "+", models.F("interest_fen")
                                        ),
                                        "+",
                                        models.F("principal_fen"),
                                    ),
                                    "+",
                                    models.F("suspense_fen"),
                                ),
                            ),
                            ("amount_fen__gte", 1),
                            ("amount_fen__lte", 99999999999999),
                            ("penalty_fen__gte", 0),
                            ("interest_fen__gte", 0),
                            ("principal_fen__gte", 0),
                            ("suspense_fen__gte", 0),
                        ),
                        name="loans_repayment_parts_add_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channel__in", ["CARD", "COUNTER", "OFFSET", "SUSPENSE"]),
                            ("option__in", ["", "SHORTEN", "REDUCE"]),
                        ),
                        name="loans_repayment_known_codes",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("bank_reference", ""), _negated=True),
                        fields=("centre", "bank_reference"),
                        name="loans_repayment_bank_reference_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DebitLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=64, unique=True, verbose_name="number")),
                ("amount_fen", models.BigIntegerField(verbose_name="amount (fen)")),
                ("card_last4", models.CharField(max_length=4, verbose_name="last four digits")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("SENT", "sent"),
                            ("PAID", "debited"),
                            ("FAILED", "not debited"),
                            ("KEPT", "debited, kept in suspense"),
                        ],
                        default="SENT",
                        max_length=6,
                        verbose_name="state",
                    ),
                ),
                (
                    "failure",
                    models.CharField(
                        blank=True, default="", max_length=120, verbose_name="bank's reason"
                    ),
                ),
                (
                    "bank_reference",
                    models.CharField(
                        blank=True, default="", max_length=64, verbose_name="bank's reference"
                    ),
                ),
                ("answered_date", models.DateField(null=True, verbose_name="answered on")),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="loans.debitbatch",
                        verbose_name="batch of debits",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debit_line",
                        to="ledger.entry",
                        verbose_name="voucher",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debit_lines",
                        to="loans.loan",
                        verbose_name="loan",
                    ),
                ),
                (
                    "repayment",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debit_line",
                        to="loans.repayment",
                        verbose_name="repayment",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a batch of debits",
                "verbose_name_plural": "lines of batches of debits",
                "ordering": ["batch", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "SENT")),
                        fields=("loan",),
                        name="loans_debit_one_on_its_way_per_loan",
                    ),
                    models.UniqueConstraint(
                        fields=("batch", "loan"), name="loans_debit_once_per_batch"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_fen__gte", 1), ("amount_fen__lte", 99999999999999)
                        ),
                        name="loans_debit_sum_in_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("entry__isnull", True),
                                ("repayment__isnull", True),
                                ("state", "SENT"),
                            ),
                            models.Q(
                                ("entry__isnull", True),
                                ("repayment__isnull", False),
                                ("state", "PAID"),
                            ),
                            models.Q(
                                ("entry__isnull", True),
                                ("repayment__isnull", True),
                                ("state", "FAILED"),
                                models.Q(("failure", ""), _negated=True),
                            ),
                            models.Q(
                                ("entry__isnull", False),
                                ("repayment__isnull", True),
                                ("state", "KEPT"),
                            ),
                            _connector="OR",
                        ),
                        name="loans_debit_answer_fits_its_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RepaymentReversal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        editable=False, max_length=48, unique=True, verbose_name="document number"
                    ),
                ),
                ("business_date", models.DateField(editable=False, verbose_name="business date")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("SUBMITTED", "Waits for a second person"),
                            ("APPROVED", "Approved"),
                            ("RETURNED", "Returned"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        default="DRAFT",
                        editable=False,
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="made at",
                    ),
                ),
                (
                    "checked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="checked at"),
                ),
                (
                    "return_reason",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=400,
                        verbose_name="reason for return",
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=64,
                        verbose_name="digest of what was shown",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="what was wrong")),
                (
                    "effect",
                    models.JSONField(default=list, verbose_name="effect on later repayments"),
                ),
                ("reopens", models.BooleanField(default=False, verbose_name="the loan runs again")),
                (
                    "branch",
                    models.ForeignKey(
                        editable=False,
                        help_text="Empty only for what the system makes.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="checked by",
                    ),
                ),
                (
                    "difference_entry",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repayment_difference",
                        to="ledger.entry",
                        verbose_name="voucher of the difference",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repayment_reversal",
                        to="ledger.entry",
                        verbose_name="red-letter voucher",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "member_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repayment_reversals",
                        to="accounts.memberaccount",
                        verbose_name="member account",
                    ),
                ),
                (
                    "repayment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                        to="loans.repayment",
                        verbose_name="repayment",
                    ),
                ),
            ],
            options={
                "verbose_name": "reversal of a repayment",
                "verbose_name_plural": "reversals of repayments",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_by__isnull", True),
                            models.Q(("checked_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_repaymentreversal_two_persons",
                        violation_error_message="The checker cannot be the maker.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("checked_at__isnull", True), ("checked_by__isnull", True)),
                            models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="loans_repaymentreversal_checked_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["DRAFT", "SUBMITTED"]), _negated=True),
                            ("checked_by__isnull", True),
                            _connector="OR",
                        ),
                        name="loans_repaymentreversal_undecided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["APPROVED", "RETURNED"]), _negated=True),
                            ("checked_by__isnull", False),
                            _connector="OR",
                        ),
                        name="loans_repaymentreversal_decided",
                        violation_error_message="A decision needs the person who decided.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["SUBMITTED", "APPROVED"]), _negated=True),
                            models.Q(("digest", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_repaymentreversal_shown",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "RETURNED"), _negated=True),
                            models.Q(("return_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_repaymentreversal_return_reason",
                        violation_error_message="A return needs its reason.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["SUBMITTED", "APPROVED"])),
                        fields=("repayment",),
                        name="loans_reversal_once_per_repayment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "APPROVED"), _negated=True),
                            models.Q(("checked_by__isnull", False), ("entry__isnull", False)),
                            _connector="OR",
                        ),
                        name="loans_reversal_approved_is_booked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SecurityRelease",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        editable=False, max_length=48, unique=True, verbose_name="document number"
                    ),
                ),
                ("business_date", models.DateField(editable=False, verbose_name="business date")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("SUBMITTED", "Waits for a second person"),
                            ("APPROVED", "Approved"),
                            ("RETURNED", "Returned"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        default="DRAFT",
                        editable=False,
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="made at",
                    ),
                ),
                (
                    "checked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="checked at"),
                ),
                (
                    "return_reason",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=400,
                        verbose_name="reason for return",
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=64,
                        verbose_name="digest of what was shown",
                    ),
                ),
                (
                    "certificate_no",
                    models.CharField(max_length=64, verbose_name="number of the certificate"),
                ),
                ("receiver", models.CharField(max_length=80, verbose_name="handed to")),
                (
                    "branch",
                    models.ForeignKey(
                        editable=False,
                        help_text="Empty only for what the system makes.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="checked by",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "security",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="loans.loansecurity",
                        verbose_name="security of a loan",
                    ),
                ),
            ],
            options={
                "verbose_name": "release of a security",
                "verbose_name_plural": "releases of securities",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_by__isnull", True),
                            models.Q(("checked_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_securityrelease_two_persons",
                        violation_error_message="The checker cannot be the maker.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("checked_at__isnull", True), ("checked_by__isnull", True)),
                            models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="loans_securityrelease_checked_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["DRAFT", "SUBMITTED"]), _negated=True),
                            ("checked_by__isnull", True),
                            _connector="OR",
                        ),
                        name="loans_securityrelease_undecided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["APPROVED", "RETURNED"]), _negated=True),
                            ("checked_by__isnull", False),
                            _connector="OR",
                        ),
                        name="loans_securityrelease_decided",
                        violation_error_message="A decision needs the person who decided.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["SUBMITTED", "APPROVED"]), _negated=True),
                            models.Q(("digest", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_securityrelease_shown",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "RETURNED"), _negated=True),
                            models.Q(("return_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_securityrelease_return_reason",
                        violation_error_message="A return needs its reason.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["SUBMITTED", "APPROVED"])),
                        fields=("security",),
                        name="loans_securityrelease_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["SUBMITTED", "APPROVED"])),
                        fields=("centre", "certificate_no"),
                        name="loans_securityrelease_certificate_once",
                        violation_error_message="This number of a certificate is already taken.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WriteOff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        editable=False, max_length=48, unique=True, verbose_name="document number"
                    ),
                ),
                ("business_date", models.DateField(editable=False, verbose_name="business date")),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="made at",
                    ),
                ),
                (
                    "checked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="checked at"),
                ),
                (
                    "return_reason",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=400,
                        verbose_name="reason for return",
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=64,
                        verbose_name="digest of what was shown",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "waits for review and resolution"),
                            ("SUBMITTED", "waits to be booked"),
                            ("APPROVED", "written off"),
                            ("RETURNED", "returned"),
                            ("CANCELLED", "cancelled"),
                        ],
                        default="DRAFT",
                        editable=False,
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.CharField(max_length=400, verbose_name="reason")),
                (
                    "document_no",
                    models.CharField(max_length=64, verbose_name="number of the paper"),
                ),
                ("principal_fen", models.BigIntegerField(verbose_name="principal (fen)")),
                (
                    "interest_fen",
                    models.BigIntegerField(verbose_name="interest owed besides (fen)"),
                ),
                (
                    "penalty_fen",
                    models.BigIntegerField(verbose_name="penalty interest owed besides (fen)"),
                ),
                ("needs_review", models.BooleanField(verbose_name="needs the finance review")),
                (
                    "needs_resolution",
                    models.BooleanField(verbose_name="needs the committee's resolution"),
                ),
                (
                    "review_no",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=64,
                        verbose_name="number of the finance review",
                    ),
                ),
                (
                    "review_date",
                    models.DateField(editable=False, null=True, verbose_name="finance reviewed on"),
                ),
                (
                    "review_fen",
                    models.BigIntegerField(
                        editable=False, null=True, verbose_name="reviewed (fen)"
                    ),
                ),
                (
                    "resolution_no",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=64,
                        verbose_name="number of the resolution",
                    ),
                ),
                (
                    "resolution_date",
                    models.DateField(editable=False, null=True, verbose_name="resolved on"),
                ),
                (
                    "resolution_fen",
                    models.BigIntegerField(
                        editable=False, null=True, verbose_name="resolved (fen)"
                    ),
                ),
                (
                    "recovered_fen",
                    models.BigIntegerField(
                        default=0, editable=False, verbose_name="recovered (fen)"
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        editable=False,
                        help_text="Empty only for what the system makes.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="checked by",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="write_off",
                        to="ledger.entry",
                        verbose_name="voucher",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="write_offs",
                        to="loans.loan",
                        verbose_name="loan",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "member_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.memberaccount",
                        verbose_name="member account",
                    ),
                ),
                (
                    "review_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="finance review entered by",
                    ),
                ),
            ],
            options={
                "verbose_name": "write-off",
                "verbose_name_plural": "write-offs",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_by__isnull", True),
                            models.Q(("checked_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_writeoff_two_persons",
                        violation_error_message="The checker cannot be the maker.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("checked_at__isnull", True), ("checked_by__isnull", True)),
                            models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="loans_writeoff_checked_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["DRAFT", "SUBMITTED"]), _negated=True),
                            ("checked_by__isnull", True),
                            _connector="OR",
                        ),
                        name="loans_writeoff_undecided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["APPROVED", "RETURNED"]), _negated=True),
                            ("checked_by__isnull", False),
                            _connector="OR",
                        ),
                        name="loans_writeoff_decided",
                        violation_error_message="A decision needs the person who decided.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["SUBMITTED", "APPROVED"]), _negated=True),
                            models.Q(("digest", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_writeoff_shown",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "RETURNED"), _negated=True),
                            models.Q(("return_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_writeoff_return_reason",
                        violation_error_message="A return needs its reason.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "CANCELLED"), _negated=True),
                        fields=("loan",),
                        name="loans_writeoff_once_per_loan",
                        violation_error_message="A write-off of this loan is entered already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True),
                            models.Q(("document_no", ""), _negated=True),
                        ),
                        name="loans_writeoff_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("principal_fen__gte", 1),
                            ("principal_fen__lte", 99999999999999),
                            ("interest_fen__gte", 0),
                            ("penalty_fen__gte", 0),
                        ),
                        name="loans_writeoff_amounts_in_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("review_by__isnull", True),
                                ("review_date__isnull", True),
                                ("review_fen__isnull", True),
                                ("review_no", ""),
                            ),
                            models.Q(
                                models.Q(("review_no", ""), _negated=True),
                                ("review_by__isnull", False),
                                ("review_date__isnull", False),
                                ("review_fen", models.F("principal_fen")),
                            ),
                            _connector="OR",
                        ),
                        name="loans_writeoff_review_whole",
                        violation_error_message="The finance review names another sum.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("resolution_date__isnull", True),
                                ("resolution_fen__isnull", True),
                                ("resolution_no", ""),
                            ),
                            models.Q(
                                models.Q(("resolution_no", ""), _negated=True),
                                ("resolution_date__isnull", False),
                                ("resolution_fen", models.F("principal_fen")),
                            ),
                            _connector="OR",
                        ),
                        name="loans_writeoff_resolution_whole",
                        violation_error_message="The resolution names another sum.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("review_date__isnull", True),
                            ("resolution_date__isnull", True),
                            ("resolution_date__gte", models.F("review_date")),
                            _connector="OR",
                        ),
                        name="loans_writeoff_review_before_resolution",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["SUBMITTED", "APPROVED"]), _negated=True),
                            ("needs_review", False),
                            ("review_date__isnull", False),
                            _connector="OR",
                        ),
                        name="loans_writeoff_handed_in_is_reviewed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["SUBMITTED", "APPROVED"]), _negated=True),
                            ("needs_resolution", False),
                            ("resolution_date__isnull", False),
                            _connector="OR",
                        ),
                        name="loans_writeoff_handed_in_is_resolved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("review_by__isnull", True),
                            models.Q(
                                models.Q(("review_by", models.F("made_by")), _negated=True),
                                models.Q(
                                    ("checked_by__isnull", True),
                                    models.Q(("review_by", models.F("checked_by")), _negated=True),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="loans_writeoff_different_persons",
                        violation_error_message="Proposal, review and booking take three persons.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "SUBMITTED"),
                            models.Q(("entry__isnull", False), ("state", "APPROVED")),
                            models.Q(
                                ("entry__isnull", True),
                                ("state__in", ["DRAFT", "RETURNED", "CANCELLED"]),
                            ),
                            _connector="OR",
                        ),
                        name="loans_writeoff_approved_is_booked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recovered_fen", 0),
                            models.Q(
                                ("recovered_fen__gte", 1),
                                ("recovered_fen__lte", models.F("principal_fen")),
                                ("state", "APPROVED"),
                            ),
                            _connector="OR",
                        ),
                        name="loans_writeoff_recovered_no_more_than_given_up",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Recovery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(max_length=48, unique=True, verbose_name="document number"),
                ),
                ("business_date", models.DateField(verbose_name="business date")),
                ("amount_fen", models.BigIntegerField(verbose_name="amount (fen)")),
                (
                    "bank_reference",
                    models.CharField(max_length=64, verbose_name="bank's reference"),
                ),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="recorded at",
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recovery",
                        to="ledger.entry",
                        verbose_name="voucher",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recoveries",
                        to="loans.loan",
                        verbose_name="loan",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "member_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.memberaccount",
                        verbose_name="member account",
                    ),
                ),
                (
                    "write_off",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recoveries",
                        to="loans.writeoff",
                        verbose_name="write-off",
                    ),
                ),
            ],
            options={
                "verbose_name": "recovery after a write-off",
                "verbose_name_plural": "recoveries after write-offs",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_fen__gte", 1), ("amount_fen__lte", 99999999999999)
                        ),
                        name="loans_recovery_amount_in_range",
                    ),
                    models.UniqueConstraint(
                        fields=("centre", "bank_reference"),
                        name="loans_recovery_bank_reference_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CreditContest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        editable=False, max_length=48, unique=True, verbose_name="document number"
                    ),
                ),
                ("business_date", models.DateField(editable=False, verbose_name="business date")),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="made at",
                    ),
                ),
                (
                    "checked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="checked at"),
                ),
                (
                    "return_reason",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=400,
                        verbose_name="reason for return",
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=64,
                        verbose_name="digest of what was shown",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "to be answered"),
                            ("SUBMITTED", "the answer waits for its signature"),
                            ("APPROVED", "answered"),
                            ("RETURNED", "the answer was returned"),
                            ("CANCELLED", "taken back by the member"),
                        ],
                        default="DRAFT",
                        editable=False,
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("claim", models.CharField(max_length=400, verbose_name="what the member says")),
                ("due_date", models.DateField(null=True, verbose_name="to be answered by")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("UPHELD", "the record is right and stays"),
                            ("CORRECTED", "the record was wrong and counts no more"),
                        ],
                        default="",
                        editable=False,
                        max_length=9,
                        verbose_name="finding",
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=400,
                        verbose_name="answer",
                    ),
                ),
                (
                    "answered_date",
                    models.DateField(editable=False, null=True, verbose_name="answered on"),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        editable=False,
                        help_text="Empty only for what the system makes.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="checked by",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policy.storeddecision",
                        verbose_name="decision on the deadline",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "member_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_contests",
                        to="accounts.memberaccount",
                        verbose_name="member account",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contests",
                        to="loans.creditevent",
                        verbose_name="credit event",
                    ),
                ),
            ],
            options={
                "verbose_name": "contest of a credit event",
                "verbose_name_plural": "contests of credit events",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["centre", "state", "due_date"], name="loans_contest_due")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_by__isnull", True),
                            models.Q(("checked_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_creditcontest_two_persons",
                        violation_error_message="The checker cannot be the maker.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("checked_at__isnull", True), ("checked_by__isnull", True)),
                            models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="loans_creditcontest_checked_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["DRAFT", "SUBMITTED"]), _negated=True),
                            ("checked_by__isnull", True),
                            _connector="OR",
                        ),
                        name="loans_creditcontest_undecided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["APPROVED", "RETURNED"]), _negated=True),
                            ("checked_by__isnull", False),
                            _connector="OR",
                        ),
                        name="loans_creditcontest_decided",
                        violation_error_message="A decision needs the person who decided.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["SUBMITTED", "APPROVED"]), _negated=True),
                            models.Q(("digest", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_creditcontest_shown",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "RETURNED"), _negated=True),
                            models.Q(("return_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loans_creditcontest_return_reason",
                        violation_error_message="A return needs its reason.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["DRAFT", "SUBMITTED", "RETURNED"])),
                        fields=("event",),
                        name="loans_contest_one_open",
                        violation_error_message="This record is contested already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("claim", ""), _negated=True),
                        name="loans_contest_says_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["DRAFT", "CANCELLED", "RETURNED"]),
                            models.Q(
                                models.Q(("outcome", ""), _negated=True),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="loans_contest_answer_has_its_finding",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_date__isnull", False), ("state", "APPROVED")),
                            models.Q(
                                models.Q(("state", "APPROVED"), _negated=True),
                                ("answered_date__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="loans_contest_answered_is_dated",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="disbursement",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ["SUBMITTED", "APPROVED"]), ("undone_date__isnull", True)
                ),
                fields=("loan",),
                name="loans_disbursement_one_per_loan",
                violation_error_message="A payment of this loan is already there.",
            ),
        ),
    ]
