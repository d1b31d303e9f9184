"""Publishing from the admin: the pages that show what would change and what stands against it, and the buttons."""

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing import drafts, pipeline
from hospital_site.publishing.admin.notes import notes_on
from hospital_site.publishing.admin_links import form_url, link_to, queue_url
from hospital_site.publishing.candidates import compose, from_edition, title_of
from hospital_site.publishing.differences import difference
from hospital_site.publishing.forms import GoingLiveForm, PublishForm, ReasonForm, WithdrawForm
from hospital_site.publishing.models import TranslationState, page_at
from hospital_site.publishing.page_scopes import covers, visible
from hospital_site.publishing.permissions import PUBLISH, SIGN_OFF
from hospital_site.publishing.policy import Refused, assess, refuse_what_never_went_live
from hospital_site.publishing.publication_checks import check_withdrawal
from hospital_site.publishing.tree import closed_ancestors, descendants, linking_editions
from hospital_site.staff.names import whole_name

# What a person should know before they decide, by view.
CONSEQUENCES = {
    "submit": _("A publisher will see this draft among their tasks. Patients see no change yet."),
    "return": _("The draft goes back to its editors with your reason. Patients see no change."),
    "withdraw": _(
        "From now on patients no longer find this page, nor the pages below it. "
        "Its history stays, and a version of it can be published again."
    ),
    "cancel": _("This version will not be published at the scheduled time. Patients go on seeing what they see now."),
    "again": _("From now on patients see this earlier text, in the place it had then. The draft stays as it is."),
    "copy": _(
        "The text of this version replaces the whole draft, and what was changed in the draft is lost. "
        "Patients see no change until it is published."
    ),
}


def languages_to_offer(candidate, live):
    """The languages of which each can be published alone: those that have changed, where more than one has."""
    digests = live.language_digests if live else {}
    changed = [code for code, digest in candidate.language_digests.items() if digests.get(code, digest) != digest]
    return [get_language_info(code) for code in changed] if len(changed) > 1 else []


def gaps_by_language(page):
    """`[(language, [("missing" or "stale", number, address of the queue), …]), …]` of what is to do in the draft."""
    found = []
    for state in TranslationState.objects.filter(page=page.key):
        counts = {name: getattr(state, name) for name in ("missing", "stale") if getattr(state, name)}
        if counts and state.language in dict(settings.LANGUAGES):
            links = [(name, number, queue_url(state.language, page, name)) for name, number in counts.items()]
            found.append((get_language_info(state.language), links))
    return found


