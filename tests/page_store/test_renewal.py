"""A publication renews the pages that read it: all of them, at once, and few others."""

from datetime import timedelta
from shutil import copytree

import pytest
from django.apps import apps
from django.conf import settings
from django.db import OperationalError, connection, models
from django.test import Client
from django.utils.translation import override

from hospital_site.enquiries.models import DataController
from hospital_site.page_store.filling import Filler
from hospital_site.publishing.models import Edition, page_models
from hospital_site.publishing.pipeline import cancel, publish, withdraw
from hospital_site.publishing.snapshots import captured_fields
from hospital_site.publishing.staleness import rows_of
from tests import make
from tests.page_store.worker import Worker
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

CODES = settings.OPEN_LANGUAGES


class FilledSite:
    """A site all of whose pages are kept."""

    def __init__(self, folder):
        self.worker = Worker(folder)
        self.store = self.worker.store
        self.store.freshness.look()
        self.renewed = []
        self.filler = Filler(self.store, purges=self)
        self.filler.rest = 0
        self.fill()

    queue = property(lambda self: self.renewed.append)

    def send_due(self):
        pass

    def fill(self, start=""):
        """Returns the number of pages that were rendered anew: all, or those whose path begins with `start`."""
        before = self.worker.asked
        self.store.freshness.look()
        self.filler.fill = lambda path, state: not path.startswith(start) or Filler.fill(self.filler, path, state)
        self.filler.round()
        return self.worker.asked - before

    @property
    def paths(self):
        return set(self.filler.known)

    def stale(self):
        """The paths whose kept page is not current any more."""
        self.store.freshness.look()
        state = self.store.freshness.state
        return {path for path, known in self.filler.known.items() if known.version != state.version(known.reads)}

    def wrong(self, stale, start):
        """The paths that begin with `start`, are not `stale`, and differ from what patients are to see."""
        client = Client()
        current = sorted(path for path in self.paths - stale if path.startswith(start))
        kept = {path: self.store.disk.read(("http", path)).body() for path in current}
        return [path for path, body in kept.items() if client.get(path).content != body]


@pytest.fixture
@recorded
def rows(db):
    """Two centers, one of which has one treatment, the other all kinds of pages; charters, a term."""
    for number in (1, 2):
        center = make.center(slug=f"center-{number}")
        clinic = make.clinic(center=center, slug=f"clinic-{number}")
        for page, name in ((center.hospital, "departments"), (clinic, "areas")):
            make.part(page, name, name_ko="간암", name_en="Liver")
        treatments = [make.treatment(center=center, clinic=clinic) for _number in range(3 - number)]
        for page in treatments:
            make.published(page)
        if number == 1:
            condition = make.condition(center=center, clinic=clinic)
            condition.treatments.set(treatments[:1])
            make.published(condition)
            make.published(make.test(center=center, clinic=clinic))
        charter = make.charter(hospital=center.hospital)
        make.article(charter, 1)
        make.published(charter)
    make.published(make.contact_page())
    make.published(make.term())


@pytest.fixture(scope="module")
def kept_by_the_first(tmp_path_factory):
    return tmp_path_factory.mktemp("kept") / "pages"


@pytest.fixture
def site(rows, kept_by_the_first, tmp_path):
    """A filled site. What its first test has kept is there for the others, who render what is not current of it."""
    if kept_by_the_first.exists():
        copytree(kept_by_the_first, tmp_path, dirs_exist_ok=True)
    site = FilledSite(tmp_path)
    if not kept_by_the_first.exists():
        copytree(tmp_path, kept_by_the_first)
    return site


def unanswered(execute, sql, params, many, context):
    raise OperationalError("The database is down.")


def first(model):
    return model.objects.order_by("pk").first()


def renamed(page):
    page.name_ko, page.name_en = f"{page.name_ko} 새로", f"{page.name_en} anew"
    page.save()
    return page


def reworded(page):
    """Give every long text of `page` and of its rows other words. Its head stays."""
    for row in rows_of(page):
        for field in captured_fields(type(row)):
            if isinstance(field, models.TextField) and not field.choices:
                setattr(row, field.attname, f"{getattr(row, field.attname)} {field.attname} reworded.".strip())
        row.save()
    return page


def in_korean(page):
    with override("ko"):
        return page.get_absolute_url()


KINDS = ["hospital", "center", "clinic", "treatment", "diagnostictest", "condition"]


def test_every_page_that_can_be_reached_is_kept(site):
    assert {in_korean(page) for model in page_models() for page in model.objects.all()} <= site.paths
    assert {"/ko/", "/en/about/sources/", "/ko/enquiries/appointment/", "/ko/privacy/"} <= site.paths
    assert f"{in_korean(first(apps.get_model('centers.treatment')))}sheet/" in site.paths
    assert [path for path in site.paths if "search/?" in path or "admin" in path or "preview" in path] == []


