"""The list of one kind of page: what patients see of each, how its translations are, and filters."""

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q
from django.utils.functional import cached_property, lazy
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname, get_translation_fields

from hospital_site.publishing.admin.site import TASKS
from hospital_site.publishing.admin_links import link_to
from hospital_site.publishing.languages import attributes_of, languages_by_preference
from hospital_site.publishing.page_scopes import visible
from hospital_site.publishing.permissions import languages_of
from hospital_site.publishing.tree import attach_closed_by


class TaskFilter(admin.SimpleListFilter):
    title = _("task")
    parameter_name = "task"

    def lookups(self, request, model_admin):
        return TASKS.items()

    def queryset(self, request, queryset):
        return queryset.with_task(self.value()) if self.value() in TASKS else queryset


class PageFilter(admin.RelatedFieldListFilter):
    """A page above the ones in the list. Only those that the person may see are named."""

    def field_choices(self, field, request, model_admin):
        seen = Q(pk__in=visible(field.related_model.objects.all(), request.user).values("pk"))
        ordering = self.field_admin_ordering(field, request, model_admin)
        return field.get_choices(include_blank=False, ordering=ordering, limit_choices_to=seen)


class PageList(ChangeList):
    """A list of pages that says of each whether patients can open it."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        attach_closed_by(self.result_list)


def languages_of_list(user):
    """The two languages that a list has room for: that of the interface, those that `user` writes, those of readers."""
    own = languages_of(user)
    own = own if len(own) < len(settings.LANGUAGES) else []
    return list(dict.fromkeys([get_language(), *own, *languages_by_preference()]))[:2]


class PageListing:
    """The part of `EditableAdmin` that lists pages."""

    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    # Translators: shown in a list where there is nothing
    empty_value_display = _("none")
    title_field = "name"

    def get_list_display(self, request):
        titles = [self.titles[code] for code in self.titles if code in languages_of_list(request.user)]
        return [*titles, *self.model.parents, "state", "translations"]

    @cached_property
    def titles(self):
        codes = dict(settings.LANGUAGES)
        return {code: self.title_in(build_localized_fieldname(self.title_field, code)) for code in codes}

    def title_in(self, column):
        """A column of the list: the pages' names in one language; where there is none, what the page is called else."""
        field = self.model._meta.get_field(column)

        @admin.display(description=lazy(lambda: self.labels()[column], str)(), ordering=column)
        def title(page):
            words = getattr(page, column)
            return format_html("<span {}>{}</span>", attributes_of(field.language), words) if words else str(page)

        title.__name__ = column
        return title

    def get_changelist(self, request, **kwargs):
        return PageList

    def get_list_filter(self, request):
        return [TaskFilter, *((name, PageFilter) if name in self.model.parents else name for name in self.list_filter)]

    def get_list_select_related(self, request):
        return self.model.parents or False

    def get_search_fields(self, request):
        return [*get_translation_fields(self.title_field), "slug"]

    def get_queryset(self, request):
        return visible(super().get_queryset(request).with_state(languages_of(request.user)), request.user)

    @admin.display(description=_("what patients see"))
    def state(self, page):
        if page.live_digest is None:
            return marked("new", _("nothing yet"))
        if not page.live_digest:
            return marked("withdrawn", _("nothing: withdrawn"))
        if page.closed_by:
            sentence = _("nothing: published, but a page above it is not: {page}")
            return marked("closed", format_html(sentence, page=link_to(page.closed_by)))
        if page.live_digest != page.draft_digest:
            return marked("waiting", _("an earlier text: changes are waiting"))
        # Translators: what patients see is the same as the draft
        return marked("in-sync", _("this text"))

    @admin.display(description=_("translations"))
    def translations(self, page):
        counts = []
        if page.missing:
            counts.append(ngettext("%(number)d missing", "%(number)d missing", page.missing) % {"number": page.missing})
        if page.stale:
            counts.append(ngettext("%(number)d to check", "%(number)d to check", page.stale) % {"number": page.stale})
        kind = "missing" if page.missing else "stale" if page.stale else "in-sync"
        return marked(kind, ", ".join(counts) or _("up to date"))

    def get_actions(self, request):
        return {}

    def changelist_view(self, request, extra_context=None):
        task = TASKS.get(request.GET.get("task"), "")
        return super().changelist_view(request, {"task": task, **(extra_context or {})})


def marked(kind, words):
    return format_html('<span class="chip {}">{}</span>', kind, words)
