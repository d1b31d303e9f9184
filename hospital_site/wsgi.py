"""The door for the web server: `granian --interface wsgi hospital_site.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_site.settings")

application = get_wsgi_application()

from hospital_site.page_cache import PageCache  # noqa: E402 - models need the set-up above

application = PageCache(application)
