"""Models and fields get the field's own terms; tables, columns and constraints stay, so nothing in them is rewritten."""

from django.db import migrations, models
from django.db.models import Q

MODELS = {"controller": "datacontroller", "tally": "monthlycount"}
DEFAULT_PERMISSIONS = ["add", "change", "delete", "view"]


def rename_permissions(apps, names):
    """Django renames content types, but not the permissions of a model. Groups and accounts keep theirs."""
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="enquiries")
    for old, new in names.items():
        for action in DEFAULT_PERMISSIONS:
            permissions.filter(codename=f"{action}_{old}").update(codename=f"{action}_{new}")


def forwards(apps, schema_editor):
    rename_permissions(apps, MODELS)


def backwards(apps, schema_editor):
    rename_permissions(apps, {new: old for old, new in MODELS.items()})


ONE_SENDING = "one_sending_is_one_enquiry"
NOT_FOUND_BY_PERSON = "a_destroyed_enquiry_cannot_be_found_by_person"


class Migration(migrations.Migration):
    dependencies = [
        ("enquiries", "0007_ended_enquiries"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AlterModelTable("Controller", "enquiries_controller"),
        migrations.RenameModel("Controller", "DataController"),
        migrations.AlterModelTable("Tally", "enquiries_tally"),
        migrations.RenameModel("Tally", "MonthlyCount"),
        migrations.RunPython(forwards, backwards),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint("Enquiry", ONE_SENDING),
                migrations.RemoveConstraint("Enquiry", NOT_FOUND_BY_PERSON),
                migrations.RenameField("Enquiry", "sending", "idempotency_key"),
                migrations.AlterField(
                    "Enquiry",
                    "idempotency_key",
                    models.CharField(blank=True, db_column="sending", db_index=True, max_length=64),
                ),
                migrations.AddConstraint(
                    "Enquiry",
                    models.UniqueConstraint(
                        condition=~Q(idempotency_key=""), fields=("idempotency_key",), name=ONE_SENDING
                    ),
                ),
                migrations.AddConstraint(
                    "Enquiry",
                    models.CheckConstraint(
                        condition=~Q(state="destroyed") | Q(telephone_hash="", mail_hash="", idempotency_key=""),
                        name=NOT_FOUND_BY_PERSON,
                    ),
                ),
                migrations.RenameField("ConsentText", "box", "key"),
                migrations.AlterField(
                    "ConsentText",
                    "key",
                    models.CharField(db_column="box", max_length=20, verbose_name="box"),
                ),
            ]
        ),
    ]
