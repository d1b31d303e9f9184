"""What staff do to pages. The admin, the commands and the tests call the same functions.

Each locks the page before it judges, refuses in plain words, and writes the audit log in the same transaction.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from hospital_site.publishing import candidates
from hospital_site.publishing.loading import missing_relations, restore
from hospital_site.publishing.models import Edition, PreviewLink, SignOff, page_at, page_models
from hospital_site.publishing.models.links import LIFETIME
from hospital_site.publishing.publication_checks import check_page, has_errors
from hospital_site.publishing.snapshots import digest, dump, inline_model, language_digest
from hospital_site.publishing.staleness import count_gaps, mark_checked
from hospital_site.staff.audit import record
from hospital_site.staff.models import AuditEntry

Action = AuditEntry.Action
REVIEW_EVERY = timedelta(days=365)


class Refused(Exception):
    """Why an action cannot be done, as a sentence for the person who tried."""


# ── Publishing ────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def publish(page, *, by, reason="", live_from=None, seen=None, minor_in=()):
    """Issue the draft of `page` as its next edition, live at once or from `live_from`. Returns the edition.

    `seen` is the digest of the draft that the publisher looked at; another one is refused. `minor_in` names languages
    in which only a typing error was corrected, so that the clinician's signature goes over to the corrected words.
    """
    page = lock(page)
    edition = compose(page)
    refuse_what_was_not_seen(edition, seen)
    refuse_own_work(page, by)
    refuse_findings(page)
    refuse_a_taken_address(edition)
    refuse_a_past_hour(live_from)
    carry_signatures(page, edition, minor_in, by=by, reason=reason)
    issue(edition, by=by, reason=reason, live_from=live_from)
    note_draft(page)
    note_submission(page)
    record(
        Action.SCHEDULE if live_from else Action.PUBLISH,
        by=by,
        page=page,
        before=edition.replaces_digest,
        after=edition.digest,
        reason=reason,
    )
    return edition


@transaction.atomic
def withdraw(page, *, by, reason):
    """Take `page` off the site from now on. Its history stays; what was scheduled for it is cancelled."""
    page = lock(page)
    live = page.editions().live().first()
    if live is None:
        raise Refused(_("Patients do not see this page now, so there is nothing to withdraw."))
    for scheduled in page.editions().scheduled():
        cancel(scheduled, by=by, reason=reason)
    edition = compose(page)
    edition.data, edition.digest, edition.language_digests = None, "", {}
    issue(edition, by=by, reason=reason)
    record(Action.WITHDRAW, by=by, page=page, before=live.digest, reason=reason)
    return edition


@transaction.atomic
def issue_again(page, number, *, by, reason):
    """Publish the earlier edition `number` of `page` once more, as it was. The draft stays as it is."""
    page = lock(page)
    earlier = page.editions().get(number=number)
    if earlier.is_withdrawal:
        raise Refused(_("This edition is a withdrawal. Use “Withdraw” to take the page off the site."))
    refuse_a_deleted_parent(earlier)
    edition = compose(page)
    edition.data, edition.digest = earlier.data, earlier.digest
    edition.language_digests, edition.position = earlier.language_digests, earlier.position
    edition.copied_from = number
    refuse_a_taken_address(edition)
    issue(edition, by=by, reason=reason)
    record(Action.PUBLISH, by=by, page=page, before=edition.replaces_digest, after=edition.digest, reason=reason)
    return edition


@transaction.atomic
def cancel(edition, *, by, reason=""):
    """Do not let the scheduled `edition` go out. It stays in the history, marked as cancelled."""
    found = Edition.objects.scheduled().filter(pk=edition.pk)
    if not found.update(cancelled_at=timezone.now(), cancelled_by=name_of(by)):
        raise Refused(_("This edition is not waiting for its hour any more, so it cannot be cancelled."))
    record(Action.CANCEL, by=by, page=page_at(edition.page), before=edition.digest, reason=reason)


# ── The way to publishing ─────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def submit(page, *, by, reason=""):
    """Hand the draft in for publishing. Another edit takes it back."""
    page = lock(page)
    refuse_findings(page)
    now = digest(dump(page))
    note_submission(page, now, by=by)
    record(Action.SUBMIT, by=by, page=page, after=now, reason=reason)


@transaction.atomic
def send_back(page, *, by, reason):
    """Return a submitted draft to its editors, with the reason."""
    page = lock(page)
    note_submission(page)
    record(Action.RETURN, by=by, page=page, before=digest(dump(page)), reason=reason)


@transaction.atomic
def copy_into_draft(page, number, *, by, reason):
    """Write the earlier edition `number` of `page` into its draft, over what stands there. Patients see no change."""
    page = lock(page)
    earlier = page.editions().get(number=number)
    if earlier.is_withdrawal:
        raise Refused(_("This edition is a withdrawal and has no text to copy."))
    refuse_a_deleted_parent(earlier)
    before = digest(dump(page))
    restore(page, earlier.data)
    edited(page, by=by, before=before, action=Action.RESTORE, reason=reason)


@transaction.atomic
def confirm_translation(row, name, code, *, page, by):
    """Say that the text of `name` in the language `code` is still correct. Nothing that patients see changes."""
    lock(page)
    mark_checked(row, name, code)
    row.save(update_fields=["checked"])
    count_gaps(page)
    record(Action.STILL_CORRECT, by=by, page=page, reason=f"{row._meta.verbose_name} · {name} · {code}")


def edited(page, *, by, before, action=Action.EDIT, reason=""):
    """Note that `by` changed the draft of `page`, whose digest was `before`. The caller holds the transaction.

    Pages that copy rows of `page`, as a clinic copies department names, were changed with it.
    """
    after = note_draft(page)
    if after == before:
        return
    record(action, by=by, page=page, before=before, after=after, reason=reason)
    for copying in pages_that_copy(page):
        was = copying.draft_digest
        now = note_draft(copying)
        if now != was:
            record(Action.EDIT, by=by, page=copying, before=was, after=now, reason=str(page))


def note_draft(page):
    """Write down the digest of the draft and the gaps in its translations, for lists. Returns the digest."""
    now = digest(dump(page))
    type(page)._base_manager.filter(pk=page.pk).update(draft_digest=now)
    count_gaps(page)
    return now


def note_submission(page, draft="", *, by=""):
    """Write down which draft was handed in for publishing and by whom; without a digest, that none is waiting."""
    type(page)._base_manager.filter(pk=page.pk).update(submitted_digest=draft, submitted_by=name_of(by))


def pages_that_copy(page):
    inline_models = {inline_model(type(page), name) for name in page.inline_relations}
    for model in page_models():
        if any(model._meta.get_field(name).related_model in inline_models for name in model.embedded_relations):
            yield from model.objects.all()


def editors_since_last_edition(page):
    """The names of everybody who changed the draft since it was last published. A cancelled edition was not."""
    drafts = page.editions().with_content().filter(copied_from=None, cancelled_at=None)
    last = drafts.order_by("-number").first()
    entries = AuditEntry.objects.of(page).edits()
    if last:
        entries = entries.filter(at__gt=last.issued_at)
    return list(entries.order_by("by").values_list("by", flat=True).distinct())


# ── Clinical review ───────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def sign_all(page, codes, *, by, name, role, review_due, seen):
    """Sign the words of several languages at once. `seen` are the digests of the words that the clinician read."""
    for code in codes:
        sign_off(page, code, by=by, name=name, role=role, review_due=review_due, seen=seen.get(code, ""))


@transaction.atomic
def sign_off(page, code, *, by, name, role, seen=None, review_due=None):
    """A clinician signs the words of the draft of `page` in the language `code`, exactly as they stand."""
    page = lock(page)
    data = dump(page)
    if seen is not None and seen != language_digest(data, code):
        raise Refused(_("The text has changed since you opened it. Read it again before you sign."))
    today = timezone.localdate()
    signature = SignOff.objects.create(
        page=page.key,
        language=code,
        digest=language_digest(data, code),
        name=name,
        role=role,
        reviewed_on=today,
        review_due=review_due or today + REVIEW_EVERY,
        signed_by=name_of(by),
    )
    record(Action.SIGN_OFF, by=by, page=page, after=signature.digest, reason=f"{code}: {name}, {role}")
    return signature


def carry_signatures(page, edition, codes, *, by, reason):
    """Let the signatures of what patients see now hold for the corrected words of `edition` too."""
    live = page.editions().live().first()
    for code in codes:
        signed = (
            live
            and SignOff.objects.filter(page=page.key, language=code, digest=live.language_digests.get(code, "")).last()
        )
        if not signed:
            raise Refused(_("There is no signature to keep: what patients see now is not signed in this language."))
        SignOff.objects.create(
            page=page.key,
            language=code,
            digest=edition.language_digests[code],
            name=signed.name,
            role=signed.role,
            reviewed_on=signed.reviewed_on,
            review_due=signed.review_due,
            signed_by=name_of(by),
            is_minor_edit=True,
            reason=reason,
        )
        record(
            Action.SIGN_OFF, by=by, page=page, before=signed.digest, after=edition.language_digests[code], reason=reason
        )


# ── Links for people without an account ───────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def make_link(page, *, by, recipient, is_for_approval=False, lifetime=LIFETIME):
    """A signed address that shows the draft of `page` for `lifetime`."""
    link = PreviewLink.objects.create(
        page=page.key,
        made_by=name_of(by),
        recipient=recipient,
        is_for_approval=is_for_approval,
        expires_at=timezone.now() + lifetime,
    )
    record(Action.LINK, by=by, page=page, after=digest(dump(page)))
    return link


@transaction.atomic
def revoke_link(link, *, by):
    PreviewLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now())
    record(Action.REVOKE, by=by, page=page_at(link.page))


@transaction.atomic
def open_link(link, page):
    """Count one opening of `link`."""
    PreviewLink.objects.filter(pk=link.pk).update(openings=F("openings") + 1, last_opened_at=timezone.now())
    record(Action.OPENED, by=holder_of(link), page=page, after=page.draft_digest)


@transaction.atomic
def answer_link(link, page, *, answer, comment, seen):
    """The holder of `link` approves the draft with the digest `seen`, or returns it. A changed draft is refused."""
    page = lock(page)
    now = digest(dump(page))
    if seen != now:
        raise Refused(_("The draft has changed since you opened it. Read it again before you answer."))
    given = {"answer": answer, "comment": comment, "answered_digest": now, "answered_at": timezone.now()}
    PreviewLink.objects.filter(pk=link.pk).update(**given)
    record(Action.ANSWER, by=holder_of(link), page=page, after=now, reason=PreviewLink.Answer(answer).label)


def holder_of(link):
    """How the log names somebody without an account: by the number of their link."""
    return f"preview link {link.pk}"


# ── What the verbs are made of ────────────────────────────────────────────────────────────────────────────────────────


def compose(page):
    """The edition that publishing `page` now would write. It is not saved and has no number yet."""
    data = dump(page)
    ancestors = page.ancestors()
    return Edition(
        kind=page.page_kind(),
        page=page.key,
        address=page.address,
        parent=ancestors[-1].key if ancestors else "",
        ancestors=[ancestor.key for ancestor in ancestors],
        position=getattr(page, "position", 0),
        data=data,
        digest=digest(data),
        language_digests={code: language_digest(data, code) for code in dict(settings.LANGUAGES)},
    )


def issue(edition, *, by, reason="", live_from=None):
    """Number and save `edition` of a page that the caller has locked."""
    earlier = Edition.objects.filter(page=edition.page)
    live = earlier.live().first()
    edition.replaces_digest = live.digest if live else ""
    edition.number = (earlier.aggregate(last=Max("number"))["last"] or 0) + 1
    edition.live_from = live_from or timezone.now()
    edition.issued_by = name_of(by)
    edition.reason = reason
    edition.save()
    return edition


def lock(page):
    """The row of `page` as it stands now, held until the transaction ends, so that numbers follow one another."""
    return type(page)._base_manager.select_for_update().get(pk=page.pk)


def refuse_what_was_not_seen(edition, seen):
    if seen is not None and seen != edition.digest:
        raise Refused(_("The draft has changed since you looked at it. Read the difference again before you publish."))


def refuse_own_work(page, by):
    if settings.FOUR_EYES and name_of(by) in editors_since_last_edition(page):
        raise Refused(_("You changed this draft yourself. Somebody else must read and publish it."))


def refuse_findings(page):
    if has_errors(check_page(candidates.compose(page))):
        raise Refused(_("The draft has errors that must be corrected first. They are listed below."))


def refuse_a_taken_address(edition):
    taken = Edition.objects.filter(address=edition.address).exclude(page=edition.page)
    if taken.live().exists() or taken.scheduled().exists():
        raise Refused(_("Another published page already has this address. Choose another one."))


def refuse_a_deleted_parent(edition):
    """Refuse to go back to an edition that points to a row which no longer exists."""
    lost = next(missing_relations(edition.model, edition.data), None)
    if lost:
        raise Refused(
            _("What this edition belonged to has been deleted (%(name)s). Choose another edition.")
            % {"name": lost.verbose_name}
        )


def refuse_a_past_hour(live_from):
    if live_from and live_from <= timezone.now():
        raise Refused(_("This hour has passed. Choose a later one, or publish at once."))


def name_of(person):
    return person if isinstance(person, str) else person.get_username()
