"""The charter of patients' rights and responsibilities."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hospital_site.publishing.pages import public, show
from hospital_site.publishing.reading import live_or_404, reader_of
from hospital_site.publishing.timeline import announced, steps_until
from patients_rights import structured_data
from patients_rights.models import Charter
from patients_rights.versions import versions_of

CONTACT_PAGE = "centers.contactpage"


@public
def charters(request):
    """The rights at each hospital: its charter, or what the law lays down. The charter alone where nothing else is."""
    hospitals = open_hospitals(reader_of(request))
    found = [charter for hospital in hospitals for charter in hospital.charters]
    if is_one_charter(hospitals):
        return show_charter(request, found[0], reader_of(request).listed(CONTACT_PAGE))
    without = [hospital for hospital in hospitals if not hospital.charters]
    return render(request, "patients_rights/charters.html", {"charters": found, "hospitals_without": without})


@public
def charter(request, slug):
    page = live_or_404(request, Charter, listed=[CONTACT_PAGE])
    return show_charter(request, page, page.listed)


def open_hospitals(reader):
    """Return the hospitals that patients can open, in their order, with their charters (one query)."""
    return reader.tree("centers.hospital", Charter, with_reviews=True)


def is_one_charter(hospitals):
    """Is there one hospital only, and has it a charter? Then that is shown in place of a list."""
    return len(hospitals) == 1 and len(hospitals[0].charters) == 1


def show_charter(request, page, contact_pages):
    context = {
        "contact": page_with_agencies(contact_pages),
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
