"""What staff do to pages. The admin, the commands and the tests call the same functions."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from hospital_site.publishing.models import Edition, page_models
from hospital_site.publishing.snapshots import digest, dump, part_model


class Refused(Exception):
    """Why an action cannot be done, as a sentence for the person who tried."""


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
    )


@transaction.atomic
def publish(page, *, by, reason="", live_from=None):
    """Issue the draft of `page` as its next edition, live at once or from `live_from`. Returns the edition."""
    page = lock(page)
    edition = compose(page)
    neighbour = Edition.objects.live().filter(address=edition.address).exclude(page=page.key)
    if neighbour.exists():
        raise Refused(_("Another published page already has this address. Choose another one."))
    remember_draft(page)
    return issue(edition, by=by, reason=reason, live_from=live_from)


@transaction.atomic
def withdraw(page, *, by, reason):
    """Take `page` off the site from now on. Its history stays."""
    page = lock(page)
    if not page.editions().live().exists():
        raise Refused(_("Patients do not see this page now, so there is nothing to withdraw."))
    edition = compose(page)
    edition.data, edition.digest = None, ""
    return issue(edition, by=by, reason=reason)


def issue(edition, *, by, reason="", live_from=None):
    """Number and save `edition` of a page that the caller has locked."""
    last = Edition.objects.filter(page=edition.page).aggregate(last=Max("number"))["last"] or 0
    edition.number = last + 1
    edition.live_from = live_from or timezone.now()
    edition.issued_by = by if isinstance(by, str) else by.get_username()
    edition.reason = reason
    edition.save()
    return edition


def lock(page):
    """The row of `page` as it stands now, held until the transaction ends, so that numbers follow one another."""
    return type(page)._base_manager.select_for_update().get(pk=page.pk)


def remember_draft(page):
    """Note the digest of the draft, so that lists can tell which drafts differ from what patients see.

    Pages that copy rows of `page`, as a clinic copies department names, have changed with it.
    """
    note_digest(page)
    parts = {part_model(type(page), name) for name in page.parts}
    for model in page_models():
        for name in model.copied:
            if model._meta.get_field(name).related_model in parts:
                for copying in model.objects.all():
                    note_digest(copying)


def note_digest(page):
    type(page)._base_manager.filter(pk=page.pk).update(draft_digest=digest(dump(page)))
