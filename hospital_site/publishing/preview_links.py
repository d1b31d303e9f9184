"""Links that show one draft to somebody without an account, who may approve or return it."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from hospital_site.publishing.candidates import compose
from hospital_site.publishing.models import PreviewAnswer, PreviewLink, page_at
from hospital_site.publishing.models.links import LIFETIME
from hospital_site.publishing.pipeline import Action, lock, name_of
from hospital_site.publishing.policy import Refused
from hospital_site.publishing.workflow_notes import add_note
from hospital_site.staff.audit import record


@transaction.atomic
def make_link(page, *, by, recipient, is_for_approval=False, lifetime=LIFETIME):
    """Create a signed address that shows the draft of `page` for `lifetime`."""
    link = PreviewLink.objects.create(
        page=page.key,
        made_by=name_of(by),
        recipient=recipient,
        is_for_approval=is_for_approval,
        expires_at=timezone.now() + lifetime,
    )
    record(Action.LINK, by=by, page=page, after=page.draft_digest)
    return link


@transaction.atomic
def revoke_link(link, *, by):
    PreviewLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now())
    record(Action.REVOKE, by=by, page=page_at(link.page))


@transaction.atomic
def count_opening(link, page):
    """Count that somebody was shown the draft of `page`, by whatever method they asked for it."""
    PreviewLink.objects.filter(pk=link.pk).update(openings=F("openings") + 1, last_opened_at=timezone.now())
    record(Action.OPENED, by=holder_of(link), page=page, after=page.draft_digest)


@transaction.atomic
def answer_link(link, page, *, answer, comment, seen):
    """The holder of `link` approves the draft with the digest `seen`, or returns it. A changed draft is refused."""
    page = lock(page)
    candidate = compose(page)
    if seen != candidate.digest:
        raise Refused(_("The draft has changed since you opened it. Read it again before you answer."))
    given = PreviewAnswer.objects.create(link=link, answer=answer, comment=comment, digest=seen)
    label = given.get_answer_display()
    reason = f"{label}: {comment}" if comment else str(label)
    add_note(record(Action.ANSWER, by=holder_of(link), page=page, after=seen, reason=reason), by=link.recipient)


def holder_of(link):
    """How the log names somebody without an account: by the number of their link."""
    return f"preview link {link.pk}"
