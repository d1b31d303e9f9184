"""Nobody of the staff is shown anything of a hospital that they do not serve, on any page of the admin of enquiries."""

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.exceptions import FieldDoesNotExist
from django.urls import reverse

from hospital_site.enquiries.models import (
    AccessCheck,
    AccessRecord,
    ConsentText,
    Enquiry,
    Holiday,
    MonthlyCount,
    Notification,
    PrivacyNotice,
    RightsRequest,
)
from tests.enquiries.patients import receiving_hospital
from tests.enquiries.staff import person
from tests.reading import Page
from tests.recorded import recorded

pytestmark = pytest.mark.django_db

MODELS = [model for model in admin.site._registry if model._meta.app_label == "enquiries"]


def fill(hospital, reference):
    """One row of each model of the admin of enquiries at `hospital`."""
    own = {"hospital": hospital}
    enquiry = Enquiry.objects.create(reference=reference, kind="appointment", answers={"patient_name": "홍"}, **own)
    Notification.objects.create(enquiry=enquiry, recipient="desk@example.org", message_id=reference)
    AccessRecord.objects.create(account="choe", action="view", reference=reference, **own)
    AccessCheck.objects.create(month="2026-01-01", by="choe", finding=reference, **own)
    RightsRequest.objects.create(right="access", reference=reference, by="choe", **own)
    Holiday.objects.create(day="2027-06-04", name=reference, **own)
    PrivacyNotice.objects.create(number=1, issued_by=reference, words={}, **own)
    ConsentText.objects.create(kind="appointment", key="personal", language="ko", version=reference, words="", **own)
    MonthlyCount.objects.create(kind="appointment", month="2026-01-01", **own)


@pytest.fixture
@recorded
def everywhere():
    kcch, smc = receiving_hospital("kcch").hospital, receiving_hospital("smc").hospital
    fill(kcch, "A-0000-0001")
    fill(smc, "A-0000-0002")
    return kcch, smc


def hospital_of(row):
    try:
        row._meta.get_field("hospital")
    except FieldDoesNotExist:
        row = row.enquiry
    return row.hospital


@pytest.fixture
def client(everywhere):
    """Somebody with every right to enquiries, at one hospital."""
    client = person("choe", hospital=everywhere[0])
    rights = Permission.objects.filter(content_type__app_label="enquiries")
    get_user_model().objects.get(username="choe").user_permissions.set(rights)
    return client


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_only_what_belongs_to_ones_own_hospital_is_listed_opened_and_changed(client, everywhere, model):
    [own, other] = sorted(model.objects.all(), key=lambda row: everywhere.index(hospital_of(row)))

    def address(view, *args):
        return reverse(f"admin:enquiries_{model._meta.model_name}_{view}", args=args)

    shown = client.get(address("changelist"))
    assert [row.pk for row in shown.context["cl"].queryset] == [own.pk]
    filtered = client.get(address("changelist"), {"hospital__exact": everywhere[1].pk})
    assert filtered.status_code == 302 or list(filtered.context["cl"].queryset) == []
    assert client.get(address("change", own.pk)).status_code == 200
    for view in ("change", "history", "delete"):
        for answer in (client.get(address(view, other.pk)), client.post(address(view, other.pk), {"post": "yes"})):
            assert answer.status_code in (302, 403, 404)
            assert str(everywhere[1]) not in answer.content.decode()
    action = {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"}
    client.post(address("changelist"), action)
    assert model.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_a_form_offers_and_takes_ones_own_hospitals_only(client, everywhere, model):
    answer = client.get(reverse(f"admin:enquiries_{model._meta.model_name}_add"))
    if answer.status_code != 200:
        return
    choices = Page(answer).attributes("[name=hospital] option", "value")

    assert [choice for choice in choices if choice] == [str(everywhere[0].pk)]
