"""The door for the web server: `granian --interface wsgi hospital_site.wsgi:application`."""

import gc
import logging
import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_site.settings")

try:
    gc.disable()
    site = get_wsgi_application()
except ImproperlyConfigured as problem:
    sys.exit(f"The site cannot start: {problem}")

from hospital_site.deploy_checks import find_silent_defaults
from hospital_site.metrics import COUNTS, Metered
from hospital_site.page_store import purges
from hospital_site.page_store.filling import Filler
from hospital_site.page_store.serving import PageStore  # models need the set-up above
from hospital_site.patience import limit_waits
from hospital_site.proxies import TrustedProxies, is_trusted

for problem in find_silent_defaults(None) if settings.PRODUCTION else []:
    logging.getLogger(__name__).warning("%s %s", problem.msg, problem.hint)

if connection.vendor == "postgresql":
    limit_waits()
application, before = site, {}
if not settings.DEBUG:
    application = PageStore(site, is_trusted=is_trusted)
    before = {"kept": application.from_memory}
    if settings.PAGES_FILL:
        application.freshness.beside.append(Filler(application, purges).run)
if settings.DEMONSTRATION:
    from hospital_site.translations.in_place import SentencesInPlace

    application = SentencesInPlace(application, site)
metered = Metered(TrustedProxies(application), COUNTS, **before)
application = metered.__call__  # a method is called more quickly than its object

gc.freeze()  # what a start makes stays: no collection needs to look at it
gc.set_threshold(10_000, 10, 10)  # a page makes thousands of objects that need no collector to go
gc.enable()
