"""What all tests stand on. Settings of a test run are in pyproject.toml; what tests are about is made by `make`."""

import functools
import gc
import inspect
import re
from copy import copy
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import hypothesis
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.backends.signals import connection_created
from django.template import RequestContext
from django.template.base import Node, Template
from django.test import Client, TransactionTestCase
from django.test.signals import template_rendered
from django.test.utils import ContextList
from django.utils import timezone
from django.utils.translation import deactivate

from hospital_site.glossary.explaining import vocabularies
from hospital_site.patience import in_trouble
from hospital_site.search.vocabulary import vocabularies as search_vocabularies
from tests import ready_database
from tests.reading import Page
from tests.recorded import recorded

MARKS = re.compile(r"^pytestmark = .*(?:\n    .*)*", re.MULTILINE)


class UnknownVariable(str):
    """Fails the test when a template of ours says a variable that nobody gave it. Django's own may."""

    __slots__ = ()

    def __bool__(self):
        return stands_in_our_template(inspect.currentframe().f_back)

    def __contains__(self, part):
        return True

    def __mod__(self, variable):
        raise AssertionError(f"A template says “{variable}”, which nobody gave it.")


def stands_in_our_template(frame):
    """Is the nearest template node that is being rendered above `frame` from a template of this project?"""
    while frame:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None):
            return Path(node.origin.name).is_relative_to(settings.BASE_DIR / "templates")
        frame = frame.f_back
    return False


def pytest_addoption(parser):
    parser.addoption("--database-only", action="store_true", help="Leave out what touches no database or repeats it.")


def pytest_configure():
    if not_compiled():
        raise pytest.UsageError(
            "The messages in locale/ are not compiled. Run: MODE=test .venv/bin/python manage.py messages --compile"
        )
    admin.autodiscover()  # which a server does when staff come; tests list what is registered
    hypothesis.settings.register_profile("unhurried", hypothesis.settings(), deadline=None)
    hypothesis.settings.load_profile("unhurried")
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UnknownVariable()
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.SITE_ADDRESS = "http://testserver"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; nobody's password is kept


def not_compiled():
    """The catalogues that have no `.mo`, or one that is older than they are."""
    catalogues = [path for folder in settings.LOCALE_PATHS for path in folder.glob("*/LC_MESSAGES/*.po")]
    compiled = {path: path.with_suffix(".mo") for path in catalogues}
    return [po for po, mo in compiled.items() if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime]


def pytest_ignore_collect(collection_path, config):
    """A module that asks no database what others do not ask need not be imported on PostgreSQL."""
    return True if config.getoption("database_only") and is_the_same_on_every_database(collection_path) else None


@functools.cache
def is_the_same_on_every_database(path):
    """Does the module at `path` carry the mark, and no test in it another?"""
    if path.suffix != ".py":
        return False
    text = path.read_text()
    marks = MARKS.search(text)
    is_marked = marks and "same_on_every_database" in marks[0]
    return bool(is_marked) and "depends_on_database" not in text and "transaction" not in text


def touches_database(item):
    """Does the test, or a fixture that it uses, open the test database? pytest-django refuses a query to all others."""
    return "django_db_setup" in item.fixturenames or item.get_closest_marker("django_db") is not None


def repeats_in_another_language(item):
    """Is the test given another language than the first? What it asks of the database is the same in each."""
    given = item.callspec.params.values() if hasattr(item, "callspec") else []
    return not set(list(dict(settings.LANGUAGES))[1:]).isdisjoint(value for value in given if isinstance(value, str))


def depends_on_database(item):
    """Could the promise of the test be kept on one database and broken on another?

    What a test says of itself holds. Of a module that is marked, those that commit depend on the database.
    """
    if not touches_database(item) or repeats_in_another_language(item):
        return False
    its_own = {mark.name for mark in item.own_markers}
    if "same_on_every_database" in its_own:
        return "depends_on_database" in its_own
    is_the_same = item.get_closest_marker("same_on_every_database") is not None
    return not is_the_same or "depends_on_database" in its_own or writes_in_transactions(item)


def writes_in_transactions(item):
    """Does the test commit, so that what the database does at the end of a transaction is part of it?"""
    mark = item.get_closest_marker("django_db")
    return "transactional_db" in item.fixturenames or bool(mark and mark.kwargs.get("transaction"))


