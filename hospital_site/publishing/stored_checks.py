"""What texts were checked against before each had a source language, brought to decision 0019 by a migration.

It works on historical models. No text becomes out of date by it, and none up to date.
"""

from django.apps import apps as present_apps
from django.conf import settings

from hospital_site.publishing.models import Translated
from hospital_site.publishing.staleness import names_of, source_of, words

CODES = list(dict(settings.LANGUAGES))


def direct_checks(apps, labels):
    """Keep of every text what its source said, and what it was already out of date with."""
    for present in present_apps.get_models():
        if issubclass(present, Translated) and present._meta.app_label in labels:
            rows = apps.get_model(present._meta.app_label, present.__name__)._base_manager
            for row in rows.iterator():
                renewed = directed(row, present)
                if renewed != row.checked:
                    rows.filter(pk=row.pk).update(checked=renewed)


def directed(row, present):
    row.source_words = getattr(present, "source_words", [])
    names = [name for name in names_of(present()) if hasattr(row, name)]
    return row.checked | {name: {code: kept(row, name, code) for code in CODES} for name in names}


def kept(row, name, code):
    known, source = row.checked.get(name, {}).get(code, {}), source_of(row, name)
    others = {other: text for other in CODES if other != code and (text := words(row, name, other))}
    stale = {other: known.get(other, "") for other, text in others.items() if known.get(other) != text}
    return stale | ({source: known[source]} if source != code and source in known else {})
