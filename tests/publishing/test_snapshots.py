"""An edition reads like an instance, holds everything that staff write, and comes back as it was."""

import hashlib
import json
from datetime import date

import pytest
from django.db import models
from django.utils.translation import override
from modeltranslation.translator import translator

from centers.models import Center, Clinic, Contact, Hospital, Treatment
from hospital_site.publishing.loading import create, restore
from hospital_site.publishing.models import Edition, page_models
from hospital_site.publishing.snapshots import Snapshot, captured_fields, digest, dump, inline_model, language_digest
from tests import make

pytestmark = pytest.mark.django_db

every_kind = pytest.mark.parametrize("kind", [model.page_kind() for model in page_models()])
every_language = pytest.mark.parametrize("language", make.languages())


def snapshot(page):
    return Snapshot(type(page), dump(page))


# ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@every_kind
@every_language
def test_a_snapshot_reads_like_the_instance(kind, language):
    page = make.every_kind()[kind]
    copy = snapshot(page)

    with override(language):
        names = [field.attname for field in captured_fields(type(page))]
        names += translator.get_options_for_model(type(page)).get_field_names()

        assert {name: getattr(copy, name) for name in names} == {name: getattr(page, name) for name in names}
        assert str(copy) == str(page)


@every_kind
@every_language
def test_the_parts_of_a_snapshot_read_like_the_rows(kind, language):
    page = make.every_kind()[kind]
    copy = snapshot(page)

    with override(language):
        for name in page.inline_relations:
            assert [str(part) for part in getattr(copy, name)] == [str(row) for row in getattr(page, name).all()]


@every_language
def test_a_translated_name_is_the_one_of_the_language(language):
    copy = Snapshot(Center, {"name_ko": "식도암센터", "name_en": "Esophageal Cancer Center"})

    with override(language):
        assert copy.name == {"ko": "식도암센터", "en": "Esophageal Cancer Center"}[language]


@pytest.mark.parametrize(("language", "label"), [("ko", "표적치료"), ("en", "Targeted therapy")])
def test_a_choice_is_said_in_the_language(language, label):
    copy = Snapshot(Treatment, {"kind": "targeted_therapy"})

    with override(language):
        assert copy.get_kind_display() == label


def test_a_choice_that_was_removed_since_is_said_as_it_is_stored():
    assert Snapshot(Treatment, {"kind": "leeches"}).get_kind_display() == "leeches"


def test_a_date_comes_back_as_a_date():
    hospital = make.hospital()
    make.part(hospital, "contacts", telephone="02-970-2114", verified_on=date(2026, 11, 22))

    [contact] = snapshot(hospital).contacts

    assert contact.verified_on == date(2026, 11, 22)


def test_a_date_that_is_missing_comes_back_as_none():
    hospital = make.hospital()
    make.part(hospital, "contacts", telephone="02-970-2114")

    [contact] = snapshot(hospital).contacts

    assert contact.verified_on is None


def test_a_part_lends_what_it_says_it_lends():
    charter = make.charter()
    make.article(charter, 1)

    [article] = snapshot(charter).articles

    assert article.anchor == "right-1"


def test_a_row_has_its_identity_and_its_page_has_none():
    hospital = make.hospital()
    department = make.part(hospital, "departments", name_ko="내과")

    copy = snapshot(hospital)

    assert ([row.pk for row in copy.departments], hasattr(copy, "pk")) == ([department.pk], False)


def test_a_row_of_an_edition_older_than_identities_has_none():
    [row] = Snapshot(Hospital, {"departments": [{"name_ko": "내과"}]}).departments

    assert (row.pk, row.name_ko) == (None, "내과")


def test_a_field_that_is_newer_than_the_edition_shows_its_default():
    old = Snapshot(Clinic, {"slug": "net", "name_ko": "신경내분비종양 클리닉"})

    assert (old.position, old.tests_overview_ko, old.areas, old.departments) == (0, None, [], [])


