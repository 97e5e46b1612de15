"""A withdrawal that waits is business under way like any other (accounts_pendingbusiness)."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def begin_what_waits(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Note the withdrawals that waited before this version."""
    waiting = apps.get_model("contributions", "Withdrawal").objects.filter(state="SUBMITTED")
    apps.get_model("accounts", "PendingBusiness").objects.bulk_create(
        apps.get_model("accounts", "PendingBusiness")(
            member_account_id=account, number=number, begun_date=day
        )
        for account, number, day in waiting.values_list(
            "member_account_id", "number", "business_date"
        )
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_business_under_way"),
        ("contributions", "0002_withdrawals_and_payouts"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="withdrawal",
            name="contributions_withdrawal_one_waiting",
        ),
        migrations.RunPython(begin_what_waits, migrations.RunPython.noop),
    ]
