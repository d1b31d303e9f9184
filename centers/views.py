"""The pages of hospitals, centers, clinics, treatments, tests and illnesses. They read editions only."""

from django.http import Http404
from django.shortcuts import render
from django.utils.text import capfirst

from centers import structured_data
from centers.alphabetical_index import INDEXES, LETTER, part_of_index
from centers.models import Center, Clinic, Condition, ContactPage, DiagnosticTest, Hospital, Treatment
from hospital_site.publishing.languages import localized
from hospital_site.publishing.lists import PARAMETER, listed
from hospital_site.publishing.pages import public, show
from hospital_site.publishing.reading import SIBLINGS, live_or_404, reader_of

HOSPITALS_IN_A_LIST = 5
CLINICS_OF_DEPARTMENTS = 20
PAGES_OF_A_HOSPITAL = 4  # of each kind below each page; the hospital's own page lists all


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


@public(reads=[PARAMETER])
def centers(request):
    return render(request, "centers/centers.html", listed_hospitals(request, Center, Clinic, each=PAGES_OF_A_HOSPITAL))


def listed_hospitals(request, *below, each=0):
    """Return the hospitals on one part of a list, which part it is, and of each kind `below` them `each` pages."""
    hospitals, part = listed(request, Hospital, *below, size=HOSPITALS_IN_A_LIST, each=each)
    return {"hospitals": hospitals, "list": part}


@public
def center(request, slug):
    page = live_or_404(request, Center)
    below = {"clinics": page.clinics, "conditions": page.conditions, "tests": page.tests}
    groups = treatment_groups(page.treatments)
    things = structured_data.center(page)
    return show(request, "centers/center.html", page, things=things, treatment_groups=groups, **below)


@public
def clinic(request, center, slug):
    page = live_or_404(request, Clinic)
    below = {"conditions": page.conditions, "treatments": page.treatments, "tests": page.tests}
    counted = {
        "medicines": [treatment for treatment in page.treatments if is_medicine(treatment)],
        "methods": [treatment for treatment in page.treatments if not is_medicine(treatment)],
        "treatment_groups": treatment_groups(page.treatments),
    }
    return show(request, "centers/clinic.html", page, things=structured_data.clinic(page), **below, **counted)


def treatment_groups(treatments):
    """Return `treatments` by when they are used, as the hospital groups them: in each group the methods, then the
    medicines that these use.

    → `[{"first": treatment, "methods": [treatment, …], "medicines": [treatment, …]}, …]`
    """
    groups = {}
    for treatment in treatments:
        indication = localized(treatment, "indication").text
        group = groups.setdefault(indication, {"first": treatment, "methods": [], "medicines": []})
        group["medicines" if is_medicine(treatment) else "methods"].append(treatment)
    return list(groups.values())


def is_medicine(treatment):
    return treatment.kind in Treatment.MEDICINES


@public
def treatment(request, center, slug):
    page = live_or_404(request, Treatment, siblings=SIBLINGS)
    return show(request, "centers/treatment.html", page, things=structured_data.treatment(page), others=page.siblings)


@public
def test(request, center, slug):
    page = live_or_404(request, DiagnosticTest, siblings=SIBLINGS)
    return show(request, "centers/test.html", page, things=structured_data.test(page), others=page.siblings)


@public
def condition(request, center, slug):
    page = live_or_404(request, Condition)
    things = structured_data.condition(page, **page.embedded)
    return show(request, "centers/condition.html", page, things=things, **page.embedded)


@public(reads=[PARAMETER])
def contact(request):
    """How to reach each hospital; with the national numbers, once their page is published."""
    listed = listed_hospitals(request)
    try:
        page = live_or_404(request, ContactPage)
    except Http404:
        return render(request, "centers/contact.html", {**listed, "page": None})
    return show(request, "centers/contact.html", page, **listed)


@public(reads=[PARAMETER])
def departments(request):
    context = listed_hospitals(request, Center, Clinic, each=CLINICS_OF_DEPARTMENTS)
    for one in context["hospitals"]:
        with_departments(one)
    return render(request, "centers/departments.html", context)


@public(reads=[LETTER, PARAMETER])
def a_to_z(request, kind=None):
    things = capfirst(INDEXES[kind]._meta.verbose_name_plural) if kind else ""
    context = part_of_index(request, reader_of(request), kind)
    return render(request, "centers/a_to_z.html", {"things": things, **context})


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
