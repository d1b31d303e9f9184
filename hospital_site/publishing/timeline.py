"""When a page has changed for its readers, what they are told of it, and what is announced to them."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import NamedTuple

from django.utils.dateparse import parse_datetime
from modeltranslation.utils import build_localized_fieldname

from hospital_site.publishing.models import Edition


class Step(NamedTuple):
    """One edition of a page that patients could read, or that is announced to them."""

    number: int
    live_from: datetime
    substance: dict
    minor_in: list
    change_notes: dict

    @classmethod
    def read(cls, row):
        """`row` is what `with_timeline` annotates, in which the database may leave JSON and moments as text."""
        row = {name: decoded(name, value) for name, value in row.items()}
        return cls(**row)

    @property
    def note(self):
        """The sentence for readers, a row with the field `note`; `None` where nobody wrote one."""
        texts = {build_localized_fieldname("note", code): text for code, text in self.change_notes.items() if text}
        return SimpleNamespace(**texts) if texts else None


def decoded(name, value):
    if name == "live_from":
        moment = parse_datetime(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return json.loads(value) if isinstance(value, str) else value


def changes(edition, code):
    """Return the steps up to `edition` that changed something for readers of the language `code`, the latest first.

    The first publication is the last of them. Nothing has been published of a candidate.
    """
    found, last = [], None
    for step in steps_until(edition):
        same_as = step.substance.get(code) or (last if code in step.minor_in else step.number)
        if same_as != last:
            found.insert(0, step)
        last = same_as
    return found


def steps_until(edition):
    return [step for step in steps_of(edition) if (step.live_from, step.number) <= (edition.live_from, edition.number)]


def announced(edition):
    """Return the next step after `edition` that readers are told of, or `None`."""
    return next((step for step in steps_of(edition) if step.live_from > edition.live_from), None)


def steps_of(edition):
    """Return the steps of the page of `edition`, the earliest first; none for a candidate, which has no hour."""
    if edition.live_from is None:
        return []
    if not hasattr(edition, "timeline"):  # an edition that staff look at
        edition = Edition.objects.filter(pk=edition.pk).with_timeline(edition.live_from).get()
    steps = [Step.read(row) for row in edition.timeline or []]
    return sorted(steps, key=lambda step: (step.live_from, step.number))
