"""What an operator watches: probes of a load balancer, and commands beside the server that are late."""

import shutil
from functools import cache

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponse, JsonResponse

from hospital_site.proxies import is_forwarded, peer
from hospital_site.staff.models import CommandRun
from hospital_site.staff.network import parse_address
from hospital_site.staff.shared_counters import not_working

LEAST_SPACE = 200 * 2**20  # bytes free where this machine keeps its files


def answer_probes(get_response):
    """Answer `/healthz` and `/readyz` to whoever asks, by whatever host name and protocol: balancers know neither.

    `/healthz`: this worker is alive. `/readyz`: it can serve, else 503; to who asks on this machine, and through no
    proxy, also why, and what else is amiss. `/metrics` exists for them only.
    """

    from hospital_site import figures  # which asks this module

    def middleware(request):
        if request.path_info == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})
        if request.path_info == "/readyz":
            return readiness(is_from_here(request))
        if request.path_info == "/metrics" and is_from_here(request):
            return figures.metrics()
        return get_response(request)

    return middleware


def is_from_here(request):
    """Does somebody on this machine ask, and not a proxy beside the server for somebody else?"""
    address = parse_address(peer(request.META))
    return address is not None and address.is_loopback and not is_forwarded(request.META)


def readiness(with_details):
    faults, warnings = [], what_is_amiss()
    try:
        faults += [f"migration {app}.{name} is missing" for app, name in sorted(missing_migrations())]
        warnings += [f"{run.name} has not ended well since {since(run)}" for run in CommandRun.objects.late()]
    except DatabaseError:
        faults.append("the database does not answer")
    answer = {"ready": not faults}
    if with_details:
        answer |= {"faults": faults, "warnings": warnings}
    return JsonResponse(answer, status=503 if faults else 200, headers={"Cache-Control": "no-store"})


def since(run):
    return run.finished_at.isoformat(timespec="seconds") if run.finished_at else "ever"


def missing_migrations():
    """The migrations that this release has and the database does not, as `{(app, name)}`."""
    return migrations_of_this_release() - set(MigrationRecorder(connection).applied_migrations())


@cache
def migrations_of_this_release():
    loader = MigrationLoader(None)
    return set(loader.graph.nodes)


def what_is_amiss():
    """What a machine can serve in spite of, in sentences for its operator."""
    found = [f"counters of {name} do not work" for name in not_working()]
    try:
        free = shutil.disk_usage(settings.VAR_DIR).free
        (settings.VAR_DIR / "probe").write_bytes(b"")
    except OSError as problem:
        return [*found, f"{settings.VAR_DIR.name}: {problem.strerror}"]
    return found if free > LEAST_SPACE else [*found, f"{free // 2**20} MiB are free on the disk of VAR_DIR"]
