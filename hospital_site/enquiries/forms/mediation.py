"""The request for consultation and mediation, right 4 of the charter."""

from django import forms
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from hospital_site.enquiries.forms.base import IF_IT_APPLIES, ONLY_A_REPRESENTATIVE, EnquiryForm
from hospital_site.enquiries.forms.fields import YES_OR_NO, choice_field, multiple_choice_field, text_field
from hospital_site.enquiries.personal import NameField
from hospital_site.enquiries.states import Kind

YEARS_SHOWN = 20
EARLIER = "earlier"  # than the oldest year that can be chosen
MAY_SEND_FOR_A_CHILD = ("legal_representative", "bereaved")


class MediationForm(EnquiryForm):
    kind = Kind.MEDIATION
    marks = {**EnquiryForm.marks, "patient_name": IF_IT_APPLIES, "other_wish": IF_IT_APPLIES}
    conditional = {
        **EnquiryForm.conditional,
        "patient_name": "if-for-another",
        "other_wish": "if-another-wish",
    }

    applicant = choice_field(
        _("Who are you?"),
        [
            ("patient", _("The patient")),
            ("family", _("Family or guardian")),
            ("legal_representative", _("Legal representative")),
            ("bereaved", _("Bereaved family")),
        ],
    )
    applicant_name = NameField(label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    patient_name = NameField(label=_("Patient’s name, if you are not the patient"), required=False)
    under_14 = choice_field(
        _("Is the patient under 14?"),
        YES_OR_NO,
        help_text=_("A legal representative must send the form for a child under 14."),
    )
    safe_contact = forms.BooleanField(
        label=_("Do not leave voice messages"),
        required=False,
        help_text=_("Tick this if you share your phone with others."),
    )
    topic = multiple_choice_field(
        _("What is it about?"),
        [
            ("explanation", _("Explanation or consent")),
            ("care", _("Care, test or surgery")),
            ("privacy", _("Privacy")),
            ("dignity", _("Discrimination or dignity")),
            ("cost", _("Cost")),
            ("safety", _("Safety or building")),
            ("conduct", _("Staff conduct")),
            ("other", _("Something else")),
        ],
        required=True,
    )
    when_year = choice_field(
        _("When did it happen? Year"),
        [("", _("Not sure")), (EARLIER, _("Earlier"))],
        help_text=_(
            "An exact date is not needed. K-medi takes a request within 3 years after you learned of it, and within "
            "10 years after it happened."
        ),
        required=False,
        widget=forms.Select,
    )
    when_month = choice_field(
        _("When did it happen? Month"),
        [("", _("Not sure")), *((str(number), name) for number, name in MONTHS.items())],
        required=False,
        widget=forms.Select,
    )
    department = choice_field(_("Which department?"), [], required=False, widget=forms.Select)
    what_happened = text_field(
        _("What happened?"),
        2000,
        rows=6,
        shortest=10,
        required=True,
        help_text=_(
            "Write only what is needed. Leave out other people’s names, ID numbers and account numbers. "
            "At most 2,000 characters."
        ),
    )
    wanted = multiple_choice_field(
        _("What would you like to happen?"),
        [
            ("explanation", _("An explanation")),
            ("meeting", _("A meeting")),
            ("apology", _("An apology")),
            ("bill", _("A check of the bill")),
            ("change", _("A change so it does not happen again")),
            ("agencies", _("Information on outside agencies")),
            ("other", _("Another wish")),
        ],
        required=True,
    )
    other_wish = text_field(_("If you chose “Another wish”: what would you like?"), 200)
    external = choice_field(
        _("Have you already gone to an outside agency?"),
        [
            ("no", _("No")),
            ("k_medi", _("Korea Medical Dispute Mediation and Arbitration Agency (K-medi)")),
            ("kca", _("Korea Consumer Agency (KCA)")),
            ("court", _("A court")),
            ("unsaid", _("I prefer not to say")),
        ],
        required=False,
    )

    folded = ["external", "needs"]
    folded_heading = _("An interpreter or other help, and agencies outside the hospital")

    sections = [
        (_("About you"), ["applicant", "applicant_name", "patient_name", "under_14"]),
        (_("How to reach you"), [*EnquiryForm.contact_fields, "safe_contact"]),
        (_("What happened"), ["topic", "when_year", "when_month", "department", "what_happened"]),
        (_("What you would like"), ["wanted", "other_wish", "external", "needs"]),
    ]

    def fill_choices(self):
        this_year = timezone.localdate().year
        years = [str(year) for year in range(this_year, this_year - YEARS_SHOWN - 1, -1)]
        not_sure, earlier = self.fields["when_year"].choices
        self.fields["when_year"].choices = [not_sure, *((year, year) for year in years), earlier]
        self.fields["department"].choices = [("", _("Not sure")), *self.recipient.department_choices()]
        if self.recipient.charter:
            self.fields["topic"].help_text = format_html(
                '<a href="{}" target="_blank" rel="noopener">{}</a>',
                self.recipient.charter.get_absolute_url(),
                _("See patients’ rights and responsibilities (opens in a new window)"),
            )

    @property
    def is_for_another(self):
        return self.cleaned_data.get("applicant") not in (None, "", "patient")

    def applies(self, css_class):
        if css_class == "if-another-wish":
            return "other" in self.cleaned_data.get("wanted", [])
        return super().applies(css_class)

    @property
    def is_long_ago(self):
        """Is it more than ten years ago? Agencies may no longer take it, so the person is told; nothing is blocked."""
        year, month = self.cleaned_data.get("when_year"), self.cleaned_data.get("when_month") or "12"
        today = timezone.localdate()
        return year == EARLIER or (bool(year) and (int(year) + 10, int(month)) < (today.year, today.month))

    def check_person(self, given):
        if self.is_for_another and not given.get("patient_name") and "patient_name" not in self.errors:
            self.add_error("patient_name", _("Enter the patient’s name too: you are not the patient."))
        if given.get("under_14") == "yes" and given.get("applicant") == "family":
            sentence = _("If you are a parent who sends this for your child, choose “Legal representative” above.")
            self.add_error("under_14", sentence)
        elif given.get("under_14") == "yes" and given.get("applicant") not in (None, "", *MAY_SEND_FOR_A_CHILD):
            self.add_error("under_14", ONLY_A_REPRESENTATIVE)
        self.check_time(given)
        if "other" in given.get("wanted", []) and not given.get("other_wish") and "other_wish" not in self.errors:
            self.add_error("other_wish", _("Write what you would like to happen."))

    def check_time(self, given):
        year, month, today = given.get("when_year"), given.get("when_month"), timezone.localdate()
        if month and not year and "when_year" not in self.errors:
            self.add_error("when_year", _("Choose the year too, or leave both at “Not sure”."))
        if year and year != EARLIER and month and (int(year), int(month)) > (today.year, today.month):
            self.add_error("when_month", _("Choose a month that is not in the future."))
