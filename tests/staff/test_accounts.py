"""Who may sign in, and the accounts of the demonstration."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from tests import make

pytestmark = pytest.mark.django_db


def sign_in(client, name, password):
    return client.post(reverse("admin:login"), {"username": name, "password": password, "next": "/ko/admin/"})


def said_by_the_command():
    output = io.StringIO()
    call_command("demonstration_staff", port=9000, stdout=output)
    return output.getvalue()


@pytest.fixture
def password(settings):
    """The password of the demonstration's accounts, which exist now."""
    settings.DEMONSTRATION = True
    return re.search(r"password (\S+)", said_by_the_command())[1]


@pytest.mark.parametrize("name", ["demo-editor", "demo-publisher"])
def test_the_accounts_of_the_demonstration_can_sign_in_there(client, password, name):
    response = sign_in(client, name, password)

    assert (response.status_code, response.headers.get("Location")) == (302, "/ko/admin/")


@pytest.mark.parametrize("name", ["demo-editor", "demo-publisher"])
def test_the_accounts_of_the_demonstration_open_nothing_elsewhere(client, settings, password, name):
    settings.DEMONSTRATION = False

    response = sign_in(client, name, password)

    assert response.status_code == 200
    assert not response.wsgi_request.user.is_authenticated


def test_a_session_of_the_demonstration_opens_nothing_elsewhere(client, settings, password):
    sign_in(client, "demo-editor", password)
    settings.DEMONSTRATION = False

    response = client.get("/ko/admin/")

    assert response.status_code == 302


def test_the_accounts_of_the_demonstration_are_made_there_only():
    with pytest.raises(CommandError):
        call_command("demonstration_staff")


def test_the_accounts_of_the_demonstration_are_made_once(settings, password, django_user_model):
    before = list(django_user_model.objects.order_by("pk").values_list("username", "password"))

    said_by_the_command()

    assert list(django_user_model.objects.order_by("pk").values_list("username", "password")) == before


def test_nobody_of_the_demonstration_may_do_everything(password, django_user_model):
    assert not django_user_model.objects.filter(is_superuser=True).exists()


def test_the_command_says_where_the_site_is(settings):
    settings.DEMONSTRATION = True

    said = said_by_the_command()

    assert "http://127.0.0.1:9000/" in said
    assert "http://127.0.0.1:9000/ko/admin/" in said


def test_staff_sign_in_with_their_own_accounts(client, django_user_model):
    django_user_model.objects.create_user("kim", password="a long password", is_staff=True)

    assert sign_in(client, "kim", "a long password").status_code == 302


@pytest.mark.parametrize("language", make.languages())
def test_a_wrong_password_is_told_in_the_language(client, language, django_user_model):
    django_user_model.objects.create_user("kim", password="a long password", is_staff=True)

    response = client.post(f"/{language}/admin/login/", {"username": "kim", "password": "wrong"})

    assert response.status_code == 200
    assert len(response.context["form"].non_field_errors()) == 1
