"""Lets each role do with terms of the glossary what it does with other pages. A group that was renamed stays as it is."""

from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations


def extend_roles(apps, schema_editor):
    make_permissions(apps, schema_editor.connection.alias)
    translators = [f"Translator ({code})" for code, _name in settings.LANGUAGES]
    extend(apps, ["Editor"], ["add", "change", "delete", "view"])
    extend(apps, translators, ["change", "view"])
    extend(apps, ["Clinical reviewer", "Publisher", "Auditor"], ["view"])


def make_permissions(apps, alias):
    """Django makes them after all migrations only, which is too late for the groups."""
    config = apps.get_app_config("glossary")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0, using=alias)
    config.models_module = None


def extend(apps, names, verbs):
    Permission = apps.get_model("auth", "Permission")
    found = Permission.objects.filter(
        content_type__app_label="glossary", codename__in=[f"{verb}_term" for verb in verbs]
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=names):
        group.permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [("hospital_site", "0001_roles"), ("glossary", "0001_initial")]
    operations = [migrations.RunPython(extend_roles, migrations.RunPython.noop)]
