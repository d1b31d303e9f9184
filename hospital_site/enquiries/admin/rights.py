"""Requests of a person about their data: access, correction, stop, deletion, withdrawal of consent."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital_site.enquiries import actions
from hospital_site.enquiries.admin.access import (
    actor_of,
    describe,
    extra_urls,
    forbid_storing,
    log,
    visible_enquiries,
)
from hospital_site.enquiries.forms import correction_form
from hospital_site.enquiries.models import AccessRecord, RightsRequest
from hospital_site.enquiries.permissions import RIGHTS
from hospital_site.enquiries.resident_numbers import refuse_resident_number
from hospital_site.enquiries.states import State
from hospital_site.enquiries.telephones import parse_telephone
from hospital_site.typed_fields import DateField, LineField

Action, Right = AccessRecord.Action, RightsRequest.Right


class PersonForm(forms.Form):
    contact = LineField(
        label=_("Telephone number or email address of the person"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Exactly one person’s. It is not written down anywhere."),
    )

    def clean_contact(self):
        written = self.cleaned_data["contact"].strip()
        found = {"mail": written} if "@" in written else {"telephone": parse_telephone(written)}
        if not any(found.values()):
            raise forms.ValidationError(_("Check the number or the address: nothing can be looked up by this."))
        return found


class WhoAsked(forms.Form):
    """What is recorded of every change that a person asked for. It is kept longer than the enquiry: no name in it."""

    asked_on = DateField(
        label=_("Asked on"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = LineField(
        label=_("How you made sure that it is this person"),
        max_length=300,
        validators=[refuse_resident_number],
        help_text=_("For example: called back the number in the record. Write no name and no number."),
    )

    def clean_asked_on(self):
        day = self.cleaned_data["asked_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Choose today or a day before."))
        return day


class EraseForm(PersonForm, WhoAsked):
    right = forms.ChoiceField(
        label=_("What the person asks for"),
        choices=[(right.value, right.label) for right in (Right.DELETION, Right.WITHDRAWAL)],
        widget=forms.RadioSelect,
    )
    field_order = ["contact", "right", "asked_on", "reason"]


class PersonalRights:
    """The admin pages on which requests about personal data are carried out; a mixin of EnquiryAdmin."""

    def get_urls(self):
        views = {
            "person/": self.person_view,
            "<int:pk>/correct/": self.correct_view,
            "<int:pk>/stop/": self.stop_view,
        }
        return [*extra_urls(self, views), *super().get_urls()]

    def person_view(self, request):
        """Find what is held about a person, and delete it."""
        require_right(request)
        erasing = request.POST.get("step") == "erase"
        form = (EraseForm if erasing else PersonForm)(request.POST or None)
        is_whole = form.is_valid()
        contact = form.cleaned_data.get("contact") if form.is_bound else None
        found = list(visible_enquiries(request).of_person(**contact)) if contact else None
        if is_whole and erasing:
            return self.erase(request, found, form.cleaned_data)
        if is_whole:
            for hospital in {enquiry.hospital for enquiry in found} or actions.hospitals_seen_by(request.user):
                log(request, Action.SEARCH, hospital=hospital)
            for enquiry in found:
                log(request, Action.TELL, enquiry)
        context = {
            **self.context(request, _("Data held about a person")),
            "form": form,
            "found": found and [(one, describe(one)) for one in found],
            "is_searched": found is not None,
            "erase_form": form if erasing else EraseForm(initial={"contact": request.POST.get("contact")}),
        }
        return forbid_storing(render(request, "admin/enquiries/person.html", context))

    def erase(self, request, found, words):
        asked = {"right": Right(words["right"]), "asked_on": words["asked_on"], "reason": words["reason"]}
        destroyed = actions.erase(found, **actor_of(request), **asked)
        done = _("Destroyed: %(references)s") % {"references": ", ".join(map(str, destroyed)) or "–"}
        self.message_user(request, done, messages.SUCCESS)
        return forbid_storing(HttpResponseRedirect(reverse("admin:enquiries_enquiry_changelist")))

    def correct_view(self, request, pk):
        """The answers in the form that the person filled in, checked by the same rules."""
        require_right(request)
        enquiry = self.get_object(request, pk)
        form = correction_form(enquiry, request.POST or None)
        asked = WhoAsked(request.POST or None)
        if form is not None and form.is_valid() and asked.is_valid():
            act = {**actor_of(request), **asked.cleaned_data, "seen": request.POST.get("seen")}
            return self.done(
                request, enquiry, lambda: actions.correct(enquiry, form.answers(), form.changed_labels(), **act)
            )
        log(request, Action.VIEW, enquiry)
        context = {**self.context(request, _("Correct the record")), "enquiry": enquiry, "form": form, "asked": asked}
        context["seen"] = request.POST.get("seen") or actions.fingerprint(enquiry.readable_answers)
        context["is_destroyed"] = enquiry.state == State.DESTROYED
        return forbid_storing(render(request, "admin/enquiries/correct.html", context))

    def stop_view(self, request, pk):
        """Stop the work on an enquiry because the person asks for it, or resume it."""
        require_right(request)
        enquiry = self.get_object(request, pk)
        asked = WhoAsked(request.POST or None)
        if asked.is_valid():
            action = actions.resume if enquiry.stopped_at else actions.stop
            act = {**actor_of(request), **asked.cleaned_data}
            return self.done(request, enquiry, lambda: action(enquiry, **act))
        title = _("Resume processing") if enquiry.stopped_at else _("Suspend processing")
        context = {**self.context(request, title), "enquiry": enquiry, "asked": asked}
        return forbid_storing(render(request, "admin/enquiries/stop.html", context))

    def done(self, request, enquiry, action):
        """Run `action`, and redirect to the enquiry with a message of success or refusal."""
        try:
            action()
        except actions.Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, _("Saved."), messages.SUCCESS)
        return forbid_storing(HttpResponseRedirect(enquiry.get_absolute_url()))


def require_right(request):
    if not request.user.has_perm(RIGHTS):
        raise PermissionDenied