def test_a_field_that_was_removed_since_is_ignored():
    old = Snapshot(Center, {"slug": "esophageal", "slogan_ko": "옛 구호"})

    with pytest.raises(AttributeError, match="slogan_ko"):
        old.slogan_ko  # noqa: B018 - reading it is the act


def test_restoring_ignores_a_field_that_was_removed_since():
    center = make.center()

    restore(center, {"name_ko": "식도암센터", "slogan_ko": "옛 구호"})

    assert Center.objects.get().name_ko == "식도암센터"


# ── Nothing but reading ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_snapshot_is_read_only():
    copy = snapshot(make.center())

    with pytest.raises(TypeError, match="read-only"):
        copy.name_ko = "다른 이름"


@pytest.mark.parametrize(
    "name",
    ["save", "delete", "objects", "_base_manager", "pk", "id", "clinics", "editions", "refresh_from_db"],
)
def test_a_snapshot_leads_nowhere_into_the_database_by(name):
    copy = snapshot(make.center())

    assert not hasattr(copy, name)


@every_kind
def test_a_snapshot_asks_the_database_nothing(kind, django_assert_num_queries):
    page = make.every_kind()[kind]
    data = dump(page)

    with django_assert_num_queries(0):
        copy = Snapshot(type(page), data)
        everything = [getattr(copy, name) for name in data]
        everything += [str(part) for name in page.inline_relations for part in getattr(copy, name)]

    assert len(everything) >= len(data)


# ── What an edition holds ─────────────────────────────────────────────────────────────────────────────────────────────


KEPT_BY_THE_SITE = {
    "source_language",
    "id",
    "checked",
    "draft_digest",
    "submitted_digest",
    "submitted_by",
    "review_notes",
}


def columns(model):
    """What staff write into a row of `model`: all its columns but base columns and what the site notes itself."""
    return {field.attname for field in model._meta.concrete_fields} - KEPT_BY_THE_SITE - base_columns(model)


def base_columns(model):
    return set(translator.get_options_for_model(model).fields)


@every_kind
def test_an_edition_holds_every_column_that_staff_write(kind):
    page = make.every_kind()[kind]

    data = dump(page)

    assert set(data) == columns(type(page)) | set(page.inline_relations) | set(page.embedded_relations)
    for name in page.inline_relations:
        model = inline_model(type(page), name)
        above = getattr(type(page), name).rel.field.attname
        assert [set(row) for row in data[name]] == [columns(model) - {above} | {"id"}] * 2


@every_kind
def test_an_edition_holds_no_column_whose_language_nobody_knows(kind):
    page = make.every_kind()[kind]

    with override("ko"):
        korean = dump(type(page).objects.get(pk=page.pk))
    with override("en"):
        english = dump(type(page).objects.get(pk=page.pk))

    assert korean == english


def test_line_ends_and_missing_texts_do_not_change_the_digest():
    plain = make.center(slug="center", name_ko="센터", introduction_ko="하나\n\n둘", introduction_en="", closing_en="")
    before = digest(dump(plain))

    plain.introduction_ko = "하나\r\n\r\n둘"
    plain.introduction_en = plain.closing_en = None

    assert digest(dump(plain)) == before


@every_kind
def test_the_identity_of_rows_changes_no_digest(kind):
    data = dump(make.every_kind()[kind])
    before_identities = older(data)

    assert digest(data) == canonical_digest(before_identities)
    for code in make.languages():
        assert language_digest(data, code) == language_digest(before_identities, code)


def older(data):
    """`data` as editions held it before rows had identities."""
    return {
        name: [{column: v for column, v in row.items() if column != "id"} for row in value]
        if isinstance(value, list)
        else value
        for name, value in data.items()
    }


