"""The one way from a draft to patients. Publishing, scheduling, issuing again and withdrawing only begin differently.

compose or from_edition → `Candidate` → `assess` (policy and publication checks) → `issue` → `after_issue`. The admin,
the commands and the tests call these functions. Each locks the page, refuses in plain words and writes the audit log.
"""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from hospital_site.publishing.candidates import compose, from_edition
from hospital_site.publishing.models import Edition, page_at
from hospital_site.publishing.policy import (
    Refused,
    assess,
    refuse_a_deleted_parent,
    refuse_a_place_out_of_scope,
    refuse_what_never_went_live,
)
from hospital_site.staff.audit import record
from hospital_site.staff.models import AuditEntry

Action = AuditEntry.Action

after_issue = []  # functions of an edition that apps above add in `AppConfig.ready`; called in the same transaction


@transaction.atomic
def publish(page, *, by, reason="", live_from=None, seen=None, minor_in=()):
    """Issue the draft of `page`, live at once or from `live_from`. Returns the edition, or raises `Refused`.

    `seen` is the digest of the draft that the publisher looked at. `minor_in` names languages in which only a typing
    error was corrected: a clinical reviewer is asked to confirm that the signature holds for the corrected text.
    """
    page = lock(page)
    candidate = compose(page)
    edition = go_live(candidate, by=by, reason=reason, live_from=live_from, seen=seen, minor_in=minor_in)
    draft = {"draft_digest": candidate.digest, "submitted_digest": "", "submitted_by": ""}
    type(page)._base_manager.filter(pk=page.pk).update(**draft)
    return edition


@transaction.atomic
def issue_again(page, number, *, by, reason, seen=None):
    """Issue the earlier edition `number` of `page` once more, in its own place. The draft stays as it is."""
    earlier = lock(page).editions().get(number=number)
    refuse_what_never_went_live(earlier)
    refuse_a_deleted_parent(earlier)
    refuse_a_place_out_of_scope(earlier, by)
    return go_live(from_edition(earlier), by=by, reason=reason, seen=seen)


@transaction.atomic
def withdraw(page, *, by, reason, successor=""):
    """Take `page` off the site from now on. Its history stays; what was scheduled for it is cancelled.

    `successor` is the key of a page that visitors are referred to instead.
    """
    page = lock(page)
    live = page.editions().live().first()
    if live is None:
        raise Refused(_("Patients do not see this page now, so there is nothing to withdraw."))
    for scheduled in page.editions().scheduled():
        cancel(scheduled, by=by, reason=reason)
    edition = issue(from_edition(live).as_withdrawal(successor), by=by, reason=reason)
    record(Action.WITHDRAW, by=by, page=page, before=live.digest, reason=reason)
    return edition


@transaction.atomic
def cancel(edition, *, by, reason=""):
    """Do not let the scheduled `edition` go out. It stays in the history, marked as cancelled."""
    found = Edition.objects.scheduled().filter(pk=edition.pk)
    if not found.update(cancelled_at=timezone.now(), cancelled_by=name_of(by)):
        raise Refused(_("This version is no longer scheduled, so it cannot be cancelled."))
    record(Action.CANCEL, by=by, page=page_at(edition.page), before=edition.digest, reason=reason)


def go_live(candidate, *, by, reason, live_from=None, seen=None, minor_in=()):
    """Judge `candidate`, then issue it. The caller has locked its page."""
    assessment = assess(candidate, by=by, seen=seen, live_from=live_from, minor_in=minor_in)
    if assessment.refusals:
        raise Refused(assessment.refusals[0], assessment)
    edition = issue(candidate, by=by, reason=reason, live_from=live_from, minor_in=minor_in)
    action = Action.SCHEDULE if live_from else Action.PUBLISH
    before = assessment.live.digest if assessment.live else ""
    record(action, by=by, page=page_at(candidate.page), before=before, after=candidate.digest, reason=reason)
    return edition


def issue(candidate, *, by, reason="", live_from=None, minor_in=()):
    """Number and save `candidate`, whose page the caller has locked. Returns the edition."""
    last = Edition.objects.filter(page=candidate.page).aggregate(last=Max("number"))["last"] or 0
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
        successor=candidate.successor,
        minor_in=list(minor_in),
        live_from=live_from or timezone.now(),
        issued_by=name_of(by),
        reason=reason,
    )
    for work in after_issue:
        work(edition)
    return edition


def lock(page):
    """Return the present row of `page`, held until the transaction ends, so that numbers follow one another."""
    return type(page)._base_manager.select_for_update().get(pk=page.pk)


def name_of(user):
    return user if isinstance(user, str) else user.get_username()
