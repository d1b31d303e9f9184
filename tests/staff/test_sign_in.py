"""Signing in to the desk with a second factor, as staff do it in a browser without JavaScript."""

import time

import pytest
from allauth.account.adapter import get_adapter as get_account_adapter
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from hospital_site.staff.models import AuditEntry
from hospital_site.staff.network import client_ip
from tests import make
from tests.reading import Page
from tests.staff.sign_in import (
    CODE,
    DESK,
    LOGIN,
    PASSWORD,
    REFUSED,
    WRONG_CODE,
    at_the_code,
    code_of,
    entries,
    errors,
    every_language,
    in_words,
    inside,
    recovery_code_of,
    sign_in,
    staff,
    too_often,
    with_app,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.same_on_every_database,
    pytest.mark.usefixtures("commits_at_once"),
]


# ── Name and password ─────────────────────────────────────────────────────────────────────────────────────────────────

NO_WAY_IN = {
    "a wrong password": ({}, "wrong"),
    "an account that is closed": ({"is_active": False}, PASSWORD),
    "an account that is no staff": ({"is_staff": False}, PASSWORD),
}


@every_language
@pytest.mark.parametrize(("fields", "password"), NO_WAY_IN.values(), ids=NO_WAY_IN)
def test_who_may_not_come_in_is_told_so_in_the_same_words(language, fields, password):
    staff("kim", **fields)

    client, response = sign_in(password=password, login=f"/{language}/admin/login/")

    page = Page(response)
    assert (page.status, page.texts(".errornote p")) == (200, [in_words(REFUSED, language)])
    assert page.text("title").startswith(in_words("Error:", language))
    assert page.attributes("#id_username, #id_password", "aria-describedby") == ["refusal", "refusal"]
    assert page.attributes(".errornote", "id") == ["refusal"]
    assert not inside(client)


def test_password_managers_find_their_fields():
    page = Page(Client().get(LOGIN))

    fields = page.all("#id_username, #id_password")
    assert [field.attrs["autocomplete"] for field in fields] == ["username", "current-password"]
    assert [field.attrs["name"] for field in fields] == ["username", "password"]
    assert [name for field in fields for name in ("onpaste", "readonly", "placeholder") if name in field.attrs] == []


@every_language
def test_an_empty_field_says_what_to_type(language):
    page = Page(Client().post(f"/{language}/admin/login/", {}))

    assert page.texts("ul.errorlist li") == [
        in_words("Type your user name.", language),
        in_words("Type your password.", language),
    ]
    assert page.attributes("#id_username, #id_password", "aria-describedby") == [
        "id_username_error",
        "id_password_error",
    ]


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/en/admin/centers/center/", "/en/admin/centers/center/"),
        ("https://evil.example/ko/admin/", DESK),
        ("//evil.example/", DESK),
        ("javascript:alert(1)", DESK),
        ("/\\evil.example", DESK),
        ("", DESK),
    ],
)
def test_signing_in_leads_where_somebody_wanted_to_go_on_this_site(kim, wanted, reached):
    _client, response = sign_in(onward=wanted)

    assert (response.status_code, response.url) == (302, reached)


def test_whoever_is_signed_in_need_not_sign_in_again(kim):
    client, _response = sign_in()

    assert client.get(f"{LOGIN}?next=/en/admin/").url == "/en/admin/"


def test_who_is_staff_no_longer_is_out_at_once(kim):
    client, _response = sign_in()
    get_user_model().objects.update(is_staff=False)

    assert client.get(DESK).url == f"{LOGIN}?next={DESK}"
    assert client.get(LOGIN).status_code == 200


def test_signing_out_is_a_post_and_says_so(kim):
    client, _response = sign_in()

    assert client.get("/ko/admin/logout/").status_code == 405
    page = Page(client.post("/ko/admin/logout/", follow=True))

    assert page.texts(".messagelist li") == [in_words("You are signed out.")]
    assert not inside(client)


NOT_OFFERED = ["account_signup", "account_reset_password", "account_email", "account_change_password", "mfa_trust"]


