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
    except ImproperlyConfigured as problem:
        sys.exit(f"The site cannot start: {problem}")


if __name__ == "__main__":
    main()
