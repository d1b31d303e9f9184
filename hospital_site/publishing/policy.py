"""Whether a candidate may go to patients now: who wrote it, whether it was read, whether it is new, where it stands."""

from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hospital_site.publishing.candidates import Candidate
from hospital_site.publishing.loading import missing_relations
from hospital_site.publishing.minor_edits import is_minor_edit
from hospital_site.publishing.models import Edition
from hospital_site.publishing.page_scopes import covers
from hospital_site.publishing.publication_checks import CONFIRMATION, WARNING, check_page, has_errors
from hospital_site.publishing.substance import changed_languages
from hospital_site.publishing.tree import closed_ancestors


class Refused(Exception):
    """Why an action cannot be done, in a sentence for the person who tried; with the `assessment`, if there was one."""

    def __init__(self, sentence, assessment=None):
        super().__init__(sentence)
        self.assessment = assessment


@dataclass(frozen=True)
class Assessment:
    """What is to be known of a candidate before it is issued. Nothing has been written yet.

    `live` is the edition with content that patients may see now, or `None`; `scheduled` are the editions that would
    replace the candidate at their hour; `closed` the pages above it that patients cannot open, the top first;
    `findings` what the publication checks found; `refusals` why the person may not issue it, in sentences.
    """

    candidate: Candidate
    live: Edition | None
    scheduled: list[Edition]
    closed: list[Edition]
    findings: list
    is_own_work: bool
    is_new: bool
    refusals: list[str] = field(default_factory=list)

    @property
    def has_errors(self):
        return has_errors(self.findings)

    @property
    def changed_languages(self):
        """The languages whose readers see another text than now, but for typing errors; none where they see nothing."""
        return changed_languages(self.candidate.model, self.live.data, self.candidate.data) if self.live else []

    @property
    def warnings(self):
        return [finding for finding in self.findings if finding.level == WARNING]

    @property
    def to_confirm(self):
        return [finding for finding in self.findings if finding.level == CONFIRMATION]


def assess(candidate, *, by=None, seen=None, warnings_read=True, confirmed=None, live_from=None, minor_in=()):
    """Judge `candidate` for the account `by` (a user, or the name of a command). Asks editions only.

    `seen` is the digest that the person has read, `None` where nobody reads, as in a command. `warnings_read` says that
    the person goes against the warnings knowingly; `confirmed` are the keys of what they confirmed one by one, `None`
    where that is not asked yet.
    """
    editions = Edition.objects.filter(page=candidate.page)
    live = editions.live().first()
    scheduled = list(editions.scheduled().order_by("live_from"))
    is_own_work = settings.FOUR_EYES and getattr(by, "pk", None) in candidate.authors
    assessment = Assessment(
        candidate=candidate,
        live=live,
        scheduled=scheduled,
        closed=closed_ancestors(candidate.ancestors),
        findings=[finding for finding in check_page(candidate) if not is_settled(finding, live_from)],
        is_own_work=is_own_work and candidate.copied_from is None,
        is_new=is_new(candidate, live),
    )
    assessment.refusals.extend(refusals(assessment, seen=seen, live_from=live_from, minor_in=minor_in))
    if confirmed is not None and {finding.key for finding in assessment.to_confirm} - set(confirmed):
        assessment.refusals.append(NOT_CONFIRMED)
    if assessment.warnings and not warnings_read:
        assessment.refusals.append(WARNINGS_NOT_READ)
    return assessment


NOT_CONFIRMED = gettext_lazy(
    "The law prescribes an article that is not the same any more. Confirm it below, or put the article back."
)
WARNINGS_NOT_READ = gettext_lazy(
    "Something was found that you should look at once more. Confirm that you have read it."
)


def is_settled(finding, live_from):
    return bool(finding.settled_on and live_from and timezone.localdate(live_from) >= finding.settled_on)


def is_new(candidate, edition):
    return edition is None or (candidate.digest, list(candidate.ancestors), candidate.address) != (
        edition.digest,
        edition.ancestors,
        edition.address,
    )


def refusals(assessment, *, seen, live_from, minor_in):
    """The reasons against issuing, the most important first."""
    candidate = assessment.candidate
    if seen is not None and seen != candidate.digest:
        yield _("The draft has changed since you looked at it. Read the changes again before you publish.")
    if live_from and live_from <= timezone.now():
        yield _("This time has passed. Choose a later one, or publish at once.")
    if assessment.is_own_work:
        yield _("You changed this draft yourself. Somebody else must read and publish it.")
    if assessment.has_errors:
        yield _("The draft has errors that must be corrected first. They are listed below.")
    if not assessment.is_new:
        yield _("Patients already have exactly this text. There is nothing to publish.")
    if any(not is_new(candidate, edition) for edition in assessment.scheduled):
        yield _("Exactly this text is scheduled already. Cancel that first to choose another time.")
    if live_from and any(edition.live_from == live_from for edition in assessment.scheduled):
        yield _("Another version is scheduled for this very time. Cancel that first, or choose another time.")
    if is_address_taken(candidate):
        yield _("Another published page already has this address. Choose another one.")
    yield from refusals_of_minor_edits(assessment, minor_in)


def is_address_taken(candidate):
    rivals = Edition.objects.filter(address=candidate.address).exclude(page=candidate.page).with_content()
    return rivals.live().exists() or rivals.scheduled().exists()


def refusals_of_minor_edits(assessment, codes):
    for code in codes:
        if not is_changed(assessment, code):
            yield _("There is no minor edit: patients do not see this page, or its text in this language is the same.")
        elif not may_be_minor(assessment, code):
            yield _(
                "This is more than a minor edit. White space, punctuation or at most two letters may change, "
                "and no number. Take the mark of a minor edit away."
            )


def is_changed(assessment, code):
    digest = assessment.live.language_digests.get(code) if assessment.live else None
    return digest is not None and digest != assessment.candidate.language_digests.get(code)


def may_be_minor(assessment, code):
    """May the change in the language `code` be called the correction of a typing error?"""
    return is_changed(assessment, code) and is_minor_edit(assessment.live.data, assessment.candidate.data, code)


def refuse_a_deleted_parent(edition):
    """Refuse to go back to an edition that points to a row which no longer exists."""
    lost = next(missing_relations(edition.model, edition.data), None)
    if lost:
        raise Refused(
            _("What this version belonged to has been deleted (%(name)s). Choose another version.")
            % {"name": lost.verbose_name}
        )


def refuse_a_place_out_of_scope(edition, by):
    """Refuse to bring a page back to a place outside the part of the site that `by` works on."""
    if not isinstance(by, str) and not covers(by, edition):
        raise Refused(_("This version stood in a part of this site that you do not work on. Choose another version."))


def refuse_what_never_went_live(edition):
    """Only what patients once could read may be issued again: the rest has not passed this policy for good."""
    if edition.is_withdrawal:
        raise Refused(_("This version records a withdrawal. Use “Withdraw” to take the page off the site."))
    if edition.cancelled_at:
        raise Refused(
            _(
                "This version was cancelled before it was published, so it cannot be published again. "
                "Copy it into the draft."
            )
        )
    if not edition.was_live:
        raise Refused(_("This version is still scheduled. To publish it earlier, cancel it and publish the draft."))
