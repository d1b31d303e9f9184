"""The audit log: one entry for everything that anybody does to a page."""

import pytest
from django.test import Client
from django.urls import reverse

from hospital_site.publishing.models import PreviewLink
from hospital_site.publishing.snapshots import digest, dump
from hospital_site.staff.models import AuditEntry
from tests import make
from tests.desk.people import Person, address
from tests.recorded import recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
@recorded
def treatment():
    return make.published(make.in_sync(make.treatment(name_ko="절제술", name_en="Resection")))


def entries(**about):
    """`(action, who, digest before, digest after, reason)` of the entries, the oldest first."""
    found = AuditEntry.objects.filter(**about).order_by("pk")
    return list(found.values_list("action", "by", "before", "after", "reason"))


def of(page, person):
    return entries(page=page.key, by=person.name)


# ── One entry for every action ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.same_on_every_database
def test_an_edit_is_logged_with_the_digests_before_and_after(treatment):
    before, editor = treatment.draft_digest or digest(dump(treatment)), Person("editor")

    editor.edit(treatment, name_ko="수술")

    treatment.refresh_from_db()
    assert of(treatment, editor) == [("edit", editor.name, before, digest(dump(treatment)), "")]


@pytest.mark.same_on_every_database
def test_saving_without_a_change_is_not_logged(treatment):
    editor = Person("editor")

    editor.edit(treatment)

    assert of(treatment, editor) == []


def test_making_and_deleting_a_draft_are_logged():
    center, editor = make.center(), Person("editor")
    words = {"center": center.pk, "kind": "surgery", "slug": "new", "name_ko": "새", "position": "1"}
    editor.client.post(reverse("admin:centers_treatment_add"), words)
    page = center.treatments.get()
    made = digest(dump(page))

    editor.client.post(address(page, "delete"), {"post": "yes"})

    assert of(page, editor) == [("edit", editor.name, "", made, ""), ("delete", editor.name, made, "", "")]


@pytest.mark.same_on_every_database
def test_the_way_to_patients_and_back_is_logged_step_by_step(treatment):
    old = digest(dump(treatment))
    editor, publisher = Person("editor"), Person("publisher")
    editor.edit(treatment, name_ko="수술")
    treatment.refresh_from_db()
    new = digest(dump(treatment))
    editor.decide(treatment, "submit", reason="submit")
    publisher.decide(treatment, "return", reason="return")
    publisher.publish(treatment, hour="2199-01-01T09:00", reason="schedule")
    publisher.decide(treatment, "cancel", 2, reason="cancel")
    publisher.publish(treatment, reason="publish")
    publisher.decide(treatment, "again", 1, reason="again")
    publisher.decide(treatment, "withdraw", reason="withdraw")
    editor.decide(treatment, "copy", 1, reason="copy")

    assert of(treatment, editor)[1:] == [
        ("submit", editor.name, "", new, "submit"),
        ("restore", editor.name, new, old, "copy"),
    ]
    assert of(treatment, publisher) == [
        ("return", publisher.name, new, "", "return"),
        ("schedule", publisher.name, old, new, "schedule"),
        ("cancel", publisher.name, new, "", "cancel"),
        ("publish", publisher.name, old, new, "publish"),
        ("publish", publisher.name, new, old, "again"),
        ("withdraw", publisher.name, old, "", "withdraw"),
    ]


def test_every_entry_about_a_page_names_it(treatment):
    publisher = Person("publisher")
    Person("editor").edit(treatment, name_ko="수술")
    publisher.publish(treatment, hour="2199-01-01T09:00")
    publisher.decide(treatment, "cancel", 2)

    titles = AuditEntry.objects.of(treatment).order_by("pk").values_list("action", "title")

    assert list(titles) == [("edit", "수술"), ("schedule", "수술"), ("cancel", "수술")]


def test_links_are_logged_when_made_opened_and_revoked(treatment):
    editor = Person("editor")
    editor.form(treatment, "links").send(recipient="외부 전문가", days="7")
    link = PreviewLink.objects.get()
    Client().get(link.get_absolute_url())

    editor.send(treatment, "links", revoke=link.pk)

    assert [(action, by) for action, by, *_rest in entries(page=treatment.key)] == [
        ("link", editor.name),
        ("opened", f"preview link {link.pk}"),
        ("revoke", editor.name),
    ]


def test_an_edit_of_departments_is_logged_for_the_clinic_that_copies_them():
    clinic = make.clinic()
    clinic.departments.add(make.part(clinic.center.hospital, "departments", name_ko="내과", name_en="Medicine"))
    make.in_sync(clinic)
    before, editor = clinic.draft_digest, Person("editor")

    editor.edit(clinic.center.hospital, **{"departments-0-name_ko": "내분비내과"})

    [(action, by, was, now, _reason)] = of(clinic, editor)
    assert (action, by, was, now) == ("edit", editor.name, before, digest(dump(clinic)))


@pytest.mark.same_on_every_database
def test_what_was_refused_is_not_logged(treatment):
    both = Person("editor", "publisher")
    both.edit(treatment, name_ko="수술")

    both.publish(treatment)

    assert [action for action, *_rest in of(treatment, both)] == ["edit"]


@pytest.mark.parametrize("kind", ["edition", "signoff", "previewlink", "translationstate"])
def test_the_rows_behind_the_desk_have_no_forms_of_their_own(admin_client, kind):
    assert admin_client.get(f"/ko/admin/publishing/{kind}/").status_code == 404
