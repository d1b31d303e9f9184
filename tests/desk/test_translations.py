"""Staleness of translations, per field, from the source to its translations: what makes a text stale, and what not."""

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from hospital_site.publishing.models import page_models
from hospital_site.publishing.staleness import page_gaps
from hospital_site.staff.models import AuditEntry
from tests import make
from tests.desk.people import Person, list_of, said
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


@pytest.fixture
@recorded
def treatment():
    words = {
        "name_ko": "절제술",
        "name_en": "Resection",
        "explanation_ko": "종양을 뗍니다.",
        "explanation_en": "It removes a tumor.",
        "overview_ko": "병원의 말입니다.",
        "overview_en": "The words of the hospital.",
    }
    return make.in_sync(make.treatment(**words))


@pytest.fixture
@recorded
def clinic():
    page = make.clinic(name_ko="클리닉", name_en="Clinic")
    for ko, en in [("간암", "Liver cancer"), ("폐암", "Lung cancer")]:
        make.part(page, "areas", name_ko=ko, name_en=en)
    return make.in_sync(page)


def gaps(page):
    """`[("name_en", "stale"), …]` of the page and its rows, rows by their place."""
    fresh = type(page).objects.get(pk=page.pk)
    rows = {row: f"areas-{place}-" for place, row in enumerate(fresh.areas.all())} if hasattr(page, "areas") else {}
    return [(f"{rows.get(gap.row, '')}{gap.column}", gap.kind) for gap in page_gaps(fresh)]


def edit(page, **words):
    Person("editor").edit(page, **words)


# ── What makes a text stale or missing ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changed", "stale"),
    [("explanation_ko", "explanation_en"), ("name_ko", "name_en"), ("overview_en", "overview_ko")],
    ids=["words of the site", "a name", "words of the hospital"],
)
def test_changing_the_source_makes_its_translation_stale(treatment, changed, stale):
    edit(treatment, **{changed: "Other words"})

    assert gaps(treatment) == [(stale, "stale")]


@pytest.mark.parametrize("changed", ["explanation_en", "name_en", "overview_ko"])
def test_changing_a_translation_never_makes_its_source_stale(treatment, changed):
    edit(treatment, **{changed: "Other words"})

    assert gaps(treatment) == []


def test_the_editor_of_a_page_says_which_language_it_is_translated_from(treatment, clinic):
    edit(treatment, source_language="en")
    edit(clinic, source_language="en")
    before = gaps(treatment) + gaps(clinic)

    edit(treatment, explanation_en="It takes out a tumor.")
    edit(clinic, **{"areas-1-name_en": "Small-cell lung cancer", "areas-0-name_ko": "간세포암"})

    assert (before, gaps(treatment), gaps(clinic)) == (
        [],
        [("explanation_ko", "stale")],
        [("areas-1-name_ko", "stale")],
    )


def test_another_source_language_leaves_a_stale_text_stale(treatment):
    edit(treatment, explanation_ko="종양을 모두 뗍니다.")

    edit(treatment, source_language="en")

    assert gaps(treatment) == [("explanation_en", "stale")]


def test_a_translator_does_not_say_which_language_is_the_source(treatment):
    Person("translator-en").edit(treatment, source_language="en")

    treatment.refresh_from_db()
    assert treatment.source_language == ""


def test_a_source_that_was_missing_is_filled_in_from_its_translation(treatment):
    edit(treatment, indication_en="First line")
    before = gaps(treatment)

    Person("translator-ko").edit(treatment, indication_ko="1차 치료")

    assert (before, gaps(treatment)) == ([("indication_ko", "missing")], [])


def test_changing_both_languages_at_once_leaves_them_in_sync(treatment):
    edit(treatment, explanation_ko="종양을 모두 뗍니다.", explanation_en="It removes the whole tumor.")

    assert gaps(treatment) == []


def test_bringing_the_other_language_up_to_date_puts_them_in_sync(treatment):
    edit(treatment, explanation_ko="종양을 모두 뗍니다.")

    Person("translator-en").edit(treatment, explanation_en="It removes the whole tumor.")

    assert gaps(treatment) == []


