"""What every public page of a site with the first content keeps to, in every language."""

import re
from collections import defaultdict
from itertools import pairwise
from urllib.parse import urlsplit

import pytest

from hospital_site.publishing.models import without_language
from tests import make
from tests.site.vocabulary import faults

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

LANGUAGES = make.languages()
UNFINISHED = re.compile(
    r"\bNone\b|\{\{|\}\}|\{%|%\}|%\(\w*\)?|\{\w*\}|\bundefined\b|&amp;(?:amp|lt|gt|quot);|TODO|FIXME"
)
# Names of files, fingerprints, places in a file, names of settings and of code.
MACHINERY = re.compile(
    r"[\w-]+\.(?:csv|html|json|md|py|txt|ya?ml)\b|\b(?=\d*[a-f])[0-9a-f]{12,}\b|\b[Ll]ines? \d+[–-]|\d+[~–-]\d+행"
    r"|\b[A-Z]{2,}(?:_[A-Z]+)+\b|\b[a-z]+(?:_[a-z]+)+\b|SHA-?256"
)


def language_of(path):
    return path.split("/")[1]


def on_every(pages, judge):
    """What `judge` finds wrong, by address."""
    return {path: found for path, page in pages.items() if (found := judge(path, page))}


def test_there_are_pages_of_every_type_in_every_language(first_pages):
    first, *others = (
        {without_language(path) for path in first_pages if language_of(path) == code} for code in LANGUAGES
    )

    assert len(first) > 30
    assert others == [first] * len(others)


def test_every_page_is_there(first_pages):
    assert {page.status for page in first_pages.values()} == {200}


def test_no_page_shows_what_was_not_filled_in(first_pages):
    def unfinished(path, page):
        return UNFINISHED.findall(re.sub(r"<script.*?</script>", "", page.html, flags=re.DOTALL))

    assert on_every(first_pages, unfinished) == {}


def test_no_page_shows_the_machinery_to_patients(first_site):
    def shown(path, page):
        return MACHINERY.findall(" ".join(page.texts("body")))

    assert on_every(first_site.listed | first_site.linked, shown) == {}


def test_every_page_is_well_formed(first_pages):
    assert on_every(first_pages, lambda path, page: [str(error) for error in page.errors]) == {}


def test_no_two_elements_of_a_page_have_one_id(first_pages):
    def twice(path, page):
        ids = page.attributes("[id]", "id")
        return sorted({name for name in ids if ids.count(name) > 1})

    assert on_every(first_pages, twice) == {}


def test_every_page_says_its_language(first_pages):
    wrong = on_every(first_pages, lambda path, page: page.attribute("html", "lang") != language_of(path))

    assert wrong == {}


def test_every_page_has_one_heading_of_the_first_order(first_pages):
    assert on_every(first_pages, lambda path, page: len(page.all("h1")) - 1) == {}


def test_no_heading_leaves_out_an_order(first_pages):
    def jumps(path, page):
        orders = [int(element.name[1]) for element in page.all("main h1, main h2, main h3, main h4, main h5, main h6")]
        return [pair for pair in pairwise(orders) if pair[1] > pair[0] + 1]

    assert on_every(first_pages, jumps) == {}


@pytest.mark.parametrize(
    ("selector", "attribute"), [("title", None), ('meta[name="description"]', "content")], ids=["title", "description"]
)
def test_no_two_pages_of_a_language_have_one(first_pages, selector, attribute):
    found = defaultdict(set)
    for path, page in first_pages.items():
        text = page.attribute(selector, attribute) if attribute else page.text(selector)
        found[language_of(path), text].add(page.attribute('link[rel="canonical"]', "href"))

    assert {text: pages for text, pages in found.items() if len(pages) > 1} == {}


def test_every_page_names_its_address_in_every_language(first_pages):
    def wrong(path, page):
        canonical = urlsplit(page.attribute('link[rel="canonical"]', "href")).path
        bare = without_language(canonical)
        alternates = {
            element.attrs["hreflang"]: urlsplit(element.attrs["href"]).path for element in page.all("link[hreflang]")
        }
        expected = {code: f"/{code}{bare}" for code in LANGUAGES} | {"x-default": bare}
        return canonical != f"/{language_of(path)}{bare}" or alternates != expected

    assert on_every(first_pages, wrong) == {}


def test_every_page_of_the_sitemap_is_its_own_canonical_address(first_pages):
    def elsewhere(path, page):
        canonical = urlsplit(page.attribute('link[rel="canonical"]', "href")).path
        return canonical if canonical != path else None

    assert on_every(first_pages, elsewhere) == {}


def test_the_language_switch_keeps_the_page(first_pages):
    def wrong(path, page):
        links = [(link.attrs["hreflang"], link.attrs["href"]) for link in page.all("header nav.languages a")]
        return links != [(code, f"/{code}{without_language(path)}") for code in LANGUAGES]

    assert on_every(first_pages, wrong) == {}


def test_the_language_switch_marks_the_language_of_the_page(first_pages):
    def wrong(path, page):
        return page.attributes('nav.languages [aria-current="true"]', "hreflang") != [language_of(path)]

    assert on_every(first_pages, wrong) == {}


