"""A translator finds a sentence on the pages, and the sentences of a page."""

import subprocess
import sys
from itertools import islice

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError
from django.http import HttpResponse
from django.test import RequestFactory

from hospital_site.translations import in_place
from hospital_site.translations.in_place import SentencesInPlace, mark
from hospital_site.translations.places import find_places
from tests import make
from tests.translations.files import run_messages, write_catalogue


@pytest.fixture
def marked(project):
    """Return a function that marks HTML by a Korean catalogue of `(English, Korean)` pairs."""

    def marked(html, *pairs):
        write_catalogue(
            project, *(f'#: templates/a.html\nmsgid "{english}"\nmsgstr "{korean}"' for english, korean in pairs)
        )
        in_place.sentences.cache_clear()
        return mark(html, "ko")

    yield marked
    in_place.sentences.cache_clear()


@pytest.mark.parametrize(
    ("html", "english", "korean", "found"),
    [
        ("<h2> 검사 </h2>", "Test", "검사", '<h2> <mark title="Test">검사</mark> </h2>'),
        ("<p>혈액 검사</p>", "Test", "검사", "<p>혈액 검사</p>"),
        (
            "<p>예약이 확정되지는 않습니다. 병원의 글.</p>",
            "This does not book.",
            "예약이 확정되지는 않습니다.",
            '<p><mark title="This does not book.">예약이 확정되지는 않습니다.</mark> 병원의 글.</p>',
        ),
        (
            "<p>확인한 날: <time>11월 2일</time></p>",
            "Checked on %(day)s",
            "확인한 날: %(day)s",
            '<p><mark title="Checked on %(day)s">확인한 날: <time>11월 2일</time></mark></p>',
        ),
        (
            "<p>A&amp;B &lt;b&gt;</p>",
            "A&B <b> “&quot;”",
            "A&B <b>",
            '<p><mark title="A&amp;B &lt;b&gt; “&amp;quot;”">A&amp;B &lt;b&gt;</mark></p>',
        ),
        ("<script>var a = '검사'</script>", "Test", "검사", "<script>var a = '검사'</script>"),
    ],
)
def test_a_sentence_is_marked_where_it_stands(marked, html, english, korean, found):
    assert marked(html, (english, korean)) == found


def test_what_two_sentences_may_be_names_both(marked):
    assert (
        marked("<b>센터</b>", ("Center", "센터"), ("Centers", "센터"))
        == '<b><mark title="Center | Centers">센터</mark></b>'
    )


@pytest.mark.parametrize("html", ['<a title="검사">x</a>', "<title>검사</title>", "<select><option>검사</select>"])
def test_a_sentence_that_can_have_no_mark_is_listed_at_the_end(marked, html):
    page = marked(f"<body>{html}</body>", ("Test", "검사"))

    assert page.startswith(f"<body>{html}<section>")
    assert page.endswith("<li>검사 <code>Test</code></li></ul></section></body>")


def ask(address, kind="text/html"):
    """Return `(body, headers)` of `address`, from a site whose kept pages say “kept”."""
    started = []

    def site(environ, start_response):
        response = HttpResponse("<body><h2>검사</h2></body>", headers={"Content-Type": kind, "Cache-Control": "public"})
        start_response("200 OK", list(response.items()))
        return [response.content]

    def kept_pages(environ, start_response):
        start_response("200 OK", [])
        return [b"kept"]

    environ = RequestFactory().get(address).environ
    body = b"".join(SentencesInPlace(kept_pages, site)(environ, lambda status, headers: started.append(dict(headers))))
    return body.decode(), started[0]


def test_marks_are_shown_to_who_asks_for_them_and_kept_by_nobody():
    body, headers = ask("/ko/?sentences")

    assert "<mark title=" in body
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Length"] == str(len(body.encode()))


@pytest.mark.parametrize("address", ["/ko/", "/ko/?q=sentences", "/ko/?section=a"])
def test_all_other_requests_are_answered_as_ever(address):
    assert ask(address) == ("kept", {})


def test_what_is_no_page_stays_as_it_is():
    assert ask("/ko/a.csv?sentences", kind="text/csv")[0] == "<body><h2>검사</h2></body>"


def test_no_site_but_a_demonstration_shows_marks():
    source = (settings.BASE_DIR / "hospital_site" / "wsgi.py").read_text(encoding="utf-8")
    look = "from hospital_site.wsgi import metered; print(type(metered.application.application).__name__)"
    run = [sys.executable, "-c", look]
    completed = subprocess.run(run, cwd=settings.BASE_DIR, check=True, capture_output=True, text=True)

    assert completed.stdout == "PageStore\n"
    assert source.count("SentencesInPlace(") == 1
    assert "if settings.DEMONSTRATION:" in source


@pytest.mark.django_db
def test_the_pages_of_a_sentence_are_found_and_nothing_is_left_of_the_search():
    make.published(make.center())

    places = list(islice(find_places("Skip to main content"), 2))

    assert len(places) == 2
    assert "/ko/" in places
    assert not get_user_model().objects.exists()


def test_a_sentence_that_does_not_exist_has_no_place():
    with pytest.raises(CommandError):
        run_messages(where="Nobody wrote this.")
