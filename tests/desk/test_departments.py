"""The departments that a clinic's form offers and accepts: those of its own hospital, under its name."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from centers.models import Clinic
from tests import make
from tests.desk.people import Form, Person, said

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

REFUSED = (
    "This belongs to another hospital: %(names)s. Choose again from the list, which now has what belongs to the "
    "hospital of this page."
)


@pytest.fixture
def editor():
    return Person("editor")


def hospital(name, *departments):
    """A hospital with a center and departments."""
    made = make.hospital(name_ko=name, name_en=name)
    for department in departments:
        make.part(made, "departments", name_ko=department, name_en=department)
    return make.center(hospital=made, name_ko=f"{name} 센터")


def department(center, name):
    return center.hospital.departments.get(name_ko=name)


def offered(page):
    """`[(name of the group, [department, …]), …]` as the form shows them."""
    groups = page.all("#id_departments > div")
    labels = [[label.to_text() for label in group.query("label")] for group in groups]
    return [(name, departments) for name, *departments in labels]


def problems(answer):
    return answer.texts(".field-departments .errorlist li")


def test_a_clinic_is_offered_the_departments_of_its_own_hospital_under_its_name(editor):
    ours, _other = hospital("원자력병원", "내과", "외과"), hospital("삼성서울병원", "내과")

    page = editor.open(make.clinic(center=ours))

    assert offered(page) == [("원자력병원", ["내과", "외과"])]


def test_a_new_clinic_is_offered_all_departments_grouped_by_hospital(editor):
    hospital("원자력병원", "내과", "외과")
    hospital("삼성서울병원", "내과")

    page = editor.read(address_of_a_new_clinic())

    assert offered(page) == [("원자력병원", ["내과", "외과"]), ("삼성서울병원", ["내과"])]


def address_of_a_new_clinic():
    with override("ko"):
        return reverse("admin:centers_clinic_add")


@pytest.mark.parametrize("language", make.languages())
def test_a_department_of_another_hospital_with_the_same_name_is_refused_in_a_sentence(editor, language):
    ours, other = hospital("원자력병원", "내과"), hospital("삼성서울병원", "내과")
    clinic = make.clinic(center=ours)
    form = editor.form(clinic)
    form.path = form.path.replace("/ko/", f"/{language}/")

    answer = form.send(departments=[department(other, "내과").pk])

    assert (answer.status, list(clinic.departments.all())) == (200, [])
    assert problems(answer) == [said(REFUSED, language, names="내과 (삼성서울병원)")]


def test_a_new_clinic_accepts_departments_of_the_hospital_of_its_center_only(editor):
    ours, other = hospital("원자력병원", "내과"), hospital("삼성서울병원", "내과")
    form = Form(editor.client, address_of_a_new_clinic(), "#clinic_form")
    words = {"name_ko": "클리닉", "slug": "clinic", "center": ours.pk}

    refused = form.send(**words, departments=[department(other, "내과").pk])
    none = Clinic.objects.count()
    form.send(**words, departments=[department(ours, "내과").pk])

    assert (problems(refused), none) == ([said(REFUSED, names="내과 (삼성서울병원)")], 0)
    assert offered(refused) == [("원자력병원", ["내과"])]
    assert list(Clinic.objects.get().departments.all()) == [department(ours, "내과")]


def test_a_draft_that_moves_to_another_hospital_takes_no_department_along(editor):
    ours, other = hospital("원자력병원", "내과"), hospital("삼성서울병원", "외과")
    clinic = make.clinic(center=ours)
    clinic.departments.add(department(ours, "내과"))
    form = editor.form(clinic)

    answer = form.send(center=other.pk)
    clinic.refresh_from_db()
    stayed = clinic.center
    Form.again(form, answer, "#clinic_form").send(departments=[department(other, "외과").pk])
    clinic.refresh_from_db()

    assert (problems(answer), stayed) == ([said(REFUSED, names="내과 (원자력병원)")], ours)
    assert offered(answer) == [("삼성서울병원", ["외과"])]
    assert (clinic.center, list(clinic.departments.all())) == (other, [department(other, "외과")])


def test_a_published_clinic_cannot_be_given_departments_by_naming_another_center(editor):
    ours, other = hospital("원자력병원", "내과"), hospital("삼성서울병원", "외과")
    clinic = make.published(make.clinic(center=ours))

    answer = editor.edit(clinic, center=other.pk, departments=[department(other, "외과").pk])

    clinic.refresh_from_db()
    assert (problems(answer), clinic.center) == ([said(REFUSED, names="외과 (삼성서울병원)")], ours)
    assert list(clinic.departments.all()) == []


def test_a_center_whose_clinics_work_with_departments_does_not_move_to_another_hospital(editor):
    ours, other = hospital("원자력병원", "내과"), hospital("삼성서울병원")
    make.clinic(center=ours).departments.add(department(ours, "내과"))

    answer = editor.edit(ours, hospital=other.hospital_id)

    ours.refresh_from_db()
    assert ours.hospital.name_ko == "원자력병원"
    assert answer.texts(".field-hospital .errorlist li") == [
        said("Clinics of this center work with departments of its present hospital. Take these out first.")
    ]


def test_a_center_whose_clinics_work_with_no_department_moves(editor):
    ours, other = hospital("원자력병원", "내과"), hospital("삼성서울병원")
    make.clinic(center=ours)

    editor.edit(ours, hospital=other.hospital_id)

    ours.refresh_from_db()
    assert ours.hospital == other.hospital


def test_a_translator_saves_a_clinic_whose_departments_they_cannot_change():
    ours, other = hospital("원자력병원", "내과"), hospital("삼성서울병원", "내과")
    clinic = make.clinic(center=ours)
    clinic.departments.set([department(ours, "내과"), department(other, "내과")])

    Person("translator-en").edit(clinic, name_en="NET Clinic")

    clinic.refresh_from_db()
    assert (clinic.name_en, clinic.departments.count()) == ("NET Clinic", 2)
