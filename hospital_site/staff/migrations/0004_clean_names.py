"""Names of staff that were stored before typed names were cleaned."""

from django.db import migrations

from hospital_site.typed_text import clean_name


def clean(apps, schema_editor):
    users = apps.get_model("auth", "User").objects
    for pk, *names in users.values_list("pk", "first_name", "last_name"):
        cleaned = [clean_name(name) for name in names]
        if cleaned != names:
            users.filter(pk=pk).update(first_name=cleaned[0], last_name=cleaned[1])


class Migration(migrations.Migration):
    dependencies = [("staff", "0003_interface_words"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(clean, migrations.RunPython.noop)]
