"""The pages of hospitals, centers, clinics, treatments and tests. They read editions only."""

from django.shortcuts import render

from centers import structured_data
from centers.models import Center, Clinic, DiagnosticTest, Hospital, Treatment
from hospital_site.publishing.pages import public, show
from hospital_site.publishing.reading import live_or_404, reader_of


@public
def hospital(request, slug):
    page = live_or_404(request, Hospital)
    things = structured_data.hospital(page)
    return show(
        request,
        "centers/hospital.html",
        page,
        things=things,
        hospital=page,
        centers=page.centers,
        charters=page.charters,
    )


@public
def centers(request):
    hospitals = reader_of(request).tree(Hospital, Center, Clinic)
    return render(request, "centers/centers.html", {"hospitals": hospitals})


@public
def center(request, slug):
    page = live_or_404(request, Center)
    below = {"clinics": page.clinics, "treatments": page.treatments, "tests": page.tests}
    return show(request, "centers/center.html", page, things=structured_data.center(page), **below)


@public
def clinic(request, center, slug):
    page = live_or_404(request, Clinic)
    below = {"treatments": page.treatments, "tests": page.tests}
    counted = {
        "medicines": [treatment for treatment in page.treatments if treatment.kind in Treatment.MEDICINES],
        "methods": [treatment for treatment in page.treatments if treatment.kind not in Treatment.MEDICINES],
    }
    return show(request, "centers/clinic.html", page, things=structured_data.clinic(page), **below, **counted)


@public
def treatment(request, center, slug):
    page = live_or_404(request, Treatment)
    others = reader_of(request).siblings(page)
    return show(request, "centers/treatment.html", page, things=structured_data.treatment(page), others=others)


@public
def test(request, center, slug):
    page = live_or_404(request, DiagnosticTest)
    others = reader_of(request).siblings(page)
    return show(request, "centers/test.html", page, things=structured_data.test(page), others=others)


@public
def departments(request):
    hospitals = reader_of(request).tree(Hospital, Center, Clinic)
    return render(request, "centers/departments.html", {"hospitals": [with_departments(h) for h in hospitals]})


def with_departments(hospital):
    """Attach to `hospital` its departments in alphabetical order, each with the clinics that it works in.

    A department that a clinic names is found by its identity; by its name where the hospital has no such identity, as
    in editions older than identities.
    """
    known = {department.pk for department in hospital.departments} - {None}
    clinics = [
        (clinic, {department.pk if department.pk in known else str(department) for department in clinic.departments})
        for center in hospital.centers
        for clinic in center.clinics
    ]
    departments = sorted(hospital.departments, key=lambda department: str(department).casefold())
    for department in departments:
        department.attach(clinics=[clinic for clinic, named in clinics if named & {department.pk, str(department)}])
    hospital.attach(departments=departments)
    return hospital
