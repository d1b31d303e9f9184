"""What a start loads: readers wait for none of what staff use."""

import subprocess
import sys

from django.conf import settings

READERS_AND_STAFF = """
import io, sys
from hospital_site.wsgi import site


def loaded_after(path):
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    site(environ | {"wsgi.url_scheme": "http", "wsgi.input": io.BytesIO()}, lambda status, headers: print(status[:3]))
    print(*(name for name in sys.argv[1:] if name in sys.modules))


loaded_after("/ko/about/accessibility/")
loaded_after("/ko/admin/login/")
"""
OF_STAFF = [
    "hospital_site.publishing.admin",
    "hospital_site.publishing.pipeline",
    "hospital_site.publishing.publication_checks",
    "hospital_site.staff.views",
    "hospital_site.enquiries.forms",
    "hospital_site.translations.queue",
    "modeltranslation.admin",
    "allauth.account.views",
    "fido2",
    "lxml",
    "polib",
    "yaml",
]
OF_NOBODY_HERE = ["psycopg2", "holidays", "sentry_sdk", "prometheus_client", "rapidfuzz"]


def test_a_page_of_readers_loads_nothing_that_only_staff_use(tmp_path):
    command = [sys.executable, "-c", READERS_AND_STAFF, *OF_STAFF, *OF_NOBODY_HERE]
    environment = {"MODE": "test", "VAR_DIR": str(tmp_path)}
    said = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True, capture_output=True, text=True)

    assert said.stdout.splitlines() == ["200", "", "200", " ".join(OF_STAFF)]
