"""The charter of patients' rights and responsibilities."""

from django.shortcuts import render

from hospital_site.publishing.pages import public, show
from hospital_site.publishing.reading import live_or_404, reader_of
from patients_rights import structured_data
from patients_rights.models import Charter


@public
def charters(request):
    """The rights at each hospital: its charter, or what the law lays down. The charter alone where nothing else is."""
    hospitals = open_hospitals(reader_of(request))
    found = [charter for hospital in hospitals for charter in hospital.charters]
    if is_one_charter(hospitals):
        return show_charter(request, found[0])
    without = [hospital for hospital in hospitals if not hospital.charters]
    return render(request, "patients_rights/charters.html", {"charters": found, "hospitals_without": without})


@public
def charter(request, slug):
    return show_charter(request, live_or_404(request, Charter))


def open_hospitals(reader):
    """Return the hospitals that patients can open, in their order, with their charters (one query)."""
    return reader.tree("centers.hospital", Charter, with_reviews=True)


def is_one_charter(hospitals):
    """Is there one hospital only, and has it a charter? Then that is shown in place of a list."""
    return len(hospitals) == 1 and len(hospitals[0].charters) == 1


def show_charter(request, page):
    agencies = recorded_agencies(reader_of(request))
    things = structured_data.charter(page)
    return show(request, "patients_rights/charter.html", page, things=things, agencies=agencies)


def recorded_agencies(reader):
    """Return the agencies for a medical dispute that the contact page names, if there is one (one query)."""
    return [agency for page in reader.listed("centers.contactpage") for agency in page.dispute_agencies]
