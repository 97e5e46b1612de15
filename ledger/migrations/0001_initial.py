import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("office", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("business_date", models.DateField(verbose_name="business date")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("OPENING_BALANCE", "opening balance"),
                            ("DEPOSIT", "contribution"),
                            ("SUSPENSE", "receipt not matched"),
                            ("ALLOCATION", "suspense allocated"),
                            ("REFUND", "refund to the payer"),
                            ("ACCRUAL", "accrual"),
                            ("INTEREST", "interest settlement"),
                            ("SUBSIDY", "contribution subsidy"),
                            ("OPENING_SUBSIDY", "opening subsidy"),
                            ("WITHDRAWAL", "withdrawal"),
                            ("EXIT", "closing payment"),
                            ("TRANSFER_IN", "transfer in"),
                            ("TRANSFER_OUT", "transfer out"),
                            ("CONVERSION", "conversion of identity"),
                            ("DISBURSEMENT", "loan paid out"),
                            ("REPAYMENT", "loan repayment"),
                            ("OFFSET", "loan repaid from the account"),
                            ("OVERDUE", "loan overdue or cured"),
                            ("WRITE_OFF", "write-off"),
                            ("RECOVERY", "recovery after write-off"),
                            ("PAYMENT", "bank payment"),
                            ("CLOSING", "closing of the books"),
                            ("REVERSAL", "reversal"),
                        ],
                        max_length=16,
                        verbose_name="kind of entry",
                    ),
                ),
                ("key", models.CharField(max_length=120, verbose_name="entry key")),
                ("document_no", models.CharField(max_length=64, verbose_name="document number")),
                (
                    "memo",
                    models.CharField(blank=True, default="", max_length=128, verbose_name="memo"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="recorded at",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "maker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="maker",
                    ),
                ),
                (
                    "reversal_of",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversal",
                        to="ledger.entry",
                        verbose_name="reversal of",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry",
                "verbose_name_plural": "entries",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="LedgerAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=64, verbose_name="account code")),
                ("name", models.CharField(max_length=128, verbose_name="account name")),
                (
                    "normal_side",
                    models.CharField(
                        choices=[("DEBIT", "debit side"), ("CREDIT", "credit side")],
                        max_length=6,
                        verbose_name="normal side",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("SUMMARY", "summary account"),
                            ("CONTROL", "control account"),
                            ("DETAIL", "detail account"),
                            ("LINE", "subsidiary line"),
                        ],
                        max_length=7,
                        verbose_name="place in the chart",
                    ),
                ),
                (
                    "book",
                    models.CharField(
                        choices=[
                            ("UNIT", "employees of units"),
                            ("FLEX", "flexible employment"),
                            ("CENTRE", "the centre"),
                        ],
                        max_length=6,
                        verbose_name="separate book",
                    ),
                ),
                (
                    "may_overdraw",
                    models.BooleanField(default=False, verbose_name="may be overdrawn"),
                ),
                (
                    "debits_fen",
                    models.BigIntegerField(default=0, verbose_name="total debits (fen)"),
                ),
                (
                    "credits_fen",
                    models.BigIntegerField(default=0, verbose_name="total credits (fen)"),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.centre",
                        verbose_name="centre",
                    ),
                ),
                (
                    "control",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="ledger.ledgeraccount",
                        verbose_name="control account",
                    ),
                ),
            ],
            options={
                "verbose_name": "ledger account",
                "verbose_name_plural": "ledger accounts",
                "ordering": ["centre", "code"],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.PositiveIntegerField(verbose_name="line number")),
                ("amount_fen", models.BigIntegerField(verbose_name="amount (fen)")),
                (
                    "component",
                    models.CharField(
                        choices=[
                            ("PRINCIPAL", "principal"),
                            ("TRANSFER_IN", "transferred in"),
                            ("INTEREST", "interest"),
                            ("SUBSIDY", "subsidy"),
                        ],
                        max_length=11,
                        verbose_name="component",
                    ),
                ),
                ("value_date", models.DateField(verbose_name="value date")),
                (
                    "credit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_postings",
                        to="ledger.ledgeraccount",
                        verbose_name="credit side",
                    ),
                ),
                (
                    "debit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debit_postings",
                        to="ledger.ledgeraccount",
                        verbose_name="debit side",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to="ledger.entry",
                        verbose_name="entry",
                    ),
                ),
            ],
            options={
                "verbose_name": "posting",
                "verbose_name_plural": "postings",
                "ordering": ["entry", "seq"],
            },
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["centre", "business_date"], name="ledger_entry_centre_day"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["document_no"], name="ledger_entry_document"),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                fields=("centre", "key"), name="ledger_entry_key_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.Range(
                        django.db.models.functions.text.Length("key"), (3, 120)
                    ),
                    django.db.models.lookups.Range(
                        django.db.models.functions.text.Length("document_no"), (1, 64)
                    ),
                ),
                name="ledger_entry_key_given",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "REVERSAL"), ("reversal_of__isnull", False)),
                    models.Q(
                        models.Q(("kind", "REVERSAL"), _negated=True), ("reversal_of__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="ledger_entry_reversal_names_its_entry",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgeraccount",
            constraint=models.UniqueConstraint(
                fields=("centre", "code"), name="ledger_account_code_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgeraccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.Range(
                        django.db.models.functions.text.Length("code"), (3, 64)
                    )
                ),
                name="ledger_account_code_length",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgeraccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("normal_side__in", ["DEBIT", "CREDIT"]),
                    ("book__in", ["UNIT", "FLEX", "CENTRE"]),
                    ("role__in", ["SUMMARY", "CONTROL", "DETAIL", "LINE"]),
                ),
                name="ledger_account_known_codes",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgeraccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("control__isnull", False), ("role", "LINE")),
                    models.Q(models.Q(("role", "LINE"), _negated=True), ("control__isnull", True)),
                    _connector="OR",
                ),
                name="ledger_account_lines_have_control",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgeraccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("control__isnull", False),
                    models.Q(("credits_fen", 0), ("debits_fen", 0)),
                    _connector="OR",
                ),
                name="ledger_account_totals_on_lines_only",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgeraccount",
            constraint=models.CheckConstraint(
                condition=models.Q(("credits_fen__gte", 0), ("debits_fen__gte", 0)),
                name="ledger_account_totals_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgeraccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("control__isnull", True),
                    ("may_overdraw", True),
                    models.Q(
                        ("credits_fen__gte", models.F("debits_fen")), ("normal_side", "CREDIT")
                    ),
                    models.Q(
                        ("debits_fen__gte", models.F("credits_fen")), ("normal_side", "DEBIT")
                    ),
                    _connector="OR",
                ),
                name="ledger_account_not_overdrawn",
                violation_error_message="The balance is too low.",
            ),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(
                fields=["credit", "value_date", "amount_fen", "component"],
                name="ledger_posting_credit_cover",
            ),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(
                fields=["debit", "value_date", "amount_fen", "component"],
                name="ledger_posting_debit_cover",
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.UniqueConstraint(
                fields=("entry", "seq"), name="ledger_posting_line_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
                condition=models.Q(("debit", models.F("credit")), _negated=True),
                name="ledger_posting_two_accounts",
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gte", 1), ("amount_fen__lte", 99999999999999)),
                name="ledger_posting_amount_in_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("component__in", ["PRINCIPAL", "TRANSFER_IN", "INTEREST", "SUBSIDY"])
                ),
                name="ledger_posting_known_component",
            ),
        ),
    ]
