"""Every answer to a preview link is a row of its own; of earlier ones, only the last was kept."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def copy(apps, schema_editor):
    alias = schema_editor.connection.alias
    links = apps.get_model("publishing", "PreviewLink").objects.using(alias).exclude(answer="")
    apps.get_model("publishing", "PreviewAnswer").objects.using(alias).bulk_create(
        answer_of(apps, link) for link in links.order_by("answered_at", "pk")
    )


def answer_of(apps, link):
    return apps.get_model("publishing", "PreviewAnswer")(
        link=link,
        answer=link.answer,
        comment=link.comment,
        digest=link.answered_digest,
        at=link.answered_at or link.last_opened_at or link.made_at,
    )


class Migration(migrations.Migration):
    dependencies = [("publishing", "0006_workflow_notes")]

    operations = [
        migrations.CreateModel(
            name="PreviewAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "answer",
                    models.CharField(
                        choices=[("approved", "approved"), ("returned", "returned with a comment")],
                        max_length=20,
                        verbose_name="answer",
                    ),
                ),
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                ("digest", models.CharField(max_length=64, verbose_name="digest of the draft that was answered")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="answered at")),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="publishing.previewlink",
                        verbose_name="preview link",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer to a preview link",
                "verbose_name_plural": "answers to preview links",
                "ordering": ["pk"],
                "default_permissions": [],
            },
        ),
        migrations.RunPython(copy, migrations.RunPython.noop),
    ]
