"""What the history and the publish form say about changes: in the editors' words, word by word."""

from datetime import date

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from centers.models import Center, Clinic, Hospital, Treatment
from hospital_site.publishing.differences import difference, words_changed
from hospital_site.publishing.snapshots import dump
from patients_rights.models import Charter
from tests import make
from tests.reading import parsed

SMALL = st.text(alphabet="ab .,\n한글", max_size=30)


def told(model, before, after):
    """The difference as (label, language, segments), in English."""
    with override("en"):
        return [(str(change.label), change.language, change.segments) for change in difference(model, before, after)]


def labels(model, before, after):
    return [(label, language) for label, language, _segments in told(model, before, after)]


def commitments(*titles):
    return {
        "commitments": [
            {
                "title_ko": f"약속 {title}",
                "title_en": title,
                "text_ko": "",
                "text_en": f"We promise {title}.",
                "position": n,
            }
            for n, title in enumerate(titles, start=1)
        ]
    }


# ── Words ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("before", "after", "segments"),
    [
        pytest.param(
            "We treat three cancers.",
            "We treat four cancers.",
            [("same", "We treat "), ("removed", "three "), ("added", "four "), ("same", "cancers.")],
            id="one_word",
        ),
        pytest.param(
            "검사 전에 금식합니다.",
            "검사 전에 금식하지 않습니다.",
            [("same", "검사 전에 "), ("removed", "금식합니다"), ("added", "금식하지 않습니다"), ("same", ".")],
            id="korean_words_end_at_spaces_and_signs",
        ),
        pytest.param(
            "Call 1670-2545.",
            "Call 1670-2546.",
            [("same", "Call "), ("removed", "1670-2545"), ("added", "1670-2546"), ("same", ".")],
            id="a_telephone_number_is_one_word",
        ),
        pytest.param(
            "CT, MRI.",
            "PET, biopsy.",
            [("removed", "CT, MRI"), ("added", "PET, biopsy"), ("same", ".")],
            id="a_comma_between_two_changes_belongs_to_them",
        ),
        pytest.param("", "New.", [("added", "New.")], id="nothing_before"),
        pytest.param("Old.", "", [("removed", "Old.")], id="nothing_after"),
    ],
)
def test_changed_words_are_marked_word_by_word(before, after, segments):
    assert words_changed(before, after) == segments


def test_long_unchanged_stretches_are_shortened_and_changes_are_not():
    stretch = " ".join(f"word{n}" for n in range(60))
    changed = " ".join(f"new{n}" for n in range(60))

    segments = words_changed(f"{stretch} old {stretch} last", f"{stretch} {changed} {stretch} end")

    assert [(how, len(text.split())) for how, text in segments] == [
        ("same", 13),
        ("removed", 1),
        ("added", 60),
        ("same", 25),
        ("removed", 1),
        ("added", 1),
    ]
    assert segments[0][1].startswith("… word48 ")


@given(SMALL, SMALL)
def test_no_word_is_lost_between_the_two_texts(before, after):
    segments = words_changed(before, after)

    def without_spaces(*kinds):
        return "".join("".join(text.split()) for how, text in segments if how in kinds)

    assert without_spaces("same", "removed") == "".join(before.split())
    assert without_spaces("same", "added") == "".join(after.split())


# ── Columns ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_field_is_called_as_on_the_form_and_each_language_stands_alone():
    before = {"explanation_ko": "하나", "explanation_en": "One", "slug": "ct"}
    after = {"explanation_ko": "둘", "explanation_en": "Two", "slug": "mri"}

    assert told(Treatment, before, after) == [
        ("Explanation", "ko", [("removed", "하나"), ("added", "둘")]),
        ("Explanation", "en", [("removed", "One"), ("added", "Two")]),
        ("Address", None, [("removed", "ct"), ("added", "mri")]),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("One two.", " One\n two. ", id="spaces"),
        pytest.param("One.\nTwo.", "One.\r\nTwo.", id="line_ends_of_another_system"),
        pytest.param("한글", "\u1112\u1161\u11ab\u1100\u1173\u11af", id="letters_composed_in_another_way"),
    ],
)
def test_what_nobody_sees_is_no_difference(before, after):
    assert told(Treatment, {"explanation_ko": before}, {"explanation_ko": after}) == []


def test_a_choice_is_shown_by_its_label():
    assert told(Treatment, {"kind": "surgery"}, {"kind": "radiation"}) == [
        ("Kind", None, [("removed", "Surgery"), ("added", "Radiation therapy")])
    ]


def test_yes_or_no_is_said_in_words():
    before, after = (
        {"articles": [{"id": 1, "kind": "right", "number": 1, "is_statutory": is_so}]} for is_so in (False, True)
    )

    assert told(Charter, before, after) == [
        ("Article 1 “Right 1” — statutory", None, [("removed", "no"), ("added", "yes")])
    ]


def test_a_day_is_written_as_the_reader_writes_days():
    before, after = (
        {"contacts": [{"name_ko": "예약", "telephone": "1", "verified_on": day}]} for day in (None, "2026-11-22")
    )

    with override("ko"):
        [change] = difference(Hospital, before, after)

    assert change.segments == [("added", "2026년 11월 22일")]


def test_a_page_above_is_shown_by_its_name(db):
    one, other = make.clinic(name_en="NET Clinic"), make.clinic(name_en="Sarcoma Clinic")

    assert told(Treatment, {"clinic_id": one.pk}, {"clinic_id": other.pk}) == [
        ("Clinic", None, [("removed", "NET Clinic"), ("added", "Sarcoma Clinic")])
    ]


def test_a_field_that_is_newer_than_the_edition_counts_as_empty():
    assert told(Treatment, {}, {"indication_en": "First", "indication_ko": ""}) == [
        ("When it is used", "en", [("added", "First")])
    ]


