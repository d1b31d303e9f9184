#!/usr/bin/env python
"""Django's command line for this site: `MODE=demonstration .venv/bin/python manage.py help`."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_site.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
        remember_run(sys.argv)
    except ImproperlyConfigured as problem:
        sys.exit(f"The site cannot start: {problem}")


def remember_run(arguments):
    """Note that a command which runs beside the server has ended well: the staff site tells when one is late.

    `back_up --new-key` makes no backup, and needs no database.
    """
    from django.apps import apps

    if apps.ready and len(arguments) > 1 and not any(argument.startswith("--new") for argument in arguments):
        apps.get_model("staff.CommandRun").objects.remember(arguments[1])


if __name__ == "__main__":
    main()
