"""Digests are of cleaned texts. The content of editions stays as it was issued."""

from django.db import migrations

from hospital_site.publishing.stored_texts import clean_rows, renew_edition


def renew(apps, schema_editor):
    for edition in apps.get_model("publishing", "Edition").objects.filter(data__isnull=False).iterator():
        renew_edition(apps, edition)
    clean_rows(apps.get_model("publishing", "PreviewLink"))


class Migration(migrations.Migration):
    dependencies = [("publishing", "0004_place_and_authors")]

    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
