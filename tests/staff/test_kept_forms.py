"""What staff wrote into a form that could not be saved comes back to them, and to nobody else."""

import re
from urllib.parse import urlencode

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.urls import reverse

from centers.models import Center
from hospital_site.staff import kept_forms
from hospital_site.staff.models import AuditEntry, KeptForm
from tests import make
from tests.desk.people import Form, Person, address, said
from tests.enquiries.staff import person
from tests.reading import Page
from tests.staff.sign_in import CODE, LOGIN, PASSWORD, code_of, sign_in

TYPED = "수술 전에 <b>금식</b>하십시오. & “여섯 시간”"
FORM = "#center_form"

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


def careful(user):
    """The browser of `user`, whose CSRF tokens count."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


class Writer(Person):
    """An editor who has a password, in a browser whose CSRF tokens count, with the form of one center open."""

    def __init__(self, *roles, **more):
        super().__init__(*(roles or ["editor"]), **more)
        self.user.set_password(PASSWORD)
        self.user.save()
        self.client = careful(self.user)
        self.center = make.center()

    def open_form(self):
        self.opened = self.form(self.center)
        return self.opened

    def save(self, **fields):
        return self.opened.send(**{"name_ko": TYPED, **fields})

    def sign_in(self, client=None):
        """Signs in as a browser does, with the token of the form, and returns the page that follows."""
        client = client or self.client
        form = Form(client, LOGIN, "main form")
        words = {"username": self.name, "password": PASSWORD, "next": self.onward}
        response = client.post(LOGIN, {**form.words, **words})
        return Page(client.get(response.url)) if response.status_code == 302 else Page(response)

    onward = "/ko/admin/"

    def remember_the_way(self, page):
        """Keeps the page that the sign-in leads on to."""
        assert page.status == 302
        assert page.response.url.startswith(LOGIN)
        self.onward = page.response.wsgi_request.build_absolute_uri(page.response.url)
        self.onward = re.search(r"next=([^&]+)", page.response.url)[1].replace("%3F", "?").replace("%3D", "=")


@pytest.fixture
def writer(clock):
    return Writer()


def values(page):
    return page.form(FORM)


def draft_of(center):
    center.refresh_from_db()
    return center.name_ko


# ── A session that has ended ──────────────────────────────────────────────────────────────────────────────────────────


def test_what_an_ended_session_sends_is_in_the_form_again_after_the_sign_in_and_is_not_saved(writer, clock):
    writer.open_form()
    before = draft_of(writer.center)
    clock.forward(hours=8, minutes=1)

    writer.remember_the_way(writer.save())
    page = writer.sign_in()

    assert page.status == 200
    assert values(page)["name_ko"] == [TYPED]
    assert said("It is not saved yet", "en") in "It is not saved yet"
    assert len(page.all("[data-unsaved][role=alert]")) == 1
    assert draft_of(writer.center) == before
    assert page.errors == []


def test_the_sign_in_page_says_that_the_text_is_kept(writer, clock):
    writer.open_form()
    clock.forward(hours=9)

    page = Page(writer.client.get(writer.save().response.url))

    sentence = (
        "Your session had ended, so nothing was saved. What you wrote is kept for one hour. "
        "Sign in, and you find it in the form again."
    )
    assert page.texts(".messagelist li") == [said(sentence)]


@pytest.mark.depends_on_database
def test_the_person_saves_what_came_back_and_then_it_is_kept_no_longer(writer, clock):
    writer.open_form()
    clock.forward(hours=9)
    writer.remember_the_way(writer.save())
    page = writer.sign_in()

    form = Form.again(writer.opened, page, FORM)
    form.path = writer.onward
    answer = form.send()

    assert answer.status == 302
    assert "kept" not in answer.response.url
    assert draft_of(writer.center) == TYPED
    assert not KeptForm.objects.exists()


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_by_what_came_back(writer, clock):
    writer.open_form()
    clock.forward(hours=9)
    writer.remember_the_way(writer.save())
    Person("editor").edit(writer.center, name_ko="다른 이름")

    form = Form.again(writer.opened, writer.sign_in(), FORM)
    form.path = writer.onward
    answer = form.send()

    assert answer.all("section.conflict")
    assert values(answer)["name_ko"] == [TYPED]
    assert draft_of(writer.center) == "다른 이름"


def test_rows_that_were_added_come_back_too(writer, clock):
    form = writer.open_form()
    clock.forward(hours=9)
    writer.remember_the_way(writer.save(**form.new_row("commitments", text_ko="새 약속", text_en="A new promise")))

    words = values(writer.sign_in())

    assert words["commitments-0-text_ko"] == ["새 약속"]
    assert words["commitments-TOTAL_FORMS"] == ["1"]


def test_another_tab_may_have_shown_the_sign_in_page_before(writer, clock):
    writer.open_form()
    clock.forward(hours=9)
    Form(writer.client, LOGIN, "main form")
    assert writer.client.get("/ko/admin/").status_code == 302

    writer.remember_the_way(writer.save())

    assert values(writer.sign_in())["name_ko"] == [TYPED]


def test_it_is_kept_sealed_under_the_keys_of_the_enquiries(writer, clock):
    writer.open_form()
    clock.forward(hours=9)
    writer.save()

    [kept] = KeptForm.objects.all()

    assert (kept.user, kept_forms.content_of(kept)["path"]) == (writer.user, address(writer.center))
    assert "금식".encode() not in bytes(kept.sealed)
    assert "금식" not in str([session.get_decoded() for session in Session.objects.all()])


def test_after_an_hour_it_is_gone_and_that_is_said(writer, clock):
    writer.open_form()
    clock.forward(hours=9)
    writer.remember_the_way(writer.save())
    clock.forward(hours=1)

    page = writer.sign_in()

    assert values(page)["name_ko"] != [TYPED]
    assert said("What you wrote was kept for one hour and is deleted now.") in page.texts(".messagelist li")


@pytest.mark.depends_on_database
def test_the_next_form_that_is_kept_deletes_those_past_their_hour(writer, clock):
    for _time in range(2):
        writer.client.force_login(writer.user)
        writer.open_form()
        clock.forward(hours=9)
        writer.save()

    assert KeptForm.objects.count() == 1


def test_a_form_too_large_to_keep_is_given_back_to_be_copied(writer, clock):
    writer.open_form()
    clock.forward(hours=9)
    long = "가" * 90_000  # three bytes each

    page = writer.save(name_en=long)

    assert page.status == 403
    assert TYPED in page.texts("textarea")
    assert not KeptForm.objects.exists()


def test_nothing_is_kept_more_than_a_day_after_the_session_ended(writer, clock):
    writer.open_form()
    clock.forward(hours=8 + 25)

    assert writer.save().status == 302
    assert not KeptForm.objects.exists()


def test_no_account_keeps_more_than_twenty_forms(writer, clock):
    writer.open_form()
    clock.forward(hours=9)
    for number in range(22):
        writer.save(name_en=f"Center {number}")

    kept = [dict(kept_forms.content_of(one)["fields"])["name_en"] for one in KeptForm.objects.order_by("pk")]

    assert kept == [[f"Center {number}"] for number in range(2, 22)]


def test_without_the_key_nothing_is_shown_and_nothing_breaks(writer, clock, settings):
    writer.open_form()
    clock.forward(hours=9)
    writer.remember_the_way(writer.save())
    settings.SECURED_FIELDS_KEY = [Fernet.generate_key().decode()]

    page = writer.sign_in()

    assert page.status == 200
    assert values(page)["name_ko"] != [TYPED]


# ── For its author only ───────────────────────────────────────────────────────────────────────────────────────────────


def test_nobody_else_is_shown_it(writer, clock):
    writer.open_form()
    clock.forward(hours=9)
    writer.remember_the_way(writer.save())
    other = Person("editor")
    [kept] = KeptForm.objects.all()

    page = other.read(writer.onward)

    assert TYPED not in page.html
    assert values(page)["name_ko"] != [TYPED]
    assert other.client.get(reverse("kept_form", args=[kept.pk])).status_code == 302
    assert other.client.post(reverse("kept_form", args=[kept.pk])).status_code == 302
    assert KeptForm.objects.exists()


def test_it_is_not_shown_before_the_second_factor(writer, clock, settings):
    settings.SECOND_FACTOR = True
    TOTP.activate(writer.user, generate_totp_secret())
    RecoveryCodes.activate(writer.user)
    writer.client = Client()
    client, response = sign_in(writer.name)
    assert response.url == CODE
    client.post(CODE, {"code": code_of(writer.user)})
    opened = Form(client, address(writer.center), FORM)
    clock.forward(hours=9)
    way = opened.send(name_ko=TYPED).response.url
    onward = re.search(r"next=([^&]+)", way)[1].replace("%3F", "?").replace("%3D", "=")

    client, response = sign_in(writer.name, client=client, onward=onward)
    assert response.url.startswith(CODE)
    assert client.get(onward).status_code == 302
    response = client.post(response.url, {"code": code_of(writer.user, steps=1)})

    assert response.url == onward
    assert values(Page(client.get(onward)))["name_ko"] == [TYPED]


def test_a_session_that_never_showed_the_second_factor_keeps_nothing(writer, clock, settings):
    writer.open_form()
    settings.SECOND_FACTOR = True
    clock.forward(hours=9)

    assert writer.save().status == 302
    assert not KeptForm.objects.exists()


def test_a_stranger_keeps_nothing(writer, clock):
    form = writer.open_form()
    clock.forward(hours=9)
    form.client = Client()

    assert form.send(name_ko=TYPED).status == 302
    assert not KeptForm.objects.exists()


@pytest.mark.depends_on_database
@pytest.mark.parametrize("key", ["x" * 32, "", "\x00" * 32, "short"], ids=["unknown", "empty", "impossible", "short"])
def test_a_made_up_cookie_keeps_nothing(writer, clock, key):
    form = writer.open_form()
    clock.forward(hours=9)
    form.client = Client()
    form.client.cookies[settings.SESSION_COOKIE_NAME] = key

    assert form.send(name_ko=TYPED).status == 302
    assert not KeptForm.objects.exists()


def test_who_signed_out_keeps_nothing(writer):
    form = writer.open_form()
    key = writer.client.cookies[settings.SESSION_COOKIE_NAME].value
    writer.client.post("/ko/admin/logout/", {"csrfmiddlewaretoken": form.words["csrfmiddlewaretoken"][0]})
    form.client = Client()
    form.client.cookies[settings.SESSION_COOKIE_NAME] = key

    assert form.send(name_ko=TYPED).status == 302
    assert not KeptForm.objects.exists()


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "another"}], ids=["closed", "new password"])
def test_an_account_that_was_changed_meanwhile_keeps_nothing(writer, clock, change):
    writer.open_form()
    clock.forward(hours=9)
    get_user_model().objects.filter(pk=writer.user.pk).update(**change)

    assert writer.save().status == 302
    assert not KeptForm.objects.exists()


@pytest.mark.parametrize("header", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}], ids=str)
def test_a_form_of_another_site_keeps_nothing(writer, clock, header):
    form = writer.open_form()
    clock.forward(hours=9)
    posted = {name: value for name, value in form.words.items() if name != "csrfmiddlewaretoken"}

    writer.client.post(address(writer.center), posted | {"name_ko": TYPED}, headers=header)

    assert not KeptForm.objects.exists()


def test_a_row_that_is_moved_to_another_account_opens_nothing(writer, clock):
    writer.open_form()
    clock.forward(hours=9)
    writer.remember_the_way(writer.save())
    other = Person("editor")
    KeptForm.objects.update(user=other.user)

    assert values(other.read(writer.onward))["name_ko"] != [TYPED]


# ── What is never kept ────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_password_is_kept(clock):
    admin = person("admin", is_superuser=True)
    form = Form(admin, reverse("admin:auth_user_add"), "#user_form")
    clock.forward(minutes=20)

    form.send(username="new-colleague", password1="a secret sentence", password2="a secret sentence")

    [kept] = KeptForm.objects.all()
    names = [name for name, _values in kept_forms.content_of(kept)["fields"]]
    assert "username" in names
    assert [name for name in names if "password" in name and name != "usable_password"] == []
    assert "csrfmiddlewaretoken" not in names


@pytest.mark.parametrize("path", [LOGIN, CODE, "/ko/admin/password_change/", "/ko/admin/security/confirm/"])
def test_what_is_sent_to_a_page_about_signing_in_is_not_kept(writer, clock, path):
    writer.open_form()
    clock.forward(hours=9)
    token = writer.opened.words["csrfmiddlewaretoken"]

    writer.client.post(path, {"csrfmiddlewaretoken": token, "username": "kim", "old_password": "secret", "note": "x"})

    assert not KeptForm.objects.exists()


def test_a_decision_is_shown_again_and_not_carried_out(clock):
    publisher = Writer("publisher")
    page = make.center()
    form = publisher.form(page, "publish")
    clock.forward(hours=9)
    publisher.remember_the_way(form.send(reason="때가 되었습니다."))

    back = publisher.sign_in()

    assert back.form("form.decide")["reason"] == ["때가 되었습니다."]
    assert not page.editions().exists()
    assert not AuditEntry.objects.filter(action="publish").exists()


# ── A token that is too old ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_form_that_was_opened_before_a_sign_in_in_another_tab_comes_back(writer):
    writer.open_form()
    before = draft_of(writer.center)
    writer.client.cookies.pop(settings.SESSION_COOKIE_NAME)
    writer.sign_in()

    answer = writer.save()

    assert answer.status == 302
    page = Page(writer.client.get(answer.response.url))
    assert values(page)["name_ko"] == [TYPED]
    assert draft_of(writer.center) == before


def test_a_form_whose_session_and_token_are_both_gone_comes_back_after_the_sign_in(writer, clock):
    writer.open_form()
    clock.forward(hours=9)
    writer.client.cookies.pop(settings.CSRF_COOKIE_NAME)

    writer.remember_the_way(writer.save())

    assert KeptForm.objects.count() == 1
    assert values(writer.sign_in())["name_ko"] == [TYPED]


def test_a_form_of_one_account_sent_by_another_is_kept_for_the_first(writer):
    form = writer.open_form()
    other = Writer()
    form.client = other.client

    page = form.send(name_ko=TYPED)

    assert page.status == 403
    assert TYPED not in page.html
    [kept] = KeptForm.objects.all()
    assert kept.user == writer.user
    assert other.read(f"{address(writer.center)}?kept={kept.pk}").html.count("금식") == 0


def test_a_form_without_a_mark_of_its_owner_is_given_back_and_not_kept(writer):
    form = writer.open_form()
    form.words["form_owner"] = ["forged"]
    writer.client.cookies.pop(settings.CSRF_COOKIE_NAME)

    page = writer.save()

    assert page.status == 403
    assert TYPED in page.texts("textarea")
    assert not KeptForm.objects.exists()


WITHOUT_TEXT = {"base_site.html", "staff/kept_form.html"}  # signing out, and deleting what is kept


def test_every_form_of_the_admin_is_marked_with_its_owner():
    folder = settings.BASE_DIR / "templates" / "admin"
    sources = {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.html")}

    unmarked = [
        name
        for name, source in sources.items()
        if source.count("{% csrf_token %}") != source.count("{% form_owner %}")
        and name not in {*WITHOUT_TEXT, "change_form.html"}
    ]

    assert unmarked == []


# ── A database that does not answer, and a form that is too large ─────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("problem", "status"), [(OperationalError, 503), (InterfaceError, 503), (ZeroDivisionError, 500)]
)
def test_a_database_that_does_not_answer_or_a_mistake_gives_the_text_back(writer, monkeypatch, problem, status):
    writer.open_form()
    writer.client.raise_request_exception = False

    def fail(*args, **kwargs):
        raise problem("no connection to swordfish")

    monkeypatch.setattr("hospital_site.publishing.admin.pages.lock", fail)
    page = writer.save()

    assert page.status == status
    assert page.attributes("main section", "lang") == make.languages()
    assert TYPED in page.texts("textarea")
    label = Center._meta.get_field("name_ko").verbose_name
    assert [text for text in page.texts("main label") if text.startswith(str(label))]
    assert "opened" not in page.html
    assert "swordfish" not in page.html


def test_a_session_that_cannot_be_read_gives_the_text_back(writer, monkeypatch):
    writer.open_form()
    writer.client.raise_request_exception = False

    def fail(*args, **kwargs):
        raise OperationalError("no connection")

    monkeypatch.setattr("hospital_site.staff.sessions.SessionStore.load", fail)
    page = writer.save()

    assert page.status == 503
    assert TYPED in page.texts("textarea")


def test_no_password_is_given_back_when_the_database_does_not_answer(monkeypatch):
    client = Client(raise_request_exception=False)

    def fail(*args, **kwargs):
        raise OperationalError("no connection")

    monkeypatch.setattr("hospital_site.staff.accounts.StaffBackend.authenticate", fail)
    page = Page(client.post(LOGIN, {"username": "kim", "password": "a secret"}))

    assert page.status == 503
    assert "a secret" not in page.html


def test_a_hospital_with_140_departments_can_be_saved():
    hospital = make.hospital()
    for number in range(140):
        make.part(
            hospital, "departments", name_ko=f"과 {make.spelt(number)}", name_en=f"Department {make.spelt(number)}"
        )
    editor = Person("editor")

    assert editor.edit(hospital, name_ko="새 이름").status == 302


def test_a_charter_with_100_articles_can_be_saved():
    charter = make.charter()
    for number in range(1, 101):
        make.article(charter, number, text_ko="가" * 2_000, text_en="a" * 2_000)
    editor = Person("editor")

    assert editor.edit(charter, title_ko="새 헌장").status == 302


@pytest.mark.parametrize("limit", [{"FIELDS": 3}, {"MEMORY": 100}], ids=["fields", "bytes"])
def test_a_form_that_is_too_large_is_given_back_in_words(writer, settings, limit):
    writer.open_form()
    if "FIELDS" in limit:
        settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = limit["FIELDS"]
    else:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = limit["MEMORY"]
    posted = {**writer.opened.words, "name_ko": TYPED}

    page = Page(send_urlencoded(writer.client, address(writer.center), posted))

    assert page.status == 413
    assert TYPED in page.texts("textarea")
    assert said("Too much text") in page.texts("h1")


def test_a_stranger_gets_nothing_of_a_form_that_is_too_large_back(writer, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1

    page = Page(send_urlencoded(Client(), address(writer.center), {"name_ko": TYPED, "name_en": "x"}))

    assert page.status == 413
    assert page.texts("textarea") == []


def send_urlencoded(client, path, posted):
    return client.post(path, urlencode(posted, doseq=True), content_type="application/x-www-form-urlencoded")


# ── The page about what is kept ───────────────────────────────────────────────────────────────────────────────────────


def test_who_signs_in_by_another_way_is_told_what_is_kept_and_may_delete_it(writer, clock):
    writer.open_form()
    clock.forward(hours=9)
    writer.save()

    page = writer.sign_in()
    [link] = page.attributes(".messagelist a", "href")
    kept = writer.read(link)
    assert TYPED in kept.texts("textarea")
    assert f"{address(writer.center)}?kept=" in str(kept.attributes("a.button", "href"))

    token = kept.form("#content form")["csrfmiddlewaretoken"]
    assert writer.client.post(link, {"csrfmiddlewaretoken": token}).status_code == 302
    assert not KeptForm.objects.exists()


def test_text_whose_field_is_no_longer_there_is_shown_above_the_form(writer, clock):
    writer.open_form()
    clock.forward(hours=9)
    writer.remember_the_way(writer.save())
    writer.user.groups.set(Group.objects.filter(name="Auditor"))

    page = writer.sign_in()

    assert TYPED in page.texts("[data-unsaved] textarea")


def test_a_form_that_is_no_longer_there_leads_to_the_text(writer, clock):
    writer.open_form()
    clock.forward(hours=9)
    writer.remember_the_way(writer.save())
    writer.center.delete()

    page = writer.sign_in()

    assert page.status == 302
    assert TYPED in writer.read(page.response.url).texts("textarea")
