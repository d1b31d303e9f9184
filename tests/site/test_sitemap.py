"""What search engines may find."""

from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils.translation import override

from hospital_site.publishing.pipeline import withdraw
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
FIXED = [
    "home",
    "centers:centers",
    "centers:departments",
    "centers:a_to_z",
    "centers:contact",
    "centers:illnesses",
    "centers:tests",
    "centers:treatments",
    "glossary:glossary",
    "enquiries:privacy",
    "about:sources",
    "about:corrections",
    "about:accessibility",
    "about:translations",
]


FORMS = ["appointment", "mediation"]


def always():
    """The addresses, in the language at hand, of pages that are there whatever is published."""
    names = [reverse(name) for name in [*FIXED, "patients_rights:charters"]]
    return {f"http://testserver{path}" for path in [*names, *(reverse("enquiries:choose", args=[f]) for f in FORMS)]}


def entries(client):
    """The entries of the sitemap: each address with its alternates, by language."""
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    return {
        entry.findtext("s:loc", namespaces=NAMES): {
            link.attrib["hreflang"]: link.attrib["href"] for link in entry.findall("x:link", NAMES)
        }
        for entry in root.findall("s:url", NAMES)
    }


def paths(client):
    """The addresses of the sitemap without those of pages that are always there."""
    fixed = set()
    for language in make.languages():
        with override(language):
            fixed |= always()
    return {address.removeprefix("http://testserver") for address in entries(client) if address not in fixed}


def every_address(*pages):
    found = set()
    for language in make.languages():
        with override(language):
            found |= {page.get_absolute_url() for page in pages}
    return found


def test_the_sitemap_lists_exactly_the_live_pages(client):
    live = make.published(make.treatment(clinic=make.clinic()))
    make.treatment(clinic=live.clinic)
    withdrawn = make.published(make.test(clinic=live.clinic))
    withdraw(withdrawn, by="the test", reason="It ended.")

    assert paths(client) == every_address(live, *live.ancestors())


def test_a_withdrawn_page_leaves_the_sitemap_with_all_below_it(client):
    treatment = make.published(make.treatment(clinic=make.clinic()))
    withdraw(treatment.center, by="the test", reason="It closed.")

    assert paths(client) == every_address(treatment.center.hospital)


def test_the_sitemap_of_an_empty_site_lists_the_pages_that_are_always_there(client):
    listed = list(entries(client))

    expected = set()
    for language in make.languages():
        with override(language):
            expected |= always()
    assert sorted(listed) == sorted(expected)


def test_a_single_charter_stands_in_the_sitemap_instead_of_the_list(client):
    charter = make.published(make.charter())

    with override("ko"):
        addresses = [
            f"http://testserver{path}" for path in (reverse("patients_rights:charters"), charter.get_absolute_url())
        ]
    assert [address in entries(client) for address in addresses] == [False, True]


def test_a_hospital_without_a_charter_brings_the_list_into_the_sitemap(client):
    make.published(make.charter())
    make.published(make.hospital())

    with override("ko"):
        assert f"http://testserver{reverse('patients_rights:charters')}" in entries(client)


def test_a_charter_below_a_withdrawn_hospital_does_not_count(client):
    make.published(make.charter())
    closed = make.published(make.charter())
    withdraw(closed.hospital, by="the test", reason="It closed.")

    with override("ko"):
        listed = f"http://testserver{reverse('patients_rights:charters')}" in entries(client)
    assert not listed


def test_every_entry_names_its_address_in_every_language(client):
    make.published(make.center())

    for address, alternates in entries(client).items():
        code = address.split("/")[3]
        expected = {other: address.replace(f"/{code}/", f"/{other}/", 1) for other in make.languages()}
        assert alternates == expected | {"x-default": address.replace(f"/{code}/", "/", 1)}


@pytest.mark.parametrize("size", [1, 3], ids=["one row", "three rows"])
def test_the_sitemap_asks_the_same_questions_however_long(client, size, django_assert_num_queries):
    for _row in range(size):
        make.published(make.treatment(clinic=make.clinic()))

    with django_assert_num_queries(3):
        assert client.get("/sitemap.xml").status_code == 200


def test_robots_are_led_to_the_sitemap_and_not_to_the_admin(client):
    response = client.get("/robots.txt")

    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().split() == [
        *["User-agent:", "*"],
        *["Disallow:", "/*/admin/"],
        *["Sitemap:", "http://testserver/sitemap.xml"],
    ]


def test_a_sitemap_of_many_pages_is_an_index_of_files_that_list_each_address_once(client, monkeypatch):
    make.published(make.treatment(clinic=make.clinic()))
    whole = list(entries(client))
    monkeypatch.setattr("hospital_site.sitemaps.PAGES_IN_A_FILE", 2)

    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    files = [place.text.removeprefix("http://testserver") for place in index.iterfind("s:sitemap/s:loc", NAMES)]
    listed = [place.text for file in files for place in read_xml(client, file).iterfind("s:url/s:loc", NAMES)]

    assert files == ["/sitemap-0.xml", "/sitemap-1.xml", "/sitemap-2.xml"]
    assert sorted(listed) == sorted(whole)
    assert client.get("/sitemap-3.xml").status_code == 404


def read_xml(client, path):
    return ElementTree.fromstring(client.get(path).content)
