"""How much one address and one person may send. Whoever is stopped keeps their words."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.urls import reverse

from hospital_site.enquiries import actions, rate_limits
from hospital_site.enquiries.models import DataController, Enquiry
from tests.enquiries.patients import Patient, said

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


@pytest.fixture(autouse=True)
def kcch(kcch_of_all, db):
    return DataController.objects.get()


@pytest.fixture
def two_a_day(monkeypatch):
    monkeypatch.setattr(rate_limits, "ENQUIRIES_OF_A_CONTACT", ("contact", 2, rate_limits.DAY))


def test_one_person_sends_a_few_enquiries_a_day_to_a_hospital(two_a_day):
    answers = [Patient("appointment").send() for _turn in range(3)]

    assert [answer.status for answer in answers] == [302] * 2 + [429]
    assert Enquiry.objects.count() == 2
    assert answers[-1].form("#enquiry")["patient_name"] == ["홍길동"]
    sentence = (
        "You cannot send more today from the same contact or internet connection. "
        "Send it again tomorrow, or call the hospital."
    )
    assert said(sentence) in answers[-1].text(".problems")


def test_a_stranger_cannot_use_up_what_a_person_may_send(two_a_day):
    stranger = {"REMOTE_ADDR": "203.0.113.7"}
    sent = [Patient("appointment", **stranger).send(email="hong@example.org").status for _turn in range(3)]
    refused = Patient("appointment", **stranger)
    for _turn in range(3):
        refused.post(refused.filled(agree_personal=None), "send")

    assert sent == [302, 302, 429]
    assert Patient("appointment", REMOTE_ADDR="203.0.113.8").send(email="hong@example.org").status == 302


def test_what_is_refused_counts_for_the_address_alone(two_a_day):
    patient = Patient("appointment")
    words = patient.filled(agree_personal=None)
    for _turn in range(3):
        patient.post(words, "send")

    assert patient.send().status == 302


def test_the_same_form_sent_again_and_again_counts_once():
    patient = Patient("appointment")
    words = patient.check().form("#enquiry")

    assert [patient.post(words, "send").status for _ in range(8)] == [302] * 8
    assert Enquiry.objects.count() == 1


def test_an_address_that_posts_without_end_is_stopped_before_any_work(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(rate_limits, "POSTS_OF_AN_ADDRESS", ("posts", 3, 3600))
    patient = Patient("appointment")
    words = patient.filled()
    for _ in range(3):
        patient.post(words)

    with django_assert_num_queries(0):
        stopped = patient.post(words)

    assert stopped.status == 429
    assert stopped.form("#enquiry")["patient_name"] == ["홍길동"]
    assert Patient("appointment", REMOTE_ADDR="203.0.113.7").check().status == 200


def test_of_many_who_count_at_once_no_more_pass_than_the_limit_allows(settings, tmp_path):
    settings.CACHES = {
        "default": {"BACKEND": "hospital_site.staff.shared_counters.Counters", "LOCATION": tmp_path / "cache"}
    }
    limit = ("enquiries", 40, rate_limits.DAY)

    with ThreadPoolExecutor(8) as workers:
        passed = list(workers.map(lambda _turn: rate_limits.acquire(limit, "203.0.113.7"), range(200)))

    assert sum(passed) == 40


def test_a_full_disk_loses_no_words_of_a_patient_and_shuts_out_no_staff(settings, tmp_path, client, django_user_model):
    django_user_model.objects.create_user("kim", password="a long password", is_staff=True)
    (tmp_path / "file").touch()  # no folder can be made in it, as on a disk that is full or read-only
    backend = "hospital_site.staff.shared_counters.Counters"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": tmp_path / "file" / "cache"}}

    assert Patient("appointment").send().status == 302
    signed_in = client.post(reverse("admin:login"), {"username": "kim", "password": "a long password"})
    assert signed_in.status_code == 302


def test_a_sending_that_could_not_be_stored_does_not_count(monkeypatch):
    patient = Patient("appointment")
    words = patient.check().form("#enquiry")

    def fail(form):
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(actions, "receive", fail)
        assert [patient.post(words, "send").status for _try in range(8)] == [503] * 8

    assert patient.post(words, "send").status == 302


def test_no_counter_names_an_address_or_a_person():
    Patient("appointment", REMOTE_ADDR="203.0.113.7").send(email="hong@example.org")

    kept = repr(cache._cache)
    assert len(cache._cache) == 4
    assert [word for word in ("203.0.113", "1234-5678", "12345678", "hong", "kcch") if word in kept] == []


@pytest.mark.depends_on_database
def test_a_household_of_many_addresses_counts_as_one():
    assert rate_limits.subscriber_of("2001:db8::1") == rate_limits.subscriber_of("2001:db8::ffff")
    assert rate_limits.subscriber_of("2001:db8:0:1::1") != rate_limits.subscriber_of("2001:db8::1")
    assert rate_limits.subscriber_of("203.0.113.7") == rate_limits.subscriber_of("::ffff:203.0.113.7") == "203.0.113.7"


def test_a_form_of_any_size_is_refused_in_words():
    patient = Patient("mediation")

    page = patient.post(patient.filled(what_happened="가" * 60_000))

    assert (page.status, Enquiry.objects.count()) == (413, 0)