@pytest.mark.parametrize("empty", ["", "   "])
def test_a_text_that_one_language_lacks_is_missing(treatment, empty):
    edit(treatment, explanation_en=empty)

    assert gaps(treatment) == [("explanation_en", "missing")]


def test_a_text_that_all_languages_lack_is_not_missing(treatment):
    edit(treatment, explanation_ko="", explanation_en="")

    assert gaps(treatment) == []


def test_a_text_written_in_one_language_only_is_missing_in_the_other(treatment):
    edit(treatment, indication_ko="수술입니다.")

    assert gaps(treatment) == [("indication_en", "missing")]


def test_changing_a_row_makes_that_row_stale_and_no_other(clinic):
    edit(clinic, **{"areas-1-name_ko": "소세포폐암"})

    assert gaps(clinic) == [("areas-1-name_en", "stale")]


def test_a_new_row_in_both_languages_is_in_sync(clinic):
    editor = Person("editor")
    form = editor.form(clinic)

    form.send(**form.new_row("areas", name_ko="위암", name_en="Stomach cancer", position="3"))

    assert (clinic.areas.count(), gaps(clinic)) == (3, [])


def test_a_new_row_in_one_language_is_missing_in_the_other(clinic):
    editor = Person("editor")
    form = editor.form(clinic)

    form.send(**form.new_row("areas", name_ko="위암", position="3"))

    assert gaps(clinic) == [("areas-2-name_en", "missing")]


def test_a_new_page_in_both_languages_is_in_sync():
    center = make.center()
    words = {"name_ko": "절제술", "name_en": "Resection"}

    Person("editor").client.post(
        reverse("admin:centers_treatment_add"),
        {"center": center.pk, "kind": "surgery", "slug": "new", "position": "1", **words},
    )

    assert gaps(center.treatments.get()) == []


def test_filling_in_a_missing_translation_puts_them_in_sync(treatment):
    edit(treatment, indication_ko="수술입니다.")

    Person("translator-en").edit(treatment, indication_en="An operation.")

    assert gaps(treatment) == []


def test_a_text_that_was_in_sync_and_changes_makes_the_other_stale_even_after_many_rounds(treatment):
    for round_ in range(3):
        edit(treatment, explanation_ko=f"종양을 뗍니다. {round_}")
        Person("translator-en").edit(treatment, explanation_en=f"It removes a tumor. {round_}")
    before = gaps(treatment)

    edit(treatment, explanation_ko="새로 쓴 글입니다.")

    assert (before, gaps(treatment)) == ([], [("explanation_en", "stale")])


# ── What does not ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "white_space", ["  종양을 뗍니다.  ", "종양을\r\n뗍니다.", "종양을   뗍니다.", "\n종양을\n\n뗍니다.\n"]
)
def test_white_space_makes_nothing_stale(treatment, white_space):
    edit(treatment, explanation_ko=white_space)

    assert gaps(treatment) == []


def test_saving_without_a_change_makes_nothing_stale_or_current(treatment):
    edit(treatment, explanation_ko="종양을 모두 뗍니다.")
    before = gaps(treatment)

    edit(treatment)

    assert (before, gaps(treatment)) == ([("explanation_en", "stale")],) * 2


def test_publishing_makes_nothing_stale_or_current(treatment):
    edit(treatment, explanation_ko="종양을 모두 뗍니다.")
    before = gaps(treatment)
    make.published(treatment.center)

    answer = Person("publisher").publish(treatment)

    assert (answer.status, before, gaps(treatment)) == (302, *([("explanation_en", "stale")],) * 2)


def test_writing_the_old_text_again_makes_the_translation_current_again(treatment):
    edit(treatment, explanation_ko="종양을 모두 뗍니다.")

    edit(treatment, explanation_ko="종양을 뗍니다.")

    assert gaps(treatment) == []


@pytest.mark.parametrize("change", [{"name_ko": "수술"}, {"overview_en": "Other words"}], ids=["Korean", "English"])
def test_copying_the_old_edition_into_the_draft_makes_the_translation_current_again(treatment, change):
    make.published(treatment)
    edit(treatment, **change)
    before = len(gaps(treatment))

    Person("editor").decide(treatment, "copy", 1)

    assert (before, gaps(treatment)) == (1, [])


