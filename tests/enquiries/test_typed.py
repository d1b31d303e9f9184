"""What patients type or paste is stored clean, and found again by what anybody types."""

import unicodedata
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from hospital_site.enquiries.actions import contact_hashes
from hospital_site.enquiries.forms import FORMS
from hospital_site.enquiries.management.commands import clean_enquiries
from hospital_site.enquiries.models import Enquiry, Step
from hospital_site.enquiries.sealing import Unreadable
from tests.enquiries.patients import Answers, receiving_hospital
from tests.enquiries.staff import sent

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

DIRTY = {
    "patient_name": "O ́Brien\u200b",
    "email": "hong@example.org\u200b",
    "phone": "+821012345678",
    "needs": ["written"],
}
CLEAN = {"patient_name": "O’Brien", "email": "hong@example.org", "phone": "+821012345678", "needs": ["written"]}


@pytest.fixture(autouse=True)
def kcch(db):
    return receiving_hospital("kcch")


def answers(kind="appointment", **words):
    Answers(kind).send(**words)
    return Enquiry.objects.get().answers


@pytest.mark.depends_on_database
def test_an_address_that_ends_in_a_sign_that_nobody_sees_is_found_by_the_address():
    stored = answers(email="hong@example.org\u200b")

    assert stored["email"] == "hong@example.org"
    assert Enquiry.objects.of_person(mail="hong@example.org").count() == 1


@pytest.mark.parametrize("written", ["\u202d010-1234-5678\u202c", "010\u00a01234\u00a05678", "010-1234-5678\u200b"])
def test_a_telephone_number_pasted_from_a_contact_list_is_accepted(written):
    assert answers(phone=written)["phone"] == "+821012345678"


@pytest.mark.parametrize("name", ["Kumar A/L Rajan", "de l’Été", "김(金) 철수", "Müller-Lüdenscheidt"])
def test_a_name_as_written_on_an_id_is_stored_as_it_is(name):
    assert answers(patient_name=unicodedata.normalize("NFD", name))["patient_name"] == name


@pytest.mark.parametrize("quote", "´`'")
def test_a_quote_in_a_name_is_stored_as_one_sign(quote):
    assert answers(patient_name=f"O{quote}Brien")["patient_name"] == "O’Brien"


@pytest.mark.depends_on_database
def test_a_long_text_keeps_its_lines_and_loses_what_nobody_sees():
    stored = answers("mediation", what_happened="설명을 못\u200b 들었\x0b습니다.\r\n\r\n두\u00a0번째 줄")

    assert stored["what_happened"] == "설명을 못 들었\n습니다.\n\n두 번째 줄"


def test_a_date_with_signs_that_nobody_sees_is_a_date():
    field = FORMS["appointment"].base_fields["date_1"]

    assert field.clean("\u200e2026-12-01\u200e") == field.clean("2026-12-01")


# ── What was stored before ────────────────────────────────────────────────────────────────────────────────────────────


def stored_before():
    """An enquiry as an earlier version stored it."""
    enquiry = sent("appointment", "kcch")
    enquiry.answers = DIRTY
    for name, value in contact_hashes(DIRTY).items():
        setattr(enquiry, name, value)
    enquiry.save()
    Step.objects.create(enquiry=enquiry, by="kim", note=unicodedata.normalize("NFD", "전화함"))
    return enquiry


def run():
    output = StringIO()
    call_command("clean_enquiries", stdout=output)
    return output.getvalue()


@pytest.mark.depends_on_database
def test_the_command_cleans_what_was_sent_and_noted_and_what_it_is_found_by():
    enquiry = stored_before()
    assert not Enquiry.objects.of_person(mail="hong@example.org").exists()

    assert run().startswith("2 enquiries and steps cleaned")

    assert Enquiry.objects.get().answers == CLEAN
    assert Enquiry.objects.of_person(mail="hong@example.org").get() == enquiry
    assert Step.objects.last().note == unicodedata.normalize("NFC", "전화함")


def test_the_command_goes_on_where_it_was_stopped(monkeypatch):
    stored_before(), stored_before()
    clean = clean_enquiries.clean_enquiry

    def stop_at_the_second(key, done=[]):  # noqa: B006
        if done:
            raise KeyboardInterrupt
        done.append(clean(key))
        return True

    monkeypatch.setattr(clean_enquiries, "clean_enquiry", stop_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert [one.answers == CLEAN for one in Enquiry.objects.order_by("pk")] == [True, False]
    monkeypatch.undo()

    assert run().startswith("3 enquiries and steps cleaned")
    assert run().startswith("0 enquiries and steps cleaned")
    assert all(one.answers == CLEAN for one in Enquiry.objects.all())


def test_the_command_says_what_it_could_not_read_and_cleans_the_rest(monkeypatch):
    unreadable, readable = stored_before(), stored_before()
    clean = clean_enquiries.clean_enquiry

    def without_a_key(key):
        if key == unreadable.pk:
            raise Unreadable
        return clean(key)

    monkeypatch.setattr(clean_enquiries, "clean_enquiry", without_a_key)
    with pytest.raises(CommandError, match="1 could not be read"):
        run()

    readable.refresh_from_db()
    assert readable.answers == CLEAN
