"""Files of translators: taken out of the queue, sent in, stored as drafts where clean, decided where not, undone."""

import polib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from hospital_site.publishing.models import TranslationState
from hospital_site.publishing.staleness import page_gaps
from hospital_site.staff.models import AuditEntry
from hospital_site.translations.conflicts import to_decide
from hospital_site.translations.exchange import imports
from hospital_site.translations.exchange.reading import read
from hospital_site.translations.exchange.sorting import Kind, sort
from hospital_site.translations.exchange.writing import FORMATS, write
from hospital_site.translations.models import FileText, TranslationFile
from hospital_site.translations.term_base import TermBase
from hospital_site.translations.units import units
from tests import make
from tests.desk.people import Form, Person

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

QUEUE = "/ko/admin/translations/en/"


@pytest.fixture
def treatment():
    """In English its explanation and its indication are to be checked, and its side effects are missing."""
    texts = {
        "explanation_ko": "종양을 뗍니다.",
        "explanation_en": "A tumor.",
        "indication_ko": "1차 치료",
        "indication_en": "First line",
        "side_effects_ko": "멍이 듭니다.",
    }
    page = make.in_sync(make.treatment(**texts))
    Person("editor").edit(page, explanation_ko="종양을 모두 뗍니다.", indication_ko="2차 치료")
    page.refresh_from_db()
    return page


def texts_of(page):
    page = type(page).objects.get(pk=page.pk)
    return page.explanation_en, page.indication_en, page.side_effects_en


def gaps(page):
    return sorted(gap.column for gap in page_gaps(type(page).objects.get(pk=page.pk)) if gap.language == "en")


def exported(name="po"):
    return "".join(write(name, "en", list(units("en")), TermBase())).encode()


def translated(texts, *, is_fuzzy=False):
    """The PO file of all texts with `{field: text}` written into it."""
    catalogue = polib.pofile(exported().decode(), wrapwidth=0)
    for entry in catalogue:
        field = (entry.msgctxt or "").rpartition("/")[2]
        if field in texts:
            entry.msgstr = entry.msgstr if texts[field] is None else texts[field]
            entry.flags = ["fuzzy"] if is_fuzzy else []
    return str(catalogue).encode()


def kinds(content, by=None):
    head, found = read(content)
    return {one.id.rpartition("/")[2]: one.kind for one in sort(found, head.language, TermBase(), by=by)}


def imported(content, by, *, applied=True):
    head, found = read(content)
    file = imports.keep("texts.po", head.language, sort(found, head.language, TermBase(), by=by), by=by)
    if applied:
        imports.apply(file, by=by)
    return file


def sent(person, content, language="en"):
    file = SimpleUploadedFile("texts.po", content)
    return person.client.post(f"/ko/admin/translations/{language}/files/", {"file": file}, follow=True)


# ── Sorting ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", FORMATS)
def test_what_went_out_comes_back_as_unchanged(treatment, name):
    assert set(kinds(exported(name)).values()) == {Kind.UNCHANGED}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The whole tumor is removed.", Kind.NEW),
        (None, Kind.CONFIRMED),
        ("", Kind.UNCHANGED),
        ("The whole tumor (all of it is removed.", Kind.FAULTY),
        ("종양을 모두 뗍니다.", Kind.FAULTY),
        ("Call 02-970-2114.", Kind.FAULTY),
        ("At least 5 mg are removed.", Kind.FAULTY),
        ("#NAME?", Kind.FAULTY),
    ],
    ids=[
        "new",
        "still correct",
        "emptied",
        "a bracket",
        "the source again",
        "a telephone number",
        "an amount",
        "a cell",
    ],
)
def test_a_text_that_comes_back_is_sorted(treatment, text, kind):
    assert kinds(translated({"explanation": text}))["explanation"] == kind


