"""The charter of patients' rights and responsibilities."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hospital_site.publishing.lists import PARAMETER, listed, only_one
from hospital_site.publishing.pages import public, show
from hospital_site.publishing.reading import live_or_404, reader_of
from hospital_site.publishing.timeline import announced, steps_until
from patients_rights import structured_data
from patients_rights.models import Charter
from patients_rights.versions import versions_of

HOSPITAL = "centers.hospital"
CHARTER = "patients_rights.charter"
CONTACT_PAGE = "centers.contactpage"
HOSPITALS_IN_A_LIST = 5
CHARTERS_OF_A_HOSPITAL = 4


@public(reads=[PARAMETER])
def charters(request):
    """The rights at each hospital: its charter, or what the law lays down. The charter alone where nothing else is."""
    if PARAMETER not in request.GET and (address := only_one(HOSPITAL, CHARTER)):
        request.address = address
        return charter(request, address.strip("/").rpartition("/")[2])
    hospitals, part = listed(request, HOSPITAL, Charter, size=HOSPITALS_IN_A_LIST, each=CHARTERS_OF_A_HOSPITAL)
    context = {
        "charters": [charter for hospital in hospitals for charter in hospital.charters],
        "hospitals_without": [hospital for hospital in hospitals if not hospital.charters],
        "list": part,
    }
    return render(request, "patients_rights/charters.html", context)


@public
def charter(request, slug):
    page = live_or_404(request, Charter, listed=[CONTACT_PAGE])
    context = {
        "contact": page_with_agencies(page.listed),
        "has_earlier": len(steps_until(page.edition)) > 1,
        "coming": announced(page.edition),
    }
    return show(request, "patients_rights/charter.html", page, things=structured_data.charter(page), **context)


@public
def versions(request, slug):
    """What patients have read as this charter so far, and what changed from one version to the next."""
    return show_versions(request, "versions", slug, lambda found: {"versions": found})


@public
def version(request, slug, day):
    """One version of a charter under its permanent address, while the charter itself can be opened."""
    return show_versions(request, "version", slug, lambda found: {"version": version_of(found, day)})


def show_versions(request, name, slug, choose):
    reader = reader_of(request)
    page = reader.page(Charter, reverse("patients_rights:charter", args=[slug]))
    context = {"page": page, "noindex": True, **choose(versions_of(reader.versions(page)))}
    response = render(request, f"patients_rights/{name}.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


def version_of(found, day):
    for version in found:
        if version.day == day:
            return version
    raise Http404(_("There is no page at this address."))


def page_with_agencies(contact_pages):
    """Return the contact page where it names agencies for a medical dispute, else `None`."""
    return next((page for page in contact_pages if page.dispute_agencies), None)
