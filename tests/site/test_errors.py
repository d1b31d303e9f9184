"""What a reader sees when a page cannot be shown."""

import base64
import hashlib

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client, override_settings
from django.urls import path

from hospital_site import urls
from hospital_site.publishing.pipeline import withdraw
from hospital_site.publishing.reading import Gone
from tests import make
from tests.reading import Page

pytestmark = pytest.mark.same_on_every_database

STATUSES = [400, 403, 404, 405, 410, 500]


def broken(request):
    raise RuntimeError("The secret is swordfish.")


def forbidden(request):
    raise PermissionDenied


def suspicious(request):
    raise SuspiciousOperation("The secret is swordfish.")


def gone(request):
    raise Gone


urlpatterns = [
    path("broken/", broken),
    path("forbidden/", forbidden),
    path("suspicious/", suspicious),
    path("gone/", gone),
    *urls.urlpatterns,
]
handler400 = "hospital_site.errors.bad_request"
handler403 = "hospital_site.errors.forbidden"
handler404 = "hospital_site.errors.not_found"
handler500 = "hospital_site.errors.server_error"

ANSWERS = {"broken": 500, "forbidden": 403, "suspicious": 400, "gone": 410, "xx": 404}


@pytest.fixture
def stranger():
    """A reader whose errors are answered, not raised."""
    return Client(raise_request_exception=False)


@pytest.fixture
def with_broken_pages():
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.fixture
def without_static_files(settings, tmp_path):
    """As in production when a file is missing: asking for any static file fails."""
    storage = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": storage}
    settings.STATIC_ROOT = tmp_path


@pytest.mark.parametrize(("address", "status"), ANSWERS.items(), ids=ANSWERS)
@pytest.mark.usefixtures("with_broken_pages", "without_static_files")
def test_an_error_is_answered_in_every_language_without_database_and_static_files(stranger, address, status):
    page = Page(stranger.get(f"/{address}/"))

    assert page.status == status
    assert page.attributes("main section", "lang") == make.languages()
    assert len(page.texts("h1")) == len(set(page.texts("h1"))) == len(make.languages())
    assert page.attributes("main a", "href") == [f"/{code}/" for code in make.languages()]
    assert page.errors == []


@pytest.mark.parametrize("address", ANSWERS)
@pytest.mark.usefixtures("with_broken_pages", "without_static_files")
def test_an_error_names_the_number_for_emergencies_in_every_language(stranger, address):
    page = Page(stranger.get(f"/{address}/"))

    assert page.attributes('footer a[href="tel:119"]', "href") == ["tel:119"] * len(make.languages())
    assert page.attributes("footer p", "lang") == make.languages()


@pytest.mark.parametrize("code", make.languages())
@pytest.mark.usefixtures("without_static_files")
def test_an_error_is_said_first_in_the_language_of_the_address(stranger, code):
    page = Page(stranger.get(f"/{code}/nowhere/"))

    assert page.attributes("main section", "lang") == make.languages_at(f"/{code}/")


@pytest.mark.usefixtures("with_broken_pages")
def test_an_error_says_whom_to_tell_where_the_operator_has_said_so(stranger, settings):
    settings.SITE_CONTACT = "02-123-4567"

    assert Page(stranger.get("/xx/")).text("main").count("02-123-4567") == len(make.languages())


@pytest.mark.usefixtures("with_broken_pages")
@pytest.mark.parametrize("address", ANSWERS)
def test_an_error_tells_nothing_about_the_inside(stranger, address):
    html = stranger.get(f"/{address}/").content.decode()

    assert [word for word in ["swordfish", "Traceback", "Django", "RuntimeError", "/work", ".py"] if word in html] == []


@pytest.mark.usefixtures("with_broken_pages")
@pytest.mark.parametrize("address", ANSWERS)
def test_an_error_is_kept_by_nobody_and_found_by_nobody(stranger, address):
    response = stranger.get(f"/{address}/")

    assert response.headers["Cache-Control"] == "no-store"
    assert Page(response).attribute('meta[name="robots"]', "content") == "noindex"
    assert list(response.cookies) == []


@pytest.mark.usefixtures("with_broken_pages")
def test_each_error_says_something_of_its_own(stranger):
    titles = {Page(stranger.get(f"/{address}/")).text("title") for address in ANSWERS}

    assert len(titles) == len(ANSWERS)


@pytest.mark.usefixtures("with_broken_pages")
def test_the_style_of_an_error_page_is_allowed_by_its_policy(stranger):
    response = stranger.get("/xx/")

    start, end = response.content.index(b"<style>") + len(b"<style>"), response.content.index(b"</style>")
    digest = base64.b64encode(hashlib.sha256(response.content[start:end]).digest()).decode()
    assert f"'sha256-{digest}'" in response.headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_a_withdrawn_page_says_that_it_was_withdrawn(client):
    center = make.published(make.center())
    withdraw(center, by="the test", reason="It closed.")

    page = Page(client.get(center.get_absolute_url()))

    assert page.status == 410
    assert page.attributes("main section", "lang") == make.languages()


@pytest.mark.django_db
def test_a_form_without_its_token_is_answered_in_every_language():
    careful = Client(enforce_csrf_checks=True)

    page = Page(careful.post("/ko/admin/login/", {"username": "kim"}))

    assert page.status == 403
    assert page.attributes("main section", "lang") == make.languages()


@pytest.mark.django_db
def test_a_post_to_a_public_page_is_refused_in_every_language():
    careful = Client(enforce_csrf_checks=True)

    page = Page(careful.post("/ko/"))

    assert page.status == 403
    assert page.attributes("main section", "lang") == make.languages()
