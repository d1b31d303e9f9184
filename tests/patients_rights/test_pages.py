"""The charter of patients' rights and responsibilities, as a patient finds it."""

import pytest
from django.urls import reverse
from django.utils.translation import gettext, override

from hospital_site.publishing.pipeline import withdraw
from tests import make
from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

every_language = pytest.mark.parametrize("language", make.languages())
any_length = pytest.mark.parametrize("size", [1, 3], ids=["one row", "three rows"])


def address(page, language="ko"):
    with override(language):
        return page.get_absolute_url()


def list_address(language="ko"):
    with override(language):
        return reverse("patients_rights:charters")


def whole_charter():
    """A charter with two rights, of which the second is the hospital's own, and one responsibility."""
    charter = make.charter()
    make.article(charter, 1, is_statutory=True, basis_ko="의료법", basis_en="Medical Service Act")
    make.article(charter, 2)
    make.article(
        charter, 1, kind="responsibility", is_statutory=True, basis_ko="의료법", basis_en="Medical Service Act"
    )
    return charter


# ── Questions to the database ─────────────────────────────────────────────────────────────────────────────────────────


@any_length
def test_a_charter_asks_two_questions_however_long(client, size, django_assert_num_queries):
    charter = make.charter()
    for number in range(1, size + 1):
        make.article(charter, number)
        make.part(charter, "agencies", name_ko="기관", telephone="1670-2545")
    make.published(charter)
    client.get(address(charter))  # reads the words of the glossary, once

    with django_assert_num_queries(2):
        response = client.get(address(charter))

    assert len(response.context["page"].articles) == size


@pytest.mark.parametrize(("size", "questions"), [(1, 3), (3, 3)], ids=["the one charter", "three charters"])
def test_the_list_of_charters_asks_few_questions(client, size, questions, django_assert_num_queries):
    for _row in range(size):
        make.published(make.charter())

    with django_assert_num_queries(questions):
        response = client.get(list_address())

    assert response.status_code == 200


# ── Articles ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@every_language
def test_every_article_has_a_permanent_anchor(client, language):
    charter = make.published(whole_charter())

    page = read(client, address(charter, language))

    assert page.attributes("article", "id") == ["right-1", "right-2", "responsibility-1"]
    assert page.attributes("article a.permalink[href^='#']", "href") == ["#right-1", "#right-2", "#responsibility-1"]


def test_articles_stand_in_the_order_of_their_numbers(client):
    charter = make.charter()
    for number in [3, 1, 2]:
        make.article(charter, number, title_ko=f"제{number}조")
    make.published(charter)

    page = read(client, address(charter))

    assert page.texts("article h3") == ["제1조", "제2조", "제3조"]


@every_language
def test_statutory_articles_are_told_from_the_hospitals_own(client, language):
    charter = make.published(whole_charter())

    page = read(client, address(charter, language))

    with override(language):
        law, own = gettext("Laid down in law"), gettext("The hospital’s own")
    assert page.texts("article .badge") == [law, own, law]


@pytest.mark.parametrize(("reader", "other"), [("ko", "en"), ("en", "ko")], ids=["Korean", "English"])
@pytest.mark.parametrize("missing", ["title", "text"])
def test_an_article_without_its_translation_falls_back_whole(client, reader, other, missing):
    charter = make.charter()
    make.article(charter, 1, **{f"{missing}_{reader}": " "})
    make.published(make.in_sync(charter))

    page = read(client, address(charter, reader))

    words = make.WORDS[other]
    assert page.texts(f'article h3[lang="{other}"]') == [f"{words} 1"]
    assert page.texts(f'article blockquote[lang="{other}"]') == [f"{words}."]
    assert len(page.all("article .note")) == 1
    assert page.texts("article h3:not([lang])") == []


def test_an_article_that_no_language_has_is_left_out_with_its_section(client):
    charter = make.charter()
    texts = {f"{name}_{code}": "" for name in ["title", "text"] for code in make.languages()}
    make.article(charter, 1, kind="responsibility", **texts)
    make.article(charter, 1)
    make.published(charter)

    page = read(client, address(charter))

    assert page.attributes("#main section.section", "id") == ["rights", "contacts"]
    assert page.all('a[href="#responsibilities"]') == []


@every_language
def test_the_contents_list_every_article(client, language):
    charter = make.published(whole_charter())

    page = read(client, address(charter, language))

    anchors = ["#rights", "#right-1", "#right-2", "#responsibilities", "#responsibility-1", "#contacts"]
    assert page.attributes("nav.contents a", "href") == anchors


MEDIATION = {
    "title_ko": "상담·조정을 신청할 권리",
    "title_en": "Right to request consultation and mediation",
    "text_ko": "환자는 의료 분쟁이 생긴 경우 상담 및 조정을 신청할 수 있습니다.",
    "text_en": "Patients may request consultation and mediation in a dispute.",
}


