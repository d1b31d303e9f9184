"""The static mirror: every page, shown by a server that knows nothing of the site, with links that lead somewhere."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from urllib.error import HTTPError
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.request import urlopen

import pytest
from django.core.management import CommandError, call_command
from justhtml import JustHTML

from hospital_site.enquiries.models import DataController
from hospital_site.publishing.pipeline import withdraw
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def folder(tmp_path):
    treatment = make.published(make.treatment(slug="surgery"))
    make.published(make.charter(hospital=treatment.center.hospital))
    make.published(make.contact_page())
    withdraw(make.published(make.treatment(slug="closed")), by="the test", reason="It closed.")
    make.treatment(slug="draft")
    DataController.objects.create(hospital=treatment.center.hospital, receives_appointments=True)
    return tmp_path / "mirror"


@pytest.fixture
def mirror(folder):
    call_command("export_site", folder, stdout=StringIO())
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def linked(page, address):
    """The addresses that a page links to or fetches, on the same server."""
    for element in page.query("[href], [src]"):
        target = urljoin(address, element.attrs.get("href") or element.attrs.get("src"))
        if urlsplit(target).netloc == urlsplit(address).netloc:
            yield urldefrag(target)[0]


def read(address):
    with urlopen(address) as answer:
        body = answer.read()
    return JustHTML(body.decode(), sanitize=False) if address.endswith((".html", "/")) else None


def test_every_link_of_every_page_leads_somewhere(mirror, folder):
    left, pages, broken = [mirror], {}, []
    while left:
        address = left.pop()
        if address in pages:
            continue
        try:
            pages[address] = read(address)
        except HTTPError as problem:
            pages[address] = None
            broken.append((address, problem.code))
        left += linked(pages[address], address) if pages[address] else []

    assert broken == []
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
    assert written - {urlsplit(address).path.lstrip("/") for address in pages} == {"index.html", "404.html"}
    assert [address for address, page in pages.items() if page and page.query("form")] == []


def test_live_pages_are_in_it_and_nothing_else(mirror, folder):
    pages = {path.parent.name for path in folder.glob("*/centers/*/treatments/*/index.html")}

    assert pages == {"surgery"}
    assert not list(folder.rglob("search")) + list(folder.rglob("admin"))


def test_where_the_site_has_a_form_the_mirror_has_telephone_numbers(mirror):
    address = f"{mirror}ko/index.html"
    targets = [urljoin(address, link.attrs["href"]) for link in read(address).query("header a[href], nav a[href]")]

    assert f"{mirror}ko/contact/index.html" in targets
    assert f"{mirror}ko/a-z/index.html" in targets  # in place of the search


def test_any_web_server_may_read_it(folder):
    call_command("export_site", folder, stdout=StringIO())

    assert {path.stat().st_mode & 0o005 for path in folder.rglob("*") if path.is_dir()} == {0o005}
    assert {path.stat().st_mode & 0o004 for path in folder.rglob("*.html")} == {0o004}


def test_it_may_be_written_again_but_over_nothing_else(folder, tmp_path):
    for _time in range(2):
        call_command("export_site", folder, stdout=StringIO())
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").touch()

    with pytest.raises(CommandError, match="holds something else"):
        call_command("export_site", tmp_path / "letters", stdout=StringIO())

    assert (tmp_path / "letters" / "letter.txt").exists()
