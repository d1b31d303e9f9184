"""The reason of an entry may be as long as the comment of a reader."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0006_findings_of_an_entry")]

    operations = [
        migrations.AlterField(
            model_name="auditentry",
            name="reason",
            field=models.TextField(blank=True, verbose_name="reason"),
        )
    ]
