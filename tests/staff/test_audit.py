"""The audit log: who signed in, who changed rights; readable and exported, never changed."""

import csv
import io

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from hospital_site.staff.audit import record
from hospital_site.staff.models import AuditEntry
from tests import make
from tests.desk.people import Person, said
from tests.recorded import recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
@recorded
def treatment():
    return make.published(make.in_sync(make.treatment(name_ko="절제술", name_en="Resection")))


def entries(**about):
    """`(action, who, reason)` of the entries, the oldest first."""
    return list(AuditEntry.objects.filter(**about).order_by("pk").values_list("action", "by", "reason"))


# ── Accounts ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_entry_knows_the_account_of_a_user():
    kim = get_user_model().objects.create(username="kim")

    entry = record(AuditEntry.Action.EDIT, by=kim)

    assert (entry.by, entry.account) == ("kim", kim.pk)


def test_an_entry_by_a_name_has_no_account():
    assert record(AuditEntry.Action.OPENED, by="preview link 1").account is None


def test_an_entry_keeps_name_and_account_when_the_user_is_renamed_and_when_deleted(treatment):
    editor = Person("editor", name="kim")
    editor.edit(treatment, name_ko="수술")
    number = editor.user.pk

    get_user_model().objects.filter(pk=number).update(username="lee")
    get_user_model().objects.get(pk=number).delete()

    assert AuditEntry.objects.filter(action="edit").values_list("by", "account").get() == ("kim", number)


# ── People ────────────────────────────────────────────────────────────────────────────────────────────────────────────

PASSWORD = "a long and secret sentence"


def sign_in(client, name, password):
    return client.post(reverse("admin:login"), {"username": name, "password": password})


@pytest.fixture
def kim():
    return get_user_model().objects.create_user("kim", password=PASSWORD, is_staff=True)


def test_signing_in_is_logged(client, kim):
    sign_in(client, "kim", PASSWORD)

    assert entries() == [("sign_in", "kim", "")]


@pytest.mark.same_on_every_database
@pytest.mark.parametrize("typed", ["kim", "nobody", PASSWORD], ids=["a name", "another name", "a password"])
def test_a_failed_sign_in_is_logged_without_what_was_typed(client, kim, typed):
    sign_in(client, typed, "wrong")

    assert entries() == [("sign_in_failed", "", "")]


def test_a_change_of_rights_is_logged_with_what_was_added(admin_client, admin_user, kim):
    center = make.center()
    path = reverse("admin:auth_user_change", args=[kim.pk])
    words = {
        "username": "kim",
        "is_active": "on",
        "is_staff": "on",
        "groups": [Group.objects.get(name="Editor").pk],
        "scopes-TOTAL_FORMS": "1",
        "scopes-INITIAL_FORMS": "0",
        "scopes-0-user": kim.pk,
        "scopes-0-page": center.key,
    }

    admin_client.post(path, words)

    rights = f"kim: +Editor, +{center.key}"
    assert entries(action="permission") == [("permission", admin_user.username, rights)]
    added = {"groups": ["Editor"], "scopes": [center.key]}
    assert AuditEntry.objects.get(action="permission").data == {"account": kim.pk, "name": "kim", "added": added}


def test_a_change_of_a_role_is_logged_whole(admin_client, admin_user):
    role = Group.objects.get(name="Publisher")
    before = sorted(f"{right.content_type.app_label}.{right.codename}" for right in role.permissions.all())

    admin_client.post(reverse("admin:auth_group_change", args=[role.pk]), {"name": "Publisher", "permissions": []})

    reason = f"Publisher: −{', −'.join(before)}"
    assert entries(action="permission") == [("permission", admin_user.username, reason)]
    removed = {"rights": before}
    assert AuditEntry.objects.get(action="permission").data == {
        "role": role.pk,
        "name": "Publisher",
        "removed": removed,
    }


def test_deleting_a_person_is_logged_and_leaves_what_they_did(admin_client, admin_user, treatment):
    editor = Person("editor")
    editor.edit(treatment, name_ko="수술")

    admin_client.post(reverse("admin:auth_user_delete", args=[editor.user.pk]), {"post": "yes"})

    assert entries(page=treatment.key, by=editor.name) == [("edit", editor.name, "")]
    [(_action, by, reason)] = entries(action="permission")
    assert (by, reason) == (admin_user.username, f"− {editor.name}: −active, −staff, −Editor")


