"""The home page, the pages about this site, and what every page is given."""

import re
from contextlib import closing

import pytest
from django.urls import reverse
from django.utils.translation import override

from hospital_site.home import first_sources, open_graph_locale
from hospital_site.publishing.pipeline import withdraw
from tests import make
from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

every_language = pytest.mark.parametrize("language", make.languages())
any_length = pytest.mark.parametrize("size", [1, 3], ids=["one row", "three rows"])


def address(name, language="ko"):
    with override(language):
        return reverse(name)


@any_length
def test_the_home_page_asks_two_questions_however_long(client, size, django_assert_num_queries):
    for _row in range(size):
        clinic = make.published(make.clinic())
        make.published(make.charter(hospital=clinic.center.hospital))

    with django_assert_num_queries(2):
        response = client.get(address("home"))

    assert [len(response.context[name]) for name in ("hospitals", "charters")] == [size, size]


@any_length
def test_the_page_of_sources_asks_three_questions_however_long(client, size, django_assert_num_queries):
    for _row in range(size):
        make.published(make.hospital())

    with django_assert_num_queries(3):
        response = client.get(address("about:sources"))

    assert [len(pages) for pages in response.context["groups"]] == [size]


@pytest.mark.parametrize("name", ["about:corrections", "about:accessibility", "about:translations"])
def test_a_page_about_the_site_asks_nothing(client, name, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get(address(name)).status_code == 200


@every_language
@pytest.mark.parametrize(
    "name",
    [
        "home",
        "centers:centers",
        "centers:departments",
        "patients_rights:charters",
        "about:sources",
        "about:corrections",
        "about:accessibility",
        "about:translations",
    ],
)
def test_an_empty_site_has_all_its_own_pages(client, name, language):
    page = read(client, address(name, language))

    assert (page.status, page.errors) == (200, [])


@every_language
def test_the_home_page_leads_to_every_center(client, language):
    centers = [make.published(make.center()), make.published(make.center())]
    make.center(hospital=centers[0].hospital)

    page = read(client, address("home", language))

    with override(language):
        assert page.attributes("#main .tile h3 a", "href") == [center.get_absolute_url() for center in centers]


def test_a_withdrawn_hospital_leaves_the_home_page_with_all_below_it(client):
    center = make.published(make.center())
    withdraw(center.hospital, by="the test", reason="It closed.")

    response = client.get(address("home"))

    assert response.context["hospitals"] == []


@every_language
def test_the_page_of_sources_lists_every_live_page_with_its_source(client, language):
    center = make.published(make.center(source_ko="공개 페이지", source_en="Public page"))

    page = read(client, address("about:sources", language))

    with override(language):
        assert page.attributes("#pages li a", "href") == [
            above.get_absolute_url() for above in (center.hospital, center)
        ]
    assert {"ko": "공개 페이지", "en": "Public page"}[language] in page.text("#pages")


def test_the_sources_are_read_once():
    assert first_sources() is first_sources()


@every_language
def test_the_operator_names_the_site(client, settings, language):
    settings.SITE_NAME, settings.SITE_NOTICE = "Our guide", "A sentence of the operator."

    page = read(client, address("home", language))

    assert page.text("header a.site") == "Our guide"
    assert page.text("title").startswith("Our guide")
    assert "A sentence of the operator." in page.text("footer.footer")


@every_language
def test_the_home_page_begins_with_what_people_come_for(client, language):
    page = read(client, address("home", language))

    with override(language):
        lists = [reverse(f"centers:{name}") for name in ("illnesses", "tests", "treatments")]
        others = [reverse("enquiries:choose", args=["appointment"]), reverse("centers:contact")]
        tasks = [*lists, *others, reverse("patients_rights:charters")]
    assert page.attributes("#main a", "href")[: len(tasks)] == tasks


def test_the_home_page_stays_short_however_many_hospitals_there_are(client):
    for _row in range(5):
        make.published(make.center())

    page = read(client, address("home"))

    assert len(page.texts("#main .hospital")) == 4
    assert address("centers:centers") in page.attributes("#main a", "href")


@every_language
def test_the_menu_leads_to_the_form_for_an_appointment(client, language):
    page = read(client, address("about:accessibility", language))

    with override(language):
        assert reverse("enquiries:choose", args=["appointment"]) in page.attributes("#menu a", "href")


@every_language
@pytest.mark.parametrize("path", ["", "about/sources/", "enquiries/appointment/", "nothing-here/", "admin/login/"])
def test_every_page_of_a_demonstration_says_that_it_is_one(client, settings, path, language):
    said = {"ko": "시연용 누리집입니다", "en": "Demonstration: "}[language]
    real = client.get(f"/{language}/{path}").content.decode()
    settings.DEMONSTRATION = True

    shown = client.get(f"/{language}/{path}").content.decode()

    assert (said in real, said in shown) == (False, True)


@every_language
def test_the_foot_of_a_page_says_who_runs_the_site(client, settings, language):
    settings.SITE_OPERATOR = "Example Society"

    assert "Example Society" in read(client, address("home", language)).text("footer.footer")


@every_language
def test_the_notice_is_true_for_any_number_of_hospitals_and_said_once(client, language):
    page = read(client, address("about:sources", language))

    foot = page.text("footer.footer")
    assert not re.search(r"two hospitals|[Nn]either|두 병원", foot)
    assert len(re.findall("대신하지 않습니다|does not replace", foot)) == 1


@every_language
def test_a_page_says_its_language_as_open_graph_wants_it(client, language):
    page = read(client, address("home", language))

    locales = {"ko": "ko_KR", "en": "en_US"}
    assert page.attribute('meta[property="og:locale"]', "content") == locales.pop(language)
    assert page.attributes('meta[property="og:locale:alternate"]', "content") == list(locales.values())


@pytest.mark.parametrize(
    ("code", "locale"), [("ja", "ja_JP"), ("pt-br", "pt_BR"), ("zh-hans", "zh_CN"), ("eo", "eo_001")]
)
def test_every_other_language_has_an_open_graph_locale(code, locale):
    assert open_graph_locale(code) == locale


@pytest.mark.parametrize("path", ["/ko/", "/ko/nothing/", "/robots.txt", "/static/css/base.css"])
def test_no_other_site_loads_a_part_of_this_one(client, path):
    with closing(client.get(path)) as answer:  # where `make run` has collected them, a file
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


# ── The language that a page was written in ───────────────────────────────────────────────────────────────────────────

DOCUMENT = {"source_ko": "공개 페이지(파일 000_82cc795684eb3ff3.txt)", "source_en": "File 000_82cc795684eb3ff3.txt"}
ORIGINAL = re.compile(r"The original words are \w+\.|원문은 \w+입니다\.|The words are \w+\.|쓴 언어: \w+\.")


@pytest.mark.parametrize(
    ("texts", "language", "said"),
    [
        (DOCUMENT, "en", ["The original words are English."]),
        (DOCUMENT, "ko", ["원문은 영어입니다."]),
        ({"name_en": ""}, "en", ["The words are Korean."]),
        ({"name_en": ""}, "ko", ["쓴 언어: 한국어."]),
        ({"name_ko": " "}, "ko", ["쓴 언어: 영어."]),
        ({}, "en", []),
        ({}, "ko", []),
    ],
)
def test_the_foot_of_a_page_names_the_language_of_the_original_where_it_is_known(client, texts, language, said):
    center = make.published(make.center(**texts))

    with override(language):
        page = read(client, center.get_absolute_url())

    assert ORIGINAL.findall(page.text("footer.source")) == said


def test_a_contact_of_the_operator_stands_on_the_accessibility_page(client, settings):
    settings.SITE_CONTACT = "desk@example.org"

    assert "desk@example.org" in read(client, address("about:accessibility")).text("#report")


def test_whole_addresses_are_those_of_the_site_whatever_host_was_asked(client, settings):
    center = make.published(make.center())
    settings.SITE_ADDRESS, settings.ALLOWED_HOSTS = "https://www.example.org", ["localhost"]
    asked = {"headers": {"host": "localhost:4444"}}

    for path in (address("home"), center.get_absolute_url(), "/sitemap.xml", "/robots.txt"):
        answer = client.get(path, **asked).content.decode()
        assert ("https://www.example.org/" in answer, "localhost" in answer, "4444" in answer) == (True, False, False)
    assert client.get(address("home"), headers={"host": "evil.example"}).status_code == 400
