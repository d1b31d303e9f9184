"""The one way from a draft to patients. Publishing, scheduling, issuing again and withdrawing only begin differently.

compose or from_edition → `Candidate` → `assess` (policy and publication checks) → `issue` → `AFTER_ISSUE`. The admin,
the commands and the tests call these functions. Each locks the page, refuses in plain words and writes the audit log.
"""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from hospital_site.publishing import registries
from hospital_site.publishing.candidates import compose, from_edition
from hospital_site.publishing.minor_edits import signed_edition_before
from hospital_site.publishing.models import Edition, page_at
from hospital_site.publishing.one_language import dated, in_languages
from hospital_site.publishing.policy import (
    Refused,
    assess,
    refuse_a_deleted_parent,
    refuse_a_place_out_of_scope,
    refuse_what_never_went_live,
)
from hospital_site.publishing.publication_checks import check_withdrawal
from hospital_site.publishing.substance import substance_of
from hospital_site.publishing.tree import descendants
from hospital_site.publishing.workflow_notes import (
    AGAIN,
    MINOR_EDIT,
    add_note,
    create_note,
    reopen_submission,
    settle_all,
    settle_minor_edits,
)
from hospital_site.staff.audit import record
from hospital_site.staff.models import AuditEntry

Action = AuditEntry.Action


@transaction.atomic
def publish(page, *, by, reason="", live_from=None, minor_in=(), only_in=(), is_announced=False, **read):
    """Issue the draft of `page`, live at once or from `live_from`. Returns the edition, or raises `Refused`.

    `only_in` names the languages whose texts are published, if not all: the others keep the words that patients read.

    `minor_in` names languages in which only a typing error was corrected: readers see no new day, and of a signed text
    a clinical reviewer is asked to confirm that the signature holds for the corrected one. `is_announced` tells
    patients beforehand of what is scheduled. `read` is what the publisher has read, as `assess` takes it, and
    `change_notes`, sentences for readers, by language.
    """
    page = lock(page)
    whole = compose(page)
    candidate = narrowed(whole, only_in)
    how = {"live_from": live_from, "minor_in": minor_in, "is_announced": is_announced and bool(live_from)}
    edition, entry = go_live(candidate, by=by, reason=reason, **how, **read)
    draft = {"draft_digest": whole.digest}
    if not candidate.only_in:  # else the rest of a submitted draft goes on waiting
        draft |= {"submitted_digest": "", "submitted_by": ""}
        settle_all(entry)
    type(page)._base_manager.filter(pk=page.pk).update(**draft)
    if any(signed_edition_before(edition, code) for code in minor_in):
        create_note(entry, action=MINOR_EDIT)
    settle_minor_edits(page)
    return edition


def narrowed(candidate, codes):
    """Return `candidate` with its texts in the languages `codes` only, or as it is where none is named."""
    if not codes:
        return candidate
    live = Edition.objects.live().filter(page=candidate.page).first()
    if live is None:
        raise Refused(_("Patients read nothing of this page yet. Publish it in all languages first."))
    return in_languages(candidate, codes, live)


@transaction.atomic
def issue_again(page, number, *, by, reason, **read):
    """Issue the earlier edition `number` of `page` once more, in its own place. The draft stays as it is.

    `read` is what the publisher has read, as `assess` takes it, and `change_notes`.
    """
    page = lock(page)
    earlier = page.editions().get(number=number)
    refuse_what_never_went_live(earlier)
    refuse_a_deleted_parent(earlier)
    refuse_a_place_out_of_scope(earlier, by)
    edition, entry = go_live(from_edition(earlier), by=by, reason=reason, **read)
    add_note(entry, action=AGAIN)
    settle_minor_edits(page)
    return edition


