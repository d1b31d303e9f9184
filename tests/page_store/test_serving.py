"""Published pages are answered from memory, and from nothing older than what patients may see."""

import gzip
from datetime import timedelta
from ipaddress import ip_network

import brotli
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hospital_site.page_store.kept import best_encoding, best_encoding_of
from hospital_site.proxies import is_trusted
from hospital_site.publishing.models import Edition
from hospital_site.publishing.pipeline import publish, withdraw
from tests import make
from tests.page_store.worker import Worker

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


@pytest.fixture(autouse=True)
def looks_are_asked_for(monkeypatch):
    """However slow the machine, a worker looks again only when the test says so."""
    monkeypatch.setattr("hospital_site.page_store.freshness.PATIENCE", 3600)


@pytest.fixture
def worker(tmp_path):
    return Worker(tmp_path)


@pytest.fixture
def center():
    return make.published(make.center(name_ko="이전 이름", name_en="Old name"))


def rename(center, name):
    center.name_ko = name
    center.save()
    make.published(center)


@pytest.mark.depends_on_database
def test_whether_anything_is_new_is_asked_in_five_questions(worker, django_assert_num_queries):
    worker.get("/ko/about/accessibility/")
    worker.look()

    with django_assert_num_queries(5):
        worker.get("/ko/about/accessibility/")


def test_a_page_is_made_once(worker, center):
    first = worker.get(center.get_absolute_url())

    second = worker.get(center.get_absolute_url())

    assert (worker.asked, second) == (1, first)


def test_a_kept_page_asks_the_database_nothing(worker, center, django_assert_num_queries):
    worker.get(center.get_absolute_url())

    with django_assert_num_queries(0):
        worker.get(center.get_absolute_url())


def ask_until_the_answer_is_prepared(worker, path):
    for _time in range(3):
        worker.get(path)
    assert worker.store.memory.prepared[1]


@pytest.mark.depends_on_database
def test_a_publication_replaces_what_was_kept(worker, center):
    ask_until_the_answer_is_prepared(worker, center.get_absolute_url())
    rename(center, "새 이름")
    worker.look()

    assert "새 이름" in worker.get(center.get_absolute_url())[2].decode()


@pytest.mark.depends_on_database
def test_a_withdrawal_replaces_what_was_kept(worker, center):
    ask_until_the_answer_is_prepared(worker, center.get_absolute_url())
    withdraw(center, by="the test", reason="It closed.")
    worker.look()

    assert worker.status(center.get_absolute_url()) == 410


@pytest.mark.depends_on_database
def test_a_scheduled_edition_replaces_what_was_kept_at_its_hour(worker, clock, center):
    rename_at = clock.now + timedelta(hours=1)
    type(center).objects.filter(pk=center.pk).update(name_ko="새 이름", name_en="New name")
    publish(center, by="the test", live_from=rename_at)
    worker.look()
    before = worker.get(center.get_absolute_url())[2].decode()

    clock.forward(hours=1)
    worker.look()

    assert "이전 이름" in before
    assert "새 이름" in worker.get(center.get_absolute_url())[2].decode()


@pytest.mark.depends_on_database
def test_a_cancelled_edition_is_replaced(worker, center, clock):
    make.published(center)
    worker.get(center.get_absolute_url())
    Edition.objects.filter(page=center.key).update(cancelled_at=clock.now)
    worker.look()

    assert worker.status(center.get_absolute_url()) == 404


@pytest.mark.depends_on_database
def test_a_page_that_was_overtaken_by_a_publication_is_not_kept(center, tmp_path):
    """Another thread of the worker sees the publication while this page, of before, is still being made."""
    django = WSGIHandler()

    def slow(environ, start_response):
        answer = django(environ, start_response)
        if worker.asked == 1:
            rename(center, "새 이름")
            worker.look()
            worker.store.freshness.look()
        return answer

    worker = Worker(tmp_path, slow)
    worker.get(center.get_absolute_url())

    assert "새 이름" in worker.get(center.get_absolute_url())[2].decode()


def outage():
    def down(execute, sql, params, many, context):
        raise OperationalError("The database is down.")

    return connection.execute_wrapper(down)


@pytest.mark.depends_on_database
def test_kept_pages_are_shown_while_the_database_does_not_answer(worker, center, caplog):
    worker.get(center.get_absolute_url())
    worker.look()

    with outage():
        status, _headers, body = worker.get(center.get_absolute_url())

    assert status == 200
    assert "이전 이름" in body.decode()
    assert "The database does not answer" in caplog.text


def test_a_page_that_could_not_be_renewed_before_an_outage_is_shown_as_it_was(worker, center):
    worker.get(center.get_absolute_url())
    rename(center, "새 이름")
    worker.store.freshness.look()

    with outage():
        status, _headers, body = worker.get(center.get_absolute_url())

    assert (status, "이전 이름" in body.decode()) == (200, True)
    assert "새 이름" in worker.text(center.get_absolute_url())


