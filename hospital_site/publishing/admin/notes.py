"""What was last done with pages, in sentences for those whom it concerns."""

from collections import defaultdict
from typing import NamedTuple

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.admin_links import form_url
from hospital_site.publishing.models import WorkflowNote
from hospital_site.publishing.page_scopes import visible
from hospital_site.publishing.permissions import PUBLISH, SIGN_OFF, languages_of
from hospital_site.publishing.workflow_notes import AGAIN, MINOR_EDIT, Action
from hospital_site.staff.names import whole_names

SHOWN = 20
SENTENCES = {
    Action.SUBMIT: _("{name} submitted this draft for publishing."),
    Action.RETURN: _("{name} returned this draft to its editors."),
    Action.CANCEL: _("{name} cancelled the scheduled version."),
    Action.WITHDRAW: _("{name} withdrew this page."),
    Action.RESTORE: _("{name} copied an earlier version into this draft, over what stood in it."),
    AGAIN: _("{name} published an earlier version of this page again."),
    Action.ANSWER: _("Answer through the preview link for “{name}”."),
    Action.PUBLISH: _("{name} published the draft that you submitted."),
    Action.SCHEDULE: _("{name} scheduled the draft that you submitted."),
    MINOR_EDIT: _("{name} corrected a typing error in signed text. Confirm in the clinical review that it is no more."),
}
CHANGED_SINCE = {
    Action.SUBMIT: _("{name} submitted this draft for publishing. It was changed since, so submit it again."),
    Action.ANSWER: _("Answer through the preview link for “{name}”. The draft was changed since."),
}
FOR_WRITERS = {Action.RETURN, Action.CANCEL, Action.RESTORE, AGAIN, Action.WITHDRAW, Action.ANSWER}
FOR_PUBLISHERS = {Action.SUBMIT, Action.CANCEL, Action.ANSWER}
FOR_REVIEWERS = {Action.SUBMIT, MINOR_EDIT}


class Told(NamedTuple):
    """One step that was taken with `page`: a sentence with who took it, the day, and the reason in their words."""

    note: WorkflowNote
    page: object
    form_url: str
    sentence: str


def notes_for(user, kinds):
    """Return the steps of others that concern `user`, on pages of `kinds` that they may see, the newest first.

    Two queries, and one for each kind of page among them.
    """
    notes = list(WorkflowNote.objects.filter(concerning(user)).exclude(account=user.pk)[: 5 * SHOWN])
    pages = visible_pages(user, kinds, notes)
    there = [note for note in notes if note.page in pages]
    return told([note for note in there if is_for(user, note, pages[note.page])][:SHOWN], pages)


def notes_on(page):
    """Return the steps that are open on one page, for everybody who opens it, the newest first. Two queries."""
    return told(list(WorkflowNote.objects.filter(page=page.key, for_account=None)), {page.key: page})


def concerning(user):
    actions = FOR_PUBLISHERS if user.has_perm(PUBLISH) else set()
    if languages_of(user):
        actions = actions | FOR_WRITERS | {Action.SUBMIT}
    if user.has_perm(SIGN_OFF):
        actions = actions | FOR_REVIEWERS
    return Q(for_account=user.pk) | Q(for_account=None, action__in=actions)


def is_for(user, note, page):
    """A submission is for those who publish or review; once the draft was changed, for those who write."""
    if note.action != Action.SUBMIT:
        return True
    if is_outdated(note, page):
        return bool(languages_of(user))
    return user.has_perm(PUBLISH) or user.has_perm(SIGN_OFF)


def is_outdated(note, page):
    return note.digest != page.draft_digest


def visible_pages(user, kinds, notes):
    """Return the pages of `notes` that `user` may see, by key, in one query for each of `kinds` among them."""
    pks = defaultdict(set)
    for note in notes:
        kind, pk = note.page.rsplit(":", 1)
        pks[kind].add(pk)
    rows = [model.objects.filter(pk__in=pks[model.page_kind()]) for model in kinds if model.page_kind() in pks]
    return {page.key: page for found in rows for page in visible(found, user)}


def told(notes, pages):
    names = whole_names(note.by for note in notes) if notes else {}
    return [
        Told(note, page, form_url(note.page), format_lazy(sentence_for(note, page), name=names[note.by]))
        for note in notes
        for page in [pages[note.page]]
    ]


def sentence_for(note, page):
    return CHANGED_SINCE.get(note.action, SENTENCES[note.action]) if is_outdated(note, page) else SENTENCES[note.action]
