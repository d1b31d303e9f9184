"""Whoever may do something with hospitals may do the same with the contact page and its numbers."""

from django.db import migrations

VERBS = ["add", "change", "delete", "view"]
KINDS = {"contactpage": "contact page", "helpline": "national number"}


def grant_as_for_hospitals(apps, schema_editor):
    ContentType, Permission = apps.get_model("contenttypes", "ContentType"), apps.get_model("auth", "Permission")
    for model, name in KINDS.items():
        kind, _created = ContentType.objects.get_or_create(app_label="centers", model=model)
        for verb in VERBS:
            permission, _created = Permission.objects.get_or_create(
                codename=f"{verb}_{model}", content_type=kind, defaults={"name": f"Can {verb} {name}"}
            )
            same = Permission.objects.filter(content_type__app_label="centers", codename=f"{verb}_hospital")
            for holder, held in (("Group", "permissions"), ("User", "user_permissions")):
                for one in apps.get_model("auth", holder).objects.filter(**{f"{held}__in": same}):
                    getattr(one, held).add(permission)


class Migration(migrations.Migration):
    dependencies = [("hospital_site", "0003_illnesses"), ("centers", "0005_contacts")]
    operations = [migrations.RunPython(grant_as_for_hospitals, migrations.RunPython.noop)]
