"""The roles of the editors' desk as groups. Who belongs to one is decided in the admin."""

from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations

PAGES = ["centers", "patients_rights"]
LOG = ["view_auditentry", "view_edition", "view_signoff"]


def make_roles(apps, schema_editor):
    make_permissions(apps, schema_editor.connection.alias)
    codes = list(dict(settings.LANGUAGES))
    every = [f"write_{code}" for code in codes]
    role(apps, "Editor", ["add", "change", "delete", "view"], ["write_structure", *every, "view_edition"])
    for code in codes:
        role(apps, f"Translator ({code})", ["change", "view"], [f"write_{code}", "view_edition"])
    role(apps, "Clinical reviewer", ["view"], ["sign_off", "view_edition"])
    role(apps, "Publisher", ["view"], ["publish_edition", "view_edition"])
    role(apps, "Auditor", ["view"], LOG)


def make_permissions(apps, alias):
    """Django makes them after all migrations only, which is too late for the groups of a new database."""
    for config in apps.get_app_configs():
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0, using=alias)
        config.models_module = None


def role(apps, name, verbs, own):
    """The group `name`: `verbs` on all pages and their rows, and `own` permissions of the desk."""
    Permission = apps.get_model("auth", "Permission")
    group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=name)
    of_pages = Permission.objects.filter(content_type__app_label__in=PAGES)
    for verb in verbs:
        group.permissions.add(*of_pages.filter(codename__startswith=f"{verb}_"))
    group.permissions.add(*Permission.objects.filter(content_type__app_label="publishing", codename__in=own))


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("publishing", "0001_initial"),
        ("centers", "0001_initial"),
        ("patients_rights", "0001_initial"),
    ]
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
