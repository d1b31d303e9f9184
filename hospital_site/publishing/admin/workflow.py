"""The buttons of a page: preview, publish, schedule, withdraw, sign, look back, show to people without an account."""

import json
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing import actions, candidates
from hospital_site.publishing.differences import difference
from hospital_site.publishing.forms import LinkForm, MomentForm, PublishForm, ReasonForm, SignOffForm
from hospital_site.publishing.models import PreviewLink, SignOff, without_language
from hospital_site.publishing.page_scopes import visible
from hospital_site.publishing.permissions import PUBLISH, SIGN_OFF, STRUCTURE, languages_of
from hospital_site.publishing.previews import show_as
from hospital_site.publishing.publication_checks import check_page, has_errors
from hospital_site.publishing.reading import Reading
from hospital_site.staff.models import AuditEntry

WIDTHS = {"phone": _("phone"), "wide": _("wide screen")}

# What a person should know before they decide, by view.
FOLLOWS = {
    "submit": _("Somebody who publishes will see this draft on their desk. Patients see no change yet."),
    "return": _("The draft goes back to its editors with your reason. Patients see no change."),
    "withdraw": _(
        "From this moment patients no longer find this page, nor the pages below it. "
        "Its history stays, and an edition of it can be issued again."
    ),
    "cancel": _("This edition will not go out at its hour. Patients go on seeing what they see now."),
    "again": _("From this moment patients see this earlier text. The draft stays as it is."),
    "copy": _(
        "The words of this edition take the place of the whole draft, and what was changed in the draft is lost. "
        "Patients see no change until it is published."
    ),
}


