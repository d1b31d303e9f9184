"""Mail to staff: written with the enquiry, sent later, never lost."""

import io
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils import timezone

from hospital_site.enquiries import outbox
from hospital_site.enquiries.models import DataController, Enquiry, Notification
from tests.enquiries import mail_server
from tests.enquiries.patients import Answers, Patient, both_kinds, receiving_hospital

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


@pytest.fixture(autouse=True)
def kcch():
    return receiving_hospital("kcch")


@pytest.fixture
def mailbox(settings):
    with mail_server.running(settings) as mailbox:
        yield mailbox


def send():
    said = io.StringIO()
    call_command("send_notifications", stdout=said, stderr=said)
    return said.getvalue()


def later():
    """Everything that waits for its hour is due now."""
    Notification.objects.update(next_try_at=timezone.now(), claimed_until=None)


@both_kinds
def test_a_mail_carries_the_number_and_an_address_of_the_desk_and_nothing_else(kind, settings):
    settings.SITE_ADDRESS = "https://www.example.org"
    Answers(kind).send(email="hong@example.org")
    enquiry = Enquiry.objects.get()

    send()

    [sent] = mail.outbox
    path = f"/ko/admin/enquiries/enquiry/{enquiry.pk}/change/"
    assert sent.to == [{"appointment": "desk@example.org", "mediation": "office@example.org"}[kind]]
    assert sent.subject.endswith(enquiry.reference)
    assert sent.body.splitlines()[1:] == [f"https://www.example.org{path}"]
    words = str(sent.message())
    for personal in ("홍길동", "1234-5678", "12345678", "hong", "kcch", "낱말", "내과"):
        assert personal not in words


def test_a_mail_of_a_demonstration_says_that_it_is_one(settings):
    settings.DEMONSTRATION = True
    Answers("appointment").send()

    send()

    [sent] = mail.outbox
    assert sent.subject.startswith("[시연] ")
    assert "시연용 누리집입니다." in sent.body


def test_a_mail_goes_through_a_real_server_once(mailbox):
    Answers("appointment").send()

    said = [send(), send()]

    assert said == ["1 sent, 0 failed, 0 waiting.\n", "0 sent, 0 failed, 0 waiting.\n"]
    assert mailbox.message_ids == [f"<{Notification.objects.get().message_id}>"]


@pytest.mark.depends_on_database
def test_every_recipient_is_told(mailbox):
    DataController.objects.update(appointment_mail="a@example.org\nb@example.org")
    Answers("appointment").send()

    send()

    assert sorted(mail["To"] for mail in mailbox.arrived) == ["a@example.org", "b@example.org"]


def test_a_refused_connection_loses_nothing(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.free_port()
    Answers("appointment").send()

    with pytest.raises(CommandError):
        send()

    waiting = Notification.objects.get()
    assert (waiting.sent_at, waiting.tries, waiting.problem) == (None, 1, "ConnectionRefusedError")
    with mail_server.running(settings) as mailbox:
        assert send() == "0 sent, 0 failed, 1 waiting.\n"  # not before its hour
        later()
        assert send() == "1 sent, 0 failed, 0 waiting.\n"
    assert len(mailbox.arrived) == 1


def test_a_server_that_refuses_a_mail_is_asked_again_after_ever_longer_pauses(mailbox):
    Answers("appointment").send()
    mailbox.behaviour = "refuse"
    pauses = []
    for _try in range(12):
        later()
        with pytest.raises(CommandError):
            send()
        pauses.append((Notification.objects.get().next_try_at - timezone.now()).total_seconds() / 60)

    assert [round(pause) for pause in pauses] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]
    mailbox.behaviour = "accept"
    later()
    send()
    assert len(mailbox.arrived) == 1


def test_a_server_that_dies_after_taking_a_mail_gets_the_same_mail_again(mailbox):
    Answers("appointment").send()
    mailbox.behaviour = "die"

    with pytest.raises(CommandError):
        send()
    later()
    send()

    assert len(set(mailbox.message_ids)) == 1
    assert Notification.objects.unsent().count() == 0


def test_a_server_that_hangs_up_after_it_said_that_it_has_the_mail_is_asked_no_more(mailbox):
    Answers("appointment").send()
    mailbox.behaviour = "hang up"

    send()
    later()
    send()

    assert len(mailbox.arrived) == 1


@pytest.mark.depends_on_database
def test_a_mail_that_bounces_stays_in_the_table_with_what_was_said_and_without_the_address_in_it(mailbox):
    Answers("appointment").send()
    mailbox.behaviour = "nobody"
    for _try in range(3):
        later()
        with pytest.raises(CommandError):
            send()
    bounced = Notification.objects.get()
    assert (bounced.sent_at, bounced.tries, bounced.problem) == (None, 3, "SMTPRecipientsRefused")

    controller = DataController.objects.get()
    controller.appointment_mail = "right@example.org"
    controller.save()
    outbox.redirect_unsent(controller)
    mailbox.behaviour = "accept"
    later()
    send()

    assert [mail["To"] for mail in mailbox.arrived] == ["right@example.org"]


def test_what_was_sent_is_not_sent_again_to_an_address_that_is_new(mailbox):
    Answers("appointment").send()
    send()
    controller = DataController.objects.get()
    controller.appointment_mail = "right@example.org"

    outbox.redirect_unsent(controller)
    send()

    assert len(mailbox.arrived) == 1


@pytest.mark.depends_on_database
def test_a_mail_comes_from_the_hospital_that_it_is_about(mailbox):
    DataController.objects.update(sender="desk@kcch.example")
    Answers("appointment").send()

    send()

    assert mailbox.arrived[0]["From"] == "desk@kcch.example"


@pytest.mark.depends_on_database
def test_of_two_runs_at_once_one_sends():
    Answers("appointment").send()
    one, other = Notification.objects.get(), Notification.objects.get()

    assert [outbox.claim(one), outbox.claim(other)] == [True, False]


@pytest.mark.depends_on_database
def test_a_run_that_died_gives_its_mail_back_after_a_while():
    Answers("appointment").send()
    outbox.claim(Notification.objects.get())
    assert not Notification.objects.due().exists()

    assert Notification.objects.due(timezone.now() + outbox.CLAIM + timedelta(seconds=1)).exists()


@pytest.mark.depends_on_database
def test_an_enquiry_without_its_notification_cannot_be(monkeypatch):
    patient = Patient("appointment")
    words = patient.filled()

    def stops(**fields):
        raise IntegrityError("stopped here")

    monkeypatch.setattr(Notification.objects, "create", stops)
    answer = patient.post(words, "send")

    assert answer.status == 503

    assert Enquiry.objects.count() == 0


def test_a_hospital_without_a_mail_address_still_receives():
    DataController.objects.update(appointment_mail="")

    assert Answers("appointment").send().status == 302
    assert send() == "0 sent, 0 failed, 0 waiting.\n"
