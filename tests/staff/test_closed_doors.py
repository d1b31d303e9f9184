"""What strangers cannot do at the sign-in, and staff with each other's accounts."""

import io
import json
import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from hospital_site.middleware import LARGEST_OF_SIGN_IN
from hospital_site.staff import sign_in_limits, urls
from hospital_site.staff.authority import NOT_YOURS
from hospital_site.staff.models import AuditEntry, StaffScope
from tests import make
from tests.desk.people import Form, Person, said
from tests.reading import Page
from tests.staff.sign_in import (
    CODE,
    LOGIN,
    PASSWORD,
    at_the_code,
    code_of,
    errors,
    inside,
    sign_in,
    staff,
    too_often,
    with_app,
)

NEWER = "a newer and more secret sentence"

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


@pytest.fixture
def kim():
    return staff("kim")


# ── No address of the sign-in breaks ──────────────────────────────────────────────────────────────────────────────────

HOSTILE = dict.fromkeys(["username", "password", "code", "credential", "name", "next"], "\0²")


def visitors():
    """Browsers of those who have not signed in: nothing known, a password given, and an ended session."""
    known = at_the_code(with_app(staff("lee")))
    ended = Client()
    ended.cookies["sessionid"] = "x" * 32
    return {"stranger": Client(), "before the code": known, "ended session": ended}


@pytest.mark.parametrize("required", [True, False], ids=["second factor required", "not required"])
def test_no_address_of_the_sign_in_breaks_for_a_visitor(settings, required):
    settings.SECOND_FACTOR = required
    addresses = [f"/ko/admin/{re.sub(r'<int:pk>', pk, str(route.pattern))}" for route in urls.urlpatterns for pk in "1"]
    assert len(addresses) > 15
    answers = {}

    for who, client in visitors().items():
        client.raise_request_exception = False
        for address in addresses:
            answers[who, address, "get"] = client.get(f"{address}?next=%00&kept=²").status_code
            answers[who, address, "post"] = client.post(address, HOSTILE).status_code

    assert {asked: status for asked, status in answers.items() if status >= 500} == {}


# ── Bodies of strangers ───────────────────────────────────────────────────────────────────────────────────────────────

DOORS = [LOGIN, CODE, "/ko/admin/", "/en/admin/security/app/", "/ko/admin/centers/center/add/", "/ko/admin/nowhere/"]
MULTIPART = "multipart/form-data; boundary=x"


class Unread(io.BytesIO):
    def read(self, *args):
        raise AssertionError("The body was read.")

    readline = read


def send_unread(client, address, **headers):
    return client.generic("POST", address, CONTENT_TYPE=MULTIPART, **headers | {"wsgi.input": Unread()})


