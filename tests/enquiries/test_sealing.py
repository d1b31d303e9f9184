"""Personal data at rest: unreadable without the key, found only by keyed hashes, sealed anew when keys change."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from secured_fields.exceptions import LookupNotSupported

from hospital_site.enquiries import actions
from hospital_site.enquiries.models import Enquiry, Step
from hospital_site.enquiries.sealing import Unreadable, keyed_hash
from tests.enquiries.patients import Patient, receiving_hospital

pytestmark = pytest.mark.django_db

NEW, OLD = "n" * 48, "o" * 48


@pytest.fixture
def enquiry(keys):
    keys(OLD)
    receiving_hospital("kcch")
    Patient("appointment").send(email="hong@example.org")
    enquiry = Enquiry.objects.get()
    actions.add_note(enquiry, "낮에 전화하기로 함", by="desk")
    return enquiry


def stored(table, column):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        return " ".join(str(value) for [value] in cursor.fetchall())


def test_the_database_holds_only_the_sealed_words(enquiry):
    assert stored("enquiries_enquiry", "answers").startswith("gAAAA")
    assert stored("enquiries_step", "note").startswith("gAAAA")
    assert "홍길동" not in stored("enquiries_enquiry", "answers")
    assert Enquiry.objects.get().answers["patient_name"] == "홍길동"


def test_without_the_key_nothing_is_shown_instead(enquiry, keys):
    keys(NEW)

    with pytest.raises(Unreadable):
        Enquiry.objects.get()


def test_a_search_for_sealed_words_is_refused_aloud(enquiry):
    with pytest.raises(LookupNotSupported):
        Enquiry.objects.filter(answers__exact={}).count()


def test_a_person_is_found_by_keyed_hash_only(enquiry):
    assert enquiry.telephone_hash == keyed_hash("telephone", "+821012345678", OLD)
    assert enquiry.telephone_hash != keyed_hash("telephone", "+821012345678", NEW)
    assert enquiry.telephone_hash != keyed_hash("mail", "+821012345678", OLD)
    assert list(Enquiry.objects.of_person(telephone="+821012345678")) == [enquiry]
    assert list(Enquiry.objects.of_person(mail="Hong@example.org")) == [enquiry]
    assert list(Enquiry.objects.of_person(telephone="+821012345679")) == []


def test_nobody_is_everybody(enquiry):
    assert list(Enquiry.objects.of_person()) == []


def test_keys_are_exchanged_without_an_hour_in_which_anything_is_lost(enquiry, keys, capsys):
    keys(NEW, OLD)
    assert Enquiry.objects.of_person(telephone="+821012345678").exists()
    Patient("appointment").send(phone="010-5555-6666")

    call_command("rotate_enquiry_keys")
    call_command("rotate_enquiry_keys")
    keys(NEW)

    assert "2 enquiries, 1 steps and 0 second factors" in capsys.readouterr().out
    assert Enquiry.objects.of_person(telephone="+821012345678").get().answers["patient_name"] == "홍길동"
    assert Enquiry.objects.of_person(telephone="+821055556666").exists()
    assert Step.objects.get().note == "낮에 전화하기로 함"
    keys(OLD)
    with pytest.raises(Unreadable):
        list(Enquiry.objects.all())


def test_the_second_factors_of_staff_open_with_the_new_key_too(keys, capsys):
    keys(OLD)
    somebody = get_user_model().objects.create(username="kim", is_staff=True)
    app = TOTP.activate(somebody, "JBSWY3DPEHPK3PXP").instance
    keys(NEW, OLD)

    call_command("rotate_enquiry_keys")
    keys(NEW)

    assert "1 second factors" in capsys.readouterr().out
    app.refresh_from_db()
    assert decrypt(app.data["secret"]) == "JBSWY3DPEHPK3PXP"


def test_rotation_stops_at_what_no_key_opens_and_changes_nothing_of_it(enquiry, keys):
    keys(NEW)
    before = stored("enquiries_enquiry", "answers")

    with pytest.raises(Unreadable):
        call_command("rotate_enquiry_keys")

    assert stored("enquiries_enquiry", "answers") == before