class Workflow:
    """The views of one page beside its form. Each asks for the right it needs, and refuses in a sentence."""

    def own_views(self):
        return {
            "publish/": self.publish_view,
            "submit/": self.submit_view,
            "return/": self.return_view,
            "withdraw/": self.withdraw_view,
            "cancel/<int:number>/": self.cancel_view,
            "editions/<int:number>/again/": self.again_view,
            "editions/<int:number>/copy/": self.copy_view,
        }

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(f"<path:object_id>/{route}", self.admin_site.admin_view(view), name=f"{name}_{view.__name__[:-5]}")
            for route, view in self.own_views().items()
        ]
        return [*own, *super().get_urls()]

    # ── Going live ────────────────────────────────────────────────────────────────────────────────────────────────────

    def publish_view(self, request, object_id):
        """What would change for patients, what stands against it, and the buttons to do it."""
        page = self.page_or_404(request, object_id)
        only = [code for code in dict(settings.LANGUAGES) if code in request.GET.getlist("only")]
        form = PublishForm(request.POST or None, label_suffix="", only_in=only)
        assessment = None
        if request.method == "POST":
            self.require(request, PUBLISH)
        if form.is_valid():
            data = form.cleaned_data
            how = {name: data[name] for name in ("reason", "seen", "confirmed", "warnings_read")}
            how |= {"live_from": data.get("hour"), "minor_in": data["minor"], "only_in": only}
            how |= {"is_announced": data.get("is_announced", False), "change_notes": form.change_notes()}
            try:
                edition = pipeline.publish(page, by=request.user, **how)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                assessment = refusal.assessment
            else:
                return self.report(request, page, self.published(edition))
        whole = compose(page)
        try:
            assessment = assessment or assess(pipeline.narrowed(whole, only), by=request.user)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(self.address(page, "publish"))
        form.offer_minor_edits(assessment)
        form.offer_announcement(self.model)
        form.offer_change_notes(assessment)
        form.offer_confirmations(assessment)
        authors = get_user_model().objects.filter(pk__in=assessment.candidate.authors)
        context = {
            "form": form,
            "reason_form": ReasonForm(label_suffix=""),
            "only": [get_language_info(code) for code in only],
            "offers": [] if only else languages_to_offer(whole, assessment.live),
            "gaps": gaps_by_language(page),
            **self.shown(assessment),
            "editors": [whole_name(user) for user in authors.order_by("username")],
            "may_submit": self.has_change_permission(request, page),
            "is_submitted": page.submitted_digest and page.submitted_digest == assessment.candidate.digest,
        }
        return self.render(request, "publish", page, self.title_of_publishing(request, page), **context)

    def title_of_publishing(self, request, page):
        if request.user.has_perm(PUBLISH):
            return _("Publish")
        return _("Submit for publishing") if self.has_change_permission(request, page) else _("Changes")

    def again_view(self, request, object_id, number):
        """What would change for patients if an earlier edition came back."""
        page = self.page_or_404(request, object_id)
        self.require(request, PUBLISH)
        edition = get_object_or_404(page.editions(), number=number)
        try:
            refuse_what_never_went_live(edition)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(self.address(page, "history"))
        form = GoingLiveForm(request.POST or None, label_suffix="")
        assessment = None
        if form.is_valid():
            how = {name: form.cleaned_data[name] for name in ("reason", "seen", "confirmed", "warnings_read")}
            how["change_notes"] = form.change_notes()
            try:
                edition = pipeline.issue_again(page, number, by=request.user, **how)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                assessment = refusal.assessment
            else:
                return self.report(request, page, self.published(edition))
        assessment = assessment or assess(from_edition(edition), by=request.user)
        form.offer_change_notes(assessment)
        form.offer_confirmations(assessment)
        verb, consequence = _("Publish this version again"), CONSEQUENCES["again"]
        context = {"form": form, "verb": verb, "consequence": consequence, **self.shown(assessment)}
        return self.render(request, "again", page, verb, **context)

    def shown(self, assessment):
        """What the pages before a publication say of a candidate."""
        live, candidate = assessment.live, assessment.candidate
        closed = [page for key in assessment.closed if (page := page_at(key))]
        return {
            "assessment": assessment,
            "digest": candidate.digest,
            "changes": difference(self.model, live and live.data, candidate.data),
            "may_go_live": assessment.is_new and not assessment.has_errors and not assessment.is_own_work,
            "closed": [{"page": page, "form_url": form_url(page.key)} for page in closed],
        }

    def published(self, edition):
        """What is said after an edition was issued; where a page above it is closed, which one, with a link to it."""
        closed = next((page for key in closed_ancestors(edition.ancestors) if (page := page_at(key))), None)
        is_scheduled = edition.live_from > edition.issued_at
        if closed is None and is_scheduled:
            return _("Scheduled. Patients will see it at the time you have set.")
        if closed is None:
            return _("Published. Patients see it now.")
        sentence = _("Published, but patients cannot open it yet, because a page above it is not published: {page}")
        if is_scheduled:
            sentence = _("Scheduled, but patients cannot open it as long as a page above it is not published: {page}")
        return format_html(sentence, page=link_to(closed))

    # ── Decisions with a reason ───────────────────────────────────────────────────────────────────────────────────────

    def submit_view(self, request, object_id):
        page = self.page_or_404(request, object_id)
        self.require_change(request, page)
        done = _("Submitted. A publisher will see it among their tasks.")
        return self.decide(request, page, _("Submit for publishing"), done, lambda **how: drafts.submit(page, **how))

    def return_view(self, request, object_id):
        page = self.page_or_404(request, object_id)
        if not request.user.has_perm(SIGN_OFF):
            self.require(request, PUBLISH)
        done, verb = _("Returned to the editors, with your reason."), _("Return to the editors")
        return self.decide(request, page, verb, done, lambda **how: drafts.return_to_editors(page, **how))

    def withdraw_view(self, request, object_id):
        """Which pages go with it, which texts link to it, and where visitors shall go instead."""
        page = self.page_or_404(request, object_id)
        self.require(request, PUBLISH)
        below = descendants(page.key)
        gone = {edition.page for edition in below} | {page.key}
        addresses = [page.address, *(edition.address for edition in below)]
        found = check_withdrawal([*page.editions().live(), *below])
        form = WithdrawForm(request.POST or None, label_suffix="", page=page, without=gone, to_confirm=found)
        linking = linking_editions(addresses, without=gone)
        context = {
            "scheduled": page.editions().scheduled().order_by("live_from"),
            "below": [title_of(edition) for edition in below],
            "linking": [(title_of(e), form_url(e.page) if covers(request.user, e) else "") for e in linking],
        }
        done, verb = _("Withdrawn. Patients no longer see this page; its history stays."), _("Withdraw")
        act = lambda confirmed=(), **how: pipeline.withdraw(page, confirmed=confirmed, **how)  # noqa: E731
        return self.decide(request, page, verb, done, act, form=form, **context)

    def cancel_view(self, request, object_id, number):
        page = self.page_or_404(request, object_id)
        self.require(request, PUBLISH)
        edition = get_object_or_404(page.editions(), number=number)
        done, verb = _("Cancelled. This version will not be published."), _("Cancel scheduled publishing")
        return self.decide(request, page, verb, done, lambda **how: pipeline.cancel(edition, **how))

    def copy_view(self, request, object_id, number):
        page = self.page_or_404(request, object_id)
        if not self.may_write_everything(request, page):
            raise PermissionDenied
        get_object_or_404(page.editions(), number=number)
        done = _("Copied into the draft. Patients see no change until it is published.")
        verb = _("Copy this version into the draft")
        return self.decide(request, page, verb, done, lambda **how: drafts.copy_into_draft(page, number, **how))

    def decide(self, request, page, verb, done, action, form=None, **context):
        """Say what follows, ask for a reason, then do `action`. A refusal comes back as a sentence on the same form."""
        form = form or ReasonForm(request.POST or None, label_suffix="")
        if form.is_valid():
            try:
                action(by=request.user, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                return self.report(request, page, done)
        view = request.resolver_match.url_name.rpartition("_")[2]
        context |= {"form": form, "verb": verb, "consequence": CONSEQUENCES[view], "view": view}
        return self.render(request, "decide", page, verb, **context)

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

    def require(self, request, permission):
        if not request.user.has_perm(permission):
            raise PermissionDenied

    def require_change(self, request, page):
        if not self.has_change_permission(request, page):
            raise PermissionDenied

    def report(self, request, page, sentence, view="change"):
        self.message_user(request, sentence, messages.SUCCESS)
        return HttpResponseRedirect(self.address(page, view))

    def address(self, page, view):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{view}", args=[page.pk])

    def render(self, request, template, page, title, **context):
        live = page.editions().live().first()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "page": page,
            "original": page,
            "title": f"{title}: {page}",
            "subtitle": None,
            "back": self.address(page, "change"),
            "here": template,
            "live": live,
            "notes": notes_on(page),
            "is_published": live is not None,
            "is_open": live and not closed_ancestors(live.ancestors),
            "may_publish": request.user.has_perm(PUBLISH),
            "may_sign": request.user.has_perm(SIGN_OFF),
            "has_change_permission": self.has_change_permission(request, page),
            **context,
        }
        return render(request, f"admin/publishing/{template}.html", context)
