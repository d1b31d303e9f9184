"""Rows keep their identity in editions: in differences, when an old edition is copied, and on the public pages."""

import pytest
from django.utils.translation import gettext, override

from centers.models import Center, Hospital
from hospital_site.publishing.differences import difference
from hospital_site.publishing.drafts import copy_into_draft
from hospital_site.publishing.loading import restore
from hospital_site.publishing.models import Edition
from hospital_site.publishing.pipeline import issue_again
from hospital_site.publishing.policy import Refused
from hospital_site.publishing.row_matching import match_rows
from hospital_site.publishing.snapshots import digest, dump
from tests import make
from tests.desk.people import Person
from tests.reading import Page

pytestmark = pytest.mark.django_db


def changes(model, before, after):
    with override("en"):
        return [(str(change.label), change.language) for change in difference(model, before, after)]


def commitment(title, **columns):
    return {"title_ko": f"약속 {title}", "title_en": title, "text_ko": "", "text_en": f"We promise {title}.", **columns}


def numbered(*titles):
    return [commitment(title, id=pk, position=pk) for pk, title in enumerate(titles, start=1)]


def without_ids(data, *names):
    """`data` as editions held it before rows had identities."""
    return data | {name: [{c: v for c, v in row.items() if c != "id"} for row in data[name]] for name in names}


# ── Which rows are the same ───────────────────────────────────────────────────────────────────────────────────────────

OLD = [commitment("care"), commitment("time"), commitment("respect")]


@pytest.mark.parametrize(
    ("before", "after", "pairs"),
    [
        pytest.param(numbered("care", "time"), numbered("x", "y"), {0: 0, 1: 1}, id="rewritten"),
        pytest.param(numbered("care", "time"), numbered("time", "care"), {0: 0, 1: 1}, id="texts_swapped"),
        pytest.param(numbered("care", "time"), numbered("care", "time")[::-1], {0: 1, 1: 0}, id="reordered"),
        pytest.param(numbered("care", "care"), numbered("care", "care")[::-1], {0: 1, 1: 0}, id="the_same_texts_twice"),
        pytest.param(numbered("care"), [commitment("care", id=7)], {0: 0}, id="deleted_and_entered_again"),
        pytest.param(
            numbered("care"), [commitment("care", id=7, text_en="New.")], {}, id="deleted_and_another_entered"
        ),
        pytest.param(OLD, OLD[::-1], {0: 2, 1: 1, 2: 0}, id="old_reordered"),
        pytest.param(OLD, [commitment("care", title_en="x")], {0: 0}, id="old_renamed_in_one_language"),
        pytest.param(OLD, [commitment("x")], {}, id="old_renamed_in_all_languages"),
        pytest.param(OLD, numbered("x", "respect"), {1: 2}, id="old_against_new"),
        pytest.param([OLD[0], OLD[0]], [OLD[0], OLD[0]], {0: 0, 1: 1}, id="old_with_the_same_texts_twice"),
        pytest.param([{"telephone": "119"}], [{"telephone": "119"}], {0: 0}, id="old_without_texts"),
        pytest.param(
            [{"kind": "right", "title_ko": ""}], [{"kind": "right", "title_ko": "가"}], {}, id="old_of_a_kind"
        ),
    ],
)
def test_rows_are_the_same_by_identity_and_in_old_editions_by_their_texts(before, after, pairs):
    assert match_rows(before, after) == pairs


def test_a_row_that_was_renamed_completely_is_the_same_row():
    before = {"commitments": [{"id": 5, "title_ko": "돌봄", "title_en": "Care", "text_en": "We care."}]}
    after = {"commitments": [{"id": 5, "title_ko": "시간", "title_en": "Time", "text_en": "Nobody waits."}]}

    assert changes(Center, before, after) == [
        ("Commitment 1 “Time” — short title", "ko"),
        ("Commitment 1 “Time” — short title", "en"),
        ("Commitment 1 “Time” — text", "en"),
    ]


def test_equal_editions_do_not_differ_where_only_one_knows_identities():
    hospital = make.every_kind()["centers.hospital"]
    new = dump(hospital)
    old = without_ids(new, "departments", "contacts")

    assert (changes(Hospital, old, new), changes(Hospital, new, old)) == ([], [])


