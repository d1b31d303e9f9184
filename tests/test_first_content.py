"""The promise of the first content: nothing of the two source documents is lost, nothing is changed in silence.

`tests/content/records.yaml` was taken from the team's content file without the site's own conversion, so it notices
what that lost.
"""

import html
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db.models import QuerySet
from justhtml import JustHTML

from centers.models import Clinic
from hospital_site.sources import without_files
from hospital_site.yaml_files import read_yaml
from tests.content import extract

PROJECT = Path(settings.BASE_DIR)
CONTENT_FILE = PROJECT.parent / "shared/content/seed_content.yaml"
SOURCES, CORRECTIONS = "/about/sources/", "/about/corrections/"
LANGUAGES = [code for code, _name in settings.LANGUAGES]
PLACES = {  # where the records of the content file stand together, by the start of their ids
    "kcch-esophageal.": "/centers/esophageal-cancer-center/",
    "smc-uncommon.": "/centers/uncommon-cancer-center/",
    "smc-net.": "/centers/uncommon-cancer-center/net-clinic/",
    "support.": "/centers/uncommon-cancer-center/net-clinic/",
    "charter.": "/patients-rights/smc/",
    "kca": "/patients-rights/smc/",
    "kmedi": "/patients-rights/smc/",
    "dept": "/departments/",
}
OTHER_HOSPITALS = ["국립암센터", "국립 암센터"]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.same_on_every_database,
]  # even the pages that all tests share need the database of the tests

every_language = pytest.mark.parametrize("language", LANGUAGES)


def read(path):
    return read_yaml(PROJECT / path)


COPY = read("tests/content/records.yaml")
REVISIONS = read("tests/content/revisions.yaml")
CENTERS = read("centers/first_content.yaml")
INFORMATION = read("centers/patient_information.yaml")
CHARTERS = read("patients_rights/first_content.yaml")
NOTES = read("hospital_site/sources.yaml")


def revised(record):
    """`record` as it reads after the revisions of this site's own words."""
    for revision in REVISIONS:
        record = {name: text.replace(revision["old"], revision["new"]) for name, text in record.items()}
    return record


RECORDS = [revised(record) for record in COPY]


def words(page):
    """What the main part of `page` says, in one line."""
    [main] = JustHTML(page.html, sanitize=False).query("main")
    return " ".join(main.to_text(strip=False, separator_blocks_only=True).split())


def rows(page):
    """How many headings and rows of each sort the main part of `page` has."""
    return {element: len(page.all(f"main {element}")) for element in ("h1", "h2", "h3", "section", "li", "dt", "tr")}


@pytest.fixture(scope="module")
def said(first_pages):
    """The words of every page by its address, such as `/ko/centers/`."""
    return {path: words(page) for path, page in first_pages.items()}


def in_language(said, language):
    """The words of all pages in `language`, without the page of sources, which quotes what it corrects."""
    pages = {path: text for path, text in said.items() if path.startswith(f"/{language}/")}
    del pages[f"/{language}{SOURCES}"]
    return pages


def described_pages():
    """The pages of the first content, each with its address, which never changes."""
    for hospital in CENTERS["hospitals"]:
        yield f"/hospitals/{hospital['slug']}/", hospital
        for center in hospital["centers"]:
            below = f"/centers/{center['slug']}/"
            yield below, center
            for clinic in center.get("clinics", []):
                yield f"{below}{clinic['slug']}/", clinic
                for treatment in clinic["treatments"]:
                    yield f"{below}treatments/{treatment['slug']}/", treatment
                for test in clinic["tests"]:
                    yield f"{below}tests/{test['slug']}/", test
    for record in INFORMATION["pages"]:
        yield record["address"], record
    for condition in INFORMATION["conditions"]:
        center = condition["below"].split("/")[2]
        yield f"/centers/{center}/conditions/{condition['slug']}/", condition
    for charter in CHARTERS["charters"]:
        yield f"/patients-rights/{charter['slug']}/", charter


def own(page):
    """`page` without the pages below it, its line of origin (it stands on the page of sources) and its short name."""
    elsewhere = re.compile(r"centers|clinics|treatments|tests|(source|short_name|earlier_\w+)_\w+")
    return {key: own_of(value) for key, value in page.items() if not elsewhere.fullmatch(key)}


def own_of(value):
    return [own(row) if isinstance(row, dict) else row for row in value] if isinstance(value, list) else value


def texts(data, language):
    """All texts of `data` in `language`, paragraph by paragraph."""
    if isinstance(data, list):
        return [text for part in data for text in texts(part, language)]
    found = []
    for key, value in data.items():
        if isinstance(value, list):
            found += [text for part in value if isinstance(part, dict) for text in texts(part, language)]
        elif key.endswith(f"_{language}"):
            found += [line.removeprefix("- ") for line in re.split(r"\n+", value)]
    return found


def numbers(text):
    return sorted(re.findall(r"\d+(?:[.:]\d+)*%?", text))


# ── Nothing is lost ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_copy_of_the_content_file_is_current():
    if not CONTENT_FILE.exists():
        pytest.skip("The team's content file does not lie beside the project.")

    content = read_yaml(CONTENT_FILE)

    assert list(extract.records(content)) == COPY


