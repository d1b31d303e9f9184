"""Personal data at rest: unreadable without the key, found only by keyed hashes, sealed anew when keys change."""

import json
from unittest.mock import Mock

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test.utils import isolate_apps
from secured_fields.exceptions import LookupNotSupported
from secured_fields.fernet import get_fernet

from hospital_site.enquiries import actions
from hospital_site.enquiries.management.commands import rotate_enquiry_keys
from hospital_site.enquiries.models import Enquiry, Step
from hospital_site.enquiries.sealing import SealedText, Unreadable, keyed_hash
from tests import make
from tests.enquiries.patients import Answers, receiving_hospital
from tests.enquiries.staff import sent

pytestmark = pytest.mark.django_db

NEW, OLD = "n" * 48, "o" * 48


@pytest.fixture
def enquiry(keys):
    keys(OLD)
    receiving_hospital("kcch")
    Answers("appointment").send(email="hong@example.org")
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


@pytest.mark.same_on_every_database
def test_without_the_key_nothing_is_shown_instead(enquiry, keys):
    keys(NEW)

    with pytest.raises(Unreadable):
        _answers = Enquiry.objects.get().answers


@pytest.mark.same_on_every_database
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
    Answers("appointment").send(phone="010-5555-6666")

    call_command("rotate_enquiry_keys")
    call_command("rotate_enquiry_keys")
    keys(NEW)

    told = [line.partition(" and ")[0] for line in capsys.readouterr().out.splitlines()]
    assert told == ["1 enquiries, 1 steps", "0 enquiries, 0 steps"]  # what has the new key already is not written
    assert Enquiry.objects.of_person(telephone="+821012345678").get().answers["patient_name"] == "홍길동"
    assert Enquiry.objects.of_person(telephone="+821055556666").exists()
    assert Step.objects.get().note == "낮에 전화하기로 함"
    keys(OLD)
    assert readable() == [False, False]


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


def test_rotation_goes_on_past_what_no_key_opens_changes_nothing_of_it_and_fails(enquiry, keys):
    keys(NEW)
    before = stored("enquiries_enquiry", "answers")
    Answers("appointment").send()
    TOTP.activate(get_user_model().objects.create(username="kim", is_staff=True), "JBSWY3DPEHPK3PXP")
    Authenticator.objects.update(data={"secret": "damaged"})
    keys("x" * 48, NEW)

    with pytest.raises(CommandError, match="1 enquiries, 1 steps and 1 second factors could not be read"):
        call_command("rotate_enquiry_keys")

    assert before in stored("enquiries_enquiry", "answers")
    keys("x" * 48)
    assert readable() == [False, True]


# ── Whose words they are ──────────────────────────────────────────────────────────────────────────────────────────────


def swap(table, column, first, second):
    """Exchange what two rows hold in `column`, as somebody with the database could."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, {column} FROM {table} WHERE id IN (%s, %s)", [first, second])
        held = dict(cursor.fetchall())
        for here, there in ((first, second), (second, first)):
            cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [held[there], here])


def seal_as_before(table, column, text, pk):
    """Seal `text` as the versions did that bound it to nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = %s WHERE id = %s", [get_fernet().encrypt(text.encode()).decode(), pk]
        )


def readable():
    return [enquiry.is_readable for enquiry in Enquiry.objects.order_by("pk")]


def names():
    return [enquiry.answers["patient_name"] for enquiry in Enquiry.objects.order_by("pk")]


def notes():
    return [step.readable_note for step in Step.objects.order_by("pk")]


def test_the_answers_of_two_rows_cannot_be_exchanged(enquiry):
    other = sent("appointment", "kcch", patient_name="성춘향")

    swap("enquiries_enquiry", "answers", enquiry.pk, other.pk)

    assert readable() == [False, False]


@pytest.mark.parametrize("changed", ["reference", "kind", "hospital"])
def test_answers_are_read_with_their_own_reference_form_and_hospital_only(enquiry, changed):
    others = {"reference": "A-0000-0000", "kind": "mediation", "hospital": make.hospital()}

    Enquiry.objects.update(**{changed: others[changed]})

    assert readable() == [False]


def test_a_note_cannot_be_exchanged_nor_moved_to_another_enquiry_nor_be_filled_from_another_column(enquiry):
    first, second = Step.objects.get(), actions.add_note(enquiry, "답을 기다림", by="desk")
    other = sent("appointment", "kcch")
    lost = str(Unreadable())

    swap("enquiries_step", "note", first.pk, second.pk)
    assert notes() == [lost, lost]

    swap("enquiries_step", "note", first.pk, second.pk)
    assert notes() == ["낮에 전화하기로 함", "답을 기다림"]
    Step.objects.filter(pk=first.pk).update(enquiry=other)
    assert notes() == [lost, "답을 기다림"]

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE enquiries_step SET note = (SELECT answers FROM enquiries_enquiry WHERE id = %s)", [other.pk]
        )
    assert notes() == [lost, lost]


@pytest.mark.same_on_every_database
def test_what_was_sealed_before_is_read_and_rotation_binds_it_though_it_is_killed_between(enquiry, monkeypatch, capsys):
    other = sent("appointment", "kcch", patient_name="성춘향")
    for one in (enquiry, other):
        seal_as_before("enquiries_enquiry", "answers", json.dumps(one.answers), one.pk)
    seal_as_before("enquiries_step", "note", "예전 메모", Step.objects.get().pk)
    assert (names(), notes()) == (["홍길동", "성춘향"], ["예전 메모"])

    with monkeypatch.context() as patch:
        patch.setattr(rotate_enquiry_keys, "reseal_step", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            call_command("rotate_enquiry_keys")
    call_command("rotate_enquiry_keys")

    assert capsys.readouterr().out.startswith("0 enquiries, 1 steps")
    assert (names(), notes()) == (["홍길동", "성춘향"], ["예전 메모"])
    swap("enquiries_enquiry", "answers", enquiry.pk, other.pk)
    assert readable() == [False, False]


def test_rotation_gives_nobody_the_words_that_were_exchanged(enquiry):
    other = sent("appointment", "kcch", patient_name="성춘향")
    swap("enquiries_enquiry", "answers", enquiry.pk, other.pk)

    with pytest.raises(CommandError):
        call_command("rotate_enquiry_keys")

    assert readable() == [False, False]


@pytest.mark.same_on_every_database
def test_a_sealed_value_is_written_only_with_its_row(enquiry):
    with pytest.raises(TypeError):
        Enquiry.objects.update(answers={"patient_name": "성춘향"})


@pytest.mark.same_on_every_database
@isolate_apps("hospital_site.enquiries")
def test_a_model_with_sealed_values_says_what_identifies_a_row():
    class Nameless(models.Model):
        text = SealedText()

        class Meta:
            app_label = "enquiries"

    assert [problem.id for problem in Nameless.check()] == ["enquiries.E001"]
