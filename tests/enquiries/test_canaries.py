"""After everything that can happen to them, the words that a person typed stand nowhere but sealed.

Each word of this person is one that nothing else would ever write.
"""

import base64
import io
import logging
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hospital_site.enquiries.models import Enquiry
from hospital_site.staff.models import StaffScope
from tests.enquiries.patients import Patient, receiving_hospital
from tests.reading import Page

CANARIES = {
    "patient_name": "카나리아참새",
    "applicant_name": "카나리아제비",
    "requester_name": "Kanarie Zwaluw",
    "phone": "010-7391-6482",
    "email": "kanarie.vogel@zwaluw.example",
    "message": "kanariepijn 노란깃털통증",
    "what_happened": "kanarieklacht 파란깃털불만이 있었습니다.",
    "other_wish": "kanariewens",
    "other_language": "kanarietaal",
    "note": "kanarienotitie",
}
PIECES = [
    *("카나리아", "Kanarie", "kanarie", "Zwaluw", "zwaluw", "깃털"),
    # Not the halves alone: four digits stand in a digest by chance.
    *("7391-6482", "7391 6482", "73916482", "+821073916482"),
]


def everything_in_the_database():
    """Every value of every row of every table, as text."""
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                for value in row:
                    yield table, str(bytes(value) if isinstance(value, memoryview) else value)


def found_in(texts):
    """Pieces of canaries that stand in `texts`, plain or, where they are long enough to tell, in base64."""
    hidden = [base64.b64encode(piece.encode()).decode().strip("=")[:-1] for piece in PIECES]
    looked_for = [*PIECES, *(piece for piece in hidden if len(piece) > 7)]
    return [piece for text in texts for piece in looked_for if piece in text]


class Stopped:
    def __call__(self, execute, sql, params, many, context):
        raise OperationalError("the server closed the connection")


def live_through_everything(settings):
    """One person of each form meets every page, every error, a fault, the mail and the desk."""
    words = {name: word for name, word in CANARIES.items() if name not in ("note", "other_language")}
    for kind in ("appointment", "mediation"):
        patient = Patient(kind)
        held = {**words, "preferred_language": "other", "other_language": CANARIES["other_language"]}
        held |= {"is_patient": "other", "relationship": "child", "agree_behalf": "on"} if kind == "appointment" else {}
        held |= {"wanted": ["other"]} if kind == "mediation" else {}
        filled = patient.filled(**held)
        patient.post({**filled, "agree_sensitive": ""})
        patient.post({**filled, "phone": CANARIES["phone"] + "99"})
        patient.post({**filled, "email": CANARIES["email"] + " "})
        patient.post(filled, "show", patient.path.replace("/ko/", "/en/"))
        with connection.execute_wrapper(Stopped()):
            patient.post(filled, "send")
        settings.DEBUG = True
        with connection.execute_wrapper(Stopped()):
            patient.post(filled, "send")
        settings.DEBUG = False
        checked = patient.post(filled)
        sent = patient.post(checked.form("#enquiry"), "send")
        assert sent.status == 302
        patient.client.get(sent.response["Location"])
        patient.client.cookies.clear()
        assert patient.post(filled, "send").status == 403
    call_command("send_notifications", stdout=io.StringIO())
    work_at_the_desk()


def work_at_the_desk():
    user = get_user_model().objects.create(username="officer", is_staff=True)
    user.groups.set(Group.objects.filter(name__in=["privacy_officer", "appointment_desk", "mediation_office"]))
    StaffScope.objects.create(user=user, page=f"centers.hospital:{Enquiry.objects.first().hospital_id}")
    desk = Client()
    desk.force_login(user)
    for enquiry in Enquiry.objects.all():
        path = reverse("admin:enquiries_enquiry_change", args=[enquiry.pk])
        assert CANARIES["email"] in desk.get(path).content.decode()
        desk.post(path, {"to": "in_progress", "note": CANARIES["note"]})
        desk.post(path, {"to": "booked" if enquiry.kind == "mediation" else "answered", "note": CANARIES["note"]})
        desk.get(reverse("admin:enquiries_enquiry_print", args=[enquiry.pk]))
        correct_and_stop(desk, enquiry)
    desk.get(reverse("admin:enquiries_enquiry_changelist"))
    person = desk.post(reverse("admin:enquiries_enquiry_person"), {"contact": CANARIES["phone"], "step": "find"})
    assert CANARIES["email"] in person.content.decode()
    period = {"since": "2020-01-01", "until": "2099-01-01", "reason": "a check"}
    export = desk.post(reverse("admin:enquiries_enquiry_export"), period)
    assert CANARIES["email"] in export.content.decode()


def correct_and_stop(desk, enquiry):
    correction = reverse("admin:enquiries_enquiry_correct", args=[enquiry.pk])
    words = Page(desk.get(correction)).form("form.decide") | {"reason": "called back"}
    desk.post(correction, words | {"phone": CANARIES["phone"] + "9"})  # no number: comes back with its words
    name = "patient_name" if enquiry.kind == "appointment" else "applicant_name"
    assert desk.post(correction, words | {name: CANARIES["requester_name"]}).status_code == 302
    stop = reverse("admin:enquiries_enquiry_stop", args=[enquiry.pk])
    for _stopped_then_resumed in range(2):
        assert desk.post(stop, {"asked_on": "2026-01-01", "reason": "called back"}).status_code == 302


@pytest.fixture
def log():
    """Everything that any logger says, but the SQL, which a test run alone would log."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    root = logging.getLogger()
    loggers = [root, *(logging.getLogger(name) for name in ("django.request", "django.security", "django.server"))]
    for logger in loggers:
        logger.addHandler(handler)
    yield said
    for logger in loggers:
        logger.removeHandler(handler)


@pytest.mark.django_db
def test_no_word_of_a_person_stands_anywhere_but_sealed(settings, log, capfd):
    receiving_hospital("kcch")

    live_through_everything(settings)

    stored = [text for _table, text in everything_in_the_database()]
    assert sum(text.startswith("gAAAA") for text in stored) >= 4
    assert found_in(stored) == []
    assert found_in([str(message.message()) + message.subject + message.body for message in mail.outbox]) == []
    assert found_in([repr(cache._cache)]) == []
    assert found_in([log.getvalue(), *capfd.readouterr()]) == []
    assert len(log.getvalue()) > 100


@pytest.mark.django_db
def test_a_canary_would_be_seen():
    receiving_hospital("kcch", telephone=CANARIES["phone"])

    assert found_in(text for _table, text in everything_in_the_database()) == ["7391-6482"]


@pytest.mark.django_db(transaction=True)
def test_the_file_of_the_database_holds_no_word_after_deletion(settings, tmp_path):
    receiving_hospital("kcch")
    Patient("appointment").send(**{name: CANARIES[name] for name in ("patient_name", "phone", "email", "message")})
    Enquiry.objects.update(created_at=timezone.now() - timedelta(days=200))
    call_command("delete_expired_enquiries", stdout=io.StringIO())
    if connection.vendor != "sqlite":
        assert found_in(text for _table, text in everything_in_the_database()) == []
        return

    copy = tmp_path / "copy.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(copy)])
    assert found_in([copy.read_bytes().decode("utf-8", "replace")]) == []