@pytest.mark.parametrize(("word", "kind"), [(b"Bruises", Kind.UNCHANGED), (b"Blue spots", Kind.FAULTY)])
def test_a_tool_that_takes_line_breaks_away_flattens_nothing(treatment, word, kind):
    texts = {"side_effects_ko": "멍이 듭니다.\n\n붓습니다.", "side_effects_en": "Bruises.\n\nSwelling."}
    type(treatment).objects.filter(pk=treatment.pk).update(**texts)

    flattened = exported("csv").replace(b".\n\n", b". ").replace(b"Bruises", word)

    assert kinds(flattened)["side_effects"] == kind


def test_a_fuzzy_text_is_not_finished(treatment):
    assert kinds(translated({"explanation": "It."}, is_fuzzy=True))["explanation"] == Kind.UNFINISHED


def test_what_changed_since_the_file_was_made_is_told_apart(treatment):
    content = translated({"explanation": "It.", "indication": "Second line", "side_effects": "Bruises."})
    Person("editor").edit(treatment, explanation_ko="수술로 뗍니다.")
    Person("translator-en").edit(treatment, indication_en="Second-line")

    found = kinds(content)

    assert [found[name] for name in ("explanation", "indication", "side_effects")] == [
        Kind.SOURCE_CHANGED,
        Kind.TEXT_CHANGED,
        Kind.NEW,
    ]


def test_an_id_that_was_edited_by_hand_names_nothing(treatment):
    content = translated({"explanation": "It."}).replace(f"{treatment.key}/explanation".encode(), b"x:1/../name")

    assert kinds(content)["name"] == Kind.UNKNOWN


@pytest.mark.depends_on_database
def test_nobody_reaches_texts_of_another_hospital_by_a_file(treatment):
    elsewhere = Person("translator-en", limited_to=[make.hospital()])

    assert kinds(translated({"explanation": "It."}), by=elsewhere.user)["explanation"] == Kind.UNKNOWN


# ── Storing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.depends_on_database
def test_what_is_clean_is_stored_as_a_draft_of_who_sent_it_and_undone_as_one(treatment):
    translator = Person("translator-en")
    before, gaps_before = texts_of(treatment), gaps(treatment)

    file = imported(
        translated({"explanation": "It all.", "indication": None, "side_effects": "Bruises."}), translator.user
    )
    stored, gaps_after = texts_of(treatment), gaps(treatment)
    edits = AuditEntry.objects.of(treatment).filter(action="edit", account=translator.user.pk)
    undone = imports.undo(file, by=translator.user)

    assert (stored, gaps_after) == (("It all.", "First line", "Bruises."), [])
    assert (undone, texts_of(treatment), gaps(treatment)) == ((3, 0), before, gaps_before)
    assert (edits.count(), treatment.editions().count()) == (2, 0)


def test_undoing_leaves_what_somebody_wrote_since(treatment):
    translator = Person("translator-en")
    file = imported(translated({"explanation": "It all.", "side_effects": "Bruises."}), translator.user)
    Person("translator-en").edit(treatment, explanation_en="All of it.")

    assert imports.undo(file, by=translator.user) == (1, 1)
    assert texts_of(treatment) == ("All of it.", "First line", "")


@pytest.mark.depends_on_database
def test_whoever_may_not_write_the_language_stores_nothing(treatment):
    before = texts_of(treatment)

    file = imported(translated({"explanation": "It all."}), Person("translator-ko").user)

    assert texts_of(treatment) == before
    assert list(file.texts.values_list("kind", flat=True)) == [Kind.FAULTY]


