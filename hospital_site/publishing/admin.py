"""The editors' admin: languages side by side, and publishing as buttons."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, resolve, reverse
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import get_translation_fields

from hospital_site.publishing import actions
from hospital_site.publishing.forms import ReasonForm, in_its_own_language
from hospital_site.publishing.reading import Reading
from hospital_site.publishing.roles import PUBLISH
from hospital_site.publishing.snapshots import translated_names


class LanguagesSideBySide:
    """Shows each translated field once per language, all languages of it in one row."""

    sections = []

    def get_fieldsets(self, request, obj=None):
        translated = translated_names(self.model)
        return [
            (title, {"fields": [tuple(get_translation_fields(n)) if n in translated else n for n in names]})
            for title, names in self.sections
        ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return in_its_own_language(db_field, super().formfield_for_dbfield(db_field, request, **kwargs))


class PartInline(LanguagesSideBySide, admin.StackedInline):
    """Rows that are edited and published with their page."""

    extra = 0
    names = []

    @property
    def sections(self):
        return [(None, self.names)]


class EditableAdmin(LanguagesSideBySide, admin.ModelAdmin):
    """Editing, previewing, publishing and withdrawing one kind of page."""

    change_form_template = "admin/publishing/page.html"
    save_on_top = False
    view_on_site = False
    list_per_page = 50
    title_field = "name"

    def get_list_display(self, request):
        return [*get_translation_fields(self.title_field), *self.model.parents, "state"]

    def get_list_select_related(self, request):
        return self.model.parents

    def get_search_fields(self, request):
        return [*get_translation_fields(self.title_field), "slug"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_state()

    @admin.display(description=_("what patients see"))
    def state(self, page):
        if page.live_digest is None:
            return _("nothing yet")
        if not page.live_digest:
            return _("nothing: withdrawn")
        if page.live_digest != page.draft_digest:
            return _("an earlier text: changes are waiting")
        return _("this text")

    def get_readonly_fields(self, request, obj=None):
        if obj and obj.editions().exists():
            return ["slug", *self.model.parents[-1:]]
        return []

    def has_delete_permission(self, request, obj=None):
        if obj and obj.editions().exists():
            return False
        return super().has_delete_permission(request, obj)

    def get_actions(self, request):
        return {}

    def save_related(self, request, form, formsets, change):
        before = form.instance.draft_digest
        super().save_related(request, form, formsets, change)
        actions.edited(form.instance, by=request.user, before=before)

    def get_urls(self):
        views = {"publish": self.publish_view, "withdraw": self.withdraw_view, "preview": self.preview_view}
        info = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=f"{info}_{name}")
            for name, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def page_or_404(self, request, object_id):
        page = self.get_object(request, unquote(object_id))
        if page is None:
            raise Http404
        if not self.has_view_permission(request, page):
            raise PermissionDenied
        return page

    def change_view(self, request, object_id, form_url="", extra_context=None):
        page = self.get_object(request, unquote(object_id))
        extra = {"may_publish": request.user.has_perm(PUBLISH), "state": self.state(page) if page else ""}
        if page:
            extra["live"] = page.editions().live().first()
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **extra})

    def preview_view(self, request, object_id):
        """The draft on the template that patients see, in the language of the address."""
        page = self.page_or_404(request, object_id)
        request.reading, request.address = Reading(draft=page), page.address
        view = resolve(page.get_absolute_url())
        response = view.func(request, *view.args, **view.kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    def publish_view(self, request, object_id):
        return self._decide(request, object_id, actions.publish, _("Publish"), _("Published. Patients see it now."))

    def withdraw_view(self, request, object_id):
        done = _("Withdrawn. Patients no longer see this page; its history stays.")
        return self._decide(request, object_id, actions.withdraw, _("Withdraw"), done)

    def _decide(self, request, object_id, action, verb, done):
        """Ask for a reason, then do `action`. A refusal comes back as a sentence on the same form."""
        page = self.page_or_404(request, object_id)
        if not request.user.has_perm(PUBLISH):
            raise PermissionDenied
        form = ReasonForm(request.POST or None)
        if form.is_valid():
            try:
                action(page, by=request.user, reason=form.cleaned_data["reason"])
            except actions.Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                self.message_user(request, done, messages.SUCCESS)
                return HttpResponseRedirect(self.url_of(page))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "page": page,
            "form": form,
            "verb": verb,
            "title": f"{verb}: {page}",
            "back": self.url_of(page),
        }
        return render(request, "admin/publishing/decide.html", context)

    def url_of(self, page):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[page.pk])
