"""The answers of an enquiry in the hands of staff who correct one of them."""

import pytest
from django.utils import timezone

from hospital_site.enquiries.forms.correction import correction_form
from hospital_site.enquiries.models import Enquiry
from tests.enquiries.patients import Answers, receiving_hospital
from tests.recorded import recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
@recorded
def enquiry():
    receiving_hospital("kcch")
    Answers("mediation").send()
    return Enquiry.objects.get()


def test_a_year_that_has_left_the_list_stays_as_it_was_chosen(enquiry):
    enquiry.answers["when_year"] = str(timezone.localdate().year - 30)

    form = correction_form(enquiry, {**enquiry.answers, "applicant_name": "홍길순"})

    assert form.errors == {}
    assert form.answers() == {**enquiry.answers, "applicant_name": "홍길순"}


def test_another_year_that_is_not_in_the_list_is_refused(enquiry):
    enquiry.answers["when_year"] = str(timezone.localdate().year - 30)

    form = correction_form(enquiry, {**enquiry.answers, "when_year": str(timezone.localdate().year - 31)})

    assert list(form.errors) == ["when_year"]


@pytest.mark.parametrize("field", ["applicant_name", "what_happened", "email"])
def test_staff_cannot_write_a_resident_number_either(enquiry, field):
    written = "홍길동 90.01.01-1 234567" if field != "email" else "9001011234567@example.org"

    form = correction_form(enquiry, {**enquiry.answers, field: written})

    assert list(form.errors) == [field]
