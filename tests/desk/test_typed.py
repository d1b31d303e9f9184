"""What staff type or paste is cleaned: found, warned of and compared as if it had been typed like the rest."""

import unicodedata

import pytest
from allauth.core import context
from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import RequestFactory

from hospital_site.publishing.staleness import page_gaps
from hospital_site.staff.forms import SignInForm
from hospital_site.staff.models import AuditEntry
from hospital_site.typed_fields import Typed
from tests import make
from tests.desk.people import Person, list_of
from tests.publishing.checking import check_draft
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

NOT_TYPED = {
    "password",
    "password1",
    "password2",
    "new_password1",
    "new_password2",
    "usable_password",
    "checked",
    "token",
    "shown",
    "seen",
    "website",
    "credential",
    "old_password",
}


def decomposed(text):
    return unicodedata.normalize("NFD", text)


@pytest.fixture
@recorded
def treatment():
    words = {
        "name_ko": "혈액 검사",
        "name_en": "Blood test",
        "overview_ko": "피를 뽑습니다.",
        "overview_en": "We draw blood.",
    }
    return make.in_sync(make.published(make.treatment(**words)))


def names_found(treatment, term):
    return Person("editor").read(f"{list_of(treatment)}?q={term}").texts("#result_list tbody th")


def test_a_text_typed_in_another_form_is_found_and_finds(treatment):
    Person("editor").edit(treatment, name_ko=decomposed("혈액 투석\u200b"))

    for term in ("혈액", decomposed("혈액"), "혈액\u00a0투석", "\u200e혈액"):
        assert names_found(treatment, term) == ["혈액 투석"]


def test_a_decomposed_claim_raises_its_warnings(treatment):
    claim = "최고 수준의 전문가가 완치합니다."
    Person("editor").edit(treatment, overview_ko=claim)
    treatment.refresh_from_db()
    expected = [(finding.field, str(finding.message)) for finding in check_draft(treatment)]
    type(treatment).objects.filter(pk=treatment.pk).update(overview_ko=decomposed(claim))
    treatment.refresh_from_db()

    assert expected
    assert [(finding.field, str(finding.message)) for finding in check_draft(treatment)] == expected


def test_typing_the_same_words_in_another_form_is_no_edit(treatment):
    edits = AuditEntry.objects.of(treatment).edits().count()

    Person("editor").edit(treatment, overview_ko=decomposed("피를\u00a0뽑습니다.\u200b"))

    page = type(treatment).objects.with_state().get()
    assert AuditEntry.objects.of(treatment).edits().count() == edits
    assert page.draft_digest == page.live_digest
    assert page_gaps(page) == []


def test_a_pasted_list_is_stored_as_a_list_of_the_site(treatment):
    Person("editor").edit(treatment, overview_ko="준비물:\r\n• 신분증\r\n• 약")

    treatment.refresh_from_db()
    assert treatment.overview_ko == "준비물:\n\n- 신분증\n- 약"


def test_two_editors_who_type_the_same_in_two_forms_are_in_no_conflict(treatment):
    first, second = Person("editor").form(treatment), Person("editor").form(treatment)
    first.send(name_ko="혈액 투석")

    second.send(name_ko=decomposed("혈액 검사"))  # what stood there, which is no edit
    treatment.refresh_from_db()

    assert treatment.name_ko == "혈액 투석"


def test_a_user_name_is_accepted_with_a_sign_that_nobody_sees(rf):
    get_user_model().objects.create_user("kim", password="a long and secret sentence", is_staff=True)
    request = rf.post("/")
    request.session, request.user = {}, None

    form = SignInForm({"username": "kim\u200b", "password": "a long and secret sentence"}, request=request)

    with context.request_context(request):
        assert form.is_valid(), form.errors


# ── No field beside the door ──────────────────────────────────────────────────────────────────────────────────────────


def forms_of_the_admin():
    request = RequestFactory().get("/")
    request.user = get_user_model()(is_superuser=True, is_active=True)
    for model, model_admin in admin.site._registry.items():
        yield model._meta.label, model_admin.get_form(request).base_fields
        for formset, inline in model_admin.get_formsets_with_inlines(request):
            yield f"{model._meta.label}.{inline.model.__name__}", formset.form.base_fields


def declared_forms(base=forms.BaseForm):
    for form in base.__subclasses__():
        if form.__module__.startswith(("hospital_site.", "centers.", "patients_rights.")) and hasattr(
            form, "base_fields"
        ):
            yield f"{form.__module__}.{form.__name__}", form.base_fields
        yield from declared_forms(form)


def test_every_field_into_which_people_type_cleans_what_they_type():
    fields = [
        f"{form}.{name}: {type(field).__name__}"
        for form, form_fields in [*forms_of_the_admin(), *declared_forms()]
        for name, field in form_fields.items()
        if isinstance(field, forms.CharField | forms.IntegerField | forms.fields.BaseTemporalField)
        and not isinstance(field, (Typed, forms.JSONField))
        and not isinstance(field.widget, forms.HiddenInput)
        and name not in NOT_TYPED
    ]

    assert fields == []
