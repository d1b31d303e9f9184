"""Where nobody works without a second factor: setting one up, losing it, and the keys that it is sealed with."""

import re
import time
from io import StringIO
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.fernet import Fernet
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import URLPattern, reverse

from hospital_site.staff import second_factor
from hospital_site.staff.models import AuditEntry
from tests.reading import Page
from tests.staff.sign_in import (
    CODE,
    DESK,
    LOGIN,
    NO_PASSKEY,
    ONLY_ONE,
    PASSWORD,
    SECURITY,
    WHY,
    WRONG_CODE,
    at_the_code,
    code_from,
    code_of,
    entries,
    errors,
    every_language,
    in_words,
    inside,
    recovery_code_of,
    sign_in,
    staff,
    with_app,
    with_passkey,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.same_on_every_database,
    pytest.mark.usefixtures("commits_at_once"),
]


# ── Where nobody works without one ────────────────────────────────────────────────────────────────────────────────────


def addresses(patterns=None, before="", number="1"):
    """Every address of the admin, with something in the place of what it takes."""
    for pattern in admin.site.get_urls() if patterns is None else patterns:
        route = before + re.sub(r"<(?:\w+:)?\w+>", number, str(pattern.pattern))
        route = re.sub(r"\^?\(\?P?<?\w+>?.*", number, route)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from addresses(pattern.url_patterns, route)


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_of_the_admin_opens_without_a_second_factor(method):
    boss = staff("boss", is_superuser=True)
    client, _response = sign_in(boss.username)
    kept_open = {"/ko/admin/login/", "/ko/admin/logout/"}

    paths = {f"/ko/admin/{route}" for route in addresses()} - kept_open
    reached = {path: getattr(client, method)(path) for path in paths}

    assert len(paths) > 60
    assert {path: answer.status_code for path, answer in reached.items() if answer.status_code != 302} == {}
    assert {urlsplit(answer.url).path for answer in reached.values()} <= {LOGIN, SECURITY}


@pytest.mark.usefixtures("required")
@every_language
def test_whoever_has_none_is_told_why_and_where_to_get_one(kim, language):
    client, response = sign_in(onward=f"/{language}/admin/centers/center/", login=f"/{language}/admin/login/")

    page = Page(client.get(response.url, follow=True))

    assert page.texts(".state.warning") == [in_words(WHY, language)]
    links = [link.path for link in page.links_inside()]
    assert f"/{language}/admin/security/app/" in links
    assert f"/{language}/admin/security/passkeys/new/" in links
    assert f"/{language}/admin/password_change/" not in links


@pytest.mark.usefixtures("required")
def test_after_setting_up_one_lands_where_one_wanted_to_go():
    kim = staff("kim", is_superuser=True)
    wanted = "/ko/admin/centers/center/?q=NET"
    client, response = sign_in(onward=wanted)
    assert client.get(response.url, follow=True).redirect_chain[-1] == (SECURITY, 302)
    form = Page(client.get(f"{SECURITY}app/"))
    code = code_from(form.text("code.address"))

    shown = Page(client.post(f"{SECURITY}app/", {"code": code}, follow=True))

    assert shown.texts(".messagelist li")[0] == in_words(
        "Your app is set up. From now on you are asked for its code when you sign in."
    )
    assert len(shown.texts(".codes li")) == 10
    [onward] = shown.attributes("#content a.default", "href")
    assert client.get(onward).url == wanted
    assert client.get(wanted).status_code == 200
    assert client.get(onward).url == DESK
    assert entries("second_factor") == [("kim", "kim: added totp")]
    assert Authenticator.objects.filter(user=kim).count() == 2


def test_the_app_is_set_up_only_with_a_code_that_it_shows(kim):
    client, _response = sign_in()
    secret = Page(client.get(f"{SECURITY}app/")).text("code.address")

    response = client.post(f"{SECURITY}app/", {"code": "000000"})

    assert errors(response) == [in_words(WRONG_CODE)]
    assert Page(response).text("code.address") == secret
    assert not second_factor.has_one(kim)


def test_the_code_that_set_the_app_up_opens_nothing(kim):
    client, _response = sign_in()
    code = code_from(Page(client.get(f"{SECURITY}app/")).text("code.address"))
    client.post(f"{SECURITY}app/", {"code": f"{code[:3]} {code[3:]}"})
    assert second_factor.has_one(kim, "totp")
    cache.clear()

    response = at_the_code(kim).post(CODE, {"code": code})

    assert errors(response) == [in_words(WRONG_CODE)]
    at_the_code(kim).post(CODE, {"code": code_of(kim, steps=1)})
    assert entries("sign_in") == [("kim", ""), ("kim", "")]


