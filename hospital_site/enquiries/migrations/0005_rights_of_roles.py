"""What the roles of the desk may do besides: days off for those who offer appointments, oversight for the officer."""

from django.db import migrations

HOLIDAYS = ["view_holiday", "add_holiday", "change_holiday"]
RIGHTS = {
    "appointment_desk": HOLIDAYS,
    "mediation_office": ["view_holiday"],
    "privacy_officer": [
        "see_enquiries",
        *HOLIDAYS,
        "view_controller",
        "change_controller",
        "view_accesscheck",
        "view_consenttext",
        "view_notification",
        "view_tally",
    ],
}
OTHERWISE = {"see_enquiries": "enquiry"}
NO_LONGER = {
    "privacy_officer": ["handle_appointments", "handle_requests"]
}  # who answers for the data does not handle it


def give_rights(apps, schema_editor):
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    for role, codenames in RIGHTS.items():
        group, _created = Group.objects.get_or_create(name=role)
        for codename in codenames:
            model = OTHERWISE.get(codename, codename.rpartition("_")[2])
            kind, _created = ContentType.objects.get_or_create(app_label="enquiries", model=model)
            permission, _created = Permission.objects.get_or_create(
                codename=codename, content_type=kind, defaults={"name": codename.replace("_", " ").capitalize()}
            )
            group.permissions.add(permission)
    for role, codenames in NO_LONGER.items():
        Group.objects.get(name=role).permissions.remove(*Permission.objects.filter(codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [
        ("enquiries", "0004_oversight"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