@pytest.mark.parametrize(
    ("before", "after", "how"),
    [
        pytest.param(None, {"name_ko": "원자력병원"}, "added", id="never_published"),
        pytest.param({"name_ko": "원자력병원"}, None, "removed", id="withdrawn"),
    ],
)
def test_with_nothing_on_the_other_side_everything_is_new_or_gone(before, after, how):
    assert told(Hospital, before, after) == [("Name", "ko", [(how, "원자력병원")])]


def test_nothing_to_nothing_is_no_difference():
    assert told(Hospital, None, None) == []


# ── Rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_row_is_called_by_its_kind_its_number_and_its_name():
    before, after = commitments("care", "time"), commitments("care", "time")
    after["commitments"][1]["text_en"] = "We promise more time."

    assert told(Center, before, after) == [
        (
            "Commitment 2 “time” — text",
            "en",
            [("same", "We promise "), ("added", "more "), ("same", "time.")],
        )
    ]


def test_a_row_put_in_between_is_one_new_row():
    changes = labels(Center, commitments("care", "time"), commitments("care", "respect", "time"))

    assert changes == [
        ("Commitment 2 “respect” — short title", "ko"),
        ("Commitment 2 “respect” — short title", "en"),
        ("Commitment 2 “respect” — text", "en"),
    ]


def test_a_removed_row_is_called_by_its_old_number():
    changes = told(Center, commitments("care", "respect", "time"), commitments("care", "time"))

    assert changes[0] == ("Commitment 2 “respect” — short title", "ko", [("removed", "약속 respect")])
    assert len(changes) == 3


def test_a_moved_row_says_from_where_to_where():
    changes = told(Center, commitments("care", "time", "respect"), commitments("respect", "care", "time"))

    assert changes == [
        ("Commitment 1 “respect” — place in the list", None, [("removed", "3"), ("added", "1")]),
    ]


def test_a_row_that_moved_and_was_edited_is_still_the_same_row():
    before, after = commitments("care", "time", "respect"), commitments("respect", "care", "time")
    after["commitments"][0]["title_en"] = "great respect"

    assert labels(Center, before, after) == [
        ("Commitment 1 “great respect” — short title", "en"),
        ("Commitment 1 “great respect” — place in the list", None),
    ]


def test_articles_that_swap_their_numbers_say_so_once():
    def articles(*titles):
        rows = [{"kind": "right", "number": n, "title_en": t, "text_en": t} for n, t in enumerate(titles, start=1)]
        return {"articles": rows}

    assert labels(Charter, articles("Care", "Secrets"), articles("Secrets", "Care")) == [
        ("Article 1 “Right 1” — number", None),
        ("Article 2 “Right 2” — number", None),
    ]


def test_rows_without_a_name_go_by_their_number():
    before, after = (
        {"commitments": [{"id": 1, "title_en": "", "text_en": text}]} for text in ("We care.", "We do care.")
    )

    assert labels(Center, before, after) == [("Commitment 1 — text", "en")]


def test_a_department_that_joined_is_called_as_on_the_form():
    departments = [{"name_ko": "영상의학과", "name_en": "Radiology", "explanation_ko": "", "explanation_en": ""}]

    assert told(Clinic, {"departments": []}, {"departments": departments}) == [
        ("Departments that work together here “Radiology” — name", "ko", [("added", "영상의학과")]),
        ("Departments that work together here “Radiology” — name", "en", [("added", "Radiology")]),
    ]


def test_every_kind_of_page_is_equal_to_itself_and_differs_from_nothing(db):
    for page in make.every_kind().values():
        data = dump(page)

        assert told(type(page), data, data) == []
        assert {segments[0][0] for _label, _language, segments in told(type(page), None, data)} == {"added"}


def test_a_day_changed_in_a_real_draft_is_one_change(db):
    hospital = make.hospital()
    contact = make.part(hospital, "contacts", name_en="Appointments", telephone="1", verified_on=date(2026, 1, 5))
    before = dump(hospital)
    contact.verified_on = date(2026, 2, 5)
    contact.save()

    assert labels(Hospital, before, dump(hospital)) == [("Contact 1 “Appointments” — verified on", None)]


# ── On the page ───────────────────────────────────────────────────────────────────────────────────────────────────────


def shown(changes, language="en"):
    with override(language):
        return parsed(render_to_string("admin/publishing/difference.html", {"changes": changes}))


def test_the_page_groups_the_changes_by_language_and_names_each_in_itself():
    before = {"name_ko": "하나", "name_en": "One", "slug": "one"}
    after = {"name_ko": "둘", "name_en": "Two", "slug": "two"}

    page = shown(difference(Hospital, before, after))

    assert [heading.to_text() for heading in page.query("h3")] == ["한국어", "English", "The same in all languages"]
    assert [text.attrs.get("lang") for text in page.query("dd")] == ["ko", "en", None]


def test_the_page_marks_changes_by_elements_and_by_words_in_the_reader_s_language():
    page = shown(difference(Hospital, {"name_ko": "하나"}, {"name_ko": "둘"}))

    [removed], [added] = page.query("del"), page.query("ins")

    assert [part.to_text() for part in (removed, added)] == [
        "removed: 하나 (end of the removed words)",
        "added: 둘 (end of the added words)",
    ]
    assert {part.attrs["lang"] for part in page.query(".visually-hidden")} == {"en"}


def test_the_page_shows_tags_as_text():
    page = shown(difference(Hospital, None, {"name_en": "<b>KCCH</b>"}))

    assert page.query("b") == []


def test_without_changes_the_page_says_so():
    assert shown([]).query("p")[0].to_text() == "Patients would see no difference."
