"""Editing one kind of page: languages side by side, nothing overwritten, translations compared field by field."""

import copy
from unicodedata import east_asian_width

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max
from django.http import HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from modeltranslation.fields import TranslationField
from modeltranslation.utils import get_translation_fields

from hospital_site.publishing.admin.lists import PageListing
from hospital_site.publishing.admin.notes import notes_on
from hospital_site.publishing.admin.page_forms import PageForm, as_filled_in, owner_of
from hospital_site.publishing.admin.views import PageViews
from hospital_site.publishing.admin.workflow import Workflow
from hospital_site.publishing.differences import difference
from hospital_site.publishing.drafts import confirm_translation, pages_that_embed, record_edit
from hospital_site.publishing.edit_conflicts import has_conflict, merge_edits, signed_state, state_of, verified_state
from hospital_site.publishing.forms import chip, in_its_own_language
from hospital_site.publishing.models import WorkflowNote, page_models
from hospital_site.publishing.page_scopes import may_add, may_choose, would_be_within
from hospital_site.publishing.permissions import PUBLISH, SIGN_OFF, STRUCTURE, languages_of
from hospital_site.publishing.pipeline import lock
from hospital_site.publishing.snapshots import translated_names
from hospital_site.publishing.staleness import names_of, note_edit, rows_of
from hospital_site.publishing.tree import attach_closed_by
from hospital_site.staff.audit import record
from hospital_site.staff.kept_forms import added_rows
from hospital_site.staff.models import AuditEntry
from hospital_site.typed_fields import TypedAdmin

LATIN_LETTERS_IN_A_LINE = 64
AFTER_EDIT = []  # functions of a request, a page and its changed texts as [(row, field, language), …], by apps above


