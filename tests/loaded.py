"""All that a command of the site may import, loaded once for every process that is forked for one."""

import gc

import django
from django.contrib import admin
from django.core.management import get_commands, load_command_class
from django.db.migrations.loader import MigrationLoader
from django.urls import get_resolver

from hospital_site.lazy_urls import import_views

django.setup()
admin.autodiscover()
get_resolver().url_patterns  # noqa: B018
import_views()
MigrationLoader(None)
for command, app in get_commands().items():
    if not app.startswith("django."):
        load_command_class(app, command)
gc.collect()
gc.freeze()
