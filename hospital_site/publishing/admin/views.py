"""Looking at one page from the admin: its draft, its languages side by side, its history; clinical review and links."""

import json
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.candidates import compose
from hospital_site.publishing.differences import difference
from hospital_site.publishing.forms import LinkForm, MomentForm, SignOffForm
from hospital_site.publishing.minor_edits import unconfirmed_minor_edits
from hospital_site.publishing.models import PreviewLink, SignOff, without_language
from hospital_site.publishing.permissions import PUBLISH, SIGN_OFF, STRUCTURE, languages_of
from hospital_site.publishing.policy import Refused
from hospital_site.publishing.preview_links import holder_of, make_link, revoke_link
from hospital_site.publishing.previews import preview_reader, show_as
from hospital_site.publishing.reading import EditionReader
from hospital_site.publishing.sign_offs import REVIEW_EVERY, confirm_minor_edit, sign_off, texts_under
from hospital_site.publishing.snapshots import dump, language_digests
from hospital_site.staff.models import AuditEntry
from hospital_site.staff.names import whole_name, whole_names

# Translators: the width of a preview
# What a signature holds for: (the draft, what patients see).
HOLDS_FOR = {
    (True, True): _("holds for the draft and for what patients see"),
    (True, False): _("holds for the draft, which is not published"),
    (False, True): _("holds for what patients see, not for the draft"),
    (False, False): _("no longer holds: the text was changed"),
}
EDITIONS_ON_A_PAGE = 20

WIDTHS = {"phone": _("phone"), "wide": _("wide screen")}


def names_in_history(page, editions, entries):
    """Return `{name in the history: how to call it}` of people, commands and holders of preview links."""
    names = {name for edition in editions for name in (edition.issued_by, edition.cancelled_by)}
    links = {
        holder_of(link): format_lazy(_("reader of the preview link for “{name}”"), name=link.recipient)
        for link in PreviewLink.objects.filter(page=page.key)
    }
    return whole_names(names | {entry.by for entry in entries}) | links