@transaction.atomic
def withdraw(page, *, by, reason, successor="", confirmed=None):
    """Take `page` off the site from now on. Its history stays; what was scheduled for it is cancelled.

    `successor` is the key of a page that visitors are referred to instead. `confirmed` are the keys of what the law
    prescribes and the person confirmed one by one, `None` where nobody is asked.
    """
    page = lock(page)
    live = page.editions().live().first()
    if live is None:
        raise Refused(_("Patients do not see this page now, so there is nothing to withdraw."))
    findings = check_withdrawal([live, *descendants(page.key)])
    if confirmed is not None and {finding.key for finding in findings} - set(confirmed):
        raise Refused(_("The law prescribes what is withdrawn with this page. Confirm each article, or keep the page."))
    for scheduled in page.editions().scheduled():
        mark_as_cancelled(scheduled, by=by, reason=reason)
    edition = issue(from_edition(live).as_withdrawal(successor), by=by, reason=reason)
    found = "\n".join(map(str, findings))
    add_note(record(Action.WITHDRAW, by=by, page=page, before=live.digest, reason=reason, findings=found))
    settle_minor_edits(page)
    return edition


@transaction.atomic
def cancel(edition, *, by, reason=""):
    """Do not let the scheduled `edition` go out. It stays in the history, marked as cancelled.

    A draft that was submitted and is still what the edition said waits for a publisher again.
    """
    page = lock(page_at(edition.page))
    add_note(mark_as_cancelled(edition, by=by, reason=reason))
    settle_minor_edits(page)
    if page.draft_digest == edition.digest and (entry := reopen_submission(page, edition.digest)):
        submission = {"submitted_digest": edition.digest, "submitted_by": entry.by}
        type(page)._base_manager.filter(pk=page.pk).update(**submission)


def mark_as_cancelled(edition, *, by, reason):
    found = Edition.objects.scheduled().filter(pk=edition.pk)
    if not found.update(cancelled_at=timezone.now(), cancelled_by=name_of(by)):
        raise Refused(_("This version is no longer scheduled, so it cannot be cancelled."))
    return record(Action.CANCEL, by=by, page=page_at(edition.page), before=edition.digest, reason=reason)


def go_live(candidate, *, by, reason, live_from=None, minor_in=(), confirmed=(), is_announced=False, **read):
    """Judge `candidate`, then issue it. The caller has locked its page. Returns the edition and its audit entry."""
    for_readers = {"change_notes": read.pop("change_notes", None), "is_announced": is_announced}
    assessment = assess(candidate, by=by, live_from=live_from, minor_in=minor_in, confirmed=confirmed, **read)
    if assessment.refusals:
        raise Refused(assessment.refusals[0], assessment)
    edition = issue(candidate, by=by, reason=reason, live_from=live_from, minor_in=minor_in, **for_readers)
    entry = record(
        Action.SCHEDULE if live_from else Action.PUBLISH,
        by=by,
        page=page_at(candidate.page),
        before=assessment.live.digest if assessment.live else "",
        after=candidate.digest,
        reason=reason,
        findings="\n".join(map(str, assessment.findings)),
    )
    return edition, entry


def issue(candidate, *, by, reason="", live_from=None, minor_in=(), change_notes=None, is_announced=False):
    """Number and save `candidate`, whose page the caller has locked. Returns the edition."""
    last = Edition.objects.filter(page=candidate.page).aggregate(last=Max("number"))["last"] or 0
    hour = live_from or timezone.now()
    live = Edition.objects.live(hour).filter(page=candidate.page).first() if candidate.stale else None
    edition = Edition.objects.create(
        kind=candidate.kind,
        page=candidate.page,
        number=last + 1,
        address=candidate.address,
        parent=candidate.parent,
        ancestors=list(candidate.ancestors),
        position=candidate.position,
        data=candidate.data,
        digest=candidate.digest,
        language_digests=candidate.language_digests,
        copied_from=candidate.copied_from,
        authors=sorted(candidate.authors),
        stale=dated(candidate, live, timezone.localdate(hour).isoformat()),
        only_in=list(candidate.only_in),
        successor=candidate.successor,
        minor_in=list(minor_in),
        substance=substance_of(candidate, last + 1, hour, minor_in),
        change_notes=change_notes or {},
        is_announced=is_announced,
        live_from=hour,
        issued_by=name_of(by),
        reason=reason,
    )
    for work in registries.load(registries.AFTER_ISSUE):
        work(edition)
    return edition


def lock(page):
    """Return the present row of `page`, held until the transaction ends, so that numbers follow one another."""
    return type(page)._base_manager.select_for_update().get(pk=page.pk)


def name_of(user):
    return user if isinstance(user, str) else user.get_username()
