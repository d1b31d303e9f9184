"""Texts that were stored before they were cleaned at the door."""

from django.db import migrations

from hospital_site.publishing.stored_texts import clean_pages


def clean(apps, schema_editor):
    clean_pages(apps, "patients_rights")


class Migration(migrations.Migration):
    dependencies = [("patients_rights", "0001_initial"), ("publishing", "0005_clean_digests")]
    run_before = [("publishing", "0007_every_answer")]  # which copies the digests that this one renews

    operations = [migrations.RunPython(clean, migrations.RunPython.noop)]
