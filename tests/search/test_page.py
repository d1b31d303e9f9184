"""The page of the search: where it is, what it answers to anything, and that it keeps nothing of it."""

import logging
import time
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hospital_site.search import views
from hospital_site.search.models import Passage
from tests import make
from tests.reading import Page
from tests.search.test_finding import medicine

pytestmark = pytest.mark.django_db

CANARY = "카나리아병 canarypox"
HOSTILE = {
    "operators of FTS5": '"a" AND b OR NOT NEAR(c d, 2) * ^ {tokens}: -x +y',
    "operators of tsquery": "a & b | !c <-> d :* 'x' (y",
    "quotes and SQL": "'; DROP TABLE search_passage; --",
    "percent and braces": "% %s {{ 7*7 }} {% now %} %(q)s",
    "NUL": "식도\x00암",
    "only particles": "은 는 이 가 을 를",
    "only question words": "what is the",
    "emoji": "🙂🙂 👩‍⚕️",
    "right to left": "סרטן \u202eabc السرطان",
    "combining signs": "a" + "\u0301" * 150,
    "markup": "<script>alert(1)</script>",
    "one letter": "ㄱ",
    "one long word": "가" * 200,
    "many words": " ".join("가나다라마바사아자차카타파하"),
    "surrogates": "%ED%A0%80",
    "too long": "심장 " * 3_000,
    "a thousand words": " ".join(f"word{number}" for number in range(1_000)),
}


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE)
def test_anything_that_is_typed_is_answered_in_words_and_quickly(client, query):
    make.published(medicine(explanation_ko="심장"))
    client.get("/ko/search/?q=x")

    started = time.thread_time()
    answer = client.get("/ko/search/", {"q": query})

    assert answer.status_code == 200
    assert time.thread_time() - started < 2
    assert Page(answer).texts("main [role=status]") != []
    assert "<script>alert" not in answer.content.decode()


def test_a_page_is_shown_with_the_name_of_the_hospital_that_it_belongs_to(client):
    page = make.published(medicine(explanation_ko="바나나"))

    answer = Page(client.get(f"/ko/search/?q={quote('바나나')}"))

    assert answer.texts(".hit .note") == [page.center.hospital.name_ko]


@pytest.mark.parametrize(
    "before", ["가나다라가나다라。" * 50, "가나다 라마바 " * 50, "가나다. 라마\n- " * 50, "가 " * 30, ""]
)
def test_an_excerpt_holds_the_word_that_was_found_and_says_that_it_is_cut(client, before):
    make.published(medicine(explanation_ko=f"{before}바나나{' 사아자' * 100}"))

    answer = Page(client.get(f"/ko/search/?q={quote('바나나')}"))
    [excerpt] = answer.texts(".hit p:not(.note)")

    assert "바나나" in excerpt
    assert len(excerpt) < 200
    assert excerpt.startswith("… ") == bool(before)
    assert excerpt.endswith(" …")


@pytest.mark.parametrize("query", ["all centers", "allcenters", "personal data", "personaldata"])
def test_a_page_that_is_no_edition_is_found_whatever_the_spaces(client, query):
    address = "/en/privacy/" if "data" in query else "/en/centers/"

    assert address in Page(client.get("/en/search/", {"q": query})).attributes(".results h3 a", "href")


@pytest.mark.parametrize("query", ["바나나", "", "바나나 " * 100])
def test_an_answer_is_kept_nowhere_and_its_address_travels_nowhere(client, query):
    answer = client.get("/ko/search/", {"q": query})

    assert (answer["Cache-Control"], answer["Referrer-Policy"], answer["X-Robots-Tag"]) == (
        "no-store",
        "no-referrer",
        "noindex",
    )


def test_what_is_typed_reaches_no_query_of_the_database(client):
    make.published(medicine(explanation_ko="카나리아병입니다.", explanation_en="It is canarypox."))
    client.get("/ko/search/?q=x")

    with CaptureQueriesContext(connection) as queries:
        shown = Page(client.get("/ko/search/", {"q": CANARY}))

    assert shown.texts(".hit mark") != []
    assert not [query["sql"] for query in queries if "카나" in query["sql"] or "canary" in query["sql"]]


@pytest.mark.parametrize("error", [ValueError(CANARY), RuntimeError(CANARY)])
def test_an_error_of_ours_is_reported_without_what_was_typed(monkeypatch, caplog, error):
    def fail(typed):
        raise error

    monkeypatch.setattr(views, "search", fail)

    with caplog.at_level(logging.DEBUG):
        answer = Client(raise_request_exception=False).get("/ko/search/", {"q": CANARY})

    told = caplog.text + "".join(str(vars(record)) + str(getattr(record, "request", "")) for record in caplog.records)
    assert answer.status_code == 500
    assert "SearchFailed" in caplog.text
    assert "canary" not in told.lower() + answer.content.decode().lower()
    assert "카나" not in told
    assert quote("카나리아병") not in told


@pytest.mark.parametrize("pages", [1, 4])
def test_a_search_asks_the_same_questions_however_much_is_found(client, pages, django_assert_max_num_queries):
    center = make.published(make.center())
    for number in range(pages):
        make.published(medicine(slug=f"page-of-{number}", explanation_ko="심장", center=center))
    client.get("/ko/search/?q=x")

    with django_assert_max_num_queries(13):
        shown = Page(client.get("/ko/search/", {"q": "심장 바나나 사과"}))

    assert len(shown.all(".hit")) == pages


@pytest.mark.parametrize("language", make.languages())
def test_the_search_is_in_the_head_of_every_page_and_first_on_the_home_page(client, language):
    home, contact = (Page(client.get(f"/{language}{path}")) for path in ("/", "/contact/"))

    for page in (home, contact):
        assert page.attributes("header form[role=search]", "action") == [f"/{language}/search/"]
        assert page.attributes("header a.finder", "href") == [f"/{language}/search/"]
    assert home.attribute("h1 + form", "role") == "search"


def test_the_language_switch_keeps_the_query(client):
    links = Page(client.get("/ko/search/", {"q": "식도암 CT"})).attributes(".languages a", "href")

    assert links[1] == f"/en/search/?q={quote('식도암 CT')}"


def test_where_nothing_is_found_the_ways_to_everything_are_shown(client):
    shown = Page(client.get("/en/search/", {"q": "asdfqwer"}))

    assert "Nothing was found." in shown.text("main [role=status]")
    assert shown.attributes(".found .link-list a", "href") == ["/en/a-z/", "/en/glossary/", "/en/contact/"]


def test_a_browser_can_search_from_its_address_bar(client):
    answer = client.get(Page(client.get("/ko/")).attribute("link[rel=search]", "href"))

    assert answer["Content-Type"] == "application/opensearchdescription+xml"
    assert 'template="http://testserver/ko/search/?q={searchTerms}"' in answer.content.decode()


def test_no_passage_holds_an_alias_in_the_clear():
    make.published(make.term(aliases_ko="수텐", aliases_en="Sutent"))

    rows = Passage.objects.values_list("title", "heading", "text", "tokens")
    assert not [row for row in rows if "수텐" in str(row) or "sutent" in str(row).lower()]
