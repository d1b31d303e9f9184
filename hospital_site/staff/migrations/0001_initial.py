"""Takes the audit log and the scopes of staff over from `publishing`. The tables stay as they are."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

MODELS = {"auditentry": "auditentry", "stafflimit": "staffscope"}
VERBS = ["add", "change", "delete", "view"]


def take_over(apps, schema_editor):
    move("publishing", "staff", MODELS, apps, schema_editor)


def give_back(apps, schema_editor):
    move("staff", "publishing", {new: old for old, new in MODELS.items()}, apps, schema_editor)


def move(origin, target, model_names, apps, schema_editor):
    """Renames content types and permissions in place, so that roles, users and Django's own log keep theirs.

    What does not exist yet, as in a new database, is made under its new name after the migrations. What Django has made
    under the new name already, as it does after each of several steps, refers to nothing and goes.
    """
    alias = schema_editor.connection.alias
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    for old, new in model_names.items():
        of_model = permissions.filter(content_type__app_label=origin, content_type__model=old)
        for verb in VERBS:
            of_model.filter(codename=f"{verb}_{old}").update(codename=f"{verb}_{new}")
        moving = content_types.filter(app_label=origin, model=old)
        if moving.exists():
            content_types.filter(app_label=target, model=new).delete()
        moving.update(app_label=target, model=new)
    apps.get_model("contenttypes", "ContentType").objects.clear_cache()


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("publishing", "0002_second_factor"),
        ("hospital_site", "0001_roles"),  # gives the auditors what is renamed here
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="AuditEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "at",
                            models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name="when"),
                        ),
                        ("by", models.CharField(max_length=150, verbose_name="who")),
                        (
                            "action",
                            models.CharField(
                                choices=[
                                    ("edit", "edited"),
                                    ("restore", "copied an earlier edition into the draft"),
                                    ("still_correct", "confirmed a translation"),
                                    ("submit", "submitted for publishing"),
                                    ("return", "returned to the editors"),
                                    ("publish", "published"),
                                    ("schedule", "scheduled"),
                                    ("cancel", "cancelled a scheduled edition"),
                                    ("withdraw", "withdrew"),
                                    ("sign_off", "signed the clinical review"),
                                    ("link", "made a preview link"),
                                    ("revoke", "revoked a preview link"),
                                    ("opened", "opened a preview link"),
                                    ("answer", "answered a preview link"),
                                    ("delete", "deleted"),
                                    ("permission", "changed permissions"),
                                    ("second_factor", "changed a second factor"),
                                    ("sign_in", "signed in"),
                                    ("sign_in_failed", "failed to sign in"),
                                    ("export", "exported the log"),
                                ],
                                max_length=20,
                                verbose_name="what",
                            ),
                        ),
                        ("page", models.CharField(blank=True, max_length=100, verbose_name="page")),
                        ("title", models.CharField(blank=True, max_length=200, verbose_name="name of the page")),
                        ("before", models.CharField(blank=True, max_length=64, verbose_name="digest before")),
                        ("after", models.CharField(blank=True, max_length=64, verbose_name="digest after")),
                        ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                    ],
                    options={
                        "db_table": "publishing_auditentry",
                        "verbose_name": "entry of the audit log",
                        "verbose_name_plural": "audit log",
                        "ordering": ["-pk"],
                        "indexes": [models.Index(fields=["page", "action"], name="audit_of_page")],
                    },
                ),
                migrations.CreateModel(
                    name="StaffScope",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "page",
                            models.CharField(
                                help_text="The person sees and edits this one and all below it.",
                                max_length=100,
                                verbose_name="hospital or center",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="scopes",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "publishing_stafflimit",
                        "verbose_name": "limit to a hospital or center",
                        "verbose_name_plural": "limits to hospitals and centers",
                        "constraints": [models.UniqueConstraint(fields=("user", "page"), name="a_limit_is_named_once")],
                    },
                ),
            ],
        ),
        migrations.RunPython(take_over, give_back),
    ]