def test_a_page_that_was_withdrawn_before_an_outage_is_not_shown_nor_what_stands_below_it(worker, center):
    below = make.published(make.clinic(center=center))
    paths = [center.get_absolute_url(), below.get_absolute_url()]
    assert [worker.status(path) for path in paths] == [200, 200]
    withdraw(center, by="the test", reason="It closed.")
    worker.store.freshness.look()

    with outage():
        assert [worker.status(path) for path in paths] == [503, 503]


@pytest.mark.parametrize(
    "path", ["/", "/ko/nowhere/", "/xx/", "/ko/admin/login/", "/sitemap.xml"], ids=lambda path: path
)
def test_is_not_kept(worker, path):
    worker.get(path)

    worker.get(path)

    assert worker.asked == 2


@pytest.mark.parametrize("left_out", ["HTTP_ACCEPT_ENCODING", "QUERY_STRING"])
def test_a_request_that_says_less_than_a_browser_is_answered_from_memory_too(worker, left_out):
    answer = worker.get("/ko/")

    assert worker.get("/ko/", without=[left_out]) == answer
    assert worker.asked == 1


def test_sending_is_not_answered_from_memory(worker):
    worker.get("/ko/")

    worker.get("/ko/", method="POST")

    assert worker.asked == 2


@pytest.mark.parametrize("header", ["Set-Cookie", "Vary"])
def test_an_answer_for_one_reader_only_is_not_kept(header, tmp_path):
    def for_one(environ, start_response):
        start_response("200 OK", [("Cache-Control", "public"), (header, "a=b")])
        return HttpResponse("For one.")

    worker = Worker(tmp_path, for_one)
    worker.get("/ko/")
    worker.get("/ko/")

    assert worker.asked == 2


def test_a_page_is_kept_for_each_scheme(worker):
    secure = {"wsgi.url_scheme": "https"}

    answers = [worker.get("/ko/"), worker.get("/ko/", **secure)]

    assert len({body for _status, _headers, body in answers}) == 1  # none echoes the host
    assert worker.asked == 2


def test_the_ports_that_somebody_writes_behind_a_host_fill_no_room(worker):
    statuses = [worker.get("/ko/", HTTP_HOST=f"testserver:{port}")[0] for port in (1, 80, 65_535, "x")]

    assert statuses == [200, 200, 200, 400]
    assert worker.asked == 2  # once for the page, once for what is no port


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip, deflate", "gzip", gzip.decompress),
        ("", None, bytes),
        ("br;q=0, gzip;q=0", None, bytes),
    ],
    ids=["Brotli", "gzip", "nothing", "refused"],
)
def test_a_page_comes_as_the_browser_can_read_it(worker, accepted, encoding, unpack):
    plain = worker.get("/ko/")[2]

    _status, headers, body = worker.get("/ko/", HTTP_ACCEPT_ENCODING=accepted)

    assert (headers.get("Content-Encoding"), int(headers["Content-Length"])) == (encoding, len(body))
    assert unpack(body) == plain
    assert headers["Vary"] == "Accept-Encoding"


def test_a_browser_that_has_the_page_is_told_so(worker):
    tag = worker.get("/ko/")[1]["ETag"]

    status, headers, body = worker.get("/ko/", HTTP_IF_NONE_MATCH=f'"other", {tag}')

    assert (status, headers["ETag"], body) == (304, tag, b"")


def test_a_kept_page_tells_its_head(worker):
    _status, headers, body = worker.get("/ko/")

    status, of_head, nothing = worker.get("/ko/", method="HEAD")

    assert (status, of_head["Content-Length"], nothing) == (200, str(len(body)), b"")
    assert of_head["ETag"] == headers["ETag"]


def test_memory_has_an_end(worker):
    worker.store.memory.room = 35_000
    paths = ["/ko/", "/en/", "/ko/about/sources/", "/en/about/sources/", "/ko/contact/", "/en/contact/"]

    for path in paths:
        worker.get("/ko/")
        worker.get(path)

    memory = worker.store.memory
    assert memory.size == sum(kept.size for kept in memory.pages.values()) <= 35_000
    assert ("http", "/ko/") in memory.pages  # what was used last stays
    assert ("http", "/en/") not in memory.pages


# ── Nobody passes it by ───────────────────────────────────────────────────────────────────────────────────────────────

QUERIES = ["utm_source=mail", "fbclid=1", "a=1&a=2", "%00", "page=2"]


def test_a_query_that_no_page_reads_gets_the_same_kept_answer(worker, center):
    path = center.get_absolute_url()
    first = worker.get(path, query="utm_source=mail", HTTP_ACCEPT_ENCODING="br")

    answers = [worker.get(path, query=query, HTTP_ACCEPT_ENCODING="br") for query in QUERIES]

    assert (worker.asked, answers) == (1, [first] * len(QUERIES))
    assert first[1]["Content-Encoding"] == "br"