def test_setting_one_up_ends_what_the_password_alone_had_opened_elsewhere(kim):
    thief, _response = sign_in()
    owner, _response = sign_in()
    secret = Page(owner.get(f"{SECURITY}app/")).text("code.address")

    owner.post(f"{SECURITY}app/", {"code": code_from(secret)})

    assert inside(owner)
    assert not inside(thief)


def test_a_copied_cookie_does_not_gain_the_second_factor(kim, settings):
    settings.SECOND_FACTOR = True
    owner, _response = sign_in()
    thief = Client()
    thief.cookies["sessionid"] = owner.cookies["sessionid"].value
    secret = Page(owner.get(f"{SECURITY}app/")).text("code.address")

    owner.post(f"{SECURITY}app/", {"code": code_from(secret)})

    assert inside(owner)
    assert not inside(thief)


@every_language
def test_a_session_from_before_the_rule_signs_in_again(kim, settings, language):
    client, _response = sign_in()
    with_app(kim)
    settings.SECOND_FACTOR = True

    page = Page(client.get(f"/{language}/admin/", follow=True))

    sentence = "Please sign in again, this time with your second factor."
    assert page.texts(".messagelist li") == [in_words(sentence, language)]
    at_the_code(kim, client=client).post(CODE, {"code": code_of(kim)})
    assert client.get(f"/{language}/admin/").status_code == 200


@pytest.mark.usefixtures("required")
def test_whoever_has_none_can_still_sign_out(kim):
    client, _response = sign_in()
    assert len(Page(client.get(SECURITY)).all("#logout-form")) == 1

    client.post("/ko/admin/logout/")

    assert client.get(SECURITY).url == f"{LOGIN}?next={SECURITY}"


@pytest.mark.usefixtures("required")
@every_language
def test_the_only_second_factor_stays(kim, language):
    client = at_the_code(with_app(kim))
    client.post(CODE, {"code": code_of(kim)})

    address = f"/{language}/admin/security/app/remove/"
    assert errors(client.get(address)) == [in_words(ONLY_ONE, language)]
    client.post(address)

    assert second_factor.has_one(kim, "totp")


@pytest.mark.usefixtures("required")
def test_the_only_passkey_stays_too(kim):
    with_passkey(kim)
    RecoveryCodes.activate(kim)
    client = at_the_code(kim)
    client.post(CODE, {"code": recovery_code_of(kim)})
    address = reverse("mfa_remove_webauthn", args=[second_factor.factors_of(kim).get().pk])

    page = Page(client.post(address, follow=True))

    assert page.texts(".messagelist li.error") == [in_words(ONLY_ONE)]
    assert second_factor.has_one(kim)


# ── One’s own page ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def signed_in(kim):
    """The browser of Kim, who has an app and a passkey and has just signed in."""
    with_passkey(with_app(kim))
    client = at_the_code(kim)
    client.post(CODE, {"code": recovery_code_of(kim)})
    return client


def test_every_page_of_the_desk_leads_to_ones_sign_in(signed_in):
    assert SECURITY in Page(signed_in.get(DESK)).attributes("#header a", "href")


def test_nobody_reads_it_without_signing_in():
    assert Client().get(SECURITY).url == f"{LOGIN}?next={SECURITY}"
    assert Client().get(f"{SECURITY}recovery-codes/").url == f"{LOGIN}?next={SECURITY}recovery-codes/"


def test_an_app_can_be_removed(signed_in, kim):
    signed_in.post(f"{SECURITY}app/remove/")

    assert not second_factor.has_one(kim, "totp")
    assert ("kim", "kim: removed totp") in entries("second_factor")