@pytest.mark.parametrize(
    "change",
    [
        {"areas-0-name_ko": "간세포암"},
        {"areas-0-DELETE": "on"},
        {"areas-0-position": "9"},
        {"areas-0-DELETE": "on", "areas-1-name_ko": "소세포폐암"},
    ],
    ids=["a row rewritten", "a row deleted", "rows in another order", "one deleted and one rewritten"],
)
def test_copying_the_old_rows_into_the_draft_makes_their_translations_current_again(clinic, change):
    make.published(clinic)
    edit(clinic, **change)

    Person("editor").decide(clinic, "copy", 1)

    assert gaps(clinic) == []


def test_a_row_whose_translation_was_stale_when_it_was_published_is_stale_when_it_comes_back(clinic):
    edit(clinic, **{"areas-0-name_ko": "간세포암"})
    make.published(clinic)
    edit(clinic, **{"areas-0-position": "9"})

    Person("editor").decide(clinic, "copy", 1)

    assert gaps(clinic) == [("areas-0-name_en", "stale")]


def test_order_kind_and_source_are_no_texts_to_translate(treatment):
    edit(treatment, position="4", kind="radiation", source_ko="병원 누리집")

    assert gaps(treatment) == []


# ── Chips, and “still correct” ────────────────────────────────────────────────────────────────────────────────────────


def test_a_chip_beside_each_text_says_how_it_stands(treatment):
    edit(treatment, explanation_ko="종양을 모두 뗍니다.", indication_ko="수술입니다.")

    page = Person("editor").open(treatment)

    chips = {name: page.text(f"#id_{name}_helptext .chip") for name in ("name_en", "explanation_en", "indication_en")}
    assert chips == {
        "name_en": said("up to date"),
        "explanation_en": said("source changed"),
        "indication_en": said("missing"),
    }
    assert page.texts("#id_explanation_en_helptext ins") == ["추가: 모두 (추가된 글 끝)"]


def confirm(person, page, column, row=None):
    row = row or page
    return person.edit(page, _still_correct=f"{row._meta.label_lower}:{row.pk}:{column}")


def test_one_click_says_that_a_translation_is_still_correct(treatment):
    edit(treatment, explanation_ko="종양을 뗍니다!")
    translator = Person("translator-en")
    button = translator.open(treatment).attribute("button[name=_still_correct]", "value")

    translator.edit(treatment, _still_correct=button)

    entry = AuditEntry.objects.of(treatment).get(action="still_correct")
    assert (gaps(treatment), entry.by) == ([], translator.name)


def test_one_click_confirms_a_row(clinic):
    edit(clinic, **{"areas-1-name_ko": "소세포폐암"})

    confirm(Person("translator-en"), clinic, "name_en", clinic.areas.last())

    assert gaps(clinic) == []


def test_confirming_changes_nothing_that_patients_see(treatment):
    edit(treatment, explanation_ko="종양을 뗍니다!")
    treatment.refresh_from_db()
    make.published(treatment)
    before = treatment.draft_digest

    confirm(Person("translator-en"), treatment, "explanation_en")

    treatment.refresh_from_db()
    assert (treatment.draft_digest, treatment.editions().count()) == (before, 1)


def test_a_confirmed_translation_is_stale_again_after_the_next_change(treatment):
    edit(treatment, explanation_ko="종양을 뗍니다!")
    confirm(Person("translator-en"), treatment, "explanation_en")

    edit(treatment, explanation_ko="종양을 모두 뗍니다.")

    assert gaps(treatment) == [("explanation_en", "stale")]


def test_a_translator_cannot_confirm_the_other_language(treatment):
    edit(treatment, explanation_ko="종양을 뗍니다!")
    translator = Person("translator-ko")
    offered = translator.open(treatment).all("button[name=_still_correct]")

    confirm(translator, treatment, "explanation_en")

    assert (offered, gaps(treatment)) == ([], [("explanation_en", "stale")])
    assert not AuditEntry.objects.filter(action="still_correct").exists()


