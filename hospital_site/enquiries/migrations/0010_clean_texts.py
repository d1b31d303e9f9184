"""What staff wrote before typed texts were cleaned. What patients wrote is sealed: see `clean_enquiries`."""

from django.db import migrations

from hospital_site.publishing.stored_texts import clean_rows


def clean(apps, schema_editor):
    for name in ("DataController", "Holiday", "RightsRequest"):
        clean_rows(apps.get_model("enquiries", name))


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0009_interface_words"), ("publishing", "0005_clean_digests")]

    operations = [migrations.RunPython(clean, migrations.RunPython.noop)]
