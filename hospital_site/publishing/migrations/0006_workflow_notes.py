"""Steps of the workflow that are still open are kept beside the audit log, for the front page."""

import django.utils.timezone
from django.db import migrations, models

OPEN, SETTLED = ["submit", "return", "cancel"], ["publish", "schedule"]


def fill(apps, schema_editor):
    """Keep the last step of each page, where it was one that somebody has to know of."""
    alias = schema_editor.connection.alias
    last = {}
    entries = apps.get_model("staff", "AuditEntry").objects.using(alias).filter(action__in=[*OPEN, *SETTLED])
    for entry in entries.order_by("pk").iterator():
        last[entry.page] = entry
    Note = apps.get_model("publishing", "WorkflowNote")
    names = ["page", "action", "by", "account", "at", "reason"]
    Note.objects.using(alias).bulk_create(
        Note(**{name: getattr(entry, name) for name in names}, digest=entry.after or entry.before)
        for entry in last.values()
        if entry.action in OPEN
    )


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0005_clean_digests"),
        ("staff", "0004_clean_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="stale",
            field=models.JSONField(default=list, verbose_name="translations that were not up to date"),
        ),
        migrations.AddField(
            model_name="signoff",
            name="texts",
            field=models.JSONField(blank=True, null=True, verbose_name="the words"),
        ),
        migrations.CreateModel(
            name="WorkflowNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page", models.CharField(max_length=100, verbose_name="page")),
                ("action", models.CharField(max_length=20, verbose_name="what")),
                ("by", models.CharField(max_length=150, verbose_name="who")),
                ("account", models.BigIntegerField(blank=True, null=True, verbose_name="account")),
                ("for_account", models.BigIntegerField(blank=True, null=True, verbose_name="for the account")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("digest", models.CharField(blank=True, max_length=64, verbose_name="digest of the draft")),
            ],
            options={
                "verbose_name": "note of the workflow",
                "verbose_name_plural": "notes of the workflow",
                "ordering": ["-at", "-pk"],
                "default_permissions": [],
                "indexes": [
                    models.Index(fields=["page", "action"], name="note_of_page"),
                    models.Index(fields=["at"], name="note_by_time"),
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
