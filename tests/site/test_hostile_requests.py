"""Requests that no browser of a patient would send get a friendly refusal, never an error of ours or a trace."""

from urllib.parse import unquote_to_bytes

import pytest
from django.test import Client

from hospital_site.publishing.preview_links import make_link
from tests import make
from tests.addresses import STAFF, code_of, every_pattern, filled, parameters
from tests.enquiries.patients import receiving_hospital
from tests.reading import Page
from tests.recorded import recorded

pytestmark = pytest.mark.django_db

PATHS = {
    "unknown language": ("/xx/", 404),
    "language that looks like ours": ("/kor/", 404),
    "unknown page": ("/ko/nowhere/", 404),
    "unknown center": ("/ko/centers/nowhere/", 404),
    "unknown treatment": ("/ko/centers/nowhere/treatments/nowhere/", 404),
    "unknown charter": ("/en/patients-rights/nowhere/", 404),
    "slug in Korean": ("/ko/centers/식도암센터/", 404),
    "two slashes": ("//", 404),
    "another site": ("//evil.example/", 404),
    "another site behind a language": ("/ko//evil.example/", 404),
    "another site with a backslash": ("/\\evil.example/", 404),
    "zero byte": ("/ko/%00/", 404),
    "zero byte in a slug": ("/ko/centers/a%00b/", 404),
    "zero byte in a query": ("/ko/?q=%00", 200),
    "invalid UTF-8": ("/ko/%ff%fe/", 404),
    "invalid UTF-8 in a slug": ("/ko/centers/%ff/", 404),
    "invalid UTF-8 in a query": ("/ko/?q=%ff%c3%28", 200),
    "line break": ("/ko/%0d%0aSet-Cookie:a=b/", 404),
    "path upwards": ("/ko/../../etc/passwd", 404),
    "path upwards in disguise": ("/static/%2e%2e/%2e%2e/etc/passwd", 404),
    "very long path": (f"/ko/{'a' * 20_000}/", 404),
    "very deep path": (f"/ko{'/a' * 10_000}/", 404),
    "very long slug": (f"/ko/centers/{'a' * 20_000}/", 404),
    "very long query": (f"/ko/?{'a' * 100_000}", 200),
    "very many arguments": (f"/ko/?{'a=b&' * 5_000}", 200),
    "template in a slug": ("/ko/centers/{{7*7}}/", 404),
    "query for a database": ("/ko/centers/' OR 1=1 --/", 404),
    "right-to-left mark": ("/ko/centers/\u202eretnec/", 404),
    "admin without signing in": ("/ko/admin/centers/center/1/preview/", 302),
    "admin with a strange key": ("/ko/admin/centers/center/%00/change/", 302),
}


@pytest.fixture
def stranger():
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(("path", "status"), PATHS.values(), ids=PATHS)
def test_is_answered_in_peace(stranger, path, status):
    bare, _mark, query = path.partition("?")
    response = stranger.get("/", PATH_INFO=as_sent(bare), QUERY_STRING=query)

    assert response.status_code == status
    assert "evil.example" not in response.headers.get("Location", "")
    if status == 404:
        assert Page(response).attributes("main section", "lang") == make.languages_at(bare)


def as_sent(path):
    """`path` as a server hands it to an application: decoded to bytes, written as Latin letters."""
    return unquote_to_bytes(path.encode()).decode("latin-1")


# ── Every address that needs no account ───────────────────────────────────────────────────────────────────────────────

VALUES = ["\0", "²", "9" * 30, "a" * 5_000, "\udcff\udcfe", "' OR 1=1 --", "{{7*7}}", "\u202eretnec", "%00", "..", "-1"]
QUERIES = ["q=%00&next=%00&_popup=%00", "q=%ff%c3%28&p=²&o=.-1", "next=//evil.example/", "a=b&" * 3_000, "=&=;&%"]
FORM = "application/x-www-form-urlencoded"
BODIES = {
    "nothing": (FORM, b""),
    "zero bytes": (
        FORM,
        b"answer=%00&seen=%00&token=%00&step=%00&login=%00&password=%00&code=%00&comment=%00",
    ),
    "bytes that are no text": (FORM, b"answer=%ff%fe&step=%ff&token=%ff&login=%ff&password=%ff&\xff\xfe=\xff"),
    "lists where one is asked for": (FORM, b"&".join([b"step=send", b"token=a", b"answer=approved", b"phone=1"] * 50)),
    "very many fields": (FORM, b"&".join(b"a%d=b" % number for number in range(12_000))),
    "half a multipart body": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="step"\r\n',
    ),
    "a multipart body without a boundary": ("multipart/form-data", b"--x\r\n\r\n--x--"),
    "a file where words are asked for": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="step"; filename="../a\0"\r\n\r\nsend\r\n--x--\r\n',
    ),
    "JSON": ("application/json", b'{"step": ["send"], "token": {"$gt": ""}}'),
    "an encoding that nobody knows": (f"{FORM}; charset=nonsense", b"step=send"),
}


@pytest.fixture
@recorded
def values():
    """What leads somewhere, by the name of the parameter."""
    controller = receiving_hospital("kcch")
    center = controller.hospital.centers.get()
    clinic = center.clinics.get()
    treatment = make.published(make.treatment(clinic=clinic))
    link = make_link(treatment, by="the test", recipient="a reader", is_for_approval=True)
    known = {"hospital": "kcch", "kind": "mediation", "center": center.slug, "slug": treatment.slug}
    return known | {"token": link.token, "number": 1}


def open_addresses():
    """The routes of patients, of the holders of links, and of those who sign in or stand at the staff site's door.

    Lists of the staff site that have their code in common are closed by it: one stands for all.
    """
    routes = [
        (route, pattern) for route, pattern in every_pattern() if not (route.startswith(STAFF) and parameters(route))
    ]
    by_code = {code_of(pattern.callback) if route.startswith(STAFF) else route: route for route, pattern in routes}
    return list(by_code.values())