class Workflow:
    """The views of one page beside its form. Each asks for the right it needs, and refuses in a sentence."""

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        views = {
            "preview/": self.preview_view,
            "compare/": self.compare_view,
            "publish/": self.publish_view,
            "submit/": self.submit_view,
            "return/": self.return_view,
            "withdraw/": self.withdraw_view,
            "cancel/<int:number>/": self.cancel_view,
            "sign-off/": self.sign_off_view,
            "links/": self.links_view,
            "history/": self.history_view,
            "editions/<int:number>/": self.edition_view,
            "editions/<int:number>/again/": self.again_view,
            "editions/<int:number>/copy/": self.copy_view,
            "as-it-was/": self.as_it_was_view,
        }
        own = [
            path(f"<path:object_id>/{route}", self.admin_site.admin_view(view), name=f"{name}_{view.__name__[:-5]}")
            for route, view in views.items()
        ]
        return [*own, *super().get_urls()]

    # ── Looking ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def preview_view(self, request, object_id):
        """The draft on the template that patients see, in the language of the address."""
        page = self.page_or_404(request, object_id)
        back = self.address(page, "change")
        return show_as(request, page, Reading(shown=actions.compose(page)), _("Preview of the draft"), back=back)

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
        title, back = _("Edition %(number)d") % {"number": number}, self.address(page, "history")
        return show_as(request, page, Reading(shown=edition), title, back=back)

    def as_it_was_view(self, request, object_id):
        """The page as patients saw it at a moment."""
        page = self.page_or_404(request, object_id)
        form = MomentForm(request.GET or None)
        if not form.is_valid():
            return HttpResponseRedirect(self.address(page, "history"))
        back = self.address(page, "history")
        return show_as(request, page, Reading(at=form.cleaned_data["at"]), _("As patients saw it then"), back=back)

    def history_view(self, request, object_id, extra_context=None):
        """Every edition with its difference to the one before, and everything that was done to the page."""
        page = self.page_or_404(request, object_id)
        editions = list(page.editions().order_by("number"))
        steps = zip([None, *editions], editions, strict=False)
        rows = [(e, difference(self.model, before and before.data, e.data)) for before, e in steps]
        context = {
            "rows": rows[::-1],
            "now": timezone.now(),
            "entries": AuditEntry.objects.of(page)[:200],
            "signatures": SignOff.objects.filter(page=page.key).order_by("-pk"),
            "moment_form": MomentForm(label_suffix=""),
            "may_copy": self.may_write_everything(request, page),
        }
        return self.render(request, "history", page, _("History"), **context)

    # ── Publishing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def publish_view(self, request, object_id):
        """What would change for patients, what stands against it, and the buttons to do it."""
        page = self.page_or_404(request, object_id)
        draft = actions.compose(page)
        live = page.editions().live().first()
        form = PublishForm(request.POST or None, signed=self.signed_languages(page, live, draft), label_suffix="")
        if request.method == "POST":
            self.need(request, PUBLISH)
        if form.is_valid():
            data = form.cleaned_data
            done = (
                _("Scheduled. Patients see it at its hour.") if data["hour"] else _("Published. Patients see it now.")
            )
            try:
                actions.publish(
                    page,
                    by=request.user,
                    reason=data["reason"],
                    live_from=data["hour"],
                    seen=data["seen"],
                    minor_in=data.get("minor", ()),
                )
            except actions.Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                return self.done(request, page, done)
        findings = check_page(candidates.compose(page))
        changes = difference(self.model, live and live.data, draft.data)
        context = {
            "form": form,
            "changes": changes,
            "nothing_new": live and not changes,
            "findings": findings,
            "is_blocked": has_errors(findings),
            "digest": draft.digest,
            "live": live,
            "scheduled": page.editions().scheduled(),
            "editors": actions.editors_since_last_edition(page),
            "is_own_work": request.user.get_username() in actions.editors_since_last_edition(page),
            "may_submit": self.has_change_permission(request, page),
            "is_submitted": page.submitted_digest and page.submitted_digest == draft.digest,
        }
        return self.render(request, "publish", page, self.title_of_publishing(request, page), **context)

    def title_of_publishing(self, request, page):
        if request.user.has_perm(PUBLISH):
            return _("Publish")
        return _("Submit for publishing") if self.has_change_permission(request, page) else _("What is new")

    def submit_view(self, request, object_id):
        page = self.page_or_404(request, object_id)
        if not self.has_change_permission(request, page):
            raise PermissionDenied
        done = _("Submitted. Somebody who publishes sees it on their desk.")
        return self.decide(request, page, _("Submit for publishing"), done, lambda **said: actions.submit(page, **said))

    def return_view(self, request, object_id):
        page = self.page_or_404(request, object_id)
        self.need(request, PUBLISH)
        done = _("Returned to the editors, with your reason.")
        return self.decide(
            request, page, _("Return to the editors"), done, lambda **said: actions.send_back(page, **said)
        )

    def withdraw_view(self, request, object_id):
        page = self.page_or_404(request, object_id)
        self.need(request, PUBLISH)
        done = _("Withdrawn. Patients no longer see this page; its history stays.")
        return self.decide(request, page, _("Withdraw"), done, lambda **said: actions.withdraw(page, **said))

    def cancel_view(self, request, object_id, number):
        page = self.page_or_404(request, object_id)
        self.need(request, PUBLISH)
        edition = get_object_or_404(page.editions(), number=number)
        done = _("Cancelled. This edition will not go out.")
        return self.decide(
            request, page, _("Cancel the scheduled edition"), done, lambda **said: actions.cancel(edition, **said)
        )

    def again_view(self, request, object_id, number):
        page = self.page_or_404(request, object_id)
        self.need(request, PUBLISH)
        get_object_or_404(page.editions(), number=number)
        done = _("Issued again. Patients see the earlier text now; the draft stays as it is.")
        return self.decide(
            request, page, _("Issue this edition again"), done, lambda **said: actions.issue_again(page, number, **said)
        )

    def copy_view(self, request, object_id, number):
        page = self.page_or_404(request, object_id)
        if not self.may_write_everything(request, page):
            raise PermissionDenied
        get_object_or_404(page.editions(), number=number)
        done = _("Copied into the draft. Patients see no change until it is published.")
        verb = _("Copy this edition into the draft")
        return self.decide(request, page, verb, done, lambda **said: actions.copy_into_draft(page, number, **said))

    # ── Reviewing and showing ─────────────────────────────────────────────────────────────────────────────────────────

    def sign_off_view(self, request, object_id):
        """A clinician reads the draft and signs its words, language by language."""
        page = self.page_or_404(request, object_id)
        self.need(request, SIGN_OFF)
        draft = actions.compose(page)
        first = {
            "name": request.user.get_full_name(),
            "review_due": timezone.localdate() + actions.REVIEW_EVERY,
            "seen": draft.language_digests,
        }
        form = SignOffForm(request.POST or None, initial=first, label_suffix="")
        if form.is_valid():
            data = form.cleaned_data
            try:
                actions.sign_all(page, data["languages"], by=request.user, seen=data["seen"], **signature(data))
            except actions.Refused as refusal:
                form.add_error(None, str(refusal))
                form.data = form.data.copy()
                form.data["seen"] = json.dumps(draft.language_digests)
            else:
                return self.done(
                    request, page, _("Signed. Patients see the review as soon as these words are published.")
                )
        signed = SignOff.objects.filter(page=page.key).order_by("-pk")
        return self.render(request, "sign_off", page, _("Clinical review"), form=form, signatures=signed)

    def links_view(self, request, object_id):
        """Links that show the draft to people without an account."""
        page = self.page_or_404(request, object_id)
        if not self.has_change_permission(request, page) and not request.user.has_perm(PUBLISH):
            raise PermissionDenied
        links = PreviewLink.objects.filter(page=page.key)
        if "revoke" in request.POST:
            link = next((link for link in links if str(link.pk) == request.POST["revoke"]), None)
            if link is None:
                raise Http404
            actions.revoke_link(link, by=request.user)
            return self.done(request, page, _("Revoked. The link opens nothing any more."), "links")
        form = LinkForm(request.POST or None, label_suffix="")
        if form.is_valid():
            days = timedelta(days=form.cleaned_data.pop("days"))
            actions.make_link(page, by=request.user, lifetime=days, **form.cleaned_data)
            return self.done(request, page, _("The link is ready. Copy it from the list."), "links")
        return self.render(request, "links", page, _("Preview links"), form=form, links=links, now=timezone.now())

    # ── What the views are made of ────────────────────────────────────────────────────────────────────────────────────

    def get_object(self, request, object_id, from_field=None):
        """Return one page without its state, which only lists and the head of the form show, or `None`."""
        pages = visible(self.model.objects.all(), request.user)
        try:
            return pages.get(pk=self.model._meta.pk.to_python(object_id))
        except (self.model.DoesNotExist, ValidationError):
            return None

    def page_or_404(self, request, object_id):
        page = self.get_object(request, unquote(object_id))
        if page is None:
            raise Http404
        if not self.has_view_permission(request, page):
            raise PermissionDenied
        return page

    def need(self, request, permission):
        if not request.user.has_perm(permission):
            raise PermissionDenied

    def may_write_everything(self, request, page):
        writes_all = set(languages_of(request.user)) == set(dict(settings.LANGUAGES))
        return writes_all and request.user.has_perm(STRUCTURE) and self.has_change_permission(request, page)

    def signed_languages(self, page, live, draft):
        """Languages whose live words are signed, and differ from the draft's: a minor edit may keep the signature."""
        if not live:
            return []
        changed = {code: d for code, d in live.language_digests.items() if d != draft.language_digests.get(code)}
        signed = SignOff.objects.filter(page=page.key, digest__in=changed.values())
        return set(signed.values_list("language", flat=True))

    def decide(self, request, page, verb, done, action):
        """Say what follows, ask for a reason, then do `action`. A refusal comes back as a sentence on the same form."""
        form = ReasonForm(request.POST or None, label_suffix="")
        if form.is_valid():
            try:
                action(by=request.user, reason=form.cleaned_data["reason"])
            except actions.Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                return self.done(request, page, done)
        view = request.resolver_match.url_name.rpartition("_")[2]
        return self.render(request, "decide", page, verb, form=form, verb=verb, follows=FOLLOWS[view], view=view)

    def done(self, request, page, sentence, view="change"):
        self.message_user(request, sentence, messages.SUCCESS)
        return HttpResponseRedirect(self.address(page, view))

    def address(self, page, view):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{view}", args=[page.pk])

    def render(self, request, template, page, title, **context):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "page": page,
            "original": page,
            "title": f"{title}: {page}",
            "subtitle": None,
            "back": self.address(page, "change"),
            "here": template,
            "live": page.editions().live().first(),
            "may_publish": request.user.has_perm(PUBLISH),
            "may_sign": request.user.has_perm(SIGN_OFF),
            "has_change_permission": self.has_change_permission(request, page),
            **context,
        }
        return render(request, f"admin/publishing/{template}.html", context)


def signature(data):
    return {name: data[name] for name in ("name", "role", "review_due")}