# ── Reading and keeping ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", make.languages())
def test_the_auditor_reads_the_log_in_their_language(treatment, language):
    Person("editor").edit(treatment, name_ko="수술")

    page = Person("auditor").read(f"/{language}/admin/staff/auditentry/")

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

    assert entries() == [("edit", "kim", "The first one.")]


@pytest.mark.same_on_every_database
@pytest.mark.parametrize("view", ["add", "change", "delete"])
@pytest.mark.parametrize("who", ["auditor", "superuser"])
def test_nobody_changes_the_log_through_the_admin(admin_client, view, who):
    entry = AuditEntry.objects.create(action="edit", by="kim", reason="The first one.")
    client = admin_client if who == "superuser" else Person("auditor").client
    args = [] if view == "add" else [entry.pk]
    before = entries()

    answer = client.post(
        reverse(f"admin:staff_auditentry_{view}", args=args), {"post": "yes", "reason": "Another one."}
    )

    assert (answer.status_code, entries()) == (403, before)


def test_no_action_of_the_list_changes_the_log(admin_client):
    entry = AuditEntry.objects.create(action="edit", by="kim")
    path = reverse("admin:staff_auditentry_changelist")

    admin_client.post(path, {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"})

    assert AuditEntry.objects.filter(pk=entry.pk).exists()


# ── Export ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def exported(person):
    response = person.client.get(reverse("admin:staff_auditentry_export"))
    if response.status_code == 403:
        raise PermissionDenied
    return b"".join(response.streaming_content)


def rows_exported(person):
    """The rows of the export, the newest first, each `{column: cell}`."""
    return list(csv.DictReader(io.StringIO(exported(person).decode("utf-8-sig"), newline="")))


def test_the_export_is_utf_8_with_a_mark_and_one_line_an_entry(treatment, clock):
    Person("editor", name="kim").edit(treatment, name_ko="수술")
    treatment.refresh_from_db()

    content = exported(Person("auditor", name="audrey"))

    assert content[:3] == b"\xef\xbb\xbf"
    head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert head == ["at", "by", "account", "action", "page", "title", "before", "after", "reason", "findings", "data"]
    assert [(row[1], row[3]) for row in rows] == [
        ("audrey", "export"),
        ("audrey", "sign_in"),
        ("kim", "edit"),
        ("kim", "sign_in"),
    ]
    edit = AuditEntry.objects.get(action="edit")
    assert rows[2][2:] == [str(edit.account), "edit", treatment.key, "수술", edit.before, edit.after, "", "", ""]


@pytest.mark.same_on_every_database
@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r"], ids=["equals", "plus", "minus", "at", "tab", "return"]
)
def test_no_cell_of_the_export_is_a_formula(start):
    AuditEntry.objects.create(action="edit", by=f"{start}1+1", title=f"{start}cmd", reason=f"{start}HYPERLINK()")

    [row] = [row for row in rows_exported(Person("auditor")) if row["action"] == "edit"]

    assert (row["by"], row["title"], row["reason"]) == (f"'{start}1+1", f"'{start}cmd", f"'{start}HYPERLINK()")


@pytest.mark.same_on_every_database
def test_quotes_and_lines_come_through_the_export():
    reason = '그는 "맞다"고 했다,\n두 번째 줄; 끝'
    AuditEntry.objects.create(action="edit", by="kim", reason=reason)

    assert [row["reason"] for row in rows_exported(Person("auditor")) if row["action"] == "edit"] == [reason]


def test_somebody_without_an_account_has_an_empty_cell_in_the_export():
    record(AuditEntry.Action.OPENED, by="preview link 1")

    assert [row["account"] for row in rows_exported(Person("auditor")) if row["action"] == "opened"] == [""]


@pytest.mark.same_on_every_database
@pytest.mark.parametrize("role", ["editor", "translator-en", "reviewer", "publisher"])
def test_only_the_auditor_exports(role):
    with pytest.raises(PermissionDenied):
        exported(Person(role))

    assert entries(action="export") == []
