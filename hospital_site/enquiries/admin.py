"""The desk behind the forms: queues, one record at a time, and the answers to a person who asks about their data.

Every look at a person's words is written into the access log before the words are shown.
"""

import csv

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from hospital_site.enquiries import actions, limits
from hospital_site.enquiries.forms import FORMS, described
from hospital_site.enquiries.models import (
    PERMISSIONS,
    AccessRecord,
    ConsentText,
    Controller,
    Enquiry,
    Holiday,
    Notification,
    PrivacyNotice,
    Tally,
)
from hospital_site.enquiries.personal import refuse_resident_number, telephone_of
from hospital_site.enquiries.states import MOVES, State
from hospital_site.publishing.admin.pages import LanguagesSideBySide
from hospital_site.publishing.roles import hospitals_of

EXPORT, RIGHTS = "enquiries.export_enquiry", "enquiries.answer_rights"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_PAUSE = 15 * 60  # seconds that somebody who saw a record stays signed in without doing anything here
Action = AccessRecord.Action


class StepForm(forms.Form):
    to = forms.ChoiceField(label=_("Next step"), required=False)
    note = forms.CharField(
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
        self.fields["to"].choices = [("", _("Stay: only a note")), *((state, State(state).label) for state in moves)]


class PersonForm(forms.Form):
    contact = forms.CharField(
        label=_("Telephone number or email address of the person"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Exactly one person’s. It is not written down anywhere."),
    )

    def clean_contact(self):
        written = self.cleaned_data["contact"].strip()
        found = {"mail": written} if "@" in written else {"telephone": telephone_of(written)}
        if not any(found.values()):
            raise forms.ValidationError(_("Check the number or the address: nothing can be looked up by this."))
        return found


class EraseForm(PersonForm):
    reason = forms.CharField(
        label=_("Who asked, and how you made sure of the person"), max_length=300, widget=forms.TextInput
    )


class ExportForm(forms.Form):
    since = forms.DateField(label=_("Received from"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Received until"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("Why the export is needed"), max_length=300)


class DueFilter(admin.SimpleListFilter):
    title = _("reply due")
    parameter_name = "due"

    def lookups(self, request, model_admin):
        return [("contact", _("first contact is late")), ("reply", _("written reply is late"))]

    def queryset(self, request, enquiries):
        return enquiries.filter(due=self.value()) if self.value() else enquiries


class ReadOnlyAdmin(admin.ModelAdmin):
    """What is looked at here and written elsewhere."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Enquiry)
class EnquiryAdmin(ReadOnlyAdmin):
    """The queue shows no name, no number and no word of a patient; the record does, and logs it."""

    change_list_template = "admin/enquiries/queue.html"
    list_display = ["reference", "kind", "hospital", "state", "language_name", "age", "due_mark"]
    list_filter = ["state", "kind", DueFilter]
    list_select_related = ["hospital"]
    list_per_page = 50
    search_fields = ["reference"]
    search_help_text = _("Search by reference number only. Do not type names or telephone numbers here.")
    show_facets = admin.ShowFacets.NEVER
    actions = None

    def has_module_permission(self, request):
        return request.user.is_active and any(request.user.has_perm(name) for name in PERMISSIONS.values())

    def has_view_permission(self, request, obj=None):
        return self.has_module_permission(request)

    def get_queryset(self, request):
        return Enquiry.objects.visible_to(request.user).with_dues()

    def get_object(self, request, object_id, from_field=None):
        found = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404
        return found

    @admin.display(description=_("language"), ordering="language")
    def language_name(self, enquiry):
        return get_language_info(enquiry.language)["name_local"]

    @admin.display(description=_("received"), ordering="created_at")
    def age(self, enquiry):
        return timesince(enquiry.created_at, depth=1)

    @admin.display(description=_("reply due"))
    def due_mark(self, enquiry):
        return {"contact": _("First contact is late"), "reply": _("Written reply is late")}.get(enquiry.due, "")

    def get_urls(self):
        views = {"person": self.person_view, "export": self.export_view}
        own = [
            path(f"{name}/", self.admin_site.admin_view(view), name=f"enquiries_enquiry_{name}")
            for name, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        extra = {"may_export": request.user.has_perm(EXPORT), "answers_rights": request.user.has_perm(RIGHTS)}
        return super().changelist_view(request, {**(extra_context or {}), **extra})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """One record: what the person wrote, what was done, and the next step."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        enquiry = self.get_object(request, object_id)
        form = StepForm(request.POST or None, enquiry=enquiry)
        if form.is_valid():
            try:
                self.take_step(request, enquiry, **form.cleaned_data)
            except actions.Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                self.message_user(request, _("Saved."), messages.SUCCESS)
                return self.kept_private(HttpResponseRedirect(enquiry.get_absolute_url()))
        self.log(request, Action.VIEW, enquiry)
        context = {
            **self.context(request, enquiry.reference),
            "enquiry": enquiry,
            "form": form,
            "answers": described(FORMS[enquiry.kind], enquiry.answers or {}),
            "consents": enquiry.consents.select_related("text"),
            "steps": enquiry.steps.all(),
            "notifications": enquiry.notifications.all(),
            "due": self.due_mark(enquiry),
        }
        return self.kept_private(render(request, "admin/enquiries/enquiry.html", context))

    def take_step(self, request, enquiry, *, to, note):
        self.log(request, Action.CHANGE, enquiry)
        by = request.user.get_username()
        if to:
            actions.move(enquiry, to, by=by, note=note)
        else:
            actions.note(enquiry, note, by=by)

    def person_view(self, request):
        """What is held about a person, and its deletion: find, then delete."""
        if not request.user.has_perm(RIGHTS):
            raise PermissionDenied
        erasing = request.POST.get("step") == "erase"
        form = (EraseForm if erasing else PersonForm)(request.POST or None)
        found = None
        if form.is_valid():
            found = list(Enquiry.objects.visible_to(request.user).of_person(**form.cleaned_data["contact"]))
            if erasing:
                return self.erase(request, found, form.cleaned_data["reason"])
            self.log(request, Action.SEARCH)
            for enquiry in found:
                self.log(request, Action.TELL, enquiry)
        context = {
            **self.context(request, _("What is held about a person")),
            "form": form,
            "found": found and [(one, described(FORMS[one.kind], one.answers)) for one in found],
            "is_searched": found is not None,
            "erase_form": EraseForm(initial={"contact": request.POST.get("contact")}),
        }
        return self.kept_private(render(request, "admin/enquiries/person.html", context))

    def erase(self, request, found, reason):
        destroyed = actions.erase(
            found, by=request.user.get_username(), address=limits.address_of(request), reason=reason
        )
        done = _("Destroyed: %(references)s") % {"references": ", ".join(map(str, destroyed)) or "–"}
        self.message_user(request, done, messages.SUCCESS)
        return self.kept_private(HttpResponseRedirect(reverse("admin:enquiries_enquiry_changelist")))

    def export_view(self, request):
        """Records of a period as CSV, for those with the right, with a reason, each record in the access log."""
        if not request.user.has_perm(EXPORT):
            raise PermissionDenied
        form = ExportForm(request.POST or None)
        if not form.is_valid():
            context = {**self.context(request, _("Export records")), "form": form}
            return self.kept_private(render(request, "admin/enquiries/export.html", context))
        period = form.cleaned_data["since"], form.cleaned_data["until"]
        found = Enquiry.objects.visible_to(request.user).filter(created_at__date__range=period, answers__isnull=False)
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="enquiries-{timezone.localdate():%Y-%m-%d}.csv"'
        lines = csv.writer(response)
        for enquiry in found:
            self.log(request, Action.EXPORT, enquiry, reason=form.cleaned_data["reason"])
            words = [f"{label}: {answer}" for label, answer in described(FORMS[enquiry.kind], enquiry.answers)]
            own = [enquiry.reference, enquiry.get_kind_display(), str(enquiry.hospital), enquiry.get_state_display()]
            lines.writerow(
                [harmless(cell) for cell in [*own, timezone.localtime(enquiry.created_at).isoformat(), *words]]
            )
        return self.kept_private(response)

    def log(self, request, action, enquiry=None, reason=""):
        """Write it down, and sign the person out when they then do nothing here for a while."""
        request.session.set_expiry(LONGEST_PAUSE)
        by, address = request.user.get_username(), limits.address_of(request)
        actions.record(action, by=by, address=address, enquiry=enquiry, reason=reason)

    def context(self, request, title):
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title}

    @staticmethod
    def kept_private(response):
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "same-origin"
        return response


def harmless(cell):
    """A text that a spreadsheet does not take for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


@admin.register(Controller)
class ControllerAdmin(LanguagesSideBySide, admin.ModelAdmin):
    list_display = ["hospital", "receives_appointments", "receives_requests", "telephone"]
    list_select_related = ["hospital"]
    sections = [
        (_("What is received"), ["hospital", "receives_appointments", "receives_requests"]),
        (_("How the hospital is reached"), ["telephone", "appointment_mail", "request_mail"]),
        (
            _("What patients are promised"),
            ["answer_days", "first_contact_days", "reply_days", "promises_no_disadvantage"],
        ),
        (_("How long it is kept"), ["appointment_days", "unclosed_days", "request_years", "stub_years"]),
        (_("Privacy notice"), ["basis", "officer", "officer_telephone", "officer_mail", "contractors"]),
    ]

    def get_queryset(self, request):
        controllers = super().get_queryset(request)
        if request.user.is_superuser:
            return controllers
        return controllers.filter(hospital__in=hospitals_of(request.user))

    def get_readonly_fields(self, request, obj=None):
        return ["hospital"] if obj else []

    def has_add_permission(self, request):
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        notice = actions.issue_privacy_notice(obj, by=request.user.get_username())
        if notice:
            issued = _("The privacy notice now has version %(number)s.") % {"number": notice.number}
            self.message_user(request, issued, messages.INFO)


@admin.register(Holiday)
class HolidayAdmin(admin.ModelAdmin):
    list_display = ["day", "name"]
    date_hierarchy = "day"


@admin.register(AccessRecord)
class AccessRecordAdmin(ReadOnlyAdmin):
    list_display = ["at", "account", "address", "action", "reference", "hospital", "reason"]
    list_filter = ["action", "at"]
    list_select_related = ["hospital"]
    search_fields = ["account", "reference"]
    list_display_links = None
    show_full_result_count = False

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ["enquiry", "created_at", "tries", "sent_at", "next_try_at", "problem"]
    list_select_related = ["enquiry"]
    list_display_links = None

    def get_queryset(self, request):
        return super().get_queryset(request).filter(enquiry__in=Enquiry.objects.visible_to(request.user))


@admin.register(PrivacyNotice)
class PrivacyNoticeAdmin(ReadOnlyAdmin):
    list_display = ["hospital", "number", "issued_at", "issued_by"]
    list_select_related = ["hospital"]


@admin.register(ConsentText)
class ConsentTextAdmin(ReadOnlyAdmin):
    list_display = ["hospital", "kind", "box", "language", "first_shown_at"]
    list_select_related = ["hospital"]


@admin.register(Tally)
class TallyAdmin(ReadOnlyAdmin):
    list_display = ["month", "hospital", "kind", "number"]
    list_select_related = ["hospital"]
