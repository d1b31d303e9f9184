"""Writes the files of a small project, and reads its catalogues."""

import io

from django.core.management import call_command

from hospital_site.translations import catalogues


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def write_catalogue(project, *texts, language="ko", header='"Plural-Forms: nplurals=1; plural=0;\\n"'):
    start = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n{header}'
    return write(project / f"locale/{language}/LC_MESSAGES/django.po", "\n\n".join([start, *texts]) + "\n")


def run_messages(**options):
    """Return what `manage.py messages` prints."""
    output = io.StringIO()
    call_command("messages", stdout=output, **options)
    return output.getvalue()


def entries(language):
    return [entry for entry in catalogues.read(language) if not entry.obsolete]
