from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Coalesce

ENDED = ["booked", "answered", "referred", "not_possible", "withdrawn", "closed", "destroyed"]


def fill(apps, schema_editor):
    """Of what ended before: when it was closed or came into its state; of what was opened again: when that was."""
    enquiries = apps.get_model("enquiries", "Enquiry").objects
    enquiries.filter(state__in=ENDED).update(ended_at=Coalesce(F("closed_at"), F("state_since")))
    for step in (
        apps.get_model("enquiries", "Step").objects.filter(before="closed").order_by("pk").only("enquiry", "at")
    ):
        enquiries.filter(pk=step.enquiry_id, closed_at=None).update(reopened_at=step.at)


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0005_rights_of_roles")]

    operations = [
        migrations.AddField(
            "enquiry", "ended_at", models.DateTimeField(blank=True, null=True, verbose_name="work ended at")
        ),
        migrations.AddField(
            "enquiry",
            "kept_for",
            models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="days or years promised after the end"
            ),
        ),
        migrations.AddField(
            "enquiry",
            "kept_open",
            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="days promised when nothing ends"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