def canonical_digest(data):
    """The digest as stored editions bear it: of everything that they hold."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def test_an_empty_field_that_was_added_later_changes_no_digest():
    page = make.treatment(name_ko="절제술")
    data = dump(page)
    later = {
        column: value for column, value in data.items() if column.startswith(("form", "questions", "what_happens"))
    }
    older = {column: value for column, value in data.items() if column not in later}

    assert len(later) == 5
    assert digest(older) == digest(data) != digest(data | {"form": "injection"})
    for code in make.languages():
        assert language_digest(older, code) == language_digest(data, code)


def test_another_word_changes_the_digest():
    center = make.center(introduction_ko="하나")
    before = digest(dump(center))

    center.introduction_ko = "둘"

    assert digest(dump(center)) != before


# ── There and back ────────────────────────────────────────────────────────────────────────────────────────────────────


@every_kind
def test_what_is_restored_from_an_edition_is_what_was_published(kind):
    page = make.every_kind()[kind]
    data = dump(page)
    blank(page)

    restore(page, data)

    assert dump(type(page).objects.get(pk=page.pk)) == data


def blank(page):
    """Empty the draft of `page`: its texts and its rows."""
    for field in captured_fields(type(page)):
        if isinstance(field, models.CharField | models.TextField) and field.name != "slug":
            setattr(page, field.attname, "")
    page.save()
    for name in page.inline_relations:
        getattr(page, name).all().delete()


def test_restoring_puts_rows_back_in_their_order():
    hospital = make.hospital()

    restore(hospital, {"departments": [{"name_ko": "나"}, {"name_ko": "가"}]})

    assert [row.name_ko for row in hospital.departments.all()] == ["나", "가"]


def test_restoring_leaves_alone_what_the_data_do_not_name():
    hospital = make.hospital(website="https://www.example.org/")
    make.part(hospital, "departments", name_ko="내분비내과")

    restore(hospital, {"name_ko": "원자력병원"})

    assert (hospital.website, hospital.departments.count()) == ("https://www.example.org/", 1)


def test_restoring_a_clinic_finds_its_departments_by_their_names():
    clinic = make.clinic()
    for name in ["Radiology", "Pathology", "Surgery"]:
        make.part(clinic.center.hospital, "departments", name_en=name, name_ko="")

    restore(clinic, {"departments": ["Pathology", "Radiology", "Dentistry"]})

    assert sorted(row.name_en for row in clinic.departments.all()) == ["Pathology", "Radiology"]


def test_restoring_a_clinic_takes_departments_of_its_own_hospital_only():
    clinic = make.clinic()
    make.part(clinic.center.hospital, "departments", name_en="Radiology")
    make.part(make.hospital(), "departments", name_en="Radiology")

    restore(clinic, {"departments": ["Radiology"]})

    assert [row.hospital for row in clinic.departments.all()] == [clinic.center.hospital]


def test_a_nested_record_makes_all_pages_below_it_in_their_order():
    record = {
        "slug": "smc",
        "centers": [{"slug": "rare", "clinics": [{"slug": "net", "tests": [{"slug": "gastrin"}]}]}],
    }

    pages = create(Hospital, record)

    assert [(type(page).__name__, page.slug) for page in pages] == [
        ("Hospital", "smc"),
        ("Center", "rare"),
        ("Clinic", "net"),
        ("DiagnosticTest", "gastrin"),
    ]
    assert pages[3].center == pages[1]


# ── Schema and stored editions ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.same_on_every_database
def test_live_editions_have_the_keys_of_the_models(first_content):
    """When this fails after a renaming, the migration lacks the line that renames the key in stored editions."""
    kept = {edition.page: set(edition.data) for edition in Edition.objects.live()}

    drafts = [page for model in page_models() for page in model.objects.all()]

    assert kept == {page.key: set(dump(page)) for page in drafts}


def test_a_contact_of_an_old_edition_that_lacks_a_field_still_reads():
    old = Snapshot(Contact, {"telephone": "1670-2545"})

    assert (old.telephone, old.verified_on, str(old)) == ("1670-2545", None, "")