def answers_of(stranger, requests):
    """`{what was asked: status}` of those that were answered with an error of ours, or led elsewhere."""
    bad = {}
    for name, ask in requests.items():
        response = ask(stranger)
        if response.status_code >= 500 or "evil" in response.headers.get("Location", "").partition("?")[0]:
            bad[name] = response.status_code
    return bad


def test_no_value_in_any_open_address_is_an_error_of_ours(stranger, values):
    requests = {}
    for route in open_addresses():
        for name in parameters(route):
            for value in VALUES:
                path = filled(route, values | {name: value}).encode("utf-8", "surrogateescape").decode("latin-1")
                requests[route, name, value[:20]] = lambda client, path=path: client.get("/", PATH_INFO=path)

    assert answers_of(stranger, requests) == {}


def only_on_sqlite(names, *but):
    """Parameters of which a database sees only those named in `but`; the others are refused before."""
    return [name if name in but else pytest.param(name, marks=pytest.mark.same_on_every_database) for name in names]


@pytest.mark.parametrize("query", only_on_sqlite(QUERIES, *QUERIES[:2]), ids=range(len(QUERIES)))
def test_no_query_of_any_open_address_is_an_error_of_ours(stranger, values, query):
    requests = {
        route: lambda client, r=route: client.get("/", PATH_INFO=filled(r, values), QUERY_STRING=query)
        for route in open_addresses()
    }

    assert answers_of(stranger, requests) == {}


@pytest.mark.parametrize("body", only_on_sqlite(BODIES, "zero bytes", "bytes that are no text"))
def test_no_body_sent_to_any_open_address_is_an_error_of_ours(stranger, values, body):
    kind, content = BODIES[body]
    requests = {
        route: lambda client, r=route: client.generic("POST", filled(r, values), content, content_type=kind)
        for route in open_addresses()
    }

    assert answers_of(stranger, requests) == {}


# ── Methods, hosts and headers ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.same_on_every_database
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PROPFIND", "NONSENSE"])
def test_a_page_answers_no_other_method_than_reading(stranger, method):
    for address in ["/", "/ko/", "/ko/centers/", "/en/about/sources/", "/robots.txt", "/sitemap.xml"]:
        response = stranger.generic(method, address, data="a=b", content_type="application/x-www-form-urlencoded")

        assert (address, response.status_code, response.headers["Allow"]) == (address, 405, "GET, HEAD")
        assert Page(response).attributes("main section", "lang") == make.languages_at(address)


@pytest.mark.same_on_every_database
def test_a_page_tells_its_head_to_those_who_ask_for_it(stranger):
    response = stranger.head("/ko/")

    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.same_on_every_database
@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "localhost:80@evil.example", "", "a b", "%00", "[::1", "x" * 5_000],
    ids=["another", "a longer one", "a name before it", "none", "a space", "zero", "half an address", "a long one"],
)
def test_a_host_that_is_not_ours_is_refused(stranger, settings, host):
    settings.ALLOWED_HOSTS = ["localhost"]

    for address in ["/", "/ko/", "/ko", "/sitemap.xml", "/robots.txt", "/nowhere/"]:
        response = stranger.get(address, headers={"host": host})

        assert (address, response.status_code) == (address, 400)
        assert "evil" not in response.content.decode() + str(response.headers)


@pytest.mark.same_on_every_database
@pytest.mark.parametrize(
    "headers",
    [
        {"accept-language": "ko;q=abc,*;q=-1,<script>"},
        {"accept-language": "a" * 10_000},
        {"cookie": "sessionid=\x00; csrftoken=<script>"},
        {"cookie": "a=" + "b" * 10_000},
        {"x-forwarded-host": "evil.example", "x-forwarded-proto": "gopher"},
        {"referer": "javascript:alert(1)"},
        {"if-none-match": "*", "if-modified-since": "yesterday", "range": "bytes=9-1,-"},
        {"content-length": "-1"},
    ],
    ids=["language", "long language", "cookie", "long cookie", "forwarded", "referer", "conditions", "length"],
)
def test_strange_headers_change_nothing(stranger, headers):
    response = stranger.get("/ko/", headers=headers)

    assert response.status_code == 200
    assert "evil" not in response.content.decode() + str(response.headers)


@pytest.mark.same_on_every_database
@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("", "/ko/"),
        ("ko-KR,ko;q=0.9,en;q=0.8", "/ko/"),
        ("en-US,en;q=0.9", "/en/"),
        ("de,fr;q=0.9,en;q=0.1", "/en/"),
        ("de", "/ko/"),
        ("*", "/ko/"),
        ("en;q=0,ko", "/ko/"),
        ("<script>", "/ko/"),
    ],
    ids=["nothing", "Korean", "English", "English at last", "German", "any", "not English", "nonsense"],
)
def test_the_way_in_leads_to_the_language_that_the_browser_asks_for(client, asked, given):
    response = client.get("/", headers={"accept-language": asked})

    assert (response.status_code, response.headers["Location"]) == (302, given)
    assert response.headers["Vary"] == "Accept-Language"
    assert list(response.cookies) == []


@pytest.mark.same_on_every_database
@pytest.mark.parametrize(
    ("address", "target"),
    [("/ko", "/ko/"), ("/ko/centers", "/ko/centers/"), ("/centers/", "/ko/centers/"), ("/centers", "/ko/centers/")],
)
def test_an_address_that_lacks_something_leads_to_the_whole_one(client, address, target):
    response = client.get(address)

    assert (response.status_code, response.headers["Location"]) in [(301, target), (302, target)]
