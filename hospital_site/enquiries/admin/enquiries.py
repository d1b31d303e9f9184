"""The queue of enquiries, their pages, the print, and the export with a reason.

Every view of a person's answers is added to the access log before they are shown.
"""

import csv

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, When
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from hospital_site.enquiries import actions
from hospital_site.enquiries.admin.access import (
    actor_of,
    describe,
    extra_urls,
    forbid_storing,
    log,
    log_all,
    visible_enquiries,
)
from hospital_site.enquiries.admin.rights import PersonalRights
from hospital_site.enquiries.models import DUES, AccessRecord, Enquiry, Notification, normalize_reference
from hospital_site.enquiries.permissions import EXPORT, RIGHTS, can_handle, can_see_enquiries
from hospital_site.enquiries.recusals import staff_with_access
from hospital_site.enquiries.resident_numbers import refuse_resident_number
from hospital_site.enquiries.states import MOVES, Kind, State
from hospital_site.staff.admin.read_only import ReadOnlyAdmin
from hospital_site.staff.exports import harmless
from hospital_site.staff.names import name_and_account, whole_names
from hospital_site.typed_fields import DateField, LineField, ProseField
from hospital_site.typed_text import whole_number

Action = AccessRecord.Action


class StepForm(forms.Form):
    to = forms.ChoiceField(label=_("Next step"), required=False)
    note = ProseField(
        label=_("Internal note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[refuse_resident_number],
        help_text=_(
            "Only staff see it. It is destroyed with the record. Write nothing about health that is not needed."
        ),
    )

    def __init__(self, *args, enquiry, **kwargs):
        super().__init__(*args, **kwargs)
        moves = MOVES[enquiry.kind].get(enquiry.state, [])
        self.fields["to"].choices = [
            ("", _("No change of state: note only")),
            *((state, State(state).label) for state in moves),
        ]


class RecusalForm(forms.Form):
    user = forms.ModelChoiceField(queryset=None, label=_("Whom the request is about"))

    def __init__(self, *args, enquiry, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = staff_with_access(enquiry)
        self.fields["user"].label_from_instance = name_and_account


class ExportForm(forms.Form):
    since = DateField(label=_("Received from"), widget=forms.DateInput(attrs={"type": "date"}))
    until = DateField(label=_("Received until"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = LineField(label=_("Why the export is needed"), max_length=300, validators=[refuse_resident_number])


class DueFilter(admin.SimpleListFilter):
    title = _("reply due")
    parameter_name = "due"

    def lookups(self, request, model_admin):
        return list(DUES.items())

    def queryset(self, request, enquiries):
        return enquiries.filter(due=self.value()) if self.value() else enquiries


@admin.register(Enquiry)
class EnquiryAdmin(PersonalRights, ReadOnlyAdmin):
    """The list shows nothing that a patient wrote; the page of an enquiry does, and logs it."""

    change_list_template = "admin/enquiries/queue.html"
    list_display = ["reference", "kind", "hospital", "state_mark", "language_name", "age", "due_mark"]
    list_filter = ["state", "kind", DueFilter]
    list_select_related = ["hospital"]
    list_per_page = 50
    show_full_result_count = False
    empty_value_display = ""
    search_fields = ["reference"]
    search_help_text = _("Search by reference number only. Do not type names or telephone numbers here.")
    show_facets = admin.ShowFacets.NEVER
    actions = None

    def has_module_permission(self, request):
        return can_see_enquiries(request.user)

    def has_view_permission(self, request, obj=None):
        return can_see_enquiries(request.user)

    def get_queryset(self, request):
        return visible_enquiries(request).with_dues()

    def get_object(self, request, object_id, from_field=None):
        found = super().get_object(request, str(object_id), from_field)
        if found is None:
            raise Http404
        return found

    @admin.display(description=_("state"), ordering="state")
    def state_mark(self, enquiry):
        if not enquiry.is_readable:
            return format_html('<strong class="due">{}</strong>', _("Cannot be read"))
        return _("Suspended at the person’s request") if enquiry.stopped_at else enquiry.get_state_display()

    @admin.display(description=_("language"), ordering="language")
    def language_name(self, enquiry):
        return get_language_info(enquiry.language)["name_local"] if enquiry.language else "–"

    # Translators: date and time at which an enquiry arrived
    @admin.display(description=_("received"), ordering="created_at")
    def age(self, enquiry):
        return _("%(time)s ago") % {"time": timesince(enquiry.created_at, depth=1)}

    @admin.display(description=_("reply due"))
    def due_mark(self, enquiry):
        return format_html('<strong class="due">{}</strong>', DUES[enquiry.due]) if enquiry.due else ""

    def get_ordering(self, request):
        """Late enquiries first."""
        return [Case(When(due="", then=1), default=0), "-created_at", "-pk"]

    def get_search_results(self, request, enquiries, term):
        """Search by reference number, in any spelling."""
        if not term:
            return enquiries, False
        return enquiries.filter(reference__contains=normalize_reference(term)), False

    def lookup_allowed(self, lookup, value, request):
        """Refuse filters by the hashes of a person’s telephone number or address."""
        return lookup.partition("__")[0] not in (
            "telephone_hash",
            "mail_hash",
            "idempotency_key",
        ) and super().lookup_allowed(lookup, value, request)

    def get_urls(self):
        views = {"export/": self.export_view, "<int:pk>/print/": self.print_view, "<int:pk>/recuse/": self.recuse_view}
        return [*extra_urls(self, views), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        visible = visible_enquiries(request)
        extra = {
            "may_export": request.user.has_perm(EXPORT),
            "answers_rights": request.user.has_perm(RIGHTS),
            "unsent": Notification.objects.stuck().filter(enquiry__in=visible).count(),
            "is_elsewhere": Enquiry.objects.visible_to(request.user).exclude(pk__in=visible).exists(),
        }
        return super().changelist_view(request, {**(extra_context or {}), **extra})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """One enquiry: the answers, the steps so far, and the form of the next step."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        enquiry = self.get_object(request, object_id)
        may_handle = can_handle(request.user, enquiry)
        form = StepForm(request.POST or None, enquiry=enquiry)
        if may_handle and form.is_valid():
            try:
                self.take_step(request, enquiry, **form.cleaned_data)
            except actions.Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                self.message_user(request, _("Saved."), messages.SUCCESS)
                return forbid_storing(HttpResponseRedirect(enquiry.get_absolute_url()))
        log(request, Action.VIEW, enquiry)
        context = {
            **self.record_of(request, enquiry),
            "form": form if may_handle else None,
            "same_contact": visible_enquiries(request).with_same_contact_as(enquiry).count(),
            "recusal_form": RecusalForm(enquiry=enquiry) if enquiry.kind == Kind.MEDIATION else None,
            "recusals": [(one.pk, name_and_account(one.user)) for one in enquiry.recusals.select_related("user")],
            "notifications": enquiry.notifications.all(),
            "answers_rights": request.user.has_perm(RIGHTS),
        }
        return forbid_storing(render(request, "admin/enquiries/enquiry.html", context))

    def record_of(self, request, enquiry):
        """Return the context that the page of an enquiry and its print share."""
        consents, steps = list(enquiry.consents.select_related("text")), list(enquiry.steps.all())
        names = whole_names(step.by for step in steps)
        return {
            **self.context(request, enquiry.reference),
            "enquiry": enquiry,
            "answers": describe(enquiry),
            "is_destroyed": enquiry.state == State.DESTROYED,
            "consents": consents,
            "may_name_the_person": actions.may_be_named(enquiry),
            "is_for_a_child": enquiry.readable_answers.get("under_14") == "yes",
            "steps": [(step, names[step.by]) for step in steps],
            "due": self.due_mark(enquiry),
        }

    def take_step(self, request, enquiry, *, to, note):
        log(request, Action.CHANGE, enquiry)
        by = request.user.get_username()
        if to:
            actions.move(enquiry, to, by=by, note=note)
        else:
            actions.add_note(enquiry, note, by=by)

    def print_view(self, request, pk):
        """The enquiry as a page for paper. The page on the screen does not print, so that every print is in the log."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        enquiry = self.get_object(request, pk)
        log(request, Action.PRINT, enquiry)
        context = {**self.record_of(request, enquiry), "now": timezone.now()}
        return forbid_storing(render(request, "admin/enquiries/print.html", context))

    def recuse_view(self, request, pk):
        """Hide a request from whom it is about, or, when that was a mistake, show it to them again."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        enquiry = self.get_object(request, pk)
        if enquiry.kind != Kind.MEDIATION:
            raise Http404
        form = RecusalForm(request.POST or None, enquiry=enquiry)
        if recusal := whole_number(request.POST.get("readmit", "")):
            actions.readmit(enquiry, recusal, **actor_of(request))
        elif form.is_valid():
            try:
                actions.recuse(enquiry, form.cleaned_data["user"], **actor_of(request))
            except actions.Refused as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
                return forbid_storing(HttpResponseRedirect(enquiry.get_absolute_url()))
        else:
            self.message_user(request, _("Choose the member of staff whom the request is about."), messages.ERROR)
            return forbid_storing(HttpResponseRedirect(enquiry.get_absolute_url()))
        self.message_user(request, _("Saved."), messages.SUCCESS)
        still_theirs = visible_enquiries(request).filter(pk=enquiry.pk).exists()
        place = enquiry.get_absolute_url() if still_theirs else reverse("admin:enquiries_enquiry_changelist")
        return forbid_storing(HttpResponseRedirect(place))

    def export_view(self, request):
        """Records of a period as CSV, for those with the right, with a reason, each record in the access log."""
        if not request.user.has_perm(EXPORT):
            raise PermissionDenied
        form = ExportForm(request.POST or None)
        if not form.is_valid():
            context = {**self.context(request, _("Export records")), "form": form}
            return forbid_storing(render(request, "admin/enquiries/export.html", context))
        period = form.cleaned_data["since"], form.cleaned_data["until"]
        found = visible_enquiries(request).not_stopped().received_between(*period)
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="enquiries-{timezone.localdate():%Y-%m-%d}.csv"'
        lines = csv.writer(response)
        columns = [_("reference number"), _("form"), _("hospital"), _("state"), _("received at"), _("answers")]
        lines.writerow([str(column) for column in columns])
        found = list(found.select_related("hospital"))
        log_all(request, Action.EXPORT, found, reason=form.cleaned_data["reason"])
        for enquiry in found:
            words = [f"{label}: {answer}" for label, answer in describe(enquiry)]
            own = [enquiry.reference, enquiry.get_kind_display(), str(enquiry.hospital), enquiry.get_state_display()]
            lines.writerow(
                [harmless(cell) for cell in [*own, timezone.localtime(enquiry.created_at).isoformat(), *words]]
            )
        return forbid_storing(response)

    def context(self, request, title):
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