@examples(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_order_loss_or_repetition_of_texts_loses_anything(treatment, data):
    """Sorting alone: what is new, and only that, whatever else the file has lost, repeated or turned round."""
    head, found = read(translated({"explanation": "It all.", "side_effects": "Bruises."}))
    found = list(found)
    some = data.draw(st.lists(st.sampled_from(found), max_size=2 * len(found)))

    new = {(one.id, one.text) for one in sort(some, head.language, TermBase()) if one.kind == Kind.NEW}

    wanted = {(one.id, "".join(one.pieces)) for one in some if "".join(one.pieces) in ("It all.", "Bruises.")}
    assert new == wanted


def test_a_text_that_stands_twice_with_two_translations_is_not_stored(treatment):
    one, other = translated({"explanation": "It all."}), translated({"explanation": "All of it."})

    head, found = read(one)
    both = [*found] + [text for text in read(other)[1] if text.id.endswith("/explanation")]
    sorted_as = {found.kind for found in sort(both, head.language, TermBase()) if found.id.endswith("/explanation")}

    assert sorted_as == {Kind.FAULTY}


def test_texts_of_one_page_are_stored_and_undone_by_the_queries_of_one_text(treatment):
    """Else a large file takes minutes."""
    translator, numbers = Person("translator-en"), []

    for texts in (
        {"explanation": "It all."},
        {"explanation": "It all.", "indication": None, "side_effects": "Bruises."},
    ):
        file = imported(translated(texts), translator.user, applied=False)
        for do in (imports.apply, imports.undo):
            with CaptureQueriesContext(connection) as queries:
                do(file, by=translator.user)
            numbers.append(len(queries))

    assert numbers[2] - numbers[0] == 1  # the entry of what is still correct in the audit log
    assert numbers[3] == numbers[1]


def test_a_text_that_stands_twice_alike_is_stored_once_and_undone(treatment):
    translator, content = Person("translator-en"), translated({"side_effects": "Bruises."})
    _head, found = read(content)

    file = imports.keep("x", "en", sort([*found, *found], "en", TermBase(), by=translator.user), by=translator.user)
    imports.apply(file, by=translator.user)

    assert texts_of(treatment)[2] == "Bruises."
    assert (imports.undo(file, by=translator.user), texts_of(treatment)[2]) == ((1, 0), "")


# ── What was deleted since ────────────────────────────────────────────────────────────────────────────────────────────

GONE = {
    "the page": lambda page, row: page.delete(),
    "its row": lambda page, row: row.delete(),
    "the source": lambda page, row: type(row).objects.filter(pk=row.pk).update(explanation_ko="", explanation_en=""),
}


@pytest.mark.depends_on_database
@pytest.mark.parametrize("gone", GONE)
def test_what_was_deleted_since_waits_nowhere(gone):
    """A conflict and a clean text of a row: neither counts as waiting, in work or to be stored once it is gone."""
    clinic = make.clinic()
    row = make.part(clinic, "areas", name_ko="간암", name_en="Liver", explanation_ko="설명", explanation_en="")
    make.in_sync(clinic)
    translator, unit = Person("translator-en"), f"{clinic.key}/centers.area:{row.pk}/explanation"
    file = TranslationFile.objects.create(language="en", account=translator.user.pk, applied_at=timezone.now())
    for kind in (Kind.NEW, Kind.SOURCE_CHANGED):
        FileText.objects.create(file=file, line=1, page=clinic.key, unit=unit, kind=kind, source="설명", text="It.")

    GONE[gone](clinic, row)

    assert not to_decide("en", translator.user).exists()
    shown = translator.client.get(f"{QUEUE}files/{file.pk}/").text
    assert ("?kind=unknown" in shown, "?kind=new" in shown, "?kind=source_changed" in shown) == (True, False, False)
    assert TranslationState.objects.filter(page=clinic.key).exists() == (gone != "the page")


# ── In the admin ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.depends_on_database
def test_a_translator_takes_texts_out_and_sends_them_in(treatment):
    translator = Person("translator-en")
    out = translator.client.get(f"{QUEUE}export/?kind=centers.treatment&format=po")
    content = b"".join(out.streaming_content)

    answer = sent(translator, content.replace(b'msgstr ""\n\n#', b'msgstr "Bruises."\n\n#'))
    before = texts_of(treatment)
    [file] = TranslationFile.objects.all()
    translator.client.post(f"{QUEUE}files/{file.pk}/", {"_apply": "1"})

    assert (answer.status_code, before[2], texts_of(treatment)[2]) == (200, "", "Bruises.")
    assert 'filename="texts-en-' in out["Content-Disposition"]


@pytest.mark.depends_on_database
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<a>", b'msgid "a"\nmsgstr "b'])
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(treatment, content):
    answer = sent(Person("translator-en"), content)

    assert 'class="problems"' in answer.text
    assert not TranslationFile.objects.exists()


def test_a_file_of_another_language_or_site_is_refused(treatment, settings):
    content = translated({"explanation": "It all."})

    answers = [sent(Person("translator-ko"), content, language="ko")]
    settings.SITE_ADDRESS = "https://other.example"
    answers.append(sent(Person("translator-en"), content))

    assert ['class="problems"' in answer.text for answer in answers] == [True, True]


@pytest.mark.depends_on_database
@pytest.mark.parametrize(("button", "text"), [("take", "It all."), ("leave", "A tumor, whole.")])
def test_a_conflict_stands_in_the_queue_until_it_is_decided(treatment, button, text):
    translator = Person("translator-en")
    content = translated({"explanation": "It all."})
    Person("translator-en").edit(treatment, explanation_en="A tumor, whole.")
    imported(content, translator.user)
    form = Form(translator.client, f"{QUEUE}?state=file", "#queue_form")
    [row] = form.page.all(".unit .from-file")

    [choice] = [one.attrs["value"] for one in row.query("button") if f"|{button}|" in one.attrs["value"]]
    form.send(_from_file=choice)

    assert texts_of(treatment)[0] == text
    assert not FileText.objects.to_decide("en").exists()


def test_nobody_opens_the_file_of_somebody_else(treatment):
    file = imported(translated({"explanation": "It all."}), Person("translator-en").user)

    assert Person("translator-en").client.get(f"{QUEUE}files/{file.pk}/").status_code == 404


# ── Terms ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def term():
    return make.published(make.term(name_en="clinical trial", forbidden_en="clinical experiment"))


@pytest.mark.depends_on_database
def test_a_forbidden_form_in_a_file_is_replaced_by_one_click(treatment, term):
    translator = Person("translator-en")
    sent(translator, translated({"explanation": "A clinical experiment."}))
    path = f"{QUEUE}files/{TranslationFile.objects.get().pk}/"

    choice = translator.read(path).attribute('button[name="_take"]', "value")
    for button in ({"_take": choice}, {"_apply": "1"}):
        translator.client.post(path, button)

    assert texts_of(treatment)[0] == "A clinical trial."


def test_whoever_publishes_a_forbidden_form_is_led_to_the_preferred_one(term):
    page = make.in_sync(make.treatment(explanation_en="A clinical experiment.", explanation_ko="시험"))

    [address] = Person("publisher").open(page, "publish").attributes('.findings a[href*="term="]', "href")

    assert len(Person("translator-en").read(address).all('button[name="_take"]')) == 1


# ── By command ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.depends_on_database
def test_the_commands_take_texts_out_and_in(treatment, tmp_path, capsys):
    path, translator = tmp_path / "texts.po", Person("translator-en")
    call_command("export_translations", to="en", output=str(path))
    path.write_bytes(translated({"side_effects": "Bruises."}))

    call_command("import_translations", str(path))
    dry = texts_of(treatment)[2]
    call_command("import_translations", str(path), apply=True, by=translator.name)

    assert (dry, texts_of(treatment)[2]) == ("", "Bruises.")
    call_command("import_translations", undo=TranslationFile.objects.get().pk, by=translator.name)
    assert texts_of(treatment)[2] == ""


def test_the_command_says_what_it_cannot_read(tmp_path):
    (tmp_path / "texts.po").write_bytes(b'msgid "a"\nmsgstr "b')

    with pytest.raises(CommandError, match=r"texts\.po: "):
        call_command("import_translations", str(tmp_path / "texts.po"))