def test_every_link_inside_the_site_leads_to_a_place_that_is_there(first_site):
    pages = first_site.listed | first_site.linked
    anchors = {path: {"", *page.attributes("[id]", "id")} for path, page in pages.items() if page.status == 200}

    def broken(path, page):
        links = page.links_inside()
        return [link.geturl() for link in links if link.fragment not in anchors.get(link.path or path, set())]

    assert on_every(first_site.listed, broken) == {}


def test_every_page_can_be_shared(first_pages):
    def wrong(path, page):
        shared = {meta.attrs["property"]: meta.attrs["content"] for meta in page.all('meta[property^="og:"]')}
        return shared.get("og:title") != page.text("title") or not urlsplit(shared.get("og:image", "")).netloc

    assert on_every(first_pages, wrong) == {}


# ── What machines are told ────────────────────────────────────────────────────────────────────────────────────────────


def test_schema_org_knows_everything_that_machines_are_told(first_pages):
    assert (
        on_every(first_pages, lambda path, page: [fault for node in page.structured_data for fault in faults(node)])
        == {}
    )


@pytest.mark.parametrize(
    "node",
    [
        {"@type": "Klinik"},
        {"name": "No type"},
        {"@type": "MedicalClinic", "nurses": "Two"},
        {"@type": "MedicalClinic", "name": ""},
        {"@type": "MedicalClinic", "availableService": [{"@type": "Drug", "name": "Octreotide"}]},
        {"@type": "MedicalClinic", "department": {"@type": "MedicalClinic", "nurses": "Two"}},
    ],
    ids=["unknown type", "no type", "unknown property", "empty value", "value of a wrong type", "fault below"],
)
def test_the_judge_of_structured_data_sees_a(node):
    assert len(faults(node)) == 1


def test_machines_are_told_about_every_page_that_was_published(first_pages):
    told = {path: [node["@type"] for node in page.structured_data] for path, page in first_pages.items()}

    by_kind = defaultdict(set)
    for path, types in told.items():
        parts = without_language(path).strip("/").split("/")
        by_kind[parts[0], len(parts)].add(tuple(sorted(types)))

    assert by_kind[("hospitals", 2)] == {("BreadcrumbList", "Hospital")}
    assert by_kind[("centers", 2)] == {("BreadcrumbList", "MedicalClinic")}
    assert by_kind[("centers", 3)] == {("BreadcrumbList", "MedicalClinic")}
    assert by_kind[("patients-rights", 2)] == {("BreadcrumbList", "WebPage")}
    assert {types[1] if types[0] == "BreadcrumbList" else types[0] for types in by_kind[("centers", 4)]} >= {
        "Drug",
        "ImagingTest",
        "MedicalTest",
        "MedicalTherapy",
        "SurgicalProcedure",
    }


def test_machines_are_told_addresses_that_lead_somewhere(first_pages):
    def strays(path, page):
        told = [address for node in page.structured_data for address in addresses(node)]
        return [address for address in told if urlsplit(address).path not in first_pages]

    assert on_every(first_pages, strays) == {}


def addresses(node):
    for name, value in node.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield from addresses(one)
            elif name in ("@id", "url", "item"):
                yield one


# ── Headers ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["Vary", "Set-Cookie"])
def test_no_page_differs_from_reader_to_reader(first_pages, name):
    assert on_every(first_pages, lambda path, page: page.response.headers.get(name)) == {}
    assert on_every(first_pages, lambda path, page: list(page.response.cookies)) == {}


HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "base-uri 'none'; connect-src 'self'; default-src 'none'; font-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; img-src 'self' data:; manifest-src 'self'; script-src 'self'; "
    "style-src 'self'",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "public, max-age=0, s-maxage=10, stale-while-revalidate=15, stale-if-error=86400",
}


@pytest.mark.parametrize("name", HEADERS)
def test_every_page_is_sent_with(first_pages, name):
    sent = {sorted_policy(page.response.headers.get(name, "")) for page in first_pages.values()}

    assert sent == {HEADERS[name]}


def sorted_policy(value):
    return "; ".join(sorted(value.split("; "))) if "-src " in value else value


def test_every_page_says_its_language_to_machines(first_pages):
    wrong = on_every(first_pages, lambda path, page: page.response.headers["Content-Language"] != language_of(path))

    assert wrong == {}


@pytest.mark.parametrize("selector", ["[style]", "style", "script:not([src]):not([type])", "[onclick]", "[onload]"])
def test_no_page_has_what_its_policy_forbids(first_pages, selector):
    assert on_every(first_pages, lambda path, page: [element.to_html() for element in page.all(selector)]) == {}


def test_no_page_fetches_anything_from_elsewhere(first_pages):
    def foreign(path, page):
        places = {"[src]": "src", "link[href]": "href", "use[href]": "href"}
        fetched = [address for selector, name in places.items() for address in page.attributes(selector, name)]
        hosts = {urlsplit(address).netloc for address in fetched}
        return hosts - {"", "testserver"}

    assert on_every(first_pages, foreign) == {}
