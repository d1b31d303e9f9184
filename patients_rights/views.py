"""The charter of patients' rights and responsibilities."""

from django.shortcuts import render

from hospital_site.publishing.pages import public, show
from hospital_site.publishing.reading import live_or_404, reader_of
from patients_rights import structured_data
from patients_rights.models import Charter


@public
def charters(request):
    """The one charter, or where several hospitals have one, a choice of hospital."""
    found = open_charters(reader_of(request))
    if len(found) == 1:
        return show_charter(request, found[0])
    return render(request, "patients_rights/charters.html", {"charters": found})


@public
def charter(request, slug):
    return show_charter(request, live_or_404(request, Charter))


def open_charters(reader):
    """Return the charters that patients can open, those of the first hospital first (one query)."""
    hospitals = reader.tree("centers.hospital", Charter, with_reviews=True)
    return [charter for hospital in hospitals for charter in hospital.charters]


def show_charter(request, page):
    agencies = recorded_agencies(reader_of(request))
    things = structured_data.charter(page)
    return show(request, "patients_rights/charter.html", page, things=things, agencies=agencies)


def recorded_agencies(reader):
    """Return the agencies for a medical dispute that the contact page names, if there is one (one query)."""
    return [agency for page in reader.listed("centers.contactpage") for agency in page.dispute_agencies]
