"""Texts that an earlier version stored as they were typed are cleaned by migrations, and nobody's work is touched."""

import unicodedata
from importlib import import_module

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from hospital_site.publishing.candidates import compose
from hospital_site.publishing.differences import difference
from hospital_site.publishing.models import Edition, SignOff, TranslationState
from hospital_site.publishing.pipeline import issue
from hospital_site.publishing.policy import assess
from hospital_site.publishing.snapshots import digest, dump, language_digest
from hospital_site.publishing.staleness import page_gaps
from hospital_site.publishing.stored_texts import stored_content
from tests import make

pytestmark = pytest.mark.django_db

CLEAN = {"ko": "혈액 검사", "en": "Blood test"}
DIRTY = {"ko": unicodedata.normalize("NFD", "혈액\u00a0검사\u200b"), "en": "Blood\u00a0test\u00ad"}
PASTED = "준비물:\r\n• 신분증\r\n• 약"


@pytest.fixture(scope="module")
def historical_apps(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return MigrationLoader(connection).project_state().apps


@pytest.fixture
def migrate(historical_apps):
    def run():
        for name, function in [
            ("hospital_site.publishing.migrations.0005_clean_digests", "renew"),
            ("centers.migrations.0003_clean_texts", "clean"),
            ("patients_rights.migrations.0002_clean_texts", "clean"),
            ("hospital_site.enquiries.migrations.0010_clean_texts", "clean"),
            ("hospital_site.staff.migrations.0004_clean_names", "clean"),
        ]:
            getattr(import_module(name), function)(historical_apps, None)

    return run


def names(words, name="name"):
    return {f"{name}_{code}": text for code, text in words.items()}


def historical(apps, page):
    return apps.get_model(page._meta.label).objects.get(pk=page.pk)


def as_before(apps, page):
    """Store the state, an edition and signatures of `page` as the version before did, of texts as they were typed."""
    for row in [page, *(row for name in page.inline_relations for row in getattr(page, name).all())]:
        row.checked = {
            name: {
                code: {c: " ".join((getattr(row, f"{name}_{c}") or "").split()) for c in CLEAN if c != code}
                for code in CLEAN
            }
            for name in ("name", "overview", "explanation")
            if hasattr(row, f"{name}_ko")
        }
        row.save()
    data = stored_content(type(page), historical(apps, page))
    digests = {code: language_digest(data, code) for code in CLEAN}
    edition = issue(compose(page), by="the test")
    raw = {"data": data, "digest": digest(data), "language_digests": digests}
    apps.get_model("publishing", "Edition").objects.filter(pk=edition.pk).update(**raw)
    type(page).objects.filter(pk=page.pk).update(draft_digest=digest(data), submitted_digest=digest(data))
    for code, words in digests.items():
        SignOff.objects.create(
            page=page.key,
            language=code,
            digest=words,
            name="Kim",
            role="MD",
            reviewed_on="2026-11-01",
            review_due="2027-11-01",
        )
    return edition


@pytest.fixture
def treatment(historical_apps):
    page = make.treatment(**names(DIRTY), overview_ko=PASTED, overview_en="Bring:\n· ID\n· drugs")
    for above in page.ancestors():
        make.show(above)
    page.edition = as_before(historical_apps, page)
    return page


def test_the_content_of_every_kind_of_page_is_found_as_it_was_dumped(historical_apps):
    for page in make.every_kind().values():
        assert digest(stored_content(type(page), historical(historical_apps, page))) == digest(dump(page))


def test_rows_are_clean_and_nothing_counts_as_edited_stale_or_unsigned(treatment, migrate):
    migrate()

    page = type(treatment).objects.with_state().get()
    edition = Edition.objects.get(pk=treatment.edition.pk)
    assert {code: getattr(page, f"name_{code}") for code in CLEAN} == CLEAN
    assert page.draft_digest == page.submitted_digest == page.live_digest == digest(dump(page))
    assert (page.signed_ko, page.signed_en) == (True, True)
    assert page_gaps(page) == []
    assert not assess(compose(page)).is_new
    assert difference(type(page), edition.data, compose(page).data) == []


def test_what_was_issued_stays_as_it_was_issued(treatment, migrate):
    migrate()

    assert Edition.objects.get(pk=treatment.edition.pk).data["name_ko"] == DIRTY["ko"]


def test_a_list_that_patients_read_as_lines_stays_until_somebody_edits_it(treatment, migrate):
    migrate()

    treatment.refresh_from_db()
    assert treatment.overview_ko == "준비물:\n• 신분증\n• 약"


def test_an_edited_draft_still_counts_as_edited_and_a_stale_text_as_stale(treatment, migrate):
    type(treatment).objects.filter(pk=treatment.pk).update(name_ko=f"{DIRTY['ko']} 2", draft_digest="another")

    migrate()

    page = type(treatment).objects.with_state().get()
    assert page.draft_digest != page.live_digest
    assert [gap.column for gap in page_gaps(page)] == ["name_en"]


def test_a_clinic_whose_departments_are_cleaned_does_not_count_as_edited(historical_apps, migrate):
    hospital = make.hospital()
    clinic = make.clinic(center=make.center(hospital=hospital))
    clinic.departments.add(make.part(hospital, "departments", **names(DIRTY)))
    for above in clinic.ancestors():
        make.show(above)
    as_before(historical_apps, clinic)

    migrate()

    page = type(clinic).objects.with_state().get()
    assert page.draft_digest == page.live_digest == digest(dump(page))


def test_a_translation_that_was_stale_by_such_signs_only_is_no_longer_counted(treatment, migrate):
    state, _created = TranslationState.objects.update_or_create(
        page=treatment.key, language="en", defaults={"stale": 1}
    )
    against = {"name": {"en": {"ko": unicodedata.normalize("NFD", CLEAN["ko"])}, "ko": {"en": CLEAN["en"]}}}
    texts = {"overview": {"en": {"ko": PASTED.replace("\r\n", " ")}, "ko": {"en": "Bring: · ID · drugs"}}}
    type(treatment).objects.filter(pk=treatment.pk).update(name_ko=CLEAN["ko"], checked=against | texts)

    migrate()

    state.refresh_from_db()
    assert (state.missing, state.stale) == (0, 0)


def test_cleaning_again_changes_nothing(treatment, migrate):
    migrate()
    before = [list(model.objects.values()) for model in (type(treatment), Edition, SignOff)]

    migrate()

    assert [list(model.objects.values()) for model in (type(treatment), Edition, SignOff)] == before


def test_names_of_staff_are_cleaned(migrate):
    kim = get_user_model().objects.create(
        username="kim", first_name=unicodedata.normalize("NFD", "민수"), last_name="O'Kim"
    )

    migrate()

    kim.refresh_from_db()
    assert (kim.first_name, kim.last_name) == ("민수", "O’Kim")
