"""To whom a patient can write: the live hospitals, their centers and departments, and who receives there."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404
from django.utils.translation import get_language

from hospital_site.enquiries import consents
from hospital_site.enquiries.models import Controller
from hospital_site.publishing.languages import in_language
from hospital_site.publishing.reading import Reading

KINDS_OF_PAGES = ["centers.hospital", "centers.center", "centers.clinic", "patients_rights.charter"]


@dataclass(frozen=True)
class Desk:
    """One hospital as a form sees it: what patients read about it, `None` off the site, and who receives there."""

    page: object
    controller: Controller

    def __str__(self):
        return str(self.page)

    @property
    def slug(self):
        return self.page.slug if self.page else ""

    @property
    def hospital_id(self):
        return self.controller.hospital_id

    @property
    def telephone(self):
        return self.controller.telephone

    @property
    def charter(self):
        """The hospital's live charter of patients' rights, or `None`."""
        return next(iter(self.page.charters), None) if self.page else None

    @property
    def agencies(self):
        """Who helps in a dispute outside the hospital, as its charter says."""
        return self.charter.agencies if self.charter else []

    def receives(self, kind):
        return self.controller.receives(kind)

    def places(self):
        """Centers, each followed by its clinics, as choices."""
        centers = self.page.centers if self.page else []
        pages = [page for center in centers for page in (center, *center.clinics)]
        return [(lasting_name(page), str(page)) for page in pages]

    def departments(self):
        departments = self.page.departments if self.page else []
        return [(lasting_name(department), str(department)) for department in departments]

    def sheets(self, kind, language=None):
        return consents.sheets(kind, language or get_language(), hospital=str(self.page), controller=self.controller)


def lasting_name(row):
    """The value of a choice: the name in the site's first language, which staff can read when the page is long gone."""
    return in_language(row, "name", settings.LANGUAGE_CODE) or str(row)


def desks():
    """All hospitals that patients can see now; each has a controller, if only an unsaved one that receives nothing."""
    pages = Reading().tree(*KINDS_OF_PAGES)
    controllers = {controller.hospital_id: controller for controller in Controller.objects.all()}
    found = []
    for page in pages:
        pk = int(page.edition.page.rsplit(":", 1)[1])
        found.append(Desk(page, controllers.get(pk) or Controller(hospital_id=pk)))
    return found


def desk_of(hospital_id):
    """The desk of a hospital for what it has received, which stays while its page is not on the site."""
    found = next((desk for desk in desks() if desk.hospital_id == hospital_id), None)
    if found:
        return found
    controller = Controller.objects.filter(hospital=hospital_id).first()
    return Desk(None, controller or Controller(hospital_id=hospital_id))


def desk_at(slug):
    """The desk of the hospital that patients see under this `slug`, or `None`."""
    return next((desk for desk in desks() if desk.slug == slug), None)


def desk_or_404(slug):
    desk = desk_at(slug)
    if desk is None:
        raise Http404
    return desk


def telephone_of_former(slug):
    """The number that a hospital has given, though its page is not on the site now, or nothing."""
    return Controller.objects.filter(hospital__slug=slug).values_list("telephone", flat=True).first() or ""
