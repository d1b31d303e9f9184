"""Kept pages on the disk: shared, there after a restart, and never believed unless they are whole."""

import os
import shutil

import pytest
from django.db import OperationalError, connection

from hospital_site.page_store import freshness
from tests import make
from tests.page_store.worker import Worker

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
KEY = ("http", "/ko/")


@pytest.fixture
def worker(tmp_path, monkeypatch):
    monkeypatch.setattr(freshness, "PATIENCE", 3600)
    worker = Worker(tmp_path)
    worker.get("/ko/")
    return worker


def restarted(worker):
    return Worker(worker.store.disk.folder)


def down(execute, sql, params, many, context):
    raise OperationalError("The database is down.")


def test_a_page_is_there_after_a_restart_and_for_other_workers(worker):
    another = restarted(worker)

    assert another.get("/ko/") == worker.get("/ko/")
    assert another.asked == 0


@pytest.mark.parametrize("encoding", ["br", "gzip", ""])
def test_it_answers_as_it_did(worker, encoding):
    headers = {"HTTP_ACCEPT_ENCODING": encoding}

    assert restarted(worker).get("/ko/", **headers) == worker.get("/ko/", **headers)


@pytest.mark.depends_on_database
def test_pages_answer_after_a_restart_while_the_database_is_down(worker):
    worker.store.disk.confirm()
    another = restarted(worker)

    with connection.execute_wrapper(down):
        assert another.get("/ko/")[:1] == (200,)


@pytest.mark.parametrize("hours", [23, 25])
def test_what_nobody_has_confirmed_for_a_day_is_not_shown_while_the_database_is_down(worker, monkeypatch, hours):
    worker.store.disk.confirm()
    now = worker.store.disk.confirmed_at() + hours * 3600
    monkeypatch.setattr("time.time", lambda: now)
    another = restarted(worker)

    with connection.execute_wrapper(down):
        another.get("/ko/")

    assert another.asked == (0 if hours < 24 else 1)


def cut_off(path):
    path.write_bytes(path.read_bytes()[:-10])


def changed(path):
    path.write_bytes(path.read_bytes().replace(b"text/html", b"text/evil"))


def emptied(path):
    path.write_bytes(b"")


def replaced_by_a_link(path):
    content = path.with_name("elsewhere")
    path.rename(content)
    path.symlink_to(content)


def replaced_by_a_pipe(path):
    path.unlink()
    os.mkfifo(path)


def replaced_by_a_folder(path):
    path.unlink()
    path.mkdir()


def of_another_page(path):
    worker = Worker(path.parent.parent.parent)
    worker.get("/en/")
    shutil.copy(worker.store.disk.path(("http", "/en/")), path)


@pytest.mark.parametrize(
    "damage",
    [cut_off, changed, emptied, replaced_by_a_link, replaced_by_a_pipe, replaced_by_a_folder, of_another_page],
    ids=lambda damage: damage.__name__.replace("_", " "),
)
def test_a_file_that_is_not_what_was_written_is_not_believed(worker, damage):
    before = worker.get("/ko/")
    damage(worker.store.disk.path(KEY))
    another = restarted(worker)

    assert (another.get("/ko/"), another.asked) == (before, 1)


@pytest.mark.parametrize("damage", [cut_off, changed, replaced_by_a_link, replaced_by_a_pipe])
def test_and_is_written_anew(worker, damage):
    damage(worker.store.disk.path(KEY))
    restarted(worker).get("/ko/")

    another = restarted(worker)
    another.get("/ko/")

    assert another.asked == 0


def test_another_release_shows_none_of_these_pages_and_removes_them(worker, monkeypatch):
    monkeypatch.setattr("hospital_site.page_store.serving.release", lambda: "another")
    another = restarted(worker)

    another.get("/ko/")
    another.store.disk.prune()

    assert another.asked == 1
    assert worker.store.disk.read(KEY) is None


@pytest.mark.parametrize("error", ["No space left on device", "Read-only file system"])
def test_a_disk_that_takes_nothing_costs_one_line_and_no_page(worker, monkeypatch, caplog, error):
    def refuse(*args, **kwargs):
        raise OSError(28, error)

    monkeypatch.setattr("pathlib.Path.write_bytes", refuse)

    statuses = [worker.get(path)[0] for path in ("/en/", "/ko/contact/", "/en/contact/", "/en/")]

    assert statuses == [200] * 4
    assert [record.getMessage() for record in caplog.records] == [
        f"Pages cannot be kept on the disk, and are kept in memory: {error}."
    ]


def test_the_disk_has_an_end_and_what_was_used_last_stays(worker):
    disk = worker.store.disk
    for number, path in enumerate(["/en/", "/ko/contact/", "/en/contact/"]):
        worker.get(path)
        os.utime(disk.path(("http", path)), (number, number))
    sizes = [size for _path, size, _used in disk.files()]
    disk.room = sum(sizes) - min(sizes)

    disk.prune()

    assert disk.read(("http", "/en/")) is None
    assert disk.read(KEY) is not None
    assert disk.used <= disk.room


def test_nobody_else_on_the_machine_can_read_them(worker):
    assert worker.store.disk.path(KEY).stat().st_mode & 0o077 == 0


def test_one_worker_of_a_machine_fills_the_store(worker):
    first, second = worker.store.disk, restarted(worker).store.disk

    with first.lock():
        assert second.lock() is None
    with second.lock() as lock:
        assert lock


def test_a_page_that_only_some_hosts_ask_for_is_kept_once(worker, settings):
    settings.ALLOWED_HOSTS = ["testserver", "www.example.org"]
    make.published(make.center())
    another = restarted(worker)

    hosts = ["www.example.org", "testserver", "www.example.org:8000", "evil.example", "a" * 400]
    statuses = [another.get("/ko/", HTTP_HOST=host)[0] for host in hosts]

    assert statuses == [200, 200, 200, 400, 400]
    assert another.asked == 3  # once for the page, twice for hosts that are not ours
