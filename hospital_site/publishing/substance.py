"""What counts as a change of substance: everything that readers notice, but for signs and what is marked as minor."""

from django.conf import settings
from django.utils import timezone

from hospital_site.publishing.minor_edits import MOST_LETTERS, is_minor_edit
from hospital_site.publishing.models import Edition
from hospital_site.publishing.snapshots import localized, text_columns


def substance_of(candidate, number, live_from=None, minor_in=()):
    """Return `{language: number}`: the edition since which readers have been told what `candidate` tells them.

    That is `number`, its own, where it changes something, compared with what patients will have read last when its hour
    comes, withdrawn meanwhile or not.
    """
    if candidate.data is None:
        return {}
    editions = Edition.objects.filter(page=candidate.page, cancelled_at=None).with_content()
    before = editions.filter(live_from__lte=live_from or timezone.now()).order_by("live_from", "number").last()
    changed = changed_languages(candidate.model, before and before.data, candidate.data, minor_in)
    return {code: number if code in changed else before.substance.get(code, before.number) for code in languages()}


def changed_languages(model, before, after, minor_in=()):
    """Return the codes of the languages whose readers notice a change; all where there was nothing before.

    One letter may turn a meaning round, so only the publisher can say that nothing but typing errors changed.
    """
    if before is None:
        return languages()
    before, after = (read_by_patients(model, data) for data in (before, after))
    if facts(before) != facts(after):
        return languages()
    most = {code: MOST_LETTERS if code in minor_in else 0 for code in languages()}
    return [code for code in languages() if not is_minor_edit(before, after, code, most[code])]


def read_by_patients(model, data):
    """Return what patients read of `data`, without what is empty: a field or a language may be younger than it."""
    unread = localized(model, model.unread_fields) if model else set()
    return {
        name: [read_by_patients(None, row) for row in value] if isinstance(value, list) else value
        for name, value in data.items()
        if value and name not in unread and name != "position" and not name.startswith("source_")
    }


def facts(data):
    """Return what is the same in all languages, such as kinds and telephone numbers; no identities."""
    texts = set(text_columns(data))
    return {
        name: [facts(row) for row in value] if isinstance(value, list) else value
        for name, value in data.items()
        if name not in texts and name != "id"
    }


def languages():
    return list(dict(settings.LANGUAGES))
