"""The same forms for staff, who correct an answer because the person asks for it."""

from datetime import date

from hospital_site.enquiries.forms.appointment import AppointmentForm
from hospital_site.enquiries.forms.mediation import MediationForm
from hospital_site.enquiries.recipients import recipient_of
from hospital_site.enquiries.telephones import format_telephone


class CorrectionMixin:
    """The same questions and rules, without consents, guards against robots, and rules about days to come."""

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("website", "token", "shown"):
            del self.fields[name]

    def consent_statements(self):
        return []

    def refuse_robots(self):
        """Staff are signed in."""

    def fill_choices(self):
        """Keep the stored answer as a choice, also where it is no longer offered."""
        super().fill_choices()
        for name in ("center", "department", "when_year"):
            chosen = self.initial.get(name)
            if chosen and chosen not in dict(self.fields[name].choices):
                self.fields[name].choices = [*self.fields[name].choices, (chosen, chosen)]

    def check_dates(self, given):
        """A date that was asked for may lie in the past by now; only a new one is checked."""
        if {"date_1", "date_2"} & set(self.changed_data):
            super().check_dates(given)

    def fieldsets(self):
        """Return `[(heading, fields)]` in the order in which the person was asked."""
        return [(heading, [self[name] for name in names]) for heading, names in self.sections_asked()]

    def changed_labels(self):
        """Return the labels of the answers that differ from the stored ones."""
        now = self.answers()
        stored = self.stored
        names = [name for name in self.fields if now.get(name) != stored.get(name)]
        return [self.fields[name].label for name in names]


class AppointmentCorrection(CorrectionMixin, AppointmentForm):
    """An appointment enquiry, corrected."""


class MediationCorrection(CorrectionMixin, MediationForm):
    """A request for consultation and mediation, corrected."""


CORRECTIONS = {form.kind: form for form in (AppointmentCorrection, MediationCorrection)}


def correction_form(enquiry, data=None):
    """Return a form with the answers of `enquiry`, or `None` when they are destroyed or cannot be read."""
    if not enquiry.readable_answers:
        return None
    shown = dict(enquiry.answers)
    if "phone" in shown:
        shown["phone"] = format_telephone(shown["phone"])
    shown |= {name: date.fromisoformat(shown[name]) for name in ("date_1", "date_2") if name in shown}
    form = CORRECTIONS[enquiry.kind](data, initial=shown, recipient=recipient_of(enquiry.hospital_id))
    form.stored = enquiry.answers
    return form
