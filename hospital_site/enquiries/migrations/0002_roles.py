"""Who handles enquiries: one group per desk. The hospital of a person is named apart from it, as a staff limit."""

from django.db import migrations

ROLES = {
    "appointment_desk": ["handle_appointments"],
    "mediation_office": ["handle_requests"],
    "privacy_officer": [
        "handle_appointments",
        "handle_requests",
        "answer_rights",
        "export_enquiry",
        "view_accessrecord",
        "view_privacynotice",
    ],
}
MODELS = {"view_accessrecord": "accessrecord", "view_privacynotice": "privacynotice"}


def make_roles(apps, schema_editor):
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    for role, codenames in ROLES.items():
        group, _created = Group.objects.get_or_create(name=role)
        for codename in codenames:
            model = MODELS.get(codename, "enquiry")
            kind, _created = ContentType.objects.get_or_create(app_label="enquiries", model=model)
            permission, _created = Permission.objects.get_or_create(
                codename=codename, content_type=kind, defaults={"name": codename.replace("_", " ").capitalize()}
            )
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("enquiries", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