@pytest.mark.parametrize("revision", [pytest.param(r, id=r["new"][:30]) for r in REVISIONS])
def test_a_revision_is_of_words_that_are_there(revision):
    before, after = ([text for record in rows for text in record.values()] for rows in (COPY, RECORDS))

    assert any(revision["old"] in text for text in before)
    assert any(revision["new"] in text for text in after)


@every_language
def test_every_record_of_the_content_file_stands_on_a_public_page(said, language):
    pages = in_language(said, language).values()

    lost = [record["id"] for record in RECORDS if not any(record.get(language, "") in page for page in pages)]

    assert lost == []


@every_language
@pytest.mark.parametrize(
    ("start", "address"), [pytest.param(*place, id=place[0].strip(".")) for place in PLACES.items()]
)
def test_records_that_belong_together_stand_together(said, start, address, language):
    together = [record for record in RECORDS if record["id"].startswith(start)]

    lost = [record["id"] for record in together if record[language] not in said[f"/{language}{address}"]]

    assert together
    assert lost == []


@every_language
@pytest.mark.parametrize(
    ("address", "page"), [pytest.param(*page, id=page[0].strip("/")) for page in described_pages()]
)
def test_every_page_says_all_its_words(said, address, page, language):
    unsaid = [text for text in texts(own(page), language) if text not in said[f"/{language}{address}"]]

    assert unsaid == []


@every_language
def test_the_pages_of_sources_and_corrections_say_all_they_know(said, language):
    in_all_languages = ["original", "corrected", "suggestion"]
    quotes = [row[key] for part in NOTES.values() for row in part for key in in_all_languages if key in row]
    origins = [page[source] for _address, page in described_pages() if (source := f"source_{language}") in page]
    told = texts(NOTES, language) + quotes + list(map(without_files, origins))
    on_both = said[f"/{language}{SOURCES}"] + said[f"/{language}{CORRECTIONS}"]

    assert [text for text in told if text not in on_both] == []


@every_language
def test_statements_are_named_as_the_institution_makes_them(said, language):
    lost = []
    for statement in NOTES["statements"]:
        slugs = filter(None, [statement["center"], statement["clinic"]])
        page = said[f"/{language}/centers/{'/'.join(slugs)}/"]
        lost += [part for part in statement[f"phrase_{language}"].split(" … ") if part not in page]

    assert lost == []


# ── Nothing is changed in silence ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("correction", [pytest.param(c, id=c["id"]) for c in NOTES["corrections"]])
def test_a_typing_error_stands_on_the_page_of_corrections_only(first_pages, correction):
    error = re.compile(re.escape(correction["original"]) + r"(?!\w)")

    found = {path for path, page in first_pages.items() if error.search(html.unescape(page.html))}

    assert found == {f"/{language}{CORRECTIONS}" for language in LANGUAGES}


def test_every_correction_is_read_on_a_page(said):
    pages = " ".join(in_language(said, "en").values())

    assert [correction["id"] for correction in NOTES["corrections"] if correction["corrected"] not in pages] == []


def test_no_page_takes_the_name_of_another_hospital(first_pages):
    assert [path for path, page in first_pages.items() if any(name in page.html for name in OTHER_HOSPITALS)] == []


# ── The languages say the same ────────────────────────────────────────────────────────────────────────────────────────


ADDED = own_of([*INFORMATION["pages"], *INFORMATION["conditions"]])


@pytest.mark.parametrize("data", [CENTERS, CHARTERS, NOTES, ADDED], ids=["centers", "charter", "sources", "added"])
def test_every_text_has_the_same_numbers_in_all_languages(data):
    first, *others = ([numbers(text) for text in texts(data, language)] for language in LANGUAGES)

    for other in others:
        assert other == first


def test_every_page_is_built_alike_in_all_languages(first_pages):
    first, *others = (
        {path.removeprefix(start): rows(page) for path, page in first_pages.items() if path.startswith(start)}
        for start in [f"/{language}/" for language in LANGUAGES]
    )
    first, *others = (
        {path: found for path, found in pages.items() if not path.startswith("a-z/")}  # by letters of the language
        for pages in (first, *others)
    )

    for other in others:
        assert other == first


# ── Loading is safe ───────────────────────────────────────────────────────────────────────────────────────────────────


def everything():
    """All rows of the site's own tables, with every column: modeltranslation's managers show those of one language."""
    own_apps = ["publishing", "centers", "patients_rights"]
    models = [model for name in own_apps for model in apps.get_app_config(name).get_models(include_auto_created=True)]
    return {model._meta.label: list(QuerySet(model).order_by("pk").values()) for model in models}


def test_loading_again_changes_nothing(first_content):
    before = everything()

    call_command("load_first_content", verbosity=0)

    assert everything() == before


@pytest.mark.depends_on_database
def test_loading_again_keeps_what_staff_edited(first_content):
    clinic = Clinic.objects.get(slug="net-clinic")
    clinic.name_ko = "새 이름"
    clinic.save()
    clinic.research_topics.all().delete()
    before = everything()

    call_command("load_first_content", verbosity=0)

    assert everything() == before
