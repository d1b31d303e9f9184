"""The appointment enquiry."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital_site.enquiries.forms.base import IF_IT_APPLIES, ONLY_A_REPRESENTATIVE, EnquiryForm
from hospital_site.enquiries.forms.fields import YES_OR_NO, choice_field, date_field, text_field
from hospital_site.enquiries.models import Holiday
from hospital_site.enquiries.personal import NameField
from hospital_site.enquiries.states import Kind

LONGEST_LEAD = 180  # days ahead that an appointment may be asked for
HALF_DAYS = [("", _("Either morning or afternoon")), ("am", _("Morning")), ("pm", _("Afternoon"))]


class AppointmentForm(EnquiryForm):
    kind = Kind.APPOINTMENT
    marks = {**EnquiryForm.marks, "requester_name": IF_IT_APPLIES, "relationship": IF_IT_APPLIES}
    conditional = {
        **EnquiryForm.conditional,
        "requester_name": "if-for-another",
        "relationship": "if-for-another",
    }

    center = choice_field(_("Which center or clinic?"), [])
    visit_type = choice_field(
        _("Is this your first visit?"),
        [("first", _("First visit")), ("returning", _("I have been before")), ("unsure", _("Not sure"))],
    )
    is_patient = choice_field(_("Who is this for?"), [("self", _("Myself")), ("other", _("Someone else"))])
    patient_name = NameField(label=_("Patient’s name"), help_text=_("As on the patient’s ID. Any alphabet is fine."))
    requester_name = NameField(label=_("Your name, if you write for someone else"), required=False)
    relationship = choice_field(
        _("Your relationship to the patient, if you write for someone else"),
        [
            ("", _("Choose")),
            ("spouse", _("Spouse")),
            ("parent", _("Parent")),
            ("child", _("Child")),
            ("sibling", _("Brother or sister")),
            ("legal_representative", _("Legal representative")),
            ("other", _("Other relationship")),
        ],
        help_text=_(
            "Choose who you are to the patient. For example, if you are the patient’s mother, choose “Parent”. "
            "We may not be able to tell you about the patient’s care by phone."
        ),
        required=False,
        widget=forms.Select,
    )
    under_14 = choice_field(
        _("Is the patient under 14?"),
        YES_OR_NO,
        help_text=_("A legal representative must send the form for a child under 14."),
    )
    date_1 = date_field(_("Preferred date, first choice"), help_text=_("We may not be able to offer these dates."))
    time_1 = choice_field(_("Time of day, first choice"), HALF_DAYS, required=False, widget=forms.Select)
    date_2 = date_field(_("Preferred date, second choice"))
    time_2 = choice_field(_("Time of day, second choice"), HALF_DAYS, required=False, widget=forms.Select)
    message = text_field(
        _("Anything else"),
        500,
        rows=5,
        help_text=_("Mention a diagnosis or symptoms only if needed. Do not write ID numbers. At most 500 characters."),
    )

    folded = ["date_1", "time_1", "date_2", "time_2", "message"]
    folded_heading = _("Preferred dates, and anything else")

    sections = [
        (_("The visit"), ["center", "visit_type"]),
        (_("The patient"), ["is_patient", "patient_name", "requester_name", "relationship", "under_14"]),
        (_("How to reach you"), EnquiryForm.contact_fields),
        (_("Help and preferred dates"), ["needs", "date_1", "time_1", "date_2", "time_2", "message"]),
    ]

    def fill_choices(self):
        self.fields["center"].choices = self.recipient.center_choices()
        today = timezone.localdate()
        for name in ("date_1", "date_2"):
            first, last = today + timedelta(days=1), today + timedelta(days=LONGEST_LEAD)
            self.fields[name].widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}
        own_name = "patient_name" if self["is_patient"].value() == "self" else "requester_name"
        self.fields[own_name].widget.attrs["autocomplete"] = "name"

    @property
    def is_for_another(self):
        return self.cleaned_data.get("is_patient") == "other"

    def check_person(self, given):
        if self.is_for_another:
            if not given.get("requester_name") and "requester_name" not in self.errors:
                self.add_error("requester_name", _("Enter your own name too: you write for someone else."))
            if not given.get("relationship") and "relationship" not in self.errors:
                self.add_error("relationship", _("Choose your relationship to the patient."))
        if given.get("under_14") == "yes":
            if given.get("is_patient") == "self":
                self.add_error("under_14", ONLY_A_REPRESENTATIVE)
            elif given.get("relationship") not in ("", None, "parent", "legal_representative"):
                self.add_error("relationship", ONLY_A_REPRESENTATIVE)
        self.check_dates(given)

    def check_dates(self, given):
        today = timezone.localdate()
        names = [name for name in ("date_1", "date_2") if given.get(name)]
        holidays = Holiday.objects.filter(day__in=[given[name] for name in names]) if names else Holiday.objects.none()
        free_days = holidays.free_days()(self.recipient.hospital_id)
        for name in names:
            asked = given[name]
            if not (
                timedelta() < asked - today <= timedelta(days=LONGEST_LEAD)
                and asked.weekday() < 5
                and asked not in free_days
            ):
                self.add_error(
                    name, _("Choose a day from Monday to Friday within the next 6 months that is not a public holiday.")
                )
        for number in (1, 2):
            if given.get(f"time_{number}") and not given.get(f"date_{number}") and f"date_{number}" not in self.errors:
                self.add_error(f"date_{number}", _("Choose the date too, or leave the time of day open."))
        if given.get("date_1") and given.get("date_1") == given.get("date_2"):
            self.add_error("date_2", _("Choose another date than the first, or leave this empty."))
