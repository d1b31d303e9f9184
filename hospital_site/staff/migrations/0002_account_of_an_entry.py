"""The audit log knows the account of each entry, not only the name that it had."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    """By user name. An entry older than the account was written by somebody else who had the same name."""
    alias = schema_editor.connection.alias
    namesake = apps.get_model("auth", "User").objects.filter(username=OuterRef("by"), date_joined__lte=OuterRef("at"))
    entries = apps.get_model("staff", "AuditEntry").objects.using(alias).filter(account=None)
    entries.update(account=Subquery(namesake.values("pk")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0001_initial"),
        ("publishing", "0003_staff_move_out"),
    ]

    operations = [
        migrations.AddField(
            "auditentry", "account", models.BigIntegerField(blank=True, null=True, verbose_name="account")
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
