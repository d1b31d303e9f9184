"""The audit log and the scopes moved here from another app, with all that refers to them."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from hospital_site.staff.models import AuditEntry

pytestmark = pytest.mark.django_db

schema_editor = SimpleNamespace(connection=connection)


def migration(name):
    return import_module(f"hospital_site.staff.migrations.{name}")


def models_at(name):
    """The models as this migration sees them."""
    return MigrationLoader(connection).project_state(("staff", name)).apps


def permissions_of(holder):
    return set(holder.values_list("content_type__app_label", "content_type__model", "codename"))


@pytest.fixture
def holders():
    """The permissions of a role, and those of a user, on what moved."""
    scopes = Permission.objects.filter(content_type__app_label="staff", content_type__model="staffscope")
    user = get_user_model().objects.create(username="kim")
    user.user_permissions.set(scopes)
    return Group.objects.get(name="Auditor").permissions, user.user_permissions


def test_auditors_may_read_the_log_in_a_new_database():
    held = permissions_of(Group.objects.get(name="Auditor").permissions)

    assert [row for row in held if row[1] == "auditentry"] == [("staff", "auditentry", "view_auditentry")]


def test_permissions_go_back_and_come_over_with_those_who_hold_them(holders):
    step, apps = migration("0001_initial"), models_at("0001_initial")
    before = [permissions_of(holder) for holder in holders]

    step.give_back(apps, schema_editor)
    at_publishing = [permissions_of(holder) for holder in holders]
    step.take_over(apps, schema_editor)

    assert ("publishing", "auditentry", "view_auditentry") in at_publishing[0]
    assert at_publishing[1] == {
        ("publishing", "stafflimit", f"{verb}_stafflimit") for verb in ("add", "change", "delete", "view")
    }
    assert [permissions_of(holder) for holder in holders] == before


def test_content_types_keep_their_keys():
    """So Django's own log, which refers to them, goes along."""
    step, apps = migration("0001_initial"), models_at("0001_initial")
    key = ContentType.objects.get(app_label="staff", model="auditentry").pk

    step.give_back(apps, schema_editor)
    at_publishing = ContentType.objects.get(app_label="publishing", model="auditentry").pk
    step.take_over(apps, schema_editor)

    assert (at_publishing, ContentType.objects.get(app_label="staff", model="auditentry").pk) == (key, key)


def test_content_types_that_do_not_exist_yet_are_left_to_django():
    ContentType.objects.filter(app_label="staff").delete()

    migration("0001_initial").take_over(models_at("0001_initial"), schema_editor)

    assert not ContentType.objects.filter(app_label="staff").exists()


def test_old_entries_get_the_account_that_had_their_name_at_that_time():
    now = timezone.now()
    kim = get_user_model().objects.create(username="kim", date_joined=now - timedelta(days=10))
    for by, days in [("kim", 1), ("kim", 20), ("nobody", 1), ("", 1)]:
        AuditEntry.objects.create(action="edit", by=by, at=now - timedelta(days=days))

    step = "0002_account_of_an_entry"
    migration(step).fill(models_at(step), schema_editor)

    assert list(AuditEntry.objects.order_by("pk").values_list("account", flat=True)) == [kim.pk, None, None, None]


def test_what_django_made_anew_between_two_steps_back_does_not_hinder_them(holders):
    step, apps = migration("0001_initial"), models_at("0001_initial")
    made = ContentType.objects.create(app_label="publishing", model="auditentry")
    Permission.objects.create(content_type=made, codename="view_auditentry", name="Can view it")

    step.give_back(apps, schema_editor)

    assert ("publishing", "auditentry", "view_auditentry") in permissions_of(holders[0])
