from django.db import migrations, models

POSTS = ["CLERK", "CHECKER", "SUPERVISOR"]
LIMITED = ["withdrawal", "exit", "transferout", "correction"]


def note_approvers(apps, schema_editor):
    """Say of every document which post it needed: large and later ones needed a supervisor."""
    using = schema_editor.connection.alias
    for name in LIMITED:
        rows = apps.get_model("contributions", name).objects.using(using)
        high = {"is_later": True} if name == "correction" else {"is_large": True}
        rows.filter(**high).update(approver_role="SUPERVISOR")


def note_large(apps, schema_editor):
    """Say again of what needed a supervisor that it was large."""
    using = schema_editor.connection.alias
    for name in LIMITED[:-1]:
        rows = apps.get_model("contributions", name).objects.using(using)
        rows.filter(approver_role="SUPERVISOR").update(is_large=True)


class Migration(migrations.Migration):
    dependencies = [
        ("contributions", "0012_heirs"),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name=name,
                name="approver_role",
                field=models.CharField(
                    choices=[
                        ("CLERK", "Clerk"),
                        ("CHECKER", "Checker"),
                        ("SUPERVISOR", "Supervisor"),
                    ],
                    default="CHECKER",
                    editable=False,
                    max_length=16,
                    verbose_name="has to be approved by",
                ),
                preserve_default=False,
            )
            for name in LIMITED
        ),
        # going back, the flag comes with a default, so that rows can be marked again
        *(
            migrations.AlterField(
                model_name=name,
                name="is_large",
                field=models.BooleanField(default=False),
            )
            for name in LIMITED[:-1]
        ),
        migrations.RunPython(note_approvers, note_large),
        *(
            migrations.AddConstraint(
                model_name=name,
                constraint=models.CheckConstraint(
                    condition=models.Q(approver_role__in=POSTS),
                    name=f"contributions_{name}_known_approver",
                ),
            )
            for name in LIMITED
        ),
        *(migrations.RemoveField(model_name=name, name="is_large") for name in LIMITED[:-1]),
    ]
