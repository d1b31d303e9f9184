"""Earlier versions of a charter: their permanent addresses by date, and what readers are told of the changes."""

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.differences import replaced, words_changed
from hospital_site.publishing.languages import in_language, languages_by_preference
from hospital_site.publishing.row_matching import match_rows
from hospital_site.publishing.snapshots import Snapshot, cleaned, text_columns

TEXTS = {"title": _("Title"), "introduction": _("Introduction"), "legal_basis": _("Legal basis")}


class Change(NamedTuple):
    """What happened to one article, or to another text. `segments` are the words that were removed and added."""

    how: str
    article: Snapshot | None = None
    was: Snapshot | None = None
    label: str = ""
    segments: list = ()


class Version(NamedTuple):
    """One version of a charter, with its address, the time for which patients read it, and what it changed.

    `changes` is `None` for the first one, and where no language has both this text and the one before.
    """

    page: Snapshot
    day: str
    until: datetime | None
    changes: list | None
    lang: str = ""
    is_first: bool = False
    shares_day: bool = False

    @property
    def name(self):
        """The day from which patients read it, with the hour where another version began on that day."""
        moment = timezone.localtime(self.page.edition.live_from)
        return date_format(moment, "DATETIME_FORMAT" if self.shares_day else "DATE_FORMAT")


def versions_of(found):
    """Return the `Version`s of what the reader's `versions` returns, the latest first."""
    days = days_of([page.edition.live_from for page, _until in found])
    on_a_day = Counter(day[:10] for day in days)
    earlier = [page for page, _until in found[1:]] + [None]
    return [
        Version(page, day, until, *changes_between(before, page), before is None, on_a_day[day[:10]] > 1)
        for (page, until), before, day in zip(found, earlier, days, strict=True)
    ]


def days_of(moments):
    """Return the part of the address for each of `moments`, the latest first: `2026-11-22`, the next `2026-11-22-2`.

    A version keeps its address for good: what starts later on the same day comes after it.
    """
    counted, days = Counter(), []
    for moment in reversed(moments):
        day = timezone.localtime(moment).date().isoformat()
        counted[day] += 1
        days.append(day if counted[day] == 1 else f"{day}-{counted[day]}")
    return days[::-1]


def changes_between(before, after):
    """Return the changes from one version to the next, and the language whose words they are.

    That is the reader's, or the first other that both versions have.
    """
    if before is None:
        return None, ""
    codes = [code for code in languages_by_preference() if has_text(before, code) and has_text(after, code)]
    if not codes:
        return None, ""
    code = codes[0]
    return [*changed_texts(before, after, code), *changed_articles(before, after, code)], code


def has_text(version, code):
    rows = [version._data, *version._data.get("articles", [])]
    return any((row[name] or "").strip() for row in rows for name in text_columns(row, [code]) if name[:6] != "source")


def changed_texts(before, after, code):
    for name, label in TEXTS.items():
        old, new = in_language(before, name, code), in_language(after, name, code)
        if old != new:
            yield Change("text", label=label, segments=words_changed(old, new))
    if before.in_force_from != after.in_force_from:
        dates = [date_format(version.in_force_from) if version.in_force_from else "" for version in (before, after)]
        yield Change("text", label=_("In force from"), segments=replaced(*dates))


def changed_articles(before, after, code):
    """Yield what became of each article, in the order of the newer version, then those that were removed."""
    old_rows, new_rows = (cleaned(version._data.get("articles", [])) for version in (before, after))
    pairs = match_rows(old_rows, new_rows)
    for place, article in enumerate(after.articles):
        if place not in pairs:
            yield Change("added", article)
            continue
        was = before.articles[pairs[place]]
        texts = [tuple(in_language(one, name, code) for name in ("title", "text")) for one in (was, article)]
        if texts[0] != texts[1]:
            yield Change("reworded", article, was, segments=words_changed(*map("\n".join, texts)))
        elif (was.kind, was.number) != (article.kind, article.number):
            yield Change("moved", article, was)
    for place in sorted(set(range(len(old_rows))) - set(pairs.values())):
        yield Change("removed", was=before.articles[place])
