"""Under the hashed names of production every file that a page names is there."""

import re
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.test import override_settings
from django.urls import resolve, reverse

from hospital_site.errors import refusal
from hospital_site.publishing.fragments import fragments
from tests import make
from tests.desk.people import address as desk
from tests.reading import Page

HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")


@pytest.fixture(scope="module")
def hashed_files(tmp_path_factory):
    """Static files as production serves them: collected, compressed, with a fingerprint in each name."""
    storage = {"BACKEND": "hospital_site.static_files.HashedStaticFiles"}
    storages = {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}, "staticfiles": storage}
    changes = {"STATIC_ROOT": tmp_path_factory.mktemp("static"), "STORAGES": storages}
    slow_to_compress = ["js", "svg", "map"]  # those of Django's admin, and no different from style sheets
    with override_settings(**changes, WHITENOISE_SKIP_COMPRESS_EXTENSIONS=slow_to_compress):
        call_command("collectstatic", interactive=False, verbosity=0)
        fragments.clear()  # they name files
        yield
    fragments.clear()


def static_files(page):
    """The addresses of the static files that a page names."""
    named = page.attributes("[src]", "src") + page.attributes("link[href]", "href")
    named += page.attributes('meta[property="og:image"]', "content") + page.attributes("use[href]", "href")
    return {path for address in named if (path := urlsplit(address).path).startswith("/static/")}


def statuses(client, files):
    found = {}
    for file in files:
        with closing(client.get(file)) as response:
            found[file] = response.status_code
    return found


@pytest.mark.usefixtures("hashed_files", "first_content")
@pytest.mark.same_on_every_database
def test_every_page_is_shown_with_hashed_files_that_are_there(client):
    sitemap = client.get("/sitemap.xml").content.decode()
    paths = [urlsplit(address).path for address in re.findall(r"<loc>(.*?)</loc>", sitemap)]
    first, *others = make.languages()
    centers, of_a_kind = [], {}
    for path in paths:
        if path.startswith(f"/{first}/"):
            view = resolve(path).view_name
            of_a_kind.setdefault(view, path)
            centers += [path] if view == "centers:center" else []  # each has a picture of its own

    shown = {*of_a_kind.values(), *centers, *(f"/{code}/" for code in others)}
    pages = [Page(client.get(path)) for path in sorted(shown)]

    files = set().union(*map(static_files, pages))
    assert {page.status for page in pages} == {200}
    assert [file for file in files if not HASHED.search(file)] == []
    assert statuses(client, files) == dict.fromkeys(files, 200)


@pytest.mark.usefixtures("hashed_files")
@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 500])
def test_an_error_page_names_no_static_file(status):
    assert static_files(Page(refusal(status))) == set()


@pytest.mark.django_db
@pytest.mark.same_on_every_database
@pytest.mark.usefixtures("hashed_files")
def test_every_page_of_the_admin_is_shown_with_files_that_are_there(admin_client):
    """What kinds of pages differ in is the form of each: its lists, decisions and previews name the same files."""
    kinds = make.every_kind()
    addresses = [reverse("admin:index"), reverse("admin:password_change"), reverse("admin:centers_clinic_changelist")]
    addresses += [desk(kinds["centers.clinic"], view) for view in ("publish", "preview")]
    addresses += [desk(row, "change") for row in kinds.values()]

    pages = [Page(admin_client.get(address)) for address in addresses]

    files = set().union(*map(static_files, pages))
    assert {page.status for page in pages} == {200}
    assert statuses(admin_client, files) == dict.fromkeys(files, 200)


@pytest.mark.django_db
@pytest.mark.same_on_every_database
@pytest.mark.usefixtures("hashed_files")
def test_a_hashed_file_may_be_kept_for_ever_and_comes_compressed(client):
    [file] = [path for path in static_files(Page(client.get("/ko/"))) if "tokens" in path]

    with closing(client.get(file, headers={"accept-encoding": "br, gzip"})) as response:
        headers = response.headers

    assert headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert headers["Content-Encoding"] == "br"
