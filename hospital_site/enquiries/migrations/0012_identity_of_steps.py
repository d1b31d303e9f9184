"""An identity for each step, which its sealed note carries."""

import uuid

from django.db import migrations, models


def give_identities(apps, schema_editor):
    steps = apps.get_model("enquiries", "Step").objects
    for key in steps.filter(uuid=None).values_list("pk", flat=True):
        steps.filter(pk=key).update(uuid=uuid.uuid4())


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0011_access_by_time")]

    operations = [
        migrations.AddField("step", "uuid", models.UUIDField(editable=False, null=True)),
        migrations.RunPython(give_identities, migrations.RunPython.noop),
        migrations.AlterField("step", "uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
    ]
