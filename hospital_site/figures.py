"""What `/metrics` shows, in the format of Prometheus."""

import shutil
import time
from itertools import accumulate

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count
from django.http import HttpResponse

from hospital_site import upkeep
from hospital_site.enquiries.models import Notification
from hospital_site.metrics import BOUNDS, COUNTS, written_counts
from hospital_site.publishing.models import page_models
from hospital_site.publishing.models.pages import review_days, task_conditions
from hospital_site.staff.models import CommandRun
from hospital_site.staff.shared_counters import not_working

CONTENT_FOR = 60  # seconds for which counts of the content are shown again: they read every page
OF_CONTENT = {"stale", "missing", "overdue", "review_due", "unsigned", "waiting", "submitted", "scheduled"}

content_counted = (-CONTENT_FOR, {})


def metrics():
    from prometheus_client import CollectorRegistry, generate_latest  # only where somebody asks
    from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

    registry = CollectorRegistry()
    registry.register(Site())
    return HttpResponse(
        generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4, headers={"Cache-Control": "no-store"}
    )


class Site:
    """A collector: asked once, it yields every figure that can be had now."""

    def describe(self):
        return []

    def collect(self):
        COUNTS.write()
        yield from of_workers()
        yield from of_machine()
        try:
            found = [*of_database()]
        except DatabaseError:
            found = [gauge("database_up", "Whether the database answers", 0)]
        yield from found


def gauge(name, text, value=None, label="", values=None):
    from prometheus_client.core import GaugeMetricFamily

    if not label:
        return GaugeMetricFamily(f"site_{name}", text, value=value)
    family = GaugeMetricFamily(f"site_{name}", text, labels=[label])
    for key, one in values.items():
        family.add_metric([key], one)
    return family


def of_workers():
    from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

    requests = CounterMetricFamily("site_requests", "Requests answered", labels=["worker", "route", "method", "status"])
    seconds = HistogramMetricFamily("site_request_seconds", "Seconds until the answer", labels=["worker", "route"])
    processes = {}
    for worker, counts in written_counts(COUNTS.folder):
        processes[worker] = counts["process"]
        for *labels, number in counts["requests"]:
            requests.add_metric([worker, *labels], number)
        for route, (*within, total) in counts["times"].items():
            bounds = [*map(str, BOUNDS), "+Inf"]
            seconds.add_metric([worker, route], list(zip(bounds, accumulate(within), strict=True)), total)
    yield from (requests, seconds)
    for name, text in {"memory": "Resident bytes", "descriptors": "Open file descriptors"}.items():
        values = {worker: process[name] for worker, process in processes.items() if name in process}
        yield gauge(f"worker_{name}", text, label="worker", values=values)


def of_machine():
    yield gauge("disk_free_bytes", "Free on the disk of VAR_DIR", shutil.disk_usage(settings.VAR_DIR).free)
    sizes = [path.stat().st_size for path in settings.PAGES_DIR.glob("*/??/*") if path.is_file()]
    yield gauge("kept_pages", "Published pages on the disk", len(sizes))
    yield gauge("kept_pages_bytes", "Their bytes", sum(sizes))
    failed = dict.fromkeys(not_working(), 1)
    yield gauge("counters_failed", "Caches of counters that failed a moment ago", label="cache", values=failed)


def of_database():
    now = time.time()
    yield gauge("migrations_missing", "Migrations that the database lacks", len(upkeep.missing_migrations()))
    waiting = Notification.objects.unsent()
    oldest = waiting.order_by("created_at").values_list("created_at", flat=True).first()
    yield gauge("mail_unsent", "Mails to staff that wait", waiting.count())
    yield gauge("mail_oldest_seconds", "Age of the oldest of them", now - oldest.timestamp() if oldest else 0)
    runs = {run.name: run.finished_at.timestamp() if run.finished_at else 0 for run in CommandRun.objects.all()}
    yield gauge("command_ended_well_seconds", "When each command last ended well", label="command", values=runs)
    late = dict.fromkeys(runs, 0) | {run.name: 1 for run in CommandRun.objects.late()}
    yield gauge("command_late", "Whether it is late", label="command", values=late)
    yield gauge("content_pages", "Pages that wait for somebody", label="task", values=content())
    yield gauge("database_up", "Whether the database answers", 1)


def content():
    """How many pages wait for what: `{"overdue": 3, …}`."""
    global content_counted
    counted_at, counts = content_counted
    if time.monotonic() - counted_at >= CONTENT_FOR:
        counts = dict.fromkeys(OF_CONTENT, 0)
        languages = [code for code, _name in settings.LANGUAGES]
        conditions = task_conditions(*review_days())
        asked = {f"pages_{name}": Count("pk", filter=conditions[name]) for name in OF_CONTENT}
        for model in page_models():
            for name, number in model.objects.with_state(languages).aggregate(**asked).items():
                counts[name.removeprefix("pages_")] += number
        content_counted = (time.monotonic(), counts)
    return counts
