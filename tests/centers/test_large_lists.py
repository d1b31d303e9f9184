"""Lists of a large site: a part of them at a time, and nothing that cannot be reached."""

import pytest
from django.urls import reverse
from django.utils.translation import override

import centers.views
import hospital_site.enquiries.views
import patients_rights.views
from centers import alphabetical_index
from tests import make
from tests.reading import read
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

LISTS = [
    "centers:centers",
    "centers:departments",
    "centers:contact",
    "about:sources",
    "patients_rights:charters",
    "enquiries:choose appointment",
    "enquiries:privacy",
]


def path(name, part=1):
    name, *arguments = name.split()
    with override("en"):
        return reverse(name, args=arguments) + (f"?page={part}" if part > 1 else "")


@pytest.fixture
def short_lists(monkeypatch):
    for views in [centers.views, hospital_site.enquiries.views, patients_rights.views]:
        monkeypatch.setattr(views, "HOSPITALS_IN_A_LIST", 3)


@pytest.fixture
@recorded
def hospitals(short_lists):
    """More hospitals than two parts of a list hold."""
    found = [make.hospital(position=place, name_en=f"Hospital {place:02}", source_en="A page") for place in range(1, 8)]
    for hospital in found:
        make.part(hospital, "departments", name_en="Radiology")
        make.published(hospital)
    return [hospital.name_en for hospital in found]


@pytest.mark.parametrize("name", LISTS)
def test_every_hospital_is_on_one_part_and_each_part_leads_on(client, hospitals, name):
    address, shown, parts = path(name), [], 0
    while address:
        page = read(client, address)
        shown += [found for found in hospitals if found in " ".join(page.texts("main"))]
        onward = page.attributes('a[rel="next"]', "href")
        address, parts = (path(name) + onward[0] if onward else ""), parts + 1

    assert (shown, parts) == (hospitals, 3)


@pytest.mark.parametrize("part", ["0", "9", "-1", "x", "²", "", "1e3", "9" * 5000])
@pytest.mark.parametrize("name", LISTS)
def test_a_part_that_does_not_exist_is_not_found(client, hospitals, name, part):
    assert client.get(path(name), {"page": part}).status_code == 404


def test_the_other_languages_show_the_same_part(client, hospitals):
    page = read(client, path("centers:centers", 2))

    assert {address.partition("?")[2] for address in page.attributes("nav.languages a", "href")} == {"page=2"}


def test_a_hospital_with_many_centers_leads_to_its_own_page(client):
    hospital = make.hospital(name_en="The Hospital")
    for _center in range(5):
        make.published(make.center(hospital=hospital))

    page = read(client, path("centers:centers"))

    assert len(page.texts(".tile")) == 3
    assert "All centers of The Hospital" in page.texts(".hospital a.arrowed")


@pytest.fixture
def long_index(monkeypatch):
    """An index of a large site: three letters, of which one has more entries than a part holds."""
    monkeypatch.setattr(alphabetical_index, "ON_ONE_PAGE", 5)
    monkeypatch.setattr(alphabetical_index, "ON_A_PART", 4)
    clinic = make.clinic()
    names = ["Ablation", *(f"Biopsy {number}" for number in range(1, 7)), "Chemotherapy"]
    for name in names:
        make.published(make.test(clinic=clinic, name_en=name))
    return names


def test_a_long_index_shows_a_letter_at_a_time_and_leads_to_all(client, long_index):
    first = read(client, "/en/a-z/tests/")
    letters = [read(client, f"/en/a-z/tests/{href}") for href in first.attributes(".letters a", "href")]
    rest = read(client, f"/en/a-z/tests/{letters[1].attributes('a[rel=next]', 'href')[0]}")

    shown = [page.texts("main section li a") for page in [*letters, rest]]

    assert first.texts("main section li a") == shown[0] == ["Ablation"]
    assert shown == [["Ablation"], long_index[1:5], ["Chemotherapy"], long_index[5:7]]
    assert letters[1].texts('.letters [aria-current="true"]') == ["B"]


@pytest.mark.parametrize("query", ["letter=Q", "letter=B&page=3", "letter=A&page=2", "page=2"])
def test_a_letter_or_part_that_does_not_exist_is_not_found(client, long_index, query):
    assert client.get(f"/en/a-z/tests/?{query}").status_code == 404