# ── Copying into the draft ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_row_that_was_renamed_completely_comes_back_as_itself():
    clinic = make.clinic()
    hospital = clinic.center.hospital
    department = make.part(hospital, "departments", name_ko="내과", name_en="Medicine")
    clinic.departments.add(department)
    data = dump(hospital)
    hospital.departments.update(name_ko="종양내과", name_en="Oncology")

    restore(hospital, data)

    assert list(clinic.departments.values_list("pk", "name_ko")) == [(department.pk, "내과")]


def test_a_deleted_row_comes_back_under_its_old_identity_so_that_a_clinic_finds_it():
    clinic = make.clinic()
    hospital = clinic.center.hospital
    department = make.part(hospital, "departments", name_ko="내과", name_en="Medicine")
    clinic.departments.add(department)
    of_hospital, of_clinic = dump(hospital), dump(clinic)
    hospital.departments.all().delete()

    restore(hospital, of_hospital)
    restore(clinic, of_clinic)

    assert (dump(hospital), dump(clinic)) == (of_hospital, of_clinic)


def test_a_row_whose_identity_is_taken_gets_a_new_one():
    hospital, other = make.hospital(), make.hospital()
    department = make.part(other, "departments", name_ko="외과")

    restore(hospital, {"departments": [{"id": department.pk, "name_ko": "내과"}]})

    assert [row.name_ko for row in other.departments.all()] == ["외과"]
    assert [row.name_ko for row in hospital.departments.all()] == ["내과"]


def test_a_row_that_was_deleted_and_entered_again_stays_in_its_clinics():
    clinic = make.clinic()
    hospital = clinic.center.hospital
    make.part(hospital, "departments", name_ko="내과", name_en="Medicine")
    data = dump(hospital)
    hospital.departments.all().delete()
    again = make.part(hospital, "departments", name_ko="내과", name_en="Medicine")
    clinic.departments.add(again)

    restore(hospital, data)

    assert list(clinic.departments.all()) == [again]
    assert digest(dump(hospital)) == digest(data)


def test_articles_that_swapped_their_numbers_swap_back():
    charter = make.charter()
    first, second = make.article(charter, 1), make.article(charter, 2)
    data = dump(charter)
    for article, number in [(first, 3), (second, 1), (first, 2)]:
        article.number = number
        article.save()

    restore(charter, data)

    assert list(charter.articles.values_list("pk", "number")) == [(first.pk, 1), (second.pk, 2)]


def test_what_a_text_was_last_checked_against_stays_with_its_row():
    clinic = make.clinic()
    make.part(clinic, "areas", name_ko="간", name_en="Liver")
    make.in_sync(clinic)
    data = dump(clinic)
    checked = clinic.areas.get().checked
    clinic.areas.update(name_ko="폐", name_en="Lung")

    restore(clinic, data)

    assert clinic.areas.get().checked == checked


@pytest.mark.parametrize("column", ["name_en", "explanation_ko"], ids=["a_language", "a_field"])
def test_what_an_old_edition_does_not_know_stays_as_the_draft_has_it(column):
    clinic = make.clinic()
    area = make.part(clinic, "areas", name_ko="간", **{"name_en": "Liver", "explanation_ko": "설명"} | {column: "New."})
    department = make.part(clinic.center.hospital, "departments", name_ko="내과", name_en="Medicine")
    clinic.departments.add(department)
    data = without_ids(dump(clinic), "areas", "departments")
    data["areas"][0]["position"] = 9
    for row in (*data["areas"], *data["departments"]):
        del row[column]

    restore(clinic, data)

    assert list(clinic.areas.values_list("pk", "position", column)) == [(area.pk, 9, "New.")]
    assert list(clinic.departments.all()) == [department]


def test_a_language_that_the_page_of_an_old_edition_does_not_know_stays_in_the_draft():
    center = make.center(name_ko="새 이름", name_en="A name")

    restore(center, {"name_ko": "옛 이름"})

    center.refresh_from_db()
    assert (center.name_ko, center.name_en) == ("옛 이름", "A name")


