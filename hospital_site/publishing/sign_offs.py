"""Clinical review: signing the text of a language, and confirming that a signature holds over a minor edit."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hospital_site.publishing.candidates import compose
from hospital_site.publishing.minor_edits import is_signed, signature_before
from hospital_site.publishing.models import Edition, SignOff
from hospital_site.publishing.pipeline import Action, lock, name_of
from hospital_site.publishing.policy import Refused
from hospital_site.publishing.snapshots import text_columns
from hospital_site.publishing.workflow_notes import settle_minor_edits
from hospital_site.staff.audit import record

REVIEW_EVERY = timedelta(days=365)


@transaction.atomic
def sign_off(page, codes, *, by, name, role, seen=None, review_due=None):
    """A clinician signs the draft of `page` in the languages `codes`, exactly as it reads. Returns the signatures.

    `seen` maps each language to the digest of the text that the clinician read; another one is refused.
    """
    page = lock(page)
    candidate = compose(page)
    digests = candidate.language_digests
    if seen is not None and any(seen.get(code) != digests[code] for code in codes):
        raise Refused(_("The text has changed since you opened it. Read it again before you sign."))
    today = timezone.localdate()
    signature = {"name": name, "role": role, "reviewed_on": today, "review_due": review_due or today + REVIEW_EVERY}
    signed = [sign(page, code, candidate, signature, by=by, reason=f"{code}: {name}, {role}") for code in codes]
    settle_minor_edits(page)
    return signed


@transaction.atomic
def confirm_minor_edit(edition, code, *, by, page):
    """A clinical reviewer confirms that the text of `edition` says what was signed before: the signature goes over."""
    lock(page)
    before = signature_before(edition, code)
    if code not in edition.minor_in or before is None or is_signed(edition, code):
        raise Refused(_("There is no minor edit to confirm in this language any more."))
    if by.pk in edition.authors:
        raise Refused(_("You made this edit yourself. Another clinical reviewer must confirm it."))
    kept = {field: getattr(before, field) for field in ("name", "role", "reviewed_on", "review_due")}
    extra = {"is_minor_edit": True, "reason": edition.reason}
    signature = sign(page, code, edition, kept | extra, by=by, reason=edition.reason, before=before.digest)
    settle_minor_edits(page)
    return signature


def sign(page, code, signed, fields, *, by, reason, before=""):
    """Write a signature in the language `code` under the words of `signed`, a candidate or an edition."""
    digest, texts = signed.language_digests[code], signed_texts(signed.data, code)
    words = {"language": code, "digest": digest, "texts": texts}
    signature = SignOff.objects.create(page=page.key, signed_by=name_of(by), **words, **fields)
    record(Action.SIGN_OFF, by=by, page=page, before=before, after=digest, reason=reason)
    return signature


def signed_texts(data, code):
    """Return the texts of `data` that a signature in the language `code` covers, rows with their identity."""
    texts = {name: data[name] for name in text_columns(data, [code]) if not name.startswith("source_")}
    for name, rows in data.items():
        if isinstance(rows, list):
            texts[name] = [{"id": row.get("id")} | signed_texts(row, code) for row in rows]
    return texts


def texts_under(signature):
    """Return the texts that were signed, or `None`: signatures of earlier versions did not keep them.

    They are found again if they were ever published.
    """
    if signature.texts is not None:
        return signature.texts
    editions = Edition.objects.with_content().filter(page=signature.page).order_by("-number")
    edition = next((e for e in editions if e.language_digests.get(signature.language) == signature.digest), None)
    return edition and signed_texts(edition.data, signature.language)