@pytest.mark.parametrize("path", ["/ko/admin/login/", "/ko/nowhere/", "/sitemap.xml", "/"])
def test_a_query_reaches_every_other_view(path, tmp_path):
    seen = []

    def application(environ, start_response):
        seen.append(environ["QUERY_STRING"])
        start_response("200 OK", [])
        return [b""]

    Worker(tmp_path, application).get(path, query="next=here")

    assert seen == ["next=here"]


def test_a_redirect_to_https_keeps_the_query(center, settings, tmp_path):
    settings.SECURE_SSL_REDIRECT = True

    status, headers, _body = Worker(tmp_path).get(center.get_absolute_url(), query="a=1")

    assert (status, headers["Location"][-4:]) == (301, "?a=1")


def test_a_page_that_came_by_https_is_not_shown_by_http(center, settings, tmp_path):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    worker, path = Worker(tmp_path), center.get_absolute_url()

    statuses = [worker.get(path, HTTP_X_FORWARDED_PROTO=scheme)[0] for scheme in ("http", "https", "http", "https")]

    assert statuses == [301, 200, 301, 200]


@pytest.mark.parametrize(("peer", "is_answered"), [("10.0.0.1", True), ("192.0.2.7", False)], ids=["proxy", "stranger"])
def test_only_a_proxy_says_that_a_request_came_by_https(settings, tmp_path, peer, is_answered):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.1")]
    worker = Worker(tmp_path, is_trusted=is_trusted)
    asked = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_PROTO": "https"}
    worker.get("/ko/about/accessibility/", **asked)

    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/ko/about/accessibility/", "QUERY_STRING": ""}
    environ |= {"HTTP_HOST": "testserver", "HTTP_ACCEPT_ENCODING": "", "wsgi.url_scheme": "http"}

    assert bool(worker.store.from_memory(environ | asked)) == is_answered


def test_links_of_a_kept_page_name_the_sites_own_scheme(center, settings, tmp_path):
    settings.SITE_ADDRESS = "https://www.example.org"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    worker, path = Worker(tmp_path), center.get_absolute_url()

    for scheme in ("https", "http", "https"):
        page = worker.get(path, HTTP_X_FORWARDED_PROTO=scheme)[2].decode()
        assert 'rel="canonical" href="https://www.example.org/' in page


def test_answers_that_are_prepared_have_an_end(worker, monkeypatch):
    monkeypatch.setattr("hospital_site.page_store.serving.ANSWERS", 3)
    worker.get("/ko/")

    numbers = []
    for accepted in ["br", "gzip", "", "x" * 20_000, "br, a", "br, b", "br, c"]:
        assert worker.get("/ko/", HTTP_ACCEPT_ENCODING=accepted)[0] == 200
        numbers.append(len(worker.store.memory.prepared[1]))

    assert (numbers[3] - numbers[2], max(numbers)) == (0, 3)


def test_long_headers_fill_no_memory():
    best_encoding_of.cache_clear()
    for number in range(300):
        assert best_encoding(f"br, {number:05}" + "x" * 300_000) == "br"

    assert best_encoding_of.cache_info().currsize <= 256
    assert best_encoding("x" * 300_000 + ", br") == ""


# ── However long the history ──────────────────────────────────────────────────────────────────────────────────────────


def plans_of_the_stamp(number):
    """How the database finds a stamp beside `number` editions, by query."""
    now = timezone.now()
    editions = [Edition(kind="a.b", page=f"a.b:{n}", number=1, address=f"/{n}/", live_from=now) for n in range(number)]
    Edition.objects.bulk_create(editions)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE publishing_edition")
    plans = []
    with CaptureQueriesContext(connection) as asked:
        Edition.objects.stamp()
    for query in asked:
        if "publishing_edition" not in query["sql"]:
            continue
        with connection.cursor() as cursor:
            cursor.execute(("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ") + query["sql"])
            plans.append(" ".join(str(row) for row in cursor.fetchall()))
    return plans


@pytest.mark.depends_on_database
def test_the_stamp_is_read_from_indexes_however_long_the_history(db):
    plans = plans_of_the_stamp(3_000)

    sorted_or_whole = ["TEMP B-TREE", "Seq Scan on publishing_edition", "Sort", "Aggregate"]
    assert [plan for plan in plans if any(word in plan for word in sorted_or_whole)] == []


@pytest.mark.depends_on_database
def test_of_two_publications_at_one_moment_the_one_that_is_committed_last_is_seen(worker, center):
    later = Edition.objects.get(page=center.key)
    before = Edition.objects.stamp()
    fields = {"kind": "a.b", "page": "a.b:1", "number": 1, "address": "/b/", "live_from": later.live_from}

    Edition.objects.create(pk=0, **fields)

    assert Edition.objects.stamp() != before