@pytest.mark.parametrize(
    "headers",
    [
        {"CONTENT_LENGTH": str(LARGEST_OF_SIGN_IN + 1)},
        {"CONTENT_LENGTH": "9" * 30},
        {"CONTENT_LENGTH": "²"},
        {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"},
    ],
    ids=["large", "huge", "no number", "chunked"],
)
def test_a_large_body_of_a_stranger_is_refused_in_words_and_not_read(headers):
    for address in DOORS:
        page = Page(send_unread(Client(), address, **headers))

        assert (address, page.status) == (address, 413)
        assert page.texts("h1") == [said("Too much text", code) for code in make.languages_at(address)]


def test_files_for_the_public_site_are_refused_unread_beyond_what_any_form_holds(settings):
    length = str(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)

    assert send_unread(Client(), "/ko/centers/", CONTENT_LENGTH=length).status_code == 413


def test_a_large_form_of_whoever_is_signed_in_is_taken():
    editor, charter = Person("editor"), make.charter()
    text = "가" * LARGEST_OF_SIGN_IN

    assert editor.edit(charter, preamble_ko=text).status == 302


# ── Tries of passwords ────────────────────────────────────────────────────────────────────────────────────────────────


def try_five_times(name="kim", address="198.51.100.1", client=None):
    for _try in range(5):
        sign_in(name, "wrong", client=client, REMOTE_ADDR=address)


def test_wrong_passwords_from_elsewhere_shut_an_account_for_nobody_but_there(kim):
    try_five_times(address="198.51.100.1")

    assert errors(sign_in(REMOTE_ADDR="198.51.100.1")[1]) == [too_often()]
    assert inside(sign_in(REMOTE_ADDR="203.0.113.1")[0])


def test_wrong_passwords_from_everywhere_shut_an_account_for_unknown_browsers_only(kim):
    own, _response = sign_in()
    own.post("/ko/admin/logout/")
    for number in range(12):
        try_five_times(address=f"198.51.100.{number}")

    assert errors(sign_in(REMOTE_ADDR="203.0.113.1")[1]) == [too_often(60)]
    assert inside(sign_in(client=own, REMOTE_ADDR="203.0.113.1")[0])


def test_a_known_browser_passes_beside_somebody_who_guesses_at_the_same_address(kim):
    own, _response = sign_in()
    own.post("/ko/admin/logout/")
    for number in range(4):
        try_five_times(name=f"guess-{number}", address="127.0.0.1")

    assert errors(sign_in()[1]) == [too_often(1)]
    assert inside(sign_in(client=own)[0])


def test_a_known_browser_passes_beside_a_flood_from_the_same_address(kim):
    own, _response = sign_in()
    own.post("/ko/admin/logout/")
    flood = [Client().post(LOGIN, {}).status_code for _form in range(61)]

    assert (flood[-1], inside(sign_in(client=own)[0])) == (429, True)


def test_a_known_browser_has_five_tries_too(kim):
    own, _response = sign_in()
    own.post("/ko/admin/logout/")
    try_five_times(client=own)

    assert errors(sign_in(client=own)[1]) == [too_often()]


@pytest.mark.parametrize(("rate", "number", "unit"), [("1/s/key", 1, "minute"), ("1/20h/key", 20, "hour")])
def test_whoever_tries_too_often_reads_how_long_this_limit_lasts(monkeypatch, kim, rate, number, unit):
    monkeypatch.setitem(sign_in_limits.LIMITS, "name", rate)
    sign_in(password="wrong")

    assert errors(sign_in()[1]) == [too_often(number, unit)]


@pytest.fixture
def few_tries(monkeypatch):
    """Five tries of a name, from wherever, are all that unknown browsers have."""
    monkeypatch.setitem(sign_in_limits.LIMITS, "name", "5/h/key")


def locked_out(browser, name="kim", password=PASSWORD):
    """Whether `browser` meets the limit that others have reached by guessing."""
    try_five_times(name)
    return errors(sign_in(name, password, client=browser)[1]) == [too_often(60)]


def with_cookie(value):
    browser = Client()
    browser.cookies[sign_in_limits.COOKIE] = value
    return browser


@pytest.mark.usefixtures("few_tries")
def test_a_browser_is_known_to_its_own_accounts_only(kim):
    staff("lee")
    of_kim = sign_in()[0].cookies[sign_in_limits.COOKIE].value

    assert locked_out(with_cookie(of_kim), name="lee")


@pytest.mark.usefixtures("few_tries")
def test_a_forged_cookie_makes_no_browser_known(kim):
    signed = sign_in()[0].cookies[sign_in_limits.COOKIE].value

    assert locked_out(with_cookie(f"x{signed}"))


@pytest.mark.usefixtures("few_tries")
def test_a_new_password_makes_browsers_unknown_again(kim):
    cookie = sign_in()[0].cookies[sign_in_limits.COOKIE].value
    kim.set_password(NEWER)
    kim.save()

    assert locked_out(with_cookie(cookie), password=NEWER)


def test_a_password_without_its_code_makes_no_browser_known(kim):
    client = at_the_code(with_app(kim))
    assert sign_in_limits.COOKIE not in client.cookies

    client.post(CODE, {"code": code_of(kim)})

    cookie = client.cookies[sign_in_limits.COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


# ── Changes of passwords ──────────────────────────────────────────────────────────────────────────────────────────────


def changes_of_passwords():
    found = AuditEntry.objects.filter(action=AuditEntry.Action.NEW_PASSWORD).order_by("pk")
    return list(found.values_list("by", "reason", "data"))


def new_password(client, old=PASSWORD, new=NEWER):
    words = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post(reverse("admin:password_change"), words)


@pytest.mark.usefixtures("few_tries")
def test_changing_the_own_password_is_logged_and_keeps_session_and_browser(kim):
    client, _response = sign_in()

    assert new_password(client).status_code == 302
    assert changes_of_passwords() == [("kim", "kim", {"account": kim.pk, "name": "kim"})]
    assert inside(client)
    client.post("/ko/admin/logout/")
    assert not locked_out(client, password=NEWER)


def test_the_own_password_cannot_be_guessed_in_a_session(kim):
    client, _response = sign_in()
    for _try in range(5):
        wrong = new_password(client, old="wrong")
        assert wrong.status_code == 200

    assert too_often() in errors(new_password(client))
    assert changes_of_passwords() == []


@pytest.mark.parametrize("words", [{}, {"usable_password": "false", "unset-password": "1"}], ids=["another", "none"])
def test_a_password_that_an_administrator_sets_is_logged(admin_client, admin_user, kim, words):
    words = {"usable_password": "true", "password1": NEWER, "password2": NEWER} | words

    response = admin_client.post(reverse("admin:auth_user_password_change", args=[kim.pk]), words)

    assert response.status_code == 302
    assert changes_of_passwords() == [(admin_user.username, "kim", {"account": kim.pk, "name": "kim"})]


def test_a_password_that_a_command_sets_is_logged_and_locks_nobody_out_while_it_is_typed(kim, monkeypatch):
    outside, asked = len(connection.savepoint_ids), []
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(len(connection.savepoint_ids)) or NEWER)

    call_command("changepassword", "kim", stdout=io.StringIO())

    assert changes_of_passwords() == [("changepassword", "kim", {"account": kim.pk, "name": "kim"})]
    assert set(asked) == {outside}  # a transaction around the question would keep everybody else from writing


# ── What is written about rights ──────────────────────────────────────────────────────────────────────────────────────


def test_one_right_among_many_is_logged_whole(admin_client):
    role = Group.objects.get(name="Editor")
    right = Permission.objects.get(codename="publish_edition")
    form = Form(admin_client, reverse("admin:auth_group_change", args=[role.pk]), "#group_form")

    form.send(permissions=[*form.words["permissions"], right.pk])

    entry = AuditEntry.objects.get(action="permission")
    assert entry.reason == "Editor: +publishing.publish_edition"
    assert entry.data == {"role": role.pk, "name": "Editor", "added": {"rights": ["publishing.publish_edition"]}}


def added_by_commands():
    entries = AuditEntry.objects.filter(action="permission").order_by("pk")
    return [(entry.by, entry.data["name"], entry.data["added"]) for entry in entries]


def test_an_account_that_a_command_makes_with_all_rights_is_logged(kim):
    call_command("createsuperuser", username="root", email="root@hospital.example", interactive=False, verbosity=0)

    assert added_by_commands() == [("createsuperuser", "root", {"flags": ["active", "staff", "superuser"]})]


def test_roles_that_a_command_gives_are_logged_once(settings):
    settings.DEMONSTRATION = True

    for _time in range(2):
        call_command("demonstration_staff", stdout=io.StringIO())

    first, *others = added_by_commands()
    assert first == ("demonstration_staff", "demo-editor", {"flags": ["active", "staff"], "groups": ["Editor"]})
    assert len(others) == 5


def test_saving_an_account_without_a_change_writes_nothing(admin_client, kim):
    Form(admin_client, reverse("admin:auth_user_change", args=[kim.pk]), "#user_form").send()

    assert not AuditEntry.objects.filter(action="permission").exists()


# ── Whom a limited auditor reads about ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.depends_on_database
def test_a_limited_auditor_lists_opens_and_exports_what_belongs_to_their_part(kim):
    ours, theirs = make.center(), make.center()
    clinic = make.clinic(center=ours)
    editor = Person("editor", limited_to=[ours])
    Person("editor").edit(theirs, name_ko="다른 센터")
    editor.edit(clinic, name_ko="클리닉")
    AuditEntry.objects.create(action="sign_in_failed", by="")
    auditor = Person("auditor", limited_to=[ours])
    seen = {clinic.key, ""}

    def pages_and_names(entries):
        return {(entry["page"], entry["by"]) for entry in entries}

    export = auditor.client.get(reverse("admin:staff_auditentry_export"))
    lines = b"".join(export.streaming_content).decode("utf-8-sig")
    listed = auditor.read(reverse("admin:staff_auditentry_changelist"))
    statuses = {
        entry.page: auditor.client.get(reverse("admin:staff_auditentry_change", args=[entry.pk])).status_code
        for entry in AuditEntry.objects.filter(action="edit")
    }

    assert set(listed.texts("#result_list .field-by")) == {editor.name, auditor.name}
    assert {line.split(",")[4] for line in lines.splitlines()[1:]} == seen
    assert {line.split(",")[1] for line in lines.splitlines()[1:]} == {editor.name, auditor.name}
    assert statuses == {theirs.key: 302, clinic.key: 200}


@pytest.mark.depends_on_database
def test_a_limited_auditor_reads_of_drafts_that_were_deleted_in_their_part():
    ours = make.center()
    auditor = Person("auditor", limited_to=[ours])
    for center in (ours, make.center()):
        clinic = make.clinic(center=center)
        Person("editor").client.post(reverse("admin:centers_clinic_delete", args=[clinic.pk]), {"post": "yes"})
    kept = AuditEntry.objects.filter(action="delete").order_by("pk").first()

    page = auditor.read(f"{reverse('admin:staff_auditentry_changelist')}?action__exact=delete")

    assert AuditEntry.objects.filter(action="delete").count() == 2
    assert page.texts("#result_list .field-title") == [kept.title]


# ── Who changes whose rights ──────────────────────────────────────────────────────────────────────────────────────────

KEEPS_ACCOUNTS = ["add_user", "change_user", "delete_user", "view_user", "change_group", "add_group", "view_group"]
KEEPS_ACCOUNTS += ["add_staffscope", "change_staffscope", "delete_staffscope", "view_staffscope"]


def keeper(*roles, limited_to=()):
    """Somebody who keeps the accounts and has `roles`, and is no superuser."""
    person = Person(*roles, limited_to=limited_to)
    person.user.user_permissions.set(Permission.objects.filter(codename__in=KEEPS_ACCOUNTS))
    return person


def change(by, user, view="change", **words):
    """What is sent to the form of `user`, with what somebody adds to it who does not ask what the form offers."""
    flags = {name: "on" for name in ("is_active", "is_staff") if getattr(user, name)}
    scopes = list(StaffScope.objects.filter(user=user))
    rows = {"scopes-TOTAL_FORMS": len(scopes), "scopes-INITIAL_FORMS": len(scopes)}
    for number, scope in enumerate(scopes):
        rows |= {f"scopes-{number}-id": scope.pk, f"scopes-{number}-user": user.pk, f"scopes-{number}-page": scope.page}
    held = {"groups": list(user.groups.values_list("pk", flat=True))}
    held |= {"user_permissions": list(user.user_permissions.values_list("pk", flat=True))}
    posted = {"username": user.username, **flags, **rows, **held, **words}
    return Page(by.client.post(reverse(f"admin:auth_user_{view}", args=[user.pk]), posted))


def powers(user):
    user = get_user_model().objects.get(pk=user.pk)
    scopes = set(StaffScope.objects.filter(user=user).values_list("page", flat=True))
    return user.is_superuser, user.get_all_permissions(), scopes


def group(name):
    return Group.objects.get(name=name).pk


def right(codename):
    return Permission.objects.get(codename=codename).pk


GRANTS = {
    "superuser": lambda: {"is_superuser": "on"},
    "a role": lambda: {"groups": [group("Publisher")]},
    "a right": lambda: {"user_permissions": [right("publish_edition")]},
}


@pytest.mark.parametrize("whose", ["their own", "another"])
@pytest.mark.parametrize("grant", GRANTS.values(), ids=GRANTS)
def test_nobody_gives_what_they_do_not_have(kim, grant, whose):
    by = keeper("editor")
    user = by.user if whose == "their own" else kim
    before = powers(user)

    held = {"groups": [group("Editor")], "user_permissions": [right(name) for name in KEEPS_ACCOUNTS]}
    given = grant()
    if whose == "their own":
        given = {name: [*held.get(name, []), *value] if name in held else value for name, value in given.items()}
    page = change(by, user, **given)

    assert powers(user) == before
    if "is_superuser" not in given:
        assert page.status == 200
        assert said(NOT_YOURS, names="").strip() in page.text("main")


def test_what_one_has_one_may_give_and_take(kim):
    by = keeper("editor")

    assert change(by, kim, groups=[group("Editor")]).status == 302
    assert powers(kim)[1] >= {"publishing.write_structure"}
    assert change(by, kim, groups=[]).status == 302
    assert powers(kim)[1] == set()


def test_nobody_adds_to_a_role_what_they_do_not_have():
    by, role = keeper("editor"), Group.objects.get(name="Editor")
    before = set(role.permissions.all())
    posted = {"name": "Editor", "permissions": [*(held.pk for held in before), right("publish_edition")]}

    page = Page(by.client.post(reverse("admin:auth_group_change", args=[role.pk]), posted))

    assert (page.status, set(role.permissions.all())) == (200, before)


ABOVE = {
    "a superuser": lambda user: get_user_model().objects.filter(pk=user.pk).update(is_superuser=True),
    "a closed superuser": lambda user: type(user).objects.filter(pk=user.pk).update(is_superuser=True, is_active=False),
    "who has a right more": lambda user: user.groups.add(group("Publisher")),
}


@pytest.mark.parametrize("above", ABOVE.values(), ids=ABOVE)
def test_nobody_changes_the_account_of_somebody_who_may_do_more(kim, above):
    above(with_app(kim))
    by = keeper("editor")
    kim.refresh_from_db()
    before = get_user_model().objects.values().get(pk=kim.pk)
    words = {"usable_password": "true", "password1": NEWER, "password2": NEWER}

    statuses = [
        change(by, kim, email="mine@example.org", is_active="").status,
        change(by, kim, "password_change", **words).status,
        change(by, kim, "second_factor").status,
        change(by, kim, "delete", post="yes").status,
    ]
    for action in ("delete_selected", "activate"):
        posted = {"action": action, "_selected_action": [kim.pk], "post": "yes", "index": 0}
        by.client.post(reverse("admin:auth_user_changelist"), posted)

    assert statuses == [403] * 4
    assert get_user_model().objects.values().get(pk=kim.pk) == before
    assert kim.authenticator_set.count() == 2


def test_whoever_is_limited_keeps_accounts_of_their_part_only(kim):
    ours, theirs = make.center(), make.center()
    by = keeper("editor", limited_to=[ours])
    colleague = Person("editor", limited_to=[ours]).user
    others = [Person("editor").user, Person("editor", limited_to=[theirs]).user]

    assert [change(by, user, email="a@example.org").status for user in others] == [403, 403]
    for user in (by.user, colleague, kim):
        before = powers(user)
        rows = {"scopes-TOTAL_FORMS": 0, "scopes-INITIAL_FORMS": 0, "groups": [group("Editor")]}
        taken_away = {"scopes-0-DELETE": "on", **({} if user != kim else rows)}
        assert change(by, user, **taken_away).status == 200
        elsewhere = {"scopes-TOTAL_FORMS": 1, "scopes-0-page": theirs.key, "scopes-0-user": user.pk}
        assert change(by, user, **elsewhere, groups=[group("Editor")]).status == 403
        assert powers(user) == before


def test_whoever_is_limited_makes_limited_accounts_only():
    ours = make.center()
    by = keeper("editor", limited_to=[ours])

    def add(**scope):
        words = {"username": "new", "usable_password": "true", "password1": NEWER, "password2": NEWER}
        rows = {"scopes-TOTAL_FORMS": len(scope), "scopes-INITIAL_FORMS": 0, **scope}
        return by.client.post(reverse("admin:auth_user_add"), words | rows).status_code

    assert [add(), add(**{"scopes-0-page": ours.key})] == [200, 302]
    assert list(StaffScope.objects.filter(user__username="new").values_list("page", flat=True)) == [ours.key]


def test_the_export_says_what_was_found_and_changed():
    added = {"added": {"groups": ["Editor"]}}
    AuditEntry.objects.create(action="publish", by="kim", findings="No English.", data=added)
    export = Person("auditor").client.get(reverse("admin:staff_auditentry_export"))

    head, *lines = b"".join(export.streaming_content).decode("utf-8-sig").splitlines()

    assert head.split(",")[-2:] == ["findings", "data"]
    assert "No English." in lines[-1]
    assert json.dumps(added).replace('"', '""') in lines[-1]
