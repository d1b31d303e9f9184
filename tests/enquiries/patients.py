"""Patients at the forms. Each uses a browser without JavaScript: reads the form, fills it in, sends what it holds."""

import time
from datetime import datetime
from itertools import cycle
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils.translation import gettext, override

from hospital_site.enquiries.forms import FORMS, create_token
from hospital_site.enquiries.models import DataController
from hospital_site.enquiries.recipients import recipient_at
from tests import make
from tests.reading import Page
from tests.recorded import recorded

A_WHILE_AGO = 60
APPOINTMENT = {
    "visit_type": "first",
    "is_patient": "self",
    "patient_name": "홍길동",
    "under_14": "no",
    "phone": "010-1234-5678",
    "contact_by": "phone",
    "preferred_language": "ko",
    "agree_personal": "on",
    "agree_sensitive": "on",
}
MEDIATION = {
    "applicant": "patient",
    "applicant_name": "홍길동",
    "under_14": "no",
    "phone": "010-1234-5678",
    "contact_by": "phone",
    "preferred_language": "ko",
    "topic": ["care"],
    "what_happened": "설명을 충분히 듣지 못했습니다.",
    "wanted": ["explanation"],
    "agree_personal": "on",
    "agree_sensitive": "on",
}
WORDS = {"appointment": APPOINTMENT, "mediation": MEDIATION}
KINDS = list(WORDS)
both_kinds = pytest.mark.parametrize("kind", KINDS)
both_languages = pytest.mark.parametrize("code", make.languages())
EACH = list(zip(cycle(KINDS), make.languages(), strict=False))
each_kind_and_language = pytest.mark.parametrize(("kind", "code"), EACH)


def receiving_hospital(slug="kcch", **fields):
    """A published hospital with a center, a clinic and a department, which receives both forms."""
    hospital = published_hospital(slug=slug)
    opened = {"receives_appointments": True, "receives_requests": True, "appointment_mail": "desk@example.org"}
    opened |= {"request_mail": "office@example.org"}
    return DataController.objects.create(hospital=hospital, **{**opened, **fields})


@recorded
def published_hospital(slug):
    hospital = make.hospital(slug=slug)
    make.part(hospital, "departments", name_ko="내과", name_en="Internal Medicine")
    center = make.center(hospital=hospital)
    make.published(make.clinic(center=center))
    make.show(hospital)
    return hospital


class Patient:
    """Somebody who fills in the form `kind` of the hospital `slug`."""

    def __init__(self, kind, slug="kcch", code="ko", **address):
        self.kind, self.slug, self.code = kind, slug, code
        self.client = Client(enforce_csrf_checks=True, **address)

    @property
    def path(self):
        return f"/{self.code}/enquiries/{self.kind}/{self.slug}/"

    def open(self):
        """What the empty form holds, as if it had been open for a while."""
        return self.opened(self.read())

    def opened(self, page):
        return page.form("#enquiry") | {"token": [aged_token(self.kind, self.slug)]}

    def read(self):
        return Page(self.client.get(self.path))

    def filled(self, **words):
        """A whole valid form, with `words` instead of the usual ones; `None` leaves an answer out."""
        page = self.read()
        held = self.opened(page)
        if self.kind == "appointment":
            [first, *_others] = page.attributes("[name=center]", "value")
            held["center"] = [first]
        return with_words(held, WORDS[self.kind] | words)

    def post(self, words, step="check", path=None):
        return Page(self.client.post(path or self.path, {**words, "step": step}))

    def check(self, **words):
        """Fill in and go on to the check page, or back to the form with its errors."""
        return self.post(self.filled(**words))

    def send(self, **words):
        """The whole journey: fill in, check, send. → the answer to the sending."""
        checked = self.check(**words)
        return self.post(checked.form("#enquiry"), "send")


class Answers(Patient):
    """The answers of a patient whom no page is shown: they come as the form asks for them, and are sent at once."""

    def __init__(self, kind, slug="kcch", code="ko", **address):
        super().__init__(kind, slug, code)
        self.client = Client(**address)

    def filled(self, **words):
        with override(self.code):
            form = FORMS[self.kind](recipient=recipient_at(self.slug))
            held = {"token": [aged_token(self.kind, self.slug)], "shown": [form.versions]}
            if "center" in form.fields:
                held["center"] = form.fields["center"].choices[0][0]
        return with_words(held, WORDS[self.kind] | words)

    def send(self, **words):
        return self.post(self.filled(**words), "send")


def with_words(held, words):
    return {name: value for name, value in {**held, **words}.items() if value is not None}


def aged_token(kind, slug="kcch", seconds=A_WHILE_AGO):
    """The token of a form that was opened so long ago."""
    hospital = DataController.objects.values_list("hospital", flat=True).get(hospital__slug=slug)
    return create_token(kind, hospital, time.time() - seconds)


def errors(page):
    """The errors of a form: `{field: words}`, and that each is told in the summary too."""
    found = {
        element.attrs["id"].removeprefix("id_").removesuffix("_error"): " ".join(element.to_text().split())
        for element in page.all(".problem")
    }
    summary = " ".join(page.texts(".problems li"))
    assert all(words in summary for words in found.values())
    return found


def said(sentence, code="ko", **names):
    """A sentence of the interface in a language."""
    with override(code):
        return gettext(sentence) % names if names else gettext(sentence)


def in_seoul(*moment):
    return datetime(*moment, tzinfo=ZoneInfo("Asia/Seoul"))
