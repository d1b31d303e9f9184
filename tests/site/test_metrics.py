"""Whoever watches this machine learns what was answered, what waits and what is late; nobody else learns anything."""

import ipaddress
import json
import os
from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from hospital_site import figures, metrics, upkeep
from hospital_site.metrics import Counts, Metered
from hospital_site.proxies import TrustedProxies
from hospital_site.staff.models import CommandRun
from tests import make


@pytest.fixture(autouse=True)
def counts(tmp_path, monkeypatch):
    fresh = Counts(tmp_path / "metrics")
    monkeypatch.setattr(Counts, "go_on_writing", lambda self: None)
    monkeypatch.setattr(figures, "COUNTS", fresh)
    monkeypatch.setattr(figures, "content_counted", (-figures.CONTENT_FOR, {}))
    yield fresh
    if fresh.place:
        os.close(fresh.place.lock)


def shown(client):
    """`{(name, labels without the worker): value}`"""
    answer = client.get("/metrics")
    found = {}
    for family in text_string_to_metric_families(answer.content.decode()):
        for name, labels, value, *_rest in family.samples:
            found[name, *(value for label, value in sorted(labels.items()) if label != "worker")] = value
    return found


def test_requests_are_counted_by_route_method_and_status(client, db, counts):
    def site(environ, start_response):
        if environ["PATH_INFO"] == "/ko/rendered/":
            environ[metrics.SEEN].append("<slug:center>/")
        start_response("404 Not Found" if environ["PATH_INFO"] == "/ko/nothing/" else "200 OK", [])
        return [b""]

    metered = Metered(site, counts)
    for path, method in [("/ko/", "GET"), ("/ko/", "GET"), ("/ko/rendered/", "POST"), ("/ko/nothing/", "BREW")]:
        metered({"PATH_INFO": path, "REQUEST_METHOD": method}, lambda status, headers: None)

    found = shown(client)
    assert found["site_requests_total", "GET", "(kept)", "200"] == 2
    assert found["site_requests_total", "POST", "<slug:center>/", "200"] == 1
    assert found["site_requests_total", "other", "(kept)", "404"] == 1
    assert found["site_request_seconds_count", "(kept)"] == 3
    assert found["site_request_seconds_bucket", "10.0", "(kept)"] == 3


def test_what_is_kept_is_counted_though_the_site_is_not_asked(client, db, counts):
    metered = Metered(None, counts, kept=lambda environ: ("304 Not Modified", [("ETag", "a")], [b""]))
    started = []

    body = metered({"PATH_INFO": "/ko/", "REQUEST_METHOD": "GET"}, lambda *answer: started.append(answer))

    assert (body, started) == ([b""], [("304 Not Modified", [("ETag", "a")])])
    assert shown(client)["site_requests_total", "GET", "(kept)", "304"] == 1


def test_django_names_the_route_and_never_the_address(client, db):
    seen = []
    client.get("/ko/preview/kanarie/", **{metrics.SEEN: seen})
    client.get("/static/nothing.css", **{metrics.SEEN: seen})
    client.get("/kanarie/", **{metrics.SEEN: seen})

    assert seen == ["ko/preview/<str:token>/", "/static/", "(none)"]


def test_an_answer_that_breaks_is_counted_too(counts):
    def breaks(environ, start_response):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        Metered(breaks, counts)({"REQUEST_METHOD": "GET"}, None)

    assert counts.requests == {("(kept)", "GET", "500"): 1}


def test_a_worker_takes_the_place_of_a_dead_one_and_starts_from_zero(tmp_path):
    first, second = Counts(tmp_path), Counts(tmp_path)
    for worker in (first, second):
        worker.add("x", "GET", "200", 0.1)
        worker.write()
    assert [worker.place.name for worker in (first, second)] == ["0", "1"]

    os.close(first.place.lock)  # as the system does for a process that dies
    third = Counts(tmp_path)
    third.write()

    assert third.place.name == "0"
    assert [counts["requests"] for _worker, counts in metrics.written_counts(tmp_path)] == [
        [],
        [["x", "GET", "200", 1]],
    ]


def test_a_full_disk_stops_no_worker_and_turns_no_figure_back(tmp_path):
    worker = Counts(tmp_path / "metrics")
    worker.add("x", "GET", "200", 0.1)
    worker.write()
    worker.folder = tmp_path / "gone"

    worker.write()

    assert json.loads((tmp_path / "metrics/0.json").read_text())["requests"] == [["x", "GET", "200", 1]]


def test_what_waits_and_what_is_late_is_shown(client, db):
    CommandRun.objects.update(finished_at=timezone.now())
    CommandRun.objects.filter(name="back_up").update(finished_at=timezone.now() - timedelta(hours=31))
    make.published(make.center())

    found = shown(client)

    assert found["site_database_up",] == 1
    assert found["site_migrations_missing",] == 0
    assert found["site_mail_unsent",] == found["site_mail_oldest_seconds",] == 0
    assert found["site_command_late", "back_up"] == 1
    assert found["site_command_late", "clearsessions"] == 0
    assert found["site_content_pages", "unsigned"] == 2  # and its hospital
    assert found["site_disk_free_bytes",] > 0


def test_figures_of_the_machine_are_shown_without_the_database(client, monkeypatch):
    def fail():
        raise figures.DatabaseError

    monkeypatch.setattr(upkeep, "missing_migrations", fail)

    found = shown(client)

    assert found["site_database_up",] == 0
    assert ("site_disk_free_bytes",) in found


FORWARDED = ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via"]


@pytest.mark.parametrize("header", FORWARDED)
def test_who_asks_through_a_proxy_learns_nothing_though_it_stands_beside_the_server(client, db, header):
    assert Client(headers={header: "127.0.0.1"}).get("/metrics").status_code == 404
    assert json.loads(Client(headers={header: "127.0.0.1"}).get("/readyz").content).keys() == {"ready"}


def test_a_stranger_learns_nothing(client, db):
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.7").status_code == 404


@pytest.mark.parametrize("proxies", [["unix"], [ipaddress.ip_network("127.0.0.0/8")]], ids=["another", "beside"])
def test_whoever_asks_on_the_machine_is_known_behind_proxies_too(settings, proxies):
    """The proxy beside the server says for whom it asks; whether it is believed or not, that is somebody else."""
    settings.CLIENT_ADDRESS_HEADER, settings.TRUSTED_PROXIES = "X-Forwarded-For", proxies
    seen = []
    site = TrustedProxies(lambda environ, start_response: seen.append(RequestFactory().get("/", **environ)))
    for headers in [{"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, {}]:
        site({"REMOTE_ADDR": "127.0.0.1", "REQUEST_METHOD": "GET", **headers}, None)

    assert [upkeep.is_from_here(request) for request in seen] == [False, True]
