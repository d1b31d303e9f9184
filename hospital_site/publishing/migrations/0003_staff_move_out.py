"""The audit log and the scopes of staff belong to the app `staff` now. Their tables stay as they are."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0002_second_factor"),
        ("staff", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel("AuditEntry"),
                migrations.DeleteModel("StaffLimit"),
            ],
        ),
    ]
