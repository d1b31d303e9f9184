"""The two forms that patients fill in, and the same forms for staff who correct an answer at the person’s request."""

from hospital_site.enquiries.forms.appointment import LONGEST_LEAD, AppointmentForm
from hospital_site.enquiries.forms.correction import CORRECTIONS, correction_form
from hospital_site.enquiries.forms.fields import describe_answers
from hospital_site.enquiries.forms.mediation import MediationForm
from hospital_site.enquiries.forms.tokens import create_token

FORMS = {form.kind: form for form in (AppointmentForm, MediationForm)}

__all__ = ["CORRECTIONS", "FORMS", "LONGEST_LEAD", "correction_form", "create_token", "describe_answers"]
