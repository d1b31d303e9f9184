"""What is always true of hospitals, centers, clinics, treatments and tests, whatever somebody tries."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("build", [make.hospital, make.center], ids=["hospitals", "centers"])
def test_two_cannot_have_one_address(build):
    build(slug="one")

    with pytest.raises(IntegrityError), transaction.atomic():
        build(slug="one")


@pytest.mark.parametrize("build", [make.clinic, make.treatment, make.test], ids=["clinics", "treatments", "tests"])
def test_two_of_one_center_cannot_have_one_address(build):
    first = build(slug="one")

    with pytest.raises(IntegrityError), transaction.atomic():
        build(slug="one", center=first.center)


@pytest.mark.parametrize("build", [make.clinic, make.treatment, make.test], ids=["clinics", "treatments", "tests"])
def test_two_of_different_centers_may_have_one_address(build):
    first, second = build(slug="one"), build(slug="one")

    assert first.get_absolute_url() != second.get_absolute_url()


@pytest.mark.parametrize("slug", ["treatments", "tests"])
def test_a_clinic_cannot_take_an_address_that_treatments_or_tests_need(slug):
    with pytest.raises(IntegrityError, match="clinic_address_is_not_a_word_of_other_addresses"), transaction.atomic():
        make.clinic(slug=slug)


@pytest.mark.parametrize(
    "slug",
    ["", "NET", "net_clinic", "net--clinic", "-net", "net-", "net clinic", "클리닉", "net/clinic", "../etc"],
)
def test_an_address_is_written_in_small_latin_letters(slug):
    center = make.center()
    center.slug = slug

    with pytest.raises(ValidationError) as refusal:
        center.full_clean()

    assert list(refusal.value.message_dict) == ["slug"]


@pytest.mark.parametrize("build", [make.treatment, make.test], ids=["treatment", "test"])
def test_a_clinic_of_another_center_is_refused(build):
    page = build()
    page.clinic = make.clinic()

    with pytest.raises(ValidationError) as refusal:
        page.full_clean()

    assert list(refusal.value.message_dict) == ["clinic"]


def test_what_others_stand_under_cannot_be_deleted():
    clinic = make.clinic()

    with pytest.raises(ProtectedError):
        clinic.center.delete()


def test_a_name_in_one_language_is_enough_for_a_draft():
    center = make.center(name_ko="식도암센터", name_en="")

    center.full_clean()

    assert str(center) == "식도암센터"


def test_a_draft_without_any_name_is_called_by_its_address():
    assert str(make.center(slug="net", name_ko="", name_en="")) == "net"
