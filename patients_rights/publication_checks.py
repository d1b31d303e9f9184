"""What is checked before a charter is published, besides what is checked on every page."""

from dataclasses import replace
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.differences import called_row
from hospital_site.publishing.languages import localized
from hospital_site.publishing.models import Edition
from hospital_site.publishing.publication_checks import CONFIRMATION, WARNING, Finding
from hospital_site.publishing.row_matching import match_rows
from hospital_site.publishing.snapshots import Snapshot, text_columns
from patients_rights.models import Article, Charter


def changed_statutory_articles(candidate, rows):
    """Find the articles that the law prescribes and that patients could read, but which the candidate gives up."""
    if not issubclass(candidate.model, Charter):
        return
    before, after = published_articles(candidate.page), candidate.data.get("articles", [])
    places = {old: new for new, old in match_rows(before, after).items()}
    for old, article in enumerate(before):
        if article["is_statutory"]:
            place = places.get(old)
            if sentence := what_was_given_up(article, None if place is None else after[place]):
                field = "" if place is None else f"articles-{place}-is_statutory"
                yield to_confirm(article, sentence, old, field, key=f"{article['kind']}-{article['number']}")


def not_in_force_yet(candidate, rows):
    """Find a day of force that has not come: published at once, the list would be read before it holds."""
    day = candidate.data.get("in_force_from") if issubclass(candidate.model, Charter) else None
    if day and (day := date.fromisoformat(day)) > timezone.localdate():
        found = rows[0].finding(WARNING, format_lazy(NOT_IN_FORCE, day=date_format(day)), "in_force_from")
        yield replace(found, settled_on=day)


def withdrawn_statutory_articles(edition):
    """Find the articles that the law prescribes and that patients would no longer read."""
    articles = edition.data.get("articles", []) if issubclass(edition.model, Charter) else []
    for place, article in enumerate(articles):
        if article["is_statutory"]:
            yield to_confirm(article, WITHDRAWN, place, key=f"{edition.page}-{article['kind']}-{article['number']}")


def to_confirm(article, sentence, place, field="", *, key):
    basis = localized(Snapshot(Article, article), "basis").text or NO_BASIS
    label = called_row(Article, article, place + 1)
    return Finding(CONFIRMATION, format_lazy(sentence, basis=basis), field, None, label, key=key)


def published_articles(page):
    """Return the articles of the last edition that patients could read, which may have been withdrawn since."""
    last = Edition.objects.started().with_content().filter(page=page).order_by("live_from", "number").last()
    return last.data.get("articles", []) if last else []


def what_was_given_up(before, after):
    if after is None:
        return DELETED
    if not after["is_statutory"]:
        return UNMARKED
    if after["kind"] != before["kind"]:
        return MOVED
    if any(has_words(before[column]) and not has_words(after.get(column)) for column in text_columns(before)):
        return EMPTIED
    return None


def has_words(text):
    return any(map(str.isalnum, text or ""))


NOT_IN_FORCE = _(
    "This list holds from {day}. Published at once, it is read before it holds: choose the first minute of that day."
)
DELETED = _("The law prescribes this article ({basis}), and it is deleted.")
EMPTIED = _("The law prescribes this article ({basis}), and a text of it is empty.")
MOVED = _("The law prescribes this article ({basis}), and it moves from rights to responsibilities, or back.")
UNMARKED = _("The law prescribes this article ({basis}), and it is no longer marked as statutory.")
WITHDRAWN = _("The law prescribes this article ({basis}), and patients will no longer read it.")
NO_BASIS = _("the legal basis is not written down")