class LanguagesSideBySide(TypedAdmin):
    """Shows each translated field once per language, all languages of it in one row.

    A person writes the languages that they have the right to; the others stand beside, to be read.
    """

    sections = []
    formfield_overrides = {
        models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
    }

    def labels(self):
        """The labels of translated fields, for a form that is only read."""
        columns = [column for name in translated_names(self.model) for column in get_translation_fields(name)]
        fields = map(self.model._meta.get_field, columns)
        return {field.name: in_its_own_language(field, field.formfield()).label for field in fields}

    def get_fieldsets(self, request, obj=None):
        translated = translated_names(self.model)
        return [
            (title, {"fields": [tuple(get_translation_fields(n)) if n in translated else n for n in names]})
            for title, names in self.sections
        ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        form_field = in_its_own_language(db_field, super().formfield_for_dbfield(db_field, request, **kwargs))
        if form_field and not self.may_write(request.user, db_field):
            form_field.disabled = True
        if form_field and isinstance(form_field.widget, RelatedFieldWidgetWrapper):
            form_field.widget = form_field.widget.widget  # Pages are made and removed on their own forms.
        return form_field

    def may_write(self, user, db_field):
        return may_write(user, db_field)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.related_model in page_models():
            kwargs["queryset"] = may_choose(db_field.related_model.objects.all(), request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        """Rows of a page, such as departments of a hospital: those of the pages that the person may choose.

        The form of a page narrows them down to the pages above it.
        """
        rows, owner = db_field.related_model.objects.all(), owner_of(db_field.related_model)
        pages = may_choose(rows.model._meta.get_field(owner).related_model.objects.all(), request.user)
        kwargs |= {"queryset": rows.filter(**{f"{owner}__in": pages}), "widget": forms.CheckboxSelectMultiple}
        return super().formfield_for_manytomany(db_field, request, **kwargs)


def end_of(rows):
    """Return the position after the last of `rows`. What is new stands at the end until somebody moves it."""
    return (rows.aggregate(last=Max("position"))["last"] or 0) + 1


def may_write(user, db_field):
    if isinstance(db_field, TranslationField):
        return db_field.language in languages_of(user)
    return user.has_perm(STRUCTURE)


class WithChips:
    """A form that tells beside each text whether it still says what the other languages say.

    Its fields are as tall as their texts.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        for name in translated_names(type(self.instance)):
            self._add_chips(name)
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 1 + lines_of(self.get_initial_for_field(field, name) or "")

    def _add_chips(self, name):
        is_compared = self.instance.pk and name in names_of(self.instance)
        for column in get_translation_fields(name):
            if field := self.fields.get(column):
                code = self.instance._meta.get_field(column).language
                mark = chip(self.instance, name, code, field) if is_compared else ""
                field.help_text = format_html('{}<span class="what">{}</span>', mark, field.help_text)


def lines_of(text):
    """About how many lines `text` takes in a field. A Korean letter is as wide as two Latin ones."""
    widths = [sum(2 if east_asian_width(letter) in "WF" else 1 for letter in line) for line in text.split("\n")]
    return sum(1 + width // LATIN_LETTERS_IN_A_LINE for width in widths)


class RowInline(LanguagesSideBySide, admin.StackedInline):
    """Rows that are edited and published with their page."""

    names = []

    @property
    def sections(self):
        return [(None, self.names)]

    def get_formset(self, request, obj=None, **kwargs):
        form = type("PartForm", (WithChips, self.form), {})
        formset = super().get_formset(request, obj, form=form, labels=self.labels(), **kwargs)
        if position := formset.form.base_fields.get("position"):
            rows = self.model._base_manager.filter(**{formset.fk.name: obj}) if obj else self.model._base_manager.none()
            position.initial = end_of(rows)
        formset.extra = max(formset.extra, added_rows(request, formset.get_default_prefix()))
        return formset

    def get_extra(self, request, obj=None, **kwargs):
        """Without JavaScript, a link under the rows asks for one more."""
        return int(request.GET.get("more") == self.model._meta.model_name)

    def has_add_permission(self, request, obj=None):
        return request.user.has_perm(STRUCTURE) and super().has_add_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return request.user.has_perm(STRUCTURE) and super().has_delete_permission(request, obj)


class EditableAdmin(PageListing, PageViews, Workflow, LanguagesSideBySide, admin.ModelAdmin):
    """Everything that staff do with one kind of page."""

    form = PageForm
    change_form_template = "admin/publishing/page.html"
    view_on_site = False

    # ── What is fixed ─────────────────────────────────────────────────────────────────────────────────────────────────

    def is_in_history(self, request, page):
        """Django asks for it several times in a request; the database is asked once."""
        known = vars(request).setdefault("in_history", {})
        if page.key not in known:
            known[page.key] = page.is_in_history()
        return known[page.key]

    def get_readonly_fields(self, request, obj=None):
        if obj and self.is_in_history(request, obj):
            return ["slug", *self.model.parents[-1:]]
        return []

    def has_add_permission(self, request):
        is_allowed = request.user.has_perm(STRUCTURE) and may_add(request.user, self.model)
        return is_allowed and super().has_add_permission(request)

    def has_delete_permission(self, request, obj=None):
        if obj and self.is_in_history(request, obj):
            return False
        return super().has_delete_permission(request, obj)

    def delete_model(self, request, obj):
        place = {"ancestors": [above.key for above in [*obj.ancestors(), obj]], "address": obj.address}
        record(AuditEntry.Action.DELETE, by=request.user, page=obj, before=obj.draft_digest, data=place)
        WorkflowNote.objects.filter(page=obj.key).delete()
        super().delete_model(request, obj)

    # ── Saving ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def get_form(self, request, obj=None, change=False, **kwargs):
        refusal = getattr(request, "refusal", None)

        def clean(form):
            super(form_class, form).clean()
            if refusal:
                raise ValidationError(refusal)
            if not form.errors and not would_be_within(request.user, as_filled_in(form)):
                sentence = _("You work on a part of this site. Choose one of your own pages here.")
                form.add_error(self.model.parents[0], sentence)

        form_class = type("PageForm", (WithChips, self.form), {"clean": clean})
        return super().get_form(request, obj, change, form=form_class, labels=self.labels(), **kwargs)

    def get_fieldsets(self, request, obj=None):
        return [*super().get_fieldsets(request, obj), (_("Translations"), {"fields": ["source_language"]})]

    def get_changeform_initial_data(self, request):
        """A new page comes after all of its kind: under which page it will stand is chosen in the form."""
        initial = super().get_changeform_initial_data(request)
        if "position" in {field.name for field in self.model._meta.fields}:
            initial.setdefault("position", end_of(self.model._base_manager.all()))
        return initial

    def _changeform_view(self, request, object_id, form_url, extra_context):
        """Inside the transaction of the request: lock the page, and see whether it is still the one that was opened."""
        page = self.get_object(request, unquote(object_id)) if object_id else None
        if page is None:
            context = {"show_save_and_add_another": False, **(extra_context or {})}
            return super()._changeform_view(request, object_id, form_url, context)
        if request.method == "POST":
            page = lock(page)
            request.embedding = list(pages_that_embed(page))
            request.rows_before = {row_key(row): copy.copy(row) for row in rows_of(page)}
            self._notice_a_conflict(request, page)
        request.page_as_stored = page
        return super()._changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request, context, *args, **kwargs):
        if page := getattr(request, "page_as_stored", None):
            context |= self.told(request, page)
        return super().render_change_form(request, context, *args, **kwargs)

    def _notice_a_conflict(self, request, page):
        opened = verified_state(request.POST.get("opened", ""))
        now = state_of(page)
        if opened is None:
            request.refusal = _(
                "This form does not say which text you opened, so nothing was saved. Your own text is still in the "
                "form. Open the page in a second window, compare, then save again."
            )
        elif has_conflict(self.model, opened, now):
            request.refusal = _(
                "Somebody else saved this page while you were writing. What they changed is shown here. "
                "Your own text is still in the form, nothing of it is lost. Read both, then save again."
            )
            request.conflict = difference(self.model, opened, now)
            request.POST = merge_edits(self.model, request.POST, opened, now)

    def told(self, request, page):
        """What the page of the form says besides the form."""
        state = self.model.objects.with_live().get(pk=page.pk)
        attach_closed_by([state])
        return {
            "here": "change",
            "show_save_and_add_another": False,
            "state": self.state(state),
            "is_published": bool(state.live_digest),
            "is_open": state.live_digest and not state.closed_by,
            "notes": notes_on(state),
            "is_submitted": state.submitted_digest and state.submitted_digest == state.draft_digest,
            "scheduled": page.editions().scheduled(),
            "opened": signed_state(state_of(page)),
            "conflict": getattr(request, "conflict", None),
            "may_publish": request.user.has_perm(PUBLISH),
            "may_sign": request.user.has_perm(SIGN_OFF),
            "may_structure": request.user.has_perm(STRUCTURE),
        }

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        page = self.model._base_manager.get(pk=form.instance.pk)
        before = getattr(request, "rows_before", {})
        confirmed = request.POST.get("_still_correct", "")
        changed = []
        for row in rows_of(page):
            known = copy.deepcopy(row.checked), row.source_language
            row.source_language = page.source_language
            changed += [(row, *text) for text in note_edit(row, before.get(row_key(row)))]
            if known != (row.checked, row.source_language):
                row.save(update_fields=["checked", "source_language"])
        was = before[row_key(page)].draft_digest if before else ""
        record_edit(page, by=request.user, before=was, embedding=getattr(request, "embedding", ()))
        if before and before[row_key(page)].source_language != page.source_language:
            said = f"source language: {page.source_language or '–'}"
            record(AuditEntry.Action.EDIT, by=request.user, page=page, before=was, after=was, reason=said)
        if confirmed:
            self._confirm(request, page, confirmed)
        for work in AFTER_EDIT if changed else ():
            work(request, page, changed)

    def _confirm(self, request, page, confirmed):
        """“Still correct”: `confirmed` is a row and a column, such as `centers.treatment:5:name_en`."""
        key, _colon, column = confirmed.rpartition(":")
        row = next((row for row in rows_of(page) if row_key(row) == key), None)
        field = row and next(
            (f for f in row._meta.fields if f.name == column and isinstance(f, TranslationField)), None
        )
        if field and field.language in languages_of(request.user):
            confirm_translation(row, field.translated_field.name, field.language, page=page, by=request.user)

    def response_change(self, request, obj):
        if "_still_correct" in request.POST:
            self.message_user(request, _("Saved, and marked as still correct."), messages.SUCCESS)
            return HttpResponseRedirect(request.get_full_path())
        self.say_saved(request, obj)
        if "_continue" in request.POST:
            return HttpResponseRedirect(request.path)
        return self.response_post_save_change(request, obj)

    def response_add(self, request, obj, post_url_continue=None):
        self.say_saved(request, obj)
        return HttpResponseRedirect(self.address(obj, "change"))

    def say_saved(self, request, page):
        link = format_html('<a href="{}">{}</a>', self.address(page, "change"), page)
        sentence = _("Saved as a draft: {page}. Patients see it once it is published.")
        self.message_user(request, format_html(sentence, page=link), messages.SUCCESS)


def row_key(row):
    return f"{row._meta.label_lower}:{row.pk}"