@pytest.mark.parametrize("name", [*NOT_OFFERED, "account_confirm_login_code", "mfa_login_webauthn", "account_inactive"])
def test_what_staff_do_not_need_has_no_address(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


# ── The second factor at the door ─────────────────────────────────────────────────────────────────────────────────────


def test_whoever_has_an_app_is_asked_for_its_code_each_time(kim):
    with_app(kim)
    client = at_the_code(kim, onward="/en/admin/centers/center/")
    assert not inside(client)

    response = client.post(CODE, {"code": code_of(kim)})

    assert response.url == "/en/admin/centers/center/"
    assert inside(client)
    assert entries("sign_in") == [("kim", "")]
    assert not inside(at_the_code(kim))


@every_language
@pytest.mark.parametrize("typed", ["000000", "", "abc", "１２３", "' OR 1=1", "9" * 5_000], ids=lambda typed: typed[:9])
def test_a_wrong_code_is_refused_in_words(kim, language, typed):
    with_app(kim)
    client = at_the_code(kim)

    response = client.post(f"/{language}/admin/login/code/", {"code": typed})

    sentence = WRONG_CODE if typed else "Type the code."
    assert (response.status_code, errors(response)) == (200, [in_words(sentence, language)])
    assert "id_code_error" in Page(response).attribute("#id_code", "aria-describedby")
    assert Page(response).text("title").startswith(in_words("Error:", language))
    assert not inside(client)


def test_a_wrong_code_is_written_down_with_the_name_and_without_the_code(kim, caplog):
    with_app(kim)

    at_the_code(kim).post(CODE, {"code": "123456"})

    assert entries("sign_in_failed") == [("kim", "")]
    assert "123456" not in str(list(AuditEntry.objects.values()))
    assert caplog.text == ""


def test_a_wrong_password_is_written_down_without_a_name_and_logged_nowhere(kim, caplog):
    sign_in(password="wrong")
    sign_in("somebody")

    assert entries("sign_in_failed") == [("", ""), ("", "")]
    assert caplog.text == ""


@pytest.mark.depends_on_database
def test_a_code_opens_once_even_where_the_cache_forgot_it(kim):
    with_app(kim)
    code = code_of(kim, steps=1)  # holds for a minute and a half
    assert at_the_code(kim).post(CODE, {"code": code}).status_code == 302
    cache.clear()

    response = at_the_code(kim).post(CODE, {"code": code})

    assert errors(response) == [in_words(WRONG_CODE)]


def test_a_code_that_is_older_than_the_last_one_opens_nothing(kim):
    with_app(kim)
    at_the_code(kim).post(CODE, {"code": code_of(kim, steps=1)})

    response = at_the_code(kim).post(CODE, {"code": code_of(kim)})

    assert errors(response) == [in_words(WRONG_CODE)]


@pytest.mark.depends_on_database
def test_a_recovery_code_opens_once(kim):
    code = recovery_code_of(with_app(kim))
    client = at_the_code(kim)

    assert client.post(CODE, {"code": f" {code[:4]} {code[4:]} "}).status_code == 302
    assert inside(client)

    assert errors(at_the_code(kim).post(CODE, {"code": code})) == [in_words(WRONG_CODE)]


@every_language
def test_a_code_without_a_password_before_it_is_refused_in_words(language):
    with override(language):
        page = Page(Client().get(f"/{language}/admin/login/code/", follow=True))

    sentence = "Your sign-in was not begun here or took too long. Please begin again."
    assert page.texts(".messagelist li") == [in_words(sentence, language)]
    assert len(page.all("#id_password")) == 1


def test_a_code_with_somebody_elses_cookie_is_refused(kim):
    with_app(kim)
    client = Client()
    client.cookies["sessionid"] = "x" * 32

    response = client.post(CODE, {"code": code_of(kim)})

    assert response.url == LOGIN


def test_a_code_after_a_quarter_of_an_hour_is_too_late(kim, monkeypatch):
    with_app(kim)
    client = at_the_code(kim)
    now = time.time()
    monkeypatch.setattr("allauth.account.internal.stagekit.time.time", lambda: now + 16 * 60)

    assert client.post(CODE, {"code": code_of(kim)}).url == LOGIN


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_staff": False}], ids=["closed", "no staff"])
def test_an_account_that_is_shut_between_password_and_code_stays_shut(kim, fields):
    with_app(kim)
    client = at_the_code(kim)
    get_user_model().objects.update(**fields)

    page = Page(client.post(CODE, {"code": code_of(kim)}, follow=True))

    assert page.texts(".messagelist li") == [in_words(REFUSED)]
    assert entries("sign_in") == []


def change_the_password(person):
    person.set_password("a newer and more secret sentence")
    person.save()


def delete_the_account(person):
    person.delete()


@every_language
@pytest.mark.parametrize("meanwhile", [change_the_password, delete_the_account])
def test_a_sign_in_does_not_outlive_the_password_that_began_it(kim, meanwhile, language):
    recovery_code = recovery_code_of(with_app(kim))
    client = at_the_code(kim)
    meanwhile(kim)

    page = Page(client.post(f"/{language}/admin/login/code/", {"code": recovery_code}, follow=True))

    sentence = "This account or its password was changed meanwhile. Please begin again."
    assert page.texts(".messagelist li") == [in_words(sentence, language)]
    assert len(page.all("#id_password")) == 1
    assert client.get(CODE).url == LOGIN
    assert not inside(client)
    assert entries("sign_in") == []


def test_another_change_of_the_account_does_not_disturb_a_sign_in(kim):
    client = at_the_code(with_app(kim))
    get_user_model().objects.update(first_name="Minji")

    client.post(CODE, {"code": code_of(kim)})

    assert inside(client)


def test_one_can_start_again_with_another_account(kim):
    client = at_the_code(with_app(kim))
    assert Page(client.get(CODE)).attributes("form.plain", "action") == ["/ko/admin/logout/"]

    client.post("/ko/admin/logout/")

    assert client.get(CODE).url == LOGIN


# ── Limits ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@every_language
def test_after_five_wrong_passwords_the_right_one_waits_too(kim, language):
    for _try in range(5):
        sign_in(password="wrong")

    client, response = sign_in(login=f"/{language}/admin/login/")

    assert errors(response) == [too_often(language=language)]
    assert not inside(client)


def test_after_five_wrong_codes_the_right_one_waits_too(kim):
    client = at_the_code(with_app(kim))
    for _try in range(5):
        client.post(CODE, {"code": "000000"})

    assert errors(client.post(CODE, {"code": code_of(kim)})) == [too_often()]


def test_who_guesses_the_passwords_of_many_is_stopped_by_the_address(kim):
    for number in range(20):
        sign_in(f"guess-{number}", "wrong", REMOTE_ADDR="192.0.2.1")

    assert errors(sign_in(REMOTE_ADDR="192.0.2.1")[1]) == [too_often(1)]
    assert sign_in(REMOTE_ADDR="192.0.2.2")[1].status_code == 302


@pytest.mark.parametrize("sent", ["192.0.2.1", "::ffff:192.0.2.1", "nonsense", "", "2001:db8::1"])
def test_sign_in_and_enquiries_see_the_same_address(rf, sent):
    request = rf.get("/", REMOTE_ADDR=sent)

    assert get_account_adapter().get_client_ip(request) == client_ip(request)


@pytest.mark.parametrize("language", make.languages())
def test_a_flood_of_sign_ins_is_answered_in_every_language(language):
    for _try in range(60):
        response = Client().post(f"/{language}/admin/login/", {})
        assert response.status_code == 200

    page = Page(Client().post(f"/{language}/admin/login/", {}))

    assert page.status == 429
    assert page.attributes("main section", "lang") == make.languages_at(f"/{language}/")
    assert page.texts("h1") == [in_words("Please wait a little", code) for code in make.languages_at(f"/{language}/")]
