"""Each text is translated from one language: nothing becomes out of date by that, and nothing up to date."""

from django.db import migrations

from hospital_site.publishing.stored_checks import direct_checks


def direct(apps, schema_editor):
    direct_checks(apps, ["centers", "glossary", "patients_rights"])


class Migration(migrations.Migration):
    dependencies = [
        ("hospital_site", "0004_contact_page"),
        ("centers", "0006_source_language"),
        ("glossary", "0002_source_language"),
        ("patients_rights", "0003_source_language"),
    ]
    operations = [migrations.RunPython(direct, migrations.RunPython.noop)]