def test_an_outage_takes_no_page_off_the_disk_and_what_it_hindered_is_made_later(site):
    center = make.published(renamed(first(apps.get_model("centers.center"))))
    site.store.freshness.look()
    on_disk = sorted(site.store.disk.files())

    with connection.execute_wrapper(unanswered):
        site.filler.round()
    hindered = sorted(site.store.disk.files()), [*site.renewed]

    site.fill()
    assert hindered == (on_disk, [])
    assert in_korean(center) in site.paths - site.stale()


def test_no_page_that_counts_as_current_differs_from_what_is_published(site, clock):
    model = {name: apps.get_model(f"centers.{name}") for name in KINDS}
    charter = apps.get_model("patients_rights.charter")
    wrong = {}

    def check(what, start="/ko/"):
        """Korean stands for all languages."""
        stale = {path for path in site.stale() if path.startswith(start)}
        assert stale, what
        wrong[what] = site.wrong(stale, start)
        site.fill(start)

    for name in ("hospital", "clinic", "treatment"):
        make.published(renamed(first(model[name])))
        check(f"{name} renamed")
    for name in KINDS:
        make.published(reworded(first(model[name])))
        check(f"{name} reworded")
    make.published(make.treatment(center=first(model["center"]), name_ko="새 치료", name_en="New treatment"))
    check("a new treatment")
    condition = first(model["condition"])
    condition.treatments.set(model["treatment"].objects.filter(center=condition.center)[:2])
    make.published(condition)
    check("an illness names another treatment")
    withdraw(first(model["treatment"]), by="the test", reason="It closed.")
    check("a treatment withdrawn")
    make.signed(first(model["clinic"]), "ko")
    check("a signature")
    page = first(charter)
    page.introduction_ko, page.introduction_en = "새로 썼습니다.", "Written anew."
    page.save()
    edition = publish(page, by="the test", live_from=clock.now + timedelta(hours=1), is_announced=True)
    check("announced")
    cancel(edition, by="the test")
    check("called off")
    publish(page, by="the test", live_from=clock.now + timedelta(hours=1))
    clock.forward(hours=2)
    check("its hour has come")
    withdraw(first(apps.get_model("centers.contactpage")), by="the test", reason="It moved.")
    check("the contact page withdrawn")
    DataController.objects.create(hospital=first(model["hospital"]), receives_appointments=True)
    check("a hospital receives forms")

    assert {what: paths for what, paths in wrong.items() if paths} == {}


def test_a_treatment_renews_what_shows_its_words_and_its_name_what_lists_it(site):
    treatment = first(apps.get_model("centers.treatment"))
    shown_on = [in_korean(treatment), f"{in_korean(treatment)}sheet/", f"{in_korean(treatment.clinic)}sheet/"]

    make.published(reworded(treatment))
    assert site.stale() == {path.replace("/ko/", f"/{code}/", 1) for code in CODES for path in shown_on}

    make.published(renamed(treatment))
    stale = site.stale()

    assert {in_korean(treatment), in_korean(treatment.clinic), "/ko/a-z/", "/ko/a-z/treatments/"} <= stale
    other_center = {path for path in site.paths if "/center-2/" in path}
    assert other_center
    assert not other_center & stale
    assert {"/ko/", "/ko/contact/", "/ko/about/accessibility/"} & stale == set()


@pytest.mark.depends_on_database
def test_what_a_publication_has_changed_is_made_anew_before_anybody_asks(site, django_assert_num_queries):
    treatment = first(apps.get_model("centers.treatment"))
    make.published(renamed(treatment))
    number = len(site.stale())

    assert (site.fill(), site.fill()) == (number, 0)
    assert in_korean(treatment) in site.renewed
    with django_assert_num_queries(0):
        assert "새로" in site.worker.text(in_korean(treatment))


@pytest.mark.depends_on_database
def test_a_withdrawn_page_leaves_the_disk(site):
    treatment = first(apps.get_model("centers.treatment"))
    withdraw(treatment, by="the test", reason="It closed.")

    site.fill()

    assert site.store.disk.read(("http", in_korean(treatment))) is None
    assert in_korean(treatment) in site.renewed


def test_what_two_processes_know_of_one_site_is_the_same(site):
    again = FilledSite(site.store.disk.folder)

    assert again.worker.asked == 0
    assert again.paths == site.paths


def test_a_page_that_was_read_before_a_publication_is_not_current_after_it(site):
    """Whoever renders slowly keeps what it has read under the version of that, however late."""
    edition = Edition.objects.live().of("centers.treatment").first()
    kept = site.store.disk.read(("http", f"/ko{edition.address}"))
    make.published(renamed(first(apps.get_model("centers.treatment"))))
    site.fill()

    site.store.disk.write(kept)

    assert "새로" in site.worker.text(f"/ko{edition.address}")
