"""A text that one language lacks is shown in another, and the page says so."""

import pytest
from django.template import Context, Template
from django.utils.translation import gettext, override

from centers.models import Center
from hospital_site.publishing.languages import localized
from hospital_site.publishing.snapshots import Snapshot
from patients_rights.models import Article


def rendered(template, **context):
    return Template("{% load text %}" + template).render(Context(context))


def center(**texts):
    return Snapshot(Center, {"slug": "center", **texts})


ONE_MISSING = pytest.mark.parametrize(
    ("reader", "texts", "shown", "lang"),
    [
        pytest.param("ko", {"name_ko": "센터", "name_en": "Center"}, "센터", "ko", id="both, read in Korean"),
        pytest.param("en", {"name_ko": "센터", "name_en": "Center"}, "Center", "en", id="both, read in English"),
        pytest.param("ko", {"name_ko": "", "name_en": "Center"}, "Center", "en", id="only English, read in Korean"),
        pytest.param("en", {"name_ko": "센터", "name_en": ""}, "센터", "ko", id="only Korean, read in English"),
        pytest.param("ko", {"name_ko": " \n", "name_en": "Center"}, "Center", "en", id="spaces in Korean"),
        pytest.param("en", {"name_ko": "센터", "name_en": "\t"}, "센터", "ko", id="spaces in English"),
        pytest.param("en", {"name_ko": "센터"}, "센터", "ko", id="a language newer than the edition"),
        pytest.param("ko", {"name_ko": " 센터 ", "name_en": ""}, "센터", "ko", id="spaces around"),
    ],
)


@ONE_MISSING
def test_a_text_is_shown_in_a_language_that_has_it(reader, texts, shown, lang):
    with override(reader):
        said = localized(center(**texts), "name")

    assert (said.text, said.lang, said.is_other) == (shown, lang, lang != reader)


@ONE_MISSING
def test_a_text_of_another_language_is_marked_in_its_line(reader, texts, shown, lang):
    with override(reader):
        html = rendered('{% text page "name" %}', page=center(**texts))
        note = gettext("in %(language)s only") % {"language": gettext({"ko": "Korean", "en": "English"}[lang])}

    marked = f'<span lang="{lang}">{shown}</span> <small class="other-language">({note})</small>'
    assert html == (shown if lang == reader else marked)


@pytest.mark.parametrize(
    ("reader", "texts", "html"),
    [
        (
            "ko",
            {"introduction_en": "One.\n\nTwo."},
            '<div class="other-language"><p class="note">{}</p><div lang="en"><p>One.</p>\n<p>Two.</p></div></div>',
        ),
        (
            "en",
            {"introduction_ko": "처음."},
            '<div class="other-language"><p class="note">{}</p><div lang="ko"><p>처음.</p></div></div>',
        ),
    ],
    ids=["only English", "only Korean"],
)
def test_paragraphs_of_another_language_stand_under_a_note(reader, texts, html):
    with override(reader):
        note = gettext("This text is not yet available in your language. It is shown in: %(language)s.")
        note %= {"language": gettext({"ko": "English", "en": "Korean"}[reader])}

        assert rendered('{% rich_text page "introduction" %}', page=center(**texts)) == html.format(note)


def test_an_article_is_never_mixed_of_two_languages():
    article = Snapshot(
        Article, {"title_ko": "진료받을 권리", "text_ko": "", "title_en": "Care", "text_en": "All of it."}
    )

    with override("ko"):
        said = localized(article, "title", "text")

    assert said == (("Care", "All of it."), "en", True)


def test_an_article_that_no_language_has_whole_keeps_to_one_language():
    article = Snapshot(Article, {"title_ko": "", "text_ko": "본문", "title_en": "Care", "text_en": ""})

    with override("ko"):
        assert localized(article, "title", "text") == (("", "본문"), "ko", False)


@pytest.mark.parametrize("reader", ["ko", "en"])
def test_what_no_language_has_is_nothing(reader):
    with override(reader):
        assert not localized(center(name_ko="", name_en="  "), "name")
        assert rendered('[{% text page "name" %}{% rich_text page "introduction" %}]', page=center()) == "[]"
        assert rendered('{% if page|has_text:"name" %}something{% endif %}', page=center()) == ""


# ── Plain text becomes blocks ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One.", "<p>One.</p>"),
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
        ("One.\n\n\n\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
        ("One,\ntwo.", "<p>One,<br>two.</p>"),
        ("- One\n- Two", "<ul><li>One</li><li>Two</li></ul>"),
        ("Before:\n\n- One", "<p>Before:</p>\n<ul><li>One</li></ul>"),
        ("- One\nand two", "<p>- One<br>and two</p>"),
        ("One.\r\n\r\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
        ("One.\n \nTwo.", "<p>One.</p>\n<p>Two.</p>"),
        ("<b>&</b>", "<p>&lt;b&gt;&amp;&lt;/b&gt;</p>"),
        ("- <script>", "<ul><li>&lt;script&gt;</li></ul>"),
    ],
    ids=[
        "one paragraph",
        "two paragraphs",
        "many blank lines",
        "a line break",
        "a list",
        "a list after a paragraph",
        "half a list",
        "line ends of another system",
        "a blank line with a space",
        "markup",
        "markup in a list",
    ],
)
def test_a_plain_text_becomes(text, html):
    assert rendered("{{ text|paragraphs }}", text=text) == html


@pytest.mark.parametrize(
    ("number", "href"),
    [
        ("1670-2545", "tel:16702545"),
        ("02-970-2114", "tel:+82-2-970-2114"),
        ("+82-2-3410-0200", "tel:+82-2-3410-0200"),
        ("119", "tel:119"),
    ],
    ids=["nationwide", "Seoul", "from abroad", "emergency"],
)
def test_a_telephone_number_can_be_called(number, href):
    assert rendered("{% telephone number %}", number=number) == f'<a class="telephone" href="{href}">{number}</a>'


def test_what_is_no_telephone_number_is_shown_as_it_is():
    assert rendered("{% telephone number %}", number="<ask at the desk>") == "&lt;ask at the desk&gt;"