@pytest.mark.parametrize(
    "forged", ["x", ":", "centers.treatment:999:explanation_en", "{row}:slug", "{row}:explanation", "{row}:no"]
)
def test_confirming_what_is_no_text_of_the_page_changes_nothing(treatment, forged):
    edit(treatment, explanation_ko="종양을 뗍니다!")

    answer = Person("editor").edit(treatment, _still_correct=forged.format(row=f"centers.treatment:{treatment.pk}"))

    assert (answer.status, gaps(treatment)) == (302, [("explanation_en", "stale")])


def test_a_text_of_another_page_cannot_be_confirmed_from_here(treatment):
    other = make.in_sync(make.treatment(name_ko="방사선", name_en="Radiation"))
    edit(other, name_ko="방사선 치료")

    Person("editor").edit(treatment, _still_correct=f"centers.treatment:{other.pk}:name_en")

    assert gaps(other) == [("name_en", "stale")]


# ── Lists and the command ─────────────────────────────────────────────────────────────────────────────────────────────


def status(*options):
    out = io.StringIO()
    call_command("translation_status", *options, stdout=out)
    return out.getvalue()


@pytest.fixture
@recorded
def four_pages(treatment, clinic):
    """One text stale, one missing, one page with both, one in sync."""
    for page in (treatment.center, clinic.center, treatment.center.hospital, clinic.center.hospital):
        make.in_sync(page)
    edit(treatment, explanation_ko="종양을 모두 뗍니다.")
    edit(clinic, **{"areas-0-name_en": "", "areas-1-name_ko": "소세포폐암"})
    return treatment, clinic


def test_the_command_tells_of_each_page_and_language_how_much_is_missing_and_stale(four_pages):
    treatment, clinic = four_pages

    rows = {(row["page"], row["language"]): (row["missing"], row["stale"]) for row in json.loads(status("--json"))}

    expected = {(treatment.key, "en"): (0, 1), (clinic.key, "en"): (1, 1)}
    assert {key: counts for key, counts in rows.items() if counts != (0, 0)} == expected


def test_the_table_of_the_command_has_the_same_counts_and_the_words_of_each_page(four_pages):
    treatment, clinic = four_pages

    lines = [line.split() for line in status().splitlines()]

    assert [line[:5] for line in lines[1:-3]] == [
        [clinic.key, "en", "1", "1", "2"],
        [treatment.key, "en", "0", "1", "3"],
    ]
    assert [" ".join(line) for line in lines[-3:]] == [
        "6 pages in ko: 0 texts missing, 0 to check, 0 words",
        "6 pages in en: 1 texts missing, 2 to check, 5 words",
        "http://testserver/en/admin/translations/en/",
    ]


def test_the_command_gives_each_text_with_its_words_and_address(four_pages):
    treatment, _clinic = four_pages

    rows = list(csv.DictReader(io.StringIO(status("--csv"))))

    assert [(row["language"], row["state"], row["words"]) for row in rows] == [
        ("en", "missing", "1"),
        ("en", "stale", "1"),
        ("en", "stale", "3"),
    ]
    assert rows[-1]["page"] == treatment.name_en
    assert rows[-1]["source language"] == "ko"
    assert rows[-1]["source"] == "종양을 모두 뗍니다."
    assert rows[-1]["address"] == f"http://testserver/en/admin/centers/treatment/{treatment.pk}/change/"


def test_the_command_fails_for_ci_where_something_is_to_do(four_pages):
    with pytest.raises(CommandError, match="3 texts"):
        status("--check")

    assert "6 pages in ko" in status("--check", "--language", "ko")
    with pytest.raises(CommandError, match="“vi” is no language of this site"):
        status("--language", "vi")


@pytest.mark.parametrize("kind", ["missing", "stale"])
def test_the_command_counts_the_pages_that_the_desk_counts(four_pages, kind):
    told = {row["page"] for row in json.loads(status("--json")) if row[kind]}

    listed = {page.key for model in page_models() for page in model.objects.with_state().with_task(kind)}

    assert listed == told


@pytest.mark.parametrize(("kind", "names"), [("missing", []), ("stale", ["절제술"])])
def test_the_list_can_be_narrowed_to_translations_to_do(four_pages, kind, names):
    treatment, _clinic = four_pages

    page = Person("translator-en").read(f"{list_of(treatment)}?task={kind}")

    assert page.texts("#result_list tbody th a") == names
