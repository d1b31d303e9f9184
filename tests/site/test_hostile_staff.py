"""Requests that only a hostile or broken browser of somebody signed in would send: no list and no page breaks."""

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.test import Client
from django.urls import resolve, reverse

from tests import make
from tests.addresses import STAFF, code_of, every_pattern, filled, parameters
from tests.enquiries.patients import receiving_hospital
from tests.enquiries.staff import sent

pytestmark = pytest.mark.django_db

ANSWERS = {200, 302, 400, 403, 404, 405}
NUL, TOO_LARGE = "%00", "9" * 30


@pytest.fixture
def insider():
    """Somebody who may do everything, and whose errors come back as a page."""
    client = Client(raise_request_exception=False)
    client.force_login(get_user_model().objects.create(username="insider", is_staff=True, is_superuser=True))
    return client


def get(client, address, query=""):
    return client.get(address, QUERY_STRING=query).status_code


def column_of(model):
    return next(field.name for field in model._meta.fields if isinstance(field, models.CharField))


@pytest.mark.parametrize(
    "query",
    [
        "{column}=" + NUL,
        "q=" + NUL,
        "{column}__in=a," + NUL,
        "{key}__in=" + TOO_LARGE,
        pytest.param("{key}=²", marks=pytest.mark.same_on_every_database),
        "_popup=1",
        pytest.param("e=1", marks=pytest.mark.same_on_every_database),
        pytest.param("o=².-²", marks=pytest.mark.same_on_every_database),
        "p=" + TOO_LARGE,
    ],
    ids=[
        "NUL",
        "NUL to search for",
        "list with NUL",
        "huge key",
        "power as a key",
        "popup",
        "told of an error",
        "order",
        "page",
    ],
)
def test_a_list_of_the_admin_is_answered_in_peace(insider, query):
    by_code = {}
    for model, its in admin.site._registry.items():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        by_code[code_of(resolve(address).func), *map(str, its.list_filter)] = model, address
    answers = {}
    for model, address in by_code.values():
        asked = query.format(column=column_of(model), key=model._meta.pk.name)
        answers[address] = get(insider, address, asked)

    assert {address: status for address, status in answers.items() if status not in ANSWERS} == {}


PAGES = {
    "change": ["_to_field=", "_to_field=" + NUL, "_popup=" + NUL, "_changelist_filters=" + NUL, "more=" + NUL],
    "delete": ["_to_field="],
    "as_it_was": ["at=0001-01-01", "at=9999-12-31T23:59", "at=" + NUL, "at=²"],
    "compare": ["width=" + NUL],
}


@pytest.mark.same_on_every_database
@pytest.mark.parametrize(("view", "query"), [(view, query) for view in PAGES for query in PAGES[view]])
def test_a_page_of_the_admin_is_answered_in_peace(insider, view, query):
    page = make.published(make.treatment())

    assert get(insider, reverse(f"admin:centers_treatment_{view}", args=[page.pk]), query) in ANSWERS


@pytest.mark.parametrize(
    "key",
    ["\0", pytest.param("²", marks=pytest.mark.same_on_every_database), TOO_LARGE, "_00"],
    ids=["NUL", "power", "huge", "quoted NUL"],
)
def test_a_key_that_no_row_can_have_is_answered_in_peace_at_every_address(insider, key):
    by_code = {code_of(pattern.callback): route for route, pattern in every_pattern() if route.startswith(STAFF)}
    answers = {}
    for route in filter(parameters, by_code.values()):
        path = filled(route, dict.fromkeys(parameters(route), key))
        answers[route] = insider.get("/", PATH_INFO=path).status_code

    assert {route: status for route, status in answers.items() if status not in ANSWERS} == {}


@pytest.mark.parametrize("address", ["/ko/admin/login/?next=" + NUL, "/ko/preview/%00/", "/ko/admin/r/1/%00/"])
def test_what_stands_around_the_admin_is_answered_in_peace(insider, address):
    path, _mark, query = address.replace("preview/%00", "preview/\0").replace("r/1/%00", "r/1/\0").partition("?")

    assert insider.get("/", PATH_INFO=path, QUERY_STRING=query).status_code in ANSWERS


@pytest.mark.same_on_every_database
@pytest.mark.parametrize("number", ["²", TOO_LARGE, "9" * 5_000, "\0"], ids=["power", "huge", "endless", "NUL"])
def test_who_is_readmitted_by_a_number_that_nobody_has(insider, number):
    receiving_hospital("kcch")
    enquiry = sent("mediation", "kcch")

    response = insider.post(reverse("admin:enquiries_enquiry_recuse", args=[enquiry.pk]), {"readmit": number})

    assert response.status_code in ANSWERS


def test_an_action_on_keys_that_no_row_can_have_is_answered_in_peace(insider):
    address = reverse("admin:auth_user_changelist")
    for key in ("\0", "²", TOO_LARGE):
        words = {"action": "delete_selected", "_selected_action": key, "index": 0}
        assert insider.post(address, words).status_code in ANSWERS


def test_no_address_of_the_admin_leads_to_any_row_by_its_type_and_number(insider):
    page = make.published(make.center())
    number = ContentType.objects.get_for_model(page).pk

    answers = [insider.get(f"/ko/admin/r/{kind}/{page.pk}/", follow=True).status_code for kind in (number, 0, "x")]

    assert answers == [404, 404, 404]
