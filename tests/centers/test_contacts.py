"""How to reach a hospital: what patients see, and what only staff see before somebody has called."""

from datetime import date

import pytest
from django.core.management import call_command
from django.utils.translation import gettext, override

from centers.models import Contact, ContactPage, Hospital
from hospital_site.publishing.models import Edition
from tests import make
from tests.reading import Page

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

TODAY = date(2026, 11, 29)


def read(client, path):
    return Page(client.get(path))


def hospital_with(**contact):
    hospital = make.hospital(slug="kcch")
    make.part(hospital, "contacts", **{"name_ko": "전화", "name_en": "Line", "telephone": "02-111-2222", **contact})
    return make.published(hospital)


@pytest.mark.parametrize(
    ("contact", "is_seen", "is_labelled"),
    [
        pytest.param({"certainty": "A"}, True, True, id="its own page"),
        pytest.param({"certainty": "B"}, True, True, id="several sources"),
        pytest.param({"certainty": "C"}, False, False, id="one source"),
        pytest.param({"certainty": "C", "verified_on": TODAY}, True, False, id="one source, but called"),
        pytest.param({"certainty": "B", "verified_on": TODAY}, True, False, id="several sources, and called"),
        pytest.param({"certainty": "B", "kind": "emergency"}, False, False, id="emergency room"),
        pytest.param({"kind": "emergency", "verified_on": TODAY}, True, False, id="emergency room, called"),
    ],
)
def test_a_number_is_seen_by_its_certainty_and_labelled_until_somebody_has_called(
    client, contact, is_seen, is_labelled
):
    hospital_with(evidence_ko="공개 목록", evidence_en="a public list", **contact)

    for path in ("/en/hospitals/kcch/", "/en/contact/"):
        page = read(client, path)
        assert ("tel:+82-2-111-2222" in page.attributes("main a", "href"), "a public list" in page.text("main")) == (
            is_seen,
            is_labelled,
        )
        assert ("02-111-2222" in page.html) == is_seen  # also not for machines
        assert "tel:119" in page.attributes(".contacts a", "href")


def test_every_page_of_a_hospital_has_the_same_block(client):
    hospital = hospital_with()
    clinic = make.clinic(center=make.center(hospital=hospital))
    below = {"center": clinic.center, "clinic": clinic}
    pages = [clinic, make.treatment(**below), make.test(**below), make.condition(**below)]
    pages = [make.published(page) for page in [*pages, make.charter(hospital=hospital)]]
    with override("ko"):
        addresses = [page.get_absolute_url() for page in [hospital, clinic.center, *pages]]

    blocks = [read(client, path).text(".contacts") for path in [*addresses, "/ko/privacy/kcch/", "/ko/contact/"]]

    assert blocks == [blocks[0]] * len(blocks)


@pytest.mark.parametrize("language", make.languages())
def test_a_hospital_without_a_charter_shows_the_rights_of_every_hospital(client, language):
    hospital_with()

    page = read(client, f"/{language}/hospitals/kcch/")

    with override(language):
        assert gettext("Right to apply for consultation and mediation") in page.text("#rights")
    assert f"/{language}/enquiries/mediation/kcch/" in page.attributes("#rights a", "href")


def test_the_numbers_of_agencies_stand_on_the_contact_page_and_in_a_charter_from_one_record(client):
    charter = make.charter()
    make.part(charter, "agencies", name_ko="옛 기관", telephone="02-333-4444")
    make.published(charter)
    contacts = make.contact_page()
    make.part(contacts, "helplines", kind="dispute", name_ko="기관", telephone="02-111-2222")
    make.part(contacts, "helplines", kind="foreigners", name_ko="불확실", telephone="02-555-6666", certainty="C")
    make.published(contacts)

    numbers = read(client, "/ko/contact/").attributes("#numbers a.telephone", "href")
    in_charter = read(client, charter.get_absolute_url()).attributes("#agencies a.telephone", "href")

    assert numbers == in_charter == ["tel:+82-2-111-2222"]


def test_a_site_with_contacts_keeps_them_and_one_without_gets_drafts(settings):
    settings.PRODUCTION = True
    own = make.hospital(slug="kcch", website="https://example.org/")
    make.part(own, "contacts", name_ko="우리 번호", telephone="02-111-2222")
    empty = make.hospital(slug="smc", street_address_ko="우리 주소")

    call_command("load_first_content")
    call_command("load_first_content")

    own.refresh_from_db()
    empty.refresh_from_db()
    assert [str(contact.telephone) for contact in own.contacts.all()] == ["02-111-2222"]
    assert own.website == "https://example.org/"
    assert (empty.street_address_ko, empty.address_evidence_ko or "") == ("우리 주소", "")
    assert empty.contacts.filter(kind=Contact.Kind.EMERGENCY).count() == 1
    assert (ContactPage.objects.count(), Edition.objects.of(Hospital, ContactPage).count()) == (1, 0)
