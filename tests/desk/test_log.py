"""The audit log: one entry for everything that anybody did, readable and exported, never changed."""

import csv
import io

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.urls import reverse

from hospital_site.publishing.models import AuditEntry, PreviewLink
from hospital_site.publishing.snapshots import digest, dump
from tests import make
from tests.desk.people import Person, address, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def treatment():
    return make.published(make.in_sync(make.treatment(name_ko="절제술", name_en="Resection")))


def entries(**about):
    """`(action, who, digest before, digest after, reason)` of the entries, the oldest first."""
    found = AuditEntry.objects.filter(**about).order_by("pk")
    return list(found.values_list("action", "by", "before", "after", "reason"))


def of(page, person):
    return entries(page=page.key, by=person.name)


# ── One entry for every action ────────────────────────────────────────────────────────────────────────────────────────


def test_an_edit_is_logged_with_the_digests_before_and_after(treatment):
    before, editor = treatment.draft_digest or digest(dump(treatment)), Person("editor")

    editor.edit(treatment, name_ko="수술")

    treatment.refresh_from_db()
    assert of(treatment, editor) == [("edit", editor.name, before, digest(dump(treatment)), "")]


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


def test_what_was_refused_is_not_logged(treatment):
    both = Person("editor", "publisher")
    both.edit(treatment, name_ko="수술")

    both.publish(treatment)

    assert [action for action, *_rest in of(treatment, both)] == ["edit"]


# ── People ────────────────────────────────────────────────────────────────────────────────────────────────────────────

PASSWORD = "a long and secret sentence"


def sign_in(client, name, password):
    return client.post(reverse("admin:login"), {"username": name, "password": password})


@pytest.fixture
def kim():
    return get_user_model().objects.create_user("kim", password=PASSWORD, is_staff=True)


def test_signing_in_is_logged(client, kim):
    sign_in(client, "kim", PASSWORD)

    assert entries() == [("sign_in", "kim", "", "", "")]


@pytest.mark.parametrize("typed", ["kim", "nobody", PASSWORD], ids=["a name", "another name", "a password"])
def test_a_failed_sign_in_is_logged_without_what_was_typed(client, kim, typed):
    sign_in(client, typed, "wrong")

    assert entries() == [("sign_in_failed", "", "", "", "")]


def test_a_change_of_rights_is_logged_with_what_they_are_now(admin_client, admin_user, kim):
    center = make.center()
    path = reverse("admin:auth_user_change", args=[kim.pk])
    words = {
        "username": "kim",
        "is_active": "on",
        "is_staff": "on",
        "groups": [Group.objects.get(name="Editor").pk],
        "limits-TOTAL_FORMS": "1",
        "limits-INITIAL_FORMS": "0",
        "limits-0-user": kim.pk,
        "limits-0-page": center.key,
    }

    admin_client.post(path, words)

    rights = f"kim: active, staff; groups Editor; own ; limits {center.key}"
    assert entries(action="permission") == [("permission", admin_user.username, "", "", rights)]


def test_a_change_of_a_role_is_logged(admin_client, admin_user):
    role = Group.objects.get(name="Publisher")

    admin_client.post(reverse("admin:auth_group_change", args=[role.pk]), {"name": "Publisher", "permissions": []})

    assert entries(action="permission") == [("permission", admin_user.username, "", "", "Publisher: ")]


def test_deleting_a_person_is_logged_and_leaves_what_they_did(admin_client, admin_user, treatment):
    editor = Person("editor")
    editor.edit(treatment, name_ko="수술")

    admin_client.post(reverse("admin:auth_user_delete", args=[editor.user.pk]), {"post": "yes"})

    assert [action for action, *_rest in of(treatment, editor)] == ["edit"]
    [(_action, by, _before, _after, reason)] = entries(action="permission")
    assert (by, reason.split(":")[0]) == (admin_user.username, f"- {editor.name}")


# ── Reading and keeping ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", make.languages())
def test_the_auditor_reads_the_log_in_their_language(treatment, language):
    Person("editor").edit(treatment, name_ko="수술")

    page = Person("auditor").read(f"/{language}/admin/publishing/auditentry/")

    assert page.texts("#result_list tbody .field-action").count(said("edited", language)) == 1