class PageViews:
    """Views of one page that change nothing for patients, beside those of `Workflow`."""

    def own_views(self):
        return {
            **super().own_views(),
            "preview/": self.preview_view,
            "compare/": self.compare_view,
            "sign-off/": self.sign_off_view,
            "links/": self.links_view,
            "history/": self.history_view,
            "editions/<int:number>/": self.edition_view,
            "as-it-was/": self.as_it_was_view,
        }

    # ── Looking ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def preview_view(self, request, object_id):
        """The draft on the template that patients see, in the language of the address."""
        page = self.page_or_404(request, object_id)
        draft = compose(page)
        back = self.address(page, "change")
        return show_as(request, draft.address, preview_reader(draft), _("Preview of the draft"), back=back)

    def compare_view(self, request, object_id):
        """The draft in all languages side by side, at the width of a phone or of a wide screen."""
        page = self.page_or_404(request, object_id)
        width = request.GET.get("width")
        path = without_language(self.address(page, "preview"))
        frames = [{"code": code, "name": name, "preview": f"/{code}{path}"} for code, name in settings.LANGUAGES]
        context = {"width": width if width in WIDTHS else "phone", "widths": WIDTHS, "frames": frames}
        response = self.render(request, "compare", page, _("Languages side by side"), **context)
        response._csp_update = {"frame-src": ["'self'"]}
        return response

    def edition_view(self, request, object_id, number):
        page = self.page_or_404(request, object_id)
        edition = get_object_or_404(page.editions().with_content(), number=number)
        title, back = _("Version %(number)d") % {"number": number}, self.address(page, "history")
        return show_as(request, edition.address, preview_reader(edition), title, back=back)

    def as_it_was_view(self, request, object_id):
        """The page as patients saw it at a moment."""
        page = self.page_or_404(request, object_id)
        form = MomentForm(request.GET or None)
        if not form.is_valid():
            return HttpResponseRedirect(self.address(page, "history"))
        reader, back = EditionReader(as_of=form.cleaned_data["at"]), self.address(page, "history")
        return show_as(request, page.address, reader, _("As patients saw it then"), back=back)

    def history_view(self, request, object_id, extra_context=None):
        """Every edition with its difference to the one before, and everything that was done to the page."""
        page = self.page_or_404(request, object_id)
        listed = Paginator(page.editions().order_by("-number"), EDITIONS_ON_A_PAGE).get_page(request.GET.get("p"))
        editions, entries = list(listed), list(AuditEntry.objects.of(page)[:200])
        first = page.editions().filter(number__lt=editions[-1].number).order_by("-number").first() if editions else None
        steps = zip(editions, [*editions[1:], first], strict=False)
        rows = [(e, difference(self.model, before and before.data, e.data)) for e, before in steps]
        names = names_in_history(page, editions, entries)
        context = {
            "rows": [(e, changes, names[e.issued_by], names[e.cancelled_by]) for e, changes in rows],
            "listed": listed,
            "now": timezone.now(),
            "entries": [(entry, names[entry.by]) for entry in entries],
            "signatures": self.signatures(page, language_digests(dump(page))),
            "moment_form": MomentForm(label_suffix=""),
            "may_copy": self.may_write_everything(request, page),
        }
        return self.render(request, "history", page, _("History"), **context)

    # ── Reviewing and showing ─────────────────────────────────────────────────────────────────────────────────────────

    def sign_off_view(self, request, object_id):
        """A clinician reads the draft and signs its text, language by language, or confirms a minor edit."""
        page = self.page_or_404(request, object_id)
        self.require(request, SIGN_OFF)
        if "confirm" in request.POST:
            return self.confirm(request, page)
        candidate = compose(page)
        digests = candidate.language_digests
        due = timezone.localdate() + REVIEW_EVERY
        first = {"name": whole_name(request.user), "review_due": due, "seen": digests}
        form = SignOffForm(request.POST or None, initial=first, label_suffix="")
        if form.is_valid():
            codes = form.cleaned_data.pop("languages")
            try:
                sign_off(page, codes, by=request.user, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                form.data = form.data.copy()
                form.data["seen"] = json.dumps(digests)
            else:
                done = _("Signed. Patients see the review as soon as this text is published.")
                return self.report(request, page, done)
        minor_edits = self.minor_edits(page)
        context = {
            "form": form,
            "signatures": self.signatures(page, digests),
            "changes_since": self.changes_since_signature(
                page, candidate, {code for _edition, code, *_rest in minor_edits}
            ),
            "minor_edits": minor_edits,
        }
        return self.render(request, "sign_off", page, _("Clinical review"), **context)

    def signatures(self, page, digests):
        """All signatures, the newest first, with `signer` and `holds_for`: the draft, what patients see, both, neither.

        `digests` are those of the draft, by language.
        """
        live = page.editions().live().first()
        signatures = list(SignOff.objects.filter(page=page.key).order_by("-pk"))
        names = whole_names(signature.signed_by for signature in signatures)
        for signature in signatures:
            signature.signer = names[signature.signed_by]
            of_draft = digests.get(signature.language) == signature.digest
            of_live = bool(live) and live.language_digests.get(signature.language) == signature.digest
            signature.holds_for = HOLDS_FOR[of_draft, of_live]
        return signatures

    def changes_since_signature(self, page, candidate, shown):
        """`[(latest signature of a language, changes), …]` where the text changed; `None` if the old one is unknown.

        The languages `shown` are left out: their changes wait as minor edits.
        """
        latest = {signature.language: signature for signature in SignOff.objects.filter(page=page.key).order_by("pk")}
        found = []
        for code in dict(settings.LANGUAGES):
            signature = latest.get(code)
            if code not in shown and signature and signature.digest != candidate.language_digests[code]:
                texts = texts_under(signature)
                changes = texts and [c for c in difference(self.model, texts, candidate.data) if c.language == code]
                found.append((signature, changes))
        return found

    def minor_edits(self, page):
        """`[(edition, language, changes, who published it), …]`: what a clinical reviewer is asked to confirm."""
        waiting = unconfirmed_minor_edits(page)
        names = whole_names(edition.issued_by for edition, *_rest in waiting)
        return [
            (e, code, [c for c in changes if c.language == code], names[e.issued_by])
            for e, code, earlier in waiting
            for changes in [difference(self.model, earlier.data, e.data)]
        ]

    def confirm(self, request, page):
        number, _colon, code = request.POST["confirm"].partition(":")
        edition = next((e for e, *_rest in unconfirmed_minor_edits(page) if str(e.number) == number), None)
        if edition is None:
            raise Http404
        try:
            confirm_minor_edit(edition, code, by=request.user, page=page)
        except Refused as refusal:
            self.message_user(request, str(refusal), "ERROR")
        else:
            self.message_user(request, _("Confirmed. The signature holds for the corrected text."), "SUCCESS")
        return HttpResponseRedirect(self.address(page, "sign_off"))

    def links_view(self, request, object_id):
        """Links that show the draft to people without an account."""
        page = self.page_or_404(request, object_id)
        if not self.has_change_permission(request, page) and not request.user.has_perm(PUBLISH):
            raise PermissionDenied
        links = PreviewLink.objects.filter(page=page.key).prefetch_related("answers")
        if "revoke" in request.POST:
            link = next((link for link in links if str(link.pk) == request.POST["revoke"]), None)
            if link is None:
                raise Http404
            revoke_link(link, by=request.user)
            return self.report(request, page, _("Revoked. The link no longer works."), "links")
        form = LinkForm(request.POST or None, label_suffix="")
        if form.is_valid():
            days = timedelta(days=form.cleaned_data.pop("days"))
            make_link(page, by=request.user, lifetime=days, **form.cleaned_data)
            return self.report(request, page, _("The link is ready. Copy it from the list."), "links")
        names = whole_names(link.made_by for link in links)
        rows = [(link, names[link.made_by]) for link in links]
        return self.render(request, "links", page, _("Preview links"), form=form, links=rows, now=timezone.now())

    def may_write_everything(self, request, page):
        writes_all = set(languages_of(request.user)) == set(dict(settings.LANGUAGES))
        return writes_all and request.user.has_perm(STRUCTURE) and self.has_change_permission(request, page)
