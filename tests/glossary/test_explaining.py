"""Words of the glossary on other pages: where they are explained, and where not."""

import re

import pytest
from django.utils.translation import override

from hospital_site.glossary.explaining import Section, Vocabulary
from hospital_site.glossary.models import Term
from hospital_site.publishing.pipeline import publish, withdraw
from tests import make
from tests.reading import Page
from tests.recorded import recorded

pytestmark = pytest.mark.same_on_every_database

TERMS = [
    Term(slug="tumor", name_en="tumor", name_ko="종양", definition_en="A lump.", definition_ko="덩어리입니다."),
    Term(
        slug="net",
        name_en="neuroendocrine tumor (NET)",
        name_ko="신경내분비종양",
        definition_en="A rare tumor.",
        definition_ko="드문 종양입니다.",
    ),
    Term(slug="biopsy", name_en="biopsy", name_ko="조직 검사", definition_en="A sample.", definition_ko="표본입니다."),
    Term(slug="surgery", name_en="tumor surgery", definition_en="An operation.", is_explained_on_pages=False),
    Term(slug="stage", name_en="stage"),
]


def explained(html, code="en", known=()):
    with override(code):
        return Section(Vocabulary(TERMS, code), {}, known).explain(html)


def prose(text):
    return f'<div class="prose"><p>{text}</p></div>'


def buttons(html):
    return re.findall(r"<button[^>]*>([^<]*)</button>", html)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("A tumor, and the tumor again.", ["tumor"], id="at its first use only"),
        pytest.param("Tumors grow.", ["Tumors"], id="in the plural, at the start of a sentence"),
        pytest.param("Two biopsies.", ["biopsies"], id="in an irregular plural"),
        pytest.param("A neuroendocrine tumor.", ["neuroendocrine tumor"], id="the longest form"),
        pytest.param("A NET of cells, and the net result.", ["NET"], id="an abbreviation in its own letters"),
        pytest.param("A neuroendocrine\ntumor.", ["neuroendocrine\ntumor"], id="over the end of a line"),
        pytest.param("Antitumor and tumorous.", [], id="not inside another word"),
        pytest.param("Tumor surgery.", [], id="not inside a form that is left alone"),
        pytest.param("At this stage.", [], id="not without a definition"),
        pytest.param('<a href="#">A tumor</a> is a lump.', [], id="not in a link"),
        pytest.param("<span lang='ko'>tumor</span> is", [], id="not in another language"),
        pytest.param('A <b title="x">tumor</b><br>of cells', ["tumor"], id="inside other elements"),
    ],
)
def test_a_word_is_explained(text, words):
    assert buttons(explained(prose(text))) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("종양은 덩어리입니다.", ["종양"], id="with a particle"),
        pytest.param("종양입니다.", ["종양"], id="with a copula"),
        pytest.param("신경내분비종양의", ["신경내분비종양"], id="the longest form"),
        pytest.param("종양내과에서", [], id="not inside another word"),
        pytest.param("양종양은", [], id="not at the end of another word"),
    ],
)
def test_a_korean_word_is_explained(text, words):
    assert buttons(explained(prose(text), "ko")) == words


def test_a_word_and_its_particle_stay_together():
    assert re.search(
        r'<span class="term"><button[^>]*>종양</button><a [^>]*></a>은</span> 덩', explained(prose("종양은 덩"), "ko")
    )


def test_headings_and_what_is_no_prose_are_left_alone():
    html = '<h3>Tumor</h3><p class="label">Tumor</p><div class="prose"><h4>Tumor</h4></div>'

    assert explained(html) == html


def test_nothing_is_marked_in_a_hospitals_words_and_the_words_are_named_below_them():
    quote = '<figure><blockquote class="prose"><p>We see tumors.</p></blockquote><figcaption>KCCH</figcaption></figure>'

    html = explained(quote + prose("A tumor."))

    assert html.startswith(f'{quote}<p class="explained">Words explained by this site: ')
    assert buttons(html) == ["tumor"]


def test_what_a_page_is_about_or_links_to_by_its_name_is_not_explained():
    assert buttons(explained(prose("A tumor or a biopsy.") + '<a href="/x/">biopsy</a>', known=["tumor"])) == []


# ── On pages ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
@recorded
def clinic(db):
    page = make.clinic(introduction_en="Words.", introduction_ko="낱말.")
    for text in ("A tumor grows.", "The tumor is seen."):
        make.part(page, "areas", name_en="Area", name_ko="분야", explanation_en=text, explanation_ko="종양이 자랍니다.")
    make.part(
        page, "research_topics", text_en="Ours.", text_ko="우리.", explanation_en="A tumor.", explanation_ko="종양."
    )
    return make.published(page)


def a_term(**fields):
    texts = {"name_en": "tumor", "name_ko": "종양", "definition_en": "A lump.", "definition_ko": "덩어리입니다."}
    return make.term(**{"slug": "tumor", **texts, **fields})


def read(client, page, code="en"):
    with override(code):
        return Page(client.get(page.get_absolute_url()))


def test_a_page_explains_a_word_once_a_section_and_says_what_it_means_once(client, clinic):
    make.published(a_term())

    for code, word, meaning in [("en", "tumor", "A lump."), ("ko", "종양", "덩어리입니다.")]:
        page = read(client, clinic, code)
        assert page.texts("section button") == [word, word]
        assert set(page.attributes("section button", "popovertarget")) == set(page.attributes("main [popover]", "id"))
        assert meaning in page.text("main [popover]")
        assert set(page.attributes(".term a", "href")) == {f"/{code}/glossary/tumor/"}


def test_each_definition_has_a_review_line_of_its_own(client, clinic):
    term = make.published(a_term())
    make.signed(clinic)
    unsigned = read(client, clinic).text("main [popover]")

    make.signed(term)

    assert "No clinician has reviewed it yet." in unsigned
    assert "Clinically reviewed on" in read(client, clinic).text("main [popover]")


def test_a_page_explains_what_is_published_now(client, clinic):
    term = a_term()
    before = read(client, clinic).texts("main [popover]")
    make.published(term)
    published = read(client, clinic).texts("main [popover]")
    type(term).objects.update(definition_en="A growth.")
    publish(term, by="the test")
    changed = read(client, clinic).texts("main [popover]")
    withdraw(term, by="the test", reason="It is wrong.")

    assert (before, len(published), read(client, clinic).texts("main [popover]")) == ([], 1, [])
    assert "A growth." in changed[0]


@pytest.mark.parametrize("size", [1, 3])
def test_explaining_asks_nothing_once_the_words_are_known(client, clinic, size, django_assert_num_queries):
    for _ in range(size):
        make.published(make.term(definition_en="Words."))
    treatment = make.published(make.treatment(clinic=clinic, explanation_en="A tumor.", explanation_ko="종양."))
    read(client, clinic)

    with django_assert_num_queries(2):
        read(client, clinic)
    with django_assert_num_queries(2):
        read(client, treatment)
