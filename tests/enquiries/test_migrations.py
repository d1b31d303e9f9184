"""Models, fields and permissions that were renamed keep their rows, groups and history, in both directions."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

from hospital_site.enquiries.models import DataController, Enquiry, MonthlyCount
from tests.enquiries.patients import receiving_hospital
from tests.enquiries.staff import sent

OLD_NAMES = "0007_ended_enquiries"


def officers_rights():
    officers = Group.objects.get(name="privacy_officer").permissions
    return set(officers.filter(content_type__model__in=[*OLD, *NEW]).values_list("content_type__model", "codename"))


OLD, NEW = ["controller", "tally"], ["datacontroller", "monthlycount"]
OLD_RIGHTS = {("controller", "view_controller"), ("controller", "change_controller"), ("tally", "view_tally")}
NEW_RIGHTS = {
    ("datacontroller", "view_datacontroller"),
    ("datacontroller", "change_datacontroller"),
    ("monthlycount", "view_monthlycount"),
}


@pytest.fixture
def migrated_again(transactional_db):
    yield
    call_command("migrate", "enquiries", verbosity=0)


@pytest.mark.usefixtures("migrated_again")
def test_the_new_names_keep_rows_rights_and_content_types_in_both_directions():
    controller = receiving_hospital("kcch")
    enquiry = sent("appointment", "kcch")
    MonthlyCount.objects.create(hospital=controller.hospital, kind="appointment", month="2026-01-01", number=3)
    kinds = dict(ContentType.objects.filter(app_label="enquiries", model__in=NEW).values_list("model", "pk"))
    rights = Permission.objects.count()
    tables = connection.introspection.table_names()

    call_command("migrate", "enquiries", OLD_NAMES, verbosity=0)
    ContentType.objects.clear_cache()
    before = officers_rights()
    call_command("migrate", "enquiries", verbosity=0)
    ContentType.objects.clear_cache()

    assert (before, officers_rights()) == (OLD_RIGHTS, NEW_RIGHTS)
    assert (
        dict(ContentType.objects.filter(app_label="enquiries", model__in=[*OLD, *NEW]).values_list("model", "pk"))
        == kinds
    )
    assert Permission.objects.count() == rights
    assert connection.introspection.table_names() == tables
    assert Enquiry.objects.get().idempotency_key == enquiry.idempotency_key != ""
    assert (DataController.objects.get(), MonthlyCount.objects.get().number) == (controller, 3)
    assert {consent.text.key for consent in enquiry.consents.all()} >= {"personal", "sensitive"}