def test_recovery_codes_are_shown_saved_and_renewed(signed_in, kim):
    old = Page(signed_in.get(f"{SECURITY}recovery-codes/")).texts(".codes li")
    saved = signed_in.get(f"{SECURITY}recovery-codes/file/")
    assert len(old) == 9
    assert saved.content.decode().split()[-9:] == old
    assert saved.headers["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'

    page = Page(signed_in.post(f"{SECURITY}recovery-codes/new/", follow=True))

    assert len(page.texts(".codes li")) == 10
    assert not set(page.texts(".codes li")) & set(old)


def test_a_passkey_can_be_renamed_and_removed(signed_in, kim):
    [passkey] = second_factor.factors_of(kim).filter(type="webauthn")

    renamed = Page(signed_in.post(reverse("mfa_edit_webauthn", args=[passkey.pk]), {"name": "내 열쇠"}, follow=True))
    removed = Page(signed_in.post(reverse("mfa_remove_webauthn", args=[passkey.pk]), follow=True))

    assert renamed.texts(".passkeys b") == ["내 열쇠"]
    assert removed.texts(".passkeys b") == []
    assert not second_factor.has_one(kim, "webauthn")


def test_nobody_touches_the_passkey_of_another(signed_in):
    other = second_factor.factors_of(with_passkey(staff("lee"))).get()

    statuses = [
        signed_in.post(reverse(name, args=[other.pk]), {"name": "mine"}).status_code
        for name in ("mfa_edit_webauthn", "mfa_remove_webauthn")
    ]

    assert statuses == [404, 404]
    other.refresh_from_db()
    assert str(other) == "my telephone"


def test_what_changes_the_sign_in_asks_again_after_a_while_and_not_for_the_password_alone(signed_in, monkeypatch, kim):
    now = time.time()
    monkeypatch.setattr("hospital_site.staff.accounts.time.time", lambda: now + 301)

    asked = signed_in.get(f"{SECURITY}app/remove/", follow=True)

    assert unquote(asked.redirect_chain[-1][0]) == f"{SECURITY}confirm/code/?next={SECURITY}app/remove/"
    assert signed_in.get(f"{SECURITY}confirm/").url.startswith(f"{SECURITY}confirm/code/")
    response = signed_in.post(asked.redirect_chain[-1][0], {"code": recovery_code_of(kim)})
    assert response.url == f"{SECURITY}app/remove/"


def test_whoever_has_no_second_factor_confirms_by_the_password(kim, monkeypatch):
    client, _response = sign_in()
    now = time.time()
    monkeypatch.setattr("hospital_site.staff.accounts.time.time", lambda: now + 301)
    [(asked, _status)] = client.get(f"{SECURITY}app/", follow=True).redirect_chain

    assert unquote(asked) == f"{SECURITY}confirm/?next={SECURITY}app/"
    wrong = client.post(asked, {"password": "wrong"})
    assert errors(wrong) == [in_words("This is not your password. Capital letters matter.")]
    assert client.post(asked, {"password": PASSWORD}).url == f"{SECURITY}app/"


NONSENSE = ["", "{", "[]", "null", "1", '"x"', "{}", '{"id": 1}', '{"id": "x", "rawId": "x", "response": {}}']
NONSENSE += ['{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"AA","attestationObject":"AA"}}']


@pytest.mark.parametrize("sent", NONSENSE)
def test_what_is_no_passkey_is_refused_in_words(kim, sent):
    with_app(kim)
    coming = at_the_code(kim)
    come = at_the_code(kim)
    come.post(CODE, {"code": code_of(kim)})

    answers = [coming.post(CODE, {"credential": sent}), come.post(f"{SECURITY}passkeys/new/", {"credential": sent})]

    assert [(answer.status_code, set(errors(answer))) for answer in answers] == [(200, {in_words(NO_PASSKEY)})] * 2


PAGES = ["login/", "login/code/", "security/", "security/app/", "security/app/remove/", "security/recovery-codes/"]
PAGES += ["security/recovery-codes/new/", "security/passkeys/new/", "security/passkeys/{passkey}/name/"]
PAGES += ["security/passkeys/{passkey}/remove/", "security/confirm/", "security/confirm/code/"]
NAMES = {"QR", "PIN", "https", "kim", "English"}


@pytest.fixture
def open_at(kim):
    """`open_at("login/code/", "ko")` → that page as Kim reads it in a language, whatever must be done before."""

    def open_at(path, language):
        client = Client()
        if path == "login/code/":
            with_app(kim)
            client = at_the_code(kim)
        elif path == "security/confirm/" or path.endswith("/app/"):
            client, _response = sign_in()
        elif path != "login/":
            with_app(kim)
            client = at_the_code(kim)
            client.post(CODE, {"code": code_of(kim)})
            WebAuthn.add(kim, "kim", {}) if "{passkey}" in path else None
        passkey = second_factor.factors_of(kim).order_by("pk").last()
        return client.get(f"/{language}/admin/{path.format(passkey=passkey.pk if passkey else '')}")

    return open_at


@pytest.mark.parametrize("path", PAGES)
def test_every_sentence_is_korean_in_korean(open_at, path):
    page = Page(open_at(path, "ko"))

    words = page.texts("title, main h1, main h2, main p, main li, main label, main a, main button, main .helptext")
    words += page.attributes("main input[type=submit]", "value") + page.attributes("main img", "alt")
    assert page.status == 200
    assert set(re.findall(r"[A-Za-z]{2,}", re.sub(r"[A-Z2-7]{32}", "", " ".join(words)))) - NAMES == set()


@every_language
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_sound_and_kept_by_nobody(open_at, path, language):
    response = open_at(path, language)
    page = Page(response)

    assert page.errors == []
    assert page.attribute("html", "lang") == language
    assert len(page.texts("h1")) == 1
    assert page.text("title").startswith(page.text("h1"))
    assert "no-store" in response.headers["Cache-Control"]
    assert [script for script in page.all("script") if "src" not in script.attrs and "type" not in script.attrs] == []


# ── A lost telephone ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def boss():
    """The browser of an administrator."""
    client = Client()
    client.force_login(staff("boss", is_superuser=True))
    return client


def away(person):
    return reverse("admin:auth_user_second_factor", args=[person.pk])


@every_language
def test_an_administrator_is_asked_before_a_second_factor_is_taken_away(boss, kim, language):
    with_app(kim)

    page = Page(boss.get(away(kim).replace("/ko/", f"/{language}/")))

    assert page.text("h1") == in_words("Remove the second factor", language)
    assert len(page.all("form.decide .state.warning")) == 1
    assert second_factor.has_one(kim)


def test_taking_it_away_signs_the_person_out_everywhere_and_is_written_down(boss, kim):
    with_passkey(with_app(kim))
    theirs = [at_the_code(kim), at_the_code(kim)]
    for client in theirs:
        client.post(CODE, {"code": recovery_code_of(kim)})
        assert inside(client)

    page = Page(boss.post(away(kim), follow=True))

    sentence = "The second factor is removed, and the person is signed out everywhere."
    assert page.texts(".messagelist li") == [in_words(sentence)]
    assert [inside(client) for client in theirs] == [False, False]
    assert inside(boss)
    assert not Authenticator.objects.filter(user=kim).exists()
    assert entries("second_factor") == [("boss", "kim: taken away")]


def test_the_form_of_a_person_leads_there_when_there_is_something_to_take(boss, kim):
    form = reverse("admin:auth_user_change", args=[kim.pk])
    assert away(kim) not in Page(boss.get(form)).attributes(".readonly a", "href")

    with_app(kim)

    assert away(kim) in Page(boss.get(form)).attributes(".readonly a", "href")


def test_nobody_takes_the_own_one_away_without_a_code(boss):
    person = with_app(get_user_model().objects.get(username="boss"))

    assert boss.post(away(person)).url == SECURITY
    assert second_factor.has_one(person)


@pytest.mark.parametrize(
    ("rights", "above", "status"),
    [([], False, 403), (["view_user"], False, 403), (["change_user"], True, 403), (["change_user"], False, 302)],
    ids=["no right", "who only looks", "from a superuser", "who may change people"],
)
def test_a_second_factor_is_taken_away_only_by_whoever_may_change_the_person(kim, rights, above, status):
    with_app(kim)
    get_user_model().objects.filter(pk=kim.pk).update(is_superuser=above)
    lee = staff("lee")
    lee.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(lee)

    assert client.post(away(kim)).status_code == status
    assert second_factor.has_one(kim) == (status == 403)


@pytest.mark.parametrize("size", [1, 3])
def test_the_list_of_staff_says_who_has_none_with_as_many_questions(boss, size, django_assert_num_queries):
    for number in range(size):
        with_app(staff(f"with-{number}"))
        staff(f"without-{number}")
    boss.get(reverse("admin:auth_user_changelist"))

    with django_assert_num_queries(7):
        page = Page(boss.get(reverse("admin:auth_user_changelist")))

    said = dict(zip(page.texts("th.field-username"), page.texts("td.field-second_factor"), strict=True))
    assert {name.partition("-")[0]: words for name, words in said.items()} == {
        "boss": in_words("no second factor"),
        "with": in_words("second factor set up"),
        "without": in_words("no second factor"),
    }


def test_deleting_a_person_tells_of_the_person_and_not_of_the_library(boss, kim):
    with_passkey(with_app(kim))
    address = reverse("admin:auth_user_delete", args=[kim.pk])

    words = Page(boss.get(address)).text("#content")
    boss.post(address, {"post": "yes"})

    assert ("kim" in words, "uthenticator" in words) == (True, False)
    assert not Authenticator.objects.exists()


def test_rights_that_open_nothing_here_are_not_offered(boss, kim):
    page = Page(boss.get(reverse("admin:auth_user_change", args=[kim.pk])))

    rights = Permission.objects.filter(pk__in=page.attributes("input[name=user_permissions]", "value"))
    assert {right.content_type.app_label for right in rights} & {"account", "mfa", "auth"} == {"auth"}


def test_secrets_and_addresses_of_the_library_are_no_list_of_the_desk(boss):
    page = Page(boss.get(DESK))

    assert [link.path for link in page.links_inside() if "/mfa/" in link.path or "/account/" in link.path] == []
    assert boss.get("/ko/admin/mfa/authenticator/").status_code == 404


# ── Keys ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def keys(number):
    return [Fernet.generate_key().decode() for _key in range(number)]


@pytest.mark.depends_on_database
def test_what_makes_codes_is_sealed_in_the_database(kim, settings):
    client, _response = sign_in()
    secret = Page(client.get(f"{SECURITY}app/")).text("code.address")
    client.post(f"{SECURITY}app/", {"code": code_from(secret)})

    kept = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert secret not in kept
    assert decrypt(Authenticator.objects.get(type="totp").data["secret"]) == secret


@pytest.mark.depends_on_database
def test_keys_can_be_exchanged(kim, settings):
    new, old = settings.SECURED_FIELDS_KEY = keys(2)
    settings.SECURED_FIELDS_KEY = [old]
    with_passkey(with_app(kim))
    code = recovery_code_of(kim)
    settings.SECURED_FIELDS_KEY = [new, old]

    sealed = [second_factor.reseal(factor) for factor in Authenticator.objects.order_by("type")]

    settings.SECURED_FIELDS_KEY = [new]
    assert sealed == [True, True, False]
    assert recovery_code_of(kim) == code
    assert at_the_code(kim).post(CODE, {"code": code_of(kim)}).status_code == 302


def test_a_lost_key_is_told_in_words(kim, settings):
    client = at_the_code(with_app(kim))
    settings.SECURED_FIELDS_KEY = keys(1)

    [error] = errors(client.post(CODE, {"code": "123456"}))

    assert error == in_words(
        "Codes cannot be checked, because a key of this site is missing. "
        "Ask an administrator to put it back or to remove your second factor."
    )


def test_sessions_hold_no_password(kim):
    at_the_code(with_app(kim))

    assert PASSWORD not in str([session.get_decoded() for session in Session.objects.all()])


def test_the_key_for_the_app_names_site_and_account(kim, settings):
    settings.SITE_NAME = "Site"
    client, _response = sign_in()

    [address] = [href for href in Page(client.get(f"{SECURITY}app/")).attributes("a", "href") if "otpauth" in href]

    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc, parts.path) == ("otpauth", "totp", "/kim")
    assert parse_qs(parts.query)["issuer"] == ["Site"]


def test_whoever_lost_the_only_second_factor_is_helped_on_the_machine_and_it_is_on_record(kim):
    with pytest.raises(CommandError, match="There is no account “lee”"):
        call_command("rescue_staff", "lee", reason="x")
    with pytest.raises(CommandError, match="Say why"):
        call_command("rescue_staff", kim.username, reason=" ")
    Authenticator.objects.create(user=kim, type="totp", data={"secret": "x"})

    call_command("rescue_staff", kim.username, reason="Lost telephone", stdout=StringIO())

    assert not Authenticator.objects.filter(user=kim).exists()
    entry = AuditEntry.objects.filter(action="second_factor").latest("pk")
    assert (entry.by, entry.data["account"]) == ("rescue_staff", kim.pk)
    assert entry.reason.startswith(f"{kim.username}: taken away: Lost telephone (")