REWRITES = {
    "saving": lambda entry: entry.save(),
    "deleting": lambda entry: entry.delete(),
    "updating in a query": lambda entry: AuditEntry.objects.update(reason="Another one."),
    "deleting in a query": lambda entry: AuditEntry.objects.all().delete(),
    "updating several": lambda entry: AuditEntry.objects.bulk_update([entry], ["reason"]),
}


@pytest.mark.parametrize("rewrite", REWRITES.values(), ids=REWRITES)
def test_an_entry_cannot_be_rewritten_by(rewrite):
    entry = AuditEntry.objects.create(action="edit", by="kim", reason="The first one.")
    entry.reason = "Another one."

    with pytest.raises(TypeError, match="append-only"), transaction.atomic():
        rewrite(entry)

    assert entries() == [("edit", "kim", "", "", "The first one.")]


@pytest.mark.parametrize("view", ["add", "change", "delete"])
@pytest.mark.parametrize("who", ["auditor", "superuser"])
def test_nobody_changes_the_log_through_the_admin(admin_client, view, who):
    entry = AuditEntry.objects.create(action="edit", by="kim", reason="The first one.")
    client = admin_client if who == "superuser" else Person("auditor").client
    args = [] if view == "add" else [entry.pk]
    before = entries()

    answer = client.post(
        reverse(f"admin:publishing_auditentry_{view}", args=args), {"post": "yes", "reason": "Another one."}
    )

    assert (answer.status_code, entries()) == (403, before)


def test_no_action_of_the_list_changes_the_log(admin_client):
    entry = AuditEntry.objects.create(action="edit", by="kim")
    path = reverse("admin:publishing_auditentry_changelist")

    admin_client.post(path, {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"})

    assert AuditEntry.objects.filter(pk=entry.pk).exists()


@pytest.mark.parametrize("kind", ["edition", "signoff", "previewlink", "translationstate", "stafflimit"])
def test_the_rows_behind_the_desk_have_no_forms_of_their_own(admin_client, kind):
    assert admin_client.get(f"/ko/admin/publishing/{kind}/").status_code == 404


# ── Export ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def exported(person):
    response = person.client.get(reverse("admin:publishing_auditentry_export"))
    if response.status_code == 403:
        raise PermissionDenied
    return b"".join(response.streaming_content)


def test_the_export_is_utf_8_with_a_mark_and_one_line_an_entry(treatment, clock):
    Person("editor", name="kim").edit(treatment, name_ko="수술")
    treatment.refresh_from_db()

    content = exported(Person("auditor", name="audrey"))

    assert content[:3] == b"\xef\xbb\xbf"
    head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert head == ["at", "by", "action", "page", "title", "before", "after", "reason"]
    assert [row[1:3] for row in rows] == [
        ["audrey", "export"],
        ["audrey", "sign_in"],
        ["kim", "edit"],
        ["kim", "sign_in"],
    ]
    edit = AuditEntry.objects.get(action="edit")
    assert rows[2][3:] == [treatment.key, "수술", edit.before, edit.after, ""]


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r"], ids=["equals", "plus", "minus", "at", "tab", "return"]
)
def test_no_cell_of_the_export_is_a_formula(start):
    AuditEntry.objects.create(action="edit", by=f"{start}1+1", title=f"{start}cmd", reason=f"{start}HYPERLINK()")

    rows = csv.reader(io.StringIO(exported(Person("auditor")).decode("utf-8-sig"), newline=""))

    [row] = [row for row in rows if row[2] == "edit"]
    assert (row[1], row[4], row[7]) == (f"'{start}1+1", f"'{start}cmd", f"'{start}HYPERLINK()")


def test_quotes_and_lines_come_through_the_export():
    reason = '그는 "맞다"고 했다,\n두 번째 줄; 끝'
    AuditEntry.objects.create(action="edit", by="kim", reason=reason)

    rows = csv.reader(io.StringIO(exported(Person("auditor")).decode("utf-8-sig"), newline=""))

    assert [row[7] for row in rows if row[2] == "edit"] == [reason]


@pytest.mark.parametrize("role", ["editor", "translator-en", "reviewer", "publisher"])
def test_only_the_auditor_exports(role):
    with pytest.raises(PermissionDenied):
        exported(Person(role))

    assert entries(action="export") == []