TAKE_LONG = {"first_site", "upgraded"}


def pytest_collection_modifyitems(config, items):
    """Fixtures that take long come first: one process builds each for all of its tests, and nobody ends with one."""
    items.sort(key=lambda item: TAKE_LONG.isdisjoint(getattr(item, "fixturenames", ())))
    if config.getoption("database_only"):
        kept = [item for item in items if depends_on_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def pytest_collection_finish():
    """What was imported stays to the end: the garbage collector, which looks at it at every turn, need not."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def store_rendered_page(store, signal, sender, template, context, **_more):
    """Keep of an answer the contexts of its pages."""
    store.setdefault("context", ContextList()).append(copy(context))


@pytest.fixture(autouse=True, scope="session")
def only_contexts_of_pages():
    """Django’s own tells of every field and part of a page, and copies its context."""
    told_last = None

    def render(template, context):
        nonlocal told_last
        if isinstance(context, RequestContext) and context is not told_last:
            told_last = context
            template_rendered.send(sender=template, template=template, context=context)
        return template.nodelist.render(context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.test.client.store_rendered_templates", store_rendered_page)
        patch.setattr(Template, "_render", render)
        yield


@pytest.fixture(autouse=True)
def empty_cache():
    """Every test counts from nothing, in the first language, on a database that answers."""
    in_trouble.clear()
    deactivate()
    cache.clear()
    vocabularies.clear()
    search_vocabularies.clear()


@pytest.fixture(autouse=True)
def open_transaction(monkeypatch):
    """What serves the site closes a connection that is left in a transaction, and tests are in one."""
    test_connection = connections["default"]
    close = test_connection.close_if_unusable_or_obsolete
    monkeypatch.setattr(
        test_connection, "close_if_unusable_or_obsolete", lambda: None if test_connection.in_atomic_block else close()
    )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """A database that has been migrated with the same code is copied: migrating takes long."""
    if ready_database.is_wanted():
        settings.DATABASES["default"]["TEST"] |= {"MIGRATE": False, "TEMPLATE": ready_database.template()}
        connection_created.connect(ready_database.fill)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database, of which Django already knows what it can, so that no test counts that question.

    After a transactional test it is again as the migrations left it, so that tests may run in any order and on any
    number of cores.
    """
    with django_db_blocker.unblock():
        connection_created.disconnect(ready_database.fill)
        ready_database.keep()
        assert connection.features.supports_json_field
        put_back = ready_database.as_it_is()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: put_back())
        yield


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still, and moves when the test says so: `clock.forward(hours=1)`."""

    class Clock:
        now = timezone.now().replace(microsecond=0) + timedelta(seconds=1)  # nothing that is written yet is later

        def forward(self, **by):
            self.now += timedelta(**by)

    clock = Clock()
    for field in (field for model in apps.get_models() for field in model._meta.fields):
        if field.default is timezone.now:
            monkeypatch.setitem(vars(field), "_get_default", lambda: clock.now)
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock.now)
    return clock


@recorded
def load_first_content():
    call_command("load_first_content", verbosity=0)


@pytest.fixture
def first_content(db):
    """The first content, loaded and published."""
    load_first_content()


class Site(NamedTuple):
    """Every page of a site, by address: those that the sitemap lists, and those that only links of these lead to."""

    listed: dict[str, Page]
    linked: dict[str, Page]


@pytest.fixture(scope="session")
def first_site(django_db_setup, django_db_blocker):
    """A site that holds the first content and nothing else, as patients read it."""
    client = Client()
    with django_db_blocker.unblock(), transaction.atomic():
        load_first_content()
        sitemap = client.get("/sitemap.xml").content.decode()
        paths = [urlsplit(address).path for address in re.findall(r"<loc>(.*?)</loc>", sitemap)]
        listed = {path: Page(client.get(path)) for path in paths}
        links = {link.path for page in listed.values() for link in page.links_inside() if link.path}
        linked = {path: Page(client.get(path)) for path in sorted(links - set(listed))}
        transaction.set_rollback(True)
    return Site(listed, linked)


@pytest.fixture(scope="session")
def first_pages(first_site):
    """The pages of the sitemap of a site that holds the first content, by address."""
    return first_site.listed
