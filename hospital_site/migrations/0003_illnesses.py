"""Whoever may do something with treatments may do the same with illnesses."""

from django.db import migrations

VERBS = ["add", "change", "delete", "view"]


def grant_as_for_treatments(apps, schema_editor):
    ContentType, Permission = apps.get_model("contenttypes", "ContentType"), apps.get_model("auth", "Permission")
    kind, _created = ContentType.objects.get_or_create(app_label="centers", model="condition")
    for verb in VERBS:
        permission, _created = Permission.objects.get_or_create(
            codename=f"{verb}_condition", content_type=kind, defaults={"name": f"Can {verb} illness"}
        )
        same = {"content_type__app_label": "centers", "codename": f"{verb}_treatment"}
        for holder in ("Group", "User"):
            held = "permissions" if holder == "Group" else "user_permissions"
            of_treatments = Permission.objects.filter(**same)
            for one in apps.get_model("auth", holder).objects.filter(**{f"{held}__in": of_treatments}):
                getattr(one, held).add(permission)


class Migration(migrations.Migration):
    dependencies = [("hospital_site", "0002_glossary_roles"), ("centers", "0004_patient_information")]
    operations = [migrations.RunPython(grant_as_for_treatments, migrations.RunPython.noop)]