# ── Editions that outlive what they belonged to ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", make.languages())
@pytest.mark.parametrize("action", [copy_into_draft, issue_again])
def test_going_back_to_an_edition_whose_parent_was_deleted_is_refused_in_a_sentence(action, language):
    clinic = make.clinic()
    treatment = make.treatment(clinic=clinic)
    make.show(treatment)
    type(treatment).objects.filter(pk=treatment.pk).update(clinic=None)
    type(clinic)._base_manager.filter(pk=clinic.pk).delete()  # as a database of before could hold it

    with override(language), pytest.raises(Refused) as refusal:
        action(treatment, 1, by="the test", reason="")

    name = {"ko": "클리닉", "en": "clinic"}[language]
    with override(language):
        sentence = gettext("What this version belonged to has been deleted (%(name)s). Choose another version.")
    assert str(refusal.value) == sentence % {"name": name}
    treatment.refresh_from_db()
    assert (treatment.clinic, Edition.objects.filter(page=treatment.key).count()) == (None, 1)


@pytest.mark.parametrize(("view", "status"), [("edition", 404), ("again", 200), ("copy", 200)])
def test_an_edition_whose_parent_was_deleted_breaks_no_page_of_the_admin(view, status):
    clinic = make.clinic()
    treatment = make.treatment(clinic=clinic)
    make.show(treatment)
    type(treatment).objects.filter(pk=treatment.pk).update(clinic=None)
    treatment.refresh_from_db()
    make.show(treatment)
    type(clinic)._base_manager.filter(pk=clinic.pk).delete()  # as a database of before could hold it
    editor = Person("editor", "publisher")

    assert editor.status(treatment, view, 1) == status
    if status == 200:
        assert len(editor.decide(treatment, view, 1).texts(".errorlist li")) == 1


# ── Departments of hospitals ──────────────────────────────────────────────────────────────────────────────────────────


def clinic_with(*names):
    clinic = make.clinic(name_ko="NET", name_en="NET")
    for name in names:
        clinic.departments.add(make.part(clinic.center.hospital, "departments", name_ko=name, name_en=name))
    return clinic


def test_a_clinic_finds_the_department_of_its_own_hospital_among_equal_names():
    clinic, other = clinic_with("Radiology"), clinic_with("Radiology")
    [ours] = clinic.departments.all()

    for clinic_of, data in [(clinic, dump(clinic)), (clinic, without_ids(dump(clinic), "departments"))]:
        clinic_of.departments.clear()
        restore(clinic_of, data)
        assert list(clinic_of.departments.all()) == [ours]

    restore(clinic, {"departments": dump(other)["departments"] + [{"id": 10**6, "name_ko": "Surgery"}]})
    assert list(clinic.departments.all()) == [ours]


def test_a_clinic_takes_no_department_of_another_hospital():
    clinic, other = clinic_with("Radiology"), clinic_with("Surgery")

    restore(clinic, {"departments": dump(other)["departments"]})

    assert list(clinic.departments.all()) == []


def listed(client, language="en"):
    """`{department: [clinic, …]}` as patients read it."""
    entries = Page(client.get(f"/{language}/departments/")).all("main .entry")
    return [(e.query("h3")[0].to_text(), [a.to_text() for a in e.query("a")]) for e in entries]


@pytest.mark.parametrize("is_old", [True, False], ids=["by_name_in_an_old_edition", "by_identity"])
def test_the_list_of_departments_finds_the_clinics_of_each(client, is_old):
    clinic = clinic_with("Radiology", "Surgery")
    make.published(clinic)
    if is_old:
        edition = Edition.objects.get(page=clinic.key)
        Edition._base_manager.filter(pk=edition.pk).update(data=without_ids(edition.data, "departments"))
    else:
        clinic.center.hospital.departments.filter(name_en="Radiology").update(name_ko="영상의학과", name_en="Imaging")
        make.show(clinic.center.hospital)

    first = "Radiology" if is_old else "Imaging"
    assert listed(client) == [(first, ["NET"]), ("Surgery", ["NET"])]


def test_no_page_shows_the_identity_of_a_row(client):
    clinic = clinic_with("Radiology")
    hospital = clinic.center.hospital
    for page, name in [
        (clinic, "areas"),
        (clinic, "research_topics"),
        (hospital, "departments"),
        (hospital, "contacts"),
    ]:
        make.part(page, name, pk=98765432)
    clinic.departments.add(98765432)
    make.published(clinic)

    addresses = [hospital.get_absolute_url(), clinic.get_absolute_url(), "/ko/departments/"]
    pages = [client.get(address).content.decode() for address in addresses]

    assert dump(clinic)["areas"][0]["id"] == 98765432
    assert ["98765432" in page for page in pages] == [False, False, False]
