"""Recipients of forms: the live hospitals, their centers and departments, and their DataController."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.translation import override

from hospital_site.enquiries import consents
from hospital_site.enquiries.models import DataController, PrivacyNotice
from hospital_site.enquiries.states import Kind
from hospital_site.publishing.languages import in_language
from hospital_site.publishing.models.prepared import prepared
from hospital_site.publishing.reading import EditionReader
from hospital_site.publishing.reads import note

RECIPIENTS = "enquiries.recipients"  # as pages note that they have read them
HOSPITAL, CHARTER, CONTACT_PAGE = "centers.hospital", "patients_rights.charter", "centers.contactpage"
BELOW = ["centers.center", "centers.clinic", CHARTER]


@dataclass(frozen=True)
class Recipient:
    """One hospital that receives forms: its live `page`, `None` where it is not on the site, and its DataController.

    `agencies` help in a dispute: those of the contact page, else of a charter. `others` are the other hospitals that
    are live, where they were read with it.
    """

    page: object
    controller: DataController
    others: tuple = ()
    agencies: tuple = ()

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
        """The number for those who write to the hospital, or the first on its page, or an empty string."""
        return self.controller.telephone or (self.page.telephone if self.page else "")

    @property
    def charter(self):
        """The hospital's live charter of patients' rights, or `None`."""
        return next(iter(self.page.charters), None) if self.page else None

    def receives(self, kind):
        return self.controller.receives(kind)

    def center_choices(self):
        """Return centers, each followed by its clinics, as choices of a field."""
        centers = self.page.centers if self.page else []
        pages = [page for center in centers for page in (center, *center.clinics)]
        return [(choice_value(page), str(page)) for page in pages]

    def department_choices(self):
        departments = self.page.departments if self.page else []
        return [(choice_value(department), str(department)) for department in departments]

    def consent_statements(self, kind, language=None):
        language = consents.language_of_words(kind, language)
        with override(language):
            hospital = str(self.page)
        return consents.consent_statements(kind, language, hospital=hospital, controller=self.controller)


def choice_value(row):
    """Return the stored value of a choice: the name in the default language, readable when the page is gone."""
    return in_language(row, "name", settings.LANGUAGE_CODE) or str(row)


def live_recipients(**asked):
    """Return the live hospital that is `asked` for, whole, and the others that receive anything, without their pages.

    Where one has no DataController, it has an unsaved one that receives nothing. `asked` is what `EditionReader.whole`
    reads.
    """
    note(RECIPIENTS)
    controllers = {controller.hospital_id: controller for controller in DataController.objects.all()}
    others = [key_of(pk) for pk, controller in controllers.items() if any(map(controller.receives, Kind.values))]
    tops = EditionReader().whole(HOSPITAL, *BELOW, others=others, alone=[CONTACT_PAGE], **asked)
    pages = [page for page in tops if page.edition.kind == HOSPITAL]
    agencies = tuple(agencies_of(tops))
    found = []
    for page in pages:
        pk = int(page.edition.page.rsplit(":", 1)[1])
        controller = controllers.get(pk) or DataController(hospital_id=pk)
        found.append(Recipient(page, controller, agencies=agencies))
    return found


def key_of(hospital_id):
    return f"{HOSPITAL}:{hospital_id}"


def version_of_recipients():
    """Return what changes whenever a hospital receives other forms, or its privacy notice changes (two queries)."""
    return str((all_controllers(), latest_notice()))


@prepared
def all_controllers():
    return DataController.objects.order_by("pk").values_list()


@prepared
def latest_notice():
    return PrivacyNotice.objects.order_by("-pk").values_list("pk")[:1]


def agencies_of(tops):
    """Return the agencies outside the hospitals that help in a dispute: one record serves every form."""
    recorded = [agency for page in tops if page.edition.kind == CONTACT_PAGE for agency in page.dispute_agencies]
    if recorded:
        return recorded
    charters = [charter for page in EditionReader().tree(HOSPITAL, CHARTER) for charter in page.charters]
    return next((charter.agencies for charter in charters if charter.agencies), [])


def recipient_of(hospital_id):
    """Return the recipient of a hospital by its primary key, also while its page is not live."""
    found = live_recipients(keys=[key_of(hospital_id)])
    if recipient := next((recipient for recipient in found if recipient.hospital_id == hospital_id), None):
        return recipient
    controller = DataController.objects.filter(hospital=hospital_id).first()
    return Recipient(None, controller or DataController(hospital_id=hospital_id))


def recipient_at(slug):
    """Return the live recipient with this `slug` and the `others`, or `None`."""
    found = live_recipients(path=reverse("centers:hospital", args=[slug]))
    others = tuple(recipient for recipient in found if recipient.slug != slug)
    return next((replace(recipient, others=others) for recipient in found if recipient.slug == slug), None)


def recipient_or_404(slug):
    recipient = recipient_at(slug)
    if recipient is None:
        raise Http404
    return recipient


def former_telephone(slug):
    """Return the telephone number of a hospital whose page may not be live any more, or an empty string."""
    return DataController.objects.filter(hospital__slug=slug).values_list("telephone", flat=True).first() or ""