@every_language
@pytest.mark.parametrize("number", [2, 4, 7])
def test_the_right_to_mediation_leads_to_its_form_whatever_its_number(client, number, language):
    charter = make.charter()
    make.article(charter, number, **MEDIATION)
    make.article(charter, 9, title_ko="치료 일정을 상담하여 조정할 권리", title_en="Right to plan your treatment")
    make.published(charter)

    page = read(client, address(charter, language))

    linked = [article.attrs["id"] for article in page.all("article") if article.query('a[href*="/mediation/"]')]
    assert linked == [f"right-{number}"]


@every_language
def test_a_fourth_right_about_something_else_leads_to_no_form(client, language):
    charter = make.charter()
    make.article(charter, 4, title_ko="신체를 보호받을 권리", title_en="Right to be protected immediately")
    make.article(charter, 4, kind="responsibility", **MEDIATION)
    make.published(charter)

    page = read(client, address(charter, language))

    assert page.all('article a[href*="/mediation/"]') == []


def test_the_right_is_known_by_the_language_that_has_it(client):
    charter = make.charter()
    make.article(charter, 3, **MEDIATION | {"title_ko": "", "text_ko": ""})
    make.published(charter)

    page = read(client, address(charter))

    assert page.attributes('#right-3 a[href*="/mediation/"]', "href") == [
        f"/ko/enquiries/mediation/{charter.hospital.slug}/"
    ]


# ── Agencies ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@every_language
def test_an_agency_can_be_called(client, language):
    charter = make.charter()
    make.part(charter, "agencies", telephone="1670-2545", telephone_abroad="+82-2-6210-0114")
    make.published(charter)

    page = read(client, address(charter, language))

    assert page.attributes("#agencies a.telephone", "href") == ["tel:16702545", "tel:+82-2-6210-0114"]


# ── One charter or several ────────────────────────────────────────────────────────────────────────────────────────────


@every_language
def test_one_charter_is_shown_at_once(client, language):
    charter = make.published(make.charter(title_ko="권리장전", title_en="Charter"))

    page = read(client, list_address(language))

    assert page.text("h1") == {"ko": "권리장전", "en": "Charter"}[language]
    assert page.attribute('link[rel="canonical"]', "href") == f"http://testserver{address(charter, language)}"


@every_language
def test_only_the_canonical_page_names_alternates_and_it_is_among_them(client, language):
    charter = make.published(make.charter())

    listed, own = read(client, list_address(language)), read(client, address(charter, language))

    assert listed.attributes('link[rel="alternate"]', "href") == []
    assert own.attributes('link[rel="alternate"]', "hreflang") == [*make.languages(), "x-default"]
    assert own.attribute(f'link[hreflang="{language}"]', "href") == own.attribute('link[rel="canonical"]', "href")


@every_language
def test_the_list_of_several_charters_is_among_its_alternates(client, language):
    make.published(make.charter())
    make.published(make.charter())

    page = read(client, list_address(language))

    assert page.attribute(f'link[hreflang="{language}"]', "href") == f"http://testserver{list_address(language)}"


def test_of_several_charters_the_patient_chooses_the_hospital(client):
    charters = [make.published(make.charter()), make.published(make.charter())]

    page = read(client, list_address())

    assert page.attributes("#main .tile h3 a", "href") == [address(charter) for charter in charters]


@every_language
def test_patients_of_a_hospital_without_a_charter_read_what_the_law_lays_down(client, language):
    charter = make.charter()
    make.article(charter, 1, title_ko="그 병원만의 조항", title_en="An article of that hospital")
    make.published(charter)
    other = make.published(make.hospital())

    page = read(client, list_address(language))

    with override(language):
        law, mediation = (
            gettext("Right to confidentiality"),
            reverse("enquiries:form", args=["mediation", other.slug]),
        )
        assert page.attributes("#main .tile h3 a", "href") == [charter.get_absolute_url()]
        assert page.attributes("[aria-labelledby=law] a", "href") == [other.get_absolute_url(), mediation]
    [section] = page.all("[aria-labelledby=law]")
    assert law in section.to_text()
    assert page.texts("[aria-labelledby=law] h4") == [f"{make.WORDS[language]} {other.name_ko.split()[-1]}"]


def test_without_a_charter_the_list_says_so(client):
    page = read(client, list_address())

    with override("ko"):
        assert page.texts("#main .tiles li") == [gettext("No charter has been published yet.")]


def test_a_charter_under_a_withdrawn_hospital_is_gone_from_the_list(client):
    charter = make.published(make.charter())
    withdraw(charter.hospital, by="the test", reason="It closed.")

    page = read(client, list_address())

    assert (page.status, page.all("#main .tile")) == (200, [])


@pytest.mark.parametrize("field", ["title_ko", "introduction_ko"])
def test_words_with_markup_are_words(client, field):
    hostile = "\"><script>alert('1')</script>&amp;"
    charter = make.published(make.charter(**{field: hostile}))

    page = read(client, address(charter))

    assert hostile in page.document.to_text()
    assert page.errors == []
